"""`martlet inspect FILE --rows N` over apache/parquet-testing and the files of other writers.

Each file below the folder that MARTLET_SHARED names is claimed: read, with the oracle's values bit
for bit; read but for its nested columns; or refused under a declared name. A file that nobody
claims fails.
"""

import concurrent.futures
import functools
import gzip
import json
import os
import pathlib
import struct

import pytest

import printed_values

SHARED = pathlib.Path(os.environ.get("MARTLET_SHARED", "."), "parquet")
NO_FILES = "MARTLET_SHARED does not name the folder with the reference files"

# File to words of its message; all end as Martlet.DataInvalid.
REFUSED = {
    "bad_data/ARROW-GH-41317.parquet": "",
    "bad_data/ARROW-GH-41321.parquet": "",
    "bad_data/ARROW-GH-47662.parquet": "",
    "bad_data/ARROW-RS-GH-6229-DICTHEADER.parquet": "",
    "bad_data/PARQUET-1481.parquet": "",
    "data/datapage_v1-corrupt-checksum.parquet": "checksum",
    "data/rle-dict-uncompressed-corrupt-checksum.parquet": "checksum",
}
# Files of which some columns, or all, are nested; the flat ones are read.
NESTED = {
    "bad_data/ARROW-GH-45185.parquet", "bad_data/ARROW-RS-GH-6229-LEVELS.parquet",
    "data/datapage_v2.snappy.parquet", "data/incorrect_map_schema.parquet",
    "data/large_string_map.brotli.parquet", "data/list_columns.parquet",
    "data/map_no_value.parquet", "data/nested_lists.snappy.parquet",
    "data/nested_maps.snappy.parquet", "data/nested_structs.rust.parquet",
    "data/nonnullable.impala.parquet", "data/null_list.parquet", "data/nullable.impala.parquet",
    "data/nulls.snappy.parquet", "data/old_list_structure.parquet",
    "data/repeated_no_annotation.parquet", "data/repeated_primitive_no_list.parquet",
}
# Valid, but the library that wrote the oracles fails on it: what it must hold, by its description.
DESCRIBED = {"bad_data/ARROW-GH-43605.parquet": [0] * 21_186}
# 290000-12-31T01:00:00+02:00, says the description beside the file; the oracle's library overflows.
CORRECTIONS = {
    "data/int96_from_spark.parquet": {-7_188_624_036_226_874_385: 9_089_380_393_200_000_000}}
NOT_PARQUET = (".md", ".txt", ".csv", ".json", ".bin", ".yaml")


def files(folder):
    root = SHARED / folder
    found = sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())
    return [name for name in found if not name.endswith(NOT_PARQUET)]


def in_parallel(check, names):
    assert names, NO_FILES

    def checked(name):
        try:
            return check(name)
        except AssertionError as error:
            return f"{name}: {error}"

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        problems = [problem for problem in pool.map(checked, names) if problem]
    assert not problems, "\n".join(problems)


@functools.cache
def oracle(name):
    with gzip.open(SHARED / "oracle" / f"{name}.json.gz") as file:
        return json.load(file)


def expected(column, kind, rows, corrections=()):
    """The oracle's values in the forms of `printed_values`."""
    values = [dict(corrections).get(value, value) for value in column["values"][:rows]]
    name = kind.split("(")[0]
    unit = printed_values.NANOSECONDS.get(kind.partition("(")[2].split(",")[0])
    if name in printed_values.FLOATS:
        return [value and nan(value, name) for value in values]
    if name == "decimal":
        return [value and int(value) for value in values]
    if name in ("time", "timestamp"):
        # DuckDB writes all timestamps in microseconds, and INT96 is read so.
        logical = column["logical"]
        theirs = next(
            (nanoseconds for name, nanoseconds in printed_values.NANOSECONDS.items()
             if f"timeUnit={name}" in logical), 1_000)
        return [None if value is None else value * theirs // unit * unit for value in values]
    return values


def nan(value, name):
    number = struct.unpack(printed_values.FLOATS[name], bytes.fromhex(value))[0]
    return "nan" if number != number else value


def difference(columns, table, corrections=()):
    rows = len(next(iter(columns.values()))[1]) if columns else table["rows"]
    for column in table["columns"]:
        if column["name"] not in columns:
            continue
        kind, found = columns[column["name"]]
        wanted = expected(column, kind, rows, corrections)
        if found != wanted:
            row = next((row for row in range(rows) if found[row] != wanted[row]), None)
            shown = None if row is None else (found[row], wanted[row])
            return f"{column['name']} ({kind}), row {row}: {shown}"
    return None


@pytest.mark.skipif(not (SHARED / "testing").is_dir(), reason=NO_FILES)
def test_each_file_of_parquet_testing_ends_as_claimed(martlet):
    unclaimed = (set(REFUSED) | NESTED | set(DESCRIBED)) - set(files("testing"))
    assert not unclaimed, f"claims without a file: {unclaimed}"

    def check(name):
        path = SHARED / "testing" / name
        if name in REFUSED or name.endswith(".encrypted"):
            errors = martlet.fails(
                65, "Martlet.DataInvalid", "inspect", path, "--rows", 10**9).lower()
            word = "encrypted" if name.endswith(".encrypted") else REFUSED[name].lower()
            return None if word in errors and str(path).lower() in errors else f"{name}: {errors}"
        columns, skipped = printed_values.read(martlet, path)
        # Lists of one length are read as a column for each position; the oracle has none.
        elements = {column for column in columns if column.endswith("]")}
        if bool(skipped or elements) != (name in NESTED):
            return f"{name}: skipped {skipped}, elements {elements}"
        columns = {column: columns[column] for column in columns if column not in elements}
        if not all(reason.startswith("nested") for reason in skipped.values()):
            return f"{name}: skipped {skipped}"
        if name in DESCRIBED:
            (kind, values), = columns.values()
            return None if values == DESCRIBED[name] else f"{name}: {values[:10]}"
        stem = name.removeprefix("data/").replace("/", "__")
        if not (SHARED / "oracle/data" / f"{stem}.json.gz").is_file():
            return None if name in NESTED and not columns else f"nobody claims {name}"
        table = oracle(f"data/{stem}")
        if set(columns) != {column["name"] for column in table["columns"]}:
            return f"{name}: columns {list(columns)}"
        problem = difference(columns, table, CORRECTIONS.get(name, {}).items())
        return problem and f"{name}: {problem}"

    in_parallel(check, files("testing"))


@pytest.mark.skipif(not (SHARED / "interop").is_dir(), reason=NO_FILES)
def test_each_file_of_other_writers_gives_the_same_table(martlet):
    def check(name):
        path = SHARED / "interop" / name
        columns, skipped = printed_values.read(martlet, path)
        if skipped or len(columns) < 25:
            return f"{name}: {len(columns)} columns, skipped {skipped}"
        rows = 0 if "empty" in name else 1 if "onerow" in name else 1_200
        if any(len(values) != rows for _, values in columns.values()):
            return f"{name}: not {rows} rows"
        problem = difference(columns, oracle("interop-table"))
        return problem and f"{name}: {problem}"

    in_parallel(check, files("interop"))
