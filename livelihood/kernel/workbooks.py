"""Opens tables that others made, XLSX and CSV, without trusting anything they say about themselves."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple, NoReturn
from xml.parsers import expat

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from livelihood.kernel.cells import Cell
from livelihood.kernel.errors import Text
from livelihood.kernel.uploads import TABLES, FileRefused, Kind, check_file, size_of

CHUNK = 1 << 20
SMALL = 8 * CHUNK  # bytes; so much is unpacked of the smallest workbook
# An error value of Excel, which the reader would hand over as an empty cell; a tag holds no "<" inside.
ERROR_CELL = re.compile(rb'(<(?:\w+:)?c\b[^<>]*?\st=)"e"')
# A cell with a value, spelled as Excel, WPS and the common libraries do, and marks of what only the parser may judge: a
# formula, a document type or comment, names with a prefix, a coding of more than one byte a letter.
USUAL_CELL = re.compile(
    rb'<c r="([A-Za-z]{1,3})([0-9]{1,7})"(?: s="[0-9]+"(?: t="[A-Za-z]+")?| t="[A-Za-z]+")?><(?:v|is)>'
)
UNUSUAL = (b"<!", b"<f", b":v", b":is", b"\0")
# What a cell or row says of its place; Excel has three letters and seven digits.
REFERENCE = re.compile("([A-Z]{1,3})([0-9]{1,7})", re.IGNORECASE | re.ASCII)
# Shared texts and how many they say they are, for which the reader would make room; and a sheet in the list of them.
SHARED_TEXTS = re.compile(rb"<(?:[^\s<>/\"']+:)?sst\b")
ANNOUNCED = re.compile(
    rb"""(<(?:[^\s<>/"']+:)?sst\b(?:[^<>"']|"[^"]*"|'[^']*')*?)\suniqueCount\s*=\s*(?:"[^"]*"|'[^']*')"""
)
SHEET = re.compile(rb"<(?:[^\s<>/\"']+:)?sheet[\s/>]")
ROW_NUMBER = re.compile("[0-9]{1,7}", re.ASCII)
SHARED_NUMBER = re.compile(r"\s*\+?0*[0-9]{1,9}\s*", re.ASCII)
# The sign a spreadsheet takes for the start of a formula, behind the apostrophe that exports put before it.
GUARDED = re.compile(r"'+[=+\-@\t\r]")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is read of one file; larger files are refused, never cut."""

    bytes: int = 20 * 1024 * 1024
    unpacked: int = 200 * 1024 * 1024
    ratio: int = 100  # of unpacked bytes to packed ones; real sheets stay below 50
    rows: int = 100_000
    columns: int = 200
    sheets: int = 255
    cells: int = 5_000_000  # of the rectangle around everything that is filled in
    text: int = 50_000_000  # characters of all cells; the file may hold a text once that stands in each of them
    seconds: float = 60.0
    errors: int = 1_000


@dataclass(frozen=True, slots=True)
class SheetRead:
    """One visible sheet; rows start at row 1 and column A."""

    name: str
    rows: Iterator[list[Cell]]


@dataclass(frozen=True, slots=True)
class Table:
    """An opened file: its sheets in order, and what the reader should know about it."""

    sheets: list[SheetRead]
    notes: list[Text]


class Extent(NamedTuple):
    """What a sheet holds: the last row and column with a value, formulas, and one that was never computed."""

    rows: int
    columns: int
    formulas: int
    uncomputed: str


def open_table(file: BinaryIO, limits: Limits) -> Table:
    """Open an XLSX or CSV file.

    :raises FileRefused: too large, damaged, or of another kind.
    """
    kind = check_file(file, allowed=TABLES, max_bytes=limits.bytes)
    return _open_csv(file, limits) if kind is Kind.CSV else _open_xlsx(file, limits)


def _open_csv(file: BinaryIO, limits: Limits) -> Table:
    content = file.read()
    file.seek(0)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding).removeprefix("\ufeff")  # GB18030 has a byte order mark as well
            break
        except UnicodeDecodeError:
            continue
    else:
        raise FileRefused(_("The characters of this file cannot be read. Save it as CSV in UTF-8 or as .xlsx."))
    if "\0" in text:
        raise FileRefused(_("This file is not a text. Save it as CSV in UTF-8 or as .xlsx."))
    notes: list[Text] = [_("The file is in the encoding GB18030.")] if encoding == "gb18030" else []
    head = text[:10_000]
    delimiter = max(",\t;", key=head.count)
    return Table([SheetRead("", _csv_rows(text, delimiter))], notes)


def _csv_rows(text: str, delimiter: str) -> Iterator[list[Cell]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            yield [cell[1:] if GUARDED.match(cell) else cell for cell in row]
    except csv.Error as error:
        problem = _("Line {line} of the file is broken, perhaps by a quotation mark too many.")
        raise FileRefused(format_lazy(problem, line=reader.line_num)) from error


def _open_xlsx(file: BinaryIO, limits: Limits) -> Table:
    try:
        unpacked, formulas = _unpack(file, limits)
        workbook = CalamineWorkbook.from_filelike(unpacked)
        sheets = [
            SheetRead(sheet.name, _xlsx_rows(workbook, sheet.name))
            for sheet in workbook.sheets_metadata
            if sheet.visible == SheetVisibleEnum.Visible
        ]
    except (zipfile.BadZipFile, CalamineError, expat.ExpatError, EOFError, NotImplementedError, RuntimeError) as error:
        raise FileRefused(_("The workbook is damaged. Open it in Excel or WPS and save it as .xlsx again.")) from error
    finally:
        file.seek(0)
    note = format_lazy(_("{count} cells hold formulas; the values they last had were read."), count=formulas)
    return Table(sheets, [note] if formulas else [])


def _xlsx_rows(workbook: CalamineWorkbook, name: str) -> Iterator[list[Cell]]:
    try:
        sheet = workbook.get_sheet_by_name(name)
    except CalamineError as error:
        problem = _("The sheet “{sheet}” is damaged. Open the file in Excel or WPS and save it as .xlsx again.")
        raise FileRefused(format_lazy(problem, sheet=name)) from error
    if sheet.start is None:
        return
    before: list[Cell] = [""] * sheet.start[1]
    yield from (before + row for row in sheet.iter_rows()) if before else sheet.iter_rows()


def _unpack(file: BinaryIO, limits: Limits) -> tuple[BinaryIO, int]:
    """Return a copy with what is needed of the workbook, unpacked within the limit, and its number of formulas.

    The reader then sees exactly the bytes that were counted and checked here; sizes written in an archive may lie.
    """
    copy = io.BytesIO()
    room, formulas = min(limits.unpacked, max(SMALL, limits.ratio * size_of(file))), 0
    shared, sheets = b"", []
    with zipfile.ZipFile(file) as archive, zipfile.ZipFile(copy, "w", zipfile.ZIP_STORED) as target:
        for name in dict.fromkeys(archive.namelist()):
            if not name.endswith((".xml", ".rels")):
                continue  # pictures, macros, printer settings
            content = _read_member(archive, name, room)
            room -= len(content)
            # What a part is, its content tells and not its name: the reader follows relations to wherever they point.
            if b"sst" in content:
                content = ANNOUNCED.sub(rb"\1", content)
                shared += content if SHARED_TEXTS.search(content) else b""
            if b"sheets" in content and len(SHEET.findall(content)) > limits.sheets:
                raise FileRefused(format_lazy(_("The workbook has more than {limit} sheets."), limit=limits.sheets))
            if b"sheetData" in content or b"\0" in content or name.startswith("xl/worksheets/"):
                extent = quick_measure(content) or measure(content)
                _check_extent(extent, limits)
                formulas += extent.formulas
                if b't="e"' in content:
                    content = ERROR_CELL.sub(rb'\1"str"', content)
                sheets.append(content)
            target.writestr(name, content)
    _check_text(shared, sheets, limits)
    copy.seek(0)
    return copy, formulas


def _read_member(archive: zipfile.ZipFile, name: str, room: int) -> bytes:
    parts, size = [], 0
    with archive.open(name) as member:
        while part := member.read(CHUNK):
            size += len(part)
            if size > room:
                raise FileRefused(_("Unpacked, this workbook is too large. Split it, or send it as CSV."))
            parts.append(part)
    return b"".join(parts)


def _check_extent(extent: Extent, limits: Limits) -> None:
    if extent.columns > limits.columns:
        problem = _("The table has {columns} columns; at most {limit} are read.")
        raise FileRefused(format_lazy(problem, columns=extent.columns, limit=limits.columns))
    if extent.rows * extent.columns > limits.cells:
        problem = _("The table reaches down to row {row}. Delete what stands far below it, or split it.")
        raise FileRefused(format_lazy(problem, row=extent.rows))
    if extent.uncomputed:
        problem = _(
            "The formula in cell {cell} has never been computed. Open the file in Excel or WPS and save it again."
        )
        raise FileRefused(format_lazy(problem, cell=extent.uncomputed))


def _check_text(shared: bytes, sheets: list[bytes], limits: Limits) -> None:
    """Refuse a workbook whose cells hold more text than its size tells: the reader copies a text into each of them."""
    longest = max(map(len, shared.split(b"<si")))
    if longest * sum(sheet.count(b"<v") + sheet.count(b":v") for sheet in sheets) <= limits.text:
        return
    lengths = _lengths(shared)
    if sum(_shared_text(sheet, lengths) for sheet in sheets) > limits.text:
        raise FileRefused(_("Unpacked, this workbook is too large. Split it, or send it as CSV."))


def _lengths(shared: bytes) -> list[int]:
    """Return the number of characters of each shared text."""
    lengths: list[int] = []

    def start(name: str, _attributes: dict[str, str]) -> None:
        if name.endswith(" si"):
            lengths.append(0)

    def text(part: str) -> None:
        if lengths:
            lengths[-1] += len(part)

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.CharacterDataHandler = start, text
    parser.StartDoctypeDeclHandler = _refuse_damaged
    parser.Parse(shared, True)
    return lengths


def _shared_text(sheet: bytes, lengths: list[int]) -> int:
    """Return how many characters the cells of a sheet take from the shared texts."""
    total, number, is_shared = 0, "", False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal number, is_shared
        if name.endswith(" c"):
            number, is_shared = "", attributes.get("t") == "s"

    def text(part: str) -> None:
        nonlocal number
        if is_shared:
            number += part

    def end(name: str) -> None:
        nonlocal total
        if name.endswith(" v") and is_shared and SHARED_NUMBER.fullmatch(number) and int(number) < len(lengths):
            total += lengths[int(number)]

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.CharacterDataHandler, parser.EndElementHandler = start, text, end
    parser.Parse(sheet, True)
    return total


def _refuse_damaged(*_doctype: object) -> NoReturn:
    raise FileRefused(_("The workbook is damaged. Open it in Excel or WPS and save it as .xlsx again."))


def quick_measure(content: bytes) -> Extent | None:
    """Return what `measure` does for a sheet without formulas that is spelled as usual, many times as fast.

    None where a single value stands in a cell that is spelled otherwise, or anything else is; then the parser decides.
    """
    if any(mark in content for mark in UNUSUAL) or not content.rstrip().endswith(b"</worksheet>"):
        return None
    found = USUAL_CELL.findall(content)
    if len(found) != content.count(b"<v") + content.count(b"<is"):
        return None
    letters, numbers = {letters for letters, _number in found}, {number for _letters, number in found}
    columns = max((column_number(each.decode()) for each in letters), default=0)
    return Extent(max(map(int, numbers), default=0), columns, 0, "")


def measure(content: bytes) -> Extent:
    """Return what the XML of a sheet really holds; cells with a format and no value do not count.

    :raises FileRefused: it declares a document type, which no spreadsheet needs, or a place that no sheet has.
    """
    rows = columns = formulas = row = column = 0
    formula = uncomputed = ""
    numbers: dict[str, int] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal rows, columns, formulas, row, column, formula, uncomputed
        tag = name[name.rfind(" ") + 1 :]
        if tag == "c":
            if formula:
                uncomputed, formula = uncomputed or formula, ""
            reference = attributes.get("r")
            if reference:
                place = REFERENCE.fullmatch(reference) or _refuse_damaged()
                letters, row = place[1], int(place[2])
                column = numbers.get(letters) or numbers.setdefault(letters, column_number(letters))
            else:
                column += 1
        elif tag in {"v", "t"}:
            formula = ""
            rows = max(rows, row)
            columns = max(columns, column)
        elif tag == "f":
            formulas += 1
            formula = f"{column_letters(column)}{row}"
        elif tag == "row":
            number = attributes.get("r", str(row + 1))
            row, column = int((ROW_NUMBER.fullmatch(number) or _refuse_damaged())[0]), 0

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = _refuse_damaged
    parser.Parse(content, True)
    return Extent(rows, columns, formulas, uncomputed or formula)


def column_number(letters: str) -> int:
    """Return the number of a column: A is 1, AA is 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """Return the letters of a column: 1 is A, 27 is AA."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
