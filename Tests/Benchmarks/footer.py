#!/usr/bin/env python3
"""Opens a wide Parquet file with `martlet-bench footer` and pyarrow, in turn.

    swift build -c release --product martlet-bench
    footer.py [--columns 1000] [--row-groups 100] [--rounds 5]

Prints the processor milliseconds of both and their median ratio. Needs pyarrow and numpy.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import tempfile
import time

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

BENCH = os.environ.get(
    "MARTLET_BENCH", pathlib.Path(__file__).parents[2] / ".build/release/martlet-bench")
REPETITIONS = 5


def write(path, columns, row_groups):
    rows = 10 * row_groups
    values = np.arange(rows) * 1.0
    table = pa.table({f"feature_{i:04d}": values + i for i in range(columns)})
    pq.write_table(table, path, row_group_size=10)


def ours(path):
    command = [BENCH, "footer", path, str(REPETITIONS), "1"]
    return min(json.loads(subprocess.check_output(command))["cpu"])


def pyarrow_metadata(path):
    times = []
    for _ in range(REPETITIONS):
        start = time.process_time()
        pq.read_metadata(path)
        times.append(time.process_time() - start)
    return min(times)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--columns", type=int, default=1000)
    parser.add_argument("--row-groups", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=5)
    settings = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "wide.parquet")
        write(path, settings.columns, settings.row_groups)
        pairs = [(ours(path), pyarrow_metadata(path)) for _ in range(settings.rounds)]
    mine, theirs = (statistics.median(column) * 1e3 for column in zip(*pairs))
    ratio = statistics.median(other / own for own, other in pairs)
    print(f"martlet {mine:.1f} ms, pyarrow {theirs:.1f} ms: {ratio:.2f} times as fast")


if __name__ == "__main__":
    main()
