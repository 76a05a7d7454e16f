"""Paper beside the machine: who holds one does not vote in the booth, few are not counted, two persons read each."""

from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.utils.translation import override

from livelihood.accounts.roles import Role
from livelihood.audit.models import Entry
from livelihood.kernel.errors import Conflict, InvalidInput, NotAllowed
from tests import databases
from tests.factories.frame import NOW, official
from tests.factories.voting import Plenary, in_urn, plenary
from tests.voting.papers import (
    boxed,
    count,
    enter,
    enter_twice,
    hand_out,
    merge,
    mixed,
    papers_among_ballots,
    reason,
    write,
)
from voting import exporters, record, selectors, services, verifier
from voting.models import Ballot, OptionResult, PaperReading, PaperStack, RollEntry, Round, RoundResult
from voting.states import RoundKind, RoundState, Step
from voting.tally import Mark

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with override("en"):
        yield


# --- handed out and taken back ---------------------------------------------------------------------------------------


def test_who_holds_a_paper_is_refused_by_the_booth_until_it_is_taken_back():
    session = plenary()
    deputy = session.deputies[0]
    hand_out(session, [deputy])

    with pytest.raises(NotAllowed, match="paper ballot"):
        session.cast(deputy, "yyn")
    assert not in_urn()
    assert (session.entry(deputy).struck_at, session.entry(deputy).struck_by) == (NOW, session.staff)
    assert selectors.turnout(session.round).on_paper == 1
    assert selectors.turnout(session.round).waited_for == 2

    services.take_back_paper(entry=session.entry(deputy), by=session.staff, at=NOW)
    session.cast(deputy, "yyn")

    assert session.entry(deputy).struck_at is None
    assert [row.act for row in Entry.objects.filter(act__startswith="paper.").order_by("pk")] == [
        "paper.handed_out", "paper.taken_back",
    ]  # fmt: skip
    assert len(in_urn()) == 1


def test_paper_goes_once_to_those_present_who_have_not_voted_from_staff_until_closing():
    session = plenary(deputies=4, until=RoundState.SIGN_IN)
    absent, present, voted, holder = session.deputies
    for deputy in (present, voted, holder):
        services.sign_in_deputy(entry=session.entry(deputy), by=session.scrutineer, at=NOW)
    hand_out(session, [holder])
    session.step(Step.OPEN)
    session.cast(voted, "yyn")

    refusals = [reason(partial(hand_out, session, [deputy])) for deputy in (absent, voted, holder)]
    for user in (session.scrutineer, session.chair, present):
        with pytest.raises(NotAllowed):
            services.hand_out_paper(entry=session.entry(present), by=user, at=NOW)

    assert refusals == [
        "This deputy is not signed in.", "This deputy has voted.", "This deputy holds a paper ballot already.",
    ]  # fmt: skip
    assert list(RollEntry.objects.filter(struck_at__isnull=False).values_list("deputy", flat=True)) == [holder.pk]
    with pytest.raises(NotAllowed):
        services.undo_sign_in(entry=session.entry(holder), by=session.staff, at=NOW)


def test_vote_by_name_knows_no_paper():
    session = plenary(method={"scheme": "named"})

    assert "by name" in reason(lambda: hand_out(session, session.deputies[:1]))
    assert "by name" in reason(lambda: session.step(Step.MOVE_TO_PAPER, "设备故障"))

    assert not RollEntry.objects.filter(struck_at__isnull=False).exists()


@pytest.mark.parametrize(("papers", "others"), [(1, 6), (4, 6), (5, 4), (5, 1)])
def test_vote_is_not_closed_while_so_few_vote_one_way_that_all_would_know(papers, others):
    session = mixed(papers, others)

    refusal = reason(lambda: session.step(Step.CLOSE))

    assert "so few" in refusal
    assert str(min(papers, others)) in refusal
    session.round.refresh_from_db()
    assert session.round.state == RoundState.OPEN
    assert len(in_urn()) == others


@pytest.mark.parametrize(("papers", "others"), [(0, 6), (5, 5), (5, 0), (6, 0)])
def test_vote_closes_with_five_of_each_kind_or_one_kind_alone(papers, others):
    session = mixed(papers, others)

    session.step(Step.CLOSE)

    assert session.round.state == RoundState.CLOSED
    assert Ballot.objects.count() == others


