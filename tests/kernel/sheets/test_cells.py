"""What a cell may hold."""

from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import TextChoices
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from hypothesis import given
from hypothesis import strategies as st

from livelihood.kernel.sheets import cells, codes, days, persons, points, quantities
from livelihood.kernel.sheets.cells import CellProblem


class Language(TextChoices):
    """A choice whose labels are in the catalogue of the frame itself."""

    CHINESE = "zh", _("Chinese")
    ENGLISH = "en", _("English")


def problem(parse, cell):
    with translation.override("en"), pytest.raises(CellProblem) as caught:
        parse(cell)
    with translation.override("en"):
        return str(caught.value.problem), str(caught.value.remedy)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("\u3000\u00a0 一号站\u200b\ufeff\t", "一号站"),
        ("一\r\n号\n\n站", "一 号 站"),
        ("e\u0301", "é"),
        (330102.0, "330102"),
        (330102, "330102"),
        (13812345678.0, "13812345678"),
        (0.1 + 0.2, "0.3"),
        (1e-7, "0.0000001"),
        (True, "TRUE"),
        (date(2026, 3, 5), "2026-03-05"),
        (datetime.fromisoformat("2026-03-05 00:00"), "2026-03-05"),
        (datetime.fromisoformat("2026-03-05 14:30"), "2026-03-05 14:30:00"),
        (time(8, 5), "08:05:00"),
    ],
)
def test_text_is_what_a_person_reads(cell, text):
    assert cells.text(50)(cell) == text


def test_text_keeps_lines_where_they_are_wanted():
    assert cells.text(50, multiline=True)(" a\r\nb\rc\u2028d ") == "a\nb\nc\nd"


def test_text_refuses_a_number_of_which_excel_lost_digits():
    assert problem(cells.text(50), 330102199001011234.0) == (
        "This number is so long that Excel has changed its last digits.",
        "Format the column as text and type the number again.",
    )


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        (12, "12"),
        (12.5, "12.5"),
        (0.1 + 0.2, "0.3"),
        ("1,234.50", "1234.50"),
        ("\uff11\uff12\uff0e\uff15", "12.5"),
        (" +3 ", "3"),
        ("-0.0001", "-0.0001"),
        ("100.00000", "100"),
        ("99999999999999.9999", "99999999999999.9999"),
    ],
)
def test_quantity_reads(cell, number):
    assert quantities.number()(cell) == Decimal(number)


@pytest.mark.parametrize("cell", ["12 km", "1,23", "1e5", "0x10", "nan", "", "--1", "½", True, date(2026, 3, 5)])
def test_quantity_refuses_what_is_no_number(cell):
    assert problem(quantities.number(), cell)[0] == "This is not a number."


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("0.00001", ("This number has too many decimals.", "Round it to 4 decimals.")),
        ("100000000000000", ("This number is too large.", "Check the number and its unit.")),
        ("9", ("This number is too small.", "Write at least 10.")),
        ("21", ("This number is too large.", "Write at most 20.")),
    ],
)
def test_quantity_keeps_its_bounds(cell, expected):
    assert problem(quantities.number(minimum=Decimal(10), maximum=Decimal(20)), cell) == expected


def test_integer_reads_whole_numbers_only():
    parse = quantities.integer(minimum=0, maximum=100)

    assert [parse(cell) for cell in (0, 100.0, "42")] == [0, 100, 42]
    assert problem(parse, 1.5) == (
        "This number has too many decimals.",
        "Write a whole number, such as 12, without a unit.",
    )
    assert problem(parse, 101) == ("This number is too large.", "Write at most 100.")


@pytest.mark.parametrize(
    "cell",
    [
        date(2024, 3, 5),
        datetime.fromisoformat("2024-03-05 23:59"),
        "2024-03-05",
        "2024-3-5",
        "2024/3/5",
        "2024/03/05 0:00:00",
        "2024-03-05T00:00:00",
        "2024年3月5日",
        "2024 年 3 月 5 日",
        "２０２４年３月５日",
        "2024-3/5",
        "2024.3.5",
        "2024\uff0e3\uff0e5",
        "2024-03-05 14:00",
        "2024年3月5号 上午8时30分",
        "2024年3月5日（星期二）",
        "2024年3月5日前完成",
        "二〇二四年三月五日",
        "5-Mar-2024",
        "March 5, 2024",
        "45356",
        45356,
        45356.5,
        "20240305",
        20240305,
        20240305.0,
    ],
)
def test_day_reads_the_ways_offices_write_dates(cell):
    assert days.day()(cell) == date(2024, 3, 5)


