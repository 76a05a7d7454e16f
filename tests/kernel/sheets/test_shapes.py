"""What a number shows is what its reader means: a month without its day, a code with its zeros."""

import struct
from datetime import date
from typing import Any

import pytest

from livelihood.kernel.sheets.shapes import MONTH, as_shown, shape_of, shown_otherwise
from tests.kernel.sheets.books import HEAD, ods, ods_row, record, site, xls, xlsx
from tests.kernel.sheets.office import notes, read, values

pytestmark = pytest.mark.usefixtures("english")


@pytest.mark.parametrize(
    ("code", "shape"),
    [
        ('yyyy"年"m"月"', MONTH), ("yyyy/m", MONTH), ('[$-804]yyyy"年"m"月";@', MONTH), ("mmm-yy", MONTH),
        ('yyyy"年"m"月"d"日"', 0), ("yyyy-mm-dd hh:mm", 0), ("m/d", 0), ("h:mm", 0), ("mm:ss", 0), ("General", 0),
        ("000", 3), ("000000000", 9), ("@", 0), ("", 0),
    ],
)  # fmt: skip
def test_a_format_says_what_is_shown(code, shape):
    assert shape_of(code) == shape


@pytest.mark.parametrize(
    ("cell", "shape", "shown"),
    [
        (date(2027, 10, 1), MONTH, "2027年10月"), (7.0, 3, "007"), (1234, 3, "1234"),
        (1.5, 3, 1.5), (-1.0, 3, -1.0), ("a", 3, "a"), (True, 3, True), (46_000.0, MONTH, 46_000.0), (7.0, 0, 7.0),
    ],
)  # fmt: skip
def test_a_cell_is_what_it_shows(cell, shape, shown):
    assert as_shown(cell, shape) == shown


WORDS = [
    ('"GC-"000', 5, "GC-005"), ('"GC-"000', 1234, "GC-1234"), ('000"号"', 5, "005号"), ('"HZ"-00', 5, "HZ-05"),
    ("\\G\\C\\-000", 5, "GC-005"), ("[$GC-]000", 5, "GC005"), ('[Red]"GC-"000', 5, "GC-005"),
    ("00-000", 12345, "12-345"),
    ('"GC-"General', 5, "GC-5"), ('"第"0"号"', 7, "第7号"), ('00"/"00', 1234, "12/34"), ("2027-000", 5, "2027-005"),
    ("号000", 5, "号005"), ('_("K"000_)', 5, "K005"), ('"K"#', 0, "K"), ('"K"?0', 5, "K5"), ('"K"000* ', 5, "K005"),
    ('"A"0;"B"0;"零"', 5, "A5"), ('"A"0;"B"0;"零"', -5, "B5"), ('"A"0;"B"0;"零"', 0, "零"), ('"A"0', -5, "-A5"),
    ('"D"000', 5, "D005"), ('"年"000', 5, "年005"), ('"K;"000', 5, "K;005"), ('G/通用格式"号"', 5, "5号"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "cell", "shown"), WORDS)
def test_words_around_a_whole_number_are_what_it_shows(code, cell, shown):
    assert as_shown(float(cell), shape_of(code)) == shown
    assert as_shown(float(cell), shape_of(code), with_words=False) == cell
    assert as_shown("K-1", shape_of(code)) == "K-1"


def test_words_around_a_text_are_what_it_shows():
    assert as_shown("005", shape_of('"GC-"@')) == "GC-005"
    assert as_shown("005", shape_of('0;-0;0;"GC-"@')) == "GC-005"


@pytest.mark.parametrize("code", ['[DBNum1]0"号"', "# ?/?", '0E+0"x"', ";;;", "[<x]0"])
def test_what_shows_no_number_stays_what_it_is(code):
    assert as_shown(5.0, shape_of(code)) == 5.0
    assert shown_otherwise(5.5, shape_of(code)) == ""


