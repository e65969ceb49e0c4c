#!/usr/bin/env python3
"""One peer's training on a table of `boosting_tables.py`: a whole process, from Parquet to a saved
model. Prints one JSON line: seconds and processor seconds of the fit, and the test metric, which is
computed after the process's own processor time was taken."""

import argparse
import json
import time

parser = argparse.ArgumentParser()
parser.add_argument("library")
parser.add_argument("folder", help="has train.parquet and test.parquet")
parser.add_argument("model")
parser.add_argument("--task", choices=["regression", "binary", "multiclass"], required=True)
parser.add_argument("--target", required=True)
parser.add_argument("--ignore", nargs="*", default=[])
parser.add_argument("--trees", type=int, required=True)
parser.add_argument("--leaves", type=int, required=True)
parser.add_argument("--threads", type=int, required=True)
chosen = parser.parse_args()

import numpy  # noqa: E402: a wrong command line should not wait for the imports
import pyarrow
import pyarrow.compute
import pyarrow.parquet

pyarrow.set_cpu_count(chosen.threads)


class Table:
    """A split's matrix of floats, strings as codes of the training table's values."""

    def __init__(self, split, categories=None):
        table = pyarrow.parquet.read_table(f"{chosen.folder}/{split}.parquet", memory_map=True)
        self.labels = table.column(chosen.target).to_numpy()
        names = [n for n in table.column_names if n not in [chosen.target, *chosen.ignore]]
        self.categories = categories or {
            name: pyarrow.compute.unique(table.column(name)).drop_null()
            for name in names if pyarrow.types.is_string(table.schema.field(name).type)
            or pyarrow.types.is_large_string(table.schema.field(name).type)}
        self.matrix = numpy.empty((table.num_rows, len(names)), numpy.float32)
        for index, name in enumerate(names):
            column = table.column(name)
            if name in self.categories:
                codes = pyarrow.compute.index_in(column, value_set=self.categories[name])
                column = codes.cast(pyarrow.float32())
            self.matrix[:, index] = column.to_numpy()
        self.coded = [names.index(name) for name in self.categories]


def lightgbm(table, extra):
    import lightgbm

    parameters = {
        "objective": chosen.task, "num_leaves": chosen.leaves, "learning_rate": 0.1,
        "max_bin": 255, "num_threads": chosen.threads, "verbose": -1, **extra}
    if chosen.task == "multiclass":
        parameters["num_class"] = len(numpy.unique(table.labels))
    data = lightgbm.Dataset(
        table.matrix, table.labels, params=parameters, categorical_feature=table.coded).construct()
    table.matrix = None
    model = timed(lambda: lightgbm.train(parameters, data, chosen.trees))
    model.save_model(chosen.model)
    return lambda matrix: model.predict(matrix, num_threads=chosen.threads)


def xgboost(table, extra):
    import xgboost

    objective = {"regression": "reg:squarederror", "binary": "binary:logistic",
                 "multiclass": "multi:softprob"}[chosen.task]
    parameters = {"objective": objective, "tree_method": "hist", "eta": 0.1, "max_bin": 256,
                  "nthread": chosen.threads, "verbosity": 0, **extra}
    if chosen.task == "multiclass":
        parameters["num_class"] = len(numpy.unique(table.labels))
    kinds = ["c" if i in table.coded else "q" for i in range(table.matrix.shape[1])]
    options = {"nthread": chosen.threads, "feature_types": kinds, "enable_categorical": True}
    data = xgboost.QuantileDMatrix(table.matrix, table.labels, max_bin=256, **options)
    table.matrix = None
    model = timed(lambda: xgboost.train(parameters, data, chosen.trees))
    model.save_model(chosen.model + ".ubj")
    return lambda matrix: model.predict(xgboost.DMatrix(matrix, **options))


def catboost(table, extra):
    import catboost

    loss = {"regression": "RMSE", "binary": "Logloss", "multiclass": "MultiClass"}[chosen.task]
    model = catboost.CatBoost({
        "iterations": chosen.trees, "learning_rate": 0.1, "depth": 6, "loss_function": loss,
        "thread_count": chosen.threads, "logging_level": "Silent", "border_count": 254,
        "allow_writing_files": False, **extra})

    def pool(matrix, labels=None):
        if table.coded:
            import pandas

            matrix = pandas.DataFrame(matrix)
            matrix[table.coded] = matrix[table.coded].fillna(-1).astype(int).astype(str)
        return catboost.Pool(matrix, labels, cat_features=table.coded)

    data = pool(table.matrix, table.labels)
    table.matrix = None
    timed(lambda: model.fit(data))
    model.save_model(chosen.model)

    def predict(matrix):
        if chosen.task == "regression":
            return model.predict(pool(matrix))
        probabilities = model.predict(pool(matrix), prediction_type="Probability")
        return probabilities[:, 1] if chosen.task == "binary" else probabilities

    return predict


def sklearn(table, extra):
    from sklearn import ensemble
    import pickle

    kind = (ensemble.HistGradientBoostingRegressor if chosen.task == "regression"
            else ensemble.HistGradientBoostingClassifier)
    # It takes at most 255 categories; others stay numbers.
    coded = [index for index in table.coded if numpy.nanmax(table.matrix[:, index]) < 254]
    model = kind(max_iter=chosen.trees, learning_rate=0.1, max_leaf_nodes=chosen.leaves,
                 max_bins=255, early_stopping=False, categorical_features=coded or None, **extra)
    timed(lambda: model.fit(table.matrix, table.labels))
    with open(chosen.model, "wb") as file:
        pickle.dump(model, file)
    if chosen.task == "regression":
        return model.predict
    if chosen.task == "binary":
        return lambda matrix: model.predict_proba(matrix)[:, 1]
    return model.predict_proba


LIBRARIES = {
    "lightgbm": (lightgbm, {}),
    "lightgbm_rows": (lightgbm, {"force_row_wise": True}),
    "lightgbm_columns": (lightgbm, {"force_col_wise": True}),
    "lightgbm_quantised": (lightgbm, {"use_quantized_grad": True}),
    "xgboost": (xgboost, {"max_depth": 6}),
    "xgboost_lossguide": (xgboost, {
        "grow_policy": "lossguide", "max_leaves": chosen.leaves, "max_depth": 0}),
    "catboost": (catboost, {}),
    "sklearn": (sklearn, {}),
}
result = {}


def timed(body):
    start, processor = time.perf_counter(), time.process_time()
    value = body()
    result["fit"] = time.perf_counter() - start
    result["fit_cpu"] = time.process_time() - processor
    return value


def metric(labels, predictions):
    from sklearn import metrics

    if chosen.task == "regression":
        return float(numpy.sqrt(numpy.mean((predictions - labels) ** 2)))
    if chosen.task == "binary":
        return float(metrics.roc_auc_score(labels, predictions))
    return float(metrics.log_loss(labels, predictions))


training = Table("train")
train, extra = LIBRARIES[chosen.library]
predict = train(training, extra)
import resource  # noqa: E402

usage = resource.getrusage(resource.RUSAGE_SELF)
result["cpu"] = usage.ru_utime + usage.ru_stime
result["peak"] = usage.ru_maxrss * 1024
test = Table("test", training.categories)
result["metric"] = metric(test.labels, numpy.asarray(predict(test.matrix)))
print(json.dumps(result))
