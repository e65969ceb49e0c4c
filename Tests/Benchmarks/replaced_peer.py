#!/usr/bin/env python3
"""The Python side of `replaced_job.py`: pandas, XGBoost and scikit-learn.

    replaced_peer.py train DATA FOLDER
    replaced_peer.py predict FOLDER OUTPUT SHARD... --threads 2
"""

import argparse
import os
import pathlib
import pickle

parser = argparse.ArgumentParser()
parser.add_argument("mode", choices=["train", "predict"])
parser.add_argument("rest", nargs="+", type=pathlib.Path)
parser.add_argument("--threads", type=int, default=os.cpu_count())
arguments = parser.parse_args()
os.environ["OMP_NUM_THREADS"] = str(arguments.threads)

import pandas  # noqa: E402: the threads must be set before
import sklearn.ensemble
import xgboost


def train(data, folder):
    table = pandas.read_parquet(data)
    features = table.drop(columns=["id", "age"])
    medians = features.median()
    features = features.fillna(medians)
    point = xgboost.XGBRegressor(
        n_estimators=200, max_depth=6, learning_rate=0.1, tree_method="hist")
    point.fit(features, table["age"])
    some = features.index[:10_000]  # sklearn's trees take minutes for more
    bounds = [
        sklearn.ensemble.GradientBoostingRegressor(
            loss="quantile", alpha=alpha, n_estimators=100, max_depth=6, random_state=1,
        ).fit(features.loc[some], table["age"].loc[some]) for alpha in (0.1, 0.9)]
    with open(folder / "replaced-peer.pickle", "wb") as file:
        pickle.dump((medians, point, bounds), file)


def predict(folder, output, shards):
    with open(folder / "replaced-peer.pickle", "rb") as file:
        medians, point, bounds = pickle.load(file)
    point.set_params(n_jobs=arguments.threads)
    output.mkdir(parents=True, exist_ok=True)
    for shard in shards:
        table = pandas.read_parquet(shard)
        features = table[medians.index].fillna(medians)
        pandas.DataFrame({
            "id": table["id"], "prediction": point.predict(features),
            "prediction_lower": bounds[0].predict(features),
            "prediction_upper": bounds[1].predict(features),
        }).to_parquet(output / shard.name, compression="snappy")


if __name__ == "__main__":
    if arguments.mode == "train":
        train(*arguments.rest)
    else:
        predict(arguments.rest[0], arguments.rest[1], arguments.rest[2:])
