"""Where the years are: the map of the front page, and the centres by which a browser finds the nearest area."""

import json

import pytest

from livelihood.cycles.states import Level, Phase
from tests.factories.frame import CityFactory, CountyFactory, CycleFactory, ProvinceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def years():
    """Two years under way and a closed one in Ningbo and a county of it, one in another province."""
    ningbo = CityFactory(code="330200", name_en="Ningbo", longitude=121.5, latitude=29.9)
    ninghai = CountyFactory(parent=ningbo, code="330226", name_en="Ninghai", longitude=121.4, latitude=29.3)
    elsewhere = CityFactory(parent=ProvinceFactory(code="510000", slug="sichuan", name_zh="四川省"), code="511400")
    CycleFactory(area=ninghai, year=2024, phase=Phase.CLOSED)
    CycleFactory(area=elsewhere, year=2026, phase=Phase.DELIVER)
    return CycleFactory(area=ningbo, year=2026, phase=Phase.DELIVER), CycleFactory(area=ninghai, year=2027)


def features(client, name):
    return json.loads(client.get(f"/en/map/{name}.geojson").content)["features"]


def test_the_map_shows_the_province_in_which_most_years_are(client, years):
    page = client.get("/en/").content.decode()
    areas = {one["properties"]["name"]: one["properties"] for one in features(client, "areas")}

    assert "Zhejiang: 2 years are under way in 2 places" in page
    assert (len(areas), areas["Ningbo"]) == (
        1, {"name": "Ningbo", "text": "Ningbo: 2 years are under way", "step": 3, "url": "/en/city-330200/"},
    )  # fmt: skip


def test_an_area_in_which_none_is_under_way_is_lighter_and_says_so(client, years):
    CityFactory(code="330100", name_zh="杭州市", name_en="Hangzhou")

    (hangzhou,) = [one for one in features(client, "areas") if one["properties"]["name"] == "Hangzhou"]

    assert (hangzhou["properties"]["step"], hangzhou["properties"]["text"]) == (0, "Hangzhou: no year is under way")


def test_each_year_under_way_stands_where_its_area_has_its_centre(client, years):
    city, county = years

    shown = {one["properties"]["title"]: one for one in features(client, "years")}

    assert set(shown) == {f"Ningbo 2026 · {Phase.DELIVER.label}", f"Ninghai 2027 · {Phase(county.phase).label}"}
    point = shown[f"Ningbo 2026 · {Phase.DELIVER.label}"]
    assert point["geometry"]["coordinates"] == [121.5, 29.9]
    assert point["properties"]["url"] == f"/en/{city.area.slug}/2026/"


def test_without_scripts_there_is_no_box_and_nothing_is_loaded_for_the_map(client, years):
    page = client.get("/").content.decode()

    section = page.partition("data-map-later")[2].partition(">")[0]
    assert "hidden" in section.split()
    assert "leaflet" not in page.partition("</head>")[0]
    assert 'data-near="/map/centres.json"' in page


@pytest.mark.parametrize("phase", [Phase.CLOSED, Phase.DRAFT])
def test_where_no_year_is_under_way_there_is_no_map(client, phase):
    CycleFactory(area=CityFactory(code="330200"), phase=phase)

    assert "data-map-later" not in client.get("/").content.decode()


def test_a_province_without_outlines_has_no_map(client):
    CycleFactory(area=CityFactory(parent=ProvinceFactory(code="990000", slug="nowhere"), code="990100"))

    assert "data-map-later" not in client.get("/").content.decode()
    assert (features(client, "areas"), len(features(client, "years"))) == ([], 0)


def test_a_browser_measures_against_the_smallest_areas_of_provinces_with_years(client, years):
    CityFactory(code="330900", name_en="Alone", longitude=122.1, latitude=30)
    far = CityFactory(parent=ProvinceFactory(code="110000", slug="far"), code="110100")
    CountyFactory(parent=far, longitude=116, latitude=40)
    CountyFactory(parent=years[1].area, code="330226100", level=Level.TOWNSHIP, longitude=121.4, latitude=29.4)
    CountyFactory(parent=years[0].area, code="330299")  # nobody knows where it is

    found = client.get("/en/map/centres.json").json()["places"]

    assert found == [
        {"name": "Ninghai", "url": "/en/county-330226/", "longitude": 121.4, "latitude": 29.3},
        {"name": "Alone", "url": "/en/city-330900/", "longitude": 122.1, "latitude": 30.0},
    ]


def test_the_front_page_alone_may_ask_the_browser_where_it_is(client, years):
    asked = {path: client.get(path)["Permissions-Policy"] for path in ("/", "/en/", "/search/", "/city-330200/2026/")}

    assert {path for path, policy in asked.items() if "geolocation=(self)" in policy} == {"/", "/en/"}
    assert {policy.replace("(self)", "()") for policy in asked.values()} == {asked["/search/"]}
