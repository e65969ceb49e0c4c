"""Stopped in whatever it does, the program ends soon, says so, and goes on where it was."""

import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time

import pytest

import tables
from running import SECONDS_MAX, Running

# So many rounds that a test can stop it on the way, small enough to finish.
TRAIN = ["train", "--target", "age", "--ignore-features", "id", "--num-leaves", "15",
         "--valid-fraction", "0.2", "--threads", "1"]
ROUNDS = ["--num-iterations", "200"]


@pytest.fixture(scope="module")
def expected(martlet, shards, tmp_path_factory):
    """The model of an undisturbed run."""
    output = tmp_path_factory.mktemp("undisturbed") / "model"
    result = martlet(*TRAIN, *ROUNDS, "--data", shards, "--output", output)
    return open(result["model"], "rb").read()


def model_bytes(result):
    return open(result["model"], "rb").read()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stopped_training_goes_on_to_the_same_bytes(
        martlet, shards, expected, tmp_path, number):
    command = [*TRAIN, *ROUNDS, "--data", shards, "--output", tmp_path / "model",
               "--checkpoint", tmp_path / "saved", "--checkpoint-interval", 5]
    checkpoint = tmp_path / "saved/checkpoint.martlet"
    running = Running(martlet, tmp_path, *command)
    running.wait_until(checkpoint.is_file)
    code, failure = running.stop(number)
    assert (code, failure["error"]) == (143, "Martlet.Interrupted")
    assert failure["retryable"] and str(checkpoint) in failure["place"]["object"]
    assert tables.visible_files(tmp_path / "model") == []
    result = martlet(*command)
    assert 0 < result["resumed_iterations"] < 200
    assert model_bytes(result) == expected
    assert not checkpoint.exists()


def test_a_killed_training_goes_on_to_the_same_bytes(martlet, shards, expected, tmp_path):
    command = [*TRAIN, *ROUNDS, "--data", shards, "--output", tmp_path / "model",
               "--checkpoint", tmp_path / "saved", "--checkpoint-interval", 1]
    running = Running(martlet, tmp_path, *command)
    running.wait_until((tmp_path / "saved/checkpoint.martlet").is_file)
    assert running.stop(signal.SIGKILL) == (-9, None)
    result = martlet(*command)
    assert result["resumed_iterations"] > 0
    assert model_bytes(result) == expected


def test_a_checkpoint_of_other_parameters_is_left_alone(martlet, shards, expected, tmp_path):
    command = [*TRAIN, "--data", shards, "--output", tmp_path / "model", "--checkpoint",
               tmp_path / "saved", "--checkpoint-interval", 1]
    running = Running(martlet, tmp_path, *command, *ROUNDS, "--learning-rate", 0.2)
    running.wait_until((tmp_path / "saved/checkpoint.martlet").is_file)
    running.stop()
    outcome = martlet.run(*command, *ROUNDS, "--json")
    assert outcome.json["resumed_iterations"] == 0
    assert "learning_rate" in outcome.errors
    assert model_bytes(outcome.json) == expected


