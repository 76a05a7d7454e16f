"""Paper at once with the booth: a deputy has one ballot, a stack is merged once, an act that is killed leaves nothing.

Without the lock on the roll entry the first test fails, without the one on the round the others do.
"""

from collections.abc import Callable
from functools import partial
from itertools import pairwise

import pytest
from django.db import DatabaseError, connection

from livelihood.audit.models import Entry
from livelihood.kernel.errors import NotAllowed
from tests import databases
from tests.factories.frame import NOW
from tests.factories.voting import in_urn, plenary
from tests.voting.papers import boxed, count, enter_twice, mixed
from tests.voting.test_concurrency import at_once
from voting import services
from voting.models import Ballot, PaperReading, PaperStack, RollEntry, Round
from voting.states import RoundState, Step

pytestmark = pytest.mark.django_db(transaction=True)


def test_cast_and_paper_at_once_end_in_exactly_one_of_both():
    session = plenary(deputies=12)
    acts: list[Callable[[], object]] = []
    for deputy in session.deputies:
        entry = session.entry(deputy)
        acts.append(partial(session.cast, deputy, "yyn"))
        acts.append(partial(services.hand_out_paper, entry=entry, by=session.staff, at=NOW))

    answers = at_once(*acts)

    for cast, paper in zip(answers[::2], answers[1::2], strict=True):
        assert sorted(isinstance(answer, NotAllowed) for answer in (cast, paper)) == [False, True], (cast, paper)
    codes = {answer for answer in answers[::2] if isinstance(answer, str)}
    assert set(in_urn("receipt")) == codes
    assert RollEntry.objects.filter(has_voted=True, struck_at__isnull=True).count() == len(codes)
    assert RollEntry.objects.filter(has_voted=False, struck_at__isnull=False).count() == 12 - len(codes)


def test_papers_for_all_at_once_with_casts_leave_each_deputy_with_one_of_both():
    session = plenary(deputies=12)
    for_all = partial(services.hand_out_papers, round_=session.round, by=session.staff, at=NOW)

    answers = at_once(*(partial(session.cast, deputy, "yyn") for deputy in session.deputies), for_all, for_all)

    codes = {answer for answer in answers[:12] if isinstance(answer, str)}
    assert sum(isinstance(answer, NotAllowed) for answer in answers[:12]) == 12 - len(codes)
    assert sum(answers[12:]) == 12 - len(codes)
    assert set(in_urn("receipt")) == codes
    assert RollEntry.objects.filter(has_voted=True, struck_at__isnull=True).count() == len(codes)
    assert RollEntry.objects.filter(has_voted=False, struck_at__isnull=False).count() == 12 - len(codes)
    assert Entry.objects.filter(act="papers.handed_out").count() == int(len(codes) < 12)


def test_papers_handed_out_while_voting_closes_are_counted_or_refused():
    session = mixed(5, 5)
    late = plenary(deputies=1)  # another place goes on
    services.propose_step(round_=session.round, step=Step.CLOSE, by=session.chair, at=NOW)
    entry = session.entry(session.deputies[-1])

    answers = at_once(
        partial(services.close_round, round_=session.round, by=session.scrutineer, at=NOW),
        partial(services.take_back_paper, entry=entry, by=session.staff, at=NOW),
        partial(late.cast, late.deputies[0], "yyn"),
    )

    state, out = Round.objects.get(pk=session.round.pk).state, RollEntry.objects.filter(struck_at__isnull=False).count()
    assert (state, out) in {(RoundState.CLOSED, 5), (RoundState.OPEN, 4)}
    assert sorted(isinstance(answer, NotAllowed) for answer in answers[:2]) == [False, True]
    assert isinstance(answers[2], str)


def test_stack_merged_by_two_at_once_is_there_once():
    session = boxed()
    enter_twice(session, "yyn", "yny", "nnn", "aaa", "bbb")

    answers = at_once(
        *(
            partial(services.merge_papers, round_=session.round, by=teller, at=NOW)
            for teller in (session.staff, session.scrutineer) * 3
        )
    )

    assert sorted(isinstance(answer, NotAllowed) for answer in answers) == [False] + [True] * 5
    assert sorted(Ballot.objects.filter(receipt="").values_list("marks", flat=True)) == [
        "aaa", "bbb", "nnn", "yny", "yyn",
    ]  # fmt: skip
    assert Entry.objects.filter(act="papers.merged").count() == 1


def test_two_who_enter_one_sheet_at_once_are_its_two_hands():
    session = boxed()

    answers = at_once(
        *(
            partial(services.enter_paper, round_=session.round, number=1, marks=session.marks("yyn"), by=teller, at=NOW)
            for teller in (session.staff, session.scrutineer)
        )
    )

    assert {answer.teller_id for answer in answers} == {session.staff.pk, session.scrutineer.pk}
    assert sorted(PaperReading.objects.values_list("hand", flat=True)) == [1, 2]


@pytest.mark.parametrize("act", ["merge", "move"])
def test_an_act_that_breaks_off_leaves_everything_as_it_was(act):
    """Each act is one transaction: the last row it writes is refused here, as if the machine had died."""
    session = boxed() if act == "merge" else mixed(5, 5)
    dying: Callable[[], object]
    if act == "merge":
        enter_twice(session, "yyn", "yny", "nnn", "aaa", "bbb")
        dying = partial(services.merge_papers, round_=session.round, by=session.staff, at=NOW)
    else:
        dying = partial(services.move_to_paper, round_=session.round, by=session.scrutineer, at=NOW)
        services.propose_step(round_=session.round, step=Step.MOVE_TO_PAPER, note="设备故障", by=session.chair, at=NOW)
    with databases.as_superuser() as cursor:
        cursor.execute(
            "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'killed'; END $$;"
            "CREATE TRIGGER die BEFORE INSERT ON audit_entry FOR EACH ROW EXECUTE FUNCTION die()"
        )
    try:
        with pytest.raises(DatabaseError, match="killed"):
            dying()
    finally:
        with databases.as_superuser() as cursor:
            cursor.execute("DROP TRIGGER die ON audit_entry; DROP FUNCTION die()")

    if act == "merge":
        assert (Ballot.objects.filter(receipt="").count(), PaperReading.objects.count()) == (0, 10)
        assert PaperStack.objects.get().merged_at is None
    else:
        assert (len(in_urn()), RollEntry.objects.filter(has_voted=True).count()) == (5, 5)
        assert not Round.objects.get(pk=session.round.pk).is_on_paper


def test_paper_ballots_lie_in_no_order_of_the_stack():
    session = mixed(40, 0, candidates=6, seats=6)
    session.step(Step.CLOSE)
    count(session, 40)
    sheets = ["".join("yn"[number >> place & 1] for place in range(6)) for number in range(40)]
    enter_twice(session, *sheets)

    services.merge_papers(round_=session.round, by=session.staff, at=NOW)

    with connection.cursor() as cursor:
        cursor.execute("SELECT marks FROM voting_ballot ORDER BY ctid")
        by_place = [sheets.index(marks) for (marks,) in cursor.fetchall()]
        cursor.execute("SELECT count(DISTINCT xmin::text) FROM voting_ballot")
        assert cursor.fetchone() == (1,)
    by_key = [sheets.index(ballot.marks) for ballot in Ballot.objects.order_by("pk")]
    for order in (by_place, by_key):
        assert sorted(order) == list(range(40))
        assert order != list(range(40))
        # Neighbours of the stack lie apart: of 39 steps hardly any is a step to the next sheet.
        assert sum(after - before == 1 for before, after in pairwise(order)) < 12
