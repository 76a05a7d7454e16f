"""Every list refuses what it does not know: pages say so and show nothing, the API answers 400 in its one shape."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import django_filters
import pytest
from django.test import Client

from livelihood.api import router
from livelihood.kernel.filters import StrictFilterSet
from livelihood.kernel.listings import listings
from livelihood.kernel.paging import Page
from livelihood.kernel.parameters import OF_PAGES
from tests.house.addresses import TABLE, address
from tests.house.world import World

pytestmark = pytest.mark.django_db

AREAS = {"area", "cycle_area", "parent"}
WITHOUT_FILTERS = {"proposals:need", "proposals:desk_need"}
"""Pages with a list that nothing narrows down: the suggestions behind one need."""
SHOWN_WHOLE = {
    "proposals:candidates", "projects:points", "voting:opinions", "portal:search",
    "projects:desk_projects", *(listing.page for listing in listings().values()),
}  # fmt: skip
"""Lists that are not paged, those among them that are handed out as files."""


def sets(parent: Any = django_filters.FilterSet) -> Iterator[Any]:
    """Yield every set of filters of the portal; the addresses have imported every room."""
    for child in parent.__subclasses__():
        if child.__module__.split(".")[0] in {"livelihood", "proposals", "voting", "projects"}:
            yield child
        yield from sets(child)


def lists(world: World, visitors: dict[str, Client]) -> Iterator[tuple[str, str, Client]]:
    """Yield name, address and a reader of every page that shows a list in pages, and of those shown whole."""
    for name, row in TABLE.items():
        if row.is_post or row.ok != HTTPStatus.OK:
            continue
        client, url = visitors["anonymous" if row.who is None else min(row.who)], address(world, name)
        answer: Any = client.get(url)
        answer.getvalue()  # which closes the files among them
        context: Any = answer.context  # None where no template was used, which the stubs do not know
        is_paged = context is not None and isinstance(context.get("page"), Page)
        if name in SHOWN_WHOLE or (is_paged and name not in WITHOUT_FILTERS):
            yield name, url, client


def test_every_list_of_the_portal_has_strict_filters():
    viewsets: list[Any] = [viewset for _prefix, viewset, _name in router.registry]

    assert [found for found in sets() if not issubclass(found, StrictFilterSet)] == []
    assert {viewset.filterset_class for viewset in viewsets} <= set(sets())


def test_every_page_with_a_list_refuses_what_it_does_not_know(world: World, visitors: dict[str, Client]):
    seen = {}
    for name, url, client in lists(world, visitors):
        refused = client.get(f"{url}?view=elder&colour=purple")
        assert refused.status_code == HTTPStatus.BAD_REQUEST, name
        (fault,) = refused.context["faults"]
        assert (fault.name, fault.value) == ("colour", "purple")
        assert "page" not in refused.context
        assert f'href="{url}?view=elder"' in refused.content.decode()
        assert "public" not in refused.headers["Cache-Control"]
        seen[name] = str(fault.reason)
        tracked = client.get(f"{url}?utm_source=x&from=singlemessage&_t=1&ref=weibo")
        assert tracked.status_code == HTTPStatus.OK, name

    assert len(seen) > 10
    assert set(seen) >= SHOWN_WHOLE


def test_a_wrong_value_is_named_with_what_is_possible(world: World, visitors: dict[str, Client]):
    url = address(world, "projects:sites")

    refused = visitors["anonymous"].get(f"{url}?q=街&light=purple&sort=due")

    (fault,) = refused.context["faults"]
    assert (refused.status_code, fault.name, fault.value) == (400, "light", "purple")
    assert [value for value, _label in fault.possible] == ["grey", "green", "yellow", "red", "blue"]
    links = refused.content.decode()
    assert 'href="' + url + '?q=%E8%A1%97&amp;light=red&amp;sort=due"' in links
    assert 'href="' + url + '?q=%E8%A1%97&amp;sort=due"' in links


def test_an_area_is_known_by_code_and_name_and_holds_what_lies_below(world: World, visitors: dict[str, Client]):
    """The sites of the year lie in the county `east`; the year is that of the city `here`."""
    client, year = visitors["anonymous"], TABLE["projects:sites"].where
    assert year == "deliver"

    def found(query: str) -> int:
        return len(client.get(f"/api/v1/sites/?year=2025&{query}").json()["results"])

    by = [found(f"area={area}") for area in ("330702", "east", "330700", "here")]
    assert by == [3, 3, 3, 3]
    assert [found(f"cycle_area={area}") for area in ("here", "330700", "east")] == [3, 3, 0]
    assert found("area=elsewhere") == 0


@pytest.mark.parametrize(("prefix", "viewset"), [(prefix, viewset) for prefix, viewset, _name in router.registry])
def test_the_api_refuses_what_it_does_not_know(prefix: str, viewset: Any):
    """Every filter with a value that is none of its, and a name that is none."""
    filters = viewset.filterset_class.base_filters
    texts = {name for name, found in filters.items() if isinstance(found, django_filters.CharFilter)} - AREAS
    wrong = [name for name in filters if name not in texts]

    answer = Client().get(f"/api/v1/{prefix}/", dict.fromkeys([*wrong, "colour"], "purple"))
    empty = Client().get(f"/api/v1/{prefix}/?page_size=5&{'&'.join(f'{name}=' for name in filters)}")

    assert answer.status_code == HTTPStatus.BAD_REQUEST
    error = answer.json()["error"]
    assert (error["code"], set(error["fields"])) == ("bad_parameters", {*wrong, "colour"})
    assert all(name in error["fields"]["colour"][0] for name in filters)
    assert not any(name in error["fields"]["colour"][0] for name in OF_PAGES)
    assert empty.status_code == HTTPStatus.OK


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("cursor=cD1hYmM=", "cursor"),
        ("cursor=x", "cursor"),
        ("page_size=abc", "page_size"),
        ("page_size=0", "page_size"),
        ("page_size=201", "page_size"),
        ("page_size=1&page_size=2", "page_size"),
        ("cursor=a&cursor=a", "cursor"),
        ("overdue=maybe", "overdue"),
        ("overdue=1", "overdue"),
        ("year=2018.5", "year"),
        ("year=²", "year"),
        ("light=red&light=green", "light"),
        ("a[]=1", "a[]"),
        ("utm_source=x", "utm_source"),
    ],
)
def test_the_api_names_what_is_wrong(query: str, field: str):
    answer = Client().get(f"/api/v1/sites/?{query}")

    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (400, [field])
