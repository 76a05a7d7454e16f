"""What a list hands out, the door for sheets takes in again as what is there already."""

import io
from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from livelihood.accounts.models import User
from livelihood.accounts.roles import Role
from livelihood.cycles.models import Area, OrganisationAlias
from livelihood.imports import services as imports
from livelihood.kernel.listings import listings
from livelihood.lists import exporters, selectors
from livelihood.lists.states import ListFormat
from tests.factories.frame import NOW, CountyFactory, MandateFactory, OrganisationFactory, official, signed_in
from tests.factories.projects import SiteFactory
from tests.factories.voting import Plenary, plenary
from tests.imports.tools import counts
from voting.states import RoundState

pytestmark = pytest.mark.django_db


@pytest.fixture
def _filled(scene) -> None:
    """Whatever a column can hold, in some row."""
    area: Area = scene.cycle.area
    county = CountyFactory(parent=area, longitude=Decimal("120.123456"), latitude=Decimal("30.123456"))
    office = OrganisationFactory(area=county, parent=scene.lead, contact="王小明", phone="0571-88888888")
    OrganisationAlias.objects.create(organisation=office, name="民生办")
    SiteFactory(indicator=scene.indicator, area=county, organisation=office, address="一路1号", name="=点位")
    MandateFactory(area=area, role=Role.DEPUTY, ends_on=date(2030, 1, 1), user__mail="wang@example.org")


def roll_file(session: Plenary, query: str) -> tuple[int, bytes]:
    """Ask for the roll as its page offers it."""
    address = session.cycle.address("lists:of_year", listing="roll")
    answer = signed_in(session.staff).get(f"{address}?{query}")
    return answer.status_code, answer.getvalue()


@pytest.mark.parametrize("file_format", ListFormat)
def test_a_roll_comes_in_again_as_it_is(file_format):
    session = plenary(deputies=3, until=RoundState.DRAFT)
    session.fill_roll()
    session.round.roll.filter(number=2).update(may_vote_remotely=True, delegation="=第二代表团")
    User.objects.filter(pk=session.deputies[0].pk).update(phone="0571-22222222")
    number = session.round.number

    _status, content = roll_file(session, f"export={file_format}&round={number}")
    batch = imports.receive_import(
        kind="roll", area=session.cycle.area, cycle=session.cycle, target=str(number), file=io.BytesIO(content),
        file_name=f"roll.{file_format}", by=session.staff, at=NOW,
    )  # fmt: skip
    batch = imports.preview_import(batch=batch, by=session.staff, at=NOW)

    assert counts(batch) == (0, 0, 3, 0)
    assert b"0571" not in content


def test_the_file_of_a_roll_is_of_one_round_and_what_its_filters_say():
    session, other = plenary(deputies=3, until=RoundState.DRAFT), plenary(deputies=1, until=RoundState.DRAFT)
    session.fill_roll()
    other.fill_roll()
    session.round.roll.filter(number=2).update(delegation="第二代表团")
    number = session.round.number

    _status, content = roll_file(session, f"export=csv&round={number}&delegation=第二代表团")

    assert [line.split(",")[:2] for line in content.decode().splitlines()[1:]] == [["2", session.deputies[1].username]]
    for query, status in (
        ("", 404),
        (f"round={number + 1}", 404),
        ("round=x", 400),
        (f"round={number}&light=red", 400),
    ):
        assert roll_file(session, f"export=csv&{query}")[0] == status


@pytest.mark.usefixtures("_filled")
@pytest.mark.parametrize("file_format", ListFormat)
@pytest.mark.parametrize("name", ["sites", "people", "areas", "organisations"])
def test_a_list_comes_in_again_as_it_is(scene, name, file_format):
    listing, now = listings()[name], timezone.now()
    by = scene.office if name == "sites" else official(Role.ADMINISTRATOR, scene.cycle.area)
    place = scene.cycle.area if listing.of_area else scene.cycle
    assert listing.read is not None
    rows = listing.read(place)
    keys = sorted(rows.order_by().exclude(pk=place.pk if name == "areas" else 0).values_list("pk", flat=True))
    file = io.BytesIO(exporters.written(listing, place, file_format, selectors.in_order(rows, keys)))

    batch = imports.receive_import(
        kind=name,
        area=scene.cycle.area,
        cycle=None if listing.of_area else scene.cycle,
        file=file,
        file_name=f"{name}.{file_format}",
        by=by,
        at=now,
    )
    batch = imports.preview_import(batch=batch, by=by, at=now)

    assert counts(batch) == (0, 0, len(keys), 0)
    assert keys
