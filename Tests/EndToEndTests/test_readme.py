"""The README promises nothing that the program does not have."""

import re

from program import ROOT

COMMANDS = [
    "train", "tune", "reduce", "predict", "evaluate", "inspect", "convert", "generate", "plan"]
# Chapters whose commands need nothing but those of the first block.
RUN = ("Linear models", "Intervals and probabilities")
OTHER_PROGRAMS = {"--platform"}


def test_every_option_exists(martlet):
    known = set()
    for command in COMMANDS:
        outcome = martlet.run(command, "--help")
        assert outcome.code == 0, outcome
        known |= set(re.findall(r"--[a-z][a-z0-9-]*", outcome.out))
    text = (ROOT / "README.md").read_text() + (ROOT / "docs/guides/linear-models.md").read_text()
    promised = set(re.findall(r"--[a-z][a-z0-9-]*", text))
    assert promised - OTHER_PROGRAMS <= known


def test_the_commands_of_the_first_page_work(martlet, tmp_path):
    text = (ROOT / "README.md").read_text()
    first = re.search(r"(?:^    martlet .*\n)+", text, re.MULTILINE).group()
    chapters = re.split(r"^#+ ", text, flags=re.MULTILINE)
    later = [chapter for chapter in chapters if chapter.startswith(RUN)]
    assert len(later) == len(RUN)
    guide = (ROOT / "docs/guides/linear-models.md").read_text()
    assert later[0].split("    martlet", 1)[1].strip().splitlines()[0] in guide
    lines = re.findall(r"^    martlet .*$", first + "".join(later), re.MULTILINE)
    for line in lines:
        words = line.split()[1:]
        if words[0] == "generate":
            words[words.index("--rows") + 1] = "2000"
        outcome = martlet.run(*words, folder=tmp_path)
        assert outcome.code == 0, outcome
