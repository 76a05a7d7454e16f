"""An organisation that a sheet calls by another name than its own is read by its full one, and that is said."""

from datetime import date, timedelta
from typing import Any

import pytest

from livelihood.accounts.models import Mandate
from livelihood.cycles.models import FormerOrganisationName, OrganisationAlias
from livelihood.imports import selectors, services
from livelihood.imports.exporters import words
from livelihood.imports.models import Import
from livelihood.imports.states import ImportSection
from tests.factories.frame import NOW, TODAY
from tests.places.test_imports import bring, counted

YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def offices(places: Any) -> Any:
    """Wuhan's bureau of housing, which was called otherwise and took another one in; and one that has ended."""
    housing = places.unit("武汉市住房和城市更新局")
    OrganisationAlias.objects.create(organisation=housing, name="市住更局")
    FormerOrganisationName.objects.create(organisation=housing, name_zh="武汉市住房保障和房屋管理局", until=YESTERDAY)
    merged = places.unit("武汉市房产局", valid_to=YESTERDAY, merged_into=housing)
    OrganisationAlias.objects.create(organisation=merged, name="市房产局")
    places.unit("武汉市老龄办", valid_to=YESTERDAY)
    return places


def read_as(batch: Import) -> dict[int, list[tuple[str, str, str]]]:
    lines = selectors.all_lines(batch, [ImportSection.READ_AS])
    return {line.row: [(name, written, value) for name, _what, written, value in line.read_as] for line in lines}


def told(batch: Import) -> list[tuple[int, str, str]]:
    lines = selectors.all_lines(batch, [ImportSection.WRONG])
    return [
        (line.row, name, words(problem)) for line in lines for name, _head, _value, problem, _remedy in line.problems
    ]


@pytest.mark.parametrize("written", ["市住更局", "武汉市住房保障和房屋管理局", "武汉市房产局", "市房产局"])
@pytest.mark.parametrize("area", ["", "武汉市"])
def test_people_belong_to_who_is_called_so_by_the_full_name(offices, written, area):
    batch = bring(offices, "people", "420100", f"姓名,角色,单位,地区\n张三,部门,{written},{area}\n")

    assert ("organisation", written, "武汉市住房和城市更新局") in read_as(batch)[2]
    (line,) = selectors.all_lines(batch, [ImportSection.NEW])
    assert line.values["organisation"] == "武汉市住房和城市更新局"
    services.write_import(batch=batch, by=offices.keeper, at=NOW)
    assert Mandate.objects.get(user__name="张三").organisation.name_zh == "武汉市住房和城市更新局"


@pytest.mark.parametrize("written", ["武汉市住房和城市更新局", " 武汉市住房和城市更新局 ", "没有这个局"])
def test_a_full_name_and_one_that_nobody_has_are_as_they_are_written(offices, written):
    batch = bring(offices, "people", "420100", f"姓名,角色,单位\n张三,部门,{written}\n")

    assert [one for each in read_as(batch).values() for one in each if one[0] == "organisation"] == []


def test_a_name_of_several_is_not_read_as_that_of_one(offices):
    OrganisationAlias.objects.create(organisation=offices.unit("武汉市房管局"), name="市住更局")

    batch = bring(offices, "people", "420100", "姓名,角色,单位\n张三,部门,市住更局\n")

    assert (counted(batch), read_as(batch)) == ({"wrong": 1}, {})


@pytest.mark.parametrize(("begins", "is_wrong"), [("", True), (str(TODAY), True), (str(YESTERDAY), False)])
def test_nobody_begins_to_act_for_who_has_ended(offices, begins, is_wrong, in_english):
    batch = bring(offices, "people", "420100", f"姓名,角色,单位,任期起\n张三,部门,武汉市老龄办,{begins}\n")

    problem = f"武汉市老龄办 has ended on {YESTERDAY}, before {TODAY}."
    assert told(batch) == ([(2, "organisation", problem)] if is_wrong else [])
    assert counted(batch) == ({"wrong": 1} if is_wrong else {"new": 1})


def test_who_acted_for_it_before_it_ended_stays_as_it_is(offices):
    text = "姓名,角色,单位,任期起\n张三,部门,武汉市老龄办,2020-01-01\n"
    services.write_import(batch=bring(offices, "people", "420100", text), by=offices.keeper, at=NOW)

    assert counted(bring(offices, "people", "420100", text)) == {"unchanged": 1}
    assert Mandate.objects.get(user__name="张三").starts_on == date(2020, 1, 1)


@pytest.mark.parametrize("written", ["市住更局", "武汉市住房保障和房屋管理局", "市房产局"])
def test_the_one_above_is_read_by_its_full_name(offices, written):
    batch = bring(offices, "organisations", "420100", f"单位名称,上级单位\n武汉市物业中心,{written}\n")

    assert read_as(batch) == {2: [("parent", written, "武汉市住房和城市更新局")]}
    (line,) = selectors.all_lines(batch, [ImportSection.NEW])
    assert line.values["parent"] == "武汉市住房和城市更新局"


def test_one_of_the_sheet_itself_is_above_before_one_that_is_called_so(offices):
    batch = bring(offices, "organisations", "420100", "单位名称,上级单位\n甲中心,乙中心\n乙中心,\n")

    assert (counted(batch), read_as(batch)) == ({"new": 2}, {})
