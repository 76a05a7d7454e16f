"""Days in every spelling of an office."""

from datetime import date, timedelta

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from livelihood.kernel.sheets import days
from livelihood.kernel.sheets.cells import CellProblem, Context

IN_2027 = days.day().make(Context(year=2027))
DAYS = st.dates(min_value=date(1990, 1, 1), max_value=date(2099, 12, 31))


def problem(parse, cell):
    with pytest.raises(CellProblem) as caught:
        parse(cell)
    with translation.override("en"):
        return str(caught.value.problem)


@given(DAYS)
def test_every_spelling_of_a_day_is_the_same_day(day):
    year, month, number = day.year, day.month, day.day
    spellings = [
        f"{year}-{month:02}-{number:02}", f"{year}-{month}-{number}", f"{year}/{month}/{number}",
        f"{year}.{month}.{number}", f"{year}\uff0e{month}\uff0e{number}", f"{year}。{month}。{number}",
        f"{year}年{month}月{number}日", f"{year}年{month}月{number}号", f" {year} 年 {month} 月 {number} 日 ",
        f"{year}{month:02}{number:02}", f"{year}-{month}-{number} 8:00", f"{year}/{month}/{number} 08:00:00",
        f"{year}-{month:02}-{number:02}T08:00:00", f"{year}年{month}月{number}日上午8时30分",
        f"{year}年{month}月{number}日前", f"{year}年{month}月{number}日前完成", f"截至{year}年{month}月{number}日",
        f"{year}年{month}月{number}日（星期{'一二三四五六日'[day.weekday()]}）", f"{year}.{month}.{number}.",
        f"{number}-{day:%b}-{year}", f"{day:%B} {number}, {year}",
        int(f"{year}{month:02}{number:02}"), (day - date(1899, 12, 30)).days, (day - date(1899, 12, 30)).days + 0.33,
        str((day - date(1899, 12, 30)).days),
    ]  # fmt: skip
    spellings += [text.translate(str.maketrans("0123456789", "０１２３４５６７８９")) for text in spellings[:12]]  # noqa: RUF001

    assert {str(cell): days.day()(cell) for cell in spellings} == {str(cell): day for cell in spellings}


@given(DAYS.filter(lambda day: day >= date(1990, 1, 1) + timedelta(days=1462)))
def test_serial_numbers_count_from_1904_where_the_workbook_does(day):
    parse = days.day().make(Context(counts_from_1904=True))

    assert parse(float((day - date(1904, 1, 1)).days)) == day


@given(DAYS)
def test_a_day_without_its_year_lies_in_the_year_of_the_sheet(day):
    parse = days.day().make(Context(year=day.year))

    for cell in (f"{day.month}月{day.day}日", f"{day.month}月{day.day}日前", f"{day.month}.{day.day}"):
        assert parse(cell) == day


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2027年12月31日24时前", "2027-12-31"), ("2027年度内", "2027-12-31"),
        ("2027年10月", "2027-10-31"), ("2027.10", "2027-10-31"), ("2027-10", "2027-10-31"), ("2027/2", "2027-02-28"),
        ("2028年2月底前", "2028-02-29"), ("2027年10月份", "2027-10-31"), ("10月底前", "2027-10-31"),
        ("10月底", "2027-10-31"), ("十月底", "2027-10-31"), ("二〇二七年十月", "2027-10-31"), ("201810", "2018-10-31"),
        (201810.0, "2018-10-31"), (2018.11, "2018-11-30"), ("2027年10月上旬", "2027-10-10"), ("10月中旬", "2027-10-20"),
        ("2月下旬前", "2027-02-28"), ("年底前", "2027-12-31"), ("2027年底", "2027-12-31"), ("今年年底", "2027-12-31"),
        ("2027年内", "2027-12-31"), ("2027", "2027-12-31"), ("上半年", "2027-06-30"), ("2027年第三季度", "2027-09-30"),
        ("四季度前", "2027-12-31"), ("2027年Q1", "2027-03-31"), ("2027年10月底前建成投用", "2027-10-31"),
        ("31/10/2027", "2027-10-31"), ("10/31/2027", "2027-10-31"), ("18年3月1日", "2018-03-01"),
    ],
)  # fmt: skip
def test_a_month_or_part_of_a_year_is_its_last_day(cell, day):
    assert IN_2027(cell).isoformat() == day


