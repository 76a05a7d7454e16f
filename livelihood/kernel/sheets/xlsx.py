"""Opens workbooks of Excel and WPS (Office Open XML, strict or not)."""

import io
import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from typing import BinaryIO
from xml.parsers import expat

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from livelihood.kernel.sheets.archives import Archive, unpacking
from livelihood.kernel.sheets.books import Book, SheetOfBook
from livelihood.kernel.sheets.cells import Cell
from livelihood.kernel.sheets.limits import Limits
from livelihood.kernel.sheets.marks import DEEPEST, TRUE, Marks, measure, quick_measure, refuse
from livelihood.kernel.sheets.shapes import MONTH, MONTHS_OF_EXCEL, shape_of
from livelihood.kernel.sheets.shared_texts import check_text, unannounced
from livelihood.kernel.uploads import FileRefused

WORKBOOK, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
STYLES, TEXTS = "xl/styles.xml", "xl/sharedStrings.xml"
# An error value of Excel, which the reader would hand over as an empty cell; a tag holds no "<" inside.
ERROR_CELL = re.compile(rb"""(<(?:\w+:)?c\b[^<>]*?\st\s*=\s*)(?:"e"|'e')""")


def open_xlsx(file: BinaryIO, limits: Limits) -> Book:
    """Open a workbook.

    :raises FileRefused: too large, damaged.
    """
    with unpacking(file, limits) as archive:
        unpacked, marks, from_1904 = _unpack(archive, limits)
        workbook = CalamineWorkbook.from_filelike(unpacked)
        sheets = []
        for place, seen in enumerate(workbook.sheets_metadata):
            if seen.typ != SheetTypeEnum.WorkSheet or place >= len(marks):
                continue
            hidden = seen.visible != SheetVisibleEnum.Visible
            rows = partial(_rows, workbook, place, seen.name, marks[place])
            sheets.append(SheetOfBook(seen.name, hidden, rows, marks[place]))
        return Book(sheets, [], from_1904)


def _rows(workbook: CalamineWorkbook, place: int, name: str, marks: Marks) -> Iterator[list[Cell]]:
    """Return the rows of a sheet, and note what of it is merged."""
    try:
        sheet = workbook.get_sheet_by_index(place)
    except CalamineError as error:
        problem = _("The sheet “{sheet}” is damaged. Open the file in Excel or WPS and save it as .xlsx again.")
        raise FileRefused(format_lazy(problem, sheet=name)) from error
    marks.merges = sheet.merged_cell_ranges or []
    if sheet.start is None:
        return iter(())
    before: list[Cell] = [""] * sheet.start[1]
    return (before + row for row in sheet.iter_rows()) if before else sheet.iter_rows()


def _unpack(archive: Archive, limits: Limits) -> tuple[BinaryIO, list[Marks], bool]:
    """Return a copy with what is needed of the workbook, the marks of its sheets, and whether days count from 1904.

    The reader then sees exactly the bytes that were counted and checked here.
    """
    known = {name: archive.read(name) for name in (WORKBOOK, RELATIONS, STYLES, TEXTS) if name in archive.names}
    parts, from_1904 = _sheets(known[WORKBOOK], known[RELATIONS])
    struck_styles = _struck_styles(known.get(STYLES, b""))
    shapes = _shapes(known.get(STYLES, b""))
    struck_texts = _struck_texts(known.get(TEXTS, b""))
    if len(parts) > limits.sheets:
        raise FileRefused(format_lazy(_("The workbook has more than {limit} sheets."), limit=limits.sheets))
    marks: dict[str, Marks] = {}
    shared, sheets = b"", []
    copy = io.BytesIO()
    with zipfile.ZipFile(copy, "w", zipfile.ZIP_STORED) as target:
        for name in archive.names:
            if not name.endswith((".xml", ".rels")):
                continue  # pictures, macros, printer settings
            content, texts = unannounced(known.get(name) or archive.read(name))
            shared += texts
            # What a part is, its content tells and not its name: the reader follows relations to wherever they point.
            if name.lower() in parts or b"sheetData" in content or b"\0" in content:
                if content.count(b"mergeCell") - content.count(b"mergeCells") > limits.merges:
                    raise FileRefused(_("A sheet has too many merged cells. Unmerge them, or split the table."))
                quick = None if struck_styles or struck_texts or shapes else quick_measure(content)
                measured = quick or measure(content, struck_styles, struck_texts, limits, shapes)
                marks[name.lower()] = measured
                measured.check(limits)
                if b'"e"' in content or b"'e'" in content:
                    content = ERROR_CELL.sub(rb'\1"str"', content)
                sheets.append(name)
            target.writestr(name, content)
    check_text(shared, partial(_members, copy, sheets), limits)
    copy.seek(0)
    return copy, [marks.get(part, Marks()) for part in parts], from_1904


