import io
import json
from datetime import date
from decimal import Decimal

import pytest

from livelihood.cycles.states import Phase
from livelihood.kernel import paging
from livelihood.kernel.lights import Light
from livelihood.kernel.sheets.cells import text
from livelihood.kernel.sheets.declaration import Column, Kind
from livelihood.kernel.sheets.reading import read_sheet
from projects import services
from projects.models import Site
from projects.services import SiteEntry
from projects.services.sites import Finding
from projects.states import SiteState
from tests.factories.frame import CityFactory, CountyFactory, CycleFactory
from tests.factories.projects import AllocationFactory, IndicatorFactory, ProjectFactory, SiteFactory
from tests.projects.conftest import AT

pytestmark = pytest.mark.django_db


def address(scene, path):
    return f"/{scene.cycle.area.slug}/{scene.cycle.year}/{path}"


def get(client, scene, path, status=200):
    response = client.get(address(scene, path))
    assert response.status_code == status
    return response.content.decode() if not response.streaming else response.getvalue()


def list_file(client, scene, path):
    response = client.get(address(scene, path))
    assert response.status_code == 200
    return response.getvalue()


def test_project_list_shows_light_target_done_and_rate(client, scene):
    Site.objects.update(quantity_done=Decimal(4))

    page = get(client, scene, "projects/")

    assert scene.indicator.project.title in page
    assert "40%" in page
    assert "light-red" in page


def test_public_pages_set_no_cookie_and_may_be_kept(client, scene):
    project, standard, site = scene.indicator.project_id, scene.site.standard_id, scene.site.pk
    paths = [
        "projects/",
        f"projects/{project}/",
        "standards/",
        f"standards/{standard}/",
        "sites/",
        f"sites/{site}/",
        "sites/points.geojson",
        "sites/areas.geojson",
        "progress/",
    ]
    for path in paths:
        response = client.get(address(scene, path))

        assert (response.status_code, dict(response.cookies)) == (200, {})
        assert "public" in response.headers["Cache-Control"]


def test_objects_of_another_year_are_not_found(client, scene):
    other = SiteFactory(standard=None)

    for path in (f"projects/{other.project_id}/", f"sites/{other.pk}/", "standards/999999/", "progress/?area=110101",
                 "progress/?aspect=98765"):  # fmt: skip
        get(client, scene, path, 404)


@pytest.mark.parametrize(
    ("path", "queries"),
    [("projects/", 7), ("standards/", 3), ("sites/", 8), ("progress/", 14), ("sites/points.geojson", 3)],
)
def test_lists_ask_the_same_number_of_times_for_one_row_and_three(
    client, scene, django_assert_num_queries, path, queries
):
    Site.objects.update(longitude=Decimal(120), latitude=Decimal(30))
    for _ in range(2):
        with django_assert_num_queries(queries):
            client.get(address(scene, path))
        for _ in range(2):
            indicator = IndicatorFactory(project=ProjectFactory(cycle=scene.cycle))
            SiteFactory(
                indicator=indicator, standard=scene.site.standard, area=scene.site.area, organisation=scene.unit
            )


def test_project_page_asks_the_same_number_of_times_for_one_row_and_three(client, scene, django_assert_num_queries):
    for _ in range(2):
        with django_assert_num_queries(18):
            get(client, scene, f"projects/{scene.indicator.project_id}/")
        for _ in range(2):
            indicator = IndicatorFactory(project=scene.indicator.project)
            SiteFactory(indicator=indicator, area=scene.site.area, organisation=scene.unit)


def test_project_page_shows_shares_sites_and_what_happened(client, scene):
    AllocationFactory(indicator=scene.indicator, area=scene.site.area, target=Decimal(7))
    services.report_sites(
        entries=[SiteEntry(scene.site.pk, Decimal(3), "开工了")], reported_on=date(2025, 6, 1), idempotency_key="k",
        by=scene.builder, at=AT,
    )  # fmt: skip

    page = get(client, scene, f"projects/{scene.indicator.project_id}/")

    for words in (scene.site.area.name, scene.site.name, "开工了", scene.site.standard.title):
        assert words in page
    assert scene.builder.name not in page


