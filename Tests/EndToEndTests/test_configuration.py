"""Where parameters come from: command line, then environment, then job file, then defaults."""

import json
import re

import pytest

import tables


@pytest.fixture
def data(tmp_path):
    return tables.write(tables.small_table(), tmp_path / "data/part-0.parquet").parent


@pytest.fixture
def job(tmp_path, data):
    """Writes a job file with these keys added; returns its path."""

    def write(**keys):
        path = tmp_path / "job.json"
        path.write_text(json.dumps({
            "data": [str(data)], "target": "price", "output": str(tmp_path / "out/model"),
            "min_data_in_leaf": 2, **keys}))
        return path

    return write


def iterations(martlet, *arguments, **environment):
    return martlet("train", *arguments, environment=environment)["iterations"]


def test_each_source_yields_to_the_one_above(martlet, job):
    path = job(num_iterations=5)
    assert iterations(martlet, "--job", path) == 5
    assert iterations(martlet, "--job", path, MARTLET_NUM_ITERATIONS="4") == 4
    assert iterations(
        martlet, "--job", path, "--num-iterations", 3, MARTLET_NUM_ITERATIONS="4") == 3


def test_the_default_is_lightgbms(martlet, job):
    assert iterations(martlet, "--job", job()) == 100


def test_the_job_may_be_in_the_environment_as_a_url_or_as_text(martlet, job):
    path = job(num_iterations=5)
    assert iterations(martlet, MARTLET_JOB=str(path)) == 5
    assert iterations(martlet, MARTLET_JOB=path.as_uri()) == 5
    assert iterations(martlet, MARTLET_JOB=path.read_text()) == 5


def test_the_job_may_be_text_on_the_command_line(martlet, job):
    assert iterations(martlet, "--job", job(num_iterations=5).read_text()) == 5


def test_aliases_stop_at_the_decoder(martlet, job):
    assert iterations(martlet, "--job", job(n_estimators=6, eta=0.2, max_leaves=5)) == 6


@pytest.mark.parametrize("key, nearest", [
    ("learning_rte", "learning_rate"), ("num_leafs", "num_leaves"), ("Target", "target")])
def test_an_unknown_key_is_refused_with_the_nearest(martlet, job, tmp_path, key, nearest):
    message = martlet.fails(
        78, "Martlet.ConfigInvalid", "train", "--job", job(**{key: 1}))
    assert key in message and nearest in message
    assert tables.visible_files(tmp_path / "out") == []


@pytest.mark.parametrize("key, value", [
    ("learning_rate", "fast"), ("num_iterations", 1.5), ("num_leaves", [31, 63])])
def test_a_value_of_the_wrong_type_is_refused(martlet, job, key, value):
    message = martlet.fails(
        78, "Martlet.ConfigInvalid", "train", "--job", job(**{key: value}))
    assert key in message


def test_a_wrong_value_in_the_environment_is_refused(martlet, job):
    message = martlet.fails(
        78, "Martlet.ConfigInvalid", "train", "--job", job(),
        environment={"MARTLET_LEARNING_RATE": "fast"})
    assert "MARTLET_LEARNING_RATE" in message


def test_an_unknown_variable_is_refused_with_the_nearest(martlet, job):
    message = martlet.fails(
        78, "Martlet.ConfigInvalid", "train", "--job", job(),
        environment={"MARTLET_LEARNING_RTE": "0.1"})
    assert "MARTLET_LEARNING_RTE" in message and "MARTLET_LEARNING_RATE" in message


@pytest.mark.parametrize("text", ["{", "[]", '{"target": }', "{\"a\": 1} trailing"])
def test_a_job_that_is_not_an_object_is_refused(martlet, tmp_path, text):
    path = tmp_path / "job.json"
    path.write_text(text)
    message = martlet.fails(78, "Martlet.ConfigInvalid", "train", "--job", path)
    assert "job.json" in message


def test_help_and_version_go_to_standard_output(martlet):
    for arguments in (["--help"], ["train", "--help"], ["--version"]):
        outcome = martlet.run(*arguments)
        assert outcome.code == 0, outcome
        assert outcome.out and not outcome.errors, outcome


def test_the_version_names_commit_and_kernels(martlet):
    facts = dict(line.split(maxsplit=1) for line in martlet.run("--version").out.splitlines())
    assert re.fullmatch(r"\d+\.\d+\.\d+", facts["martlet"])
    assert re.fullmatch(r"unknown|[0-9a-f]{12,40}", facts["commit"])
    assert re.match(r"(baseline|avx2|avx512|avx512vbmi), OpenBLAS \w+", facts["kernels"])


def test_openblas_is_not_left_with_kernels_older_than_ours(martlet):
    kernels = martlet.run("--version").out.splitlines()[-1]
    if "baseline" not in kernels:
        assert not re.search("Prescott|Core2|Nehalem|Sandybridge", kernels), kernels
    chosen = martlet.run("--version", environment={"OPENBLAS_CORETYPE": "Nehalem"})
    assert "Nehalem" in chosen.out
