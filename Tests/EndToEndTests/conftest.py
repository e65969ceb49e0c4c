import os
import pathlib
import uuid

import pytest

from local_cloud import REGION, LocalCloud
from program import Program

# Small enough for a test, large enough to learn something.
QUICK = ["--num-iterations", "20", "--num-leaves", "15", "--min-data-in-leaf", "20"]


@pytest.fixture(scope="session")
def martlet(tmp_path_factory):
    """The program, without any cloud."""
    return Program(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="session")
def cloud():
    with LocalCloud() as running:
        yield running


@pytest.fixture(scope="session")
def cloud_martlet(tmp_path_factory, cloud):
    """The program with the local cloud's endpoint and credentials in its environment."""
    return Program(tmp_path_factory.mktemp("home"), cloud.environment())


@pytest.fixture
def bucket(cloud):
    """The name of an empty bucket."""
    name = f"martlet-{uuid.uuid4().hex[:12]}"
    cloud.client("s3").create_bucket(
        Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    return name


@pytest.fixture(scope="session")
def shards(martlet, tmp_path_factory):
    """20,000 generated rows in 4 shards: a folder."""
    folder = tmp_path_factory.mktemp("shards") / "train"
    martlet("generate", "--rows", 20_000, "--shards", 4, "--seed", 7, "--output", folder)
    return folder


@pytest.fixture(scope="session")
def model(martlet, shards, tmp_path_factory):
    """The URL of a small model of `age`."""
    output = tmp_path_factory.mktemp("model") / "age"
    result = martlet(
        "train", "--data", shards, "--target", "age", "--ignore-features", "id",
        "--output", output, *QUICK)
    return result["model"]


@pytest.fixture(scope="session")
def shared():
    """The folder of reference data."""
    folder = os.environ.get("MARTLET_SHARED")
    if not folder or not pathlib.Path(folder, "data").is_dir():
        pytest.skip("MARTLET_SHARED does not name the folder with the reference data")
    return pathlib.Path(folder) / "data"
