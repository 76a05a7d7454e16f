"""Headings that speak of several columns at once, and cells that do."""

from datetime import date
from itertools import permutations

import pytest

from livelihood.kernel.sheets import persons
from livelihood.kernel.sheets.cells import CellProblem
from livelihood.kernel.sheets.declaration import kinds
from livelihood.kernel.sheets.heads import find_head
from tests.kernel.sheets.books import xlsx_rows
from tests.kernel.sheets.office import errors, read, refusal, values

pytestmark = pytest.mark.usefixtures("english")

PAIRS = [
    (kind, *pair) for kind in kinds().values() for pair in permutations([c for c in kind.columns if c.is_usual], 2)
]


def said(reading):
    return [(note.row, note.field, note.written, note.value) for note in reading.notes]


@pytest.mark.parametrize("kind", kinds().values(), ids=lambda kind: kind.name)
def test_a_heading_of_two_columns_is_read_into_both_or_into_none_of_them(kind):
    known = {column.name: column.joins for column in kind.columns if column.joins}
    for first, second in ((first, second) for each, first, second in PAIRS if each is kind):
        for form in ("{}/{}", "{}及{}", "{}、{}", "{}（{}）"):
            heading = form.format(first.heading, second.heading)
            head = find_head([[heading, str(kind.columns[0].heading), str(kind.columns[1].heading)]], kind)

            column = head.headings[0].column
            assert column is None or {first.name, second.name} <= {column.name, *known[column.name]}, heading


@pytest.mark.parametrize(
    "heading",
    ["联系人及电话", "联系人/电话", "联系人（电话）", "联系人和联系方式", "联系人、联系方式",
        "负责人及联系电话", "联系人姓名及电话",
     "联系人及\n电话", "联系人+手机", "联系人 电话", "联系方式（联系人、电话）", "联络员及手机号",
     "联系人电话", "联系方式", "联系人"],
)  # fmt: skip
def test_a_contact_and_a_number_are_never_one(heading):
    reading = read(xlsx_rows([["单位名称", heading], ["甲局", "张三 0717-2880001"], ["乙局", "待定"]]), "organisations")

    assert values(reading)[2] == {"name_zh": "甲局", "contact": "张三", "phone": "0717-2880001"}
    assert {note.written for note in reading.notes if note.row == 2} == {"张三 0717-2880001"}
    assert not any(value for name, value in values(reading)[3].items() if name != "name_zh")


@pytest.mark.parametrize(
    ("cell", "name", "phone"),
    [
        ("张三 0717-2880001", "张三", "0717-2880001"), ("张三（0717-2880001）", "张三", "0717-2880001"),
        ("0717-2880001 张三", "张三", "0717-2880001"), ("张三：13800000000", "张三", "13800000000"),
        ("张三13800000000", "张三", "13800000000"), ("联系人：张三 电话：13800000000", "张三", "13800000000"),
        ("张三\n138 0000 0000", "张三", "138 0000 0000"), ("王 伟 (0717)2880001", "王伟", "(0717)2880001"),
        ("张三 0717-2880001/13800000000", "张三", "0717-2880001、13800000000"), ("张三", "张三", None),
        ("张三 0717-2880001转8001", "张三", "0717-2880001转8001"), ("0717-2880001", None, "0717-2880001"),
        ("张三（局长）13800000000", "张三（局长）", "13800000000"), ("张三，办公电话0717-2880001", "张三",
        "0717-2880001"),
        ("欧阳·娜 +86 138-0000-0000", "欧阳·娜", "+86 138-0000-0000"), ("（张三）13800000000", "张三", "13800000000"),
        ("张1 0855-3330001", "张1", "0855-3330001"), ("张三 2 0855-3330001", "张三 2", "0855-3330001"),
    ],
)  # fmt: skip
def test_every_spelling_of_a_name_with_a_number_is_parted(cell, name, phone):
    assert persons.person_and_phone("n", "p")(cell).values == {"n": name, "p": phone}


@pytest.mark.parametrize(
    ("parse", "cell", "problem"),
    [
        (persons.person_and_phone("n", "p"), "张三 13800000000、李四 13900000000",
        "Here stand several people or numbers."),
        (persons.person_and_phone("n", "p"), "张三13800000000李四13900000000", "Here stand several people or numbers."),
        (persons.person_name(60, name="n", phone="p"), "13800000000", "Here stands a number and no name."),
        (persons.phone(name="n", phone="p"), "张三", "This is no telephone number."),
    ],
)  # fmt: skip
def test_what_cannot_be_parted_is_refused(parse, cell, problem):
    with pytest.raises(CellProblem) as caught:
        parse(cell)
    assert str(caught.value.problem) == problem


