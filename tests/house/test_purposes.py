"""Wherever something personal is asked for, the page says what for (个人信息保护法, article 17)."""

import re

import pytest
from django.test import Client

from livelihood.imprint.declared import SETTINGS, SettingGroup
from tests.house.addresses import TABLE, address
from tests.house.world import World

pytestmark = pytest.mark.django_db

OF_PERSONS = {"username", "password", "phone", "telephone", "mobile", "email", "mail", "contact", "identity"}
"""Words in the name of a field, or what it tells the browser, that make it one about a person."""

FIELD = re.compile(r"<(?:input|textarea|select)\b[^>]*>")
NAMED = re.compile(r'\b(?:name|autocomplete)="([^"]*)"')
OF_THE_OFFICE = {
    "imprint:setting", "places:organisation_add", "places:organisation_edit",
    "portal:year_adopt", "portal:adoption_correct",
    "voting:in_term", "voting:signed_sheet",
}  # fmt: skip
"""Where an office says how it is reached itself, or brings what is public or its own: a mark, a decision, a sheet."""

ASKING = {
    "accounts:code_enter",
    "accounts:password_change",
    "accounts:person_add",
    "accounts:person_edit",
    "accounts:sign_in",
    "imports:of_area",
    "imports:of_year",
    "proposals:suggest",
    "proposals:suggestion_enter",
}


def asks(page: str) -> bool:
    """Say whether a page has a field about a person, or takes a file; what is hidden was asked for elsewhere."""
    return 'type="file"' in page or any(
        OF_PERSONS & set(re.split(r"[^a-z]+", name.lower()))
        for field in FIELD.findall(page)
        if 'type="hidden"' not in field
        for name in NAMED.findall(field)
    )


def pages(world: World, visitors: dict[str, Client]) -> dict[str, str]:
    """Return every page that somebody may open."""
    found = {}
    for name, row in TABLE.items():
        if row.is_post or row.ok != 200 or name in OF_THE_OFFICE:
            continue
        visitor = visitors["anonymous"] if row.who is None else visitors[min(row.who)]
        response = visitor.get(address(world, name))
        if response.headers["Content-Type"].startswith("text/html"):
            found[name] = response.getvalue().decode()
        else:
            response.getvalue()
    return found


def test_every_form_that_asks_for_something_personal_says_what_for(world: World, visitors: dict[str, Client]):
    shown = pages(world, visitors)
    asking = {name for name, page in shown.items() if asks(page)}

    assert {name for name in asking if 'class="purpose"' not in shown[name]} == set()
    assert asking >= ASKING


def test_every_purpose_is_shown_somewhere(world: World, visitors: dict[str, Client]):
    shown = " ".join(page for name, page in pages(world, visitors).items() if name != "portal:page")

    for setting in SETTINGS.values():
        if setting.group == SettingGroup.PURPOSE:
            assert str(setting.default) in shown, setting.key
