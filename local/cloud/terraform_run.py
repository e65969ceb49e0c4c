"""Terraform, run against the local cloud."""

import json
import os
import pathlib
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / "local/terraform"


class Terraform:
    """One state in `folder`, thrown away with it.

    Where the provider is on this machine already, `MARTLET_TERRAFORM_PLUGINS` names its folder (as
    for `terraform init -plugin-dir`); otherwise init fetches it.
    """

    def __init__(self, cloud, folder):
        self.folder = pathlib.Path(folder)
        self.environment = {
            "PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"),
            **cloud.environment(), "TF_DATA_DIR": str(self.folder / "data"),
            "TF_IN_AUTOMATION": "1", "TF_VAR_region": cloud.region,
            "TF_VAR_image_uri":
                f"{cloud.account}.dkr.ecr.{cloud.region}.amazonaws.com/martlet@sha256:{'0' * 64}",
        }

    @staticmethod
    def is_installed():
        return shutil.which("terraform") is not None

    def __call__(self, *arguments):
        """- Returns: what it printed. Raises with that when it fails."""
        done = subprocess.run(
            ["terraform", f"-chdir={FOLDER}", *arguments], env=self.environment,
            capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(
                f"terraform {' '.join(arguments)}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}")
        return done.stdout

    def init(self):
        plugins = os.environ.get("MARTLET_TERRAFORM_PLUGINS")
        self("init", "-input=false", "-no-color",
             f"-backend-config=path={self.folder / 'terraform.tfstate'}",
             *([f"-plugin-dir={plugins}"] if plugins else []))

    def apply(self):
        self("apply", "-auto-approve", "-input=false", "-no-color")
        return json.loads(self("output", "-json"))["pipeline"]["value"]

    def changes(self):
        """What another apply would do: nothing, if this is empty."""
        text = self("plan", "-input=false", "-no-color")
        return "" if "No changes." in text else text

    def destroy(self):
        self("destroy", "-auto-approve", "-input=false", "-no-color")

    def resources(self):
        return self("state", "list").split()

