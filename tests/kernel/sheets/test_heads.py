"""What offices call their columns beside the names that are listed, and what only sounds like it."""

import pytest

from livelihood.kernel.sheets.declaration import kinds
from livelihood.kernel.sheets.headless import column_letters
from livelihood.kernel.sheets.heads import find_head
from tests.kernel.sheets.books import HEAD, site, xlsx_rows
from tests.kernel.sheets.office import read, refusal, values

pytestmark = pytest.mark.usefixtures("english")

NAMED = {
    "sites": {
        "key": "点位ID 序列号 唯一编号", "name": "站点 公厕名称 建设点位名称 具体点位名称 设施名称",
        "area": "所在乡镇（街道） 乡镇 县（区） 县区 镇（街道） 所在区县 街道 辖区 行政区域 属地乡镇",
        "address": "坐落位置 项目地址 所在地 点位所在地 建设位置 具体位置（门牌号）",
        "due_on": "计划完成时限 预计完成时间 拟完成时间 要求完成时间 建成投用时间 完成时间节点 完工期限 "
        "计划完工日期（年月）",
        "starts_on": "预计开工时间 拟开工时间 计划开始时间 动工时间",
        "organisation": "责任单位（部门） 建设单位（业主） 主管部门 牵头部门 责任科室 实施单位名称 业主单位",
        "quantity_planned": "任务量 年度任务数 计划新建数量（座） 目标任务数 建设规模及数量 计划完成数",
        "project_name": "实事名称 所属项目名称 民生实事", "point": "坐标（经度,纬度） 经纬度信息 定位坐标",
        "source": "信息来源",
    },
    "organisations": {
        "name_zh": "单位名 部门（单位）名称 机构全称 企业名称", "aliases": "常用简称", "area": "所在区县 单位所在地",
        "contact": "经办人 联络人 负责同志 联络员姓名", "phone": "手机号码 固定电话 办公室电话 座机",
        "parent": "上级主管部门 隶属部门", "kind": "机构类型 机构性质",
    },
    "roll": {
        "number": "No. 次序", "name": "代表 人大代表姓名", "delegation": "代表团（组） 代表团名称 选举单位 所在团",
        "card": "代表编号 证件编号", "may_vote_remotely": "是否场外投票 可否场外投票 是否远程参会",
    },
    "people": {
        "username": "系统账号 账号名 工号", "name": "真实姓名 人员名称", "role": "用户角色 人员角色",
        "organisation": "任职单位",
        "phone": "移动电话 联系手机", "email": "电子信箱 Email地址", "starts_on": "任职起始日期 任期起始",
        "ends_on": "任期截止 任期终止日期",
    },
    "areas": {
        "code": "行政代码 统计代码（12位）", "name_zh": "镇街名称 行政区名称", "parent": "上级行政区",
        "level": "区划级别 层级",
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "column", "heading"),
    [
        (kind, name, one)
        for kind, columns in NAMED.items()
        for name, several in columns.items()
        for one in several.split()
    ],
)
def test_a_heading_that_any_clerk_would_understand_is_known(kind, column, heading):
    beside = "用户名" if column == "name" else "姓名" if kind in {"roll", "people"} else "英文名称"
    head = find_head([[heading, "建设标准" if kind == "sites" else beside]], kinds()[kind])

    assert head
    assert {one.text: one.column.name for one in head.known if one.column}[heading] == column


@pytest.mark.parametrize(
    "heading",
    ["实际完成时间", "完成数量", "累计完成数", "完成率", "身份证号", "开工率", "责任人", "备注", "总投资（万元）",
     "验收情况", "项目内容", "完成情况", "联系电话", "序号", "完成", "单位负责人"],
)  # fmt: skip
def test_a_heading_that_only_sounds_like_one_is_not_read(heading):
    reading = read(xlsx_rows([[*HEAD, heading], [*site(1), "某"]]))

    assert reading.unread == [heading]


def test_of_two_headings_that_look_like_one_column_the_first_is_read_and_the_other_said():
    reading = read(xlsx_rows([["点位编号", "点位名称", "主管部门", "牵头部门"], ["K-1", "甲公厕", "甲局", "乙局"]]))

    assert values(reading) == {2: {"key": "K-1", "name": "甲公厕", "organisation": "甲局"}}
    assert reading.unread == ["牵头部门"]


@pytest.mark.parametrize(
    "heading", ["计划数量【公里】", "计划数量[公里]", "计划数量（单位：公里）", "计划数量 单位：公里"]
)
def test_a_unit_stands_behind_a_heading_in_any_brackets(heading):
    reading = read(xlsx_rows([[*HEAD[:3], heading, *HEAD[4:]], site(1, quantity="500米")]))

    assert [row.values["quantity_planned"].unit for row in reading.rows] == ["公里"]
    assert values(reading)[2]["quantity_planned"] == "0.5"


