"""Writes row_groups_2_0_1.parquet and row_groups_0.parquet: row groups without rows, as pyarrow
(26.0.1 here) writes them for empty tables. Needs pyarrow; run in this folder."""

import pyarrow as pa
import pyarrow.parquet as pq

SCHEMA = pa.schema([("x", pa.float64()), ("s", pa.string())])


def table(xs, ss):
    return pa.table({"x": xs, "s": ss}, schema=SCHEMA)


def write(name, tables):
    with pq.ParquetWriter(name, SCHEMA, compression="none", store_schema=False) as writer:
        for rows in tables:
            writer.write_table(rows)


write("row_groups_0.parquet", [table([], [])])
write(
    "row_groups_2_0_1.parquet",
    [table([1.0, None], ["a", "b"]), table([], []), table([3.0], ["a"])],
)
