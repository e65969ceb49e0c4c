"""The table "What bad data does" of docs/guides/linear-models.md, row by row, and ONNX."""

import random

import pyarrow
import pyarrow.parquet
import pytest

import tables
from program import ROOT

DATA_INVALID = (65, "Martlet.DataInvalid")
GUIDE = (ROOT / "docs/guides/linear-models.md").read_text()
CLASSIFIERS = ["logistic", "multinomial"]


@pytest.fixture
def linear(martlet, tmp_path):
    """Trains on columns; with `fails` expects a failure that names these words."""

    def train(columns, objective, *options, fails=()):
        path = tables.write(pyarrow.table(columns), tmp_path / "data/part-0.parquet")
        command = [
            "train", "--data", path, "--target", "y", "--algorithm", "linear", "--objective",
            objective, "--output", tmp_path / "model", *options]
        if not fails:
            return martlet(*command)
        message = martlet.fails(*DATA_INVALID, *command)
        assert all(word in message for word in fails), message
        assert tables.visible_files(tmp_path / "model") == []
        return message

    return train


def numbers(seed, count):
    chance = random.Random(seed)
    return [chance.gauss(0, 1) for _ in range(count)]


def test_the_guide_has_the_table():
    for words in (
            "more columns than rows", "classes that the columns separate", "infinite values",
            "rows of weight 0", "categories that training did not see"):
        assert words in GUIDE


@pytest.mark.parametrize("objective", ["ridge", "elasticnet", "poisson", *CLASSIFIERS])
def test_more_columns_than_rows(linear, objective):
    columns = {f"x{index}": numbers(index, 6) for index in range(9)}
    options = ["--lambda-l1", 1] if objective == "elasticnet" else []
    found = linear({**columns, "y": [0, 1, 0, 1, 1, 0]}, objective, *options)["linear"]
    assert found["is_converged"]


def test_more_columns_than_rows_without_a_penalty(linear):
    columns = {f"x{index}": numbers(index, 6) for index in range(9)}
    found = linear({**columns, "y": numbers(99, 6)}, "ridge", "--lambda-l2", 0)
    assert found["linear"]["method"] == "eigenvalues"
    assert len(found["linear"]["collinear_columns"]) == 4
    assert found["metrics"]["train"]["r2"] == pytest.approx(1)


@pytest.mark.parametrize("objective", ["ridge", *CLASSIFIERS])
def test_constant_columns_have_no_term(linear, objective):
    found = linear(
        {"x": numbers(1, 40), "same": [4.5] * 40, "y": [0, 1] * 20}, objective)["linear"]
    assert found["constant_columns"] == ["same"]


def test_collinear_columns_are_named(linear):
    x, z = numbers(1, 40), numbers(2, 40)
    found = linear(
        {"x": x, "z": z, "sum": [a + 2 * b for a, b in zip(x, z)], "y": numbers(3, 40)}, "ridge",
        "--lambda-l2", 0)["linear"]
    assert found["method"] == "eigenvalues" and len(found["collinear_columns"]) == 1


@pytest.mark.parametrize("objective", CLASSIFIERS)
def test_separable_classes(linear, objective):
    columns = {"x": [float(row) for row in range(40)], "y": [row // 20 for row in range(40)]}
    assert linear(columns, objective)["linear"]["is_converged"]
    assert not linear(columns, objective, "--lambda-l2", 0)["linear"]["is_converged"]


@pytest.mark.parametrize("value", [float("inf"), float("-inf")])
@pytest.mark.parametrize("objective", ["ridge", "poisson", *CLASSIFIERS])
def test_infinite_values(linear, objective, value):
    linear(
        {"x": [*numbers(1, 39), value], "y": [0, 1] * 20}, objective, fails=["x", "infinite"])


def test_targets_that_cannot_be(linear):
    x = numbers(1, 40)
    linear({"x": x, "y": [0, 1, 2, -1] * 10}, "poisson", fails=["-1"])
    linear({"x": x, "y": [0, 1, 2, 3] * 10}, "logistic", fails=["0 and 1"])
    linear({"x": x, "y": [1.0] * 40}, "ridge", fails=["all 40 rows"])
    linear({"x": x, "y": [None] * 40}, "ridge", fails=["y"])
    linear({"x": x, "y": ["a"] * 40}, "multinomial", fails=["1 different value"])


@pytest.mark.parametrize("objective", ["ridge", "poisson", *CLASSIFIERS])
def test_all_weights_zero(linear, objective):
    linear(
        {"x": numbers(1, 40), "w": [0.0] * 40, "y": [0, 1] * 20}, objective, "--weight", "w",
        fails=["weight"])


def test_a_class_of_weight_zero(linear):
    columns = {"x": numbers(1, 60), "w": [1.0, 1.0, 0.0] * 20, "y": ["a", "b", "c"] * 20}
    linear(columns, "multinomial", "--weight", "w", fails=["no row of weight"])


def test_rows_of_weight_zero_are_not_there(linear):
    columns = {"x": numbers(1, 40), "y": numbers(2, 40)}
    without = linear(columns, "ridge")
    with_them = linear(
        {"x": [*columns["x"], float("inf")], "y": [*columns["y"], 1e300],
         "w": [1.0] * 40 + [0.0]}, "ridge", "--weight", "w")
    assert with_them["metrics"]["train"] == pytest.approx(without["metrics"]["train"])


def test_unseen_categories_count_as_rare(linear, martlet, tmp_path):
    linear({"k": ["a", "b"] * 20, "y": [1.0, 3.0] * 20}, "ridge")
    path = tables.write(pyarrow.table({"k": ["a", "never"]}), tmp_path / "new/part-0.parquet")
    found = martlet(
        "predict", "--model", tmp_path / "model", "--data", path, "--output", tmp_path / "out")
    assert found["unseen_categories"] == {"k": 1}
    first, second = tables.read(tmp_path / "out")["prediction"].to_pylist()
    assert first < second < 3
