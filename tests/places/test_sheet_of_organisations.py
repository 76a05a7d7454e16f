from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from livelihood.accounts.roles import Role
from livelihood.cycles.importers import ORGANISATIONS
from livelihood.cycles.models import Area, FormerOrganisationName, Organisation, OrganisationAlias
from livelihood.cycles.states import OrganisationKind
from livelihood.kernel.sheets.handling import CHANGED_SINCE, YES
from livelihood.kernel.sheets.reading import read_sheet
from livelihood.places import services
from livelihood.places.handlers.taking_back import GONE
from tests.factories.frame import NOW, MandateFactory, official
from tests.factories.projects import SiteFactory
from tests.places.door import Door

LAST = date(2024, 6, 30)
FULL: dict[str, Any] = {
    "name_zh": "武汉市教育局", "name_en": "Wuhan Education Bureau", "aliases": ("教育局", "市教育局"), "area": "420100",
    "kind": OrganisationKind.DEPARTMENT, "parent": "武汉市人民政府", "contact": "王小明", "phone": "027-82801234",
    "valid_from": date(2000, 1, 1), "valid_until": LAST,
}  # fmt: skip


@pytest.fixture
def wuhan(places) -> Door:
    return Door("organisations", places.at("420100"), places.office)


@pytest.fixture
def hubei(places) -> Door:
    return Door("organisations", places.at("420000"), places.administrator)


def everything() -> list[Any]:
    return [
        list(Organisation.objects.order_by("pk").values()),
        sorted(OrganisationAlias.objects.values_list("organisation", "name")),
    ]


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("人大机关", OrganisationKind.CONGRESS),
        ("督查机构", OrganisationKind.SUPERVISION_OFFICE),
        ("乡镇", OrganisationKind.IMPLEMENTING_UNIT),
        ("街道办事处", OrganisationKind.IMPLEMENTING_UNIT),
        ("县直部门", OrganisationKind.DEPARTMENT),
        ("政协机关", OrganisationKind.CPPCC),
        ("民生实事办公室", OrganisationKind.LIVELIHOOD_OFFICE),
    ],
)
def test_kinds_are_read_as_offices_name_them(written, kind):
    file = BytesIO(f"单位名称,单位类别\n某某单位,{written}\n".encode())

    (row,) = read_sheet(file, ORGANISATIONS).rows

    assert row.values["kind"] == kind


def test_a_sheet_brings_organisations_with_those_above_them_in_any_order_and_goes_again(places, wuhan):
    before = everything()

    exam_row = {"name_zh": "教育考试院", "parent": "市教育局", "kind": None}
    written = wuhan.write(FULL, {"name_zh": "武汉市人民政府"}, exam_row)

    unit, top, exam = Organisation.objects.order_by("pk")
    assert (unit.name_en, unit.area, unit.kind, unit.parent) == (
        "Wuhan Education Bureau",
        wuhan.area,
        "department",
        top,
    )
    assert (unit.contact, unit.phone, unit.valid_from, unit.valid_to) == (
        "王小明", "027-82801234", date(2000, 1, 1), LAST,
    )  # fmt: skip
    assert sorted(alias.name for alias in unit.aliases.all()) == ["市教育局", "教育局"]
    assert (exam.parent, exam.kind, top.parent, top.folded) == (unit, "department", None, "武汉市人民政府")
    assert wuhan.outcomes(FULL, {"name_zh": "武汉市 人民政府"}, exam_row) == ["unchanged"] * 3
    assert wuhan.take_back(written) == {}
    assert everything() == before


def test_the_sheet_of_an_office_names_areas_and_those_above_as_it_likes(places, wuhan):
    """Another 江岸区 of the country is no matter to a sheet that is brought for Wuhan."""
    hubei = places.at("420200")
    Area.objects.create(code="420299", slug="other", name_zh="江岸区", level="county", parent=hubei)
    places.unit("武汉市教育局").aliases.create(name="市教育局")
    heads = "单位全称,简称,所属区县,主管部门,单位性质,联系人,联系电话"
    text = f"{heads}\n江岸区教育局,区教育局,江岸区,市教育局,部门,王小明,027-82801234\n"
    wuhan.by = places.keeper

    reading = read_sheet(BytesIO(text.encode()), ORGANISATIONS)
    assert ORGANISATIONS.resolve is not None
    (row,) = ORGANISATIONS.resolve(reading, wuhan.area).rows
    wuhan.write(dict(row.values))

    unit = Organisation.objects.get(name_zh="江岸区教育局")
    assert (unit.area.code, unit.kind, unit.contact, unit.phone) == ("420102", "department", "王小明", "027-82801234")
    assert (unit.parent, unit.aliases.get().name) == (Organisation.objects.get(name_zh="武汉市教育局"), "区教育局")


