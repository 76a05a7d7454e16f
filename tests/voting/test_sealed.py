"""Sealed ballots: cast, opened by two scrutineers, counted and recorded as others; broken ones are invalid."""

import base64
import uuid
from functools import partial
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.forms.models import model_to_dict
from django.test.utils import CaptureQueriesContext

from livelihood.accounts.roles import Role
from livelihood.audit.models import Entry
from livelihood.kernel.errors import Conflict, NotAllowed
from tests import databases
from tests.factories.frame import NOW, official
from tests.factories.voting import Plenary, in_urn, plenary
from tests.voting.papers import count, enter_twice, hand_out, merge
from tests.voting.sealing import SEALED, cast_sealed, sealed_in_browser
from tests.voting.test_record import recount, reread
from voting import exporters, record, services, verifier
from voting.models import Ballot, GivenHalf, KeyHalf, OptionResult, RoundResult, SealedBallot, UrnBallot
from voting.schemes import envelopes, sealed
from voting.services import InvalidBallot, RepeatedBallot, WrongHalf, as_sent
from voting.states import RoundState, Step

pytestmark = pytest.mark.django_db

CASTS = ["yny", "yya", "ynb"]


def held(**arguments) -> tuple[Plenary, dict[str, str]]:
    """Hold a sealed round in which all vote, each in another way, and close it; marks by receipt."""
    session = plenary(**{"deputies": len(CASTS), "method": SEALED, **arguments})
    receipts = {}
    for deputy, letters in zip(session.deputies, CASTS, strict=True):
        envelope, receipt = sealed_in_browser(session, letters)
        assert cast_sealed(session, deputy, envelope) == ""
        receipts[receipt] = letters
    session.step(Step.CLOSE)
    return session, receipts


def refused(act, *, says: str = "") -> None:
    """Let the database itself refuse something, past the services."""
    with databases.as_superuser(), pytest.raises(DatabaseError, match=says or "refused"), transaction.atomic():
        act()


