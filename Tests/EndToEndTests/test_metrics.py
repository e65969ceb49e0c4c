"""docs/reference/metrics.md is the contract of the metrics' names: the program writes those, the
Terraform uses no others, and the page says who uses which."""

import http.server
import json
import re
import threading
import time

import pyarrow
import pytest

import tables as parquet
from local_cloud import Fault
from program import ROOT

PAGE = (ROOT / "docs/reference/metrics.md").read_text()
MONITORING = (ROOT / "terraform/modules/monitoring/main.tf").read_text()
# What else is written in camel case in that file.
WORDS = {
    "GreaterThanThreshold", "LessThanThreshold", "Sum", "Maximum", "Average", "Service",
    "TagKeyValue", "SpotInterruption", "TerminationNotice", "Martlet",
}
DIMENSIONS = {"Stage", "Environment"}
# CloudWatch's own; others are refused with the whole line.
UNITS = {"Count", "Bytes", "Seconds", "Percent", "Count/Second", "None"}


def tables():
    """Each table of the page: a list of rows, each a dictionary by the names of the columns."""
    found = []
    for block in re.findall(r"(?:^\|.*\n)+", PAGE, re.MULTILINE):
        lines = [[cell.strip() for cell in line.strip().strip("|").split("|")]
                 for line in block.splitlines()]
        found.append([dict(zip(lines[0], line, strict=True)) for line in lines[2:]])
    return found


def name(row):
    return row["metric"].strip("`")


def uses_on_the_page():
    return {
        name(row): set(re.findall(r"alarm `([\w-]+)`|widget \*(.+?)\*", row["used by"]))
        for table in tables() for row in table}


def uses_in_the_terraform():
    """By metric: pairs of an alarm or a widget, one of them empty."""
    uses = {}
    alarms = re.findall(
        r'^resource "aws_cloudwatch_metric_alarm" "\w+" \{\n(.*?)^\}', MONITORING,
        re.DOTALL | re.MULTILINE)
    for block in alarms:
        alarm = re.search(r'alarm_name\s+= "\$\{var\.name\}-([\w-]+)"', block).group(1)
        for metric in camel_case(block):
            uses.setdefault(metric, set()).add((alarm, ""))
    widgets = re.search(r"^  widgets = \[\n(.*?)^  \]", MONITORING, re.DOTALL | re.MULTILINE)
    for block in re.split(r"^    \{", widgets.group(1), flags=re.MULTILINE)[1:]:
        title = re.search(r'title\s+= "(.+)"', block).group(1)
        for metric in camel_case(re.search(r"metrics = .*", block).group()):
            uses.setdefault(metric, set()).add(("", title))
    return uses


def camel_case(text):
    dimensions = DIMENSIONS | {
        dimension for row in tables()[2] for dimension in re.findall(r"\w+", row["dimensions"])}
    quoted = set(re.findall(r'"([A-Z][A-Za-z0-9]*[a-z][A-Za-z0-9]*)"', text))
    return quoted - WORDS - dimensions


def test_the_terraform_uses_the_metrics_of_the_page_as_it_says():
    used, promised = uses_in_the_terraform(), uses_on_the_page()
    assert len(used) >= 20
    assert used == promised


def test_no_other_metric_is_named_anywhere_in_the_terraform():
    named = camel_case(re.sub(r"title +=.*", "", MONITORING))
    assert named == set(uses_on_the_page()), named ^ set(uses_on_the_page())
    for path in (ROOT / "terraform").rglob("*.tf"):
        if "monitoring" not in path.parts:
            assert "metric_name" not in path.read_text(), path


def test_units_and_stages_are_those_that_there_are():
    worker, events, _ = tables()
    assert all(row["unit"] in UNITS for row in worker + events)
    assert all(set(row["stages"].split(", ")) <= set(STAGES) for row in worker)
    # A widget of a stage that does not write the metric stays empty.
    for row in worker:
        if row["stages"] == "train":
            assert not re.search(rf'"{name(row)}".*local\.of\.predict', MONITORING)
        if row["stages"] == "predict":
            assert not re.search(rf'"{name(row)}".*local\.of\.train', MONITORING)


def test_the_task_knows_its_environment():
    """The dimension that alarms ask for is the variable that the task gets."""
    definition = json.loads((ROOT / "task-definitions/worker.json").read_text())
    pairs = definition["containerDefinitions"][0]["environment"]
    assert {"name": "ENVIRONMENT", "value": "${environment}"} in pairs
    assert "environment        = var.environment" in (
        ROOT / "terraform/modules/cluster/main.tf").read_text()


