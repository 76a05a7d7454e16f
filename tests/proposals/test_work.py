"""What is unfinished in a year, and what waits for whom."""

from datetime import date

import pytest

from livelihood.accounts.roles import Role
from livelihood.cycles.states import DecisionMode, Phase
from proposals import selectors, services
from proposals.states import DeclineReason, NeedOutcome, SuggestionState
from tests.factories.frame import NOW, CycleFactory, PhasePeriodFactory, official
from tests.factories.proposals import (
    AcceptedFactory,
    CandidateFactory,
    ContactFactory,
    CostLineFactory,
    NeedFactory,
    NeedLinkFactory,
    SuggestionFactory,
)


def test_a_draft_waits_for_its_letter_where_it_has_one(db, office_of):
    here, elsewhere, begun = (
        CycleFactory(phase=phase, decision_mode=mode)
        for phase, mode in (
            (Phase.DRAFT, DecisionMode.VOTE),
            (Phase.DRAFT, DecisionMode.ELSEWHERE),
            (Phase.SOLICIT, DecisionMode.VOTE),
        )
    )

    found = [[item.url for item in selectors.work_for(office_of(cycle), NOW)] for cycle in (here, elsewhere, begun)]

    assert found == [[here.address("proposals:letter_edit")], [], []]


def test_planning_ends_when_every_suggestion_and_need_has_an_end(planning, office_of):
    waiting = SuggestionFactory(cycle=planning)
    loose = AcceptedFactory(cycle=planning)
    need = NeedFactory(cycle=planning)
    assert len(selectors.unfinished_business(planning, Phase.PLAN)) == 4

    office = office_of(planning)
    words = "这件事属于物业纠纷,请向街道反映。"
    services.decline_suggestion(suggestion=waiting, reason=DeclineReason.UNCLEAR, words=words, by=office, at=NOW)
    services.link_suggestion(suggestion=loose, need=need, by=office, at=NOW)
    services.turn_down_need(need=need, reason=words, by=office, at=NOW)
    assert len(selectors.unfinished_business(planning, Phase.PLAN)) == 1

    CostLineFactory(sheet__candidate__cycle=planning, sheet__candidate__state="proposed")
    services.freeze_candidates(cycle=planning, by=office, at=NOW)
    assert selectors.unfinished_business(planning, Phase.PLAN) == []


@pytest.mark.parametrize("phase", [Phase.DECIDE, Phase.DELIVER, Phase.EVALUATE, Phase.CLOSED])
def test_later_phases_are_not_this_room_s(cycle, phase):
    SuggestionFactory(cycle=cycle)
    NeedFactory(cycle=cycle)

    assert selectors.unfinished_business(cycle, phase) == []


def test_the_office_finds_its_work(cycle, office_of):
    office = office_of(cycle)
    PhasePeriodFactory(cycle=cycle, starts_on=date(2024, 10, 15), ends_on=date(2024, 11, 15))
    SuggestionFactory(cycle=cycle)
    SuggestionFactory(cycle=cycle)
    SuggestionFactory()  # elsewhere
    AcceptedFactory(cycle=cycle)  # wants no answer
    ContactFactory(suggestion=AcceptedFactory(cycle=cycle))
    ContactFactory(suggestion__cycle=cycle, suggestion__state=SuggestionState.DECLINED)

    items = selectors.work_for(office, NOW)

    slug = cycle.area.slug
    assert [(item.url, item.count, item.due) for item in items] == [
        (f"/desk/{slug}/2025/suggestions/?state=received", 2, date(2024, 11, 15)),
        (f"/desk/{slug}/2025/suggestions/?answer=wanted", 1, None),
    ]
    assert {item.place for item in items} == {f"{cycle.area.name} 2025"}


def test_the_freeze_waits_for_the_office_while_planning(planning, office_of):
    office = office_of(planning)
    CandidateFactory(cycle=planning)
    NeedFactory(cycle=planning, outcome=NeedOutcome.CANDIDATE)

    items = selectors.work_for(office, NOW)

    assert [(item.url, item.count) for item in items] == [(f"/desk/{planning.area.slug}/2025/candidates/", 1)]


@pytest.mark.parametrize("role", [Role.DEPUTY, Role.AUDITOR, Role.IMPLEMENTING_UNIT])
def test_others_have_no_work_here(cycle, role):
    SuggestionFactory(cycle=cycle)
    ContactFactory(suggestion=AcceptedFactory(cycle=cycle))

    assert selectors.work_for(official(role, cycle.area), NOW) == []


def test_work_costs_the_same_for_one_suggestion_and_for_three(cycle, office_of, django_assert_num_queries):
    office = office_of(cycle)
    SuggestionFactory(cycle=cycle)
    selectors.work_for(office, NOW)  # reads the mandates once
    with django_assert_num_queries(12):
        selectors.work_for(office, NOW)
    SuggestionFactory(cycle=cycle)
    NeedLinkFactory(need__cycle=cycle)
    with django_assert_num_queries(12):
        selectors.work_for(office, NOW)
