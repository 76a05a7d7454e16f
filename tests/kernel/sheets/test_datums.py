"""On which earth coordinates lie, wherever a sheet says so; what is not known is asked and never taken for WGS-84."""

import pytest

from livelihood.kernel.sheets.datums import in_heading, in_lines
from livelihood.kernel.sheets.points import Datum
from tests.kernel.sheets.books import xlsx_rows
from tests.kernel.sheets.office import errors, left_out, notes, read

pytestmark = pytest.mark.usefixtures("english")

WORDS = {
    Datum.WGS84: "WGS-84 WGS1984 GPS CGCS2000 天地图 国家2000 2000国家大地坐标系 大地2000",
    Datum.GCJ02: "GCJ-02 gcj02 GCJ-02坐标系 火星 火星坐标系 高德 高德地图 高德坐标系 腾讯 腾讯地图坐标",
    Datum.BD09: "BD-09 bd09 BD09LL 百度 百度坐标 百度地图 百度坐标系",
}
READ = {
    Datum.WGS84: ("121.866", "29.475"),
    Datum.GCJ02: ("121.861981", "29.477694"),
    Datum.BD09: ("121.855389", "29.472054"),
}
FORMS = [
    "经度（{}）",
    "{}经度",
    "经度【{}】",
    "经度[{}]",
    "经度〔{}〕",
    "经度_{}",
    "经度-{}",
    "经度（必填，{}，保留6位小数）",
]
STRANGE = ["北京54", "西安80坐标系", "宁波2000坐标系", "地方坐标系", "搜狗地图", "墨卡托投影", "某某坐标系", "手机定位"]


def points(reading):
    return [(str(row.values["longitude"]), str(row.values["latitude"])) for row in reading.rows]


def sheet(*heads, above=(), below=(), cells=(121.866, 29.475)):
    head = [["点位编号", "点位名称", *heads[0]], *(["", "", *row] for row in heads[1:])]
    return xlsx_rows([*above, *head, ["K-1", "甲", *cells], *below])


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("datum", [*Datum])
def test_a_datum_counts_wherever_it_stands_about_a_heading(form, datum):
    for word in WORDS[datum].split():
        heading = form.format(word)

        assert (heading, in_heading([heading]).datums) == (heading, {datum})
        assert (heading, in_heading([f"坐标（{word}）", "经度"]).datums) == (heading, {datum})


@pytest.mark.parametrize(
    "heads",
    [
        [("经度（GCJ-02坐标系）", "纬度（GCJ-02坐标系）")], [("高德经度", "高德纬度")],
        [("高德坐标经度", "高德坐标纬度")], [("经度【火星】", "纬度")],
        [("坐标（高德）", ""), ("经度", "纬度")], [("gcj02_lng", "gcj02_lat")],
        [("经度（采用国家测绘局发布的GCJ-02火星坐标系统）", "纬度")],
    ],
)  # fmt: skip
def test_what_was_converted_is_read_as_in_both_columns(heads):
    reading = read(sheet(*heads))

    assert points(reading) == [READ[Datum.GCJ02]]
    assert {(note.field, note.written, note.value) for note in reading.notes} == {
        ("longitude", "121.866", "121.861981"), ("latitude", "29.475", "29.477694"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("line", "datum"),
    [
        ("坐标系：GCJ-02", Datum.GCJ02), ("注：经纬度请用高德地图拾取", Datum.GCJ02),
        ("注：坐标采用百度坐标系。", Datum.BD09),
        ("说明：坐标取自百度", Datum.BD09), ("坐标系：CGCS2000", Datum.WGS84), ("（BD-09）", Datum.BD09),
    ],
)  # fmt: skip
def test_a_line_above_or_below_the_table_says_it(line, datum):
    above, below = read(sheet(["经度", "纬度"], above=[[line]])), read(sheet(["经度", "纬度"], below=[[f"注：{line}"]]))

    assert (points(above), left_out(above)) == ([READ[datum]], [(1, "title")])
    assert (points(below), left_out(below)) == ([READ[datum]], [(3, "note")])


@pytest.mark.parametrize("line", ["高德街道2027年点位坐标表", "火星镇项目清单", "附件：点位坐标表 高德街道办事处"])
def test_a_place_of_the_name_of_a_service_says_nothing(line):
    assert points(read(sheet(["经度", "纬度"], above=[[line]]))) == [READ[Datum.WGS84]]


@pytest.mark.parametrize("word", STRANGE)
def test_what_is_no_datum_that_is_known_is_asked(word):
    for reading in (
        read(sheet([f"经度（{word}）", "纬度"])),
        read(sheet([f"坐标（{word}）", ""], ["经度", "纬度"])),
        read(sheet(["经度", "纬度"], above=[[f"坐标系：{word}"]])),
    ):
        assert reading.rows == []
        (doubt,) = reading.doubts
        assert str(doubt.problem).startswith("On what these coordinates lie is not known: ")
        assert (doubt.field, doubt.value) == ("longitude", "121.866")
    assert points(read(sheet([f"经度（{word}）", "纬度"]), datum=Datum.BD09)) == [READ[Datum.BD09]]


@pytest.mark.parametrize(
    "heading",
    ["经度（度）", "经度（E）", "经度（必填）", "经度（保留6位小数）", "经度（十进制度，如121.866）",
        "经度（°）", "经度（东经）",
     "经度坐标", "东经"],
)  # fmt: skip
def test_how_degrees_are_to_be_written_is_no_datum(heading):
    assert points(read(sheet([heading, "纬度"]))) == [READ[Datum.WGS84]]


def test_two_datums_are_asked_and_so_is_one_that_somebody_has_chosen_against_the_heading():
    two = read(sheet(["经度（GCJ-02）", "纬度（WGS84）"]))
    against = read(sheet(["经度（百度）", "纬度（百度）"]), datum=Datum.WGS84)

    assert [str(doubt.problem) for doubt in [*two.doubts, *against.doubts]] == [
        "The sheet says WGS-84 of its coordinates, and they were read as GCJ-02.",
        "The sheet says BD-09 of its coordinates, and they were read as WGS-84.",
    ]
    assert [*two.rows, *against.rows] == []


def test_the_heading_is_nearer_than_a_title_and_each_row_nearer_still():
    reading = read(sheet(["经度（百度）", "纬度（百度）"], above=[["坐标系：GCJ-02"]]))
    rows = read(
        "点位编号,点位名称,经度,纬度,坐标系\nK-1,甲,121.866,29.475,GCJ-02\nK-2,乙,121.866,29.475,北京54\nK-3,丙,121.866,29.475,\n"
    )

    assert points(reading) == [READ[Datum.BD09]]
    assert points(rows) == [READ[Datum.GCJ02], READ[Datum.WGS84]]
    assert errors(rows) == [(3, "datum", "This is no datum that is known here.")]


def test_a_point_in_one_cell_is_said_as_it_was_converted():
    reading = read(sheet(["坐标（高德地图）"], cells=["121.866，29.475"]))

    assert [(note.field, note.value) for note in reading.notes] == [("point", "121.861981、29.477694")]


def test_a_row_without_a_point_is_not_asked_and_lines_without_words_say_nothing():
    assert read(sheet(["经度（北京54）", "纬度"], cells=["", ""])).doubts == []
    assert (in_lines(["坐标为建筑物中心点", "坐标系为必填项", "e" * 9000]), notes(read(sheet(["经度", "纬度"])))) == (
        (frozenset(), ""), [],
    )  # fmt: skip
