#!/usr/bin/env python3
"""Records what LightGBM reaches on the data sets of cases.json, into lightgbm.json beside it.

    pip install lightgbm==4.7.0 pyarrow==26.0.1 numpy==2.4.6
    MARTLET=PROGRAM MARTLET_SHARED=FOLDER python3 record_lightgbm.py

Every case is trained with 31 and with 63 leaves, 200 trees, learning rate 0.1, LightGBM's defaults
otherwise. Strings are coded by the training set's dictionary and given as categorical
features; a string that training did not see is missing. Metrics are unweighted, on the test set.
Run K of ten uses seed K and 256 - K bins: where the bins' edges lie is an implementation's own
choice, so the deviation over the runs is what two correct implementations may differ by.
The generated table (a million rows; PROGRAM writes it) is too large to need that: one run.
"""

import json
import os
import pathlib
import statistics
import subprocess
import tempfile

import lightgbm
import numpy
import pyarrow
import pyarrow.compute
import pyarrow.parquet

RUNS = range(1, 11)
GENERATED = {
    "train": {"rows": 1_000_000, "seed": 1}, "test": {"rows": 200_000, "seed": 2},
    "target": "age", "ignore": ["id"], "metrics": ["rmse", "mae"], "parameters": {},
}
HERE = pathlib.Path(__file__).parent


def is_text(column_type):
    return pyarrow.types.is_string(column_type) or pyarrow.types.is_large_string(column_type)


def matrix(table, names, dictionaries):
    """(rows, features) of float64; nulls and unseen strings are NaN."""
    columns = []
    for name in names:
        column = table.column(name)
        if name in dictionaries:
            codes = pyarrow.compute.index_in(column, value_set=dictionaries[name])
            column = codes.cast(pyarrow.float64())
        columns.append(column.to_numpy().astype(numpy.float64))
    return numpy.column_stack(columns)


def area_under_curve(labels, scores):
    """The chance that a positive outranks a negative; ties count half."""
    _, inverse, counts = numpy.unique(scores, return_inverse=True, return_counts=True)
    upper = numpy.cumsum(counts)
    ranks = (upper - (counts - 1) / 2)[inverse]
    positives = labels.sum()
    wins = ranks[labels == 1].sum() - positives * (positives + 1) / 2
    return wins / (positives * (len(labels) - positives))


def measure(metric, labels, predictions, alpha):
    error = labels - predictions
    match metric:
        case "rmse":
            return numpy.sqrt(numpy.mean(error**2))
        case "mae":
            return numpy.mean(numpy.abs(error))
        case "pinball":
            return numpy.mean(numpy.maximum(alpha * error, (alpha - 1) * error))
        case "auc":
            return area_under_curve(labels, predictions)
        case "logloss":
            clipped = numpy.clip(predictions, 1e-15, 1 - 1e-15)
            return -numpy.mean(numpy.where(labels == 1, numpy.log(clipped), numpy.log1p(-clipped)))
    raise ValueError(metric)


def reached(case, leaves, shared, runs=RUNS):
    """Metric to values, one a run."""
    train = pyarrow.parquet.read_table(shared / case["train"])
    test = pyarrow.parquet.read_table(shared / case["test"])
    left_out = {case["target"], case.get("weight"), *case["ignore"]}
    names = [name for name in train.column_names if name not in left_out]
    dictionaries = {
        name: pyarrow.compute.unique(train.column(name)).drop_null()
        for name in names
        if is_text(train.schema.field(name).type)
    }
    train_x, test_x = (matrix(table, names, dictionaries) for table in (train, test))
    train_y, test_y = (
        table.column(case["target"]).to_numpy().astype(numpy.float64) for table in (train, test)
    )
    weights = train.column(case["weight"]).to_numpy() if "weight" in case else None

    found = {metric: [] for metric in case["metrics"]}
    for run in runs:
        parameters = {
            "num_leaves": leaves, "learning_rate": 0.1, "max_bin": 256 - run, "seed": run,
            "deterministic": True, "num_threads": 2, "verbose": -1, **case["parameters"],
        }
        data = lightgbm.Dataset(
            train_x, train_y, weight=weights, params=parameters,
            categorical_feature=[names.index(name) for name in dictionaries],
        )
        model = lightgbm.train(parameters, data, num_boost_round=200)
        predictions = model.predict(test_x)
        for metric, values in found.items():
            values.append(
                float(measure(metric, test_y, predictions, case["parameters"].get("alpha"))))
    return found


def record(case, leaves, shared, runs=RUNS):
    found = reached(case, leaves, shared, runs)
    return {
        metric: {
            "mean": statistics.fmean(values),
            "deviation": statistics.stdev(values) if len(values) > 1 else 0.0,
        }
        for metric, values in found.items()
    }


def record_generated():
    """63 leaves and 255 bins on the demonstration table, as large as the benchmarks'."""
    with tempfile.TemporaryDirectory() as folder:
        case = dict(GENERATED)
        for part in ("train", "test"):
            case[part] = f"{part}.parquet"
            table = GENERATED[part]
            subprocess.run(
                [os.environ["MARTLET"], "generate", "--rows", str(table["rows"]),
                 "--seed", str(table["seed"]), "--output", f"{folder}/{case[part]}"], check=True)
        return {**GENERATED, "reached": record(case, 63, pathlib.Path(folder), runs=[1])}


def main():
    shared = pathlib.Path(os.environ["MARTLET_SHARED"]) / "data"
    cases = json.loads((HERE / "cases.json").read_text())
    results = {
        name: {str(leaves): record(case, leaves, shared) for leaves in (31, 63)}
        for name, case in cases.items()
    }
    recorded = {
        "lightgbm": lightgbm.__version__, "runs": len(RUNS), "cases": results,
        "generated": record_generated(),
    }
    (HERE / "lightgbm.json").write_text(json.dumps(recorded, indent=2) + "\n")


if __name__ == "__main__":
    main()
