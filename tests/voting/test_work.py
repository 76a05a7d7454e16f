"""What waits for whom, and what must be done before the phase may end."""

from datetime import date

import pytest
from django.utils import timezone

from livelihood.accounts.models import User
from livelihood.accounts.roles import Role
from livelihood.cycles.states import DecisionMode, Phase
from livelihood.kernel.errors import InvalidInput, NotAllowed, NotReady
from tests.factories.frame import NOW, CycleFactory, official
from tests.factories.voting import freeze, plenary
from voting import selectors, services
from voting.models import Opinion, ReviewItem
from voting.states import OpinionBody, RoundState, Step

pytestmark = pytest.mark.django_db


def urls(user: User) -> list[str]:
    """Return where what is theirs to do is done."""
    return [item.url for item in selectors.work_for(user, NOW) if not item.waits_for_others]


def test_work_follows_the_round_from_person_to_person():
    session = plenary(until=RoundState.DRAFT)
    area, year = session.cycle.area.slug, session.cycle.year
    here, booth = f"/desk/{area}/{year}/rounds/1/", f"/booth/rounds/{session.round.pk}/"
    people = [session.staff, session.chair, session.scrutineer, session.deputies[0]]

    assert [urls(person) for person in people] == [[f"{here}roll/", here], [], [], []]
    session.open()
    assert [urls(person) for person in people] == [[], [here], [], [booth]]
    session.cast(session.deputies[0], "yyn")
    services.propose_step(round_=session.round, step=Step.CLOSE, by=session.chair, at=NOW)
    assert [urls(person) for person in people] == [[], [], [here], []]
    assert [item.waits_for_others for item in selectors.work_for(session.chair, NOW)] == [True]
    services.close_round(round_=session.round, by=session.scrutineer, at=NOW)
    services.count_round(round_=session.round, by=session.chair, at=NOW)
    session.step(Step.ANNOUNCE)
    assert [urls(person) for person in people] == [[], [], [], []]


def test_a_vote_that_is_open_waits_until_its_planned_end():
    session = plenary()
    session.round.refresh_from_db()
    end = timezone.localdate(selectors.planned_end(session.round))

    for person in (session.deputies[0], session.chair):
        assert [item.due for item in selectors.work_for(person, NOW)] == [end]


def test_a_sealed_round_waits_for_the_halves_of_two_scrutineers():
    session = plenary(method={"scheme": "sealed"}, until=RoundState.DRAFT)
    here = f"/desk/{session.cycle.area.slug}/{session.cycle.year}/rounds/1/"
    people = [session.chair, session.scrutineer, official(Role.SCRUTINEER, session.cycle.area)]
    session.open()
    assert [urls(person) for person in people] == [[here], [], []]
    session.cast(session.deputies[0], "yyn")
    session.step(Step.CLOSE, "其余代表未投票")

    assert [urls(person) for person in people] == [[], [f"{here}halves/"], [f"{here}halves/"]]
    (by, typed), (other, second) = session.halves
    services.hand_in_half(round_=session.round, typed=typed, by=by, at=NOW)
    assert [urls(person) for person in people] == [[], [], [f"{here}halves/"]]
    services.hand_in_half(round_=session.round, typed=second, by=other, at=NOW)
    assert [urls(person) for person in people] == [[here], [], []]


def test_before_the_opening_it_waits_for_those_who_have_not_tried_theirs():
    session = plenary(method={"scheme": "sealed"}, until=RoundState.ROLL_LOCKED)
    here = f"/desk/{session.cycle.area.slug}/{session.cycle.year}/rounds/1/halves/"
    second = official(Role.SCRUTINEER, session.cycle.area)
    _half, typed = services.draw_half(round_=session.round, number=1, by=session.scrutineer, at=NOW)

    assert [urls(person) for person in (session.scrutineer, second)] == [[here], [here]]
    services.try_half(round_=session.round, typed=typed, by=session.scrutineer, at=NOW)
    assert [urls(person) for person in (session.scrutineer, second)] == [[], [here]]


def test_phase_may_end_when_the_result_is_announced():
    session = plenary()
    session.cast(session.deputies[0], "yyn")
    assert len(selectors.unfinished_business(session.cycle, Phase.DECIDE)) == 2
    assert selectors.unfinished_business(session.cycle, Phase.PLAN) == []

    session.finish()

    assert selectors.unfinished_business(session.cycle, Phase.DECIDE) == []


def test_review_must_be_answered_and_adopted_before_the_phase_ends():
    cycle = CycleFactory(phase=Phase.DECIDE, decision_mode=DecisionMode.REVIEW)
    freeze(cycle, 3)
    office, staff, member = (
        official(role, cycle.area) for role in (Role.LIVELIHOOD_OFFICE, Role.CONGRESS_STAFF, Role.CPPCC_MEMBER)
    )
    assert len(selectors.unfinished_business(cycle, Phase.DECIDE)) == 1
    review = services.submit_list(cycle=cycle, session="省两会", by=office, at=NOW)
    opinion = services.give_opinion(review=review, body=OpinionBody.CPPCC, text="请增加点位", by=member, at=NOW)
    assert len(selectors.unfinished_business(cycle, Phase.DECIDE)) == 2
    assert [(item.count, item.due) for item in selectors.work_for(office, NOW)] == [(1, date(2024, 11, 11))]
    services.answer_opinion(opinion=opinion, answer="已经增加", by=office, at=NOW)
    third = review.items.get(number=3)

    services.adopt_list(
        review=review,
        document="工作报告",
        adopted_date=date(2024, 11, 1),
        left_out={third.pk: "并入第2项"},
        by=staff,
        at=NOW,
    )

    assert selectors.unfinished_business(cycle, Phase.DECIDE) == []
    assert selectors.work_for(office, NOW) == []
    elected = selectors.elected(cycle)
    assert [(row.number, row.kind, row.decided_on) for row in elected] == [
        (1, "hardware", date(2024, 11, 1)), (2, "hardware", date(2024, 11, 1)),
    ]  # fmt: skip
    result = selectors.result_for(third.candidate)
    assert result is not None
    assert (result.is_chosen, "并入第2项" in str(result.text)) == (False, True)


def test_refused_acts_of_the_review_leave_no_trace():
    cycle = CycleFactory(phase=Phase.DECIDE, decision_mode=DecisionMode.REVIEW)
    freeze(cycle, 2)
    office, staff = official(Role.LIVELIHOOD_OFFICE, cycle.area), official(Role.CONGRESS_STAFF, cycle.area)
    review = services.submit_list(cycle=cycle, session="省两会", by=office, at=NOW)
    keys = [item.pk for item in review.items.all()]

    with pytest.raises(NotAllowed):
        services.submit_list(cycle=cycle, session="省两会", by=office, at=NOW)
    with pytest.raises(NotAllowed):
        services.give_opinion(review=review, body=OpinionBody.CPPCC, text="请增加点位", by=office, at=NOW)
    for left_out in ({keys[0]: "理由充分", keys[1]: "理由充分"}, {0: "理由充分"}):
        with pytest.raises(InvalidInput):
            services.adopt_list(
                review=review, document="报告", adopted_date=date(2024, 11, 1), left_out=left_out, by=staff, at=NOW
            )
    with pytest.raises(InvalidInput):
        services.adopt_list(review=review, document="报告", adopted_date=date(2024, 11, 2), by=staff, at=NOW)

    review.refresh_from_db()
    assert review.state == "submitted"
    assert not Opinion.objects.exists()
    assert not ReviewItem.objects.exclude(left_out_reason="").exists()


def test_review_needs_a_frozen_list_and_opinions_on_its_own_items():
    cycle, other = (CycleFactory(phase=Phase.DECIDE, decision_mode=DecisionMode.REVIEW) for _ in range(2))
    office, member = official(Role.LIVELIHOOD_OFFICE, cycle.area), official(Role.CPPCC_MEMBER, cycle.area)
    with pytest.raises(NotReady):
        services.submit_list(cycle=cycle, session="省两会", by=office, at=NOW)
    freeze(cycle, 1)
    freeze(other, 1)
    there = official(Role.LIVELIHOOD_OFFICE, other.area)
    elsewhere = services.submit_list(cycle=other, session="省两会", by=there, at=NOW).items.get()
    review = services.submit_list(cycle=cycle, session="省两会", by=office, at=NOW)

    with pytest.raises(InvalidInput):
        services.give_opinion(
            review=review, body=OpinionBody.CPPCC, items=[elsewhere], text="请增加点位", by=member, at=NOW
        )

    assert not Opinion.objects.exists()


def test_open_seats_and_ties_are_unfinished_where_the_rules_ask_for_more():
    session = plenary(candidates=3, seats=1, deputies=2, method={"is_strict": False})
    for deputy, letters in zip(session.deputies, ["ynn", "nyn"], strict=True):
        session.cast(deputy, letters)
    session.finish()
    assert len(selectors.unfinished_business(session.cycle, Phase.DECIDE)) == 1

    session.round = services.start_run_off(round_=session.round, by=session.staff, at=NOW)
    session.open()
    for deputy, letters in zip(session.deputies, ["yn", "ny"], strict=True):
        session.cast(deputy, letters)
    session.finish()

    # One run-off is all that the rules allow; the seat stays open and the phase may end.
    assert selectors.unfinished_business(session.cycle, Phase.DECIDE) == []
