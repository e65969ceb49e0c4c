#!/usr/bin/env python3
"""Enough of S3 to measure clients with, in memory and quick: one process, one thread, no copy of a
body but the kernel's.

    s3_server.py [--port PORT]

Prints its port. Takes GET (with Range), HEAD, PUT, DELETE, lists, and uploads in parts; it looks at
no signature and no checksum, and counts the requests (GET /_requests).
"""

import argparse
import collections
import html
import re
import selectors
import socket
import urllib.parse

HEAD_END = b"\r\n\r\n"
HEAD_BYTES_MAX = 1 << 16
# Memory of bodies that are no longer needed is used again from this size on.
KEPT_BYTES_MIN = 1 << 20


class Memory:
    """Fresh memory costs more than filling it: what an overwritten object had is used again."""

    def __init__(self):
        self.free = collections.defaultdict(list)

    def take(self, count):
        return self.free[count].pop() if self.free[count] else bytearray(count)

    def give(self, pieces):
        for body in {id(piece.obj): piece.obj for piece in pieces}.values():
            if len(body) >= KEPT_BYTES_MIN:
                self.free[len(body)].append(body)


class Store:
    def __init__(self):
        self.memory = Memory()
        # The pieces of each, a size and an ETag.
        self.objects = {}
        self.uploads = {}
        self.requests = 0
        self.number = 0

    def next(self):
        self.number += 1
        return f"{self.number:032x}"

    def keep(self, key, pieces, etag):
        old = self.objects.get(key)
        self.objects[key] = (pieces, sum(map(len, pieces)), etag)
        if old:
            self.memory.give(old[0])


