"""Who may do what, by role and phase; the objects' own conditions are proved beside the acts."""

from datetime import date
from itertools import product

import pytest

from livelihood.accounts.roles import Role
from livelihood.cycles.states import Phase
from proposals import rules
from proposals.states import Channel, LetterState, SuggestionState
from tests.factories.frame import NOW, CycleFactory, OrganisationFactory, official
from tests.factories.proposals import CandidateFactory, OpenLetterFactory, SuggestionFactory

OFFICE, DEPARTMENT = Role.LIVELIHOOD_OFFICE, Role.DEPARTMENT
DESK = frozenset(Role) - {Role.DEPUTY, Role.CPPCC_MEMBER}
EVERYONE = frozenset([*Role, None])
ALWAYS = frozenset(Phase)
COLLECT, PLAN = frozenset([Phase.SOLICIT]), frozenset([Phase.PLAN])
UNTIL_PLANNED = COLLECT | PLAN
OPEN = ALWAYS - {Phase.CLOSED}


def _candidate(cycle, user):
    mandate = user and user.mandates.get()
    lead = (mandate and mandate.organisation) or OrganisationFactory(area=cycle.area)
    return CandidateFactory.build(cycle=cycle, lead_organisation=lead, aspect=None, drafted_by=None)


TABLE = {
    "write the letter": (
        lambda user, cycle: rules.may_write_letter(user, cycle, None, NOW),
        {OFFICE},
        {Phase.DRAFT},
    ),
    "correct the letter": (
        lambda user, cycle: rules.may_correct_letter(
            user, OpenLetterFactory.build(cycle=cycle, state=LetterState.PUBLISHED), NOW
        ),
        {OFFICE},
        COLLECT,
    ),
    "suggest through the portal": (
        lambda user, cycle: rules.may_suggest(user, cycle, Channel.WEB, NOW),
        EVERYONE,
        COLLECT,
    ),
    "enter a suggestion from another channel": (
        lambda user, cycle: rules.may_suggest(user, cycle, Channel.COUNTER, NOW),
        {OFFICE},
        COLLECT,
    ),
    "read the intake": (
        lambda user, cycle: rules.may_read_intake(user, cycle, NOW),
        {OFFICE, DEPARTMENT, Role.AUDITOR, Role.ADMINISTRATOR},
        ALWAYS,
    ),
    "read the desk": (
        lambda user, cycle: rules.may_read_desk(user, cycle, NOW),
        DESK,
        ALWAYS,
    ),
    "read a contact": (
        lambda user, cycle: rules.may_read_contact(user, SuggestionFactory.build(cycle=cycle), NOW),
        {OFFICE},
        ALWAYS,
    ),
    "screen": (
        lambda user, cycle: rules.may_screen(user, SuggestionFactory.build(cycle=cycle), NOW),
        {OFFICE},
        UNTIL_PLANNED,
    ),
    "decline": (
        lambda user, cycle: rules.may_decline(user, SuggestionFactory(cycle=cycle), NOW),
        {OFFICE},
        UNTIL_PLANNED,
    ),
    "link": (
        lambda user, cycle: rules.may_link(
            user, SuggestionFactory.build(cycle=cycle, state=SuggestionState.ACCEPTED), NOW
        ),
        {OFFICE},
        UNTIL_PLANNED,
    ),
    "shape needs": (
        lambda user, cycle: rules.may_shape_needs(user, cycle, NOW),
        {OFFICE},
        UNTIL_PLANNED,
    ),
    "link a need to a candidate": (
        lambda user, cycle: rules.may_link_candidate(user, _candidate(cycle, user), NOW),
        {OFFICE},
        UNTIL_PLANNED,
    ),
    "reply": (
        lambda user, cycle: rules.may_reply(
            user, SuggestionFactory.build(cycle=cycle, state=SuggestionState.DECLINED), NOW
        ),
        {OFFICE, DEPARTMENT},
        OPEN,
    ),
    "plan": (
        lambda user, cycle: rules.may_plan(user, cycle, NOW),
        {OFFICE, DEPARTMENT},
        PLAN,
    ),
    "work on a candidate of one's own": (
        lambda user, cycle: rules.may_edit_candidate(user, _candidate(cycle, user), NOW),
        {OFFICE, DEPARTMENT},
        PLAN,
    ),
    "decide on candidates": (
        lambda user, cycle: rules.may_decide_candidates(user, cycle, NOW),
        {OFFICE},
        PLAN,
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize("act", TABLE)
def test_role_and_phase_decide_together(act):
    rule, roles, phases = TABLE[act]
    cycle = CycleFactory()
    people = {role: official(role, cycle.area, OrganisationFactory(area=cycle.area)) for role in Role} | {None: None}
    allowed = set()

    for (role, user), phase in product(people.items(), Phase):
        cycle.phase = phase
        verdict = rule(user, cycle)
        assert bool(verdict) != bool(verdict.reason)
        if verdict:
            allowed.add((role, phase))

    assert allowed == set(product(roles, phases))


@pytest.mark.django_db
@pytest.mark.parametrize("act", [act for act in TABLE if act != "suggest through the portal"])
def test_a_mandate_elsewhere_or_ended_gives_nothing(act):
    rule, _roles, _phases = TABLE[act]
    cycle = CycleFactory()
    elsewhere = official(OFFICE, CycleFactory().area)
    ended = official(OFFICE, cycle.area)
    ended.mandates.update(ends_on=date(2024, 10, 31))

    verdicts = []
    for user, phase in product((elsewhere, ended), Phase):
        cycle.phase = phase
        verdicts.append(bool(rule(user, cycle)))

    assert verdicts == [False] * 2 * len(Phase)
