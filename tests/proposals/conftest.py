"""A year with its livelihood office."""

import pytest
from django.conf import settings
from django.utils import translation

from livelihood.accounts.roles import Role
from livelihood.audit.models import Entry
from livelihood.cycles.states import Phase
from tests.factories.frame import CycleFactory, OrganisationFactory, official


@pytest.fixture(autouse=True)
def chinese():
    """Begin in the portal's own language, whatever an earlier request spoke."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


@pytest.fixture
def cycle(db):
    """Return a year that collects suggestions."""
    return CycleFactory()


@pytest.fixture
def planning(db):
    """Return a year that plans its candidates."""
    return CycleFactory(phase=Phase.PLAN)


@pytest.fixture
def office_of():
    """Return a function that gives a person of the livelihood office of a year."""

    def office_of(cycle):
        return official(Role.LIVELIHOOD_OFFICE, cycle.area, OrganisationFactory(area=cycle.area))

    return office_of


@pytest.fixture
def journal():
    """Return a function that gives the acts journaled so far with their details."""

    def journal():
        return list(Entry.objects.order_by("pk").values_list("act", "actor_id", "detail"))

    return journal


@pytest.fixture
def office(client, cycle, office_of):
    """Return somebody of the office of the year that collects, signed in."""
    person = office_of(cycle)
    client.force_login(person)
    return person


@pytest.fixture
def planner(client, planning, office_of):
    """Return somebody of the office of the year that plans, signed in."""
    person = office_of(planning)
    client.force_login(person)
    return person