@pytest.mark.parametrize(
    ("kind", "head", "rows"),
    [
        ("roll", "序号 姓名 序号 姓名", ["1 张三 2 李四", "3 王五 4 赵六"]),
        ("roll", "序号 姓名 | 序号 姓名", ["1 张三 | 2 李四", "3 王五 | 4 赵六"]),
        ("roll", "姓名 代表团 性别 姓名 代表团 性别", ["张三 一团 男 李四 二团 女"]),
        ("roll", "序 人大代表 序 人大代表 序 人大代表", ["1 张三 2 李四 3 王五"]),
        ("roll", "代表 团 性别 代表 团 性别", ["张三 一团 男 李四 二团 女"]),
        ("people", "姓名 单位 手机 姓名 单位 手机", ["张三 甲局 138 李四 乙局 139"]),
        ("organisations", "单位全称 联系人 单位全称 联系人", ["甲局 张三 乙局 李四"]),
        ("areas", "区划代码 名称 区划代码 名称", ["330225001 甲镇 330225002 乙镇"]),
        ("sites", "点位名称 地址 点位名称 地址", ["甲 一 乙 二"]),
    ],
)
def test_a_table_in_blocks_beside_each_other_is_refused_and_never_read_by_half(kind, head, rows):
    table = [head.split(), *(row.split() for row in rows)]

    assert "the table stands in blocks beside each other" in refusal(xlsx_rows(table), kind=kind)


def test_blocks_under_groups_of_their_own_are_blocks_too():
    table = [["第一代表团", "", "第二代表团", ""], ["序号", "姓名"] * 2, [1, "张三", 2, "李四"]]

    assert refusal(xlsx_rows(table, [(0, 0, 0, 1), (0, 2, 0, 3)]), kind="roll") == (
        "Sheet “点位”: the table stands in blocks beside each other, each with the headings 序号, 姓名. "
        "Put the blocks below each other, under one head."
    )


def test_blocks_without_a_head_of_their_own_are_blocks_too():
    rows = [[1, "张三", "", 2, "李四"], [3, "王五", "", 4, "赵六"], [5, "钱七"]]

    assert refusal(xlsx_rows([["序号", "姓名"], *rows]), kind="roll") == (
        "Sheet “点位”: the table goes on beside itself, in columns without headings (D, E). "
        "Put the blocks below each other, under one head."
    )


def test_columns_without_a_heading_are_named_and_not_read():
    rows = [
        ["姓名", "代表团", "", "备注"],
        ["张三", "一团", "", "", "已核"],
        ["李四", "一团", "新"],
        ["", "", "", "", "注"],
    ]

    reading = read(xlsx_rows(rows), "roll")

    assert [row.values["name"] for row in reading.rows] == ["张三", "李四"]
    assert [str(text) for text in reading.said if "no heading" in str(text)] == [
        "These columns have no heading and were not read: C, E."
    ]
    assert (column_letters(0), column_letters(25), column_letters(26), column_letters(701)) == ("A", "Z", "AA", "ZZ")


def test_of_two_headings_that_only_look_alike_the_first_is_read():
    rows = [["姓名", "单位", "个人电话", "个人电话"], ["张三", "甲", "1", "2"]]

    assert read(xlsx_rows(rows), "people").rows[0].values["phone"] == "1"


@pytest.mark.parametrize(
    ("kind", "heading", "name"),
    [
        ("roll", "姓名", "name"),
        ("people", "姓名", "name"),
        ("roll", "代表证号", "card"),
        ("organisations", "单位名称", "name_zh"),
    ],
)
@pytest.mark.parametrize("titles", [[], ["2027年名单"]])
def test_a_sheet_of_one_column_is_read_where_it_is_the_one_that_is_needed(kind, heading, name, titles):
    column = [*titles, heading, "张三", "李四"]

    for file in (xlsx_rows([[cell] for cell in column]), xlsx_rows([["", cell] for cell in column]), "\n".join(column)):
        assert [row[name] for row in values(read(file, kind)).values()] == ["张三", "李四"]


@pytest.mark.parametrize("rows", [[["姓名"], ["张三", "甲团"]], [["电话"], ["13800000000"]], [["张三"], ["李四"]]])
def test_one_heading_beside_what_has_none_is_no_head(rows):
    assert "no row with the headings was found" in refusal(xlsx_rows(rows), kind="roll")
