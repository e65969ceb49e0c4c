"""The same job where shards, models and predictions are objects."""

import time

import pyarrow
import pytest

import tables
from conftest import QUICK
from local_cloud import Fault, unquoted_bucket_and_key

TRAIN = ["train", "--target", "age", "--ignore-features", "id"]


@pytest.fixture
def data(cloud, bucket, shards):
    return upload(cloud, bucket, "train/", tables.parts(shards))


def upload(cloud, bucket, prefix, paths):
    for path in paths:
        cloud.client("s3").upload_file(str(path), bucket, prefix + path.name)
    return f"s3://{bucket}/{prefix}"


def download(cloud, url):
    bucket, _, key = url.removeprefix("s3://").partition("/")
    return cloud.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()


def visible_keys(cloud, bucket, prefix):
    listed = cloud.client("s3").list_objects_v2(Bucket=bucket, Prefix=prefix)
    return [
        entry["Key"] for entry in listed.get("Contents", [])
        if not any(part.startswith(("_", ".")) for part in entry["Key"].split("/"))]


def ours(cloud):
    """The recorded requests that the program made."""
    return [
        request for request in cloud.requests
        if "Boto" not in request.headers.get("user-agent", "")]


def test_predictions_equal_the_folders_byte_for_byte(
        cloud, cloud_martlet, bucket, data, shards, model, tmp_path):
    with open(model.removeprefix("file://"), "rb") as file:
        cloud.client("s3").upload_fileobj(file, bucket, "models/age")
    local = cloud_martlet(
        "predict", "--model", model, "--data", shards, "--id", "id", "--output", tmp_path / "out")
    remote = cloud_martlet(
        "predict", "--model", f"s3://{bucket}/models/age", "--data", data, "--id", "id",
        "--output", f"s3://{bucket}/out/")
    assert remote["rows_out"] == local["rows_out"] == 20_000
    assert len(remote["outputs"]) == 4
    contents = [path.read_bytes() for path in tables.parts(tmp_path / "out")]
    assert [download(cloud, url) for url in remote["outputs"]] == contents


def test_training_gives_the_same_model_quality(cloud_martlet, bucket, data, shards, tmp_path):
    local = cloud_martlet(*TRAIN, "--data", shards, "--output", tmp_path / "model", *QUICK)
    remote = cloud_martlet(*TRAIN, "--data", data, "--output", f"s3://{bucket}/model", *QUICK)
    assert remote["metrics"] == local["metrics"]
    evaluated = cloud_martlet("evaluate", "--model", remote["model"], "--data", data)
    assert evaluated["metrics"]["rmse"] == pytest.approx(local["metrics"]["train"]["rmse"])


def test_inspects_and_generates(cloud_martlet, bucket):
    url = f"s3://{bucket}/made/"
    cloud_martlet("generate", "--rows", 1_000, "--shards", 2, "--seed", 3, "--output", url)
    assert cloud_martlet("inspect", url)["rows"] == 1_000


def test_one_object_by_its_key(cloud_martlet, data, shards):
    name = tables.parts(shards)[0].name
    assert cloud_martlet("inspect", data + name)["rows"] == 5_000


def test_hidden_objects_are_not_data(cloud, cloud_martlet, bucket, data):
    for key in ("train/_SUCCESS", "train/.part.crc", "train/_temporary/part-0.parquet"):
        cloud.client("s3").put_object(Bucket=bucket, Key=key, Body=b"not data")
    assert cloud_martlet("inspect", data)["rows"] == 20_000


def test_listings_come_in_pages(cloud, cloud_martlet, data, monkeypatch):
    monkeypatch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", "2")
    cloud.requests.clear()
    assert cloud_martlet("inspect", data)["rows"] == 20_000
    assert any("continuation-token" in request.query for request in ours(cloud))


@pytest.mark.parametrize("name", ["a b", "é", "100%", "a+b=c&d", "x~y(z)!", "a//b", "k" * 506])
def test_any_name_is_signed_right(cloud, cloud_martlet, bucket, shards, name):
    path = tables.parts(shards)[0]
    cloud.client("s3").upload_file(str(path), bucket, f"in {name}/{name}.parquet")
    assert cloud_martlet("inspect", f"s3://{bucket}/in {name}/{name}.parquet")["rows"] == 5_000
    assert cloud_martlet("inspect", f"s3://{bucket}/in {name}/")["rows"] == 5_000


def test_hive_folders_are_columns(cloud, cloud_martlet, bucket, tmp_path):
    table = tables.small_table()
    for region, shift in (("eu", 0.0), ("us", 40.0)):
        price = pyarrow.compute.add(table["price"], shift)
        path = tables.write(table.set_column(3, "price", price), tmp_path / f"{region}.parquet")
        cloud.client("s3").upload_file(str(path), bucket, f"data/region={region}/part-0.parquet")
    result = cloud_martlet(
        "train", "--data", f"s3://{bucket}/data/", "--target", "price", "--output",
        f"s3://{bucket}/model", "--ignore-features", "id", "--min-data-in-leaf", 2)
    assert result["features"] == 3
    assert result["metrics"]["train"]["rmse"] < 2


