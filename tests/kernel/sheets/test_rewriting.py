"""A workbook is written again as it is only where that costs no more than its cells say."""

import io
import time
import zipfile
from collections.abc import Callable

import pytest
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image
from openpyxl.styles import PatternFill
from openpyxl.worksheet.table import Table
from PIL import Image as Picture

from livelihood.kernel.sheets.limits import Limits
from livelihood.kernel.sheets.rewriting import is_light, opens_within

LIMITS = Limits(bytes=1_000_000, unpacked=4_000_000, cells=5_000, merges=100, text=100_000)
ALL = "A1:XFD1048576"
SHEET = "xl/worksheets/sheet1.xml"


def usual() -> Workbook:
    """Return what an office may well send: a title over several columns, a link, a table, a remark, a format."""
    book = Workbook()
    sheet = book.worksheets[0]
    for row in range(1, 41):
        for column in range(1, 11):
            sheet.cell(row, column, f"{row} {column}").fill = PatternFill("solid", fgColor="FFEEEE")
    sheet.merge_cells("L1:N2")
    sheet["A2"].hyperlink = "https://example.test/"
    sheet["A3"].comment = Comment("看一下", "某人")
    sheet.add_table(Table(displayName="T", ref="A1:C9"))
    sheet.auto_filter.ref = "A1:J1048576"
    book.create_sheet("二")["A1"] = 1
    return book


def saved(book: Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def changed(content: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """Return an archive with each member as it is changed."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return file.getvalue()


def with_(what: str, name: str = SHEET, before: bytes = b"</worksheet>") -> Callable[[bytes], bytes]:
    """Return what puts something into a member."""
    return lambda content: changed(
        content, lambda one, old: old.replace(before, what.encode() + before) if one == name else old
    )


def with_picture(kind: str) -> bytes:
    """Return a workbook with a picture, whatever it calls itself."""
    picture, book = io.BytesIO(), usual()
    Picture.new("RGB", (9, 9)).save(picture, kind)
    png = io.BytesIO()
    Picture.new("RGB", (9, 9)).save(png, "png")
    book.worksheets[0].add_image(Image(png), "P3")
    return changed(saved(book), lambda name, old: picture.getvalue() if name.endswith(".png") else old)


HEAVY: dict[str, Callable[[bytes], bytes]] = {
    "a merge over everything": with_(f'<mergeCells><mergeCell ref="{ALL}"/></mergeCells>'),
    "a link over everything": with_(f'<hyperlinks><hyperlink ref="{ALL}" location="A1"/></hyperlinks>'),
    "a link over whole columns": with_('<hyperlinks><hyperlink ref="A:XFD" location="A1"/></hyperlinks>'),
    "a remark on everything": lambda content: changed(
        content, lambda _name, old: old.replace(b'ref="A3"', f'ref="{ALL}"'.encode()) if b"<comment " in old else old
    ),
    "a table over everything": lambda content: changed(
        content, lambda name, old: old.replace(b'ref="A1:C9"', f'ref="{ALL}"'.encode()) if "tables" in name else old
    ),
    "cells with a format and no value": with_('<row r="50">' + '<c s="1"/>' * 9_000 + "</row>", before=b"</sheetData>"),
    "one part as two sheets": with_(
        '<sheet name="三" sheetId="9" r:id="rId1" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships"/>', "xl/workbook.xml", b"</sheets>"
    ),
    "two relations to one part": lambda content: changed(
        content, lambda _name, old: old.replace(b"/xl/worksheets/sheet2.xml", b"/xl/worksheets/sheet1.xml")
        if b"<Relationship " in old else old,
    ),
    "more bytes than are unpacked": with_("<!--" + " " * 4_100_000 + "-->", "docProps/app.xml", b"</Properties>"),
    "a document type": lambda content: changed(
        content, lambda name, old: b'<!DOCTYPE a [<!ENTITY b "b">]>' + old if name == "docProps/app.xml" else old
    ),
    "far more cells than bytes say": with_('<row r="90000"><c r="A90000"><v>1</v></c></row>', before=b"</sheetData>"),
    "no archive": lambda content: content[:-90],
}  # fmt: skip


def test_a_usual_workbook_is_light():
    assert is_light(saved(usual()), LIMITS)


@pytest.mark.parametrize("what", HEAVY)
def test_a_workbook_that_becomes_more_than_it_says_is_not(what: str):
    content = HEAVY[what](saved(usual()))
    start = time.process_time()

    assert not is_light(content, LIMITS)

    assert time.process_time() - start < 1


@pytest.mark.parametrize(("kind", "light"), [("png", True), ("jpeg", True), ("gif", True), ("bmp", False)])
def test_a_picture_that_would_be_drawn_anew_is_not_light(kind: str, light: bool):
    assert is_light(with_picture(kind), LIMITS) == light


def test_a_text_is_read_within_limits_too():
    assert opens_within("甲,乙\n1,2\n".encode(), LIMITS)
    assert not opens_within(b"a,b\n" * 300_000, LIMITS)
    assert not is_light("甲,乙\n1,2\n".encode(), LIMITS)
