"""The way back to the office: its own workbook, with what is to be corrected marked and said in a column of its own."""

import io
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.cell import Cell
from openpyxl.comments import Comment
from openpyxl.packaging.core import DocumentProperties
from openpyxl.styles import Alignment, PatternFill
from xlsxwriter import Workbook

from livelihood.imports import selectors
from livelihood.imports.exporters import words
from livelihood.imports.models import Import
from livelihood.imports.rules import handler_of
from livelihood.imports.states import ImportSection
from livelihood.kernel.exports import sign
from livelihood.kernel.naming import portal_name
from livelihood.kernel.sheets.files import open_book
from livelihood.kernel.sheets.heads import heading_text
from livelihood.kernel.sheets.limits import Limits
from livelihood.kernel.sheets.results import REASON, is_reason
from livelihood.kernel.sheets.rewriting import is_light, opens_within
from livelihood.kernel.uploads import FileKind, kind_of

KEPT_AS_IT_IS = Limits(bytes=1_000_000, unpacked=8_000_000, cells=100_000, merges=10_000, text=2_000_000)
"""Of larger workbooks the cells are written anew: taking them apart and together again takes minutes, and much room."""

SHORT_ROWS = 1_000
SHORT = Limits(bytes=100_000, unpacked=1_000_000, cells=10_000, merges=1_000, text=300_000)
"""What is marked in the request; the rest is marked by a worker."""

TOLD_EVERY = 1_000
"""After so many rows it is told how far a workbook is written."""

MARK = "FFF2A8"
WIDTH = 60
Reasons = Mapping[int, Mapping[int, str]]
"""Row → column (from 1; WHOLE_ROW) → what is to be done."""

WHOLE_ROW = 0
"""Here stands what the row is about as well, first of all."""


def is_short(batch: Import) -> bool:
    """Say whether the workbook of an import is marked in a moment."""
    if batch.counts["total"] > SHORT_ROWS:
        return False  # before the file is read
    content = bytes(batch.content or b"")
    if len(content) > SHORT.bytes:
        return False
    return (is_light if _is_workbook(content) else opens_within)(content, SHORT)


def _is_workbook(content: bytes) -> bool:
    return kind_of(io.BytesIO(content)) == FileKind.XLSX


def workbook_of(batch: Import, progress: Callable[[int, int], None] | None = None) -> bytes:
    """Return the workbook of an import, as XLSX: cells that are to be corrected or answered for are marked."""
    content, reasons = bytes(batch.content or b""), _reasons(batch)
    whole = _is_workbook(content) and is_light(content, KEPT_AS_IT_IS)
    file = _marked(batch, content, reasons) if whole else None
    return (file or _written_anew(batch, content, reasons, progress or (lambda _done, _total: None))).getvalue()


def file_name(batch: Import) -> str:
    """Name a marked workbook by the file that was brought."""
    end = _("to correct")
    return f"{batch.file_name.rpartition('.')[0] or batch.file_name}-{end}.xlsx"


def _reasons(batch: Import) -> Reasons:
    """Return what is to be done in which cell."""
    places = {name: place + 1 for place, _text, name in batch.reading.get("headings", []) if name}
    found: dict[int, dict[int, str]] = defaultdict(dict)
    for line in selectors.all_lines(batch, [ImportSection.WRONG, ImportSection.DOUBT]):
        if line.name:
            _add(found[line.row], WHOLE_ROW, line.name)
        for name, heading, _value, problem, remedy in line.problems:
            _add(found[line.row], places.get(name, WHOLE_ROW), f"{words(heading)}: {words(problem)} {words(remedy)}")
        for _code, name, problem, _answers in line.questions:
            _add(found[line.row], places.get(name, WHOLE_ROW), words(problem))
    return found


def _add(cells: dict[int, str], place: int, text: str) -> None:
    cells[place] = f"{cells[place]}\n{text}" if place in cells else text