def run(sql: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


# --- from the cast to the record


def test_sealed_ballots_are_opened_counted_and_recorded_with_their_receipts():
    session, receipts = held()
    fingerprints = sealed.fingerprints(session.round)
    session.announce()

    whole = exporters.round_record(reread(session))

    assert whole["format"] == record.SEALED == "livelihood-sealed-record/1"
    assert {ballot["receipt"]: ballot["marks"] for ballot in whole["ballots"]} == receipts
    assert whole["envelopes"] == fingerprints
    assert whole["elected"] == [1]
    data = record.canonical(whole)
    assert verifier.verify(data) == record.problems(record.parse(data)) == []
    assert recount("--round", str(session.round.pk)) == "EQUAL\n"
    put_in = Entry.objects.filter(act="half.handed_in").order_by("pk")
    assert [entry.detail["envelopes_hash"] for entry in put_in] == [record.hash_of(fingerprints)] * 2
    assert Entry.objects.get(act="ballots.opened").detail == {"opened": 3, "unreadable": 0}


def test_a_sealed_round_gives_what_a_plain_one_gives():
    found = []
    for method in ({}, SEALED):
        session = plenary(deputies=6, method={**method, "blank": "not_counted"})
        for deputy, letters in zip(session.deputies, ["yny", "yya", "nnn", "bbb", "yyb", "ayy"], strict=True):
            session.cast(deputy, letters)
        session.finish()
        result = model_to_dict(RoundResult.objects.get(round=session.round), exclude=["id", "round"])
        options = OptionResult.objects.filter(option__round=session.round).order_by("option__number")
        found.append((result, list(options.values_list("approve", "oppose", "abstain", "blank", "outcome"))))

    assert found[0] == found[1]


def test_without_scripts_the_portal_seals_and_shows_the_same_receipt_again():
    session = plenary(method=SEALED)
    deputy, key = session.deputies[0], str(uuid.uuid4())

    code = session.cast(deputy, "yyn", key)

    assert session.cast(deputy, "yyn", key) == code
    with pytest.raises(RepeatedBallot):
        session.cast(deputy, "nny", key)
    with pytest.raises(NotAllowed):
        session.cast(deputy, "yyn")
    ((marks, receipt),) = in_urn("marks", "receipt")
    assert len(base64.b64decode(marks)) == envelopes.length_of(3)
    assert receipt == ""
    session.step(Step.CLOSE, "其余代表未投票")
    session.open_ballots()
    assert list(Ballot.objects.values_list("marks", "receipt")) == [("yyn", code)]


def test_the_same_envelope_sent_again_is_one_ballot_and_another_is_refused():
    session = plenary(method=SEALED)
    deputy, key = session.deputies[0], str(uuid.uuid4())
    envelope, _receipt = sealed_in_browser(session, "yyn")

    for _time in range(2):
        assert cast_sealed(session, deputy, envelope, key) == ""
    with pytest.raises(RepeatedBallot):
        cast_sealed(session, deputy, sealed_in_browser(session, "yyn")[0], key)

    assert in_urn("marks") == [envelope]


def test_a_sealed_cast_is_as_few_statements_as_a_plain_one():
    found: list[int] = []
    for method in ({}, SEALED, SEALED):
        session = plenary(method=method)
        session.cast(session.deputies[0], "yyn")  # what the process knows of the round from now on
        sent = {"sealed": [sealed_in_browser(session, "yyn")[0]]} if found[1:] else as_sent(session.marks("yyn"))
        by, key = session.deputies[1], str(uuid.uuid4())
        with CaptureQueriesContext(connection) as queries:
            services.cast_ballot(round_id=session.round.pk, sent=sent, key=key, by=by, at=NOW)
        found.append(len([query for query in queries if "SAVEPOINT" not in query["sql"]]))

    assert found == [found[0]] * 3


@pytest.mark.parametrize("change", ["", "=", "A" * 116, "short", "a copy"])
def test_what_is_no_envelope_is_not_taken(change):
    session = plenary(method=SEALED)
    envelope, _receipt = sealed_in_browser(session, "yyn")
    if change == "a copy":
        cast_sealed(session, session.deputies[1], envelope)
    sent = {"short": envelope[:-8], "a copy": envelope}.get(change, change)

    with pytest.raises(InvalidBallot), transaction.atomic():
        cast_sealed(session, session.deputies[0], sent)

    assert len(in_urn()) == (change == "a copy")
    assert not session.entry(session.deputies[0]).has_voted


def test_what_breaks_the_rules_in_an_envelope_is_invalid_as_on_paper_and_the_record_shows_it():
    inside = ["yyy", "yyn", "y?n", "xxx", "yyn"]
    session = plenary(deputies=len(inside), method={**SEALED, "most_approvals": 2})
    for deputy, letters in zip(session.deputies[:-1], inside, strict=False):
        cast_sealed(session, deputy, sealed_in_browser(session, letters)[0])
    broken = bytearray(base64.b64decode(sealed_in_browser(session, inside[-1])[0]))
    broken[-1] ^= 1
    cast_sealed(session, session.deputies[-1], base64.b64encode(broken).decode())
    session.finish()

    whole = exporters.round_record(reread(session))

    assert sorted(ballot["marks"] for ballot in whole["ballots"]) == ["xxx", "xxx", "xxx", "yyn", "yyy"]
    assert (whole["figures"]["valid"], whole["figures"]["invalid"], whole["figures"]["on_paper"]) == (1, 4, 0)
    assert verifier.verify(record.canonical(whole)) == record.problems(whole) == []
    assert Entry.objects.get(act="ballots.opened").detail == {"opened": 5, "unreadable": 3}


def test_over_votes_in_envelopes_count_as_the_rules_say_of_paper():
    session = plenary(deputies=1, method={**SEALED, "most_approvals": 2, "over_vote": "approvals_void"})
    cast_sealed(session, session.deputies[0], sealed_in_browser(session, "yyy")[0])
    session.finish()

    assert list(OptionResult.objects.values_list("approve", "abstain")) == [(0, 1)] * 3


def test_papers_stand_beside_sealed_ballots():
    session = plenary(deputies=10, method=SEALED)
    hand_out(session, session.deputies[5:])
    for deputy in session.deputies[:5]:
        session.cast(deputy, "yyn")
    session.step(Step.CLOSE)
    count(session, 5)
    enter_twice(session, *["nny"] * 5)
    merge(session)
    with pytest.raises(NotAllowed):
        services.count_round(round_=session.round, by=session.chair, at=NOW)
    session.announce()

    whole = exporters.round_record(reread(session))

    assert sorted((ballot["marks"], bool(ballot["receipt"])) for ballot in whole["ballots"]) == [
        *[("nny", False)] * 5, *[("yyn", True)] * 5,
    ]  # fmt: skip
    assert len(whole["envelopes"]) == 5
    assert verifier.verify(record.canonical(whole)) == record.problems(whole) == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda found: found[:-1], "not as many envelopes|not one envelope"),
        (lambda found: found[::-1], "not in order|do not stand in order"),
        (lambda found: [*found[:-1], found[0]], "more than once"),
    ],
)
def test_a_record_with_other_envelopes_is_found(change, says):
    session, _receipts = held()
    session.announce()
    whole = exporters.round_record(reread(session))
    rest = {name: value for name, value in whole.items() if name != "hash"}
    rest["envelopes"] = change(rest["envelopes"])
    changed = {**rest, "hash": record.hash_of(rest)}

    for problems in (verifier.verify(record.canonical(changed)), record.problems(changed)):
        assert len(problems) == 1
        assert [word for word in says.split("|") if word in problems[0]]


