"""Names of people as lists write them: with marks, with what has become of somebody, several in one cell."""

import pytest

from tests.kernel.sheets.books import xlsx_rows
from tests.kernel.sheets.office import errors, read, values

pytestmark = pytest.mark.usefixtures("english")

CLEANED = {
    "★戊辰": "戊辰",
    "☆戊辰": "戊辰",
    "★ 戊辰": "戊辰",
    "①张三": "张三",
    "⑴张三": "张三",
    "⒈张三": "张三",
    "5张三": "张三",
    "5.张三": "张三",
    "5、张三": "张三",
    "12) 张三": "张三",
    "※张三": "张三",
    "张三*": "张三",
    "张三\uff0a": "张三",
    "张三★": "张三",
    "*张三": "张三",
    "张三▲": "张三",
    "戊★": "戊",
    "★戊": "戊",
    "①张": "张",
    "5己": "己",
    "王小明（女）": "王小明",
    "李四(土家族)": "李四",
    "张三（女，苗族）": "张三",
    "张三（兼）": "张三",
    "张三（团长）": "张三",
    "张三(副组长)": "张三",
    "张三（中共党员）": "张三",
    "张三（补选）": "张三",
    "李四 / 女 / 汉": "李四",
    "李四、女": "李四",
    "李四，男，苗族": "李四",
    "★王小明（女）": "王小明",
    "王 伟": "王伟",
    "王　　伟": "王伟",
    "欧阳 震华": "欧阳震华",
    "欧 阳 娜": "欧阳娜",
}
KEPT = [
    "张三",
    "欧阳震华",
    "阿依古丽·买买提",
    "王伟（大）",
    "王伟（西湖区）",
    "王伟1",
    "John Smith",
    "Smith, John",
    "王伟/Wang Wei",
    "某家驹",
    "王小某君",
]
GONE = [
    "已故",
    "已去世",
    "病故",
    "辞职",
    "已辞职",
    "辞去职务",
    "请假",
    "病假",
    "事假",
    "因公出差",
    "缺席",
    "调离",
    "调任",
    "退休",
    "免职",
    "停职",
    "罢免",
    "资格终止",
    "暂停执行职务",
    "列席",
    "旁听",
    "特邀",
]
SEVERAL = {
    "张一  李二  王三": "张一、李二、王三",
    "张一 李二 王三": "张一、李二、王三",
    "赵四、钱五": "赵四、钱五",
    "赵四，钱五": "赵四、钱五",
    "赵四,钱五": "赵四、钱五",
    "赵四；钱五": "赵四、钱五",
    "赵四/钱五": "赵四、钱五",
    "赵四\n钱五": "赵四、钱五",
    "赵四  钱五": "赵四、钱五",
    "赵四　钱五": "赵四、钱五",
    "赵 四、钱 五": "赵四、钱五",
    "欧阳修文、诸葛小明": "欧阳修文、诸葛小明",
    "赵四（女）、钱五": "赵四、钱五",
    "乙、丙": "乙、丙",
    "癸/子": "癸、子",
    "欧阳  诸葛  上官": "欧阳、诸葛、上官",
}
MASKED = ["×××", "xxx", "XXX", "某某", "某某某", "张×", "张某", "张××", "张某某", "张**", "丁*", "李\uff0a"]
BESIDE = {"people": "代表", "roll": "甲团"}
KINDS = [("people", ["姓名", "角色"]), ("roll", ["姓名", "代表团"])]


def names(kind, head, cells):
    return read(xlsx_rows([head, *([cell, BESIDE[kind]] for cell in cells)]), kind)


@pytest.mark.parametrize(("kind", "head"), KINDS)
def test_marks_around_a_name_are_no_part_of_it_and_are_said(kind, head):
    reading = names(kind, head, CLEANED)

    assert [row["name"] for row in values(reading).values()] == [*CLEANED.values()]
    assert [(note.row, note.field, note.value) for note in reading.notes] == [
        (row, "name", name) for row, name in enumerate(CLEANED.values(), start=2)
    ]
    assert (reading.errors, reading.doubts) == ([], [])


@pytest.mark.parametrize(("kind", "head"), KINDS)
def test_what_may_be_a_part_of_a_name_stays(kind, head):
    reading = names(kind, head, KEPT)

    assert [row["name"] for row in values(reading).values()] == KEPT
    assert (reading.errors, reading.doubts) == ([], [])


