#!/usr/bin/env python3
"""Reads the Parquet files that Martlet's tests wrote with pyarrow, DuckDB, polars, arrow-rs (arro3)
and fastparquet, and compares every cell with what it must be, bit for bit. Then searches for single
values, as readers skip row groups and pages by our statistics and page indexes: all rows must be
found, and no others.

    make parquet-readers

or, with files that are there already, `check_parquet_readers.py DIR`.

The cells follow from row and column by the arithmetic of Tests/ParquetTests/InterchangeTable.swift.
Readers that are not installed are skipped by name; without any the check fails. What a reader's own
types cannot hold is left out for it: DuckDB's times end at microseconds; fastparquet has decimals
as doubles, and in columns of floats null and NaN are one.
"""

import glob
import importlib.util
import os
import sys
import uuid

import numpy as np
import pyarrow as pa
import pyarrow.compute

MASK = (1 << 64) - 1

# (name, arrow type); the position is the column's number.
COLUMNS = [
    ("boolean", pa.bool_()), ("int8", pa.int8()), ("int16", pa.int16()), ("int32", pa.int32()),
    ("int64", pa.int64()), ("uint8", pa.uint8()), ("uint16", pa.uint16()),
    ("uint32", pa.uint32()), ("uint64", pa.uint64()), ("int32_few", pa.int32()),
    ("int64_few", pa.int64()), ("sorted", pa.int64()), ("float16", pa.float16()),
    ("float", pa.float32()), ("double", pa.float64()), ("double_few", pa.float64()),
    ("decimal_9", pa.decimal128(9, 2)), ("decimal_18", pa.decimal128(18, 4)),
    ("decimal_20", pa.decimal128(20, 0)), ("decimal_38", pa.decimal128(38, 10)),
    ("date", pa.date32()), ("time_ms", pa.time32("ms")), ("time_us", pa.time64("us")),
    ("time_ns", pa.time64("ns")), ("timestamp_ms", pa.timestamp("ms")),
    ("timestamp_us", pa.timestamp("us", "UTC")), ("timestamp_ns", pa.timestamp("ns")),
    ("string", pa.string()), ("string_few", pa.string()), ("string_codes", pa.string()),
    ("string_unicode", pa.string()), ("binary", pa.binary()), ("fixed", pa.binary(5)),
    ("uuid", pa.binary(16)),
]

