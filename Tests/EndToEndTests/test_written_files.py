"""The files that the unit tests wrote for other readers: see check_parquet_readers.py."""

import os
import pathlib
import subprocess
import sys

import pytest


def test_three_readers_read_every_type_alike():
    folder = os.environ.get("MARTLET_INTERCHANGE_FOLDER", "")
    if not folder or not any(pathlib.Path(folder).glob("*.parquet")):
        pytest.skip("MARTLET_INTERCHANGE_FOLDER names no folder that the unit tests wrote to")
    script = pathlib.Path(__file__).with_name("check_parquet_readers.py")
    done = subprocess.run(
        [sys.executable, str(script), folder], capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
