"""An attacker with the whole database, its files and the cache tries to join deputies and ballots after closing.

The election is marked: deputy k votes by the pattern of k's binary digits, so the truth is known and every link found
would be seen. Some vote through the pages, so sessions and cache are part of what is searched.
"""

import re
import statistics
import uuid
from pathlib import Path

import pytest
import redis
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from livelihood.audit.models import Entry
from tests.factories.voting import Plenary, plenary
from voting.models import Ballot, RollEntry, UrnBallot
from voting.schemes import scheme_of
from voting.states import Step

DEPUTIES = 48
CANDIDATES = 6

pytestmark = pytest.mark.django_db(transaction=True)


def rows(sql: str, *values: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def pattern(number: int) -> str:
    """Return the marks of deputy `number`: unlike those of every other."""
    return "".join("yn"[number >> place & 1] for place in range(CANDIDATES))


def vote_by_page(session: Plenary, number: int) -> str:
    deputy = session.deputies[number]
    client = Client()
    client.force_login(deputy, backend="django.contrib.auth.backends.ModelBackend")
    marks = {f"option_{option.pk}": mark for option, mark in zip(session.options, pattern(number), strict=True)}
    sent = {"step": "cast", "key": str(uuid.uuid4()), **marks}
    answer = client.post(reverse("voting:ballot", kwargs={"round_id": session.round.pk}), sent)
    code: str = answer.context["receipt"].code
    return code


def sample_everything() -> None:
    """Do at once what the database does by itself now and then: sample every table, also those of others."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def sampled() -> str:
    """Return every value that the database has sampled."""
    columns = ", ".join(f"stavalues{slot}::text" for slot in range(1, 6))
    return "\n".join(value for row in rows(f"SELECT {columns} FROM pg_statistic") for value in row if value)  # noqa: S608 -- no value from outside


@pytest.fixture
def election() -> tuple[Plenary, list[int], list[str]]:
    """Give an open round after all have voted, in an order of its own; the codes in the order of casting.

    The database has sampled its tables meanwhile, as it may at any moment.
    """
    session = plenary(candidates=CANDIDATES, seats=6, deputies=DEPUTIES)
    order = sorted(range(DEPUTIES), key=lambda number: (number * 29) % DEPUTIES)
    codes = [
        vote_by_page(session, number) if number % 6 == 0 else session.cast(session.deputies[number], pattern(number))
        for number in order
    ]
    sample_everything()
    return session, order, codes


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
    digest = UrnBallot.objects.values_list("repeat_digest", flat=True)[0]
    session.step(Step.CLOSE)
    sample_everything()
    rows_of = {
        path
        for name, *_ in rows(
            "SELECT relname FROM pg_class WHERE starts_with(relname, 'voting_ballot') AND relkind IN ('r', 'i')"
        )
        for (path,) in rows("SELECT pg_relation_filepath(%s::regclass)", name)
    }
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")

    data = Path(rows("SHOW data_directory")[0][0])
    old = data / urn_before
    assert UrnBallot.objects.count() == 0
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
    digests = UrnBallot.objects.values_list("repeat_digest", flat=True)
    secret = re.compile("|".join([*codes, *digests, r"\b[yn]{6}\b"]))
    open_found = sampled()
    session.step(Step.CLOSE)
    sample_everything()

    assert session.deputies[0].name in open_found  # sampling did take place, of the roll beside
    assert not secret.search(open_found)
    assert not secret.search(sampled())


def test_no_other_table_no_journal_and_no_cache_holds_marks_or_receipts(election):
    session, _order, codes = election
    session.step(Step.CLOSE)
    secret = re.compile("|".join([*map(re.escape, codes), r"\b[yn]{6}\b"]))

    tables = [name for (name,) in rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
    found = {
        table
        for table in tables
        if any(secret.search(text) for (text,) in rows(f'SELECT t::text FROM "{table}" AS t'))  # noqa: S608 -- our own
    }

    assert found == {"voting_ballot"}
    assert Entry.objects.filter(act="ballot.cast").count() == DEPUTIES
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        for key in client.scan_iter():
            assert not secret.search(str(client.dump(key)))


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
    assert not UrnBallot.objects.exists()


def test_has_voted_is_all_that_the_roll_tells(election):
    session, order, _codes = election
    session.step(Step.CLOSE)

    columns = {field.name for field in RollEntry._meta.concrete_fields}

    assert columns == {
        "id", "round", "deputy", "number", "name", "delegation", "may_vote_remotely",
        "signed_in_at", "signed_in_by", "signed_in_way", "has_voted", "struck_at", "struck_by",
    }  # fmt: skip
    assert Ballot.objects.count() == RollEntry.objects.filter(has_voted=True).count() == len(order)
