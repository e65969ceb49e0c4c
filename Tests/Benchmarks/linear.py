#!/usr/bin/env python3
"""Linear models, Martlet against scikit-learn: Parquet in, saved model out, whole processes.

Ridge on a million rows of 22 numbers (a part missing) and on 200,000 of 300, logistic regression
on a million of 28, elastic net on all three, and the memory of a ridge as the rows grow. Set up as
boosting.py. `--tables FOLDER` takes `age`, `events` and `wide` from `d1`, `d2` and `d3` there (a
`train.parquet` each) instead of making them.
"""

import pathlib
import statistics
import subprocess
import sys

import numpy
import paired
import pyarrow
import pyarrow.parquet
import setting

PEER = setting.PEER.with_name("linear_peer.py")
TABLES = {"age": (1_000_000, 22), "events": (1_000_000, 28), "wide": (200_000, 300)}
GIVEN = {"age": "d1", "events": "d2", "wide": "d3"}
# Elastic net: penalties for each row and standardised column, as scikit-learn counts them.
ALPHA, L1_RATIO = 0.05, 0.5


def table(folder, name, share):
    """Made once: numbers in 32 bits, in `age` one in twenty missing."""
    rows, width = TABLES[name]
    rows //= share
    path = folder / f"linear-{name}-{rows}.parquet"
    if path.exists():
        return path, rows
    random = numpy.random.default_rng(1)
    signal = numpy.zeros(rows)
    columns = {}
    for index in range(width):
        values = random.normal(index, 1 + index % 3, rows).astype(numpy.float32)
        signal += (values - index) * random.normal()
        mask = random.uniform(size=rows) < 0.05 if name == "age" else None
        columns[f"f{index}"] = pyarrow.array(values, mask=mask)
    noise = random.logistic(size=rows)
    columns["target"] = (
        (signal / signal.std() + noise > 0).astype(numpy.float64) if name == "events"
        else signal + noise)
    pyarrow.parquet.write_table(pyarrow.table(columns), path, row_group_size=128 * 1024)
    return path, rows


def given(folder, name):
    """A table that is there already: its path, rows and target."""
    path = folder / GIVEN[name] / "train.parquet"
    file = pyarrow.parquet.ParquetFile(path)
    names = file.schema_arrow.names
    target = next(n for n in ("target", "label", "actual_age", "y") if n in names)
    return path, file.metadata.num_rows, target, ["id"] if "id" in names else []


def compare(chosen, name, objective, share):
    if chosen.tables:
        path, rows, target, ignored = given(chosen.tables, name)
    else:
        (path, rows), target, ignored = table(chosen.folder, name, share), "target", []
    ours = [
        chosen.martlet, "train", "--data", path, "--target", target, "--algorithm", "linear",
        "--objective", objective, "--threads", chosen.threads, "--report", "never", "--output",
        chosen.folder / "linear"]
    if ignored:
        ours += ["--ignore-features", ",".join(ignored)]
    if objective == "elasticnet":
        ours += ["--lambda-l1", ALPHA * L1_RATIO * rows]
        ours += ["--lambda-l2", ALPHA * (1 - L1_RATIO) * rows]
    theirs = [
        sys.executable, PEER, objective, path, chosen.folder / "linear.pickle", ALPHA, L1_RATIO,
        chosen.threads, target]
    pairs = [
        (paired.run(setting.texts(ours)), paired.run(setting.texts(theirs)))
        for _ in range(chosen.repeats)]
    for figure in ("cpu", "wall", "peak"):
        ratios = [getattr(peer, figure) / getattr(mine, figure) for mine, peer in pairs]
        mine, peer = (
            statistics.median(getattr(run, figure) for run in side) for side in zip(*pairs))
        print(f"{name:8}{objective:12}{figure:6}{mine:>14.2f}{peer:>14.2f}"
              f"{statistics.median(ratios):>8.1f} x")


def memory(chosen):
    """Peak of a ridge on tables of which one has twenty times the rows."""
    for rows in (chosen.rows, 20 * chosen.rows):
        folder = chosen.folder / f"memory-{rows}"
        if not folder.exists():
            subprocess.run(
                setting.texts([
                    chosen.martlet, "generate", "--rows", rows, "--shards", max(rows // 10**6, 1),
                    "--output", folder]),
                check=True, stdout=subprocess.DEVNULL)
        done = paired.run(setting.texts([
            chosen.martlet, "train", "--data", folder, "--target", "age", "--ignore-features",
            "id", "--algorithm", "linear", "--threads", chosen.threads, "--output",
            chosen.folder / "linear"]))
        print(f"memory   ridge       {rows:>12,} rows {done.peak / 1e6:>8.0f} MB "
              f"{done.cpu:>8.2f} s")


def options(parser):
    parser.add_argument("--tables", type=pathlib.Path, help="a folder with d1, d2 and d3")
    parser.add_argument("--only", choices=["speed", "memory"])


def main():
    chosen = setting.parse(__doc__, add=options)
    share = max(1_000_000 // chosen.rows, 1)
    print(f"{'':20}{'':6}{'martlet':>14}{'scikit-learn':>14}{'ratio':>10}")
    for name, objective in (
            ("age", "ridge"), ("wide", "ridge"), ("events", "logistic"), ("age", "elasticnet"),
            ("wide", "elasticnet")):
        if chosen.only != "memory":
            compare(chosen, name, objective, share)
    if chosen.only != "speed":
        memory(chosen)


if __name__ == "__main__":
    main()
