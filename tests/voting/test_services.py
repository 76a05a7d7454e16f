"""A round from draft to announcement and what is refused on the way; a refusal leaves no trace."""

import uuid
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from livelihood.accounts.models import User
from livelihood.accounts.roles import Role
from livelihood.audit.models import Entry
from livelihood.cycles.states import Phase
from livelihood.kernel.errors import Conflict, InvalidInput, NotAllowed, NotReady
from tests.factories.frame import NOW, CycleFactory, official
from tests.factories.voting import Plenary, freeze, plenary
from voting import selectors, services
from voting.models import Ballot, Method, Option, OptionResult, RollEntry, Round, RoundResult, UrnBallot
from voting.states import Outcome, RoundKind, RoundState, Step
from voting.tally import Mark

pytestmark = pytest.mark.django_db

KEY = "5b4a9f7e-7d39-4c5e-9f64-2f1d6f0e8f11"


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
    assert not UrnBallot.objects.exists()
    elected = selectors.elected(session.cycle)
    assert [(row.number, row.title, row.decided_on) for row in elected] == [(1, "项目1", NOW.date())]
    assert acts("round.") == [
        "round.created", "round.rules_locked", "round.roll_locked", "round.sign_in_opened",
        "round.step_proposed", "round.opened", "round.step_proposed", "round.closed", "round.counted",
        "round.step_proposed", "round.announced",
    ]  # fmt: skip


def test_options_are_copied_from_the_frozen_list():
    session = plenary(until=RoundState.DRAFT)

    option = session.options[1]

    assert (option.number, option.title, option.summary) == (2, "项目2", "项目2的内容")
    assert (str(option.cost_wan), option.people_served, str(option.finish_date)) == ("200.0000", 2000, "2025-11-30")
    assert (option.kind, option.position, option.place) == ("hardware", 2, "城东街道第2社区")


def test_round_needs_a_frozen_list_the_right_phase_and_congress_staff():
    cycle = CycleFactory(phase=Phase.DECIDE)
    staff = official(Role.CONGRESS_STAFF, cycle.area)
    planning = CycleFactory(phase=Phase.PLAN, area=cycle.area, year=2026)
    freeze(planning, 3)

    with pytest.raises(NotReady):
        services.create_round(cycle=cycle, title="票决", seats=2, by=staff, at=NOW)
    with pytest.raises(NotAllowed):
        services.create_round(cycle=planning, title="票决", seats=2, by=staff, at=NOW)
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
    with pytest.raises(DatabaseError, match="fixed"), transaction.atomic():
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
        with pytest.raises(DatabaseError), transaction.atomic():
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
        {"quorum_base": "returned"},
        {"most_approvals": 4},
        {"most_approvals": 0},
        {"form": "ranked"},
    ],
)
def test_rules_that_make_no_sense_are_refused(method):
    session = plenary(until=RoundState.DRAFT)

    with pytest.raises(InvalidInput):
        services.write_rules(
            round_=session.round, title="票决", seats=1, voting_minutes=5, method=method, by=session.staff, at=NOW
        )

    session.round.refresh_from_db()
    assert (session.round.seats, Method.objects.get(round=session.round).form) == (2, "each")


def test_roll_takes_deputies_of_the_area_only_and_all_or_nothing():
    session = plenary(until=RoundState.DRAFT)
    stranger = official(Role.DEPUTY, CycleFactory().area)
    lines = [services.RollLine(n, user.pk, user.name, "") for n, user in enumerate([*session.deputies, stranger], 1)]

    with pytest.raises(InvalidInput):
        services.import_roll(round_=session.round, lines=lines, by=session.staff, at=NOW)
    with pytest.raises(InvalidInput):
        services.import_roll(round_=session.round, lines=[lines[0], lines[0]], by=session.staff, at=NOW)
    assert session.round.roll.count() == 0

    assert services.import_roll(round_=session.round, lines=lines[:2], by=session.staff, at=NOW) == 2
    assert services.import_roll(round_=session.round, lines=lines[1:3], by=session.staff, at=NOW) == 2
    assert set(session.round.roll.values_list("number", flat=True)) == {2, 3}


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
    services.import_roll(round_=session.round, lines=lines, by=session.staff, at=NOW)
    services.lock_roll(round_=session.round, by=session.staff, at=NOW)
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
    assert UrnBallot.objects.count() == 1


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
    both.mandates.create(role=Role.SCRUTINEER, area=session.cycle.area, starts_on=NOW.date())

    with pytest.raises(NotAllowed):
        services.open_round(round_=session.round, by=session.scrutineer, at=NOW)
    with pytest.raises(NotAllowed):
        services.propose_step(round_=session.round, step=Step.OPEN, by=session.scrutineer, at=NOW)
    services.propose_step(round_=session.round, step=Step.OPEN, by=both, at=NOW)
    with pytest.raises(NotAllowed):
        services.open_round(round_=session.round, by=both, at=NOW)
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
    assert [row.proposed_by for row in session.round.steps.filter(confirmed_at__isnull=False)] == [session.chair]


