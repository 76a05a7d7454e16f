"""What stands for nothing is nothing, in every column of every kind."""

import pytest

from livelihood.kernel.sheets import cells
from livelihood.kernel.sheets.declaration import kinds
from livelihood.kernel.sheets.nothing import says_nothing
from tests.kernel.sheets.books import xlsx_rows
from tests.kernel.sheets.office import read

pytestmark = pytest.mark.usefixtures("english")

WORDS = [
    "无", "待定", "未定", "空缺", "暂无", "暂缺", "/", "—", "——", "-", "N/A", "n/a", "TBD", "待明确", "待确定",
    "暂未确定", "尚未明确",
    "待补充", "未落实", "不详", "没有", "无。", "（空）", "【待定】", "人选待定", "名称未定", "待补选", "…",
    "\uff0f", "?", "缺", "略", "不涉及", "nan",
    "空缺1", "缺额一名", "拟任待定", "NaT", "<NA>", "NA",
]  # fmt: skip
NAMES = [
    "无锡",
    "无为市",
    "未央区",
    "空港新区",
    "略阳县",
    "无线电管理局",
    "待旦村",
    "缺口镇",
    "张三",
    "K-1",
    "P000001",
    "N1",
    "一",
    "0",
]
COLUMNS = [(kind, column) for kind in kinds().values() for column in kind.columns]


def test_words_for_nothing_are_known_and_names_that_begin_like_them_are_names():
    assert [word for word in WORDS if not says_nothing(word)] == []
    assert [name for name in [*NAMES, *(f"{word}第一小学" for word in WORDS)] if says_nothing(name)] == []


@pytest.mark.parametrize(("kind", "column"), COLUMNS, ids=lambda value: value.name)
def test_no_column_of_any_kind_takes_them_for_a_value(kind, column):
    others = [name for group in kind.identified_by for name in group[:1] if name not in (column.name, *column.joins)]
    head = [str(column.heading), *(str(kind.by_name[name].heading) for name in others)]
    head += [next(str(one.heading) for one in kind.columns if str(one.heading) not in head)]
    heads = {heading: one.name for heading in head for one in kind.columns if str(one.heading) == heading}
    heads[head[0]] = column.name
    rows = [[word, *(f"11000{number}" for _name in others), ""] for number, word in enumerate(WORDS[:9], start=1)]

    reading = read(xlsx_rows([head, *rows]), kind.name, mapping=heads)

    needed = column.required or any(kind.by_name[name].required for name in column.joins)
    missing = [error for error in reading.errors if str(error.problem) == "This cell is empty."]
    told = [row.values.get(name) for row in reading.rows for name in (column.name, *column.joins)]
    assert (needed and len(missing) >= len(rows)) or set(told) <= {None, ()}
    assert [note.written for note in reading.notes if note.field == column.name] == WORDS[:9]


def test_several_values_in_a_cell_leave_them_out():
    reading = read(
        xlsx_rows([["单位名称", "简称"], ["甲局", "无、县局"], ["乙局", "无"], ["丙局", "待定；—"]]), "organisations"
    )

    assert [row.values["aliases"] for row in reading.rows] == [("县局",), None, ()]


def test_a_word_of_a_column_of_few_values_stays_that():
    choice = cells.choice({"none": "无", "some": "有"})

    assert [choice(cell) for cell in ("无", "有")] == ["none", "some"]


@pytest.mark.parametrize("kind", ["people", "roll"])
def test_an_empty_seat_is_nobody(kind):
    reading = read(xlsx_rows([["序号", "姓名", "手机"], *([n, word, ""] for n, word in enumerate(WORDS, 1))]), kind)

    assert reading.rows == []
    assert {(error.field, str(error.problem)) for error in reading.errors} == {("name", "This cell is empty.")}
    assert reading.wrong == len(WORDS)


def test_the_end_of_what_has_none_is_empty_and_a_word_in_a_text():
    reading = read(xlsx_rows([["单位名称", "失效日期", "简称"], ["甲局", "长期", "长期"]]), "organisations")

    assert [(row.values["valid_until"], row.values["aliases"]) for row in reading.rows] == [(None, ("长期",))]


def test_what_is_nothing_without_what_stands_beside_it_is_nothing_too():
    people = read(xlsx_rows([["姓名", "角色"], ["待定（女）", ""], ["待定 13800000000", ""]]), "people")
    contacts = read(xlsx_rows([["单位名称", "联系人及电话"], ["甲局", "待定 0717-2880001"]]), "organisations")

    assert [(error.row, str(error.problem)) for error in people.errors] == [
        (2, "This cell is empty."), (3, "Here stands a number and no name."),
    ]  # fmt: skip
    assert [(row.values["contact"], row.values["phone"]) for row in contacts.rows] == [(None, "0717-2880001")]