class Connection:
    """One connection: a request's head is collected, its body read straight into its place."""

    def __init__(self, connection, store, selector):
        self.socket = connection
        self.store = store
        self.selector = selector
        self.head = bytearray(HEAD_BYTES_MAX)
        self.head_count = 0
        self.body = None
        self.body_count = 0
        self.output = collections.deque()
        selector.register(connection, selectors.EVENT_READ, self)

    def ready(self, events):
        try:
            if events & selectors.EVENT_WRITE:
                self.flush()
            if events & selectors.EVENT_READ:
                self.receive()
        except (BlockingIOError, InterruptedError):
            pass
        except OSError:
            self.close()

    def close(self):
        self.selector.unregister(self.socket)
        self.socket.close()

    def receive(self):
        if self.body is not None:
            count = self.socket.recv_into(memoryview(self.body)[self.body_count:])
            self.body_count += count
        else:
            count = self.socket.recv_into(memoryview(self.head)[self.head_count:])
            self.head_count += count
        if not count:
            return self.close()
        while self.step():
            pass
        self.flush()

    def write(self, data):
        if len(data):
            self.output.append(memoryview(data))

    def flush(self):
        """As much as the socket takes; the rest when it takes more."""
        try:
            while self.output:
                count = self.socket.sendmsg(list(self.output)[:8])
                while count and count >= len(self.output[0]):
                    count -= len(self.output.popleft())
                if count:
                    self.output[0] = self.output[0][count:]
        except (BlockingIOError, InterruptedError):
            pass
        wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if self.output else 0)
        if self.selector.get_key(self.socket).events != wanted:
            self.selector.modify(self.socket, wanted, self)

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
            self.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        length = int(self.headers.get("content-length", 0))
        early = min(length, self.head_count - end)
        self.body = self.store.memory.take(length)
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
            return self.send(200, [str(self.store.requests).encode()])
        if self.method in ("GET", "HEAD"):
            return self.list(key, query) if "list-type" in query else self.get(key)
        if self.method == "PUT":
            return self.put(key, query, self.decoded(body))
        if self.method == "POST":
            return self.post(key, query)
        self.store.objects.pop(key, None)
        self.send(204)

    def decoded(self, body):
        """The pieces of a body; some clients send it in chunks with a trailer."""
        whole = memoryview(body)
        if "aws-chunked" not in self.headers.get("content-encoding", ""):
            return [whole]
        pieces, position = [], 0
        while True:
            end = body.index(b"\r\n", position)
            count = int(bytes(body[position:end]).split(b";")[0], 16)
            if not count:
                return pieces
            pieces.append(whole[end + 2:end + 2 + count])
            position = end + 2 + count + 2

    def get(self, key):
        found = self.store.objects.get(key)
        if not found:
            return self.send(404, [b"<Error><Code>NoSuchKey</Code></Error>"])
        pieces, size, etag = found
        headers = f'ETag: "{etag}"\r\nAccept-Ranges: bytes\r\n'
        span = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("range", ""))
        if not span:
            return self.send(200, pieces, headers)
        first = int(span[1])
        last = min(int(span[2] or size - 1), size - 1)
        headers += f"Content-Range: bytes {first}-{last}/{size}\r\n"
        self.send(206, self.cut(pieces, first, last + 1), headers)

    @staticmethod
    def cut(pieces, first, end):
        wanted, start = [], 0
        for piece in pieces:
            wanted.append(piece[max(first - start, 0):max(end - start, 0)])
            start += len(piece)
        return [piece for piece in wanted if len(piece)]

    def put(self, key, query, pieces):
        etag = self.store.next()
        if "uploadId" in query:
            self.store.uploads[query["uploadId"]][int(query["partNumber"])] = pieces
        else:
            self.store.keep(key, pieces, etag)
        self.send(200, headers=f'ETag: "{etag}"\r\n')

    def post(self, key, query):
        if "uploads" in query:
            upload = self.store.next()
            self.store.uploads[upload] = {}
            return self.xml("InitiateMultipartUploadResult", f"<UploadId>{upload}</UploadId>")
        parts = self.store.uploads.pop(query["uploadId"])
        etag = f"{self.store.next()}-{len(parts)}"
        self.store.keep(
            key, [piece for _, pieces in sorted(parts.items()) for piece in pieces], etag)
        self.xml("CompleteMultipartUploadResult", f"<ETag>&quot;{etag}&quot;</ETag>")

    def list(self, bucket, query):
        bucket = bucket.rstrip("/") + "/"
        prefix, after = bucket + query.get("prefix", ""), query.get("continuation-token", "")
        keys = [key for key in sorted(self.store.objects) if key.startswith(prefix) and key > after]
        page, more = keys[:1000], len(keys) > 1000
        quote = urllib.parse.quote if query.get("encoding-type") == "url" else html.escape
        entries = "".join(
            f"<Contents><Key>{quote(key[len(bucket):])}</Key>"
            f"<Size>{self.store.objects[key][1]}</Size>"
            f"<ETag>&quot;{self.store.objects[key][2]}&quot;</ETag>"
            "<LastModified>2026-01-01T00:00:00.000Z</LastModified></Contents>" for key in page)
        token = ""
        if more:
            token = f"<NextContinuationToken>{html.escape(page[-1])}</NextContinuationToken>"
        self.xml(
            "ListBucketResult",
            f"<IsTruncated>{str(more).lower()}</IsTruncated><KeyCount>{len(page)}</KeyCount>"
            + token + entries)

    def xml(self, name, content):
        self.send(200, [f'<?xml version="1.0"?><{name}>{content}</{name}>'.encode()],
                  "Content-Type: application/xml\r\n")

    def send(self, status, pieces=(), headers=""):
        length = sum(map(len, pieces))
        self.write(f"HTTP/1.1 {status} S3\r\nContent-Length: {length}\r\n{headers}\r\n".encode())
        if self.method != "HEAD":
            for piece in pieces:
                self.write(piece)


def main(port):
    store = Store()
    selector = selectors.DefaultSelector()
    with socket.create_server(("127.0.0.1", port), backlog=1024) as server:
        server.setblocking(False)
        selector.register(server, selectors.EVENT_READ)
        print(server.getsockname()[1], flush=True)
        while True:
            for key, events in selector.select():
                if key.data:
                    key.data.ready(events)
                    continue
                connection, _ = server.accept()
                connection.setblocking(False)
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                Connection(connection, store, selector)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    main(parser.parse_args().port)
