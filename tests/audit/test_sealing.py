"""Sealing while others write: every committed entry is sealed once, none waits for a stranger's transaction."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from livelihood.audit import selectors, services
from livelihood.audit.models import Entry, Seal
from tests import databases
from tests.audit.conftest import closed_at_end, found, write
from tests.factories.frame import NOW
from tests.threads import at_once
from tests.workers import eventually

pytestmark = pytest.mark.django_db(transaction=True)


def seals() -> list[tuple[int, set[int], set[int]]]:
    """Return each seal's number and the numbers of entries that it left open and declared void."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT number, ARRAY(SELECT generate_series(lower(part), upper(part) - 1) FROM unnest(open) AS part),"
            " ARRAY(SELECT generate_series(lower(part), upper(part) - 1) FROM unnest(void) AS part)"
            " FROM audit_seal ORDER BY number"
        )
        return [(number, set(left_open), set(void)) for number, left_open, void in cursor.fetchall()]


def seal_to_the_end() -> None:
    """Seal until no number is open; transactions of other databases in the cluster may hold that up for a moment."""

    def done() -> bool:
        services.seal()
        return seals()[-1][1] == set()

    eventually(done, 120)


def voids() -> set[int]:
    """Return the numbers that all seals but the first declared void; the first closes what other tests left."""
    return set().union(*(void for _number, _open, void in seals()[1:]))


def counts() -> tuple[int, int]:
    check = selectors.check_journal(at=NOW)
    assert check.findings == ()
    return check.sealed, check.unsealed


def test_a_seal_holds_what_came_since_the_one_before():
    write(3)
    assert services.seal() == 3
    write(2)
    assert counts() == (3, 2)

    assert services.seal() == 2

    assert counts() == (5, 0)
    assert Seal.objects.count() == 2


def test_nothing_to_seal_makes_no_seal():
    assert services.seal() == 0
    write(1)
    seal_to_the_end()
    before = seals()

    assert services.seal() == 0

    assert seals() == before


def test_many_entries_are_sealed_in_several_seals(monkeypatch):
    monkeypatch.setattr(services, "AT_ONCE", 3)
    write(7)

    assert services.seal() == 7

    assert [seal.through - Entry.objects.order_by("pk")[0].pk + 1 for seal in Seal.objects.order_by("pk")] == [3, 6, 7]
    assert counts() == (7, 0)


def test_a_number_rolled_back_is_closed_as_soon_as_nobody_can_use_it(session):
    gone, other = session(), session()
    write(1)
    seal_to_the_end()
    other.begin()
    other.write()
    gone.begin()
    number = gone.write()
    gone.roll_back()
    write(1)

    services.seal()
    assert seals()[-1][1] == {number - 1, number}
    assert not voids() & {number - 1, number}
    other.roll_back()
    seal_to_the_end()

    assert voids() >= {number - 1, number}
    assert counts() == (2, 0)


def test_who_began_later_and_goes_on_longer_is_never_taken_for_ended(session):
    """The last to end tells nothing of those who began after it: their numbers stay open."""
    earlier, later = session(), session()
    write(1)
    seal_to_the_end()
    earlier.begin()
    earlier.write()
    later.begin()
    number = later.write()
    earlier.write()
    earlier.commit()

    services.seal()
    services.seal()
    assert number in seals()[-1][1]
    assert number not in voids()
    later.commit()
    seal_to_the_end()

    assert counts() == (4, 0)


def test_a_long_transaction_holds_up_nobody_and_is_sealed_when_it_ends(session):
    long, short = session(), session()
    write(1)
    seal_to_the_end()
    long.begin()
    first = long.write(part=1)
    short.write()
    short.begin()
    gone = short.write()
    short.roll_back()
    short.write()

    assert services.seal() == 2
    assert seals()[-1][1] == {first, gone}
    assert selectors.settled() == first - 1
    second = long.write(part=2)
    short.write()
    assert services.seal() == 1
    assert services.seal() == 0
    assert seals()[-1][1] == {first, gone, second}
    assert counts() == (4, 0)

    long.commit()
    assert counts() == (4, 2)
    assert services.seal() == 2
    seal_to_the_end()

    assert gone in voids()
    assert counts() == (6, 0)
    assert selectors.settled() == selectors.last_entry()


def test_more_late_entries_than_a_seal_takes_new_ones_are_all_sealed(session, monkeypatch):
    monkeypatch.setattr(services, "AT_ONCE", 2)
    long = session()
    long.begin()
    for number in range(5):
        long.write(number=number)
    write(5)
    services.seal()
    long.commit()

    services.seal()

    assert counts() == (10, 0)


@pytest.fixture
def slow_between_number_and_row() -> Iterator[None]:
    """Let an entry without `act` sleep after its number is drawn and before it is written."""
    with databases.as_superuser() as cursor:
        cursor.execute("ALTER TABLE audit_entry ALTER COLUMN act SET DEFAULT 'area.slow' || pg_sleep(3)::text")
    yield
    with databases.as_superuser() as cursor:
        cursor.execute("ALTER TABLE audit_entry ALTER COLUMN act DROP DEFAULT")


