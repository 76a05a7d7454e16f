"""Units that stand outside of a column: above the table, below it, in a group of headings."""

import pytest

from livelihood.kernel.sheets.declaration import kinds
from livelihood.kernel.sheets.units import BASES, dimension_of, units_in, units_said
from tests.kernel.sheets.books import xlsx_rows
from tests.kernel.sheets.office import left_out, read, values

pytestmark = pytest.mark.usefixtures("english")

HEAD = ["点位编号", "点位名称", "计划数量"]


def quantities(reading):
    return {number: row["quantity_planned"] for number, row in values(reading).items()}


def said(reading):
    return [(note.field, note.written, note.value) for note in reading.notes]


WAYS = {
    "above": [["某县清单", "", "单位：万平方米"], HEAD],
    "by name": [["计量单位：万㎡"], HEAD],
    "by the thousand": [["表一 某县清单    单位：万平米"], HEAD],
    "two cells": [["某县清单", "单位：", "万平方米"], HEAD],
    "in the title": [["某县清单（单位: 万平方米）"], HEAD],
    "brackets": [["某县清单（万㎡）"], HEAD],
    "sentence": [["以万平方米为单位"], HEAD],
    "group alone": [["", "", "计划（万平方米）"], HEAD],
}


@pytest.mark.parametrize("way", WAYS)
def test_a_unit_counts_wherever_it_stands_and_is_said(way):
    reading = read(xlsx_rows([*WAYS[way], ["K-1", "甲", 1.2]]))

    assert list(quantities(reading).values()) == ["12000"]
    assert said(reading) == [("quantity_planned", "1.2", "12000")]


def test_a_note_below_the_table_and_a_group_over_several_columns_say_it_too():
    below = read(xlsx_rows([HEAD, ["K-1", "甲", 1.2], ["注：单位为万平方米"]]))
    merges = [(0, 2, 0, 3), (0, 0, 1, 0), (0, 1, 1, 1)]
    rows = [[*HEAD[:2], "计划（万平方米）", ""], ["", "", "数量", "备注"], ["K-1", "甲", 1.2, ""]]

    assert (quantities(below), left_out(below)) == ({2: "12000"}, [(3, "note")])
    assert quantities(read(xlsx_rows(rows, merges))) == {3: "12000"}


@pytest.mark.parametrize("heading", ["计划数量（万m2）", "计划数量（单位：万平方米，保留两位小数）", "计划数量/万㎡"])
def test_the_unit_of_a_heading_is_known_with_more_beside_it(heading):
    reading = read(xlsx_rows([[*HEAD[:2], heading], ["K-1", "甲", 1.2]]))

    assert [row.values["quantity_planned"].in_ones.number for row in reading.rows] == [12_000]


@pytest.mark.parametrize(
    ("unit", "number"),
    [("千平方米", "1200"), ("百户", "120"), ("公里", "1.2"), ("千米", "1.2"), ("千瓦", "1.2"), ("百万元", "1.2")],
)
def test_thousands_are_counted_and_kilometres_stay_what_they_are(unit, number):
    assert quantities(read(xlsx_rows([[f"单位：{unit}"], HEAD, ["K-1", "甲", 1.2]]))) == {3: number}


def test_the_nearest_unit_is_meant():
    rows = [["单位：万平方米"], HEAD, ["K-1", "甲", "1200平方米"], ["K-2", "乙", "1 200"]]
    own = [["单位：万平方米"], [*HEAD[:2], "计划数量（座）"], ["K-1", "甲", 12]]

    assert quantities(read(xlsx_rows(rows))) == {3: "1200", 4: "12000000"}
    assert quantities(read(xlsx_rows(own))) == {3: "12"}


@pytest.mark.parametrize(
    ("line", "unread"),
    [
        ("单位：万元", "万元"),
        ("单位: 万元、座", "万元"),
        ("金额单位：亿元", "亿元"),
        ("单位：座", ""),
        ("单位：宁波市教育局", ""),
    ],
)
def test_a_unit_of_something_else_changes_nothing_and_is_named(line, unread):
    reading = read(xlsx_rows([[line], HEAD, ["K-1", "甲", 12]]))

    assert quantities(reading) == {3: "12"}
    assert [str(note) for note in reading.file_notes] == [
        f"The unit {unread} outside of the table is of none of the columns that were read."
    ] * bool(unread)


@pytest.mark.parametrize(
    ("line", "head", "cells", "said"),
    [
        ("单位：座、万平方米", HEAD, [1.2],
         "Outside of the table stand the units 座, 万平方米, and this number was read in none of them."),
        ("单位：万平方米", [*HEAD, "计量单位"], [1.2, "平方米"],
         "Outside of the table stands the unit 万平方米. Each row names its own, which was taken."),
    ],
)  # fmt: skip
def test_where_it_is_open_for_which_column_a_unit_is_meant_it_is_asked(line, head, cells, said):
    reading = read(xlsx_rows([[line], head, ["K-1", "甲", *cells]]))

    assert [(doubt.row, doubt.field, str(doubt.problem)) for doubt in reading.doubts] == [(3, "quantity_planned", said)]
    assert reading.rows == []


@pytest.mark.parametrize("dimension", BASES)
def test_every_unit_is_known_by_the_ten_thousand_and_in_brackets(dimension):
    units = [scale + base for base in BASES[dimension].split() for scale in ("", "万", "百万", "亿")]

    assert {dimension_of(unit) for unit in units} == {dimension}
    assert [(units_said(f"单位：{unit}"), units_in(unit)) for unit in units] == [([unit], [unit]) for unit in units]


def test_every_column_of_quantities_says_what_it_may_count():
    columns = [column for kind in kinds().values() for column in kind.columns if column.measures]

    assert {column.name: sorted(set(BASES) - set(column.measures)) for column in columns} == {
        "quantity_planned": ["money", "share"],
    }  # fmt: skip
    assert (units_in("无"), units_said("单位：" + "e" * 9000), units_in("元/平方米")) == ([], [], ["元", "平方米"])
