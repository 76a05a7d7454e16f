"""No row, job or entry of the journal holds words of the catalogue: these would stay in the language of one reader.

Every translation carries a mark while the world is made and every form is sent as it was meant; no write may hold it.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import trans_real

from livelihood.cycles.models import Area
from tests.factories.frame import CityFactory
from tests.house.addresses import TABLE, address
from tests.house.test_hostile import DONE, Kind, form_of, kind_of, let_in
from tests.house.walking import Walker
from tests.house.world import World, build

pytestmark = pytest.mark.django_db

MARK = "<*>"
WRITE = re.compile(r"\b(?:INSERT|UPDATE)\b")


@pytest.fixture
def _marked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every translation be known again wherever it ends up."""
    for name in ("gettext", "pgettext", "ngettext", "npgettext"):
        monkeypatch.setattr(translation._trans, name, _with_mark(getattr(trans_real, name)))  # type: ignore[attr-defined]


def _with_mark(translated: Callable[..., str]) -> Callable[..., str]:
    return lambda *texts: MARK + translated(*texts)


@contextmanager
def writes() -> Iterator[list[str]]:
    """Give the writes that hold words of the catalogue, as they come."""
    found: list[str] = []

    def look(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if WRITE.search(sql) and MARK in str(params):
            place = str(params).index(MARK)
            found.append(f"{sql[:60]} … {str(params)[max(place - 60, 0) : place + 60]}")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        yield found


@pytest.mark.usefixtures("_marked")
def test_no_act_of_the_world_keeps_words_of_the_catalogue():
    with writes() as found:
        build()

    assert found == []


@pytest.mark.parametrize("name", TABLE)
@pytest.mark.usefixtures("_marked")
def test_no_form_keeps_words_of_the_catalogue(name: str, world: World, visitors: dict[str, Client]):
    """Forms that send the same fields are one form, beside each row and for everybody: it is sent until it is taken."""
    row, url, walker = TABLE[name], address(world, name), Walker()
    taken: set[Kind] = set()

    with writes() as found:
        for role in let_in(row):
            for sent, _fields in form_of(visitors[role], row, url):
                kind, words = kind_of(sent), {each: _unmarked(value) for each, value in sent.items()}
                if kind not in taken and walker.send(visitors[role], "POST", url, words).status_code in DONE:
                    taken.add(kind)

    assert found == []


def _unmarked(value: Any) -> Any:
    """Return what a person sends: words that a form proposes are theirs once they have sent them."""
    return [text.replace(MARK, "") for text in value] if isinstance(value, list) else value


@pytest.mark.usefixtures("_marked")
def test_the_walk_finds_what_it_is_for():
    area = CityFactory()

    with writes() as found:
        Area.objects.filter(pk=area.pk).update(name_zh=str(_("Number")))

    assert len(found) == 1
    assert "cycles_area" in found[0]
