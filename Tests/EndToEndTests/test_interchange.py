"""Files of other programs are read alike, and other programs read ours."""

import datetime
import decimal
import json

import duckdb
import polars
import pyarrow
import pyarrow.parquet
import pytest

import tables

WRITERS = {
    "pyarrow-v2-zstd": lambda table, path: tables.write(
        table, path, compression="zstd", data_page_version="2.0", row_group_size=3_000),
    "pyarrow-plain-gzip": lambda table, path: tables.write(
        table, path, compression="gzip", use_dictionary=False, row_group_size=7_000),
    "pyarrow-none": lambda table, path: tables.write(table, path, compression="none"),
    "pyarrow-small-dictionaries": lambda table, path: tables.write(
        table, path, dictionary_pagesize_limit=512),
    "pyarrow-lz4-split": lambda table, path: tables.write(
        table, path, compression="lz4", use_dictionary=False, use_byte_stream_split=[
            field.name for field in table.schema if pyarrow.types.is_floating(field.type)]),
    "pyarrow-int-deltas": lambda table, path: tables.write(
        table, path, use_dictionary=False, column_encoding={"id": "DELTA_BINARY_PACKED"}),
    "duckdb-zstd": lambda table, path: duckdb.sql("SELECT * FROM shuttle").write_parquet(
        str(path), compression="zstd", row_group_size=4_096),
    "duckdb-snappy": lambda table, path: duckdb.sql("SELECT * FROM shuttle").write_parquet(
        str(path), compression="snappy"),
    "polars-zstd": lambda table, path: polars.from_arrow(table).write_parquet(
        path, compression="zstd"),
    "polars-snappy": lambda table, path: polars.from_arrow(table).write_parquet(
        path, compression="snappy", row_group_size=5_000),
}


@pytest.mark.parametrize("writer", WRITERS)
def test_the_same_rows_whoever_wrote_them(martlet, shards, model, tmp_path, writer):
    table = tables.read(shards)
    duckdb.register("shuttle", table)
    path = tmp_path / "data" / "part-0.parquet"
    path.parent.mkdir()
    WRITERS[writer](table, path)

    described = martlet("inspect", path)
    assert described["rows"] == table.num_rows
    assert {column["name"]: column["nulls"] for column in described["columns"]} == {
        name: table[name].null_count for name in table.column_names}

    for name, data in (("ours", shards), ("theirs", path.parent)):
        martlet("predict", "--model", model, "--data", data, "--id", "id",
                "--output", tmp_path / name)
    ours, theirs = (tables.read(tmp_path / name).combine_chunks() for name in ("ours", "theirs"))
    assert ours.equals(theirs)


def test_checksums_do_not_depend_on_the_encoding(martlet, tmp_path):
    table = tables.small_table(5_000)
    checksums = []
    for name, options in (
        ("dictionary", {}),
        ("plain", {"use_dictionary": False, "compression": "zstd", "row_group_size": 1_000}),
        ("v2", {"data_page_version": "2.0", "compression": "none"}),
    ):
        path = tables.write(table, tmp_path / f"{name}.parquet", **options)
        described = martlet("inspect", path, "--checksum")
        checksums.append({
            column["name"]: (column["checksum"], column["nulls"])
            for column in described["columns"]})
    assert checksums[0] == checksums[1] == checksums[2]
    assert len(set(checksums[0].values())) == table.num_columns


def test_checksums_notice_one_value(martlet, tmp_path):
    table = tables.small_table(5_000)
    values = table["size"].to_pylist()
    values[4_321] += 0.5
    changed = table.set_column(1, "size", pyarrow.array(values))
    found = [
        {column["name"]: column["checksum"] for column in martlet(
            "inspect", tables.write(one, tmp_path / f"{index}.parquet"), "--checksum")["columns"]}
        for index, one in enumerate((table, changed))]
    assert [name for name in found[0] if found[0][name] != found[1][name]] == ["size"]