def test_the_extract_of_a_sealed_round_is_that_of_every_other():
    session, receipts = held(method={**SEALED, "publishes_counts": False})
    session.announce()

    kept = exporters.round_record(reread(session))

    assert (kept["format"], kept["receipts"]) == (record.EXTRACT, sorted(receipts))
    assert verifier.verify(record.canonical(kept)) == record.problems(kept) == []


# --- the two halves


def preparing() -> Plenary:
    """A sealed round on a locked roll, with a second scrutineer who is no holder yet."""
    return plenary(method=SEALED, until=RoundState.ROLL_LOCKED)


def drawn(session: Plenary, number: int, by) -> str:
    return services.draw_half(round_=session.round, number=number, by=by, at=NOW)[1]


def test_voting_does_not_open_before_both_halves_were_tried():
    session = plenary(method=SEALED, until=RoundState.SIGN_IN)
    for deputy in session.deputies:
        services.sign_in_deputy(entry=session.entry(deputy), by=session.scrutineer, at=NOW)
    second = official(Role.SCRUTINEER, session.cycle.area)
    propose = partial(services.propose_step, round_=session.round, step=Step.OPEN, by=session.chair, at=NOW)

    for number, by in ((1, session.scrutineer), (2, second)):
        with pytest.raises(NotAllowed, match="输回一次"):
            propose()
        typed = drawn(session, number, by)
        services.try_half(round_=session.round, typed=typed, by=by, at=NOW)
        services.try_half(round_=session.round, typed=typed, by=by, at=NOW)  # once more changes nothing

    assert Entry.objects.filter(act="half.tried").count() == 2
    typed = drawn(session, 2, second)  # drawn anew it was not tried
    with pytest.raises(NotAllowed):
        propose()
    services.try_half(round_=session.round, typed=typed, by=second, at=NOW)
    session.step(Step.OPEN)
    assert session.round.state == RoundState.OPEN


def test_nobody_holds_both_halves_and_one_that_is_drawn_anew_replaces_the_former():
    session = preparing()
    second, third = (official(Role.SCRUTINEER, session.cycle.area) for _ in range(2))
    former = drawn(session, 1, session.scrutineer)

    with pytest.raises(NotAllowed, match="另一半"):
        drawn(session, 2, session.scrutineer)
    with pytest.raises(NotAllowed):
        drawn(session, 2, session.chair)
    with pytest.raises(NotAllowed):
        services.try_half(round_=session.round, typed=former, by=second, at=NOW)
    newest = drawn(session, 1, third)  # who takes the place of the first
    with pytest.raises(NotAllowed):
        services.try_half(round_=session.round, typed=former, by=session.scrutineer, at=NOW)
    with pytest.raises(WrongHalf, match="不是您最近一次"):
        services.try_half(round_=session.round, typed=former, by=third, at=NOW)

    assert services.try_half(round_=session.round, typed=newest, by=third, at=NOW).number == 1
    assert list(KeyHalf.objects.values_list("number", "holder")) == [(1, third.pk)]
    before, after = Entry.objects.filter(act="half.drawn").order_by("pk").values_list("detail", flat=True)
    assert after["public_key"] == [before["public_key"], KeyHalf.objects.get().public_key]


