"""The world of every address, and everybody who comes."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from livelihood.accounts.proof import PROVEN
from livelihood.audit.services import seal
from livelihood.jobs import pulse
from livelihood.web import metrics
from tests.house.world import World, build


@pytest.fixture(autouse=True)
def _no_figures() -> None:
    """Begin without what other tests have counted: each look at /metrics would draw thousands of series."""
    metrics.requests_total.clear()
    metrics.request_seconds.clear()


@pytest.fixture(autouse=True)
def _worker() -> None:
    """A worker has been seen, or the portal is ready only while tests of other rooms run theirs beside these."""
    pulse.leave(at=timezone.now())


@pytest.fixture(scope="package")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The world, made once for all tests that ask for it, which come one after the other (tests/conftest.py)."""
    with django_db_blocker.unblock(), transaction.atomic():
        made = build()
        seal()  # or the portal is not ready once its tests have taken a minute
        connection.check_constraints()  # what the database puts off until the commit is done now, once
        yield made
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def visitors(world: World) -> dict[str, Client]:
    """Everybody who comes: nobody signed in, somebody without mandate, all roles of another city, each role here."""
    people = {
        "idle": world.idle,
        "stranger": world.stranger,
        **{str(role): user for role, user in world.people.items()},
    }
    clients = {"anonymous": Client()}
    for name, user in people.items():
        clients[name] = Client()
        clients[name].force_login(user)
        _prove(clients[name])
    return clients


def _prove(client: Client) -> None:
    """Let a session have proven its second factor, as one of the people has one."""
    session = client.session
    session[PROVEN] = timezone.now().timestamp()
    session.save()
