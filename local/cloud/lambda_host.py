"""Lambda functions as warm local processes that speak the Runtime API."""

import contextlib
import http.server
import json
import os
import pathlib
import re
import signal
import subprocess
import threading
import time
import uuid

from moto.awslambda.models import LambdaFunction

import log_streams

ANSWER = re.compile(r"/2018-06-01/runtime/invocation/([^/]+)/(response|error)$")


class LambdaHost:
    """Runs `entry_point` with the image's command for each function."""

    def __init__(self, cloud, entry_point, scratch):
        self.cloud = cloud
        self.entry_point = entry_point
        self.scratch = pathlib.Path(scratch)
        self.invocations: list[dict] = []
        self._workers = {}
        self._lock = threading.Lock()

    def __enter__(self):
        self._original = LambdaFunction._invoke_lambda
        host = self

        def invoke(function, event=None):
            return host._invoke(function, {} if event is None else event)

        LambdaFunction._invoke_lambda = invoke
        return self

    def __exit__(self, *_):
        LambdaFunction._invoke_lambda = self._original
        for worker in self._workers.values():
            worker.close()

    def _invoke(self, function, event):
        body = event if isinstance(event, (bytes, str)) else json.dumps(event)
        body = body.encode() if isinstance(body, str) else body
        with self._lock:
            worker = self._workers.get(function.function_arn)
            if worker is None or not worker.is_alive():
                worker = _Worker(self, function)
                self._workers[function.function_arn] = worker
        started = time.monotonic()
        output, failed = worker.invoke(body)
        self.invocations.append({
            "function": function.function_name, "seconds": time.monotonic() - started,
            "failed": failed, "event": body.decode(), "output": output})
        lines = worker.new_lines()
        log_streams.write(
            self.cloud, f"/aws/lambda/{function.function_name}", "local", lines or ["-"])
        return output, failed, "\n".join(lines)[-4000:]


class _Worker:
    """One warm process of one function, and the server that feeds it."""

    def __init__(self, host, function):
        self.function = function
        self._condition = threading.Condition()
        self._turn = threading.Lock()
        self._queue = []
        self._answers = {}
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        folder = host.scratch / "functions" / f"{function.function_name}-{uuid.uuid4().hex[:6]}"
        folder.mkdir(parents=True)
        command = (getattr(function, "image_config", None) and function.image_config.cmd) or []
        cloud = host.cloud
        environment = {
            "PATH": os.environ["PATH"],
            "LD_LIBRARY_PATH": os.environ.get("LD_LIBRARY_PATH", ""),
            "TMPDIR": str(folder),
            "AWS_REGION": cloud.region,
            "AWS_ENDPOINT_URL": cloud.endpoint,
            "AWS_LAMBDA_FUNCTION_NAME": function.function_name,
            "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{self._server.server_port}",
            "AWS_ACCESS_KEY_ID": cloud.function_key(
                function.function_name.removeprefix("martlet-")),
            "AWS_SECRET_ACCESS_KEY": cloud.secret_key,
            "AWS_SESSION_TOKEN": cloud.container_token,
            **function.environment_vars,
        }
        self._log = folder / "log"
        self._seen = 0
        with open(self._log, "wb") as log:
            self._process = subprocess.Popen(
                [*host.entry_point, *command], env=environment, stdout=log,
                stderr=subprocess.STDOUT, start_new_session=True)

    def is_alive(self):
        return self._process.poll() is None

    def close(self):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._server.shutdown()

    def invoke(self, body):
        """- Returns: the output, and whether the function failed."""
        name = str(uuid.uuid4())
        end = time.time() + int(self.function.timeout)
        with self._turn, self._condition:
            self._queue.append((name, body, int(end * 1000)))
            self._condition.notify_all()
            while name not in self._answers and time.time() < end and self.is_alive():
                self._condition.wait(0.2)
            answer = self._answers.pop(name, None) or self._answers.pop("init", None)
        if answer:
            return answer
        if self.is_alive():
            self.close()
            why = ("Sandbox.Timedout", f"Task timed out after {self.function.timeout} seconds")
        else:
            why = ("Runtime.ExitError", f"exit status {self._process.returncode}")
        return json.dumps({"errorType": why[0], "errorMessage": why[1]}), True

    def next(self):
        with self._condition:
            while not self._queue:
                self._condition.wait()
            return self._queue.pop(0)

    def answer(self, name, body, failed):
        with self._condition:
            self._answers[name] = (body.decode(), failed)
            self._condition.notify_all()

    def new_lines(self):
        lines = self._log.read_text(errors="replace").splitlines()
        fresh, self._seen = lines[self._seen:], len(lines)
        return fresh


def _handler(worker):
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_):
            pass

        def do_GET(self):
            name, body, deadline = worker.next()
            with contextlib.suppress(BrokenPipeError):
                self._reply(200, body, {
                    "Lambda-Runtime-Aws-Request-Id": name,
                    "Lambda-Runtime-Deadline-Ms": str(deadline),
                    "Lambda-Runtime-Invoked-Function-Arn": worker.function.function_arn,
                })

        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            match = ANSWER.search(self.path)
            worker.answer(
                match.group(1) if match else "init", body, not match or match.group(2) == "error")
            self._reply(202, b'{"status":"OK"}', {})

        def _reply(self, code, body, headers):
            self.send_response(code)
            for name, value in {**headers, "Content-Type": "application/json"}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler
