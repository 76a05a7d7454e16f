"""A year in delivery, with everybody who works in it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from livelihood.accounts.models import User
from livelihood.accounts.roles import Role
from livelihood.cycles.models import Cycle, Organisation
from projects.models import Indicator, Site, StandardLine
from tests.factories.frame import OrganisationFactory, official
from tests.factories.projects import (
    DeliveryFactory,
    IndicatorFactory,
    SiteFactory,
    StandardFactory,
    StandardLineFactory,
)
from tests.voting import conftest as voting

come = voting.come
AT = datetime(2025, 6, 1, 2, 0, tzinfo=UTC)
"""The first of June 2025, ten in the morning in China."""


@dataclass(frozen=True)
class Scene:
    """One project, led by a department, with one site that a unit builds to a standard of two lines."""

    cycle: Cycle
    indicator: Indicator
    site: Site
    lines: tuple[StandardLine, StandardLine]
    lead: Organisation
    unit: Organisation
    office: User
    department: User
    builder: User
    supervisor: User
    stranger: User


@pytest.fixture
def scene(db: None) -> Scene:
    return delivering()


def delivering() -> Scene:
    """Make a year in delivery, with everybody who works in it."""
    cycle = DeliveryFactory()
    lead, unit, other = OrganisationFactory.create_batch(3, area=cycle.area)
    given = {"project__cycle": cycle, "project__number": 1, "project__lead_organisation": lead}
    indicator = IndicatorFactory(target=Decimal(10), **given)
    standard = StandardFactory(cycle=cycle)
    lines = (
        StandardLineFactory(standard=standard, number=1),
        StandardLineFactory(standard=standard, number=2),
    )
    site = SiteFactory(indicator=indicator, organisation=unit, standard=standard, quantity_planned=Decimal(10), key="A")
    return Scene(
        cycle=cycle,
        indicator=indicator,
        site=site,
        lines=lines,
        lead=lead,
        unit=unit,
        office=official(Role.LIVELIHOOD_OFFICE, cycle.area),
        department=official(Role.DEPARTMENT, cycle.area, lead),
        builder=official(Role.IMPLEMENTING_UNIT, cycle.area, unit),
        supervisor=official(Role.SUPERVISION_OFFICE, cycle.area),
        stranger=official(Role.IMPLEMENTING_UNIT, cycle.area, other),
    )


def address(scene, path):
    """Return an address of the desk of the year."""
    return f"/desk/{scene.cycle.area.slug}/{scene.cycle.year}/{path}"


@pytest.fixture
def go(client, scene):
    """Open or send a page as somebody and return the answer, whose status is as expected."""

    def visit(path, who="office", data=None, status=200):
        user = getattr(scene, who) if isinstance(who, str) else who
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        url = address(scene, path)
        response = client.get(url) if data is None else client.post(url, data)
        assert response.status_code == status, response.content.decode()[:2000]
        return response

    return visit
