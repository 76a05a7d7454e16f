from collections.abc import Iterable
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.utils import translation

from livelihood.accounts.models import User
from livelihood.accounts.roles import Role
from livelihood.audit.models import Entry
from livelihood.cycles.models import Adoption, Cycle, PhaseMove
from livelihood.cycles.states import PHASE_MOVES, DecisionMode, Phase
from livelihood.kernel.errors import Conflict, InvalidInput, NotAllowed, NotReady, Text
from livelihood.portal import rules, selectors, services
from projects.rules import may_manage as may_manage_projects
from proposals.rules import may_suggest
from proposals.states import Channel, NeedOutcome
from tests import databases
from tests.factories.frame import NOW, TODAY, CityFactory, CycleFactory, PhasePeriodFactory, UserFactory, official
from tests.factories.projects import ProjectFactory, StandardFactory
from tests.factories.proposals import CandidateFactory, NeedFactory, SuggestionFactory
from tests.factories.reports import announce, judged_year
from tests.factories.surveys import SurveyFactory
from tests.factories.voting import freeze, plenary
from voting import services as voting
from voting.states import RoundState

pytestmark = pytest.mark.django_db


def test_the_livelihood_office_opens_a_year():
    city = CityFactory()
    office = official(Role.LIVELIHOOD_OFFICE, city)

    cycle = services.open_year(
        area=city,
        year=2026,
        is_sure=True,
        decision_mode=DecisionMode.VOTE,
        periods={Phase.SOLICIT: (date(2025, 10, 1), date(2025, 10, 31))},
        aspects=[("医疗卫生", "Medical care")],
        by=office,
        at=NOW,
    )

    assert (cycle.area, cycle.year, cycle.phase) == (city, 2026, Phase.DRAFT)


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.LIVELIHOOD_OFFICE, Role.ADMINISTRATOR}])
def test_nobody_else_opens_a_year(role):
    city = CityFactory()

    with pytest.raises(NotAllowed):
        services.open_year(
            area=city,
            year=2026,
            decision_mode=DecisionMode.VOTE,
            periods={},
            aspects=[],
            by=official(role, city),
            at=NOW,
        )

    assert Cycle.objects.count() == 0


def office_of(cycle: Cycle) -> User:
    return official(Role.LIVELIHOOD_OFFICE, cycle.area)


def advance(cycle: Cycle, expected: Phase, **more) -> Cycle:
    return services.advance_year(**{"cycle": cycle, "expected": expected, "by": office_of(cycle), "at": NOW, **more})


def take_back(cycle: Cycle, **more) -> Cycle:
    values: dict[str, Any] = {
        "expected": Phase(cycle.phase),
        "reason": "点错了，撤回。",
        "by": office_of(cycle),
        "at": NOW,
    }
    return services.take_back_year(cycle=cycle, **{**values, **more})


@pytest.mark.parametrize(("year", "is_far"), [(2022, True), (2023, False), (2024, False), (2025, False), (2026, True)])
def test_a_year_far_from_today_is_asked_about(year, is_far):
    city = CityFactory()
    office = official(Role.LIVELIHOOD_OFFICE, city)
    how: dict[str, Any] = {
        "area": city,
        "year": year,
        "decision_mode": DecisionMode.VOTE,
        "periods": {},
        "aspects": [("住房", "")],
    }

    if is_far:
        with pytest.raises(InvalidInput) as refusal:
            services.open_year(**how, by=office, at=NOW)
        assert refusal.value.field == "is_sure"
        assert Cycle.objects.count() == 0
    services.open_year(**how, by=office, at=NOW, is_sure=is_far)

    assert Cycle.objects.get().year == year


def test_a_draft_is_renamed_to_a_year_far_from_today_only_on_purpose():
    cycle = CycleFactory(phase=Phase.DRAFT, year=2025)
    how: dict[str, Any] = {
        "decision_mode": DecisionMode.VOTE,
        "periods": {},
        "aspects": [("住房", "")],
        "by": office_of(cycle),
    }

    with pytest.raises(InvalidInput):
        services.edit_year(cycle=cycle, year=2052, **how, at=NOW)
    assert Cycle.objects.get().year == 2025
    services.edit_year(cycle=cycle, year=2052, **how, at=NOW, is_sure=True)
    services.edit_year(cycle=cycle, year=2052, **how, at=NOW)

    assert Cycle.objects.get().year == 2052


def test_a_year_does_not_move_on_while_a_room_has_unfinished_business():
    cycle = CycleFactory(phase=Phase.PLAN)
    SuggestionFactory(cycle=cycle)

    with pytest.raises(NotReady) as refusal:
        advance(cycle, Phase.PLAN)

    assert len(refusal.value.issues) == 2
    assert Cycle.objects.get().phase == Phase.PLAN
    assert not Entry.objects.filter(act="cycle.advanced").exists()


def test_a_draft_does_not_move_on():
    cycle = CycleFactory(phase=Phase.DRAFT)

    with pytest.raises(NotAllowed):
        advance(cycle, Phase.DRAFT)

    assert Cycle.objects.get().phase == Phase.DRAFT


