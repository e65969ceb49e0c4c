"""Whatever the command and whatever it is at, a stop ends it soon, leaves nothing that a reader
could take for a result, and the next run does it all."""

import json
import signal
import subprocess
import time
import types

import pytest

import tables
from fault_proxy import FaultProxy
from local_cloud import REGION
from program import binary

SECONDS_MAX = 20
LINEAR = ["train", "--target", "age", "--ignore-features", "id", "--algorithm", "linear"]


class Pace:
    """A schedule without faults: every answer takes its time."""

    kinds, skew, ends_after = [], 0, None

    def __init__(self, share):
        self.count = 0
        self.random = types.SimpleNamespace(random=lambda: share)

    def next(self):
        self.count += 1
        return "delayed"


@pytest.fixture(scope="module")
def place(cloud, martlet, shards, model, tmp_path_factory):
    """A bucket with shards, a model and partial statistics."""
    name = "martlet-stops"
    s3 = cloud.client("s3")
    s3.create_bucket(
        Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    for path in tables.parts(shards):
        s3.upload_file(str(path), name, f"data/{path.name}")
    s3.upload_file(model, name, "model/model.martlet")
    partials = tmp_path_factory.mktemp("partials")
    martlet(*LINEAR, "--objective", "ridge", "--partial", "--data", shards, "--output", partials)
    for path in partials.rglob("*.martlet-partial"):
        s3.upload_file(str(path), name, f"partials/{path.name}")
    return f"s3://{name}"


COMMANDS = {
    "ridge": [*LINEAR, "--objective", "ridge"],
    "elasticnet": [*LINEAR, "--objective", "elasticnet", "--lambda-l1", "1"],
    "poisson": [*LINEAR, "--objective", "poisson", "--valid-fraction", "0.2"],
    "partial": [*LINEAR, "--objective", "ridge", "--partial"],
    "reduce": ["reduce", "--partials", "{place}/partials/"],
    "evaluate": ["evaluate", "--model", "{place}/model/", "--target", "age"],
    "plan": ["plan", "--num-iterations", "50", "--groups", "2"],
    "predict": ["predict", "--model", "{place}/model/", "--id", "id"],
}


class Work:
    """One command in the local cloud."""

    def __init__(self, cloud, program, place, name):
        self.cloud, self.place, self.name = cloud, place, name
        self.bucket = place.removeprefix("s3://")
        self.program = program
        self.command = [part.format(place=place) for part in COMMANDS[name]]
        if name != "reduce":
            self.command += ["--data", f"{place}/data/"]

    def start(self, endpoint, output):
        environment = {
            **self.program.environment, "AWS_REGION": REGION, "AWS_ENDPOINT_URL": endpoint,
            "AWS_ACCESS_KEY_ID": self.cloud.access_key,
            "AWS_SECRET_ACCESS_KEY": self.cloud.secret_key}
        return subprocess.Popen(
            [str(binary()), *self.command, "--output", f"{self.place}/{output}/", "--json",
             "--threads", "1"],
            env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run(self, endpoint, output):
        process = self.start(endpoint, output)
        out, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
        return out

    def objects(self, output):
        """Without reports and records, which hold times, and wherever they lie."""
        s3 = self.cloud.client("s3")
        listed = s3.list_objects_v2(Bucket=self.bucket, Prefix=output + "/")
        return {
            entry["Key"].removeprefix(output + "/"): s3.get_object(
                Bucket=self.bucket, Key=entry["Key"])["Body"].read().replace(output.encode(), b"")
            for entry in listed.get("Contents", [])
            if entry["Key"].endswith((".parquet", ".martlet", ".martlet-partial", "items.json"))}

    def listed(self, output):
        s3 = self.cloud.client("s3")
        objects = s3.list_objects_v2(Bucket=self.bucket, Prefix=output + "/")
        uploads = s3.list_multipart_uploads(Bucket=self.bucket, Prefix=output + "/")
        return [entry["Key"] for entry in objects.get("Contents", [])], uploads.get("Uploads", [])


@pytest.mark.parametrize("name", COMMANDS)
def test_a_stop_at_any_request_leaves_nothing(cloud, martlet, place, name):
    work = Work(cloud, martlet, place, name)
    counting = Pace(0)
    with FaultProxy(cloud.endpoint, counting) as proxy:
        work.run(proxy.endpoint, f"whole-{name}")
    total = counting.count
    expected = work.objects(f"whole-{name}")
    assert name == "evaluate" or expected
    for number in sorted({1, total // 4, total // 2}):
        output = f"stopped-{name}-{number}"
        pace = Pace(0.75)
        with FaultProxy(cloud.endpoint, pace) as proxy:
            process = work.start(proxy.endpoint, output)
            while pace.count < number:
                assert process.poll() is None, process.communicate()
                time.sleep(0.005)
            started = time.monotonic()
            process.send_signal(signal.SIGTERM)
            out, errors = process.communicate(timeout=SECONDS_MAX)
        assert time.monotonic() - started < SECONDS_MAX
        if process.returncode == 0 and number > total // 4:
            # A commit that has begun is finished instead.
            assert work.objects(output) == expected
            continue
        assert process.returncode == 143, (number, total, errors)
        assert json.loads(out)["error"] == "Martlet.Interrupted"
        assert work.listed(output) == ([], []), (number, total)
        work.run(cloud.endpoint, output)
        assert work.objects(output) == expected
