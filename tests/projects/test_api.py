from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.models import Site
from tests.factories.projects import IndicatorFactory, ProjectFactory, SiteFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("endpoint", "queries"), [("projects", 1), ("indicators", 1), ("standards", 2), ("sites", 2), ("figures", 1)]
)
def test_endpoints_ask_the_same_number_of_times_for_one_row_and_three(
    client, scene, django_assert_num_queries, endpoint, queries
):
    for size in (1, 3):
        with django_assert_num_queries(queries):
            answer = client.get(f"/api/v1/{endpoint}/").json()
        if endpoint != "standards":
            assert len(answer["results"]) == size
        for _ in range(2):
            SiteFactory(indicator=IndicatorFactory(project=ProjectFactory(cycle=scene.cycle)))


def test_sites_are_found_first_and_joined_after(client, scene):
    SiteFactory.create_batch(3, indicator=scene.indicator, area=scene.site.area, name="人民路")
    address, keys, found_by = f"/api/v1/sites/?{urlencode({'q': '人民路', 'page_size': 2})}", [], []

    while address:
        with CaptureQueriesContext(connection) as queries:
            page = client.get(address).json()
        keys += [site["key"] for site in page["results"]]
        found_by.append(["JOIN" in query["sql"] for query in queries])
        address = page["next"]

    assert keys == list(Site.objects.filter(name="人民路").order_by("pk").values_list("key", flat=True))
    assert found_by == [[False, False, True], [False, False, True]]  # counted, found, joined


def test_site_says_where_when_and_why(client, scene):
    [site] = client.get("/api/v1/sites/").json()["results"]

    assert (site["key"], site["area"], site["light"], site["light_reason"]) == (
        "A", scene.site.area.code, "grey", "not_due",
    )  # fmt: skip
    assert site["cycle"] == {"area": scene.cycle.area.code, "year": 2025}
    assert set(site) & {"reported_by", "answered_by"} == set()


@pytest.mark.parametrize(
    ("query", "count"), [("light=grey", 1), ("light=red", 0), ("q=点位", 1), ("year=2024", 0), ("year=2025", 1)]
)
def test_page_and_api_share_their_filters(client, scene, query, count):
    assert len(client.get(f"/api/v1/sites/?{query}").json()["results"]) == count


def test_nobody_writes_through_the_api(client, scene):
    for endpoint in ("projects", "indicators", "standards", "sites", "figures"):
        assert client.post(f"/api/v1/{endpoint}/", {}).status_code == 405


def test_projects_are_found_by_their_words(client, scene):
    ProjectFactory(cycle=scene.cycle, title="口袋公园", content="新建十座")

    for words, count in (("公园", 1), ("公园 十座", 1), ("公园 食堂", 0)):
        assert len(client.get("/api/v1/projects/", {"q": words}).json()["results"]) == count
