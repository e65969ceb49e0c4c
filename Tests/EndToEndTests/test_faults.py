"""Faults by the hundred between the program, S3 and Step Functions: every run ends in a correct
commit or in a failure with its right name, never in a wrong or partial result, and leaves no
unfinished upload behind.

CI runs a handful of schedules; `make faults` runs 500, `MARTLET_FAULT_SEEDS=17-30` some of them.
"""

import concurrent.futures
import json
import os
import random
import signal
import subprocess
import time

import pytest

import tables
from conftest import QUICK
from fault_proxy import FaultProxy, Schedule
from local_cloud import REGION
from program import binary

SECONDS_MAX = 400
# What faults of the network and of credentials may end in.
CODES = {75: "Martlet.Transient", 77: "Martlet.AccessDenied"}


def chosen(variable, count):
    """`0-7` of the environment, or the first few."""
    first, _, last = os.environ.get(variable, f"0-{count - 1}").partition("-")
    return range(int(first), int(last or first) + 1)


class Work:
    """One prediction job and one training, done undisturbed once to know what is right."""

    def __init__(self, cloud, program, bucket, shards, model):
        self.cloud, self.program, self.bucket = cloud, program, bucket
        self.s3 = cloud.client("s3")
        for path in tables.parts(shards):
            self.s3.upload_file(str(path), bucket, f"train/{path.name}")
        self.s3.upload_file(model, bucket, "models/age/model.martlet")
        self.expected = {
            name: self.run(name, f"undisturbed-{name}", self.cloud.endpoint)[1]
            for name in ("predict", "train")}

    def command(self, name, prefix):
        data = f"s3://{self.bucket}/train/"
        output = f"s3://{self.bucket}/{prefix}/"
        if name == "train":
            return ["train", "--data", data, "--target", "age", "--ignore-features", "id",
                    "--output", output, "--checkpoint-interval", "7", "--report", "never",
                    *QUICK]
        return ["predict", "--model", f"s3://{self.bucket}/models/age/", "--data", data,
                "--id", "id", "--output", output]

    def environment(self, endpoint, more=()):
        return {
            **self.program.environment, "AWS_REGION": REGION, "AWS_ENDPOINT_URL": endpoint,
            "AWS_ACCESS_KEY_ID": self.cloud.access_key,
            "AWS_SECRET_ACCESS_KEY": self.cloud.secret_key, **dict(more)}

    def run(self, name, prefix, endpoint, more=()):
        """Exit code and outcome, the objects by name, and the rest of the program's words."""
        done = subprocess.run(
            [str(binary()), *self.command(name, prefix), "--json", "--threads", "1"],
            env=self.environment(endpoint, more), capture_output=True, text=True,
            timeout=SECONDS_MAX)
        return done, self.objects(prefix)

    def objects(self, prefix):
        listed = self.s3.list_objects_v2(Bucket=self.bucket, Prefix=prefix + "/")
        return {
            entry["Key"].removeprefix(prefix + "/"): self.s3.get_object(
                Bucket=self.bucket, Key=entry["Key"])["Body"].read()
            for entry in listed.get("Contents", [])}

    def visible(self, objects):
        """Models and predictions; the report beside them holds times and places."""
        return {
            name: data for name, data in objects.items()
            if name.endswith((".parquet", ".martlet")) and not name.startswith("_")}

    def unfinished(self, prefix):
        listed = self.s3.list_multipart_uploads(Bucket=self.bucket, Prefix=prefix + "/")
        return [upload["Key"] for upload in listed.get("Uploads", [])]

    def schedule(self, seed):
        """One seeded run through the proxy, and what must be true afterwards."""
        schedule = Schedule(seed)
        name, prefix = ("predict", "train")[seed % 2], f"faults-{seed}"
        with FaultProxy(self.cloud.endpoint, schedule) as proxy:
            done, objects = self.run(
                name, prefix, proxy.endpoint, {"TASK_TOKEN": "token", "RUN_ID": f"run-{seed}"})
        what = f"seed {seed}, {schedule.kinds}, met {proxy.met}\n{done.stdout}\n{done.stderr}"
        right = self.visible(self.expected[name])
        visible = self.visible(objects)
        commit = f"_commit-{name}.json"
        answers = [call for call, _ in proxy.told if call != "SendTaskHeartbeat"]
        if done.returncode == 0:
            assert visible == right, what
            listed = json.loads(objects[commit])["objects"]
            assert {entry["url"].rpartition("/")[2] for entry in listed} >= set(right), what
            assert answers and set(answers) == {"SendTaskSuccess"} or (
                "could not be answered" in done.stderr), what
        else:
            assert CODES.get(done.returncode), what
            assert json.loads(done.stdout)["error"] == CODES[done.returncode], what
            assert commit not in objects or visible == right, what
            assert all(right[name] == data for name, data in visible.items()), what
            assert "SendTaskSuccess" not in answers, what
        if not schedule.ends_after:
            assert self.unfinished(prefix) == [], what
        return done.returncode

    def kill(self, seed, number):
        """Killed or stopped at a random moment, run again: nothing tells the difference."""
        moment = random.Random(seed)
        name = ("predict", "train")[seed % 2]
        prefix = f"{signal.Signals(number).name.lower()}-{seed}"
        more = {"RUN_ID": f"run-{seed}"}
        process = subprocess.Popen(
            [str(binary()), *self.command(name, prefix), "--json", "--threads", "1",
             *(["--checkpoint", f"s3://{self.bucket}/{prefix}/_saved/"] if seed % 2 else [])],
            env=self.environment(self.cloud.endpoint, more), stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True)
        time.sleep(moment.random() * self.seconds[name])
        process.send_signal(number)
        started = time.monotonic()
        out, errors = process.communicate(timeout=100)
        what = f"{name}, seed {seed}, {number!r}, exit {process.returncode}\n{out}\n{errors}"
        assert time.monotonic() - started < 60, what
        if number == signal.SIGTERM:
            assert process.returncode in (0, 143, -15), what
            # Before the handler stands, and after the end, there is nothing to say.
            if process.returncode == 143:
                assert json.loads(out)["error"] == "Martlet.Interrupted", what
                assert self.unfinished(prefix) == [], what
        done, objects = self.run(name, prefix, self.cloud.endpoint, more)
        assert done.returncode == 0, what + done.stdout + done.stderr
        assert self.visible(objects) == self.visible(self.expected[name]), what

    def measure(self):
        """How long the jobs take, to kill them within."""
        self.seconds = {}
        for name in ("predict", "train"):
            started = time.monotonic()
            self.run(name, f"measured-{name}", self.cloud.endpoint)
            self.seconds[name] = time.monotonic() - started


