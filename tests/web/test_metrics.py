"""Figures for Prometheus."""

import math

import pytest
from prometheus_client.parser import text_string_to_metric_families

from livelihood.jobs import services
from livelihood.web import metrics
from tests.factories.frame import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.pages")]


def counted(method: str, route: str, status: str) -> float:
    labels = {"method": method, "route": route, "status": status}
    return metrics.registry.get_sample_value("portal_requests_total", labels) or 0.0


def test_requests_are_counted_by_route_not_by_path(client):
    client.raise_request_exception = False
    before = counted("POST", "try/broken/<str:code>/", "500")

    client.post("/try/broken/SECRET-CODE/", {"matter": "x"})

    assert counted("POST", "try/broken/<str:code>/", "500") == before + 1
    assert "SECRET-CODE" not in client.get("/metrics").content.decode()


def test_addresses_and_methods_that_nobody_knows_share_one_label(client):
    before = counted("other", "unknown", "404")

    statuses = {client.generic("BREW", f"/nowhere/at/all/{number}/").status_code for number in range(3)}

    assert statuses == {404}
    assert counted("other", "unknown", "404") == before + 3


def test_the_exposition_can_be_read(client):
    client.get("/try/public/")
    services.enqueue("tests.note", key="once", by=None, at=NOW)

    response = client.get("/metrics")

    families = {family.name: family for family in text_string_to_metric_families(response.content.decode())}
    assert response["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert {name for name in families if not name.endswith("_created")} == {
        "portal_requests", "portal_request_seconds", "portal_jobs", "portal_journal_waiting_seconds",
    }  # fmt: skip
    assert {sample.labels["state"]: sample.value for sample in families["portal_jobs"].samples} == {
        "waiting": 1, "running": 0, "done": 0, "failed": 0,
    }  # fmt: skip


def test_figures_are_told_while_the_database_is_down():
    assert b"portal_requests_total" in metrics.exposition({}, math.nan)
    assert b'portal_jobs{state="waiting"}' not in metrics.exposition({}, math.nan)
