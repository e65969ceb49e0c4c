"""terraform/FAILURES.md names the tests of each failure: they exist, and no row is without."""

import re

from program import ROOT

PAGE = (ROOT / "terraform/FAILURES.md").read_text()
FORMS = {
    ".py": r"^ *def {}\(", ".swift": r"func {}\(", ".hcl": r'^run "{}" \{{'}


def rows():
    """Of the table: number, and the tests that are named."""
    found = {}
    for line in re.findall(r"^\| \d.*", PAGE, re.MULTILINE):
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        assert len(cells) == 5, line
        found[int(cells[0])] = re.findall(r"`([^`]+)::(\w+)`", cells[3])
    return found


def test_every_failure_of_the_catalogue_has_its_row_and_its_tests():
    assert sorted(rows()) == list(range(1, 31))
    assert all(rows().values())


def test_the_tests_that_are_named_exist():
    named = [test for tests in rows().values() for test in tests]
    assert len(named) >= 45
    missing = []
    for file, name in named:
        path = ROOT / file
        form = FORMS[path.suffix].format(name)
        if not path.is_file() or not re.search(form, path.read_text(), re.MULTILINE):
            missing.append(f"{file}::{name}")
    assert not missing
