"""An attacker with the whole database, its files, the logs and the cache tries to join deputies and ballots.

The election is marked: deputy k votes by the pattern of k's binary digits, so the truth is known and every link found
would be seen. Some vote through the pages, so sessions and cache are part of what is searched.
"""

import io
import logging
import re
import statistics
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from livelihood.audit.models import Entry
from livelihood.web.logs import JsonFormatter
from tests import databases
from tests.factories.frame import NOW, signed_in
from tests.factories.voting import Plenary, code_on, in_urn, plenary
from tests.voting.papers import count, enter_twice, hand_out, merge
from voting import services
from voting.models import Ballot, RollEntry
from voting.schemes import scheme_of
from voting.states import Step

DEPUTIES = 48
CANDIDATES = 6

pytestmark = pytest.mark.django_db(transaction=True)


def rows(sql: str, *values: str) -> list[tuple]:
    with databases.as_superuser() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def pattern(number: int) -> str:
    """Return the marks of deputy `number`: unlike those of every other."""
    return "".join("yn"[number >> place & 1] for place in range(CANDIDATES))


def key_of(number: int) -> str:
    """Return what deputy `number` sends with the ballot, so that the same cast is known again."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, str(number)))


def digests() -> list[str]:
    """Return what the urn keeps of the keys; while voting is open."""
    return in_urn("repeat_digest")


def secret(codes: list[str]) -> re.Pattern[str]:
    """Return what finds marks, one of these codes, or a key that a ballot was sent with."""
    return re.compile("|".join([*codes, *map(key_of, range(DEPUTIES)), r"\b[yn]{6}\b"]))


def vote_by_page(session: Plenary, number: int) -> str:
    deputy = session.deputies[number]
    client = Client()
    client.force_login(deputy, backend="django.contrib.auth.backends.ModelBackend")
    marks = {f"option_{option.pk}": mark for option, mark in zip(session.options, pattern(number), strict=True)}
    sent = {"step": "cast", "key": key_of(number), **marks}
    answer = client.post(reverse("voting:ballot", kwargs={"round_id": session.round.pk}), sent)
    return code_on(answer)


def sample_everything() -> None:
    """Do at once what the database does by itself now and then: sample every table, also those of others."""
    with databases.as_superuser() as cursor:
        cursor.execute("ANALYZE")


def sampled() -> str:
    """Return every value that the database has sampled."""
    columns = ", ".join(f"stavalues{slot}::text" for slot in range(1, 6))
    return "\n".join(value for row in rows(f"SELECT {columns} FROM pg_statistic") for value in row if value)  # noqa: S608 -- no value from outside


def tables_with(pattern: re.Pattern[str]) -> set[str]:
    """Return the tables in which a pattern is found."""
    return {
        table
        for (table,) in rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        if any(pattern.search(text) for (text,) in rows(f'SELECT t::text FROM "{table}" AS t'))  # noqa: S608 -- our own
    }


@pytest.fixture
def election() -> tuple[Plenary, list[int], list[str]]:
    """Give an open round after all have voted, in an order of its own; the codes in the order of casting.

    The database has sampled its tables meanwhile, as it may at any moment.
    """
    session = plenary(candidates=CANDIDATES, seats=6, deputies=DEPUTIES)
    order = sorted(range(DEPUTIES), key=lambda number: (number * 29) % DEPUTIES)
    codes = [
        vote_by_page(session, number)
        if number % 6 == 0
        else session.cast(session.deputies[number], pattern(number), key_of(number))
        for number in order
    ]
    sample_everything()
    return session, order, codes


EVERYTHING = {"log_statement": "'all'", "log_min_duration_statement": "0", "log_parameter_max_length": "-1"}
"""Settings under which PostgreSQL logs all statements with their parameters, more than it is ever set to."""


def log_statements(*, of_all: bool) -> None:
    with databases.as_superuser() as cursor:
        for name, value in EVERYTHING.items():
            cursor.execute(f"SET {name} = {value}" if of_all else f"RESET {name}")


@pytest.fixture
def said() -> Iterator[Callable[[], tuple[str, str]]]:
    """Give what the application, in its own form, and PostgreSQL with all statements write to their logs in a test."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonFormatter())
    log = Path(rows("SHOW data_directory")[0][0]).parent / "log"
    before = log.stat().st_size

    def read() -> tuple[str, str]:
        with log.open("rb") as file:
            file.seek(before)
            return written.getvalue(), file.read().decode()

    logging.getLogger().addHandler(handler)
    log_statements(of_all=True)
    yield read
    log_statements(of_all=False)
    logging.getLogger().removeHandler(handler)


def test_while_open_the_urn_could_be_joined_so_the_test_has_something_to_find(election):
    session, order, _codes = election

    joined = dict(
        rows("SELECT e.number, u.marks FROM voting_rollentry e JOIN voting_urnballot u ON u.xmin = e.xmin ORDER BY 1")
    )

    assert joined == {number + 1: pattern(number) for number in order}
    assert session.round.state == "open"


