"""The signed sheet comes back as a scan; who signs it is named before; people of one name are told apart."""

import hashlib
import io

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from livelihood.accounts.roles import Role
from livelihood.audit.models import Entry
from livelihood.kernel.errors import NotAllowed
from livelihood.kernel.uploads import FileRefused
from tests import databases
from tests.factories.frame import NOW, official, signed_in
from tests.factories.voting import Plenary, plenary, state_in_term
from tests.scans import scan
from voting import rules, selectors, services
from voting.models import CountingOfficer, Round, SignedSheet
from voting.states import RoundState, Step

pytestmark = pytest.mark.django_db

SCAN = scan("signed")
DIGEST = hashlib.sha256(SCAN).hexdigest()


def counted() -> Plenary:
    session = plenary()
    for deputy in session.deputies:
        session.cast(deputy, "yyn")
    session.step(Step.CLOSE)
    services.count_round(round_=session.round, by=session.chair, at=NOW)
    session.round.refresh_from_db()
    return session


def bring(session: Plenary, content: bytes = SCAN) -> SignedSheet:
    return services.bring_signed_sheet(
        round_=session.round, file=io.BytesIO(content), file_name="报告单.pdf", by=session.staff, at=NOW
    )


# --- the scan --------------------------------------------------------------------------------------------------------


def test_the_hash_of_the_scan_is_public_once_the_round_is_announced_and_the_scan_is_not():
    session = counted()
    first = bring(session)
    decision, api = session.cycle.address("voting:decision"), "/api/v1/rounds/"
    assert DIGEST not in Client().get(decision).content.decode()
    session.step(Step.ANNOUNCE)

    page, (found,) = Client().get(decision).content.decode(), Client().get(api).json()["results"]

    assert (DIGEST in page, "报告单.pdf" in page) == (True, False)
    assert [scan["sha256"] for scan in found["signed_sheets"]] == [DIGEST]
    assert Entry.objects.get(act="round.sheet_brought").detail["sha256"] == DIGEST

    second = bring(session, scan("another"))
    page, (found,) = Client().get(decision).content.decode(), Client().get(api).json()["results"]
    assert [scan["sha256"] for scan in found["signed_sheets"]] == [first.sha256, second.sha256]
    assert 0 < page.index(first.sha256) < page.index(second.sha256)


def test_who_runs_the_round_reads_the_scan_and_nobody_else():
    session = counted()
    bring(session)
    address = session.round.address("voting:signed_sheet_file")

    for person in (session.staff, session.chair, session.scrutineer):
        answer = signed_in(person).get(address)
        assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, SCAN, "application/pdf")
    for person in (official(Role.ADMINISTRATOR, session.cycle.area), session.deputies[0]):
        assert signed_in(person).get(address).status_code == 403
    assert Client().get(address).status_code == 302


def test_a_better_scan_is_a_further_one_and_what_was_brought_stays():
    session = counted()
    first, second = bring(session), bring(session, scan("better"))

    kept = selectors.signed_sheet_of(session.round)
    assert kept is not None
    assert (kept.pk, SignedSheet.objects.count()) == (second.pk, 2)
    last = Entry.objects.filter(act="round.sheet_brought").latest("pk")
    assert last.detail["sha256"] == [first.sha256, second.sha256]
    for change in (lambda: SignedSheet.objects.update(sha256="0" * 64), lambda: SignedSheet.objects.all().delete()):
        with databases.as_superuser(), pytest.raises(DatabaseError, match="refused"), transaction.atomic():
            change()


def test_there_is_no_scan_before_the_sheet_and_none_of_another_kind():
    early, late = plenary(), counted()

    with pytest.raises(NotAllowed):
        bring(early)
    for content in (b"PK\3\4", b"%PDF-1.7"):
        with pytest.raises(FileRefused):
            bring(late, content)
    with databases.as_superuser(), pytest.raises(DatabaseError, match="no sheet"), transaction.atomic():
        SignedSheet.objects.create(
            round=early.round, file_name="a.pdf", kind="pdf", content=SCAN, sha256=DIGEST, brought_at=NOW,
            brought_by=early.staff,
        )  # fmt: skip

    assert not SignedSheet.objects.exists()