def test_every_flat_type_is_read(martlet, tmp_path):
    count = 60
    base = datetime.datetime(2024, 2, 29, 12, 30, 15, 123456)
    moments = [base + datetime.timedelta(days=row, seconds=row) for row in range(count)]
    values = {
        "flag": pyarrow.array([row % 3 == 0 for row in range(count)]),
        "small": pyarrow.array(range(count), pyarrow.int8()),
        "unsigned": pyarrow.array(range(count), pyarrow.uint32()),
        "long": pyarrow.array([row << 40 for row in range(count)], pyarrow.int64()),
        "single": pyarrow.array([row / 7 for row in range(count)], pyarrow.float32()),
        "double": pyarrow.array([row / 7 for row in range(count)]),
        "text": pyarrow.array([f"text {row % 5} é" for row in range(count)]),
        "bytes": pyarrow.array([bytes([row, 0, 255]) for row in range(count)]),
        "day": pyarrow.array([moment.date() for moment in moments]),
        "milliseconds": pyarrow.array(moments, pyarrow.timestamp("ms"), safe=False),
        "microseconds": pyarrow.array(moments, pyarrow.timestamp("us", "UTC")),
        "cents": pyarrow.array(
            [decimal.Decimal(row * 101).scaleb(-2) for row in range(count)],
            pyarrow.decimal128(9, 2)),
        "large": pyarrow.array(
            [decimal.Decimal(10**24 + row).scaleb(-4) for row in range(count)],
            pyarrow.decimal128(30, 4)),
    }
    table = pyarrow.table({
        name: pyarrow.array(
            [None if row % 11 == 5 else value for row, value in enumerate(array.to_pylist())],
            array.type)
        for name, array in values.items()})
    target = pyarrow.array([float(row % 3 == 0) * 10 + row for row in range(count)])
    table = table.append_column("y", target)
    for name, options in (
        ("default", {}), ("int96", {"use_deprecated_int96_timestamps": True}),
        ("plain", {"use_dictionary": False, "data_page_version": "2.0"}),
    ):
        path = tables.write(table, tmp_path / f"{name}/part-0.parquet", **options)
        described = martlet("inspect", path, "--checksum")
        nulls = {column["name"]: column["nulls"] for column in described["columns"]}
        assert nulls == {column: table[column].null_count for column in table.column_names}
        result = martlet(
            "train", "--data", path, "--target", "y", "--min-data-in-leaf", 2,
            "--num-iterations", 50, "--output", tmp_path / f"{name}-model")
        assert result["metrics"]["train"]["rmse"] < 5
        outcome = martlet.run("inspect", path, "--rows", 3)
        assert outcome.code == 0, outcome
        rows = [json.loads(line) for line in outcome.out.splitlines()]
        assert [row["text"] for row in rows] == ["text 0 é", "text 1 é", "text 2 é"]
        assert [row["flag"] for row in rows] == [True, False, False]
        assert [row["day"] for row in rows] == ["2024-02-29", "2024-03-01", "2024-03-02"]


def test_three_readers_agree_on_our_files(martlet, shards, model, tmp_path):
    martlet("predict", "--model", model, "--data", shards, "--id", "id", "--keep", "age",
            "--output", tmp_path / "out")
    paths = [str(path) for path in tables.parts(tmp_path / "out")]
    arrow = pyarrow.concat_tables(map(pyarrow.parquet.read_table, paths)).combine_chunks()
    duck = duckdb.sql(f"SELECT id, age, prediction FROM read_parquet({paths})").to_arrow_table()
    polar = polars.read_parquet(paths).to_arrow()
    assert arrow.num_rows == 20_000
    for other in (duck, polar):
        for name in ("id", "age", "prediction"):
            assert arrow[name].to_pylist() == other[name].to_pylist(), name


def test_statistics_of_our_files_let_readers_skip(martlet, shards):
    path = str(tables.parts(shards)[0])
    metadata = pyarrow.parquet.read_metadata(path)
    index = metadata.schema.names.index("age")
    statistics = metadata.row_group(0).column(index).statistics
    assert statistics.has_min_max
    above = duckdb.sql(
        f"SELECT count(*) FROM read_parquet('{path}') WHERE age > {statistics.max}").fetchall()
    assert above == [(0,)] or metadata.num_row_groups > 1
