"""LightGBM, XGBoost and ONNX Runtime load what `convert` writes; Martlet reads what they write."""

import json
import re

import lightgbm
import numpy
import onnxruntime
import pandas
import pyarrow
import pytest
import xgboost

import tables
from program import ROOT

ROWS = 4_000
# XGBoost 3.2 counts characters where it means bytes, so no text here is beyond ASCII.
TOWNS = ["Ulm", "Nancy", "Den \"Haag\"", "Porto", "Gdynia"]
NUMBERS = ["height", "weight"]
FEATURES = [*NUMBERS, "town", "zone"]


@pytest.fixture(scope="module")
def people(tmp_path_factory):
    """Numbers with nulls, texts with nulls, integers as categories, and targets of all kinds."""
    random = numpy.random.default_rng(5)
    height = random.normal(1.7, 0.1, ROWS)
    weight = random.normal(70, 10, ROWS)
    town = random.integers(0, len(TOWNS), ROWS)
    zone = random.choice([10, 200, 31, 4], ROWS)
    score = height * 10 + weight / 20 + (town % 2) * 2 + (zone == 31) * 3 + random.normal(size=ROWS)
    flag = (score > numpy.median(score)).astype(int)
    thirds = numpy.searchsorted(numpy.quantile(score, [1 / 3, 2 / 3]), score)
    some = random.random((2, ROWS)) < 0.1
    table = pyarrow.table({
        "height": pyarrow.array(height, mask=some[0]),
        "weight": pyarrow.array(weight),
        "town": pyarrow.array(
            [None if miss else TOWNS[code] for code, miss in zip(town, some[1])]),
        "zone": pyarrow.array(zone, pyarrow.int32()),
        "score": score, "flag": flag, "third": thirds,
    })
    return tables.write(table, tmp_path_factory.mktemp("people") / "people.parquet")


@pytest.fixture(scope="module")
def ours(martlet, people, tmp_path_factory):
    """URL, and Martlet's predictions, of models of Martlet's by the name of their objective."""
    folder = tmp_path_factory.mktemp("ours")

    def train(target, objective):
        output = folder / objective
        martlet("train", "--data", people, "--target", target, "--features", ",".join(FEATURES),
                "--categorical-feature", "zone", "--objective", objective,
                "--num-iterations", 12, "--num-leaves", 15, "--output", output)
        return output, predict(martlet, output, people)

    return {
        objective: train(target, objective)
        for target, objective in [("score", "regression"), ("flag", "binary"),
                                  ("score", "quantile")]}


def predict(martlet, model, data, column="prediction"):
    output = data.parent / f"{model.name}-{column}.parquet"
    martlet("predict", "--model", model, "--data", data, "--output", output)
    return pyarrow.parquet.read_table(output)[column].to_numpy()


def frame(path):
    """As pandas has it: texts and zones as categories of its own order."""
    table = pyarrow.parquet.read_table(path).select(FEATURES).to_pandas()
    return table.astype({"town": "category", "zone": "category"})


def coded(path, booster, output):
    """The rows with the positions of the categories in the model's lists."""
    table = pyarrow.parquet.read_table(path)
    for name, values in json.loads(booster.attr("categories")).items():
        codes = pyarrow.array(
            [None if value is None else values.index(value) for value in table[name].to_pylist()],
            pyarrow.int32())
        table = table.set_column(table.schema.get_field_index(name), name, codes)
    return tables.write(table, output)


def convert(martlet, model, to, output):
    martlet("convert", "--to", to, "--model", model, "--output", output)
    return output


@pytest.mark.parametrize("objective", ["regression", "binary", "quantile"])
def test_lightgbm_predicts_what_we_do(martlet, people, ours, tmp_path, objective):
    model, expected = ours[objective]
    path = convert(martlet, model, "lightgbm", tmp_path / "model.txt")
    found = lightgbm.Booster(model_file=str(path)).predict(frame(people))
    numpy.testing.assert_allclose(found, expected, rtol=1e-12)
    # And back: the texts are categories again, and every row falls into the same leaves.
    martlet("convert", "--from", "lightgbm", "--model", path, "--output", tmp_path / "back")
    numpy.testing.assert_allclose(
        predict(martlet, tmp_path / "back", people), expected, rtol=1e-12)


