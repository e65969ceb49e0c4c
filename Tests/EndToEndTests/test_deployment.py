"""The image, the task definition and the scripts say the same."""

import json
import re

import yaml

from program import ROOT

DEFINITION = json.loads((ROOT / "task-definitions/worker.json").read_text())
CONTAINER = DEFINITION["containerDefinitions"][0]
DOCKERFILE = (ROOT / "Dockerfile").read_text()


def test_the_task_has_no_privileges_and_time_to_stop():
    assert CONTAINER["readonlyRootFilesystem"] is True
    assert CONTAINER["linuxParameters"]["initProcessEnabled"] is True
    assert CONTAINER["linuxParameters"]["capabilities"] == {"drop": ["ALL"]}
    assert CONTAINER["stopTimeout"] == 120
    assert DEFINITION["runtimePlatform"]["cpuArchitecture"] == "X86_64"


def test_image_and_task_agree_on_the_user():
    user = re.search(r"^USER (.+)$", DOCKERFILE, re.MULTILINE).group(1)
    assert user == CONTAINER["user"]
    assert int(user.split(":")[0]) > 0


def test_what_the_program_writes_has_a_place():
    mounts = {mount["containerPath"] for mount in CONTAINER["mountPoints"]}
    environment = {pair["name"]: pair["value"] for pair in CONTAINER["environment"]}
    assert environment["TMPDIR"] in mounts
    assert f"/image{environment['TMPDIR']}" in DOCKERFILE
    # A volume takes its owner from the image: Fargate's would be root's.
    assert re.search(rf'^VOLUME \["{environment["TMPDIR"]}"\]', DOCKERFILE, re.MULTILINE)


def test_the_image_builds_with_the_same_packages_as_a_laptop():
    script = (ROOT / "local/install-packages.sh").read_text()
    listed = re.search(r"^packages=\((.*?)^\)", script, re.MULTILINE | re.DOTALL).group(1)
    wanted = {line.split("#")[0].strip() for line in listed.splitlines()} - {""}
    assert len(wanted) > 5
    assert all(re.search(rf"\s{package}\s", DOCKERFILE) for package in wanted)


def test_the_variables_of_the_task_are_parameters(martlet):
    names = [pair["name"] for pair in CONTAINER["environment"]]
    ours = [name for name in names if name.startswith("MARTLET_")]
    texts = martlet.run("train", "--help").out
    assert all(f"--{name[8:].lower().replace('_', '-')}" in texts for name in ours)


def test_logs_do_not_block_and_rows_are_not_logged(martlet, shards, model, tmp_path):
    options = CONTAINER["logConfiguration"]["options"]
    assert (options["mode"], options["max-buffer-size"]) == ("non-blocking", "10m")
    # As in a task: few lines, whatever the number of rows.
    outcome = martlet.run(
        "predict", "--model", model, "--data", shards, "--id", "id",
        "--output", tmp_path / "out", "--log-format", "json")
    assert outcome.code == 0, outcome
    assert len(outcome.errors.splitlines()) < 10, outcome.errors


def test_the_local_cloud_in_docker_is_that_of_make_pipeline():
    """What Docker Compose builds: paths that exist, the Python, the program of the image."""
    compose = yaml.safe_load((ROOT / "local/compose.yaml").read_text())
    assert set(compose["services"]) == {"worker", "pipeline"}
    build = compose["services"]["pipeline"]["build"]
    assert build["additional_contexts"] == {"worker": "service:worker"}
    text = (ROOT / "local" / build["context"] / build["dockerfile"]).read_text()
    entry = json.loads(re.search(r"^ENTRYPOINT (.*)$", text, re.MULTILINE).group(1))
    recipe = re.search(r"^pipeline:.*\n\t(.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert " ".join(entry[1:4]) in recipe.group(1)
    ignored = (ROOT / "local/Dockerfile.dockerignore").read_text()
    for source in re.findall(r"^COPY (?!--from)(\S+) ", text, re.MULTILINE):
        assert (ROOT / source).exists(), source
        assert f"!{source}\n" in ignored
    for source in re.findall(r"^COPY --from=worker (\S+) ", text, re.MULTILINE):
        assert f"/image{source}" in DOCKERFILE, source
