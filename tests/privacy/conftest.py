"""A city with its administrator, who keeps the portal's settings, and what is journaled."""

from collections.abc import Callable
from typing import Any

import pytest

from livelihood.accounts.models import User
from livelihood.accounts.roles import Role
from livelihood.audit.models import Entry
from livelihood.cycles.models import Area
from tests.factories.frame import CityFactory, official


@pytest.fixture
def city(db: None) -> Area:
    return CityFactory(code="330700", slug="here", name_zh="此市")


@pytest.fixture
def administrator(city: Area) -> User:
    return official(Role.ADMINISTRATOR, city)


@pytest.fixture
def journal() -> Callable[[], list[Any]]:
    """Return a function that gives the acts journaled so far."""

    def journal() -> list[Any]:
        return list(Entry.objects.order_by("pk").values_list("act", "actor_id", "detail"))

    return journal