def test_a_paper_handed_out_after_the_proposal_stops_the_closing():
    session = plenary(deputies=8)
    services.propose_step(round_=session.round, step=Step.CLOSE, by=session.chair, at=NOW)
    hand_out(session, session.deputies[:1])

    with pytest.raises(NotAllowed, match="so few"):
        services.close_round(round_=session.round, by=session.scrutineer, at=NOW)

    assert Round.objects.get().state == RoundState.OPEN


# --- counted ---------------------------------------------------------------------------------------------------------


def test_papers_are_counted_beside_the_ballots_of_the_booth():
    session = mixed(6, 5)
    session.step(Step.CLOSE)
    count(session, 5)
    enter_twice(session, "yyn", "yny", "nnb", "yyy", "xxx")

    merge(session)
    result = services.count_round(round_=session.round, by=session.chair, at=NOW)
    session.step(Step.ANNOUNCE)

    assert (result.in_term, result.present, result.issued, result.returned, result.on_paper) == (11, 11, 11, 10, 5)
    # "yyy" approves more than the two seats, "xxx" is invalid as a whole.
    assert (result.valid, result.invalid, result.blank, result.not_voted) == (8, 2, 0, 1)
    counts = OptionResult.objects.order_by("option__number").values_list("approve", "oppose", "abstain", "blank")
    assert list(counts) == [(7, 1, 0, 0), (6, 2, 0, 0), (1, 6, 1, 0)]
    assert not PaperReading.objects.exists()
    whole = exporters.full_record(Round.objects.get())
    assert (whole["figures"]["on_paper"], whole["figures"]["issued"], whole["figures"]["returned"]) == (5, 11, 10)
    assert sorted(row["marks"] for row in whole["ballots"] if not row["receipt"]) == ["nnb", "xxx", "yny", "yyn", "yyy"]
    data = record.canonical(whole)
    assert record.problems(record.parse(data)) == verifier.verify(data) == []


@pytest.mark.parametrize(
    ("method", "sheet", "expected"),
    [
        ({"form": "at_most", "most_approvals": 2}, "yyy", (0, 5)),
        ({"form": "at_most", "most_approvals": 2}, "bbb", (5, 0)),
        ({"form": "exactly", "most_approvals": 2}, "ybb", (0, 5)),
        ({"over_vote": "approvals_void"}, "yyy", (5, 0)),
        ({"blank": "ballot_invalid"}, "ynb", (0, 5)),
        ({"blank": "not_counted"}, "ynb", (5, 0)),
        ({}, "xxx", (0, 5)),
    ],
)
def test_what_breaks_the_rules_on_paper_is_entered_and_counted_by_them(method, sheet, expected):
    session = mixed(5, 0, method={"quorum_numerator": 0, **method})
    session.step(Step.CLOSE)
    count(session, 5)
    enter_twice(session, *[sheet] * 5)
    merge(session)

    result = services.count_round(round_=session.round, by=session.chair, at=NOW)

    assert (result.valid, result.invalid) == expected
    data = record.canonical(exporters.full_record(Round.objects.get()))
    assert record.problems(record.parse(data)) == verifier.verify(data) == []


def test_round_is_not_counted_before_its_papers_are_merged():
    session = mixed()
    session.step(Step.CLOSE)
    refusals = []

    for act in (lambda: count(session, 5), lambda: enter_twice(session, *["yyn"] * 5), lambda: merge(session)):
        refusals.append(reason(lambda: services.count_round(round_=session.round, by=session.chair, at=NOW)))
        act()

    assert refusals == [
        "Count the papers that came back first.",
        "The paper ballots wait to be entered and merged.",
        "The paper ballots wait to be entered and merged.",
    ]
    assert not RoundResult.objects.exists()
    services.count_round(round_=session.round, by=session.chair, at=NOW)
    assert RoundResult.objects.get().on_paper == 5


def test_papers_that_did_not_come_back_are_not_waited_for():
    session = mixed()
    session.step(Step.CLOSE)
    count(session, 0)

    result = services.count_round(round_=session.round, by=session.chair, at=NOW)

    assert (result.issued, result.returned, result.on_paper, result.not_voted) == (10, 5, 0, 5)


def test_more_papers_than_were_handed_out_make_the_round_void():
    session = mixed()
    session.step(Step.CLOSE)
    count(session, 6)

    refusals = {
        reason(act)
        for act in (
            lambda: enter(session, session.staff, "yyn"),
            lambda: merge(session),
            lambda: services.count_round(round_=session.round, by=session.chair, at=NOW),
        )
    }
    session.step(Step.VOID, "收回表决票多于发出表决票")

    assert refusals == {"6 papers came back, but only 5 were handed out. The round can only be declared void."}
    assert (session.round.state, papers_among_ballots(), PaperReading.objects.count()) == (RoundState.VOIDED, 0, 0)
    assert not RoundResult.objects.exists()
    again = services.vote_again(round_=session.round, by=session.staff, at=NOW)
    assert again.kind == RoundKind.REPEAT
    assert not again.roll.filter(struck_at__isnull=False).exists()


