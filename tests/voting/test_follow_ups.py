"""What follows a round that is void, tied, short or without quorum."""

import pytest
from django.db import IntegrityError, transaction

from livelihood.audit.models import Entry
from livelihood.cycles.states import Phase
from livelihood.kernel.errors import Conflict, InvalidInput, NotAllowed
from tests import databases
from tests.factories.frame import NOW
from tests.factories.voting import Plenary, in_urn, plenary
from voting import selectors, services
from voting.models import Ballot, Method, OptionResult, Round, RoundResult
from voting.states import Outcome, RoundKind, RoundState, Step

pytestmark = pytest.mark.django_db


def outcomes(round_: Round) -> list[str]:
    return list(
        OptionResult.objects.filter(option__round=round_).order_by("option__number").values_list("outcome", flat=True)
    )


def tied() -> Plenary:
    """Four deputies: 1 is chosen, 2 and 3 tie for the second seat."""
    session = plenary(candidates=4, seats=2, deputies=4, method={"threshold_numerator": 1, "is_strict": False})
    for deputy, letters in zip(session.deputies, ["yynn", "ynyn", "yynn", "ynyn"], strict=True):
        session.cast(deputy, letters)
    session.finish()
    return session


def test_void_round_destroys_the_urn_and_can_be_repeated():
    session = plenary()
    session.cast(session.deputies[0], "yyn")

    with pytest.raises(InvalidInput):
        services.propose_step(round_=session.round, step=Step.VOID, by=session.chair, at=NOW)
    session.step(Step.VOID, "名册有误")

    assert (session.round.state, session.round.void_reason) == (RoundState.VOIDED, "名册有误")
    assert not in_urn()
    assert not Ballot.objects.exists()
    repeat = services.vote_again(round_=session.round, by=session.staff, at=NOW)
    assert (repeat.kind, repeat.parent, repeat.seats, repeat.options.count()) == (RoundKind.REPEAT, session.round, 2, 3)
    assert repeat.roll.filter(signed_in_at__isnull=False, has_voted=False).count() == 3
    with pytest.raises(NotAllowed):
        services.vote_again(round_=session.round, by=session.staff, at=NOW)


def test_tie_leads_to_a_run_off_of_the_tied_alone():
    session = tied()
    assert outcomes(session.round) == [Outcome.ELECTED, Outcome.TIED, Outcome.TIED, Outcome.NOT_PASSED]
    assert [row.number for row in selectors.elected(session.cycle)] == [1]

    run_off = services.start_run_off(round_=session.round, by=session.staff, at=NOW)

    assert [option.number for option in run_off.options.order_by("number")] == [2, 3]
    assert (run_off.kind, run_off.seats, run_off.method.most_approvals, run_off.method.threshold_numerator) == (
        RoundKind.RUN_OFF, 1, 1, 0,
    )  # fmt: skip
    second = Plenary(run_off, session.staff, session.chair, session.scrutineer, session.deputies)
    second.open()
    for deputy, letters in zip(session.deputies, ["ny", "ny", "yn"], strict=False):
        second.cast(deputy, letters)
    second.finish()
    assert outcomes(run_off) == [Outcome.NOT_CHOSEN, Outcome.ELECTED]
    assert [row.number for row in selectors.elected(session.cycle)] == [1, 3]
    assert selectors.unfinished_business(session.cycle, Phase.DECIDE) == []


def test_run_offs_end_at_the_limit_of_the_rules():
    session = tied()
    run_off = services.start_run_off(round_=session.round, by=session.staff, at=NOW)
    with pytest.raises(NotAllowed):
        services.start_run_off(round_=session.round, by=session.staff, at=NOW)
    second = Plenary(run_off, session.staff, session.chair, session.scrutineer, session.deputies)
    second.open()
    for deputy, letters in zip(session.deputies, ["ny", "yn"], strict=False):
        second.cast(deputy, letters)
    second.finish()

    with pytest.raises(NotAllowed):
        services.start_run_off(round_=second.round, by=session.staff, at=NOW)

    assert RoundResult.objects.get(round=run_off).tied_seats == 1
    assert Round.objects.count() == 2