@pytest.mark.parametrize(("kind", "head"), KINDS)
def test_somebody_who_is_said_to_be_gone_or_away_is_asked_about(kind, head):
    cells = [f"张三{left}{aside}{right}" for aside in GONE for left, right in ("（）", "()", "【】")]

    reading = names(kind, head, [*cells, "①张三（女）（已故）", "李四"])

    assert [row.number for row in reading.rows] == [len(cells) + 3]
    assert {row.values["name"] for row in reading.doubtful.values()} == {"张三"}
    assert [doubt.row for doubt in reading.doubts] == list(range(2, len(cells) + 3))
    assert str(reading.doubts[0].problem) == "Beside the name stands “已故”."
    assert (reading.doubts[0].field, reading.doubts[0].value, reading.errors) == ("name", "张三（已故）", [])


@pytest.mark.parametrize(("kind", "head"), KINDS)
def test_several_names_in_one_cell_are_never_one_person(kind, head):
    reading = names(kind, head, SEVERAL)

    assert (reading.rows, reading.doubtful) == ([], {})
    assert errors(reading) == [
        (row, "name", f"Here stand several names: {each}.") for row, each in enumerate(SEVERAL.values(), start=2)
    ]


@pytest.mark.parametrize(("kind", "head"), KINDS)
def test_a_name_that_is_not_told_is_none(kind, head):
    reading = names(kind, head, MASKED)

    assert (reading.rows, {str(error.problem) for error in reading.errors}) == ([], {"This is no full name."})
    assert len(reading.errors) == len(MASKED)


def test_a_contact_may_be_several():
    reading = read(xlsx_rows([["单位名称", "联系人"], ["甲局", "张三、李四"]]), "organisations")

    assert values(reading) == {2: {"name_zh": "甲局", "contact": "张三、李四"}}


PHONES = {
    "13800000009/13900000009": ("13800000009", "13800000009、13900000009"),
    "13800000009、13900000009": ("13800000009", "13800000009、13900000009"),
    "13800000009；13900000009": ("13800000009", "13800000009、13900000009"),
    "13800000009,13900000009": ("13800000009", "13800000009、13900000009"),
    "13800000009 13900000009": ("13800000009", "13800000009、13900000009"),
    "13800000009\n13900000009": ("13800000009", "13800000009、13900000009"),
    "13800000009（办）13900000009（宅）": ("13800000009", "13800000009、13900000009"),
    "0571-88001234/13900000009": ("0571-88001234", "0571-88001234、13900000009"),
    "88001234、665678（短号）": ("88001234", "88001234、665678"),
}
ONE_PHONE = ["13800000009", "138 0000 0009", "+86 13800000009", "0571 88001234", "0571-88001234", "0571-88001234 转 12",
             "(0571) 88001234", "88001234-123"]  # fmt: skip


@pytest.mark.parametrize("kind", ["people", "roll"])
def test_of_several_numbers_the_first_is_taken_and_it_is_asked(kind):
    rows = [["姓名", "电话"], *([f"张{'一二三四五六七八九'[place]}", cell] for place, cell in enumerate(PHONES))]

    reading = read(xlsx_rows(rows), kind)

    expected = list(PHONES.values())
    assert [row.values["phone"] for row in reading.doubtful.values()] == [first for first, _all in expected]
    assert [(doubt.field, str(doubt.problem)) for doubt in reading.doubts] == [
        ("phone", f"Here stand several numbers: {several}. The first one is taken.") for _first, several in expected
    ]
    assert [note.value for note in reading.notes] == [first for first, _all in expected]


@pytest.mark.parametrize("kind", ["people", "roll"])
def test_one_number_is_one_however_it_is_written(kind):
    rows = [["姓名", "电话"], *([f"张{'一二三四五六七八九'[place]}", cell] for place, cell in enumerate(ONE_PHONE))]

    reading = read(xlsx_rows(rows), kind)

    assert ([row.values["phone"] for row in reading.rows], reading.doubts) == (ONE_PHONE, [])


def test_an_office_may_have_several_numbers():
    reading = read(xlsx_rows([["单位名称", "电话"], ["甲局", "88001234/88005678"]]), "organisations")

    assert values(reading) == {2: {"name_zh": "甲局", "phone": "88001234、88005678"}}
