"""docs/reference/metrics.md is the contract of the metrics' names: the Terraform uses no
others, and the page says who uses which."""

import json
import re

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
    assert all(set(row["stages"].split(", ")) <= {"train", "predict"} for row in worker)
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
