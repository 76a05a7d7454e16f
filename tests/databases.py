"""The databases of test runs: one for each process, named after it, and none left behind by those that were killed."""

import contextlib
import os
import re
from urllib.parse import urlsplit

import psycopg2
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT, connection
from psycopg2.sql import SQL, Identifier

NAMED = re.compile(r"test_.+_(?P<process>\d+)_[0-9a-f]{8}_\w+")


def name_for(database: str, run: str, worker: str) -> str:
    """Name the database of this process; run and worker are those of pytest-xdist."""
    return f"test_{database}_{os.getpid()}_{run[:8]}_{worker}"


def connect() -> connection:
    """Connect to the server of the tests, to none of their databases."""
    made = psycopg2.connect(os.environ["DATABASE_URL"], dbname="postgres")
    made.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
    return made


def drop_left_behind() -> None:
    """Drop the databases of processes that are no more; on this machine's own server alone, which knows them."""
    if urlsplit(os.environ["DATABASE_URL"]).hostname != "127.0.0.1":
        return
    with contextlib.closing(connect()) as server, server.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database")
        for (name,) in cursor.fetchall():
            named = NAMED.fullmatch(name)
            if named and not _runs(int(named["process"])):
                with contextlib.suppress(psycopg2.Error):  # another run drops it at this very moment
                    cursor.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
