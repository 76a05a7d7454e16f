"""What a number shows is what its reader means: a month without its day, a code with its zeros."""

from datetime import date
from typing import Any

import pytest

from livelihood.kernel.sheets.shapes import MONTH, as_shown, shape_of
from tests.kernel.sheets.books import HEAD, ods, ods_row, record, site, xls, xlsx
from tests.kernel.sheets.office import notes, read, values

pytestmark = pytest.mark.usefixtures("english")


@pytest.mark.parametrize(
    ("code", "shape"),
    [
        ('yyyy"年"m"月"', MONTH), ("yyyy/m", MONTH), ('[$-804]yyyy"年"m"月";@', MONTH), ("mmm-yy", MONTH),
        ('yyyy"年"m"月"d"日"', 0), ("yyyy-mm-dd hh:mm", 0), ("m/d", 0), ("h:mm", 0), ("mm:ss", 0), ("General", 0),
        ("000", 3), ("000000000", 9), ("0", 0), ("0.00", 0), ("#,##0", 0), ("@", 0), ("", 0),
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