def test_a_number_stands_when_two_persons_wrote_it_and_a_miscount_stays_in_the_journal():
    session = mixed()
    session.step(Step.CLOSE)
    for teller, returned in ((session.staff, 6), (session.scrutineer, 5), (session.scrutineer, 5)):
        write(session, returned, teller)

    refused = {reason(act) for act in (lambda: enter(session, session.staff, "yyn"), lambda: merge(session))}
    write(session, 5, session.staff)
    enter_twice(session, *["yyn"] * 5)
    merge(session)

    assert len(refused) == 1
    assert "second person" in refused.pop()
    counted = [row.detail for row in Entry.objects.filter(act="papers.counted").order_by("pk")]
    assert [(row["returned"], row["issued"], row["is_checked"]) for row in counted] == [
        (6, 5, False), (5, 5, False), (5, 5, True),
    ]  # fmt: skip
    assert papers_among_ballots() == 5


def test_one_person_alone_takes_no_paper_away():
    session = mixed()
    session.step(Step.CLOSE)
    count(session, 5)
    enter_twice(session, *["yyn"] * 5)

    write(session, 0, session.staff)
    refused = reason(lambda: services.count_round(round_=session.round, by=session.chair, at=NOW))
    with databases.as_superuser(), pytest.raises(IntegrityError), transaction.atomic():
        PaperStack.objects.update(checked_at=NOW, checked_by=session.staff)
    count(session, 5)
    with databases.as_superuser(), pytest.raises(IntegrityError), transaction.atomic():
        PaperStack.objects.update(returned=0)

    assert "second person" in refused
    assert PaperReading.objects.count() == 10
    count(session, 5)
    merge(session)
    assert papers_among_ballots() == 5


@pytest.mark.parametrize("returned", [1, 4])
def test_few_papers_beside_others_are_not_counted(returned):
    session = mixed(6, 5)
    session.step(Step.CLOSE)
    count(session, returned)

    refusals = {
        reason(act)
        for act in (
            lambda: enter(session, session.staff, "yyn"),
            lambda: merge(session),
            lambda: services.count_round(round_=session.round, by=session.chair, at=NOW),
        )
    }

    assert len(refusals) == 1
    assert f"Only {returned} papers came back" in refusals.pop()
    assert (papers_among_ballots(), PaperReading.objects.count(), RoundResult.objects.count()) == (0, 0, 0)
    session.step(Step.VOID, "收回纸质表决票过少")
    assert session.round.state == RoundState.VOIDED


def test_count_erases_what_was_entered_beyond_it():
    session = mixed(6, 5)
    session.step(Step.CLOSE)
    count(session, 6)
    enter(session, session.staff, *["yyn"] * 6)

    write(session, 5, session.staff)
    assert PaperReading.objects.count() == 6
    count(session, 5)

    assert list(PaperReading.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3, 4, 5]
    with pytest.raises(InvalidInput):
        enter(session, session.scrutineer, "yyn", first=6)
    for wrong in (-1, 10_001):
        with pytest.raises(InvalidInput):
            count(session, wrong)
    assert PaperStack.objects.get().returned == 5


# --- entered twice ---------------------------------------------------------------------------------------------------


@pytest.fixture
def counted() -> Plenary:
    """Give a closed round with five papers in the box."""
    return boxed()


def test_every_sheet_takes_two_different_persons(counted):
    enter(counted, counted.staff, "yyn", "yyn")
    enter(counted, counted.staff, "ynn")
    third = official(Role.SCRUTINEER, counted.cycle.area)
    enter(counted, counted.scrutineer, "ynn")

    with pytest.raises(Conflict, match="Two others"):
        enter(counted, third, "yyy")
    enter(counted, third, "yyn", first=2)

    readings = PaperReading.objects.order_by("number", "hand").values_list("number", "hand", "teller", "marks")
    assert list(readings) == [
        (1, 1, counted.staff.pk, "ynn"),
        (1, 2, counted.scrutineer.pk, "ynn"),
        (2, 1, counted.staff.pk, "yyn"),
        (2, 2, third.pk, "yyn"),
    ]
    progress = selectors.paper_progress(counted.round)
    assert (progress.alike, progress.read_once, progress.differing, progress.unread) == (2, 0, [], 3)


