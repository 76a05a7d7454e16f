from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from livelihood.accounts.roles import Role
from livelihood.audit.models import Entry
from livelihood.cycles.areas import country
from livelihood.cycles.models import Area, FormerAreaName
from livelihood.cycles.states import Level
from livelihood.kernel.sheets.handling import CHANGED_SINCE, YES
from livelihood.places import services
from livelihood.places.handlers.taking_back import GONE
from tests.factories.frame import NOW, CycleFactory, OrganisationFactory, official
from tests.places.door import Door

LAST = date(2024, 6, 30)


@pytest.fixture
def wuhan(places) -> Door:
    return Door("areas", places.at("420100"), places.keeper)


def everything() -> list[Any]:
    return [list(Area.objects.order_by("pk").values()), list(FormerAreaName.objects.values("area", "name_zh", "until"))]


def test_thirty_townships_of_a_county_need_code_and_name_alone(places):
    county = Door("areas", places.at("420102"), places.keeper)
    rows = [{"code": f"4201029{number:02d}", "name_zh": f"第{number}街道"} for number in range(30)]

    written = county.write(*rows)

    made = Area.objects.filter(parent=places.at("420102")).order_by("code")
    assert [(area.code, area.name_zh, area.level) for area in made] == [
        (row["code"], row["name_zh"], Level.TOWNSHIP) for row in rows
    ]
    assert made[0].path == "420000/420100/420102/420102900/"
    assert (made[0].name_en, made[0].slug) == ("Di0 Subdistrict", "wuhan-jiangan-di0")
    assert county.outcomes(*rows) == ["unchanged"] * 30
    assert county.take_back(written) == {}
    assert not Area.objects.filter(parent=places.at("420102")).exists()


def test_all_townships_of_a_province_are_read_and_written_in_as_many_statements_as_few(places):
    hubei = Door("areas", places.at("420000"), places.administrator)
    rows = [
        {"code": row.code, "name_zh": row.name_zh, "parent": row.parent}
        for county in Area.objects.filter(level=Level.COUNTY).exclude(code="429004").order_by("code")
        for row in country.below(county.code, county.slug)
    ]
    taken = []
    for part in (rows[:5], rows[5:]):
        with CaptureQueriesContext(connection) as queries:
            hubei.write(*part)
        taken.append(len(queries))

    assert len(rows) > 1200
    # A thousand rows are written in several statements of as many values as one may have.
    assert taken[1] - taken[0] < 10
    assert Area.objects.filter(level=Level.TOWNSHIP).count() == len(rows) + 19


def test_a_sheet_brings_a_city_with_what_lies_in_it_in_any_order(places):
    hubei = Door("areas", places.at("420000"), places.administrator)
    rows: list[dict[str, Any]] = [
        {"code": "429901101", "name_zh": "新镇", "parent": "429901"},
        {"code": "429901", "name_zh": "新县", "parent": "429900", "level": None},
        {"code": "429900", "name_zh": "新市", "source": "政府公报", "name_en": "New City", "valid_from": LAST},
    ]

    hubei.write(*rows)

    town = places.at("429901101")
    assert (town.path, town.level) == ("420000/429900/429901/429901101/", Level.TOWNSHIP)
    city = places.at("429900")
    assert (city.level, city.name_en, city.source, city.valid_from) == (Level.CITY, "New City", "政府公报", LAST)


CHANGES: dict[str, Any] = {
    "name_zh": "江区", "name_en": "Jiang", "valid_from": date(2000, 1, 1), "valid_until": LAST,
    "longitude": Decimal("114.3"), "latitude": Decimal("30.6"), "source": "政府公报",
}  # fmt: skip