def test_open_seats_are_voted_on_again_when_the_rules_say_so():
    session = plenary(candidates=3, seats=2, deputies=3, method={"shortfall": "vote_again"})
    for deputy in session.deputies:
        session.cast(deputy, "ynn")
    session.finish()
    assert len(selectors.unfinished_business(session.cycle, Phase.DECIDE)) == 1

    again = services.vote_again(round_=session.round, by=session.staff, at=NOW)

    assert (again.seats, [option.number for option in again.options.order_by("number")]) == (1, [2, 3])


def test_result_for_a_candidate_tells_outcome_and_counts_where_published():
    session = plenary(candidates=3, seats=2, deputies=3, method={"publishes_counts": False})
    for deputy in session.deputies:
        session.cast(deputy, "yyn")
    candidate = session.options[2].candidate
    assert candidate is not None
    assert selectors.result_for(candidate) is None

    session.finish()

    result = selectors.result_for(candidate)
    assert result is not None
    assert (result.is_chosen, result.text, result.approve) == (False, Outcome.NOT_PASSED.label, None)


def test_ticks_without_a_limit_are_limited_by_the_seats():
    session = plenary(method={"form": "at_most", "most_approvals": None})

    assert Method.objects.get(round=session.round).most_approvals == 2


def test_repeat_of_a_vote_without_limit_has_none_either():
    session = plenary(method={"most_approvals": None}, until=RoundState.DRAFT)
    session.step(Step.VOID, "会议改期")

    repeat = services.vote_again(round_=session.round, by=session.staff, at=NOW)

    assert repeat.method.most_approvals is None


def test_quorum_of_the_returned_is_asked_at_the_closing_and_not_at_the_opening():
    session = plenary(deputies=4, method={"quorum_base": "present"}, until=RoundState.SIGN_IN)
    for deputy in session.deputies[:3]:
        services.sign_in_deputy(entry=session.entry(deputy), by=session.staff, at=NOW)
    session.step(Step.OPEN)
    session.cast(session.deputies[0], "yyn")

    for nothing in ("", "\u3164", "\u200b \u2800"):
        with pytest.raises(InvalidInput) as refused:
            session.step(Step.CLOSE, nothing)
        assert refused.value.field == "note"
    session.step(Step.CLOSE, "其余代表未投票，主席团决定结束")
    services.count_round(round_=session.round, by=session.chair, at=NOW)

    closed = Entry.objects.get(act="round.closed")
    assert (closed.detail["is_quorate"], closed.detail["note"]) == (False, "其余代表未投票，主席团决定结束")
    result = RoundResult.objects.get()
    assert (result.in_term, result.present, result.returned, result.is_quorate) == (4, 3, 1, False)
    assert set(outcomes(session.round)) == {Outcome.NOT_PASSED}


def test_a_quorum_that_is_lost_between_proposal_and_confirmation_stops_the_closing():
    session = plenary(deputies=3, method={"quorum_numerator": 1, "quorum_denominator": 1})
    services.propose_step(round_=session.round, step=Step.CLOSE, by=session.chair, at=NOW)
    services.undo_sign_in(entry=session.entry(session.deputies[2]), by=session.staff, at=NOW)

    with pytest.raises(NotAllowed):
        services.close_round(round_=session.round, by=session.scrutineer, at=NOW)

    session.round.refresh_from_db()
    assert session.round.state == RoundState.OPEN
    assert not Entry.objects.filter(act="round.closed").exists()
    services.withdraw_step(round_=session.round, by=session.chair, at=NOW)
    session.step(Step.VOID, "到会人数不足")
    assert session.round.state == RoundState.VOIDED


def test_a_void_run_off_is_repeated_and_the_tie_gets_no_second_one():
    session = tied()
    run_off = services.start_run_off(round_=session.round, by=session.staff, at=NOW)
    second = Plenary(run_off, session.staff, session.chair, session.scrutineer, session.deputies)
    second.step(Step.VOID, "设备故障")

    with pytest.raises(NotAllowed, match="已经存在"):
        services.start_run_off(round_=session.round, by=session.staff, at=NOW)
    with databases.as_superuser(), pytest.raises(IntegrityError, match="one_follow_up"), transaction.atomic():
        Round.objects.create(
            cycle=session.cycle, number=9, kind=RoundKind.RUN_OFF, parent=session.round, title="又一轮", seats=1,
            created_at=NOW, created_by=session.staff,
        )  # fmt: skip
    waiting = selectors.unfinished_business(session.cycle, Phase.DECIDE)
    repeat = services.vote_again(round_=run_off, by=session.staff, at=NOW)
    with pytest.raises(NotAllowed):
        services.vote_again(round_=run_off, by=session.staff, at=NOW)

    assert waiting == []  # a session that does not repeat it leaves the seat open
    assert (repeat.kind, repeat.parent) == (RoundKind.REPEAT, run_off)
    assert Round.objects.count() == 3


