"""The roles of the portal and its database in a local cluster, made by the file that production uses."""

import contextlib
import hashlib
import subprocess
from pathlib import Path

import psycopg2

OWNER, APPLICATION, READER = "livelihood_owner", "livelihood_application", "livelihood_reader"
FILE = Path(__file__).resolve().parent.parent / "deploy" / "roles.sql"
# Only here: the owner makes and drops the databases of tests.
FOR_TESTS = f"ALTER ROLE {OWNER} CREATEDB; GRANT CONNECT ON DATABASE postgres TO {OWNER}"


class RolesError(RuntimeError):
    """The roles cannot be made; the message says why."""


def password_of(role: str, superuser_password: str) -> str:
    """Derive a role's password from the superuser's, which cannot be found from it."""
    return hashlib.sha256(f"{role} {superuser_password}".encode()).hexdigest()


def make(programs: Path, *, database: str, user: str, password: str, port: int | None) -> bool:
    """Make the roles and the database unless they are there, and tell whether the portal's owner has it then.

    programs: folder with psql; user, password: of the cluster's superuser.

    :raises RolesError: psql failed.
    """
    asking = psycopg2.connect(host="127.0.0.1", port=port, user=user, password=password, dbname="postgres")
    with contextlib.closing(asking), asking.cursor() as cursor:
        # Not by the ORM: it cannot connect to a database that is not there.
        cursor.execute("SELECT datdba::regrole::text FROM pg_database WHERE datname = %s", [database])
        owners = [owner for (owner,) in cursor.fetchall()]
    if owners:
        return owners == [OWNER]
    environment = {"PGHOST": "127.0.0.1", "PGPORT": str(port), "PGDATABASE": "postgres"}
    environment |= {"PGUSER": user, "PGPASSWORD": password}
    for role in (OWNER, APPLICATION, READER):
        environment[f"DATABASE_{role.rpartition('_')[2].upper()}_PASSWORD"] = password_of(role, password)
    done = subprocess.run(  # noqa: S603 -- our own program and arguments
        [programs / "psql", "--no-psqlrc", "--quiet", "--file", FILE, "--command", FOR_TESTS],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RolesError(f"psql failed: {done.stderr[-2000:]}")
    return True
