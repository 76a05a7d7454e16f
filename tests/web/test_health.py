"""What probes ask: does the process live, is everything there."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from livelihood.audit import services as audit
from livelihood.audit.selectors import SEALED_WITHIN
from livelihood.audit.services import record
from livelihood.jobs import pulse
from tests.factories.frame import ProvinceFactory
from tests.journal import TriedAct
from tests.workers import Worker, eventually

READY = {"database": True, "journal": True, "redis": True, "worker": True}
NOWHERE = "redis://127.0.0.1:1/0"


@pytest.fixture(autouse=True)
def no_worker_seen() -> None:
    cache.delete(pulse.SEEN_KEY)


def test_live_asks_nobody(client, settings):
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": NOWHERE}}

    response = client.get("/health/live")  # without the database: this test has none

    assert (response.status_code, response.json()) == (200, {"live": True})


@pytest.mark.django_db
def test_ready_when_a_worker_was_seen(client):
    pulse.leave(at=timezone.now())

    response = client.get("/health/ready")

    assert (response.status_code, response.json()) == (
        200,
        READY,
    )


@pytest.mark.django_db
def test_not_ready_without_a_worker(client):
    response = client.get("/health/ready")

    assert (response.status_code, response.json()) == (
        503,
        READY | {"worker": False},
    )


@pytest.mark.django_db
def test_not_ready_when_the_worker_was_seen_long_ago(client):
    pulse.leave(at=timezone.now() - timedelta(seconds=61))

    assert client.get("/health/ready").json() == READY | {"worker": False}


@pytest.mark.django_db
def test_not_ready_without_redis(client, settings):
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": NOWHERE}}

    response = client.get("/health/ready")

    assert (response.status_code, response.json()) == (
        503,
        READY | {"redis": False, "worker": False},
    )


@pytest.mark.django_db
def test_not_ready_while_nobody_seals_the_journal(client):
    pulse.leave(at=timezone.now())
    record(TriedAct.AREA_TRIED, ProvinceFactory(), by=None, at=timezone.now())
    assert client.get("/health/ready").json() == READY

    with time_machine.travel(timezone.now() + SEALED_WITHIN + timedelta(seconds=1)):
        pulse.leave(at=timezone.now())
        response = client.get("/health/ready")
        waiting = re.findall(r"^portal_journal_waiting_seconds (\S+)$", client.get("/metrics").text, re.MULTILINE)
        audit.seal()

        assert (response.status_code, response.json()) == (503, READY | {"journal": False})
        assert [round(float(seconds)) for seconds in waiting] == [61]
        assert client.get("/health/ready").json() == READY


@pytest.mark.django_db(transaction=True)
def test_not_ready_without_a_database(client):
    port = connection.settings_dict["PORT"]
    connection.close()
    connection.settings_dict["PORT"] = "1"
    try:
        response = client.get("/health/ready")
    finally:
        connection.close()
        connection.settings_dict["PORT"] = port

    assert (response.status_code, response.json()) == (
        503,
        READY | {"database": False, "journal": False, "worker": False},
    )


@pytest.mark.django_db(transaction=True)
def test_a_real_worker_makes_it_ready(client, tmp_path):
    with Worker(tmp_path / "log"):
        eventually(lambda: client.get("/health/ready").status_code == 200)


@pytest.mark.parametrize("path", ["/health/live", "/health/ready", "/metrics"])
def test_probes_only_read(client, path):
    assert client.post(path).status_code == 405
