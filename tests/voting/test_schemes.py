"""Ways to keep ballots: by name from its rules to its record, and one of our own that nothing else knows of."""

import random
import secrets
import uuid

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils.translation import gettext

from livelihood.audit.models import Entry
from livelihood.kernel.errors import InvalidInput, NotAllowed
from tests.factories.frame import NOW, signed_in
from tests.factories.voting import Plenary, plenary
from tests.voting.test_record import recount, reread
from voting import exporters, record, schemes, services, tally, verifier
from voting.models import Ballot, Method, NamedBallot, RollEntry, Round, RoundResult, UrnBallot
from voting.schemes import _shared as shared
from voting.services import RepeatedKey
from voting.states import RoundState, Scheme, Step

pytestmark = pytest.mark.django_db

BY_NAME = {"scheme": Scheme.NAMED}
CASTS = ["yny", "yya", "ynb"]


def held(**arguments) -> Plenary:
    """Hold an open round in which these ballots are cast."""
    session = plenary(**{"deputies": len(CASTS), **arguments})
    for deputy, letters in zip(session.deputies, CASTS, strict=True):
        session.cast(deputy, letters)
    return session


def page(session: Plenary, name: str, **more: object) -> str:
    return reverse(f"voting:{name}", kwargs={"area": session.cycle.area.slug, "year": session.cycle.year, **more})


# --- by name


def test_vote_by_name_is_counted_and_recorded_with_the_names():
    session = held(method=BY_NAME)
    session.finish()

    whole = exporters.round_record(reread(session))

    assert whole["format"] == record.NAMED == "livelihood-named-record/1"
    assert whole["rules"]["scheme"] == "named"
    voters = sorted(
        (ballot["number"], ballot["name"], ballot["delegation"], ballot["marks"]) for ballot in whole["ballots"]
    )
    assert voters == [
        (number, deputy.name, "第一代表团", letters)
        for number, (deputy, letters) in enumerate(zip(session.deputies, CASTS, strict=True), start=1)
    ]
    assert whole["elected"] == [1]
    data = record.canonical(whole)
    assert verifier.verify(data) == record.problems(record.parse(data)) == []
    assert recount("--round", str(session.round.pk)) == "EQUAL\n"
    assert (UrnBallot.objects.count(), Ballot.objects.count(), NamedBallot.objects.count()) == (0, 0, 3)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"name": "张三"}, "ballot 1"),
        ({"number": 9}, "ballot 1"),
        ({"delegation": "第九代表团"}, "ballot 1"),
    ],
)
def test_record_by_name_shows_whose_ballot_was_changed(change, says):
    session = held(method=BY_NAME)
    session.finish()
    whole = exporters.round_record(reread(session))
    whole["ballots"][0].update(change)
    rest = {name: value for name, value in whole.items() if name != "hash"}
    changed = {**rest, "hash": verifier.sha256(verifier.canonical(rest))}

    for problems in (verifier.verify(record.canonical(changed)), record.problems(changed)):
        assert says in " ".join(problems)


def test_no_deputy_stands_twice_in_a_record_by_name():
    session = held(method=BY_NAME)
    session.finish()
    whole = exporters.round_record(reread(session))
    ballots = [{**ballot, "number": 1} for ballot in whole["ballots"]]
    for ballot in ballots:
        del ballot["digest"]
    sealed = record.sealed({**{name: value for name, value in whole.items() if name != "hash"}, "ballots": ballots})

    assert verifier.verify(record.canonical(sealed)) == ["A deputy is there more than once."]
    assert record.problems(sealed) == ["A deputy stands beside more than one ballot."]


def test_secret_record_takes_no_name_and_named_record_needs_one():
    for method in ({}, BY_NAME):
        session = held(method=method)
        session.finish()
        whole = exporters.round_record(reread(session))
        other = record.RECORD if method else record.NAMED
        ballots = [{name: value for name, value in row.items() if name != "digest"} for row in whole["ballots"]]
        rest = {name: value for name, value in whole.items() if name != "hash"}
        swapped = record.sealed({**rest, "format": other, "ballots": ballots})

        assert "ballots[1] has other fields" in verifier.verify(record.canonical(swapped))[0]
        with pytest.raises(record.NotARecord, match=r"ballots\[1\] has other fields"):
            record.problems(swapped)


