"""Phases move with both dates named; what ends early needs a reason; a move is taken back with the dates before it."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from livelihood.audit.models import Entry
from livelihood.cycles import services
from livelihood.cycles.models import Cycle, PhaseMove, PhasePeriod
from livelihood.cycles.states import PHASE_ORDER, DecisionMode, Phase
from livelihood.kernel.errors import Conflict, IllegalMove, InvalidInput, NotReady
from livelihood.kernel.text import BadText
from tests.factories.frame import NOW, TODAY, CycleFactory, PhasePeriodFactory, UserFactory

pytestmark = pytest.mark.django_db

OCTOBER = (date(2024, 10, 15), date(2024, 11, 15))
WINTER = (date(2024, 11, 16), date(2024, 12, 31))
NEW = (TODAY, date(2024, 12, 20))
WHY = "建议已经收齐，提前转入谋划。"


def periods(cycle: Cycle) -> dict[str, tuple[date, date]]:
    return {row.phase: (row.starts_on, row.ends_on) for row in PhasePeriod.objects.filter(cycle=cycle)}


def collecting() -> Cycle:
    """Return a year that collects suggestions until the middle of November; today is the first."""
    cycle: Cycle = CycleFactory()
    PhasePeriodFactory(cycle=cycle, phase=Phase.SOLICIT, starts_on=OCTOBER[0], ends_on=OCTOBER[1])
    PhasePeriodFactory(cycle=cycle, phase=Phase.PLAN, starts_on=WINTER[0], ends_on=WINTER[1])
    return cycle


def advance(cycle: Cycle, expected: Phase | None = None, **more) -> Cycle:
    values: dict[str, Any] = {
        "issues": (),
        "dates": None,
        "reason": "",
        "by": UserFactory(),
        "at": NOW,
    }
    return services.advance_phase(cycle=cycle, expected=expected or Phase(cycle.phase), **{**values, **more})


def take_back(cycle: Cycle, **more) -> Cycle:
    values: dict[str, Any] = {
        "expected": Phase(cycle.phase),
        "issues": (),
        "reason": "点错了，还要继续征集。",
        "at": NOW,
    }
    return services.take_back_phase(cycle=cycle, **{**values, "by": UserFactory(), **more})


@pytest.mark.parametrize(
    "wrong",
    [
        {Phase.SOLICIT: (OCTOBER[1], OCTOBER[0])},
        {Phase.SOLICIT: WINTER, Phase.PLAN: OCTOBER},
        {Phase.SOLICIT: OCTOBER, Phase.PLAN: (OCTOBER[1] - timedelta(days=1), WINTER[1])},
        {Phase.SOLICIT: OCTOBER, Phase.DELIVER: (OCTOBER[1] - timedelta(days=1), WINTER[1])},
    ],
)
def test_dates_out_of_order_are_refused_and_nothing_is_written(wrong):
    cycle = CycleFactory()

    with pytest.raises(InvalidInput):
        services.date_phases(cycle=cycle, periods=wrong, by=UserFactory(), at=NOW)

    assert PhasePeriod.objects.count() == 0
    assert Entry.objects.count() == 0


def test_two_phases_share_no_day_but_that_of_the_step():
    cycle, by = collecting(), UserFactory()
    later = (OCTOBER[1], WINTER[1])

    services.date_phases(cycle=cycle, periods={Phase.PLAN: later}, by=by, at=NOW)
    with translation.override("zh-hans"), pytest.raises(InvalidInput) as refusal:
        services.date_phases(cycle=cycle, periods={Phase.PLAN: (date(2024, 11, 14), WINTER[1])}, by=by, at=NOW)

    assert periods(cycle) == {"solicit": OCTOBER, "plan": later}
    problem = "“谋划候选”于2024-11-14开始，而“征集建议”到2024-11-15才结束。请更正日期。"
    assert (str(refusal.value), refusal.value.field) == (problem, "plan_starts_on")


def test_the_database_holds_that_phases_follow_one_another():
    cycle = collecting()

    for phase, day in ((Phase.SOLICIT, {"ends_on": WINTER[1]}), (Phase.PLAN, {"starts_on": OCTOBER[0]})):
        with transaction.atomic():
            PhasePeriod.objects.filter(cycle=cycle, phase=phase).update(**day)
            with pytest.raises(IntegrityError, match="before the one before it ends"):
                connection.check_constraints()
            transaction.set_rollback(True)

    assert periods(cycle) == {"solicit": OCTOBER, "plan": WINTER}


def test_a_draft_has_no_dates_of_its_own():
    with pytest.raises(IntegrityError), transaction.atomic():
        PhasePeriodFactory(phase=Phase.DRAFT)


def test_a_draft_begins_once():
    cycle = CycleFactory(phase=Phase.DRAFT)

    services.begin_cycle(cycle=cycle, by=UserFactory(), at=NOW)
    with pytest.raises(Conflict):
        services.begin_cycle(cycle=cycle, by=UserFactory(), at=NOW)

    assert Cycle.objects.get().phase == Phase.SOLICIT
    assert Entry.objects.get().act == "cycle.begun"


def test_a_cycle_walks_through_its_phases_once_and_back():
    cycle: Cycle = CycleFactory()

    walked = []
    while cycle.phase != Phase.CLOSED:
        cycle = advance(cycle)
        walked.append(cycle.phase)
    with pytest.raises(IllegalMove):
        advance(cycle)
    while cycle.phase != Phase.SOLICIT:
        cycle = take_back(cycle)
        walked.append(cycle.phase)
    with pytest.raises(IllegalMove):
        take_back(cycle)

    assert walked == [*PHASE_ORDER[2:], *reversed(PHASE_ORDER[1:-1])]


def test_a_second_click_on_the_same_step_changes_nothing():
    cycle = CycleFactory()
    advance(cycle)

    with pytest.raises(Conflict):
        advance(cycle, Phase.SOLICIT)

    assert Cycle.objects.get().phase == Phase.PLAN
    assert Entry.objects.filter(act="cycle.advanced").count() == PhaseMove.objects.count() == 1


def test_unfinished_work_holds_the_phase():
    cycle = CycleFactory()

    with pytest.raises(NotReady) as refusal:
        advance(cycle, issues=("Three letters wait.",))

    assert refusal.value.issues == ("Three letters wait.",)
    assert Cycle.objects.get().phase == Phase.SOLICIT
    assert (Entry.objects.count(), PhaseMove.objects.count()) == (0, 0)


def test_a_phase_that_is_over_moves_on_without_a_reason():
    cycle = collecting()
    services.date_phases(
        cycle=cycle, periods={Phase.SOLICIT: (OCTOBER[0], date(2024, 10, 31))}, by=UserFactory(), at=NOW, reason=WHY
    )

    advance(cycle, dates=NEW, reason="不需要理由")

    assert periods(cycle) == {"solicit": (OCTOBER[0], date(2024, 10, 31)), "plan": NEW}
    assert PhaseMove.objects.get().reason == ""
    assert Entry.objects.get(act="cycle.advanced").detail["is_early"] is False


@pytest.mark.parametrize("reason", ["", "  急 "])
def test_a_phase_that_is_not_over_moves_on_with_a_reason_only(reason):
    cycle = collecting()

    with pytest.raises(BadText) as refusal:
        advance(cycle, dates=NEW, reason=reason)

    assert refusal.value.field == "reason"
    assert Cycle.objects.get().phase == Phase.SOLICIT
    assert periods(cycle) == {"solicit": OCTOBER, "plan": WINTER}
    assert (Entry.objects.count(), PhaseMove.objects.count()) == (0, 0)


SHORTER = [(OCTOBER[0] + timedelta(days=1), OCTOBER[1]), (OCTOBER[0], OCTOBER[1] - timedelta(days=1))]


@pytest.mark.parametrize("dates", SHORTER)
def test_days_that_people_were_told_of_are_taken_away_with_a_reason_only(dates):
    cycle, by = collecting(), UserFactory()

    with pytest.raises(BadText) as refusal:
        services.date_phases(cycle=cycle, periods={Phase.SOLICIT: dates}, by=by, at=NOW)

    assert refusal.value.field == "reason"
    assert (periods(cycle)["solicit"], Entry.objects.count()) == (OCTOBER, 0)
    services.date_phases(cycle=cycle, periods={Phase.SOLICIT: dates}, by=by, at=NOW, reason=WHY)
    assert periods(cycle)["solicit"] == dates
    assert Entry.objects.get().detail["reason"] == WHY


def test_a_phase_that_runs_keeps_days_and_gets_more_without_a_reason():
    cycle, by = collecting(), UserFactory()

    with pytest.raises(InvalidInput):
        services.date_phases(cycle=cycle, periods={Phase.SOLICIT: None}, by=by, at=NOW, reason=WHY)

    longer = (OCTOBER[0] - timedelta(days=1), OCTOBER[1] + timedelta(days=1))
    services.date_phases(cycle=cycle, periods={Phase.SOLICIT: longer, Phase.PLAN: WINTER}, by=by, at=NOW)
    assert (periods(cycle)["solicit"], "reason" in Entry.objects.get().detail) == (longer, False)


@pytest.mark.parametrize("years", [(-6, 0), (0, 6), (-5, 7000)])
def test_dates_far_from_the_year_are_refused(years):
    cycle = CycleFactory(phase=Phase.DRAFT)
    first, last = (date(cycle.year + more, 6, 1) for more in years)

    with pytest.raises(InvalidInput):
        services.date_phases(cycle=cycle, periods={Phase.DELIVER: (first, last)}, by=UserFactory(), at=NOW)

    assert not PhasePeriod.objects.exists()


def test_the_last_day_belongs_to_the_phase():
    cycle = collecting()
    ended = {Phase.SOLICIT: (OCTOBER[0], TODAY)}
    services.date_phases(cycle=cycle, periods=ended, by=UserFactory(), at=NOW, reason=WHY)

    with pytest.raises(BadText):
        advance(cycle, dates=NEW)

    assert Cycle.objects.get().phase == Phase.SOLICIT


def test_what_ends_early_ends_today_and_keeps_what_was_planned():
    cycle = collecting()

    advance(cycle, dates=NEW, reason=WHY)

    assert periods(cycle) == {"solicit": (OCTOBER[0], TODAY), "plan": NEW}
    move = PhaseMove.objects.get()
    assert (move.old, move.new, move.reason, move.planned_end) == ("solicit", "plan", WHY, OCTOBER[1])
    assert Entry.objects.get().detail["periods"] == {
        "plan": ["2024-11-01", "2024-12-20"],
        "solicit": ["2024-10-15", "2024-11-01"],
    }


def test_what_had_no_dates_has_no_planned_end():
    cycle = advance(CycleFactory(), dates=NEW)

    assert PhaseMove.objects.get().planned_end is None
    assert periods(cycle) == {"plan": NEW}


def test_a_phase_that_ends_before_it_was_to_start_is_a_day():
    cycle = CycleFactory()
    PhasePeriodFactory(cycle=cycle, phase=Phase.SOLICIT, starts_on=date(2024, 11, 5), ends_on=date(2024, 11, 15))

    advance(cycle, dates=NEW, reason=WHY)

    assert periods(cycle) == {"solicit": (TODAY, TODAY), "plan": NEW}


@pytest.mark.parametrize(
    "dates",
    [
        (date(2024, 11, 2), date(2024, 12, 20)),
        (TODAY, date(2024, 10, 31)),
        (date(2024, 10, 14), date(2024, 12, 20)),
        (date(2024, 10, 31), date(2024, 12, 20)),
    ],
    ids=["future", "end before start", "before the phase before", "before the last day of the phase before"],
)
def test_dates_that_cannot_be_move_nothing(dates):
    cycle = collecting()

    with pytest.raises(InvalidInput):
        advance(cycle, dates=dates, reason=WHY)

    assert Cycle.objects.get().phase == Phase.SOLICIT
    assert periods(cycle) == {"solicit": OCTOBER, "plan": WINTER}
    assert PhaseMove.objects.count() == 0


def test_a_move_is_taken_back_with_the_dates_before_it():
    cycle = advance(collecting(), dates=NEW, reason=WHY)
    person = UserFactory()

    take_back(cycle, by=person)

    assert Cycle.objects.get().phase == Phase.SOLICIT
    assert periods(cycle) == {"solicit": OCTOBER, "plan": WINTER}
    move = PhaseMove.objects.get()
    assert (move.taken_back_at, move.taken_back_by, move.why_taken_back) == (NOW, person.pk, "点错了，还要继续征集。")
    assert Entry.objects.get(act="cycle.taken_back").detail == {"old": "plan", "new": "solicit", "move": move.pk}


def test_a_move_whose_days_a_later_phase_has_taken_is_taken_back_once_they_are_free():
    cycle = advance(collecting(), dates=NEW, reason=WHY)
    for begins, is_back in ((date(2024, 12, 20), False), (WINTER[1], True)):
        services.date_phases(cycle=cycle, periods={Phase.DECIDE: (begins, date(2025, 1, 31))}, by=UserFactory(), at=NOW)
        if is_back:
            take_back(cycle)
        else:
            with pytest.raises(InvalidInput):
                take_back(cycle)
            assert (Cycle.objects.get().phase, periods(cycle)["plan"]) == (Phase.PLAN, NEW)

    assert Cycle.objects.get().phase == Phase.SOLICIT
    assert periods(cycle) == {"solicit": OCTOBER, "plan": WINTER, "decide": (WINTER[1], date(2025, 1, 31))}


def test_a_move_is_taken_back_and_made_again():
    cycle = take_back(advance(collecting(), dates=NEW, reason=WHY))

    advance(cycle, dates=NEW, reason=WHY)

    assert Cycle.objects.get().phase == Phase.PLAN
    assert [move.taken_back_at for move in PhaseMove.objects.order_by("pk")] == [NOW, None]


def test_dates_that_the_new_phase_had_not_are_taken_back_too():
    cycle = advance(CycleFactory(), dates=NEW)

    take_back(cycle)

    assert periods(cycle) == {}


def test_what_was_done_stops_taking_back():
    cycle = advance(collecting(), dates=NEW, reason=WHY)

    with pytest.raises(NotReady) as refusal:
        take_back(cycle, issues=("1 candidate was drafted.",))

    assert refusal.value.issues == ("1 candidate was drafted.",)
    assert Cycle.objects.get().phase == Phase.PLAN
    assert periods(cycle)["plan"] == NEW
    assert PhaseMove.objects.get().taken_back_at is None


def test_taking_back_needs_a_reason_and_the_phase_that_was_seen():
    cycle = advance(collecting(), dates=NEW, reason=WHY)

    with pytest.raises(BadText):
        take_back(cycle, reason="")
    with pytest.raises(Conflict):
        take_back(cycle, expected=Phase.DECIDE)

    assert Cycle.objects.get().phase == Phase.PLAN
    assert periods(cycle)["plan"] == NEW
    assert PhaseMove.objects.get().taken_back_at is None


def test_a_phase_without_a_move_is_not_taken_back():
    cycle = CycleFactory(phase=Phase.DELIVER)

    with pytest.raises(NotReady):
        take_back(cycle)

    assert Cycle.objects.get().phase == Phase.DELIVER


def test_the_memory_of_moves_stays():
    cycle = advance(CycleFactory())

    with pytest.raises(IntegrityError, match="the year has begun"), transaction.atomic():
        PhaseMove.objects.filter(cycle=cycle).delete()

    assert PhaseMove.objects.count() == 1


def test_a_year_whose_list_is_decided_elsewhere_has_no_days_of_what_went_before():
    cycle = CycleFactory(phase=Phase.DRAFT, decision_mode=DecisionMode.ELSEWHERE)

    with translation.override("zh-hans"), pytest.raises(InvalidInput, match="谋划"):
        services.date_phases(cycle=cycle, periods={Phase.PLAN: WINTER}, by=UserFactory(), at=NOW)

    assert (PhasePeriod.objects.count(), Entry.objects.count()) == (0, 0)
