"""The record of processing: what is held, for how long, and what was forgotten; read by few, and taken as a file."""

import csv
import io
import re
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.utils import timezone

from livelihood.accounts.roles import Role
from livelihood.cycles.states import Phase
from livelihood.kernel.personal import kinds
from livelihood.privacy import selectors, services
from livelihood.privacy.models import RetentionPeriod
from tests.factories.frame import NOW, official
from tests.privacy.rows import contact

pytestmark = pytest.mark.django_db

READERS = {Role.LIVELIHOOD_OFFICE, Role.AUDITOR, Role.ADMINISTRATOR}


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def held(key: str, moment: datetime) -> Any:
    return selectors.held(kinds()[key], moment)


def test_the_record_says_how_much_is_held_and_since_when():
    received = at(date(2024, 3, 1), 12)
    contact(received)
    contact(received + timedelta(days=9))
    contact(received - timedelta(days=9), phase=Phase.EVALUATE)

    line = held("contacts", received + timedelta(days=30))

    assert (line.count, line.oldest, line.days, line.is_set) == (3, date(2024, 2, 21), 1_095, False)
    assert (line.last_on, line.last_count) == (None, 0)
    # The oldest of all waits for its year; the next one came on 1 March 2024 at noon, and is over 1,095 days later.
    assert line.next_on == date(2027, 3, 2)


@pytest.mark.parametrize(
    ("received", "now", "expected"),
    [
        (at(date(2024, 3, 1), 3, 39), at(date(2024, 4, 1), 12), date(2027, 3, 1)),
        (at(date(2024, 3, 1), 3, 40), at(date(2024, 4, 1), 12), date(2027, 3, 2)),
        # Over already: the next run is today's before twenty to four, otherwise tomorrow's.
        (at(date(2020, 3, 1), 12), at(date(2024, 4, 1), 3, 39), date(2024, 4, 1)),
        (at(date(2020, 3, 1), 12), at(date(2024, 4, 1), 3, 40), date(2024, 4, 2)),
    ],
)
def test_the_next_run_that_finds_something_is_named(received: datetime, now: datetime, expected: date):
    contact(received)

    assert held("contacts", now).next_on == expected


def test_what_was_forgotten_last_is_the_sum_of_its_blocks(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(services, "BLOCK", 2)
    for days in (2_000, 2_001, 2_002):
        contact(NOW - timedelta(days=days))
    services.forget_overdue(at=NOW)
    contact(NOW - timedelta(days=2_000))
    services.forget_overdue(at=NOW + timedelta(days=1))

    line = held("contacts", NOW + timedelta(days=2))

    assert (line.count, line.oldest, line.next_on) == (0, None, None)
    assert (line.last_on, line.last_count) == (timezone.localdate(NOW + timedelta(days=1)), 1)
    assert [(run.at, run.count) for run in selectors.runs_of(kinds()["contacts"])] == [
        (NOW + timedelta(days=1), 1),
        (NOW, 3),
    ]
    assert {one.kind.key: one.last_count for one in selectors.record(NOW)}["contacts"] == 1


@pytest.mark.parametrize("role", list(Role))
def test_the_record_is_read_by_office_auditor_and_administrator(client: Any, city: Any, role: Role):
    client.force_login(official(role, city))

    for address in ("/desk/here/personal-data/", "/desk/here/personal-data/contacts/"):
        assert client.get(address).status_code == (200 if role in READERS else 403), address


def test_the_page_shows_every_kind_and_the_period_is_set_there(client: Any, city: Any, administrator: Any):
    client.force_login(administrator)

    page = text_of(client.get("/desk/here/personal-data/"))
    refused = client.post("/desk/here/personal-data/contacts/", {"days": "9", "reason": "试试看吧", "seen": "0"})
    sent = client.post("/desk/here/personal-data/contacts/", {"days": "400", "reason": "档案意见", "seen": "0"})

    for kind in kinds().values():
        assert str(kind.label) in page
        assert str(kind.purpose) in page
    assert refused.status_code == 422
    assert (sent.status_code, sent.url) == (302, "/desk/here/personal-data/contacts/")
    shown = text_of(client.get("/desk/here/personal-data/contacts/"))
    assert "档案意见" in shown
    assert "400天" in shown
    assert "400天" in text_of(client.get("/pages/privacy/"))


def test_a_period_is_set_once_however_often_the_form_is_sent(client: Any, city: Any, administrator: Any):
    client.force_login(administrator)
    form = {"csrfmiddlewaretoken": "a" * 64, "days": "400", "reason": "档案意见", "seen": "0"}

    answers = [client.post("/desk/here/personal-data/contacts/", form) for _n in range(2)]

    assert [(one.status_code, one["Location"]) for one in answers] == [(302, "/desk/here/personal-data/contacts/")] * 2
    assert RetentionPeriod.objects.count() == 1


def test_who_only_reads_is_told_why_there_is_no_form(client: Any, city: Any, administrator: Any):
    client.force_login(official(Role.AUDITOR, city))
    answers = [
        client.post(f"/desk/here/personal-data/{key}/", {"days": "400", "reason": "档案意见", "seen": "0"})
        for key in ("contacts", "journal")
    ]

    assert [one.status_code for one in answers] == [422, 403]
    assert 'name="days"' not in client.get("/desk/here/personal-data/contacts/").content.decode()
    assert "期限另有规定" in text_of(client.get("/desk/here/personal-data/journal/"))
    assert client.get("/desk/here/personal-data/nothing/").status_code == 404


def test_the_record_is_taken_as_a_file(client: Any, city: Any, administrator: Any):
    contact(NOW)
    client.force_login(administrator)

    answer = client.get("/desk/here/lists/personal-data/?export=csv")

    rows = list(csv.DictReader(io.StringIO(b"".join(answer).decode("utf-8-sig"))))
    assert len(rows) == len(kinds())
    line = next(row for row in rows if row["信息类别"] == "群众的联系方式")
    assert line["现有数量"] == "1"
    assert line["数据项"].split(", ")[0] == "proposals.SuggestionContact.name"


def test_the_record_asks_one_query_for_a_kind(client: Any, city: Any, django_assert_num_queries: Any):
    with django_assert_num_queries(len(kinds()) + 2):
        selectors.record(NOW)
    contact(NOW)
    contact(NOW)
    with django_assert_num_queries(len(kinds()) + 2):
        selectors.record(NOW)
