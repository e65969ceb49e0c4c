"""Cross-validation, search and permutation importance, beside LightGBM and scikit-learn."""

import json
import signal
import subprocess
import time

import lightgbm
import numpy
import pyarrow.parquet
import pytest

QUICK = ["--target", "age", "--ignore-features", "id", "--num-leaves", "15", "--report", "never"]


@pytest.fixture(scope="module")
def table(shards):
    return pyarrow.parquet.read_table(shards).to_pandas()


def test_folds_agree_with_lightgbms(martlet, shards, table, tmp_path):
    found = martlet(
        "train", "--data", shards, *QUICK, "--num-iterations", 60, "--cv", 5, "--metric",
        "rmse,mae", "--output", tmp_path / "model")["cross_validation"]
    features = table.drop(columns=["id", "age"])
    theirs = lightgbm.cv(
        {"objective": "regression", "num_leaves": 15, "metric": ["rmse", "mae"], "verbose": -1,
         "num_threads": 1, "seed": 1},
        lightgbm.Dataset(features, table["age"]), num_boost_round=60, nfold=5, stratified=False)
    for ours, name in (("rmse", "valid rmse-mean"), ("mae", "valid l1-mean")):
        mean = numpy.array(found["rounds"][ours]["mean"])
        assert len(mean) == 60
        # Other folds and quantised gradients: a hundredth is ten deviations of the mean.
        assert numpy.allclose(mean, theirs[name], rtol=0.01)
    assert [fold["valid_rows"] for fold in found["folds"]] == [4_000] * 5
    best = found["best_iteration"]
    assert best == 1 + int(numpy.argmin(found["rounds"]["rmse"]["mean"]))
    assert found["metrics"]["rmse"]["mean"] == found["rounds"]["rmse"]["mean"][best - 1]


def test_the_estimate_of_folds_holds_on_unseen_rows(martlet, shards, tmp_path):
    model = tmp_path / "model"
    result = martlet("train", "--data", shards, *QUICK, "--cv", 4, "--output", model)
    martlet("generate", "--rows", 20_000, "--seed", 99, "--output", tmp_path / "unseen")
    unseen = martlet("evaluate", "--model", model, "--data", tmp_path / "unseen")
    assert unseen["metrics"]["rmse"] == pytest.approx(result["metrics"]["valid"]["rmse"], rel=0.03)


def test_a_search_finds_better_parameters_than_it_began_with(martlet, shards, tmp_path):
    output = tmp_path / "model"
    space = {"num_leaves": {"log_integer": [2, 63]}, "learning_rate": {"log_uniform": [0.02, 0.4]}}
    outcome = martlet.run(
        "tune", "--data", shards, "--target", "age", "--ignore-features", "id",
        "--num-iterations", 40, "--trials", 6, "--space", json.dumps(space), "--output", output)
    assert outcome.code == 0, outcome
    assert "trials" in outcome.out and "learning_rate" in outcome.out
    rows = json.loads((output / "trials.json").read_text())
    frame = pyarrow.parquet.read_table(output / "trials.parquet").to_pandas()
    assert list(frame["trial"]) == [row["trial"] for row in rows] == list(range(6))
    assert list(frame["rmse"]) == [row["metrics"]["rmse"]["mean"] for row in rows]
    best = min(rows, key=lambda row: row["metrics"]["rmse"]["mean"])
    assert best["is_best"] and sum(row["is_best"] for row in rows) == 1
    # What `train --valid-fraction` finds with these parameters, but for where bins are cut.
    held_back = martlet(
        "train", "--data", shards, "--target", "age", "--ignore-features", "id",
        "--num-iterations", 40, "--valid-fraction", 0.2, "--report", "never",
        *(word for name, value in best["parameters"].items()
          for word in (f"--{name.replace('_', '-')}", value)), "--output", tmp_path / "held")
    assert held_back["metrics"]["valid"]["rmse"] == pytest.approx(
        best["metrics"]["rmse"]["mean"], rel=0.01)
    report = (output / "report.html").read_text()
    assert "Trials, from the best on" in report


def test_a_killed_search_goes_on(martlet, shards, tmp_path):
    common = ["tune", "--data", shards, "--target", "age", "--ignore-features", "id", "--report",
              "never", "--num-iterations", "60", "--trials", "8", "--threads", "1"]
    martlet(*common, "--output", tmp_path / "whole")
    trials = tmp_path / "done"
    arguments = [*common, "--checkpoint", trials, "--output", tmp_path / "model"]
    process = subprocess.Popen(
        [str(martlet.path), *map(str, arguments)], env=martlet.environment,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 60
    while not list(trials.glob("rung-0/*.json")) and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    assert process.returncode == 143
    kept = len(list(trials.glob("rung-0/*.json")))
    assert 1 <= kept < 8
    martlet(*arguments)
    for name in ("model.martlet", "trials.json", "trials.parquet"):
        assert (tmp_path / "model" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
    assert not list(trials.glob("rung-0/*.json"))


def test_slips_in_the_space_are_named(martlet, shards, tmp_path):
    errors = martlet.fails(
        78, "Martlet.ConfigInvalid", "tune", "--data", shards, "--target", "age", "--space",
        '{"num_leafs": [7]}', "--output", tmp_path / "model")
    assert "num_leaves" in errors


def test_permutation_importance_finds_what_matters(martlet, shards, model, tmp_path):
    result = martlet(
        "evaluate", "--model", model, "--data", shards, "--permutation-importance", "--metric",
        "mae", "--output", tmp_path / "evaluation")
    found = result["permutation_importance"]
    assert (found["metric"], found["rows"], found["repetitions"]) == ("mae", 10_000, 5)
    losses = [feature["loss"]["mean"] for feature in found["features"]]
    assert losses == sorted(losses, reverse=True)
    # Shuffling the strongest by hand, over all rows, costs as much.
    name = found["features"][0]["name"]
    rows = pyarrow.parquet.read_table(shards)
    order = numpy.random.default_rng(1).permutation(rows.num_rows)
    index = rows.schema.get_field_index(name)
    shuffled = rows.set_column(index, rows.schema.field(index), rows.column(index).take(order))
    pyarrow.parquet.write_table(shuffled, tmp_path / "shuffled.parquet")
    other = martlet("evaluate", "--model", model, "--data", tmp_path / "shuffled.parquet",
                    "--metric", "mae")
    by_hand = other["metrics"]["mae"] - result["metrics"]["mae"]
    assert losses[0] == pytest.approx(by_hand, rel=0.1)
    assert "Permutation importance" in (tmp_path / "evaluation/report.html").read_text()
