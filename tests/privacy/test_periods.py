"""The office says how long something is kept, within bounds, with a reason; the clock goes by it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from livelihood.accounts.roles import Role
from livelihood.audit.models import Entry
from livelihood.cycles.states import Phase
from livelihood.kernel.errors import Conflict, DomainError, InvalidInput, NotAllowed
from livelihood.kernel.personal import kinds
from livelihood.kernel.text import BadText
from livelihood.privacy import services
from livelihood.privacy.models import RetentionPeriod
from tests import databases
from tests.factories.frame import NOW, CycleFactory, official
from tests.factories.proposals import ContactFactory
from tests.threads import overtaken

pytestmark = pytest.mark.django_db

GIVEN: dict[str, Any] = {"days": 400, "reason": "档案部门的意见。", "seen": 0, "at": NOW}


def test_the_clock_goes_by_what_the_office_has_set(city: Any, administrator: Any, journal: Any):
    kind = kinds()["contacts"]
    ContactFactory(
        suggestion__cycle=CycleFactory(area=city, phase=Phase.CLOSED), suggestion__received_at=NOW - timedelta(days=401)
    )

    kept = services.forget_overdue(at=NOW)
    first = services.set_period(kind=kind, **GIVEN, by=administrator)
    second = services.set_period(kind=kind, **GIVEN | {"days": 500, "seen": 1}, by=administrator)
    longer = services.forget_overdue(at=NOW)
    services.set_period(kind=kind, **GIVEN | {"seen": 2}, by=administrator)
    gone = services.forget_overdue(at=NOW)

    assert (kept, longer, gone) == ({}, {}, {"contacts": 1})
    assert [(one.number, one.days, one.reason, one.set_by, one.set_at) for one in (first, second)] == [
        (1, 400, "档案部门的意见。", administrator, NOW),
        (2, 500, "档案部门的意见。", administrator, NOW),
    ]
    set_ = [(act, by, detail["days"]) for act, by, detail in journal() if act == "personal_data.period_set"]
    assert set_ == [
        ("personal_data.period_set", administrator.pk, days) for days in ([1_095, 400], [400, 500], [500, 400])
    ]


@pytest.mark.parametrize(
    ("key", "changed", "error", "field"),
    [
        ("contacts", {"days": 364}, InvalidInput, "days"),
        ("contacts", {"days": 3_651}, InvalidInput, "days"),
        ("contacts", {"days": 1_095}, InvalidInput, "days"),
        ("contacts", {"reason": "  "}, BadText, "reason"),
        ("contacts", {"seen": 1}, Conflict, None),
        ("journal", {}, NotAllowed, None),
    ],
)
def test_what_is_refused_changes_nothing(
    administrator: Any, key: str, changed: Any, error: type[DomainError], field: str | None
):
    with pytest.raises(error) as refusal:
        services.set_period(kind=kinds()[key], **GIVEN | changed, by=administrator)

    assert refusal.value.field == field
    assert not RetentionPeriod.objects.exists()
    assert not Entry.objects.exists()


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_nobody_else_says_how_long(city: Any, journal: Any, role: Role):
    with pytest.raises(NotAllowed):
        services.set_period(kind=kinds()["contacts"], **GIVEN, by=official(role, city))

    assert not RetentionPeriod.objects.exists()
    assert journal() == []


WRONG: dict[str, Any] = {
    "changed": lambda: RetentionPeriod.objects.update(days=1),
    "gone": lambda: RetentionPeriod.objects.all().delete(),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_the_database_keeps_what_was_set(administrator: Any, wrong: str):
    services.set_period(kind=kinds()["contacts"], **GIVEN, by=administrator)
    before = list(RetentionPeriod.objects.values())

    with databases.as_superuser(), pytest.raises(IntegrityError), transaction.atomic():
        WRONG[wrong]()

    assert list(RetentionPeriod.objects.values()) == before


@pytest.mark.django_db(transaction=True)
def test_of_two_at_the_same_moment_one_is_told(administrator: Any):
    def set_it(days: int) -> str:
        return str(services.set_period(kind=kinds()["contacts"], **GIVEN | {"days": days}, by=administrator).number)

    answer = overtaken(lambda: set_it(400), lambda: set_it(500))

    assert isinstance(answer, Conflict)
    assert [period.days for period in RetentionPeriod.objects.all()] == [400]
