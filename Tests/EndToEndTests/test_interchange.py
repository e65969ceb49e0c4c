"""Files of other programs are read alike, and other programs read ours."""

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
        checksums.append(described)
    assert str(checksums[0]) == str(checksums[1]) == str(checksums[2])


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
        f"SELECT count(*) FROM read_parquet('{path}') WHERE age > {statistics.max}").fetchone()
    assert above == (0,) or metadata.num_row_groups > 1
