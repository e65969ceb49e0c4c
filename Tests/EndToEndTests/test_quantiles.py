"""Several quantiles in one run: one model, a column for each level, in order."""

import pyarrow.parquet as pq
import pytest

from conftest import QUICK

LEVELS = {"q10": 0.1, "q50": 0.5, "q90": 0.9}
TRAIN = [
    "train", "--target", "age", "--ignore-features", "id", "--objective", "quantile", "--alpha",
    "0.5,0.1,0.9", *QUICK]


@pytest.fixture(scope="module")
def several(martlet, shards, tmp_path_factory):
    """What a training of three quantiles printed."""
    output = tmp_path_factory.mktemp("quantiles") / "model"
    return martlet(*TRAIN, "--data", shards, "--output", output, "--valid-fraction", 0.2)


def pinball(level, truths, predictions):
    losses = [
        (level if truth > guess else level - 1) * (truth - guess)
        for truth, guess in zip(truths, predictions)]
    return sum(losses) / len(losses)


def test_columns_and_metrics(martlet, shards, several, tmp_path):
    assert set(several["metrics"]["valid"]) == {
        "pinball", "pinball_q10", "pinball_q50", "pinball_q90", "mae", "coverage"}
    martlet(
        "predict", "--model", several["model"], "--data", shards, "--id", "id", "--keep", "age",
        "--output", tmp_path / "out")
    table = pq.read_table(tmp_path / "out")
    assert table.column_names == [
        "id", "age", "prediction", "prediction_q10", "prediction_q50", "prediction_q90"]
    columns = {name: table[f"prediction_{name}"].to_pylist() for name in LEVELS}
    assert table["prediction"].to_pylist() == columns["q50"]
    assert all(a <= b <= c for a, b, c in zip(*columns.values()))
    truths = table["age"].to_pylist()
    measured = martlet("evaluate", "--model", several["model"], "--data", shards)["metrics"]
    for name, level in LEVELS.items():
        expected = pinball(level, truths, columns[name])
        assert measured[f"pinball_{name}"] == pytest.approx(expected)
        below = sum(truth <= guess for truth, guess in zip(truths, columns[name])) / len(truths)
        assert below == pytest.approx(level, abs=0.05)
    mean = sum(measured[f"pinball_{name}"] for name in LEVELS) / 3
    assert measured["pinball"] == pytest.approx(mean)
    inside = sum(
        low <= truth <= high
        for truth, low, high in zip(truths, columns["q10"], columns["q90"])) / len(truths)
    assert measured["coverage"] == pytest.approx(inside)
    widths = [high - low for low, high in zip(columns["q10"], columns["q90"])]
    assert measured["mean_width"] == pytest.approx(sum(widths) / len(widths))


def test_each_is_what_a_run_of_its_own_predicts(martlet, shards, several, tmp_path):
    """Rows whose quantiles do not cross are those of single models, bit by bit."""
    singles = []
    for name, level in LEVELS.items():
        command = [str(level) if part == "0.5,0.1,0.9" else part for part in TRAIN]
        result = martlet(
            *command, "--data", shards, "--output", tmp_path / name, "--valid-fraction", 0.2)
        martlet("predict", "--model", result["model"], "--data", shards, "--output",
                tmp_path / f"{name}-out")
        singles.append(pq.read_table(tmp_path / f"{name}-out")["prediction"].to_pylist())
    martlet("predict", "--model", several["model"], "--data", shards, "--output", tmp_path / "out")
    table = pq.read_table(tmp_path / "out")
    together = [table[f"prediction_{name}"].to_pylist() for name in LEVELS]
    assert [tuple(sorted(row)) for row in zip(*singles)] == list(zip(*together))


def test_an_interval_takes_the_quantiles_of_its_ends(martlet, shards, tmp_path):
    """With 0.1 and 0.9 there nothing else is trained: the model holds the same trees twice."""
    result = martlet(
        *TRAIN, "--data", shards, "--output", tmp_path / "model", "--interval", 0.8,
        "--interval-method", "cqr")
    martlet("predict", "--model", result["model"], "--data", shards, "--output", tmp_path / "out")
    table = pq.read_table(tmp_path / "out")
    columns = {
        name: table[f"prediction_{name}"].to_pylist()
        for name in ("lower", "q10", "q50", "q90", "upper")}
    margins = {
        round(edge - quantile, 9)
        for edge, quantile, low, middle, high in zip(
            columns["upper"], columns["q90"], columns["lower"], columns["q50"], columns["q10"])
        if low < middle < edge}
    # One margin, but for rows whose quantiles cross or whose ends were moved to the prediction.
    most = max(
        margins, key=lambda margin: sum(
            round(edge - quantile, 9) == margin
            for edge, quantile in zip(columns["upper"], columns["q90"])))
    share = sum(
        round(edge - quantile, 9) == most
        for edge, quantile in zip(columns["upper"], columns["q90"])) / table.num_rows
    assert share > 0.9
    measured = martlet("evaluate", "--model", result["model"], "--data", shards)["metrics"]
    assert measured["coverage"] == pytest.approx(0.8, abs=0.03)


def test_refusals(martlet, shards, several, tmp_path):
    base = ["train", "--data", shards, "--target", "age", "--output", tmp_path / "model"]
    for options in (
            ["--objective", "quantile", "--alpha", "0.1,0.1"],
            ["--objective", "quantile", "--alpha", "0.1,1.5"],
            ["--objective", "quantile", "--alpha", "0.1,high"],
            ["--objective", "huber", "--alpha", "0.1,0.5"],
            ["--objective", "regression", "--alpha", "0.1,0.5"]):
        assert "alpha" in martlet.fails(78, "Martlet.ConfigInvalid", *base, *options)
    for format in ("lightgbm", "xgboost", "onnx"):
        errors = martlet.fails(
            76, "Martlet.ModelIncompatible", "convert", "--model", several["model"], "--to",
            format, "--output", tmp_path / "converted")
        assert "3 quantiles" in errors
    martlet.fails(
        78, "Martlet.ConfigInvalid", "evaluate", "--model", several["model"], "--data", shards,
        "--alpha", 0.5)
    errors = martlet.fails(
        76, "Martlet.ModelIncompatible", *base, "--objective", "quantile", "--alpha", "0.1,0.9",
        "--ignore-features", "id", "--init-model", several["model"])
    assert "0.1, 0.5, 0.9" in errors