@pytest.mark.parametrize("columns", [[name] for name in CHANGES] + [list(CHANGES)])
def test_a_column_changes_its_own_field_alone_and_taking_back_leaves_nothing(places, wuhan, columns):
    services.revise_area(area=places.at("420103"), values={"source": "旧"}, by=places.keeper, at=NOW)
    before = everything()
    fields = {"valid_until": "valid_to"}

    written = wuhan.write({"code": "420103", **{name: CHANGES[name] for name in columns}})

    old, new = before[0], everything()[0]
    changed = {name for one, other in zip(old, new, strict=True) for name in one if one[name] != other[name]}
    assert changed - {"search"} == {fields.get(name, name) for name in columns}  # which the database makes of names
    assert [change.column for change in written[0].changes] == columns
    former = [(name.name_zh, name.until) for name in FormerAreaName.objects.all()]
    assert former == ([("江汉区", date(2024, 10, 31))] if "name_zh" in columns else [])
    assert wuhan.take_back(written) == {}
    assert everything() == before


def test_an_empty_cell_is_a_change_and_comes_back_with_the_successor(places, wuhan):
    ended = places.at("420103")
    services.end_area(area=ended, last_day=LAST, successor=places.at("420102"), by=places.keeper, at=NOW)
    before = everything()

    written = wuhan.write({"code": "420103", "valid_until": None, "name_en": None})

    area = places.at("420103")
    assert (area.valid_to, area.successor, area.name_en) == (None, None, "")
    assert wuhan.take_back(written) == {}
    assert everything() == before


REFUSED: list[tuple[dict[str, Any], tuple[str, str]]] = [
    ({"code": "420102", "parent": "420000"}, ("parent", "A code stays where it lies.")),
    ({"code": "420102", "level": Level.CITY}, ("level", "A code keeps its level.")),
    ({"code": "420199"}, ("name_zh", "A new area needs a name.")),
    ({"code": "420199", "name_zh": "新区", "parent": "990000"}, ("parent", "The area above is not there.")),
    ({"code": "420199", "name_zh": "新区", "parent": "420200"}, ("code", "Huangshi City lies outside of Wuhan City.")),
    ({"code": "420200", "name_en": "X"}, ("code", "Huangshi City lies outside of Wuhan City.")),
    ({"code": "420199", "name_zh": "新区", "parent": "420102"}, ("level", "An area lies in one of a higher level.")),
    (
        {"code": "420102", "valid_from": LAST, "valid_until": date(2024, 1, 1)},
        ("valid_until", "It ends before it begins."),
    ),
    (
        {"code": "420199", "name_zh": "新区", "valid_from": LAST, "valid_until": date(2024, 1, 1)},
        ("valid_until", "It ends before it begins."),
    ),
    ({"code": "420100", "valid_until": LAST}, ("valid_until", "Other areas still lie in it.")),
    ({"code": "420103001", "name_zh": "某街道"}, ("parent", "Jianghan District has ended.")),
]


@pytest.mark.parametrize(("row", "said"), REFUSED)
def test_what_is_wrong_of_a_row_is_said_and_nothing_is_written(places, wuhan, row, said, in_english):
    services.end_area(area=places.at("420103"), last_day=LAST, by=places.keeper, at=NOW)
    before, count = everything(), Entry.objects.count()

    assert wuhan.said(row) == [said]

    assert (everything(), Entry.objects.count()) == (before, count)


def test_areas_that_lie_in_each_other_lead_nowhere(places, wuhan, in_english):
    rows = [
        {"code": "420198", "name_zh": "甲", "parent": "420199"},
        {"code": "420199", "name_zh": "乙", "parent": "420198"},
    ]

    assert wuhan.said(*rows) == [("parent", "The area above is not there.")] * 2


def test_a_city_ends_with_all_in_it_in_one_sheet_and_what_lies_in_it_goes_on_only_with_it(places, in_english):
    hubei = Door("areas", places.at("420000"), places.administrator)
    inside = [{"code": area.code, "valid_until": LAST} for area in Area.objects.within(places.at("420200"))]

    hubei.write(*inside)

    assert not Area.objects.within(places.at("420200")).filter(valid_to__isnull=True).exists()
    assert hubei.said({"code": "420202", "valid_until": None}) == [("parent", "Huangshi City has ended.")]
    assert hubei.outcomes(*[{"code": row["code"], "valid_until": None} for row in inside]) == ["changed"] * len(inside)
    later = {"code": "420202", "valid_until": date(2024, 12, 31)}
    assert hubei.said({"code": "420200", "valid_until": date(2024, 9, 30)}, later) == [
        ("valid_until", "Other areas still lie in it."), ("parent", "Huangshi City has ended."),
    ]  # fmt: skip


