"""How much one address may send and take; and that nobody is kept out where the counter is away."""

from datetime import timedelta
from unittest.mock import create_autospec
from uuid import uuid4

import pytest
import time_machine
from django.core.cache import caches
from django.test import Client
from redis.connection import Connection

from livelihood.kernel.errors import TooManyAttempts
from livelihood.lists import views as lists
from livelihood.web.throttles import AddressRate
from projects.surveys.views import public as surveys
from proposals.models import Suggestion
from proposals.views import citizens
from tests.factories.frame import NOW, CycleFactory
from tests.proposals.pages import answers, at

THREE = AddressRate(f"tests.{uuid4()}", 3)
"""Of no earlier run: what is counted lives for ten minutes."""


def tried(rf, address: str, moment=NOW) -> int:
    """Count how many of five are let through."""
    let_through = 0
    for _ in range(5):
        try:
            THREE.count(rf.get("/", REMOTE_ADDR=address), at=moment)
        except TooManyAttempts:
            continue
        let_through += 1
    return let_through


def test_each_address_has_its_own_while(rf):
    later = NOW + timedelta(minutes=10)

    assert (tried(rf, "10.0.0.1"), tried(rf, "10.0.0.2"), tried(rf, "10.0.0.1", later)) == (3, 3, 3)


def test_who_has_one_address_of_ipv6_has_its_whole_network(rf):
    tried_from = (
        "2001:db8:1:2::1",
        "2001:db8:1:2:ffff:ffff:ffff:ffff",
        "2001:db8:1:3::1",
        "::ffff:10.0.0.3",
        "10.0.0.3",
    )

    assert [tried(rf, address) for address in tried_from] == [3, 0, 3, 3, 0]


def test_without_the_counter_everybody_goes_on(rf, settings):
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}}

    assert tried(rf, "10.0.0.1") == 5


def test_counters_name_no_address(rf):
    THREE.count(rf.get("/", REMOTE_ADDR="10.0.0.77"), at=NOW)

    client = caches["default"]._cache.get_client()  # type: ignore[attr-defined]  # of the backend for Redis
    keys = [key.decode() for key in client.keys("*rates:*")]

    assert keys
    assert not [key for key in keys if "10.0.0.77" in key]


def test_counting_costs_one_exchange_and_ends_with_its_while(rf, monkeypatch):
    client = caches["default"]._cache.get_client()  # type: ignore[attr-defined]  # as above
    send = create_autospec(Connection.send_packed_command, side_effect=Connection.send_packed_command)
    monkeypatch.setattr(Connection, "send_packed_command", send)
    rate = AddressRate(f"tests.{uuid4()}", 3, seconds=77)
    before = set(client.keys("*rates:*"))
    send.reset_mock()
    rate.count(rf.get("/", REMOTE_ADDR="10.0.0.1"), at=NOW)

    assert send.call_count == 1
    (key,) = set(client.keys("*rates:*")) - before
    rate.count(rf.get("/", REMOTE_ADDR="10.0.0.1"), at=NOW)
    assert (client.get(key), 0 < client.ttl(key) <= 77) == (b"2", True)


@pytest.mark.django_db
def test_whoever_floods_the_form_is_told_when_to_come_back_and_others_go_on(monkeypatch):
    monkeypatch.setattr(citizens, "SENDING", AddressRate(f"tests.{uuid4()}", 2))
    cycle = CycleFactory()
    with time_machine.travel(NOW, tick=False):
        sent = [
            Client(REMOTE_ADDR=address).post(
                at("suggest", cycle), answers(cycle, step="send", idempotency_key=f"{number:020}")
            )
            for number, address in enumerate(["10.0.0.1"] * 3 + ["10.0.0.2"])
        ]

    assert [page.status_code for page in sent] == [200, 200, 429, 200]
    assert (Suggestion.objects.count(), 0 < int(sent[2]["Retry-After"]) <= 600) == (3, True)


def test_a_school_behind_one_address_may_send_and_take():
    rates = {rate.name: rate.most for rate in (citizens.SENDING, surveys.ANSWERING, lists.TAKING)}

    assert rates == {"proposals.suggest": 200, "surveys.answer": 200, "lists.public": 100}