@pytest.mark.parametrize("objective", ["regression", "binary", "quantile"])
def test_xgboost_predicts_what_we_do(martlet, people, ours, tmp_path, objective):
    model, _ = ours[objective]
    path = convert(martlet, model, "xgboost", tmp_path / "model.json")
    # XGBoost rounds to floats: rounded rows are those on which both must agree.
    rounded = pyarrow.parquet.read_table(people)
    for name in NUMBERS:
        index = rounded.schema.get_field_index(name)
        rounded = rounded.set_column(
            index, name, rounded[name].cast(pyarrow.float32()).cast(pyarrow.float64()))
    rounded = tables.write(rounded, tmp_path / "rounded.parquet")
    expected = predict(martlet, model, rounded)
    booster = xgboost.Booster(model_file=str(path))
    data = pyarrow.parquet.read_table(rounded).select(FEATURES).to_pandas()
    for name, values in json.loads(booster.attr("categories")).items():
        data[name] = data[name].astype(pandas.CategoricalDtype(values))
    data = xgboost.DMatrix(data, enable_categorical=True)
    numpy.testing.assert_allclose(booster.predict(data), expected, rtol=2e-6, atol=2e-6)
    back = predict(martlet, path, coded(rounded, booster, tmp_path / "coded.parquet"))
    numpy.testing.assert_allclose(back, expected, rtol=2e-6, atol=2e-6)


