"""Tables for others: what is written, and that it reads in again unchanged."""

import io
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count, islice
from typing import NamedTuple

import pytest
import xlsxwriter
from django.db.models import TextChoices
from django.test import override_settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from livelihood.kernel import exports
from livelihood.kernel.errors import InvalidInput
from livelihood.kernel.exports import Field, Sheet, csv_parts, write_csv, write_xlsx, xlsx_into
from livelihood.kernel.sheets import cells, days, quantities
from livelihood.kernel.sheets.cells import EXCEL_ERRORS, SAME_AS_ABOVE
from livelihood.kernel.sheets.declaration import Column, Kind
from livelihood.kernel.sheets.nothing import says_nothing
from livelihood.kernel.sheets.reading import read_sheet
from livelihood.kernel.text import clean_text


@pytest.fixture(autouse=True, scope="module")
def _name() -> Iterator[None]:
    with override_settings(PORTAL_NAME_PROVIDER=f"{__name__}.name_of_portal"):
        yield


def name_of_portal() -> str:
    return "门户"


class Language(TextChoices):
    """A choice whose labels are in the catalogue of the frame itself."""

    CHINESE = "zh", _("Chinese")
    ENGLISH = "en", _("English")


class Line(NamedTuple):
    """One row with a value of every type."""

    name: str
    note: str | None
    number: int | None
    quantity: Decimal | None
    day: date | None
    language: Language


FIELDS = [
    Field("Name", lambda line: line.name),
    Field("Note", lambda line: line.note),
    Field("Number", lambda line: line.number),
    Field("Quantity", lambda line: line.quantity),
    Field("Day", lambda line: line.day),
    Field("Language", lambda line: line.language.label),
]
COLUMNS = [
    Column("name", "Name", cells.text(200)),
    Column("note", "Note", cells.text(200, multiline=True), required=False),
    Column("number", "Number", quantities.integer(), required=False),
    Column("quantity", "Quantity", quantities.number(), required=False),
    Column("day", "Day", days.day(), required=False),
    Column("language", "Language", cells.choice(Language)),
]


def read_otherwise(text):
    """Say whether offices mean something else by it: nothing, what stands above, or a code that is kept a text."""
    return says_nothing(text) or text in SAME_AS_ABOVE or re.match("'+[0-9A-Za-z_.+-]|=\"", text)


def cleaned(*, multiline):
    return (
        st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("=+-@'\"\n,;_x"), max_size=40)
        .map(lambda text: clean_text(text, max_length=200, multiline=multiline))
        .filter(lambda text: text and text not in EXCEL_ERRORS and not read_otherwise(text))
    )


lines = st.lists(
    st.builds(
        Line,
        name=cleaned(multiline=False),
        note=st.none() | cleaned(multiline=True),
        number=st.none() | st.integers(-(10**14), 10**14),
        quantity=st.none() | st.decimals(-(10**13), 10**13, places=4),
        day=st.none() | st.dates(date(1990, 1, 1), date(2099, 12, 31)),
        language=st.sampled_from(Language),
    ),
    min_size=1,
    max_size=8,
)


def read_again(content):
    parsed = read_sheet(io.BytesIO(content), Kind("things", "Things", tuple(COLUMNS)))
    assert parsed.errors == []
    return [Line(**row.values) for row in parsed.rows]


def table(content):
    return CalamineWorkbook.from_filelike(io.BytesIO(content))


def xlsx(*sheets):
    file = io.BytesIO()
    xlsx_into(file, sheets)
    return file.getvalue()


@given(lines)
def test_csv_reads_in_again_unchanged(rows):
    assert read_again(b"".join(csv_parts(rows, FIELDS))) == rows


@given(lines)
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_xlsx_reads_in_again_unchanged(rows):
    assert read_again(xlsx(Sheet("Lines", FIELDS, rows))) == rows


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+86", "'+86"),
        ("-", "'-"),
        ("@a", "'@a"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("'=1", "''=1"),
        ("'quoted'", "'quoted'"),
        ("a=b", "a=b"),
        (-5, "-5"),
        (Decimal("-0.5000"), "-0.5000"),
        (Decimal("1E+3"), "1000"),
        (None, ""),
        (True, "yes"),
        (False, "no"),
        (date(2026, 3, 5), "2026-03-05"),
        (datetime(2026, 3, 5, 23, 30, tzinfo=UTC), "2026-03-06 07:30:00"),
        (Language.ENGLISH.label, "English"),
    ],
)
def test_csv_cells_are_typed_and_never_a_formula(value, cell):
    with translation.override("en"):
        assert exports.csv_text(value) == cell


