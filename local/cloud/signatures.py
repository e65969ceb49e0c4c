"""Verifies AWS Signature Version 4 on a received request, independently of any client's code."""

import hashlib
import hmac
import re
import urllib.parse

UNSIGNED = ("UNSIGNED-PAYLOAD", "STREAMING-UNSIGNED-PAYLOAD-TRAILER")
SAFE = "-_.~"


def headers_of(environ):
    """The request's headers by lower-case name."""
    found = {
        name[5:].replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if environ.get(name):
            found[name.replace("_", "-").lower()] = environ[name]
    return found


def refusal(request, environ, body, secrets):
    """None if the signature is right, otherwise the error code with which AWS would answer."""
    headers = request.headers
    match = re.fullmatch(
        r"AWS4-HMAC-SHA256 Credential=([^/]+)/(\d{8})/([^/]+)/([^/]+)/aws4_request, ?"
        r"SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})",
        headers.get("authorization", ""))
    if match is None:
        return "AccessDenied"
    key, date, region, service, signed, signature = match.groups()
    if key not in secrets:
        return "InvalidAccessKeyId" if service == "s3" else "UnrecognizedClientException"
    must_be_signed = {"host"} | {name for name in headers if name.startswith("x-amz-")}
    if not must_be_signed <= set(signed.split(";")):
        return "SignatureDoesNotMatch"

    digest = hashlib.sha256(body).hexdigest()
    declared = headers.get("x-amz-content-sha256", digest)
    if declared not in UNSIGNED and declared != digest:
        return "XAmzContentSHA256Mismatch"
    canonical = "\n".join([
        request.method,
        _canonical_path(environ, service),
        _canonical_query(request.query),
        *[f"{name}:{' '.join(headers.get(name, '').split())}" for name in signed.split(";")],
        "",
        signed,
        declared,
    ])
    scope = f"{date}/{region}/{service}/aws4_request"
    text = "\n".join([
        "AWS4-HMAC-SHA256", headers.get("x-amz-date", ""), scope,
        hashlib.sha256(canonical.encode()).hexdigest(),
    ])
    chain = ("AWS4" + secrets[key]).encode()
    for part in (date, region, service, "aws4_request"):
        chain = hmac.digest(chain, part.encode(), "sha256")
    expected = hmac.digest(chain, text.encode(), "sha256").hex()
    return None if hmac.compare_digest(expected, signature) else "SignatureDoesNotMatch"


def _canonical_path(environ, service):
    """S3 encodes each byte of the key once; every other service encodes the path again."""
    path = urllib.parse.urlsplit(environ["RAW_URI"]).path or "/"
    plain = urllib.parse.unquote_to_bytes(path)
    return urllib.parse.quote(plain if service == "s3" else path, safe="/" + SAFE)


def _canonical_query(query):
    pairs = [part.partition("=")[::2] for part in query.split("&") if part]
    encoded = [
        tuple(urllib.parse.quote(urllib.parse.unquote_to_bytes(text), safe=SAFE) for text in pair)
        for pair in pairs
    ]
    return "&".join(f"{name}={value}" for name, value in sorted(encoded))