def test_their_models_as_they_are(martlet, people, tmp_path):
    """Trained here and now by the versions that are installed."""
    table = pyarrow.parquet.read_table(people)
    data = frame(people)
    theirs = lightgbm.train(
        {"objective": "multiclass", "num_class": 3, "verbose": -1},
        lightgbm.Dataset(data, label=table["third"].to_numpy()), num_boost_round=10)
    theirs.save_model(str(tmp_path / "model.txt"))
    output = tmp_path / "out.parquet"
    martlet("predict", "--model", tmp_path / "model.txt", "--data", people, "--output", output)
    found = theirs.predict(data)
    numpy.testing.assert_allclose(
        pyarrow.parquet.read_table(output)["prediction"].to_numpy(), found.max(axis=1), rtol=1e-12)
    assert pyarrow.parquet.read_table(output)["predicted_class"].to_pylist() == [
        str(k) for k in found.argmax(axis=1)]

    theirs = xgboost.train(
        {"objective": "binary:logistic"},
        xgboost.DMatrix(data, label=table["flag"].to_numpy(), enable_categorical=True), 10)
    theirs.save_model(str(tmp_path / "model.ubj"))
    measured = martlet(
        "evaluate", "--model", tmp_path / "model.ubj", "--data", people, "--target", "flag")
    assert measured["metrics"]["auc"] > 0.85
    found = theirs.predict(xgboost.DMatrix(data, enable_categorical=True))
    numpy.testing.assert_allclose(
        predict(martlet, tmp_path / "model.ubj", people), found, rtol=2e-6, atol=2e-6)

    martlet("predict", "--model", tmp_path / "model.ubj", "--data", people, "--output", output,
            "--contributions")
    found = theirs.predict(xgboost.DMatrix(data, enable_categorical=True), pred_contribs=True)
    ours = pyarrow.parquet.read_table(output)
    for index, name in enumerate(FEATURES):
        numpy.testing.assert_allclose(
            ours[f"contribution_{name}"].to_numpy(), found[:, index], rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("strategy", ["one_output_per_tree", "multi_output_tree"])
def test_several_targets(martlet, people, tmp_path, strategy):
    """XGBoost's own file, what `convert` makes of it for XGBoost and ONNX, and who refuses it."""
    table = pyarrow.parquet.read_table(people)
    data = xgboost.DMatrix(
        table.select(NUMBERS).to_pandas().astype(numpy.float32),
        label=numpy.stack([table["score"].to_numpy(), table["flag"].to_numpy()], 1))
    rounded = tables.write(pyarrow.table({
        name: table[name].cast(pyarrow.float32()) for name in NUMBERS}), tmp_path / "data.parquet")
    theirs = xgboost.train({"multi_strategy": strategy, "tree_method": "hist"}, data, 10)
    model = tmp_path / "model.json"
    theirs.save_model(str(model))

    def check(model, found):
        output = tmp_path / "out.parquet"
        martlet("predict", "--model", model, "--data", rounded, "--output", output)
        ours = pyarrow.parquet.read_table(output)
        assert ours.column_names == ["prediction_0", "prediction_1"]
        numpy.testing.assert_allclose(
            numpy.stack([column.to_numpy() for column in ours.columns], 1), found, rtol=2e-6,
            atol=2e-6)

    check(model, theirs.predict(data))
    ours = tmp_path / "ours"
    martlet("convert", "--from", "xgboost", "--model", model, "--output", ours)
    back = xgboost.Booster(model_file=str(convert(martlet, ours, "xgboost", tmp_path / "b.json")))
    check(ours, back.predict(data))
    session = onnxruntime.InferenceSession(str(convert(martlet, ours, "onnx", tmp_path / "b.onnx")))
    check(ours, session.run(["prediction"], onnx_inputs(rounded, session))[0])
    said = martlet.fails(
        76, "Martlet.ModelIncompatible", "convert", "--model", ours, "--to", "lightgbm",
        "--output", tmp_path / "b.txt")
    assert "2 targets" in said
    said = martlet.fails(
        76, "Martlet.ModelIncompatible", "evaluate", "--model", ours, "--data", people,
        "--target", "score")
    assert "2 targets" in said
    result = martlet("predict", "--model", ours, "--data", rounded, "--contributions",
                     "--output", tmp_path / "explained")
    explained = pyarrow.parquet.read_table(result["outputs"][0])
    assert "contribution_1_height" in explained.column_names
    assert "prediction_1" in (tmp_path / "explained" / "_report-predict.html").read_text()


def test_what_cannot_be_carried_is_named(martlet, people, tmp_path):
    table = pyarrow.parquet.read_table(people)
    booster = lightgbm.train(
        {"linear_tree": True, "verbose": -1},
        lightgbm.Dataset(table.select(["weight"]).to_pandas(), table["score"].to_numpy()), 2)
    booster.save_model(str(tmp_path / "linear.txt"))
    said = martlet.fails(
        76, "Martlet.ModelIncompatible", "predict", "--model", tmp_path / "linear.txt", "--data",
        people, "--output", tmp_path / "out")
    assert "linear_tree" in said

    booster = xgboost.train({"booster": "gblinear"}, xgboost.DMatrix(
        table.select(["weight"]).to_pandas(), label=table["score"].to_numpy()), 2)
    booster.save_model(str(tmp_path / "linear.json"))
    said = martlet.fails(
        76, "Martlet.ModelIncompatible", "inspect", tmp_path / "linear.json")
    assert "gblinear" in said

    (tmp_path / "cut.txt").write_bytes((tmp_path / "linear.txt").read_bytes()[:700])
    said = martlet.fails(65, "Martlet.DataInvalid", "inspect", tmp_path / "cut.txt")
    assert "cut.txt" in said


def onnx_inputs(path, session):
    """One input for each column; nulls as the model's notes say."""
    table = pyarrow.parquet.read_table(path)
    missing = {"tensor(double)": numpy.nan, "tensor(int64)": -2**63, "tensor(string)": ""}
    kinds = {"tensor(double)": float, "tensor(int64)": numpy.int64, "tensor(string)": object}
    return {
        field.name: numpy.array(
            [missing[field.type] if value is None else value
             for value in table[field.name].to_pylist()],
            dtype=kinds[field.type]).reshape(-1, 1)
        for field in session.get_inputs()}


@pytest.mark.parametrize("objective", ["regression", "binary", "ridge"])
def test_onnx_runtime_predicts_what_we_do(martlet, people, ours, tmp_path, objective):
    if objective == "ridge":
        model = tmp_path / "ridge"
        martlet("train", "--data", people, "--target", "score", "--features", ",".join(FEATURES),
                "--categorical-feature", "zone", "--algorithm", "linear", "--output", model)
        expected = predict(martlet, model, people)
    else:
        model, expected = ours[objective]
    path = convert(martlet, model, "onnx", tmp_path / "model.onnx")
    session = onnxruntime.InferenceSession(str(path))
    found = session.run(["prediction"], onnx_inputs(people, session))[0]
    # Trees give floats, linear models doubles.
    tolerance = 1e-12 if objective == "ridge" else 2e-6
    numpy.testing.assert_allclose(found[:, 0], expected, rtol=tolerance, atol=tolerance)


def test_the_commands_of_the_guide_work(martlet, people, tmp_path):
    """docs/guides/bring-your-model.md, command by command."""
    folder = tmp_path / "guide"
    folder.mkdir()
    table = pyarrow.parquet.read_table(people).rename_columns(
        {"score": "age"}).append_column("id", pyarrow.array(range(ROWS)))
    tables.write(table, folder / "shards" / "part.parquet")
    booster = lightgbm.train(
        {"verbose": -1}, lightgbm.Dataset(frame(people), label=table["age"].to_numpy()), 3)
    booster.save_model(str(folder / "model.txt"))
    text = (ROOT / "docs/guides/bring-your-model.md").read_text()
    commands = re.findall(r"^    martlet (.*)$", text, re.MULTILINE)
    assert len(commands) >= 9
    for command in commands:
        words = command.split()
        if words[0] == "train":
            words += ["--num-iterations", "3"]
        outcome = martlet.run(*words, folder=folder)
        assert outcome.code == 0, outcome


@pytest.fixture(scope="module")
def foreign(people, tmp_path_factory):
    """Files of models that LightGBM and XGBoost have trained, by library and objective."""
    folder = tmp_path_factory.mktemp("foreign")
    rows = frame(people)
    # LightGBM keeps codes of its own where pandas has texts.
    rows["town"] = rows["town"].cat.codes.replace(-1, numpy.nan)
    rows["zone"] = rows["zone"].astype(int)
    targets = pyarrow.parquet.read_table(people).to_pandas()
    table = pyarrow.Table.from_pandas(rows).append_column(
        "score", pyarrow.array(targets["score"])).append_column(
        "flag", pyarrow.array(targets["flag"]))
    data = tables.write(table, folder / "coded.parquet")
    files = {}
    for objective, target in (("regression", "score"), ("binary", "flag"), ("quantile", "score")):
        model = lightgbm.train(
            {"objective": objective, "num_leaves": 7, "verbose": -1, "num_threads": 1},
            lightgbm.Dataset(rows, label=targets[target], categorical_feature=["zone"]), 10)
        files["lightgbm", objective] = folder / f"{objective}.txt"
        model.save_model(files["lightgbm", objective])
    for objective, name, target in (
            ("regression", "reg:squarederror", "score"), ("binary", "binary:logistic", "flag")):
        model = xgboost.train(
            {"objective": name, "max_depth": 3, "nthread": 1},
            xgboost.DMatrix(rows, label=targets[target]), 10)
        files["xgboost", objective] = folder / f"{objective}.json"
        model.save_model(files["xgboost", objective])
    return data, files


@pytest.mark.parametrize("library", ["lightgbm", "xgboost"])
@pytest.mark.parametrize(("objective", "target", "metric"), [
    ("regression", "score", "rmse"), ("binary", "flag", "logloss")])
def test_training_goes_on_from_a_foreign_model(
        martlet, foreign, tmp_path, library, objective, target, metric):
    data, files = foreign
    start = files[library, objective]
    words = ["train", "--data", data, "--target", target, "--objective", objective,
             "--num-leaves", 7, "--init-model", start]
    before = martlet("evaluate", "--model", start, "--data", data, "--target", target)
    longer = martlet(*words, "--num-iterations", 30, "--output", tmp_path / "longer")
    assert longer["iterations"] == 40
    after = martlet("evaluate", "--model", longer["model"], "--data", data)
    assert after["metrics"][metric] < 0.95 * before["metrics"][metric]
    assert after["metrics"][metric] == pytest.approx(longer["metrics"]["train"][metric])

    # Steps of nothing leave the predictions where they were.
    same = martlet(*words, "--num-iterations", 1, "--learning-rate", 1e-12, "--output",
                   tmp_path / "same")
    expected = predict(martlet, start, data)
    found = predict(martlet, tmp_path / "same", data)
    numpy.testing.assert_allclose(found, expected, rtol=0, atol=1e-9)
    assert martlet("inspect", same["model"])["parameters"]["init_model"].endswith(start.name)

    # One run of three goes on like two: the foreign trees are trees like ours.
    martlet(*words, "--num-iterations", 10, "--output", tmp_path / "part")
    words[words.index("--init-model") + 1] = tmp_path / "part"
    martlet(*words, "--num-iterations", 20, "--output", tmp_path / "rest")
    numpy.testing.assert_array_equal(
        predict(martlet, tmp_path / "rest", data), predict(martlet, tmp_path / "longer", data))


def test_a_foreign_model_of_another_objective_is_refused(martlet, foreign, tmp_path):
    data, files = foreign
    base = ["train", "--data", data, "--target", "score", "--output", tmp_path / "model"]
    for options, reason in (
            (["--objective", "poisson", "--init-model", files["lightgbm", "regression"]],
             "its objective is regression"),
            (["--objective", "quantile", "--init-model", files["lightgbm", "quantile"]],
             "do not record the level"),
            (["--objective", "binary", "--target", "flag", "--init-model",
              files["xgboost", "regression"]], "its objective is regression")):
        errors = martlet.fails(76, "Martlet.ModelIncompatible", *base, *options)
        assert reason in errors