@pytest.mark.parametrize(
    "number",
    [
        "0717-2880001",
        "0717-2880001(办)",
        "13800000000(微信同号)",
        "0717-2880001转8001",
        "办公室 0717-2880001",
        "24小时热线12345",
    ],
)
def test_what_belongs_to_a_number_stays_with_it(number):
    assert persons.phone(name="n", phone="p")(number) == number


def test_what_two_columns_say_of_one_thing_has_to_agree():
    rows = [
        ["单位名称", "联系人", "电话"], ["甲局", "张三 0717-2880001", "0717-2880001"],
        ["乙局", "张三 0717-2880001", "0717-2880002"], ["丙局", "李四", "王五 0717-2880002"],
        ["丁局", "", "赵六 0717-1112223"], ["戊局", "张三 0717-1", "张三 0717-1"], ["己局", "张 三 07171",
            "张三 07171"],
    ]  # fmt: skip

    reading = read(xlsx_rows(rows), "organisations")

    assert {number: (row["contact"], row["phone"]) for number, row in values(reading).items()} == {
        2: ("张三", "0717-2880001"), 5: ("赵六", "0717-1112223"), 6: ("张三", "0717-1"), 7: ("张三", "07171"),
    }  # fmt: skip
    assert errors(reading) == [
        (3, "contact", "In the column “电话” stands something else."),
        (4, "phone", "In the column “联系人” stands something else."),
    ]


@pytest.mark.parametrize(("kind", "more"), [("people", "角色"), ("roll", "代表团")])
def test_names_of_people_are_parted_from_their_numbers(kind, more):
    plain = read(xlsx_rows([["姓名", more], ["王 伟 13800000000", ""]]), kind)
    joined = read(xlsx_rows([["姓名及手机", more], ["王 伟 13800000000", ""], ["13900000000", ""], ["", ""]]), kind)

    for reading, number in ((plain, 2), (joined, 2)):
        assert {name: values(reading)[number][name] for name in ("name", "phone")} == {
            "name": "王伟", "phone": "13800000000",
        }  # fmt: skip
    assert said(plain) == [
        (2, "name", "王 伟 13800000000", "王伟"), (2, "phone", "王 伟 13800000000", "13800000000"),
    ]  # fmt: skip
    assert [(error.row, error.field, error.value, str(error.problem)) for error in joined.errors] == [
        (3, "name_phone", "13900000000", "This cell is empty."),
    ]  # fmt: skip


PERIODS = {
    "2027年3月至10月": ("2027-03-01", "2027-10-31"), "2027.3.1-2027.10.31": ("2027-03-01", "2027-10-31"),
    "2027年3月—2027年10月": ("2027-03-01", "2027-10-31"), "2027年3月1日\uff5e10月31日": ("2027-03-01", "2027-10-31"),
    "3月至10月": ("2027-03-01", "2027-10-31"), "2027年3-10月": ("2027-03-01", "2027-10-31"),
    "2027-03-01至2027-10-31": ("2027-03-01", "2027-10-31"), "2027-3-2027-10": ("2027-03-01", "2027-10-31"),
    "2027年3月开工，10月底前完工": ("2027-03-01", "2027-10-31"), "2027年11月-2028年2月": ("2027-11-01", "2028-02-29"),
    "2027年3月1日至31日": ("2027-03-01", "2027-03-31"), "2027年10月底前": ("", "2027-10-31"),
    "2027年3月/2027年10月": ("2027-03-01", "2027-10-31"), "2027/3/1-10/31": ("2027-03-01", "2027-10-31"),
    "2027-03-01 to 2027-10-31": ("2027-03-01", "2027-10-31"), "自2027年3月起至10月止": ("2027-03-01", "2027-10-31"),
}  # fmt: skip


@pytest.mark.parametrize("heading", ["起止时间", "开工及完工时间", "开竣工时间", "建设起止日期", "开工时间/完成时限"])
def test_a_first_and_a_last_day_in_one_cell_are_parted(heading):
    rows = [[f"K-{number}", "甲", cell] for number, cell in enumerate(PERIODS)]

    reading = read(xlsx_rows([["点位编号", "点位名称", heading], *rows]), year=2027)

    assert [(row["starts_on"], row["due_on"]) for row in values(reading).values()] == [*PERIODS.values()]
    assert {note.written: note.value for note in reading.notes} == {
        cell: "、".join(filter(None, days)) for cell, days in PERIODS.items()
    }  # fmt: skip


