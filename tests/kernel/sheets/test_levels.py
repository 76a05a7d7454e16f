"""County and township in columns of their own: the township is looked for below the county, in every kind."""

import pytest
from django.utils import translation

from livelihood.cycles.tree import Place, Tree
from livelihood.kernel.sheets.cells import CellProblem
from tests.kernel.sheets.books import xlsx_rows
from tests.kernel.sheets.office import errors, read

pytestmark = pytest.mark.usefixtures("english")

PLACES = [
    Place("330000", "浙江省", ""), Place("330200", "宁波市", "330000"), Place("330225", "象山县", "330200"),
    Place("330226", "宁海县", "330200"),
    Place("330225001", "丹东街道", "330225"), Place("330225100", "石浦镇", "330225"),
    Place("330226001", "跃龙街道", "330226"),
    Place("330226100", "石浦镇", "330226"), Place("330300", "温州市", "330000"),
    Place("330302", "鹿城区", "330300"),
]  # fmt: skip
TREE = Tree(PLACES)
TWO = "2 areas have this name. Write the code, or the name of the area above before it."
BESIDE = "This area does not lie in the one that stands beside it. Correct one of the two."
NO_CODE = "There is no area with this code. Check the code, or have the area added first."
NO_AREA = "Check the spelling, write its code, or have it added first."
OTHERS = {
    "sites": {"点位编号": "K-1", "点位名称": "公厕", "完成时限": "2027-10-31"},
    "people": {"姓名": "张三", "单位": "甲局"},
    "organisations": {"单位全称": "甲局", "联系人": "张三"},
}


def code_of(written: str, tree: Tree = TREE) -> str:
    with translation.override("en"):
        try:
            return tree.code_of(written)
        except CellProblem as problem:
            return f"{problem.problem} {problem.remedy}"


@pytest.mark.parametrize("kind", OTHERS)
@pytest.mark.parametrize(
    ("heads", "row", "code"),
    [
        ("县/区 乡镇", ["宁海县", "石浦镇"], "330226100"),
        ("区县 镇街", ["象山县", ""], "330225"),
        ("区县 镇街", ["", "丹东街道"], "330225001"),
        ("县（市、区） 乡镇（街道）", ["象山", "石浦"], "330225100"),
        ("所属区县 所属乡镇", ["330226", "石浦镇"], "330226100"),
        ("所属地区 乡镇街道", ["宁海县", "石浦镇"], "330226100"),
        ("乡镇（街道） 县（市、区）", ["石浦镇", "宁海县"], "330226100"),
        ("行政区划代码 乡镇", ["330226", "石浦镇"], "330226100"),
        ("行政区划代码 乡镇", ["330226100", "石浦镇"], "330226100"),
        ("区县 乡镇", ["宁海县", "330226100"], "330226100"),
        ("区县 乡镇", ["象山县", "象山县石浦镇"], "330225100"),
        ("区县 乡镇", ["宁波市宁海县", "宁海县石浦镇"], "330226100"),
        ("区县 乡镇", ["象山县", "县本级"], "330225"),
        ("区县 乡镇", ["象山县", "象山县"], "330225"),
        ("设区市 区县", ["温州市", "鹿城区"], "330302"),
        ("地市 县市区", ["宁波", "象山"], "330225"),
        ("市 县 乡镇", ["宁波市", "宁海县", "石浦镇"], "330226100"),
        ("市 县 乡镇", ["宁波市", "", "丹东街道"], "330225001"),
        ("市 县 乡镇", ["宁波市", "宁海县", ""], "330226"),
        ("省 市 县 乡镇", ["浙江省", "宁波市", "宁海县", "石浦镇"], "330226100"),
        ("市 县 乡镇", ["", "", "石浦镇"], TWO),
        ("市 县", ["宁波市", "鹿城区"], f"There is no area of this name. {NO_AREA}"),
        ("区县 乡镇", ["宁海县", "丹东街道"], f"There is no area of this name. {NO_AREA}"),
        ("区县 乡镇", ["没有县", "丹东街道"], f"There is no area of the name 没有县. {NO_AREA}"),
        ("区县 乡镇", ["宁海县", "330225001"], BESIDE),
        ("区县 乡镇", ["330299", "石浦镇"], NO_CODE),
        ("区县 乡镇", ["420102", "330225001"], "330225001"),
    ],
)  # fmt: skip
def test_the_township_is_looked_for_below_the_county(kind, heads, row, code):
    others = OTHERS[kind]
    reading = read(xlsx_rows([[*others, *heads.split()], [*others.values(), *row]]), kind)

    assert (reading.unread, errors(reading)) == (["省"] if "省" in heads else [], [])
    assert code_of(reading.rows[0].values["area"]) == code