def test_write_csv_answers_with_a_download():
    response = write_csv([1, 2], [Field("编号", lambda row: row)], filename="点位")

    assert b"".join(response) == b"\xef\xbb\xbf" + "编号\r\n1\r\n2\r\n".encode()
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"] == "attachment; filename*=utf-8''%E7%82%B9%E4%BD%8D.csv"
    assert response.headers["Cache-Control"] == "no-store"


def test_csv_is_sent_while_it_is_written():
    rows = count()

    parts = list(islice(csv_parts(rows, [Field("n", lambda row: row)]), 2))

    assert next(rows) == exports.BATCH
    assert parts[1].splitlines()[-1] == str(exports.BATCH - 1).encode()


def test_csv_keeps_the_language_it_was_asked_for_in():
    with translation.override("en"):
        parts = csv_parts([Language.ENGLISH], [Field(_("English"), lambda row: row.label)])

    with translation.override("zh-hans"):
        assert b"".join(parts).decode("utf-8-sig") == "English\r\nEnglish\r\n"
        assert translation.get_language() == "zh-hans"


@pytest.mark.django_db  # the end of an answer looks at the connection
def test_write_xlsx_answers_with_typed_cells_in_several_sheets():
    instant = datetime(2026, 3, 5, 23, 30, tzinfo=UTC)
    first = Sheet(
        "Sites",
        [Field("a", lambda row: row[0]), Field("b", lambda row: row[1]), Field("c", lambda row: row[2])],
        [("=1+1", Decimal("12.5"), date(2026, 3, 5)), (None, Decimal("12345678901234.5678"), instant)],
    )

    response = write_xlsx([first, Sheet("Empty", [Field("a", str)], [])], filename="sites")

    content = b"".join(response)
    book, said = table(content), load_workbook(io.BytesIO(content)).properties
    response.close()
    assert response.headers["Content-Disposition"] == 'attachment; filename="sites.xlsx"'
    assert (said.creator, said.title) == ("门户", "Sites")
    assert book.sheet_names == ["Sites", "Empty"]
    assert book.get_sheet_by_name("Sites").to_python() == [
        ["a", "b", "c"],
        ["=1+1", 12.5, date(2026, 3, 5)],
        ["", "12345678901234.5678", datetime.fromisoformat("2026-03-06 07:30:00")],
    ]
    assert book.get_sheet_by_name("Empty").to_python() == [["a"]]


def test_xlsx_of_more_rows_than_a_sheet_holds_goes_on_in_the_next(monkeypatch):
    monkeypatch.setattr(exports, "SHEET_ROWS", 4)

    book = table(xlsx(Sheet("Sites", [Field("n", lambda row: row)], range(7))))

    assert {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names} == {
        "Sites": [["n"], [0.0], [1.0], [2.0]],
        "Sites (2)": [["n"], [3.0], [4.0], [5.0]],
        "Sites (3)": [["n"], [6.0]],
    }


def test_xlsx_sheet_names_are_made_to_fit():
    names = ["a/b:c", "x" * 40, "x" * 40, ""]

    book = table(xlsx(*(Sheet(name, [Field("n", str)], []) for name in names)))

    assert book.sheet_names == ["a b c", "x" * 31, "x" * 27 + " (2)", "-"]


def test_xlsx_refuses_a_text_no_cell_can_hold():
    with pytest.raises(InvalidInput) as refusal:
        xlsx(Sheet("Sites", [Field("n", lambda row: row)], ["x" * 32_768]))

    with translation.override("en"):
        assert str(refusal.value) == (
            "A text of 32768 characters does not fit into a cell of Excel. Please export CSV instead."
        )


def test_limits_are_those_of_the_writer():
    assert xlsxwriter.worksheet.Worksheet().xls_rowmax == exports.SHEET_ROWS
    assert xlsxwriter.worksheet.Worksheet().xls_strmax == exports.CELL_LENGTH


def test_xlsx_keeps_numbers_as_numbers_unless_excel_would_lose_digits():
    values = [0.746269, 1 / 3, 12, 10**15, 10**15 + 1, Decimal("0.5000"), Decimal("1234567890123.4567")]
    file = io.BytesIO()

    xlsx_into(file, [Sheet("S", [Field("n", lambda value: value)], values)])

    rows = CalamineWorkbook.from_filelike(io.BytesIO(file.getvalue())).get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows[1:]] == [
        0.746269, "0.3333333333333333", 12.0, 1e15, "1000000000000001", 0.5, "1234567890123.4567",
    ]  # fmt: skip
