"""Read a sheet as an import would, write nothing, and say as JSON what was read."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, ProgrammingError
from django.db.models import Q
from django.utils import translation

from livelihood.cycles.models import Cycle
from livelihood.kernel.errors import DomainError
from livelihood.kernel.sheets.declaration import kinds, written
from livelihood.kernel.sheets.points import Datum
from livelihood.kernel.sheets.reading import read_sheet
from livelihood.kernel.sheets.results import Reading, RowError


class Command(BaseCommand):
    help = "Read a sheet of a kind and print as JSON what it holds; nothing is written."
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=sorted(kinds()))
        parser.add_argument("file", type=Path)
        parser.add_argument("--year", metavar="AREA/YEAR", help="also ask what is known of this year, as in addresses")
        parser.add_argument("--sheet", help="the sheet by name; otherwise the one whose head fits best")
        parser.add_argument("--datum", choices=[*Datum], help="what the coordinates lie on")
        parser.add_argument("--language", choices=dict(settings.LANGUAGES), default=settings.LANGUAGE_CODE)

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(options["language"]):
            try:
                reading = self.read(options)
            except DomainError as error:
                self.stdout.write(json.dumps({"kind": options["kind"], "error": str(error)}, ensure_ascii=False))
                raise CommandError(str(error)) from error
            for part in printed(as_json(reading)):
                self.stdout.write(part, ending="")
            for sentence in reading.said:
                self.stderr.write(str(sentence))

    def read(self, options: dict[str, Any]) -> Reading:
        """Return what the file holds, as far as it can be told.

        :raises DomainError: it cannot be read.
        """
        kind = kinds()[options["kind"]]
        cycle = cycle_of(options["year"]) if options["year"] else None
        try:
            file = io.BytesIO(options["file"].read_bytes())
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}") from error
        datum = Datum(options["datum"]) if options["datum"] else None
        year = cycle.year if cycle else None
        reading = read_sheet(file, kind, sheet=options["sheet"], datum=datum, year=year)
        if kind.resolve is None:
            return reading
        try:
            return kind.resolve(reading, cycle)
        except (OperationalError, ProgrammingError):  # no database, or none with tables yet
            self.stderr.write(
                translation.gettext("Stored areas could not be read; their names stay as they are written.")
            )
            return reading


def cycle_of(written_year: str) -> Cycle:
    """Return a year by its area (as in addresses, by code or by name) and its number.

    :raises CommandError: there is none.
    """
    area, _stroke, year = written_year.rpartition("/")
    named = Q(area__slug=area) | Q(area__code=area) | Q(area__name_zh=area)
    found = Cycle.objects.select_related("area").filter(named, year=int(year) if year.isdecimal() else 0).first()
    if found is None:
        raise CommandError(translation.gettext("There is no year {year}.").format(year=written_year))
    return found


def printed(answer: dict[str, Any]) -> Iterator[str]:
    """Yield an answer as JSON, one row a line; as a whole it would take more room than the rows do."""
    lead = "{"
    for name, value in answer.items():
        yield f"{lead}\n {json.dumps(name)}: "
        lead = ","
        if not isinstance(value, Iterator):
            yield json.dumps(value, ensure_ascii=False)
            continue
        yield "["
        for place, row in enumerate(value):
            yield f"{',' if place else ''}\n  {json.dumps(row, ensure_ascii=False)}"
        yield "]"
    yield "\n}\n"


def as_json(reading: Reading) -> dict[str, Any]:
    """Return a reading as the command prints it; what may be long is made when it is asked for."""
    return {
        "kind": reading.kind.name,
        "sheet": reading.sheet,
        "head_rows": [*range(reading.head.first + 1, reading.head.last + 2)],
        "columns": {heading.text: name for name, heading in reading.columns.items()},
        "unread_columns": reading.unread,
        "rows": (
            {"row": row.number, "values": {name: written(value) for name, value in row.values.items()}}
            for row in reading.rows
        ),
        "left_out": (
            {"row": left.row, "why": left.why} for left in sorted(reading.left_out, key=lambda left: left.row)
        ),
        "notes": (
            {"row": row, "what": what} for row, what in sorted({(note.row, note.what.value) for note in reading.notes})
        ),
        "errors": (
            error_as_json(error) for error in sorted([*reading.errors, *reading.doubts], key=lambda error: error.row)
        ),
    }


def error_as_json(error: RowError) -> dict[str, Any]:
    """Return an error with what is wrong and how to put it right."""
    return {
        "row": error.row,
        "column": str(error.column),
        "value": error.value,
        "problem": f"{error.problem} {error.remedy}",
    }
