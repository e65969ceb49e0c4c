"""Runs the real program, as a person or a task would."""

import dataclasses
import json
import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
SECONDS_MAX = 300


def binary():
    """`MARTLET` if set; otherwise what `make release` or `swift build` left."""
    chosen = [os.environ["MARTLET"]] if os.environ.get("MARTLET") else [
        ROOT / ".build/release/martlet", ROOT / ".build/debug/martlet"]
    for path in map(pathlib.Path, chosen):
        if path.is_file():
            return path.resolve()
    raise FileNotFoundError(f"no program at {' or '.join(map(str, chosen))}: run `make release`")


@dataclasses.dataclass
class Outcome:
    command: list
    code: int
    out: str
    errors: str

    @property
    def json(self):
        """The one JSON object that `--json` prints."""
        return json.loads(self.out)

    def __str__(self):
        return (
            f"{' '.join(self.command)}\nexit {self.code}\n"
            f"-- stdout\n{self.out}\n-- stderr\n{self.errors}")


class Program:
    """Calls `martlet` with an environment that holds nothing of the caller's accounts."""

    def __init__(self, home, environment=()):
        self.path = binary()
        self.environment = {
            "PATH": os.environ["PATH"],
            "LD_LIBRARY_PATH": os.environ.get("LD_LIBRARY_PATH", ""),
            "HOME": str(home),
            "TMPDIR": str(home),
            "AWS_EC2_METADATA_DISABLED": "true",
            **dict(environment),
        }

    def run(self, *arguments, environment=(), folder=None):
        """Whatever the exit code is."""
        command = [str(self.path), *map(str, arguments)]
        done = subprocess.run(
            command, env={**self.environment, **dict(environment)}, cwd=folder,
            capture_output=True, text=True, timeout=SECONDS_MAX)
        return Outcome(command, done.returncode, done.stdout, done.stderr)

    def __call__(self, *arguments, **named):
        """With `--json`; the printed object, after an exit code of 0."""
        outcome = self.run(*arguments, "--json", **named)
        assert outcome.code == 0, outcome
        return outcome.json

    def fails(self, code, name, *arguments, **named):
        """Must fail with this exit code and error name; returns what it said on standard error."""
        outcome = self.run(*arguments, **named)
        assert outcome.code == code, outcome
        assert name in outcome.errors, outcome
        assert outcome.out == "", outcome
        blocks = [block for block in outcome.errors.strip().split("\n\n") if name in block]
        assert len(blocks) == 1, outcome
        return outcome.errors
