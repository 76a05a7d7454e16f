from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from livelihood.accounts.roles import Role
from livelihood.audit.models import Entry
from livelihood.cycles import selectors as cycles
from livelihood.cycles.areas import country
from livelihood.cycles.models import Area, FormerAreaName
from livelihood.cycles.states import Level, Phase
from livelihood.kernel.errors import Conflict, InvalidInput, NotAllowed
from livelihood.places import services
from tests.factories.frame import NOW, CycleFactory, official

TOWNSHIP: dict[str, Any] = {"code": "420102901", "name_zh": "某街道", "level": Level.TOWNSHIP}


def entry() -> Entry:
    return Entry.objects.order_by("-pk")[0]


def test_a_township_is_added_with_its_english_name_and_address(places):
    area = services.add_area(parent=places.at("420102"), **TOWNSHIP, by=places.keeper, at=NOW)

    assert (area.name_en, area.slug) == ("Moujiedao Subdistrict", "wuhan-jiangan-moujiedao")
    assert area.path == "420000/420100/420102/420102901/"
    assert (entry().act, entry().actor_id) == ("area.added", places.keeper.pk)
    assert entry().detail == {"code": "420102901", "parent": "420102", "name_zh": "某街道"}


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"code": "42010290"}, InvalidInput),
        ({"code": "420102\N{FULLWIDTH DIGIT NINE}01"}, InvalidInput),
        ({"code": "420106"}, Conflict),
        ({"level": Level.COUNTY}, InvalidInput),
        ({"name_zh": " "}, InvalidInput),
    ],
)
def test_what_is_wrong_of_a_new_area_is_refused(places, changed, error):
    count = Area.objects.count()

    with pytest.raises(error):
        services.add_area(parent=places.at("420102"), **TOWNSHIP | changed, by=places.keeper, at=NOW)

    assert Area.objects.count() == count


@pytest.mark.parametrize(
    ("where", "who", "may"),
    [
        ("420102", Role.ADMINISTRATOR, False),  # of the area below
        ("420100", Role.ADMINISTRATOR, True),
        ("420000", Role.ADMINISTRATOR, True),
        ("420200", Role.ADMINISTRATOR, False),  # of a sibling
        ("420100", Role.LIVELIHOOD_OFFICE, False),
        ("420000", Role.AUDITOR, False),
    ],
)
def test_who_keeps_areas(places, where, who, may):
    somebody = official(who, places.at(where))
    wuhan, count = places.at("420100"), Entry.objects.count()
    acts = [
        lambda: services.add_area(parent=wuhan, **TOWNSHIP, by=somebody, at=NOW),
        lambda: services.rename_area(area=wuhan, name_zh="新名市", until=date(2024, 1, 1), by=somebody, at=NOW),
        lambda: services.revise_area(area=wuhan, values={"name_en": "W"}, by=somebody, at=NOW),
        lambda: services.load_below(area=places.at("420106"), by=somebody, at=NOW),
    ]

    for act in acts:
        if may:
            act()
        else:
            with pytest.raises(NotAllowed):
                act()

    assert (Entry.objects.count() > count) is may


def test_a_rename_keeps_the_old_name_with_its_last_day(places):
    services.rename_area(area=places.at("420100"), name_zh="江城市", until=date(2024, 6, 30), by=places.keeper, at=NOW)

    area = places.at("420100")
    assert (area.name_zh, area.name_en, area.slug) == ("江城市", "Jiangcheng City", "wuhan")
    former = FormerAreaName.objects.get(area=area)
    assert (former.name_zh, former.name_en, former.until) == ("武汉市", "Wuhan City", date(2024, 6, 30))
    assert entry().detail == {"old": "武汉市", "new": "江城市", "until": "2024-06-30"}
    for spelling in ("武汉市", "武 汉\ufe0f市"):
        assert [one.code for one in Area.objects.called(spelling, is_common=True)] == ["420100"]
        assert [one.code for one in Area.objects.called(spelling)] == ["420100"]


