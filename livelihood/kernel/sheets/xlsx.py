"""Opens workbooks of Excel and WPS (Office Open XML, strict or not)."""

import posixpath
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import IO, BinaryIO, NamedTuple
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from livelihood.kernel.sheets.archives import Archive, unpacking
from livelihood.kernel.sheets.books import Book, SheetOfBook
from livelihood.kernel.sheets.cells import Cell
from livelihood.kernel.sheets.limits import Limits
from livelihood.kernel.sheets.marks import DEEPEST, TRUE, Marks, measure, quick_measure, refuse
from livelihood.kernel.sheets.shapes import Shape, shape_of, shapes_of_excel
from livelihood.kernel.sheets.shared_texts import check_text, unannounced
from livelihood.kernel.sheets.spelling import with_bare_values
from livelihood.kernel.uploads import FileRefused, member_key

ROOT, WORKBOOK, RELATIONS = "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
SHEET, STYLES, TEXTS = "worksheet", "styles", "sharedStrings"
"""What relations call the parts that are read; the last two stand under these names, too."""
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
# An error value of Excel, which the reader would hand over as an empty cell; a tag holds no "<" inside.
ERROR_CELL = re.compile(rb"""(<(?:\w+:)?c\b[^<>]*?\st\s*=\s*)(?:"e"|'e')""")


def open_xlsx(file: BinaryIO, limits: Limits) -> Book:
    """Open a workbook.

    :raises FileRefused: too large, damaged.
    """
    with unpacking(file, limits) as archive, tempfile.NamedTemporaryFile(suffix=".xlsx") as copy:
        marks, from_1904 = _unpack(archive, limits, copy)
        # Its name goes with this block, the file itself with the workbook, which reads from it what it is asked for.
        workbook = CalamineWorkbook.from_path(copy.name)
        sheets = []
        for place, seen in enumerate(workbook.sheets_metadata):
            own = marks[place] if place < len(marks) and seen.typ == SheetTypeEnum.WorkSheet else None
            if own is not None:
                hidden = seen.visible != SheetVisibleEnum.Visible
                rows = partial(_rows, workbook, place, seen.name, own)
                sheets.append(SheetOfBook(seen.name, hidden, rows, own))
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


def _unpack(archive: Archive, limits: Limits, copy: IO[bytes]) -> tuple[list[Marks | None], bool]:
    """Copy what is needed of the workbook; return the marks of its sheets, and whether days count from 1904.

    Parts are found by relations, and stand in the copy under the names that Excel gives them: the reader then sees
    exactly the bytes that were counted and checked here. A chart on a sheet of its own has no marks.
    """
    main = next((one.part for one in _relations(archive, "") if one.kind == "officeDocument"), WORKBOOK)
    workbook = archive.read(main)
    related = {one.name: one for one in _relations(archive, main)}
    ids, from_1904 = _sheets(workbook)
    if len(ids) > limits.sheets:
        raise FileRefused(format_lazy(_("The workbook has more than {limit} sheets."), limit=limits.sheets))
    looks = _Looks(*(_only_part(archive, kind, related.values()) for kind in (STYLES, TEXTS)))
    sheets = [related.get(one) for one in ids]
    marks: dict[str, Marks] = {}
    places: dict[str, str] = {}
    with zipfile.ZipFile(copy, "w", zipfile.ZIP_STORED) as target:
        target.writestr(ROOT, _written([_Relation("workbook", "officeDocument", WORKBOOK)], {}))
        target.writestr(WORKBOOK, workbook)
        for part in dict.fromkeys(one.part for one in sheets if one and one.kind == SHEET and one.part in archive):
            places[part] = f"xl/worksheets/sheet{len(places) + 1}.xml"
            marks[part], content = looks.measure(with_bare_values(archive.read(part)), limits)
            target.writestr(places[part], content)
        target.writestr(RELATIONS, _written(filter(None, sheets), places))
        for kind, content in ((STYLES, looks.styles), (TEXTS, looks.texts)):
            if content:
                target.writestr(f"xl/{kind}.xml", content)
    check_text(looks.texts, partial(_members, copy, list(places.values())), limits)
    copy.flush()
    return [marks.get(one.part, Marks()) if one and one.kind == SHEET else None for one in sheets], from_1904


