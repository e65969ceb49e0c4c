"""The Terraform's form, its own tests with a mocked provider, and what it shares with the rest.

Applying it takes minutes: `make pipeline` does, and checks that a second plan is empty, that every
call of the run is allowed and nothing else, and that destroying leaves nothing.
"""

import os
import re
import shutil
import subprocess

import pytest

from program import ROOT

FOLDER = ROOT / "terraform"
DEFINITION = (FOLDER / "state-machine/pipeline.asl.json").read_text()


def terraform(folder, *arguments):
    return subprocess.run(
        ["terraform", f"-chdir={folder}", *arguments], capture_output=True, text=True,
        env={**os.environ, "TF_IN_AUTOMATION": "1", "AWS_EC2_METADATA_DISABLED": "true"})


@pytest.fixture(scope="module")
def initialized(tmp_path_factory):
    """A copy of the modules, with the provider."""
    if not shutil.which("terraform"):
        pytest.skip("terraform is not installed")
    copy = tmp_path_factory.mktemp("terraform")
    shutil.copytree(FOLDER, copy / "terraform")
    shutil.copytree(ROOT / "task-definitions", copy / "task-definitions")
    plugins = os.environ.get("MARTLET_TERRAFORM_PLUGINS")
    done = terraform(
        copy / "terraform", "init", "-input=false", "-no-color",
        *([f"-plugin-dir={plugins}"] if plugins else []))
    if done.returncode:
        pytest.skip(f"the AWS provider is not to be had: {done.stderr[-300:]}")
    return copy / "terraform"


def test_the_format():
    if not shutil.which("terraform"):
        pytest.skip("terraform is not installed")
    done = terraform(FOLDER, "fmt", "-check", "-recursive")
    assert done.returncode == 0, done.stdout


def test_its_own_tests_pass(initialized):
    done = terraform(initialized, "test", "-no-color")
    assert done.returncode == 0, done.stdout[-3_000:] + done.stderr[-3_000:]
    assert re.search(r"Success! 1\d passed, 0 failed", done.stdout), done.stdout[-500:]


def test_every_function_that_the_machine_calls_exists(martlet):
    called = set(re.findall(r"\$\{(\w+)_function\}", DEFINITION))
    functions = martlet.run("lambda", "--help").out
    assert called == {"prepare", "plan", "reconcile"}
    listening = {"task-stopped", "stop-orphans"}
    assert all(name in functions for name in called | listening)


def test_no_state_catches_what_it_cannot_mend():
    """A redrive goes on with the state that failed: a detour to a Fail state would lose it."""
    caught = re.findall(r'"Catch": \[(.*?)\]\s*,?\n', DEFINITION, re.DOTALL)
    everything = [catch for catch in caught if "States.ALL" in catch]
    # What the map could not do, Reconcile finds missing; a run is complete though nobody is told.
    assert len(everything) == 2
    assert {re.search(r'"Next": "(\w+)"', catch).group(1) for catch in everything} == {
        "Reconcile", "Done"}


def test_every_error_that_the_machine_catches_is_one_that_somebody_raises():
    """Names are matched whole: a slip in one is a retry that never happens."""
    ours = set(re.findall(
        r'= "(Martlet\.\w+)"', (ROOT / "Sources/Jobs/Failures/JobErrorName.swift").read_text()))
    stopped = set(re.findall(
        r'"(Ecs\.\w+)"', (ROOT / "Sources/Functions/StoppedTask.swift").read_text()))
    services = {
        # Source: Step Functions developer guide, and what others have seen of ecs:runTask.
        "AmazonECS.Unknown", "ECS.AmazonECSException", "ECS.InvalidParameterException",
        "Lambda.ServiceException", "Lambda.AWSLambdaException", "Lambda.SdkClientException",
        "Lambda.TooManyRequestsException", "Athena.TooManyRequestsException",
        "Athena.InternalServerException", "States.ALL", "States.TaskFailed", "States.Timeout",
        "States.HeartbeatTimeout",
    }
    text = DEFINITION + (FOLDER / "state-machine/retries.json.tftpl").read_text()
    matched = set()
    for names in re.findall(r'"ErrorEquals": \[(.*?)\]', text, re.DOTALL):
        matched |= set(re.findall(r'"([^"]+)"', names))
    assert matched <= ours | stopped | services, matched - ours - stopped - services
    assert len(matched & ours) >= 6 and len(matched & stopped) == 3


def test_every_variable_and_output_is_described():
    for path in FOLDER.rglob("*.tf"):
        text = path.read_text()
        blocks = re.findall(
            r'^(?:variable|output) "\w+" \{\n(.*?)^\}', text, re.DOTALL | re.MULTILINE)
        assert all("description" in block for block in blocks), path
        types = re.findall(r'^variable "(\w+)" \{\n(.*?)^\}', text, re.DOTALL | re.MULTILINE)
        assert all(re.search(r"^\s+type\s+=", block, re.MULTILINE) for _, block in types), path


def test_every_alarm_is_in_the_runbook():
    alarms = re.findall(
        r"\$\{local\.runbook\}#([\w-]+)", (FOLDER / "modules/monitoring/main.tf").read_text())
    runbook = (FOLDER / "RUNBOOK.md").read_text()
    titles = {
        re.sub(r"[^a-z]+", "-", title.lower()).strip("-")
        for title in re.findall(r"^## (.+)$", runbook, re.MULTILINE)}
    assert len(alarms) >= 7
    assert set(alarms) <= titles, set(alarms) - titles
