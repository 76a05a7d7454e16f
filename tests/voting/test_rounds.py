"""A round from draft to voting: its rules, its roll, its opening; a refusal leaves no trace."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from livelihood.accounts.roles import Role
from livelihood.audit.models import Entry
from livelihood.cycles.states import Phase
from livelihood.kernel.errors import Conflict, InvalidInput, NotAllowed
from tests import databases
from tests.factories.frame import NOW, CycleFactory, official
from tests.factories.voting import freeze, in_urn, plenary
from voting import selectors, services
from voting.models import Ballot, Method, Option, OptionResult, RollEntry, Round, RoundResult
from voting.states import Outcome, RoundState, Step

pytestmark = pytest.mark.django_db


def outcomes(round_: Round) -> list[str]:
    return list(
        OptionResult.objects.filter(option__round=round_).order_by("option__number").values_list("outcome", flat=True)
    )


def acts(prefix: str = "") -> list[str]:
    return list(Entry.objects.filter(act__startswith=prefix).order_by("pk").values_list("act", flat=True))


def test_a_round_runs_from_draft_to_announcement():
    session = plenary(candidates=3, seats=2, deputies=5)

    codes = [
        session.cast(deputy, letters)
        for deputy, letters in zip(session.deputies, ["yyn", "yny", "yyn", "yan"], strict=False)
    ]
    session.finish()

    result = RoundResult.objects.get(round=session.round)
    assert session.round.state == RoundState.ANNOUNCED
    assert (result.in_term, result.present, result.issued, result.returned, result.valid) == (5, 5, 5, 4, 4)
    assert (result.invalid, result.blank, result.not_voted, result.needed) == (0, 0, 1, 3)
    counts = OptionResult.objects.order_by("option__number").values_list(
        "approve", "oppose", "abstain", "blank", "outcome"
    )
    assert list(counts) == [
        (4, 0, 0, 0, Outcome.ELECTED),
        (2, 1, 1, 0, Outcome.NOT_PASSED),
        (1, 3, 0, 0, Outcome.NOT_PASSED),
    ]
    assert result.shortfall == 1
    assert set(Ballot.objects.values_list("receipt", "marks")) == set(
        zip(codes, ["yyn", "yny", "yyn", "yan"], strict=True)
    )
    assert not in_urn()
    elected = selectors.elected(session.cycle)
    assert [(row.number, row.title, row.decided_on) for row in elected] == [(1, "项目1", NOW.date())]
    assert acts("round.") == [
        "round.created", "round.rules_locked", "round.in_term_stated", "round.step_proposed", "round.roll_locked",
        "round.sign_in_opened",
        "round.step_proposed", "round.opened", "round.step_proposed", "round.closed", "round.counted",
        "round.officers_named", "round.step_proposed", "round.announced",
    ]  # fmt: skip


def test_options_are_copied_from_the_frozen_list():
    session = plenary(until=RoundState.DRAFT)

    option = session.options[1]

    assert (option.number, option.title, option.summary) == (2, "项目2", "项目2的内容")
    assert (str(option.cost_wan), option.people_served, str(option.finish_date)) == ("200.0000", 2000, "2025-11-30")
    assert (option.kind, option.position, option.place) == ("hardware", 2, "城东街道第2社区")


def test_round_needs_congress_staff_and_no_more_seats_than_candidates():
    cycle = CycleFactory(phase=Phase.DECIDE)
    staff = official(Role.CONGRESS_STAFF, cycle.area)
    freeze(cycle, 3)

    with pytest.raises(NotAllowed):
        services.create_round(cycle=cycle, title="票决", seats=2, by=official(Role.ADMINISTRATOR, cycle.area), at=NOW)
    with pytest.raises(InvalidInput):
        services.create_round(cycle=cycle, title="票决", seats=4, by=staff, at=NOW)

    assert not Round.objects.exists()
    assert not Option.objects.exists()


def test_a_year_has_one_vote_and_any_number_of_rehearsals():
    session = plenary(until=RoundState.DRAFT)

    with pytest.raises(Conflict):
        services.create_round(cycle=session.cycle, title="再来", seats=2, by=session.staff, at=NOW)
    rehearsal = plenary(cycle=session.cycle, is_rehearsal=True, until=RoundState.DRAFT)

    assert [row.number for row in Round.objects.order_by("number")] == [1, 2]
    assert rehearsal.round.is_rehearsal


def test_rehearsal_is_no_result_and_can_never_become_real():
    session = plenary(is_rehearsal=True)
    for deputy in session.deputies:
        session.cast(deputy, "yyn")

    session.finish()

    assert outcomes(session.round) == [Outcome.ELECTED, Outcome.ELECTED, Outcome.NOT_PASSED]
    assert selectors.elected(session.cycle) == ()
    assert selectors.unfinished_business(session.cycle, Phase.DECIDE) != []
    rehearsal = plenary(cycle=session.cycle, is_rehearsal=True, until=RoundState.DRAFT).round
    with databases.as_superuser(), pytest.raises(DatabaseError, match="fixed"), transaction.atomic():
        Round.objects.filter(pk=rehearsal.pk).update(is_rehearsal=False)


def test_locked_rules_options_and_roll_are_held_by_the_database():
    session = plenary(until=RoundState.ROLL_LOCKED)

    for change in (
        lambda: Method.objects.filter(round=session.round).update(threshold_numerator=0),
        lambda: Option.objects.filter(round=session.round).update(title="x"),
        lambda: Option.objects.filter(round=session.round).delete(),
        lambda: Round.objects.filter(pk=session.round.pk).update(seats=3),
        lambda: RollEntry.objects.filter(round=session.round).update(name="x"),
        lambda: RollEntry.objects.filter(round=session.round).delete(),
        lambda: RollEntry.objects.filter(round=session.round).update(has_voted=True),
        lambda: Round.objects.filter(pk=session.round.pk).delete(),
    ):
        with databases.as_superuser(), pytest.raises(DatabaseError), transaction.atomic():
            change()
    with pytest.raises(NotAllowed):
        session.fill_roll()
    with pytest.raises(NotAllowed):
        services.write_rules(
            round_=session.round, title="x", seats=1, voting_minutes=5, method={}, by=session.staff, at=NOW
        )

    session.round.refresh_from_db()
    assert (session.round.seats, session.round.roll.count(), session.round.method.threshold_numerator) == (2, 3, 1)


def test_lot_is_recorded_and_can_be_repeated():
    session = plenary(candidates=8, seats=5, method={"option_order": "lot"}, until=RoundState.RULES_LOCKED)

    options = session.options
    seed = Method.objects.get(round=session.round).lot_seed

    assert len(seed) == 32
    drawn = selectors.drawn(options, seed)
    assert [option.position for option in drawn] == list(range(1, 9))


@pytest.mark.parametrize(
    "method",
    [
        {"threshold_denominator": 0},
        {"threshold_numerator": 3},
        {"threshold_numerator": 2},
        {"threshold_numerator": 0, "is_strict": False},
        {"quorum_base": "returned"},
        {"most_approvals": 3},
        {"most_approvals": 0},
        {"form": "ranked"},
    ],
)
def test_rules_that_make_no_sense_are_refused(method):
    session = plenary(until=RoundState.DRAFT)

    with pytest.raises(InvalidInput):
        services.write_rules(
            round_=session.round, title="票决", seats=2, voting_minutes=5, method=method, by=session.staff, at=NOW
        )

    session.round.refresh_from_db()
    assert (session.round.voting_minutes, Method.objects.get(round=session.round).form) == (30, "each")


def test_roll_takes_deputies_of_the_area_only_and_all_or_nothing():
    session = plenary(until=RoundState.DRAFT)
    stranger = official(Role.DEPUTY, CycleFactory().area)
    first, second, third = (services.RollLine(n, user.pk, user.name, "") for n, user in enumerate(session.deputies, 1))
    services.write_roll(round_=session.round, lines=[first, second], by=session.staff, at=NOW)
    before = list(session.round.roll.order_by("pk").values_list("pk", "deputy", "number"))

    for wrong in (
        [third, services.RollLine(4, stranger.pk, stranger.name, "")],
        [third, third],
        [third, replace(first, number=3)],
        [replace(third, number=2)],  # the second stays, with this number
    ):
        with pytest.raises(InvalidInput):
            services.write_roll(round_=session.round, lines=wrong, by=session.staff, at=NOW)
        assert list(session.round.roll.order_by("pk").values_list("pk", "deputy", "number")) == before

    swapped = [replace(first, number=2), replace(second, number=1)]
    services.write_roll(round_=session.round, lines=[*swapped, third], by=session.staff, at=NOW)
    after = session.round.roll.order_by("number").values_list("deputy", flat=True)
    assert list(after) == [second.deputy_id, first.deputy_id, third.deputy_id]


def test_deputy_signs_in_alone_only_with_the_code_of_the_hall():
    session = plenary(until=RoundState.SIGN_IN)
    first, second, third = session.deputies
    code = session.round.hall_code

    with pytest.raises(services.WrongHallCode):
        services.sign_in_deputy(entry=session.entry(first), hall_code="x", by=first, at=NOW)
    with pytest.raises(NotAllowed):
        services.sign_in_deputy(entry=session.entry(first), hall_code=code, by=second, at=NOW)
    assert not RollEntry.objects.filter(signed_in_at__isnull=False).exists()

    services.sign_in_deputy(entry=session.entry(first), hall_code=code, by=first, at=NOW)
    services.sign_in_deputy(entry=session.entry(second), by=session.staff, at=NOW)
    services.sign_in_deputy(entry=session.entry(second), by=session.staff, at=NOW + timedelta(minutes=1))

    ways = dict(RollEntry.objects.values_list("deputy", "signed_in_way"))
    assert ways == {first.pk: "self", second.pk: "staff", third.pk: ""}
    assert session.entry(second).signed_in_at == NOW
    assert acts("deputy.") == ["deputy.signed_in"] * 2


def test_remote_deputies_of_the_roll_need_no_code():
    session = plenary(method={"remote_voting": "listed"}, until=RoundState.RULES_LOCKED)
    lines = [
        services.RollLine(number, deputy.pk, deputy.name, "", may_vote_remotely=number == 1)
        for number, deputy in enumerate(session.deputies, 1)
    ]
    services.write_roll(round_=session.round, lines=lines, by=session.staff, at=NOW)
    session.lock_roll()
    services.open_sign_in(round_=session.round, by=session.staff, at=NOW)
    remote, other = session.deputies[:2]

    services.sign_in_deputy(entry=session.entry(remote), by=remote, at=NOW)
    with pytest.raises(services.WrongHallCode):
        services.sign_in_deputy(entry=session.entry(other), by=other, at=NOW)

    assert [row.deputy_id for row in RollEntry.objects.filter(signed_in_at__isnull=False)] == [remote.pk]


def test_sign_in_can_be_undone_until_the_deputy_has_voted():
    session = plenary()
    first, second = session.deputies[:2]
    session.cast(first, "yyn")

    with pytest.raises(NotAllowed):
        services.undo_sign_in(entry=session.entry(first), by=session.staff, at=NOW)
    services.undo_sign_in(entry=session.entry(second), by=session.staff, at=NOW)

    assert session.entry(first).signed_in_at == NOW
    assert session.entry(second).signed_in_at is None
    with pytest.raises(NotAllowed):
        session.cast(second, "yyn")
    assert len(in_urn()) == 1


def test_vote_opens_with_quorum_only():
    session = plenary(deputies=3, until=RoundState.SIGN_IN)
    services.sign_in_deputy(entry=session.entry(session.deputies[0]), by=session.staff, at=NOW)

    with pytest.raises(NotAllowed, match="2"):
        services.propose_step(round_=session.round, step=Step.OPEN, by=session.chair, at=NOW)

    services.sign_in_deputy(entry=session.entry(session.deputies[1]), by=session.staff, at=NOW)
    session.step(Step.OPEN)
    assert session.round.state == RoundState.OPEN


def test_two_different_persons_take_a_step():
    session = plenary(until=RoundState.SIGN_IN)
    for deputy in session.deputies:
        services.sign_in_deputy(entry=session.entry(deputy), by=session.staff, at=NOW)
    both = official(Role.CHAIR, session.cycle.area)
    both.mandates.update(ends_on=NOW.date())
    tomorrow = NOW + timedelta(days=1)
    both.mandates.create(role=Role.SCRUTINEER, area=session.cycle.area, starts_on=tomorrow.date())

    with pytest.raises(NotAllowed):
        services.open_round(round_=session.round, by=session.scrutineer, at=NOW)
    with pytest.raises(NotAllowed):
        services.propose_step(round_=session.round, step=Step.OPEN, by=session.scrutineer, at=NOW)
    services.propose_step(round_=session.round, step=Step.OPEN, by=both, at=NOW)
    with pytest.raises(NotAllowed, match="另一人"):
        services.open_round(round_=session.round, by=both, at=tomorrow)
    with pytest.raises(NotAllowed):
        services.open_round(round_=session.round, by=session.chair, at=NOW)
    with pytest.raises(NotAllowed):
        services.void_round(round_=session.round, by=session.scrutineer, at=NOW)
    with pytest.raises(NotAllowed):
        services.propose_step(round_=session.round, step=Step.VOID, note="错误的名册", by=session.chair, at=NOW)

    session.round.refresh_from_db()
    assert session.round.state == RoundState.SIGN_IN
    services.withdraw_step(round_=session.round, by=session.scrutineer, at=NOW)
    with pytest.raises(NotAllowed):
        services.open_round(round_=session.round, by=session.scrutineer, at=NOW)
    session.step(Step.OPEN)
    opened = session.round.steps.filter(step=Step.OPEN, confirmed_at__isnull=False)
    assert [row.proposed_by for row in opened] == [session.chair]


def test_who_confirms_another_proposal_than_was_read_confirms_nothing():
    session = plenary()
    read = services.propose_step(round_=session.round, step=Step.VOID, note="设备故障", by=session.chair, at=NOW)
    services.withdraw_step(round_=session.round, by=session.chair, at=NOW)
    services.propose_step(round_=session.round, step=Step.VOID, note="不愿继续", by=session.chair, at=NOW)

    with pytest.raises(Conflict, match="提议已有变动"):
        services.void_round(round_=session.round, by=session.scrutineer, at=NOW, shown=read.pk)

    session.round.refresh_from_db()
    assert session.round.state == RoundState.OPEN
    assert session.round.steps.filter(confirmed_at__isnull=True, withdrawn_at__isnull=True).count() == 1


@pytest.mark.parametrize("state", ["draft", "rules_locked", "sign_in", "closed", "counted", "announced", "voided"])
def test_database_lets_a_round_go_no_other_way_than_the_machine_and_by_two_persons(state):
    session = plenary()

    with databases.as_superuser(), pytest.raises(DatabaseError, match="does not go from open"), transaction.atomic():
        Round.objects.filter(pk=session.round.pk).update(
            state=state, closed_at=NOW, closed_by=session.scrutineer, void_reason="无", voided_at=NOW,
            voided_by=session.scrutineer,
        )  # fmt: skip

    session.round.refresh_from_db()
    assert session.round.state == RoundState.OPEN


def test_database_keeps_what_was_proposed_and_confirmed():
    session = plenary()
    opening = session.round.steps.filter(step=Step.OPEN)
    step = opening.get()

    for change in (
        lambda: opening.update(note="另一个理由"),
        lambda: opening.update(confirmed_by=session.staff),
        step.delete,
    ):
        with databases.as_superuser(), pytest.raises(DatabaseError, match="of step"), transaction.atomic():
            change()

    assert list(opening.values_list("note", "confirmed_by")) == [("", session.scrutineer.pk)]
