"""Bad input ends in a clear error with the right exit code, and leaves nothing behind."""

import json
import os

import pyarrow
import pyarrow.parquet
import pytest

import tables
from conftest import QUICK

DATA_INVALID = (65, "Martlet.DataInvalid")
CONFIG_INVALID = (78, "Martlet.ConfigInvalid")
MODEL_INCOMPATIBLE = (76, "Martlet.ModelIncompatible")


@pytest.fixture
def good(tmp_path):
    return tables.write(tables.small_table(), tmp_path / "data/part-0.parquet")


@pytest.fixture
def train_fails(martlet, tmp_path):
    """Trains on `price`; must fail so, naming `words`, and leave nothing visible."""

    def fails(expected, data, *words, options=()):
        message = martlet.fails(
            *expected, "train", "--data", data, "--target", "price", "--output",
            tmp_path / "out/model", *options)
        for word in words:
            assert str(word) in message, message
        assert tables.visible_files(tmp_path / "out") == []
        return message

    return fails


class TestFiles:
    def test_not_parquet(self, train_fails, tmp_path):
        path = tmp_path / "data/part-0.parquet"
        path.parent.mkdir()
        path.write_text("id,price\n1,2\n" * 100)
        train_fails(DATA_INVALID, path.parent, "part-0.parquet", "PAR1")

    @pytest.mark.parametrize("size", [0, 1, 8, 11])
    def test_too_small_for_parquet(self, train_fails, tmp_path, size):
        path = tmp_path / "data/part-0.parquet"
        path.parent.mkdir()
        path.write_bytes((b"PAR1" * 3)[:size])
        train_fails(DATA_INVALID, path.parent, "part-0.parquet")

    @pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
    def test_truncated(self, train_fails, good, share):
        content = good.read_bytes()
        good.write_bytes(content[:int(len(content) * share)])
        train_fails(DATA_INVALID, good.parent, "part-0.parquet")

    def test_footer_length_beyond_the_file(self, train_fails, good):
        content = good.read_bytes()
        good.write_bytes(content[:-8] + (1 << 30).to_bytes(4, "little") + b"PAR1")
        train_fails(DATA_INVALID, good.parent, "part-0.parquet")

    def test_a_corrupt_page_is_located(self, train_fails, tmp_path):
        path = tables.write(
            tables.small_table(4_000), tmp_path / "data/part-0.parquet", row_group_size=1_000)
        column = pyarrow.parquet.read_metadata(path).row_group(2).column(1)
        assert column.path_in_schema == "size"
        start = column.dictionary_page_offset or column.data_page_offset
        content = bytearray(path.read_bytes())
        content[start:start + column.total_compressed_size] = (
            b"\xff" * column.total_compressed_size)
        path.write_bytes(content)
        message = train_fails(DATA_INVALID, path.parent, "part-0.parquet", "size", "row group 2")
        assert "byte" in message

    def test_one_bad_shard_among_good_ones_is_named(self, train_fails, good):
        bad = good.with_name("part-1.parquet")
        bad.write_bytes(good.read_bytes()[:-100])
        message = train_fails(DATA_INVALID, good.parent, "part-1.parquet")
        assert "part-0.parquet" not in message

    def test_an_empty_folder(self, train_fails, tmp_path):
        (tmp_path / "data").mkdir()
        train_fails(DATA_INVALID, tmp_path / "data", tmp_path / "data")

    def test_a_folder_of_hidden_files_only(self, train_fails, good):
        good.rename(good.with_name("_part-0.parquet"))
        train_fails(DATA_INVALID, good.parent, good.parent)

    def test_no_rows(self, train_fails, good):
        tables.write(tables.small_table().slice(0, 0), good)
        train_fails(DATA_INVALID, good.parent)

    def test_shards_that_do_not_fit_together(self, train_fails, good):
        table = tables.small_table()
        text = table["size"].cast(pyarrow.string())
        tables.write(table.set_column(1, "size", text), good.with_name("part-1.parquet"))
        train_fails(DATA_INVALID, good.parent, "part-1.parquet", "size")

    @pytest.mark.parametrize("inside", ["nowhere", "data/part-0.parquet/inside"])
    def test_a_path_that_is_not_there(self, martlet, good, tmp_path, inside):
        missing = tmp_path / inside
        outcome = martlet.run("inspect", missing)
        assert outcome.code in (65, 78), outcome
        assert "Martlet." in outcome.errors
        assert str(missing) in outcome.errors

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
    def test_an_unreadable_file(self, martlet, good):
        good.chmod(0)
        message = martlet.fails(77, "Martlet.AccessDenied", "inspect", good)
        assert str(good) in message

    def test_an_output_that_cannot_be_written(self, martlet, good, tmp_path):
        (tmp_path / "file").write_text("not a folder")
        outcome = martlet.run(
            "train", "--data", good, "--target", "price", "--output", tmp_path / "file/model")
        assert outcome.code in (73, 77, 78), outcome
        assert "file/model" in outcome.errors


