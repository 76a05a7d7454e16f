"""The ballot on its way into the urn, and out of it at closing; a refusal leaves no trace."""

import uuid
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from livelihood.accounts.models import User
from livelihood.accounts.roles import Role
from livelihood.audit.models import Entry
from livelihood.kernel.errors import Conflict, NotAllowed
from tests import databases
from tests.factories.frame import NOW, official
from tests.factories.voting import in_urn, plenary
from voting import services
from voting.models import Ballot, OptionResult, RollEntry, Round, RoundResult, UrnBallot
from voting.states import RoundState, Step
from voting.tally import Mark

pytestmark = pytest.mark.django_db

KEY = "5b4a9f7e-7d39-4c5e-9f64-2f1d6f0e8f11"


def acts(prefix: str = "") -> list[str]:
    return list(Entry.objects.filter(act__startswith=prefix).order_by("pk").values_list("act", flat=True))


@pytest.mark.parametrize("letters", ["yyy", "nnb"])
def test_ballot_against_the_rules_is_refused_and_leaves_no_trace(letters):
    session = plenary(method={"blank": "ballot_invalid"})
    deputy = session.deputies[0]

    with pytest.raises(services.InvalidBallot):
        session.cast(deputy, letters)
    with pytest.raises(services.InvalidBallot):
        services.cast_ballot(
            round_id=session.round.pk, sent=services.as_sent({0: Mark.APPROVE}), key=KEY, by=deputy, at=NOW
        )
    with pytest.raises(services.InvalidBallot):
        session.cast(deputy, "yyn", key="1")

    assert not in_urn()
    assert not session.entry(deputy).has_voted
    assert acts("ballot.") == []


@pytest.mark.parametrize("form", ["each", "at_most"])
def test_ballot_of_which_a_part_was_lost_is_no_ballot_with_blank_lines(form):
    session = plenary(method={"form": form})
    deputy = session.deputies[0]
    marks = session.marks("ybb")

    for lost in ({}, dict([*marks.items()][:-1])):
        with pytest.raises(services.InvalidBallot, match="表决票有一部分在传送中丢失"):
            services.cast_ballot(round_id=session.round.pk, sent=services.as_sent(lost), key=KEY, by=deputy, at=NOW)

    assert not in_urn()
    assert not session.entry(deputy).has_voted
    assert acts("ballot.") == []
    services.cast_ballot(round_id=session.round.pk, sent=services.as_sent(marks), key=KEY, by=deputy, at=NOW)
    assert in_urn("marks") == ["ybb"]


@pytest.mark.parametrize(("form", "letters"), [("at_most", "yyy"), ("exactly", "ybb"), ("at_most", "ynb")])
def test_ticks_are_counted_by_form(form, letters):
    session = plenary(method={"form": form})

    with pytest.raises(services.InvalidBallot):
        session.cast(session.deputies[0], letters)
    session.cast(session.deputies[0], "yby")

    assert in_urn("marks") == ["yby"]


@pytest.mark.parametrize(
    ("form", "marks"),
    [("each", "yyy"), ("each", "yy"), ("each", "yyx"), ("at_most", "yyn"), ("exactly", "ybb"), ("at_most", "yyy")],
)
def test_database_itself_refuses_marks_against_the_rules(form, marks):
    session = plenary(method={"form": form})

    with databases.as_superuser(), pytest.raises(DatabaseError, match="does not fit"), transaction.atomic():
        UrnBallot.objects.create(round=session.round, marks=marks, receipt="x", repeat_digest="x")

    assert not in_urn()


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

    assert not in_urn()
    assert not RollEntry.objects.filter(has_voted=True).exists()
    assert acts("ballot.") == []


def test_same_cast_again_gives_the_same_receipt_and_other_choices_are_refused():
    session = plenary()
    deputy = session.deputies[0]

    first = session.cast(deputy, "yyn", key=KEY)
    again = session.cast(deputy, "yyn", key=KEY)

    assert again == first
    with pytest.raises(services.RepeatedBallot):
        session.cast(deputy, "nyy", key=KEY)
    with pytest.raises(NotAllowed):
        session.cast(deputy, "yyn", key=str(uuid.uuid4()))
    assert list(in_urn("marks", "receipt")) == [("yyn", first)]
    assert acts("ballot.") == ["ballot.cast"]


def test_key_of_another_deputy_opens_nothing():
    session = plenary()
    first, second = session.deputies[:2]

    code = session.cast(first, "yyn", key=KEY)
    other = session.cast(second, "yyn", key=KEY)

    assert code != other
    assert len(in_urn()) == 2


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

    assert sorted(in_urn("marks")) == ["nyn", "yyn"]


def test_closing_leaves_the_urns_of_other_rounds_alone():
    session, other, paused = plenary(), plenary(), plenary()
    session.cast(session.deputies[0], "yyn")
    code = other.cast(other.deputies[0], "nny")
    paused.cast(paused.deputies[0], "aaa")
    services.pause_round(round_=paused.round, by=paused.chair, at=NOW)

    session.step(Step.CLOSE)

    assert set(in_urn("round", "marks")) == {(other.round.pk, "nny"), (paused.round.pk, "aaa")}
    assert [receipt for round_, receipt in in_urn("round", "receipt") if round_ == other.round.pk] == [code]
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
        with databases.as_superuser(), pytest.raises(DatabaseError), transaction.atomic():
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
    assert len(in_urn()) == 2
    assert not Ballot.objects.exists()


def test_a_cast_asks_the_database_little():
    session = plenary()
    deputy, marks = User.objects.get(pk=session.deputies[0].pk), session.marks("yyn")

    with CaptureQueriesContext(connection) as asked:
        services.cast_ballot(round_id=session.round.pk, sent=services.as_sent(marks), key=KEY, by=deputy, at=NOW)

    assert [query["sql"].split()[0] for query in asked] == [
        "SAVEPOINT",
        "SELECT",  # the round, shared with others; the line of the roll, with the round
        "SELECT",  # the rules, once in a process
        "SELECT",  # the options, once in a process
        "SELECT",  # the mandates
        "COPY",
        "WITH",  # the line of the roll and the journal
        "RELEASE",
    ]
