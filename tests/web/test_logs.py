"""What stands in the log, and what of a person never does."""

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse

from livelihood.web.logs import JsonFormatter
from tests.factories.frame import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.pages")]

MATTER, PHONE, PASSWORD, CODE = "楼下的路灯坏了三个月", "13800138000", "a-quiet-green-river", "K7QD-XW2M"


class Lines(logging.Handler):
    """Keeps what the console would show."""

    def __init__(self) -> None:
        super().__init__()
        self.formatter = JsonFormatter()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))

    @property
    def records(self) -> list[dict]:
        return [json.loads(line) for line in self.lines]


@pytest.fixture
def log() -> Iterator[Lines]:
    """All that is logged, at the levels of the settings."""
    handler = Lines()
    logging.getLogger().addHandler(handler)
    yield handler
    logging.getLogger().removeHandler(handler)


def test_a_request_is_one_line_without_path_query_or_address(client, log):
    response = client.get(f"/try/public/?q={PHONE}", REMOTE_ADDR="192.0.2.7")

    (line,) = log.records
    assert line.pop("at").endswith("+00:00")
    assert line.pop("milliseconds") >= 0
    assert line == {
        "level": "INFO",
        "logger": "livelihood.requests",
        "message": "request",
        "method": "GET",
        "path": "try/public/",
        "status": 200,
        "request_id": response["X-Request-ID"],
    }


def test_a_crash_is_told_without_what_was_sent(client, log):
    client.raise_request_exception = False

    response = client.post(f"/try/broken/{CODE}/?q={PHONE}", {"matter": MATTER, "phone": PHONE, "password": PASSWORD})

    crash, request = log.records
    assert (response.status_code, request["status"]) == (500, 500)
    assert (crash["logger"], crash["error"]) == ("django.request", "ValueError")
    assert crash["message"] == "Internal Server Error: try/broken/<str:code>/"
    assert crash["request_id"] == request["request_id"] == response["X-Request-ID"]
    assert any(frame.endswith(" broken") for frame in crash["trace"])
    for secret in (MATTER, PHONE, PASSWORD, CODE):
        assert secret not in "".join(log.lines)


def test_an_unknown_address_is_not_repeated(client, log):
    client.get(f"/nowhere/{CODE}/")

    assert [line["message"] for line in log.records] == ["request", "Not Found: unknown"]
    assert CODE not in "".join(log.lines)


def test_failed_sign_ins_name_nobody(client, log):
    person = UserFactory(username="wangxiaoming")
    for _ in range(6):
        client.post(
            reverse("accounts:sign_in"),
            {"username": "wangxiaoming", "password": PASSWORD},
            REMOTE_ADDR="192.0.2.7",
        )

    assert [line["status"] for line in log.records if "status" in line] == [422] * 5 + [429]
    for secret in ("wangxiaoming", person.name, PASSWORD, "192.0.2.7"):
        assert secret not in "".join(log.lines)


def test_production_writes_this_format_and_nothing_else():
    logging_settings: dict[str, Any] = settings.LOGGING

    assert logging_settings["formatters"] == {"json": {"()": "livelihood.web.logs.JsonFormatter"}}
    assert {handler["formatter"] for handler in logging_settings["handlers"].values()} == {"json"}
