"""The walls of the house hold: what is planted in a copy of it breaks the contract that forbids it."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

PLANTED = {
    # A room reads a later one, and the ground what stands on it.
    ("proposals.selectors.letters", "voting.models"): "1 The year",
    ("livelihood.kernel.text", "livelihood.cycles.models"): "1 The year",
    ("livelihood.accounts.rules", "livelihood.web.decorators"): "1 The year",
    ("projects.selectors.sites", "projects.surveys.models"): "2a Delivery",
    ("projects.surveys.rules", "projects.reports.models"): "2b Neither",
    # A layer uses one above it.
    ("voting.models.ballots", "voting.rules"): "3 Inside",
    ("livelihood.web.navigation", "livelihood.web.views"): "3 Inside",
    ("livelihood.web.templatetags.web", "livelihood.web.middleware"): "3 Inside",
    ("livelihood.portal.selectors", "livelihood.portal.services"): "3 Inside",
    ("livelihood.portal.home", "livelihood.portal.finding"): "3 Inside",
    # Another room is entered by the back door.
    ("projects.rules", "voting.rules"): "4 A room",
    ("projects.aggregation", "django"): "5 Counting",
    ("voting.rules.rounds", "livelihood.settings.base"): "6 Settings",
}
"""Importer and what it imports → the contract that this breaks."""


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """Return a copy of the code, with its contracts."""
    names = subprocess.run(["git", "ls-files", "*.py"], capture_output=True, text=True, check=True).stdout.split()
    for name in ["pyproject.toml", *(name for name in names if not name.startswith("tests/"))]:
        copy = tmp_path / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes((settings.BASE_DIR / name).read_bytes())
    return tmp_path


def lint(house: Path) -> str:
    """Return what the check of the imports says of a house, and whether it passes."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-logo", "--no-cache"]
    done = subprocess.run(command, cwd=house, capture_output=True, text=True, check=False)
    return f"{done.returncode}\n{done.stdout}{done.stderr}"


def test_the_house_as_it_stands_keeps_every_contract(house: Path):
    said = lint(house)

    assert said.startswith("0\n")
    assert "0 broken" in said


def test_what_is_planted_breaks_the_contract_that_forbids_it(house: Path):
    for importer, imported in PLANTED:
        file = house / f"{importer.replace('.', '/')}.py"
        file.write_text(f"{file.read_text(encoding='utf-8')}\nimport {imported}\n", encoding="utf-8")

    said = lint(house)

    assert said.startswith("1\n")
    broken = said.partition("Broken contracts")[2]
    lines = broken.splitlines()
    heads = {
        contract: next(i for i, line in enumerate(lines) if line.startswith(contract)) for contract in PLANTED.values()
    }
    for (importer, imported), contract in PLANTED.items():
        start = heads[contract]
        end = min((head for head in heads.values() if head > start), default=len(lines))
        assert f"{importer} -> {imported} (l." in "\n".join(lines[start:end]), (importer, imported)


@pytest.mark.parametrize("room", ["proposals", "livelihood/web", "livelihood/portal", "projects/surveys"])
def test_a_module_that_stands_in_no_layer_is_refused(room: str, house: Path):
    (house / room / "helpers.py").write_text('"""Anything."""\n', encoding="utf-8")

    said = lint(house)

    assert said.startswith("1\n")
    assert f"{room.replace('/', '.')}.helpers" in said