def test_same_cast_by_name_is_one_ballot_and_other_marks_are_refused():
    session = plenary(method=BY_NAME)
    deputy, key = session.deputies[0], str(uuid.uuid4())

    first = session.cast(deputy, "yyn", key)

    assert session.cast(deputy, "yyn", key) == first
    with pytest.raises(RepeatedKey):
        session.cast(deputy, "nny", key)
    with pytest.raises(NotAllowed):
        session.cast(deputy, "yyn")
    assert list(NamedBallot.objects.values_list("entry", "marks")) == [(session.entry(deputy).pk, "yyn")]


def test_nobody_sees_names_or_counts_before_the_announcement(client):
    session = held(method=BY_NAME)
    people = [session.staff, session.chair, session.scrutineer, session.deputies[1]]
    for step in (None, Step.CLOSE):
        if step:
            session.step(step)
        with pytest.raises(NotAllowed):
            exporters.full_record(reread(session))
        assert client.get(page(session, "record", number=1)).status_code == 404
        assert client.get(page(session, "ballots", number=1)).status_code == 404
        shown = client.get(page(session, "decision")).content.decode()
        assert session.deputies[0].name not in shown
        for person in people:
            assert signed_in(person).get(page(session, "round_sheet", number=1)).status_code == 403
    assert not Entry.objects.filter(detail__icontains="yny").exists()


def test_ballots_by_name_are_public_with_the_result(client):
    session = held(method=BY_NAME)
    session.finish()

    rows = client.get(page(session, "ballots", number=1)).context["rows"]

    assert [(row.name, row.approve, row.oppose, row.abstain, row.blank) for row in rows] == [
        (session.deputies[0].name, "1 3", "2", "", ""),
        (session.deputies[1].name, "1 2", "", "3", ""),
        (session.deputies[2].name, "1", "2", "", "3"),
    ]


def test_ballots_of_a_secret_vote_are_public_by_code_alone(client):
    session = held()
    session.finish()

    shown = client.get(page(session, "ballots", number=1))

    assert [row.receipt for row in shown.context["rows"]] == sorted(Ballot.objects.values_list("receipt", flat=True))
    assert {row.name for row in shown.context["rows"]} == {""}
    assert not [deputy.name for deputy in session.deputies if deputy.name in shown.content.decode()]


def test_ballots_on_paper_stand_among_the_others_without_a_code(client):
    session = plenary(deputies=2)
    session.step(Step.MOVE_TO_PAPER, "设备故障")
    session.step(Step.CLOSE)
    for teller in (session.staff, session.scrutineer):
        services.count_papers(round_=session.round, returned=2, by=teller, at=NOW)
    for number, letters in enumerate(("yna", "xxx"), start=1):
        for teller in (session.staff, session.scrutineer):
            services.enter_paper(round_=session.round, number=number, marks=session.marks(letters), by=teller, at=NOW)
    services.merge_papers(round_=session.round, by=session.staff, at=NOW)
    services.count_round(round_=session.round, by=session.chair, at=NOW)
    session.step(Step.ANNOUNCE)

    rows = client.get(page(session, "ballots", number=1)).context["rows"]

    assert sorted((row.receipt, row.approve, row.oppose, row.abstain, row.spoilt) for row in rows) == [
        ("", "", "", "", "1 2 3"), ("", "1", "2", "3", ""),
    ]  # fmt: skip
    assert recount("--round", str(session.round.pk)) == "EQUAL\n"


def test_ballots_are_not_shown_where_counts_are_kept_back(client):
    session = held(method={"publishes_counts": False})
    session.finish()

    assert client.get(page(session, "ballots", number=1)).status_code == 403


def test_vote_by_name_cannot_keep_its_counts_back():
    session = plenary(until=RoundState.DRAFT)

    with pytest.raises(
        InvalidInput, match=gettext("A vote by name is published with its ballots: publish the counts.")
    ):
        services.write_rules(
            round_=session.round, title="票决", seats=2, voting_minutes=30,
            method={"scheme": "named", "publishes_counts": False}, by=session.staff, at=NOW,
        )  # fmt: skip

    assert Method.objects.get().scheme == Scheme.PLAIN


def test_kind_of_vote_is_chosen_on_the_rules_page_and_locked_with_the_rules():
    session = plenary(until=RoundState.DRAFT)
    address = page(session, "round_rules", number=1)
    desk = signed_in(session.staff)
    values = {name: "" if value is None else value for name, value in desk.get(address).context["form"].initial.items()}

    assert desk.post(address, {**values, "scheme": "named"}).status_code == 302
    assert Method.objects.get().scheme == Scheme.NAMED

    services.lock_rules(round_=session.round, by=session.staff, at=NOW)
    with pytest.raises(DatabaseError), transaction.atomic():
        Method.objects.update(scheme=Scheme.PLAIN)
    assert Method.objects.get().scheme == Scheme.NAMED


