"""`manage.py backup` and `restore`: what comes back is what was there, and what is not whole comes nowhere."""

import contextlib
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.utils import timezone

from livelihood.audit.services import seal, tell_head
from livelihood.backups import archive, services
from livelihood.backups.services import OWNER
from tests import databases
from tests.factories.frame import NOW
from tests.factories.proposals import SuggestionFactory
from tests.factories.voting import Plenary, plenary
from tests.house.test_rights import GIVEN
from voting import services as voting

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", OWNER])

WRITTEN_BY_MIGRATE = {"auth_permission", "django_content_type"}
"""By Django, for itself; in the databases of tests it is kept from it."""


@pytest.fixture
def keys(tmp_path: Path, settings: Any) -> Path:
    """The folder with the key; the installation knows the half that encrypts, and has a file that was sent."""
    folder = tmp_path / "keys"
    folder.mkdir()
    settings.BACKUP_RECIPIENT = archive.new_key(folder / "key")
    settings.MEDIA_ROOT = tmp_path / "media"
    (tmp_path / "media" / "reports").mkdir(parents=True)
    (tmp_path / "media" / "reports" / "2025.pdf").write_bytes(b"%PDF of 2025")
    return folder


@pytest.fixture
def elsewhere(transactional_db: None, settings: Any, tmp_path: Path) -> Iterator[Callable]:
    """An empty database made by the owner, and an empty folder of files; entered by calling it."""
    usual = connection.settings_dict["NAME"]
    name = f"{usual}_restored"

    @contextlib.contextmanager
    def enter() -> Iterator[None]:
        settings.MEDIA_ROOT = tmp_path / "empty"
        for alias in connections:
            connections[alias].close()
            connections[alias].settings_dict["NAME"] = name
        try:
            yield
        finally:
            for alias in connections:
                connections[alias].close()
                connections[alias].settings_dict["NAME"] = usual

    with contextlib.closing(databases.log_in("owner")) as owner, owner.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    yield enter
    with contextlib.closing(databases.connect()) as server, server.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def contents() -> dict[str, list[tuple]]:
    """Return rows and rights of the present database, as its superuser sees them."""
    with contextlib.closing(databases.connect(connection.settings_dict["NAME"])) as made, made.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'")
        tables = {name for (name,) in cursor.fetchall()} - WRITTEN_BY_MIGRATE
        found = {}
        for table in tables:
            cursor.execute(f"SELECT one::text FROM {table} AS one ORDER BY 1")  # noqa: S608 -- a name of the database
            found[table] = cursor.fetchall()
        cursor.execute(GIVEN)
        found["rights"] = sorted(cursor.fetchall())
    return found


def session() -> Plenary:
    """Return a round in which somebody has voted, with a suggestion beside it, all sealed."""
    made = plenary(deputies=3)
    made.cast(made.deputies[0], "yyn")
    SuggestionFactory(title="老楼没有电梯")
    seal()
    return made


def run(*words: str | Path) -> list[str]:
    out = StringIO()
    call_command(*map(str, words), stdout=out, stderr=out)
    return out.getvalue().splitlines()


def backed_up(folder: Path) -> Path:
    (line,) = run("backup", folder)
    return Path(line)


def test_what_was_backed_up_is_restored_with_its_rights_its_files_and_a_journal_that_is_intact(
    keys: Path, elsewhere: Callable, tmp_path: Path
):
    session().finish()
    backup = backed_up(tmp_path / "backups")
    before = contents()

    with elsewhere():
        first = run("restore", backup, "--key", keys / "key")
        with pytest.raises(CommandError, match="has been in use"):
            run("restore", backup, "--key", keys / "key")
        again = run("restore", backup, "--key", keys / "key", "--replace")  # over what is there
        after = contents()

    assert after == before
    assert first == again
    assert first[-1] == f"The journal is intact: {len(before['audit_entry'])} entries sealed."
    assert (tmp_path / "empty" / "reports" / "2025.pdf").read_bytes() == b"%PDF of 2025"


