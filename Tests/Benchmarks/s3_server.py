#!/usr/bin/env python3
"""Enough of S3 to measure clients with, in memory and quick: one process, one thread.

    s3_server.py [--port PORT]

Prints its port. Takes GET (with Range), HEAD, PUT, DELETE, lists, and uploads in parts; it looks at
no signature and no checksum, and counts the requests (GET /_requests).
"""

import argparse
import asyncio
import html
import re
import urllib.parse

HEAD_END = b"\r\n\r\n"
FIRST_BYTES = 1 << 16


class Store:
    def __init__(self):
        self.objects = {}
        self.uploads = {}
        self.requests = 0
        self.number = 0

    def next(self):
        self.number += 1
        return f"{self.number:032x}"


class Connection(asyncio.BufferedProtocol):
    """One connection: a request's head is collected, its body read straight into its place."""

    def __init__(self, store):
        self.store = store
        self.head = bytearray(FIRST_BYTES)
        self.head_count = 0
        self.body = None
        self.body_count = 0

    def connection_made(self, transport):
        self.transport = transport
        transport.set_write_buffer_limits(high=1 << 26)

    def get_buffer(self, _):
        if self.body is not None:
            return memoryview(self.body)[self.body_count:]
        return memoryview(self.head)[self.head_count:]

    def buffer_updated(self, count):
        if self.body is not None:
            self.body_count += count
        else:
            self.head_count += count
        while self.step():
            pass

    def step(self):
        """Whether there may be another request in what has arrived."""
        if self.body is None:
            end = self.head.find(HEAD_END, 0, self.head_count)
            if end < 0:
                return False
            self.begin(bytes(self.head[:end]).decode("latin-1"), end + len(HEAD_END))
        if self.body_count < len(self.body):
            return False
        body, self.body, self.body_count = self.body, None, 0
        self.answer(body)
        return self.head_count > 0

    def begin(self, head, end):
        lines = head.split("\r\n")
        self.method, self.target, _ = lines[0].split(" ")
        self.headers = {
            name.lower(): value.strip()
            for name, _, value in (line.partition(":") for line in lines[1:])}
        if self.headers.get("expect") == "100-continue":
            self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        length = int(self.headers.get("content-length", 0))
        early = min(length, self.head_count - end)
        self.body = bytearray(length)
        self.body[:early] = self.head[end:end + early]
        self.body_count = early
        rest = self.head_count - end - early
        self.head[:rest] = self.head[end + early:self.head_count]
        self.head_count = rest

    def answer(self, body):
        self.store.requests += 1
        path, _, query = self.target.partition("?")
        query = dict(urllib.parse.parse_qsl(query, keep_blank_values=True))
        key = urllib.parse.unquote(path)[1:]
        if key == "_requests":
            return self.send(200, str(self.store.requests).encode())
        if self.method in ("GET", "HEAD"):
            return self.list(key, query) if "list-type" in query else self.get(key)
        if self.method == "PUT":
            return self.put(key, query, self.decoded(body))
        if self.method == "POST":
            return self.post(key, query)
        self.store.objects.pop(key, None)
        self.send(204)

    def decoded(self, body):
        """Bodies in chunks with a trailer, as some clients send them."""
        if "aws-chunked" not in self.headers.get("content-encoding", ""):
            return body
        parts, position = [], 0
        while True:
            end = body.index(b"\r\n", position)
            count = int(bytes(body[position:end]).split(b";")[0], 16)
            if not count:
                return b"".join(parts)
            parts.append(bytes(body[end + 2:end + 2 + count]))
            position = end + 2 + count + 2

    def get(self, key):
        found = self.store.objects.get(key)
        if not found:
            return self.send(404, b"<Error><Code>NoSuchKey</Code></Error>")
        data, etag = found
        headers = f'ETag: "{etag}"\r\nAccept-Ranges: bytes\r\n'
        span = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("range", ""))
        if not span:
            return self.send(200, data, headers)
        first = int(span[1])
        last = min(int(span[2] or len(data) - 1), len(data) - 1)
        headers += f"Content-Range: bytes {first}-{last}/{len(data)}\r\n"
        self.send(206, memoryview(data)[first:last + 1], headers)

    def put(self, key, query, body):
        etag = self.store.next()
        if "uploadId" in query:
            self.store.uploads[query["uploadId"]][int(query["partNumber"])] = body
        else:
            self.store.objects[key] = (body, etag)
        self.send(200, headers=f'ETag: "{etag}"\r\n')

    def post(self, key, query):
        if "uploads" in query:
            upload = self.store.next()
            self.store.uploads[upload] = {}
            return self.xml("InitiateMultipartUploadResult", f"<UploadId>{upload}</UploadId>")
        parts = self.store.uploads.pop(query["uploadId"])
        etag = f"{self.store.next()}-{len(parts)}"
        data = b"".join(part for _, part in sorted(parts.items()))
        self.store.objects[key] = (data, etag)
        self.xml("CompleteMultipartUploadResult", f"<ETag>&quot;{etag}&quot;</ETag>")

    def list(self, bucket, query):
        bucket = bucket.rstrip("/") + "/"
        prefix, after = bucket + query.get("prefix", ""), query.get("continuation-token", "")
        keys = [key for key in sorted(self.store.objects) if key.startswith(prefix) and key > after]
        page, more = keys[:1000], len(keys) > 1000
        quote = urllib.parse.quote if query.get("encoding-type") == "url" else html.escape
        entries = "".join(
            f"<Contents><Key>{quote(key[len(bucket):])}</Key>"
            f"<Size>{len(self.store.objects[key][0])}</Size>"
            f"<ETag>&quot;{self.store.objects[key][1]}&quot;</ETag>"
            "<LastModified>2026-01-01T00:00:00.000Z</LastModified></Contents>" for key in page)
        token = f"<NextContinuationToken>{html.escape(page[-1])}</NextContinuationToken>" * more
        self.xml(
            "ListBucketResult",
            f"<IsTruncated>{str(more).lower()}</IsTruncated><KeyCount>{len(page)}</KeyCount>"
            + token + entries)

    def xml(self, name, content):
        self.send(200, f'<?xml version="1.0"?><{name}>{content}</{name}>'.encode(),
                  "Content-Type: application/xml\r\n")

    def send(self, status, body=b"", headers=""):
        self.transport.write(
            f"HTTP/1.1 {status} S3\r\nContent-Length: {len(body)}\r\n{headers}\r\n".encode())
        if len(body) and self.method != "HEAD":
            self.transport.write(body)


async def main(port):
    store = Store()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(store), "127.0.0.1", port, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    asyncio.run(main(parser.parse_args().port))
