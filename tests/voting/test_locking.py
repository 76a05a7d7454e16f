"""A roll is locked beside the number of deputies in term by law, compared by name, and by two persons."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from livelihood.accounts.roles import Role
from livelihood.audit.models import Entry
from livelihood.kernel.errors import Conflict, InvalidInput, Moved, NotAllowed
from livelihood.kernel.uploads import FileRefused
from tests import databases
from tests.factories.frame import NOW, official, signed_in
from tests.factories.voting import Plenary, deputies_of, plenary, state_in_term
from voting import exporters, rules, selectors, services
from voting.models import DeputiesInTerm, RollEntry, Round, RoundResult
from voting.rules.roll import can_be_locked
from voting.states import RoundState, Step

pytestmark = pytest.mark.django_db


def convened(deputies: int = 3, **values: Any) -> Plenary:
    session = plenary(deputies=deputies, until=RoundState.RULES_LOCKED, **values)
    session.fill_roll()
    return session


def propose(session: Plenary, note: str = "") -> None:
    services.propose_step(round_=session.round, step=Step.LOCK_ROLL, note=note, by=session.staff, at=NOW)


def state_of(session: Plenary) -> str:
    return Round.objects.get(pk=session.round.pk).state


def state(session: Plenary, **values: Any) -> DeputiesInTerm:
    given: dict[str, Any] = {
        "deputies": 3, "document": "公告〔2024〕1号", "document_date": NOW.date(), "file": io.BytesIO(b"%PDF-1.7"),
        "file_name": "公告.pdf", "by": session.staff, "at": NOW,
    }  # fmt: skip
    return services.state_in_term(round_=session.round, **(given | values))


# --- the number ------------------------------------------------------------------------------------------------------


def test_the_number_comes_with_title_day_and_file_of_the_document():
    session = convened()

    stated = state(session)
    state(session, deputies=4, file=None, file_name="")

    again = DeputiesInTerm.objects.get()
    assert (again.pk, again.deputies, again.document, bytes(again.content or b"")) == (
        stated.pk, 4, "公告〔2024〕1号", b"%PDF-1.7",
    )  # fmt: skip
    first, second = Entry.objects.filter(act="round.in_term_stated").order_by("pk")
    assert (first.detail["in_term"], second.detail["in_term"], second.detail["sha256"]) == (3, [3, 4], again.sha256)


@pytest.mark.parametrize(
    "wrong",
    [
        {"deputies": 0},
        {"deputies": 3001},
        {"document": ""},
        {"document_date": None},
        {"document_date": NOW.date() + timedelta(days=1)},
        {"file": None},
    ],
)
def test_a_vote_has_no_number_without_its_document(wrong):
    session = convened()

    with pytest.raises(InvalidInput):
        state(session, **wrong)

    assert not DeputiesInTerm.objects.exists()


def test_the_document_is_a_pdf_or_a_picture():
    session = convened()

    with pytest.raises(FileRefused):
        state(session, file=io.BytesIO(b"PK\3\4"), file_name="a.zip")

    assert not DeputiesInTerm.objects.exists()


def test_a_rehearsal_may_do_without_a_document():
    session = convened(is_rehearsal=True)

    state(session, document="", document_date=None, file=None, file_name="")
    propose(session)
    services.lock_roll(round_=session.round, by=session.scrutineer, at=NOW)

    assert state_of(session) == RoundState.ROLL_LOCKED


def test_who_writes_a_number_that_a_colleague_has_written_since_is_told():
    session = convened()
    state(session)

    with pytest.raises(Moved, match="公告〔2024〕1号"):
        state(session, deputies=5, seen=0)

    assert DeputiesInTerm.objects.get().deputies == 3


# --- compared --------------------------------------------------------------------------------------------------------


def test_the_roll_is_compared_by_name_with_number_and_mandates(django_assert_num_queries):
    session = convened()
    state_in_term(session.round, 5, by=session.staff)
    left_out = deputies_of(session.cycle.area, 1)
    gone = session.deputies[1]
    gone.mandates.update(ends_on=NOW.date() - timedelta(days=1))

    with django_assert_num_queries(3):
        check = selectors.roll_check(session.round, NOW)

    assert (check.on_roll, check.missing, check.agrees) == (3, 2, False)
    assert list(check.off_roll) == left_out
    assert [entry.deputy_id for entry in check.without_mandate] == [gone.pk]


def test_forty_of_498_do_not_pass_without_a_word():
    session = convened(4)
    state_in_term(session.round, 498, by=session.staff)

    with pytest.raises(InvalidInput, match="名册"):
        propose(session)
    assert not session.round.steps.exists()
    propose(session, "其余代表的资格正在审查")
    services.lock_roll(round_=session.round, by=session.scrutineer, at=NOW)

    locked = Entry.objects.get(act="round.roll_locked").detail
    assert locked == {
        "deputies": 4, "in_term": 498, "off_roll": 0, "without_mandate": 0, "note": "其余代表的资格正在审查",
    }  # fmt: skip
    session.round.roll.update(signed_in_at=NOW, signed_in_by=session.staff, signed_in_way="staff")
    session.round.refresh_from_db()
    verdict = rules.reaches_quorum(session.round)
    assert (bool(verdict), "332" in str(verdict.reason)) == (False, True)


def test_a_roll_beside_no_number_of_deputies_in_term_is_not_locked():
    session = convened()

    assert not can_be_locked(session.round)
    with pytest.raises(NotAllowed):
        propose(session)


def test_a_roll_with_nobody_on_it_is_not_locked():
    session = plenary(deputies=1, until=RoundState.RULES_LOCKED)
    state_in_term(session.round, 1, by=session.staff)

    with pytest.raises(NotAllowed, match="名册"):
        propose(session)

    assert not session.round.steps.exists()


def test_a_roll_that_began_to_differ_while_it_was_proposed_is_not_locked():
    session = convened()
    state_in_term(session.round, 3, by=session.staff)
    propose(session)
    session.deputies[0].mandates.update(ends_on=NOW.date() - timedelta(days=1))

    with pytest.raises(NotAllowed, match="名册"):
        services.lock_roll(round_=session.round, by=session.scrutineer, at=NOW)

    assert state_of(session) == RoundState.RULES_LOCKED


def test_no_more_are_on_the_roll_than_in_term():
    session = convened()
    state_in_term(session.round, 2, by=session.staff)

    with pytest.raises(NotAllowed, match="3"):
        propose(session, "就是这样")

    assert not session.round.steps.exists()


# --- two persons -----------------------------------------------------------------------------------------------------


def test_nobody_locks_a_roll_alone_nor_one_that_was_not_read():
    session = convened()
    state_in_term(session.round, 3, by=session.staff)
    propose(session)
    read = session.round.steps.get()

    for person in (session.staff, session.chair, session.deputies[0]):
        with pytest.raises(NotAllowed):
            services.lock_roll(round_=session.round, by=person, at=NOW)
    services.withdraw_step(round_=session.round, by=session.staff, at=NOW)
    propose(session)
    with pytest.raises(Conflict):
        services.lock_roll(round_=session.round, by=session.scrutineer, at=NOW, shown=read.pk)
    assert state_of(session) == RoundState.RULES_LOCKED

    services.lock_roll(round_=session.round, by=official(Role.CONGRESS_STAFF, session.cycle.area), at=NOW)
    assert state_of(session) == RoundState.ROLL_LOCKED


def test_what_waits_for_the_second_person_cannot_be_changed():
    session = convened()
    state_in_term(session.round, 3, by=session.staff)
    propose(session)

    for act in (
        session.fill_roll,
        lambda: services.clear_roll(
            round_=session.round, entries=list(session.round.roll.all()), by=session.staff, at=NOW
        ),
        lambda: state(session, deputies=2),
    ):
        with pytest.raises(NotAllowed):
            act()
    for change in (
        lambda: session.round.roll.update(name="x"),
        lambda: session.round.roll.all().delete(),
        lambda: DeputiesInTerm.objects.update(deputies=1),
        lambda: DeputiesInTerm.objects.all().delete(),
    ):
        with databases.as_superuser(), pytest.raises(DatabaseError), transaction.atomic():
            change()

    assert (session.round.roll.count(), DeputiesInTerm.objects.get().deputies) == (3, 3)
    services.withdraw_step(round_=session.round, by=session.scrutineer, at=NOW)
    state(session, deputies=4)


def test_the_database_locks_no_roll_without_the_number_or_with_more_than_it():
    without, more = convened(), convened()
    state_in_term(more.round, 3, by=more.staff)
    for session in (without, more):
        with databases.as_superuser():
            step = session.round.steps.create(step=Step.LOCK_ROLL, proposed_at=NOW, proposed_by=session.staff)
            step.confirmed_at, step.confirmed_by = NOW, session.scrutineer
            step.save()
    fourth = deputies_of(more.cycle.area, 1)[0]
    RollEntry.objects.create(round=more.round, deputy=fourth, number=4, name="四")

    for session in (without, more):
        with databases.as_superuser(), pytest.raises(DatabaseError, match="does not go"), transaction.atomic():
            Round.objects.filter(pk=session.round.pk).update(
                state=RoundState.ROLL_LOCKED, roll_locked_at=NOW, roll_locked_by=session.scrutineer
            )
        assert state_of(session) == RoundState.RULES_LOCKED


# --- what follows ----------------------------------------------------------------------------------------------------


def test_majority_and_record_ask_of_the_number_in_term():
    session = convened(5)
    state_in_term(session.round, 7, by=session.staff)
    session.lock_roll()
    services.open_sign_in(round_=session.round, by=session.staff, at=NOW)
    for deputy in session.deputies:
        services.sign_in_deputy(entry=session.entry(deputy), by=session.staff, at=NOW)
    session.step(Step.OPEN)
    for deputy, letters in zip(session.deputies, ["yyn", "yyn", "yyn", "ynn", "nnn"], strict=True):
        session.cast(deputy, letters)
    session.finish()

    result = RoundResult.objects.get()
    assert (result.in_term, result.present, result.needed, result.shortfall) == (7, 5, 4, 1)
    by = selectors.in_term_of(session.round)
    assert by is not None
    head = exporters.full_record(Round.objects.get(pk=session.round.pk))["round"]
    assert head["in_term_by"] == {
        "document": by.document, "date": by.document_date.isoformat(), "sha256": by.sha256,
    }  # fmt: skip


def test_a_round_that_follows_has_the_number_of_the_one_before():
    session = plenary(deputies=4)
    session.step(Step.VOID, "设备故障")

    repeat = services.vote_again(round_=session.round, by=session.staff, at=NOW)

    kept, before = DeputiesInTerm.objects.get(round=repeat), DeputiesInTerm.objects.get(round=session.round)
    assert (kept.deputies, kept.document, bytes(kept.content or b""), kept.sha256) == (
        before.deputies, before.document, bytes(before.content or b""), before.sha256,
    )  # fmt: skip


# --- pages -----------------------------------------------------------------------------------------------------------


def test_second_person_reads_the_differences_by_name_before_confirming(time_machine):
    time_machine.move_to(NOW, tick=False)
    session = convened()
    state_in_term(session.round, 4, by=session.staff)
    (left_out,) = deputies_of(session.cycle.area, 1)
    propose(session, "一名代表尚未报到")

    page = signed_in(session.scrutineer).get(session.round.address("voting:round_act", act="confirm-lock-roll"))
    work = [item.url for item in selectors.work_for(session.scrutineer, NOW)]

    text = page.content.decode()
    assert left_out.name in text
    assert "一名代表尚未报到" in text
    assert "关于代表名额的公告〔2024〕1号" in text
    assert work == [session.round.address("voting:round")]


def test_the_document_is_handed_out_as_it_came():
    session = convened()
    address = session.round.address("voting:in_term_file")
    assert signed_in(session.chair).get(address).status_code == 404
    state_in_term(session.round, 3, by=session.staff)

    answer = signed_in(session.chair).get(address)

    assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, b"%PDF-1.7", "application/pdf")
