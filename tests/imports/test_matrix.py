"""Every page of imports and of people, for every role in the area, in one beside it, and in the one above.

What a cell of the table says is asked of the page as it is opened and as it is sent. Whoever is refused has written
nothing; what the others send is undone behind them. Who comes nearest (the roles that are let in, in all three places)
is asked at every page, the others at one of three by turns, and so at every page with some kind of sheet.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse

from livelihood.accounts.models import Leave, User
from livelihood.accounts.roles import Role
from livelihood.cycles.models import Area, Cycle
from livelihood.cycles.states import DecisionMode, Phase
from livelihood.imports import services
from livelihood.imports.models import Import
from livelihood.kernel.sheets.handling import handlers
from tests.factories.frame import (
    NOW,
    CityFactory,
    CountyFactory,
    CycleFactory,
    MandateFactory,
    OrganisationFactory,
    official,
    signed_in,
)
from tests.factories.projects import IndicatorFactory, ProjectFactory
from tests.factories.voting import plenary
from tests.house.test_urls import written
from tests.house.walking import refuse_plainly
from voting.states import RoundState

pytestmark = pytest.mark.django_db

OWN, BESIDE, ABOVE = "own", "beside", "above"
ADMINISTRATORS = {(Role.ADMINISTRATOR, OWN), (Role.ADMINISTRATOR, ABOVE)}

LET_IN: dict[str, set[tuple[Role, str]]] = {
    "areas": ADMINISTRATORS,
    "organisations": ADMINISTRATORS | {(Role.LIVELIHOOD_OFFICE, OWN)},
    "people": ADMINISTRATORS,
    "roll": {(Role.CONGRESS_STAFF, OWN)},
    "sites": {(Role.LIVELIHOOD_OFFICE, OWN), (Role.DEPARTMENT, OWN)},
}
"""Kind of sheet → who may bring it for an area, see what came of it, decide it and take it back."""

PREVIEWED: dict[str, Any] = {
    "imports:import": None, "imports:columns": {}, "imports:words": {}, "imports:answers": {}, "imports:recheck": {},
    "imports:write": {}, "imports:drop": {}, "imports:file": None, "imports:errors": {}, "imports:marked": None,
}  # fmt: skip
"""Pages of an import that is to be decided, and what is sent to them; None: they are only looked at."""

REPLACED: dict[str, Any] = {"imports:take_up": {}}
"""What can be done with one whose place a later one took."""

WRITTEN: dict[str, Any] = {"imports:import": None, "imports:take_back": {"reason": "传错了"}}
"""Pages of one that was written."""

ONLY_SENT = {"imports:answers", "imports:recheck", "imports:take_up", "imports:words"}
"""Whoever opens these is answered 405, as tests/house/test_methods.py shows."""

SHEETS = {
    "areas": "地区代码,地区名称\n330299001,某街道",
    "organisations": "单位名称,简称\n某局,某",
    "people": "用户名,姓名,角色\nsomeone,张三,人大代表",
    "roll": "用户名,姓名\nsomeone,张三",
    "sites": "项目序号,指标,点位名称,所属区县,完成时限,计划数量\n1,新建,一号点位,330299,2025-09-30,1",
}


@dataclass
class Places:
    """An area, one beside it and the one above, with everybody in each of them."""

    areas: dict[str, Area]
    clients: dict[tuple[Role, str], Client]
    people: dict[tuple[Role, str], User]


@pytest.fixture
def places() -> Places:
    city: Area = CityFactory(code="330200", slug="ningbo", name_zh="宁波市")
    areas: dict[str, Area] = {
        OWN: CountyFactory(parent=city, code="330299", name_zh="某县"),
        BESIDE: CountyFactory(parent=city, code="330298", name_zh="邻县"),
        ABOVE: city,
    }
    people = {
        (role, where): official(role, area, OrganisationFactory(area=area))
        for where, area in areas.items()
        for role in Role
    }
    return Places(areas, {cell: signed_in(user) for cell, user in people.items()}, people)


def year_of(kind: str, area: Area, department: User) -> tuple[Cycle | None, str]:
    """Return the year for which a kind is brought, and what is chosen with the file."""
    if not handlers()[kind].hangs_on_year:
        return None, ""
    if kind == "roll":
        cycle = CycleFactory(area=area, phase=Phase.DECIDE, decision_mode=DecisionMode.VOTE)
        return cycle, str(plenary(cycle=cycle, until=RoundState.DRAFT).round.number)
    cycle = CycleFactory(area=area, year=2025, phase=Phase.DELIVER)
    lead = department.mandates.get().organisation
    IndicatorFactory(project=ProjectFactory(cycle=cycle, number=1, lead_organisation=lead), name="新建")
    return cycle, ""


def bring(kind: str, area: Area, cycle: Cycle | None, target: str, by: User) -> Import:
    batch = services.receive_import(
        kind=kind, area=area, cycle=cycle, target=target, file=io.BytesIO(SHEETS[kind].encode()), file_name="表.csv",
        by=by, at=NOW,
    )  # fmt: skip
    batch = services.preview_import(batch=batch, by=by, at=NOW)
    assert (batch.problem, batch.counts["wrong"], batch.counts.get("new")) == ("", 0, 1)
    return batch


def sent(client: Client, url: str, data: dict[str, str]) -> int:
    """Send a form, and undo what it did."""
    with transaction.atomic():
        status = client.post(url, data).status_code
        transaction.set_rollback(True)
    return status


def asked(places: Places, turn: int, let_in: set[tuple[Role, str]]) -> Iterator[tuple[tuple[Role, str], Client]]:
    """Yield who is asked at this turn."""
    near = {role for role, _where in let_in} | {Role.ADMINISTRATOR, Role.LIVELIHOOD_OFFICE}
    for number, (cell, client) in enumerate(places.clients.items()):
        if cell[0] in near or number % 3 == turn % 3:
            yield cell, client


def walk(
    places: Places, pages: dict[str, tuple[str, dict[str, str] | None]], let_in: set[tuple[Role, str]], first: int = 0
) -> None:
    """Ask every page of everybody near, and of some others.

    pages: name → address, and what is sent to it. first: the turn of the first page.
    """
    for turn, (name, (url, data)) in enumerate(pages.items(), first):
        opened, took = set(), set()
        for cell, client in asked(places, turn, let_in):
            with CaptureQueriesContext(connection) as queries:
                answers = set() if name in ONLY_SENT else {client.get(url).status_code}
                if data is not None and cell not in let_in:
                    answers.add(client.post(url, data).status_code)
            assert written(queries) == [], (name, cell)
            if cell not in let_in:
                assert answers <= {403, 404}, (name, cell)
            if 200 in answers:
                opened.add(cell)
            if data is not None and cell in let_in and sent(client, url, data) not in {403, 404, 405}:
                took.add(cell)
        assert opened == (set() if name in ONLY_SENT else let_in), name
        assert took == (set() if data is None else let_in), name


@pytest.fixture(autouse=True)
def _now(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)


@pytest.fixture(autouse=True)
def _plain_refusals(monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_plainly(monkeypatch)


def addresses(room: str) -> dict[str, list[str]]:
    """Return the addresses of a room: name → what is filled into it."""
    known: Any = get_resolver().namespace_dict[room][1].reverse_dict
    return {name: known[name][0][0][1] for name in known if type(name) is str}


def test_every_kind_and_every_page_stands_in_the_table():
    names = {f"imports:{name}" for name in addresses("imports")}

    assert LET_IN.keys() == SHEETS.keys() == handlers().keys()
    assert {*PREVIEWED, *REPLACED, *WRITTEN, "imports:of_area", "imports:of_year"} == names


@pytest.mark.parametrize("kind", LET_IN)
def test_an_import_is_for_whoever_may_bring_its_kind_here(kind: str, places: Places):
    area, first = places.areas[OWN], [*LET_IN].index(kind)
    cycle, target = year_of(kind, area, places.people[Role.DEPARTMENT, OWN])
    by = places.people[min(cell for cell in LET_IN[kind] if cell[1] == OWN)]
    done, previewed = (bring(kind, area, cycle, target, by) for _file in range(2))
    marked = services.ask_for_marking(batch=previewed, by=by, at=NOW)
    services.run_marking(marked.job_id, at=NOW)
    where = "imports:of_year" if cycle else "imports:of_area"
    door = cycle.address(where) if cycle else reverse(where, kwargs={"area": area.slug})

    def pages(of: Import, named: dict[str, Any]) -> dict[str, tuple[str, dict[str, str] | None]]:
        keys = {"imports:marked": marked.pk}
        return {name: (reverse(name, kwargs={"pk": keys.get(name, of.pk)}), data) for name, data in named.items()}

    walk(places, pages(previewed, PREVIEWED), LET_IN[kind], first)
    walk(places, pages(done, REPLACED), LET_IN[kind], first)
    taken_up = services.take_up_import(batch=done, by=by, at=NOW)
    services.write_import(batch=services.preview_import(batch=taken_up, by=by, at=NOW), by=by, at=NOW)
    walk(places, pages(done, WRITTEN), LET_IN[kind], first)
    with_door = LET_IN[kind] if cycle else LET_IN["organisations"] | LET_IN["people"]
    walk(places, {where: (door, {"what": f"{kind}:{target}"})}, with_door, first)
    assert Import.objects.count() == 2


def people_pages(places: Places) -> Iterator[tuple[str, str]]:
    """Yield the pages of people of an area, and their addresses, each about a head of a department there."""
    area = places.areas[OWN]
    mandate = MandateFactory(area=area, role=Role.DEPARTMENT, organisation=OrganisationFactory(area=area))
    leave = Leave.objects.create(user=mandate.user, starts_on=date(2025, 1, 1), reason="病假")
    for name, keys in addresses("accounts").items():
        if "area" in keys and name not in {
            "mandate_confirm",
            "mandate_refuse",
        }:  # not by administrators alone: tests/accounts/test_second_person.py
            about = mandate.pk if name in {"mandate_end", "stand_in_name"} else mandate.user_id
            given = {"area": area.slug, "pk": about, "leave": leave.pk}
            yield f"accounts:{name}", reverse(f"accounts:{name}", kwargs={key: given[key] for key in keys})


def test_people_are_for_the_administrators_of_their_area_and_of_those_above(places: Places):
    pages = dict(people_pages(places))
    walk(places, {name: (url, None if name == "places:people" else {}) for name, url in pages.items()}, ADMINISTRATORS)

    assert len(pages) > 10
