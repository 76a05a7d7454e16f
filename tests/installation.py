"""A portal with servers of its own in a folder, which may be lost and brought back; see tests/drill.py."""

import contextlib
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2

from livelihood.local_ports import free_port
from livelihood.local_processes import ending_with_parent
from livelihood.local_roles import APPLICATION, OWNER
from livelihood.local_servers import POSTGRES_SETTINGS, Postgres, Valkey

ROOT = Path(__file__).resolve().parents[1]
ADDRESSES = 12
"""So many pages are opened in what was restored."""

PATIENCE = 60
"""Seconds."""

WRITE = """
INSERT INTO audit_entry (at, written_at, act, subject_type, subject_id, detail, digest)
VALUES (now(), now(), 'area.drilled', 'cycles.area', '1', '{}', '') RETURNING id
"""


class Primary(Postgres):
    """A cluster from which another is fed. The log of what was written is not kept for use again."""

    settings = POSTGRES_SETTINGS | {
        "wal_level": "replica", "max_wal_senders": 4, "wal_recycle": "off", "hot_standby": "on",
    }  # fmt: skip


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
        until(self.lives, "The web server does not start.")

    def lives(self) -> bool:
        with contextlib.suppress(OSError):
            return self.ask("/health/live")[0] == 200
        return False

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


def asked(server: Postgres, statement: str) -> list[tuple]:
    """Ask a server as its administrator does."""
    asking = psycopg2.connect(server.url)
    asking.autocommit = True
    with contextlib.closing(asking), asking.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def until(happened: Callable[[], bool], failure: str) -> None:
    """Wait for something.

    :raises SystemExit: it did not happen.
    """
    deadline = time.monotonic() + PATIENCE
    while not happened():
        if time.monotonic() > deadline:
            raise SystemExit(failure)
        time.sleep(0.05)
