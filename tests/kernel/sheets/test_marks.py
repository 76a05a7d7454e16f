"""How far a sheet reaches, measured in its XML."""

import pytest

from livelihood.kernel.sheets.marks import column_number, measure, quick_measure
from livelihood.kernel.sheets.shapes import MONTH
from tests.kernel.sheets.books import SHEET


@pytest.mark.parametrize(("number", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (702, "ZZ"), (16_384, "XFD")])
def test_columns_have_letters(number, letters):
    assert column_number(letters) == number


@pytest.mark.parametrize(
    "rows",
    [
        b"",
        b'<row r="1"><c r="A1" s="3"/></row>',
        b'<row r="1"><c r="A1" t="s"><v>0</v></c><c r="AB1"><v>3</v></c></row><row r="9"><c r="B9"><v>1</v></c></row>',
        b'<row r="2"><c r="C2" s="1" t="inlineStr"><is><t>a</t></is></c><c r="XFD2"/></row>',
        b'<row r="1" ht="15"><c r="A1"><v>3</v></c></row></sheetData><pageMargins right="0.7"/><sheetData>',
        b"".join(b'<row r="%d"><c r="B%d"><v>3</v></c></row>' % (n, n) for n in range(1, 60_000)),
    ],
)
def test_usual_sheet_is_measured_quickly_and_the_same(rows):
    content = SHEET % rows

    assert quick_measure(content) == measure(content)


def test_cells_whose_style_strikes_them_out_or_shows_something_else_are_found_quickly_and_the_same():
    cells = (b'<c r="%s%d" s="%d" t="n"><v>46000</v></c>' % (b"B", row, row % 5) for row in range(1, 40))
    content = SHEET % b"".join([b'<row r="1"><c r="XFD1" s="2"><v>1</v></c><c r="A1" s="2"/></row>', *cells])
    struck, shapes = frozenset({"1", "3"}), {"2": MONTH, "3": 9}

    quick, whole = quick_measure(content, struck, shapes), measure(content, struck, shapes=shapes)

    assert quick == whole
    assert whole.struck == {row: 0b10 for row in range(1, 40) if row % 5 in {1, 3}}
    assert whole.shapes == {row: {1: shapes[str(row % 5)]} for row in range(1, 40) if row % 5 in {2, 3}}


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


@pytest.mark.parametrize(
    "row",
    [
        b'<row r="1" hidden="1"/>',
        b'<row r="1" ht="0" customHeight="1"/>',
        b'<row r="1" ht="0.0"/>',
        b"<row r='1'\nht = '0'/>",
        b'<row r="1" hidden = "1"/>',
    ],
)
def test_a_row_without_height_is_hidden_as_one_that_says_so(row):
    content = SHEET % (row + b'<row r="2" ht="0.75"/>')

    assert quick_measure(content) is None
    assert measure(content).hidden_rows == {1}


def test_columns_without_width_are_hidden_and_those_far_to_the_right_take_no_room():
    content = SHEET.replace(
        b"<sheetData>", b'<cols><col min="2" max="3" width="0"/><col min="9" max="16384" hidden="1"/></cols><sheetData>'
    )

    assert measure(content % b"").hidden_columns == 0b110 | ((1 << 1_024) - 1) >> 8 << 8


def test_a_sheet_of_which_little_is_cells_is_left_to_the_parser():
    assert quick_measure(SHEET % (b"<a>" * 20_000)) is None
    assert quick_measure(SHEET % (b"<a>" * 19_000)) is not None