def _marked(batch: Import, content: bytes, reasons: Reasons) -> io.BytesIO | None:
    """Return the office's workbook as it is, with marks; None where it can only be read and not be written."""
    try:
        book = load_workbook(io.BytesIO(content), rich_text=True)
    except Exception:  # noqa: BLE001 -- what another program wrote; the library fails in many ways
        return None
    sheet = book[batch.reading["sheet"]]
    fill, head = PatternFill("solid", fgColor=MARK), batch.reading["head"]
    column = next((cell.column for cell in sheet[head] if is_reason(heading_text(cell.value or ""))), None)
    column = column or sheet.max_column + 1
    sheet.cell(head, column, str(REASON)).fill = fill
    sheet.column_dimensions[sheet.cell(head, column).column_letter].width = WIDTH
    last = min(sheet.max_row, KEPT_AS_IT_IS.cells)  # below it nothing has a value
    before = sheet.iter_rows(head + 1, max(last, head + 1), column, column)
    said = {cell.row for (cell,) in before if cell.value is not None}
    for row in sorted(said | reasons.keys()):
        cells = reasons.get(row, {})
        for place, text in cells.items():
            if place and isinstance(cell := sheet.cell(row, place), Cell):  # else it is merged into another
                cell.fill, cell.comment = fill, Comment(text, _("Import"))
        reason = sheet.cell(row, column)
        if isinstance(reason, Cell) and (cells or reason.value is not None):
            reason.value, reason.alignment = "\n".join(cells.values()) or None, Alignment(wrap_text=True)
    _sign(book.properties, batch)
    file = io.BytesIO()
    book.save(file)
    return file


def _sign(properties: DocumentProperties, batch: Import) -> None:
    """Say in the office's own workbook of which portal it comes; what it says of itself stays."""
    properties.lastModifiedBy = portal_name()
    properties.title = properties.title or batch.file_name
    if properties.creator in {None, "", "openpyxl"}:
        properties.creator = portal_name()


def _written_anew(batch: Import, content: bytes, reasons: Reasons, progress: Callable[[int, int], None]) -> io.BytesIO:
    """Return the cells of the sheet that was read in a workbook of its own, with marks."""
    file = io.BytesIO()
    with Workbook(file, {"constant_memory": True, "default_date_format": "yyyy-mm-dd", "strings_to_formulas": False,
                         "strings_to_urls": False}) as book:  # fmt: skip
        sheet, mark = book.add_worksheet(), book.add_format({"bg_color": f"#{MARK}", "text_wrap": True})
        head = batch.reading["head"]
        for number, cells, column in _rows(batch, content):
            if number % TOLD_EVERY == 0:
                progress(number, batch.counts["total"])
            marked = reasons.get(number, {})
            for place, cell in enumerate(cells):
                style = mark if place + 1 in marked else None
                if not isinstance(cell, str | int | float | date):
                    cell = str(cell)  # noqa: PLW2901 -- times of day
                sheet.write(number - 1, place, cell, *([style] if style else []))
            text = str(REASON) if number == head else "\n".join(marked.values())
            if text:
                sheet.write_string(number - 1, column, text, mark)
        sheet.set_column(column, column, WIDTH)
        sign(book, batch.file_name)
    return file


def _rows(batch: Import, content: bytes) -> Iterator[tuple[int, list[Any], int]]:
    """Yield the rows of the sheet that was read, from 1, without reasons of before, and the column for the new ones."""
    handler = handler_of(batch)
    book = open_book(io.BytesIO(content), handler.limits, lambda _rows: 0)
    (sheet,) = [one for one in book.sheets if one.name == batch.reading["sheet"]]
    headings = batch.reading["headings"]
    reason = next((place for place, text, _name in headings if is_reason(text)), None)
    column = reason if reason is not None else max(place for place, _text, _name in headings) + 1
    for number, cells in enumerate(sheet.rows(), start=1):
        yield number, cells[:column], column
