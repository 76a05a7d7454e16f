"""What the truth table (test_truth_table.py) does not try: other years, other rules, what follows what."""

import pytest

from livelihood.accounts.roles import Role
from livelihood.cycles.states import DecisionMode, Phase
from tests.factories.frame import NOW, CycleFactory, official
from tests.factories.voting import Plenary, freeze, plenary
from voting import rules, services
from voting.states import OpinionBody, RoundState, Step

pytestmark = pytest.mark.django_db

S = RoundState
ALL = list(RoundState)
STAFF, CHAIR, SCRUTINEER = Role.CONGRESS_STAFF, Role.CHAIR, Role.SCRUTINEER


def brought_to(state: RoundState) -> Plenary:
    """Bring a round to a state by its services."""
    before_open = [S.DRAFT, S.RULES_LOCKED, S.ROLL_LOCKED, S.SIGN_IN]
    session = plenary(until=state if state in before_open else S.OPEN)
    if state == S.RULES_LOCKED:
        session.fill_roll()
    if state == S.SIGN_IN:
        for deputy in session.deputies:
            services.sign_in_deputy(entry=session.entry(deputy), by=session.staff, at=NOW)
    if state in (S.OPEN, *before_open):
        return session
    for deputy in session.deputies:
        session.cast(deputy, "yyn")
    if state == S.PAUSED:
        services.pause_round(round_=session.round, by=session.chair, at=NOW)
    elif state == S.VOIDED:
        session.step(Step.VOID, "名册有误")
    else:
        session.step(Step.CLOSE)
        if state != S.CLOSED:
            services.count_round(round_=session.round, by=session.chair, at=NOW)
        if state == S.ANNOUNCED:
            session.step(Step.ANNOUNCE)
    session.round.refresh_from_db()
    return session


@pytest.mark.parametrize("state", ALL)
def test_a_deputy_who_is_present_may_cast_while_open_only(state):
    session = brought_to(state)
    waited_for = session.deputies[0]
    entry = session.round.roll.filter(deputy=waited_for).first()

    verdict = rules.may_cast(waited_for, session.round, entry, NOW)

    assert bool(verdict) == (state == S.OPEN)
    assert verdict or verdict.reason


def test_a_round_is_prepared_from_the_letter_to_the_decision_of_a_year_of_votes():
    staff = official(STAFF, CycleFactory().area)
    area = staff.mandates.get().area
    verdicts = {
        (phase, mode): bool(
            rules.may_create_round(
                staff, CycleFactory(area=area, phase=phase, decision_mode=mode, year=2030 + number), NOW
            )
        )
        for number, (phase, mode) in enumerate((phase, mode) for phase in Phase for mode in DecisionMode)
    }

    assert {key for key, ok in verdicts.items() if ok} == {
        (phase, DecisionMode.VOTE) for phase in (Phase.SOLICIT, Phase.PLAN, Phase.DECIDE)
    }


def test_review_is_submitted_answered_and_adopted_by_its_roles():
    cycle = CycleFactory(phase=Phase.DECIDE, decision_mode=DecisionMode.REVIEW)
    freeze(cycle, 2)
    people = {role: official(role, cycle.area) for role in Role}
    may_submit = {role for role in Role if rules.may_submit_list(people[role], cycle, NOW)}
    review = services.submit_list(cycle=cycle, session="两会", by=people[Role.LIVELIHOOD_OFFICE], at=NOW)
    may_speak = {role for role in Role if rules.may_give_opinion(people[role], review, NOW)}
    opinion = services.give_opinion(
        review=review, body=OpinionBody.CONGRESS, text="请增加点位", by=people[Role.DEPUTY], at=NOW
    )
    may_answer = {role for role in Role if rules.may_answer_opinion(people[role], opinion, NOW)}
    too_early = {role for role in Role if rules.may_adopt_list(people[role], review, NOW)}
    services.answer_opinion(opinion=opinion, answer="已经增加", by=people[Role.DEPARTMENT], at=NOW)
    may_adopt = {role for role in Role if rules.may_adopt_list(people[role], review, NOW)}

    assert may_submit == {Role.LIVELIHOOD_OFFICE}
    assert may_speak == {Role.DEPUTY, Role.CPPCC_MEMBER, Role.CONGRESS_STAFF}
    assert may_answer == {Role.LIVELIHOOD_OFFICE, Role.DEPARTMENT}
    assert too_early == set()
    assert may_adopt == {Role.CONGRESS_STAFF}
    assert {role for role in Role if rules.may_submit_list(people[role], cycle, NOW)} == set()