def test_five_thousand_are_read_and_written_in_as_many_statements_as_few(places, hubei):
    codes = list(places.at("420100").children.values_list("code", flat=True))
    rows = [
        {"name_zh": f"第{number}单位", "aliases": (f"单位{number}",), "area": codes[number % len(codes)]}
        for number in range(600)
    ]
    taken = []
    for part in (rows[:5], rows[5:]):
        with CaptureQueriesContext(connection) as queries:
            hubei.write(*part)
        taken.append(len(queries))

    assert Organisation.objects.count() == 600
    assert taken[1] - taken[0] <= 6  # several statements of as many values as one may have


CHANGES: dict[str, Any] = {
    "name_en": "Education", "aliases": ("市教委",), "kind": OrganisationKind.IMPLEMENTING_UNIT,
    "parent": "湖北省教育厅", "contact": "李小红", "phone": "1", "valid_from": date(2001, 1, 1),
    "valid_until": date(2030, 1, 1),
}  # fmt: skip


@pytest.mark.parametrize("columns", [[name] for name in CHANGES] + [list(CHANGES)])
def test_a_column_changes_its_own_field_alone_and_taking_back_leaves_nothing(places, wuhan, columns):
    places.unit("湖北省教育厅", "420000")
    wuhan.write(FULL, {"name_zh": "武汉市人民政府"})
    before = everything()
    fields = {"valid_until": "valid_to", "parent": "parent_id"}

    written = wuhan.write({"name_zh": "武汉市教育局", **{name: CHANGES[name] for name in columns}})

    old, new = before[0], everything()[0]
    changed = {name for one, other in zip(old, new, strict=True) for name in one if one[name] != other[name]}
    assert changed == {fields.get(name, name) for name in columns} - {"aliases"}
    names = ["市教委", "市教育局", "教育局"] if "aliases" in columns else ["市教育局", "教育局"]
    assert [name for _unit, name in everything()[1]] == names
    assert {change.column for change in written[0].changes} == set(columns)
    assert wuhan.take_back(written) == {}
    assert everything() == before


def test_an_empty_cell_is_a_change_but_for_what_everybody_has(places, wuhan):
    wuhan.write(FULL, {"name_zh": "武汉市人民政府"})
    before = everything()
    empty = {name: None for name in FULL if name != "name_zh"}

    written = wuhan.write({**empty, "name_zh": "武汉市教育局"})

    unit = Organisation.objects.get(name_zh="武汉市教育局")
    assert (unit.name_en, unit.parent, unit.contact, unit.phone) == ("", None, "", "")
    assert (unit.valid_from, unit.valid_to, unit.kind, unit.aliases.count()) == (None, None, "department", 2)
    assert wuhan.take_back(written) == {}
    assert everything() == before


def test_a_short_name_is_asked_about_and_can_only_be_the_same(places, wuhan, in_english):
    wuhan.write(FULL, {"name_zh": "武汉市人民政府"})
    row = {"name_zh": "教育局", "phone": "1"}

    assert wuhan.said(row) == [("name_zh", "Is it the same as 武汉市教育局?")]
    (line,) = wuhan.plan(row)
    assert list(line.questions[0].answers) == ["same"]
    wuhan.answers = {2: {"same": YES}}
    assert wuhan.outcomes(row) == ["doubt"]
    wuhan.answers = {2: {"same": "same"}}
    wuhan.write(row)

    unit = Organisation.objects.get(name_zh="武汉市教育局")
    assert (unit.phone, unit.aliases.count(), Organisation.objects.count()) == ("1", 2, 2)


def test_a_near_name_is_asked_about_and_may_be_another(places, wuhan, in_english):
    unit = places.unit("教育局")
    row = {"name_zh": "湖北省武汉市教育局"}

    assert wuhan.said(row) == [("name_zh", "Is it the same as 教育局?")]
    (line,) = wuhan.plan(row)
    assert list(line.questions[0].answers) == ["same", "renamed", YES]
    wuhan.answers = {2: {"same": YES}}
    assert wuhan.outcomes(row) == ["new"]
    wuhan.answers = {2: {"same": "same"}}
    written = wuhan.write(row)

    assert [alias.name for alias in unit.aliases.all()] == ["湖北省武汉市教育局"]
    wuhan.answers = {}
    assert wuhan.said(row) == [("name_zh", "Is it the same as 教育局?")]
    assert wuhan.take_back(written) == {}
    assert not unit.aliases.exists()


