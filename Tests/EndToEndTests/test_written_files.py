"""The files that the unit tests wrote for other readers: see check_parquet_readers.py."""

import os
import pathlib
import subprocess
import sys

import duckdb
import pyarrow.parquet
import pytest


def test_five_readers_read_every_type_alike():
    folder = os.environ.get("MARTLET_INTERCHANGE_FOLDER", "")
    if not folder or not any(pathlib.Path(folder).glob("*.parquet")):
        pytest.skip("MARTLET_INTERCHANGE_FOLDER names no folder that the unit tests wrote to")
    script = pathlib.Path(__file__).with_name("check_parquet_readers.py")
    done = subprocess.run(
        [sys.executable, str(script), folder], capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr


def test_bloom_filters_are_those_that_duckdb_asks(martlet, tmp_path):
    for name, options in [("plain", []), ("filtered", ["--bloom-filter", "id", "quarter"])]:
        martlet(
            "generate", "--rows", "150000", "--output", f"{tmp_path}/{name}.parquet", *options)
    path = f"{tmp_path}/filtered.parquet"
    connection = duckdb.connect()
    ids = [x for (x,) in connection.sql(f"SELECT id FROM '{path}' USING SAMPLE 20").fetchall()]

    def excluded(value):
        query = "SELECT bool_and(bloom_filter_excludes) FROM parquet_bloom_probe(?, 'id', ?)"
        return connection.execute(query, [path, value]).fetchone()[0]

    assert not any(excluded(x) for x in ids)
    absent = [max(ids) * 2 + 7_919 * step for step in range(1, 51)]
    assert sum(bool(excluded(x)) for x in absent) >= 45
    for value in ids[:5]:
        found = connection.execute(f"SELECT count(*) FROM '{path}' WHERE id = ?", [value])
        assert found.fetchone()[0] == 1
    # Nothing else changes.
    tables = [pyarrow.parquet.read_table(f"{tmp_path}/{x}.parquet") for x in ("plain", "filtered")]
    assert tables[0].equals(tables[1])
    said = martlet.fails(
        78, "Martlet.ConfigInvalid",
        "generate", "--rows", "10", "--output", f"{tmp_path}/x.parquet", "--bloom-filter", "idd")
    assert "'idd'" in said


def test_predictions_carry_what_is_asked_for(martlet, tmp_path):
    martlet("generate", "--rows", "3000", "--output", f"{tmp_path}/data.parquet")
    trained = martlet(
        "train", "--data", f"{tmp_path}/data.parquet", "--target", "age",
        "--ignore-features", "id", "--num-iterations", "5", "--output", f"{tmp_path}/model")
    common = ["--model", trained["model"], "--data", f"{tmp_path}/data.parquet", "--id", "id"]
    sizes = []
    for name, options in [
        ("plain", []), ("bare", ["--page-checksum", "false"]),
        ("filtered", ["--bloom-filter", "id", "--codec", "gzip"]),
    ]:
        outputs = martlet("predict", *common, "--output", f"{tmp_path}/{name}", *options)["outputs"]
        sizes.append(os.path.getsize(outputs[0]))
        table = pyarrow.parquet.read_table(outputs[0], page_checksum_verification=True)
        assert table.num_rows == 3000
    # Four bytes and a field's header for each page.
    assert 8 <= sizes[0] - sizes[1] <= 100
    metadata = duckdb.sql(f"SELECT * FROM parquet_metadata('{outputs[0]}')").fetchall()
    names = [column[0] for column in duckdb.sql(
        f"DESCRIBE SELECT * FROM parquet_metadata('{outputs[0]}')").fetchall()]
    rows = {row[names.index("path_in_schema")]: dict(zip(names, row)) for row in metadata}
    assert rows["id"]["bloom_filter_offset"] and rows["id"]["compression"] == "GZIP"
    assert not rows["prediction"]["bloom_filter_offset"]
    martlet.fails(
        78, "Martlet.ConfigInvalid", "predict", *common, "--output", f"{tmp_path}/none",
        "--bloom-filter", "income")
