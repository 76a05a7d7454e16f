"""The search at the desk: whoever comes finds exactly what they may open there."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from livelihood.cycles.models import Area
from livelihood.cycles.states import Phase
from livelihood.portal import finding
from tests.factories.frame import CycleFactory
from tests.factories.projects import SiteFactory
from tests.factories.proposals import CandidateFactory, NeedFactory, SuggestionFactory
from tests.house.world import World

pytestmark = pytest.mark.django_db

OF_A_YEAR = {"suggestions", "needs", "candidates", "projects", "sites"}
OF_AN_AREA = {"people", "organisations"}


@pytest.fixture
def two_cities(world: World) -> World:
    """The world, with something of every kind in the other city as well."""
    cycle = CycleFactory(area=Area.objects.get(slug="elsewhere"), phase=Phase.DELIVER)
    for make in (SuggestionFactory, NeedFactory, CandidateFactory):
        make(cycle=cycle)
    SiteFactory(indicator__project__cycle=cycle)
    return world


def sample(kind: finding.Searched) -> list[Any]:
    """Return one row of each city and, where it is built by somebody, of each of these."""
    model = kind.rows.model
    places = ["cycle__area", *(["organisation"] if kind.key == "sites" else [])]
    return list(model.objects.select_related("cycle__area").order_by(*places, "pk").distinct(*places))


def test_whoever_comes_finds_what_they_may_open_and_nothing_else(two_cities: World, visitors: dict[str, Client]):
    wrong: list[str] = []
    kinds_of: dict[str, set[str]] = {}
    people = {str(role): user for role, user in two_cities.people.items()}
    for name, user in (people | {"idle": two_cities.idle, "stranger": two_cities.stranger}).items():
        client, kinds = visitors[name], finding.desk_kinds(user, timezone.now())
        kinds_of[name] = {kind.key for kind in kinds if kind.rows.exists()}
        for kind in kinds:
            of_a_year = kind.key in OF_A_YEAR
            for row in sample(kind) if of_a_year else kind.rows.order_by("pk")[:2]:
                found, url = kind.rows.filter(pk=row.pk).exists(), kind.card(row).url
                if found != (client.get(url).status_code == 200):
                    wrong.append(f"{name}: {url} {'is found' if found else 'opens'}")

    assert wrong == []
    assert set().union(*kinds_of.values()) == OF_A_YEAR | OF_AN_AREA
    assert kinds_of["idle"] == kinds_of["deputy"] == kinds_of["cppcc_member"] == set()
