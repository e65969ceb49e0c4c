"""What the program costs before it does anything. The limits are generous: the goals, for a release
build on an idle machine, are 20 ms, 50 ms and 40 MB (docs/guides/worker-on-aws.md)."""

import http.server
import os
import re
import signal
import socket
import statistics
import subprocess
import threading
import time

import pytest

from program import binary

HELP_SECONDS_MAX = 0.2
FIRST_REQUEST_SECONDS_MAX = 0.5
RESIDENT_BYTES_MAX = 60 << 20


@pytest.fixture
def first_request():
    """A port, and a list of the moments at which something came in."""
    moments = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_HEAD(self):
            moments.append(time.monotonic())
            self.send_response(404)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_HEAD

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server.server_port, moments
    server.shutdown()


def cloud_of(port):
    return {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}", "AWS_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret"}


def test_help_and_the_first_request_come_soon(martlet, first_request):
    port, moments = first_request
    helps, starts = [], []
    for _ in range(7):
        started = time.monotonic()
        assert martlet.run("--help").code == 0
        helps.append(time.monotonic() - started)
        moments.clear()
        started = time.monotonic()
        martlet.run("inspect", "s3://bucket/x.parquet", environment=cloud_of(port))
        starts.append(moments[0] - started)
    print(f"--help {min(helps) * 1e3:.1f} ms, first request {min(starts) * 1e3:.1f} ms; "
          f"medians {statistics.median(helps) * 1e3:.1f}, {statistics.median(starts) * 1e3:.1f}")
    assert min(helps) < HELP_SECONDS_MAX
    assert min(starts) < FIRST_REQUEST_SECONDS_MAX


def test_a_waiting_worker_takes_little_memory(martlet):
    """It waits for an answer of S3, with its client and threads up."""
    if not os.path.exists("/proc/self/status"):
        pytest.skip("there is no /proc here")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        process = subprocess.Popen(
            [str(binary()), "inspect", "s3://bucket/x.parquet"],
            env={**martlet.environment, **cloud_of(silent.getsockname()[1])},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            connection, _ = silent.accept()
            connection.recv(1)
            with open(f"/proc/{process.pid}/status") as status:
                resident = int(re.search(r"VmRSS:\s+(\d+) kB", status.read())[1]) << 10
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()
    print(f"{resident / 1e6:.1f} MB at rest")
    assert resident < RESIDENT_BYTES_MAX