def test_columns_of_a_ballot_hold_no_person_time_or_order():
    columns = rows("SELECT column_name FROM information_schema.columns WHERE table_name = 'voting_ballot'")

    assert {name for (name,) in columns} == {"id", "round_id", "marks", "receipt"}
    assert connection.introspection.get_sequences(connection.cursor(), "voting_ballot") == []
    assert connection.introspection.get_sequences(connection.cursor(), "voting_urnballot") == []


def test_row_metadata_joins_nothing_after_closing(election):
    session, order, _codes = election
    session.step(Step.CLOSE)

    ballots = rows("SELECT xmin::text, ctid::text, marks, receipt FROM voting_ballot ORDER BY ctid")
    roll = rows("SELECT xmin::text, has_voted FROM voting_rollentry")

    assert {mark for _xmin, _ctid, mark, _code in ballots} == {pattern(number) for number in order}
    assert len({xmin for xmin, *_ in ballots}) == 1
    assert not {xmin for xmin, *_ in ballots} & {xmin for xmin, _voted in roll}
    journal = rows("SELECT xmin::text FROM audit_entry WHERE act = 'ballot.cast'")
    assert not {xmin for xmin, *_ in ballots} & {xmin for (xmin,) in journal}


def test_neither_place_nor_key_nor_receipt_follows_the_order_of_voting(election):
    session, _order, codes = election
    session.step(Step.CLOSE)
    cast_at = {code: place for place, code in enumerate(codes)}

    by_place = [cast_at[code] for (code,) in rows("SELECT receipt FROM voting_ballot ORDER BY ctid")]
    by_key = [cast_at[code] for (code,) in rows("SELECT receipt FROM voting_ballot ORDER BY id")]
    by_code = [cast_at[code] for (code,) in rows("SELECT receipt FROM voting_ballot ORDER BY receipt")]

    for order in (by_place, by_key, by_code):
        # 48 independent places correlate by more than 0.7 about once in a million times.
        assert abs(statistics.correlation(order, range(DEPUTIES))) < 0.7


def test_roll_in_its_place_order_does_not_mirror_the_ballots(election):
    session, _order, _codes = election
    session.step(Step.CLOSE)

    voted = [number for (number,) in rows("SELECT number FROM voting_rollentry ORDER BY ctid")]
    numbers = {pattern(number): number + 1 for number in range(DEPUTIES)}
    cast = [numbers[marks] for (marks,) in rows("SELECT marks FROM voting_ballot ORDER BY ctid")]

    assert sorted(voted) == sorted(cast)
    assert abs(statistics.correlation(voted, cast)) < 0.7


def test_urn_leaves_nothing_on_the_disk(election):
    session, _order, codes = election
    (urn_before,) = rows("SELECT pg_relation_filepath('voting_urnballot')")[0]
    digest = digests()[0]
    session.step(Step.CLOSE)
    sample_everything()
    rows_of = {
        path
        for name, *_ in rows(
            "SELECT relname FROM pg_class WHERE starts_with(relname, 'voting_ballot') AND relkind IN ('r', 'i')"
        )
        for (path,) in rows("SELECT pg_relation_filepath(%s::regclass)", name)
    }
    with databases.as_superuser() as cursor:
        cursor.execute("CHECKPOINT")

    data = Path(rows("SHOW data_directory")[0][0])
    old = data / urn_before
    assert len(in_urn()) == 0
    assert not old.exists() or old.stat().st_size == 0
    folder = data / Path(urn_before).parent
    holding = {
        str(Path(urn_before).parent / path.name)
        for path in folder.iterdir()
        if path.is_file() and any(code.encode() in path.read_bytes() for code in codes)
    }
    assert holding
    assert holding <= rows_of
    assert not any(digest.encode() in path.read_bytes() for path in folder.iterdir() if path.is_file())


def test_database_samples_nothing_of_a_ballot_before_or_after_closing(election):
    session, _order, codes = election
    hidden = secret([*codes, *digests()])
    open_found = sampled()
    session.step(Step.CLOSE)
    sample_everything()

    assert session.deputies[0].name in open_found  # sampling did take place, of the roll beside
    assert not hidden.search(open_found)
    assert not hidden.search(sampled())


def test_no_other_table_no_journal_and_no_cache_holds_marks_or_receipts(election):
    session, _order, codes = election
    hidden = secret([*codes, *digests()])
    session.step(Step.CLOSE)

    assert tables_with(hidden) == {"voting_ballot"}
    assert Entry.objects.filter(act="ballot.cast").count() == DEPUTIES
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        for key in client.scan_iter():
            assert not hidden.search(str(client.dump(key)))


