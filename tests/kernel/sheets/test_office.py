"""Sheets as offices keep them: what is around the data is left out and said, what is meant is read and said."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livelihood.kernel.sheets.points import Datum
from tests.kernel.sheets.books import HEAD, read_values, site, xlsx, xlsx_rows
from tests.kernel.sheets.office import errors, left_out, notes, read, refusal, values

pytestmark = pytest.mark.usefixtures("english")


# What is no data


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (["合计", "", "", 2], "total"), (["", "小计", "", "2座"], "total"), (["合 计", "2个", "", 2], "total"),
        (["总计：", "", "", 2], "total"), (["丹东街道小计", "", "", 2], "total"), (["", "合计（座）", "", 2], "total"),
        (["共计 2 座"], "total"), (["Total", "", "", 2], "total"), (["本页小计", "", "", 2], "total"),
        (["（一）小计", "", "", 2], "total"), (["累计", "", "", 2], "total"),
        (["注：1.完成时限为建成时间。"], "note"), (["备注：如需调整须报批"], "note"), (["说明", "见附件"], "note"),
        (["填表人：张某", "", "审核人：李某"], "note"),
        (["填报单位（盖章）：住建局"], "note"),
        (["联系人：李某   电话：0000-00000000"], "note"),
        (["", "", "单位负责人（签字）："], "note"), (["※ 以上数据为初步数据"], "note"), (["第1页 共3页"], "note"),
        (["以上点位须于10月底前建成"], "note"), (["*注：略"], "note"), (["Note: preliminary"], "note"),
        (["合计：共2座"], "total"), (["共计2个点位，总投资500万元"], "total"), (["平均", "", "", 1], "total"),
        (["其中：新建", "", "", 1], "total"), (["其中", "新建", "", 1], "total"),
        (["", "", "", "", "2027年3月5日"], "note"),
        (["※为重点点位"], "note"), (["县民政局意见：", "", "", "（公章）"], "note"), (["（以下无正文）"], "note"),
        (["填表人：", "张三", "", "审核人：", "李四"], "note"), (["第 1 页，共 2 页"], "note"),
        (["丹东街道（2座）"], "title"), (["第一批"], "title"), (["1.新建类"], "title"), (["附件2"], "title"),
        (["文本", "文本", "代码", "数字", "日期"], "title"),
        ([" 点位编号*", "点位名称", "区县", "数量", "完成时限", "标准"], "title"),
        (HEAD, "title"), (["一、城区公厕提升改造"], "title"), (["（二）母婴设施"], "title"),
        (["点位清单（续）"], "title"),
        (["（必填）", "（必填）", "（必填）", "（选填）"], "title"),
        (["", " ", "\u3000"], "empty"), (["示例", "某某公厕", "330225", 1, "2027-10-31", ""], "example"),
        (["例：K-1", "某某公厕", "330225", 1, "2027-10-31", ""], "example"),
        (["K-0", "XX公厕（示例）", "330225", 1, "2027-10-31", ""], "example"),
    ],
)  # fmt: skip
def test_a_row_that_is_no_data_is_left_out_and_said(row, why):
    reading = read(xlsx_rows([["点位清单"], HEAD, site(1), row, site(2)]))

    assert (values(reading), left_out(reading), errors(reading)) == (
        {3: read_values(1), 5: read_values(2)},
        [(1, "title"), (4, why)],
        [],
    )


@pytest.mark.parametrize(
    "cells",
    [
        {"name": "合计路公厕"}, {"name": "总部公厕"}, {"name": "注册中心"}, {"name": "第1页书店"}, {"name": "例湾公厕"},
        {"key": "T-合计"}, {"name": "其中村公厕"}, {"name": "平均寨公厕"}, {"name": "共青团公厕"},
        {"name": "第一批市场公厕"}, {"name": "联系桥公厕"}, {"name": "日期路"}, {"name": "3号桥公厕"},
        {"name": "老城公厕（2座）"}, {"name": "附件厂公厕"}, {"name": "一、二号桥公厕"},
        {"name": "说明书博物馆"}, {"name": "小计量站"},
        {"name": "示范公厕（新建）"},
    ],
)  # fmt: skip
def test_a_whole_row_is_data_whatever_its_names_begin_with(cells):
    reading = read(xlsx_rows([HEAD, site(1, **cells), site(2)]))

    assert (sorted(values(reading)), left_out(reading), errors(reading)) == ([2, 3], [], [])


def test_a_row_of_data_that_lacks_something_is_an_error_and_not_left_out():
    reading = read(xlsx_rows([HEAD, site(1), ["K-2", "第2公厕", "", 1, ""], ["", "第3公厕", "", "", ""]]))

    assert left_out(reading) == []
    assert errors(reading) == [
        (3, "area", "This cell is empty."), (3, "due_on", "This cell is empty."), (4, "key", "This cell is empty."),
        (4, "area", "This cell is empty."), (4, "due_on", "This cell is empty."),
    ]  # fmt: skip
    assert (reading.total, reading.wrong) == (3, 2)


def test_rows_that_are_only_numbered_are_empty_and_so_is_nothing_below_the_table():
    head = ["序号", *HEAD]
    rows = [head, [1, *site(1)], [2], [3, *site(3)], [4], [5]]

    reading = read(xlsx_rows(rows))

    assert (sorted(values(reading)), left_out(reading)) == ([2, 4], [(3, "empty")])


def test_one_cell_over_the_whole_table_is_a_title_even_where_a_name_would_be_enough():
    rows = [["姓名", "代表团", "代表证号"], ["丹东代表团（2人）"], ["代甲一", "一团", "001"], ["代乙二", "一团", "002"],
            ["注：以上名单由代表团提供"], ["以下空白"]]  # fmt: skip

    reading = read(xlsx_rows(rows, [(1, 0, 1, 2)]), "roll")

    assert [row.values["name"] for row in reading.rows] == ["代甲一", "代乙二"]
    assert (left_out(reading), errors(reading)) == ([(2, "title"), (5, "note"), (6, "note")], [])


def test_a_row_that_numbers_the_columns_is_part_of_the_head():
    reading = read(xlsx_rows([HEAD, ["（1）", "（2）", "（3）", "（4）", "（5）", "（6）"], site(1)]))

    assert (values(reading), left_out(reading)) == ({3: read_values(1)}, [(2, "title")])


# The head


def test_a_head_of_two_rows_is_read_with_its_groups():
    rows = [
        ["附件2"], ["点位及建设标准清单"], ["序号", "点位情况", "", "", "建设规模（座）", "完成时限"],
        ["", "点位编号", "名称", "所属区县", "", ""], [1, "K-1", "第1公厕", "330225", 1, "2027-10-31"],
    ]  # fmt: skip
    merges = [(2, 0, 3, 0), (2, 1, 2, 3), (2, 4, 3, 4), (2, 5, 3, 5), (1, 0, 1, 5)]

    reading = read(xlsx_rows(rows, merges))

    expected = read_values(1)
    del expected["standard"]
    assert values(reading) == {5: expected}
    assert (reading.head.first, reading.head.last, reading.unread) == (2, 3, ["序号"])
    assert left_out(reading) == [(1, "title"), (2, "title")]


def test_a_head_of_three_rows_and_groups_of_one_name_are_told_apart():
    rows = [
        ["点位情况", "", "", "责任单位", "计划", ""], ["编号", "名称", "所属区县", "名称", "规模", "完成时间"],
        ["", "", "", "", "（座）", ""], ["K-1", "第1公厕", "330225", "住建局", 1, "2027-10-31"],
    ]  # fmt: skip

    reading = read(xlsx_rows(rows, [(0, 0, 0, 2), (0, 4, 0, 5)]))

    assert {name: heading.text for name, heading in reading.columns.items() if name != "quantity_planned"} == {
        "key": "编号", "name": "点位情况 名称", "area": "所属区县", "organisation": "责任单位 名称",
        "due_on": "完成时间",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("heading", "cell", "number"),
    [("计划数量（座）", "12", "12"), ("建设规模(座)", "12座", "12"), ("计划数量/座", 12, "12"),
     ("总规模（万座）", 1, None),
     ("计划数量（必填）", 12, "12"), ("数量（万座）", "1.5", "1.5"), ("规模（精确到整数）", 3, "3")],
)  # fmt: skip
def test_a_unit_in_the_heading_is_that_of_the_numbers(heading, cell, number):
    reading = read(xlsx_rows([[*HEAD[:3], heading, *HEAD[4:]], site(1, quantity=cell)]))

    found = values(reading)[2].get("quantity_planned")
    assert found == number


def test_a_cell_in_another_unit_than_its_heading_is_an_error_that_names_both():
    reading = read(xlsx_rows([[*HEAD[:3], "计划数量（座）", *HEAD[4:]], site(1, quantity="1个")]))

    assert errors(reading) == [(2, "quantity_planned", "The unit here is 个, and 座 is wanted.")]


def test_a_mapping_that_somebody_chose_goes_before_what_headings_mean():
    rows = [["序号", "项目名称", "点位名称", "镇", "完成时限"], [2, "公厕", "第1公厕", "330225001", "2027-10-31"]]

    reading = read(xlsx_rows(rows), mapping={"序号": "project", "镇": "area", "项目名称": ""})

    assert values(reading) == {2: {"project": "2", "name": "第1公厕", "area": "330225001", "due_on": "2027-10-31"}}
    assert reading.unread == ["项目名称"]


def test_an_absent_column_is_no_value_and_an_empty_cell_is_none():
    (row,) = read(xlsx_rows([HEAD, site(1, standard="")])).rows

    assert row.values["standard"] is None
    assert "address" not in row.values


# What is meant by more than its cell


def test_merged_cells_are_filled_down_and_said_row_by_row():
    rows = [HEAD, site(1, standard="甲"), site(2, standard=""), site(3, standard=""), site(4, standard="")]

    reading = read(xlsx_rows(rows, [(1, 5, 3, 5)]))

    assert [row.values["standard"] for row in reading.rows] == ["甲", "甲", "甲", None]
    assert notes(reading) == [(3, "merged", "standard"), (4, "merged", "standard")]


def test_a_merge_over_a_total_and_over_thousands_of_rows_reaches_each_row_of_data():
    rows = [HEAD, *(site(number, area="330225" if number == 1 else "") for number in range(1, 2_501))]
    rows[1_200] = ["", "小计", "", 9]

    reading = read(xlsx_rows(rows, [(1, 2, 2_500, 2)]))

    assert (len(reading.rows), left_out(reading), errors(reading)) == (2_499, [(1_201, "total")], [])
    assert {row.values["area"] for row in reading.rows} == {"330225"}


def test_a_number_merged_over_rows_is_not_given_to_each_of_them():
    reading = read(xlsx_rows([HEAD, site(1, quantity=6), site(2, quantity=""), site(3)], [(1, 3, 2, 3)]))

    said = "This cell is merged over several rows, and each needs its own value."
    assert errors(reading) == [(2, "quantity_planned", said), (3, "quantity_planned", said)]
    assert sorted(values(reading)) == [4]


def test_hidden_rows_and_columns_and_struck_cells_are_read_and_said():
    def make(book: Any, sheet: Any) -> None:
        for at, row in enumerate([HEAD, site(1), site(2), site(3), site(4)]):
            sheet.write_row(at, 0, row)
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_column(5, 5, None, None, {"hidden": True})
        struck = book.add_format({"font_strikeout": True})
        sheet.write(3, 1, "第3公厕", struck)
        sheet.write_rich_string(4, 1, struck, "旧名", "第4公厕")

    reading = read(xlsx(make))

    assert notes(reading) == [(1, "hidden", "standard"), (3, "hidden", ""), (4, "struck", ""), (5, "struck", "")]
    assert sorted(values(reading)) == [2, 3, 4, 5]


def test_formulas_are_read_by_their_value_and_those_without_one_are_errors():
    def make(_book: Any, sheet: Any) -> None:
        for at, row in enumerate([HEAD, site(1), site(2), site(3), site(4)]):
            sheet.write_row(at, 0, row)
        sheet.write_formula(1, 3, "=1+1", None, 2)
        sheet.write_formula(2, 3, "=1+1", None, "")
        sheet.write_formula(3, 3, "=1/0", None, "#DIV/0!")
        sheet.write_formula(4, 7, "=1+1", None, "")

    reading = read(xlsx(make))

    assert values(reading) == {2: read_values(1, quantity_planned="2"), 5: read_values(4)}
    assert notes(reading) == [(2, "formula", ""), (4, "formula", "")]
    assert errors(reading)[1] == (4, "quantity_planned", "The formula of this cell ends in an error.")


def test_days_without_a_year_lie_in_that_of_the_title_or_the_one_that_is_given():
    rows = [["某市2018年民生实事点位清单"], HEAD, site(1, due="10月底前"), site(2, due="9月30日")]

    assert [row.values["due_on"] for row in read(xlsx_rows(rows)).rows] == [date(2018, 10, 31), date(2018, 9, 30)]
    assert [row.values["due_on"].year for row in read(xlsx_rows(rows[1:]), year=2027).rows] == [2027, 2027]
    assert errors(read(xlsx_rows(rows[1:]))) == [
        (2, "due_on", "No year is written here."), (3, "due_on", "No year is written here."),
    ]  # fmt: skip


def test_a_sheet_whose_title_names_another_year_is_asked_about_row_by_row():
    rows = [["某市2026年民生实事点位清单"], HEAD, site(1, due="10月底前"), site(2, due="2027-09-30")]

    reading = read(xlsx_rows(rows), year=2027)

    said = "The title speaks of the year 2026, and the sheet is brought for 2027."
    assert [(doubt.row, doubt.field, doubt.column, str(doubt.problem)) for doubt in reading.doubts] == [
        (3, "", "", said), (4, "", "", said),
    ]  # fmt: skip
    assert (reading.rows, [row.values["due_on"].year for row in reading.doubtful.values()]) == ([], [2027, 2027])
    for title in ("二〇二六年民生实事清单", "2026民生实事清单"):
        assert len(read(xlsx_rows([[title], *rows[1:]]), year=2027).doubts) == 2
    for title in ("依据2026年12月文件的2027年清单", "2026年度项目（2027年续建）", "总投资2000万元"):
        assert len(read(xlsx_rows([[title], *rows[1:]]), year=2027).rows) == 2


def test_what_differs_by_spaces_only_is_read_as_something_else_where_the_value_does():
    head = ["点位编号", "点位名称", "计划数量", "建设标准"]

    reading = read(xlsx_rows([head, ["K-1", "甲  乙", "1 200", " 标准 "], ["K-2", "甲\n乙", "1200.0", "标 准"]]))

    assert [(note.row, note.field, note.written, note.value) for note in reading.notes] == [
        (2, "quantity_planned", "1 200", "1200"),
    ]  # fmt: skip
    assert [(note.written, note.value) for note in read("姓名,角色\n王 伟,\n王伟,\n", "people").notes] == [
        ("王 伟", "王伟")
    ]


def test_a_number_that_a_text_file_has_from_a_workbook_may_have_lost_its_zero():
    lost = "Excel may have cut a zero off the end of this number, as off 2027.10."
    file = "点位编号,点位名称,完成时限\n" + "".join(f"K-{n},甲,{day}\n" for n, day in enumerate(DAYS_OF_CSV))

    reading = read(file, year=2027)

    assert errors(reading) == [(2, "due_on", lost), (3, "due_on", lost), (4, "due_on", lost)]
    assert [str(row.values["due_on"]) for row in reading.rows] == [
        "2027-10-31",
        "2027-11-30",
        "2027-10-03",
        "2027-10-31",
    ]
    typed = read(xlsx_rows([HEAD, site(1, due="2027.1")]), year=2027)
    assert [str(row.values["due_on"]) for row in typed.rows] == ["2027-01-31"]


DAYS_OF_CSV = ["2027.1", "10.3", "1.2", "2027.10", "2027.11", "10月3日", "10.31"]


def test_what_is_read_as_something_else_is_told_with_both():
    reading = read(xlsx_rows([HEAD, site(1, quantity="1座", due="2027年10月", area=330225001000)]))

    assert [(note.field, note.written, note.value) for note in reading.notes] == [
        ("area", "330225001000", "330225001"), ("quantity_planned", "1座", "1"), ("due_on", "2027年10月", "2027-10-31"),
    ]  # fmt: skip


def test_what_stands_as_it_is_read_is_not_told():
    assert notes(read(xlsx_rows([HEAD, site(1, area=330225, quantity=1.5), site(2, quantity="2.50")]))) == []


@pytest.mark.parametrize("mark", ["-", "—", "\uff0f", "无", "\\"])
def test_a_mark_for_nothing_is_nothing_and_is_said(mark):
    reading = read(xlsx_rows([HEAD, site(1, quantity=mark), site(2, area=mark)]))

    assert values(reading) == {2: read_values(1, quantity_planned="")}
    assert notes(reading)[0] == (2, "read_as", "quantity_planned")
    assert errors(reading) == [(3, "area", "This cell is empty.")]


def test_spellings_of_one_key_are_one_entry_and_a_repeat_is_an_error():
    keys = ["B-71", "b-71", "\uff22-71", "B\uff0d71", "B\u201071", "B\u200b-71", "B-72"]

    reading = read(xlsx_rows([HEAD, *(site(1, key=key) for key in keys)]))

    assert [row.values["key"] for row in reading.rows] == ["B-71", "B-72"]
    assert errors(reading) == [(row, "key", "The same entry stands already in row 2.") for row in range(3, 8)]


def test_a_doubt_keeps_its_row_apart_with_what_it_would_be():
    head = [*HEAD, "经度", "纬度"]
    reading = read(xlsx_rows([head, [*site(1), 29.475, 121.866], [*site(2), 121.866, 29.475]]))

    assert sorted(values(reading)) == [3]
    assert [(doubt.row, doubt.field, doubt.value) for doubt in reading.doubts] == [(2, "longitude", "29.475")]
    assert str(reading.doubtful[2].values["longitude"]) == "121.866"


def test_the_datum_is_that_of_the_heading_or_the_one_that_is_given():
    rows = [[*HEAD, "经度（百度）", "纬度（百度）"], [*site(1), 121.866, 29.475]]

    by_heading, given_one = read(xlsx_rows(rows)), read(xlsx_rows(rows), datum=Datum.WGS84)

    assert [str(row.values["longitude"]) for row in given_one.doubtful.values()] == ["121.866"]
    assert [str(row.values["longitude"])[:7] for row in by_heading.rows] != ["121.866"]
    assert ("read_as", "longitude") in {(what, name) for _row, what, name in notes(by_heading)}


def test_six_thousand_errors_are_six_thousand():
    reading = read("点位编号,点位名称,所属区县,完成时限\n" + "".join(f"K-{n},点位,330225,soon\n" for n in range(6_000)))

    assert (reading.wrong, len(reading.errors), reading.unlisted, reading.total) == (6_000, 6_000, 0, 6_000)


# Sheets of a file


def test_the_sheet_that_fits_best_is_read_and_the_others_are_said(workbook):
    file = {"说明": [["填表说明"]], "8月": [HEAD[:3], ["a", "b", "330225"]], "点位": [HEAD, site(1)]}

    reading = read(workbook(**file))

    assert (reading.sheet, values(reading)) == ("点位", {2: read_values(1)})
    assert [(seen.name, seen.known) for seen in reading.sheets] == [("说明", 0), ("8月", 3), ("点位", 6)]
    assert str(reading.said[0]) == "These sheets were not read: 说明, 8月."


def test_a_sheet_is_chosen_by_name_even_a_hidden_one():
    def make(book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, HEAD)
        sheet.write_row(1, 0, site(1))
        hidden = book.add_worksheet("旧表")
        hidden.write_row(0, 0, HEAD)
        hidden.write_row(1, 0, site(2))
        hidden.hide()

    assert values(read(xlsx(make), sheet="旧表")) == {2: read_values(2)}
    assert refusal(xlsx(make), sheet="新表") == "There is no sheet “新表”. There are: 点位, 旧表."


def test_a_sheet_of_another_kind_is_refused_with_what_is_needed():
    assert refusal(xlsx_rows([["项目名称", "数量"], ["公厕", 3]])).startswith(
        "Sheet “点位”: one of these columns is needed: Site key, Site."
    )


# Properties


KINDS_OF_LINES = [
    ["合计", "", "", 3],
    ["注：略"],
    ["", "", ""],
    HEAD,
    ["示例", "某公厕", "330225", 1, "2027-10-31", ""],
]


@settings(max_examples=40)
@given(st.lists(st.sampled_from(["data", *range(len(KINDS_OF_LINES))]), min_size=1, max_size=12), st.integers(0, 3))
def test_lines_that_are_no_data_change_no_value_wherever_they_stand(order, titles):
    rows: list[Any] = [*[["某县2027年点位清单"], ["附件"], ["填报单位：某局"]][:titles], HEAD]
    expected = {}
    for one in [*order, "data"]:
        rows.append(site(len(rows)) if one == "data" else KINDS_OF_LINES[one])
        if one == "data":
            expected[len(rows)] = read_values(len(rows) - 1)

    reading = read(xlsx_rows(rows))

    assert (values(reading), errors(reading)) == (expected, [])
    assert len(reading.left_out) == titles + len([one for one in order if one != "data"])


@settings(max_examples=40)
@given(st.permutations(range(6)), st.integers(2, 6), st.integers(0, 4))
def test_columns_in_any_order_and_number_hold_the_same(order, count, unknown):
    places = [place for place in order if place < 2] + [place for place in order if place >= 2][: count - 2]
    wanted = list(read_values(1))
    rows = [[*(HEAD[place] for place in places), *["未知"] * min(unknown, 1)], [site(1)[place] for place in places]]

    reading = read(xlsx_rows(rows))

    assert values(reading) == {2: {wanted[place]: read_values(1)[wanted[place]] for place in places}}
    assert reading.unread == ["未知"] * min(unknown, 1)