def test_every_page_of_a_vote_by_name_says_so(client):
    session = plenary(method=BY_NAME)
    deputy, words = signed_in(session.deputies[0]), schemes.SCHEMES[Scheme.NAMED].words
    ballot = reverse("voting:ballot", kwargs={"round_id": session.round.pk})
    marks = {f"option_{option.pk}": "y" if option.number < 3 else "n" for option in session.options}
    sent = {"key": str(uuid.uuid4()), **marks}

    before, empty, check, receipt, after = (
        answer.content.decode()
        for answer in (
            deputy.get(reverse("voting:booth_round", kwargs={"round_id": session.round.pk})),
            deputy.get(ballot),
            deputy.post(ballot, {"step": "check", **sent}),
            deputy.post(ballot, {"step": "cast", **sent}),
            deputy.get(reverse("voting:booth_round", kwargs={"round_id": session.round.pk})),
        )
    )
    session.finish()
    decision = client.get(page(session, "decision")).content.decode()

    assert str(words.booth) in before
    assert str(words.booth) in empty
    assert str(words.cast) in check
    assert str(words.receipt) in receipt
    assert str(words.arrived) in after
    assert str(words.result) in decision
    secret = schemes.SCHEMES[Scheme.PLAIN].words
    for shown in (before, empty, check, receipt, after, decision):
        for text in (secret.booth, secret.cast, secret.receipt, secret.arrived, secret.result):
            assert str(text) not in shown


@pytest.mark.parametrize("change", ["UPDATE voting_namedballot SET marks = 'nnn'", "TRUNCATE voting_namedballot"])
def test_database_keeps_ballots_by_name_as_they_are(change):
    held(method=BY_NAME)

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)

    assert sorted(NamedBallot.objects.values_list("marks", flat=True)) == sorted(CASTS)


def test_ballots_by_name_go_with_a_void_round_and_stay_after_closing():
    void, closed = held(method=BY_NAME), held(method=BY_NAME)
    void.step(Step.VOID, "设备故障")
    closed.step(Step.CLOSE)

    with pytest.raises(DatabaseError), transaction.atomic():
        NamedBallot.objects.all().delete()

    assert set(NamedBallot.objects.values_list("round", flat=True)) == {closed.round.pk}


def test_roll_and_ballots_by_name_that_do_not_fit_are_found():
    session = held(method=BY_NAME)
    session.finish()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE voting_rollentry SET has_voted = false WHERE number = 2")
        cursor.execute("SET session_replication_role = origin")

    assert recount("--round", str(session.round.pk)) == (
        "DIFFERENT\nRoll: Deputies whose vote and ballot do not fit: [2]\n"
    )


def test_roll_and_secret_ballots_that_do_not_fit_are_found():
    session = held()
    session.finish()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE voting_rollentry SET has_voted = false WHERE number = 2")
        cursor.execute("SET session_replication_role = origin")

    assert recount("--round", str(session.round.pk)) == (
        "DIFFERENT\nRoll: 2 deputies have voted, but there are 3 ballots.\n"
    )


def test_further_round_keeps_the_kind_of_vote():
    session = plenary(method={**BY_NAME, "shortfall": "vote_again"})
    session.finish()

    again = services.vote_again(round_=session.round, by=session.staff, at=NOW)

    assert again.method.scheme == Scheme.NAMED


# --- a way of our own


