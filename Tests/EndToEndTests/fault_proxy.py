"""Stands between the program and the local cloud, and breaks what passes: by a seed, so that a
schedule of faults can be had again.

It is also the Step Functions of its run: it takes heartbeats and answers, with the same faults.
"""

import dataclasses
import email.utils
import http.client
import http.server
import json
import random
import re
import socket
import socketserver
import struct
import threading
import time
import urllib.parse

SKEW_SECONDS_MAX = 900
FAULTS = [
    "reset", "lost answer", "truncated", "slow", "damaged", "500", "503", "expired", "delayed",
    "garbage", "twice",
]


@dataclasses.dataclass
class Schedule:
    """What one run has to live with."""

    seed: int

    def __post_init__(self):
        self.random = random.Random(self.seed)
        self.share = self.random.choice([0.05, 0.1, 0.2, 0.35])
        self.kinds = self.random.sample(FAULTS, self.random.randint(1, len(FAULTS)))
        # An hour fast or slow, as seen from the program.
        self.skew = self.random.choice([0, 0, 0, 3600, -3600])
        # Every so often the network stays away for good.
        self.ends_after = self.random.choice([None, None, None, self.random.randint(3, 60)])
        self.lock = threading.Lock()
        self.count = 0

    def next(self):
        """The fault of the next request, or None."""
        with self.lock:
            self.count += 1
            if self.ends_after and self.count > self.ends_after:
                return "reset"
            return self.random.choice(self.kinds) if self.random.random() < self.share else None


class FaultProxy(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, upstream, schedule):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.upstream = urllib.parse.urlsplit(upstream).netloc
        self.schedule = schedule
        self.told = []
        self.met = []

    def __enter__(self):
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()
        self.endpoint = f"http://127.0.0.1:{self.server_port}"
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()

    def handle_error(self, *_):
        pass  # the program hangs up as it likes


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def handle_any(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fault = self.server.schedule.next()
        if fault:
            self.server.met.append(fault)
        if fault == "reset":
            return self.hang_up()
        if fault == "500":
            return self.answer(500, self.error("InternalError"))
        if fault == "503":
            return self.answer(503, self.error("SlowDown"))
        if fault == "expired":
            return self.answer(400, self.error("ExpiredToken"))
        if fault == "garbage":
            self.wfile.write(b"this is not HTTP\r\n\r\n")
            return self.hang_up()
        if self.is_skewed():
            return self.answer(403, self.error("RequestTimeTooSkewed"))
        status, headers, content = self.forward(body)
        # An upload begun by somebody else in our name could be known to nobody; and nothing on the
        # way may repeat a POST (RFC 9110, 9.2.2). Repeated they are all the same, but for this one.
        if fault == "twice" and not (self.command == "POST" and self.path.endswith("?uploads=")):
            status, headers, content = self.forward(body)
        if fault == "lost answer":
            return self.hang_up()
        if fault == "delayed":
            time.sleep(self.server.schedule.random.random() * 0.4)
        if fault == "damaged" and content and any("checksum-crc" in name for name in headers):
            content = content[:-1] + bytes([content[-1] ^ 1])
        self.answer(status, content, headers, fault)

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = handle_any

    def is_step_functions(self):
        return "X-Amz-Target" in self.headers

    def is_skewed(self):
        stamp = self.headers.get("X-Amz-Date")
        if not stamp:
            return False
        sent = time.mktime(time.strptime(stamp, "%Y%m%dT%H%M%SZ")) - time.timezone
        return abs(sent - self.now()) > SKEW_SECONDS_MAX

    def now(self):
        return time.time() + self.server.schedule.skew

    def forward(self, body):
        if self.is_step_functions():
            call = self.headers["X-Amz-Target"].partition(".")[2]
            self.server.told.append((call, json.loads(body)))
            return 200, {"Content-Type": "application/x-amz-json-1.0"}, b"{}"
        connection = http.client.HTTPConnection(self.server.upstream, timeout=60)
        try:
            connection.putrequest(
                self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                connection.putheader(name, value)
            connection.endheaders(body)
            response = connection.getresponse()
            return response.status, dict(response.getheaders()), response.read()
        finally:
            connection.close()

    def error(self, code):
        if self.is_step_functions():
            return json.dumps({"__type": code, "message": code}).encode()
        return f"<Error><Code>{code}</Code><Message>{code}</Message></Error>".encode()

    def answer(self, status, content, headers=(), fault=None):
        self.send_response_only(status)
        self.send_header("Date", email.utils.formatdate(self.now(), usegmt=True))
        is_head = self.command == "HEAD"
        for name, value in dict(headers).items():
            if not re.match("(?i)date|connection|transfer-encoding|content-length$", name):
                self.send_header(name, value)
        length = dict(headers).get("Content-Length") if is_head else len(content)
        self.send_header("Content-Length", str(length or 0))
        self.end_headers()
        if is_head or not content:
            return
        if fault == "truncated":
            self.wfile.write(content[:len(content) // 2])
            return self.hang_up()
        if fault == "slow":
            step = len(content) // 8 + 1
            for start in range(0, len(content), step):
                self.wfile.write(content[start:start + step])
                time.sleep(0.03)
            return
        self.wfile.write(content)

    def hang_up(self):
        """With a reset, not a close."""
        self.close_connection = True
        try:
            self.wfile.flush()
            self.connection.setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.shutdown(socket.SHUT_RD)
            self.connection.close()
        except OSError:
            pass
