"""Workbooks that mean ill, and how a sheet is measured before it is read."""

import io
import struct

import pytest

from livelihood.kernel.workbooks import Limits, column_letters, column_number, measure, quick_measure
from tests.kernel.tables import HEAD, refusal, rewritten

pytestmark = pytest.mark.usefixtures("english")


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


def test_formula_that_was_never_computed_is_refused(workbook):
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1"><v>1</v></c><c r="B1"><f>1+1</f></c><c r="C1"/></row></sheetData></worksheet>'
    )

    assert refusal(rewritten(workbook(Sites=[HEAD]), sheet1=sheet)) == (
        "The formula in cell B1 has never been computed. Open the file in Excel or WPS and save it again."
    )


def test_empty_workbook_is_refused(workbook):
    assert refusal(workbook(Sites=[])).startswith("Sheet “Sites”: no row with the headings was found.")


@pytest.mark.parametrize(("number", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (702, "ZZ"), (16_384, "XFD")])
def test_columns_have_letters(number, letters):
    assert (column_letters(number), column_number(letters)) == (letters, number)


SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'


@pytest.mark.parametrize(
    "rows",
    [
        b"",
        b'<row r="1"><c r="A1" s="3"/></row>',
        b'<row r="1"><c r="A1" t="s"><v>0</v></c><c r="AB1"><v>3</v></c></row><row r="9"><c r="B9"><v>1</v></c></row>',
        b'<row r="2"><c r="C2" s="1" t="inlineStr"><is><t>a</t></is></c><c r="XFD2"/></row>',
    ],
)
def test_usual_sheet_is_measured_quickly_and_the_same(rows):
    content = SHEET % rows

    assert quick_measure(content) == measure(content)


@pytest.mark.parametrize(
    "rows",
    [
        b'<row r="1"><c r="A1"><f>1+1</f><v>2</v></c></row>',
        b'<row r="1"><c><v>1</v></c></row>',
        b"<row r='1'><c r='XFD1048576'><v>1</v></c></row>",
        b'<row r="1"><c t="s" r="XFD1048576"><v>1</v></c></row>',
        b'<row r="1"><c r="A1" s="1" r="XFD1048576"><v>1</v></c></row>',
        b'<row r="1"><c r="A1"><v>1</v></c><c r="XFD1048576"> <v>1</v></c></row>',
        b'<row r="1"><c r="A1"><v xml:space="preserve">1</v></c></row>',
        b'<row r="1"><!-- <c r="A1"><v>1</v></c> --><c r="XFD1048576"\n><v>1</v></c></row>',
        b'<x:row r="1"><x:c r="XFD1048576"><x:v>1</x:v></x:c></x:row>',
    ],
)
def test_unusual_sheet_is_left_to_the_parser(rows):
    assert quick_measure(SHEET % rows) is None


def test_sheet_that_breaks_off_is_refused(workbook):
    rows = b'<row r="1"><c r="A1"><v>1</v></c></row>'

    broken = rewritten(workbook(Sites=[HEAD]), sheet1=(SHEET % rows).removesuffix(b"</sheetData></worksheet>"))

    assert refusal(broken).startswith("The workbook is damaged.")
