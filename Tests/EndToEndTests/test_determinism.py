"""The released program makes the models that the unit tests, in debug, are held to."""

import hashlib
import json
import pathlib

import pytest

RECORDED = json.loads(
    (pathlib.Path(__file__).parents[1] / "JobsTests/Fixtures/models.json").read_text())


def options(parameters):
    return [word for name, value in parameters.items()
            for word in (f"--{name.replace('_', '-')}", *([value] if value != "true" else []))]


@pytest.fixture(scope="module")
def people(martlet, tmp_path_factory):
    folder = tmp_path_factory.mktemp("people") / "shards"
    martlet("generate", *options(RECORDED["table"]), "--output", folder)
    return folder


@pytest.mark.parametrize("case", RECORDED["cases"], ids=lambda case: case["name"])
def test_a_release_makes_the_models_of_a_debug_build(martlet, people, tmp_path, case):
    martlet(
        "train", "--data", people, "--output", tmp_path / "model",
        *options({**RECORDED["common"], **case["parameters"]}))
    text = tmp_path / "model.txt"
    martlet("convert", "--model", tmp_path / "model", "--to", "lightgbm", "--output", text)
    assert hashlib.sha256(text.read_bytes()).hexdigest() == case["sha256"]