def test_by_its_page_a_scan_is_brought_back(time_machine):
    time_machine.move_to(NOW, tick=False)
    session = counted()
    desk, sheet = signed_in(session.staff), session.round.address("voting:round_sheet")
    assert "扫描件" in desk.get(sheet).content.decode()

    file = io.BytesIO(SCAN)
    file.name = "报告单.pdf"
    answer = desk.post(session.round.address("voting:signed_sheet"), {"file": file})

    assert (answer.status_code, answer["Location"]) == (302, sheet)
    assert DIGEST in signed_in(session.chair).get(sheet).content.decode()


# --- who signs -------------------------------------------------------------------------------------------------------


def test_nothing_is_announced_before_it_is_written_who_counted_and_watched():
    session = counted()

    with pytest.raises(NotAllowed, match="计票"):
        services.propose_step(round_=session.round, step=Step.ANNOUNCE, by=session.chair, at=NOW)
    assert not session.round.steps.filter(step=Step.ANNOUNCE).exists()

    session.name_officers()
    session.step(Step.ANNOUNCE)
    assert session.round.state == RoundState.ANNOUNCED


def test_the_database_announces_nothing_without_them():
    session = counted()
    session.name_officers()
    services.propose_step(round_=session.round, step=Step.ANNOUNCE, by=session.chair, at=NOW)
    with databases.behind_the_guards():
        CountingOfficer.objects.all().delete()

    with pytest.raises(NotAllowed):
        services.announce_round(round_=session.round, by=session.scrutineer, at=NOW)
    session.round.steps.filter(step=Step.ANNOUNCE).update(confirmed_at=NOW, confirmed_by=session.scrutineer)
    with databases.as_superuser(), pytest.raises(DatabaseError, match="does not go"), transaction.atomic():
        Round.objects.filter(pk=session.round.pk).update(
            state=RoundState.ANNOUNCED, announced_at=NOW, announced_by=session.scrutineer
        )


def test_who_signs_is_named_no_more_while_the_announcement_waits_for_its_second_person():
    session = counted()
    session.name_officers()
    services.propose_step(round_=session.round, step=Step.ANNOUNCE, by=session.chair, at=NOW)
    officers = list(CountingOfficer.objects.order_by("pk").values_list("duty", "name"))

    with pytest.raises(NotAllowed, match="撤回"):
        session.name_officers()
    answer = signed_in(session.staff).post(
        session.round.address("voting:officers"), {"chief": "木偶", "scrutineers": "监票人", "tellers": "计票人"}
    )
    for change in (
        lambda: CountingOfficer.objects.update(name="木偶"),
        lambda: CountingOfficer.objects.all().delete(),
        lambda: CountingOfficer.objects.create(round=session.round, duty="teller", name="木偶"),
    ):
        with databases.as_superuser(), pytest.raises(DatabaseError, match="about to be"), transaction.atomic():
            change()

    assert answer.status_code == 403
    assert list(CountingOfficer.objects.order_by("pk").values_list("duty", "name")) == officers
    services.withdraw_step(round_=session.round, by=session.chair, at=NOW)
    session.name_officers()


# --- one name --------------------------------------------------------------------------------------------------------


def test_people_of_one_name_are_shown_and_told_apart_before_the_roll_is_locked():
    session = plenary(deputies=4, until=RoundState.RULES_LOCKED)
    names = [("王伟", "一团"), ("王 伟", "一团"), ("王伟", "二团"), ("李敏", "一团")]

    def write(*names: tuple[str, str]) -> None:
        lines = [
            services.RollLine(number, deputy.pk, name, delegation)
            for number, (deputy, (name, delegation)) in enumerate(zip(session.deputies, names, strict=True), start=1)
        ]
        services.write_roll(round_=session.round, lines=lines, by=session.staff, at=NOW)

    write(*names)
    state_in_term(session.round, 4, by=session.staff)
    verdict = rules.may_propose_step(session.staff, session.round, Step.LOCK_ROLL, NOW)
    check = selectors.roll_check(session.round, NOW)
    assert (bool(verdict), "王伟" in str(verdict.reason)) == (False, True)
    assert [[entry.number for entry in lines] for lines in check.namesakes] == [[1, 2, 3]]

    write(("王伟", "一团（女）"), *names[1:])
    session.lock_roll()
    assert session.round.state == RoundState.ROLL_LOCKED
