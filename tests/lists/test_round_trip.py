"""What a list hands out, the door for sheets takes in again as what is there already."""

import io
from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from livelihood.accounts.roles import Role
from livelihood.cycles.models import Area, OrganisationAlias
from livelihood.imports import services as imports
from livelihood.kernel.listings import listings
from livelihood.lists import exporters, selectors
from livelihood.lists.states import ListFormat
from tests.factories.frame import CountyFactory, MandateFactory, OrganisationFactory, official
from tests.factories.projects import SiteFactory
from tests.imports.tools import counts

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
