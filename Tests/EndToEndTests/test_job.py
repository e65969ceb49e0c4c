"""The main job over folders: shards in, model and predictions out."""

import json
import math
import os
import pty
import re
import subprocess

import pyarrow
import pyarrow.compute
import pyarrow.parquet
import pytest

import tables
from conftest import QUICK

TRAIN = ["train", "--target", "age", "--ignore-features", "id"]


class TestGenerate:
    def test_writes_what_athena_would(self, shards):
        assert len(tables.parts(shards)) == 4
        table = tables.read(shards)
        assert table.num_rows == 20_000
        assert table.num_columns == 24
        assert table.schema.field("id").type == pyarrow.int64()
        assert table.schema.field("age").type == pyarrow.float64()
        assert len(pyarrow.compute.unique(table["id"])) == 20_000
        features = [name for name in table.column_names if name not in ("id", "age")]
        nulls = sum(table[name].null_count for name in features) / (22 * 20_000)
        assert 0.03 < nulls < 0.07
        assert table["id"].null_count == table["age"].null_count == 0
        assert pyarrow.parquet.ParquetFile(tables.parts(shards)[0]).metadata.row_group(0).column(
            0).compression == "SNAPPY"

    def test_the_seed_decides_every_byte(self, martlet, shards, tmp_path):
        for name, seed in (("same", 7), ("other", 8)):
            martlet("generate", "--rows", 20_000, "--shards", 4, "--seed", seed,
                    "--output", tmp_path / name)
        contents = [
            [path.read_bytes() for path in tables.parts(folder)]
            for folder in (shards, tmp_path / "same", tmp_path / "other")]
        assert contents[0] == contents[1]
        assert contents[0] != contents[2]


    def test_single_files_stand_side_by_side(self, martlet, tmp_path):
        for name in ("a", "b"):
            martlet("generate", "--rows", 100, "--output", tmp_path / f"{name}.parquet")
        assert [path.name for path in tables.parts(tmp_path)] == ["a.parquet", "b.parquet"]

    def test_a_new_result_replaces_the_old_one(self, martlet, tmp_path):
        for shards in (3, 2):
            martlet("generate", "--rows", 100, "--shards", shards, "--output", tmp_path / "out")
        assert len(tables.parts(tmp_path / "out")) == 2


class TestInspect:
    def test_describes_a_file_as_pyarrow_does(self, martlet, shards):
        path = tables.parts(shards)[0]
        described = martlet("inspect", path)
        metadata = pyarrow.parquet.read_metadata(path)
        table = pyarrow.parquet.read_table(path)
        assert described["rows"] == metadata.num_rows
        assert described["row_groups"] == metadata.num_row_groups
        assert described["created_by"] == metadata.created_by
        assert [column["name"] for column in described["columns"]] == table.column_names
        for index, column in enumerate(described["columns"]):
            values = table[column["name"]]
            assert column["physical_type"] == metadata.schema.column(index).physical_type
            assert column["nulls"] == values.null_count
            assert column["codec"].upper() == "SNAPPY"
            limits = pyarrow.compute.min_max(values).as_py()
            if not isinstance(limits["min"], str):
                assert column["min"] == pytest.approx(limits["min"])
                assert column["max"] == pytest.approx(limits["max"])

    def test_counts_the_rows_of_a_folder(self, martlet, shards):
        assert martlet("inspect", shards)["rows"] == 20_000

    def test_prints_the_first_rows(self, martlet, shards):
        path = tables.parts(shards)[0]
        outcome = martlet.run("inspect", path, "--rows", 5)
        assert outcome.code == 0, outcome
        printed = [json.loads(line) for line in outcome.out.splitlines()]
        expected = pyarrow.parquet.read_table(path).slice(0, 5).to_pylist()
        assert [row["id"] for row in printed] == [row["id"] for row in expected]
        assert [row["age"] for row in printed] == [row["age"] for row in expected]

    def test_describes_a_model(self, martlet, model):
        assert "age" in json.dumps(martlet("inspect", model))