def test_site_page_tells_everything_but_who_typed_it(client, scene):
    Site.objects.update(state=SiteState.COMPLETED, light=Light.GREEN, light_reason="completed")
    findings = {line.pk: Finding(is_met=True) for line in scene.lines}
    services.accept_sites(sites=[scene.site], findings=findings, by=scene.department, at=AT).insist()

    page = get(client, scene, f"sites/{scene.site.pk}/")

    for words in (scene.site.name, scene.lines[0].requirement, scene.unit.name, "<svg", "light-blue"):
        assert words in page
    assert scene.department.name not in page


def test_site_page_links_the_survey_once_the_site_is_completed(client, scene):
    answer = address(scene, f"sites/{scene.site.pk}/answer/")
    assert answer not in get(client, scene, f"sites/{scene.site.pk}/")
    Site.objects.update(state=SiteState.COMPLETED)

    assert answer in get(client, scene, f"sites/{scene.site.pk}/")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"A", "食堂1", "公园2"}),
        ("q=食堂", {"食堂1"}),
        ("q=文苑路+公园", {"公园2"}),
        ("q=没有", set()),
        ("light=red", {"公园2"}),
        ("state=under_way", {"食堂1"}),
        ("overdue=true", {"A", "食堂1", "公园2"}),
        ("project=0", set()),
    ],
)
def test_site_list_filters(client, scene, query, found):
    SiteFactory(indicator=scene.indicator, name="食堂1", key="食堂1", state=SiteState.UNDER_WAY)
    SiteFactory(indicator=scene.indicator, name="公园2", key="公园2", address="文苑路1号", light=Light.RED)

    page = get(client, scene, f"sites/?{query}")

    names = {"A": scene.site.name, "食堂1": ">食堂1<", "公园2": ">公园2<"}
    assert {key for key, name in names.items() if name in page} == found


@pytest.mark.parametrize(
    ("query", "lights", "states", "areas"),
    [
        ("", {"red": 2, "grey": 2}, {"planned": 3, "under_way": 1}, [2, 2]),
        ("light=red", {"red": 2, "grey": 2}, {"planned": 1, "under_way": 1}, [0, 2]),
        ("light=red&state=under_way", {"red": 1}, {"planned": 1, "under_way": 1}, [0, 1]),
        ("q=公园&light=grey", {"red": 1, "grey": 1}, {"planned": 1}, [1, 0]),
    ],
)
def test_each_chip_counts_under_the_other_filters(client, query, lights, states, areas):
    cycle = CycleFactory(area=CityFactory(), phase=Phase.DELIVER)
    here, there = (CountyFactory(parent=cycle.area) for _ in range(2))
    indicator = IndicatorFactory(project__cycle=cycle)
    for area, light, state, name in (
        (here, Light.GREY, SiteState.PLANNED, "公园1"), (here, Light.GREY, SiteState.PLANNED, "食堂1"),
        (there, Light.RED, SiteState.PLANNED, "公园2"), (there, Light.RED, SiteState.UNDER_WAY, "食堂2"),
    ):  # fmt: skip
        SiteFactory(indicator=indicator, area=area, light=light, state=state, name=name)

    shown = client.get(f"{cycle.address('projects:sites')}?{query}").context

    assert {value: count for value, _label, count in shown["lights"] if count} == lights
    assert {value: count for value, _label, count in shown["states"] if count} == states
    assert [count for _value, _label, count in shown["areas"]] == areas


