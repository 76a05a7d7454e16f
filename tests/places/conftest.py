"""A province with its cities and counties, and the townships of a county that lies directly below it."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass

import pytest
from django.db import connection, transaction
from django.utils import translation
from pytest_django import DjangoDbBlocker

from livelihood.accounts.models import User
from livelihood.accounts.roles import Role
from livelihood.cycles import areas
from livelihood.cycles.areas import country
from livelihood.cycles.models import Area, Organisation
from livelihood.cycles.states import OrganisationKind
from tests.factories.frame import NOW, official

KIND = OrganisationKind.DEPARTMENT


@dataclass
class Places:
    """Hubei, its city Wuhan (420100) and its county-level city Xiantao (429004) with 19 townships.

    administrator: of the province. keeper: administrator of Wuhan. office: the livelihood office of Wuhan.
    """

    administrator: User
    keeper: User
    office: User

    def at(self, code: str) -> Area:
        return Area.objects.get(code=code)

    def unit(self, name: str, code: str = "420100", **fields: object) -> Organisation:
        return Organisation.objects.create(area=self.at(code), name_zh=name, kind=KIND, **fields)


def known_as(places: Places, name: str, code: str) -> list[Organisation]:
    """Return those that an area or one above it knows by a name, the nearest first; of merged ones the other."""
    found = Organisation.objects.named(name).filter(area__code__in=places.at(code).codes)
    rows = found.select_related("area", "merged_into__area")
    return sorted({row.merged_into or row for row in rows}, key=lambda row: row.area.path, reverse=True)


def load() -> Places:
    """Write the areas, and who acts in them."""
    areas.load_areas(country.of_province("420000"), at=NOW)
    areas.load_areas(country.below("429004", "xiantao"), at=NOW)
    wuhan = Area.objects.get(code="420100")
    return Places(
        administrator=official(Role.ADMINISTRATOR, Area.objects.get(code="420000")),
        keeper=official(Role.ADMINISTRATOR, wuhan),
        office=official(Role.LIVELIHOOD_OFFICE, wuhan),
    )


@pytest.fixture(scope="module")
def _loaded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Places]:
    """The places, made once for the tests of a file, each of which is undone for itself."""
    with django_db_blocker.unblock(), transaction.atomic():
        places = load()
        connection.check_constraints()  # what the database puts off until the commit is done now, once
        yield places
        transaction.set_rollback(True)


@pytest.fixture
def places(_loaded: Places, db: None) -> Places:
    return deepcopy(_loaded)


@pytest.fixture
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield
