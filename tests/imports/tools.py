"""What the tests of imports share."""

import io
from typing import Any, NamedTuple

from livelihood.imports import selectors, services
from livelihood.imports.exporters import words
from livelihood.imports.models import Import
from livelihood.imports.states import STANDS, ImportSection
from projects.exporters import HEADINGS
from tests.projects.conftest import AT

NAMES = ("project", "indicator", "key", "name", "area", "due_on", "quantity_planned")


def csv_of(scene, *rows, names=NAMES):
    """Return a CSV file; a row is a dict of what differs from a good row."""
    good = {
        "project": 1, "indicator": scene.indicator.name, "key": "B", "name": "二号点位", "area": scene.site.area.code,
        "due_on": "2025-09-30", "quantity_planned": 0,
    }  # fmt: skip
    names = [*names, *sorted({name for row in rows for name in row} - set(names))]
    lines = [",".join(str(HEADINGS[name]) for name in names)]
    lines += [",".join(str({**good, **row}.get(name, "")) for name in names) for row in rows]
    return io.BytesIO("\n".join(lines).encode())


def receive(scene, file, **values):
    given = {
        "kind": "sites", "area": scene.cycle.area, "cycle": scene.cycle, "file": file, "file_name": "点位.csv",
        "by": scene.office, "at": AT,
    }  # fmt: skip
    return services.receive_import(**{**given, **values})


def preview(scene, *rows, **values):
    return read(scene, receive(scene, csv_of(scene, *rows, **values)))


def read(scene, batch, by=None):
    return services.preview_import(batch=batch, by=by or scene.office, at=AT)


def write(scene, batch, by=None):
    return services.write_import(batch=batch, by=by or scene.office, at=AT)


def take_back(scene, batch, by=None):
    """Take an import back, as was foreseen."""
    by = by or scene.office
    now = Import.objects.get(pk=batch.pk)
    foreseen = selectors.way_back(now, by, AT) if now.state in STANDS else None
    batch = services.take_back_import(batch=batch, reason="错了", by=by, at=AT)
    assert foreseen == (foreseen.rows, foreseen.rows - batch.counts["stayed"], foreseen.whys)
    return batch


def answer(scene, batch, answers, by=None):
    batch = services.answer_import(batch=batch, answers=answers, by=by or scene.office, at=AT)
    return read(scene, batch, by)


def counts(batch: Import, *names: str) -> tuple[int, ...]:
    return tuple(batch.counts.get(name, 0) for name in names or ("new", "changed", "unchanged", "wrong"))


class Wrong(NamedTuple):
    """What is wrong in a row, in words."""

    row: int
    column: str
    value: str
    problem: str
    remedy: str


def wrong(batch: Import, section: str = ImportSection.WRONG) -> list[Wrong]:
    return [
        Wrong(line.row, column, value, words(problem), words(remedy))
        for line in selectors.all_lines(batch, [section])
        for column, _heading, value, problem, remedy in line.problems
    ]


def asked(batch: Import) -> dict[int, list[str]]:
    """Return which questions are asked about which rows."""
    lines = selectors.all_lines(batch, [ImportSection.DOUBT])
    return {line.row: [code for code, _column, _problem, _answers in line.questions] for line in lines}


def changes(batch: Import) -> dict[int, dict[str, tuple[Any, Any]]]:
    lines = selectors.all_lines(batch, [ImportSection.CHANGED, ImportSection.DOUBT])
    return {line.row: {column: (old, new) for column, old, new in line.changes} for line in lines}


def people_file(rows: int, first: int = 0) -> io.BytesIO:
    """Return a CSV file of people with one role each."""
    lines = [f"p{number:05},人员{number},人大代表" for number in range(first, first + rows)]
    return io.BytesIO("\n".join(["用户名,姓名,角色", *lines]).encode())
