"""`--filter` keeps the rows that DuckDB keeps, whatever is skipped unread."""

import json
import random

import duckdb
import pyarrow
import pyarrow.compute
import pytest

import tables
from conftest import QUICK

FILTERS = 40


@pytest.fixture(scope="module")
def people(tmp_path_factory):
    """A table in Hive partitions, sorted so that statistics have something to say."""
    folder = tmp_path_factory.mktemp("people") / "data"
    generator = random.Random(11)
    row = 0
    for year in (2022, 2023, 2024):
        count = 4_000
        ids = list(range(row, row + count))
        row += count
        table = pyarrow.table({
            "row": pyarrow.array(ids, pyarrow.int64()),
            "i": pyarrow.array([nullable(generator, value % 97 - 40) for value in ids],
                               pyarrow.int32()),
            "d": pyarrow.array([nullable(generator, value / 8 - 100) for value in ids]),
            "s": pyarrow.array([
                nullable(generator, f"name {value // 50:04d} é") for value in ids]),
            "c": pyarrow.array([nullable(generator, "abc"[value % 3]) for value in ids]),
            "flag": pyarrow.array([nullable(generator, value % 4 == 0) for value in ids]),
            "day": pyarrow.array([nullable(generator, value // 40) for value in ids],
                                 pyarrow.int32()).cast(pyarrow.date32()),
            "moment": pyarrow.array([nullable(generator, value * 61_000_000) for value in ids],
                                pyarrow.int64()).cast(pyarrow.timestamp("us")),
            "cents": pyarrow.array([nullable(generator, value) for value in ids],
                                   pyarrow.int64()).cast(pyarrow.decimal128(20, 0)).cast(
                                       pyarrow.decimal128(20, 2)),
        })
        tables.write(
            table, folder / f"year={year}" / "part-0.parquet", row_group_size=500,
            compression=("snappy", "zstd", "none")[year % 3],
            data_page_version=("1.0", "2.0")[year % 2],
            write_page_index=year != 2023, data_page_size=1_000)
    return folder


def nullable(generator, value):
    return None if generator.random() < 0.05 else value


def predicate(generator):
    name = generator.choice(["row", "i", "d", "s", "c", "flag", "day", "moment", "cents", "year"])
    compare = generator.choice(["=", "!=", "<", "<=", ">", ">=", "<>"])
    literal = lambda: {
        "row": lambda: generator.randrange(-10, 12_010),
        "i": lambda: generator.choice([generator.randrange(-45, 60), "2.5", "-39.99"]),
        "d": lambda: generator.randrange(-800, 12_000) / 8,
        "s": lambda: f"'name {generator.randrange(240):04d}{generator.choice(['', ' é', ' z'])}'",
        "c": lambda: f"'{generator.choice('abcd')}'",
        "flag": lambda: generator.choice(["TRUE", "FALSE"]),
        "day": lambda: "DATE '1970-{:02d}-{:02d}'".format(
            generator.randrange(1, 12), generator.randrange(1, 28)),
        "moment": lambda: "TIMESTAMP '1970-01-0{} 0{}:00:00'".format(
            generator.randrange(1, 9), generator.randrange(9)),
        "cents": lambda: f"{generator.randrange(12_000)}.{generator.choice(['0', '00', '5'])}",
        "year": lambda: generator.randrange(2_021, 2_026),
    }[name]()
    shape = generator.randrange(8)
    if shape == 0:
        return f"{name} IS {generator.choice(['', 'NOT '])}NULL"
    if shape == 1:
        return f"{name} {generator.choice(['', 'NOT '])}IN ({literal()}, {literal()}, {literal()})"
    if shape == 2:
        return f"{name} {generator.choice(['', 'NOT '])}BETWEEN {literal()} AND {literal()}"
    return f"{name} {compare} {literal()}"


def condition(generator, depth=0):
    shape = generator.randrange(6) if depth < 3 else 0
    if shape < 3:
        return predicate(generator)
    if shape == 3:
        return f"NOT ({condition(generator, depth + 1)})"
    word = "AND" if shape == 4 else "OR"
    return f"({condition(generator, depth + 1)} {word} {condition(generator, depth + 1)})"


def test_keeps_the_rows_that_duckdb_keeps(martlet, people):
    generator = random.Random(3)
    source = f"read_parquet('{people}/*/*.parquet', hive_partitioning = true)"
    skipped = 0
    for _ in range(FILTERS):
        where = condition(generator)
        expected = duckdb.sql(f"SELECT count(*), coalesce(sum(row), 0) FROM {source} "
                              f"WHERE {where}").fetchall()[0]
        found = martlet("inspect", people, "--filter", where)
        assert found["filter"]["rows_kept"] == found["rows"] == expected[0], where
        skipped += found["filter"]["row_groups_skipped"] + found["filter"]["shards_skipped"]
    assert skipped > FILTERS


def test_the_rows_themselves(martlet, people):
    where = "i BETWEEN 3 AND 5 AND (c = 'a' OR flag) AND year >= 2023"
    outcome = martlet.run("inspect", people, "--filter", where, "--rows", 100_000)
    assert outcome.code == 0, outcome

    found = [json.loads(line)["row"] for line in outcome.out.splitlines()]
    expected = duckdb.sql(
        f"SELECT row FROM read_parquet('{people}/*/*.parquet', hive_partitioning = true) "
        f"WHERE {where} ORDER BY row").fetchall()
    assert found == [row for row, in expected] and len(found) > 50


def test_trains_and_scores_the_filtered_rows(martlet, shards, tmp_path):
    table = tables.read(shards)
    where = "age >= 40 AND id < 15000"
    kept = table.filter(pyarrow.compute.and_(
        pyarrow.compute.greater_equal(table["age"], 40), pyarrow.compute.less(table["id"], 15_000)))
    tables.write(kept, tmp_path / "kept" / "part-0.parquet")
    arguments = ["--target", "age", "--ignore-features", "id", *QUICK]
    filtered = martlet("train", "--data", shards, "--filter", where,
                       "--output", tmp_path / "a", *arguments)
    copied = martlet("train", "--data", tmp_path / "kept", "--output", tmp_path / "b", *arguments)
    assert filtered["rows"] == copied["rows"] == kept.num_rows
    assert filtered["metrics"] == copied["metrics"]
    assert filtered["filter"]["rows_considered"] == table.num_rows
    assert filtered["filter"]["rows_kept"] == kept.num_rows
    remembered = martlet("inspect", filtered["model"])
    assert remembered["parameters"]["filter"] == where

    model = filtered["model"]
    result = martlet("predict", "--model", model, "--data", shards, "--filter", where,
                     "--id", "id", "--output", tmp_path / "predictions")
    assert result["rows_in"] == result["rows_out"] == kept.num_rows
    assert tables.read(tmp_path / "predictions")["id"].equals(kept["id"])
    ours = martlet("evaluate", "--model", model, "--data", shards, "--filter", where)
    theirs = martlet("evaluate", "--model", model, "--data", tmp_path / "kept")
    assert ours["metrics"] == theirs["metrics"]


def test_mistakes_are_shown_with_their_place(martlet, shards):
    for where, expected in (
        ("age >> 40", "^^"), ("agee > 40", "there is no column 'agee'"),
        ("age > 'x'", "is compared with a number"), ("AGE > 40", 'did you mean "age"?'),
    ):
        errors = martlet.fails(
            78, "Martlet.ConfigInvalid", "inspect", shards, "--filter", where)
        assert expected in errors.lower() or expected in errors, errors
    errors = martlet.fails(
        65, "Martlet.DataInvalid", "train", "--data", shards, "--target", "age", "--output", "x",
        "--filter", "age < 0")
    assert "filter keeps no row" in errors


def test_all_differences_of_the_shards_at_once(martlet, tmp_path):
    folder = tmp_path / "data"
    first = {"a": pyarrow.array([1, 2], pyarrow.int64()), "b": pyarrow.array([0.5, 1]),
             "c": pyarrow.array(["x", "y"])}
    tables.write(pyarrow.table(first), folder / "0.parquet")
    narrow = {"c": first["c"], "a": first["a"].cast(pyarrow.int32()),
              "b": first["b"].cast(pyarrow.float32())}
    tables.write(pyarrow.table(narrow), folder / "1.parquet")
    described = martlet("inspect", folder)
    assert [(one["column"] if "column" in one else None, one["difference"])
            for one in described["schema_differences"]] == [
        ("a", "widened"), ("b", "widened"), (None, "order")]
    assert all(one["object"].endswith("1.parquet") for one in described["schema_differences"])

    tables.write(pyarrow.table({"a": first["c"], "b": first["b"]}), folder / "2.parquet")
    tables.write(pyarrow.table({**first, "d": first["a"]}), folder / "3.parquet")
    errors = martlet.fails(65, "Martlet.DataInvalid", "inspect", folder)
    for part in ("2.parquet: column 'a': string, not int64", "2.parquet: column 'c': missing",
                 "3.parquet: column 'd': not in the first shard", "3 columns differ"):
        assert part in errors, errors
