"""The journal is written and sealed while sealers, sessions and the database are killed: none lost, none twice."""

import itertools
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Self

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from livelihood import local
from livelihood.audit import selectors, services
from livelihood.audit.models import Entry, Seal
from livelihood.cycles.models import Area, Organisation
from livelihood.cycles.states import OrganisationKind
from tests.factories.frame import ProvinceFactory
from tests.faults.cluster import ask, end_backends, kill_backend, kill_postmaster
from tests.journal import TriedAct
from tests.workers import environment, eventually

BACKLOG = 25_000
"""Entries added before a kill: so many that a sealer has begun and not ended when it is met."""

WRITERS = 4
FILL = """
INSERT INTO audit_entry (at, written_at, act, subject_type, subject_id, detail, digest)
SELECT now(), now(), 'area.filled', 'cycles.area', number::text, '{{}}', '' FROM generate_series(1, {}) AS number
"""


class Sealers:
    """Two sealers as two containers run them, killed at the end; who ends is started again, as Docker does."""

    def __enter__(self) -> Self:
        self.processes = [self._start(), self._start()]
        return self

    def __exit__(self, *_error: object) -> None:
        self.kill()

    def kill(self, _found: local.Services | None = None) -> None:
        """Kill both at once."""
        for process in self.processes:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def have_sealed_more(self, than: int) -> bool:
        """Start again whoever has ended, which may be a while after the kill, and say whether there are more seals."""
        self.processes = [self._start() if process.poll() is not None else process for process in self.processes]
        return seals() > than

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "manage.py", "seal_journal", "--every", "0.05"]
        silent = subprocess.DEVNULL
        return subprocess.Popen(
            command, env=environment(), cwd=settings.BASE_DIR, stdout=silent, stderr=silent, start_new_session=True
        )


def write_until(done: threading.Event, area: Area, writer: int) -> set[str]:
    """Do acts one after the other, each with its entry, and return those that the database acknowledged.

    An act is an organisation with a name of its own; whoever gets no answer goes on with the next.
    """
    acknowledged = set()
    for number in itertools.count():
        name = f"{writer}-{number}"
        if done.wait(0.002):
            break
        try:
            with transaction.atomic():
                Organisation.objects.create(area=area, kind=OrganisationKind.DEPARTMENT, name_zh=name, name_en=name)
                services.record(TriedAct.AREA_TRIED, area, by=None, at=timezone.now(), name=name)
            acknowledged.add(name)
        except DatabaseError:
            connection.close()
    connection.close()
    return acknowledged


def seals() -> int:
    try:
        return Seal.objects.count()
    except DatabaseError:
        connection.close()
        return 0


def unsealed() -> int:
    """Count what was written behind the last seal; checking the whole journal would take longer after each kill."""
    last = Seal.objects.order_by("number").last()
    return Entry.objects.filter(pk__gt=last.through if last else 0).count()


@pytest.mark.parametrize(
    "rounds", [pytest.param(1, id="4 kills"), pytest.param(10, id="40 kills", marks=pytest.mark.slow)]
)
def test_no_acknowledged_entry_is_lost_and_none_is_sealed_twice(own_database: local.Services, rounds: int):
    assert ask(own_database, "SHOW fsync") == [("on",)]
    area, done, caught = ProvinceFactory(), threading.Event(), []
    with Sealers() as sealers, ThreadPoolExecutor(WRITERS) as pool:
        kills: list[Callable[[local.Services], None]] = [sealers.kill, end_backends, kill_backend, kill_postmaster]
        writing = [pool.submit(write_until, done, area, writer) for writer in range(WRITERS)]
        try:
            for kill in kills * rounds:
                with connection.cursor() as cursor:
                    cursor.execute(FILL.format(BACKLOG))
                before = seals()
                eventually(partial(sealers.have_sealed_more, than=before), 60)
                kill(own_database)
                connection.close()
                eventually(lambda: seals() > 0)
                caught.append(unsealed())
        finally:
            done.set()
        acknowledged = set().union(*(future.result() for future in writing))
        eventually(lambda: sealers.have_sealed_more(than=0) and unsealed() == 0, 60)
    services.seal()

    check = selectors.check_journal(at=timezone.now())
    acts = set(Organisation.objects.values_list("name_zh", flat=True))
    assert max(caught) > BACKLOG / 25  # the kills met sealers at work
    assert acknowledged
    assert acts >= acknowledged
    assert set(Entry.objects.filter(act="area.tried").values_list("detail__name", flat=True)) == acts
    assert Entry.objects.count() == len(kills) * rounds * BACKLOG + len(acts)
    assert (check.findings, check.sealed, check.unsealed) == ((), Entry.objects.count(), 0)
