"""The livelihood office of an area above: it reads every desk below, and acts at none."""

from http import HTTPStatus

import pytest
from django.test import Client

from livelihood.accounts.roles import Role
from tests.factories.frame import official
from tests.house.addresses import ANYBODY, DESK, TABLE, address
from tests.house.test_hostile import form_of
from tests.house.walking import undone
from tests.house.world import World

pytestmark = pytest.mark.django_db


def test_an_office_above_opens_the_desk_and_sends_nothing(world: World, visitors: dict[str, Client]):
    assert world.area.parent is not None
    client = Client()
    client.force_login(official(Role.LIVELIHOOD_OFFICE, world.area.parent))
    told = {name: row for name, row in TABLE.items() if row.who is not None and row.who is not ANYBODY}

    opened = {name for name, row in told.items() if client.get(address(world, name)).status_code == row.ok}
    assert opened == {name for name, row in told.items() if row.who == DESK}

    taken, sent = set(), 0
    for name in opened:
        url = address(world, name)
        for form, _fields in form_of(visitors[Role.LIVELIHOOD_OFFICE], TABLE[name], url):
            with undone():
                answer = client.post(url, {"csrfmiddlewaretoken": "a" * 64} | form)
            sent += answer.status_code != HTTPStatus.METHOD_NOT_ALLOWED
            if answer.status_code == HTTPStatus.FOUND:
                taken.add(name)
    assert taken == {"lists:of_year"}, "a list of what one may read, for oneself"
    assert sent > 10
