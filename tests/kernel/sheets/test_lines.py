"""What stands between and below the people of a roll and is nobody."""

import pytest

from tests.kernel.sheets.books import xlsx_rows
from tests.kernel.sheets.office import left_out, read, values

pytestmark = pytest.mark.usefixtures("english")

NOBODY = [
    "请假：赵六", "请假代表：赵六、钱七", "缺席人员：无", "应到：25人", "主持人：赵六", "记录人：赵六",
    "监票人：赵六", "列席：赵六", "出席25人，请假0人", "应到25人，实到24人", "25人", "共25人", "（一式三份）",
    "(本页无正文)", "※带★为新增代表", "*为召集人", "说明 本表由人大办填写", "备注 略",
    "2、以上人员均为2027年在任代表。", "列席人员", "列席人员（3人）", "特邀代表", "请假代表", "工作人员名单",
    "其他人员",
]  # fmt: skip
SECTIONS = ["归州代表团", "归州代表团（20人）", "归州代表团(共 2 名)", "第一代表小组", "丹江镇代表组"]


@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize("text", NOBODY)
def test_what_stands_below_the_people_is_nobody(text, place):
    below = ["", "", ""]
    below[place] = text

    reading = read(xlsx_rows([["序号", "姓名", "代表团"], ["1", "张三", "甲团"], ["2", "李四", "甲团"], below]), "roll")

    assert [row["name"] for row in values(reading).values()] == ["张三", "李四"]
    assert ([row for row, _why in left_out(reading)], reading.errors, reading.doubts) == ([4], [], [])


def test_who_stands_under_a_title_of_others_is_asked_about():
    rows = [["姓名", "代表团"], ["张三", "甲团"], ["列席人员", ""], ["王五", "县纪委"], ["赵六", "县监委"]]

    reading = read(xlsx_rows(rows), "roll")

    assert [row.number for row in reading.rows] == [2]
    assert [(doubt.row, doubt.field, doubt.value, str(doubt.problem)) for doubt in reading.doubts] == [
        (4, "name", "王五", "This row stands under “列席人员”."),
        (5, "name", "赵六", "This row stands under “列席人员”."),
    ]


@pytest.mark.parametrize("title", SECTIONS)
@pytest.mark.parametrize("head", [["姓名", "证号"], ["姓名", "证号", "代表团"]])
def test_the_title_of_a_delegation_is_that_of_the_people_below(title, head):
    rows = [head, [title], ["张三", "A-1"], ["李四", "A-2"], ["乙代表团"], ["王五", "A-3"]]

    reading = read(xlsx_rows(rows), "roll")

    said = title.partition("（")[0].partition("(")[0]
    assert {row["name"]: row["delegation"] for row in values(reading).values()} == {
        "张三": said, "李四": said, "王五": "乙代表团",
    }  # fmt: skip
    assert [(note.row, note.field, note.value) for note in reading.notes] == [
        (3, "delegation", said), (4, "delegation", said), (6, "delegation", "乙代表团"),
    ]  # fmt: skip


def test_a_delegation_of_its_own_goes_before_the_title():
    rows = [["姓名", "代表团"], ["甲代表团", ""], ["张三", "乙团"], ["李四", ""]]

    reading = read(xlsx_rows(rows), "roll")

    assert {row["name"]: row["delegation"] for row in values(reading).values()} == {"张三": "乙团", "李四": "甲代表团"}
