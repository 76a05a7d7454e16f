"""Files as offices make them, built for tests: workbooks of three kinds, with what stands beside their values."""

import io
import struct
import zipfile
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter

HEAD = ["点位编号", "点位名称", "所属区县", "计划数量", "完成时限", "建设标准"]
"""Headings of the sheet that `site` gives rows for."""


SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'
"""A sheet of Excel as XML, around its rows."""


def site(number: int, **cells: Any) -> list[Any]:
    """Return a row of six cells; what is given differs from a good row."""
    good = {
        "key": f"K-{number}",
        "name": f"第{number}公厕",
        "area": "330225",
        "quantity": 1,
        "due": "2027-10-31",
        "standard": "标准",
    }
    return list({**good, **cells}.values())


def read_values(number: int, **values: str) -> dict[str, str]:
    """Return what `site` is read as."""
    good = {
        "key": f"K-{number}", "name": f"第{number}公厕", "area": "330225", "quantity_planned": "1",
        "due_on": "2027-10-31", "standard": "标准",
    }  # fmt: skip
    return {**good, **values}


def xlsx(make: Callable[[Any, Any], None], *, name: str = "点位") -> io.BytesIO:
    """Return a workbook of one sheet; `make` is given the book and the sheet."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"strings_to_formulas": False}) as book:
        make(book, book.add_worksheet(name))
    file.seek(0)
    return file


def xlsx_rows(rows: Sequence[Any], merges: Collection[tuple[int, int, int, int]] = ()) -> io.BytesIO:
    """Return a workbook of these rows. merges: first row and column, last row and column, from 0."""

    def make(_book: Any, sheet: Any) -> None:
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
        for top, left, bottom, right in merges:
            sheet.merge_range(top, left, bottom, right, "")
            sheet.write(top, left, rows[top][left])

    return xlsx(make)


def ods(table: str, *, styles: str = "", encrypted: bool = False) -> io.BytesIO:
    """Return an OpenDocument workbook of a table given as XML."""
    names = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text", "style")
    )
    content = (
        f"<office:document-content {names}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body></office:document-content>"
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr(
            "META-INF/manifest.xml", "<manifest><encryption-data/></manifest>" if encrypted else "<manifest/>"
        )
    file.seek(0)
    return file


def ods_row(cells: Sequence[Any], attributes: str = "") -> str:
    """Return a row of texts and numbers."""
    return f"<table:table-row {attributes}>{''.join(map(_ods_cell, cells))}</table:table-row>"


def _ods_cell(cell: Any) -> str:
    if isinstance(cell, int | float):
        return f'<table:table-cell office:value-type="float" office:value="{cell}"/>'
    if cell == "":
        return "<table:table-cell/>"
    return f'<table:table-cell office:value-type="string"><text:p>{escape(cell)}</text:p></table:table-cell>'


def xls(
    rows: Sequence[Sequence[Any]],
    *,
    hidden_rows: Collection[int] = (),
    struck_rows: Collection[int] = (),
    errors: Mapping[tuple[int, int], int] | None = None,
    merges: Collection[tuple[int, int, int, int]] = (),
    locked: bool = False,
    from_1904: bool = False,
    more: bytes = b"",
    texts: Sequence[bytes] = (),
    shared: Sequence[tuple[int, int, int]] = (),
    styles: bytes = b"",
    numbers: Sequence[tuple[int, int, int, float]] = (),
) -> io.BytesIO:
    """Return a workbook of Excel 97. Rows and places count from 0; errors: place → code; more: further records.

    texts: the record of shared texts and those it goes on in. shared: row, place and number of a shared text.
    styles: further records of styles, the first of number 3. numbers: row, place, style and number of a cell.
    """
    fonts = b"".join(record(0x31, _font(struck=number == 5)) for number in range(6))
    more_styles = styles
    styles = b"".join(record(0xE0, struct.pack("<HHH", font, 0, 0) + b"\0" * 14) for font in (0, 6))
    styles += record(0xE0, struct.pack("<HHH", 0, 14, 0) + b"\0" * 14) + more_styles
    styles += b"".join(record(0x3C if number else 0xFC, text) for number, text in enumerate(texts))
    before = record(0x2F, b"\0" * 6) if locked else b""
    head = record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0)) + before
    head += record(0x22, struct.pack("<H", from_1904)) + fonts + styles
    name = "点位".encode("utf-16-le")
    bounds_length = 4 + 8 + len(name)
    start = len(head) + bounds_length + 4
    head += record(0x85, struct.pack("<IHBB", start, 0, len(name) // 2, 1) + name) + record(0x0A, b"")
    body = record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0))
    for at in range(len(rows)):
        body += record(0x208, struct.pack("<HHHHIIH", at, 0, 9, 0, 0, 0x20 if at in hidden_rows else 0, 0)[:18])
    for at, row in enumerate(rows):
        for place, cell in enumerate(row):
            where = struct.pack("<HHH", at, place, 1 if at in struck_rows else 0)
            if isinstance(cell, int | float):
                body += record(0x203, where + struct.pack("<d", cell))
            elif cell:
                text = str(cell).encode("utf-16-le")
                body += record(0x204, where + struct.pack("<HB", len(text) // 2, 1) + text)
    for (at, place), code in (errors or {}).items():
        body += record(0x205, struct.pack("<HHHBB", at, place, 0, code, 1))
    for at, place, style, value in numbers:
        body += record(0x203, struct.pack("<HHHd", at, place, style, value))
    for at, place, number in shared:
        body += record(0xFD, struct.pack("<HHHI", at, place, 0, number))
    if merges:
        body += record(
            0xE5,
            struct.pack("<H", len(merges))
            + b"".join(struct.pack("<HHHH", first, last, left, right) for first, left, last, right in merges),
        )
    return io.BytesIO(compound(head + body + more + record(0x0A, b"")))


def record(kind: int, body: bytes) -> bytes:
    """Return a record of an old workbook."""
    return struct.pack("<HH", kind, len(body)) + body


def _font(*, struck: bool) -> bytes:
    return struct.pack("<HHHHHBBBB", 200, 0x08 if struck else 0, 0x7FFF, 400, 0, 0, 0, 0, 0) + b"\x05\0Arial"


def compound(stream: bytes, name: str = "Workbook") -> bytes:
    """Return a compound file with one stream."""
    stream = stream.ljust(4096, b"\0")
    stream += b"\0" * (-len(stream) % 512)
    count = len(stream) // 512
    free, end, table = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    tables = (count + 1) // 127 + 1
    first = tables + 1
    sectors = [table] * tables + [end] + [first + place + 1 for place in range(count - 1)] + [end]
    sectors += [free] * (tables * 128 - len(sectors))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    header += struct.pack("<IIIIIIIII", 0, tables, tables, 0, 4096, end, 0, end, 0)
    header += struct.pack("<109I", *range(tables), *[free] * (109 - tables))
    directory = _entry("Root Entry", 5, end, 0, child=1) + _entry(name, 2, first, len(stream))
    return header + struct.pack(f"<{len(sectors)}I", *sectors) + directory.ljust(512, b"\0") + stream


def _entry(name: str, kind: int, start: int, size: int, child: int = 0xFFFFFFFF) -> bytes:
    written = (name + "\0").encode("utf-16-le")
    entry = written.ljust(64, b"\0") + struct.pack("<HBB", len(written), kind, 1)
    entry += struct.pack("<III", 0xFFFFFFFF, 0xFFFFFFFF, child) + b"\0" * 36
    return entry + struct.pack("<IQ", start, size)
