"""The reports of train, evaluate and predict: complete, self-contained; nothing depends on them."""

import html.parser
import json
import pathlib


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
