from datetime import date, timedelta

import pytest
from django.utils import timezone

from livelihood.accounts.roles import Role
from livelihood.audit.models import Entry
from livelihood.cycles.models import Organisation
from livelihood.kernel.errors import Conflict, InvalidInput, NotAllowed
from livelihood.places import services
from tests.factories.frame import NOW, official, signed_in
from tests.places.conftest import KIND, known_as


def entry() -> Entry:
    return Entry.objects.order_by("-pk")[0]


def add(places, name, code="420100", **more):
    by = more.pop("by", places.administrator)
    return services.add_organisation(area=places.at(code), name_zh=name, kind=KIND, by=by, at=NOW, **more)


def test_an_organisation_is_entered_with_short_names(places):
    aliases = ["市教育局", "教育局", "市教育局", " ", "武汉市教育局"]
    unit = add(places, "武汉市教育局", aliases=aliases, by=places.office)

    assert (unit.name_zh, str(unit), unit.folded) == ("武汉市教育局", "武汉市教育局", "武汉市教育局")
    assert sorted(unit.aliases.values_list("name", flat=True)) == ["市教育局", "教育局"]
    assert (entry().act, entry().actor_id, entry().detail["aliases"]) == (
        "organisation.created", places.office.pk, ["市教育局", "教育局"],
    )  # fmt: skip


@pytest.mark.parametrize("name", ["武汉市教育局", "武汉市 教育局", "教育局", "\u200b教育局"])
def test_a_name_that_the_area_knows_already_is_refused_in_any_spelling(places, name):
    add(places, "武汉市教育局", aliases=["教育局"])

    with pytest.raises(Conflict):
        add(places, name)

    assert Organisation.objects.count() == 1
    assert add(places, name, code="420102").area.code == "420102"


WIDE_J = "\N{FULLWIDTH LATIN CAPITAL LETTER J}"


@pytest.mark.parametrize("typed", ["武汉市教育局", "教育局", "教 育 局", f"{WIDE_J}YJ", "jyj"])
def test_an_organisation_is_found_by_full_and_short_name_from_below(places, typed):
    unit = add(places, "武汉市教育局", aliases=["教育局", "JYJ"])
    add(places, "湖北省教育厅", code="420000", aliases=["省教育厅"])

    assert known_as(places, typed, "420102") == [unit]
    assert known_as(places, typed, "420200") == []


def test_the_nearest_comes_first(places):
    far = add(places, "湖北省教育厅", code="420000", aliases=["教育局"])
    near = add(places, "武汉市教育局", aliases=["教育局"])

    assert known_as(places, "教育局", "420102") == [near, far]


def test_short_names_alone_are_corrected_without_touching_the_rest(places):
    unit = add(places, "武汉市教育局", aliases=["教育局"])

    services.revise_organisation(organisation=unit, values={"aliases": ["市教育局"]}, by=places.office, at=NOW)

    assert (entry().detail["old"], entry().detail["new"]) == ({"aliases": ["教育局"]}, {"aliases": ["市教育局"]})
    number = Entry.objects.count()
    services.revise_organisation(organisation=unit, values={"aliases": ["市教育局"]}, by=places.office, at=NOW)
    assert Entry.objects.count() == number


def test_a_correction_writes_what_differs_and_keeps_the_rest(places):
    unit = add(places, "武汉市教育局", aliases=["教育局"], phone="027-82801234")
    above = add(places, "武汉市人民政府")

    services.revise_organisation(
        organisation=unit, values={"parent": above, "aliases": ["市教育局"]}, by=places.office, at=NOW
    )
    again = Entry.objects.count()
    same = {"parent": above, "phone": "027-82801234"}
    services.revise_organisation(organisation=unit, values=same, by=places.office, at=NOW)

    unit.refresh_from_db()
    assert (unit.parent, unit.phone, [alias.name for alias in unit.aliases.all()]) == (
        above,
        "027-82801234",
        ["市教育局"],
    )
    assert Entry.objects.count() == again
    assert entry().detail == {
        "old": {"parent": None, "aliases": ["教育局"]}, "new": {"parent": above.pk, "aliases": ["市教育局"]},
    }  # fmt: skip


