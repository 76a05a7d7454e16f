"""Rules that hold for every template."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from livelihood.web.templatetags import footnotes, lists, web

TEMPLATES = settings.BASE_DIR / "templates"
ALL_TEMPLATES = sorted(TEMPLATES.rglob("*.html"))
FORBIDDEN = {
    "inline style": re.compile(r"\sstyle\s*=|<style\b", re.IGNORECASE),
    "inline handler": re.compile(r"\son[a-z]+\s*=\s*[\"']", re.IGNORECASE),
    "inline script": re.compile(r"<script\b(?![^>]*\bsrc=)", re.IGNORECASE),
    "script address": re.compile(r"javascript:", re.IGNORECASE),
    "foreign file": re.compile(r"<(?:script|link|img|iframe)\b[^>]*\b(?:src|href)=[\"']?(?:https?:)?//", re.IGNORECASE),
}


@pytest.mark.parametrize("template", ALL_TEMPLATES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_template_holds_to_the_content_security_policy(template: Path):
    source = template.read_text(encoding="utf-8")

    assert [rule for rule, pattern in FORBIDDEN.items() if pattern.search(source)] == []


@pytest.mark.parametrize(
    ("source", "rule"),
    [
        ('<p style="color:red">', "inline style"),
        ('<a onclick="x()">', "inline handler"),
        ("<script>x()</script>", "inline script"),
        ('<a href="javascript:x">', "script address"),
        ('<script src="https://cdn.example/x.js">', "foreign file"),
    ],
)
def test_rules_for_templates_have_teeth(source, rule):
    assert [name for name, pattern in FORBIDDEN.items() if pattern.search(source)] == [rule]


@pytest.mark.parametrize("command", [["--check"], ["check"]], ids=["format", "lint"])
def test_templates_pass_djangofmt(command):
    djangofmt = Path(sys.executable).with_name("djangofmt")

    done = subprocess.run([djangofmt, *command, TEMPLATES], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


def test_every_component_is_in_the_style_guide_and_in_the_docs():
    """A component is shown by the style guide, by the frame, or as a part of another component."""
    names = {path.name for path in (TEMPLATES / "components").glob("*.html")}
    shown = [TEMPLATES / "styleguide.html", *TEMPLATES.glob("base*.html"), *(TEMPLATES / "components").glob("*.html")]
    shown += [Path(str(module.__file__)) for module in (footnotes, lists, web)]
    sources = "".join(path.read_text(encoding="utf-8") for path in shown)
    docs = (settings.BASE_DIR / "docs" / "components.md").read_text(encoding="utf-8")
    for_pages = set(re.findall(r"components/(\w+\.html)", docs))

    assert {name for name in names if f'"components/{name}"' not in sources} == set()
    assert for_pages - names == set()
    assert names - for_pages == {
        "again.html",
        "view_words.html",
        "chart_key.html",
        "chips.html",
        "field_notes.html",
        "filter_chips.html",
        "icon.html",
        "qr.html",
        "search_form.html",
        "sort_link.html",
        "table_cell.html",
    }
