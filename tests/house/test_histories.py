"""Whatever a sheet writes says so on the history of each object: which import, with old and new values."""

import re
from io import BytesIO
from typing import Any, NamedTuple

import pytest
from django.test import Client
from django.urls import reverse

from livelihood.accounts.models import User
from livelihood.accounts.roles import Role
from livelihood.cycles.models import Area, Cycle, Organisation
from livelihood.imports import services as imports
from livelihood.imports.models import Import, ImportPage
from livelihood.kernel.sheets.handling import handlers
from projects.models import Site
from tests.factories.frame import NOW
from tests.house.world import YEARS, World
from voting.models import RollEntry, Round

pytestmark = pytest.mark.django_db


class Told(NamedTuple):
    """A sheet that corrects one object, and where its history stands.

    sheet: with the value in place of {}. subject: the object. history: page, and the parts of its address.
    """

    by: Role
    year: str
    target: str
    sheet: str
    values: tuple[str, str]
    subject: int
    page: str
    names: dict[str, Any]


def areas(world: World) -> Told:
    county = Area.objects.get(code="330702")
    sheet = "区划代码,名称\n330702,{}\n"
    names = ("东新区", "东城区")
    return Told(Role.ADMINISTRATOR, "", "", sheet, names, county.pk, "places:area_history", {"area": county.slug})


def organisations(world: World) -> Told:
    unit = Organisation.objects.get(pk=world.names["area"]["organisation"])
    sheet = f"单位名称,电话\n{unit.name_zh},{{}}\n"
    return Told(
        Role.ADMINISTRATOR, "", "", sheet, ("0579-1", "0579-2"), unit.pk, "places:organisation_history", {"pk": unit.pk}
    )


def people(world: World) -> Told:
    person = User.objects.get(pk=world.names["area"]["person"])
    sheet = f"用户名,姓名,电话\n{person.username},{person.name},{{}}\n"
    return Told(
        Role.ADMINISTRATOR,
        "",
        "",
        sheet,
        ("82800001", "82800002"),
        person.pk,
        "portal:person_journal",
        {"pk": person.pk},
    )


def roll(world: World) -> Told:
    round_ = Round.objects.get(cycle__area=world.area, cycle__year=YEARS["decide"][0], number=2)
    line = RollEntry.objects.select_related("deputy").get(round=round_, number=1)
    sheet = f"用户名,姓名,代表团\n{line.deputy.username},{line.name},{{}}\n"
    names = {"number": 2, "line": 1}
    return Told(
        Role.CONGRESS_STAFF, "decide", "2", sheet, ("第七代表团", "第八代表团"), line.pk, "voting:roll_line", names
    )


def sites(world: World) -> Told:
    site = Site.objects.get(indicator__project__cycle__year=YEARS["deliver"][0], key="N1")
    sheet = "项目序号,指标名称,点位编号,点位名称\n1,新建数量,N1,{}\n"
    return Told(
        Role.LIVELIHOOD_OFFICE, "deliver", "", sheet, ("东河菜场", "西河菜场"), site.pk, "projects:desk_site",
        {"pk": site.pk},
    )  # fmt: skip


TOLD = {"areas": areas, "organisations": organisations, "people": people, "roll": roll, "sites": sites}
"""Kind of sheet → how the history of what it writes is looked at."""


def write(world: World, kind: str, told: Told, value: str) -> Import:
    cycle = Cycle.objects.get(area=world.area, year=YEARS[told.year][0]) if told.year else None
    by: dict[str, Any] = {"by": world.people[told.by], "at": NOW}
    file = BytesIO(told.sheet.format(value).encode())
    batch = imports.receive_import(
        kind=kind, area=world.area, cycle=cycle, target=told.target, file=file, file_name=f"{value}.csv", **by
    )
    return imports.write_import(batch=imports.preview_import(batch=batch, **by), **by)


def test_every_kind_of_sheet_is_looked_at():
    assert TOLD.keys() == handlers().keys()


@pytest.mark.parametrize("kind", sorted(TOLD))
def test_the_history_of_an_object_tells_the_imports_with_old_and_new_values(
    world: World, visitors: dict[str, Client], kind: str
):
    told = TOLD[kind](world)
    old, new = told.values
    first, second = (write(world, kind, told, value) for value in told.values)
    assert [page.subjects for page in ImportPage.objects.filter(of__in=[first, second])] == [[told.subject]] * 2
    where = {"year": YEARS[told.year][0]} if told.year else {}

    page = visitors[told.by].get(reverse(told.page, kwargs={"area": world.area.slug} | where | told.names))

    text = page.content.decode()
    assert re.findall(r'href="/desk/imports/(\d+)/"', text)[:2] == [str(second.pk), str(first.pk)]
    assert re.search(rf"<del>{old}</del> →\s*<ins>{new}</ins>", text), text
    assert re.search(rf"<ins>{old}</ins>", text)