def test_nothing_stands_above_itself_or_ends_before_it_begins(places):
    top = add(places, "甲")
    below = add(places, "乙", parent=top)

    services.end_organisation(organisation=top, last_day=date(2024, 1, 1), by=places.office, at=NOW, reason="机构改革")
    for values in ({"parent": below}, {"parent": top}, {"valid_from": date(2024, 2, 1)}):
        with pytest.raises(InvalidInput):
            services.revise_organisation(organisation=top, values=values, by=places.office, at=NOW)

    top.refresh_from_db()
    assert (top.parent, top.valid_from, top.valid_to) == (None, None, date(2024, 1, 1))


def test_one_that_ended_by_mistake_goes_on(places):
    unit = add(places, "甲")
    services.end_organisation(organisation=unit, last_day=date(2024, 1, 1), by=places.office, at=NOW)

    services.end_organisation(organisation=unit, last_day=None, by=places.office, at=NOW)

    unit.refresh_from_db()
    assert unit.valid_to is None
    assert entry().detail == {"old": "2024-01-01", "last_day": None}


def test_a_rename_keeps_the_old_name_in_sight_and_for_searches(places):
    unit = add(places, "武汉市教育局")

    services.rename_organisation(
        organisation=unit, name_zh="武汉市教育委员会", until=date(2024, 6, 30), by=places.office, at=NOW
    )

    unit.refresh_from_db()
    former = unit.former_names.get()
    assert (unit.name_zh, unit.folded) == ("武汉市教育委员会", "武汉市教育委员会")
    assert (former.name_zh, former.until) == ("武汉市教育局", date(2024, 6, 30))
    assert list(Organisation.objects.called("教育局")) == [unit]
    assert list(Organisation.objects.called("教\u2060育\ufe0f局")) == [unit]
    assert entry().detail == {"old": "武汉市教育局", "new": "武汉市教育委员会", "until": "2024-06-30"}


def test_one_that_ended_is_offered_no_more(places):
    unit = add(places, "武汉市教育局", valid_from=date(2020, 1, 1))

    with pytest.raises(InvalidInput):
        services.end_organisation(organisation=unit, last_day=date(2019, 1, 1), by=places.office, at=NOW)
    services.end_organisation(organisation=unit, last_day=date(2024, 6, 30), by=places.office, at=NOW)

    assert not Organisation.objects.valid_on(date(2024, 7, 1)).exists()
    assert list(Organisation.objects.valid_on(date(2024, 6, 30))) == [unit]


@pytest.mark.parametrize(
    ("where", "who", "may"),
    [
        ("420100", Role.LIVELIHOOD_OFFICE, True),
        ("420100", Role.ADMINISTRATOR, True),
        ("420000", Role.ADMINISTRATOR, True),
        ("420000", Role.LIVELIHOOD_OFFICE, False),
        ("420102", Role.LIVELIHOOD_OFFICE, False),
        ("420200", Role.LIVELIHOOD_OFFICE, False),
        ("420200", Role.ADMINISTRATOR, False),
        ("420100", Role.DEPARTMENT, False),
        ("420100", Role.AUDITOR, False),
    ],
)
def test_who_keeps_organisations(places, where, who, may):
    unit = add(places, "武汉市教育局")
    other = add(places, "武汉市体育局")
    somebody, count = official(who, places.at(where)), Entry.objects.count()
    day = date(2024, 6, 30)
    acts = [
        lambda: add(places, "新单位", by=somebody),
        lambda: services.revise_organisation(organisation=unit, values={"phone": "1"}, by=somebody, at=NOW),
        lambda: services.rename_organisation(organisation=unit, name_zh="新名", until=day, by=somebody, at=NOW),
        lambda: services.merge_organisation(organisation=unit, into=other, last_day=day, by=somebody, at=NOW),
        lambda: services.end_organisation(organisation=other, last_day=day, by=somebody, at=NOW),
    ]

    for act in acts:
        if may:
            act()
        else:
            with pytest.raises(NotAllowed):
                act()

    assert Entry.objects.count() - count == (5 if may else 0)


