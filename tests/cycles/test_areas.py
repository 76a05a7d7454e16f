import re
from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from livelihood.audit.models import Entry
from livelihood.cycles import areas
from livelihood.cycles.models import Area, FormerAreaName
from livelihood.cycles.states import Level

AT = datetime(2024, 1, 23, 1, 0, tzinfo=UTC)

HANGZHOU = {
    "330102": "上城区",
    "330105": "拱墅区",
    "330106": "西湖区",
    "330108": "滨江区",
    "330109": "萧山区",
    "330110": "余杭区",
    "330111": "富阳区",
    "330112": "临安区",
    "330113": "临平区",
    "330114": "钱塘区",
    "330122": "桐庐县",
    "330127": "淳安县",
    "330182": "建德市",
}


def test_shipped_is_one_province_eleven_cities_and_ninety_counties():
    assert Counter(row.level for row in areas.shipped()) == {Level.PROVINCE: 1, Level.CITY: 11, Level.COUNTY: 90}


def test_shipped_counts_districts_counties_and_cities_as_the_code_table_does():
    kinds = Counter(row.name_zh[-1] for row in areas.shipped() if row.level is Level.COUNTY)

    # 37 districts, 20 cities, 32 counties and the autonomous county Jingning.
    assert kinds == {"区": 37, "市": 20, "县": 33}


def test_shipped_counties_of_each_city():
    counts = Counter(row.parent for row in areas.shipped() if row.level is Level.COUNTY)

    assert counts == {
        "330100": 13,
        "330200": 10,
        "330300": 12,
        "330400": 7,
        "330500": 5,
        "330600": 6,
        "330700": 9,
        "330800": 6,
        "330900": 4,
        "331000": 9,
        "331100": 9,
    }


def test_shipped_hangzhou_is_as_changed_in_2021():
    assert {row.code: row.name_zh for row in areas.shipped() if row.parent == "330100"} == HANGZHOU


def test_shipped_names_in_english_say_what_they_are():
    names = {row.code: row.name_en for row in areas.shipped()}

    assert names["330106"] == "Xihu District"
    assert names["330226"] == "Ninghai County"
    assert names["330383"] == "Longgang City"
    assert names["330382"] == "Yueqing City"
    assert names["331127"] == "Jingning She Autonomous County"


@pytest.mark.parametrize("rows", [areas.shipped(), areas.shipped_for_demo()])
def test_codes_nest_and_parents_come_first(rows):
    seen = set()
    for row in rows:
        stem = {Level.PROVINCE: 0, Level.CITY: 2, Level.COUNTY: 4}[row.level]

        assert re.fullmatch(r"\d{6}", row.code)
        assert row.parent == (row.code[:stem].ljust(6, "0") if stem else "")
        assert row.parent in seen or row.level is Level.PROVINCE
        seen.add(row.code)


def test_codes_slugs_and_names_are_unique():
    rows = [*areas.shipped(), *areas.shipped_for_demo()]

    assert (
        len({row.code for row in rows}) == len({row.slug for row in rows}) == len({row.name_zh for row in rows}) == 111
    )
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)?", row.slug) for row in rows)


def test_points_lie_in_zhejiang_and_apart():
    rows = areas.shipped()

    assert all(row.longitude and 118 < row.longitude < 123 for row in rows)
    assert all(row.latitude and 27 < row.latitude < Decimal("31.5") for row in rows)
    counties = [(row.longitude, row.latitude) for row in rows if row.level is Level.COUNTY]
    assert len(set(counties)) == 90


def test_shipped_for_demo_has_one_area_without_a_code_of_the_table():
    rows = areas.shipped_for_demo()

    assert [row.name_zh for row in rows] == [
        "四川省",
        "眉山市",
        "东坡区",
        "彭山区",
        "仁寿县",
        "洪雅县",
        "丹棱县",
        "青神县",
        "眉山天府新区",
    ]
    assert [row.code for row in rows if row.longitude is None] == ["511471"]


@pytest.mark.django_db
def test_load_areas_writes_the_tree_once():
    Area.objects.all().delete()

    written = areas.load_areas([*areas.shipped(), *areas.shipped_for_demo()], at=AT)
    again = areas.load_areas([*areas.shipped(), *areas.shipped_for_demo()], at=AT)

    assert (written, again) == (111, 0)
    xihu = Area.objects.get(slug="xihu")
    assert (xihu.code, xihu.name_zh, xihu.level) == ("330106", "西湖区", Level.COUNTY)
    hangzhou = Area.objects.get(slug="hangzhou")
    assert xihu.parent == hangzhou
    assert hangzhou.parent == Area.objects.get(code="330000")
    assert (xihu.longitude, xihu.latitude) == (Decimal("120.119"), Decimal("30.242"))
    assert Area.objects.within(hangzhou).count() == 14


@pytest.mark.django_db
def test_load_areas_mends_what_differs_keeps_the_address_and_says_so_in_the_journal():
    areas.load_areas(areas.shipped(), at=AT)
    Area.objects.filter(code="330106").update(name_zh="西湖", slug="west-lake")
    before = Entry.objects.count()

    written = areas.load_areas(areas.shipped(), at=AT)

    assert written == 1
    area = Area.objects.get(code="330106")
    assert (area.name_zh, area.slug) == ("西湖区", "west-lake")
    former = FormerAreaName.objects.get(area=area)
    assert (former.name_zh, former.until) == ("西湖", date(2024, 1, 22))
    entry = Entry.objects.order_by("-pk")[0]
    assert Entry.objects.count() == before + 1
    assert (entry.act, entry.detail, entry.actor_id) == ("area.loaded", {"changed": ["name_zh"]}, None)


@pytest.mark.django_db
def test_load_areas_leaves_what_was_written_by_hand():
    areas.load_areas(areas.shipped(), at=AT)
    by_hand = {"name_en": "West Lake District", "longitude": Decimal("120.1"), "latitude": Decimal("30.2")}
    Area.objects.filter(code="330106").update(**by_hand)

    written = areas.load_areas(areas.shipped(), at=AT)

    assert written == 0
    assert Area.objects.values(*by_hand).get(code="330106") == by_hand


@pytest.mark.django_db
def test_load_areas_writes_nothing_when_a_parent_is_missing():
    Area.objects.all().delete()
    orphan = [row for row in areas.shipped() if row.code in {"330000", "330106"}]

    with pytest.raises(KeyError, match="330100"):
        areas.load_areas(orphan, at=AT)

    assert not Area.objects.exists()
