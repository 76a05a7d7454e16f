"""Several people at once: threads with a database connection each, let go at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import connection, transaction

from tests.workers import eventually

T = TypeVar("T")


def at_once(*acts: Callable[[], T]) -> list[T | Exception]:
    """Run the acts in parallel and return what each gave, or the exception it ended with, in the same order."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], T]) -> T | Exception:
        try:
            try:
                connection.ensure_connection()
            except Exception:
                barrier.abort()  # the others wait for nobody who does not come
                raise
            barrier.wait(60)
            return act()
        except Exception as error:  # noqa: BLE001 -- what a thread ended with is the answer
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def overtaken(first: Callable[[], object], second: Callable[[], T]) -> T | Exception:
    """Do the first act, commit it once the second waits for what it has written, and return what the second gave."""
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            running = pool.submit(lambda: at_once(second)[0])
            eventually(lambda: running.done() or bool(how_many_wait()))
            assert not running.done(), "the second did not wait for the first"
        return running.result(60)


def how_many_wait() -> int:
    """Count the connections of this database that wait for a lock.

    From pg_locks, which the ORM does not know: a lock on a transaction names no database, the others of its holder do.
    """
    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT count(DISTINCT waiting.pid) FROM pg_locks AS waiting JOIN pg_locks AS held USING (pid)
            WHERE NOT waiting.granted
                AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database())
        """)
        return int(cursor.fetchone()[0])
