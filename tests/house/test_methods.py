"""Every address × methods: HEAD is GET without the body, and a wrong method is told which are answered."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import reverse

from livelihood.accounts.roles import Role
from tests.house.addresses import COLLECTIONS, FILES, FORMS, TABLE, address
from tests.house.world import World

pytestmark = pytest.mark.django_db

CHANGING = {"metrics", "imports:errors"}
"""Addresses whose answer is never twice the same: figures of this moment, and a workbook that says when it was made."""
ANSWERED = {"GET", "HEAD", "POST", "OPTIONS"}
"""What a page may answer."""

WRONG = ("PUT", "PATCH", "DELETE", "TRACE", "BREW")
ALL = [*TABLE, *(f"{name}-list" for name in COLLECTIONS)]


def client_for(name: str, visitors: dict[str, Client]) -> Client:
    """Return somebody who is let in."""
    who = TABLE[name].who
    return visitors["anonymous" if who is None else min(who)]


def one_address(world: World, name: str) -> Iterator[tuple[str, str]]:
    """Yield addresses that are not the page's own, and the one that is."""
    path = address(world, name)
    parts = path.split("?")[0].split("/")
    for place, part in enumerate(parts):
        other = {world.area.slug: world.area.code}.get(part) or (f"0{part}" if part.isdigit() else "")
        if other:
            yield "/".join([*parts[:place], other, *parts[place + 1 :]]), path


@pytest.mark.parametrize(
    "name", [name for name, row in TABLE.items() if row.ok == 200 and not row.is_post and (row.where or row.names)]
)
def test_a_page_has_one_address(name: str, world: World, visitors: dict[str, Client]):
    """Whatever else means the same leads there: the area by its code, numbers with zeros before them."""
    client = client_for(name, visitors)

    for other, own in one_address(world, name):
        answer = client.get(other)
        assert (answer.status_code, unquote(answer.headers.get("Location", ""))) == (301, unquote(own)), other


HEADED = {
    (name.partition(":")[0], row.who is None, row.ok, name in FILES, name in FORMS): name
    for name, row in TABLE.items()
    if not row.is_post
}
"""Of every room one address of each kind: HEAD becomes GET before anybody has looked at the address."""


@pytest.mark.parametrize("name", HEADED.values())
def test_head_is_get_without_the_body(name: str, world: World, visitors: dict[str, Client]):
    client, url = client_for(name, visitors), address(world, name)

    whole: Any = client.get(url)
    head: Any = client.head(url)

    body = whole.getvalue()
    assert (head.status_code, head.getvalue()) == (whole.status_code, b"")
    assert {name: head.get(name) for name in ("ETag", "Content-Type", "Cache-Control", "Location")} == {
        name: whole.get(name) for name in ("ETag", "Content-Type", "Cache-Control", "Location")
    }
    if name not in CHANGING and head.has_header("Content-Length"):
        assert head["Content-Length"] == str(len(body))
    assert whole.streaming or head.has_header("Content-Length")


@pytest.mark.parametrize("name", ALL)
def test_a_wrong_method_is_told_which_are_answered(name: str, world: World, visitors: dict[str, Client]):
    """Before anybody is asked who they are: a monitor without an account learns of its mistake, too.

    Nobody looks which of the wrong methods it is, so all addresses together take all of them.
    """
    url = address(world, name) if name in TABLE else reverse(name)
    least, most = ({"POST"}, {"POST"}) if name in TABLE and TABLE[name].is_post else ({"GET", "HEAD"}, ANSWERED)
    wrong = []

    for place, visitor in enumerate(("anonymous", str(Role.LIVELIHOOD_OFFICE))):
        method = WRONG[(ALL.index(name) + place) % len(WRONG)]
        response = visitors[visitor].generic(method, url)
        allowed = set(response.headers.get("Allow", "").split(", "))
        if response.status_code != 405 or not least <= allowed <= most:
            wrong.append((method, visitor, response.status_code, allowed))

    assert wrong == []
