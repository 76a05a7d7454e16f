"""What stands between and below the people of a roll and is nobody."""

import pytest

from tests.kernel.sheets.books import HEAD, site, xlsx_rows
from tests.kernel.sheets.office import errors, left_out, read, values

pytestmark = pytest.mark.usefixtures("english")

NOBODY = [
    "请假：赵六", "请假代表：赵六、钱七", "缺席人员：无", "应到：25人", "主持人：赵六", "记录人：赵六",
    "监票人：赵六", "列席：赵六", "出席25人，请假0人", "应到25人，实到24人", "25人", "共25人", "（一式三份）",
    "(本页无正文)", "※带★为新增代表", "*为召集人", "说明 本表由人大办填写", "备注 略",
    "2、以上人员均为2027年在任代表。", "列席人员", "列席人员（3人）", "特邀代表", "请假代表", "工作人员名单",
    "其他人员", "实到人数 25", "2027年3月1日", "制表人 张三", "联系人 张三 13800000000", "报送单位 县人大办", "完毕",
    "——以下空白——", "本页共2人", "一式两份", "数据截至2027年3月", "注 以上均为在任代表", "注明：无", "★新增代表",
]  # fmt: skip
SECTIONS = ["归州代表团", "归州代表团（20人）", "归州代表团(共 2 名)", "第一代表小组", "丹江镇代表组",
            "归州代表团 20人", "归州代表团：", "【归州代表团】", "一、归州代表团", "（一）归州代表团（20名）",
            "3、归州代表团", "代表团：归州代表团", "归州团（20人）"]  # fmt: skip


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

    said = next(one for one in ("归州代表团", "第一代表小组", "丹江镇代表组", "归州团") if one in title)
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


FOOTERS = [
    "说明 本表由县民生办填报", "备注 略", "（一式三份）", "※带★为新增点位", "2、完成时限均为2027年。", "1座", "25人",
    "（以下空白）", "以 下 无 正 文", "——以下空白——", "*为新增", "合计 3座", "本页共3行", "第1页 共2页",
    "报送单位 县民生办",
    "制表人 张三", "联系人 张三 13800000000", "2027年3月1日", "数据截至2027年3月", "此表一式三份，报县民生办",
    "注明：无",
    "★新增点位", "截至3月底", "完毕", "（完）", "一式两份", "注 以上均为2027年点位",
]  # fmt: skip


@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize("text", FOOTERS)
def test_what_stands_below_a_list_of_sites_blocks_nothing(text, place):
    below = [""] * 6
    below[place] = text

    reading = read(xlsx_rows([HEAD, site(1), site(2), below]))

    assert ([row for row, _why in left_out(reading)], len(reading.rows), reading.errors) == ([4], 2, [])


@pytest.mark.parametrize(
    ("title", "number", "name"),
    [
        ("项目3：农村公路", "3", "农村公路"), ("项目三：农村公路", "3", "农村公路"), ("项目3", "3", None),
        ("民生实事项目3 农村公路（12个）", "3", "农村公路"), ("第3项 农村公路", "3", "农村公路"),
        ("第三件民生实事项目：农村公路", "3", "农村公路"), ("项目名称：农村公路", None, "农村公路"),
        ("【项目3 农村公路】", "3", "农村公路"), ("三、项目名称：农村公路", None, "农村公路"),
        ("项目编号：3", "3", None),
    ],
)  # fmt: skip
def test_the_title_of_a_project_is_that_of_the_sites_below(title, number, name):
    own = [*site(3), "7"]
    rows = [[*HEAD, "项目序号"], [*site(1), "7"], [title], [*site(2), ""], own, [*site(4), ""]]

    found = {
        row["key"]: (row.get("project"), row.get("project_name")) for row in values(read(xlsx_rows(rows))).values()
    }

    assert found == {"K-1": ("7", None), "K-2": (number or "", name), "K-3": ("7", name), "K-4": (number or "", name)}


def test_a_part_of_a_project_is_of_the_project_and_the_next_title_of_its_level_of_none():
    titles = ["一、项目3：农村公路", "（一）第一批", "1、丹江镇", "二、教育", "（一）第二批"]
    rows = [HEAD, *(row for number, title in enumerate(titles) for row in ([title], site(number)))]

    found = [row.get("project") for row in values(read(xlsx_rows(rows))).values()]

    assert found == ["3", "3", "3", None, None]


def test_a_thing_that_is_called_total_and_says_everything_else_is_no_total():
    reading = read(xlsx_rows([HEAD, site(1), site(2, name="合计"), ["合计", "2个", "", 2]]))

    assert [row["name"] for row in values(reading).values()] == ["第1公厕", "合计"]
    assert left_out(reading) == [(4, "total")]


@pytest.mark.parametrize("other", ["3", "三", "3.0", "\uff13"])
def test_a_number_of_the_roll_stands_there_once(other):
    reading = read(xlsx_rows([["序号", "姓名"], ["3", "张三"], [other, "李四"], ["", "王五"], ["", "赵六"]]), "roll")

    assert errors(reading) == [(3, "number", "This number stands already in row 2.")]


@pytest.mark.parametrize("cell", ["丹江团（3名）", "丹江团(共3名代表)", "丹江团 （3人）", "丹江团【3】", "丹江团"])
def test_how_many_a_delegation_has_is_no_part_of_its_name(cell):
    reading = read(xlsx_rows([["姓名", "代表团"], ["张三", cell]]), "roll")

    assert values(reading) == {2: {"name": "张三", "delegation": "丹江团"}}
    assert [note.value for note in reading.notes] == (["丹江团"] if cell != "丹江团" else [])
