"""Files that are refused as a whole."""

import io
import zipfile

import pytest
import xlsxwriter

from livelihood.kernel.workbooks import Limits
from tests.kernel.tables import HEAD, csv_file, refusal

pytestmark = pytest.mark.usefixtures("english")


def test_missing_columns_are_refused_with_what_was_expected(workbook):
    assert refusal(workbook(Sites=[["点位名称", "数量"], ["一号站", 1]])) == (
        "Sheet “Sites”: columns are missing: Area code. Expected: Site name, Area code, Quantity, Start."
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
    assert refusal(csv_file("名称,地区,点位名称\na,330102,b")) == (
        "The table: these headings stand there twice: Site name. Remove one of each."
    )


OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "an empty file. Expected: Excel workbook (.xlsx), CSV text. Choose the file again"),
        (b" \r\n\t", "an empty file."),
        (b"<html><table><tr><td>x</td></tr></table></html>", "a web page."),
        (b'<?xml version="1.0"?><Workbook/>', "a web page."),
        (b"%PDF-1.7\n", "PDF."),
        (OLD_OFFICE + "Workbook".encode("utf-16-le"), "a file of an old version of Office."),
        (OLD_OFFICE + "EncryptedPackage".encode("utf-16-le"), "a workbook protected by a password."),
        ("名称,地区".encode("utf-16"), "text in UTF-16."),
        (b"PK\x03\x04broken", "of unknown kind."),
        (b"\0\1\2\3", "of unknown kind."),
    ],
)
def test_wrong_kind_of_file_is_refused_by_content(content, kind):
    assert refusal(io.BytesIO(content)).startswith(f"This file is {kind}")


def test_other_office_documents_are_refused():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word/document.xml", "<document/>")
    file.seek(0)

    assert refusal(file).startswith("This file is an archive or another kind of document.")


def test_file_of_too_many_bytes_is_refused():
    assert refusal(csv_file("x" * 2000), limits=Limits(bytes=1024)) == (
        "The file has 2.0\xa0KB; at most 1.0\xa0KB can be taken. Please send a smaller file."
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
