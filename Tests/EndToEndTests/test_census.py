"""The example of the census: its commands, on the census where it is at hand, otherwise on a few
made-up people in the form of the original files."""

import random
import re
import shlex

import duckdb
import pyarrow.parquet
import pytest

from program import ROOT

PAGE = ROOT / "examples/census.md"


def person(chance):
    """A line of adult.data."""
    hours, education = chance.randint(10, 80), chance.randint(1, 16)
    rich = education * hours + chance.gauss(0, 150) > 500
    return ", ".join(map(str, [
        chance.randint(17, 90), chance.choice(["Private", "State-gov", "?"]),
        chance.randint(20_000, 400_000), f"Level-{education}", education,
        chance.choice(["Divorced", "Never-married"]), chance.choice(["Sales", "Tech-support", "?"]),
        "Husband", "White", chance.choice(["Male", "Female"]), chance.choice([0, 0, 5_000]), 0,
        hours, chance.choice(["United-States", "Mexico", "?"]), ">50K" if rich else "<=50K"]))


@pytest.fixture
def folder(tmp_path):
    """train.parquet and test.parquet as examples/census.sql makes them of made-up people."""
    chance = random.Random(5)
    (tmp_path / "adult.data").write_text("".join(person(chance) + "\n" for _ in range(900)))
    (tmp_path / "adult.test").write_text(
        "|1x3 Cross validator\n" + "".join(person(chance) + ".\n" for _ in range(300)))
    script = (ROOT / "examples/census.sql").read_text()
    for name in ("adult.data", "adult.test", "train.parquet", "test.parquet"):
        script = script.replace(f"'{name}'", f"'{tmp_path / name}'")
    duckdb.connect().execute(script)
    return tmp_path


def run_all(martlet, folder):
    results = []
    for command in re.findall(r"^    martlet (.*)$", PAGE.read_text(), re.MULTILINE):
        results.append(martlet.run(*shlex.split(command), "--json", folder=folder))
        assert results[-1].code == 0, results[-1]
    return [result.json for result in results]


def test_the_files_of_the_census_become_parquet(folder):
    train = pyarrow.parquet.read_table(folder / "train.parquet")
    assert len(train) == 900 and len(pyarrow.parquet.read_table(folder / "test.parquet")) == 300
    assert train["id"].to_pylist() == list(range(900))
    assert 0 < train["workclass"].null_count < 900 and "?" not in train["occupation"].to_pylist()
    assert set(train["income"].to_pylist()) == {0, 1}
    assert set(train["education"].to_pylist()) == {f"Level-{n}" for n in range(1, 17)}


def test_the_commands_run_on_made_up_people(martlet, folder):
    run_all(martlet, folder)
    assert (folder / "income/report.html").exists()


def test_the_census_gives_what_the_page_says(martlet, shared, tmp_path):
    for part in ("train", "test"):
        table = pyarrow.parquet.read_table(shared / "adult" / part)
        pyarrow.parquet.write_table(table, tmp_path / f"{part}.parquet")
    _, _, trees, _, _, linear = run_all(martlet, tmp_path)
    assert 0.92 < trees["metrics"]["auc"] < 0.94 and 0.11 < trees["metrics"]["error"] < 0.14
    assert 0.015 < trees["metrics"]["auc"] - linear["metrics"]["auc"] < 0.03
    groups = {group["value"]: group["metrics"] for group in trees["groups"]["sex"]}
    assert groups["Female"]["error"] < groups["Male"]["error"] / 1.5