@pytest.mark.parametrize("cell", ["2023-02-29", "2024-13-01", "20240230", "2024年4月31日", "2024/0/1"])
def test_day_refuses_impossible_dates(cell):
    assert problem(days.day(), cell)[0] == "There is no such day in the calendar."


@pytest.mark.parametrize("cell", ["12", "soon", "2024-03-05x", "2024--3-5", 7, True, time(8)])
def test_day_refuses_what_names_no_day(cell):
    assert problem(days.day(), cell)[0] == "This is not a date."


def test_day_refuses_dates_out_of_range():
    parse = days.day(earliest=date(2026, 1, 1), latest=date(2026, 12, 31))

    assert problem(parse, date(2027, 1, 1)) == (
        "This date is out of range.",
        "Write a date from 2026-01-01 to 2026-12-31.",
    )


def test_choice_is_given_by_label_in_any_language_or_by_value():
    parse = cells.choice(Language)
    with translation.override("zh-hans"):
        chinese_label = str(Language.ENGLISH.label)
    assert chinese_label != "English"

    assert [parse(cell) for cell in ("English", " english ", chinese_label, "EN")] == [Language.ENGLISH] * 4
    assert problem(parse, "Latin") == (
        "This is not one of the possible values.",
        "Write one of: Chinese / English.",
    )


def test_choice_among_many_names_the_first_dozen():
    parse = cells.choice({str(number): f"label {number}" for number in range(20)})

    assert problem(parse, "x")[1].endswith("/ label 11 / ….")
    assert parse("label 19") == "19"


@given(st.one_of(st.text(), st.integers(), st.floats(), st.booleans(), st.dates(), st.datetimes()))
def test_parsers_answer_or_refuse_whatever_stands_in_the_cell(cell):
    parsers: list[Callable[[Any], Any]] = [
        cells.text(50),
        cells.choice(Language),
        cells.several(cells.text(50)),
        quantities.number(),
        quantities.integer(),
        quantities.quantity(),
        days.day(),
        codes.area(),
        codes.strict_area_code(),
        codes.key(50),
        persons.person_name(50),
        persons.phone(),
        points.angle,
        points.both,
    ]

    for parse in parsers:
        try:
            parse(cell)
        except CellProblem as error:
            outcome = str(error.problem), str(error.remedy)
        else:
            outcome = "read", "nothing to fix"
        assert all(outcome)


AT_ONCE: dict[str, Any] = {
    "text": cells.text(12),
    "number": quantities.number(places=2, digits=6, minimum=Decimal(-5), maximum=Decimal(900)),
    "any number": quantities.number(),
    "quantity": quantities.quantity().make(cells.Context(unit="座")),
    "angle": points.angle,
}


@pytest.mark.parametrize("name", AT_ONCE)
@given(data=st.data())
def test_a_column_read_at_once_holds_what_its_cells_hold(name, data):
    characters = "电梯Ab1 -=（。" + data.draw(st.sampled_from(["", "\n\u3000\u200b\ufe0f\u2800\u3164e\u0301ﬁ\x07"]))
    texts = st.text(st.sampled_from(characters), max_size=13) | st.sampled_from(["#N/A", "12.5", "无"])
    numbers = st.floats() | st.decimals(-999, 9999, places=2).map(float) | st.sampled_from([1e15, 1e14, 0.125, -0.0])
    column = data.draw(
        st.lists(data.draw(st.sampled_from([texts, numbers, texts | numbers | st.booleans()])), min_size=1)
    )
    parser = AT_ONCE[name]

    parsed = parser.at_once(column)

    if parsed is not None:
        assert parsed == [parser(cell) for cell in column]
        assert all(cell.strip() for cell in column if isinstance(cell, str))


@pytest.mark.parametrize(
    ("name", "column", "parsed"),
    [
        ("text", ["人民路 12 号", "P-1", "（东）"], ["人民路 12 号", "P-1", "（东）"]),
        ("text", ["人民路", ""], None),
        ("text", ["人民路", "—"], ["人民路", "—"]),
        ("text", ["人民路", "号" * 13], None),
        ("text", ["人民路", "#N/A"], None),
        ("text", ["人民路", 1.5], None),
        ("number", [1.5, 120.25], [Decimal("1.5"), Decimal("120.25")]),
        ("number", [1.5, 0.125], None),
        ("number", [1.5, 901.0], None),
        ("number", [1.5, float("nan")], None),
        ("any number", [1.5, 1e15], None),
        ("angle", [121.5, 29.5], [points.Angle(Decimal("121.5")), points.Angle(Decimal("29.5"))]),
        ("angle", [121.5, 1215.0], None),
        ("angle", [121.5, 121.1234567], None),
    ],
)
def test_what_is_as_usual_is_read_at_once(name, column, parsed):
    assert AT_ONCE[name].at_once(column) == parsed
