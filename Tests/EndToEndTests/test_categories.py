"""Columns of many categories: what trees make of their target statistics."""

import numpy as np
import pyarrow
import pytest
from tables import read, write

ROWS = 30_000
CITIES, COLORS, SHAPES = 800, 25, 30
TRAIN = ["--target", "bought", "--objective", "binary"]


def table(seed, rows=ROWS, unseen=False):
    structure = np.random.default_rng(1)
    of_city = structure.standard_normal(CITIES) * 0.8
    together = structure.standard_normal((COLORS, SHAPES)) * 1.2
    rng = np.random.default_rng(seed)
    city = (rng.pareto(0.8, rows) * 20).astype(int) % CITIES
    color, shape = rng.integers(0, COLORS, rows), rng.integers(0, SHAPES, rows)
    x = rng.standard_normal(rows)
    score = of_city[city] + together[color, shape] + 0.5 * x
    bought = (rng.random(rows) < 1 / (1 + np.exp(-score))).astype(np.int32)
    names = [f"town {code}" if unseen else f"city {code}" for code in city]
    return pyarrow.table({
        "city": pyarrow.array(names, mask=rng.random(rows) < 0.02),
        "color": [f"color {code}" for code in color],
        "shape": [f"shape {code}" for code in shape],
        "x": x, "bought": bought})


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("categories")
    write(table(2), folder / "train/a.parquet", row_group_size=7_000)
    write(table(3), folder / "test.parquet")
    write(table(4, unseen=True), folder / "unseen.parquet")
    return folder


def auc(martlet, model, data):
    return martlet("evaluate", "--model", model, "--data", data)["metrics"]["auc"]


def test_statistics_win_where_there_are_many_categories(martlet, data, tmp_path):
    reached = {}
    for form in ("native", "auto"):
        trained = martlet(
            "train", "--data", data / "train", *TRAIN, "--categorical-encoding", form,
            "--num-iterations", 60, "--output", tmp_path / form)
        reached[form] = auc(martlet, trained["model"], data / "test.parquet")
    assert reached["auto"] > reached["native"] + 0.03, reached
    described = martlet("inspect", tmp_path / "auto")
    encodings = {feature["name"]: feature["encoding"] for feature in described["features"]}
    assert encodings == {
        "city": "target", "color": "categorical", "shape": "categorical", "x": "numeric"}
    assert [line["name"] for line in described["combinations"]] == ["color×shape"]
    report = (tmp_path / "auto/report.html").read_text()
    assert "color×shape" in report


def test_contributions_add_up_and_unseen_categories_are_predicted(martlet, data, tmp_path):
    trained = martlet(
        "train", "--data", data / "train", *TRAIN, "--num-iterations", 60,
        "--output", tmp_path / "model")
    for name in ("test", "unseen"):
        martlet(
            "predict", "--model", trained["model"], "--data", data / f"{name}.parquet",
            "--raw-score", "--contributions", "--interactions", "--output", tmp_path / name)
        rows = read(tmp_path / name).to_pandas()
        contributions = rows.filter(regex="^contribution_")
        assert list(contributions) == [
            f"contribution_{column}" for column in ("city", "color", "shape", "x")]
        total = contributions.sum(axis=1) + rows["expected_value"]
        assert np.abs(total - rows["prediction"]).max() < 1e-9
        pairs = rows.filter(regex="^interaction_").sum(axis=1) + rows["expected_value"]
        assert np.abs(pairs - rows["prediction"]).max() < 1e-9
    # Colours and shapes still say what they did.
    assert auc(martlet, trained["model"], data / "unseen.parquet") > 0.6


@pytest.mark.parametrize("form", ["lightgbm", "xgboost", "onnx"])
def test_formats_without_such_tables_refuse_them(martlet, data, tmp_path, form):
    martlet(
        "train", "--data", data / "train", *TRAIN, "--num-iterations", 2,
        "--output", tmp_path / "model")
    outcome = martlet.run(
        "convert", "--model", tmp_path / "model", "--to", form, "--output", tmp_path / "other")
    assert outcome.code != 0 and "`city`" in outcome.errors, outcome
    assert "--categorical-encoding native" in outcome.errors