@pytest.fixture
def silence():
    """A server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.parametrize("action", ["inspect", "train"])
def test_a_wait_for_s3_ends_at_once(martlet, silence, tmp_path, action):
    arguments = ["inspect", "s3://somewhere/train/"] if action == "inspect" else [
        *TRAIN, "--data", "s3://somewhere/train/", "--output", "s3://somewhere/model"]
    running = Running(martlet, tmp_path, *arguments, environment={
        "AWS_ENDPOINT_URL": silence, "AWS_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"})
    time.sleep(1)
    started = time.monotonic()
    code, failure = running.stop()
    assert (code, failure["error"]) == (143, "Martlet.Interrupted")
    assert time.monotonic() - started < 3


def test_a_retry_wait_ends_at_once(martlet, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        endpoint = f"http://127.0.0.1:{server.getsockname()[1]}"
    # Nobody listens any more: every attempt fails, and the waits between them grow.
    running = Running(
        martlet, tmp_path, "inspect", "s3://somewhere/train/", "--log-level", "info",
        environment={
            "AWS_ENDPOINT_URL": endpoint, "AWS_REGION": "eu-west-1",
            "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"})
    running.wait_until(lambda: "trying again" in running.log.read_text())
    started = time.monotonic()
    code, failure = running.stop()
    assert (code, failure["error"]) == (143, "Martlet.Interrupted")
    assert time.monotonic() - started < 3


def test_step_functions_that_never_answer_do_not_hold_it(martlet, shards, silence, tmp_path):
    running = Running(
        martlet, tmp_path, *TRAIN, "--num-iterations", 100_000, "--data", shards,
        "--output", tmp_path / "model", "--checkpoint-interval", 1, environment={
            "AWS_ENDPOINT_URL_SFN": silence, "AWS_REGION": "eu-west-1", "TASK_TOKEN": "token",
            "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"})
    # A task saves itself beside its output, unasked.
    running.wait_until((tmp_path / "model/_checkpoint-train.martlet").is_file)
    running.process.send_signal(signal.SIGTERM)
    running.process.communicate(timeout=60)
    assert running.process.returncode == 143
    assert "could not be answered" in running.log.read_text()


@pytest.mark.skipif(
    shutil.which("unshare") is None
    or subprocess.run(["unshare", "--pid", "--fork", "true"], capture_output=True).returncode,
    reason="process namespaces are not allowed here")
def test_as_process_1(martlet, shards, tmp_path):
    """As a container without an init: the kernel ignores signals that process 1 does not handle."""
    running = Running(
        martlet, tmp_path, *TRAIN, "--num-iterations", 100_000, "--data", shards, "--output",
        tmp_path / "model", "--checkpoint", tmp_path / "saved", "--checkpoint-interval", 1,
        wrapper=["unshare", "--pid", "--fork"])
    running.wait_until((tmp_path / "saved/checkpoint.martlet").is_file)
    # From the kernel: a bare machine has no `ps`.
    parent = running.process.pid
    child, = pathlib.Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    started = time.monotonic()
    os.kill(int(child), signal.SIGTERM)
    out, _ = running.process.communicate(timeout=SECONDS_MAX)
    assert json.loads(out)["error"] == "Martlet.Interrupted"
    assert running.process.returncode == 143
    assert time.monotonic() - started < SECONDS_MAX


def test_a_second_attempt_adopts_the_commit_of_the_first(
        cloud, cloud_martlet, bucket, shards, tmp_path):
    task = {"RUN_ID": "run-1", "ATTEMPT": "1"}
    command = [*TRAIN, "--num-iterations", 5, "--data", shards, "--output", f"s3://{bucket}/model"]
    first = cloud_martlet(*command, environment=task)
    cloud.requests.clear()
    second = cloud_martlet(*command, environment={**task, "ATTEMPT": "2"})
    assert second["adopted"] and "adopted" not in first
    assert second["metrics"] == first["metrics"] and second["commit"] == first["commit"]
    assert {request.method for request in cloud.requests} <= {"GET", "HEAD"}
    message = cloud_martlet.fails(
        78, "Martlet.ConfigInvalid", *command, "--learning-rate", 0.3, environment=task)
    assert "learning_rate" in message and "RUN_ID" in message


def test_bad_shards_are_left_out_within_the_policy(martlet, shards, model, tmp_path):
    data = tmp_path / "data"
    shutil.copytree(shards, data)
    bad = tables.parts(data)[1]
    good_bytes = bad.read_bytes()
    bad.write_bytes(good_bytes[:-1] + b"?")
    predict = ["predict", "--model", model, "--id", "id", "--output", tmp_path / "out"]
    message = martlet.fails(65, "Martlet.DataInvalid", *predict, "--data", data)
    assert str(bad) in message
    result = martlet(*predict, "--data", data, "--max-bad-shards", 1)
    assert (result["shard_count"], result["bad_shard_count"]) == (3, 1)
    assert result["rows_in"] == result["rows_out"] + result["rows_quarantined"]
    listed = json.loads(open(result["quarantine"]).read())
    assert [entry["url"] for entry in listed["objects"]] == [str(bad)]
    bad.write_bytes(good_bytes)
    martlet(*predict, "--data", result["quarantine"], environment={"SHARD_GROUP": "redo"})
    assert sorted(tables.read(tmp_path / "out")["id"].to_pylist()) == list(range(20_000))


def test_the_doctor_tries_what_a_task_needs(cloud, cloud_martlet, bucket, shards):
    for path in tables.parts(shards):
        cloud.client("s3").upload_file(str(path), bucket, f"train/{path.name}")
    places = ["--data", f"s3://{bucket}/train/", "--output", f"s3://{bucket}/out/"]
    result = cloud_martlet("doctor", *places)
    found = {check["name"]: check["status"] for check in result["checks"]}
    assert result["is_ready"]
    for name in ("region", "credentials", "clock", "data", "output", "output removal"):
        assert found[name] == "ok", result
    assert cloud.secret_key not in json.dumps(result)
    outcome = cloud_martlet.run(
        "doctor", *places, "--json", environment={"AWS_SECRET_ACCESS_KEY": "wrong"})
    assert outcome.code == 78 and not outcome.json["is_ready"], outcome
    fixes = [check.get("fix") or "" for check in outcome.json["checks"]]
    assert any("s3:GetObject" in fix for fix in fixes), outcome
