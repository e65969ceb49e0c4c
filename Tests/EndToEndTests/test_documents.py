"""The documents: every link leads somewhere, and the commands of the guides run as they stand."""

import re
import shlex

import pytest

from program import ROOT

PAGES = sorted(
    path for path in [ROOT / "README.md", *ROOT.glob("docs/**/*.md"), *ROOT.glob("terraform/*.md"),
                      *ROOT.glob("local/*.md"), *ROOT.glob("examples/**/*.md")])
# Guides whose commands need nothing but those before them.
GUIDES = [
    "first-model.md", "boosting.md", "categories.md", "linear-models.md", "selection.md",
    "predicting.md", "intervals.md", "from-python.md", "tuning-cost.md"]
ROWS_MAX = 4_000


def anchor(title):
    """As GitHub makes it of a heading."""
    return re.sub(r"[^\w\- ]", "", title.strip().lower()).replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    text = re.sub(r"^    .*$|^```.*?^```", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"https?:|mailto:", target):
            continue
        path, _, fragment = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), f"{page.name}: {target}"
        if fragment:
            titles = re.findall(r"^#+ (.*)$", file.read_text(), re.MULTILINE)
            assert fragment in map(anchor, titles), f"{page.name}: {target}"


@pytest.mark.parametrize("guide", GUIDES)
def test_the_commands_of_a_guide_run(martlet, tmp_path, guide):
    text = (ROOT / "docs/guides" / guide).read_text()
    commands = re.findall(r"^    martlet (.*)$", text, re.MULTILINE)
    assert len(commands) > 1
    for command in commands:
        words = shlex.split(command)
        if words[0] == "generate":
            at = words.index("--rows") + 1
            words[at] = str(min(int(words[at]), ROWS_MAX))
        outcome = martlet.run(*words, folder=tmp_path)
        assert outcome.code == 0, outcome
