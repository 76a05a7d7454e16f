"""Places are found by an index, however many there are."""

import pytest
from django.db import connection
from django.test import RequestFactory

from livelihood.cycles.areas import country, load_areas
from livelihood.cycles.models import Area, FormerAreaName
from livelihood.places import filters
from livelihood.places.filters import PlaceFilter
from tests import databases
from tests.factories.frame import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def hubei() -> None:
    """Load a province and let the planner know it; rows so few would be read one by one, were that not forbidden."""
    load_areas(country.of_province("420000"), at=NOW)
    with databases.as_superuser() as cursor:
        cursor.execute("ANALYZE cycles_area, cycles_formerareaname")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # a setting, which the ORM does not make


def found(**asked: str) -> PlaceFilter:
    return PlaceFilter.on_page(RequestFactory().get("/", asked), Area.objects.all())


def test_areas_are_found_by_the_index_of_their_names_and_that_of_their_codes():
    plan = found(q="江岸").highest.explain()

    assert "cycles_area_search" in plan
    assert "Seq Scan on cycles_area " not in plan
    plan = found(q="4201").highest.explain()
    assert "cycles_area_code" in plan
    assert "Seq Scan on cycles_area " not in plan


def test_where_very_many_are_called_so_the_list_is_read_in_its_order(monkeypatch):
    asked = found(q="区")
    sorted_ones = list(asked.highest.values_list("code", flat=True))
    monkeypatch.setattr(filters, "COMMON", 5)

    assert list(asked.highest.values_list("code", flat=True)) == sorted_ones
    plan = asked.highest[:61].explain()
    assert "cycles_area_highest" in plan
    assert "Sort" not in plan


@pytest.mark.parametrize("common", [0, 200])
@pytest.mark.parametrize(
    ("asked", "codes"),
    [
        ({"q": "江岸"}, ["420102"]), ({"q": "Jiang'an"}, ["420102"]), ({"q": "jiang'an wuhan"}, ["420102"]),
        ({"q": "\uff14\uff12\uff10\uff11\uff10\uff12"}, ["420102"]), ({"q": "老江岸"}, ["420102"]),
        ({"q": "武汉 420100"}, ["420100"]),
        ({"q": "武汉", "level": "county"}, []), ({"q": "没有"}, []), ({"q": "·"}, []),
    ],
)  # fmt: skip
def test_both_ways_find_the_same(monkeypatch, common, asked, codes):
    monkeypatch.setattr(filters, "COMMON", common)
    area = Area.objects.get(code="420102")
    FormerAreaName.objects.create(area=area, name_zh="老江岸区", until=NOW.date())

    assert list(found(**asked).highest.values_list("code", flat=True)) == codes


def test_the_highest_come_first():
    levels = [area.level for area in found(q="4201").highest]

    assert levels == ["city", *["county"] * 13]
