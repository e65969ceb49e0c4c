"""What `predict` writes besides predictions: raw scores, leaves, contributions, interactions."""

import json
import math
import re
import subprocess

import numpy
import pyarrow
import pytest

import tables
from conftest import QUICK


def columns(table, prefix):
    """(rows, columns) of the columns whose names begin so."""
    return numpy.column_stack([
        table[name].to_numpy() for name in table.column_names if name.startswith(prefix)])


@pytest.fixture(scope="module")
def explained(martlet, shards, model, tmp_path_factory):
    """Everything at once, over 20,000 rows."""
    output = tmp_path_factory.mktemp("explained")
    martlet("predict", "--model", model, "--data", shards, "--id", "id", "--contributions",
            "--interactions", "--leaf-index", "--output", output)
    return tables.read(output)


class TestExplanations:
    def test_everything_adds_up_to_the_prediction(self, explained):
        prediction = explained["prediction"].to_numpy()
        expected_value = explained["expected_value"].to_numpy()
        contributions = columns(explained, "contribution_")
        interactions = columns(explained, "interaction_")
        assert contributions.shape == (20_000, 22)
        assert interactions.shape == (20_000, 22 * 23 // 2)
        assert numpy.ptp(expected_value) == 0
        assert abs(expected_value[0] - prediction.mean()) < 0.5
        for parts in (contributions, interactions):
            assert numpy.abs(expected_value + parts.sum(axis=1) - prediction).max() < 1e-9
        assert numpy.abs(contributions).max() > 1

    def test_an_interaction_is_shared_by_its_features(self, explained):
        names = [name.removeprefix("contribution_") for name in explained.column_names
                 if name.startswith("contribution_")]
        for index, name in enumerate(names):
            whole = explained[f"interaction_{name}_{name}"].to_numpy().copy()
            for other, second in enumerate(names):
                if other != index:
                    first, last = (name, second) if index < other else (second, name)
                    whole += explained[f"interaction_{first}_{last}"].to_numpy() / 2
            assert numpy.abs(whole - explained[f"contribution_{name}"].to_numpy()).max() < 1e-9

    def test_leaves_decide_the_prediction(self, explained):
        leaves = columns(explained, "leaf_")
        assert leaves.shape == (20_000, int(QUICK[1])) and leaves.dtype == numpy.int32
        assert leaves.min() == 0 and leaves.max() == int(QUICK[3]) - 1
        predictions = {}
        for key, value in zip(map(bytes, leaves), explained["prediction"].to_numpy()):
            assert predictions.setdefault(key, value) == value
        assert len(predictions) > 1000

    def test_bytes_do_not_depend_on_threads(self, martlet, shards, model, tmp_path):
        contents = []
        for threads in (1, 2, 5):
            output = tmp_path / str(threads)
            martlet("predict", "--model", model, "--data", shards, "--contributions",
                    "--interactions", "--leaf-index", "--threads", threads, "--output", output)
            contents.append([path.read_bytes() for path in tables.parts(output)])
        assert contents[0] == contents[1] == contents[2]


class TestDictionaries:
    def test_change_no_byte(self, martlet, shards, model, tmp_path):
        table = tables.read(shards)
        index = table.column_names.index("number_of_jobs")
        jobs = table["number_of_jobs"].to_numpy(zero_copy_only=False).copy()
        jobs[::50], jobs[1::50] = 1000, numpy.nan
        field = table.schema.field("number_of_jobs")
        table = table.set_column(
            index, field, pyarrow.array(jobs, field.type, from_pandas=True))
        found = []
        for name, options in (
                ("coded", {}), ("small pages", {"dictionary_pagesize_limit": 2_000}),
                ("plain", {"use_dictionary": False})):
            data = tables.write(
                table, tmp_path / f"{name}.parquet", row_group_size=7_000, **options)
            output = tmp_path / name
            result = martlet(
                "predict", "--model", model, "--data", data, "--id", "id", "--threads", 2,
                "--output", output)
            found.append((result["drift"], result["values_out_of_range"], [
                path.read_bytes() for path in tables.parts(output)]))
        assert found[0] == found[1] == found[2]
        assert found[0][1] >= table.num_rows // 50


class TestRawScores:
    def test_of_a_binary_model_are_log_odds(self, martlet, tmp_path):
        table = tables.small_table()
        label = pyarrow.array([int(value > 15) for value in table["price"].to_pylist()])
        data = tables.write(
            table.drop_columns(["price"]).append_column("dear", label), tmp_path / "d.parquet")
        model = martlet("train", "--data", data, "--target", "dear", "--ignore-features", "id",
                        "--objective", "binary", "--output", tmp_path / "m", *QUICK)["model"]
        found = {}
        for name, options in (("odds", ["--raw-score", "--contributions"]), ("shares", [])):
            martlet("predict", "--model", model, "--data", data, *options,
                    "--output", tmp_path / name)
            found[name] = tables.read(tmp_path / name)
        odds = found["odds"]["prediction"].to_numpy()
        shares = found["shares"]["prediction"].to_pylist()
        assert odds.min() < 0 < odds.max()
        for odd, share in zip(odds, shares, strict=True):
            assert math.isclose(1 / (1 + math.exp(-odd)), share, rel_tol=1e-12)
        parts = columns(found["odds"], "contribution_").sum(axis=1)
        assert numpy.abs(parts + found["odds"]["expected_value"].to_numpy() - odds).max() < 1e-9


class TestRefusals:
    def test_a_linear_model_has_no_leaves(self, martlet, shards, tmp_path):
        model = martlet("train", "--data", shards, "--target", "age", "--ignore-features", "id",
                        "--algorithm", "linear", "--output", tmp_path / "m")["model"]
        arguments = ["predict", "--model", model, "--data", shards, "--output", tmp_path / "o"]
        said = martlet.fails(78, "Martlet.ConfigInvalid", *arguments, "--leaf-index")
        assert "linear" in said
        martlet(*arguments, "--contributions")
        table = tables.read(tmp_path / "o")
        total = columns(table, "contribution_").sum(axis=1) + table["expected_value"].to_numpy()
        assert numpy.abs(total - table["prediction"].to_numpy()).max() < 1e-9

    def test_memory_that_is_too_small_is_refused_at_once(self, martlet, shards, model, tmp_path):
        arguments = ["predict", "--model", model, "--data", shards]
        said = martlet.fails(71, "Martlet.OutOfMemory", *arguments, "--output", tmp_path / "no",
                             "--memory-limit", "20MB")
        assert not (tmp_path / "no").exists()
        planned = float(re.search(r"needs about ([0-9.]+) MB", said).group(1)) * 1e6
        for threads in (1, 4):
            # A process inherits the peak of the one that starts it, here of pyarrow: hence a shell.
            command = [martlet.path, *arguments, "--output", tmp_path / str(threads), "--threads",
                       threads, "--memory-limit", int(planned * 1.1), "--json"]
            done = subprocess.run(
                ["sh", "-c", '"$@"; exit $?', "sh", *map(str, command)], capture_output=True,
                env=martlet.environment, text=True, check=True)
            assert json.loads(done.stdout)["peak_rss_bytes"] < planned * 1.1


class TestDrift:
    def test_columns_unlike_training_are_reported_worst_first(
            self, martlet, shards, model, tmp_path):
        table = tables.read(shards)
        rows = table.num_rows

        def replaced(name, values):
            index = table.column_names.index(name)
            return table.set_column(index, table.schema.field(name), values)

        same = martlet("predict", "--model", model, "--data", shards, "--output", tmp_path / "s")
        assert same["drift"] == []
        field = table.schema.field("quarter")
        table = replaced("quarter", pyarrow.nulls(rows, field.type))
        field = table.schema.field("number_of_jobs")
        jobs = table["number_of_jobs"].to_numpy(zero_copy_only=False).copy()
        jobs[: rows // 2] = 1000
        jobs[-rows // 4:] = -7
        table = replaced("number_of_jobs", pyarrow.array(jobs, field.type, from_pandas=True))
        data = tables.write(table, tmp_path / "d.parquet", row_group_size=3000)
        reports = []
        for threads in (1, 3):
            outcome = martlet.run(
                "predict", "--model", model, "--data", data, "--threads", threads, "--output",
                tmp_path / str(threads), "--json", "--log-format", "json")
            reports.append(json.loads(outcome.out)["drift"])
            assert "a column differs from training" in outcome.errors
        assert reports[0] == reports[1]
        worst, second = reports[0]
        assert worst["column"] == "quarter" and second["column"] == "number_of_jobs"
        assert 0.9 < worst["shift"] < 1 and worst["prediction"]["missing"] == rows
        assert 0 < worst["training"]["missing"] < 0.1 * rows
        assert second["shift"] == 0.75
        assert second["prediction"]["above_maximum"] == rows // 2
        assert second["prediction"]["below_minimum"] == rows // 4
        assert second["prediction"]["minimum"] == -7
        assert second["prediction"]["maximum"] == 1000
        assert second["training"]["rows"] == rows and second["training"]["maximum"] < 100
