"""botocore as the oracle for the bytes on the wire: the same path, the same canonical request and
the same signature for every key that S3 allows."""

import datetime
import socketserver
import threading
import urllib.parse

import boto3
import botocore.config
import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

KEYS = [
    "plain.parquet", "a b/c d.parquet", "a+b=c&d;e,f:g@h.parquet", "100%25.parquet",
    "é/日本/😀.parquet", "a//b///c.parquet", "./a/../b.parquet",
    "~-_.!*'()[]{}|^`\"<>\\.parquet", "tab\tkey.parquet",
    "#?.parquet", "$literal.parquet", "k" * 1015 + "/.parquet", "é" * 507 + "e.parquet",
    "é" * 508 + ".parquet",
]


class Recorder(socketserver.ThreadingTCPServer):
    """Keeps the raw heads of requests, and says that there is nothing."""

    daemon_threads = allow_reuse_address = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Recorded)
        self.heads = []


class Recorded(socketserver.StreamRequestHandler):
    def handle(self):
        while line := self.rfile.readline():
            head = [line]
            while (line := self.rfile.readline()) not in (b"\r\n", b""):
                head.append(line)
            self.server.heads.append(b"".join(head))
            body = b"" if head[0].startswith(b"HEAD") else b"<Error><Code>NoSuchKey</Code></Error>"
            self.wfile.write(
                b"HTTP/1.1 404 Not Found\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))


@pytest.fixture
def recorder():
    with Recorder() as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server
        server.shutdown()


class Sent:
    """A request as it came over the wire."""

    def __init__(self, head):
        lines = head.decode("ascii").split("\r\n")
        self.method, self.target, version = lines[0].split(" ")
        assert version == "HTTP/1.1"
        self.headers = {
            name.lower(): value.strip()
            for name, _, value in (line.partition(":") for line in lines[1:] if line)}
        fields = dict(
            part.strip().split("=", 1)
            for part in self.headers["authorization"].partition(" ")[2].split(","))
        self.signed, self.signature = fields["SignedHeaders"].split(";"), fields["Signature"]
        self.scope = fields["Credential"].split("/")

    def signature_of_botocore(self, secret):
        """For the same method, address and headers."""
        auth = S3SigV4Auth(Credentials(self.scope[0], secret), "s3", self.scope[2])
        request = AWSRequest(
            method=self.method, url=f"http://{self.headers['host']}{self.target}",
            headers={name: self.headers[name] for name in self.signed})
        request.context["timestamp"] = self.headers["x-amz-date"]
        request.context["signing"] = {}
        text = auth.string_to_sign(request, auth.canonical_request(request))
        return auth.signature(text, request)


def path_of_botocore(endpoint, key):
    """What head_object would ask for."""
    client = boto3.client(
        "s3", endpoint_url=endpoint, region_name="eu-west-1", aws_access_key_id="id",
        aws_secret_access_key="secret",
        config=botocore.config.Config(s3={"addressing_style": "path"}))
    found = []

    def keep(request, **_):
        found.append(urllib.parse.urlsplit(request.url).path)
        raise InterruptedError

    client.meta.events.register("before-send.s3.HeadObject", keep)
    with pytest.raises(InterruptedError):
        client.head_object(Bucket="bucket", Key=key)
    return found[0]


@pytest.mark.parametrize("key", KEYS, ids=range(len(KEYS)))
def test_paths_and_signatures_are_those_of_botocore(martlet, recorder, key):
    assert len(key.encode()) <= 1024
    endpoint = f"http://127.0.0.1:{recorder.server_address[1]}"
    outcome = martlet.run(
        "inspect", f"s3://bucket/{key}", environment={
            "AWS_ENDPOINT_URL": endpoint, "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "id",
            "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "to/ken+="})
    assert outcome.code != 0
    sent = [Sent(head) for head in recorder.heads]
    heads = [request.target for request in sent if request.method == "HEAD"]
    assert path_of_botocore(endpoint, key) in heads, outcome
    # A key that has no room for another letter cannot be a folder.
    if len(key.encode()) < 1024:
        query = dict(urllib.parse.parse_qsl(sent[-1].target.partition("?")[2], strict_parsing=True))
        assert query["prefix"] == key + "/"
    for request in sent:
        assert request.signature == request.signature_of_botocore("secret"), request.target
        assert {"host", "x-amz-date", "x-amz-content-sha256", "x-amz-security-token"} <= set(
            request.signed)
        age = datetime.datetime.now(datetime.timezone.utc) - datetime.datetime.strptime(
            request.headers["x-amz-date"] + "+0000", "%Y%m%dT%H%M%SZ%z")
        assert abs(age.total_seconds()) < 60
