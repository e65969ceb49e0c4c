#!/usr/bin/env python3
"""Copies objects from S3 to a folder and back, beside boto3 and AWS's C client (CRT) as
the AWS CLI uses it with `preferred_transfer_client = crt`.

    s3_throughput.py [--large N] [--small N] [--repeats N] [--folder DIRECTORY]

All talk to the same local server (s3_server.py), which has a processor of its own where there are
two. Each copy is a process, from its start to its end; wall time, and the processor time of client
and server, are medians, and the last columns compare with the faster of the peers. Needs boto3[crt]
(the AWS CLI of PyPI, version 1, has no CRT; this calls the same library as version 2); the folder
should lie in memory (/dev/shm).
"""

import argparse
import json
import os
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]

PEER = """
import os, pathlib, sys
import boto3, botocore.config, botocore.session
from concurrent.futures import ThreadPoolExecutor
from boto3.s3.transfer import TransferConfig

kind, direction, folder, prefix = sys.argv[1:]
s3 = boto3.client("s3", config=botocore.config.Config(max_pool_connections=32))
folder = pathlib.Path(folder)
if direction == "get":
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket="bench", Prefix=prefix)
    keys = [entry["Key"] for page in pages for entry in page.get("Contents", [])]
    pairs = [(key, str(folder / key.rpartition("/")[2])) for key in keys]
else:
    pairs = [(prefix + path.name, str(path)) for path in folder.iterdir()]
if kind == "crt":
    import s3transfer.crt as crt
    from awscrt.auth import AwsCredentialsProvider
    provider = AwsCredentialsProvider.new_static("bench", "bench")
    manager = crt.CRTTransferManager(
        crt.create_s3_crt_client("us-east-1", provider, use_ssl=False),
        crt.BotocoreCRTRequestSerializer(
            botocore.session.Session(), {"endpoint_url": os.environ["AWS_ENDPOINT_URL"]}))
    with manager:
        futures = [
            manager.download("bench", key, path) if direction == "get"
            else manager.upload(path, "bench", key) for key, path in pairs]
        for future in futures:
            future.result()
else:
    config = TransferConfig(preferred_transfer_client="classic", max_concurrency=16)
    def copy(key, path):
        if direction == "get":
            s3.download_file("bench", key, path, Config=config)
        else:
            s3.upload_file(path, "bench", key, Config=config)
    with ThreadPoolExecutor(16) as pool:
        for done in [pool.submit(copy, *pair) for pair in pairs]:
            done.result()
"""


def parse():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--large", type=int, default=2, help="objects of 200 MB")
    parser.add_argument("--small", type=int, default=2000, help="objects of 16 KB")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--folder", type=pathlib.Path, default=pathlib.Path("/dev/shm/martlet-s3"))
    parser.add_argument("--bench", type=pathlib.Path,
                        default=ROOT / ".build/release/martlet-bench")
    return parser.parse_args()


class Comparison:
    def __init__(self, chosen):
        self.chosen = chosen
        cores = sorted(os.sched_getaffinity(0))
        self.server_core, self.client_cores = cores[-1], cores[:-1] or cores
        self.server = subprocess.Popen(
            [sys.executable, HERE / "s3_server.py"], stdout=subprocess.PIPE, text=True,
            preexec_fn=lambda: os.sched_setaffinity(0, {self.server_core}))
        self.endpoint = f"http://127.0.0.1:{self.server.stdout.readline().strip()}"
        self.environment = {
            **os.environ, "AWS_ENDPOINT_URL": self.endpoint, "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "bench",
            "AWS_SECRET_ACCESS_KEY": "bench", "AWS_EC2_METADATA_DISABLED": "true"}

    def clients(self, direction, folder, prefix):
        url = f"s3://bench/{prefix}"
        ours = [url, folder] if direction == "get" else [folder, url]
        return {
            "martlet": [self.chosen.bench, "copy", *ours, "1"],
            "boto3": [sys.executable, "-c", PEER, "classic", direction, folder, prefix],
            "CRT": [sys.executable, "-c", PEER, "crt", direction, folder, prefix],
        }

    def run(self, command):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        server_before = self.server_seconds()
        started = time.monotonic()
        subprocess.run(
            [str(part) for part in command], env=self.environment, check=True,
            stdout=subprocess.DEVNULL,
            preexec_fn=lambda: os.sched_setaffinity(0, self.client_cores))
        wall = time.monotonic() - started
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return (wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
                self.server_seconds() - server_before)

    def server_seconds(self):
        """Of processor time; 0 where there is no /proc."""
        stat = pathlib.Path(f"/proc/{self.server.pid}/stat")
        if not stat.exists():
            return 0
        fields = stat.read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11:13])) / os.sysconf("SC_CLK_TCK")

    def measure(self, title, direction, source, prefix, size):
        times = {}
        for _ in range(self.chosen.repeats):
            folder = self.chosen.folder / "copied"
            for name in ("martlet", "boto3", "CRT"):
                place = source if direction == "put" else folder
                if direction == "get":
                    shutil.rmtree(folder, ignore_errors=True)
                    folder.mkdir(parents=True)
                target = prefix if direction == "get" else f"put-{name}/"
                times.setdefault(name, []).append(
                    self.run(self.clients(direction, place, target)[name]))
                if direction == "get":
                    copied = sum(path.stat().st_size for path in folder.iterdir())
                    assert copied == size, (name, copied, size)
        self.show(title, times, size)

    def show(self, title, times, size):
        medians = {
            name: [statistics.median(column) for column in zip(*pairs)]
            for name, pairs in times.items()}
        best = [min(medians[name][column] for name in medians if name != "martlet")
                for column in (0, 1)]
        for name, (wall, processor, server) in medians.items():
            ratios = "" if name != "martlet" else (
                f"  {best[0] / wall:5.1f} x  {best[1] / processor:5.1f} x less CPU")
            print(f"{title:22} {name:15} {wall:7.2f} s {size / wall / 1e6:8.0f} MB/s "
                  f"{processor / size * 1e9:7.2f} CPU s/GB, server {server / size * 1e9:5.2f}"
                  f"{ratios}", flush=True)

    def fill(self, name, count, size):
        folder = self.chosen.folder / name
        folder.mkdir(parents=True, exist_ok=True)
        for index in range(count):
            (folder / f"{index:05}.bin").write_bytes(os.urandom(size))
        self.run(self.clients("put", folder, f"{name}/")["martlet"])
        return folder


def main():
    chosen = parse()
    comparison = Comparison(chosen)
    try:
        for name, count, size in (
                ("large", chosen.large, 200_000_000), ("small", chosen.small, 16_000)):
            if not count:
                continue
            folder = comparison.fill(name, count, size)
            title = f"{count} x {size / 1e6:g} MB"
            comparison.measure(f"GET {title}", "get", folder, f"{name}/", count * size)
            comparison.measure(f"PUT {title}", "put", folder, f"{name}/", count * size)
            shutil.rmtree(folder)
    finally:
        comparison.server.kill()
        shutil.rmtree(chosen.folder, ignore_errors=True)
    print(json.dumps({"cores": len(comparison.client_cores), "repeats": chosen.repeats}))


if __name__ == "__main__":
    main()
