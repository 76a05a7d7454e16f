"""What a sheet says beside its cells: how long it takes, units over a group, several years, a datum."""

from datetime import date
from decimal import Decimal

import pytest

from livelihood.kernel.sheets.points import Datum
from tests.kernel.sheets.books import HEAD, site, xlsx_rows
from tests.kernel.sheets.office import errors, left_out, read, values

pytestmark = pytest.mark.usefixtures("english")


def days_read(reading):
    return {row.number: (row.values.get("starts_on"), row.values.get("due_on")) for row in reading.rows}


def test_a_construction_period_gives_its_days_and_a_duration_gives_none():
    cells = ["2027年3月1日至2027年10月31日", "2027.3.1-10.31", "180天", "6个月", 180, "一年", "约200个日历天", ""]
    rows = [[*site(number, due="2027-10-31"), cell] for number, cell in enumerate(cells)]

    reading = read(xlsx_rows([[*HEAD, "建设工期"], *rows]), year=2027)

    due, none = date(2027, 10, 31), {number: (None, date(2027, 10, 31)) for number in range(4, 10)}
    assert days_read(reading) == none | {
        2: (date(2027, 3, 1), due), 3: (date(2027, 3, 1), due),
    }  # fmt: skip
    notes = {note.row: (note.written, note.value) for note in reading.notes if note.field == "construction"}
    assert notes == {row: (str(cell), "") for row, cell in enumerate(cells[2:7], start=4)} | {
        row: (cell, "2027-03-01、2027-10-31") for row, cell in enumerate(cells[:2], start=2)
    }


def test_a_construction_period_yields_to_the_columns_of_its_days_and_what_is_none_says_nothing():
    rows = [
        [*site(1, due="2027-10-31"), "2027年3月1日至12月"],
        *([*site(n), text] for n, text in ((2, "跨年"), (3, "10月"))),
    ]

    reading = read(xlsx_rows([[*HEAD, "工期"], *rows]), year=2027)

    due = date(2027, 10, 31)
    assert (errors(reading), days_read(reading)) == ([], {2: (date(2027, 3, 1), due), 3: (None, due), 4: (None, due)})
    strict = read(xlsx_rows([[*HEAD, "起止时间"], *rows]), year=2027)
    assert [(error.row, str(error.problem)) for error in strict.errors] == [
        (2, "In the column “完成时限” stands something else."), (3, "These are not two dates."),
        (4, "Only one date stands here."),
    ]  # fmt: skip


def test_a_duration_alone_says_nothing_of_the_day_by_which():
    heads = [name for name in HEAD if name != "完成时限"]
    row = [cell for cell, name in zip(site(1), HEAD, strict=True) if name != "完成时限"]

    reading = read(xlsx_rows([[*heads, "建设周期（天）"], [*row, 180]]))

    assert (errors(reading), "due_on" in reading.rows[0].values) == ([], False)


def test_a_unit_over_a_group_that_is_of_none_of_its_columns_is_said():
    upper = ["点位信息（万元）", "", "", "计划数量（座）", "完成时限", "建设标准"]
    lower = ["点位编号", "点位名称", "所属区县"]

    reading = read(xlsx_rows([upper, lower, site(1)], merges=[(0, 0, 0, 2)]))

    assert [str(note) for note in reading.file_notes] == [
        "The unit 万元 over several columns is of none of those that were read."
    ]
    assert reading.rows[0].values["quantity_planned"].number == Decimal(1)


def test_a_unit_in_one_of_several_cells_above_the_table_is_said():
    reading = read(xlsx_rows([["点位表（万元）", "", "建设任务（座）"], HEAD, site(1)]))

    assert [str(note) for note in reading.file_notes] == [
        "The unit 万元 outside of the table is of none of the columns that were read."
    ]


SEVERAL = "The title speaks of several years ({}). Days without a year were read in "