def test_a_period_that_is_none_is_refused_and_one_without_an_end_has_none():
    cells = ["2027-10-31", "2027年10月至3月", "2027年3月起", "", date(2027, 10, 31), "长期"]
    sites = read(
        xlsx_rows([["点位编号", "点位名称", "起止时间"], *([f"K-{n}", "甲", cell] for n, cell in enumerate(cells))])
    )
    people = read(
        xlsx_rows([["姓名", "任期"], ["甲", "2027年1月至今"], ["乙", "2027年3月起"], ["丙", "2027.1-2031.12"]]),
        "people",
    )

    assert [(error.row, str(error.problem)) for error in sites.errors] == [
        (2, "Only one date stands here."), (3, "These are not two dates."), (4, "This cell is empty."),
        (5, "This cell is empty."), (6, "Only one date stands here."), (7, "This cell is empty."),
    ]  # fmt: skip
    assert [(row["starts_on"], row["ends_on"]) for row in values(people).values()] == [
        ("2027-01-01", ""), ("2027-03-01", ""), ("2027-01-01", "2031-12-31"),
    ]  # fmt: skip


OPEN = [
    f"{day}{mark}"
    for day in ("2027-03-01", "2027.3.1", "2027/3/1", "2027年3月1日", "2027年3月", "2027.3", "2027-03", "20270301")
    for mark in ("-", "—", "——", " - ", "~", " ~", "\uff5e", "至", " 至 ", "起至", "到", "至今", "~长期", "—待定")
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "head", "start", "end"),
    [
        ("people", ["姓名", "任期起止"], "starts_on", "ends_on"),
        ("organisations", ["单位名称", "有效期"], "valid_from", "valid_until"),
        ("sites", ["点位名称", "计划开竣工时间"], "starts_on", "due_on"),
    ],
)
def test_a_period_with_an_open_end_never_ends_on_a_day_that_nobody_wrote(kind, head, start, end):
    reading = read(xlsx_rows([head, *([f"张{number}", cell] for number, cell in enumerate(OPEN))]), kind)

    if kind == "sites":  # which need a day by which they are done
        assert not reading.rows
        assert errors(reading) == [(row, "period", "This cell is empty.") for row in range(2, len(OPEN) + 2)]
    else:
        assert {(row[start], row[end]) for row in values(reading).values()} == {("2027-03-01", "")}
        assert (len(reading.rows), reading.errors) == (len(OPEN), [])
        assert {note.written: note.value for note in reading.notes} == dict.fromkeys(OPEN, "2027-03-01")


@pytest.mark.parametrize(
    "cell",
    [
        "2027-03-01至完成",
        "2027年3月1日-开工",
        "2027-03-31前—",
        "2027-03-01/",
        "2027-03-01…",
        "—2027-10-31",
        "2027-03-01至次月",
    ],
)
def test_what_leaves_a_period_open_in_another_way_is_refused(cell):
    reading = read(xlsx_rows([["姓名", "任期"], ["张三", cell]]), "people")

    assert (reading.rows, [error.field for error in reading.errors]) == ([], ["term"])


def test_other_headings_of_two_things_are_named_as_unread():
    reading = read(
        xlsx_rows(
            [["点位编号", "点位名称及地址", "责任单位/责任人", "所属区县"], ["K-1", "甲 A路1号", "甲局/张三", ""]]
        )
    )

    assert reading.unread == ["点位名称及地址", "责任单位/责任人"]
    three = read(
        xlsx_rows([["单位名称", "简称", "联系人、职务及电话"], ["甲局", "甲", "张三 局长 1380000"]]), "organisations"
    )
    assert three.unread == ["联系人、职务及电话"]
    assert "“点位”: one of these columns is needed" in refusal(
        xlsx_rows([["单位名称及简称", "联系人", "电话"], ["甲局", "", ""]]), kind="organisations"
    )


@pytest.mark.parametrize(
    ("kind", "headings"),
    [
        ("people", {"姓名/Name": "name", "镇/街道": "area", "角色（代表/委员）": "role", "电话（手机/座机）": "phone"}),
        ("roll", {"代表姓名": "name", "代表证号/编号": "card", "代表团（选举单位）": "delegation",
                  "是否场外投票（是/否）": "may_vote_remotely"}),
        ("areas", {"区划代码": "code", "名称（中文）": "name_zh", "类别/级别": "level", "上级（代码）": "parent"}),
        ("sites", {"点位编号/代码": "key", "计划数量（座/处）": "quantity_planned", "责任单位（盖章）": "organisation",
                   "完成时限（年/月）": "due_on", "详细地址（村/路）": "address", "项目编号/名称": "project"}),
    ],
)  # fmt: skip
def test_one_thing_in_several_words_is_one_column(kind, headings):
    reading = read(xlsx_rows([[*headings], ["1"] * len(headings)]), kind)

    assert {heading.text: name for name, heading in reading.columns.items()} == headings
