"""The reports of train, evaluate and predict: complete, self-contained; nothing depends on them."""

import html.parser
import json
import pathlib

import pyarrow

import tables


class Outline(html.parser.HTMLParser):
    """Titles of sections, captions, and whatever would load something."""

    def __init__(self):
        super().__init__()
        self.titles, self.captions, self.loads, self.stack = [], [], [], []

    def handle_starttag(self, tag, attributes):
        self.stack.append(tag)
        for name, value in attributes:
            if name in ("src", "href") and not value.startswith(("#", "data:")):
                self.loads.append(value)

    def handle_data(self, data):
        if self.stack and self.stack[-1] == "h2":
            self.titles.append(data)
        if self.stack and self.stack[-1] == "figcaption":
            self.captions.append(data)


def outline(path):
    parser = Outline()
    parser.feed(path.read_text(encoding="utf-8"))
    return parser


def train(martlet, shards, output, *options):
    return martlet(
        "train", "--data", shards, "--target", "age", "--ignore-features", "id",
        "--num-iterations", "20", "--output", output, *options)


def test_a_training_is_reported(martlet, shards, tmp_path):
    train(martlet, shards, tmp_path / "model", "--valid-fraction", "0.2")
    report = outline(tmp_path / "model" / "report.html")
    for title in ("Metrics", "Learning curves", "Predicted against actual", "Residuals",
                  "Feature importance", "Data profile", "Run"):
        assert title in report.titles
    assert "rmse by iteration" in report.captions
    assert report.loads == []
    record = json.loads((tmp_path / "model" / "_commit-train.json").read_text())
    assert {entry["url"].rsplit("/", 1)[-1] for entry in record["objects"]} == {
        "model.martlet", "report.html"}


def test_a_linear_training_is_reported(martlet, shards, tmp_path):
    options = ["--algorithm", "linear", "--lambda-l2", "auto", "--valid-fraction", "0.2"]
    command = ["train", "--data", shards, "--target", "age", "--ignore-features", "id", *options]
    martlet(*command, "--output", tmp_path / "model")
    report = outline(tmp_path / "model" / "report.html")
    for title in ("Metrics", "Coefficients", "Solver", "Predicted against actual", "Residuals",
                  "Feature importance", "Contributions", "Data profile", "Run"):
        assert title in report.titles
    assert {"Standardised coefficients", "Cross-validated error by penalty",
            "Importance by permutation"} <= set(report.captions)
    assert report.loads == []
    martlet(*command, "--output", tmp_path / "without", "--report", "never")
    assert not (tmp_path / "without" / "report.html").exists()
    assert (tmp_path / "model" / "model.martlet").read_bytes() == (
        tmp_path / "without" / "model.martlet").read_bytes()


def test_a_linear_classifier_is_reported(martlet, shared, tmp_path):
    command = ["train", "--data", shared / "adult/train", "--target", "income", "--algorithm",
               "linear"]
    martlet(*command, "--objective", "logistic", "--valid-data", shared / "adult/test",
            "--output", tmp_path / "two")
    report = outline(tmp_path / "two" / "report.html")
    assert {"Coefficients", "Solver", "Ranking", "Calibration"} <= set(report.titles)
    assert {"ROC curve", "Precision and recall"} <= set(report.captions)
    martlet(*command, "--objective", "multinomial", "--output", tmp_path / "several")
    report = outline(tmp_path / "several" / "report.html")
    assert "Largest standardised coefficient of any class" in report.captions
    assert "Confusion" in report.titles


def test_a_linear_report_names_what_is_wrong_with_columns(martlet, tmp_path):
    x, z = ([float(row * factor % 17) for row in range(60)] for factor in (3, 5))
    path = tables.write(pyarrow.table({
        "x": x, "z": z, "sum": [a + b for a, b in zip(x, z)], "same": [1.5] * 60,
        "y": [a * b for a, b in zip(x, z)]}), tmp_path / "data/part-0.parquet")
    found = martlet(
        "train", "--data", path, "--target", "y", "--algorithm", "linear", "--lambda-l2", 0,
        "--output", tmp_path / "model")
    text = (tmp_path / "model" / "report.html").read_text(encoding="utf-8")
    assert "Constant in every row, left out: same." in text
    assert found["linear"]["collinear_columns"]
    assert "Linear combinations of other columns" in text


