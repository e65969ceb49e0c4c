"""`--memory-limit` is kept: what is refused names the size that does, and that is enough."""

import random
import re

import pyarrow
import pytest

import tables

UNITS = {"GB": 1e9, "MB": 1e6}


def wide(folder, rows, features):
    """Random numbers, a target that depends on some of them."""
    chance = random.Random(rows + features)
    columns = {f"x{index}": pyarrow.array([chance.random() for _ in range(rows)])
               for index in range(features)}
    first = columns["x0"].to_pylist()
    columns["age"] = pyarrow.array([30 * value + chance.random() for value in first])
    tables.write(pyarrow.table(columns), folder / "part-0.parquet", row_group_size=5000)
    return folder


@pytest.fixture(scope="module")
def data(martlet, tmp_path_factory):
    folder = tmp_path_factory.mktemp("memory")
    martlet("generate", "--rows", 300_000, "--shards", 2, "--output", folder / "long")
    wide(folder / "wide", 4000, 300)
    return folder


TREES = ["--num-iterations", 8, "--report", "never"]
SHAPES = {
    "long trees": ("long", [*TREES, "--num-leaves", 63, "--ignore-features", "id"]),
    "wide trees": ("wide", [*TREES, "--num-leaves", 255, "--min-data-in-leaf", 5]),
    "many bins": ("long", [*TREES, "--max-bin", 4000, "--ignore-features", "id"]),
    "ridge": ("long", ["--algorithm", "linear", "--ignore-features", "id"]),
    "wide elastic net": ("wide", ["--algorithm", "linear", "--objective", "elasticnet",
                                  "--lambda-l1", 0.1]),
}


@pytest.mark.parametrize("threads", [1, 4])
@pytest.mark.parametrize("shape", SHAPES)
def test_training_keeps_the_limit(martlet, data, tmp_path, shape, threads):
    name, options = SHAPES[shape]
    command = ["train", "--data", data / name, "--target", "age", "--threads", threads, *options]
    said = martlet.fails(
        71, "Martlet.OutOfMemory", *command, "--output", tmp_path / "no", "--memory-limit", "20MB")
    assert tables.visible_files(tmp_path / "no") == []
    planned, enough = (
        int(float(number) * UNITS[unit]) for number, unit in re.findall(
            r"(?:needs about|Give the task) ([0-9.]+) (MB|GB)", said))
    for allowed in (int(planned * 1.01), enough):
        result = martlet(*command, "--output", tmp_path / str(allowed), "--memory-limit", allowed)
        print(f"{shape}, {threads} threads: {result['peak_rss_bytes'] / 1e6:.0f} MB "
              f"of {allowed / 1e6:.0f} MB")
        assert result["peak_rss_bytes"] <= allowed
