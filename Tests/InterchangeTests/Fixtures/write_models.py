"""Writes the models of these fixtures, and what the library itself predicts with them.

    python write_models.py rows                  rows.json: the rows that all models are tried on
    python write_models.py lightgbm VERSION      lightgbm/VERSION-*.txt and .expected.json
    python write_models.py xgboost VERSION       xgboost/VERSION-*.json, .ubj and .expected.json

Run it once for each version with that version installed: LightGBM 2.3.1 and 3.3.5 and XGBoost
1.3.3, 1.7.6 and 2.1.4 with numpy 1.26 and pandas 2.0, LightGBM 4.7.0 and XGBoost 3.2.0 with numpy
2.4 and pandas 3.1, all on Python 3.11.
"""

import json
import pathlib
import sys

import numpy

FOLDER = pathlib.Path(__file__).parent
COLUMNS = ["plain", "zeros", "gaps", "count", "few", "sparse"]
COLOURS = ["red", "green", "blue", "violet"]
CATEGORIES = ["few", "sparse"]


def columns(rows, seed):
    random = numpy.random.default_rng(seed)
    plain = random.normal(size=rows)
    zeros = numpy.where(random.random(rows) < 0.5, 0, random.normal(size=rows))
    gaps = numpy.where(random.random(rows) < 0.2, numpy.nan, random.normal(size=rows))
    count = random.integers(-5, 6, rows).astype(float)
    few = random.integers(0, 8, rows).astype(float)
    sparse = random.choice([3.0, 17.0, 100.0, 1000.0], rows)
    colour = random.integers(0, len(COLOURS), rows)
    return numpy.column_stack([plain, zeros, gaps, count, few, sparse]), colour


def targets(x, colour):
    gaps = numpy.where(numpy.isnan(x[:, 2]), 1.5, x[:, 2])
    score = (
        x[:, 0] + numpy.where(x[:, 1] == 0, 2, x[:, 1]) + gaps + 0.1 * x[:, 3] ** 2
        + (x[:, 4] % 3 - 1) + (x[:, 5] == 17) + 2 * (colour % 2))
    third = numpy.quantile(score, [1 / 3, 2 / 3])
    return {
        "number": score, "positive": numpy.exp(score / 4), "count": numpy.floor(abs(score)),
        "flag": (score > numpy.median(score)).astype(float),
        "share": 1 / (1 + numpy.exp(-score)),
        "class": (score > third[0]).astype(float) + (score > third[1]),
    }


def special_rows():
    """Missing values, numbers next to zero, categories that no training row has."""
    rows = []
    base = [0.1, 0.5, -0.2, 1.0, 2.0, 17.0]
    for column in range(6):
        for value in [numpy.nan, 0.0, -0.0, 1e-36, -1e-36, 1e-30, -1e-30, 1e300, -1e300]:
            if column >= 4 and abs(value) == 1e300:
                continue
            row = list(base)
            row[column] = value
            rows.append(row)
    for few in [-1.0, -0.5, 2.7, 7.0, 8.0, 99.0, 31.0, 32.0, 64.0]:
        rows.append(base[:4] + [few, 17.0])
    for sparse in [4.0, 999.0, 1000.9, 1001.0, 5000.0]:
        rows.append(base[:5] + [sparse])
    return numpy.array(rows)


def test_rows():
    x, colour = columns(40, 2)
    special = special_rows()
    colours = [COLOURS[code] for code in colour]
    colours += [[None, "black", "red"][i % 3] for i in range(len(special))]
    return numpy.vstack([x, special]), colours


def plain(value):
    return None if value is None or value != value else float(value)


def write_rows():
    x, colours = test_rows()
    table = {name: [plain(v) for v in x[:, i]] for i, name in enumerate(COLUMNS)}
    table["colour"] = colours
    write("rows.json", table)


def write(name, content):
    (FOLDER / name).write_text(json.dumps(content, separators=(",", ":")) + "\n")


def expected(name, prediction, raw, colour=False):
    """`prediction` and `raw`: a list for each row, of one number for each output."""
    shape = (len(prediction), -1)
    write(f"{name}.expected.json", {
        "prediction": numpy.asarray(prediction, dtype=float).reshape(shape).tolist(),
        "raw": numpy.asarray(raw, dtype=float).reshape(shape).tolist(), "colour": colour})


