"""Of several offices in one cell the one that leads is taken, and it is asked."""

import pytest

from livelihood.kernel.sheets.offices import parted
from tests.kernel.sheets.books import HEAD, site, xlsx_rows
from tests.kernel.sheets.office import errors, read, values

pytestmark = pytest.mark.usefixtures("english")

SEVERAL = {
    "县住建局、县城管局": ("县住建局", "县城管局"),
    "县住建局,县城管局": ("县住建局", "县城管局"),
    "县住建局/县城管局": ("县住建局", "县城管局"),
    "县住建局；县城管局": ("县住建局", "县城管局"),
    "县住建局 县城管局": ("县住建局", "县城管局"),
    "县住建局\n县城管局": ("县住建局", "县城管局"),
    "县住建局和县城管局": ("县住建局", "县城管局"),
    "县住建局（牵头）、县城管局（配合）": ("县住建局", "县城管局"),
    "县城管局（配合）、县住建局（牵头）": ("县住建局", "县城管局"),
    "牵头：县住建局 配合：县城管局": ("县住建局", "配合：县城管局"),
    "牵头单位：县住建局；配合单位：县城管局、县财政局": ("县住建局", "配合单位：县城管局、县财政局"),
    "主办：县民政局、协办：县残联": ("县民政局", "协办：县残联"),
    "丹江镇、西江镇、郎德镇": ("丹江镇", "西江镇、郎德镇"),
    "市委、市政府": ("市委", "市政府"),
    "文化和旅游局、体育中心": ("文化和旅游局", "体育中心"),
}
ONE = [
    "县文化和旅游局", "和平街道", "县人力资源和社会保障局", "县住房和城乡建设局", "城管局（公厕、环卫所）", "A公司",
    "县农业农村局（县乡村振兴局）", "浙江省 住建厅", "象山县住房和城乡建设局 丹东", "县发改、住建局", "机关事务管理局",
]  # fmt: skip


@pytest.mark.parametrize("written", SEVERAL)
def test_several_offices_are_told_apart(written):
    assert parted(written) == SEVERAL[written]


@pytest.mark.parametrize("written", ONE)
def test_one_office_is_one(written):
    assert parted(written) == (written, "")


def test_it_is_asked_who_of_several_answers_for_a_site():
    rows = [
        [*HEAD, "责任单位"],
        [*site(1), "县住建局、县城管局"],
        [*site(2), "牵头单位：县住建局"],
        [*site(3), "县住建局"],
    ]

    reading = read(xlsx_rows(rows))

    assert {row["key"]: row["organisation"] for row in values(reading).values()} == {
        "K-2": "县住建局",
        "K-3": "县住建局",
    }
    assert [(one.row, one.field, str(one.problem)) for one in reading.doubts] == [
        (2, "organisation", "Here stand several offices. 县住建局 is taken, and not: 县城管局.")
    ]
    assert reading.doubtful[2].values["organisation"] == "县住建局"
    assert [(note.row, note.value) for note in reading.notes] == [(2, "县住建局"), (3, "县住建局")]


@pytest.mark.parametrize(("begins", "ends"), [("2027-10-31", "2027-03-01"), ("2027年11月", "2027年10月底前")])
def test_no_site_is_begun_after_its_deadline(begins, ends):
    reading = read(xlsx_rows([[*HEAD, "开工时间"], [*site(1, due=ends), begins], [*site(2), "2027-03-01"]]))

    assert [(row, field) for row, field, _problem in errors(reading)] == [(2, "due_on")]
    assert [row["key"] for row in values(reading).values()] == ["K-2"]
