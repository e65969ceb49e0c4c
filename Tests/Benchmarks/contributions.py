#!/usr/bin/env python3
"""Contributions (exact Shapley values), Martlet beside LightGBM's and XGBoost's own.

    .venv-benchmarks/bin/python Tests/Benchmarks/contributions.py --threads 1 --peer-rows 20000

LightGBM's model of 63 leaves and XGBoost's of depth 6 are trained once, as in `scoring.py`; Martlet
reads their files. All are whole processes from Parquet to Parquet with a column for each feature;
what counts is the time of a row, for peers take minutes for a million of them.
"""

import statistics
import subprocess

import paired
import scoring
import setting


def options(parser):
    parser.add_argument("--peer-rows", type=int, help="rows that the peers explain")
    parser.add_argument("--train", help="Parquet file with the target")
    parser.add_argument("--data", help="Parquet file to be explained")
    parser.add_argument("--target", default="age")


def microseconds(command, rows, repeats):
    """Processor and wall time of a row, and the peak in megabytes."""
    runs = [paired.run(setting.texts(command)) for _ in range(repeats)]
    cpu, wall = (statistics.median(getattr(run, key) for run in runs) / rows * 1e6
                 for key in ("cpu", "wall"))
    return cpu, wall, max(run.peak for run in runs) / 1e6


def main():
    chosen = setting.parse(__doc__, options)
    train = chosen.train or chosen.generated("small", 200_000, seed=1)
    data = chosen.data or chosen.generated("explained", chosen.rows, seed=4)
    if not (chosen.folder / "xgboost-numbered.ubj").exists():
        subprocess.run(setting.texts(
            scoring.peer(chosen, "models", train, chosen.folder) + ["--trees", chosen.trees]),
            check=True)
    peer_rows = min(chosen.peer_rows or chosen.rows, chosen.rows)
    for library, suffix in (("lightgbm", "txt"), ("xgboost", "ubj")):
        ours = [chosen.martlet, "predict", "--model", chosen.folder / f"{library}.{suffix}",
                "--data", data, "--id", "id", "--contributions", "--threads", chosen.threads,
                "--output", chosen.folder / "contributions"]
        theirs = scoring.peer(
            chosen, "files", f"{library}_contributions", data, chosen.folder,
            chosen.folder / "peer-contributions.parquet") + ["--rows", peer_rows]
        print(f"{library}'s model, {chosen.trees} trees, {chosen.threads} threads")
        first = None
        for name, command, rows in (
                ("martlet", ours, chosen.rows), (library, theirs, peer_rows)):
            cpu, wall, peak = microseconds(command, rows, chosen.repeats)
            first = first or cpu
            print(f"  {name:10}{rows:10,} rows{cpu:9.1f} us processor{wall:9.1f} us wall"
                  f"{peak:8.0f} MB{cpu / first:8.1f} x", flush=True)


if __name__ == "__main__":
    main()