def test_of_more_rows_than_are_counted_no_chip_says_a_number(client, scene, monkeypatch):
    monkeypatch.setattr(paging, "COUNTED", 2)
    SiteFactory.create_batch(2, indicator=scene.indicator, light=Light.RED)

    shown = client.get(address(scene, "sites/?q=点&light=red")).context

    assert [len(chip) for chip in shown["lights"]] == [2] * len(Light)
    assert [chip[2] for chip in shown["states"] if chip[0] == "planned"] == [2]


def test_site_list_keeps_an_area_with_all_below_it(client, scene):
    other = SiteFactory(indicator=scene.indicator)

    page = get(client, scene, f"sites/?area={other.area.code}")

    assert other.name in page
    assert scene.site.name not in page


def test_site_list_pages_by_key(client, scene):
    SiteFactory.create_batch(24, indicator=scene.indicator, area=scene.site.area, due_on=date(2025, 6, 6))
    first = client.get(address(scene, "sites/")).context["page"]

    second = client.get(address(scene, "sites/") + first.next).context["page"]

    assert (len(first.rows), len(second.rows), second.next) == (20, 5, None)
    assert {row.pk for row in first.rows} & {row.pk for row in second.rows} == set()


def names_in(content):
    parsed = read_sheet(io.BytesIO(content), Kind("things", "Things", (Column("name", "点位", text(200)),)))
    return [row.values["name"] for row in parsed.rows]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_exports_hold_exactly_what_is_shown_without_a_page_limit(client, scene, kind):
    SiteFactory.create_batch(60, indicator=scene.indicator, area=scene.site.area, light=Light.RED)

    content = list_file(client, scene, f"lists/sites/?light=red&export={kind}")

    assert len(names_in(content)) == 60
    assert scene.site.name not in names_in(content)


def test_projects_and_progress_are_files_too(client, scene):
    for name in ("projects", "progress"):
        for kind in ("csv", "xlsx"):
            assert len(list_file(client, scene, f"lists/{name}/?export={kind}")) > 50
    get(client, scene, "lists/progress/?aspect=99", 404)
    get(client, scene, "lists/progress/?area=999999", 404)


def test_points_cluster_by_zoom(client, scene):
    for site, place in ((scene.site, "120.10"), (SiteFactory(indicator=scene.indicator), "120.12")):
        Site.objects.filter(pk=site.pk).update(longitude=Decimal(place), latitude=Decimal(30))

    wide = json.loads(get(client, scene, "sites/points.geojson?bbox=119,29,121,31&zoom=8"))
    near = json.loads(get(client, scene, "sites/points.geojson?bbox=119,29,121,31&zoom=16&light=grey"))

    assert [feature["properties"] for feature in wide["features"]] == [
        {
            "count": 2,
            "lights": {"grey": 2},
            "title": f"2 个点位 · {Light.GREY.label} 2",
            "bbox": [120.1, 30.0, 120.12, 30.0],
        }
    ]
    assert [feature["properties"]["title"] for feature in near["features"]] == [
        site.name for site in Site.objects.order_by("pk")
    ]
    assert near["features"][0]["geometry"] == {"type": "Point", "coordinates": [120.1, 30.0]}


@pytest.mark.parametrize(
    "query", ["bbox=a,b,c,d", "bbox=1,2", "bbox=5,5,1,1", "bbox=nan,nan,nan,nan&zoom=99", "zoom=-1", "light=purple"]
)
def test_points_for_nonsense_are_refused(client, scene, query):
    Site.objects.update(longitude=Decimal(120), latitude=Decimal(30))

    get(client, scene, f"sites/points.geojson?{query}", 400)


