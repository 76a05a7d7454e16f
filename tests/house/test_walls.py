"""The walls of the house hold: what is planted in a copy of it breaks the contract that forbids it."""

import subprocess
import sys
import tomllib
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
    ("projects.rules", "voting.rules"): "4a A room",
    # So does the roof; an exception is for the one import that needs it.
    ("livelihood.portal.services", "voting.services.rounds"): "4b The roof",
    ("livelihood.portal.views", "proposals.views.board"): "4b The roof",
    ("livelihood.portal.views", "proposals.rules"): "4b The roof",
    ("livelihood.places.services.areas", "voting.forms"): "4b The roof",
    ("livelihood.api", "projects.reports.services"): "4b The roof",
    ("livelihood.urls", "projects.surveys.rules"): "4b The roof",
    ("projects.aggregation", "django"): "5 Counting",
    ("voting.rules.rounds", "livelihood.settings.base"): "6 Settings",
    # What production has not is used by it, and what stands before the rooms uses them.
    ("projects.services.lists", "livelihood.local_servers"): "7 The servers",
    ("livelihood.web.views", "livelihood.local"): "7 The servers",
    ("livelihood.settings.production", "livelihood.local_ports"): "7 The servers",
    ("livelihood.settings.base", "livelihood.web.views"): "8 Settings",
    ("livelihood.settings.env", "livelihood.kernel.text"): "8 Settings",
    ("livelihood.local_servers", "voting.models"): "8 Settings",
    # Opening one module of a room opens its package, and all that this imports.
    ("proposals", "proposals.services"): "9 The package",
    ("livelihood.kernel", "livelihood.kernel.folding"): "9 The package",
    ("livelihood.web", "django"): "9 The package",
    # What everything is built from uses what is built from it.
    ("livelihood.kernel.errors", "livelihood.kernel.filters"): "10 The kernel",
    ("livelihood.kernel.folding", "livelihood.kernel.text"): "10 The kernel",
    ("livelihood.kernel.text", "livelihood.kernel.pages"): "10 The kernel",
    ("livelihood.kernel.verdict", "livelihood.kernel.listings"): "10 The kernel",
    ("livelihood.kernel.sheets.cells", "livelihood.kernel.exports"): "10 The kernel",
    ("livelihood.kernel.totp", "livelihood.kernel.errors"): "10 The kernel",
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
        file = house / importer.replace(".", "/")
        file = file / "__init__.py" if file.is_dir() else file.with_suffix(".py")
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


def test_a_module_that_stands_in_no_layer_is_refused(house: Path):
    rooms = ["proposals", "livelihood/web", "livelihood/portal", "livelihood/kernel", "projects/surveys"]
    for room in rooms:
        (house / room / "helpers.py").write_text('"""Anything."""\n', encoding="utf-8")

    said = lint(house)

    assert said.startswith("1\n")
    assert [room for room in rooms if f"{room.replace('/', '.')}.helpers" not in said] == []


def test_the_contracts_know_every_room_and_every_server():
    written = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = {one["name"].split()[0]: one for one in written["tool"]["importlinter"]["contracts"]}
    roots = set(written["tool"]["importlinter"]["root_packages"])
    rooms = {app for app in settings.INSTALLED_APPS if app.split(".")[0] in roots} | {"livelihood.kernel"}
    maps = {f"livelihood.{name}" for name in ("urls", "api", "celery", "wsgi")}
    local = {f"livelihood.{file.stem}" for file in (settings.BASE_DIR / "livelihood").glob("local*.py")}
    order = [layer.split(" : ") for layer in contracts["1"]["layers"]]

    assert {one for layer in order for one in layer} == maps | rooms - {"projects.surveys", "projects.reports"}
    assert set(contracts["4b"]["source_modules"]) == set(order[1])
    assert set(contracts["7"]["protected_modules"]) == local
    assert set(contracts["8"]["source_modules"]) == local | {"livelihood.settings"}
    assert set(contracts["8"]["forbidden_modules"]) == {one for layer in order for one in layer}
    assert set(contracts["9"]["source_modules"]) == rooms | {"livelihood.settings"}
