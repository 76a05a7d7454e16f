from datetime import date

import pytest

from livelihood.accounts import selectors as accounts
from livelihood.accounts.models import Mandate
from livelihood.accounts.roles import Role
from livelihood.audit.models import Entry
from livelihood.cycles import selectors as cycles
from livelihood.cycles.states import Phase
from livelihood.kernel.errors import Conflict, InvalidInput
from livelihood.places import services
from projects.models import Project, Site
from proposals.models import Candidate
from tests.factories.frame import NOW, TODAY, CycleFactory, MandateFactory, official
from tests.factories.projects import IndicatorFactory, ProjectFactory, SiteFactory
from tests.factories.proposals import CandidateFactory
from tests.factories.voting import freeze
from tests.places.conftest import known_as

LAST = date(2024, 10, 31)


def merge(places, old, new, last_day=LAST, by=None):
    by = by or places.office
    return services.merge_organisation(organisation=old, into=new, last_day=last_day, by=by, at=NOW, reason="机构改革")


def delivery(places, unit, phase):
    year = {Phase.DELIVER: 2025, Phase.CLOSED: 2023}[phase]
    cycle = CycleFactory(area=places.at("420100"), year=year, phase=Phase.DELIVER)
    project = ProjectFactory(cycle=cycle, lead_organisation=unit)
    site = SiteFactory(indicator=IndicatorFactory(project=project), area=places.at("420102"), organisation=unit)
    cycle.phase = phase
    cycle.save(update_fields=["phase"])
    return project, site


def test_what_is_under_way_goes_over_and_what_is_closed_keeps_its_name(places):
    old, new = places.unit("文化局"), places.unit("文旅局")
    project, site = delivery(places, old, Phase.DELIVER)
    closed_project, closed_site = delivery(places, old, Phase.CLOSED)
    candidate = CandidateFactory(cycle=CycleFactory(area=old.area, year=2026, phase=Phase.PLAN), lead_organisation=old)

    assert merge(places, old, new) == new

    assert {row.pk: row.lead_organisation for row in Project.objects.all()} == {project.pk: new, closed_project.pk: old}
    assert {row.pk: row.organisation for row in Site.objects.all()} == {site.pk: new, closed_site.pk: old}
    candidate.refresh_from_db()
    assert candidate.lead_organisation == new
    old.refresh_from_db()
    assert (old.valid_to, old.merged_into) == (LAST, new)
    entry = Entry.objects.get(act="organisation.merged")
    assert (entry.subject_id, entry.actor_id) == (str(old.pk), places.office.pk)
    assert entry.detail == {
        "into": new.pk,
        "last_day": "2024-10-31",
        "old": {"valid_to": None},
        "moved": {"candidates": [candidate.pk], "projects": [project.pk], "sites": [site.pk]},
        "reason": "机构改革",
        "hanging": {"candidates": 1, "projects": 1, "sites": 1},
    }


def test_a_frozen_list_names_who_led_it_then(places):
    cycle = CycleFactory(area=places.at("420100"), year=2026, phase=Phase.DECIDE)
    freeze(cycle, 1)
    lead = Candidate.objects.get(cycle=cycle).lead_organisation
    new = places.unit("文旅局", lead.area.code)

    merge(places, lead, new, by=official(Role.ADMINISTRATOR, lead.area))

    assert Candidate.objects.get(cycle=cycle).lead_organisation == lead


def test_mandates_go_on_in_the_other(places):
    old, new = places.unit("文化局"), places.unit("文旅局")
    running = MandateFactory(area=old.area, organisation=old, role=Role.DEPARTMENT, ends_on=date(2025, 12, 31))
    over = MandateFactory(area=old.area, organisation=old, role=Role.DEPARTMENT, ends_on=date(2023, 12, 31))

    merge(places, old, new)

    running.refresh_from_db()
    assert running.ends_on == LAST
    later = Mandate.objects.get(organisation=new)
    assert (later.user, later.role, later.starts_on, later.ends_on) == (
        running.user, Role.DEPARTMENT, date(2024, 11, 1), date(2025, 12, 31),
    )  # fmt: skip
    assert accounts.organisations_of(running.user, NOW) == {new.pk}
    over.refresh_from_db()
    assert (over.organisation, over.ends_on) == (old, date(2023, 12, 31))


def test_whoever_holds_a_mandate_of_both_holds_one(places):
    old, new = places.unit("文化局"), places.unit("文旅局")
    mandate = MandateFactory(area=old.area, organisation=old, role=Role.DEPARTMENT)
    alike = {"user": mandate.user, "area": old.area, "role": Role.DEPARTMENT}
    MandateFactory(**alike, organisation=new, starts_on=date(2024, 11, 1))

    merge(places, old, new)

    assert Mandate.objects.filter(user=mandate.user, organisation=new).count() == 1


def test_what_belongs_to_it_belongs_to_the_other_and_names_lead_there(places):
    old, new = places.unit("文化局"), places.unit("文旅局")
    below = places.unit("文化站", parent=old)
    new.parent = old
    new.save(update_fields=["parent"])

    merge(places, old, new)
    third = places.unit("文体旅局")
    merge(places, new, third)

    below.refresh_from_db()
    new.refresh_from_db()
    old.refresh_from_db()
    assert (below.parent, new.parent) == (third, None)
    assert (old.merged_into, new.merged_into) == (third, third)
    assert known_as(places, "文化局", "420102") == [third]


def test_what_cannot_be_merged(places):
    old, new, gone = places.unit("文化局"), places.unit("文旅局"), places.unit("旧局", valid_to=date(2020, 1, 1))
    began = places.unit("新局", valid_from=TODAY)

    for one, other, day, error in [
        (old, old, LAST, InvalidInput),
        (old, gone, LAST, Conflict),
        (old, new, TODAY, InvalidInput),
        (began, new, LAST, InvalidInput),
    ]:
        with pytest.raises(error):
            merge(places, one, other, day)
    merge(places, old, new)
    with pytest.raises(Conflict):
        merge(places, old, began)

    assert Entry.objects.filter(act="organisation.merged").count() == 1


def test_who_belongs_to_it_through_another_takes_its_place_and_nobody_stands_above_themselves(places):
    top = places.unit("湖北省文化厅", "420000")
    old = places.unit("文化局", parent=top)
    between = places.unit("文化馆", parent=old)
    new = places.unit("文旅局", parent=between)

    merge(places, old, new)

    between.refresh_from_db()
    new.refresh_from_db()
    assert (between.parent, new.parent) == (new, top)


def test_a_list_that_is_handed_over_later_names_the_one_that_goes_on(places):
    old, new = places.unit("文化局"), places.unit("文旅局")

    merge(places, old, new)

    assert cycles.heirs([old.pk, new.pk]) == {old.pk: new.pk}
    assert (cycles.standing(old), cycles.standing(new)) == (new, new)
