"""Tables that are refused as a whole, and the reason."""

import io
import struct
import zipfile

import pytest
import xlsxwriter

from livelihood.kernel.sheets.declaration import Kind
from livelihood.kernel.sheets.limits import Limits
from livelihood.kernel.sheets.reading import read_sheet
from livelihood.kernel.uploads import FileRefused
from tests.kernel.sheets.books import SHEET, ods
from tests.kernel.sheets.tables import COLUMNS, HEAD, csv_file, refusal, rewritten

pytestmark = pytest.mark.usefixtures("english")


def test_a_sheet_without_what_tells_its_rows_apart_is_refused(workbook):
    kind = Kind("things", "Things", tuple(COLUMNS), identified_by=(("area", "start"),))

    with pytest.raises(FileRefused) as caught:
        read_sheet(workbook(Sites=[["点位名称", "数量"], ["一号站", 1]]), kind)

    assert str(caught.value) == (
        "Sheet “Sites”: one of these columns is needed: Area code, Start. "
        "Expected: Site name, Area code, Quantity, Start."
    )


def test_headings_without_a_row_are_refused(workbook):
    empty = "The file holds headings and no rows below them."

    assert refusal(workbook(Sites=[HEAD], More=[HEAD, ["", " ", "\u3000"]])) == empty
    assert refusal(csv_file("点位名称,地区,数量,开工日期\n,,,\n")) == empty


def test_table_without_head_is_refused():
    assert refusal(csv_file("一号站,330102\n")) == (
        "The table: no row with the headings was found. Expected: Site name, Area code, Quantity, Start."
    )


def test_heading_that_stands_twice_is_refused():
    assert refusal(csv_file("名称,地区,名称\na,330102,b")) == (
        "The table: these headings stand there twice: 名称. Remove one of each."
    )


OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (
            b"",
            "an empty file. Expected: Excel workbook (.xlsx), Excel workbook of before 2007",
        ),
        (b" \r\n\t", "an empty file."),
        (b"<html><table><tr><td>x</td></tr></table></html>", "a web page."),
        (b'<?xml version="1.0"?><Workbook/>', "a web page."),
        (b"%PDF-1.7\n", "PDF."),
        (OLD_OFFICE + "WordDocument".encode("utf-16-le"), "a file of an old version of Office."),
        (OLD_OFFICE + "EncryptedPackage".encode("utf-16-le"), "a workbook protected by a password."),
    ],
)
def test_wrong_kind_of_file_is_refused_by_content(content, kind):
    assert refusal(io.BytesIO(content)).startswith(f"This file is {kind}")


@pytest.mark.parametrize("content", [b"PK\x03\x04broken", b"\0\1\2\3"])
def test_a_file_that_is_nothing_known_is_refused(content):
    assert refusal(io.BytesIO(content)).startswith("It cannot be told what kind of file this is. Expected: Excel")


def test_other_office_documents_are_refused():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word/document.xml", "<document/>")
    file.seek(0)

    assert refusal(file).startswith("This file is an archive or another kind of document.")


def test_file_of_too_many_bytes_is_refused():
    assert refusal(csv_file("x" * 2000), limits=Limits(bytes=1024)) == (
        "The file has 2.0\xa0KB, 976\xa0bytes more than the 1.0\xa0KB that can be taken. Send a smaller file."
    )


@pytest.mark.parametrize("content", [b"\xd5\xff\xff,\xff", b"abc\xff"])
def test_unknown_encoding_is_refused(content):
    assert refusal(io.BytesIO(content)).startswith("The characters of this file cannot be read.")


def test_csv_with_a_stray_quotation_mark_is_refused_with_its_line():
    assert refusal(csv_file('名称,地区\n"一号站,330102\n')).startswith("Line 2 of the file is broken")


def test_csv_with_a_zero_byte_deep_inside_is_refused():
    assert refusal(csv_file("名称,地区\n" + "一号站,330102\n" * 1000 + "\0")).startswith("This file is not a text.")


def test_too_many_rows_are_refused_not_cut():
    assert refusal(csv_file("名称,地区\n" + "站,330102\n" * 3), limits=Limits(rows=2)) == (
        "The table has more than 2 rows. Split it into several files."
    )


def test_too_slow_reading_is_stopped():
    assert refusal(csv_file("名称,地区\n" + "站,330102\n" * 1000), limits=Limits(seconds=0)) == (
        "Reading took longer than 0 seconds. Split the table into several files."
    )


def test_too_many_columns_are_refused(workbook):
    assert refusal(workbook(Sites=[HEAD]), limits=Limits(columns=3)) == ("The table has 4 columns; at most 3 are read.")


def test_cell_far_below_the_table_is_refused_before_room_is_made_for_it():
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEAD)
        sheet.write(1_048_575, 9, "lost")
    file.seek(0)

    assert refusal(file) == ("The table reaches down to row 1048576. Delete what stands far below it, or split it.")


def test_zip_bomb_is_refused_before_it_is_unpacked(workbook):
    bomb = rewritten(workbook(Sites=[HEAD]), sheet1=b" " * 50_000_000)
    assert len(bomb.getvalue()) < 100_000

    assert refusal(bomb, limits=Limits(unpacked=1_000_000)).startswith("Unpacked, this workbook is too large.")