@pytest.mark.parametrize(
    ("name", "until"), [("武汉市", date(2024, 6, 30)), ("江城市", date(2024, 11, 2)), ("江城市", date(2020, 1, 1))]
)
def test_a_rename_to_nothing_new_or_at_the_wrong_time_is_refused(places, name, until):
    wuhan = places.at("420100")
    FormerAreaName.objects.create(area=wuhan, name_zh="老名", until=date(2021, 1, 1))

    with pytest.raises(InvalidInput):
        services.rename_area(area=wuhan, name_zh=name, until=until, by=places.keeper, at=NOW)

    assert places.at("420100").name_zh == "武汉市"
    assert FormerAreaName.objects.count() == 1


def test_an_area_that_ends_keeps_its_years_and_is_offered_no_more(places):
    ended, heir = places.at("420103"), places.at("420102")
    year = CycleFactory(area=ended, year=2024, phase=Phase.CLOSED)
    next_year = CycleFactory(area=places.at("420100"), year=2025)

    services.end_area(area=ended, last_day=date(2024, 6, 30), successor=heir, by=places.keeper, at=NOW)

    ended.refresh_from_db()
    assert (ended.valid_to, ended.successor) == (date(2024, 6, 30), heir)
    assert cycles.cycle_at(ended.slug, 2024) == year
    assert "420103" not in dict(cycles.area_choices(next_year))
    assert "420103" in dict(cycles.area_choices(CycleFactory(area=places.at("420100"), year=2024)))
    assert entry().detail == {
        "old": {"valid_to": None, "successor": None}, "last_day": "2024-06-30", "successor": "420102",
    }  # fmt: skip


def test_an_area_in_which_others_lie_does_not_end(places):
    with pytest.raises(InvalidInput) as others:
        services.end_area(area=places.at("429004"), last_day=date(2024, 6, 30), by=places.administrator, at=NOW)
    with pytest.raises(InvalidInput) as itself:
        services.end_area(
            area=places.at("420102"),
            last_day=date(2024, 6, 30),
            successor=places.at("420102"),
            by=places.administrator,
            at=NOW,
        )

    assert (others.value.field, itself.value.field) == (None, "successor")
    assert not Area.objects.filter(valid_to__isnull=False).exists()


def test_another_province_is_loaded_by_the_administrator_of_one_and_mended_by_its_own(places):
    with pytest.raises(NotAllowed):
        services.load_province(code="110000", by=places.keeper, at=NOW)
    assert not Area.objects.filter(code="110000").exists()
    assert services.load_province(code="110000", by=places.administrator, at=NOW) == 17

    assert Area.objects.get(code="110105").path == "110000/110105/"
    Area.objects.filter(code="110105").update(name_zh="朝阳")
    with pytest.raises(NotAllowed):
        services.load_province(code="110000", by=places.administrator, at=NOW)
    assert Area.objects.get(code="110105").name_zh == "朝阳"
    own = official(Role.ADMINISTRATOR, Area.objects.get(code="110000"))
    assert services.load_province(code="110000", by=own, at=NOW) == 1
    assert Area.objects.get(code="110105").name_zh == "朝阳区"
    with pytest.raises(InvalidInput):
        services.load_province(code="990000", by=own, at=NOW)


def test_townships_of_a_county_come_from_the_table(places):
    written = services.load_below(area=places.at("420102"), by=places.keeper, at=NOW)

    assert written == Area.objects.filter(parent__code="420102").count() == 16
    assert services.load_below(area=places.at("420102"), by=places.keeper, at=NOW) == 0
    township = Area.objects.filter(parent__code="420102").order_by("code")[0]
    with pytest.raises(InvalidInput):
        services.load_below(area=township, by=places.keeper, at=NOW)


def test_townships_of_all_counties_of_a_city_or_a_province_come_at_once(places):
    services.end_area(
        area=places.at("420103"), last_day=date(2024, 6, 30), successor=places.at("420102"), by=places.keeper, at=NOW
    )
    table = country.townships({area.code: area.slug for area in Area.objects.filter(parent__code="420100")})

    written = services.load_below(area=places.at("420100"), by=places.keeper, at=NOW)

    ended = [row for row in table if row.parent == "420103"]
    assert written == Area.objects.filter(path__startswith="420000/420100/", level="township").count()
    assert (written, len(ended) > 0) == (len(table) - len(ended), True)
    assert {row.slug for row in table} >= set(
        Area.objects.filter(path__startswith="420000/420100/", level="township").values_list("slug", flat=True)
    )
    more = services.load_below(area=places.at("420000"), by=places.administrator, at=NOW)
    assert more > written
    assert services.load_below(area=places.at("420000"), by=places.administrator, at=NOW) == 0