def _only_part(archive: Archive, kind: str, related: Iterable["_Relation"]) -> bytes:
    """Return the part of a kind of which a workbook has one, b"" where it has none."""
    return next((archive.read(one.part) for one in related if one.kind == kind and one.part in archive), b"")


def _members(copy: IO[bytes], names: list[str]) -> Iterator[bytes]:
    """Yield some members of the copy, one after another."""
    with zipfile.ZipFile(copy) as archive:
        yield from map(archive.read, names)


class _Relation(NamedTuple):
    """What one part of a package says of another one. kind: the end of its type, which says what the part is."""

    name: str
    kind: str
    part: str


def _relations(archive: Archive, part: str) -> list[_Relation]:
    """Return the relations of a part, or of the package itself with ""."""
    folder, name = posixpath.split(part)
    relations = posixpath.join(folder, "_rels", f"{name}.rels")
    found: list[_Relation] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag.endswith("Relationship"):
            kind, target = (attributes.get(each, "").strip() for each in ("Type", "Target"))
            path = posixpath.join("/", folder, target.replace("\\", "/"))
            path = path if path in archive or target not in archive else target  # some begin at the root unsaid
            found.append(_Relation(attributes.get("Id", ""), kind.rpartition("/")[2], member_key(path)))

    if relations in archive:
        walk(archive.read(relations), start)
    return found


def _written(relations: Iterable[_Relation], places: Mapping[str, str]) -> str:
    """Write the relations of the workbook as Excel does. places: of the parts that stand elsewhere in the copy."""
    ones = "".join(
        f"<Relationship Id={quoteattr(one.name)} Type={quoteattr(f'{OFFICE}/{one.kind}')} "
        f"Target={quoteattr('/' + places.get(one.part, one.part))}/>"
        for one in relations
    )
    return f'<Relationships xmlns="{PACKAGE}">{ones}</Relationships>'


def _sheets(workbook: bytes) -> tuple[list[str], bool]:
    """Return by which relations a workbook names its sheets, in their order, and whether days count from 1904."""
    wanted: list[str] = []
    from_1904 = False

    def sheet(name: str, attributes: dict[str, str]) -> None:
        nonlocal from_1904
        tag = name[name.rfind(" ") + 1 :]
        if tag == "sheet":
            wanted.extend(value for key, value in attributes.items() if key.endswith("/relationships id"))
        elif tag == "workbookPr":
            from_1904 = attributes.get("date1904") in TRUE

    walk(workbook, sheet)
    return wanted, from_1904


class _Looks:
    """What cells look like, by the styles and the shared texts of a workbook."""

    def __init__(self, styles: bytes, texts: bytes) -> None:
        self.styles, self.texts = styles, unannounced(texts)
        self.struck_styles, self.struck_texts = _struck_styles(styles), _struck_texts(texts)
        self.shapes = _shapes(styles)

    def measure(self, content: bytes, limits: Limits) -> tuple[Marks, bytes]:
        """Return the marks of a sheet, and the sheet as it is handed on."""
        if b"mergeCell" in content and content.count(b"mergeCell") - content.count(b"mergeCells") > limits.merges:
            raise FileRefused(_("A sheet has too many merged cells. Unmerge them, or split the table."))
        quick = None if self.struck_texts else quick_measure(content, self.struck_styles, self.shapes)
        marks = quick or measure(content, self.struck_styles, self.struck_texts, limits, self.shapes)
        marks.check(limits)
        return marks, ERROR_CELL.sub(rb'\1"str"', content) if b'"e"' in content or b"'e'" in content else content


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


def _shapes(styles: bytes) -> dict[str, Shape]:
    """Return the shapes of the cell styles that show something else than their numbers."""
    formats = {str(number): shape for number, shape in shapes_of_excel().items()}
    shapes: dict[str, Shape] = {}
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
