"""The journal is searched by who acted, by object, by kind and by day; what belongs to no year is found in its area."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from livelihood.accounts.models import User
from livelihood.accounts.roles import Role
from livelihood.accounts.services import note_sign_in
from livelihood.accounts.states import Entrance
from livelihood.audit.services import record
from livelihood.cycles.acts import CycleAct
from livelihood.cycles.models import Cycle
from livelihood.cycles.services import discard_cycle
from livelihood.cycles.states import Phase
from tests.factories.frame import CityFactory, CycleFactory, OrganisationFactory, UserFactory, official
from tests.journal import TriedAct
from voting.acts import OF_SINGLE_DEPUTIES, VotingAct

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 12, 4, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 12, 16, tzinfo=UTC)


@pytest.fixture
def cycle() -> Cycle:
    return CycleFactory()


@pytest.fixture
def auditor(cycle: Cycle, client: Client) -> User:
    auditor = official(Role.AUDITOR, cycle.area)
    client.force_login(auditor)
    return auditor


def listed(client: Client, url: str, **query: str) -> list[str]:
    page = client.get(url, query)
    assert page.status_code == 200
    facts = [{fact.label: fact.value for fact in row.facts} for row in page.context["rows"]]
    return [one["n"] for one in facts if "n" in one]


def offered(page: Any) -> list[str]:
    """Return the acts that a journal offers to choose from."""
    return re.findall(r'<option value="([a-z_]+\.[a-z_]+)"', page.content.decode())


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["4", "3", "2", "1"]),
        ({"by": "王小明"}, ["2", "1"]),
        ({"by": " \uff38\uff2d.Wang "}, ["2", "1"]),
        ({"by": "王 小\ufe0f明"}, ["2", "1"]),
        ({"by": "王小"}, []),
        ({"by": "nobody"}, []),
        ({"since": "2026-11-13"}, ["4", "3"]),
        ({"until": "2026-11-12"}, ["2", "1"]),
        ({"since": "2026-11-12", "until": "2026-11-12"}, ["2", "1"]),
        ({"since": "2026-11-13", "by": "王小明"}, []),
        ({"act": "cycle.dated"}, ["4"]),
        ({"object": "cycles.cycle:0"}, []),
    ],
)
def test_a_journal_is_searched(client, cycle, auditor, query, found):
    person = UserFactory(name="王小明", username="xm.wang")
    last_moment = MIDNIGHT - timedelta(microseconds=1)
    record(TriedAct.CYCLE_TRIED, cycle, by=person, at=NOON, cycle_id=cycle.pk, n="1")
    record(TriedAct.CYCLE_TRIED, cycle, by=person, at=last_moment, cycle_id=cycle.pk, n="2")
    record(TriedAct.CYCLE_TRIED, cycle, by=auditor, at=MIDNIGHT, cycle_id=cycle.pk, n="3")
    record(CycleAct.CYCLE_DATED, cycle, by=None, at=MIDNIGHT + timedelta(hours=1), cycle_id=cycle.pk, n="4")

    assert listed(client, cycle.address("portal:journal"), **query) == found


def test_what_was_done_to_one_object_is_found_from_each_of_its_entries(client, cycle, auditor):
    one, other = OrganisationFactory(area=cycle.area), OrganisationFactory(area=cycle.area)
    for number, row in enumerate((one, other, one), start=1):
        record(TriedAct.AREA_TRIED, row, by=auditor, at=NOON, cycle_id=cycle.pk, n=str(number))
    url = cycle.address("portal:journal")

    link = f"?object=cycles.organisation%3A{one.pk}"

    assert client.get(url).content.decode().count(link) == 2
    assert listed(client, url, object=f"cycles.organisation:{one.pk}") == ["3", "1"]


@pytest.mark.parametrize(
    "query",
    [
        {"object": "site 12"},
        {"object": "x.y:1;"},
        {"since": "yesterday"},
        {"since": "0001-01-01"},
        {"until": "9999-12-31"},
    ],
)
def test_what_cannot_be_read_finds_nothing_and_says_so(client, cycle, auditor, query):
    assert client.get(cycle.address("portal:journal"), query).status_code == 400


def test_what_belongs_to_no_year_is_found_in_its_area_alone(client, cycle, auditor):
    elsewhere = CityFactory()
    here = OrganisationFactory(area=cycle.area)
    record(TriedAct.AREA_TRIED, cycle.area, by=auditor, at=NOON, n="area")
    record(TriedAct.AREA_TRIED, here, by=auditor, at=NOON, n="organisation")
    record(TriedAct.AREA_TRIED, UserFactory(area=cycle.area), by=auditor, at=NOON, n="person")
    record(TriedAct.AREA_TRIED, here, by=auditor, at=NOON, cycle_id=cycle.pk, n="in a year")
    record(TriedAct.AREA_TRIED, elsewhere, by=auditor, at=NOON, n="elsewhere")
    url = reverse("portal:area_journal", kwargs={"area": cycle.area.slug})

    assert listed(client, url) == ["person", "organisation", "area"]
    assert cycle.address("portal:journal") in client.get(url).content.decode()
    assert client.get(reverse("portal:area_journal", kwargs={"area": elsewhere.slug})).status_code == 403


def test_what_belongs_to_no_area_is_found_in_the_one_above_all_others_alone(client, cycle, auditor):
    nobodys, theirs = UserFactory(name="无地区"), UserFactory(area=cycle.area)
    note_sign_in(user=nobodys, way=Entrance.PASSWORD, session_key="", at=NOON)
    record(TriedAct.AREA_TRIED, nobodys, by=None, at=NOON, n="of none")
    record(TriedAct.AREA_TRIED, theirs, by=None, at=NOON, n="below")
    record(TriedAct.AREA_TRIED, nobodys, by=None, at=NOON, cycle_id=cycle.pk, n="in a year")
    record(TriedAct.AREA_TRIED, cycle.area.parent, by=None, at=NOON, n="above")
    above = cycle.area.parent
    url = reverse("portal:area_journal", kwargs={"area": above.slug})

    assert listed(client, reverse("portal:area_journal", kwargs={"area": cycle.area.slug})) == ["below"]
    client.force_login(official(Role.AUDITOR, above))
    assert listed(client, url) == ["above", "of none"]
    assert [row.actor for row in client.get(url).context["rows"]] == ["", "", "无地区"]
    file = client.get(f"/desk/{above.slug}/lists/journal-of-area/", {"export": "csv"}).content.decode("utf-8-sig")
    assert (file.count("无地区"), file.count("above"), file.count("below")) == (2, 2, 0)


def test_who_runs_a_year_reads_its_journal_and_nothing_of_single_deputies(client, cycle):
    for act in VotingAct:
        record(act, cycle, by=None, at=NOON, cycle_id=cycle.pk, n=act)
    url = cycle.address("portal:journal")

    client.force_login(official(Role.LIVELIHOOD_OFFICE, cycle.area))
    assert set(listed(client, url)) == set(VotingAct) - OF_SINGLE_DEPUTIES
    assert client.get(url, {"act": VotingAct.BALLOT_CAST}).status_code == 400
    assert OF_SINGLE_DEPUTIES.isdisjoint(offered(client.get(url)))

    client.force_login(official(Role.AUDITOR, cycle.area))
    assert set(listed(client, url)) == set(VotingAct)
    assert set(VotingAct) < set(offered(client.get(url)))


def test_a_discarded_year_is_found_in_the_journal_of_its_area(client: Client):
    draft = CycleFactory(phase=Phase.DRAFT)
    auditor = official(Role.AUDITOR, draft.area)
    discard_cycle(cycle=draft, by=UserFactory(), at=NOON)
    client.force_login(auditor)

    page = client.get(reverse("portal:area_journal", kwargs={"area": draft.area.slug}))

    assert [str(row.act) for row in page.context["rows"]] == ["cycle.discarded"]


def test_the_journal_of_a_person_is_the_same_as_a_file_and_of_nobody_from_elsewhere(client, cycle, auditor):
    person, stranger = UserFactory(area=cycle.area, name="王小明"), UserFactory()
    for one in (person, stranger):
        record(TriedAct.AREA_TRIED, one, by=auditor, at=NOON)
        record(TriedAct.AREA_TRIED, cycle.area, by=one, at=NOON, area_id=cycle.area_id)
    file = f"/desk/{cycle.area.slug}/lists/journal-of-person/"

    page = client.get(f"/desk/{cycle.area.slug}/people/{person.pk}/journal/")
    lines = client.get(file, {"person": person.pk, "export": "csv"}).content.decode("utf-8-sig").splitlines()

    assert len(page.context["rows"]) == len(lines) - 1 == 2
    assert sorted(line.split(",")[4:7:2] for line in lines[1:]) == sorted(
        [[f"账号 {person.name}", auditor.name], [f"地区 {cycle.area.name}", person.name]]
    )
    assert [client.get(file, {"export": "csv", **query}).status_code for query in ({"person": stranger.pk}, {})] == [
        404
    ] * 2