def _members(copy: BinaryIO, names: list[str]) -> Iterator[bytes]:
    """Yield some members of the copy, one after another."""
    with zipfile.ZipFile(copy) as archive:
        yield from map(archive.read, names)


def _sheets(workbook: bytes, relations: bytes) -> tuple[list[str], bool]:
    """Return the parts that hold the sheets in their order, in small letters, by the relations of the workbook."""
    targets: dict[str, str] = {}
    wanted: list[str] = []
    from_1904 = False

    def relation(name: str, attributes: dict[str, str]) -> None:
        if name.endswith("Relationship"):
            targets[attributes.get("Id", "")] = attributes.get("Target", "").replace("\\", "/")

    def sheet(name: str, attributes: dict[str, str]) -> None:
        nonlocal from_1904
        tag = name[name.rfind(" ") + 1 :]
        if tag == "sheet":
            wanted.extend(value for key, value in attributes.items() if key.endswith("/relationships id"))
        elif tag == "workbookPr":
            from_1904 = attributes.get("date1904") in TRUE

    walk(relations, relation)
    walk(workbook, sheet)
    parts = (posixpath.normpath(posixpath.join("xl", targets.get(one, ""))).lstrip("/") for one in wanted)
    return [part.lower() for part in parts], from_1904


def _struck_styles(styles: bytes) -> frozenset[str]:
    """Return the numbers of the cell styles whose font strikes out."""
    if b"strike" not in styles:
        return frozenset()
    fonts: list[bool] = []
    struck: set[str] = set()
    inside = ""
    style = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal inside, style
        tag = name[name.rfind(" ") + 1 :]
        if tag in {"fonts", "cellXfs", "cellStyleXfs", "dxfs", "fills"}:
            inside = tag
        elif tag == "font" and inside == "fonts":
            fonts.append(False)
        elif tag == "strike" and inside == "fonts" and fonts:
            fonts[-1] = attributes.get("val", "1") in TRUE
        elif tag == "xf" and inside == "cellXfs":
            font = attributes.get("fontId", "0")
            if font.isdigit() and len(font) < len("1000000") and int(font) < len(fonts) and fonts[int(font)]:
                struck.add(str(style))
            style += 1

    walk(styles, start)
    return frozenset(struck)


def _shapes(styles: bytes) -> dict[str, int]:
    """Return the shapes of the cell styles that show something else than their numbers."""
    formats = dict.fromkeys(map(str, MONTHS_OF_EXCEL), MONTH)
    shapes: dict[str, int] = {}
    inside, style = "", 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal inside, style
        tag = name[name.rfind(" ") + 1 :]
        if tag in {"cellXfs", "cellStyleXfs", "dxfs", "numFmts", "fonts"}:
            inside = tag
        elif tag == "numFmt" and inside == "numFmts":
            formats[attributes.get("numFmtId", "")] = shape_of(attributes.get("formatCode", ""))
        elif tag == "xf" and inside == "cellXfs":
            if shape := formats.get(attributes.get("numFmtId", "0"), 0):
                shapes[str(style)] = shape
            style += 1

    if styles:
        walk(styles, start)
    return shapes


def _struck_texts(texts: bytes) -> frozenset[str]:
    """Return the numbers of the shared texts of which a part is struck out."""
    if b"strike" not in texts:
        return frozenset()
    number = -1
    struck: set[str] = set()

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal number
        tag = name[name.rfind(" ") + 1 :]
        if tag == "si":
            number += 1
        elif tag == "strike" and attributes.get("val", "1") in TRUE:
            struck.add(str(number))

    walk(texts, start)
    return frozenset(struck)


def walk(content: bytes, start: Callable[[str, dict[str, str]], None]) -> None:
    """Call `start` for each element of an XML text; names are `namespace name`.

    :raises FileRefused: it declares a document type, which no spreadsheet needs, or is nested too deep.
    """
    depth = 0

    def opened(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            refuse()
        start(name, attributes)

    def closed(_name: str) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = opened, closed
    parser.StartDoctypeDeclHandler = refuse
    parser.Parse(content, True)
