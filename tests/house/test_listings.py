"""Every list that is handed out as a file, whoever declares it: open to whom its page is, and to nobody else."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse

from livelihood.accounts.roles import Role
from livelihood.audit.services import record
from livelihood.cycles.models import Area
from livelihood.kernel.listings import Listing, listings
from livelihood.lists import selectors
from livelihood.lists.states import ListFormat
from tests.factories.frame import NOW, CountyFactory, OrganisationFactory, UserFactory, official
from tests.house.addresses import TABLE, address
from tests.house.test_urls import is_let_in, written
from tests.house.walking import refuse_plainly
from tests.house.world import YEARS, World
from tests.journal import TriedAct

pytestmark = pytest.mark.django_db


NARROWER = {"journal-with-deputies": {Role.AUDITOR, Role.ADMINISTRATOR}}
"""Lists that not all who may open their page may take, and who may."""

PART = {"roll": {"round": "number"}, "journal-of-person": {"person": "pk"}}
"""Lists of something in a year or an area: key of their address → name in the address of their page."""

SHOWN_TO = {"journal": Role.LIVELIHOOD_OFFICE, "journal-with-deputies": Role.AUDITOR}
"""Who is offered a list where a page offers one of several."""


def taker(listing: Listing, visitors: dict[str, Client]) -> Client:
    """Return somebody to whom the page offers the list."""
    who = TABLE[listing.page].who
    return visitors["anonymous" if who is None else SHOWN_TO.get(listing.name) or min(who)]


def of_listing(world: World, listing: Listing) -> str:
    where = TABLE[listing.page].where
    kwargs: dict[str, Any] = {"area": world.area.slug, "listing": listing.name}
    if not listing.of_area:
        kwargs["year"] = YEARS[where][0]
    query = "".join(f"&{key}={value}" for key, value in part_of(world, listing).items())
    return f"{reverse(listing.address, kwargs=kwargs)}?export=csv{query}"


def part_of(world: World, listing: Listing) -> dict[str, Any]:
    """Return what the list is of, beside its year or area: key of its address → as the page of the world has it."""
    page = resolve(address(world, listing.page)).kwargs
    return {key: page[name] for key, name in PART.get(listing.name, {}).items()}


@pytest.fixture(scope="module")
def elsewhere(world: World) -> Iterator[dict[tuple[Role, str], Client]]:
    """Everybody in the area above, and in one below."""
    assert world.area.parent
    with transaction.atomic():
        below: Area = CountyFactory(parent=world.area, code="330799")
        clients = {(role, name): Client() for name in ("above", "below") for role in Role}
        for (role, name), client in clients.items():
            client.force_login(official(role, below if name == "below" else world.area.parent))
        yield clients
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _rows(world: World) -> None:
    """What the world has none of: somebody without a mandate, and an act of each year."""
    UserFactory(area=world.area)
    for cycle in world.area.cycles.all():
        record(TriedAct.CYCLE_TRIED, cycle, by=None, at=NOW, cycle_id=cycle.pk)
    record(TriedAct.CYCLE_TRIED, OrganisationFactory(area=world.area), by=None, at=NOW)


@pytest.mark.parametrize("name", listings())
def test_a_list_opens_to_whom_its_page_does_and_changes_nothing(
    name: str,
    world: World,
    visitors: dict[str, Client],
    elsewhere: dict[tuple[Role, str], Client],
    monkeypatch: pytest.MonkeyPatch,
):
    """By everybody here, and by those elsewhere whose role is let in here; to whom its page opens: test_urls."""
    refuse_plainly(monkeypatch)
    listing = listings()[name]
    page, file = address(world, listing.page), of_listing(world, listing)
    opened, row = set(), TABLE[listing.page]
    near = [(f"{role} {where}", client) for (role, where), client in elsewhere.items() if role in (row.who or ())]

    for who, client in [*visitors.items(), *near]:
        expected = row.ok if is_let_in(who, row) else client.get(page).status_code
        if expected == 200 and name in NARROWER and who.partition(" ")[0] not in NARROWER[name]:
            expected = 403
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(file)
        assert (who, answer.status_code) == (who, expected)
        assert written(queries) == []
        if answer.status_code == 200:
            opened.add(who)
            assert answer.getvalue().startswith("\ufeff".encode())
        else:
            assert client.post(file).status_code == expected, who

    assert opened
    assert listing.is_public == ("anonymous" in opened)


@pytest.mark.parametrize("name", listings())
def test_a_page_offers_its_list_as_csv_and_as_a_workbook(name: str, world: World, visitors: dict[str, Client]):
    listing = listings()[name]
    client = taker(listing, visitors)
    where = of_listing(world, listing).partition("?")[0]

    html = client.get(address(world, listing.page)).content.decode()

    part = "".join(f"{key}={value}&amp;" for key, value in part_of(world, listing).items())
    offered = {kind for kind in ListFormat.values if f'href="{where}?{part}export={kind}"' in html}
    assert offered == set(ListFormat.values)


@pytest.mark.parametrize("name", listings())
def test_what_a_list_does_not_know_is_refused_as_on_its_page(name: str, world: World, visitors: dict[str, Client]):
    listing = listings()[name]
    client = taker(listing, visitors)

    page = client.get(f"{address(world, listing.page)}?colour=purple")
    file = client.get(f"{of_listing(world, listing)}&colour=purple")

    assert (page.status_code, file.status_code) == (400, 400)
    assert file.headers["Content-Type"] == "text/html; charset=utf-8"
    assert client.get(of_listing(world, listing).replace("csv", "exe")).status_code == 400


@pytest.mark.parametrize("name", [name for name, listing in listings().items() if listing.read])
def test_columns_cause_no_query_for_a_row(name: str, world: World):
    listing = listings()[name]
    place: Any = world.area
    if not listing.of_area:
        place = world.area.cycles.get(year=YEARS[TABLE[listing.page].where][0])
    assert listing.read is not None
    rows = listing.read(place)
    keys = list(rows.order_by().values_list("pk", flat=True))
    assert keys
    fields = listing.columns(place, keys)

    with CaptureQueriesContext(connection) as queries:
        for row in selectors.in_order(rows, keys):
            [str(field.value(row)) for field in fields]

    assert len(queries) == 1 + len(rows._prefetch_related_lookups)  # type: ignore[attr-defined]