def test_sign_in_is_for_those_on_the_roll_once_and_in_time():
    session = brought_to(S.ROLL_LOCKED)
    first, second = session.deputies[:2]
    entry = session.entry(first)
    stranger = official(Role.DEPUTY, session.cycle.area)
    assert not rules.may_sign_in_oneself(first, session.round, entry, NOW)
    services.open_sign_in(round_=session.round, by=session.staff, at=NOW)
    session.round.refresh_from_db()

    assert rules.may_sign_in_oneself(first, session.round, entry, NOW)
    assert not rules.may_sign_in_oneself(second, session.round, entry, NOW)
    assert not rules.may_sign_in_oneself(stranger, session.round, None, NOW)
    assert not rules.may_undo_sign_in(session.staff, session.round, entry, NOW)
    assert not rules.may_undo_sign_in(session.chair, session.round, entry, NOW)
    services.sign_in_deputy(entry=entry, hall_code=session.round.hall_code, by=first, at=NOW)
    entry.refresh_from_db()
    assert not rules.may_sign_in_oneself(first, session.round, entry, NOW)
    assert rules.may_undo_sign_in(session.staff, session.round, entry, NOW)


def test_everybody_may_sign_in_from_outside_where_the_rules_say_so():
    session = plenary(method={"remote_voting": "everybody"}, until=S.SIGN_IN)
    deputy = session.deputies[0]

    services.sign_in_deputy(entry=session.entry(deputy), by=deputy, at=NOW)

    assert session.entry(deputy).signed_in_way == "self"


@pytest.mark.parametrize(("change", "letters"), [({"tie": "leave_open"}, ["ynn", "nyn"]), ({}, ["ynn", "ynn"])])
def test_no_run_off_and_no_repeat_where_the_rules_leave_seats_open(change, letters):
    session = plenary(seats=2 if not change else 1, deputies=2, method={"is_strict": False, **change})
    for deputy, marks in zip(session.deputies, letters, strict=True):
        session.cast(deputy, marks)
    session.finish()

    assert not rules.may_start_run_off(session.staff, session.round, NOW)
    assert not rules.may_vote_again(session.staff, session.round, NOW)


def test_nobody_withdraws_a_step_that_nobody_proposed():
    session = brought_to(S.SIGN_IN)

    assert not rules.may_withdraw_step(session.chair, session.round, NOW)
    services.propose_step(round_=session.round, step=Step.OPEN, by=session.chair, at=NOW)
    assert rules.may_withdraw_step(session.scrutineer, session.round, NOW)
    assert not rules.may_withdraw_step(session.staff, session.round, NOW)


def test_opinions_and_adoption_end_with_the_adoption():
    cycle = CycleFactory(phase=Phase.DECIDE, decision_mode=DecisionMode.REVIEW)
    freeze(cycle, 1)
    people = {role: official(role, cycle.area) for role in Role}
    review = services.submit_list(cycle=cycle, session="两会", by=people[Role.LIVELIHOOD_OFFICE], at=NOW)

    services.adopt_list(review=review, document="报告", adopted_date=NOW.date(), by=people[Role.CONGRESS_STAFF], at=NOW)

    review.refresh_from_db()
    assert not rules.may_give_opinion(people[Role.DEPUTY], review, NOW)
    assert not rules.may_adopt_list(people[Role.CONGRESS_STAFF], review, NOW)