def test_only_the_needed_bytes_are_read(cloud, cloud_martlet, data):
    cloud.requests.clear()
    cloud_martlet("inspect", data)
    reads = [request for request in ours(cloud) if request.method == "GET"
             and request.path.endswith(".parquet")]
    assert reads and all("range" in request.headers for request in reads)


def test_slow_down_is_waited_for(cloud, cloud_martlet, data):
    fault = Fault("GET", r"\.parquet$", 503, "SlowDown", times=3)
    cloud.faults.append(fault)
    try:
        assert cloud_martlet("inspect", data)["rows"] == 20_000
        assert fault.times == 0
    finally:
        cloud.faults.clear()


def test_endless_trouble_is_transient(cloud, cloud_martlet, data):
    cloud.faults.append(Fault("GET", r"\.parquet$", 503, "SlowDown", times=1_000_000))
    try:
        cloud_martlet.fails(75, "Martlet.Transient", "inspect", data)
    finally:
        cloud.faults.clear()


def test_a_refused_write_leaves_nothing_visible(cloud, cloud_martlet, bucket, data, model):
    with open(model.removeprefix("file://"), "rb") as file:
        cloud.client("s3").upload_fileobj(file, bucket, "models/age")
    cloud.faults.append(Fault("PUT", "/out/.*part", 403, "AccessDenied", times=1_000_000))
    cloud.faults.append(Fault("POST", "/out/.*part", 403, "AccessDenied", times=1_000_000))
    try:
        message = cloud_martlet.fails(
            77, "Martlet.AccessDenied", "predict", "--model", f"s3://{bucket}/models/age",
            "--data", data, "--output", f"s3://{bucket}/out/")
        # Under the faults still: the server may yet take a request that was on its way when the
        # program ended.
        assert visible_keys(cloud, bucket, "out/") == []
    finally:
        cloud.faults.clear()
    assert f"s3://{bucket}/out/" in message


def test_the_commit_is_written_last(cloud, cloud_martlet, bucket, data, model):
    with open(model.removeprefix("file://"), "rb") as file:
        cloud.client("s3").upload_fileobj(file, bucket, "models/age")
    cloud.requests.clear()
    result = cloud_martlet(
        "predict", "--model", f"s3://{bucket}/models/age", "--data", data,
        "--output", f"s3://{bucket}/out/")
    written = [
        unquoted_bucket_and_key(request.path)[1] for request in ours(cloud)
        if request.method in ("PUT", "POST")]
    parts = [url.removeprefix(f"s3://{bucket}/") for url in result["outputs"]]
    last_part = max(written.index(key) for key in parts)
    assert set(written[last_part + 1:]) - set(parts), written


def test_wrong_credentials_are_refused(cloud, cloud_martlet, data):
    for environment in (
        {"AWS_ACCESS_KEY_ID": "AKIANOBODYKNOWSTHIS0"},
        {"AWS_SECRET_ACCESS_KEY": "not the secret"},
    ):
        message = cloud_martlet.fails(
            77, "Martlet.AccessDenied", "inspect", data, environment=environment)
        assert data.removeprefix("s3://").split("/")[0] in message
        assert "not the secret" not in message


def test_missing_credentials_are_named(martlet, cloud, data):
    message = martlet.fails(
        77, "Martlet.AccessDenied", "inspect", data,
        environment={"AWS_ENDPOINT_URL": cloud.endpoint, "AWS_REGION": "eu-west-1"})
    assert "AWS_ACCESS_KEY_ID" in message


def test_credentials_of_a_profile(martlet, cloud, data, tmp_path):
    (tmp_path / "credentials").write_text(
        f"[default]\naws_access_key_id = nobody\naws_secret_access_key = nothing\n"
        f"[work]\naws_access_key_id = {cloud.access_key}\n"
        f"aws_secret_access_key = {cloud.secret_key}\n")
    result = martlet("inspect", data, environment={
        "AWS_ENDPOINT_URL": cloud.endpoint, "AWS_REGION": "eu-west-1", "AWS_PROFILE": "work",
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "credentials")})
    assert result["rows"] == 20_000


def test_an_unknown_bucket_is_named(cloud_martlet):
    outcome = cloud_martlet.run("inspect", "s3://martlet-no-such-bucket/train/")
    assert (outcome.code, outcome.out) in ((65, ""), (78, "")), outcome
    assert "martlet-no-such-bucket" in outcome.errors
    assert "Martlet." in outcome.errors


def test_no_network_is_transient(cloud_martlet):
    started = time.monotonic()
    message = cloud_martlet.fails(
        75, "Martlet.Transient", "inspect", "s3://somewhere/train/",
        environment={"AWS_ENDPOINT_URL": "http://127.0.0.1:9"})
    assert "127.0.0.1:9" in message
    assert time.monotonic() - started < 90
