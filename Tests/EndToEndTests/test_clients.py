"""The clients' own tests in Swift, with a real server at the other end: multipart uploads,
conditional writes, pages of lists, odd keys, callbacks."""

import os
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]


def test_the_clients_against_the_local_cloud(cloud):
    if not list(ROOT.glob(".build/debug/*.xctest")):
        pytest.skip("the unit tests are not built; make unit builds them")
    tests = subprocess.run(
        ["swift", "test", "--skip-build", "--disable-xctest", "--filter", "AWSTests"],
        cwd=ROOT, capture_output=True, text=True, timeout=300,
        env={**os.environ, **cloud.environment(), "MARTLET_TEST_ENDPOINT": cloud.endpoint})
    assert tests.returncode == 0, (tests.stdout + tests.stderr)[-6_000:]
    skipped = [line for line in tests.stdout.splitlines() if line.startswith("➜")]
    assert not skipped, "tests that need a server must run here"