def test_differences_are_shown_sheet_by_sheet_and_entered_again(counted):
    enter(counted, counted.staff, "yyn", "yny", "nnn", "aaa", "bbb")
    enter(counted, counted.scrutineer, "yyn", "yyn", "nnn", "aab")

    progress = selectors.paper_progress(counted.round)
    assert (progress.alike, progress.read_once, list(progress.differing), progress.unread) == (2, 1, [2, 4], 0)
    assert reason(lambda: merge(counted)) == "3 of 5 sheets have not been read alike by two persons."
    assert (papers_among_ballots(), PaperReading.objects.count()) == (0, 9)

    enter(counted, counted.scrutineer, "yny", "nnn", "aaa", "bbb", first=2)
    merge(counted)

    assert sorted(Ballot.objects.filter(receipt="").values_list("marks", flat=True)) == [
        "aaa",
        "bbb",
        "nnn",
        "yny",
        "yyn",
    ]


def test_nobody_sees_what_another_read_before_reading_it(counted):
    enter(counted, counted.staff, "yyn")
    stack = PaperStack.objects.get()
    third = official(Role.SCRUTINEER, counted.cycle.area)

    before = selectors.readings_for(stack, 1, counted.scrutineer)
    enter(counted, counted.scrutineer, "yny")
    after = selectors.readings_for(stack, 1, counted.scrutineer)

    assert before == []
    assert [reading.marks for reading in after] == ["yyn", "yny"]
    assert [reading.marks for reading in selectors.readings_for(stack, 1, third)] == ["yyn", "yny"]
    assert [selectors.next_sheet(stack, user) for user in (counted.staff, counted.scrutineer, third)] == [2, 2, 2]


def test_next_sheet_is_one_the_teller_can_read(counted):
    enter(counted, counted.staff, *["yyn"] * 5)
    enter(counted, counted.scrutineer, "yyn", first=2)
    stack = PaperStack.objects.get()

    assert selectors.next_sheet(stack, counted.staff) is None
    assert selectors.next_sheet(stack, counted.scrutineer) == 1


@pytest.mark.parametrize("letters", ["xyn", "yyx"])
def test_a_paper_is_invalid_as_a_whole_or_not_at_all(counted, letters):
    with pytest.raises(services.InvalidBallot):
        enter(counted, counted.staff, letters)

    assert not PaperReading.objects.exists()


def test_marks_that_no_such_paper_can_bear_are_refused():
    session = mixed(5, 0, method={"form": "at_most", "most_approvals": 2, "quorum_numerator": 0})
    session.step(Step.CLOSE)
    count(session, 5)

    for marks in (session.marks("ynb"), {0: Mark.APPROVE}):
        with pytest.raises(services.InvalidBallot):
            services.enter_paper(round_=session.round, number=1, marks=marks, by=session.staff, at=NOW)

    assert not PaperReading.objects.exists()


def test_booth_takes_no_invalid_ballot():
    session = plenary()

    with pytest.raises(services.InvalidBallot):
        session.cast(session.deputies[0], "xxx")

    assert not in_urn()


def test_papers_are_merged_once(counted):
    enter_twice(counted, "yyn", "yny", "nnn", "aaa", "bbb")
    merge(counted)
    keys = set(Ballot.objects.values_list("pk", flat=True))

    assert "erased" in reason(lambda: merge(counted))
    assert "erased" in reason(lambda: count(counted, 4))
    assert "erased" in reason(lambda: enter(counted, counted.staff, "yyy"))

    assert set(Ballot.objects.values_list("pk", flat=True)) == keys
    assert len(keys) == 10
    assert Entry.objects.filter(act="papers.merged").count() == 1
    stack = PaperStack.objects.get()
    assert (stack.returned, stack.merged_at, stack.merged_by) == (5, NOW, counted.staff)


def test_journal_says_who_entered_which_sheet_and_never_what(counted):
    enter_twice(counted, "yyn", "yny", "nnn", "aaa", "bbb")
    merge(counted)

    entered = Entry.objects.filter(act="papers.sheet_entered")
    assert [row.detail for row in entered.order_by("pk")[:2]] == [{"sheet": 1}, {"sheet": 2}]
    assert entered.count() == 10
    written = " ".join(str(row.detail) for row in Entry.objects.filter(act__startswith="paper"))
    assert not any(letters in written for letters in ("yyn", "yny", "nnn", "aaa", "bbb"))