def lightgbm_models(version):
    import lightgbm

    assert lightgbm.__version__ == version
    x, colour = columns(2000, 1)
    labels = targets(x, colour)
    common = {"verbose": -1, "num_leaves": 7, "min_data_in_leaf": 20, "seed": 1,
              "max_cat_to_onehot": 3, "cat_smooth": 1, "min_data_per_group": 10}
    cases = {
        "regression": ("number", {"objective": "regression"}),
        "zero-missing": ("number", {"objective": "regression", "zero_as_missing": True}),
        "no-missing": ("flag", {"objective": "binary", "use_missing": False, "sigmoid": 0.7}),
        "multiclass": ("class", {"objective": "multiclass", "num_class": 3}),
        "ova": ("class", {"objective": "multiclassova", "num_class": 3, "sigmoid": 1.3}),
        "rank": ("class", {"objective": "lambdarank"}),
        "poisson": ("count", {"objective": "poisson"}),
        "gamma": ("positive", {"objective": "gamma"}),
        "tweedie": ("count", {"objective": "tweedie"}),
        "cross-entropy": ("share", {"objective": "cross_entropy"}),
        "quantile": ("number", {"objective": "quantile", "alpha": 0.3}),
        "forest": ("flag", {"objective": "binary", "boosting": "rf", "bagging_freq": 1,
                            "bagging_fraction": 0.7}),
        "dart": ("number", {"objective": "regression", "boosting": "dart", "drop_rate": 0.5}),
    }
    rows, colours = test_rows()
    for case, (target, parameters) in cases.items():
        data = lightgbm.Dataset(
            x, label=labels[target], feature_name=COLUMNS, categorical_feature=CATEGORIES,
            group=[20] * 100 if case == "rank" else None)
        booster = lightgbm.train({**common, **parameters}, data, num_boost_round=6)
        name = f"lightgbm/{version}-{case}"
        booster.save_model(str(FOLDER / f"{name}.txt"))
        booster = lightgbm.Booster(model_file=str(FOLDER / f"{name}.txt"))
        expected(name, booster.predict(rows), booster.predict(rows, raw_score=True))
    pandas_model(version, lightgbm, common, x, colour, labels["number"], rows, colours)


def pandas_model(version, lightgbm, common, x, colour, label, rows, colours):
    import pandas

    def frame(x, colours):
        table = pandas.DataFrame(x[:, :4], columns=COLUMNS[:4])
        known = [colour if colour in COLOURS else None for colour in colours]
        table["colour"] = pandas.Categorical(known, categories=sorted(COLOURS))
        return table

    table = frame(x, [COLOURS[code] for code in colour])
    booster = lightgbm.train(
        {**common, "objective": "regression"}, lightgbm.Dataset(table, label=label),
        num_boost_round=6)
    name = f"lightgbm/{version}-pandas"
    booster.save_model(str(FOLDER / f"{name}.txt"))
    booster = lightgbm.Booster(model_file=str(FOLDER / f"{name}.txt"))
    rows = frame(rows, colours)
    expected(name, booster.predict(rows), booster.predict(rows, raw_score=True), colour=True)


def xgboost_models(version):
    import xgboost

    assert xgboost.__version__ == version
    x, colour = columns(2000, 1)
    rows, colours = test_rows()
    # XGBoost refuses what is infinite as a float, and categories below zero.
    x = x.astype(numpy.float32)
    labels = targets(x, colour)
    new = int(version.split(".")[0]) >= 2
    types = ["float"] * 4 + ["c"] * 2 if new or version.startswith("1.7") else None
    cases = {
        "regression": ("number", {"objective": "reg:squarederror", "base_score": 1.25}),
        "binary": ("flag", {"objective": "binary:logistic"}),
        "raw": ("flag", {"objective": "binary:logitraw"}),
        "share": ("share", {"objective": "reg:logistic", "base_score": 0.3}),
        "softprob": ("class", {"objective": "multi:softprob", "num_class": 3}),
        "poisson": ("count", {"objective": "count:poisson"}),
        "gamma": ("positive", {"objective": "reg:gamma", "base_score": 2.0}),
        "tweedie": ("count", {"objective": "reg:tweedie"}),
        "rank": ("class", {"objective": "rank:pairwise"}),
        "dart": ("number", {"booster": "dart", "rate_drop": 0.5}),
        "forest": ("number", {"num_parallel_tree": 2, "subsample": 0.5}),
    }
    if new:
        cases["quantile"] = (
            "number", {"objective": "reg:quantileerror", "quantile_alpha": 0.3})
    for case, (target, parameters) in cases.items():
        data = xgboost.DMatrix(x, label=labels[target], feature_names=COLUMNS, **(
            {"feature_types": types, "enable_categorical": True} if types else {}))
        if case == "rank":
            data.set_group([20] * 100)
        booster = xgboost.train(
            {"max_depth": 3, "seed": 1, "tree_method": "hist" if types else "exact",
             "max_cat_to_onehot": 3, **parameters}, data, num_boost_round=4)
        end = "ubj" if new and case in ("softprob", "dart", "poisson") else "json"
        name = f"xgboost/{version}-{case}"
        booster.save_model(str(FOLDER / f"{name}.{end}"))
        booster = xgboost.Booster(model_file=str(FOLDER / f"{name}.{end}"))
        table = xgboost.DMatrix(scored(rows), feature_names=COLUMNS, **(
            {"feature_types": types, "enable_categorical": True} if types else {}))
        expected(name, booster.predict(table), booster.predict(table, output_margin=True))
    if new:
        target_models(version, xgboost, x, labels, rows)
    if types:
        frame_model(version, xgboost, x, colour, labels["number"], rows, colours)