def test_neither_log_holds_marks_receipts_or_keys(said, election):
    session, order, codes = election
    hidden = secret([*codes, *digests()])
    deputy = session.deputies[order[1]]
    other = {f"option_{option.pk}": "y" for option in session.options}
    again = {"step": "cast", "key": key_of(order[1]), **other}
    ballot = reverse("voting:ballot", kwargs={"round_id": session.round.pk})
    refused = signed_in(deputy).post(ballot, again)
    assert refused.status_code == 422
    assert b"receipt-codes" not in refused.content
    with databases.as_superuser(), pytest.raises(IntegrityError), transaction.atomic():
        scheme_of(session.round).cast(session.entry(deputy), "y" * 7, str(uuid.uuid4()))
    session.step(Step.CLOSE)

    application, database = said()

    assert application.count('"path": "booth/rounds/<int:round_id>/ballot/"') == DEPUTIES // 6 + 1
    assert len(re.findall(r"COPY voting_urnballot \(", database)) >= DEPUTIES
    assert "This ballot does not fit the rules of its round" in database
    assert not hidden.search(application)
    # A repeat is looked up by its digest, which a log of all statements quotes; closing leaves no ballot beside one.
    assert not secret(codes).search(database)
    assert "y" * 7 not in database


def test_application_never_logs_statements():
    configured: dict[str, Any] = settings.LOGGING

    assert configured["root"]["level"] == configured["loggers"]["django"]["level"] == "INFO"
    assert not [name for name in configured["loggers"] if name.startswith("django.db")]
    assert not logging.getLogger("django.db.backends").isEnabledFor(logging.DEBUG)
    production = Path(settings.BASE_DIR) / "livelihood" / "settings" / "production.py"
    assert "LOGGING" not in production.read_text(encoding="utf-8")


def test_paper_beside_the_booth_joins_nothing_either(said):
    booth = 12
    session = plenary(candidates=CANDIDATES, seats=6, deputies=DEPUTIES)
    hand_out(session, session.deputies[booth:])
    codes = [session.cast(session.deputies[number], pattern(number), key_of(number)) for number in range(booth)]
    hidden = secret([*codes, *digests()])
    session.step(Step.CLOSE)
    log_statements(of_all=False)  # tellers type what stands on the sheets
    sheets = [pattern(number) for number in range(booth, DEPUTIES)]
    count(session, len(sheets))
    enter_twice(session, *sheets)
    merge(session)
    services.count_round(round_=session.round, by=session.chair, at=NOW)
    application, database = said()

    ballots = rows("SELECT xmin::text, marks, receipt FROM voting_ballot ORDER BY ctid")
    on_paper = [sheets.index(marks) for _xmin, marks, code in ballots if not code]
    people = rows(
        "SELECT xmin::text FROM voting_rollentry"
        " UNION SELECT xmin::text FROM audit_entry WHERE act IN ('paper.handed_out', 'ballot.cast')"
    )
    assert sorted(on_paper) == list(range(len(sheets)))
    # 36 independent places correlate by more than 0.75 about once in ten million times.
    assert abs(statistics.correlation(on_paper, range(len(sheets)))) < 0.75
    assert len({xmin for xmin, _marks, code in ballots if not code}) == 1
    assert len({xmin for xmin, _marks, code in ballots if code}) == 1
    assert not {xmin for xmin, *_ in ballots} & {xmin for (xmin,) in people}
    assert tables_with(hidden) == {"voting_ballot"}
    assert "paper.handed_out" in database
    assert not hidden.search(application + database)


def test_statement_of_a_cast_shows_no_marks():
    session = plenary(candidates=CANDIDATES, seats=6, deputies=1)

    with CaptureQueriesContext(connection) as queries:
        code = session.cast(session.deputies[0], pattern(5))

    written = "\n".join(query["sql"] for query in queries)
    assert "UPDATE" in written
    assert pattern(5) not in written
    assert code not in written
    last = rows("SELECT query FROM pg_stat_activity WHERE datname = current_database()")
    assert not any(pattern(5) in query or code in query for (query,) in last)


def test_cast_that_the_database_breaks_off_quotes_nothing_in_its_log():
    session = plenary(candidates=CANDIDATES, seats=6, deputies=1)

    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        scheme_of(session.round).cast(session.entry(session.deputies[0]), "y" * 7, str(uuid.uuid4()))

    said = refusal.value.__cause__.diag
    assert said.context.splitlines()[-1] == "COPY voting_urnballot, line 1"
    assert [said.message_primary, said.message_detail, said.internal_query] == [
        "This ballot does not fit the rules of its round", None, None,
    ]  # fmt: skip
    assert not in_urn()


def test_has_voted_is_all_that_the_roll_tells(election):
    session, order, _codes = election
    session.step(Step.CLOSE)

    columns = {field.name for field in RollEntry._meta.concrete_fields}

    assert columns == {
        "id", "round", "deputy", "number", "name", "delegation", "may_vote_remotely",
        "signed_in_at", "signed_in_by", "signed_in_way", "has_voted", "struck_at", "struck_by", "cards_issued",
    }  # fmt: skip
    assert Ballot.objects.count() == RollEntry.objects.filter(has_voted=True).count() == len(order)
