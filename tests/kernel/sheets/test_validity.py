"""From when until when something holds, and what is above it."""

from datetime import date

import pytest

from livelihood.kernel.sheets.shapes import as_shown, shape_of
from tests.kernel.sheets.books import xlsx_rows
from tests.kernel.sheets.office import errors, read, values

pytestmark = pytest.mark.usefixtures("english")


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("1984年", "1984-01-01"),
        ("1949-10-01", "1949-10-01"),
        ("1900年1月", "1900-01-01"),
        (date(1953, 5, 1), "1953-05-01"),
        ("1899-12-31", None),
    ],
)
@pytest.mark.parametrize(("kind", "head"), [("organisations", ["单位名称"]), ("areas", ["名称", "区划代码"])])
def test_offices_and_areas_may_be_older_than_the_portal(kind, head, cell, day):
    reading = read(xlsx_rows([[*head, "成立日期"], [*["甲局", "330225"][: len(head)], cell]]), kind)

    assert [row["valid_from"] for row in values(reading).values()] == ([day] if day else [])
    assert bool(reading.errors) == (day is None)


@pytest.mark.parametrize(
    "cell", ["9999-12-31", "9999/12/31", "9999年12月31日", "99991231", date(9999, 12, 31), "2999-12-31"]
)
@pytest.mark.parametrize(
    ("kind", "head", "start", "end"),
    [
        ("organisations", ["单位名称", "生效日期", "失效日期"], "valid_from", "valid_until"),
        ("people", ["姓名", "任期起", "任期止"], "starts_on", "ends_on"),
    ],
)
def test_a_day_that_never_comes_is_no_end(kind, head, start, end, cell):
    reading = read(xlsx_rows([head, ["张三", "2020-01-01", cell]]), kind)

    assert [(row[start], row[end]) for row in values(reading).values()] == [("2020-01-01", "")]
    assert reading.errors == []


@pytest.mark.parametrize(
    ("kind", "head", "end"),
    [
        ("organisations", ["单位名称", "生效日期", "失效日期"], "valid_until"),
        ("areas", ["区划代码", "生效日期", "失效日期"], "valid_until"),
        ("people", ["姓名", "任期起", "任期止"], "ends_on"),
    ],
)
def test_nothing_ends_before_it_begins(kind, head, end):
    first, second = ("张三", "李四") if kind == "people" else ("330225", "330226")

    reading = read(xlsx_rows([head, [first, "2027-03-02", "2027-03-01"], [second, "2027-03-02", "2027-03-02"]]), kind)

    assert [row.number for row in reading.rows] == [3]
    assert errors(reading) == [(2, end, "This day is before the first one, 2027-03-02.")]


@pytest.mark.parametrize("code", ['yyyy"年"', "yyyy", "yy", 'yyyy"年";@', '[$-804]yyyy"年"', "e"])
def test_a_date_that_shows_its_year_is_that_year(code):
    assert as_shown(date(2027, 1, 1), shape_of(code)) == "2027年"


def test_the_same_heading_in_a_group_of_what_is_done_is_no_plan():
    rows = [
        ["点位编号", "点位名称", "计划", "计划", "计划", "实际", "实际"],
        ["", "", "开工时间", "完工时间", "数量", "完工时间", "数量"],
        ["K-1", "甲", "2027-03-01", "2027-10-31", "3", "2027-11-30", "2"],
    ]

    reading = read(xlsx_rows(rows))

    assert values(reading)[3] == {
        "key": "K-1", "name": "甲", "starts_on": "2027-03-01", "due_on": "2027-10-31", "quantity_planned": "3",
    }  # fmt: skip
    assert len(reading.unread) == 2