@pytest.mark.parametrize(
    ("title", "year", "due", "notes", "asked"),
    [
        ("2026—2027年民生实事", 2027, "2027-10-31", [SEVERAL.format("2026, 2027") + "2027."], 0),
        ("2026-2027年度公厕点位", 2027, "2027-10-31", [SEVERAL.format("2026, 2027") + "2027."], 0),
        ("2026年完成情况及2027年计划", 2027, "2027-10-31", [SEVERAL.format("2026, 2027") + "2027."], 0),
        ("2025、2026年民生实事", 2027, "2027-10-31", [], 1),
        ("2026年至2027年民生实事", None, None, [SEVERAL.format("2026, 2027") + "none of them."], 0),
        ("2027年民生实事", None, "2027-10-31", [], 0),
        ("2027年民生实事（2027.3.1—2027.10.31）", 2027, "2027-10-31", [], 0),
    ],
)
def test_a_title_of_several_years_is_said_and_one_without_the_own_is_asked(title, year, due, notes, asked):
    reading = read(xlsx_rows([[title], HEAD, site(1, due="10月底前")]), year=year)

    assert [str(note) for note in reading.file_notes] == notes
    assert len(reading.doubts) == asked
    found = [*reading.rows, *reading.doubtful.values()]
    assert [str(row.values["due_on"]) for row in found] == ([due] if due else [])


@pytest.mark.parametrize(
    ("longitude", "latitude", "datum"),
    [
        ("经度E（火星）", "纬度N（火星）", Datum.GCJ02), ("经度(E)", "纬度(N)", Datum.WGS84),
        ("E经度", "N纬度", Datum.WGS84), ("中心点经度", "中心点纬度", Datum.WGS84),
        ("X（经度）", "Y（纬度）", Datum.WGS84),
        ("经度(东经)", "纬度(北纬)", Datum.WGS84), ("点位经度（GCJ02）", "点位纬度（GCJ02）", Datum.GCJ02),
        ("经度E（百度）", "纬度N（百度）", Datum.BD09), ("Longitude(E)", "Latitude(N)", Datum.WGS84),
    ],
)  # fmt: skip
def test_headings_of_degrees_with_letters_and_a_datum_beside_them(longitude, latitude, datum):
    point = {"longitude": Decimal("121.8"), "latitude": Decimal("29.4")}
    plain = read(xlsx_rows([[*HEAD, "经度", "纬度"], [*site(1), 121.8, 29.4]]), datum=datum)

    reading = read(xlsx_rows([[*HEAD, longitude, latitude], [*site(1), 121.8, 29.4]]))

    assert (reading.unread, reading.doubts) == ([], [])
    assert values(reading) == values(plain)
    assert ({name: reading.rows[0].values[name] for name in point} == point) == (datum is Datum.WGS84)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (["—"] * 6, "empty"), (["/", "/", "/", "", "/", "/"], "empty"), (["", "", "", "", "", "年   月   日"], "note"),
        (["2027年  月  日"], "note"),
        (["必填", "必填，不超过200字", "6位代码", "填数字", "格式：2027-10-31", "选填"], "title"),
        (["2027年公厕点位表（二）"], "title"), (["石浦镇公厕清单"], "title"),
    ],
)  # fmt: skip
def test_rows_that_are_no_data(row, why):
    reading = read(xlsx_rows([HEAD, row, site(1), site(2)]))

    assert (left_out(reading), errors(reading), len(reading.rows)) == ([(2, why)], [], 2)


def test_notes_that_are_counted_are_notes():
    rows = [
        HEAD,
        site(1),
        ["1.城区"],
        site(2),
        ["注：1.由责任单位填报。"],
        ["2.完成时限为建成时间。"],
        ["3、以实际为准"],
    ]

    assert left_out(read(xlsx_rows(rows))) == [(3, "title"), (5, "note"), (6, "note"), (7, "note")]


@pytest.mark.parametrize("cell", ["2027.9-10", "2027年9-10", "2027/9-10"])
def test_two_months_with_a_dash_are_no_day(cell):
    assert [error[:2] for error in errors(read(xlsx_rows([HEAD, site(1, due=cell)])))] == [(2, "due_on")]


def test_a_group_of_two_days_names_them_by_one_word_each():
    rows = [[*HEAD[:4], "时间要求", ""], ["", "", "", "", "开工", "完成"], [*site(1)[:4], "2027年3月1日", "10月底"]]

    reading = read(xlsx_rows(rows, merges=[(0, 4, 0, 5)]), year=2027)

    assert days_read(reading) == {3: (date(2027, 3, 1), date(2027, 10, 31))}