@pytest.mark.parametrize("kind", OTHERS)
def test_one_column_alone_is_the_area_whatever_its_level(kind):
    others = OTHERS[kind]
    for head in ("区县", "乡镇", "设区市", "所属地区", "县/区"):
        reading = read(xlsx_rows([[*others, head], [*others.values(), "石浦镇"]]), kind)

        assert (list(reading.columns), reading.rows[0].values["area"]) == ([*read_names(kind), "area"], "石浦镇")


def read_names(kind: str) -> list[str]:
    return list(read(xlsx_rows([[*OTHERS[kind]], [*OTHERS[kind].values()]]), kind).columns)


def test_a_site_without_any_of_them_lacks_its_area():
    others = OTHERS["sites"]
    rows = [[*others, "区县", "乡镇"], [*others.values(), "", ""], ["K-2", "甲", "2027-10-31", "象山县"]]

    reading = read(xlsx_rows(rows))

    assert errors(reading) == [(2, "area", "This cell is empty.")]
    assert [row.values["area"] for row in reading.rows] == ["象山县"]


def test_a_county_that_is_merged_over_its_townships_is_filled_down():
    others = OTHERS["sites"]
    rows = [
        [*others, "区县", "乡镇"],
        [*others.values(), "宁海县", "石浦镇"],
        ["K-2", "乙", "2027-10-31", "", "跃龙街道"],
    ]

    reading = read(xlsx_rows(rows, [(1, 3, 2, 3)]))

    assert [code_of(row.values["area"]) for row in reading.rows] == ["330226100", "330226001"]


@pytest.mark.parametrize(
    ("heads", "row", "name", "parent"),
    [
        ("县 乡镇", ["宁海县", "石浦镇"], "石浦镇", "330226"),
        ("县名称 乡镇名称", ["宁海县", "石浦镇"], "石浦镇", "330226"),
        ("市 县 乡镇", ["宁波市", "宁海县", "石浦镇"], "石浦镇", "330226"),
        ("所属市 所属县 乡镇名称", ["宁波市", "宁海县", "石浦镇"], "石浦镇", "330226"),
        ("市 县", ["宁波市", "宁海县"], "宁海县", "330200"),
        ("市 县 乡镇", ["宁波市", "宁海县", ""], "宁海县", "330200"),
        ("区县 名称", ["宁海县", "石浦镇"], "石浦镇", None),
        ("县 乡镇", ["宁海县", ""], "宁海县", None),
    ],
)
def test_the_columns_of_areas_are_a_name_and_what_is_above_it(heads, row, name, parent):
    reading = read(xlsx_rows([["区划代码", *heads.split()], ["330226100", *row]]), "areas")

    values = reading.rows[0].values
    assert values["name_zh"] == name
    assert (code_of(values["parent"]) if values.get("parent") else None) == parent


def test_an_area_without_any_name_is_wrong():
    rows = [
        ["区划代码", "县", "乡镇"],
        ["330226100", "", ""],
        ["330226001", "330226", ""],
        ["330226002", "宁海县", "桥头镇"],
    ]

    reading = read(xlsx_rows(rows), "areas")

    assert errors(reading) == [(2, "name_zh", "This cell is empty."), (3, "name_zh", "This cell is empty.")]


def test_where_no_area_is_stored_the_path_stays_as_it_is_written():
    assert code_of("宁海县/石浦镇", Tree([])) == "宁海县/石浦镇"


def test_the_area_of_the_year_itself_may_stand_above():
    assert code_of("本级/石浦镇", Tree(PLACES, own="330226")) == "330226100"
    assert code_of("本级/石浦镇").startswith("There is no area of the name 本级.")
