"""The commands of the guides to AWS and to the local cloud are right, as far as no account can say.

Each `aws` command names an operation and parameters that botocore knows; what Terraform and Docker
are given exists; make has the targets.
"""

import json
import re
import shlex
import subprocess
import sys

import botocore
import botocore.session
import pyarrow.parquet
import pytest

import raw_table
from program import ROOT

DEPLOY = ROOT / "docs/guides/deploy.md"
GUIDES = [DEPLOY, ROOT / "docs/guides/local-cloud.md", ROOT / "terraform/RUNBOOK.md"]
# Options of every command of the AWS CLI.
EVERYWHERE = {"query", "output", "region", "profile"}
# Commands that the CLI adds to those of the service.
CUSTOM = {("s3", "cp"): {"recursive"}, ("ecr", "get-login-password"): set()}


def commands(path):
    text = path.read_text()
    blocks = re.findall(r"^    (?! )(.*)$", text, re.MULTILINE)
    return blocks + re.findall(r"`(aws [^`]+|make [\w-]+)`", text)


def aws_commands():
    found = []
    for path in GUIDES:
        for line in commands(path):
            start = re.search(r"(\w+=\$\()?(aws .*)", line)
            if start:
                command = start.group(2).split(" | ")[0]
                found.append(command.removesuffix(")") if start.group(1) else command)
    return found


def test_there_are_commands_to_check():
    assert len(aws_commands()) >= 9


@pytest.mark.parametrize("command", aws_commands())
def test_aws_knows_the_command(command):
    words = shlex.split(re.sub(r"\$\(.*", "", command))
    service, operation = words[1:3]
    options = {word[2:] for word in words if word.startswith("--")} - EVERYWHERE
    if (service, operation) in CUSTOM:
        assert options <= CUSTOM[service, operation]
        return
    model = botocore.session.Session().get_service_model(service)
    names = {botocore.xform_name(name, "-"): name for name in model.operation_names}
    shape = model.operation_model(names[operation]).input_shape
    known = {botocore.xform_name(name, "-") for name in shape.members}
    assert options <= known
    if "input" in options:
        text = words[words.index("--input") + 1]
        assert set(json.loads(text)) == {"as_of"}


def test_terraform_has_what_the_guide_names():
    text = DEPLOY.read_text()
    assert (ROOT / "terraform/main.tf").read_text().count('module "registry"') == 1
    assert "-target=module.martlet.module.registry" in text
    example = (ROOT / "terraform/examples/minimal/main.tf").read_text()
    outputs = set(re.findall(r"terraform output -raw (\w+)", text))
    assert outputs == {"repository_url", "state_machine_arn", "raw_location"}
    assert all(f'output "{name}"' in example for name in outputs)
    assert set(re.findall(r"-var (\w+)=", text)) == set(re.findall(r'variable "(\w+)"', example))
    variables = (ROOT / "terraform/variables.tf").read_text()
    for name in ("network_mode", "force_destroy", "key_deletion_days"):
        assert name in text and f'variable "{name}"' in variables


def test_make_and_compose_have_what_the_guides_name():
    makefile = (ROOT / "Makefile").read_text()
    for path in GUIDES:
        for line in commands(path):
            for target in re.findall(r"make ([\w-]+)", line):
                assert f"\n{target}:" in makefile, line
            for file in re.findall(r"--file (\S+)", line):
                assert (ROOT / file).is_file()
    done = subprocess.run(
        [sys.executable, ROOT / "local/pipeline.py", "--help"], capture_output=True, text=True)
    text = (ROOT / "docs/guides/local-cloud.md").read_text()
    options = re.search(r"local/pipeline\.py \S+ (.*)", text).group(1)
    assert all(name in done.stdout for name in re.findall(r"--\w+", options + " --faults"))


def test_the_raw_table_of_the_guide_has_the_columns_of_the_database(tmp_path):
    subprocess.run(
        [sys.executable, raw_table.__file__, tmp_path / "people", "--people", "2000"], check=True)
    names = set(json.loads((ROOT / "terraform/sql/people.columns.json").read_text()))
    paths = sorted((tmp_path / "people").iterdir())
    assert len(paths) == 8
    assert all(names <= set(pyarrow.parquet.read_schema(path).names) for path in paths)
    assert sum(pyarrow.parquet.read_metadata(path).num_rows for path in paths) == 2_000


def test_links_of_the_guides_lead_somewhere():
    for path in GUIDES:
        for link in re.findall(r"\]\(([^)#]+)\)", path.read_text()):
            assert (path.parent / link).exists(), f"{path.name}: {link}"
