"""Ways to keep ballots: by name from its rules to its record, and one of our own that nothing else knows of."""

import random
import secrets
import uuid
from collections.abc import Mapping
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils.translation import gettext

from livelihood.audit.models import Entry
from livelihood.kernel.errors import InvalidInput, NotAllowed
from livelihood.kernel.verdict import YES, Verdict, no
from tests import databases
from tests.factories.frame import NOW, signed_in
from tests.factories.voting import Plenary, in_urn, plenary
from tests.voting.test_record import recount, reread
from voting import exporters, record, schemes, services, tally, verifier
from voting.models import Ballot, Method, NamedBallot, PaperStack, RollEntry, Round, RoundResult
from voting.schemes import _shared as shared
from voting.services import RepeatedBallot
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


def shown(response):
    """Return the ballots of a page, whatever group they stand in."""
    return [row for _first, rows in response.context["groups"] for row in rows]


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
    assert (len(in_urn()), Ballot.objects.count(), NamedBallot.objects.count()) == (0, 0, 3)


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
    with pytest.raises(RepeatedBallot):
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

    rows = shown(client.get(page(session, "ballots", number=1)))

    assert [(row.name, row.approve, row.oppose, row.abstain, row.blank) for row in rows] == [
        (session.deputies[0].name, "1 3", "2", "", ""),
        (session.deputies[1].name, "1 2", "", "3", ""),
        (session.deputies[2].name, "1", "2", "", "3"),
    ]


def test_ballots_of_a_secret_vote_are_public_by_code_alone(client):
    session = held()
    session.finish()

    public = client.get(page(session, "ballots", number=1))

    rows = shown(public)
    assert [row.receipt for row in rows] == sorted(Ballot.objects.values_list("receipt", flat=True))
    assert {row.name for row in rows} == {""}
    assert not [deputy.name for deputy in session.deputies if deputy.name in public.content.decode()]


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

    rows = shown(client.get(page(session, "ballots", number=1)))

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
    with databases.as_superuser(), pytest.raises(DatabaseError), transaction.atomic():
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

    with databases.as_superuser(), pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)

    assert sorted(NamedBallot.objects.values_list("marks", flat=True)) == sorted(CASTS)


def test_ballots_by_name_go_with_a_void_round_and_stay_after_closing():
    void, closed = held(method=BY_NAME), held(method=BY_NAME)
    void.step(Step.VOID, "设备故障")
    closed.step(Step.CLOSE)

    with databases.as_superuser(), pytest.raises(DatabaseError), transaction.atomic():
        NamedBallot.objects.all().delete()

    assert set(NamedBallot.objects.values_list("round", flat=True)) == {closed.round.pk}


def test_roll_and_ballots_by_name_that_do_not_fit_are_found():
    session = held(method=BY_NAME)
    session.finish()
    with databases.behind_the_guards() as cursor:
        cursor.execute("UPDATE voting_rollentry SET has_voted = false WHERE number = 2")

    assert recount("--round", str(session.round.pk)) == (
        "DIFFERENT\nRoll: Deputies whose vote and ballot do not fit: [2]\n"
    )


def test_roll_and_secret_ballots_that_do_not_fit_are_found():
    session = held()
    session.finish()
    with databases.behind_the_guards() as cursor:
        cursor.execute("UPDATE voting_rollentry SET has_voted = false WHERE number = 2")

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
    """Ballots sealed before they are sent; any two of three trustees open them together, one alone nothing.

    A sealed ballot is its letters under a pad of three parts; each trustee keeps two of the parts. The portal gets what
    is sealed and never a pad, until two trustees have handed in theirs.
    """

    record_format = record.RECORD
    script = "js/form_guard.js"
    words = schemes.Words("sealed", "sealed when cast", "sealed receipt", "sealed arrived", "sealed result")

    def __init__(self) -> None:
        self.urn: dict[str, tuple[int, str, str]] = {}
        self.closed: dict[int, list[tuple[str, str]]] = {}
        self.keys: dict[int, dict[str, bytes]] = {}

    def public_keys(self, round_: Round) -> str:
        return ""

    def read(self, round_: Round, sent: schemes.Sent, key: str) -> str:
        sealed, *more = sent.get("sealed", [""])
        if more or len(sealed) != 2 * round_.options.count():
            raise services.InvalidBallot("not sealed")
        return sealed

    def cast(self, entry: RollEntry, content: str, key: str) -> schemes.Cast:
        receipt = f"E{len(self.urn):013}"
        self.urn[shared.repeat_digest(entry, key)] = (entry.round_id, content, receipt)
        return schemes.Cast(content, receipt)

    def recall(self, entry: RollEntry, key: str) -> schemes.Cast | None:
        found = self.urn.get(shared.repeat_digest(entry, key))
        return None if found is None else schemes.Cast(*found[1:])

    def close(self, round_: Round) -> int:
        rows = [row[1:] for row in self.urn.values() if row[0] == round_.pk]
        random.shuffle(rows)
        self.closed[round_.pk] = rows
        self.discard(round_)
        return len(rows)

    def discard(self, round_: Round) -> None:
        self.urn = {digest: row for digest, row in self.urn.items() if row[0] != round_.pk}

    def add_papers(self, stack: PaperStack) -> None:
        raise NotAllowed("envelopes hold no paper")

    def hand_in(self, parts: dict[int, dict[str, bytes]]) -> None:
        """Take the parts of one trustee."""
        for part, pads in parts.items():
            self.keys.setdefault(part, {}).update(pads)

    def can_count(self, round_: Round) -> Verdict:
        return YES if len(self.keys) == 3 else no("two trustees are needed")

    def count(self, round_: Round) -> tally.Tally[int]:
        for sealed, receipt in self.closed[round_.pk]:
            letters = bytes.fromhex(sealed)
            for pads in self.keys.values():
                letters = under(letters, pads[sealed])
            with databases.as_superuser():  # such a scheme would bring a function of the database, as ours do
                Ballot.objects.create(id=uuid.uuid4(), round=round_, marks=letters.decode(), receipt=receipt)
        return shared.tally_of(round_, [ballot.marks for ballot in self.ballots(round_)])

    def ballots(self, round_: Round) -> list[schemes.CountedBallot]:
        rows = Ballot.objects.filter(round=round_).order_by("pk")
        return [schemes.CountedBallot(str(row.pk), row.marks, row.receipt) for row in rows]

    def proof(self, round_: Round) -> Mapping[str, Any]:
        return {}

    def verify(self, round_: Round) -> list[str]:
        return []


