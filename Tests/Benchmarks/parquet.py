#!/usr/bin/env python3
"""Reads and writes Parquet with `martlet-bench`, polars and pyarrow, in turn.

    swift build -c release --product martlet-bench
    parquet.py [--rows 1000000] [--threads 1] [--rounds 5] [--only snappy,zstd,gzip,doubles,write]

Files: `snappy`, `zstd`, `gzip` have columns as feature tables have them (numbers of few and of
many values, flags, texts, times; 5% nulls); `doubles` has 100 columns of random numbers without
nulls, PLAIN and Snappy. `write` is two million rows of an id, three numbers and a text of four
values, Snappy. All engines run on the same processors, each in a process of its own; a round runs
each once. Prints medians of processor milliseconds (wall, with more than one thread), and the
medians of the rounds' ratios.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

BENCH = os.environ.get(
    "MARTLET_BENCH", pathlib.Path(__file__).parents[2] / ".build/release/martlet-bench")
REPETITIONS = 4
ROWS_OF_A_GROUP = 131_072
CASES = ["snappy", "zstd", "gzip", "doubles", "write"]


def features(rows):
    import numpy as np
    import pyarrow as pa

    rng = np.random.default_rng(7)
    words = np.array([f"merchant-category-{i:04d}" for i in range(1000)], object)
    columns = {"id": np.arange(rows) * 7 + 10**10}
    for i in range(4):
        columns[f"normal_{i}"] = rng.standard_normal(rows) * 10**i
    for i, distinct in enumerate((50, 1000, 20_000)):
        columns[f"money_{i}"] = rng.integers(0, distinct, rows) / 100
    for i in range(2):
        columns[f"single_{i}"] = rng.random(rows, dtype=np.float32)
    for i, distinct in enumerate((12, 77, 100, 10**7)):
        columns[f"count_{i}"] = rng.integers(0, distinct, rows).astype(np.int32)
    columns["amount"] = rng.integers(0, 5000, rows)
    columns["wide"] = rng.integers(0, 1 << 40, rows)
    for i, share in enumerate((0.5, 0.02)):
        columns[f"flag_{i}"] = rng.random(rows) < share
    for i, distinct in enumerate((5, 50, 1000)):
        columns[f"text_{i}"] = words[np.minimum(rng.geometric(3 / distinct, rows), distinct) - 1]
    columns["day"] = (19_000 + rng.integers(0, 1500, rows)).astype("datetime64[D]")
    columns["time"] = (1_700_000_000_000_000 + rng.integers(0, 5 * 10**12, rows)).astype(
        "datetime64[us]")
    columns["ratio"] = (rng.integers(0, 101, rows) / 100).astype(np.float32)
    columns["target"] = rng.standard_normal(rows)
    whole = ("id", "target")
    return pa.table({
        name: pa.array(values, mask=None if name in whole else rng.random(rows) < 0.05)
        for name, values in columns.items()})


def generate(case, path, rows):
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    options = {"row_group_size": ROWS_OF_A_GROUP, "store_schema": False}
    if case == "doubles":
        rng = np.random.default_rng(8)
        fields = [pa.field(f"f{i}", pa.float64(), nullable=False) for i in range(100)]
        table = pa.table([pa.array(rng.random(rows)) for _ in fields], schema=pa.schema(fields))
        pq.write_table(table, path, use_dictionary=False, compression="snappy", **options)
    elif case != "write":
        table = features(rows)
        # A dictionary where it makes the chunk smaller, as parquet-java and Trino decide.
        repeated = ("money", "text", "day", "amount", "ratio", "count_0", "count_1", "count_2")
        few = [name for name in table.column_names if name.startswith(repeated)]
        pq.write_table(table, path, use_dictionary=few, compression=case, **options)


def written_table():
    import numpy as np
    import pyarrow as pa

    rng = np.random.default_rng(9)
    rows = 2_000_000
    tags = np.array(["high", "medium", "low", "review"], object)
    return pa.table({
        "id": np.arange(rows), **{f"x{i}": rng.random(rows) for i in range(3)},
        "tag": tags[rng.integers(0, 4, rows)]})


def peer(engine, case, path, threads):
    """One engine's times, in this process."""
    if engine == "polars":
        import polars

        table = polars.from_arrow(written_table()) if case == "write" else None
        run = ((lambda: table.write_parquet(path, compression="snappy")) if table is not None
               else lambda: polars.read_parquet(path))
    else:
        import pyarrow
        import pyarrow.parquet as pq

        pyarrow.set_cpu_count(threads)
        table = written_table() if case == "write" else None
        run = ((lambda: pq.write_table(table, path, compression="snappy")) if table is not None
               else lambda: pq.read_table(path, use_threads=threads > 1))
    times = {"times": [], "cpu": []}
    for _ in range(REPETITIONS):
        start = time.perf_counter(), time.process_time()
        run()
        times["times"].append(time.perf_counter() - start[0])
        times["cpu"].append(time.process_time() - start[1])
    print(json.dumps(times))


def measure(engine, case, path, threads):
    """Median milliseconds, without the first repetition, which makes the memory."""
    if engine == "martlet":
        what = ["write", "snappy"] if case == "write" else ["read", path]
        command = [str(BENCH), *what, str(REPETITIONS), str(threads)]
    else:
        command = [sys.executable, __file__, "--peer", engine, "--only", case, "--path", path,
                   "--threads", str(threads)]
    processors = sorted(os.sched_getaffinity(0))[:threads]
    found = json.loads(subprocess.check_output(
        command, env={**os.environ, "POLARS_MAX_THREADS": str(threads)},
        preexec_fn=lambda: os.sched_setaffinity(0, processors)))
    return statistics.median(found["cpu" if threads == 1 else "times"][1:]) * 1e3


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default=",".join(CASES))
    parser.add_argument("--peer", help=argparse.SUPPRESS)
    parser.add_argument("--path", help=argparse.SUPPRESS)
    settings = parser.parse_args()
    if settings.peer:
        peer(settings.peer, settings.only, settings.path, settings.threads)
        return
    engines = ["martlet", "polars", "pyarrow"]
    with tempfile.TemporaryDirectory() as folder:
        for case in settings.only.split(","):
            path = os.path.join(folder, f"{case}.parquet")
            generate(case, path, settings.rows)
            rounds = [[measure(engine, case, path, settings.threads) for engine in engines]
                      for _ in range(settings.rounds)]
            line = "  ".join(f"{engine} {statistics.median(times):.1f} ms" for engine, times
                             in zip(engines, zip(*rounds)))
            ratios = "  ".join(
                f"{statistics.median(times[i] / times[0] for times in rounds):.2f} x {engines[i]}"
                for i in (1, 2))
            print(f"{case:8} {line}   {ratios}", flush=True)
            if os.path.exists(path):
                os.remove(path)


if __name__ == "__main__":
    main()