DIGITS = [
    ("0", 2.6, "3"), ("0_ ", 2.4, "2"), ("0.00", 1.1, "1.10"), ("0.00", 3.456, "3.46"), ("0.##", 1.5, "1.5"),
    (".00", 1.5, "1.50"), ("#.##", 0.5, ".5"), ("#,##0.0", 12345.67, "12345.7"), ("0%", 0.5, "50%"),
    ("0,", 12345.0, "12"), ('0!.0,"万"', 12345.0, "1.2万"), ('0.00"元"', 5.0, "5.00元"), ('#,##0"元"', 12.0, "12元"),
    ('[<100]"a"0;"b"0', 5.0, "a5"), ('[<100]"a"0;"b"0', 500.0, "b500"), ('[=1]"是";"否"', 1.0, "是"),
    ("0.00_);(0.00)", -1.234, "(1.23)"), ("0.00", -1.234, "-1.23"), ('_ * #,##0_ ;_ * "-"_ ;_ * "-"_ ', 0.0, "-"),
    ('"GC-"General', 1.5, "GC-1.5"), ("0.00", 2.0, 2.0), ("#,##0", 12345.0, 12345.0), ("General", 1.5, 1.5),
    ("0.00", 1e300, 1e300), ("0.00", float("inf"), float("inf")), ("0", True, True),
]  # fmt: skip


@pytest.mark.parametrize(("code", "cell", "shown"), DIGITS)
def test_a_format_shows_digits_in_their_places(code, cell, shown):
    assert as_shown(cell, shape_of(code)) == shown
    assert as_shown(cell, shape_of(code), with_words=False) == cell


@pytest.mark.parametrize(
    ("code", "cell", "otherwise"),
    [
        ("0", 2.6, "3"), ("0.0", 0.25, "0.3"), ("0%", 2.0, "200%"), ("0,", 12000.0, "12"), ('0"座"', 2.6, "3座"),
        ("0", 3.0, ""), ("0.00", 1.1, ""), ("#,##0", 12345.0, ""), ('0"座"', 3.0, ""), ('0;-0;"-"', 0.0, ""),
        ("0", "3", ""), ("General", 1.5, ""), ("yyyy/m", 1.5, ""),
    ],
)  # fmt: skip
def test_a_number_that_shows_another_is_said(code, cell, otherwise):
    assert shown_otherwise(cell, shape_of(code)) == otherwise


def test_a_quantity_is_the_stored_number_and_a_key_the_shown_one_in_every_kind_of_file():
    def make(book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, HEAD)
        sheet.write_row(1, 0, site(1))
        sheet.write_number(1, 0, 1.1, book.add_format({"num_format": "0.00"}))
        sheet.write_number(1, 3, 2.6, book.add_format({"num_format": "0"}))

    styles = b"".join(record(0xE0, struct.pack("<HH", 0, number) + b"\0" * 16) for number in (1, 2))
    old = xls([HEAD, ["", *site(1)[1:3], "", *site(1)[4:]]], styles=styles, numbers=[(1, 3, 3, 2.6), (1, 0, 4, 1.1)])
    cell = "<table:table-cell office:value-type='float' office:value='{}'><text:p>{}</text:p></table:table-cell>"
    key, count = (cell.format(value, shown) for value, shown in ((1.1, "1.10"), (2.6, "3")))
    row = ods_row(site(1)[1:3]).replace("<table:table-row >", f"<table:table-row>{key}")
    row = row.replace("</table:table-row>", f"{count}{ods_row(site(1)[4:]).partition('>')[2]}")
    opened = ods(f"<table:table>{ods_row(HEAD)}{row}</table:table>")

    for file in (xlsx(make), old, opened):
        reading = read(file)
        assert [(row["key"], row["quantity_planned"]) for row in values(reading).values()] == [("1.10", "2.6")]
        assert [(note.field, note.written, note.value) for note in reading.notes] == [("quantity_planned", "3", "2.6")]


