#!/usr/bin/env python3
"""Contributions (exact Shapley values), Martlet beside LightGBM's `pred_contrib`, with one model.

    .venv-benchmarks/bin/python Tests/Benchmarks/contributions.py --rows 20000 --threads 1

LightGBM's own model is trained once; Martlet reads its file. Both are whole processes from Parquet
to Parquet with a column for each feature; `--rows 1` shows what starting them costs.
"""

import subprocess
import sys

import paired
import setting


def main():
    chosen = setting.parse(__doc__)
    train = chosen.generated("small", 200_000, seed=1)
    data = chosen.generated("explained", chosen.rows, seed=4)
    model = chosen.folder / f"explained-{chosen.trees}-{chosen.leaves}.txt"
    if not model.exists():
        subprocess.run(setting.texts([
            sys.executable, setting.PEER, "train", train, model, "--trees", chosen.trees,
            "--leaves", chosen.leaves]), check=True)
    ours = [chosen.martlet, "predict", "--model", model, "--data", data, "--id", "id",
            "--contributions", "--threads", chosen.threads, "--output",
            chosen.folder / "contributions"]
    theirs = [sys.executable, setting.PEER, "contributions", model, data,
              chosen.folder / "lightgbm-contributions.parquet", "--threads", chosen.threads]
    print(f"contributions: {chosen.rows:,} rows, 22 features, {chosen.trees} trees of "
          f"{chosen.leaves} leaves, {chosen.threads} threads")
    paired.compare(setting.texts(ours), setting.texts(theirs), chosen.repeats)


if __name__ == "__main__":
    main()
