"""The README promises nothing that the program does not have."""

import re

from program import ROOT

COMMANDS = [
    "train", "tune", "reduce", "predict", "evaluate", "inspect", "convert", "generate", "plan"]
# Whose commands are other programs'.
OTHER_GUIDES = {"deploy.md", "local-cloud.md", "tuning-cost.md"}
# Of docker, and of the argument parser, which does not list it.
UNLISTED = {"--platform", "--generate-completion-script"}


def test_every_option_exists(martlet):
    known = set()
    for command in COMMANDS:
        outcome = martlet.run(command, "--help")
        assert outcome.code == 0, outcome
        known |= set(re.findall(r"--[a-z][a-z0-9-]*", outcome.out))
    pages = [ROOT / "README.md", *ROOT.glob("docs/guides/*.md")]
    text = "".join(page.read_text() for page in pages if page.name not in OTHER_GUIDES)
    promised = set(re.findall(r"--[a-z][a-z0-9-]*", text))
    assert promised - UNLISTED <= known


def test_the_commands_of_the_first_page_work(martlet, tmp_path):
    text = (ROOT / "README.md").read_text()
    first = re.search(r"(?:^    martlet .*\n)+", text, re.MULTILINE).group()
    lines = re.findall(r"^    martlet .*$", first, re.MULTILINE)
    for line in lines:
        words = line.split()[1:]
        if words[0] == "generate":
            words[words.index("--rows") + 1] = "2000"
        outcome = martlet.run(*words, folder=tmp_path)
        assert outcome.code == 0, outcome