def test_it_belongs_to_one_of_its_own_area_or_above(places):
    unit = add(places, "武汉市教育局")
    above, below = add(places, "湖北省教育厅", code="420000"), add(places, "江岸区教育局", code="420102")
    gone = add(places, "武汉市旧局", valid_to=date(2020, 1, 1))
    services.merge_organisation(
        organisation=gone, into=unit, last_day=date(2020, 1, 1), by=places.administrator, at=NOW
    )
    gone.refresh_from_db()

    for parent in (below, gone):
        with pytest.raises(InvalidInput) as refused:
            services.revise_organisation(organisation=unit, values={"parent": parent}, by=places.office, at=NOW)
        assert refused.value.field == "parent"
        with pytest.raises(InvalidInput):
            add(places, "武汉市体育局", parent=parent)
    services.revise_organisation(organisation=unit, values={"parent": above}, by=places.office, at=NOW)

    unit.refresh_from_db()
    assert unit.parent == above
    assert add(places, "江岸区体育局", code="420102", parent=unit).parent == unit
    assert not Organisation.objects.filter(name_zh="武汉市体育局").exists()


def test_a_name_it_had_finds_it_and_a_short_name_that_becomes_the_full_one_is_none(places):
    unit = add(places, "武汉市文化局", aliases=["文旅局"])

    services.rename_organisation(organisation=unit, name_zh="文旅局", until=date(2024, 6, 30), by=places.office, at=NOW)

    assert known_as(places, "武汉市文化局", "420100") == [unit]
    assert list(unit.aliases.values_list("name", flat=True)) == ["武汉市文化局"]


def test_who_is_to_be_asked_stays_out_of_the_journal(places):
    unit = add(places, "武汉市教育局", contact="王小明", phone="027-82801234")
    services.revise_organisation(organisation=unit, values={"contact": "李小红"}, by=places.office, at=NOW)

    unit.refresh_from_db()
    assert unit.contact == "李小红"
    assert entry().detail == {"old": {"contact": "*"}, "new": {"contact": "*"}}
    assert not any(name in str(row.detail) for row in Entry.objects.all() for name in ("王小明", "李小红"))


def test_what_is_written_of_one_that_is_merged_or_named_alike_is_refused(places):
    unit, other = add(places, "武汉市文化局"), add(places, "武汉市文旅局")
    with pytest.raises(InvalidInput) as same:
        services.rename_organisation(
            organisation=unit, name_zh="武汉市文化局", until=date(2024, 6, 30), by=places.office, at=NOW
        )
    with pytest.raises(InvalidInput) as many:
        add(places, "武汉市体育局", aliases=[f"简称{number}" for number in range(21)])
    services.merge_organisation(organisation=unit, into=other, last_day=date(2024, 6, 30), by=places.office, at=NOW)

    with pytest.raises(Conflict):
        services.end_organisation(organisation=unit, last_day=date(2024, 7, 1), by=places.office, at=NOW)

    unit.refresh_from_db()
    assert (same.value.field, many.value.field, unit.valid_to) == ("name_zh", "aliases", date(2024, 6, 30))
    assert not Organisation.objects.filter(name_zh="武汉市体育局").exists()


def test_the_last_day_of_the_old_name_is_proposed(places):
    unit = places.unit("文化局")
    yesterday = timezone.localdate() - timedelta(days=1)

    for path in (f"/desk/wuhan/organisations/{unit.pk}/rename/", "/desk/wuhan/areas/rename/"):
        form = signed_in(places.keeper).get(path).context["form"]
        assert form["until"].value() == yesterday
