#!/usr/bin/env python3
"""Prediction, Martlet against LightGBM: Parquet and model in, Parquet out, both as whole processes.

    .venv-benchmarks/bin/python Tests/Benchmarks/predict.py

Each scores with a model of its own, trained with the same parameters on the same rows.
"""

import sys

import paired
import setting


def main():
    chosen = setting.parse(__doc__)
    train = chosen.generated("small", min(chosen.rows, 200_000), seed=1)
    data = chosen.generated("train", chosen.rows, seed=1)
    model, peer_model = chosen.folder / "scoring-model", chosen.folder / "scoring-lightgbm.txt"
    paired.run(setting.texts([
        chosen.martlet, "train", "--data", train, "--target", "age", "--ignore-features", "id",
        "--num-iterations", chosen.trees, "--num-leaves", chosen.leaves, "--output", model]))
    paired.run(setting.texts([
        sys.executable, setting.PEER, "train", train, peer_model, "--trees", chosen.trees,
        "--leaves", chosen.leaves]))
    ours = [
        chosen.martlet, "predict", "--model", model, "--data", data, "--id", "id", "--threads",
        chosen.threads, "--output", chosen.folder / "predictions"]
    theirs = [
        sys.executable, setting.PEER, "predict", peer_model, data,
        chosen.folder / "lightgbm-predictions.parquet", "--threads", chosen.threads]
    print(f"prediction: {chosen.rows:,} rows, 22 features, {chosen.trees} trees of "
          f"{chosen.leaves} leaves, {chosen.threads} threads")
    paired.compare(setting.texts(ours), setting.texts(theirs), chosen.repeats)


if __name__ == "__main__":
    main()
