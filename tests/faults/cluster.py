"""What can befall a cluster of a test's own; see conftest.py."""

import contextlib
import os
import signal

import psycopg2

from livelihood import local

OTHERS = "FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"


def ask(found: local.Services, query: str) -> list[tuple]:
    """Ask the cluster as its administrator does."""
    asking = psycopg2.connect(found.database_url)
    with contextlib.closing(asking), asking.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


def end_backends(found: local.Services) -> None:
    """Let an administrator end every session with the database."""
    ask(found, f"SELECT pg_terminate_backend(pid) {OTHERS}")


def kill_backend(found: local.Services) -> None:
    """Kill a process of the database that serves a session: PostgreSQL then ends all others and recovers."""
    ((pid,),) = ask(found, f"SELECT pid {OTHERS} ORDER BY state_change DESC LIMIT 1")
    os.kill(pid, signal.SIGKILL)


def kill_postmaster(found: local.Services) -> None:
    """Kill the head of the database and start it again."""
    ((pid,),) = ask(found, "SELECT (regexp_split_to_array(pg_read_file('postmaster.pid'), '\n'))[1]::int")
    os.kill(pid, signal.SIGKILL)
    assert local.services() == found
