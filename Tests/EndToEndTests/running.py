"""The program at work in the background, so that a test can stop it."""

import json
import signal
import subprocess
import time

from program import binary

# Of the 120 s that Fargate leaves, and of the 100 that we promise.
SECONDS_MAX = 20


class Running:
    """The program at work, with its standard error in a file."""

    def __init__(self, martlet, folder, *arguments, environment=(), wrapper=()):
        folder.mkdir(parents=True, exist_ok=True)
        self.log = folder / f"log-{time.monotonic_ns()}.txt"
        self.process = subprocess.Popen(
            [*wrapper, str(binary()), *map(str, arguments), "--json"],
            env={**martlet.environment, **dict(environment)},
            stdout=subprocess.PIPE, stderr=self.log.open("w"), text=True)

    def wait_until(self, condition, seconds=60):
        deadline = time.monotonic() + seconds
        while not condition():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.02)

    def stop(self, number=signal.SIGTERM):
        """Exit code, and the JSON of the failure."""
        started = time.monotonic()
        self.process.send_signal(number)
        out, _ = self.process.communicate(timeout=SECONDS_MAX)
        assert time.monotonic() - started < SECONDS_MAX
        return self.process.returncode, json.loads(out) if out.strip() else None