LEADS = [
    "",
    "计划于",
    "预计在",
    "截止到",
    "截至",
    "至",
    "确保",
    "力争",
    "争取在",
    "务必于",
    "最迟",
    "不晚于",
    "不迟于",
    "最迟不得晚于",
    "要求",
    "原则上于",
    "拟于",
    "完成时限：",
    "自",
    "从",
]
TAILS = [
    "",
    "前",
    "之前",
    "以前",
    "底前",
    "止",
    "起",
    "前完成",
    "前全部完成",
    "前完工",
    "前竣工",
    "前基本建成",
    "前建成并投入使用",
    "前完成验收",
    "前通过竣工验收",
    "前完成主体工程建设",
    "前全面投入使用。",
    "前开工",
    "前启动建设",
    "（含）前",
    "前正式对外开放",
    "前交付使用",
]
PARTS = {
    "2027年10月31日": "2027-10-31", "2027.10.31": "2027-10-31", "2027年10月": "2027-10-31", "10月": "2027-10-31",
    "2027年10月中旬": "2027-10-20", "10月上旬": "2027-10-10", "2027年10月下旬": "2027-10-31",
    "2027年10月末": "2027-10-31",
    "上半年": "2027-06-30", "2027年第三季度": "2027-09-30", "前三季度": "2027-09-30", "2027年前三季度": "2027-09-30",
    "三季度末": "2027-09-30", "2027年": "2027-12-31", "年底": "2027-12-31", "2027年年底": "2027-12-31",
    "年内": "2027-12-31",
    "今年10月": "2027-10-31", "本年度10月": "2027-10-31", "明年3月": "2028-03-31", "二〇二七年十月": "2027-10-31",
    "2027年Q3": "2027-09-30", "Q3 2027": "2027-09-30", "2027年度": "2027-12-31",
}  # fmt: skip


@given(st.sampled_from(LEADS), st.sampled_from([*PARTS]), st.sampled_from(TAILS))
def test_a_day_is_the_same_whatever_stands_before_and_behind_it(lead, part, tail):
    if tail.startswith("底") and not part.endswith("月"):
        tail = tail.removeprefix("底")

    assert IN_2027(f"{lead}{part}{tail}").isoformat() == PARTS[part]


@pytest.mark.parametrize(
    "cell", ["by the end of October 2027", "before 31 October 2027", "until Oct 31, 2027", "October 2027"]
)
def test_a_day_in_english_may_have_words_before_it(cell):
    assert IN_2027(cell).isoformat() == "2027-10-31"
    assert days.day(first_of_month=True)("October 2027").isoformat() == "2027-10-01"


@pytest.mark.parametrize(
    "cell",
    ["2027年10月后", "已于2027年3月完成", "约2027年10月", "2027年10月左右", "月底前", "春节前",
        "力争2027年9月底前，确保10月底前完成",
     "2027年10月底前完成主体工程，12月底前完成验收", "开工后6个月", "6个月", "前", "完成", "不早于2027年10月",
     "smarch 2027"],
)  # fmt: skip
def test_what_only_looks_like_a_day_is_none(cell):
    assert problem(IN_2027, cell) in {"This is not a date.", "Here stand two dates."}


@pytest.mark.parametrize(
    ("cell", "day"),
    [("2027年10月", "2027-10-01"), ("2027年", "2027-01-01"), ("第三季度", "2027-07-01"), ("上半年", "2027-01-01")],
)
def test_where_a_mandate_begins_a_month_is_its_first_day(cell, day):
    assert days.day(first_of_month=True).make(Context(year=2027))(cell).isoformat() == day


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("10月底前", "No year is written here."),
        ("年底前", "No year is written here."),
        ("今年10月", "No year is written here."),
        ("3/4/2027", "This date may be day and month, or month and day."),
        (2018.1, "Excel may have cut a zero off the end of this number, as off 2027.10."),
        (10.3, "Excel may have cut a zero off the end of this number, as off 2027.10."),
        ("2018.3.1-2018.11.30", "Here stand two dates."),
        ("2027年3月至10月", "Here stand two dates."),
        ("2027年13月", "There is no such day in the calendar."),
        ("待定", "This is not a date."),
        ("长期", "This is not a date."),
        ("月底", "This is not a date."),
        ("2027年10月左右", "This is not a date."),
    ],
)
def test_what_leaves_the_day_open_is_refused_with_the_reason(cell, said):
    assert problem(days.day(), cell) == said
