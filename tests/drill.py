"""Loses the portal and gets it back: from a backup into an empty place, by a second database that stands by, and as it
was at a moment between two acts.

    python -m tests.drill [--sites 40]

Everything happens in a folder of its own, with fsync on, and nothing is left of it. What was measured comes as JSON.
"""

import argparse
import contextlib
import itertools
import json
import os
import secrets
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg2

from livelihood.local_roles import APPLICATION
from livelihood.local_servers import NAME, Postgres
from tests.installation import PATIENCE, WRITE, Installation, Primary, asked, until
from tests.recovery import brought_back

LOST = 20
"""Acts after the backup, which it cannot hold."""

WRITES_BEFORE, WRITES_AFTER = 200, 200
"""Acknowledged writes before the first database is killed and after the second has taken over."""

LOOKS, BETWEEN_LOOKS = 3, 1.0
"""So often, and so many seconds apart, the first must have been silent before the second takes over."""

CLOSE = """
from django.utils import timezone
from livelihood.accounts.models import User
from voting import services
from voting.models import Round
from voting.states import VOTING, Step
chair, scrutineer = (User.objects.get(username=f"ningbo-{role}") for role in ("chair", "scrutineer-1"))
for round_ in Round.objects.filter(state__in=VOTING):
    services.propose_step(round_=round_, step=Step.CLOSE, note="", by=chair, at=timezone.now())
    services.close_round(round_=round_, by=scrutineer, at=timezone.now())
"""
"""Ends the vote that the demo leaves open, as its presiding officer and its scrutineer do."""


class Standby(Primary):
    """A cluster that begins as a copy of another and follows it."""

    def __init__(self, folder: Path, first: Primary) -> None:
        super().__init__(folder, first.password, None)
        self.first = first

    def _make_cluster(self, programs: Path, account: dict[str, Any]) -> None:
        if self.cluster.exists():
            return
        self.home.mkdir()
        if "user" in account:
            os.chown(self.home, account["user"], account["group"])
        at = f"host=127.0.0.1 port={self.first.port} user={NAME} application_name=standby"
        subprocess.run(
            [programs / "pg_basebackup", "-D", self.cluster, "-d", at, "-R", "-X", "stream", "--checkpoint=fast"],
            env={**os.environ, "PGPASSWORD": self.password}, cwd="/", check=True, **account,
        )  # fmt: skip
        self.cluster.chmod(0o700)


@dataclass
class Writer:
    """Somebody who does one act after the other and notes which the database acknowledged, wherever it is by then."""

    servers: tuple[Postgres, ...]
    acknowledged: list[tuple[float, int]] = field(default_factory=list)
    is_done: threading.Event = field(default_factory=threading.Event)

    def write(self) -> None:
        parts = urlsplit(self.servers[0].url_of(APPLICATION))
        at = {
            "host": ",".join(["127.0.0.1"] * len(self.servers)),
            "port": ",".join(str(server.port) for server in self.servers),
            "user": APPLICATION, "password": parts.password, "dbname": NAME,
            "target_session_attrs": "read-write", "connect_timeout": 2,
        }  # fmt: skip
        while not self.is_done.is_set():
            try:
                with contextlib.closing(psycopg2.connect(**at)) as session, session.cursor() as cursor:
                    while not self.is_done.is_set():
                        cursor.execute(WRITE)
                        ((number,),) = cursor.fetchall()
                        session.commit()
                        self.acknowledged.append((time.monotonic(), number))
                        time.sleep(0.005)
            except psycopg2.Error:
                time.sleep(0.05)

    @contextlib.contextmanager
    def at_work(self) -> Iterator[None]:
        thread = threading.Thread(target=self.write)
        thread.start()
        try:
            yield
        finally:
            self.is_done.set()
            thread.join(PATIENCE)

    def wait_for(self, number: int) -> None:
        """Return when so many writes were acknowledged."""
        deadline = time.monotonic() + PATIENCE
        while len(self.acknowledged) < number:
            if time.monotonic() > deadline:
                raise SystemExit(f"{len(self.acknowledged)} of {number} writes within {PATIENCE} s.")
            time.sleep(0.01)

    def longest_gap(self) -> float:
        times = [moment for moment, _number in self.acknowledged]
        return max(later - earlier for earlier, later in itertools.pairwise(times))