def test_the_report_can_be_left_out(martlet, shards, tmp_path):
    train(martlet, shards, tmp_path / "with")
    train(martlet, shards, tmp_path / "without", "--report", "never")
    assert not (tmp_path / "without" / "report.html").exists()
    assert (tmp_path / "with" / "model.martlet").read_bytes() == (
        tmp_path / "without" / "model.martlet").read_bytes()


def test_a_named_model_has_a_named_report(martlet, shards, tmp_path):
    train(martlet, shards, tmp_path / "age.martlet")
    assert (tmp_path / "age.report.html").exists()


def test_an_evaluation_is_reported_where_asked(martlet, shards, tmp_path):
    train(martlet, shards, tmp_path / "model", "--report", "never")
    plain = martlet("evaluate", "--model", tmp_path / "model", "--data", shards)
    result = martlet(
        "evaluate", "--model", tmp_path / "model", "--data", shards,
        "--output", tmp_path / "evaluation")
    assert result["metrics"] == plain["metrics"]
    written = json.loads((tmp_path / "evaluation" / "metrics.json").read_text())
    assert written["metrics"] == result["metrics"]
    report = outline(tmp_path / "evaluation" / "report.html")
    assert {"Metrics", "Predicted against actual", "Residuals", "Run"} <= set(report.titles)
    assert report.loads == []
    assert (tmp_path / "evaluation" / "_commit-evaluate.json").exists()


def predict(martlet, model, shards, output, *options):
    return martlet(
        "predict", "--model", model, "--data", shards, "--id", "id", "--output", output, *options)


def test_predictions_are_reported(martlet, shards, tmp_path):
    train(martlet, shards, tmp_path / "model", "--interval", "0.8", "--report", "never")
    predict(martlet, tmp_path / "model", shards, tmp_path / "with")
    report = outline(tmp_path / "with" / "_report-predict.html")
    assert ["Rows", "Predictions", "Drift against training", "Run"] == [
        title for title in report.titles if title.strip()]
    assert "Distribution: prediction" in report.captions
    assert "Distribution: upper bound − lower bound" in report.captions
    assert report.loads == []
    predict(martlet, tmp_path / "model", shards, tmp_path / "without", "--report", "never")
    assert not list((tmp_path / "without").glob("*.html"))
    for shard in (tmp_path / "without").glob("*.parquet"):
        assert shard.read_bytes() == (tmp_path / "with" / shard.name).read_bytes()


def test_a_group_of_a_fan_out_has_a_report_of_its_own(martlet, shards, tmp_path):
    train(martlet, shards, tmp_path / "model", "--report", "never")
    martlet(
        "predict", "--model", tmp_path / "model", "--data", shards, "--id", "id", "--output",
        tmp_path / "out", environment={"SHARD_GROUP": "7", "RUN_ID": "run"})
    text = (tmp_path / "out" / "_report-predict-7.html").read_text(encoding="utf-8")
    assert "run run, group 7" in text


def test_the_report_lists_the_shards_that_were_left_out(martlet, shards, tmp_path):
    train(martlet, shards, tmp_path / "model", "--report", "never")
    data = tmp_path / "data"
    data.mkdir()
    good = sorted(pathlib.Path(shards).glob("*.parquet"))
    (data / "a.parquet").write_bytes(good[0].read_bytes())
    (data / "b.parquet").write_bytes(good[0].read_bytes()[:-9])
    predict(martlet, tmp_path / "model", data, tmp_path / "out", "--max-bad-shards", "1")
    report = outline(tmp_path / "out" / "_report-predict.html")
    assert "Shards left out" in report.titles