class TestTrain:
    def test_reports_what_it_did(self, martlet, shards, tmp_path):
        result = martlet(*TRAIN, "--data", shards, "--output", tmp_path / "model", *QUICK,
                         "--valid-fraction", 0.2)
        assert result["command"] == "train"
        assert result["algorithm"] == "gbdt"
        assert result["objective"] == "regression"
        assert result["rows"] + result["valid_rows"] == 20_000
        assert 3_500 < result["valid_rows"] < 4_500
        assert result["features"] == 22
        assert result["iterations"] == 20
        assert result["peak_rss_bytes"] > 1 << 20
        assert result["bytes_read"] > 100_000
        assert {"read", "bin", "fit", "write", "total"} <= result["seconds"].keys()
        assert all(math.isfinite(value) for value in result["seconds"].values())
        ages = tables.read(shards)["age"]
        spread = pyarrow.compute.stddev(ages).as_py()
        assert result["metrics"]["train"]["rmse"] < spread
        assert result["metrics"]["valid"]["rmse"] < spread

    def test_stops_early_on_the_validation_set(self, martlet, shards, tmp_path):
        result = martlet(
            *TRAIN, "--data", shards, "--output", tmp_path / "model", "--valid-fraction", 0.2,
            "--early-stopping-round", 3, "--num-iterations", 500, "--learning-rate", 0.5,
            "--num-leaves", 63)
        assert result["best_iteration"] < result["iterations"] < 500

    def test_the_number_of_threads_leaves_no_trace(self, martlet, shards, tmp_path):
        models = []
        for threads in (1, 2, 3):
            folder = tmp_path / str(threads)
            folder.mkdir()
            result = martlet(
                *TRAIN, "--data", shards, "--output", "model", "--threads", threads, *QUICK,
                "--bagging-fraction", 0.7, "--bagging-freq", 1, "--feature-fraction", 0.8,
                folder=folder)
            models.append((folder / result["model"].removeprefix("file://")).read_bytes())
        assert models[0] == models[1] == models[2]

    def test_instructions_of_the_processor_leave_no_trace(self, martlet, shards, tmp_path):
        models, predictions = [], []
        for level in ("baseline", "avx2", "avx512", "avx512vbmi"):
            folder = tmp_path / level
            folder.mkdir()
            martlet(
                *TRAIN, "--data", shards, "--output", "model", "--kernels", level, *QUICK,
                "--bagging-fraction", 0.7, "--bagging-freq", 1, folder=folder)
            models.append((folder / "model/model.martlet").read_bytes())
            martlet(
                "predict", "--data", shards, "--model", "model", "--kernels", level,
                "--contributions", "--output", "out", folder=folder)
            predictions.append(
                [path.read_bytes() for path in sorted((folder / "out").glob("*.parquet"))])
        assert models[0] == models[1] == models[2]
        assert predictions[0] and predictions[0] == predictions[1] == predictions[2]

    @pytest.mark.parametrize("objective", ["regression", "binary"])
    def test_a_large_table_leaves_no_trace_of_the_machine_either(
            self, martlet, tmp_path, objective):
        # Enough rows that they are put into the order of a tree, and divided among threads.
        martlet("generate", "--rows", 120_000, "--seed", 5, "--output", tmp_path / "shards")
        target = {"regression": "age", "binary": "is_older"}[objective]
        if objective == "binary":
            path = tables.parts(tmp_path / "shards")[0]
            table = pyarrow.parquet.read_table(path)
            older = pyarrow.compute.greater(table["age"], 40).cast(pyarrow.int32())
            pyarrow.parquet.write_table(
                table.drop_columns("age").append_column("is_older", older), path)
        models = set()
        for threads, level in ((1, "avx512"), (2, "avx512"), (3, "avx2"), (16, "baseline")):
            folder = tmp_path / f"{threads}"
            folder.mkdir()
            result = martlet(
                "train", "--target", target, "--objective", objective, "--ignore-features", "id",
                "--data", "../shards", "--output", "model", "--threads", threads, "--kernels",
                level, "--num-iterations", 8, "--num-leaves", 63, folder=folder)
            models.add((folder / "model/model.martlet").read_bytes())
            assert len(models) == 1
        # What training says of its rows, which it has reordered, is what the model says of them.
        # Its labels have 32 bits.
        evaluated = martlet(
            "evaluate", "--model", folder / "model", "--data", tmp_path / "shards")
        name = {"regression": "rmse", "binary": "auc"}[objective]
        assert evaluated["metrics"][name] == pytest.approx(
            result["metrics"]["train"][name], rel=1e-8)

    def test_the_seed_matters_when_rows_are_sampled(self, martlet, shards, tmp_path):
        results = [
            martlet(*TRAIN, "--data", shards, "--output", tmp_path / str(seed), "--seed", seed,
                    *QUICK, "--bagging-fraction", 0.5, "--bagging-freq", 1)
            for seed in (1, 2)]
        assert results[0]["metrics"]["train"]["rmse"] != results[1]["metrics"]["train"]["rmse"]

    def test_a_ridge_baseline(self, martlet, shards, tmp_path):
        result = martlet(
            *TRAIN, "--data", shards, "--output", tmp_path / "ridge", "--algorithm", "linear",
            "--objective", "ridge")
        evaluated = martlet("evaluate", "--model", result["model"], "--data", shards)
        assert 0 < evaluated["metrics"]["r2"] < 1

    def test_names_of_other_libraries_are_understood(self, martlet, shards, tmp_path):
        ours = martlet(
            *TRAIN, "--data", shards, "--output", tmp_path / "a", "--num-iterations", 7,
            "--learning-rate", 0.3, "--lambda-l2", 2, "--num-leaves", 9)
        theirs = martlet(
            *TRAIN, "--data", shards, "--output", tmp_path / "b", "--n-estimators", 7,
            "--eta", 0.3, "--reg-lambda", 2, "--max-leaves", 9)
        assert ours["metrics"] == theirs["metrics"]

    def test_strings_nulls_and_partitions_are_features(self, martlet, tmp_path):
        table = tables.small_table()
        for region, shift in (("eu", 0.0), ("us", 40.0)):
            price = pyarrow.compute.add(table["price"], shift)
            tables.write(
                table.set_column(3, "price", price),
                tmp_path / f"data/region={region}/part-0.parquet")
        result = martlet(
            "train", "--data", tmp_path / "data", "--target", "price", "--output",
            tmp_path / "model", "--ignore-features", "id", "--min-data-in-leaf", 2)
        assert result["features"] == 3
        evaluated = martlet("evaluate", "--model", result["model"], "--data", tmp_path / "data")
        assert evaluated["rows"] == 800
        assert evaluated["metrics"]["rmse"] < 2

    def test_weights_pull_the_fit(self, martlet, tmp_path):
        table = tables.small_table()
        low = pyarrow.compute.less(table["size"], 5.0)
        weights = pyarrow.compute.if_else(low, 1.0, 0.001)
        flat = table.select(["color"]).append_column("price", table["price"])
        flat = flat.append_column("weight", weights)
        path = tables.write(flat, tmp_path / "data/part-0.parquet")
        predictions = []
        for name, option in (("plain", ["--ignore-features", "weight"]),
                             ("weighted", ["--weight", "weight"])):
            result = martlet("train", "--data", path, "--target", "price", "--output",
                             tmp_path / name, "--min-data-in-leaf", 2, *option)
            martlet("predict", "--model", result["model"], "--data", path, "--output",
                    tmp_path / f"{name}-out")
            table = tables.read(tmp_path / f"{name}-out")
            predictions.append(pyarrow.compute.mean(table["prediction"]).as_py())
        assert predictions[1] < predictions[0] - 3


