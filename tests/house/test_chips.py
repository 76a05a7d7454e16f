"""The filters of every list that anybody reads: the place first, and each chip says how many rows it opens."""

import re
from html import unescape
from typing import Any
from urllib.parse import urljoin

import pytest
from django.conf import settings
from django.test import Client

from livelihood.cycles.models import Cycle
from projects.models import Site
from projects.states import SiteState
from tests.factories.projects import SiteFactory
from tests.factories.proposals import NeedFactory
from tests.house.addresses import address
from tests.house.world import YEARS, World

pytestmark = pytest.mark.django_db

CHIPS = re.compile(r'<div class="chips" role="group" aria-label="([^"]*)">(.*?)</div>', re.DOTALL)
CHIP = re.compile(r'<a\s+class="chip"\s+href="([^"]*)"[^>]*>[^<]*(?:<span class="count">(\d+)</span>)?</a>')
LISTS = {
    "proposals:board",
    "proposals:suggestions",
    "proposals:candidates",
    "projects:sites",
    "reports:announced_sites",
}


@pytest.fixture
def more(world: World) -> None:
    """Rows that differ by place and state, beside those of the world."""
    site = Site.objects.get(pk=world.names["deliver"]["site"])
    SiteFactory(indicator=site.indicator, area=world.area, state=SiteState.UNDER_WAY)
    collecting = Cycle.objects.get(area=world.area, year=YEARS["solicit"][0])
    for area in (world.area, site.area):
        NeedFactory(cycle=collecting, area=area)


def chips_of(page: str) -> list[tuple[str, list[tuple[str, int | None]]]]:
    """Return each filter of a page: its name, and address and number of each of its values but "all"."""
    return [
        (unescape(label), [(unescape(url), int(count) if count else None) for url, count in CHIP.findall(inner)][1:])
        for label, inner in CHIPS.findall(page)
    ]


def listed(context: Any) -> int:
    """Return how many rows a page says that it found."""
    if "candidates" in context:
        return len(context["candidates"]) + len(context["not_adopted"])
    return int(context["count"])


def test_each_chip_of_a_public_list_says_how_many_rows_it_opens(world: World, more: None, client: Client):
    wrong, told = [], set()
    for name in sorted(LISTS):
        url = address(world, name)
        first = client.get(url)
        # The list as it is, and once with each value of one filter that has any row.
        asked = ["", *(chip for _label, chips in chips_of(first.content.decode()) for chip, count in chips if count)]
        for query in asked:
            for label, chips in chips_of(client.get(urljoin(url, query)).content.decode()):
                for chip, count in chips:
                    told.add((name, label))
                    is_asked = count or not query
                    if count is None or (is_asked and count != listed(client.get(urljoin(url, chip)).context)):
                        wrong.append(f"{query or url}: {label} {chip} says {count}")

    assert wrong == []
    assert len(told) > 8


def test_where_a_list_is_filtered_by_place_the_place_comes_first(world: World, client: Client):
    found = {}
    for name in LISTS:
        chips = chips_of(client.get(address(world, name)).content.decode())
        found[name] = ["area=" in urls[0][0] for _label, urls in chips if urls]

    assert [name for name, places in found.items() if any(places) and not places[0]] == []
    assert {name for name, places in found.items() if any(places)} >= {"proposals:board", "projects:sites"}


def test_every_public_page_with_chips_is_walked_here():
    """A list is offered chips by its template; whoever adds one adds it above."""
    tags = re.compile(r"{% filter_chips ")
    pages = {path.stem for path in (settings.BASE_DIR / "templates").rglob("*.html") if tags.search(path.read_text())}
    of_the_desk = {
        "organisation_list", "area_list", "need_queue", "people_list", "opinion_list", "roll_list", "_grid",
    }  # fmt: skip

    assert pages - of_the_desk == {
        "_site_filters", "need_list", "suggestion_list", "candidate_list", "announced_sites",
        "index", "styleguide",
    }  # fmt: skip