def test_a_renamed_one_is_asked_about_once_and_its_old_name_is_known_ever_after(places, wuhan, in_english):
    wuhan.write(FULL, {"name_zh": "武汉市人民政府"})
    before = everything(), list(FormerOrganisationName.objects.values())
    row = {"name_zh": "武汉市教育委员会", "aliases": ("教育局",), "phone": "1"}

    assert wuhan.said(row) == [("name_zh", "Is it the same as 武汉市教育局?")]
    (line,) = wuhan.plan(row)
    assert list(line.questions[0].answers) == ["same", "renamed"]
    wuhan.answers = {2: {"same": "renamed"}}
    written = wuhan.write(row)

    unit = Organisation.objects.get(name_zh="武汉市教育委员会")
    today, yesterday = timezone.localdate(NOW), timezone.localdate(NOW) - timedelta(days=1)
    assert (unit.name_en, unit.folded, unit.phone) == ("", "武汉市教育委员会", "1")
    assert (unit.formerly_zh, unit.formerly_en, unit.renamed_on) == ("武汉市教育局", "Wuhan Education Bureau", today)
    (former,) = unit.former_names.all()
    assert (former.name_zh, former.name_en, former.until) == ("武汉市教育局", "Wuhan Education Bureau", yesterday)
    assert sorted(alias.name for alias in unit.aliases.all()) == ["市教育局", "教育局", "武汉市教育局"]
    assert ("name_zh", "武汉市教育局", "武汉市教育委员会") in written[0].changes
    wuhan.answers = {}
    assert wuhan.outcomes(row) == ["unchanged"]
    old = {"name_zh": "武汉市教育局", "phone": "2"}
    assert [(line.outcome, line.subject) for line in wuhan.plan(old)] == [("changed", unit.pk)]
    assert wuhan.outcomes(row, old) == ["unchanged", "doubt"]
    assert wuhan.outcomes(old, {**old, "name_zh": "武汉市 教育局"}) == ["changed", "doubt"]
    again = {"name_zh": "武汉市教育体育局", "aliases": ("市教育局",)}
    (line,) = wuhan.plan(again)
    assert list(line.questions[0].answers) == ["same"]
    wuhan.answers = {2: {"same": "renamed"}}
    assert wuhan.outcomes(again) == ["doubt"]

    assert wuhan.take_back(written) == {}
    assert (everything(), list(FormerOrganisationName.objects.values())) == before


def test_who_was_renamed_before_gets_the_former_names_back_when_it_is_taken_back(places, wuhan):
    unit = places.unit("甲局")
    services.rename_organisation(organisation=unit, name_zh="乙局", until=LAST, by=places.office, at=NOW)
    before = everything()
    wuhan.answers = {2: {"same": "renamed"}}

    written = wuhan.write({"name_zh": "丙局", "aliases": ("乙局",), "name_en": "C"})
    unit.refresh_from_db()
    assert (unit.name_zh, unit.name_en, unit.formerly_zh, unit.former_names.count()) == ("丙局", "C", "乙局", 2)
    assert wuhan.take_back(written) == {}

    assert everything() == before
    assert [name.name_zh for name in unit.former_names.all()] == ["甲局"]


def test_a_name_of_one_that_was_merged_is_that_of_the_other(places, hubei, in_english):
    old, new = places.unit("文化局", "420100"), places.unit("文旅厅", "420000")
    services.merge_organisation(organisation=old, into=new, last_day=LAST, by=places.administrator, at=NOW)
    row = {"name_zh": "文化局", "area": "420100", "phone": "1"}

    assert hubei.said(row) == [("name_zh", "Is it the same as 文旅厅?")]
    hubei.answers = {2: {"same": "same"}}
    hubei.write(row)
    wuhan = Door("organisations", places.at("420100"), places.keeper)
    wuhan.answers = hubei.answers

    new.refresh_from_db()
    assert (new.phone, new.area.code) == ("1", "420000")
    assert wuhan.said(row) == [("area", "Hubei Province lies outside of Wuhan City.")]


