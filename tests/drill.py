"""Loses the portal twice and gets it back: from a backup into an empty place, and by a second database that stands by.

    python -m tests.drill [--sites 40]

Everything happens in a folder of its own, with fsync on, and nothing is left of it. What was measured comes as JSON.
"""

import argparse
import contextlib
import itertools
import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg2

from livelihood.local_ports import free_port
from livelihood.local_processes import ending_with_parent
from livelihood.local_roles import APPLICATION, OWNER
from livelihood.local_servers import NAME, POSTGRES_SETTINGS, Postgres, Valkey

ROOT = Path(__file__).resolve().parents[1]
ADDRESSES = 12
"""So many pages are opened in what was restored."""

LOST = 20
"""Acts after the backup, which it cannot hold."""

WRITES_BEFORE, WRITES_AFTER = 200, 200
"""Acknowledged writes before the first database is killed and after the second has taken over."""

PATIENCE = 60
LOOKS, BETWEEN_LOOKS = 3, 1.0
"""So often, and so many seconds apart, the first must have been silent before the second takes over."""

WRITE = """
INSERT INTO audit_entry (at, written_at, act, subject_type, subject_id, detail, digest)
VALUES (now(), now(), 'area.drilled', 'cycles.area', '1', '{}', '') RETURNING id
"""

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


class Primary(Postgres):
    """A cluster from which another is fed. The log of what was written is not kept for use again."""

    settings = POSTGRES_SETTINGS | {
        "wal_level": "replica", "max_wal_senders": 4, "wal_recycle": "off", "hot_standby": "on",
    }  # fmt: skip


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


class Installation:
    """A portal with servers of its own in a folder; the secret key is kept elsewhere, as a good operator does."""

    def __init__(self, folder: Path, key: str, backup_recipient: str = "") -> None:
        folder.mkdir(mode=0o755)
        self.folder, self.key, self.recipient = folder, key, backup_recipient
        self.postgres: Postgres = Primary(folder, secrets.token_hex(16), None)
        self.valkey = Valkey(folder, secrets.token_hex(16), None)
        self.port = free_port(None)
        self.web: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.postgres.start()
        self.postgres.create_database()
        self.valkey.start()

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "livelihood.settings.local",
            "LIVELIHOOD_DATA": str(self.folder / "data"),
            "DATABASE_URL": self.postgres.url_of(APPLICATION),
            "DATABASE_OWNER_URL": self.postgres.url_of(OWNER),
            "REDIS_URL": self.valkey.url,
            "SECRET_KEY": self.key,
            "DATA_KEYS": f"{self.key}-of-data",
            "MEDIA_ROOT": str(self.folder / "media"),
            "BACKUP_RECIPIENT": self.recipient,
            "JOURNAL_HEADS": str(self.folder.parent),
            "SITE_URL": f"http://127.0.0.1:{self.port}",
        }

    def manage(self, *words: str | Path, refused: str = "") -> str:
        """Run a command of the portal and return what it said. refused: with what it has to fail."""
        done = subprocess.run(
            [sys.executable, "manage.py", *map(str, words)],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if bool(done.returncode) != bool(refused) or refused not in done.stderr:
            raise SystemExit(f"{words[0]}: {done.returncode} {done.stdout[-1000:]} {done.stderr[-2000:]}")
        return done.stdout.strip()

    def serve(self) -> None:
        """Serve pages, and return when the portal says that it lives."""
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--no-access-log"]
        command += ["--blocking-threads", "4", "--port", str(self.port), "livelihood.wsgi:application"]
        self.web = subprocess.Popen(
            command,
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=ending_with_parent(signal.SIGTERM),  # noqa: PLW1509 -- no other thread runs at this time
        )
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                if self.ask("/health/live")[0] == 200:
                    return
            time.sleep(0.05)
        raise SystemExit("The web server does not start.")

    def ask(self, path: str) -> tuple[int, str]:
        asking = HTTPConnection("127.0.0.1", self.port, timeout=30)
        with contextlib.closing(asking):
            asking.request("GET", path)
            answer = asking.getresponse()
            return answer.status, answer.read().decode()

    def walk(self) -> dict[str, int]:
        """Open pages from all over the map of the site, and return what each answered."""
        places = [urlsplit(found).path for found in re.findall("<loc>([^<]+)</loc>", self.ask("/sitemap.xml")[1])]
        step = max(1, len(places) // ADDRESSES)
        return {path: self.ask(path)[0] for path in places[::step][:ADDRESSES]}

    def stop_web(self) -> None:
        if self.web:
            self.web.terminate()
            self.web.wait(PATIENCE)
            self.web = None

    def destroy(self) -> None:
        """Lose machine and disk."""
        self.stop_web()
        for server in (self.postgres, self.valkey):
            server.kill()
        shutil.rmtree(self.folder)


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


def asked(server: Postgres, statement: str) -> list[tuple]:
    """Ask a server as its administrator does."""
    asking = psycopg2.connect(server.url)
    asking.autocommit = True
    with contextlib.closing(asking), asking.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


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
    deadline = time.monotonic() + PATIENCE
    while asked(first, "SELECT sync_state FROM pg_stat_replication") != [("sync",)]:
        if time.monotonic() > deadline:
            raise SystemExit("The standby does not follow.")
        time.sleep(0.05)
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
    """Do both, and return what was measured."""
    with tempfile.TemporaryDirectory(prefix="livelihood-drill-", ignore_cleanup_errors=True) as name:
        place = Path(name)
        place.chmod(0o755)
        portal, backup = restored_from_backup(place, sites)
        return {"backup": backup, "standby": taken_over(portal)}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.drill")
    parser.add_argument("--sites", type=int, default=40, help="of the largest year (default 40)")
    print(json.dumps(drill(parser.parse_args().sites), indent=1))
