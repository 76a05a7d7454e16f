"""Every page that shows the journal says it in the reader's words: no code, no key, no value as Python writes it."""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from livelihood.accounts.roles import Role
from livelihood.audit.models import Entry
from livelihood.portal.journals import journal_rows
from tests.house.addresses import TABLE, address
from tests.house.world import YEARS, World

pytestmark = pytest.mark.django_db

PAGES = sorted(name for name in TABLE if re.search("journal|history", name))
DIGEST = re.compile(r"\b[0-9a-f]{8,64}\b")
LATIN = re.compile(r"[A-Za-z]{2,}|[a-z]+[._:][a-z_0-9]+|\[\(|[{}'\"]")
KNOWN = {"SHA", "PDF", "Excel", "CSV", "xlsx"}


def foreign(text: str) -> list[str]:
    """Return what is no Chinese in what the journal says, but digests and names of formats."""
    return [found for found in LATIN.findall(DIGEST.sub("", text)) if found not in KNOWN]


def said(row: Any) -> str:
    return " · ".join([str(row.words), row.called, *(f"{fact.label} {fact.value}" for fact in row.facts)])


def test_the_pages_of_the_journal_are_known():
    assert PAGES == [
        "places:area_history",
        "places:organisation_history",
        "portal:area_journal",
        "portal:journal",
        "portal:person_journal",
    ]


def test_every_page_of_the_journal_is_in_the_words_of_its_reader(world: World, visitors: dict[str, Client]):
    client = visitors[Role.ADMINISTRATOR]
    paths = {address(world, name) for name in PAGES}
    paths |= {f"/desk/{world.area.slug}/{year}/journal/" for year, _phase, _mode in YEARS.values()}
    rows, wrong = 0, []

    for path in sorted(paths):
        for cell in re.findall(r"<td[^>]*>.*?</td>", (client.get(path).content.decode()), re.DOTALL):
            if 'data-label="经办' not in cell and 'data-label="操作人' not in cell:
                rows += 1
                text = re.sub(r"<[^>]*>", " ", cell)
                wrong += [f"{path}: {' '.join(text.split())}"] if foreign(text) else []

    assert wrong == []
    assert rows > 100


def test_whatever_was_done_in_the_world_was_done_to_what_has_a_name(world: World):
    """A row that is there is called by what a reader knows of it, and never by its key."""
    with translation.override("zh-hans"):
        called = {row.called for row in journal_rows(list(Entry.objects.all()))}

    assert len(called) > 20
    assert [name for name in called if re.search(r"(^| )\d+$", name)] == []


def test_whatever_was_done_in_the_world_is_said_in_words(world: World):
    with translation.override("zh-hans"):
        wrong = [line for row in journal_rows(list(Entry.objects.all())) if foreign(line := said(row))]

    assert wrong == []


@pytest.mark.parametrize(
    "text",
    ["user.code_used", "单位 cycles.organisation:15", "[('new', '{}')]", "kind 单位", "role department", "{'a': 1}"],
)
def test_a_planted_code_is_found(text: str):
    assert foreign(text) != []


def test_digests_and_formats_are_let_pass():
    assert foreign(f"SHA-256 校验值 {'a1' * 32} PDF：{'0f' * 32}") == []