def test_a_half_sent_twice_from_one_page_is_drawn_once():
    session = preparing()
    draw = partial(services.draw_half, round_=session.round, number=1, by=session.scrutineer, at=NOW, seen="")
    draw()
    kept = KeyHalf.objects.get().public_key

    with pytest.raises(Conflict):
        draw()

    assert KeyHalf.objects.get().public_key == kept


def test_each_half_is_put_in_by_another_and_the_second_opens_all():
    session, receipts = held()
    (first, one), (second, two) = session.halves
    newcomer = official(Role.SCRUTINEER, session.cycle.area)
    put_in = partial(services.hand_in_half, round_=session.round, at=NOW)

    for typed, why in ((one[:-1], "抄错"), (envelopes.draw_half(), "不是本轮")):
        with pytest.raises(WrongHalf, match=why):
            put_in(typed=typed, by=first)
    with pytest.raises(NotAllowed, match="另一半"):
        put_in(typed=two, by=first)
    put_in(typed=one, by=first)
    for typed in (one, two):
        with pytest.raises(NotAllowed):
            put_in(typed=typed, by=first)
    with pytest.raises(Conflict):
        put_in(typed=one, by=newcomer)
    with pytest.raises(NotAllowed):
        services.count_round(round_=session.round, by=session.chair, at=NOW)
    assert not Ballot.objects.exists()
    assert len(GivenHalf.objects.get(half__number=1).given) == 64 * len(receipts)

    put_in(typed=two, by=newcomer)  # who has the paper now

    assert dict(Ballot.objects.values_list("receipt", "marks")) == receipts
    assert not GivenHalf.objects.exists()
    assert list(KeyHalf.objects.order_by("number").values_list("handed_in_by", flat=True)) == [first.pk, newcomer.pk]
    with pytest.raises(NotAllowed):
        put_in(typed=two, by=second)
    kept = str(list(Entry.objects.values_list("detail", flat=True))) + str(list(KeyHalf.objects.values()))
    assert not [typed for typed in (one, two) if typed in kept or typed.replace("-", "") in kept]


def test_halves_are_no_matter_of_other_rounds():
    session = plenary()
    for act in (partial(services.try_half, typed=""), partial(services.draw_half, number=1)):
        with pytest.raises(NotAllowed, match="没有加密封存"):
            act(round_=session.round, by=session.scrutineer, at=NOW)


@pytest.mark.parametrize("step", [Step.VOID, Step.MOVE_TO_PAPER])
def test_a_lost_half_leaves_void_or_paper(step):
    session, _receipts = held()

    session.step(step, "一半密钥遗失")

    if step == Step.VOID:
        assert session.round.state == RoundState.VOIDED
        again = services.vote_again(round_=session.round, by=session.staff, at=NOW)
        assert again.method.scheme == "sealed"
        assert not KeyHalf.objects.filter(round=again).exists()
    else:
        assert not SealedBallot.objects.exists()
        session.step(Step.CLOSE)
        count(session, 3)
        enter_twice(session, *CASTS)
        merge(session)
        services.count_round(round_=session.round, by=session.chair, at=NOW)
        assert RoundResult.objects.get().on_paper == 3


def test_a_round_nobody_votes_in_needs_no_key():
    session = plenary(method=SEALED)
    session.step(Step.CLOSE, "无人投票")

    services.count_round(round_=session.round, by=session.chair, at=NOW)

    assert RoundResult.objects.get().returned == 0


# --- what the database refuses


def test_the_urn_of_each_kind_takes_its_own_ballots_alone():
    session, plain = plenary(method=SEALED), plenary()
    envelope, _receipt = sealed_in_browser(session, "yyn")
    fits = "does not fit the rules"

    for round_, marks, receipt in (
        (session.round, "yyn", "0000-0000-0000"),
        (session.round, "yyn", ""),
        (session.round, envelope, "0000-0000-0000"),
        (session.round, envelope[:-4], ""),
        (plain.round, envelope, ""),
    ):
        values = {"round": round_, "marks": marks, "receipt": receipt, "repeat_digest": "x"}
        refused(partial(UrnBallot.objects.create, **values), says=fits)

    assert in_urn() == []


