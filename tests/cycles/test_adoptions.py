"""A list that was decided elsewhere is adopted by its decision: number, day and file; it begins in delivery."""

import hashlib
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from livelihood.audit.models import Entry
from livelihood.cycles import services
from livelihood.cycles.models import Adoption, Cycle, PhasePeriod
from livelihood.cycles.selectors import adoption_of, year_track
from livelihood.cycles.states import DecisionMode, Phase
from livelihood.kernel.errors import Conflict, InvalidInput, NotReady
from livelihood.kernel.text import BadText
from livelihood.kernel.uploads import FileRefused
from tests.factories.frame import NOW, TODAY, AspectFactory, CycleFactory, PhasePeriodFactory, UserFactory

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n%%EOF"
PNG = b"\x89PNG\r\n\x1a\n rest"
DATES = (date(2024, 11, 1), date(2025, 10, 31))


def draft(**more) -> Cycle:
    return CycleFactory(phase=Phase.DRAFT, decision_mode=DecisionMode.ELSEWHERE, **more)


def adopt(cycle: Cycle, **more) -> Adoption:
    values: dict[str, Any] = {
        "decided_by": "秭归县第十九届人民代表大会第四次会议",
        "number": "秭人发〔2024〕3号",
        "decided_on": date(2024, 10, 20),
        "file": BytesIO(PDF),
        "file_name": "决定/关于批准2024年民生实事项目的决定.pdf",
        "dates": DATES,
        "by": UserFactory(),
        "at": NOW,
    }
    return services.adopt_list(cycle=cycle, **{**values, **more})


def correct(cycle: Cycle, **more) -> Adoption:
    values: dict[str, Any] = {
        "decided_by": "秭归县第十九届人民代表大会第四次会议",
        "number": "秭人发〔2024〕5号",
        "decided_on": date(2024, 10, 21),
        "file": None,
        "file_name": "",
        "by": UserFactory(),
        "at": NOW,
    }
    return services.correct_adoption(cycle=cycle, **{**values, **more})


def withdraw(cycle: Cycle, **more) -> Cycle:
    values: dict[str, Any] = {"issues": (), "reason": "应当先征集建议。", "by": UserFactory(), "at": NOW}
    return services.withdraw_adoption(cycle=cycle, **{**values, **more})


def test_an_adopted_year_begins_in_delivery():
    cycle, person = draft(), UserFactory()
    PhasePeriodFactory(cycle=cycle, phase=Phase.EVALUATE, starts_on=date(2025, 11, 1), ends_on=date(2025, 12, 31))

    adoption = adopt(cycle, by=person)

    cycle.refresh_from_db()
    assert cycle.phase == Phase.DELIVER
    assert (adoption.number, adoption.decided_on) == ("秭人发〔2024〕3号", date(2024, 10, 20))
    assert (adoption.file_name, adoption.kind) == ("关于批准2024年民生实事项目的决定.pdf", "pdf")
    assert (bytes(adoption.content), adoption.sha256) == (PDF, hashlib.sha256(PDF).hexdigest())
    assert (adoption.adopted_at, adoption.adopted_by) == (NOW, person.pk)
    period = PhasePeriod.objects.get(phase=Phase.DELIVER)
    assert (period.starts_on, period.ends_on) == DATES
    entry = Entry.objects.get()
    assert (entry.act, entry.detail["number"], entry.cycle_id) == ("cycle.adopted", "秭人发〔2024〕3号", cycle.pk)


