"""The databases of test runs: one for each process, named after it, and none left behind by those that were killed."""

import contextlib
import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch
from urllib.parse import urlsplit

import psycopg2
from django.apps import apps
from django.conf import settings
from django.db import connection as default
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.migrations.state import ProjectState
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT, connection
from psycopg2.sql import SQL, Identifier

from livelihood import local_roles

APPLICATION = "livelihood_application"
TEMPLATE = "template_livelihood_"
SERVER_PART = local_roles.FILE.read_text().partition("\\connect livelihood\n")[2]
"""Of deploy/roles.sql, what stands in each database of the portal."""
NAMED = re.compile(r"test_.+_(?P<process>\d+)_[0-9a-f]{8}_\w+")


def name_for(database: str, run: str, worker: str) -> str:
    """Name the database of this process; run and worker are those of pytest-xdist."""
    return f"test_{database}_{os.getpid()}_{run[:8]}_{worker}"


@contextlib.contextmanager
def as_superuser() -> Iterator[CursorWrapper]:
    """Give a cursor on the test's own connection that may do anything, to set a stage as no service and no page can."""
    with default.cursor() as cursor:
        cursor.execute("SELECT current_user")
        (before,) = cursor.fetchone()  # the bench sets all of its stage as the superuser
        cursor.execute("SET ROLE NONE")
        try:
            yield cursor
        finally:
            cursor.execute(f"SET ROLE {before}")


@contextlib.contextmanager
def behind_the_guards() -> Iterator[CursorWrapper]:
    """Give a cursor that no trigger sees and no right stops: somebody who owns the machine."""
    with as_superuser() as cursor:
        cursor.execute("SET session_replication_role = replica")
        try:
            yield cursor
        finally:
            cursor.execute("SET session_replication_role = origin")


def connect(database: str = "postgres") -> connection:
    """Connect to the server of the tests as its superuser."""
    made = psycopg2.connect(os.environ["DATABASE_SUPERUSER_URL"], dbname=database)
    made.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
    return made


def address_of(role: str) -> str:
    """Return the address with which `application`, `owner` or `reader` logs in."""
    return os.environ["DATABASE_URL" if role == "application" else f"DATABASE_{role.upper()}_URL"]


def log_in(role: str, **otherwise: str) -> connection:
    """Log in to the test's database as a role, as a process of its does."""
    made = psycopg2.connect(address_of(role), dbname=default.settings_dict["NAME"], **otherwise)
    made.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
    return made


def template() -> str:
    """Name the database that those of this code are copied from: migrated once, and empty."""
    base = settings.BASE_DIR
    rooms = [Path(app.path) for app in apps.get_app_configs() if Path(app.path).is_relative_to(base)]
    says = [(room, pattern) for room in rooms for pattern in ("migrations/*.py", "guards/*.sql", "*.sql")]
    says += [
        (base / "livelihood/kernel", "*.py"),
        (base / "livelihood/kernel", "*.sql"),
        (base / "requirements", "*.lock"),
    ]
    files = [file for folder, pattern in says for file in sorted(folder.glob(pattern))]
    files.append(local_roles.FILE)
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in files))
    return f"{TEMPLATE}{digest.hexdigest()[:12]}"


def _alone(state: ProjectState, app_label: str, model_name: str, delay: bool = False) -> set[tuple[str, str]]:
    """Let a migration that makes or changes a model draw that one anew, and not all that hang together with it.

    Those are nearly all, which takes three quarters of the time. They are drawn before anything reads rows by them.
    """
    state.is_delayed = True
    return {(app_label, model_name)}


def make_template(owner: BaseDatabaseWrapper, name: str) -> None:
    """Let the owner make and migrate the template unless it is there; one process does it, the others wait."""
    with contextlib.closing(connect()) as server, server.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtext(%s))", [TEMPLATE])
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if cursor.fetchone():
            return
        owner.settings_dict["TEST"] |= {"NAME": f"{name}_begun", "TEMPLATE": None}
        with patch.object(ProjectState, "_find_reload_model", _alone):
            owner.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        owner.close()
        with contextlib.closing(connect(f"{name}_begun")) as begun, begun.cursor() as inside:
            inside.execute(SERVER_PART)
        cursor.execute(SQL("ALTER DATABASE {} RENAME TO {}").format(Identifier(f"{name}_begun"), Identifier(name)))


def drop_left_behind() -> None:
    """Drop databases of processes that are no more and templates of other code; on this machine's own server alone."""
    if urlsplit(os.environ["DATABASE_URL"]).hostname != "127.0.0.1":
        return
    kept = template()
    with contextlib.closing(connect()) as server, server.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database")
        for (name,) in cursor.fetchall():
            named = NAMED.fullmatch(name)
            is_old = name.startswith(TEMPLATE) and not name.startswith(kept)
            if is_old or (named and not _runs(int(named["process"]))):
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
