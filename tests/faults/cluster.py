"""What can befall a cluster of a test's own; see conftest.py."""

import contextlib
import os
import signal
from collections.abc import Callable, Iterator

import psycopg2

from livelihood import local

OTHERS = "FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"


def ask(found: local.Services, query: str, *values: object) -> list[tuple]:
    """Ask the cluster as its administrator does."""
    asking = psycopg2.connect(found.superuser_url)
    with contextlib.closing(asking), asking.cursor() as cursor:
        cursor.execute(query, values or None)
        return cursor.fetchall()


def answers(found: local.Services) -> bool:
    """Say whether the cluster lets anybody in: not while it recovers."""
    with contextlib.suppress(psycopg2.OperationalError):
        return ask(found, "SELECT 1") == [(1,)]
    return False


@contextlib.contextmanager
def held(found: local.Services, statement: str) -> Iterator[Callable[[int], bool]]:
    """Hold what a statement locks, so that others come as far as it and no further; yield what says if so many wait.

    Whoever holds it may be killed as well; it is then let go of.
    """
    holding = psycopg2.connect(found.superuser_url)
    waiting = "SELECT pid FROM pg_stat_activity WHERE %s = ANY(pg_blocking_pids(pid))"
    with contextlib.closing(holding), holding.cursor() as cursor:
        cursor.execute(statement)
        yield lambda number: len(ask(found, waiting, holding.info.backend_pid)) == number


def end_backends(found: local.Services) -> None:
    """Let an administrator end every session with the database."""
    ask(found, f"SELECT pg_terminate_backend(pid) {OTHERS}")


def kill_backend(found: local.Services) -> None:
    """Kill a process of the database that serves a session, and return when PostgreSQL has begun to end all others.

    Until its head has noticed the death, new sessions are let in and then lost.
    """
    ((pid,),) = ask(found, f"SELECT pid {OTHERS} ORDER BY state_change DESC LIMIT 1")
    watching = psycopg2.connect(found.database_url)
    with contextlib.closing(watching), watching.cursor() as cursor:
        os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(psycopg2.OperationalError):
            cursor.execute("SELECT pg_sleep(30)")
            raise TimeoutError("The death of a session went unnoticed for 30 s.")


def kill_postmaster(found: local.Services) -> None:
    """Kill the head of the database and start it again."""
    ((pid,),) = ask(found, "SELECT (regexp_split_to_array(pg_read_file('postmaster.pid'), '\n'))[1]::int")
    os.kill(pid, signal.SIGKILL)
    assert local.services() == found