def test_a_backup_is_one_folder_that_nobody_reads_without_the_key(keys: Path, tmp_path: Path):
    session().finish()

    backup = backed_up(tmp_path / "backups")

    assert [one.name for one in (tmp_path / "backups").iterdir()] == [backup.name]
    assert {file.name for file in backup.iterdir()} == {"database.age", "files.age", "manifest.json"}
    assert backup.stat().st_mode & 0o777 == 0o700
    assert {file.stat().st_mode & 0o777 for file in backup.iterdir()} == {0o600}
    assert all(b"PDF" not in file.read_bytes() and b"CREATE" not in file.read_bytes() for file in backup.iterdir())
    assert (keys / "key").stat().st_mode & 0o777 == 0o600


def test_without_the_owner_of_the_tables_there_is_no_backup(
    keys: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delitem(connections.settings, "owner")

    with pytest.raises(CommandError, match="DATABASE_OWNER_URL"):
        run("backup", tmp_path)

    assert not list(tmp_path.glob("20*"))


def test_the_urn_of_an_open_round_is_in_no_backup(keys: Path, tmp_path: Path):
    made = session()

    for state in ("open", "paused"):
        if state == "paused":
            voting.pause_round(round_=made.round, by=made.chair, at=NOW)
        with pytest.raises(CommandError, match="A round is open"):
            run("backup", tmp_path / "backups")

    assert not (tmp_path / "backups").exists()


def test_no_backup_is_made_in_plain(keys: Path, tmp_path: Path, settings: Any):
    settings.BACKUP_RECIPIENT = ""

    with pytest.raises(CommandError, match="BACKUP_RECIPIENT is not set"):
        run("backup", tmp_path / "backups")

    assert not (tmp_path / "backups").exists()


def test_a_backup_that_does_not_come_to_its_end_leaves_nothing(
    keys: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(services, "PROGRAMS", tmp_path)
    (tmp_path / "pg_dump").write_text("#!/bin/sh\necho no space >&2; exit 1\n")
    (tmp_path / "pg_dump").chmod(0o755)

    with pytest.raises(CommandError, match="pg_dump failed: no space"):
        run("backup", tmp_path / "backups")

    assert list((tmp_path / "backups").iterdir()) == []


def test_a_backup_that_is_not_whole_or_not_ours_comes_nowhere(keys: Path, elsewhere: Callable, tmp_path: Path):
    backup = backed_up(tmp_path / "backups")
    archive.new_key(keys / "another")
    (keys / "none").write_text("a note\n")
    whole = {file: file.read_bytes() for file in backup.iterdir()}

    with elsewhere():
        empty = contents()
        for name in ("another", "none"):
            with pytest.raises(CommandError, match="does not hold the key of this backup"):
                run("restore", backup, "--key", keys / name)
        for file, content in whole.items():
            changed = content[:100] + bytes([content[100] ^ 1]) + content[101:]
            for damaged in (None, b"{", *([content[:-1], changed] if file.suffix == ".age" else [])):
                file.unlink() if damaged is None else file.write_bytes(damaged)
                with pytest.raises(CommandError, match=r"is missing or|cannot be read|does not hold"):
                    run("restore", backup, "--key", keys / "key")
            file.write_bytes(content)
        assert contents() == empty
        assert not (tmp_path / "empty").exists()

    (line,) = run("restore", backup, "--check")
    assert line.startswith("Whole, of ")


@pytest.mark.tries("BACKUP_RECIPIENT", "JOURNAL_HEADS")
def test_the_journal_is_compared_with_what_is_known_elsewhere(
    keys: Path, elsewhere: Callable, tmp_path: Path, settings: Any
):
    settings.JOURNAL_HEADS = [str(keys)]
    heads = keys / "journal-heads.txt"
    session().finish()
    tell_head(at=NOW)
    backup = backed_up(tmp_path / "backups")
    SuggestionFactory()
    session()
    tell_head(at=timezone.now())

    with elsewhere():
        said = run("restore", backup, "--key", keys / "key", "--heads", heads)
        heads.write_text(f"1:{'0' * 64}")
        with pytest.raises(CommandError, match="damaged, or is not the one that is known elsewhere"):
            run("restore", backup, "--key", keys / "key", "--heads", heads, "--replace")

    assert "what was done since this backup is not in it" in said[1]
    assert "The journal is intact" in said[2]