class TestPredict:
    def test_one_file_a_shard_in_the_order_of_rows(self, martlet, shards, model, tmp_path):
        result = martlet("predict", "--model", model, "--data", shards, "--id", "id",
                         "--keep", "age", "--output", tmp_path / "out")
        assert result["command"] == "predict"
        assert result["rows_in"] == result["rows_out"] == 20_000
        assert result["rows_quarantined"] == 0
        assert len(result["outputs"]) == 4
        for source, output in zip(tables.parts(shards), tables.parts(tmp_path / "out"),
                                  strict=True):
            before, after = map(pyarrow.parquet.read_table, (source, output))
            assert after.column_names == ["id", "age", "prediction"]
            assert after["id"].equals(before["id"])
            assert after["age"].equals(before["age"])
            assert after.schema.field("prediction").type == pyarrow.float64()
            assert after["prediction"].null_count == 0

    def test_evaluate_agrees_with_the_predictions(self, martlet, shards, model, tmp_path):
        martlet("predict", "--model", model, "--data", shards, "--keep", "age",
                "--output", tmp_path / "out")
        table = tables.read(tmp_path / "out")
        expected = tables.regression_metrics(
            table["age"].to_pylist(), table["prediction"].to_pylist())
        evaluated = martlet("evaluate", "--model", model, "--data", shards)
        assert evaluated["rows"] == 20_000
        for name, value in expected.items():
            assert evaluated["metrics"][name] == pytest.approx(value, rel=1e-9), name

    def test_an_interval_of_two_quantile_models(self, martlet, shards, model, tmp_path):
        bounds = [
            martlet(*TRAIN, "--data", shards, "--output", tmp_path / name, *QUICK,
                    "--objective", "quantile", "--alpha", alpha, "--num-iterations", 60)["model"]
            for name, alpha in (("lower", 0.1), ("upper", 0.9))]
        martlet("predict", "--model", model, "--lower-model", bounds[0], "--upper-model",
                bounds[1], "--data", shards, "--keep", "age", "--output", tmp_path / "out")
        table = tables.read(tmp_path / "out")
        lower, upper = table["prediction_lower"], table["prediction_upper"]
        assert pyarrow.compute.all(pyarrow.compute.less_equal(lower, upper)).as_py()
        inside = pyarrow.compute.and_(
            pyarrow.compute.greater_equal(table["age"], lower),
            pyarrow.compute.less_equal(table["age"], upper))
        assert 0.75 < pyarrow.compute.mean(inside).as_py() < 0.92

    def test_a_binary_model_gives_probabilities(self, martlet, tmp_path):
        table = tables.small_table()
        label = pyarrow.compute.greater(table["price"], 15.0).cast(pyarrow.int32())
        path = tables.write(table.append_column("label", label), tmp_path / "data/part-0.parquet")
        result = martlet(
            "train", "--data", path, "--target", "label", "--objective", "binary",
            "--ignore-features", "id,price", "--output", tmp_path / "model",
            "--min-data-in-leaf", 5)
        evaluated = martlet("evaluate", "--model", result["model"], "--data", path)["metrics"]
        assert evaluated["auc"] > 0.95
        martlet("predict", "--model", result["model"], "--data", path, "--keep", "label",
                "--output", tmp_path / "out")
        predicted = tables.read(tmp_path / "out")
        loss = -math.fsum(
            math.log(p if y else 1 - p)
            for p, y in zip(predicted["prediction"].to_pylist(), predicted["label"].to_pylist())
        ) / predicted.num_rows
        assert evaluated["logloss"] == pytest.approx(loss, rel=1e-9)

    def test_memory_does_not_grow_with_the_number_of_shards(self, martlet, model, tmp_path):
        martlet("generate", "--rows", 800_000, "--shards", 16, "--seed", 3, "--output",
                tmp_path / "many")
        paths = tables.parts(tmp_path / "many")
        peaks = []
        for count in (2, 16):
            data = [word for path in paths[:count] for word in ("--data", path)]
            result = martlet("predict", "--model", model, *data, "--id", "id", "--threads", 2,
                             "--output", tmp_path / f"out-{count}")
            assert result["rows_out"] == 50_000 * count
            peaks.append(result["peak_rss_bytes"])
        assert peaks[1] < 1.3 * peaks[0] + (8 << 20)

    def test_columns_are_matched_by_name(self, martlet, shards, model, tmp_path):
        table = tables.read(shards)
        shuffled = table.select(["id", *sorted(set(table.column_names) - {"id"}, reverse=True)])
        tables.write(shuffled, tmp_path / "data/part-0.parquet")
        for name, data in (("plain", shards), ("shuffled", tmp_path / "data")):
            martlet("predict", "--model", model, "--data", data, "--output", tmp_path / name)
        plain, moved = (tables.read(tmp_path / name) for name in ("plain", "shuffled"))
        assert plain["prediction"].combine_chunks().equals(moved["prediction"].combine_chunks())

    def test_unseen_categories_are_counted_and_alike(self, martlet, tmp_path):
        table = tables.small_table()
        path = tables.write(table, tmp_path / "data/part-0.parquet")
        result = martlet("train", "--data", path, "--target", "price", "--ignore-features", "id",
                         "--output", tmp_path / "model", "--min-data-in-leaf", 2)
        predictions = []
        for name in ("ultraviolet", "x" * 1_000):
            color = pyarrow.array([name] * table.num_rows)
            name = name[:20]
            tables.write(table.set_column(2, "color", color), tmp_path / name / "part-0.parquet")
            predicted = martlet("predict", "--model", result["model"], "--data", tmp_path / name,
                                "--output", tmp_path / f"{name}-out")
            assert predicted["unseen_categories"] == {"color": table.num_rows}
            predictions.append(tables.read(tmp_path / f"{name}-out")["prediction"])
        assert predictions[0].equals(predictions[1])


def test_a_terminal_shows_rate_and_time_left(martlet, tmp_path):
    reader, terminal = pty.openpty()
    process = subprocess.Popen(
        [martlet.path, "generate", "--rows", "3000000", "--shards", "60", "--threads", "1",
         "--output", tmp_path / "shards"],
        env=martlet.environment, stdout=subprocess.DEVNULL, stderr=terminal)
    os.close(terminal)
    shown = b""
    while True:
        try:
            shown += os.read(reader, 4096)
        except OSError:
            break
        if re.search(rb"writing \[#+\.+\] \d+%, [0-9.]+( [kM])?/s, \d+ s left", shown):
            process.terminate()
            break
    os.close(reader)
    assert process.wait(timeout=30) == 143, shown[-500:]