def test_its_track_says_what_was_not_here():
    cycle = draft()
    adopt(cycle)
    cycle.refresh_from_db()

    assert [step.state for step in year_track(cycle)] == [
        "elsewhere", "elsewhere", "elsewhere", "current", "future", "future",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"number": " "}, BadText),
        ({"decided_by": ""}, BadText),
        ({"decided_on": date(2024, 11, 2)}, InvalidInput),
        ({"file": BytesIO(b"PK no pdf")}, FileRefused),
        ({"file": BytesIO(b"")}, FileRefused),
        ({"dates": (date(2024, 11, 2), date(2025, 10, 31))}, InvalidInput),
        ({"dates": (TODAY, date(2024, 10, 31))}, InvalidInput),
    ],
    ids=["number", "body", "future", "kind", "empty", "starts later", "ends before"],
)
def test_what_cannot_be_adopted_leaves_the_draft(more, refusal):
    cycle = draft()

    with pytest.raises(refusal), transaction.atomic():
        adopt(cycle, **more)

    assert Cycle.objects.get().phase == Phase.DRAFT
    assert (Adoption.objects.count(), Entry.objects.count(), PhasePeriod.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize(
    "values",
    [
        {"phase": Phase.DRAFT, "decision_mode": DecisionMode.VOTE},
        {"phase": Phase.SOLICIT, "decision_mode": DecisionMode.REVIEW},
        {"phase": Phase.DELIVER, "decision_mode": DecisionMode.ELSEWHERE},
    ],
)
def test_only_a_draft_that_is_decided_elsewhere_is_adopted(values):
    cycle = CycleFactory(**values)

    with pytest.raises(Conflict):
        adopt(cycle)

    assert Cycle.objects.get().phase == values["phase"]
    assert Adoption.objects.count() == 0


def test_a_correction_counts_and_what_stood_before_is_kept():
    cycle = draft()
    first = adopt(cycle)

    second = correct(cycle)

    assert adoption_of(cycle) == second
    assert (second.number, bytes(second.content), second.file_name) == ("秭人发〔2024〕5号", PDF, first.file_name)
    assert list(Adoption.objects.order_by("pk").values_list("number", flat=True)) == [first.number, second.number]
    assert Entry.objects.get(act="cycle.adoption_corrected").detail == {
        "number": ["秭人发〔2024〕3号", "秭人发〔2024〕5号"],
        "decided_on": ["2024-10-20", "2024-10-21"],
    }


def test_a_correction_may_bring_another_file():
    cycle = draft()
    adopt(cycle)

    second = correct(cycle, file=BytesIO(PNG), file_name="扫描件.png")

    assert (second.kind, bytes(second.content), second.file_name) == ("png", PNG, "扫描件.png")
    assert "sha256" in Entry.objects.get(act="cycle.adoption_corrected").detail


def test_what_was_not_adopted_is_not_corrected():
    cycle = draft()

    with pytest.raises(Conflict):
        correct(cycle)

    assert (Adoption.objects.count(), Entry.objects.count()) == (0, 0)


def test_an_adoption_is_taken_back_and_the_year_may_be_discarded():
    cycle, person = draft(), UserFactory()
    AspectFactory(cycle=cycle)
    adopt(cycle)
    correct(cycle)

    withdraw(cycle, by=person)

    cycle.refresh_from_db()
    assert (cycle.phase, adoption_of(cycle)) == (Phase.DRAFT, None)
    assert {(row.withdrawn_by, row.why_withdrawn) for row in Adoption.objects.all()} == {
        (person.pk, "应当先征集建议。")
    }
    assert Entry.objects.filter(act="cycle.adoption_withdrawn").count() == 1

    services.discard_cycle(cycle=cycle, by=person, at=NOW)
    assert (Cycle.objects.count(), Adoption.objects.count()) == (0, 0)


def test_what_was_done_stops_taking_an_adoption_back():
    cycle = draft()
    adopt(cycle)

    with pytest.raises(NotReady):
        withdraw(cycle, issues=("The list has 1 project.",))
    with pytest.raises(BadText), transaction.atomic():
        withdraw(cycle, reason="")

    assert Cycle.objects.get().phase == Phase.DELIVER
    assert Adoption.objects.get().withdrawn_at is None


def test_a_list_that_was_decided_here_is_not_taken_back_so():
    cycle = CycleFactory(phase=Phase.DELIVER)

    with pytest.raises(Conflict):
        withdraw(cycle)

    assert Cycle.objects.get().phase == Phase.DELIVER


def test_the_database_keeps_a_decision():
    cycle = draft()
    adopt(cycle)

    with pytest.raises(IntegrityError, match="the year has begun"), transaction.atomic():
        Adoption.objects.all().delete()

    assert Adoption.objects.count() == 1