def test_the_database_keeps_halves_and_envelopes_as_they_are():
    session, _receipts = held()
    other = official(Role.SCRUTINEER, session.cycle.area)
    half = KeyHalf.objects.filter(number=1)
    before = list(KeyHalf.objects.values()), list(SealedBallot.objects.order_by("pk").values())

    for change in ({"public_key": "00"}, {"holder": other}, {"tried_at": None}, {"number": 2}):
        refused(partial(half.update, **change))
    refused(half.delete)
    refused(partial(SealedBallot.objects.update, envelope="x"))
    refused(SealedBallot.objects.all().delete)
    refused(partial(run, "TRUNCATE voting_sealedballot"), says="refused|pending")
    services.hand_in_half(round_=session.round, typed=session.halves[0][1], by=session.halves[0][0], at=NOW)
    refused(partial(GivenHalf.objects.update, given="00"))
    assert (list(KeyHalf.objects.values()), list(SealedBallot.objects.order_by("pk").values())) == before
    session.open_ballots(again=1)
    refused(partial(half.update, handed_in_by=other))
    late = {"half": half.get(), "given": "00", "given_at": NOW, "given_by": other}
    refused(partial(GivenHalf.objects.create, **late))


def test_what_waits_for_the_other_half_is_in_no_log_and_is_put_in_again_after_a_crash():
    session, receipts = held()
    by, typed = session.halves[0]
    services.hand_in_half(round_=session.round, typed=typed, by=by, at=NOW)
    with databases.as_superuser() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'voting_givenhalf'")
        assert cursor.fetchone() == ("u",)
        cursor.execute("DELETE FROM voting_givenhalf")  # as after a crash

    session.open_ballots()

    assert dict(Ballot.objects.values_list("receipt", "marks")) == receipts


def test_the_database_opens_nothing_without_both_halves_and_never_more_or_less_than_there_is():
    session, _receipts = held()
    three = ["yyn", "yyn", "yyn"]
    codes = ["0000-0000-0001", "0000-0000-0002", "0000-0000-0003"]

    def opening(marks: list[str], receipts: list[str]):
        return partial(run, "SELECT voting_open_sealed(%s, %s, %s)", session.round.pk, marks, receipts)

    refused(opening(three, codes), says="are not to be opened")
    refused(partial(_set_state, session, "counted"), says="does not go")
    session.open_ballots()
    refused(opening(three, codes), says="are not to be opened")  # once
    with databases.behind_the_guards() as cursor:
        cursor.execute("DELETE FROM voting_ballot")
    for marks, receipts in (
        (three[:2], codes[:2]), ([*three, "yyn"], [*codes, "x"]), (three, ["", *codes[1:]]), (three, codes[:2]),
        (["yy", *three[1:]], codes), (["yxn", *three[1:]], codes),
    ):  # fmt: skip
        refused(opening(marks, receipts), says="are not to be opened")

    assert not Ballot.objects.exists()


def _set_state(session: Plenary, state: str) -> None:
    run("UPDATE voting_round SET state = %s WHERE id = %s", state, session.round.pk)


def test_the_database_opens_no_sealed_round_without_two_tried_halves():
    session = plenary(method=SEALED, until=RoundState.SIGN_IN)
    services.draw_half(round_=session.round, number=1, by=session.scrutineer, at=NOW)

    opening = (
        "INSERT INTO voting_twopersonstep (round_id, step, note, absent, proposed_at, proposed_by_id)"
        " VALUES (%(round)s, 'open', '', '[]', now(), %(chair)s);"
        "UPDATE voting_twopersonstep SET confirmed_at = now(), confirmed_by_id = %(second)s WHERE step = 'open';"
        "UPDATE voting_round SET state = 'open', opened_at = now(), opened_by_id = %(second)s WHERE id = %(round)s"
    )
    people = {"round": session.round.pk, "chair": session.chair.pk, "second": session.scrutineer.pk}

    with databases.as_superuser() as cursor, pytest.raises(DatabaseError, match="does not go"), transaction.atomic():
        cursor.execute(opening, people)

    session.round.refresh_from_db()
    assert session.round.state == RoundState.SIGN_IN
