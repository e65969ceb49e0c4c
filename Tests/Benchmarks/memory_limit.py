#!/usr/bin/env python3
"""Scores a Parquet file whose values take 10 GB decoded, under a memory limit.

    make release
    memory_limit.py [--gigabytes 10] [--limit 1GB] [--threads 2]

The file is compressible, so that it takes little room on the disk; it is written to a temporary
folder. Prints the peak of the resident memory, and fails when that is above the limit. Needs
pyarrow and numpy.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

MARTLET = os.environ.get(
    "MARTLET", pathlib.Path(__file__).parents[2] / ".build/release/martlet")
COLUMNS = 20
ROWS_OF_A_GROUP = 131_072
UNITS = {"MB": 10**6, "GB": 10**9, "MIB": 1 << 20, "GIB": 1 << 30}


def byte_count(text):
    unit = text.lstrip("0123456789")
    return int(text[: len(text) - len(unit)]) * UNITS[unit.upper()]


def write(path, decoded):
    rng = np.random.default_rng(1)
    # Few distinct values in runs: a dictionary of them compresses well.
    columns = [np.repeat(rng.integers(0, 50, ROWS_OF_A_GROUP // 64), 64) * 1.5
               for _ in range(COLUMNS)]
    names = [f"x{i}" for i in range(COLUMNS)]
    table = pa.table(columns + [columns[0] * 2 - columns[1]], names=names + ["y"])
    groups = max(1, decoded // (ROWS_OF_A_GROUP * 8 * COLUMNS))
    with pq.ParquetWriter(path, table.schema, compression="zstd") as writer:
        for _ in range(groups):
            writer.write_table(table, row_group_size=ROWS_OF_A_GROUP)
    return table, groups * ROWS_OF_A_GROUP


def run(*arguments):
    done = subprocess.run([MARTLET, *arguments, "--json"], capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    return json.loads(done.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--gigabytes", type=float, default=10)
    parser.add_argument("--limit", default="1GB")
    parser.add_argument("--threads", default="2")
    settings = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        table, rows = write(f"{folder}/large.parquet", int(settings.gigabytes * 1e9))
        pq.write_table(table.slice(0, 20_000), f"{folder}/small.parquet")
        model = run(
            "train", "--data", f"{folder}/small.parquet", "--target", "y", "--num-iterations", "5",
            "--report", "never", "--output", f"{folder}/model")["model"]
        start = time.monotonic()
        result = run(
            "predict", "--model", model, "--data", f"{folder}/large.parquet", "--output",
            f"{folder}/predictions", "--memory-limit", settings.limit, "--threads",
            settings.threads)
        seconds = time.monotonic() - start
        size = os.path.getsize(f"{folder}/large.parquet")
    peak = result["peak_rss_bytes"]
    print(
        f"{rows} rows, {rows * 8 * COLUMNS / 1e9:.1f} GB decoded, {size / 1e6:.0f} MB on disk, "
        f"limit {settings.limit}: peak {peak / 1e6:.0f} MB, {seconds:.1f} s")
    sys.exit(0 if peak <= byte_count(settings.limit) else 1)


if __name__ == "__main__":
    main()
