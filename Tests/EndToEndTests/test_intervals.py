"""Intervals hold what they promise on data that no part of training saw."""

import math

import pyarrow.parquet as pq
import pytest

BOOSTED = ["--num-iterations", "20", "--num-leaves", "15"]
MODELS = {
    "boosted": BOOSTED,
    "boosted cqr": [*BOOSTED, "--interval-method", "cqr"],
    "linear": ["--algorithm", "linear"],
}


@pytest.fixture(scope="module")
def people(martlet, tmp_path_factory):
    """30,000 generated rows to learn from and 30,000 others to test on."""
    folder = tmp_path_factory.mktemp("people")
    for name, seed in (("train", 1), ("test", 2)):
        martlet(
            "generate", "--rows", 30_000, "--seed", seed, "--shards", 2,
            "--output", folder / name)
    return folder


def check(martlet, train, test, output, level, options):
    """The mean coverage over three choices of the rows held out: one choice of some 6,000 deviates
    by half a point."""
    covered = []
    for seed in (0, 1, 2):
        trained = martlet(
            "train", "--data", train, "--target", "age", "--output", output / "model",
            "--interval", level, "--seed", seed, *options)
        rows = trained["calibration"]["rows"]
        assert rows == trained["calibration_rows"] > 1000
        measured = martlet("evaluate", "--model", output / "model", "--data", test)["metrics"]
        assert measured["coverage"] == pytest.approx(level, abs=0.02)
        covered.append(measured["coverage"])
    assert sum(covered) / len(covered) == pytest.approx(level, abs=0.01)
    martlet(
        "predict", "--model", output / "model", "--data", test, "--output", output / "out")
    table = pq.read_table(output / "out")
    lower, point, upper = (
        table[name].to_pylist() for name in ("prediction_lower", "prediction", "prediction_upper"))
    assert all(a <= b <= c for a, b, c in zip(lower, point, upper))
    widths = [c - a for a, c in zip(lower, upper)]
    assert measured["mean_width"] == pytest.approx(math.fsum(widths) / len(widths))


@pytest.mark.parametrize(
    ("name", "level"),
    [("boosted cqr", 0.8), ("boosted", 0.8), ("boosted", 0.9), ("linear", 0.8), ("linear", 0.9)])
def test_coverage_of_generated_ages(martlet, people, tmp_path, name, level):
    check(
        martlet, people / "train", people / "test", tmp_path, level,
        [*MODELS[name], "--ignore-features", "id"])


@pytest.mark.parametrize(
    ("name", "level"), [("boosted", 0.8), ("boosted", 0.9), ("linear", 0.8), ("linear", 0.9)])
def test_coverage_of_the_census(martlet, shared, tmp_path, name, level):
    check(
        martlet, shared / "adult/train", shared / "adult/test", tmp_path, level, MODELS[name])


def test_coverage_by_group(martlet, shared, tmp_path):
    martlet(
        "train", "--data", shared / "adult/train", "--target", "age", "--output",
        tmp_path / "model", "--interval", 0.8, *BOOSTED)
    measured = martlet(
        "evaluate", "--model", tmp_path / "model", "--data", shared / "adult/test", "--by",
        "sex,workclass")
    sexes = {group["value"]: group for group in measured["groups"]["sex"]}
    assert set(sexes) == {"Female", "Male"}
    assert sum(group["rows"] for group in sexes.values()) == measured["rows"]
    mean = sum(group["rows"] * group["metrics"]["coverage"] for group in sexes.values())
    assert mean / measured["rows"] == pytest.approx(measured["metrics"]["coverage"])
    classes = [group["value"] for group in measured["groups"]["workclass"]]
    assert None in classes and len(classes) > 5


@pytest.mark.parametrize("method", ["isotonic", "platt"])
def test_calibrated_probabilities(martlet, shared, tmp_path, method):
    trained = martlet(
        "train", "--data", shared / "adult/train", "--target", "income", "--objective", "binary",
        "--output", tmp_path / "model", "--calibrate", method, *BOOSTED)
    assert trained["calibration"]["method"] == method
    measured = martlet(
        "evaluate", "--model", tmp_path / "model", "--data", shared / "adult/test")
    bins = [entry for entry in measured["reliability"] if entry["rows"] > 0]
    assert sum(entry["rows"] for entry in bins) == measured["rows"]
    error = sum(entry["rows"] * abs(entry["probability"] - entry["rate"]) for entry in bins)
    assert error / measured["rows"] < 0.02
    assert measured["metrics"]["auc"] > 0.9


def test_refusals(martlet, shards, tmp_path):
    base = ["train", "--data", shards, "--target", "age", "--output", tmp_path / "model"]
    for options in (
            ["--interval", "1"], ["--interval", "0"], ["--calibrate", "platt"],
            ["--interval-method", "cqr"], ["--calibration-fraction", "0.1"],
            ["--interval", "0.8", "--calibrate", "platt"],
            ["--interval", "0.8", "--interval-method", "cqr", "--algorithm", "linear"],
            ["--objective", "binary", "--interval", "0.8"]):
        martlet.fails(78, "Martlet.ConfigInvalid", *base, *options)
    errors = martlet.fails(
        65, "Martlet.DataInvalid", *base, "--interval", "0.99", "--calibration-fraction", "0.001",
        "--num-iterations", "1")
    assert "at least 99" in errors and "--calibration-fraction" in errors