def target_models(version, xgboost, x, labels, rows):
    """Several targets: a tree for each, and trees whose leaves are vectors."""
    names = COLUMNS[:4]
    numbers = numpy.stack([labels["number"], labels["count"], labels["share"]], 1)
    flags = numpy.stack([labels["flag"], labels["number"] > 0], 1).astype(float)
    cases = {
        "targets": (numbers, {"objective": "reg:squarederror"}),
        "flags": (flags, {"objective": "binary:logistic"}),
        "vector": (numbers, {"multi_strategy": "multi_output_tree"}),
        "vector-classes": (labels["class"], {
            "objective": "multi:softprob", "num_class": 3,
            "multi_strategy": "multi_output_tree"}),
    }
    if version > "3.1":
        cases["levels"] = (labels["number"], {
            "objective": "reg:quantileerror", "quantile_alpha": [0.1, 0.5, 0.9]})
    for case, (target, parameters) in cases.items():
        data = xgboost.DMatrix(x[:, :4], label=target, feature_names=names)
        booster = xgboost.train(
            {"max_depth": 3, "seed": 1, "tree_method": "hist", **parameters}, data,
            num_boost_round=3)
        name = f"xgboost/{version}-{case}"
        booster.save_model(str(FOLDER / f"{name}.json"))
        booster = xgboost.Booster(model_file=str(FOLDER / f"{name}.json"))
        table = xgboost.DMatrix(scored(rows)[:, :4], feature_names=names)
        expected(name, booster.predict(table), booster.predict(table, output_margin=True))


def scored(rows):
    """The rows as XGBoost takes them: no infinite floats, no categories below zero. Martlet cuts
    towards zero first, so -0.5 is 0; what is left below zero is like any unknown category.
    """
    rows = numpy.clip(rows, -3e38, 3e38)
    whole = numpy.trunc(rows[:, 4:]) + 0.0
    rows[:, 4:] = numpy.where(whole < 0, 77, whole)
    return rows


def frame_model(version, xgboost, x, colour, label, rows, colours):
    """Texts as categories: XGBoost records their names since 3.1."""
    import pandas

    if version < "3.1":
        return

    def frame(x, colours):
        table = pandas.DataFrame(x[:, :4], columns=COLUMNS[:4])
        known = [colour if colour in COLOURS else None for colour in colours]
        table["colour"] = pandas.Categorical(known, categories=sorted(COLOURS))
        return table

    data = xgboost.DMatrix(
        frame(x, [COLOURS[code] for code in colour]), label=label, enable_categorical=True)
    booster = xgboost.train({"max_depth": 3, "max_cat_to_onehot": 3}, data, num_boost_round=4)
    name = f"xgboost/{version}-frame"
    booster.save_model(str(FOLDER / f"{name}.json"))
    table = xgboost.DMatrix(frame(scored(rows), colours), enable_categorical=True)
    expected(
        name, booster.predict(table), booster.predict(table, output_margin=True), colour=True)


if __name__ == "__main__":
    if sys.argv[1] == "rows":
        write_rows()
    elif sys.argv[1] == "lightgbm":
        lightgbm_models(sys.argv[2])
    else:
        xgboost_models(sys.argv[2])
