"""Writes tables for others, CSV and XLSX: streamed, typed, without a row limit, and never a formula.

    fields = [Field(_("Site"), lambda site: site.name), Field(_("Start"), lambda site: site.start_date)]
    return write_csv(sites, fields, filename="sites")

What is written here reads in again unchanged through `imports`.
"""

import csv
import io
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import IO, Any, TypeVar

from django.db.models import QuerySet
from django.http import FileResponse, StreamingHttpResponse
from django.utils import timezone, translation
from django.utils.http import content_disposition_header
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from xlsxwriter import Workbook

from livelihood.kernel.errors import InvalidInput, Text
from livelihood.kernel.naming import portal_name
from livelihood.kernel.sheets.cells import EXACT_DIGITS
from livelihood.kernel.uploads import CONTENT_TYPES, FileKind

BATCH = 2_000  # rows
SHEET_ROWS = 1_048_576  # of one sheet in Excel, with its head
SHEET_NAME_LENGTH = 31
CELL_LENGTH = 32_767
SPOOLED = 8 * 1024 * 1024  # bytes of a workbook kept in memory before it goes to disk
# What a spreadsheet would take for a formula, behind apostrophes that are themselves part of the text.
FORMULA = re.compile(r"'*[=+\-@\t\r]")
Response = TypeVar("Response", StreamingHttpResponse, FileResponse)
Value = str | int | float | Decimal | date | datetime | bool | None
PLAIN = frozenset({str, int, Decimal, date, type(None)})


