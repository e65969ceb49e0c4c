#!/usr/bin/env python3
"""Writes signing-vectors.json and s3-keys.json.

signing-vectors.json: AWS's published Signature Version 4 test vectors (Apache License 2.0), from
the folder tests/aws-signing-test-suite/v4 of github.com/awslabs/aws-c-auth, header signing only.
s3-keys.json: signatures of odd object keys by botocore 1.43.11's S3SigV4Auth.

Usage: write_vectors.py [FOLDER OF THE VECTORS]
"""
import datetime
import json
import pathlib
import sys
import urllib.parse
from unittest import mock

import botocore.auth
import botocore.awsrequest
import botocore.credentials

HERE = pathlib.Path(__file__).parent
SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
KEYS = [
    "plain", "with space", "a+b", "ü/ñ/日本", "a//b", "/leading", "trailing/", "a/../b", "./x",
    "~tilde", "star*", "%41", "q?x=1&y", "#hash", "emoji 😀", "quote'\"", "back\\slash",
    "dt=2024-01-01/part", "semi;colon:at@", "tab\there", "x" * 1024, "é" * 512,
    "(paren)[bracket]{brace}|^`<>!$,",
]


def vector(case):
    def read(name):
        return (case / name).read_bytes().decode()

    context = json.loads(read("context.json"))
    head, _, body = read("request.txt").partition("\n\n")
    first, *lines = head.split("\n")
    method, target = first.split(" ", 1)
    headers = []
    for line in filter(None, lines):
        if line[0] in " \t":  # a folded value goes on
            headers[-1][1] += "\n" + line
        else:
            headers.append(line.split(":", 1))
    return {
        "name": case.name,
        "method": method,
        "target": target.rsplit(" HTTP/1.1", 1)[0],
        "headers": headers,
        "body": body,
        "accessKeyID": context["credentials"]["access_key_id"],
        "secretAccessKey": context["credentials"]["secret_access_key"],
        "sessionToken": context["credentials"].get("token"),
        "omitsSessionToken": context.get("omit_session_token", False),
        "region": context["region"],
        "service": context["service"],
        "normalizes": context["normalize"],
        "signsBody": context["sign_body"],
        "timestamp": context["timestamp"],
        "canonicalRequest": read("header-canonical-request.txt"),
        "stringToSign": read("header-string-to-sign.txt"),
        "signature": read("header-signature.txt"),
    }


def signature(key, token):
    moment = datetime.datetime(2026, 2, 28, 23, 59, 59)
    host = "bucket.s3.eu-west-1.amazonaws.com"
    request = botocore.awsrequest.AWSRequest(
        method="GET",
        url=f"https://{host}/" + urllib.parse.quote(key, safe="/~-._"),
        headers={"Range": "bytes=0-9", "If-Match": '"abc"', "Host": host},
    )
    credentials = botocore.credentials.Credentials("AKIDEXAMPLE", SECRET, token)
    with mock.patch("botocore.auth.get_current_datetime", return_value=moment):
        auth = botocore.auth.S3SigV4Auth(credentials, "s3", "eu-west-1")
        # Without a checksum header botocore signs the payload even so; with one it leaves it
        # unsigned over TLS.
        if token:
            request.headers["Content-MD5"] = "1B2M2Y8AsgTpgAmY7PhCfg=="
            request.context["payload_signing_enabled"] = False
        auth.add_auth(request)
    return {
        "key": key,
        "sessionToken": token,
        "timestamp": "20260228T235959Z",
        "secondsSince1970": 1772323199,
        "payloadHash": request.headers["X-Amz-Content-SHA256"],
        "authorization": request.headers["Authorization"],
    }


def write(name, values):
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    (HERE / name).write_text(text)


if len(sys.argv) > 1:
    folders = sorted(p for p in pathlib.Path(sys.argv[1]).iterdir() if p.is_dir())
    write("signing-vectors.json", [vector(case) for case in folders])
tokens = (None, "AQoDYXdzEPT//wEXAMPLE==")
write("s3-keys.json", [signature(key, token) for key in KEYS for token in tokens])
