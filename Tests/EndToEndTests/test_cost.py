"""terraform/COST.md says what `martlet plan` says of the run of the replaced system."""

import re
import subprocess

import pytest

from program import ROOT, binary

PAGE = (ROOT / "terraform/COST.md").read_text()
LINE = (r"{} +(\d+) tasks of (\d+) CPU units and (\d+) MiB, about ([\d.]+) s, "
        r"([\d.]+) USD \(Spot ([\d.]+)\)")


@pytest.fixture(scope="module")
def plans(tmp_path_factory):
    """What the script prints, by rounds and groups."""
    done = subprocess.run(
        [ROOT / "Tests/Benchmarks/plan_seed_run.sh", binary(), tmp_path_factory.mktemp("plan")],
        capture_output=True, text=True, check=True)
    parts = re.split(r"^== ", done.stdout, flags=re.MULTILINE)[1:]
    assert all("rows         236296500 in 100 shards" in part for part in parts)
    return {part.splitlines()[0]: part for part in parts}


def planned(text, stage):
    """Tasks, vCPUs, GB, seconds, USD on demand and on Spot."""
    tasks, cpu, memory, seconds, dollars, spot = map(
        float, re.search(LINE.format(stage), text).groups())
    return [tasks, cpu / 1024, memory / 1024, round(seconds), dollars, spot]


def written(title):
    row = next(line for line in PAGE.splitlines() if line.startswith(f"| {title} |"))
    return [float(number) for number in re.findall(r"(\d+(?:\.\d+)?)", row[len(title) + 3:])]


@pytest.mark.parametrize("title, plan, stage", [
    ("scoring, 200 trees, groups by work", "200 rounds groups by work", "scoring"),
    ("scoring, 200 trees, 64 groups", "200 rounds --groups 64", "scoring"),
    ("scoring, 500 trees, groups by work", "500 rounds groups by work", "scoring"),
    ("training, 200 rounds", "200 rounds groups by work", "training"),
    ("training, 500 rounds", "500 rounds groups by work", "training"),
])
def test_each_row_is_what_the_plan_says(plans, title, plan, stage):
    numbers = planned(plans[plan], stage)
    # Training does not run on Spot.
    assert written(title) == pytest.approx(numbers if stage == "scoring" else numbers[:-1])


def test_the_whole_run_costs_a_hundredth_of_the_replaced_one(plans):
    """Its documents say 14 to 53 USD. The scans of the raw table come on top, as there."""
    tasks = sum(planned(plans["500 rounds --groups 64"], stage)[4] for stage in (
        "scoring", "training"))
    assert "14 to 53 USD" in PAGE
    assert tasks < 14 / 100
