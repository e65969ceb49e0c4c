"""A server that means no good, in the place of S3: the program ends within its deadlines, with a
failure that has a name, and without filling memory.

Some of them keep the program until its deadlines, which takes minutes: those run with
MARTLET_SLOW=1 (`make faults`).
"""

import concurrent.futures
import itertools
import json
import os
import re
import socket
import subprocess
import tempfile
import threading
import time

import pytest

from program import binary

# Of the program that has done nothing yet, and some room.
RESIDENT_BYTES_MAX = 100 << 20
OBJECT = b"Content-Length: 1000000\r\nETag: \"e\"\r\n\r\n"


def head(status, *lines):
    return b"HTTP/1.1 " + status + b"\r\n" + b"".join(line + b"\r\n" for line in lines) + b"\r\n"


def endless(piece):
    return itertools.repeat(piece)


def slowly(data):
    for byte in data + b"x" * 10_000:
        time.sleep(1)
        yield bytes([byte])


def silence():
    time.sleep(600)
    yield b""


CHUNK = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
REDIRECT = head(b"301 Moved Permanently", b"Location: http://{host}/bucket/x", b"Content-Length: 0")
# What each answers with, after HEAD has been answered as S3 does (`get`) or at once (`any`).
ANSWERS = {
    "a body without end": ("get", lambda: itertools.chain(
        [head(b"206 Partial Content", b"Transfer-Encoding: chunked")], endless(CHUNK))),
    "an error without end": ("get", lambda: itertools.chain(
        [head(b"403 Forbidden", b"Transfer-Encoding: chunked")], endless(CHUNK))),
    "a list without end": ("list", lambda: itertools.chain(
        [head(b"200 OK", b"Transfer-Encoding: chunked")], endless(CHUNK))),
    "a header without end": ("any", lambda: itertools.chain(
        [b"HTTP/1.1 200 OK\r\nX: "], endless(b"x" * 65_536))),
    "headers without end": ("any", lambda: itertools.chain(
        [b"HTTP/1.1 200 OK\r\n"], endless(b"X-Name: value\r\n" * 1_000))),
    "a redirect to itself": ("any", lambda: [REDIRECT]),
    "a length beyond all numbers": ("any", lambda: [
        head(b"200 OK", b"Content-Length: 99999999999999999999999999", b"ETag: \"e\"")]),
}
SLOW = {
    "no answer at all": ("any", silence),
    "a chunk size without end": ("get", lambda: itertools.chain(
        [head(b"206 Partial Content", b"Transfer-Encoding: chunked")], endless(b"0" * 65_536))),
    "hints without end": ("any", lambda: endless(head(b"103 Early Hints") * 1_000)),
    "a byte a second": ("any", lambda: slowly(head(b"200 OK", b"ETag: \"e\"" * 1_000))),
    "a body of a byte a second": ("get", lambda: itertools.chain(
        [head(b"206 Partial Content", b"Content-Length: 1000000")], slowly(b""))),
}


class Server:
    """Answers every request on a thread of its connection, as long as there is somebody."""

    def __init__(self, where, answer):
        self.where, self.answer = where, answer
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.host = "127.0.0.1:%d" % self.socket.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        with connection:
            try:
                while request := self.request(connection):
                    if self.where == "get" and request.startswith(b"HEAD"):
                        connection.sendall(b"HTTP/1.1 200 OK\r\n" + OBJECT)
                        continue
                    for piece in self.answer():
                        connection.sendall(piece.replace(b"{host}", self.host.encode()))
                    return
            except OSError:
                pass  # The program has hung up.

    @staticmethod
    def request(connection):
        data = b""
        while not data.endswith(b"\r\n\r\n"):
            piece = connection.recv(65_536)
            if not piece:
                return None
            data += piece
        return data


def resident_bytes_max(process):
    """Of the program until it ends; 0 where there is no /proc."""
    most = 0
    while process.poll() is None:
        try:
            with open(f"/proc/{process.pid}/status") as status:
                found = re.search(r"VmHWM:\s+(\d+) kB", status.read())
        except OSError:
            return most
        most = max(most, int(found[1]) << 10 if found else 0)
        time.sleep(0.01)
    return most


def run(martlet, where, answer, seconds_max):
    server = Server(where, answer)
    path = "s3://bucket/x/" if where == "list" else "s3://bucket/x.parquet"
    environment = {
        **martlet.environment, "AWS_ENDPOINT_URL": f"http://{server.host}",
        "AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret"}
    started = time.monotonic()
    with server.socket, tempfile.TemporaryFile("w+") as out, \
            tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(
            [str(binary()), "inspect", path, "--json"], env=environment, stdout=out, stderr=errors)
        timer = threading.Timer(seconds_max, process.kill)
        timer.start()
        resident = resident_bytes_max(process)
        code = process.wait()
        timer.cancel()
        out.seek(0)
        errors.seek(0)
        said, told = out.read(), errors.read()
    what = f"{time.monotonic() - started:.1f} s, {resident} bytes, {said}\n{told}"
    assert code > 0, what
    failure = json.loads(said)
    assert failure["error"].startswith("Martlet."), what
    assert server.host in what or "s3:" in what, what
    assert resident < RESIDENT_BYTES_MAX, what
    return code, failure["error"], resident


@pytest.mark.parametrize("name", ANSWERS)
def test_a_hostile_server_neither_holds_the_program_nor_fills_its_memory(martlet, name):
    # Five attempts, with pauses of 1, 2, 4 and 8 seconds at most.
    print(name, run(martlet, *ANSWERS[name], seconds_max=60))


@pytest.mark.skipif(not os.environ.get("MARTLET_SLOW"), reason="takes minutes: MARTLET_SLOW=1")
def test_servers_that_take_their_time_are_given_up(martlet):
    # No attempt begins 120 s after the first, and none takes longer than 60.
    with concurrent.futures.ThreadPoolExecutor(len(SLOW)) as pool:
        ends = {name: pool.submit(run, martlet, *case, 200) for name, case in SLOW.items()}
    assert {name: end.result()[:2] for name, end in ends.items()} == {
        name: (75, "Martlet.Transient") for name in SLOW}
