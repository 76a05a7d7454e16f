"""Tables in CSV, as offices write them: read whole, and written whole or not at all."""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.core.management.base import CommandError

from livelihood.kernel.files import readings, replacing
from livelihood.meaning.topics import has_letter

LARGEST = 1024**3
"""Bytes of a file that is read: 40,000 suggestions of 300 characters are 40 million."""


@dataclass(frozen=True)
class Table:
    """A table: its headings, and its rows by heading."""

    path: Path
    headings: list[str]
    rows: list[dict[str, str]]

    def texts(self, columns: Iterable[str]) -> list[str]:
        """Return the text of each row: that of the columns, one after the other.

        :raises CommandError: the table has no such column.
        """
        columns = list(columns)
        for column in columns:
            self.expect(column)
        return ["\n".join(filter(has_letter, (row[column] for column in columns))) for row in self.rows]

    def expect(self, column: str) -> None:
        """Go on only if there is such a column.

        :raises CommandError: there is none.
        """
        if column not in self.headings:
            raise CommandError(f"{self.path} has no column {column!r}; it has: {', '.join(self.headings)}")


def read(path: Path) -> Table:
    """Read a table whose first line holds the headings.

    :raises CommandError: there is no such file; it is too large, in another encoding, has no headings or two alike, or
        a row has more cells than there are headings.
    """
    csv.field_size_limit(LARGEST)
    lines = csv.reader(io.StringIO(_text(path), newline=""))
    headings = next(lines, [])
    if not any(headings):
        raise CommandError(f"{path} has no headings in its first line")
    if len(set(headings)) < len(headings):
        raise CommandError(f"{path} has two columns of one name")
    rows = []
    try:
        for cells in filter(None, lines):
            if len(cells) > len(headings):
                raise CommandError(f"{path}, line {lines.line_num}: more cells than headings")
            rows.append(dict.fromkeys(headings, "") | dict(zip(headings, cells, strict=False)))
    except csv.Error as error:
        raise CommandError(f"{path}, line {lines.line_num}: {error}") from error
    return Table(path, headings, rows)


def _text(path: Path) -> str:
    """Return what a file says, measured before it is read.

    :raises CommandError: there is no such file, or it is too large or in another encoding.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise CommandError(f"{path} is larger than {LARGEST // 1024**2} MB")
        content = path.read_bytes()
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}") from error
    for _encoding, text in readings(content):
        return text
    raise CommandError(f"{path} is neither UTF-8 nor GB 18030; save it as CSV UTF-8")


def write(path: Path, headings: list[str], rows: Iterable[Mapping[str, object]]) -> None:
    """Write a table, whole or not at all: a file that stands there is replaced at the end.

    :raises CommandError: it cannot be written there.
    """
    try:
        with replacing(path) as beside, beside.open("w", encoding="utf-8", newline="") as lines:
            writer = csv.DictWriter(lines, headings)
            writer.writeheader()
            writer.writerows(rows)
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}") from error
