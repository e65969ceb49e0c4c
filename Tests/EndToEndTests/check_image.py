#!/usr/bin/env python3
"""Checks the worker's image, and runs it as Fargate would.

    check_image.py LAYOUT

LAYOUT is a folder in OCI image layout, as `local/build-image.sh` leaves it. Without root the
program is not run: that needs namespaces of its own. Prints the figures; fails with the first that
is wrong.
"""

import hashlib
import json
import os
import pathlib
import signal
import subprocess
import sys
import tarfile
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
COMPRESSED_MAX, UNPACKED_MAX = 60_000_000, 150_000_000
START_SECONDS_MAX = 0.25
PROGRAM = "usr/local/bin/martlet"
FOLDERS = {"dev", "etc", "lib", "lib64", "proc", "scratch", "sys", "tmp", "usr"}
SHELLS = {"sh", "bash", "dash", "busybox", "env", "perl", "python3", "apt", "dpkg"}
TASK = json.loads((ROOT / "task-definitions/worker.json").read_text())["containerDefinitions"][0]
# In namespaces of their own: the root read-only, one scratch volume, the program as process 1.
CONTAINER = """
set -e
mount --make-rprivate /
mount --bind "$0" "$0"
mount -t tmpfs -o mode=755,uid=10001,gid=10001 scratch "$0/scratch"
mount -t proc proc "$0/proc"
mount -o remount,bind,ro "$0"
exec env -i HOME=/scratch TMPDIR=/scratch OPENBLAS_NUM_THREADS=1 AWS_EC2_METADATA_DISABLED=true \\
    /usr/sbin/chroot --userspec=10001:10001 "$0" /usr/local/bin/martlet "$@"
"""


def main():
    layout = pathlib.Path(sys.argv[1])
    index = read_json(layout / "index.json")
    manifest = read_blob(layout, index["manifests"][0])
    check_config(read_blob(layout, manifest["config"])["config"])
    compressed = sum(layer["size"] for layer in manifest["layers"])
    with tempfile.TemporaryDirectory(prefix="martlet-image-") as folder:
        root = pathlib.Path(folder) / "root"
        for layer in manifest["layers"]:
            with tarfile.open(blob(layout, layer)) as archive:
                archive.extractall(root, filter="fully_trusted")
        unpacked = check_files(root)
        print(f"{compressed / 1e6:.1f} MB compressed, {unpacked / 1e6:.1f} MB unpacked, "
              f"{len(manifest['layers'])} layers: "
              + " ".join(layer["digest"][7:19] for layer in manifest["layers"]))
        assert compressed < COMPRESSED_MAX and unpacked < UNPACKED_MAX
        if os.geteuid() == 0:
            check_runs(root)
        else:
            print("not run: this needs root")


def read_json(path):
    return json.loads(path.read_text())


def blob(layout, described):
    algorithm, _, digest = described["digest"].partition(":")
    path = layout / "blobs" / algorithm / digest
    assert hashlib.sha256(path.read_bytes()).hexdigest() == digest
    return path


def read_blob(layout, described):
    return read_json(blob(layout, described))


def check_config(config):
    """What the task definition and the orchestrators rely on."""
    assert config["User"] == TASK["user"] == "10001:10001"
    assert config["Entrypoint"] == ["/" + PROGRAM]
    assert config["StopSignal"] == "SIGTERM"
    assert "/scratch" in config["Volumes"]
    assert "OPENBLAS_NUM_THREADS=1" in config["Env"]
    for label in ("title", "description", "licenses"):
        assert config["Labels"][f"org.opencontainers.image.{label}"]


def check_files(root):
    """- Returns: bytes of all files."""
    assert {path.name for path in root.iterdir()} == FOLDERS
    size = 0
    for path in root.rglob("*"):
        assert path.name not in SHELLS, path
        status = path.lstat()
        assert not status.st_mode & 0o6000, f"setuid: {path}"
        if path.is_file():
            size += status.st_size
    assert (root / PROGRAM).stat().st_mode & 0o777 == 0o755
    assert ((root / "scratch").stat().st_uid, (root / "scratch").stat().st_gid) == (10001, 10001)
    return size


def start(root, *arguments, **settings):
    return subprocess.Popen(
        ["unshare", "--mount", "--pid", "--ipc", "--fork", "--kill-child", "sh", "-c", CONTAINER,
         str(root), *map(str, arguments)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **settings)


def run(root, *arguments):
    process = start(root, *arguments)
    out, errors = process.communicate(timeout=120)
    return process.returncode, out, errors


def check_runs(root):
    times = []
    for _ in range(9):
        started = time.monotonic()
        code, out, errors = run(root, "--version")
        times.append(time.monotonic() - started)
        assert code == 0 and out.strip(), errors
    empty = []
    for _ in range(9):
        started = time.monotonic()
        subprocess.run(
            ["unshare", "--mount", "--pid", "--ipc", "--fork", "sh", "-c",
             'mount --make-rprivate /; exec env -i /usr/sbin/chroot / /bin/true'], check=True)
        empty.append(time.monotonic() - started)
    print(f"starts in {1e3 * min(times):.0f} ms, {1e3 * min(empty):.0f} of them the namespaces")
    assert min(times) < START_SECONDS_MAX

    # Writing works on the scratch volume, and nowhere else.
    code, out, errors = run(
        root, "generate", "--rows", 5000, "--shards", 2, "--output", "/scratch/shards", "--json")
    assert code == 0, errors
    code, out, errors = run(root, "generate", "--rows", 10, "--output", "/etc/shards")
    assert code != 0 and "/etc/shards" in errors, errors
    check_stops(root)


def check_stops(root):
    """SIGTERM to process 1 ends it as Step Functions is told: 143."""
    process = start(root, "generate", "--rows", 200_000_000, "--output", "/scratch/shards")
    inner = None
    deadline = time.monotonic() + 20
    while inner is None and time.monotonic() < deadline:
        time.sleep(0.2)
        inner = program_in(process.pid)
    assert inner, "the program did not start"
    time.sleep(0.5)
    started = time.monotonic()
    os.kill(inner, signal.SIGTERM)
    _, errors = process.communicate(timeout=60)
    print(f"SIGTERM as process 1: exit {process.returncode} after "
          f"{time.monotonic() - started:.2f} s")
    assert process.returncode == 143, errors
    assert "Martlet.Interrupted" in errors


def program_in(parent):
    """The id, outside, of the program that `unshare` started; None while it is not there."""
    children = pathlib.Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    for child in children:
        if os.path.basename(os.readlink(f"/proc/{child}/exe")) == "martlet":
            return int(child)
    return None


if __name__ == "__main__":
    main()
