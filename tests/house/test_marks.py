"""Small marks of a page: what opens, days, what is invented, and where a fact comes from."""

import re

import pytest
from django.conf import settings
from django.test import Client

from livelihood.accounts.roles import Role
from livelihood.cycles.models import Cycle
from livelihood.web.templatetags.web import days_in, moment
from tests.factories.frame import NOW
from tests.house.addresses import address
from tests.house.world import World

TEMPLATES = {path: path.read_text(encoding="utf-8") for path in (settings.BASE_DIR / "templates").rglob("*.html")}
SHEETS = {path.name: path.read_text(encoding="utf-8") for path in (settings.BASE_DIR / "static/css").glob("*.css")}
RULE = re.compile(r"([^{}]*)\{([^{}]*)\}")
INVENTED = 'class="fact fact-invented"'
MARKED = [
    "proposals:letter", "proposals:suggestions", "proposals:board", "proposals:need", "proposals:candidates",
    "proposals:candidate", "projects:projects", "projects:project", "projects:standards", "projects:standard",
    "projects:sites", "projects:site",
]  # fmt: skip


def test_what_opens_has_our_mark_and_never_that_of_the_browser():
    """One rule for all: no triangle, and ours before each; nothing gives the triangle back."""
    unnamed = [path.name for path, text in TEMPLATES.items() if text.count("<details") != text.count("<summary")]
    triangles = [path.name for path, text in TEMPLATES.items() if re.search("[▲△▶▷►▸▹▼▽▾▿]|&#x25B", text)]
    given_back = [
        name
        for name, sheet in SHEETS.items()
        for what, body in RULE.findall(sheet)
        if "summary" in what and re.search(r"list-style(?!: none)|list-item", body)
    ]
    base = {what.strip(): body for what, body in RULE.findall(SHEETS["base.css"])}

    assert (unnamed, triangles, given_back) == ([], [], [])
    assert "list-style: none" in base["summary"]
    assert "display: none" in base["summary::-webkit-details-marker"]


def test_a_day_of_a_template_never_breaks_inside():
    base = {one.strip(): body for what, body in RULE.findall(SHEETS["base.css"]) for one in what.split(",")}
    other = {
        path.name: found
        for path, text in TEMPLATES.items()
        if (found := set(re.findall(r'\|date(?::"([^"]*)")?', text)) - {"c", "H:i"})
    }

    assert [str(one)[:5] for one in (moment(NOW), moment(NOW.date()), days_in(NOW.date(), None, 1999))] == ["<time"] * 3
    assert "white-space: nowrap" in base["time"]
    assert other == {}, "days are written by |moment and days_in"


@pytest.mark.django_db
def test_what_is_invented_is_marked_once_a_section(
    world: World, visitors: dict[str, Client], monkeypatch: pytest.MonkeyPatch
):
    """In every year taken for a demonstration, by somebody for whom no page is kept."""
    monkeypatch.setattr(Cycle, "is_demo", property(lambda _cycle: True, lambda _cycle, _value: None))
    pages = {name: visitors[Role.AUDITOR].get(address(world, name)).content.decode() for name in MARKED}

    sections = [part for page in pages.values() for part in re.split(r"<h2\b", page)]
    assert [part[:120] for part in sections if part.count(INVENTED) > 1] == []
    in_rows = [
        name
        for name, page in pages.items()
        for row in re.findall(r"<(?:tr|li)\b.*?</(?:tr|li)>", page, re.DOTALL)
        if INVENTED in row
    ]
    assert in_rows == []
    assert sum(page.count(INVENTED) for page in pages.values()) > 3


def test_a_source_is_named_by_its_footnote_and_nothing_else():
    """Beside the fact stands a number, at the end of the page the title (tests/demo/test_facts.py: in Chinese)."""
    shown = {
        path.name: found
        for path, text in TEMPLATES.items()
        if (found := re.findall(r"\{\{ ?[\w.]*\bsource(?:_id|\.key)?\b[^}]*\}\}", text))
    }

    assert shown == {
        "area_detail.html": ["{{ page.area.source }}"],  # of an area's name, in the fold that tells all of it
        "footnotes.html": ["{{ source }}"],
    }
