"""An attacker reads the write-ahead log: while voting is open it joins ballots and deputies, after closing nothing.

The parser is the attacker's own and knows of the portal what anybody can read in its source. It takes every record of
every file in the folder of the log, also of one that waits to be used again, by its transaction: a ballot that enters
the urn stands there beside the entry of the journal that says who has voted.
"""

import contextlib
import fcntl
import re
import struct
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path

import psycopg2
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction

from livelihood.audit.models import Entry
from tests import databases
from tests.factories.frame import NOW, signed_in
from tests.factories.voting import Plenary, plenary
from voting import tasks
from voting.models import LogCheck, RollEntry
from voting.services import after_closing
from voting.states import LogFinding, RoundState, Step

pytestmark = pytest.mark.django_db(transaction=True)

PAGE, SHORT_HEAD, LONG_HEAD, RECORD_HEAD = 8192, 24, 40, 24
HAS_LONG_HEAD, IS_CONTINUED = 2, 1
DEPUTY = re.compile(rb"ballot\.cast.{0,4}voting\.rollentry.(\d+)", re.DOTALL)
RECEIPT = re.compile(rb"[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){2}")


def folder_of_log() -> Path:
    """Return the folder, when all that was committed is written there: tests do not wait for that otherwise."""
    with transaction.atomic(), databases.as_superuser() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = on")
        cursor.execute("SELECT pg_logical_emit_message(true, 'test', '')")
        cursor.execute("SHOW data_directory")
        return Path(cursor.fetchone()[0]) / "pg_wal"


