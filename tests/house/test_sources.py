"""What a rule rests on is said once in docs/sources.md, and beside the rule by its key."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings

BASE = Path(settings.BASE_DIR)
ROOMS = ("livelihood", "proposals", "voting", "projects")
ROW = re.compile(r"^\| (?P<key>[a-z-]+) \| `(?P<file>[a-z_/]+\.py)::(?P<name>\w+)` \| (?P<basis>\w+) \| ", re.MULTILINE)
NAMED = re.compile(r"Source: docs/sources\.md \(([a-z-]+)\)")
SOURCES = [row.groupdict() for row in ROW.finditer((BASE / "docs/sources.md").read_text(encoding="utf-8"))]


def text_of(file: str, name: str) -> str:
    """Return a definition of a module with the text that follows it, which is where a constant says what it is."""
    source = (BASE / file).read_text(encoding="utf-8")
    body = ast.parse(source).body
    for place, node in enumerate(body):
        if name in (getattr(node, "name", ""), *(ast.unparse(one) for one in getattr(node, "targets", ()))):
            after = body[place + 1] if isinstance(node, ast.Assign) else node
            return "\n".join(source.split("\n")[node.lineno - 1 : after.end_lineno])
    return ""


@pytest.mark.parametrize("row", SOURCES, ids=lambda row: row["key"])
def test_a_rule_names_its_source(row):
    assert row["basis"] in {"stated", "analogy", "ours"}
    assert NAMED.findall(text_of(row["file"], row["name"])) == [row["key"]]


def test_every_source_that_the_code_names_is_told():
    texts = (path.read_text(encoding="utf-8") for room in ROOMS for path in (BASE / room).rglob("*.py"))

    assert sorted(key for text in texts for key in NAMED.findall(text)) == sorted(row["key"] for row in SOURCES)
    assert len(SOURCES) == (BASE / "docs/sources.md").read_text(encoding="utf-8").count("\n| ") - 1
