"""Brings a database back to a moment between two acts: from a copy and the archived log (docs/operations.md)."""

import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

from livelihood.local_servers import NAME, Postgres
from tests.installation import WRITE, Installation, Primary, asked, until


class Archiving(Primary):
    """A cluster whose log is kept in a folder, file by file, as soon as it is written."""

    def __init__(self, folder: Path, password: str, archive: Path) -> None:
        super().__init__(folder, password, None)
        self.archive = archive
        self.settings = Primary.settings | {
            "archive_mode": "on",
            "archive_command": f"test ! -f {archive}/%f && cp %p {archive}/%f",
        }

    def _make_cluster(self, programs: Path, account: dict[str, Any]) -> None:
        super()._make_cluster(programs, account)
        self.archive.mkdir(exist_ok=True)
        if "user" in account:
            os.chown(self.archive, account["user"], account["group"])


class Recovered(Primary):
    """A cluster that begins as a copy of another, without its log, and reads what is archived up to a moment."""

    def __init__(self, folder: Path, first: Archiving) -> None:
        super().__init__(folder, first.password, None)
        self.first = first

    def copy(self) -> None:
        """Copy the first as it stands; what it writes from now on comes out of the archive."""
        account = self._account()
        self.home.mkdir()
        if "user" in account:
            os.chown(self.home, account["user"], account["group"])
        at = f"host=127.0.0.1 port={self.first.port} user={NAME}"
        program = self._programs(account) / "pg_basebackup"
        subprocess.run(
            [program, "-D", self.cluster, "-d", at, "-X", "none", "--checkpoint=fast"],
            env={**os.environ, "PGPASSWORD": self.password}, cwd="/", check=True, **account,
        )  # fmt: skip
        self.cluster.chmod(0o700)

    def start_at(self, moment: str) -> None:
        """Start as it was at a moment, and take writes from there on."""
        (self.cluster / "recovery.signal").touch()
        self.settings = Primary.settings | {
            "restore_command": f"cp {self.first.archive}/%f %p",
            "recovery_target_time": moment,
            "recovery_target_action": "promote",
        }
        self.start()
        is_back = "SELECT pg_is_in_recovery()"
        until(lambda: asked(self, is_back) == [(False,)], "The database does not come back.")


def act(database: Postgres) -> int:
    """Do an act that the database acknowledges."""
    return int(asked(database, WRITE)[0][0])


def brought_back(place: Path, key: str) -> dict[str, Any]:
    """Do an act, wait a moment, do another, lose the database, and bring it back to the moment."""
    portal = Installation(place / "moment", key)
    first = Archiving(portal.folder, "archived", portal.folder / "archive")
    portal.postgres = first
    portal.start()
    portal.manage("migrate", "--verbosity", "0")
    folder = place / "recovered"
    folder.mkdir(mode=0o755)
    recovered = Recovered(folder, first)
    recovered.copy()

    kept = act(first)
    ((moment,),) = asked(first, "SELECT clock_timestamp()::text")
    undone = act(first)
    ((written,),) = asked(first, "SELECT pg_walfile_name(pg_switch_wal())")
    until((first.archive / written).exists, "The log is not archived.")
    first.kill()
    shutil.rmtree(first.home)
    lost_at = time.monotonic()
    recovered.start_at(moment)
    took = time.monotonic() - lost_at
    portal.postgres = recovered
    try:
        there = {number for (number,) in asked(recovered, "SELECT id FROM audit_entry WHERE act = 'area.drilled'")}
        again = act(recovered)
        portal.manage("seal_journal")
        return {
            "seconds": round(took, 1),
            "act_before_is_there": kept in there,
            "act_after_is_there": undone in there,
            "takes_writes": again not in there,
            "journal_is_intact": "intact" in portal.manage("verify_journal"),
        }
    finally:
        portal.destroy()
        shutil.rmtree(folder)