def under(letters: bytes, pad: bytes) -> bytes:
    return bytes(letter ^ mask for letter, mask in zip(letters, pad, strict=True))


class Browser:
    """Seals ballots where they are marked, and gives each trustee two of the three parts of every pad."""

    def __init__(self) -> None:
        self.parts: dict[int, dict[str, bytes]] = {1: {}, 2: {}, 3: {}}

    def seal(self, letters: str) -> schemes.Sent:
        pads = [secrets.token_bytes(len(letters)) for _ in self.parts]
        sealed = letters.encode()
        for pad in pads:
            sealed = under(sealed, pad)
        for part, pad in zip(self.parts.values(), pads, strict=True):
            part[sealed.hex()] = pad
        return {"sealed": [sealed.hex()]}

    def trustee(self, number: int) -> dict[int, dict[str, bytes]]:
        return {part: pads for part, pads in self.parts.items() if part != number}


@pytest.fixture
def envelopes(monkeypatch: pytest.MonkeyPatch) -> EnvelopeScheme:
    """A scheme registered as a new one would be: a line among the schemes, and a word that the database takes."""
    scheme: schemes.BallotScheme = EnvelopeScheme()
    monkeypatch.setitem(schemes.SCHEMES, "envelope", scheme)
    monkeypatch.setattr(Method._meta.get_field("scheme"), "choices", [*Scheme.choices, ("envelope", "In envelopes")])
    monkeypatch.setattr(Method._meta, "constraints", [
        constraint for constraint in Method._meta.constraints if not constraint.name.endswith("scheme_known")
    ])  # fmt: skip
    with databases.as_superuser() as cursor:
        cursor.execute("ALTER TABLE voting_method DROP CONSTRAINT voting_method_scheme_known")
    assert isinstance(scheme, EnvelopeScheme)
    return scheme


def test_sealed_ballots_go_through_a_whole_round_that_knows_nothing_of_seals(envelopes, client):
    session, browser = plenary(deputies=3, method={"scheme": "envelope"}), Browser()
    ballot = reverse("voting:ballot", kwargs={"round_id": session.round.pk})
    assert "js/form_guard" in signed_in(session.deputies[0]).get(ballot).content.decode()
    for deputy, letters in zip(session.deputies, CASTS, strict=True):
        sent = {name: values[0] for name, values in browser.seal(letters).items()}
        answer = signed_in(deputy).post(ballot, {"step": "cast", "key": str(uuid.uuid4()), **sent})
        assert "sealed receipt" in answer.content.decode()
    assert (len(in_urn()), NamedBallot.objects.count()) == (0, 0)
    assert not {content for _round, content, _receipt in envelopes.urn.values()} & {
        letters.encode().hex() for letters in CASTS
    }

    session.step(Step.CLOSE)
    envelopes.hand_in(browser.trustee(1))
    with pytest.raises(NotAllowed, match="two trustees"):
        services.count_round(round_=session.round, by=session.chair, at=NOW)
    assert not Ballot.objects.exists()
    envelopes.hand_in(browser.trustee(2))
    services.count_round(round_=session.round, by=session.chair, at=NOW)
    session.step(Step.ANNOUNCE)

    whole = exporters.round_record(reread(session))
    assert sorted(ballot["marks"] for ballot in whole["ballots"]) == sorted(CASTS)
    assert (whole["rules"]["scheme"], whole["elected"], RoundResult.objects.get().returned) == ("envelope", [1], 3)
    assert verifier.verify(record.canonical(whole)) == []
    assert recount("--round", str(session.round.pk)) == "EQUAL\n"
    assert "sealed result" in client.get(page(session, "decision")).content.decode()


def test_same_sealed_cast_is_one_ballot_others_are_refused_and_a_void_round_leaves_none(envelopes):
    session, browser = plenary(method={"scheme": "envelope"}), Browser()
    key, sent = str(uuid.uuid4()), browser.seal("yyn")

    def cast(key: str, sent: schemes.Sent) -> str:
        by = session.deputies[0]
        return services.cast_ballot(round_id=session.round.pk, sent=sent, key=key, by=by, at=NOW).code

    with pytest.raises(services.InvalidBallot):
        cast(key, {"option_1": ["y"]})
    first = cast(key, sent)

    assert cast(key, sent) == first
    with pytest.raises(RepeatedBallot):
        cast(key, browser.seal("yyn"))
    with pytest.raises(NotAllowed):
        cast(str(uuid.uuid4()), sent)
    assert len(envelopes.urn) == 1
    session.step(Step.VOID, "设备故障")
    assert envelopes.urn == {}


# --- the journal


def test_journal_keeps_the_hash_of_the_record():
    session = held()
    session.finish()

    said = Entry.objects.get(act="round.announced").detail["record_hash"]

    assert said == exporters.full_record(reread(session))["hash"]
