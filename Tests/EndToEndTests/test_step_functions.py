"""A state machine that waits for its task's token: started, worked for, answered."""

import hashlib
import json
import signal
import time
import uuid

import pytest

from conftest import QUICK
from ecs_launcher import EcsLauncher
from local_cloud import ACCOUNT, REGION
from program import ROOT, binary

# Far beyond what a busy machine takes: only a worker or a cloud that hangs meets them.
SECONDS_MAX = 400
SECONDS_AFTER_WORKER_MAX = 60


@pytest.fixture
def launcher(cloud, tmp_path):
    with EcsLauncher(cloud, [str(binary())], tmp_path / "tasks") as running:
        yield running


@pytest.fixture(scope="module")
def family(cloud):
    """The worker's own task definition, registered in a cluster called `martlet`."""
    text = (ROOT / "task-definitions/worker.json").read_text()
    values = {
        "execution_role_arn": f"arn:aws:iam::{ACCOUNT}:role/execution",
        "task_role_arn": f"arn:aws:iam::{ACCOUNT}:role/worker",
        "image": "martlet:test", "log_group": "/martlet/worker", "region": REGION,
        "environment": "local",
    }
    for name, value in values.items():
        text = text.replace(f"${{{name}}}", value)
    ecs = cloud.client("ecs")
    ecs.create_cluster(clusterName="martlet")
    registered = ecs.register_task_definition(**json.loads(text))
    return registered["taskDefinition"]["family"]


def start(cloud, family, command, **state):
    """An execution of one waiting state that starts the worker with this command."""
    ec2 = cloud.client("ec2")
    groups = ec2.describe_security_groups()["SecurityGroups"]
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::ecs:runTask.waitForTaskToken",
        # As in the pipeline: a beat a minute must not be late by a hair's breadth.
        "HeartbeatSeconds": 300,
        "TimeoutSeconds": SECONDS_MAX,
        "Parameters": {
            "Cluster": "martlet",
            "TaskDefinition": family,
            "LaunchType": "FARGATE",
            "NetworkConfiguration": {"AwsvpcConfiguration": {
                "Subnets": [ec2.describe_subnets()["Subnets"][0]["SubnetId"]],
                "SecurityGroups": [groups[0]["GroupId"]],
                "AssignPublicIp": "DISABLED",
            }},
            "Overrides": {"ContainerOverrides": [{
                "Name": "worker",
                "Command": command,
                "Environment": [
                    {"Name": "TASK_TOKEN", "Value.$": "$$.Task.Token"},
                    {"Name": "RUN_ID", "Value.$": "$$.Execution.Name"},
                ],
            }]},
        },
        "Next": "Done",
        **state,
    }
    definition = {"StartAt": "Work", "States": {
        "Work": task,
        "Done": {"Type": "Pass", "End": True},
    }}
    client = cloud.client("stepfunctions")
    machine = client.create_state_machine(
        name=f"worker-{uuid.uuid4().hex[:8]}", definition=json.dumps(definition),
        roleArn=f"arn:aws:iam::{ACCOUNT}:role/states")
    started = client.start_execution(
        stateMachineArn=machine["stateMachineArn"], name=f"run-{uuid.uuid4().hex[:8]}")
    return started["executionArn"]


def wait(cloud, execution, launcher):
    """The execution's description once it has ended; a worker that left it waiting fails."""
    client = cloud.client("stepfunctions")
    deadline = time.monotonic() + SECONDS_MAX
    while time.monotonic() < deadline:
        is_over = launcher.processes and launcher.processes[-1].poll() is not None
        described = client.describe_execution(executionArn=execution)
        if described["status"] != "RUNNING":
            return described
        if is_over:
            deadline = min(deadline, time.monotonic() + SECONDS_AFTER_WORKER_MAX)
        time.sleep(0.1)
    raise AssertionError(f"the execution still waits\n{launcher.log()}")


def object_at(cloud, url):
    bucket, _, key = url.removeprefix("s3://").partition("/")
    return cloud.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()


def failure_of(cloud, execution):
    """Error name and cause of the task's failure, from the execution's history."""
    history = cloud.client("stepfunctions").get_execution_history(executionArn=execution)
    return next(
        event["taskFailedEventDetails"] for event in history["events"]
        if event["type"] == "TaskFailed")


@pytest.fixture
def data(cloud, bucket, shards):
    """The generated shards as objects."""
    s3 = cloud.client("s3")
    for path in sorted(shards.glob("*.parquet")):
        s3.upload_file(str(path), bucket, f"train/{path.name}")
    return f"s3://{bucket}/train/"


def test_the_execution_succeeds_with_the_training_result(cloud, family, launcher, bucket, data):
    execution = start(cloud, family, [
        "train", "--data", data, "--target", "age", "--ignore-features", "id",
        "--output", f"s3://{bucket}/runs/model", *QUICK])
    described = wait(cloud, execution, launcher)
    assert described["status"] == "SUCCEEDED", launcher.log()
    output = json.loads(described["output"])
    assert output["stage"] == "train"
    assert output["run_id"].startswith("run-")
    assert output["rows_in"] == output["rows_out"] == 20_000
    assert output["result"]["features"] == 22
    model = object_at(cloud, output["result"]["model"])
    assert len(model) > 1000
    commit = object_at(cloud, output["commit_uri"])
    assert hashlib.sha256(commit).hexdigest() == output["commit_sha256"]
    assert output["result"]["model"] in [entry["url"] for entry in json.loads(commit)["objects"]]


