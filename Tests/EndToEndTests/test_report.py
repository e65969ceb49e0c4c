"""The report that train writes: there, complete, self-contained, and nothing else depends on it."""

import html.parser
import json


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
