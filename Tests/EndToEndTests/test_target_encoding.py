"""Linear models that read categories by what the target was for them."""

import random

import pyarrow
import pytest

import tables

CITY_COUNT = 600


@pytest.fixture(scope="module")
def sales(tmp_path_factory):
    """Sales in more cities than columns are kept for, each with a level of its own."""
    chance = random.Random(1)
    levels = [chance.gauss(0, 10) for _ in range(CITY_COUNT)]
    rows = []
    for _ in range(24_000):
        city, price = chance.randrange(CITY_COUNT), chance.gauss(0, 1)
        rows.append((f"city {city}", price, levels[city] - price + chance.gauss(0, 1)))
    folder = tmp_path_factory.mktemp("sales")
    for name, part in (("train", rows[:18_000]), ("test", rows[18_000:])):
        cities, prices, sold = zip(*part)
        tables.write(
            pyarrow.table({"city": cities, "price": prices, "sold": sold}),
            folder / name / "part-0.parquet")
    return folder


def train(martlet, data, output, *options):
    return martlet(
        "train", "--data", data, "--target", "sold", "--algorithm", "linear", "--output", output,
        *options)


def r2(martlet, model, data):
    return martlet("evaluate", "--model", model, "--data", data)["metrics"]["r2"]


def test_many_categories_are_read_by_their_target(martlet, sales, tmp_path):
    for name, options in (
            ("auto", []), ("target", ["--categorical-encoding", "city=target"]),
            ("onehot", ["--categorical-encoding", "onehot"])):
        train(martlet, sales / "train", tmp_path / name, *options)
    auto, onehot = (r2(martlet, tmp_path / name, sales / "test") for name in ("auto", "onehot"))
    assert auto > 0.95
    assert onehot < auto - 0.2, "253 of 600 cities"
    for name in ("auto", "target"):
        martlet("predict", "--model", tmp_path / name, "--data", sales / "test", "--output",
                tmp_path / f"{name}-out")
    assert tables.read(tmp_path / "auto-out").equals(tables.read(tmp_path / "target-out"))


def test_threads_do_not_matter(martlet, sales, tmp_path):
    for threads in (1, 3):
        train(martlet, sales / "train", tmp_path / str(threads), "--threads", threads)
    assert (tmp_path / "1/model.martlet").read_bytes() == (
        tmp_path / "3/model.martlet").read_bytes()


def test_unseen_categories_have_the_mean_of_all(martlet, tmp_path):
    chance = random.Random(2)
    kinds = ["a", "b", "c", "d"] * 500
    sold = [{"a": 0, "b": 8, "c": 4, "d": 4}[kind] + chance.gauss(0, 0.1) for kind in kinds]
    path = tables.write(pyarrow.table({"kind": kinds, "sold": sold}), tmp_path / "d/part-0.parquet")
    train(martlet, path, tmp_path / "model", "--categorical-encoding", "target")
    new = tables.write(
        pyarrow.table({"kind": ["a", "b", "c", "never"]}), tmp_path / "new/part-0.parquet")
    found = martlet(
        "predict", "--model", tmp_path / "model", "--data", new, "--output", tmp_path / "out")
    assert found["unseen_categories"] == {"kind": 1}
    predicted = tables.read(tmp_path / "out")["prediction"].to_pylist()
    assert predicted == pytest.approx([0, 8, 4, sum(sold) / len(sold)], abs=0.2)


@pytest.mark.parametrize("objective", ["ridge", "logistic"])
def test_categories_without_meaning_explain_nothing(martlet, tmp_path, objective):
    """Two rows a category: whoever is told its own target would know it by half."""
    chance = random.Random(3)
    sold = [chance.choice([0, 1]) for _ in range(6_000)]
    names = [f"n{row // 2}" for row in range(6_000)]
    chance.shuffle(names)
    path = tables.write(
        pyarrow.table({"name": names, "sold": sold}), tmp_path / "d/part-0.parquet")
    train(
        martlet, path, tmp_path / "model", "--objective", objective, "--categorical-encoding",
        "target", "--metric", "auc" if objective == "logistic" else "r2")
    score = "auc" if objective == "logistic" else "r2"
    fitted = martlet("inspect", tmp_path / "model")
    assert fitted["algorithm"] == "linear"
    held = [chance.choice([0, 1]) for _ in range(6_000)]
    other = tables.write(
        pyarrow.table({"name": names, "sold": held}), tmp_path / "other/part-0.parquet")
    value = martlet(
        "evaluate", "--model", tmp_path / "model", "--data", other)["metrics"][score]
    # A leak makes the coefficient large, and predictions of other targets bad.
    assert value > -0.02 if score == "r2" else abs(value - 0.5) < 0.03


def test_the_report_shows_one_column(martlet, sales, tmp_path):
    train(martlet, sales / "train", tmp_path / "model")
    text = (tmp_path / "model/report.html").read_text(encoding="utf-8")
    assert "city (mean target)" in text


def test_refusals(martlet, sales, tmp_path):
    base = ["train", "--data", sales / "train", "--output", tmp_path / "model"]
    linear = [*base, "--algorithm", "linear", "--target", "sold"]
    for options, words in (
            (["--categorical-encoding", "price=target"], "price"),
            (["--categorical-encoding", "nothing"], "onehot"),
            (["--categorical-encoding", "target", "--partial"], "partial"),
            (["--categorical-encoding", "target", "--objective", "multinomial"], "multinomial")):
        assert words in martlet.fails(78, "Martlet.ConfigInvalid", *linear, *options)
    assert "linear" in martlet.fails(
        78, "Martlet.ConfigInvalid", *base, "--target", "sold", "--categorical-encoding", "onehot")
