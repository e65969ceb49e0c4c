#!/usr/bin/env python3
"""LightGBM's side of a comparison: one whole process, from the interpreter's start to its end.

    peer.py train DATA MODEL [--trees N] [--leaves N] [--threads N]
    peer.py predict MODEL DATA OUTPUT [--threads N]
    peer.py contributions MODEL DATA OUTPUT [--threads N]
    peer.py rmse MODEL DATA
"""

import argparse

parser = argparse.ArgumentParser()
commands = parser.add_subparsers(dest="command", required=True)
for name, places in (
    ("train", ["data", "model"]), ("predict", ["model", "data", "output"]),
    ("contributions", ["model", "data", "output"]), ("rmse", ["model", "data"]),
):
    command = commands.add_parser(name)
    for place in places:
        command.add_argument(place)
    command.add_argument("--threads", type=int, default=2)
    command.add_argument("--trees", type=int, default=200)
    command.add_argument("--leaves", type=int, default=63)
arguments = parser.parse_args()

import lightgbm  # noqa: E402: a wrong command line should not wait for the imports
import numpy
import pyarrow
import pyarrow.compute
import pyarrow.parquet

pyarrow.set_cpu_count(arguments.threads)
table = pyarrow.parquet.read_table(arguments.data, memory_map=True)
names = [name for name in table.column_names if name not in ("id", "age")]


def matrix(categories):
    """Strings as codes of `categories`, by column; nulls as NaN."""
    features = numpy.empty((table.num_rows, len(names)), numpy.float32)
    for index, name in enumerate(names):
        column = table.column(name)
        if name in categories:
            codes = pyarrow.compute.index_in(column, value_set=pyarrow.array(categories[name]))
            column = codes.cast(pyarrow.float32())
        features[:, index] = column.to_numpy()
    return features


def text_columns():
    return {
        name: pyarrow.compute.unique(table.column(name)).drop_null().to_pylist()
        for name in names if pyarrow.types.is_string(table.schema.field(name).type)
        or pyarrow.types.is_large_string(table.schema.field(name).type)}


if arguments.command == "train":
    categories = text_columns()
    parameters = {
        "objective": "regression", "num_leaves": arguments.leaves, "learning_rate": 0.1,
        "max_bin": 255, "num_threads": arguments.threads, "verbose": -1}
    data = lightgbm.Dataset(
        matrix(categories), table.column("age").to_numpy(), params=parameters, feature_name=names,
        categorical_feature=[names.index(name) for name in categories])
    model = lightgbm.train(parameters, data, arguments.trees)
    model.pandas_categorical = [categories] if categories else None
    model.save_model(arguments.model)
else:
    model = lightgbm.Booster(model_file=arguments.model)
    categories = (model.pandas_categorical or [{}])[0]
    predictions = model.predict(
        matrix(categories), num_threads=arguments.threads,
        pred_contrib=arguments.command == "contributions")
    if arguments.command == "contributions":
        columns = {name: predictions[:, index] for index, name in enumerate(names)}
        columns["expected_value"] = predictions[:, -1]
        pyarrow.parquet.write_table(
            pyarrow.table({"id": table.column("id"), **columns}), arguments.output,
            compression="snappy")
    elif arguments.command == "predict":
        output = pyarrow.table({"id": table.column("id"), "prediction": predictions})
        pyarrow.parquet.write_table(output, arguments.output, compression="snappy")
    else:
        error = predictions - table.column("age").to_numpy()
        print(float(numpy.sqrt(numpy.mean(error**2))))