def test_collecting_that_was_ended_by_a_click_goes_on():
    cycle: Cycle = CycleFactory()
    PhasePeriodFactory(cycle=cycle, phase=Phase.SOLICIT, ends_on=date(2024, 11, 30))
    assert may_suggest(None, cycle, Channel.WEB, NOW).ok
    with pytest.raises(InvalidInput):
        advance(cycle, Phase.SOLICIT, dates=(TODAY, date(2024, 12, 31)))

    cycle = advance(cycle, Phase.SOLICIT, dates=(TODAY, date(2024, 12, 31)), reason="点击试试看。")
    assert not may_suggest(None, cycle, Channel.WEB, NOW).ok
    cycle = take_back(cycle)

    assert may_suggest(None, cycle, Channel.WEB, NOW + timedelta(days=29)).ok
    assert not may_suggest(None, cycle, Channel.WEB, NOW + timedelta(days=30)).ok


def candidate(cycle: Cycle) -> None:
    CandidateFactory(cycle=cycle)


def turned_down_need(cycle: Cycle) -> None:
    NeedFactory(cycle=cycle, outcome=NeedOutcome.NOT_ADOPTED, reason="太贵。", decided_at=NOW, decided_by=UserFactory())


def submitted_list(cycle: Cycle) -> None:
    freeze(cycle, 1)
    with databases.behind_the_guards():
        Cycle.objects.filter(pk=cycle.pk).update(decision_mode=DecisionMode.REVIEW)
    voting.submit_list(cycle=cycle, session="两会", by=office_of(cycle), at=NOW)


def english(texts: Iterable[Text]) -> list[str]:
    with translation.override("en"):
        return [str(text) for text in texts]


DONE = {
    "candidate": (Phase.PLAN, candidate, "1 candidate was drafted."),
    "need": (Phase.PLAN, turned_down_need, "1 need was turned down."),
    "round": (
        Phase.DECIDE,
        lambda cycle: plenary(cycle=cycle, until=RoundState.RULES_LOCKED),
        "The rules of 1 voting round are locked.",
    ),
    "review": (Phase.DECIDE, submitted_list, "The list has been submitted for review."),
    "project": (Phase.DELIVER, lambda cycle: ProjectFactory(cycle=cycle), "The list has 1 project."),
    "standard": (Phase.DELIVER, lambda cycle: StandardFactory(cycle=cycle), "1 standard was written."),
    "survey": (Phase.DELIVER, lambda cycle: SurveyFactory(cycle=cycle), "1 survey was created."),
    "announcement": (
        Phase.EVALUATE,
        lambda cycle: announce(judged_year(cycle)),
        "The year-end announcement is published.",
    ),
}


@pytest.mark.parametrize(("phase", "act", "said"), DONE.values(), ids=DONE)
def test_what_a_room_did_in_a_phase_stops_taking_it_back_and_only_there(phase, act, said):
    cycle = CycleFactory(phase=phase)
    PhaseMove.objects.create(cycle=cycle, old=PHASE_MOVES[phase, "take_back"], new=phase, before={}, moved_at=NOW)
    assert selectors.done_in_phase(cycle) == []
    act(cycle)

    with translation.override("en"), pytest.raises(NotReady) as refusal:
        take_back(cycle)
    assert english(refusal.value.issues) == [said]
    assert Cycle.objects.get(pk=cycle.pk).phase == phase
    for other in sorted(set(Phase) - {phase}):
        cycle.phase = other
        with translation.override("en"):
            assert said not in english(selectors.done_in_phase(cycle))


def test_a_closed_year_is_opened_again():
    cycle = CycleFactory(phase=Phase.CLOSED)
    PhaseMove.objects.create(cycle=cycle, old=Phase.EVALUATE, new=Phase.CLOSED, before={}, moved_at=NOW)

    take_back(cycle)

    assert Cycle.objects.get().phase == Phase.EVALUATE


@pytest.mark.parametrize("phase", [Phase.DRAFT, Phase.SOLICIT])
def test_before_planning_there_is_no_step_to_take_back(phase):
    cycle = CycleFactory(phase=phase)

    with pytest.raises(NotAllowed):
        take_back(cycle)

    assert Cycle.objects.get().phase == phase


def adopt(cycle: Cycle, **more) -> Adoption:
    values: dict[str, Any] = {
        "decided_by": "县人民代表大会",
        "number": "〔2024〕3号",
        "decided_on": TODAY,
        "file": BytesIO(b"%PDF-1.7"),
        "file_name": "决定.pdf",
        "dates": (TODAY, date(2025, 10, 31)),
        "by": office_of(cycle),
        "at": NOW,
    }
    return services.adopt_year(cycle=cycle, **{**values, **more})


def correct(cycle: Cycle, **more) -> Adoption:
    values: dict[str, Any] = {
        "decided_by": "县人民代表大会",
        "number": "〔2024〕4号",
        "decided_on": TODAY,
        "file": None,
        "file_name": "",
    }
    return services.correct_year_adoption(cycle=cycle, **{**values, "by": office_of(cycle), "at": NOW, **more})