def test_another_of_the_same_name_is_asked_about(places, wuhan, in_english):
    row = {"code": "420199", "name_zh": "江岸区"}

    assert wuhan.said(row) == [("name_zh", "江岸区 (420102) has this name already.")]
    assert wuhan.outcomes(row, {"code": "420102", "valid_until": LAST}) == ["new", "changed"]
    wuhan.answers = {2: {"same_name": YES}}
    wuhan.write(row)

    assert places.at("420199").slug == "wuhan-jiangan-420199"


@pytest.mark.parametrize(
    ("where", "role", "may"),
    [
        ("420102", Role.ADMINISTRATOR, "own"),
        ("420100", Role.ADMINISTRATOR, "all"),
        ("420000", Role.ADMINISTRATOR, "all"),
        ("420200", Role.ADMINISTRATOR, ""),
        ("420100", Role.LIVELIHOOD_OFFICE, ""),
        ("420100", Role.DEPARTMENT, ""),
        ("420000", Role.AUDITOR, ""),
    ],
)
def test_who_brings_areas_and_each_row_asks_the_rule_of_its_page(places, where, role, may):
    wuhan = Door("areas", places.at("420100"), official(role, places.at(where)))

    assert bool(wuhan.handler.may_bring(wuhan.by, wuhan.area, None, NOW)) is (may == "all")
    told = wuhan.outcomes(
        {"code": "420102", "source": "政府公报"},
        {"code": "420103", "source": "政府公报"},
        {"code": "420102901", "name_zh": "新街道"},
    )
    assert told == {
        "all": ["changed", "changed", "new"], "own": ["changed", "refused", "new"], "": ["refused"] * 3,
    }[may]  # fmt: skip


def uses(places, area) -> dict[str, Callable[[], Any]]:
    return {
        "year": lambda: CycleFactory(area=area, year=2025),
        "organisation": lambda: OrganisationFactory(area=area),
        "area below": lambda: services.add_area(
            parent=area, code="420199001", name_zh="某街道", level=Level.TOWNSHIP, by=places.keeper, at=NOW
        ),
        "correction": lambda: services.revise_area(area=area, values={"source": "别的"}, by=places.keeper, at=NOW),
    }


@pytest.mark.parametrize("use", ["year", "organisation", "area below", "correction"])
def test_what_is_used_or_changed_since_stays_and_the_rest_goes(places, wuhan, use, in_english):
    written = wuhan.write(
        {"code": "420199", "name_zh": "新区", "source": "政府公报"},
        {"code": "420198", "name_zh": "另区", "source": "政府公报"},
        {"code": "420102", "source": "政府公报"},
        {"code": "420103", "source": "政府公报"},
    )
    uses(places, places.at("420199"))[use]()
    services.revise_area(area=places.at("420103"), values={"source": "别的"}, by=places.keeper, at=NOW)

    stays = wuhan.take_back(written)

    why = str(CHANGED_SINCE) if use == "correction" else "Something refers to it already."
    assert {row: str(problem.problem) for row, problem in stays.items()} == {2: why, 5: str(CHANGED_SINCE)}
    assert {area.code for area in Area.objects.filter(code__in=["420198", "420199"])} == {"420199"}
    assert (places.at("420102").source, places.at("420103").source) == ("", "别的")


HANGS = {
    "year": "Something hangs on it: Years whose list is not decided yet (1).",
    "organisation": "Something hangs on it: Organisations (1).",
    "area below": "Other areas still lie in it.",
}


