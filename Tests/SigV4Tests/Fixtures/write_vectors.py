#!/usr/bin/env python3
"""Writes signing-vectors.json and s3-keys.json.

signing-vectors.json: AWS's published Signature Version 4 test vectors (Apache License 2.0), from the folder
tests/aws-signing-test-suite/v4 of github.com/awslabs/aws-c-auth, header signing only. Usage: write_vectors.py FOLDER
s3-keys.json: signatures of odd object keys by botocore 1.43.11's S3SigV4Auth.
"""
import datetime, json, pathlib, sys
from unittest import mock
import botocore.auth, botocore.awsrequest, botocore.credentials

here = pathlib.Path(__file__).parent

def vectors(folder):
    for case in sorted(p for p in folder.iterdir() if p.is_dir()):
        read = lambda name: (case / name).read_bytes().decode()
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
        yield dict(
            name=case.name, method=method, target=target.rsplit(" HTTP/1.1", 1)[0], headers=headers, body=body,
            accessKeyID=context["credentials"]["access_key_id"], secretAccessKey=context["credentials"]["secret_access_key"],
            sessionToken=context["credentials"].get("token"), omitsSessionToken=context.get("omit_session_token", False),
            region=context["region"], service=context["service"], normalizes=context["normalize"], signsBody=context["sign_body"],
            timestamp=context["timestamp"], canonicalRequest=read("header-canonical-request.txt"),
            stringToSign=read("header-string-to-sign.txt"), signature=read("header-signature.txt"))

def s3_keys():
    moment = datetime.datetime(2026, 2, 28, 23, 59, 59)
    keys = ["plain", "with space", "a+b", "ü/ñ/日本", "a//b", "/leading", "trailing/", "a/../b", "./x", "~tilde", "star*", "%41", "q?x=1&y", "#hash",
            "emoji 😀", "quote'\"", "back\\slash", "dt=2024-01-01/part", "semi;colon:at@", "tab\there", "x" * 1024, "é" * 512, "(paren)[bracket]{brace}|^`<>!$,"]
    import urllib.parse
    for key in keys:
        for token in (None, "AQoDYXdzEPT//wEXAMPLE=="):
            url = "https://bucket.s3.eu-west-1.amazonaws.com/" + urllib.parse.quote(key, safe="/~-._")
            request = botocore.awsrequest.AWSRequest(method="GET", url=url, headers={"Range": "bytes=0-9", "If-Match": '"abc"', "Host": "bucket.s3.eu-west-1.amazonaws.com"})
            with mock.patch("botocore.auth.get_current_datetime", return_value=moment):
                auth = botocore.auth.S3SigV4Auth(botocore.credentials.Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", token), "s3", "eu-west-1")
                # Without a checksum header botocore signs the payload even so; with one it leaves it unsigned over TLS.
                if token:
                    request.headers["Content-MD5"] = "1B2M2Y8AsgTpgAmY7PhCfg=="
                    request.context["payload_signing_enabled"] = False
                auth.add_auth(request)
            yield dict(key=key, sessionToken=token, timestamp="20260228T235959Z", secondsSince1970=1772323199,
                       payloadHash=request.headers["X-Amz-Content-SHA256"], authorization=request.headers["Authorization"])

if len(sys.argv) > 1:
    (here / "signing-vectors.json").write_text(json.dumps(list(vectors(pathlib.Path(sys.argv[1]))), ensure_ascii=False, separators=(",", ":")))
(here / "s3-keys.json").write_text(json.dumps(list(s3_keys()), ensure_ascii=False, separators=(",", ":")))
