"""What the door for sheets does with a handler: plans, writes what is new or changed, keeps it, takes it back."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from livelihood.accounts.models import User
from livelihood.cycles.models import Area
from livelihood.kernel.sheets.handling import Change, Frame, Handler, Line, RowOutcome, Written, handlers
from livelihood.kernel.sheets.resolving import Problem
from livelihood.kernel.sheets.results import Row
from tests.factories.frame import NOW

WRITTEN = {RowOutcome.NEW, RowOutcome.CHANGED}


class Door:
    """A sheet of one kind, brought for an area by somebody."""

    def __init__(self, kind: str, area: Area, by: User) -> None:
        self.handler: Handler = handlers()[kind]
        self.area, self.by = area, by
        self.answers: dict[int, Mapping[str, str]] = {}

    @property
    def frame(self) -> Frame:
        return Frame(area=self.area, cycle=None, by=self.by, at=NOW, answers=self.answers)

    def rows(self, *values: dict[str, Any]) -> list[Row]:
        return [Row("Sheet1", number, one) for number, one in enumerate(values, start=2)]

    def plan(self, *values: dict[str, Any]) -> list[Line]:
        return self.handler.plan(self.frame, self.rows(*values))

    def outcomes(self, *values: dict[str, Any]) -> list[str]:
        return [line.outcome.value for line in self.plan(*values)]

    def said(self, *values: dict[str, Any]) -> list[tuple[str, str]]:
        """Return of each row the column and the words of what is wrong or asked first."""
        found = []
        for line in self.plan(*values):
            found += [(one.column, str(one.problem)) for one in line.problems or ()][:1]
            found += [(one.column, str(one.problem)) for one in line.questions][:1]
        return found

    @transaction.atomic
    def write(self, *values: dict[str, Any]) -> list[Written]:
        frame = self.handler.lock(self.frame)
        lines = self.handler.plan(frame, self.rows(*values))
        assert {line.outcome for line in lines} <= {*WRITTEN, RowOutcome.UNCHANGED}, self.said(*values)
        by_row = {line.row.number: line for line in lines if line.outcome in WRITTEN}
        done = self.handler.write(frame, list(by_row.values()))
        assert [one.row for one in sorted(done)] == sorted(by_row)
        return [_written(by_row[one.row], one.subject, one.kept) for one in done]

    @transaction.atomic
    def take_back(self, written: list[Written]) -> Mapping[int, Problem]:
        foreseen = self.handler.staying(self.frame, written)
        stays = self.handler.take_back(self.handler.lock(self.frame), written)
        assert stays == foreseen
        return stays


def _written(line: Line, subject: int, kept: Any) -> Written:
    is_new = line.outcome is RowOutcome.NEW
    filled = [Change(column, None, value) for column, value in line.row.values.items() if value not in (None, "", ())]
    return Written(line.row.number, line.name, subject, is_new, filled if is_new else line.changes, kept)
