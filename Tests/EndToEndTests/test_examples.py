"""The state machines of examples/, run with the inputs of its README."""

import json
import os
import re
import shutil
import subprocess
import time

import pytest

import deployment
from ecs_launcher import EcsLauncher
from local_cloud import REGION
from program import ROOT, binary

FOLDER = ROOT / "examples"
SECONDS_MAX = 120


@pytest.fixture(scope="module")
def tasks(cloud, tmp_path_factory):
    with EcsLauncher(cloud, [str(binary())], tmp_path_factory.mktemp("tasks")) as running:
        yield running


@pytest.fixture(scope="module")
def inputs(cloud, martlet, tmp_path_factory):
    """Those of the README, with a bucket that has the data: by the state machine's name."""
    name = "martlet-examples"
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    folder = tmp_path_factory.mktemp("people")
    martlet("generate", "--rows", 4_000, "--shards", 2, "--output", folder)
    for path in sorted(folder.iterdir()):
        for place in ("runs/demo", "people/day=2024-06-30"):
            s3.upload_file(str(path), name, f"{place}/{path.name}")
    text = (FOLDER / "README.md").read_text().replace("BUCKET", name)
    blocks = [json.loads(block) for block in re.findall(
        r"^    \{\n(?:    .*\n)+?    \}$", text, re.MULTILINE)]
    return dict(zip(["segments", "search", "nightly"], blocks, strict=True))


@pytest.fixture(scope="module")
def worker(cloud):
    """Cluster and task definition, as the pipeline deploys them."""
    ecs = cloud.client("ecs")
    cluster = ecs.create_cluster(clusterName="examples")["cluster"]["clusterArn"]
    role = f"arn:aws:iam::{cloud.account}:role/examples"
    text = (ROOT / "task-definitions/worker.json").read_text()
    definition = json.loads(deployment.fill(text, {
        "execution_role_arn": role, "task_role_arn": role, "image": "martlet:local",
        "log_group": "/martlet/worker", "region": REGION, "environment": "local"}))
    ecs.register_task_definition(**{**definition, "family": "examples"})
    return {"cluster": cluster, "task_definition": "examples", "partition": "aws"}


def run(cloud, tasks, worker, name, value):
    """- Returns: the output of the execution, and its tasks."""
    ec2 = cloud.client("ec2")
    network = {"AwsvpcConfiguration": {
        "Subnets": [ec2.describe_subnets()["Subnets"][0]["SubnetId"]],
        "SecurityGroups": [ec2.describe_security_groups()["SecurityGroups"][0]["GroupId"]]}}
    definition = deployment.fill((FOLDER / f"{name}.asl.json").read_text(), {
        **worker, "network_configuration": json.dumps(network),
        "retry": (FOLDER / "retry.json").read_text()})
    client = cloud.client("stepfunctions")
    machine = client.create_state_machine(
        name=f"example-{name}", definition=definition,
        roleArn=f"arn:aws:iam::{cloud.account}:role/examples")["stateMachineArn"]
    before = len(tasks.records)
    execution = client.start_execution(
        stateMachineArn=machine, name=name, input=json.dumps(value))["executionArn"]
    deadline = time.monotonic() + SECONDS_MAX
    while time.monotonic() < deadline:
        described = client.describe_execution(executionArn=execution)
        if described["status"] != "RUNNING":
            break
        time.sleep(0.1)
    assert described["status"] == "SUCCEEDED", (
        f"{described.get('error')} {described.get('cause')}\n{tasks.log()[-3000:]}")
    return json.loads(described["output"]), tasks.records[before:]


def test_a_model_for_each_segment(cloud, tasks, worker, inputs):
    models, records = run(cloud, tasks, worker, "segments", inputs["segments"])
    assert [model["name"] for model in models] == ["early", "later"]
    assert len({model["trained"]["model"] for model in models}) == 2
    rows = [model["trained"]["rows"] for model in models]
    assert min(rows) > 0 and sum(rows) <= 4_000
    assert all(model["trained"]["metrics"]["rmse"] > 0 for model in models)
    assert {record["provider"] for record in records} == {"FARGATE_SPOT"}


def test_a_search_finds_what_one_machine_finds_and_a_night_scores_with_it(
        cloud, cloud_martlet, tasks, worker, inputs):
    found, records = run(cloud, tasks, worker, "search", inputs["search"])
    # A plan, three trials on few rows, a look, one trial on all rows, and the best.
    assert len(records) == 1 + 3 + 1 + 1 + 1
    bucket, prefix = (inputs["search"][name] for name in ("bucket", "prefix"))
    alone = cloud_martlet(
        "tune", "--job", json.dumps(inputs["search"]["search"]),
        "--output", f"s3://{bucket}/runs/alone/")
    assert found["best"] == alone["best"]
    assert found["model"] == f"s3://{bucket}/{prefix}model.martlet"
    s3 = cloud.client("s3")
    for name in ("model.martlet", "trials.json", "trials.parquet"):
        ours, theirs = (
            s3.get_object(Bucket=bucket, Key=f"{place}{name}")["Body"].read()
            for place in (prefix, "runs/alone/"))
        assert ours == theirs, name

    output, records = run(cloud, tasks, worker, "nightly", inputs["nightly"])
    assert output["rows"] == 4_000
    assert "/day=2024-06-30/" in output["commit_uri"]


def test_their_terraform_is_valid(tmp_path):
    if not shutil.which("terraform"):
        pytest.skip("terraform is not installed")
    shutil.copytree(FOLDER, tmp_path / "examples")
    plugins = os.environ.get("MARTLET_TERRAFORM_PLUGINS")

    def terraform(*arguments):
        return subprocess.run(
            ["terraform", f"-chdir={tmp_path / 'examples'}", *arguments], capture_output=True,
            text=True, env={**os.environ, "TF_IN_AUTOMATION": "1"})

    done = terraform(
        "init", "-input=false", "-no-color", *([f"-plugin-dir={plugins}"] if plugins else []))
    if done.returncode:
        pytest.skip(f"the AWS provider is not to be had: {done.stderr[-300:]}")
    for arguments in (["validate", "-no-color"], ["fmt", "-check"]):
        done = terraform(*arguments)
        assert done.returncode == 0, done.stdout + done.stderr
