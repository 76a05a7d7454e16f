"""A cluster of the test's own, with fsync on, which may be killed."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from livelihood import local, local_keeper
from livelihood.backups.services import PROGRAMS
from livelihood.settings.env import database
from tests import databases


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The data folder of a cluster of its own, which may be entered by the account that the cluster runs as."""
    parent = Path(tempfile.mkdtemp(prefix="livelihood-test-"))
    parent.chmod(0o755)
    folder = parent / "data"
    monkeypatch.setenv("LIVELIHOOD_DATA", str(folder))
    monkeypatch.delenv("LIVELIHOOD_FSYNC", raising=False)
    monkeypatch.setenv(local_keeper.LEASE, "")
    yield folder
    local.clean()
    parent.rmdir()


def copy_template(found: local.Services) -> None:
    """Bring the tables of the tests' template into a cluster, which is sooner done than to migrate it."""
    address = urlsplit(os.environ["DATABASE_SUPERUSER_URL"])._replace(path=f"/{databases.template()}").geturl()
    into = urlsplit(found.superuser_url)._replace(path=urlsplit(found.database_url).path).geturl()
    made_with_the_cluster = ["--exclude-schema", "livelihood_server"]
    name = urlsplit(found.database_url).path.removeprefix("/")
    temporary = f'GRANT CONNECT, TEMPORARY ON DATABASE "{name}" TO livelihood_application'  # no dump holds it
    dump: list[str | Path] = [PROGRAMS / "pg_dump", *made_with_the_cluster, "--dbname", address]
    silent = ["--quiet", "--no-psqlrc", "--output", os.devnull]
    load: list[str | Path] = [PROGRAMS / "psql", *silent, "--set", "ON_ERROR_STOP=1", into]
    with subprocess.Popen(dump, stdout=subprocess.PIPE) as dumping:
        subprocess.run(load, stdin=dumping.stdout, check=True)
    assert dumping.returncode == 0
    subprocess.run([*load, "--command", temporary], check=True)


@pytest.fixture
def own_database(
    folder: Path, monkeypatch: pytest.MonkeyPatch, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[local.Services]:
    """The portal's database in that cluster, for this process and those that it starts."""
    found = local.services()
    with django_db_blocker.unblock():
        connection.close()
        for name, value in {**database(found.database_url), "OPTIONS": {}}.items():
            monkeypatch.setitem(connection.settings_dict, name, value)
        monkeypatch.setenv("DATABASE_URL", found.database_url)
        monkeypatch.setenv("DATABASE_OWNER_URL", found.owner_url)
        copy_template(found)
        yield found
        connection.close()