def test_prediction_continues_from_the_models_url(cloud, family, launcher, bucket, data):
    execution = start(cloud, family, [
        "train", "--data", data, "--target", "age", "--ignore-features", "id",
        "--output", f"s3://{bucket}/runs/model", *QUICK])
    trained = json.loads(wait(cloud, execution, launcher)["output"])["result"]
    execution = start(cloud, family, [
        "predict", "--model", trained["model"], "--data", data, "--id", "id",
        "--output", f"s3://{bucket}/runs/predictions/"])
    described = wait(cloud, execution, launcher)
    assert described["status"] == "SUCCEEDED", launcher.log()
    output = json.loads(described["output"])
    assert output["rows_in"] == output["rows_out"] == 20_000
    assert output["shards_ok"] == len(output["result"]["outputs"]) == 4


def test_the_job_can_come_through_the_environment(cloud, family, launcher, bucket, data):
    job = {
        "data": [data], "target": "age", "ignore_features": ["id"], "num_iterations": 5,
        "output": f"s3://{bucket}/runs/model",
    }
    cloud.client("s3").put_object(Bucket=bucket, Key="job.json", Body=json.dumps(job))
    execution = start(cloud, family, ["train", "--job", f"s3://{bucket}/job.json"])
    described = wait(cloud, execution, launcher)
    assert described["status"] == "SUCCEEDED", launcher.log()
    assert json.loads(described["output"])["result"]["iterations"] == 5


def test_a_failing_run_fails_the_execution_with_its_error(cloud, family, launcher, bucket):
    cloud.client("s3").put_object(
        Bucket=bucket, Key="train/part-0.parquet", Body=b"PAR1 this is not Parquet PAR2")
    execution = start(cloud, family, [
        "train", "--data", f"s3://{bucket}/train/", "--target", "age",
        "--output", f"s3://{bucket}/runs/model"])
    described = wait(cloud, execution, launcher)
    assert described["status"] == "FAILED", launcher.log()
    failure = failure_of(cloud, execution)
    assert failure["error"] == "Martlet.DataInvalid", launcher.log()
    cause = json.loads(failure["cause"])
    assert "train/part-0.parquet" in json.dumps(cause), launcher.log()
    assert "message" in cause
    assert launcher.processes[-1].wait(10) == 65
    runs = cloud.client("s3").list_objects_v2(Bucket=bucket, Prefix="runs/")
    assert runs["KeyCount"] == 0


def test_the_state_machine_can_catch_the_error_by_name(cloud, family, launcher, bucket, data):
    execution = start(
        cloud, family,
        ["train", "--data", data, "--target", "agee", "--output", f"s3://{bucket}/runs/model"],
        Catch=[{"ErrorEquals": ["Martlet.ConfigInvalid", "Martlet.DataInvalid"], "Next": "Done"}])
    described = wait(cloud, execution, launcher)
    assert described["status"] == "SUCCEEDED", launcher.log()
    assert json.loads(described["output"])["Error"].startswith("Martlet.")


def test_the_token_is_never_printed(cloud, family, launcher, bucket, data):
    execution = start(cloud, family, [
        "train", "--data", data, "--target", "age", "--ignore-features", "id",
        "--log-level", "debug", "--output", f"s3://{bucket}/runs/model", *QUICK])
    assert wait(cloud, execution, launcher)["status"] == "SUCCEEDED", launcher.log()
    history = cloud.client("stepfunctions").get_execution_history(executionArn=execution)
    scheduled = next(
        event["taskScheduledEventDetails"] for event in history["events"]
        if event["type"] == "TaskScheduled")
    environment = json.loads(scheduled["parameters"])["Overrides"]["ContainerOverrides"][0]
    token = next(
        pair["Value"] for pair in environment["Environment"] if pair["Name"] == "TASK_TOKEN")
    assert token not in launcher.log()
    assert cloud.secret_key not in launcher.log()


def test_the_worker_beats_from_the_start(cloud, family, launcher, bucket, data):
    cloud.requests.clear()
    execution = start(cloud, family, [
        "train", "--data", data, "--target", "age", "--ignore-features", "id",
        "--output", f"s3://{bucket}/runs/model", *QUICK])
    assert wait(cloud, execution, launcher)["status"] == "SUCCEEDED", launcher.log()
    targets = [
        request.headers["x-amz-target"] for request in cloud.requests
        if "x-amz-target" in request.headers
        and "Boto" not in request.headers.get("user-agent", "")]
    assert "AWSStepFunctions.SendTaskHeartbeat" in targets
    assert targets[-1] == "AWSStepFunctions.SendTaskSuccess"
    assert targets.count("AWSStepFunctions.SendTaskSuccess") == 1


def test_an_interrupted_worker_says_so(cloud, family, launcher, bucket, data):
    execution = start(cloud, family, [
        "train", "--data", data, "--target", "age", "--ignore-features", "id",
        "--num-iterations", "1000000", "--num-leaves", "255",
        "--output", f"s3://{bucket}/runs/model"])
    deadline = time.monotonic() + 30
    while not launcher.processes and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(2)
    launcher.signal(signal.SIGTERM)
    described = wait(cloud, execution, launcher)
    assert described["status"] == "FAILED", launcher.log()
    assert failure_of(cloud, execution)["error"] == "Martlet.Interrupted", launcher.log()
    assert launcher.processes[-1].wait(10) == 143
    visible = cloud.client("s3").list_objects_v2(Bucket=bucket, Prefix="runs/")
    names = [entry["Key"].rsplit("/", 1)[-1] for entry in visible.get("Contents", [])]
    # Nothing that a reader could take for a result; the checkpoint is for the next attempt.
    assert names == ["_checkpoint-train.martlet"]