@pytest.mark.usefixtures("slow_between_number_and_row")
def test_a_number_drawn_and_not_yet_written_is_never_taken_for_void(session):
    slow = session()
    write(1)
    seal_to_the_end()

    def write_slowly() -> None:
        with slow.connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO audit_entry (at, written_at, subject_type, subject_id, detail, digest)"
                " VALUES (now(), now(), 'cycles.area', '1', '{}', '')"
            )

    def drawn() -> bool:
        with databases.as_superuser() as cursor:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'")
            return bool(cursor.fetchone()[0])

    writing = threading.Thread(target=write_slowly)
    writing.start()
    eventually(drawn)
    for _ in range(3):
        write(1)
        services.seal()
    assert len(seals()[-1][1]) == 1
    assert drawn()
    writing.join()

    assert services.seal() == 1
    assert counts() == (5, 0)


def test_writers_and_sealers_at_once_leave_every_entry_sealed_once():
    done = threading.Event()

    def writer() -> int:
        with closed_at_end() as session:
            one = session()
            for number in range(60):
                one.begin()
                one.write(number=number)
                if number % 3:
                    one.commit()
                else:
                    one.roll_back()
        return 40

    def sealer() -> int:
        total = 0
        while not done.is_set():
            total += services.seal()
        return total

    def writers() -> int:
        outcomes = at_once(*[writer] * 6)
        done.set()
        return sum(outcome for outcome in outcomes if isinstance(outcome, int))

    written, *sealed = at_once(writers, sealer, sealer)
    assert written == Entry.objects.count() == 240

    rest = services.seal()
    seal_to_the_end()

    assert sum(n for n in sealed if isinstance(n, int)) + rest == 240
    assert len(seals()) > 2
    assert counts() == (240, 0)


STEP = st.sampled_from(["begin", "write", "write", "write", "commit", "roll_back", "seal", "seal"])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(STEP, st.integers(0, 2)), min_size=15, max_size=60))
def test_whatever_the_order_each_number_ends_sealed_or_void(steps):
    pending: dict[int, list[int]] = {}
    committed: set[int] = set()
    gone: set[int] = set()
    already = set(Entry.objects.values_list("pk", flat=True))
    with closed_at_end() as session:
        people = [session() for _ in range(3)]
        for step, who in [*steps, *(("commit", who) for who in range(3))]:
            if step == "seal":
                services.seal()
                assert counts()[1] == 0  # nothing that is committed waits for anybody
            elif step == "begin" and who not in pending:
                people[who].begin()
                pending[who] = []
            elif step == "write":
                number = people[who].write()
                pending[who].append(number) if who in pending else committed.add(number)
            elif who in pending and step in {"commit", "roll_back"}:
                getattr(people[who], step)()
                (committed if step == "commit" else gone).update(pending.pop(who))
        write(1)

    seal_to_the_end()

    assert set(Entry.objects.values_list("pk", flat=True)) - already >= committed
    assert counts() == (Entry.objects.count(), 0)
    assert gone <= set().union(*(void for _number, _open, void in seals()))


def test_an_entry_waits_from_when_others_could_see_it(session):
    long = session()
    write(1)
    (written_at,) = Entry.objects.values_list("written_at", flat=True)
    long.begin()
    long.write()
    assert selectors.waiting(at=written_at + timedelta(seconds=5)) == timedelta(seconds=5)
    services.seal()
    sealed_at = Seal.objects.get().at
    assert selectors.waiting(at=sealed_at) == timedelta(0)

    long.commit()

    assert selectors.waiting(at=sealed_at + timedelta(seconds=2)) == timedelta(seconds=2)
    services.seal()
    assert selectors.waiting(at=sealed_at + timedelta(days=1)) == timedelta(0)


def test_a_journal_restored_from_a_dump_goes_on_though_the_new_cluster_counts_transactions_anew(session):
    write(1)
    seal_to_the_end()
    with databases.behind_the_guards() as cursor:
        cursor.execute("DELETE FROM audit_seal WHERE number > 1")
        cursor.execute("UPDATE audit_seal SET open = '{}', void = void + open, horizon = '900000000000'")
        cursor.execute(
            "UPDATE audit_seal SET digest = audit_seal_digest(NULL, audit_seal, (SELECT digest FROM audit_entry))"
        )
    gone, other = session(), session()
    gone.begin()
    number = gone.write()
    other.begin()
    late = other.write()
    gone.roll_back()
    write(1)
    services.seal()
    assert seals()[-1][1] == {number, late}
    other.commit()

    seal_to_the_end()

    assert number in voids()
    assert counts() == (3, 0)


def test_a_sealer_that_is_rolled_back_leaves_no_seal():
    write(2)

    with transaction.atomic():
        services.seal()
        transaction.set_rollback(True)

    assert (Seal.objects.count(), found()) == (0, [])
    assert services.seal() == 2