def test_zip_bomb_that_lies_about_its_size_is_refused(workbook):
    content = bytearray(rewritten(workbook(Sites=[HEAD]), sheet1=b" " * 5_000_000).getvalue())
    at = content.find(struct.pack("<I", 5_000_000))
    while at >= 0:
        content[at : at + 4] = struct.pack("<I", 100)
        at = content.find(struct.pack("<I", 5_000_000), at)

    assert refusal(io.BytesIO(content), limits=Limits(unpacked=1_000_000)).startswith("The workbook is damaged.")


def test_document_type_in_a_sheet_is_refused(workbook):
    bomb = rewritten(workbook(Sites=[HEAD]), sheet1=b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet>&a;</worksheet>')

    assert refusal(bomb).startswith("The workbook is damaged.")


def test_sheet_of_broken_xml_is_refused(workbook):
    assert refusal(rewritten(workbook(Sites=[HEAD]), sheet1=b"<worksheet><row>")).startswith("The workbook is damaged.")


def test_empty_workbook_is_refused(workbook):
    assert refusal(workbook(Sites=[])).startswith("Sheet “Sites”: no row with the headings was found.")


def test_sheet_that_breaks_off_is_refused(workbook):
    rows = b'<row r="1"><c r="A1"><v>1</v></c></row>'

    broken = rewritten(workbook(Sites=[HEAD]), sheet1=(SHEET % rows).removesuffix(b"</sheetData></worksheet>"))

    assert refusal(broken).startswith("The workbook is damaged.")


COLUMN = b'<col min="1" max="16384" hidden="1"/>'
ROWS = b"<row><c><v>1</v></c></row>"
MERGED = b'</sheetData><mergeCells><mergeCell ref="A3:B4"/></mergeCells><sheetData>'


@pytest.mark.parametrize(
    ("sheet", "said"),
    [
        (SHEET % (b"<f/>" + b"<a>" * 200 + b"</a>" * 200), "The workbook is damaged."),
        (SHEET % b'<row r="1048577" hidden="1"/>', "The workbook is damaged."),
        (SHEET % b'<row hidden="1"><c r="A1048577"/></row>', "The workbook is damaged."),
        (SHEET % b'<row b="%s"/>' % (b"1" * 400_001), "A cell of this workbook holds more text than Excel allows."),
        (SHEET % b'<row><c t="str"><v>%s</v></c></row>' % (b"1" * 400_001), "A cell of this workbook holds more text"),
        (SHEET % (MERGED * 21), "A sheet has too many merged cells."),
        (SHEET % (b"<row><c><f>1</f></c></row>" * 21), "The table has more than 20 rows."),
    ],
    ids=["nested", "no such row", "no such cell", "attribute", "text", "merges", "formulas"],
)  # fmt: skip
def test_a_sheet_that_takes_more_than_its_file_tells_is_refused(workbook, sheet, said):
    file = rewritten(workbook(Sites=[HEAD, ["一号站", "330102"]]), sheet1=sheet)

    assert refusal(file, limits=Limits(merges=20, rows=20)).startswith(said)


def test_columns_that_are_hidden_over_and_over_take_no_time(workbook):
    file = rewritten(
        workbook(Sites=[HEAD]), sheet1=SHEET.replace(b"<sheetData>", COLUMN * 200_000 + b"<sheetData>") % ROWS
    )

    assert "no row with the headings" in refusal(file, limits=Limits(seconds=5))


@pytest.mark.parametrize("part", ["workbook", "styles"])
def test_what_stands_beside_the_sheets_is_not_nested_without_end(workbook, part):
    file = rewritten(workbook(Sites=[HEAD]), **{part: b"<a>" * 200 + b"<strike/>" + b"</a>" * 200})

    assert refusal(file).startswith("The workbook is damaged.")


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("<table:table/>" * 256, "The workbook has more than 255 sheets."),
        ("<table:table>" * 200 + "</table:table>" * 200, "The workbook is damaged."),
        (
            "<table:table><table:table-row><table:table-cell>"
            + "<text:p>a</text:p>" * 32_768
            + "</table:table-cell></table:table-row></table:table>",
            "A cell of this workbook holds more text than Excel allows.",
        ),
        (
            "<table:table><table:table-row>"
            + '<table:table-cell table:number-rows-spanned="2"/>' * 21
            + "</table:table-row></table:table>",
            "A sheet has too many merged cells.",
        ),
    ],
    ids=["sheets", "nested", "text", "merges"],
)
def test_an_open_document_that_takes_more_than_its_file_tells_is_refused(table, said):
    assert refusal(ods(table), limits=Limits(merges=20)).startswith(said)


@pytest.mark.parametrize("more", ["\n" * 1_048_576, "," * 16_385 + "\n"], ids=["rows", "columns"])
def test_a_text_larger_than_any_sheet_is_refused_before_it_is_parted(more):
    assert refusal(csv_file("点位名称,地区\n一号站,330102\n" + more)) == (
        "This file holds more rows or columns than any sheet has. Split it into several files."
    )
