"""Deputies cast while the disk of the database is full: what was acknowledged is kept, the rest is told so."""

import contextlib
import os
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg2
import pytest
from django.db import connection

from livelihood import local, local_keeper
from livelihood.audit.models import Entry
from tests import journal
from tests.factories.voting import plenary
from tests.faults.cluster import ask
from tests.faults.test_vote_kills import AT_ONCE, CANDIDATES, Hall
from tests.web_servers import WebServer
from tests.workers import eventually
from voting.models import Ballot, RollEntry

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.geteuid() != 0, reason="a disk of its own is mounted by root alone"),
]

SIZE = "700m"
PIECE = b"\0" * (1 << 20)


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The data folder of a cluster of its own, on a small disk in memory."""
    parent = Path(tempfile.mkdtemp(prefix="livelihood-test-"))
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=755", "tmpfs", parent], check=False)
    if mounted.returncode:
        parent.rmdir()
        pytest.skip("nothing can be mounted here")
    monkeypatch.setenv("LIVELIHOOD_DATA", str(parent / "data"))
    monkeypatch.delenv("LIVELIHOOD_FSYNC", raising=False)
    monkeypatch.setenv(local_keeper.LEASE, "")
    yield parent / "data"
    local.clean()
    subprocess.run(["umount", parent], check=True)
    parent.rmdir()


def fill(place: Path) -> Path:
    """Take all that is free on a disk."""
    file = place / "filler"
    with contextlib.suppress(OSError), file.open("wb", buffering=0) as filler:
        while filler.write(PIECE) == len(PIECE):
            pass
    return file


def use_up(found: local.Services) -> None:
    """Let the database write until it finds no room, as anybody's next write would."""
    with contextlib.suppress(psycopg2.Error):
        for _segment in range(100):
            ask(found, "SELECT pg_logical_emit_message(false, 'full', repeat('x', 100000)), pg_switch_wal()")


def test_no_acknowledged_ballot_is_lost_on_a_full_disk(own_database: local.Services, folder: Path, tmp_path: Path):
    server = WebServer(tmp_path / "web.log")
    with contextlib.ExitStack() as stack:
        stack.callback(server.kill)
        session = plenary(candidates=CANDIDATES, deputies=3 * AT_ONCE, method={"most_approvals": None})
        hall = Hall(session, [server])
        connection.close()
        eventually(server.answers, 60)
        codes = [hall.cast(place) for place in range(AT_ONCE)]
        filler = fill(folder.parent)
        use_up(own_database)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            group = [pool.submit(hall.cast, place) for place in range(AT_ONCE, 3 * AT_ONCE)]
            eventually(lambda: sum(hall.unanswered.values()) > AT_ONCE, 60)
            filler.unlink()
            codes += [cast.result(120) for cast in group]
            again = list(pool.map(hall.cast, range(len(codes))))

    assert again == codes
    assert RollEntry.objects.filter(has_voted=True).count() == len(codes)
    casts = Entry.objects.filter(act="ballot.cast").values_list("subject_id", flat=True)
    assert sorted(casts) == sorted(str(pk) for pk in RollEntry.objects.values_list("pk", flat=True))

    session.finish()

    ballots = sorted(zip(codes, hall.letters, strict=True))
    assert sorted(Ballot.objects.values_list("receipt", "marks")) == ballots
    assert journal.is_whole()
