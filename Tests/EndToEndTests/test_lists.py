"""Lists of one length are rows of features; others are left out and named."""

import json

import numpy as np
import pyarrow
import pyarrow.parquet
import pytest

ROWS = 1_200
WIDTH = 4


def table(type, shift=0, other_row=None):
    rng = np.random.default_rng(shift)
    vectors = rng.standard_normal((ROWS, WIDTH)).astype(np.float32)
    target = vectors @ np.array([3, -2, 1, 0], np.float32)
    lists = [None if row % 50 == 7 else list(map(float, vectors[row])) for row in range(ROWS)]
    if other_row is not None:
        lists[other_row] = lists[other_row][:-1]
        lists[other_row + 1] = lists[other_row + 1] + [0.0]
    return pyarrow.table({
        "embedding": pyarrow.array(lists, type),
        "ragged": pyarrow.array([[1.0] * (row % 4) for row in range(ROWS)]),
        "target": target})


@pytest.mark.parametrize("type", [
    pyarrow.list_(pyarrow.float32(), WIDTH), pyarrow.list_(pyarrow.float64())])
def test_training_and_prediction_on_an_embedding(martlet, tmp_path, type):
    data = tmp_path / "data"
    data.mkdir()
    for shard in range(2):
        pyarrow.parquet.write_table(
            table(type, shard), data / f"part-{shard}.parquet", row_group_size=500)
    trained = martlet(
        "train", "--data", data, "--target", "target", "--output", tmp_path / "model",
        "--num-iterations", 60)
    metrics = martlet("evaluate", "--model", trained["model"], "--data", data)["metrics"]
    assert metrics["r2"] > 0.9, json.dumps(metrics)
    # The list's own name stands for all its columns.
    named = martlet(
        "train", "--data", data, "--target", "target", "--output", tmp_path / "named",
        "--num-iterations", 5, "--features", "embedding")
    assert named["features"] == WIDTH
    described = {column["name"] for column in martlet("inspect", data)["columns"]}
    assert {f"embedding[{position}]" for position in range(WIDTH)} <= described
    martlet("predict", "--model", trained["model"], "--data", data,
            "--output", tmp_path / "predictions")
    written = pyarrow.parquet.read_table(tmp_path / "predictions")
    assert written.num_rows == 2 * ROWS


def test_a_list_of_another_length_is_named(martlet, tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    pyarrow.parquet.write_table(
        table(pyarrow.list_(pyarrow.float32()), other_row=120), data / "part-0.parquet")
    columns = {column["name"]: column for column in martlet("inspect", data)["columns"]}
    assert "row 120" in columns["embedding.list.element"]["skipped"]
