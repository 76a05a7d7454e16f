"""What is over its period is forgotten, to the second, once, in blocks, and counted in the journal."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from livelihood.accounts.models import Passkey
from livelihood.audit.models import Entry
from livelihood.cycles.models import Cycle
from livelihood.cycles.states import Phase
from livelihood.imports import rules
from livelihood.imports.models import Import, ImportPage
from livelihood.imports.states import ImportState
from livelihood.jobs.models import Job, JobState
from livelihood.kernel import personal
from livelihood.privacy import services, tasks
from livelihood.privacy.models import Forgetting
from proposals.models import Suggestion, SuggestionContact
from tests import databases
from tests.factories.frame import NOW, UserFactory
from tests.factories.proposals import ContactFactory
from tests.privacy.rows import MAKE, closed_account, contact, import_file

pytestmark = pytest.mark.django_db

ONE = {"leaves": timedelta(days=1)}
"""The smallest time that makes something older, where that is not a second."""


def test_every_kind_with_a_period_is_tried_here():
    assert {key for key, kind in personal.kinds().items() if kind.period} == set(MAKE)


@pytest.mark.parametrize("key", MAKE)
def test_a_row_goes_when_it_is_over_its_period_and_not_before(key: str, journal: Any):
    kind = personal.kinds()[key]
    assert kind.period is not None
    MAKE[key](NOW - timedelta(days=kind.period.days))
    before = list(Entry.objects.values())

    early = services.forget_overdue(at=NOW)
    held = kind.rows().count()
    late = services.forget_overdue(at=NOW + ONE.get(key, timedelta(seconds=1)))
    again = services.forget_overdue(at=NOW + ONE.get(key, timedelta(seconds=1)))

    assert (early, held, late, again) == ({}, 1, {key: 1}, {})
    assert kind.rows().count() == 0
    assert list(Forgetting.objects.values_list("key", "days", "count")) == [(key, kind.period.days, 1)]
    assert list(Entry.objects.values())[: len(before)] == before
    assert journal()[len(before) :] == [
        ("personal_data.forgotten", None, {"key": key, "days": kind.period.days, "count": 1})
    ]


def test_a_contact_stays_until_its_year_is_closed():
    kept = contact(NOW - timedelta(days=3_000), phase=Phase.EVALUATE)
    suggestion = Suggestion.objects.values().get()

    assert services.forget_overdue(at=NOW) == {}
    with databases.as_superuser(), pytest.raises(IntegrityError), transaction.atomic():
        SuggestionContact.objects.all().delete()
    Cycle.objects.update(phase=Phase.CLOSED)

    assert services.forget_overdue(at=NOW) == {"contacts": 1}
    assert not SuggestionContact.objects.filter(pk=kept.pk).exists()
    # The suggestion is what it was, but that nobody can be reached any longer.
    assert Suggestion.objects.values().get() == suggestion | {"has_contact": False}


def test_a_closed_account_keeps_its_name_and_nothing_else_and_an_open_one_everything():
    closed = closed_account(NOW - timedelta(days=400))
    opened = UserFactory(mail="li@office.example", phone="13900001111")
    name, username = closed.name, closed.username

    assert services.forget_overdue(at=NOW) == {"closed-accounts": 1}

    closed.refresh_from_db()
    opened.refresh_from_db()
    assert (closed.name, closed.username, closed.mail, closed.phone) == (name, username, "", "")
    assert not closed.has_usable_password()
    assert closed.closed_at is not None
    assert not Passkey.objects.exists()
    assert (opened.mail, opened.phone) == ("li@office.example", "13900001111")


@pytest.mark.parametrize(("kind", "left"), [("people", 0), ("roll", 0), ("sites", 1)])
def test_of_a_file_the_fingerprint_is_left_and_of_people_no_line(kind: str, left: int):
    batch = import_file(NOW - timedelta(days=1_096), kind)

    assert services.forget_overdue(at=NOW) == {"import-files": 1}

    batch.refresh_from_db()
    assert (batch.content, batch.prepared, batch.digest, batch.state) == (None, None, "0" * 64, ImportState.WRITTEN)
    assert ImportPage.objects.count() == left
    verdict = rules.may_take_back_import(batch.received_by, batch, NOW)
    assert not verdict.ok
    assert "已到期清除" in str(verdict.reason)


@pytest.mark.parametrize("state", [ImportState.WRITTEN, ImportState.RECEIVED])
def test_with_a_file_goes_why_work_upon_it_failed_which_may_name_somebody(state: ImportState):
    batch, other = (import_file(NOW - timedelta(days=days), state=state) for days in (1_096, 1))
    for one in (batch, other):
        Job.objects.create(
            task="imports.write", key=f"imports.write:{one.pk}", arguments={"import_id": one.pk},
            state=JobState.FAILED, error="张三不是本级人大代表。", requested_at=NOW, finished_at=NOW,
        )  # fmt: skip

    services.forget_overdue(at=NOW)

    assert dict(Job.objects.values_list("arguments__import_id", "error")) == {
        batch.pk: "", other.pk: "张三不是本级人大代表。",
    }  # fmt: skip


def test_a_file_that_waits_for_a_decision_has_a_period_of_its_own():
    waiting = import_file(NOW - timedelta(days=61), state=ImportState.RECEIVED)
    decided = import_file(NOW - timedelta(days=61))

    assert services.forget_overdue(at=NOW) == {"waiting-imports": 1}
    for batch in (waiting, decided):
        batch.refresh_from_db()
    assert (waiting.state, waiting.content, bytes(decided.content)) == (ImportState.EXPIRED, None, b"PK")


WRONG: dict[str, Any] = {
    "another file": lambda: Import.objects.update(content=b"other"),
    "another name with it": lambda: Import.objects.update(content=None, prepared=None, file_name="别的.xlsx"),
    "lines of a file that is there": lambda: ImportPage.objects.all().delete(),
    "a block uncounted": lambda: Forgetting.objects.all().delete(),
    "a block counted otherwise": lambda: Forgetting.objects.update(count=2),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_the_database_keeps_what_was_decided_and_counted(wrong: str):
    import_file(NOW)
    Forgetting.objects.create(key="mails", at=NOW, days=1, count=1)
    before = list(Import.objects.values()), list(ImportPage.objects.values()), list(Forgetting.objects.values())

    with databases.as_superuser(), pytest.raises(IntegrityError), transaction.atomic():
        WRONG[wrong]()

    after = list(Import.objects.values()), list(ImportPage.objects.values()), list(Forgetting.objects.values())
    assert after == before


def test_who_is_killed_between_blocks_is_taken_up_where_they_were(monkeypatch: pytest.MonkeyPatch):
    cycle = contact(NOW - timedelta(days=1_096)).suggestion.cycle
    for days in range(1_097, 1_101):
        ContactFactory(suggestion__cycle=cycle, suggestion__received_at=NOW - timedelta(days=days))
    kind = personal.kinds()["contacts"]
    assert kind.period is not None
    forget, blocks = kind.period.forget, []

    def dies(keys: Any) -> int:
        blocks.append(forget(keys))
        if len(blocks) == 2:
            raise KeyboardInterrupt
        return blocks[-1]

    monkeypatch.setattr(services, "BLOCK", 2)
    with monkeypatch.context() as dying:
        dying.setitem(personal._KINDS, "contacts", replace(kind, period=replace(kind.period, forget=dies)))
        with pytest.raises(KeyboardInterrupt):
            services.forget_overdue(at=NOW)
    assert (SuggestionContact.objects.count(), [row.count for row in Forgetting.objects.all()]) == (3, [2])

    assert services.forget_overdue(at=NOW) == {"contacts": 3}
    assert sorted(row.count for row in Forgetting.objects.all()) == [1, 2, 2]
    assert Entry.objects.filter(act="personal_data.forgotten").count() == 3


def test_the_clock_calls_it():
    contact(NOW - timedelta(days=9_999))

    assert tasks.forget_overdue() == {"contacts": 1}