def test_the_repeat_of_a_void_run_off_counts_for_the_limit():
    session = tied()
    run_off = services.start_run_off(round_=session.round, by=session.staff, at=NOW)
    Plenary(run_off, session.staff, session.chair, session.scrutineer, session.deputies).step(Step.VOID, "设备故障")
    repeat = services.vote_again(round_=run_off, by=session.staff, at=NOW)
    third = Plenary(repeat, session.staff, session.chair, session.scrutineer, session.deputies)
    third.open()
    for deputy, letters in zip(session.deputies, ["ny", "yn"], strict=False):
        third.cast(deputy, letters)
    third.finish()

    with pytest.raises(NotAllowed, match="不允许再次投票"):
        services.start_run_off(round_=repeat, by=session.staff, at=NOW)

    assert RoundResult.objects.get(round=repeat).tied_seats == 1
    assert selectors.unfinished_business(session.cycle, Phase.DECIDE) == []


def test_a_void_first_vote_is_repeated_and_the_year_gets_no_second_one():
    session = plenary(until=RoundState.DRAFT)
    session.step(Step.VOID, "会议改期")

    with pytest.raises(Conflict):
        services.create_round(cycle=session.cycle, title="另一次票决", seats=2, by=session.staff, at=NOW)
    with databases.as_superuser(), pytest.raises(IntegrityError, match="one_vote_a_year"), transaction.atomic():
        Round.objects.create(
            cycle=session.cycle, number=9, title="另一次票决", seats=2, created_at=NOW, created_by=session.staff
        )
    services.vote_again(round_=session.round, by=session.staff, at=NOW)

    assert list(Round.objects.order_by("number").values_list("kind", flat=True)) == ["main", "repeat"]


def test_a_round_that_follows_keeps_the_session_and_who_counts():
    session = plenary(until=RoundState.DRAFT)
    services.name_officers(
        round_=session.round,
        chief="王甲",
        scrutineers=["李乙"],
        tellers=["张丙"],
        session="第三次会议",
        by=session.staff,
        at=NOW,
    )
    session.step(Step.VOID, "会议改期")

    repeat = services.vote_again(round_=session.round, by=session.staff, at=NOW)

    assert repeat.session == "第三次会议"
    assert list(repeat.officers.order_by("pk").values_list("duty", "name")) == [
        ("chief_scrutineer", "王甲"), ("scrutineer", "李乙"), ("teller", "张丙"),
    ]  # fmt: skip


def test_what_follows_a_tie_or_a_void_round_is_work_of_the_staff():
    session = tied()
    assert [str(item.title) for item in selectors.work_for(session.staff, NOW)] == [
        f"准备再次投票 · {session.round.title}"
    ]
    assert selectors.work_for(session.chair, NOW) == []

    run_off = services.start_run_off(round_=session.round, by=session.staff, at=NOW)
    Plenary(run_off, session.staff, session.chair, session.scrutineer, session.deputies).step(Step.VOID, "设备故障")

    assert [str(item.title) for item in selectors.work_for(session.staff, NOW)] == [f"准备重新票决 · {run_off.title}"]


def test_a_repeat_keeps_a_limit_below_the_seats():
    session = plenary(candidates=4, seats=3, method={"form": "at_most", "most_approvals": 2}, until=RoundState.DRAFT)
    session.step(Step.VOID, "会议改期")

    repeat = services.vote_again(round_=session.round, by=session.staff, at=NOW)

    assert (repeat.seats, repeat.method.most_approvals) == (3, 2)


def test_a_quorum_of_those_present_is_kept_when_enough_have_voted():
    session = plenary(deputies=3, method={"quorum_base": "present"})
    for deputy in session.deputies[:2]:
        session.cast(deputy, "yyn")

    session.step(Step.CLOSE)

    assert Entry.objects.get(act="round.closed").detail["is_quorate"] is True