@pytest.mark.parametrize("letters", ["yyy", "nnb"])
def test_ballot_against_the_rules_is_refused_and_leaves_no_trace(letters):
    session = plenary(method={"blank": "ballot_invalid"})
    deputy = session.deputies[0]

    with pytest.raises(services.InvalidBallot):
        session.cast(deputy, letters)
    with pytest.raises(services.InvalidBallot):
        services.cast_ballot(round_=session.round, marks={0: Mark.APPROVE}, key=KEY, by=deputy, at=NOW)
    with pytest.raises(services.InvalidBallot):
        session.cast(deputy, "yyn", key="1")

    assert not UrnBallot.objects.exists()
    assert not session.entry(deputy).has_voted
    assert acts("ballot.") == []


@pytest.mark.parametrize(("form", "letters"), [("at_most", "yyy"), ("exactly", "ybb"), ("at_most", "ynb")])
def test_ticks_are_counted_by_form(form, letters):
    session = plenary(method={"form": form})

    with pytest.raises(services.InvalidBallot):
        session.cast(session.deputies[0], letters)
    session.cast(session.deputies[0], "yby")

    assert list(UrnBallot.objects.values_list("marks", flat=True)) == ["yby"]


@pytest.mark.parametrize(
    ("form", "marks"),
    [("each", "yyy"), ("each", "yy"), ("each", "yyx"), ("at_most", "yyn"), ("exactly", "ybb"), ("at_most", "yyy")],
)
def test_database_itself_refuses_marks_against_the_rules(form, marks):
    session = plenary(method={"form": form})

    with pytest.raises(DatabaseError, match="does not fit"), transaction.atomic():
        UrnBallot.objects.create(round=session.round, marks=marks, receipt="x", repeat_digest="x")

    assert not UrnBallot.objects.exists()


def test_who_may_not_vote_is_refused_and_leaves_no_trace():
    session = plenary(until=RoundState.SIGN_IN)
    absent, *present = session.deputies
    for deputy in present:
        services.sign_in_deputy(entry=session.entry(deputy), by=session.staff, at=NOW)
    with pytest.raises(NotAllowed):
        session.cast(present[0], "yyn")
    session.step(Step.OPEN)

    for person in (absent, session.chair, official(Role.DEPUTY, session.cycle.area)):
        with pytest.raises(NotAllowed):
            session.cast(person, "yyn")
    present[0].mandates.update(ends_on=NOW.date() - timedelta(days=1))
    with pytest.raises(NotAllowed):
        session.cast(User.objects.get(pk=present[0].pk), "yyn")

    assert not UrnBallot.objects.exists()
    assert not RollEntry.objects.filter(has_voted=True).exists()
    assert acts("ballot.") == []


def test_same_cast_again_gives_the_same_receipt_and_other_choices_are_refused():
    session = plenary()
    deputy = session.deputies[0]

    first = session.cast(deputy, "yyn", key=KEY)
    again = session.cast(deputy, "yyn", key=KEY)

    assert again == first
    with pytest.raises(services.RepeatedKey):
        session.cast(deputy, "nyy", key=KEY)
    with pytest.raises(NotAllowed):
        session.cast(deputy, "yyn", key=str(uuid.uuid4()))
    assert list(UrnBallot.objects.values_list("marks", "receipt")) == [("yyn", first)]
    assert acts("ballot.") == ["ballot.cast"]


def test_key_of_another_deputy_opens_nothing():
    session = plenary()
    first, second = session.deputies[:2]

    code = session.cast(first, "yyn", key=KEY)
    other = session.cast(second, "yyn", key=KEY)

    assert code != other
    assert UrnBallot.objects.count() == 2