class TestTargets:
    def test_missing(self, martlet, good, tmp_path):
        outcome = martlet.run(
            "train", "--data", good, "--target", "prize", "--output", tmp_path / "out/model")
        assert outcome.code in (65, 78), outcome
        assert "prize" in outcome.errors
        assert "price" in outcome.errors, "the nearest column is not named"
        assert tables.visible_files(tmp_path / "out") == []

    def test_all_null(self, train_fails, good):
        table = tables.small_table()
        nulls = pyarrow.nulls(table.num_rows, pyarrow.float64())
        tables.write(table.set_column(3, "price", nulls), good)
        train_fails(DATA_INVALID, good.parent, "price", "null")

    def test_constant(self, train_fails, good):
        table = tables.small_table()
        same = pyarrow.array([41.5] * table.num_rows)
        tables.write(table.set_column(3, "price", same), good)
        train_fails(DATA_INVALID, good.parent, "price", "41.5")

    def test_text(self, train_fails, good):
        table = tables.small_table()
        tables.write(table.set_column(3, "price", table["color"]), good)
        train_fails(DATA_INVALID, good.parent, "price")

    def test_more_than_two_values_for_binary(self, train_fails, good):
        train_fails(
            DATA_INVALID, good.parent, "price", options=["--objective", "binary"])

    def test_some_nulls_are_left_out(self, martlet, good, tmp_path):
        table = tables.small_table()
        holed = pyarrow.array(
            [None if index % 4 == 0 else value
             for index, value in enumerate(table["price"].to_pylist())])
        tables.write(table.set_column(3, "price", holed), good)
        result = martlet("train", "--data", good, "--target", "price", "--output",
                         tmp_path / "model", "--ignore-features", "id", *QUICK)
        assert result["rows"] == 300


class TestModels:
    def test_a_missing_feature(self, martlet, shards, model, tmp_path):
        table = tables.read(shards)
        feature = next(name for name in table.column_names if name not in ("id", "age"))
        tables.write(table.drop_columns([feature]), tmp_path / "data/part-0.parquet")
        message = martlet.fails(
            *MODEL_INCOMPATIBLE, "predict", "--model", model, "--data", tmp_path / "data",
            "--output", tmp_path / "out")
        assert feature in message
        assert tables.visible_files(tmp_path / "out") == []

    def test_a_feature_of_another_type(self, martlet, good, tmp_path):
        result = martlet("train", "--data", good, "--target", "price", "--output",
                         tmp_path / "model", "--ignore-features", "id", *QUICK)
        table = tables.small_table()
        text = table["size"].cast(pyarrow.string())
        tables.write(table.set_column(1, "size", text), tmp_path / "other/part-0.parquet")
        message = martlet.fails(
            *MODEL_INCOMPATIBLE, "predict", "--model", result["model"], "--data",
            tmp_path / "other", "--output", tmp_path / "out")
        assert "size" in message

    def test_a_damaged_model(self, martlet, good, model, tmp_path):
        content = bytearray(open(model.removeprefix("file://"), "rb").read())
        content[len(content) // 2] ^= 1
        (tmp_path / "damaged.martlet").write_bytes(content)
        message = martlet.fails(
            *DATA_INVALID, "evaluate", "--model", tmp_path / "damaged.martlet", "--data", good)
        assert "damaged.martlet" in message

    def test_something_that_is_not_a_model(self, martlet, good):
        message = martlet.fails(*DATA_INVALID, "evaluate", "--model", good, "--data", good)
        assert good.name in message


class TestParameters:
    def test_an_unknown_option_names_the_nearest(self, martlet, good, tmp_path):
        message = martlet.fails(
            64, "Martlet.Usage", "train", "--data", good, "--target", "price", "--output",
            tmp_path / "model", "--learning-rte", "0.1")
        assert "--learning-rte" in message and "--learning-rate" in message

    def test_a_missing_option_is_named(self, martlet, good):
        message = martlet.fails(
            *CONFIG_INVALID, "train", "--data", good, "--output", good.parent / "model")
        assert "--target" in message

    def test_an_unknown_command(self, martlet):
        assert "trian" in martlet.fails(64, "Martlet.Usage", "trian")

    @pytest.mark.parametrize("option, value", [
        ("--learning-rate", "fast"), ("--num-iterations", "1.5"), ("--objective", "regresion")])
    def test_a_value_of_the_wrong_type(self, martlet, good, tmp_path, option, value):
        outcome = martlet.run(
            "train", "--data", good, "--target", "price", "--output", tmp_path / "model",
            option, value)
        assert outcome.code in (64, 78), outcome
        assert outcome.out == "", outcome
        assert option.lstrip("-").replace("-", "_") in outcome.errors.replace("-", "_"), outcome
        assert value in outcome.errors, outcome

    @pytest.mark.parametrize("option, value", [
        ("--learning-rate", "-1"), ("--num-leaves", "1"), ("--max-bin", "1"),
        ("--bagging-fraction", "1.5"), ("--num-iterations", "-5"), ("--valid-fraction", "1"),
        ("--learning-rate", "nan")])
    def test_a_value_out_of_range(self, train_fails, good, option, value):
        message = train_fails(CONFIG_INVALID, good.parent, options=[f"{option}={value}"])
        assert option.lstrip("-").replace("-", "_") in message.replace("-", "_")

    def test_a_feature_that_is_not_there(self, train_fails, good):
        train_fails(
            CONFIG_INVALID, good.parent, "sise", "size", options=["--features", "sise,color"])

    def test_errors_keep_standard_output_clean(self, martlet, tmp_path):
        outcome = martlet.run("inspect", tmp_path / "nowhere", "--json")
        assert outcome.code != 0
        if outcome.out:
            assert json.loads(outcome.out)["error"].startswith("Martlet.")

    def test_a_mistake_prints_no_trace(self, martlet, tmp_path):
        outcome = martlet.run("inspect", tmp_path / "nowhere")
        assert len(outcome.errors.splitlines()) <= 6, outcome
        assert ".swift" not in outcome.errors
