"""Each option of the trees gives the same bytes for any threads, instructions and after a stop."""

import copy
import signal
import subprocess

import pytest

from program import ROOT
from running import Running

TRAIN = [
    "train", "--target", "age", "--ignore-features", "id", "--num-leaves", 15,
    "--report", "never"]
BAGGED = ["--bagging-fraction", 0.7, "--bagging-freq", 2]

OPTIONS = {
    "monotone": ["--monotone-constraints", "{numbers[0]}=1,{numbers[1]}=-1"],
    "interaction": ["--interaction-constraints", "[{numbers[0]},{numbers[1]}],[{numbers[2]}]"],
    "goss": ["--data-sample-strategy", "goss"],
    "depthwise": ["--grow-policy", "depthwise", "--max-depth", 5],
    "wide bins": ["--max-bin", 4_000],
    "wide bins of one feature": ["--max-bin-by-feature", "{numbers[0]}=1000"],
    "forced bins": ["--forced-bins", "{numbers[0]}=1:2:5", "--max-bin", 32],
    "path smoothing": ["--path-smooth", 20],
    "steps": ["--max-delta-step", 0.5],
    "nodes": ["--feature-fraction-bynode", 0.5, "--feature-fraction", 0.8],
    "extra trees": ["--extra-trees"],
    "schedule": ["--learning-rate-schedule", "0:0.2,10:0.05"],
    "quantiles": ["--objective", "quantile", "--alpha", "0.1,0.5,0.9", *BAGGED],
    "huber": ["--objective", "huber", *BAGGED],
    "poisson": ["--objective", "poisson", *BAGGED],
    "tweedie": ["--objective", "tweedie", "--data-sample-strategy", "goss"],
    "early stopping": [
        "--valid-fraction", 0.2, "--early-stopping-round", 20, "--learning-rate", 0.5],
    "interval": [
        "--interval", 0.8, "--interval-method", "cqr", "--lambda-l1", 1, "--lambda-l2", 2],
}
MACHINES = [(1, "baseline"), (2, "avx2"), (3, "avx512"), (16, "avx512")]


@pytest.fixture(scope="module")
def numbers(martlet, model):
    """Names of numeric features, the most used first."""
    features = martlet("inspect", model)["features"]
    names = sorted(
        (feature for feature in features if feature["encoding"] == "numeric"),
        key=lambda feature: -feature["gain"])
    return [feature["name"] for feature in names]


def command(name, numbers, shards):
    options = [str(option).format(numbers=numbers) for option in OPTIONS[name]]
    return [*TRAIN, "--data", shards, *options]


def trained(martlet, folder, words, *more):
    folder.mkdir()
    result = martlet(*words, "--output", "model", *more, folder=folder)
    return (folder / "model/model.martlet").read_bytes(), result


@pytest.mark.parametrize("name", OPTIONS)
def test_machines_and_stops_leave_no_trace(martlet, shards, numbers, tmp_path, name):
    words = [*command(name, numbers, shards), "--num-iterations", 60]
    models = [
        trained(martlet, tmp_path / f"{threads}-{kernels}", words, "--threads", threads,
                "--kernels", kernels)[0] for threads, kernels in MACHINES]
    assert len(set(models)) == 1

    saved = ["--checkpoint", tmp_path / "saved", "--checkpoint-interval", 1, "--threads", 1]
    checkpoint = tmp_path / "saved/checkpoint.martlet"
    for attempt in range(20):
        # A machine that stands still may let the training end before it is stopped.
        running = Running(
            martlet, tmp_path / f"stopped-{attempt}", *words, "--output", tmp_path / "stopped",
            *saved)
        running.wait_until(lambda: checkpoint.is_file() or running.process.poll() is not None)
        if running.process.poll() is None and running.stop(signal.SIGKILL)[0] == -9:
            break
    assert checkpoint.is_file()
    after, result = trained(martlet, tmp_path / "resumed", words, *saved)
    assert result["resumed_iterations"] > 0 or name == "early stopping"
    assert after == models[0]


@pytest.fixture(scope="module")
def many(martlet, tmp_path_factory):
    """So many rows that their bins are what decides about memory."""
    folder = tmp_path_factory.mktemp("many") / "shards"
    martlet("generate", "--rows", 60_000, "--shards", 2, "--seed", 3, "--output", folder)
    return folder


@pytest.mark.parametrize("name", ["goss", "quantiles", "interval"])
def test_memory_leaves_no_trace(martlet, many, numbers, tmp_path, name):
    """With too little memory for the binned rows these lie on the scratch disk."""
    words = [*command(name, numbers, many), "--num-iterations", 10]
    expected, result = trained(martlet, tmp_path / "memory", words)
    assert "scratch_bytes" not in result
    outcome = martlet.run(*words, "--output", tmp_path / "none", "--memory-limit", "1MB")
    assert outcome.code == 71, outcome
    number, unit = outcome.errors.split("needs about ")[1].split()[:2]
    least = float(number) * {"MB": 1e6, "GB": 1e9}[unit]
    spilled, result = trained(
        martlet, tmp_path / "disk", words, "--memory-limit", int(least + 100_000))
    assert result["scratch_bytes"] >= 60_000 * 8
    assert spilled == expected


@pytest.mark.parametrize("name", ["goss", "quantiles", "monotone", "poisson"])
def test_debug_and_release_give_the_same_bytes(martlet, numbers, shards, tmp_path, name):
    debug = ROOT / ".build/debug/martlet"
    if not debug.is_file() or debug.resolve() == martlet.path:
        pytest.skip("there is no debug build besides the program")
    versions = [
        subprocess.run([path, "--version"], capture_output=True, text=True, check=True).stdout
        for path in (debug, martlet.path)]
    if versions[0] != versions[1]:
        pytest.skip("the debug build is of another version")
    other = copy.copy(martlet)
    other.path = debug
    words = [*command(name, numbers, shards), "--filter", "id < 3000", "--num-iterations", 4]
    models = [
        trained(program, tmp_path / folder, words)[0]
        for program, folder in ((martlet, "release"), (other, "debug"))]
    assert models[0] == models[1]