@pytest.mark.parametrize("use", ["", *HANGS])
def test_what_a_sheet_reopened_ends_again_only_where_nothing_hangs_on_it(places, wuhan, use, in_english):
    ended = ["420102", "420103"]
    Area.objects.filter(code__in=ended).update(valid_to=LAST)
    written = wuhan.write(*({"code": code, "valid_until": None} for code in ended))
    if use:
        uses(places, places.at("420102"))[use]()

    stays = wuhan.take_back(written)

    assert {row: str(problem.problem) for row, problem in stays.items()} == ({2: HANGS[use]} if use else {})
    assert [places.at(code).valid_to for code in ended] == [None if use else LAST, LAST]


def test_a_city_ends_again_with_what_lies_in_it_or_not_at_all(places, in_english):
    hubei = Door("areas", places.at("420000"), places.administrator)
    inside = Area.objects.within(places.at("420200"))
    inside.update(valid_to=LAST)
    written = hubei.write(*({"code": code, "valid_until": None} for code in inside.values_list("code", flat=True)))
    office = OrganisationFactory(area=places.at("420202"))

    stays = hubei.take_back(written)

    kept = {one.subject for one in written if one.row in stays}
    assert kept == {places.at("420200").pk, places.at("420202").pk}
    assert set(inside.filter(valid_to=None).values_list("pk", flat=True)) == kept
    office.delete()
    assert hubei.take_back([one for one in written if one.row in stays]) == {}
    assert not inside.filter(valid_to=None).exists()


def test_what_contradicts_what_was_done_since_stays(places, wuhan, in_english):
    merged, first, inner = places.at("420102"), places.at("420103"), places.at("420104")
    other = Area.objects.create(parent=merged.parent, code="420198", name_zh="另区", slug="ling", level=Level.COUNTY)
    Area.objects.filter(pk=merged.pk).update(valid_to=LAST, successor=other)
    Area.objects.filter(pk=first.pk).update(valid_from=date(2000, 1, 1))
    written = wuhan.write(
        {"code": "420102", "valid_until": None},
        {"code": "420103", "valid_from": date(1990, 1, 1)},
        {"code": "420104", "valid_until": LAST},
    )
    other.delete()
    Area.objects.filter(pk=first.pk).update(valid_to=date(1995, 1, 1))
    Area.objects.filter(code="420100").update(valid_to=LAST)
    before = everything()

    stays = wuhan.take_back(written)

    assert [str(stays[row].problem) for row in (2, 3, 4)] == [
        "The area into which it was merged is there no longer.", "It ends before it begins.", "Wuhan City has ended.",
    ]  # fmt: skip
    assert (everything(), places.at("420104").pk) == (before, inner.pk)


def test_into_which_it_was_merged_since_stays_with_what_is_not_taken_back(places, wuhan):
    written = wuhan.write({"code": "420102", "source": "政府公报"})
    Area.objects.filter(code="420102").update(valid_to=LAST, successor=places.at("420103"))

    assert wuhan.take_back(written) == {}
    area = places.at("420102")
    assert (area.source, area.valid_to, area.successor) == ("", LAST, places.at("420103"))


def test_what_is_gone_already_stays_so(places, wuhan, in_english):
    written = wuhan.write({"code": "420199", "name_zh": "新区"})
    assert wuhan.take_back(written) == {}

    assert [str(problem.problem) for problem in wuhan.take_back(written).values()] == [str(GONE.problem)]


def test_who_lost_the_right_takes_nothing_back(places, wuhan):
    written = wuhan.write({"code": "420102", "source": "政府公报"})
    wuhan.by = places.office

    assert list(wuhan.take_back(written)) == [2]
    assert places.at("420102").source == "政府公报"


def test_the_template_says_what_may_stand_there(wuhan, in_english):
    ((title, heads, rows),) = wuhan.handler.lists(wuhan.frame)

    assert (str(title), [str(head) for head in heads], len(rows)) == ("Levels", ["Level"], 4)
