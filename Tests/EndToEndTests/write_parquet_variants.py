#!/usr/bin/env python3
"""Writes small Parquet files of every type by several writers with random settings, and beside
each its values, as pyarrow reads them back.

    write_parquet_variants.py DIR [--count 200] [--seed 1]
    MARTLET_VARIANTS_FOLDER=DIR swift test --filter "Variants"

Writers: pyarrow, DuckDB, polars, and fastparquet and arrow-rs (arro3-core, arro3-io) where they
are installed. `make parquet-variants` runs both lines.
"""

import argparse
import collections
import decimal
import gzip
import importlib.util
import json
import os
import random

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

decimal.getcontext().prec = 90
I64 = (-(2**63), 2**63 - 1)


def pick(rng, values, rows, null_share, type):
    """Random values, of which few may be distinct, in runs or not, with nulls."""
    kind = rng.choice(["any", "few", "runs", "sorted", "constant"])
    if kind == "any":
        chosen = [values(rng) for _ in range(rows)]
    elif kind == "few":
        pool = [values(rng) for _ in range(5)]
        chosen = [rng.choice(pool) for _ in range(rows)]
    elif kind == "runs":
        chosen = []
        while len(chosen) < rows:
            chosen += [values(rng)] * rng.randint(1, 70)
        chosen = chosen[:rows]
    else:
        pool = [values(rng) for _ in range(rows if kind == "sorted" else 1)]
        chosen = pool * rows if kind == "constant" or None in pool else sorted(pool)
        chosen = chosen[:rows]
    return pa.array(
        [None if rng.random() < null_share else value for value in chosen], type=type)


def integers(low, high):
    edges = [low, high, 0 if low <= 0 else low, 1]
    return lambda rng: rng.choice(edges) if rng.random() < 0.1 else rng.randint(low, high)


def floats(width):
    def value(rng):
        if rng.random() < 0.1:
            return rng.choice([0.0, -0.0, float("inf"), float("-inf"), float("nan")])
        number = rng.uniform(-1, 1) * 10 ** rng.uniform(-5, 4 if width == 16 else 30)
        return float(np.dtype(f"f{width // 8}").type(number))
    return value


def decimals(precision, scale):
    top = 10**precision - 1
    number = integers(-top, top)
    return lambda rng: decimal.Decimal(number(rng)).scaleb(-scale)


def text(rng):
    return "".join(rng.choice("abxyz é漢𝄞") for _ in range(rng.choice([0, 1, 3, 20, 90])))


def binary(rng):
    return rng.randbytes(rng.choice([0, 1, 7, 16, 100]))


def fixed(width):
    return lambda rng: rng.randbytes(width)