@pytest.fixture(scope="module")
def work(cloud, martlet, shards, model):
    name = "martlet-faults"
    cloud.client("s3").create_bucket(
        Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    return Work(cloud, martlet, name, shards, model)


def all_of(check, seeds):
    """Side by side, as the runs mostly wait; every failure is told."""
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        futures = [pool.submit(check, seed) for seed in seeds]
    failures = [error for error in (future.exception() for future in futures) if error]
    assert not failures, f"{len(failures)} of {len(futures)}:\n" + "\n".join(
        str(error)[:3000] for error in failures[:5])
    return [future.result() for future in futures]


def test_seeded_faults(work):
    codes = all_of(work.schedule, chosen("MARTLET_FAULT_SEEDS", 8))
    print({code: codes.count(code) for code in set(codes)})
    # Most faults are overcome.
    assert len(codes) < 8 or codes.count(0) >= len(codes) / 3


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_random_moments(work, number):
    work.measure()
    all_of(lambda seed: work.kill(seed, number), chosen("MARTLET_KILL_SEEDS", 3))


def test_a_name_that_does_not_resolve_is_transient(work):
    done, objects = work.run("predict", "nowhere", "http://s3.martlet.invalid:80")
    assert done.returncode == 75, done.stderr
    assert "s3.martlet.invalid" in done.stderr and objects == {}