UNITS = {"ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}


def bits(row_count, column, part=0):
    """The 64 bits behind each cell of a column."""
    constant = ((column * 16 + part + 1) * 0xD1B54A32D192ED03) & MASK
    with np.errstate(over="ignore"):
        z = np.arange(row_count, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = z + np.uint64(constant)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def small(b, divisor):
    return (b % np.uint64(divisor)).astype(np.int64)


def expected_cells(name, kind, b):
    """The cells as a numpy array of the stored width, or as a list of bytes."""
    texts = {
        "string": lambda x: f"row {x}",
        "string_few": lambda x: f"value {x % 50}",
        "string_codes": lambda x: f"category {x % 37}",
        "string_unicode": lambda x: ["a", "é", "漢", "𝄞"][x % 4] * ((x >> 32) % 50),
    }
    if name in texts:
        return [texts[name](int(x)).encode() for x in b]
    little = [int(x).to_bytes(8, "little") + (int(x) ^ MASK).to_bytes(8, "little") for x in b] \
        if name in ("binary", "fixed", "uuid") else None
    if name == "binary":
        return [v[: int(x) >> 60] for v, x in zip(little, b)]
    if name == "fixed":
        return [v[:5] for v in little]
    if name == "uuid":
        return little
    special = {
        "boolean": lambda: (b & np.uint64(1)).astype(np.uint8),
        "int32_few": lambda: (small(b, 100) - 50).astype(np.int32),
        "int64_few": lambda: small(b, 1_000) * 1_000_000_007,
        "sorted": lambda: np.arange(len(b), dtype=np.int64) * 3,
        "double_few": lambda: (small(b, 300) * 0.25).view(np.uint64),
        "float16": lambda: half(b),
        "float": lambda: b.astype(np.uint32),
        "double": lambda: b,
        "decimal_9": lambda: small(b, 1_999_999_999) - 999_999_999,
        "decimal_18": lambda: small(b, 1_999_999_999_999_999_999) - 999_999_999_999_999_999,
        "decimal_20": lambda: b.view(np.int64),
        "decimal_38": lambda: b.view(np.int64),
        "date": lambda: (small(b, 40_000) - 10_000).astype(np.int32),
        "time_ms": lambda: small(b, 86_400_000).astype(np.int32),
    }
    if name in special:
        return special[name]()
    if name.startswith("time_"):
        return small(b, 86_400 * UNITS[name[-2:]])
    if name.startswith("timestamp_"):
        unit = UNITS[name[-2:]]
        return small(b, 6_311_433_600 * unit) - 2_208_988_800 * unit
    return b.astype(kind.to_pandas_dtype())


def half(b):
    h = b.astype(np.uint16)
    return np.where((h & 0x7C00) == 0x7C00, h & 0xFC00, h).astype(np.uint16)


def found_cells(name, kind, array):
    """The same form from what a reader found; nulls are anything."""
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks() if array.num_chunks != 1 else array.chunk(0)
    if isinstance(array, pa.ExtensionArray):
        array = array.storage
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    if name == "uuid" and pa.types.is_string(array.type):
        return [uuid.UUID(x).bytes if x else b"" for x in array.to_pylist()]
    if pa.types.is_string(kind) or pa.types.is_binary(kind) or pa.types.is_fixed_size_binary(kind):
        cells = array.cast(pa.large_binary()).to_pylist()
        return [x or b"" for x in cells]
    if pa.types.is_decimal(kind):
        assert array.type.precision == kind.precision and array.type.scale == kind.scale, array.type
        unscaled = [0 if x is None else int(x.scaleb(kind.scale)) for x in array.to_pylist()]
        return np.array(unscaled, dtype=np.int64)
    if pa.types.is_boolean(kind):
        return np.array([bool(x) for x in array.to_pylist()], dtype=np.uint8)
    if pa.types.is_floating(kind):
        width = {"float16": np.uint16, "float": np.uint32}.get(name, np.uint64)
        if name == "float16" and not pa.types.is_float16(array.type):
            return np.asarray(array.fill_null(0)).astype(np.float16).view(np.uint16)
        return raw(array, width)
    if array.type != kind:
        array = array.cast(kind)
    width = {1: np.int8, 2: np.int16, 4: np.int32, 8: np.int64}[kind.bit_width // 8]
    cells = raw(array, width)
    return cells.astype(kind.to_pandas_dtype()) if pa.types.is_integer(kind) else cells


def raw(array, width):
    """The array's memory, without conversion of any kind."""
    data = array.buffers()[1]
    cells = np.frombuffer(data, dtype=width) if data else np.zeros(0, width)
    return cells[array.offset : array.offset + len(array)]


def compare(name, kind, array, row_count, expected, is_null):
    if len(array) != row_count:
        return f"{len(array)} rows, not {row_count}"
    nulls = np.asarray(array.is_null()) if row_count else np.zeros(0, bool)
    if not np.array_equal(nulls, is_null):
        return "nulls differ"
    cells = found_cells(name, kind, array)
    for row in range(row_count):
        if is_null[row]:
            continue
        if cells[row] != expected[row]:
            return f"row {row}: {cells[row]!r}, not {expected[row]!r}"
    return None


def pyarrow_reader():
    import pyarrow.parquet as pq

    def read(path):
        table = pq.read_table(path, page_checksum_verification=True)
        table.validate(full=True)
        return table

    def count(path, name, value):
        literal = pa.scalar(value, dict(COLUMNS)[name])
        filters = pa.compute.field(name) == literal
        return pq.read_table(path, columns=[name], filters=filters).num_rows

    return read, count, set(), pa.__version__


def arro3_reader():
    import arro3.core
    import arro3.io

    def read(path):
        table = pa.table(arro3.io.read_parquet(path).read_all())
        table.validate(full=True)
        return table

    return read, None, set(), arro3.core.__version__


def fastparquet_reader():
    import fastparquet

    def read(path):
        frame = fastparquet.ParquetFile(path).to_pandas()
        return pa.table({name: from_pandas(frame[name], dict(COLUMNS)[name]) for name in frame})

    decimals = {name for name, kind in COLUMNS if pa.types.is_decimal(kind)}
    return read, None, decimals, fastparquet.__version__


def from_pandas(series, kind):
    """A column of fastparquet's with its own type again; no value changes."""
    if pa.types.is_floating(kind):
        if series.dtype == object:
            # As bytes, whose last zeros numpy drops.
            halves = [b"\0\x7e" if x is None else x.ljust(2, b"\0") for x in series]
            cells = np.frombuffer(b"".join(halves), np.float16)
        else:
            cells = series.to_numpy()
        return pa.array(cells, kind, mask=np.isnan(cells))
    if series.dtype == object:
        cells = [x if isinstance(x, (str, bytes)) else None for x in series]
        if pa.types.is_fixed_size_binary(kind):
            cells = [x and x.ljust(kind.byte_width, b"\0") for x in cells]
        return pa.array(cells, kind)
    if series.dtype.kind == "m":
        unit = "ms" if kind.bit_width == 32 else kind.unit
        return pa.array(series).cast(pa.duration(unit)).cast(pa.int64()).cast(
            pa.int32() if kind.bit_width == 32 else pa.int64()).cast(kind)
    cells = pa.array(series)
    return cells.cast(pa.int32() if kind.bit_width == 32 else pa.int64()).cast(kind) \
        if pa.types.is_time(kind) else cells.cast(kind)


def duckdb_reader():
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    def read(path):
        return connection.sql(f"SELECT * FROM read_parquet('{path}')").to_arrow_table()

    def count(path, name, value):
        query = f"SELECT count(*) FROM read_parquet('{path}') WHERE \"{name}\" = ?"
        return connection.execute(query, [value]).fetchone()[0]

    # DuckDB's times end at microseconds.
    return read, count, {"time_ns"}, duckdb.__version__


def polars_reader():
    import polars

    def count(path, name, value):
        column = polars.col(name)
        frame = polars.scan_parquet(path, use_statistics=True)
        literal = polars.lit(value, dtype=frame.collect_schema()[name])
        return frame.filter(column == literal).select(polars.len()).collect().item()

    return lambda path: polars.read_parquet(path).to_arrow(), count, set(), polars.__version__


def main():
    folder = sys.argv[1]
    paths = sorted(glob.glob(os.path.join(folder, "*.parquet")))
    if not paths:
        sys.exit(f"no files in {folder}")
    failures = compared = 0
    for name, make in [
        ("pyarrow", pyarrow_reader), ("duckdb", duckdb_reader), ("polars", polars_reader),
        ("arro3", arro3_reader), ("fastparquet", fastparquet_reader),
    ]:
        if importlib.util.find_spec(name) is None:
            print(f"{name}: not installed, skipped")
            continue
        read, count, skipped, version = make()
        problems = check(paths, read, skipped, nan_is_null=name == "fastparquet")
        searched = 0
        for path in paths:
            if count and path.endswith(("some-snappy-10000.parquet", "none-zstd-10000.parquet")):
                found, tried = check_searches(path, count)
                problems += found
                searched += tried
        compared += 1
        failures += len(problems)
        print(
            f"{name} {version}: {len(paths)} files, {searched} searches, "
            f"{len(problems)} problems")
        for problem in problems[:40]:
            print("  " + problem)
    sys.exit(1 if failures or not compared else 0)


# Types whose values not every reader takes as a Python object, or does not compare exactly.
UNSEARCHED = {"float16", "time_ns", "timestamp_ns", "uuid"}


def check_searches(path, count):
    import pyarrow.parquet as pq

    problems = []
    tried = 0
    table = pq.read_table(path)
    for name, kind in COLUMNS:
        if name in UNSEARCHED:
            continue
        values = table.column(name).to_pylist()
        rows = [0, 1, 4_000, 4_001, 7_777, len(values) - 1]
        # The bounds themselves are where a wrong comparison shows.
        known = [x for x in values if x is not None and x == x]
        for value in [values[row] for row in rows] + [min(known), max(known)]:
            if value is None or value != value:
                continue
            expected = sum(1 for x in values if x == value)
            tried += 1
            try:
                found = count(path, name, value)
            except Exception as error:
                problems.append(f"{os.path.basename(path)}: {name} = {value!r}: {error!r:.200}")
                continue
            if found != expected:
                problems.append(
                    f"{os.path.basename(path)}: {name} = {value!r}: {found} rows, not {expected}")
    return problems, tried


CACHE = {}


def expectation(column, row_count, nulls):
    key = (column, row_count, nulls)
    if key not in CACHE:
        name, kind = COLUMNS[column]
        is_null = np.full(row_count, nulls == "all")
        if nulls == "some":
            is_null = bits(row_count, column, 1) % np.uint64(10) == 0
        CACHE[key] = expected_cells(name, kind, bits(row_count, column)), is_null
    return CACHE[key]


def check(paths, read, skipped, nan_is_null=False):
    problems = []
    for path in paths:
        nulls, _, row_count = os.path.basename(path)[: -len(".parquet")].split("-")
        row_count = int(row_count)
        try:
            table = read(path)
        except Exception as error:  # any failure to read is a finding
            problems.append(f"{os.path.basename(path)}: {error!r:.300}")
            continue
        if table.column_names != [name for name, _ in COLUMNS]:
            problems.append(f"{os.path.basename(path)}: columns {table.column_names}")
            continue
        for column, (name, kind) in enumerate(COLUMNS):
            if name in skipped:
                continue
            expected, is_null = expectation(column, row_count, nulls)
            if nan_is_null and pa.types.is_floating(kind):
                width = expected.dtype.itemsize
                is_null = is_null | np.isnan(expected.view(f"f{width}"))
            problem = compare(name, kind, table.column(column), row_count, expected, is_null)
            if problem:
                problems.append(f"{os.path.basename(path)}: {name}: {problem}")
    return problems


if __name__ == "__main__":
    main()
