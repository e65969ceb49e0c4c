#!/usr/bin/env python3
"""The replaced system's prediction job: three models over shards of people, ids passed through.

    .venv-benchmarks/bin/pip install --requirement Tests/Benchmarks/requirements-scoring.txt
    .venv-benchmarks/bin/python Tests/Benchmarks/replaced_job.py --rows 10000000 --threads 2

Martlet scores all shards in one process. The peer is what such systems look like in Python: pandas
reads a shard, fills what is missing, XGBoost predicts the age, scikit-learn's gradient boosting
both quantiles, pandas writes ids and predictions. It does the first `--peer-shards` shards. Both
have 200 trees of depth 6 for the age, and 100 for each quantile. The dollars are for the
236,296,501 predictions of one run of that system, at Fargate's price on demand in us-east-1, by
the rows a second that were measured here; the start of tasks is left out.
"""

import pathlib
import shutil
import subprocess
import sys

import paired
import setting

PEER = pathlib.Path(__file__).with_name("replaced_peer.py")
PREDICTIONS = 236_296_501
PROCESSOR_HOUR, GIBIBYTE_HOUR = 0.04048, 0.004445  # us-east-1, Linux on x86


def dollars(rows_a_second, processors, gibibytes):
    hours = PREDICTIONS / rows_a_second / 3_600
    return hours * (processors * PROCESSOR_HOUR + gibibytes * GIBIBYTE_HOUR)


def report(name, rows, run, processors, gibibytes):
    rate = rows / run.wall
    print(f"  {name:8}{rows:>12,} rows{run.wall:9.2f} s{rate:12,.0f} rows/s"
          f"{rows / run.cpu:12,.0f} rows/s a core{run.peak / 1e6:8.0f} MB"
          f"{dollars(rate, processors, gibibytes):9.3f} $ with {processors} vCPU, "
          f"{gibibytes} GiB", flush=True)
    return rate


def models(chosen, train):
    """Martlet's three models: the point and both ends."""
    found = []
    for name, shape in (
            ("point", ["--num-iterations", 200]),
            ("low", ["--num-iterations", 100, "--objective", "quantile", "--alpha", 0.1]),
            ("high", ["--num-iterations", 100, "--objective", "quantile", "--alpha", 0.9])):
        found.append(chosen.folder / f"replaced-{name}")
        if not found[-1].exists():
            subprocess.run(setting.texts([
                chosen.martlet, "train", "--data", train, "--target", "age",
                "--ignore-features", "id", "--max-depth", 6, "--num-leaves", 64, "--output",
                found[-1], *shape]), check=True, stdout=subprocess.DEVNULL)
    return found


def options(parser):
    parser.add_argument("--shards", type=int, default=24)
    parser.add_argument("--peer-shards", type=int, default=1)
    parser.add_argument("--keep-data", action="store_true", help="leave the shards there")


def main():
    chosen = setting.parse(__doc__, options)
    train = chosen.generated("replaced-train", 50_000, seed=1)
    point, low, high = models(chosen, train)
    if not (chosen.folder / "replaced-peer.pickle").exists():
        subprocess.run(setting.texts([
            sys.executable, PEER, "train", train, chosen.folder]), check=True)
    shards = chosen.folder / f"replaced-{chosen.rows}-{chosen.shards}"
    if not shards.exists():
        subprocess.run(setting.texts([
            chosen.martlet, "generate", "--rows", chosen.rows, "--shards", chosen.shards,
            "--seed", 5, "--output", shards]), check=True, stdout=subprocess.DEVNULL)
    print(f"{chosen.rows:,} rows in {chosen.shards} shards, {chosen.threads} threads")
    ours = report("martlet", chosen.rows, paired.run(setting.texts([
        chosen.martlet, "predict", "--model", point, "--lower-model", low, "--upper-model", high,
        "--data", shards, "--id", "id", "--threads", chosen.threads, "--output",
        chosen.folder / "replaced-scored"])), chosen.threads, 2 * chosen.threads)
    paths = sorted(shards.glob("*.parquet"))[:chosen.peer_shards]
    run = paired.run(setting.texts([
        sys.executable, PEER, "predict", chosen.folder, chosen.folder / "replaced-peer", *paths,
        "--threads", chosen.threads]))
    rows = chosen.rows * len(paths) // chosen.shards
    theirs = report("python", rows, run, chosen.threads, 4 * chosen.threads)
    print(f"  {ours / theirs:.0f} times as many rows a second")
    if not chosen.keep_data:
        for folder in (shards, chosen.folder / "replaced-scored", chosen.folder / "replaced-peer"):
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
