"""Shards of one table that differ as files of pandas do."""

import json

import numpy as np
import pyarrow
import pytest

import tables
from conftest import QUICK

ROWS = 400


def part(seed, without=()):
    """A shard; columns of `without` are written as pandas writes a column of None."""
    rng = np.random.default_rng(seed)
    x, color = rng.standard_normal(ROWS), rng.integers(0, 3, ROWS)
    columns = {
        "x": x, "color": [f"color {code}" for code in color], "n": rng.integers(0, 9, ROWS),
        "amount": pyarrow.array(range(ROWS), pyarrow.int64()).cast(pyarrow.decimal128(30, 2)),
        "y": 3 * x + color}
    return pyarrow.table({
        name: pyarrow.nulls(ROWS) if name in without else values
        for name, values in columns.items()})


@pytest.mark.parametrize("first", [True, False])
def test_columns_without_a_value_fit_any_type(martlet, tmp_path, first):
    untyped = ("color", "n", "amount")
    for shard in range(3):
        tables.write(
            part(shard, untyped if (shard == 0) == first else ()),
            tmp_path / f"data/part-{shard}.parquet", row_group_size=150, write_page_index=True)
    described = martlet("inspect", tmp_path / "data")
    assert {one["column"] for one in described["schema_differences"]} == set(untyped)
    assert all(
        one["detail"].startswith("nulls without a type, read as ")
        for one in described["schema_differences"])
    outcome = martlet.run("inspect", tmp_path / "data", "--rows", 10_000)
    rows = [json.loads(line) for line in outcome.out.splitlines()]
    nulls = ROWS if first else 2 * ROWS
    assert len(rows) == 3 * ROWS
    for name in untyped:
        assert sum(row[name] is None for row in rows) == nulls
    for where, kept in (
        ("color IS NULL", nulls), ("color >= 'color'", 3 * ROWS - nulls),
        ("n >= 0", 3 * ROWS - nulls), ("NOT (amount > 1.5)", (3 * ROWS - nulls) // ROWS * 2),
    ):
        assert martlet("inspect", tmp_path / "data", "--filter", where)["rows"] == kept, where
    trained = martlet(
        "train", "--data", tmp_path / "data", "--target", "y", "--output", tmp_path / "model",
        *QUICK)
    assert trained["rows"] == 3 * ROWS
    # The same shards alone are read by the model of all.
    for shard in range(3):
        martlet("predict", "--model", trained["model"], "--output", tmp_path / f"of-{shard}",
                "--data", tmp_path / f"data/part-{shard}.parquet")
    together = martlet("predict", "--model", trained["model"], "--data", tmp_path / "data",
                       "--output", tmp_path / "of-all")
    assert together["rows_out"] == 3 * ROWS
    alone = np.concatenate(
        [tables.read(tmp_path / f"of-{shard}")["prediction"].to_numpy() for shard in range(3)])
    assert np.array_equal(alone, tables.read(tmp_path / "of-all")["prediction"].to_numpy())


def test_types_that_do_not_fit_are_named_as_models_name_them(martlet, tmp_path):
    for shard, unit in enumerate(("ms", "us")):
        column = pyarrow.array([1, 2], pyarrow.int64()).cast(pyarrow.timestamp(unit, "UTC"))
        tables.write(pyarrow.table({"at": column}), tmp_path / f"data/part-{shard}.parquet")
    errors = martlet.fails(65, "Martlet.DataInvalid", "inspect", tmp_path / "data")
    assert "'at': timestamp(microseconds,utc), not timestamp(milliseconds,utc)" in errors
