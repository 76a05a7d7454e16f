"""What a small workbook makes the reader set aside is judged before it is read: texts in many cells, places, counts."""

import io
import zipfile

import pytest
import xlsxwriter

from livelihood.kernel.sheets.books import Book
from livelihood.kernel.sheets.files import open_book
from livelihood.kernel.sheets.limits import Limits
from livelihood.kernel.uploads import FileRefused

CELLS = 100
TEXT = "字" * 1_000
LIMITS = Limits(text=CELLS * len(TEXT))


def open_table(file: io.BytesIO, limits: Limits) -> Book:
    return open_book(file, limits, len)


def workbook(text: str = TEXT) -> io.BytesIO:
    """One text in a hundred cells of two sheets."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        for _sheet in range(2):
            sheet = book.add_worksheet()
            for row in range(CELLS // 2):
                sheet.write(row, 0, text)
    file.seek(0)
    return file


def respelled(file: io.BytesIO, old: bytes, new: bytes) -> io.BytesIO:
    """The same workbook with its sheets and texts spelled otherwise."""
    copy = io.BytesIO()
    with zipfile.ZipFile(file) as archive, zipfile.ZipFile(copy, "w") as target:
        for name in archive.namelist():
            content = archive.read(name)
            is_ours = name.startswith("xl/worksheets/") or name == "xl/sharedStrings.xml"
            target.writestr(name, content.replace(old, new) if is_ours else content)
    copy.seek(0)
    return copy


def test_as_much_text_as_is_read_is_read():
    table = open_table(workbook(), LIMITS)

    assert [list(sheet.rows()) for sheet in table.sheets] == [[[TEXT]] * (CELLS // 2)] * 2


def test_one_character_more_is_refused_though_the_file_is_small():
    file = workbook(TEXT + "字")
    assert len(file.getvalue()) < len(TEXT) * 10

    with pytest.raises(FileRefused, match="工作簿解压后过大"):
        open_table(file, LIMITS)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<v>0</v>", b"<v>+0</v>"),
        (b"<v>0</v>", b"<v>" + b"0" * 40 + b"</v>"),
        (b"<v>0</v>", b"<v><![CDATA[0]]></v>"),
        (b"<v>0</v>", b"<v>&#48;</v>"),
        (b't="s"', b"t='s'"),
        (b"<si><t>", b"<si >\n<r><t>"),
    ],
)
def test_however_it_is_spelled_it_is_not_read(old, new):
    file = respelled(workbook(TEXT + "字"), old, new)
    file = respelled(file, b"</t></si>", b"</t></r></si>") if b"<r>" in new else file

    with pytest.raises(FileRefused):
        open_table(file, LIMITS)


def part(content: str, where: str = "xl/worksheets/sheet1.xml", texts: str = "", sheets: str = "") -> io.BytesIO:
    """A workbook written by hand; where: the part that the relation of its sheet points to."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": (
            f'<Relationships xmlns="{package}">'
            f'<Relationship Id="rId1" Type="{office}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
        ),
        "xl/workbook.xml": (
            f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets><sheet name="S" sheetId="1" r:id="rId1"/>{sheets}'
            "</sheets></workbook>"
        ),
        "xl/_rels/workbook.xml.rels": (
            f'<Relationships xmlns="{package}">'
            f'<Relationship Id="rId1" Type="{office}/worksheet" Target="/{where}"/>'
            f'<Relationship Id="rId2" Type="{office}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
        ),
        "xl/sharedStrings.xml": texts or f'<sst xmlns="{main}"><si><t>x</t></si></sst>',
        where: f'<worksheet xmlns="{main}"><sheetData>{content}</sheetData></worksheet>',
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
        for name, text in parts.items():
            target.writestr(name, text.replace("MAIN", main))
    file.seek(0)
    return file


ONE = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
FAR = ONE + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'


@pytest.mark.parametrize("where", ["xl/worksheets/sheet1.xml", "xl/s.xml", "s.xml", "xl/Worksheets/sheet1.xml"])
def test_a_sheet_is_measured_wherever_it_lies(where):
    assert [list(sheet.rows()) for sheet in open_table(part(ONE, where), Limits()).sheets] == [[["x"]]]
    with pytest.raises(FileRefused):
        open_table(part(FAR, where), Limits())


@pytest.mark.parametrize(
    "texts",
    [
        '<sst xmlns="MAIN" count="4000000000" uniqueCount="4000000000"><si><t>x</t></si></sst>',
        "<sst xmlns='MAIN' uniqueCount = '4000000000'><si><t>x</t></si></sst>",
        '<!--<sst uniqueCount="1">--><sst xmlns="MAIN" a=">" uniqueCount="4000000000"><si><t>x</t></si></sst>',
        '<x-1:sst xmlns:x-1="MAIN" uniqueCount="4000000000"><x-1:si><x-1:t>x</x-1:t></x-1:si></x-1:sst>',
    ],
)
def test_no_room_is_made_for_what_is_only_announced(texts):
    """Were the number believed, the reader would ask for 96 GB and end the process."""
    assert [list(sheet.rows()) for sheet in open_table(part(ONE, texts=texts), Limits()).sheets] == [[["x"]]]


def test_sheets_are_counted_before_they_are_opened():
    many = "".join(f'<sheet name="T{number}" sheetId="{number}" r:id="rId1"/>' for number in range(2, 257))

    with pytest.raises(FileRefused, match="255"):
        open_table(part(ONE, sheets=many), Limits())