def restored_from_backup(place: Path, sites: int) -> tuple[Installation, dict[str, Any]]:
    """Build years, back them up, lose everything, and restore it into an empty place."""
    key = secrets.token_urlsafe(48)
    first = Installation(place / "first", key)
    first.start()
    first.recipient = first.manage("backup", "--new-key", place / "key").partition("=")[2]
    first.manage("demo", "--no-serve", "--sites", str(sites))
    first.manage("backup", place / "backups", refused="A round is open")
    first.manage("shell", "-c", CLOSE)
    began = time.monotonic()
    backup = Path(first.manage("backup", place / "backups"))
    took = time.monotonic() - began
    writer = Writer((first.postgres,))
    with writer.at_work():
        writer.wait_for(LOST)
    first.manage("seal_journal")
    first.manage("shell", "-c", "from livelihood.audit import tasks; tasks.tell_head()")
    first.destroy()
    lost_at = time.monotonic()

    second = Installation(place / "second", key, first.recipient)
    second.start()
    said = second.manage("restore", backup, "--key", place / "key", "--heads", place / "journal-heads.txt")
    second.serve()
    opened = second.walk()
    rto = time.monotonic() - lost_at
    return second, {
        "backup_seconds": round(took, 1),
        "backup_bytes": sum(file.stat().st_size for file in backup.iterdir()),
        "rto_seconds": round(rto, 1),
        "rpo_seconds": round(lost_at - began, 1),
        "acts_after_the_backup": len(writer.acknowledged),
        "cut_off_is_said": "what was done since this backup is not in it" in said,
        "journal_is_intact": "The journal is intact" in said and "intact" in second.manage("verify_journal"),
        "figures_equal_their_recount": "Every figure equals" in second.manage("recount_figures"),
        "addresses": opened,
    }


def taken_over(portal: Installation) -> dict[str, Any]:
    """Let a second database stand by, kill the first while somebody writes, and let the second take over."""
    first = portal.postgres
    assert isinstance(first, Primary)
    folder = portal.folder.parent / "standby"
    folder.mkdir(mode=0o755)
    standby = Standby(folder, first)
    standby.start()
    # After the copy was made: the second, alone, waits for nobody.
    asked(first, "ALTER SYSTEM SET synchronous_standby_names = 'standby'")
    asked(first, "SELECT pg_reload_conf()")
    sync = "SELECT sync_state FROM pg_stat_replication"
    until(lambda: asked(first, sync) == [("sync",)], "The standby does not follow.")
    writer = Writer((first, standby))
    try:
        with writer.at_work():
            writer.wait_for(WRITES_BEFORE)
            first.kill()
            for _look in range(LOOKS):
                assert not first.running()
                time.sleep(BETWEEN_LOOKS)
            asked(standby, "SELECT pg_promote(true, 30)")
            writer.wait_for(len(writer.acknowledged) + WRITES_AFTER)
        there = {number for (number,) in asked(standby, "SELECT id FROM audit_entry WHERE act = 'area.drilled'")}
        portal.stop_web()
        portal.postgres = standby
        portal.manage("seal_journal")
        portal.serve()
        return {
            "write_gap_seconds": round(writer.longest_gap(), 1),
            "acknowledged": len(writer.acknowledged),
            "acknowledged_lost": len({number for _moment, number in writer.acknowledged} - there),
            "journal_is_intact": "intact" in portal.manage("verify_journal"),
            "addresses": portal.walk(),
        }
    finally:
        portal.destroy()


def drill(sites: int) -> dict[str, Any]:
    """Do all three, and return what was measured."""
    with tempfile.TemporaryDirectory(prefix="livelihood-drill-", ignore_cleanup_errors=True) as name:
        place = Path(name)
        place.chmod(0o755)
        portal, backup = restored_from_backup(place, sites)
        return {"backup": backup, "standby": taken_over(portal), "moment": brought_back(place, portal.key)}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.drill")
    parser.add_argument("--sites", type=int, default=40, help="of the largest year (default 40)")
    print(json.dumps(drill(parser.parse_args().sites), indent=1))
