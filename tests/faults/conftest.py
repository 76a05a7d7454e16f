"""A cluster of the test's own, with fsync on, which may be killed."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from pytest_django import DjangoDbBlocker

from livelihood import local, local_keeper
from livelihood.settings.env import database
from tests.workers import environment


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


@pytest.fixture
def own_database(
    folder: Path, monkeypatch: pytest.MonkeyPatch, django_db_blocker: DjangoDbBlocker
) -> Iterator[local.Services]:
    """The portal's database in that cluster, for this process and those that it starts."""
    found = local.services()
    with django_db_blocker.unblock():
        connection.close()
        for name, value in {**database(found.database_url), "OPTIONS": {}}.items():
            monkeypatch.setitem(connection.settings_dict, name, value)
        monkeypatch.setenv("DATABASE_URL", found.database_url)
        monkeypatch.setenv("DATABASE_OWNER_URL", found.owner_url)
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
            env=environment(), cwd=settings.BASE_DIR, check=True,
        )  # fmt: skip
        yield found
        connection.close()
