#!/usr/bin/env python3
"""Training, Martlet against LightGBM: Parquet in, saved model out, both as whole processes.

    python3 -m venv .venv-benchmarks
    .venv-benchmarks/bin/pip install --requirement Tests/Benchmarks/requirements.txt
    .venv-benchmarks/bin/python Tests/Benchmarks/boosting.py
"""

import json
import subprocess
import sys

import paired
import setting


def main():
    chosen = setting.parse(__doc__)
    train = chosen.generated("train", chosen.rows, seed=1)
    test = chosen.generated("test", max(chosen.rows // 5, 1), seed=2)
    model, peer_model = chosen.folder / "model", chosen.folder / "lightgbm.txt"
    ours = [
        chosen.martlet, "train", "--data", train, "--target", "age", "--ignore-features", "id",
        "--num-iterations", chosen.trees, "--num-leaves", chosen.leaves, "--learning-rate", 0.1,
        "--max-bin", 255, "--threads", chosen.threads, "--output", model]
    theirs = [
        sys.executable, setting.PEER, "train", train, peer_model, "--trees", chosen.trees,
        "--leaves", chosen.leaves, "--threads", chosen.threads]
    print(f"training: {chosen.rows:,} rows, 22 features, {chosen.trees} trees of {chosen.leaves} "
          f"leaves, {chosen.threads} threads")
    paired.compare(setting.texts(ours), setting.texts(theirs), chosen.repeats)

    evaluated = json.loads(subprocess.check_output(
        setting.texts([chosen.martlet, "evaluate", "--model", model, "--data", test, "--json"])))
    peer = float(subprocess.check_output(
        setting.texts([sys.executable, setting.PEER, "rmse", peer_model, test])))
    mine = evaluated["metrics"]["rmse"]
    print(f"{'rmse':8}{mine:>12.5f}{peer:>12.5f}{mine / peer:>8.4f}   on {test.parent.name}")


if __name__ == "__main__":
    main()