def columns():
    """Name, Arrow type, generator."""
    for width in (8, 16, 32, 64):
        yield f"i{width}", getattr(pa, f"int{width}")(), integers(-(2**width) // 2,
                                                                  2**width // 2 - 1)
        yield f"u{width}", getattr(pa, f"uint{width}")(), integers(0, 2**width - 1)
    yield "near", pa.int64(), integers(10**12, 10**12 + 300)
    yield "bool", pa.bool_(), lambda rng: rng.random() < 0.5
    for width in (16, 32, 64):
        yield f"f{width}", getattr(pa, f"float{width}")(), floats(width)
    for precision, scale in [(1, 0), (9, 9), (10, 2), (18, 4), (19, 0), (38, 10), (38, 38)]:
        yield f"dec{precision}_{scale}", pa.decimal128(precision, scale), decimals(
            precision, scale)
    yield "date", pa.date32(), integers(-700_000, 2_900_000)
    yield "time_ms", pa.time32("ms"), integers(0, 86_399_999)
    yield "time_us", pa.time64("us"), integers(0, 86_399_999_999)
    yield "time_ns", pa.time64("ns"), integers(0, 86_399_999_999_999)
    for unit, limit in [("ms", 2**53), ("us", 2**61), ("ns", I64[1] - 1)]:
        yield f"ts_{unit}", pa.timestamp(unit), integers(-limit, limit)
        yield f"ts_{unit}_utc", pa.timestamp(unit, "UTC"), integers(-limit, limit)
    yield "text", pa.string(), text
    yield "binary", pa.binary(), binary
    for width in (1, 3, 16, 33):
        yield f"fixed{width}", pa.binary(width), fixed(width)
    yield "nothing", pa.null(), lambda rng: None


def table(rng, rows, names=None):
    arrays, fields = [], []
    for name, type, values in columns():
        if names is not None and name not in names:
            continue
        null_share = 1 if name == "nothing" else rng.choice([0, 0, 0.05, 0.5, 1])
        arrays.append(pick(rng, values, rows, null_share, type))
        nullable = null_share > 0 or rng.random() < 0.5
        fields.append(pa.field(name, type, nullable=nullable))
    return pa.table(arrays, schema=pa.schema(fields))


def encodings(rng, schema):
    """An encoding that each column's physical type allows; none for some columns."""
    chosen = {}
    for field in schema:
        type, options = field.type, []
        if pa.types.is_boolean(type):
            options = ["PLAIN", "RLE"]
        elif pa.types.is_integer(type) or pa.types.is_temporal(type):
            options = ["PLAIN", "DELTA_BINARY_PACKED", "BYTE_STREAM_SPLIT"]
        elif pa.types.is_float16(type) or pa.types.is_fixed_size_binary(type):
            options = ["PLAIN", "DELTA_BYTE_ARRAY", "BYTE_STREAM_SPLIT"]
        elif pa.types.is_floating(type):
            options = ["PLAIN", "BYTE_STREAM_SPLIT"]
        elif pa.types.is_string(type) or pa.types.is_binary(type):
            options = ["PLAIN", "DELTA_LENGTH_BYTE_ARRAY", "DELTA_BYTE_ARRAY"]
        if options and rng.random() < 0.9:
            chosen[field.name] = rng.choice(options)
    return chosen


def write_pyarrow(rng, path, rows):
    data = table(rng, rows)
    options = dict(
        compression=rng.choice(["none", "snappy", "gzip", "brotli", "zstd", "lz4"]),
        data_page_version=rng.choice(["1.0", "2.0"]), version=rng.choice(["1.0", "2.6"]),
        row_group_size=rng.choice([7, 64, 1000]), data_page_size=rng.choice([40, 1000, 1 << 20]),
        max_rows_per_page=rng.choice([3, 100, 20_000]), write_batch_size=rng.choice([1, 16, 1024]),
        dictionary_pagesize_limit=rng.choice([20, 1 << 20]), store_schema=False,
        write_page_index=rng.random() < 0.5, write_page_checksum=rng.random() < 0.5,
        store_decimal_as_integer=rng.random() < 0.5,
        use_deprecated_int96_timestamps=rng.random() < 0.1, allow_truncated_timestamps=True)
    if options["version"] == "1.0":  # It has no nanoseconds.
        data = data.drop_columns(["ts_ns", "ts_ns_utc"])
    if rng.random() < 0.5:
        options.update(use_dictionary=False, column_encoding=encodings(rng, data.schema))
        if options["store_decimal_as_integer"]:
            # Then some of them are integers, whose encodings differ.
            for name in list(options["column_encoding"]):
                if name.startswith("dec"):
                    options["column_encoding"][name] = "PLAIN"
        if options["use_deprecated_int96_timestamps"]:
            for name in list(options["column_encoding"]):
                if name.startswith("ts_"):
                    options["column_encoding"][name] = "PLAIN"
    pq.write_table(data, path, **options)
    if options["use_deprecated_int96_timestamps"]:
        # pyarrow reads days long before 1970 as days far in the future.
        return {n: microseconds(data[n]) for n in data.column_names if n.startswith("ts_")}
    return None


def write_duckdb(rng, path, rows):
    import duckdb
    data = table(rng, rows)
    data = data.drop_columns(
        [n for n in data.column_names if n in ("f16", "nothing") or n.startswith("fixed")])
    connection = duckdb.connect()
    connection.register("source", data)
    connection.sql("SET TimeZone = 'UTC'")
    connection.sql("CREATE TYPE colour AS ENUM ('red', 'green', '')")
    select = """SELECT *, (hash(i32) % 3)::INT AS third,
        ['red', 'green', ''][1 + third]::colour AS colour,
        CASE WHEN bool THEN uuid() END AS id, i64::HUGEINT AS huge, '{"a": 1}'::JSON AS json,
        INTERVAL 3 MONTH AS span FROM source"""
    options = dict(
        compression=rng.choice(["uncompressed", "snappy", "gzip", "brotli", "zstd", "lz4_raw"]),
        parquet_version=rng.choice(["V1", "V2"]), row_group_size=rng.choice([2048, 100_000]),
        dictionary_size_limit=rng.choice([1, 20, 100_000]))
    text_options = ", ".join(
        f"{key} {value!r}" if isinstance(value, str) else f"{key} {value}"
        for key, value in options.items())
    connection.sql(f"COPY ({select}) TO '{path}' (FORMAT parquet, {text_options})")


def write_polars(rng, path, rows):
    import polars
    data = table(rng, rows)
    data = data.drop_columns([n for n in data.column_names if n.startswith("fixed")])
    frame = polars.from_arrow(data)
    if rng.random() < 0.5:
        frame = frame.with_columns(polars.col("text").cast(polars.Categorical).alias("category"))
    frame.write_parquet(
        path, compression=rng.choice(["lz4", "uncompressed", "snappy", "gzip", "brotli", "zstd"]),
        statistics=rng.random() < 0.5, row_group_size=rng.choice([13, 1000]),
        data_page_size=rng.choice([50, 1 << 20]))


def write_arro3(rng, path, rows):
    import arro3.io
    data = table(rng, rows)
    chosen = encodings(rng, data.schema) if rng.random() < 0.6 else {}
    # Its writer encodes 16-bit floats and decimals by their carrier, as others do.
    chosen = {name: value.lower() for name, value in chosen.items()}
    arro3.io.write_parquet(
        data, path, bloom_filter_enabled=rng.random() < 0.3,
        compression=rng.choice(
            ["uncompressed", "snappy", "gzip(6)", "brotli(1)", "zstd(1)", "lz4_raw"]),
        dictionary_enabled=not chosen, column_encoding=chosen or None,
        data_page_row_count_limit=rng.choice([5, 20_000]),
        data_page_size_limit=rng.choice([64, 1 << 20]), write_batch_size=rng.choice([3, 1024]),
        dictionary_page_size_limit=rng.choice([16, 1 << 20]),
        max_row_group_size=rng.choice([17, 1 << 20]), skip_arrow_metadata=True,
        max_statistics_size=rng.choice([None, 4]),
        writer_version=rng.choice(["parquet_1_0", "parquet_2_0"]))


def write_fastparquet(rng, path, rows):
    import fastparquet
    names = {n for n, type, _ in columns() if n[:2] not in ("de", "fi", "no", "ti", "f1")}
    data = table(rng, rows, names - {"ts_ms", "ts_us", "ts_ns", "date", "ts_ms_utc", "ts_us_utc"})
    if data["bool"].null_count:  # It would not stay one.
        data = data.drop_columns("bool")
    frame = data.to_pandas()
    for name in ("text", "binary"):
        frame[name] = frame[name].astype(object)
    frame["label"] = frame["text"].fillna("").astype("category")
    fastparquet.write(
        path, frame, compression=rng.choice(["UNCOMPRESSED", "SNAPPY", "GZIP", "ZSTD"]),
        row_group_offsets=rng.choice([9, 1000]), has_nulls=rng.choice([True, "infer"]),
        times=rng.choice(["int64", "int96"]),
        object_encoding={"text": "utf8", "binary": "bytes"}, stats=rng.choice([True, False]))
    # It writes their repetition as a boolean, which pyarrow skips; they are optional.
    return {name: data[name] for name in ("text", "binary")}


def canonical(array):
    """Integers in the column's unit, floats as bits in hex, bytes in hex, decimals unscaled."""
    kind = array.type
    if pa.types.is_dictionary(kind):
        array, kind = array.cast(kind.value_type), kind.value_type
    if isinstance(kind, pa.BaseExtensionType):
        array, kind = array.storage, kind.storage_type
    if pa.types.is_null(kind):
        return [None] * len(array)
    if pa.types.is_boolean(kind) or pa.types.is_integer(kind):
        return array.to_pylist()
    if pa.types.is_floating(kind):
        width = kind.bit_width
        raw = np.frombuffer(array.buffers()[1] or b"", f"<u{width // 8}")[: len(array)]
        valid = array.is_valid().to_pylist()
        return [f"{int(x):0{width // 4}x}" if ok else None for x, ok in zip(raw, valid)]
    if pa.types.is_decimal(kind):
        return [None if v is None else str(int(v.scaleb(kind.scale))) for v in array.to_pylist()]
    if pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return [None if v is None else v.encode().hex() for v in array.to_pylist()]
    if kind in (pa.binary(), pa.large_binary(), pa.binary_view()) \
            or pa.types.is_fixed_size_binary(kind):
        return [None if v is None else v.hex() for v in array.to_pylist()]
    return array.cast(pa.int32() if kind.bit_width == 32 else pa.int64()).to_pylist()


def microseconds(column):
    """A column of timestamps, rounded down."""
    per_unit = {"ms": (1000, 1), "us": (1, 1), "ns": (1, 1000)}[column.type.unit]
    return pa.array(
        [None if v is None else v * per_unit[0] // per_unit[1]
         for v in column.cast(pa.int64()).to_pylist()], pa.timestamp("us"))


def save_expected(path, known):
    """- known: columns that pyarrow reads wrongly, as they must be."""
    file = pq.ParquetFile(path, coerce_int96_timestamp_unit="us")
    known = known or {}
    names = file.schema_arrow.names
    data = file.read(columns=[n for n in names if n not in known], use_threads=False)
    for name, column in known.items():
        data = data.add_column(names.index(name), name, column)
    expected = {
        "rows": data.num_rows,
        "columns": [
            {"name": n, "values": canonical(data[n].combine_chunks())}
            for n in data.column_names]}
    with gzip.open(path.removesuffix(".parquet") + ".json.gz", "wb", compresslevel=1) as target:
        target.write(json.dumps(expected, separators=(",", ":")).encode())


WRITERS = {
    "pyarrow": write_pyarrow, "duckdb": write_duckdb, "polars": write_polars,
    "arro3": write_arro3, "fastparquet": write_fastparquet}


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("folder")
    arguments.add_argument("--count", type=int, default=200)
    arguments.add_argument("--seed", type=int, default=1)
    options = arguments.parse_args()
    os.makedirs(options.folder, exist_ok=True)
    writers = [name for name in WRITERS if importlib.util.find_spec(name)]
    print("writers:", ", ".join(writers))
    refused = collections.Counter()
    for index in range(options.count):
        rng = random.Random(f"{options.seed} {index}")
        name = writers[index % len(writers)] if rng.random() < 0.6 else "pyarrow"
        path = os.path.join(options.folder, f"{index:05}-{name}.parquet")
        try:
            known = WRITERS[name](rng, path, rng.choice([0, 1, 8, 65, 200, 1500]))
            save_expected(path, known)
        except Exception as error:  # Not every setting goes with every type.
            refused[f"{name}: {type(error).__name__}: {str(error)[:100]}"] += 1
            if os.path.exists(path):
                os.remove(path)
    for message, count in refused.most_common():
        print(f"left out {count} times, {message}")
    assert sum(refused.values()) < options.count / 3, "most settings were refused"


if __name__ == "__main__":
    main()