def test_functions_know_their_environment():
    assert "ENVIRONMENT        = var.environment" in (
        ROOT / "terraform/modules/functions/main.tf").read_text()


# MARK: What the program writes

TASKS = {"train", "predict", "evaluate"}
FUNCTIONS = {"prepare", "plan", "reconcile", "task-stopped", "stop-orphans"}
STAGES = {"tasks": TASKS, "functions": FUNCTIONS} | {stage: {stage} for stage in TASKS}


def promised(stage):
    """The metrics that a stage writes when it knows everything: units by name."""
    return {
        name(row): row["unit"] for row in tables()[0]
        if any(stage in STAGES[word] for word in row["stages"].split(", "))}


class Agent(http.server.BaseHTTPRequestHandler):
    """What the ECS agent says of a task on Fargate."""

    def do_GET(self):
        body = json.dumps({
            "Limits": {"CPU": 4, "Memory": 16384},
            "PullStartedAt": time.strftime(
                "%Y-%m-%dT%H:%M:%S.123Z", time.gmtime(time.time() - 3600))}).encode()
        self.send_response(200 if self.path == "/v4/task" else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def task():
    """The environment of a task of a run."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Agent)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield {
        "ENVIRONMENT": "test", "RUN_ID": "run-1", "ATTEMPT": "2", "MARTLET_LOG_FORMAT": "json",
        "ECS_CONTAINER_METADATA_URI_V4": f"http://127.0.0.1:{server.server_port}/v4"}
    server.shutdown()


def lines(errors):
    return [json.loads(line) for line in errors.splitlines() if line.startswith("{")]


def metrics_of(outcome):
    """The one line of metrics, checked against the format: units and values by name."""
    found = [line for line in lines(outcome.errors) if "_aws" in line]
    assert len(found) == 1, outcome
    line = found[0]
    assert abs(line["_aws"]["Timestamp"] / 1000 - time.time()) < 60
    (directive,) = line["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "Martlet"
    assert directive["Dimensions"] == [["Stage", "Environment"]]
    assert all(isinstance(line[key], str) for key in ("Stage", "Environment"))
    units = {metric["Name"]: metric["Unit"] for metric in directive["Metrics"]}
    assert len(units) == len(directive["Metrics"]) and all(name in line for name in units)
    assert set(units) == {key for key, value in line.items() if isinstance(value, (int, float))}
    return units, line


TRAIN = ["train", "--target", "age", "--ignore-features", "id", "--num-iterations", "8",
         "--num-leaves", "7", "--valid-fraction", "0.2", "--metric", "rmse,mae"]


def test_the_written_metrics_are_those_of_the_page(martlet, shards, model, task, tmp_path):
    commands = {
        "train": [*TRAIN, "--output", tmp_path / "model", "--checkpoint", tmp_path / "saved",
                  "--checkpoint-interval", "2"],
        "predict": ["predict", "--model", model, "--output", tmp_path / "out", "--id", "id"],
        "evaluate": ["evaluate", "--model", model, "--target", "age"],
    }
    for stage, command in commands.items():
        outcome = martlet.run(*command, "--data", shards, environment=task)
        assert outcome.code == 0, outcome
        units, line = metrics_of(outcome)
        assert units == promised(stage), stage
        assert (line["Stage"], line["Environment"]) == (stage, "test")
        assert (line["RunId"], line["Attempt"]) == ("run-1", "2")
        assert line["TasksFailed"] == 0 and "Error" not in line
        assert line["RowsRead"] == 20_000 and line["BytesRead"] > 100_000
        assert line["RowsPerSecond"] == pytest.approx(20_000 / line["TaskSeconds"])
        assert 0 < line["PeakMemoryPercent"] < 100 and 0 <= line["DiskPercent"] <= 100
        # An hour of 4 vCPUs and 16 GiB, on demand.
        assert line["EstimatedUSD"] == pytest.approx(4 * 0.04048 + 16 * 0.004445, rel=0.01)
    assert 0 < metrics_of(outcome)[1]["TaskSeconds"] < 60


def test_drift_is_counted(martlet, task, tmp_path):
    """Against a model of ours, and against one that does not record what training saw."""
    known = {"x": [float(i % 10) for i in range(200)], "k": ["u", "v"] * 100}
    train = parquet.write(
        pyarrow.table({**known, "y": known["x"]}), tmp_path / "train.parquet")
    data = parquet.write(pyarrow.table(
        {"x": [-1.0, 3.0, 99.0, 98.0], "k": ["u", "w", None, "z"]}), tmp_path / "data.parquet")
    martlet("train", "--data", train, "--target", "y", "--num-iterations", "3",
            "--output", tmp_path / "model")
    martlet("convert", "--model", tmp_path / "model", "--to", "lightgbm",
            "--output", tmp_path / "model.txt")
    found = {}
    for model in ("model", "model.txt"):
        outcome = martlet.run("predict", "--model", tmp_path / model, "--data", data, "--output",
                              tmp_path / f"out-{model}", environment=task)
        assert outcome.code == 0, outcome
        found[model] = metrics_of(outcome)[1]
    ours, theirs = found["model"], found["model.txt"]
    assert (ours["UnseenCategories"], ours["ValuesOutOfRange"], ours["DriftPercent"]) == (2, 3, 75)
    assert theirs["UnseenCategories"] == 2
    assert "ValuesOutOfRange" not in theirs and "DriftPercent" not in theirs


def test_a_task_on_spot_costs_less_and_a_second_attempt_counts_no_rows(
        martlet, shards, model, task, tmp_path):
    command = ["predict", "--model", model, "--data", shards, "--output", tmp_path / "out"]
    first = metrics_of(martlet.run(*command, environment=task))[1]
    second = metrics_of(martlet.run(
        *command, environment={**task, "CAPACITY_PROVIDER": "FARGATE_SPOT"}))[1]
    assert first["RowsPredicted"] == 20_000
    assert not {"RowsRead", "RowsPredicted", "RowsPerSecond"} & set(second)
    assert second["EstimatedUSD"] == pytest.approx(0.3 * first["EstimatedUSD"], rel=0.02)


def test_a_failed_task_says_what_it_knows(martlet, shards, model, task, tmp_path):
    outcome = martlet.run(
        "predict", "--model", model, "--data", tmp_path / "none", "--output", tmp_path / "out",
        environment={**task, "SHARD_GROUP": "00003"})
    units, line = metrics_of(outcome)
    assert set(units) < set(promised("predict"))
    assert line["TasksFailed"] == 1 and "RowsPredicted" not in line
    assert line["Error"].startswith("Martlet.") and line["Error"] in outcome.errors
    assert line["ShardGroup"] == "00003"


def test_throttling_is_counted(cloud, cloud_martlet, bucket, shards, task):
    for path in parquet.parts(shards):
        cloud.client("s3").upload_file(str(path), bucket, f"train/{path.name}")
    cloud.faults.append(Fault("GET", r"\.parquet$", 503, "SlowDown", times=3))
    try:
        outcome = cloud_martlet.run(
            *TRAIN, "--data", f"s3://{bucket}/train/", "--output", f"s3://{bucket}/model/",
            environment=task)
    finally:
        cloud.faults.clear()
    line = metrics_of(outcome)[1]
    assert line["S3Throttles"] == line["S3Retries"] == 3, outcome
    assert line["CallbackRetries"] == 0


def test_nothing_is_written_for_people_or_without_an_environment(martlet, shards, task):
    for changes in ({"MARTLET_LOG_FORMAT": "text"}, {"ENVIRONMENT": ""}):
        outcome = martlet.run("evaluate", "--data", shards, environment={**task, **changes})
        assert "_aws" not in outcome.errors


def test_a_function_writes_its_own(cloud, cloud_martlet, bucket, task):
    event = {
        "items": f"s3://{bucket}/none.json", "predictions": f"s3://{bucket}/p/", "run_id": "r9"}
    outcome = cloud_martlet.run(
        "lambda", "reconcile", "--event", json.dumps(event),
        environment={**task, "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512"})
    units, line = metrics_of(outcome)
    assert units == promised("reconcile")
    assert (line["Stage"], line["RunId"]) == ("reconcile", "r9")
    assert line["TasksFailed"] == 1 and line["Error"] in outcome.errors


def test_every_line_of_the_log_names_run_group_and_attempt(martlet, shards, task, tmp_path):
    outcome = martlet.run(
        *TRAIN, "--data", shards, "--output", tmp_path / "model", "--log-level", "trace",
        "--checkpoint", tmp_path / "saved", "--checkpoint-interval", "2",
        environment={**task, "SHARD_GROUP": "00003"})
    logged = [line for line in lines(outcome.errors) if "_aws" not in line]
    assert any(line["message"] == "checkpoint written" for line in logged), outcome
    for line in logged:
        assert (line["run"], line["attempt"], line["shard_group"]) == ("run-1", "2", "00003")
        # Values are fields: a message is the same every time.
        assert not re.search(r"\d|/", line["message"]), line