@pytest.mark.parametrize("code", ['"GC-"000', "\\G\\C\\-000", '"GC-"000;"x"0;"y"@'])
def test_a_key_is_what_it_shows_and_a_number_what_it_is_in_every_kind_of_file(code):
    def make(book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, HEAD)
        sheet.write_row(1, 0, site(1))
        sheet.write_number(1, 0, 5, book.add_format({"num_format": code}))
        sheet.write_number(1, 3, 3, book.add_format({"num_format": '0"万"'}))

    shapes = record(0x41E, struct.pack("<HHB", 200, len(code), 1) + code.encode("utf-16-le"))
    styles = shapes + record(0xE0, struct.pack("<HH", 0, 200) + b"\0" * 16)
    old = xls([HEAD, ["", *site(1)[1:3], "", *site(1)[4:]]], styles=styles, numbers=[(1, 0, 3, 5.0), (1, 3, 3, 3.0)])
    cell = "<table:table-cell office:value-type='float' office:value='{}'><text:p>{}</text:p></table:table-cell>"
    key, count = (cell.format(value, shown) for value, shown in ((5, "GC-005"), (3, "3万")))
    row = ods_row(site(1)[1:3]).replace("<table:table-row >", f"<table:table-row>{key}")
    row = row.replace("</table:table-row>", f"{count}{ods_row(site(1)[4:]).partition('>')[2]}")
    opened = ods(f"<table:table>{ods_row(HEAD)}{row}</table:table>")

    for file in (xlsx(make), old, opened):
        assert [(row["key"], row["quantity_planned"]) for row in values(read(file)).values()] == [("GC-005", "3")]


def test_what_is_filled_down_is_what_the_cell_shows():
    def make(book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, [*HEAD, "责任单位"])
        sheet.write_row(1, 0, site(1))
        sheet.write_row(2, 0, site(2))
        sheet.merge_range(1, 6, 2, 6, 5, book.add_format({"num_format": '"第"0"工程队"'}))

    assert [row["organisation"] for row in values(read(xlsx(make))).values()] == ["第5工程队"] * 2


@pytest.mark.parametrize("code", ['yyyy"年"m"月"', "yyyy/m", 17, 57])
def test_a_month_in_excel_is_its_last_day_and_not_the_first_that_is_stored(code):
    def make(book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, HEAD)
        sheet.write_row(1, 0, site(1))
        sheet.write_datetime(1, 4, date(2027, 10, 1), book.add_format({"num_format": code}))
        sheet.write_number(1, 0, 7, book.add_format({"num_format": "000"}))

    reading = read(xlsx(make))

    assert [(row["key"], row["due_on"]) for row in values(reading).values()] == [("007", "2027-10-31")]
    assert notes(reading) == [(2, "read_as", "due_on")]


def test_a_month_in_an_old_workbook_and_in_an_open_document_is_its_last_day():
    code = 'yyyy"年"m"月"'.encode("utf-16-le")
    shapes = record(0x41E, (200).to_bytes(2, "little") + (len(code) // 2).to_bytes(2, "little") + b"\1" + code)
    styles = shapes + record(0xE0, (0).to_bytes(2, "little") + (200).to_bytes(2, "little") + b"\0" * 16)
    old = xls([HEAD, site(1, due="")], styles=styles, numbers=[(1, 4, 3, 46_661.0)])
    cell = '<table:table-cell office:value-type="date" office:date-value="2027-10-01"><text:p>2027年10月</text:p>'
    cell += "</table:table-cell>"
    key = '<table:table-cell office:value-type="float" office:value="7"><text:p>007</text:p></table:table-cell>'
    row = (
        ods_row(site(1)[1:4])
        .replace("</table:table-row>", f"{cell}</table:table-row>")
        .replace("<table:table-row >", f"<table:table-row>{key}")
    )
    opened = ods(f"<table:table>{ods_row(HEAD)}{row}</table:table>")

    assert [row["due_on"] for row in values(read(old)).values()] == ["2027-10-31"]
    assert [(row["key"], row["due_on"]) for row in values(read(opened)).values()] == [("007", "2027-10-31")]
