"""Habits of offices and of their programs: signatures where names stand, "as above", guards, what a merge covers."""

from typing import Any

import pytest

from tests.kernel.sheets.books import HEAD, read_values, site, xlsx, xlsx_rows
from tests.kernel.sheets.office import errors, left_out, notes, read, refusal, values

pytestmark = pytest.mark.usefixtures("english")


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (["填表人：张三", "", "联系电话：13800000000"], "note"), (["填表人：", "张三", "13800000000"], "note"),
        (["单位负责人（签字）：", "填表人：张三", "填报时间：2027.3.5"], "note"),
        (["打印日期：2027-03-05", "", "第1页，共2页"], "note"),
        (["填报单位（盖章）：", "", "填报日期：2027年3月5日"], "note"), (["第 1 页，共 2 页"], "note"),
        (["共2家单位"], "total"), (["政府部门（2家）"], "title"), (["（二）乡镇街道"], "title"),
        (["合计", "2家", ""], "total"),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    ("kind", "head"), [("organisations", "单位全称 联系人 联系电话"), ("roll", "姓名 代表团 代表证号")]
)
def test_what_stands_in_the_one_column_that_is_needed_is_not_always_a_name(kind, head, row, why):
    reading = read(xlsx_rows([head.split(), ["甲一", "张三", "001"], row, ["乙二", "李四", "002"]]), kind)

    assert ([one.number for one in reading.rows], left_out(reading)) == ([2, 4], [(3, why)])


@pytest.mark.parametrize(
    "name", ["总工会", "统计局", "审核中心", "联系办公室", "负责村", "日报社", "单位服务中心", "第一中学", "共青团县委"]
)
def test_a_name_alone_in_its_row_is_a_name(name):
    reading = read(xlsx_rows([["单位全称", "联系人", "联系电话"], [name], ["乙局", "李四", "1"]]), "organisations")

    assert ([one.values["name_zh"] for one in reading.rows], left_out(reading)) == ([name, "乙局"], [])


def test_another_table_below_is_not_read_into_the_columns_of_the_first():
    rows = [
        ["单位全称", "联系人", "上级单位"],
        ["甲局", "张三", "县政府"],
        ["单位全称", "上级单位", "联系人"],
        ["乙局", "县政府", "李四"],
    ]

    assert refusal(xlsx_rows(rows), kind="organisations") == (
        "Below the table stands another one, with the headings 单位全称, 上级单位, 联系人. "
        "Put it on a sheet of its own."
    )


@pytest.mark.parametrize(
    "row", [["甲", "乙", "丙", "1", "2", "3"], ["栏次", 1, 2, 3, 4, 5], ["①", "②", "③", "④", "⑤", "⑥"]]
)
def test_a_row_that_counts_the_columns_in_any_signs_is_part_of_the_head(row):
    reading = read(xlsx_rows([HEAD, row, site(1)]))

    assert (values(reading), left_out(reading)) == ({3: read_values(1)}, [(2, "title")])


def test_what_a_merge_covers_is_not_seen():
    def make(_book: Any, sheet: Any) -> None:
        for at, row in enumerate([HEAD, site(1, standard="甲"), site(2)]):
            sheet.write_row(at, 0, row)
        sheet.merge_range(1, 5, 2, 5, "甲")
        sheet.write(2, 5, "乙")

    reading = read(xlsx(make))

    assert [row.values["standard"] for row in reading.rows] == ["甲", "甲"]
    assert notes(reading) == [(3, "merged", "standard")]


def test_as_above_is_what_stands_above_and_is_said():
    rows = [HEAD, site(1), site(2, area="同上", due="〃"), ["小计", "", "", 2], site(3, area="同上", due="2027-11-30")]

    reading = read(xlsx_rows(rows))

    assert [(row.values["area"], str(row.values["due_on"])) for row in reading.rows] == [
        ("330225", "2027-10-31"), ("330225", "2027-10-31"), ("330225", "2027-11-30"),
    ]  # fmt: skip
    assert [(note.row, note.field, note.written, note.value) for note in reading.notes] == [
        (3, "area", "同上", "330225"), (3, "due_on", "〃", "2027-10-31"), (5, "area", "同上", "330225"),
    ]  # fmt: skip


def test_as_above_is_an_error_where_each_row_has_its_own_or_nothing_stands_above():
    reading = read(xlsx_rows([HEAD, site(1, area="同上"), site(2), site(3, name="同上", quantity="〃")]))

    said = "Here stands “as above”, and the row needs its own value."
    assert errors(reading) == [(2, "area", said), (4, "name", said), (4, "quantity_planned", said)]
    assert sorted(values(reading)) == [3]


def test_a_row_of_a_text_with_more_cells_than_its_head_is_an_error():
    file = "点位编号,点位名称,地址,建设标准\nK-1,甲,A路1号,2号,合格\nK-2,乙,B路,合格,,\n合计,,,,2\n"

    reading = read(file)

    assert errors(reading) == [(2, "", "This row has more cells than the head.")]
    assert (sorted(values(reading)), left_out(reading)) == ([3], [(4, "total")])


@pytest.mark.parametrize(
    ("written", "key"),
    [('="007"', "007"), ('"=""007"""', "007"), ("'007", "007"), ("\t007", "007"), ("'=1", "=1"), ("'t Hof", "'t Hof"),
     ('="a""b"""', 'a"b"')],
)  # fmt: skip
def test_signs_that_keep_a_cell_of_a_text_from_being_a_number_are_no_part_of_it(written, key):
    assert values(read(f"点位编号,点位名称\n{written},甲\n")) == {2: {"key": key, "name": "甲"}}


@pytest.mark.parametrize("nothing", ["nan", "NaN", "None", "NULL", "NaT", "<NA>"])
def test_what_programs_write_for_nothing_is_nothing_in_every_column_and_said(nothing):
    reading = read(f"点位编号,点位名称,建设标准,计划数量,开始日期\nK-1,甲,{nothing},{nothing},{nothing}\n")

    assert values(reading) == {2: {"key": "K-1", "name": "甲", "standard": "", "quantity_planned": "", "starts_on": ""}}
    assert sorted(notes(reading)) == [
        (2, "read_as", "quantity_planned"), (2, "read_as", "standard"), (2, "read_as", "starts_on"),
    ]  # fmt: skip