class EnvelopeScheme:
    """Ballots in envelopes that only the scrutineers' key opens, so that whoever reads the urn reads nothing.

    Each envelope is the letters under a pad of its own; the pads are what the scrutineers keep.
    """

    record_format = record.RECORD
    words = schemes.Words("sealed", "sealed when cast", "sealed receipt", "sealed arrived", "sealed result")

    def __init__(self) -> None:
        self.envelopes: dict[str, tuple[int, bytes, str]] = {}
        self.pads: dict[str, bytes] = {}

    def cast(self, entry: RollEntry, marks: str, key: str) -> schemes.Cast:
        digest, pad = shared.repeat_digest(entry, key), secrets.token_bytes(len(marks))
        sealed = bytes(letter ^ mask for letter, mask in zip(marks.encode(), pad, strict=True))
        receipt = f"E{len(self.envelopes):013}"
        self.pads[digest], self.envelopes[digest] = pad, (entry.round_id, sealed, receipt)
        return schemes.Cast(marks, receipt)

    def recall(self, entry: RollEntry, key: str) -> schemes.Cast | None:
        digest = shared.repeat_digest(entry, key)
        return schemes.Cast(self._open(digest), self.envelopes[digest][2]) if digest in self.envelopes else None

    def close(self, round_: Round) -> int:
        mine = [digest for digest, (round_id, *_) in self.envelopes.items() if round_id == round_.pk]
        random.shuffle(mine)
        for digest in mine:
            Ballot.objects.create(
                id=uuid.uuid4(), round=round_, marks=self._open(digest), receipt=self.envelopes[digest][2]
            )
        self.discard(round_)
        return len(mine)

    def discard(self, round_: Round) -> None:
        self.envelopes = {digest: row for digest, row in self.envelopes.items() if row[0] != round_.pk}
        self.pads = {digest: self.pads[digest] for digest in self.envelopes}

    def count(self, round_: Round) -> tally.Tally[int]:
        return shared.tally_of(round_, [ballot.marks for ballot in self.ballots(round_)])

    def ballots(self, round_: Round) -> list[schemes.CountedBallot]:
        rows = Ballot.objects.filter(round=round_).order_by("pk")
        return [schemes.CountedBallot(str(row.pk), row.marks, row.receipt) for row in rows]

    def verify(self, round_: Round) -> list[str]:
        return []

    def _open(self, digest: str) -> str:
        _round, sealed, _receipt = self.envelopes[digest]
        return bytes(letter ^ mask for letter, mask in zip(sealed, self.pads[digest], strict=True)).decode()


@pytest.fixture
def envelopes(monkeypatch: pytest.MonkeyPatch) -> EnvelopeScheme:
    """A scheme registered as a new one would be: a line among the schemes, and a word that the database takes."""
    scheme: schemes.BallotScheme = EnvelopeScheme()
    monkeypatch.setitem(schemes.SCHEMES, "envelope", scheme)
    monkeypatch.setattr(Method._meta.get_field("scheme"), "choices", [*Scheme.choices, ("envelope", "In envelopes")])
    monkeypatch.setattr(Method._meta, "constraints", [
        constraint for constraint in Method._meta.constraints if not constraint.name.endswith("scheme_known")
    ])  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE voting_method DROP CONSTRAINT voting_method_scheme_known")
    assert isinstance(scheme, EnvelopeScheme)
    return scheme


def test_new_scheme_runs_a_whole_round_through_what_stands(envelopes, client):
    session = held(method={"scheme": "envelope"})
    deputy, key = session.deputies[0], str(uuid.uuid4())
    assert len(envelopes.envelopes) == 3
    assert not {sealed for _round, sealed, _receipt in envelopes.envelopes.values()} & {mark.encode() for mark in CASTS}
    assert (UrnBallot.objects.count(), NamedBallot.objects.count()) == (0, 0)
    with pytest.raises(NotAllowed):
        session.cast(deputy, "yyn", key)
    booth = signed_in(deputy).get(reverse("voting:booth_round", kwargs={"round_id": session.round.pk}))
    assert "sealed arrived" in booth.content.decode()

    session.finish()

    whole = exporters.round_record(reread(session))
    assert sorted(ballot["marks"] for ballot in whole["ballots"]) == sorted(CASTS)
    assert (whole["rules"]["scheme"], whole["elected"], RoundResult.objects.get().returned) == ("envelope", [1], 3)
    assert verifier.verify(record.canonical(whole)) == []
    assert recount("--round", str(session.round.pk)) == "EQUAL\n"
    assert "sealed result" in client.get(page(session, "decision")).content.decode()


def test_same_cast_under_a_new_scheme_is_one_ballot_and_a_void_round_leaves_none(envelopes):
    session = plenary(method={"scheme": "envelope"})
    key = str(uuid.uuid4())

    assert session.cast(session.deputies[0], "yyn", key) == session.cast(session.deputies[0], "yyn", key)
    assert len(envelopes.envelopes) == 1

    session.step(Step.VOID, "设备故障")
    assert (envelopes.envelopes, envelopes.pads) == ({}, {})


# --- the journal


def test_journal_keeps_the_hash_of_the_record():
    session = held()
    session.finish()

    said = Entry.objects.get(act="round.announced").detail["record_hash"]

    assert said == exporters.full_record(reread(session))["hash"]