NOBODY = "There is no organisation of this name in this area or above."
ENDS = ("valid_until", "It ends before it begins.")
REFUSED: list[tuple[dict[str, Any], tuple[str, str]]] = [
    ({"name_zh": "新局", "area": "999999"}, ("area", "There is no area of this name.")),
    ({"name_zh": "新局", "area": "420200"}, ("area", "Huangshi City lies outside of Wuhan City.")),
    (
        {"name_zh": "新局", "parent": "无此局"},
        ("parent", "There is no organisation of this name in this area or above."),
    ),
    ({"name_zh": "新局", "parent": "新局"}, ("parent", NOBODY)),
    ({"name_zh": "体育局", "aliases": ("教育局",)}, ("aliases", "教育局 is how 武汉市教育局 is known here already.")),
    (
        {"name_zh": "新局", "valid_from": LAST, "valid_until": date(2024, 1, 1)},
        ("valid_until", "It ends before it begins."),
    ),
    (
        {"name_zh": "体育局", "valid_from": date(2031, 1, 1), "valid_until": LAST},
        ("valid_until", "It ends before it begins."),
    ),
    ({"name_zh": "武汉市人民政府", "parent": "武汉市教育局"}, ("parent", "An organisation cannot stand above itself.")),
]


@pytest.mark.parametrize(("row", "said"), REFUSED)
def test_what_is_wrong_of_a_row_is_said_and_nothing_is_written(places, wuhan, row, said, in_english):
    wuhan.write(FULL, {"name_zh": "武汉市人民政府"}, {"name_zh": "体育局"})
    before = everything()

    assert wuhan.said(row) == [said]
    assert everything() == before


def test_rows_that_contradict_each_other_are_refused(places, wuhan, in_english):
    first = {"name_zh": "甲局", "aliases": ("一局",), "parent": "乙局"}
    second = {"name_zh": "乙局", "aliases": ("一局",), "parent": "甲局"}
    circle = [{"name_zh": "丙局", "parent": "丁局"}, {"name_zh": "丁局", "parent": "丙局"}]

    assert wuhan.outcomes(first, second)[1] == "refused"
    assert [line.problems[0].column for line in wuhan.plan(first, second)[1:]] == ["aliases"]
    assert str(wuhan.plan(first, second)[1].problems[0].problem) == "Row 2 is known by 一局 already."
    assert wuhan.said(*circle) == [("parent", "An organisation cannot stand above itself.")] * 2


@pytest.mark.parametrize(
    ("where", "role", "told"),
    [
        ("420100", Role.LIVELIHOOD_OFFICE, ["new", "changed", "refused", "refused"]),
        ("420100", Role.ADMINISTRATOR, ["new", "changed", "new", "changed"]),
        ("420000", Role.ADMINISTRATOR, ["new", "changed", "new", "changed"]),
        ("420000", Role.LIVELIHOOD_OFFICE, ["refused"] * 4),
        ("420102", Role.LIVELIHOOD_OFFICE, ["refused", "refused", "new", "changed"]),
        ("420200", Role.ADMINISTRATOR, ["refused"] * 4),
        ("420100", Role.DEPARTMENT, ["refused"] * 4),
        ("420000", Role.AUDITOR, ["refused"] * 4),
    ],
)
def test_who_brings_organisations_and_each_row_asks_the_rule_of_its_page(places, where, role, told):
    wuhan = Door("organisations", places.at("420100"), official(role, places.at(where)))
    places.unit("教育局")
    places.unit("江岸教育局", "420102")

    assert bool(wuhan.handler.may_bring(wuhan.by, wuhan.area, None, NOW)) is (told[0] == "new")
    assert told == wuhan.outcomes(
        {"name_zh": "新局"},
        {"name_zh": "教育局", "phone": "1"},
        {"name_zh": "新局", "area": "420102"},
        {"name_zh": "江岸教育局", "area": "420102", "phone": "1"},
    )


USES: dict[str, Callable[[Any, Organisation], Any]] = {
    "mandate": lambda places, unit: MandateFactory(area=unit.area, organisation=unit, role=Role.DEPARTMENT),
    "site": lambda places, unit: SiteFactory(organisation=unit),
    "one below": lambda places, unit: places.unit("下级", parent=unit),
    "rename": lambda places, unit: services.rename_organisation(
        organisation=unit, name_zh="别名局", until=LAST, by=places.office, at=NOW
    ),
    "merging": lambda places, unit: services.merge_organisation(
        organisation=unit, into=places.unit("他局"), last_day=LAST, by=places.office, at=NOW
    ),
}


