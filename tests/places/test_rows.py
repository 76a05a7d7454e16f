from datetime import date

import pytest

from livelihood.audit.models import Entry
from livelihood.cycles.models import Area, Organisation
from livelihood.cycles.states import Level, OrganisationKind
from livelihood.kernel.errors import Conflict, InvalidInput, NotAllowed
from livelihood.places import services
from tests.factories.frame import NOW


def area(places, code, **values):
    return services.write_area(code=code, values=values, by=places.administrator, at=NOW)


def unit(places, name, **values):
    return services.write_organisation(area=places.at("420100"), name_zh=name, values=values, by=places.office, at=NOW)


def test_a_new_row_is_an_area_of_the_level_that_its_code_says(places):
    for code, parent, level in [
        ("420102901", "420102", Level.TOWNSHIP),
        ("429099", "420000", Level.COUNTY),
        ("429900", "420000", Level.CITY),
        ("420199", "420100", Level.COUNTY),
    ]:
        written = area(places, code, name_zh=f"新{code}", parent=places.at(parent), longitude=None, source="")

        assert (written.row.level, written.row.parent.code) == (level, parent)
        assert (written.is_new, written.is_changed) == (True, True)


def test_a_known_code_is_corrected_renamed_and_ended_by_what_the_row_has(places):
    same = area(places, "420102", name_zh="江岸区", parent=places.at("420100"))
    count = Entry.objects.count()
    again = area(places, "420102", name_en=None)
    renamed = area(places, "420102", name_zh="江区", source="政府公报")
    ended = area(places, "420102", valid_to=date(2024, 12, 31))

    assert [one.is_changed for one in (same, again, renamed, ended)] == [False, False, True, True]
    assert [entry.act for entry in Entry.objects.order_by("pk")[count:]] == [
        "area.revised", "area.renamed", "area.ended",
    ]  # fmt: skip
    row = places.at("420102")
    assert (row.name_zh, row.source, row.valid_to) == ("江区", "政府公报", date(2024, 12, 31))
    assert row.former_names.get().until == date(2024, 10, 31)


@pytest.mark.parametrize(
    ("code", "values", "field"),
    [
        ("420102", {"parent": "420200"}, "parent"),
        ("420102", {"level": Level.CITY}, "level"),
        ("420102901", {"name_zh": "某街道"}, "parent"),
        ("420102901", {"parent": "420102"}, "name_zh"),
    ],
)
def test_a_row_that_would_move_an_area_or_says_too_little_is_refused(places, code, values, field):
    count = Entry.objects.count()
    if "parent" in values:
        values = values | {"parent": places.at(values["parent"])}

    with pytest.raises(InvalidInput) as refused:
        area(places, code, **values)

    assert refused.value.field == field
    assert Entry.objects.count() == count
    assert Area.objects.filter(code="420102901").count() == 0


def test_a_row_of_another_area_is_refused(places):
    with pytest.raises(NotAllowed):
        services.write_area(code="420200", values={"name_en": "X"}, by=places.keeper, at=NOW)
    with pytest.raises(NotAllowed):
        services.write_organisation(area=places.at("420200"), name_zh="教育局", values={}, by=places.office, at=NOW)

    assert not Organisation.objects.exists()


def test_an_organisation_is_added_once_and_found_by_a_short_name(places):
    first = unit(places, "武汉市教育局", aliases=["教育局"], phone="027-82801234", kind=OrganisationKind.DEPARTMENT)
    again = unit(places, "教育局", aliases=["市教育局"], phone="")
    same = unit(places, "武汉市 教育局", aliases=["教育局"], phone=None)

    assert [(one.row, one.is_new, one.is_changed) for one in (first, again, same)] == [
        (first.row, True, True), (first.row, False, True), (first.row, False, False),
    ]  # fmt: skip
    row = Organisation.objects.get()
    assert (row.name_zh, row.phone) == ("武汉市教育局", "027-82801234")
    assert sorted(row.aliases.values_list("name", flat=True)) == ["市教育局", "教育局"]


def test_a_short_name_of_another_is_refused(places):
    unit(places, "武汉市教育局", aliases=["教育局"])

    with pytest.raises(Conflict):
        unit(places, "武汉市体育局", aliases=["教育局"])

    assert Organisation.objects.count() == 1
