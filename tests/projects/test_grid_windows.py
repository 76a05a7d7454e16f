"""The grid of all sites at the desk: what may be asked of it, and how often it asks the database."""

import html
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from livelihood.kernel.lights import Light
from projects.states import SiteState
from tests.factories.frame import CountyFactory
from tests.factories.projects import SiteFactory
from tests.projects.conftest import address

pytestmark = pytest.mark.django_db


@pytest.fixture
def lit(scene):
    """Sites of three states in two counties, half of them red."""
    county = CountyFactory(parent=scene.cycle.area)
    for n in range(6):
        SiteFactory(
            indicator=scene.indicator, organisation=scene.unit, area=county if n % 2 else scene.site.area,
            state=[SiteState.PLANNED, SiteState.UNDER_WAY, SiteState.COMPLETED][n % 3],
            light=[Light.RED, Light.GREEN][n % 2],
        )  # fmt: skip
    return county


def found(go, query):
    grid = go(f"sites/?{query}").context["grid"]
    assert grid.count == len(grid.rows)
    return {(row.row.state, row.row.light, row.row.area_id) for row in grid.rows}


def test_a_filter_that_is_turned_round_keeps_what_does_not_match(scene, lit, go):
    assert {light for _state, light, _area in found(go, "light=red&not=light")} == {Light.GREEN, Light.GREY}
    assert {area for _state, _light, area in found(go, f"area={lit.code}&not=area")} == {scene.site.area_id}
    rest = found(go, "state=planned&light=red&not=state.light")
    assert {(state, light) for state, light, _area in rest} == {
        (SiteState.UNDER_WAY, Light.GREEN), (SiteState.COMPLETED, Light.GREEN),
    }  # fmt: skip
    assert found(go, "not=state") == found(go, "saved=0")


@pytest.mark.parametrize("query", ["due=week&not=due", "not=colour", "light=red&not=light&not=state"])
def test_a_filter_that_cannot_be_turned_round_is_refused(scene, go, query):
    go(f"sites/?{query}", status=400)


def chips(go, query):
    found = re.findall(r'class="chip"\s+href="[^"?]*([^"]*)"[^>]*>([^<]*)', go(f"sites/?{query}").content.decode())
    return {label.strip(): html.unescape(url) for url, label in found}


def test_the_chips_turn_a_filter_round_and_let_it_go_with_its_value(scene, lit, go):
    straight, turned = chips(go, "light=red"), chips(go, "light=red&not=light")
    assert (straight["除此以外"], turned["除此以外"]) == ("?light=red&not=light", "?light=red")
    assert (straight["按期推进"], turned["按期推进"]) == ("?light=green", "?light=green")


def test_the_file_of_the_list_holds_what_the_turned_filter_keeps(scene, lit, go):
    file = go("lists/sites-of-desk/?light=red&not=light&export=csv").getvalue().decode("utf-8-sig")
    assert len(file.splitlines()) == 1 + 4


ASKED = ("", "light=red", "light=red&state=planned&not=state&sort=-due", "q=点位", "q=点位&light=red", "area={area}")


LISTS = {"sites/?": ("office", 10), "sites/?mine=true&": ("builder", 11), "progress/?": ("builder", 11)}
"""Path of a list → who opens it, and how often it may ask: of a unit's own, also which projects it leads."""


@pytest.mark.parametrize("path", LISTS)
def test_a_window_asks_no_more_than_ten_times_and_once_more_for_what_is_led(client, scene, lit, go, path):
    (who, most), asked = LISTS[path], {}
    for query in ASKED:
        url = f"{path}{query.format(area=lit.code)}"
        go(url, who=who)
        with CaptureQueriesContext(connection) as queries:
            client.get(address(scene, url))
        asked[query] = len(queries)

    assert {query: number for query, number in asked.items() if number > most} == {}