def test_whoever_keeps_no_city_loads_no_townships_of_it(places):
    stranger = official(Role.ADMINISTRATOR, Area.objects.get(code="429004"))
    count = Area.objects.count()

    with pytest.raises(NotAllowed):
        services.load_below(area=places.at("420100"), by=stranger, at=NOW)

    assert Area.objects.count() == count


@pytest.mark.parametrize("words", ["江岸", "江岸区", "Jiang'an", "jiangan", "jiang an", "JIANGAN", "420102"])
def test_an_area_is_found_by_name_code_and_pinyin(places, words):
    assert [one.code for one in Area.objects.called(words).order_by("code") if len(one.code) == 6][:1] == ["420102"]


def test_an_area_that_was_ended_by_mistake_goes_on(places):
    county, last = places.at("420103"), date(2024, 6, 30)
    services.end_area(area=county, last_day=last, successor=places.at("420102"), by=places.keeper, at=NOW)

    services.end_area(area=county, last_day=None, by=places.keeper, at=NOW)

    county = places.at("420103")
    assert (county.valid_to, county.successor) == (None, None)
    assert entry().detail == {
        "old": {"valid_to": "2024-06-30", "successor": "420102"}, "last_day": None, "successor": None,
    }  # fmt: skip


def test_nothing_begins_or_goes_on_in_an_area_that_has_ended(places):
    wuhan, last, by = places.at("420100"), date(2024, 6, 30), {"by": places.administrator, "at": NOW}
    for area in [*wuhan.children.order_by("pk"), wuhan]:
        services.end_area(area=area, last_day=last, reason="区划调整", **by)
    count = Entry.objects.count()

    for act in (
        lambda: services.add_area(parent=wuhan, **TOWNSHIP, **by),
        lambda: services.end_area(area=places.at("420102"), last_day=None, **by),
    ):
        with pytest.raises(InvalidInput, match="武汉市"):
            act()

    assert Entry.objects.count() == count
    assert not Area.objects.filter(parent=wuhan, valid_to__isnull=True).exists()


def test_days_of_an_area_that_contradict_each_other_are_refused(places):
    xiantao, by = places.at("429004"), {"by": places.administrator, "at": NOW}
    for town in xiantao.children.order_by("pk"):
        services.end_area(area=town, last_day=date(2024, 6, 30), **by)
    services.revise_area(area=xiantao, values={"valid_from": date(2000, 1, 1)}, **by)
    refused = [
        (lambda: services.end_area(area=xiantao, last_day=date(2024, 6, 29), **by), None),
        (lambda: services.end_area(area=xiantao, last_day=date(1999, 12, 31), **by), "last_day"),
        (lambda: services.end_area(area=xiantao, last_day=None, successor=places.at("420102"), **by), "successor"),
    ]
    for act, field in refused:
        with pytest.raises(InvalidInput) as error:
            act()
        assert error.value.field == field
    services.end_area(area=xiantao, last_day=date(2024, 6, 30), **by)

    with pytest.raises(InvalidInput) as error:
        services.revise_area(area=xiantao, values={"valid_from": date(2024, 7, 1)}, **by)

    assert error.value.field == "valid_from"
    assert (places.at("429004").valid_from, places.at("429004").valid_to) == (date(2000, 1, 1), date(2024, 6, 30))


def test_loading_takes_as_many_statements_for_many_townships_as_for_few(places):
    few, many = places.at("420112"), places.at("420111")
    services.load_below(area=places.at("420106"), by=places.keeper, at=NOW)  # their mandates are known now
    taken = []
    for county in (few, many):
        with CaptureQueriesContext(connection) as queries:
            written = services.load_below(area=county, by=places.keeper, at=NOW)
        taken.append((len(queries), written))

    assert taken[0][0] == taken[1][0]
    assert taken[0][1] < taken[1][1]


def test_nothing_is_written_where_nothing_differs(places):
    count = Entry.objects.count()

    services.revise_area(area=places.at("420102"), values={"source": ""}, by=places.keeper, at=NOW)

    assert Entry.objects.count() == count