def test_a_list_decided_elsewhere_is_adopted_corrected_and_taken_back():
    cycle = CycleFactory(phase=Phase.DRAFT, decision_mode=DecisionMode.ELSEWHERE)

    adopt(cycle)
    cycle.refresh_from_db()
    correct(cycle)
    assert cycle.phase == Phase.DELIVER
    assert may_manage_projects(office_of(cycle), cycle, NOW).ok
    take_back(cycle)

    assert Cycle.objects.get().phase == Phase.DRAFT


def test_an_adopted_year_with_a_project_stays():
    cycle = CycleFactory(phase=Phase.DRAFT, decision_mode=DecisionMode.ELSEWHERE)
    adopt(cycle)
    cycle.refresh_from_db()
    ProjectFactory(cycle=cycle)

    with pytest.raises(NotReady):
        take_back(cycle)

    assert Cycle.objects.get().phase == Phase.DELIVER


ACTS = {
    "edit": (
        rules.may_edit_draft,
        lambda cycle, by: services.edit_year(
            cycle=cycle, year=2025, decision_mode=DecisionMode.VOTE, periods={}, aspects=[], by=by, at=NOW
        ),
        {Phase.DRAFT},
    ),
    "discard": (
        rules.may_edit_draft,
        lambda cycle, by: services.discard_year(cycle=cycle, by=by, at=NOW),
        {Phase.DRAFT},
    ),
    "date": (
        rules.may_manage_cycle,
        lambda cycle, by: services.date_year(cycle=cycle, periods={}, by=by, at=NOW),
        set(Phase) - {Phase.CLOSED},
    ),
    "advance": (
        rules.may_advance,
        lambda cycle, by: advance(cycle, Phase(cycle.phase), by=by),
        set(Phase) - {Phase.CLOSED, Phase.DRAFT},
    ),
    "take back": (
        rules.may_take_back,
        lambda cycle, by: take_back(cycle, by=by),
        set(Phase) - {Phase.DRAFT, Phase.SOLICIT},
    ),
    "adopt": (rules.may_adopt, lambda cycle, by: adopt(cycle, by=by), {Phase.DRAFT}),
    "correct": (
        rules.may_correct_adoption,
        lambda cycle, by: correct(cycle, by=by),
        set(Phase) - {Phase.CLOSED, Phase.DRAFT},
    ),
}
MANAGING = {Role.LIVELIHOOD_OFFICE, Role.ADMINISTRATOR}


@pytest.mark.parametrize(("rule", "act", "phases"), ACTS.values(), ids=ACTS)
def test_role_and_phase_decide_together(rule, act, phases):
    area = CityFactory()
    people = {role: official(role, area) for role in Role}
    stranger = official(Role.LIVELIHOOD_OFFICE, CityFactory())
    for number, phase in enumerate(Phase):
        cycle = CycleFactory(area=area, year=2030 + number, phase=phase, decision_mode=DecisionMode.ELSEWHERE)

        may = {role for role, person in people.items() if rule(person, cycle, NOW).ok}
        assert may == (MANAGING if phase in phases else set()), phase
        assert not rule(stranger, cycle, NOW).ok
        refused = people[Role.DEPARTMENT] if phase in phases else people[Role.LIVELIHOOD_OFFICE]
        with pytest.raises(NotAllowed):
            act(cycle, refused)

    assert Cycle.objects.filter(area=area).count() == len(Phase)
    assert Entry.objects.count() == 0


@pytest.mark.parametrize("mode", [DecisionMode.VOTE, DecisionMode.REVIEW])
def test_a_list_that_is_decided_here_is_not_adopted(mode):
    cycle = CycleFactory(phase=Phase.DRAFT, decision_mode=mode)

    with pytest.raises(NotAllowed):
        adopt(cycle)
    with pytest.raises(NotAllowed):
        correct(CycleFactory(phase=Phase.DELIVER, decision_mode=mode))

    assert Adoption.objects.count() == 0


def test_a_second_click_does_not_move_a_year_twice():
    cycle = CycleFactory(phase=Phase.PLAN)
    office = official(Role.LIVELIHOOD_OFFICE, cycle.area)

    with pytest.raises(Conflict):
        services.advance_year(cycle=cycle, expected=Phase.SOLICIT, by=office, at=NOW)

    assert Cycle.objects.get().phase == Phase.PLAN


def test_a_closed_year_is_only_read():
    cycle = CycleFactory(phase=Phase.CLOSED)
    office = official(Role.LIVELIHOOD_OFFICE, cycle.area)

    with pytest.raises(NotAllowed):
        services.date_year(cycle=cycle, periods={}, by=office, at=NOW)
    with pytest.raises(NotAllowed):
        services.advance_year(cycle=cycle, expected=Phase.CLOSED, by=office, at=NOW)

    assert Entry.objects.count() == 0
