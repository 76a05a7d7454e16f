"""The recipes of CONTRIBUTING.md name files, tests and names that are there; that of a colour names all it needs."""

import re
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
RECIPES = {
    "A field on a site", "A light rule", "A channel of suggestions", "A permission", "A role", "A language",
    "A sheet kind", "A survey question", "A report chapter",
}  # fmt: skip
ANY = {"<room>": "*", "<language>": "*"}
"""What a path leaves open."""

QUOTED = re.compile(r"`([^`\n]+)`")
FILE = re.compile(r"[\w<>*.-]+/[\w<>/.*-]*")
COMMANDS = re.compile(r"make \w+|may_<verb>")


def recipes() -> dict[str, str]:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    parts = re.split(r"^### (.+)$", text.split("## Recipes")[1].split("\n## ")[0], flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def found(path: str) -> list[Path]:
    for word, pattern in ANY.items():
        path = path.replace(word, pattern)
    return list(ROOT.glob(path.rstrip("/")))


def test_the_recipes_are_complete():
    assert set(recipes()) == RECIPES


@pytest.mark.parametrize("name", sorted(RECIPES))
def test_every_file_of_a_recipe_is_there(name):
    paths = [word.partition("::")[0] for word in QUOTED.findall(recipes()[name]) if FILE.match(word)]

    assert len(paths) > 3
    assert [path for path in paths if not found(path)] == []


@pytest.mark.parametrize("name", sorted(RECIPES))
def test_every_test_of_a_recipe_is_there(name):
    named = [word.split("::") for word in QUOTED.findall(recipes()[name]) if "::" in word]

    assert any(path.startswith("tests/") for path in QUOTED.findall(recipes()[name]))
    assert [test for path, test in named if f"\ndef {test}(" not in (ROOT / path).read_text(encoding="utf-8")] == []


@pytest.mark.parametrize("name", sorted(RECIPES))
def test_every_name_of_a_recipe_stands_in_a_file_that_it_names(name):
    words = QUOTED.findall(recipes()[name])
    files = [path for word in words if FILE.match(word) for path in found(word.partition("::")[0]) if path.is_file()]
    sources = "\n".join(path.read_text(encoding="utf-8") for path in files)

    names = [word for word in words if not FILE.match(word) and not COMMANDS.fullmatch(word)]

    assert [word for word in names if not re.search(rf"\b{re.escape(word)}\b", sources)] == []


def test_a_colour_stands_in_the_files_of_its_recipe_only():
    steps = re.split(r"^\d\. ", recipes()["A light rule"], flags=re.MULTILINE)
    (step,) = (step for step in steps if step.startswith("A new colour"))
    named = {word for word in QUOTED.findall(step) if FILE.match(word) and "::" not in word}

    # Blue has no threshold: a file that says it says it of the colour. Migrations follow from the models.
    kinds = ["*.py", "*.sql", "*.html", "*.css", "*.js", "*.svg", "*.txt"]
    command = ["git", "ls-files", "--", *kinds, ":!tests", ":!*/migrations/*"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    blue = re.compile(r"(?<![a-z])blue(?![a-z])", re.IGNORECASE)

    assert {name for name in listed if blue.search((ROOT / name).read_text(encoding="utf-8"))} == named
    assert len(named) == 7


def test_the_other_files_that_contributing_names_are_there():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#]+)\)", text)

    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