def test_after_closing_nobody_gets_the_receipt_again():
    session = plenary()
    session.cast(session.deputies[0], "yyn", key=KEY)
    session.step(Step.CLOSE)

    with pytest.raises(NotAllowed):
        session.cast(session.deputies[0], "yyn", key=KEY)

    assert Ballot.objects.count() == 1


def test_pause_stops_votes_and_keeps_the_urn():
    session = plenary()
    session.cast(session.deputies[0], "yyn")

    services.pause_round(round_=session.round, by=session.chair, at=NOW)
    with pytest.raises(NotAllowed):
        session.cast(session.deputies[1], "yyn")
    with pytest.raises(NotAllowed):
        services.pause_round(round_=session.round, by=session.scrutineer, at=NOW)
    services.resume_round(round_=session.round, by=session.chair, at=NOW)
    session.cast(session.deputies[1], "nyn")

    assert sorted(UrnBallot.objects.values_list("marks", flat=True)) == ["nyn", "yyn"]


def test_closing_leaves_the_urns_of_other_rounds_alone():
    session, other, paused = plenary(), plenary(), plenary()
    session.cast(session.deputies[0], "yyn")
    code = other.cast(other.deputies[0], "nny")
    paused.cast(paused.deputies[0], "aaa")
    services.pause_round(round_=paused.round, by=paused.chair, at=NOW)

    session.step(Step.CLOSE)

    assert set(UrnBallot.objects.values_list("round", "marks")) == {(other.round.pk, "nny"), (paused.round.pk, "aaa")}
    assert set(UrnBallot.objects.filter(round=other.round).values_list("receipt", flat=True)) == {code}
    assert list(Ballot.objects.values_list("round", "marks")) == [(session.round.pk, "yyn")]


def test_ballots_and_results_are_written_once():
    session = plenary()
    session.cast(session.deputies[0], "yyn")
    session.finish()

    for change in (
        lambda: Ballot.objects.update(marks="nnn"),
        lambda: Ballot.objects.all().delete(),
        lambda: Ballot.objects.create(id=uuid.uuid4(), round=session.round, marks="yyn"),
        lambda: OptionResult.objects.update(approve=9),
        lambda: OptionResult.objects.all().delete(),
        lambda: RoundResult.objects.update(returned=9),
        lambda: RoundResult.objects.all().delete(),
        lambda: Round.objects.update(announcement_number="9"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()

    assert list(Ballot.objects.values_list("marks", flat=True)) == ["yyn"]


def test_urn_that_disagrees_with_the_roll_cannot_be_closed():
    session = plenary()
    session.cast(session.deputies[0], "yyn")
    UrnBallot.objects.create(round=session.round, marks="yyn", receipt="STUFFED", repeat_digest="x")

    with pytest.raises(Conflict):
        session.step(Step.CLOSE)

    session.round.refresh_from_db()
    assert session.round.state == RoundState.OPEN
    assert UrnBallot.objects.count() == 2
    assert not Ballot.objects.exists()


def test_void_round_destroys_the_urn_and_can_be_repeated():
    session = plenary()
    session.cast(session.deputies[0], "yyn")

    with pytest.raises(InvalidInput):
        services.propose_step(round_=session.round, step=Step.VOID, by=session.chair, at=NOW)
    session.step(Step.VOID, "名册有误")

    assert (session.round.state, session.round.void_reason) == (RoundState.VOIDED, "名册有误")
    assert not UrnBallot.objects.exists()
    assert not Ballot.objects.exists()
    repeat = services.vote_again(round_=session.round, by=session.staff, at=NOW)
    assert (repeat.kind, repeat.parent, repeat.seats, repeat.options.count()) == (RoundKind.REPEAT, session.round, 2, 3)
    assert repeat.roll.filter(signed_in_at__isnull=False, has_voted=False).count() == 3
    with pytest.raises(NotAllowed):
        services.vote_again(round_=session.round, by=session.staff, at=NOW)


def tied() -> Plenary:
    """Four deputies: 1 is chosen, 2 and 3 tie for the second seat."""
    session = plenary(candidates=4, seats=2, deputies=4, method={"threshold_numerator": 1, "is_strict": False})
    for deputy, letters in zip(session.deputies, ["yynn", "ynyn", "yynn", "ynyn"], strict=True):
        session.cast(deputy, letters)
    session.finish()
    return session


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

    with pytest.raises(InvalidInput) as refused:
        session.step(Step.CLOSE)
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