@pytest.fixture
def outlined(scene, tmp_path, settings):
    """Lay outlines of the city of the scene, of the county of its site and of another, as an authority does."""
    city, county = scene.cycle.area, scene.site.area
    code = f"{city.code[:4]}{'01' if county.code.endswith('98') else '98'}"
    other = CountyFactory(parent=city, code=code, name_zh="另县")
    ring = [[120, 30], [121, 30], [121, 31], [120, 30]]
    features = [
        {"type": "Feature", "id": area.code, "geometry": {"type": "Polygon", "coordinates": [ring]}}
        for area in (city, county, other)
    ]
    (tmp_path / "own.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    (tmp_path / "credit.txt").write_text("甬S(2026)1号", encoding="utf-8")
    settings.OUTLINES_FOLDER = tmp_path
    return other


def test_the_map_says_how_far_each_area_is_and_what_is_not_known(client, scene, outlined):
    SiteFactory.create_batch(3, indicator=scene.indicator, area=scene.site.area)
    Site.objects.filter(pk=scene.site.pk).update(state=SiteState.COMPLETED)

    answer = client.get(f"/en{address(scene, 'sites/areas.geojson')}")

    county = scene.site.area
    answered = json.loads(answer.content)
    areas = answered["features"]
    assert answered["steps"] == [[3, "25.0%"]]
    assert {one["properties"]["code"]: one["properties"] for one in areas} == {
        county.code: {
            "code": county.code,
            "name": county.name,
            "text": f"{county.name}: 1 of 4 sites completed (25.0%)",
            "step": 3,
            "is_chosen": False,
            "url": f"/en{address(scene, 'sites/')}?area={county.code}",
        },
        outlined.code: {
            "code": outlined.code,
            "name": "另县",
            "text": "另县: no sites are known",
            "step": None,
            "is_chosen": False,
            "url": "",
        },
    }
    assert areas[0]["geometry"]["type"] == "MultiPolygon"
    assert "轮廓来源：甬S(2026)1号，仅供示意。" in get(client, scene, "sites/")


def test_the_map_of_a_chosen_area_shows_it_among_its_neighbours(client, scene, outlined):
    areas = json.loads(get(client, scene, f"sites/areas.geojson?area={outlined.code}"))["features"]

    assert {one["properties"]["code"]: one["properties"]["is_chosen"] for one in areas} == {
        scene.site.area.code: False,
        outlined.code: True,
    }
    assert f"areas.geojson?area={outlined.code}" in get(client, scene, f"sites/?area={outlined.code}")
    get(client, scene, "sites/areas.geojson?area=110101", 404)
    get(client, scene, "sites/areas.geojson?aspect=1", 400)


def test_without_a_script_there_is_no_empty_box(client, scene):
    page = get(client, scene, "sites/")

    assert '<div class="map-frame stack no-print" hidden>' in page
    assert '<div class="map-tabs cluster" role="group" aria-label="列表或地图" hidden>' in page


def test_progress_drills_down_from_aspect_to_area(client, scene):
    aspect = scene.indicator.project.aspect
    CountyFactory(parent=CityFactory())

    page = get(client, scene, f"progress/?aspect={aspect.number}&area={scene.site.area.code}")

    for words in (aspect.name, scene.site.area.name, scene.indicator.name,
                  f"?project={scene.indicator.project_id}&amp;area={scene.site.area.code}"):  # fmt: skip
        assert words in page


def test_pages_speak_english(client, scene):
    response = client.get(f"/en{address(scene, 'sites/')}")

    assert "Every place where a promise is kept" in response.content.decode()


@pytest.mark.parametrize(
    ("make", "outlined"),
    [
        (lambda: CountyFactory(code="330299", parent__code="330200", parent__name_zh="宁波市"), "宁波市"),
        (lambda: CityFactory(code="330200"), None),
    ],
    ids=["county", "city"],
)
def test_a_map_says_whose_outline_it_shows_where_it_is_not_its_own(client, make, outlined):
    cycle = CycleFactory(area=make(), phase=Phase.DELIVER)

    page = client.get(f"/en/{cycle.area.slug}/{cycle.year}/sites/").content.decode()

    assert f"/{cycle.area.slug}/{cycle.year}/sites/areas.geojson" in page
    assert ("The outline is that of" in page) is (outlined is not None)
    assert outlined is None or f"The outline is that of {outlined};" in page