@pytest.mark.parametrize("use", USES)
def test_what_is_used_or_changed_since_stays_and_the_rest_goes(places, wuhan, use, in_english):
    known, other = places.unit("甲局"), places.unit("乙局")
    written = wuhan.write(
        {"name_zh": "新局", "aliases": ("新",)},
        {"name_zh": "另局", "aliases": ("另",), "parent": "甲局"},
        {"name_zh": "甲局", "phone": "1"},
        {"name_zh": "乙局", "phone": "1"},
    )
    USES[use](places, Organisation.objects.get(name_zh="新局"))
    services.revise_organisation(organisation=other, values={"phone": "2"}, by=places.office, at=NOW)

    stays = wuhan.take_back(written)

    why = {"rename": str(CHANGED_SINCE), "merging": str(GONE.problem)}.get(use, "Something refers to it already.")
    assert {row: str(problem.problem) for row, problem in stays.items()} == {2: why, 5: str(CHANGED_SINCE)}
    assert not Organisation.objects.filter(name_zh="另局").exists()
    known.refresh_from_db()
    other.refresh_from_db()
    assert (known.phone, other.phone) == ("", "2")


def test_what_a_sheet_reopened_ends_again_only_where_nothing_hangs_on_it(places, wuhan, in_english):
    used, free = (places.unit(name, valid_to=LAST) for name in ("甲局", "乙局"))
    written = wuhan.write(*({"name_zh": unit.name_zh, "valid_until": None} for unit in (used, free)))
    MandateFactory(area=used.area, organisation=used, role=Role.DEPARTMENT)

    stays = wuhan.take_back(written)

    used.refresh_from_db()
    free.refresh_from_db()
    why = "Something hangs on it: Mandates that run or are to come (1)."
    assert {row: str(problem.problem) for row, problem in stays.items()} == {2: why}
    assert (used.valid_to, free.valid_to) == (None, LAST)


def test_nobody_comes_to_stand_below_who_is_not_there_or_above_themselves(places, wuhan, in_english):
    above = {name: places.unit(name) for name in ("总局", "并局", "撤局", "好局")}
    below = [places.unit(f"{name}下", parent=unit) for name, unit in above.items()]
    written = wuhan.write(*({"name_zh": unit.name_zh, "parent": None} for unit in below))
    services.revise_organisation(
        organisation=above["总局"],
        values={"parent": Organisation.objects.get(pk=below[0].pk)},
        by=places.office,
        at=NOW,
    )
    services.merge_organisation(
        organisation=above["并局"], into=places.unit("他局"), last_day=LAST, by=places.office, at=NOW
    )
    above["撤局"].delete()

    stays = wuhan.take_back(written)

    gone = "The one above is there no longer."
    assert {row: str(problem.problem) for row, problem in stays.items()} == {
        2: "An organisation cannot stand above itself.", 3: gone, 4: gone,
    }  # fmt: skip
    parents = [Organisation.objects.get(pk=unit.pk).parent for unit in below]
    assert parents == [None, None, None, above["好局"]]


def test_what_is_gone_already_stays_so(places, wuhan, in_english):
    written = wuhan.write({"name_zh": "新局"})
    assert wuhan.take_back(written) == {}

    assert [str(problem.problem) for problem in wuhan.take_back(written).values()] == [str(GONE.problem)]


def test_who_lost_the_right_takes_nothing_back(places, wuhan):
    written = wuhan.write({"name_zh": "新局"})
    wuhan.by = official(Role.DEPARTMENT, wuhan.area)

    assert list(wuhan.take_back(written)) == [2]
    assert Organisation.objects.filter(name_zh="新局").exists()


def test_the_template_says_what_may_stand_there(places, wuhan, in_english):
    kinds, areas = wuhan.handler.lists(wuhan.frame)

    assert [len(kinds[2]), kinds[2][1]] == [len(OrganisationKind), [OrganisationKind.DEPARTMENT.label]]
    assert areas[2][:2] == [["420100", "Wuhan City"], ["420102", places.at("420102").name_en]]
    assert wuhan.handler.address(wuhan.frame, 7) == "/en/desk/wuhan/organisations/7/"
