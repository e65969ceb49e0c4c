"""Writes the fixtures of this folder: one table in several encodings, codecs and page versions,
and its expected values. Run with pyarrow==26.0.1, numpy: python write_fixtures.py"""

import decimal
import gzip
import json
import os
import random

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

HERE = os.path.dirname(os.path.abspath(__file__))
ROWS = 150
rng = np.random.default_rng(11)
random.seed(11)
decimal.getcontext().prec = 60


def nulls(share):
    return rng.random(ROWS) < share


def column(values, type=None, share=0.1):
    return pa.array(values, type=type, mask=nulls(share) if share else None)


def decimals(precision, scale):
    top = 10**precision - 1
    return pa.array(
        [
            None
            if random.random() < 0.1
            else decimal.Decimal(random.randint(-top, top)).scaleb(-scale)
            for _ in range(ROWS)
        ],
        pa.decimal128(precision, scale),
    )


def table():
    words = np.array(["red", "green", "", "blue", "日本語"], object)
    doubles = rng.standard_normal(ROWS)
    doubles[:4] = [np.nan, np.inf, -0.0, 5e-324]
    columns = {
        "id": column(np.arange(ROWS, dtype=np.int64), share=0),
        "i8": column(rng.integers(-128, 128, ROWS).astype(np.int8)),
        "i16": column(rng.integers(-(2**15), 2**15, ROWS).astype(np.int16)),
        "i32": column(rng.integers(-(2**31), 2**31, ROWS).astype(np.int32), share=0.4),
        "i64": column(rng.integers(-(2**63), 2**63, ROWS)),
        "u8": column(rng.integers(0, 2**8, ROWS).astype(np.uint8)),
        "u16": column(rng.integers(0, 2**16, ROWS).astype(np.uint16)),
        "u32": column(rng.integers(0, 2**32, ROWS).astype(np.uint32)),
        "u64": column(rng.integers(0, 2**64, ROWS, dtype=np.uint64)),
        "f16": column(rng.standard_normal(ROWS).astype(np.float16)),
        "f32": column(rng.standard_normal(ROWS).astype(np.float32)),
        "f64": column(doubles),
        "f64_req": column(rng.standard_normal(ROWS), share=0),
        "few": column(rng.integers(0, 4, ROWS) / 4.0),
        "flag": column(rng.random(ROWS) < 0.5),
        "flag_runs": column(np.repeat(rng.random(ROWS // 50) < 0.5, 50)),
        "all_null": pa.array([None] * ROWS, pa.int32()),
        "date": column(rng.integers(-10000, 30000, ROWS).astype(np.int32), pa.date32()),
        "time_us": column(rng.integers(0, 86_400_000_000, ROWS), pa.time64("us")),
        "ts_ms": column(rng.integers(-(10**12), 10**12, ROWS), pa.timestamp("ms", "UTC")),
        "ts_us": column(rng.integers(-(10**15), 10**15, ROWS), pa.timestamp("us")),
        "ts_ns": column(rng.integers(-(10**18), 10**18, ROWS), pa.timestamp("ns")),
        "word": column(words[rng.integers(0, 5, ROWS)], pa.string()),
        "name": column([f"user-{i * 7919 % 1009:04d}" for i in range(ROWS)], pa.string()),
        "bytes": column(
            [random.randbytes(random.randint(0, 12)) for _ in range(ROWS)], pa.binary()),
        "fixed": column([random.randbytes(5) for _ in range(ROWS)], pa.binary(5)),
        "dec9": decimals(9, 2),
        "dec18": decimals(18, 4),
        "dec38": decimals(38, 10),
    }
    required = ("id", "f64_req")
    fields = [pa.field(k, v.type, nullable=k not in required) for k, v in columns.items()]
    return pa.table(list(columns.values()), schema=pa.schema(fields))


def canonical(array):
    """Integers in the column's unit, floats as bits in hex, bytes in hex, decimals unscaled."""
    kind = array.type
    if pa.types.is_boolean(kind) or pa.types.is_integer(kind):
        return array.to_pylist()
    if pa.types.is_floating(kind):
        width = kind.bit_width
        raw = np.frombuffer(array.buffers()[1], f"<u{width // 8}")[: len(array)]
        valid = array.is_valid().to_pylist()
        return [f"{int(x):0{width // 4}x}" if ok else None for x, ok in zip(raw, valid)]
    if pa.types.is_decimal(kind):
        return [None if v is None else str(int(v.scaleb(kind.scale))) for v in array.to_pylist()]
    if pa.types.is_string(kind):
        return [None if v is None else v.encode().hex() for v in array.to_pylist()]
    if pa.types.is_binary(kind) or pa.types.is_fixed_size_binary(kind):
        return [None if v is None else v.hex() for v in array.to_pylist()]
    return array.cast(pa.int32() if kind.bit_width == 32 else pa.int64()).to_pylist()


def write(name, data, **options):
    path = os.path.join(HERE, name + ".parquet")
    defaults = dict(
        row_group_size=100, data_page_size=512, max_rows_per_page=40, store_schema=False,
        write_batch_size=16)
    pq.write_table(data, path, **{**defaults, **options})
    assert os.path.getsize(path) < 65536, (name, os.path.getsize(path))


data = table()
types = {f.name: f.type for f in data.schema}
integers = [n for n, t in types.items() if pa.types.is_integer(t) or pa.types.is_temporal(t)]
arrays = ["word", "name", "bytes"]
floats = ["f16", "f32", "f64", "f64_req", "few", "fixed", "dec9", "dec18", "dec38"]

write("none_v1", data, compression="none")
write("snappy_v1", data, compression="snappy", write_page_checksum=True)
write("gzip_v1", data, compression="gzip", row_group_size=ROWS)
# Ten pages a chunk: gzip decompresses three of them at a time.
write(
    "gzip_pages", data.select(["id", "f64_req", "i32", "few", "name", "flag"]),
    compression="gzip", use_dictionary=["few"], row_group_size=ROWS, max_rows_per_page=16,
    write_page_index=True)
write("zstd_v2", data, compression="zstd", data_page_version="2.0")
write("lz4_v2", data, compression="lz4", data_page_version="2.0")
write("plain", data, compression="snappy", use_dictionary=False)
write("fallback", data, compression="snappy", dictionary_pagesize_limit=120)
write("decimal_integers", data, compression="snappy", store_decimal_as_integer=True)
write(
    "delta", data, compression="zstd", data_page_version="2.0", use_dictionary=False,
    column_encoding={
        **{n: "DELTA_BINARY_PACKED" for n in integers},
        **{n: "DELTA_BYTE_ARRAY" for n in arrays + ["fixed"]},
        "flag": "RLE", "flag_runs": "RLE"})
write(
    "delta_length", data.select(arrays), compression="none", use_dictionary=False,
    column_encoding={n: "DELTA_LENGTH_BYTE_ARRAY" for n in arrays})
write(
    "byte_stream_split", data, compression="zstd", use_dictionary=False,
    column_encoding={n: "BYTE_STREAM_SPLIT" for n in integers + floats})
write(
    "int96", data.select(["id", "ts_us"]), use_deprecated_int96_timestamps=True)
write("empty", data.slice(0, 0))
bloomed = ["id", "i32", "u64", "f64", "date", "ts_us", "word", "bytes", "fixed"]
write(
    "indexed", data, compression="snappy", row_group_size=120, write_page_index=True,
    bloom_filter_options={n: {"ndv": 100, "fpp": 0.01} for n in bloomed})

nested = pa.table({
    "before": pa.array([1, 2, 3]),
    "list": pa.array([[1], None, [2, 3]]),
    "struct": pa.array([{"a": 1}, {"a": 2}, None]),
    "after": pa.array(["x", None, "y"])})
write("nested", nested)
write("brotli", data.select(["id", "word"]), compression="brotli")

# Value 100 * row + position, so that tests need no table; every seventh list is null.
lists = pa.table({
    "vector": pa.array(
        [None if i % 7 == 3 else [100 * i, 100 * i + 1, 100 * i + 2] for i in range(ROWS)],
        pa.list_(pa.float32(), 3)),
    "holes": pa.array(
        [[100.0 * i, None if i % 5 == 0 else 100.0 * i + 1] for i in range(ROWS)],
        pa.list_(pa.float64())),
    "other": pa.array([[1] * (1 + i % 2 * 2) for i in range(ROWS)], pa.list_(pa.int32())),
    "texts": pa.array([["a", "b"]] * ROWS, pa.list_(pa.string())),
    "flat": pa.array(range(ROWS), pa.int64())})
write("lists_v1", lists, compression="snappy")
write(
    "lists_v2", lists, compression="zstd", data_page_version="2.0", use_dictionary=False,
    use_byte_stream_split=["vector.list.element"])

expected = {
    "rows": ROWS,
    "columns": [
        {"name": n, "values": canonical(data[n].combine_chunks())} for n in data.column_names]}
with gzip.GzipFile(os.path.join(HERE, "table.json.gz"), "wb", mtime=0) as file:
    file.write(json.dumps(expected, separators=(",", ":")).encode())