@dataclass(frozen=True, slots=True)
class Field:
    """One column: its heading and how its value is taken from a row."""

    heading: Text
    value: Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a workbook; a table of more rows than a sheet can hold goes on in further sheets."""

    name: Text
    fields: Sequence[Field]
    rows: Iterable[Any]


def write_csv(rows: Iterable[Any], fields: Sequence[Field], *, filename: str) -> StreamingHttpResponse:
    """Answer with a CSV file in UTF-8 with byte order mark, which Excel needs, sent while it is written.

    rows: a queryset is fetched in batches; prefetching works.
    filename: without ending.
    """
    response = StreamingHttpResponse(csv_parts(rows, fields), content_type=CONTENT_TYPES[FileKind.CSV])
    return _as_download(response, f"{filename}.csv")


def csv_parts(rows: Iterable[Any], fields: Sequence[Field]) -> Iterator[bytes]:
    """Yield a CSV file in pieces of some thousand rows, in the language that is active now."""
    return _csv_parts(rows, fields, translation.get_language())


def _csv_parts(rows: Iterable[Any], fields: Sequence[Field], language: str | None) -> Iterator[bytes]:
    # The language of a request ends before its answer is sent, so every piece is made in the one it began with.
    with translation.override(language):
        part = b"\xef\xbb\xbf" + _csv_lines([[str(field.heading) for field in fields]])
    yield part
    source = _fetched(rows)
    while batch := list(islice(source, BATCH)):
        with translation.override(language):
            part = _csv_lines([[csv_text(field.value(row)) for field in fields] for row in batch])
        yield part


def _csv_lines(rows: list[list[str]]) -> bytes:
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue().encode()


def csv_text(value: Any) -> str:
    """Return a value as it stands in a CSV cell; text that a spreadsheet would compute gets an apostrophe before it."""
    value = plain_value(value)
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if FORMULA.match(value) else value
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    return str(value)


def plain_value(value: Any) -> Value:
    """Return a value without what a spreadsheet does not know: time zones, lazy text, enum members, booleans."""
    if type(value) in PLAIN:  # most cells, spared the questions below
        return value
    if isinstance(value, bool):
        return str(_("yes")) if value else str(_("no"))
    if isinstance(value, datetime):
        return timezone.make_naive(value) if timezone.is_aware(value) else value
    if value is None or isinstance(value, int | float | Decimal | date):
        return value
    return str(value)


def write_xlsx(sheets: Iterable[Sheet], *, filename: str) -> FileResponse:
    """Answer with an XLSX file, written to a temporary file in constant memory before it is sent.

    filename: without ending.

    :raises InvalidInput: a text is longer than a cell of Excel can be.
    """
    with ExitStack() as closing:
        file = closing.enter_context(tempfile.SpooledTemporaryFile(max_size=SPOOLED))
        xlsx_into(file, sheets)
        file.seek(0)
        closing.pop_all()  # the response closes it
    response = FileResponse(file, content_type=CONTENT_TYPES[FileKind.XLSX])
    return _as_download(response, f"{filename}.xlsx")


def xlsx_into(file: IO[bytes], sheets: Iterable[Sheet]) -> None:
    """Write an XLSX file into an open file; its properties say of which portal it is.

    :raises InvalidInput: a text is longer than a cell of Excel can be.
    """
    with Workbook(file, {"constant_memory": True}) as workbook:
        styles = _Styles(
            head=workbook.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}),
            day=workbook.add_format({"num_format": "yyyy-mm-dd"}),
            instant=workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        )
        title = ""
        for sheet in sheets:
            title = title or str(sheet.name)
            _write_sheet(workbook, sheet, styles)
        sign(workbook, title)


def sign(workbook: Workbook, title: str) -> None:
    """Say in the properties of a workbook what it is, and of which portal."""
    name = portal_name()
    workbook.set_properties({"title": title, "author": name, "company": name})


@dataclass(frozen=True, slots=True)
class _Styles:
    head: Any
    day: Any
    instant: Any


def _write_sheet(workbook: Workbook, sheet: Sheet, styles: _Styles) -> None:
    worksheet: Any = None
    columns = [field.value for field in sheet.fields]
    for number, row in enumerate(_fetched(sheet.rows)):
        place = number % (SHEET_ROWS - 1) + 1
        if place == 1:
            worksheet = _add_sheet(workbook, sheet, styles)
        for column, value_of in enumerate(columns):
            value = plain_value(value_of(row))
            if value is not None and value != "":
                _write_cell(worksheet, place, column, value, styles)
    if worksheet is None:
        _add_sheet(workbook, sheet, styles)


def _add_sheet(workbook: Workbook, sheet: Sheet, styles: _Styles) -> Any:
    """Add a sheet with its head; a name that is taken gets a number."""
    base = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", str(sheet.name)).strip(" '") or "-"
    taken = {other.get_name().casefold() for other in workbook.worksheets()}
    name, number = base[:SHEET_NAME_LENGTH], 1
    while name.casefold() in taken:
        number += 1
        ending = f" ({number})"
        name = base[: SHEET_NAME_LENGTH - len(ending)] + ending
    worksheet = workbook.add_worksheet(name)
    worksheet.freeze_panes(1, 0)
    worksheet.set_column(0, len(sheet.fields) - 1, 16)
    for column, field in enumerate(sheet.fields):
        worksheet.write_string(0, column, str(field.heading), styles.head)
    return worksheet


def _write_cell(worksheet: Any, row: int, column: int, value: Any, styles: _Styles) -> None:
    if isinstance(value, str):
        if len(value) > CELL_LENGTH:
            problem = _("A text of {length} characters does not fit into a cell of Excel. Please export CSV instead.")
            raise InvalidInput(format_lazy(problem, length=len(value)))
        worksheet.write_string(row, column, value)
    elif isinstance(value, datetime):
        worksheet.write_datetime(row, column, value, styles.instant)
    elif isinstance(value, date):
        worksheet.write_datetime(row, column, value, styles.day)
    elif _is_exact(value):
        worksheet.write_number(row, column, value)
    else:  # a number of more digits than Excel keeps
        worksheet.write_string(row, column, f"{value:f}" if isinstance(value, Decimal) else str(value))


def _is_exact(value: float | Decimal) -> bool:
    """Say whether Excel keeps every digit of a number."""
    if isinstance(value, Decimal) and len(value.as_tuple().digits) <= EXACT_DIGITS:
        return True
    read = float if isinstance(value, float) else Decimal
    return read(f"{value:.{EXACT_DIGITS}g}") == value


def _fetched(rows: Iterable[Any]) -> Iterator[Any]:
    return iter(rows.iterator(chunk_size=BATCH)) if isinstance(rows, QuerySet) else iter(rows)


def _as_download(response: Response, filename: str) -> Response:
    response.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=filename)
    response.headers["Cache-Control"] = "no-store"
    return response