def records(segment: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield transaction and content of the records that lie whole in a file of the log."""
    content, begins = bytearray(), 0
    for place in range(0, len(segment), PAGE):
        page = segment[place : place + PAGE]
        _magic, info, _line, _address, rest = struct.unpack_from("<HHIQI", page)
        if not content and info & IS_CONTINUED:
            begins = (rest + 7) & ~7  # of a record that began in the file before
        content += page[LONG_HEAD if info & HAS_LONG_HEAD else SHORT_HEAD :]
    while begins + RECORD_HEAD <= len(content):
        length, transaction_id = struct.unpack_from("<II", content, begins)
        if length < RECORD_HEAD:
            break
        yield transaction_id, bytes(content[begins + RECORD_HEAD : begins + length])
        begins += (length + 7) & ~7


def joined() -> dict[int, set[str]]:
    """Return what the log tells: line of the roll → receipts that its transaction put into the urn."""
    voted, receipts = dict[int, int](), defaultdict[int, set[str]](set)
    for file in folder_of_log().iterdir():
        if file.is_file():
            for number, content in records(file.read_bytes()):
                receipts[number] |= {found.decode() for found in RECEIPT.findall(content)}
                for line in DEPUTY.findall(content):
                    voted[number] = int(line)
    return {line: receipts[number] for number, line in voted.items() if receipts[number]}


@pytest.fixture(autouse=True)
def _one_after_the_other() -> Iterator[None]:
    """Let no two processes of tests look at the log of their server at once: there is one for all of them."""
    with (folder_of_log().parent / "looked-at.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def nobody_else_lets_go() -> Iterator[None]:
    """Let the server keep its log meanwhile: other tests end rounds, too."""
    with contextlib.closing(databases.connect()) as server, server.cursor() as cursor:
        cursor.execute("ALTER SYSTEM SET wal_keep_size = '1GB'")
        cursor.execute("SELECT pg_reload_conf()")
        try:
            yield
        finally:
            cursor.execute("ALTER SYSTEM RESET wal_keep_size")
            cursor.execute("SELECT pg_reload_conf()")


def all_voted(deputies: int) -> tuple[Plenary, dict[int, str]]:
    """Give an open round in which all have voted, and by line of the roll the receipt that each was shown."""
    session = plenary(deputies=deputies, until=RoundState.DRAFT)
    session.open(present=deputies)
    lines = RollEntry.objects.filter(round=session.round).select_related("deputy").order_by("number")
    return session, {line.pk: session.cast(line.deputy, "yyn") for line in lines}


def found(receipts: dict[int, str]) -> int:
    """Count the deputies whose own receipt the log tells: other tests have lines of the same number."""
    told_by_log = joined()
    return sum(told_by_log.get(line) == {receipt} for line, receipt in receipts.items())


def left(session: Plenary) -> LogCheck:
    return LogCheck.objects.get(round=session.round)


@pytest.mark.parametrize(
    "deputies", [pytest.param(100, id="100 deputies"), pytest.param(460, id="460 deputies", marks=pytest.mark.slow)]
)
def test_after_closing_the_log_of_a_congress_joins_nothing(deputies: int):
    with nobody_else_lets_go():
        session, receipts = all_voted(deputies)
        betrayed = found(receipts)
        assert betrayed > deputies * 0.95  # a few records lie across two files

        session.step(Step.CLOSE)
        assert left(session).finding == LogFinding.WAITING
        assert found(receipts) == betrayed  # closing alone erases nothing
    tasks.let_go_of_logs()

    check = left(session)
    assert (check.finding, check.files, check.pages) == (LogFinding.GONE, 0, 0)
    assert found(receipts) == 0
    noted = Entry.objects.get(act="log.checked")
    assert (noted.actor_id, noted.detail) == (None, {"finding": "gone", "pages": 0, "copies": []})
    assert "数据库日志中已没有结束投票以前写下的内容" in told(session)


def told(session: Plenary) -> str:
    return signed_in(session.chair).get(session.round.address("voting:round")).content.decode()


def test_what_is_left_is_said_and_tried_again_for_a_day():
    session, _receipts = all_voted(3)
    session.step(Step.CLOSE)
    everything = "FFFFFFFF/0"  # a place after all that will ever be written
    LogCheck.objects.filter(round=session.round).update(place=everything)

    check = after_closing.let_go_of_log(check=left(session), at=NOW)

    assert (check.finding, check.files > 0, check.pages > 0) == (LogFinding.LEFT, True, True)
    assert "数据库日志中仍有结束投票以前写下的内容" in told(session)
    minutes = {"soon": 5, "later": 11, "next day": 24 * 60 + 1}
    assert [list(after_closing.due(NOW + timedelta(minutes=wait))) for wait in minutes.values()] == [[], [check], []]
    out = StringIO()
    with pytest.raises(CommandError, match="still holds ballots beside deputies"):
        call_command("after_closing", round=session.round.pk, stdout=out)
    assert out.getvalue().startswith(f"Round {session.round.pk}: The log of the database still holds")
    after_closing.let_go_of_log(check=check, at=NOW + timedelta(minutes=11))
    assert Entry.objects.filter(act="log.checked").count() == 1  # written down where something has changed

    LogCheck.objects.filter(round=session.round).update(place="")
    call_command("after_closing", stdout=out)
    assert left(session).finding == LogFinding.GONE
    call_command("after_closing", stdout=out)
    assert out.getvalue().endswith("Nothing is left to do.\n")


def test_where_the_database_lets_nobody_look_that_is_said():
    session, _receipts = all_voted(3)
    session.step(Step.CLOSE)
    with databases.as_superuser() as cursor:
        cursor.execute("REVOKE USAGE ON SCHEMA livelihood_server FROM livelihood_application")
    try:
        tasks.let_go_of_logs()
    finally:
        with databases.as_superuser() as cursor:
            cursor.execute("GRANT USAGE ON SCHEMA livelihood_server TO livelihood_application")

    assert (left(session).finding, left(session).checked_at is None) == (LogFinding.UNREADABLE, False)
    assert "无法查明" in told(session)


@pytest.mark.parametrize("step", [Step.VOID, Step.MOVE_TO_PAPER])
def test_ballots_that_are_destroyed_leave_the_log_too(step):
    session, receipts = all_voted(3)
    assert receipts.keys() <= joined().keys()

    session.step(step, "设备故障")
    tasks.let_go_of_logs()

    assert left(session).finding == LogFinding.GONE
    assert receipts.keys() & joined().keys() == set()


def test_a_vote_by_name_and_a_draft_that_is_void_have_nothing_to_hide():
    by_name = plenary(method={"scheme": "named"})
    by_name.cast(by_name.deputies[0], "yyn")
    by_name.step(Step.CLOSE, "其余代表未投票")
    draft = plenary(until=RoundState.DRAFT)
    draft.step(Step.VOID, "重新筹备")

    assert not LogCheck.objects.exists()


def test_what_was_found_gone_stays_so():
    session, _receipts = all_voted(3)
    session.step(Step.CLOSE)
    tasks.let_go_of_logs()

    seen = left(session).checked_at

    assert after_closing.let_go_of_log(check=left(session), at=NOW + timedelta(days=9999)).checked_at == seen
    with databases.as_superuser(), pytest.raises(DatabaseError, match="refused"), transaction.atomic():
        LogCheck.objects.update(finding=LogFinding.LEFT)
    with databases.as_superuser(), pytest.raises(DatabaseError, match="refused"), transaction.atomic():
        LogCheck.objects.all().delete()

    assert left(session).finding == LogFinding.GONE


def test_nobody_but_the_application_asks_the_server_about_its_log():
    for role in ("reader", "owner"):
        with (
            contextlib.closing(databases.log_in(role)) as session,
            session.cursor() as cursor,
            pytest.raises(psycopg2.Error, match="permission denied"),
        ):
            cursor.execute("SELECT livelihood_server.let_go_of_log()")
