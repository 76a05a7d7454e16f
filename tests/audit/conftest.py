"""A journal, people who write into it at the same time, and somebody who goes past the triggers."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest
from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from livelihood.audit import selectors
from livelihood.audit.services import record
from tests import databases
from tests.factories.frame import NOW, ProvinceFactory
from tests.journal import TriedAct

WRITE = """
INSERT INTO audit_entry (at, written_at, act, subject_type, subject_id, detail, digest)
VALUES (now(), now(), 'area.tried', 'cycles.area', '1', %s, '') RETURNING id
"""

MOST = 6
"""More sessions than a test needs, fewer than the server gives: they are open to the end."""


def write(count: int) -> None:
    area = ProvinceFactory()
    for number in range(count):
        record(TriedAct.AREA_TRIED, area, by=None, at=NOW, number=number)


class Session:
    """A session of its own with the database, with one transaction open or none."""

    def __init__(self) -> None:
        self.connection: BaseDatabaseWrapper = connection.copy()
        self.connection.inc_thread_sharing()

    def begin(self) -> None:
        self.connection.set_autocommit(False)

    def write(self, **detail: object) -> int:
        """Write an entry, and return its number."""
        with self.connection.cursor() as cursor:
            cursor.execute(WRITE, [json.dumps(detail)])
            return int(cursor.fetchone()[0])

    def commit(self) -> None:
        self.connection.commit()
        self.connection.set_autocommit(True)

    def roll_back(self) -> None:
        self.connection.rollback()
        self.connection.set_autocommit(True)


@contextmanager
def closed_at_end() -> Iterator[Callable[[], Session]]:
    """Open sessions that end with the block, however it ends; an example of Hypothesis takes a block of its own."""
    with ExitStack() as stack:
        free = iter(range(MOST))

        def open_one() -> Session:
            assert next(free, None) is not None, f"more than {MOST} sessions: is one opened at each attempt?"
            one = Session()
            stack.callback(one.connection.close)
            return one

        yield open_one


@pytest.fixture
def session() -> Iterator[Callable[[], Session]]:
    with closed_at_end() as open_one:
        yield open_one


@contextmanager
def tampered(*statements: str) -> Iterator[None]:
    """Run statements past the triggers, as a superuser of the database can, and undo them at the end."""
    with transaction.atomic():
        with databases.behind_the_guards() as cursor:
            for statement in statements:
                cursor.execute(statement)
        yield
        transaction.set_rollback(True)


def found(known: tuple[int, str] | None = None) -> list[tuple[str, int | None, str]]:
    """Return what a check finds, as fault, seal and entries."""
    check = selectors.check_journal(at=NOW, known=[known] if known else ())
    return [(finding.fault.name, finding.seal, finding.entries) for finding in check.findings]
