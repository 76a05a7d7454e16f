"""A round that moves to paper as a whole, and what the database holds fast of paper whoever asks."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import DatabaseError, transaction
from django.utils.translation import override

from livelihood.audit.models import Entry
from livelihood.kernel.errors import InvalidInput, NotAllowed
from tests import databases
from tests.factories.frame import NOW
from tests.factories.voting import Plenary, in_urn, plenary
from tests.voting.papers import boxed, count, enter, enter_twice, hand_out, merge, mixed, papers_among_ballots, reason
from voting import exporters, record, selectors, services, verifier
from voting.models import Ballot, PaperReading, PaperStack, RollEntry, Round, RoundResult, UrnBallot
from voting.states import RoundState, Step

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with override("en"):
        yield


# --- the whole round on paper ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [RoundState.SIGN_IN, RoundState.OPEN, RoundState.PAUSED, RoundState.CLOSED])
def test_whole_round_moves_to_paper(state):
    session = plenary(deputies=4, until=RoundState.SIGN_IN)
    *here, _absent = session.deputies
    voted, present, holder = here
    for deputy in here:
        services.sign_in_deputy(entry=session.entry(deputy), by=session.scrutineer, at=NOW)
    if state != RoundState.SIGN_IN:
        session.step(Step.OPEN)
        session.cast(voted, "yyn")
    if state == RoundState.PAUSED:
        services.pause_round(round_=session.round, by=session.chair, at=NOW)
    if state == RoundState.CLOSED:
        session.step(Step.CLOSE)
        assert Ballot.objects.count() == 1
    else:
        hand_out(session, [holder])

    session.step(Step.MOVE_TO_PAPER, "表决器故障")

    after = RoundState.OPEN if state == RoundState.CLOSED else state
    assert (session.round.state, session.round.is_on_paper, session.round.closed_at) == (after, True, None)
    assert (len(in_urn()), Ballot.objects.count()) == (0, 0)
    struck = RollEntry.objects.filter(struck_at__isnull=False).order_by("number").values_list("deputy", flat=True)
    assert list(struck) == [voted.pk, present.pk, holder.pk]
    assert not RollEntry.objects.filter(has_voted=True).exists()
    entry = Entry.objects.get(act="round.moved_to_paper")
    assert (entry.detail["destroyed"], entry.detail["reason"]) == (int(state != RoundState.SIGN_IN), "表决器故障")
    if after == RoundState.PAUSED:
        services.resume_round(round_=session.round, by=session.chair, at=NOW)
    if after == RoundState.OPEN:
        with pytest.raises(NotAllowed, match="held on paper"):
            session.cast(voted, "yyn")
    with pytest.raises(NotAllowed):
        services.propose_step(round_=session.round, step=Step.MOVE_TO_PAPER, note="再来一次", by=session.chair, at=NOW)


def test_round_on_paper_runs_to_its_result_and_says_so():
    session = plenary(deputies=4)
    session.cast(session.deputies[0], "nnn")
    session.step(Step.MOVE_TO_PAPER, "表决器故障")
    session.step(Step.CLOSE)
    count(session, 3)
    enter_twice(session, "yyn", "yny", "yyn")
    merge(session)
    services.count_round(round_=session.round, by=session.chair, at=NOW)
    session.step(Step.ANNOUNCE)

    result = RoundResult.objects.get()
    assert (result.in_term, result.present, result.issued, result.returned, result.on_paper) == (4, 4, 4, 3, 3)
    assert [row.number for row in selectors.elected(session.cycle)] == [1]
    (sheet,) = selectors.announced_sheets(session.cycle)
    assert str(selectors.ON_PAPER) in map(str, sheet.notes)
    whole = exporters.full_record(Round.objects.get())
    assert [row["receipt"] for row in whole["ballots"]] == ["", "", ""]
    assert whole["figures"]["on_paper"] == whole["figures"]["returned"] == 3
    data = record.canonical(whole)
    assert record.problems(record.parse(data)) == verifier.verify(data) == []


def test_latecomer_of_a_round_on_paper_is_handed_one_and_issued_counts_it():
    session = plenary(deputies=4, until=RoundState.SIGN_IN)
    *early, late = session.deputies
    for deputy in early:
        services.sign_in_deputy(entry=session.entry(deputy), by=session.scrutineer, at=NOW)
    session.step(Step.MOVE_TO_PAPER, "表决器故障")
    session.step(Step.OPEN)
    services.sign_in_deputy(entry=session.entry(late), by=session.scrutineer, at=NOW)

    assert selectors.assembly(session.round).issued == 3
    assert selectors.work_for(late, NOW) == []
    hand_out(session, [late])

    assert selectors.assembly(session.round).issued == 4


def test_round_does_not_move_to_paper_by_one_person_without_a_reason_or_once_the_box_was_emptied():
    session = mixed()
    with pytest.raises(InvalidInput):
        services.propose_step(round_=session.round, step=Step.MOVE_TO_PAPER, by=session.chair, at=NOW)
    services.propose_step(round_=session.round, step=Step.MOVE_TO_PAPER, note="设备故障", by=session.chair, at=NOW)
    with pytest.raises(NotAllowed):
        services.move_to_paper(round_=session.round, by=session.chair, at=NOW)
    services.withdraw_step(round_=session.round, by=session.chair, at=NOW)
    session.step(Step.CLOSE)
    count(session, 5)

    assert "being counted" in reason(lambda: session.step(Step.MOVE_TO_PAPER, "设备故障"))

    assert Ballot.objects.count() == 5
    assert RollEntry.objects.filter(has_voted=True).count() == 5
    assert not Round.objects.get().is_on_paper


# --- a paper for all who wait ----------------------------------------------------------------------------------------


def holders(session: Plenary) -> list[int]:
    return list(session.round.roll.filter(struck_at__isnull=False).order_by("number").values_list("number", flat=True))


@pytest.mark.parametrize("state", [RoundState.SIGN_IN, RoundState.OPEN, RoundState.PAUSED])
def test_all_present_who_have_not_voted_are_handed_a_paper_in_one_act(state):
    session = plenary(deputies=6, until=RoundState.SIGN_IN)
    *here, _absent = session.deputies
    voted, holder, *_waiting = here
    for deputy in here:
        services.sign_in_deputy(entry=session.entry(deputy), by=session.scrutineer, at=NOW)
    hand_out(session, [holder])
    if state != RoundState.SIGN_IN:
        session.step(Step.OPEN)
        session.cast(voted, "yyn")
    if state == RoundState.PAUSED:
        services.pause_round(round_=session.round, by=session.chair, at=NOW)
    later = NOW + timedelta(minutes=1)

    handed_out = services.hand_out_papers(round_=session.round, by=session.staff, at=later)

    waiting = [1, 3, 4, 5] if state == RoundState.SIGN_IN else [3, 4, 5]
    assert handed_out == len(waiting)
    assert holders(session) == sorted([*waiting, 2])
    assert (session.entry(holder).struck_at, session.entry(here[4]).struck_at) == (NOW, later)
    assert session.entry(here[4]).struck_by == session.staff
    assert session.entry(voted).has_voted == (state != RoundState.SIGN_IN)
    assert Entry.objects.get(act="papers.handed_out").detail == {"handed_out": len(waiting)}


def test_papers_handed_out_again_to_all_are_none():
    session = plenary(deputies=3)
    services.hand_out_papers(round_=session.round, by=session.staff, at=NOW)

    again = services.hand_out_papers(round_=session.round, by=session.staff, at=NOW + timedelta(seconds=1))

    assert again == 0
    assert set(session.round.roll.values_list("struck_at", flat=True)) == {NOW}
    assert Entry.objects.filter(act="papers.handed_out").count() == 1


def test_papers_for_all_are_refused_where_one_is():
    session, named, closed = plenary(), plenary(method={"scheme": "named"}), plenary()
    closed.step(Step.CLOSE)

    assert reason(lambda: services.hand_out_papers(round_=named.round, by=named.staff, at=NOW)) == (
        "A vote by name is not held on paper: papers carry no name."
    )
    for user in (session.chair, session.scrutineer, session.deputies[0]):
        assert "role" in reason(partial(services.hand_out_papers, round_=session.round, by=user, at=NOW))
    assert reason(lambda: services.hand_out_papers(round_=closed.round, by=closed.staff, at=NOW)) == (
        reason(lambda: hand_out(closed, closed.deputies[:1]))
    )

    assert not RollEntry.objects.filter(struck_at__isnull=False).exists()
    assert not Entry.objects.filter(act="papers.handed_out").exists()


@pytest.mark.parametrize("deputies", [3, 40])
def test_papers_for_all_take_as_many_queries_for_few_as_for_many(deputies, django_assert_num_queries):
    session = plenary(deputies=deputies)

    with django_assert_num_queries(5):
        assert services.hand_out_papers(round_=session.round, by=session.staff, at=NOW) == deputies


# --- what the database holds -----------------------------------------------------------------------------------------


def refused(act: object) -> bool:
    try:
        with databases.as_superuser(), transaction.atomic():
            act()  # type: ignore[operator]
    except DatabaseError:
        return True
    return False


def test_database_takes_no_vote_back_and_moves_no_round_to_paper_alone():
    session = mixed()
    voted, holder = session.entry(session.deputies[0]), session.entry(session.deputies[-1])
    rounds, lines = Round.objects.filter(pk=session.round.pk), RollEntry.objects

    assert refused(lambda: rounds.update(moved_to_paper_at=NOW, moved_to_paper_by=session.chair))
    assert refused(lambda: lines.filter(pk=voted.pk).update(has_voted=False))
    assert refused(lambda: lines.filter(pk=voted.pk).update(has_voted=False, struck_at=NOW, struck_by=session.staff))
    assert refused(lambda: lines.filter(pk=holder.pk).update(has_voted=True))
    assert refused(lambda: lines.filter(pk=holder.pk).update(signed_in_at=None, signed_in_by=None, signed_in_way=""))
    session.step(Step.CLOSE)
    assert refused(lambda: rounds.update(state="open"))
    assert refused(lambda: Ballot.objects.all().delete())
    assert refused(lambda: Ballot.objects.create(id="0" * 32, round=session.round, marks="yyn"))
    assert Ballot.objects.count() == 5
    assert RollEntry.objects.filter(has_voted=True).count() == 5


def test_database_keeps_a_round_on_paper_on_paper():
    session = plenary(deputies=4)
    session.cast(session.deputies[0], "yyn")
    session.step(Step.MOVE_TO_PAPER, "设备故障")
    rounds = Round.objects.filter(pk=session.round.pk)

    assert refused(lambda: rounds.update(moved_to_paper_at=None, moved_to_paper_by=None))
    assert refused(lambda: RollEntry.objects.filter(round=session.round).update(has_voted=True))
    assert refused(
        lambda: RollEntry.objects.filter(round=session.round).update(struck_at=None, struck_by=None, has_voted=True)
    )
    assert refused(
        lambda: UrnBallot.objects.create(round=session.round, marks="yyn", receipt="0000-0000-0000", repeat_digest="x")
    )
    session.step(Step.CLOSE)
    assert refused(
        lambda: Ballot.objects.create(id="0" * 32, round=session.round, marks="yyn", receipt="0000-0000-0000")
    )

    assert (len(in_urn()), Ballot.objects.count()) == (0, 0)


def test_database_holds_stack_readings_and_count():
    counted = boxed()
    stack = PaperStack.objects.get()

    def reading(**values: object) -> None:
        PaperReading.objects.create(
            **{"stack": stack, "number": 1, "hand": 2, "teller": counted.scrutineer, "marks": "yyn", **values}
        )

    enter(counted, counted.staff, "yyn")
    for values in (
        {"teller": counted.staff}, {"hand": 1}, {"hand": 3}, {"number": 6}, {"number": 0}, {"marks": "yy"},
        {"marks": "yyz"}, {"marks": "yyx"},
    ):  # fmt: skip
        assert refused(lambda values=values: reading(**values)), values
    assert refused(lambda: PaperReading.objects.update(teller=counted.scrutineer))
    assert refused(lambda: PaperStack.objects.update(merged_at=NOW, merged_by=counted.staff))
    assert refused(stack.delete)
    assert refused(
        lambda: RoundResult.objects.create(
            round=counted.round, in_term=10, present=10, issued=10, returned=5, valid=5, invalid=0, blank=0,
            not_voted=5, needed=6, is_quorate=True,
        )
    )  # fmt: skip
    enter_twice(counted, "yyn", "yny", "nnn", "aaa", "bbb")
    merge(counted)
    assert refused(lambda: PaperStack.objects.update(returned=4))
    assert refused(lambda: PaperStack.objects.update(merged_at=None, merged_by=None))
    assert refused(reading)
    assert refused(lambda: Ballot.objects.create(id="0" * 32, round=counted.round, marks="yyn"))
    assert refused(lambda: Ballot.objects.filter(receipt="").delete())

    assert (papers_among_ballots(), PaperReading.objects.count()) == (5, 0)
