from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from livelihood.audit.models import Entry
from livelihood.kernel.errors import Conflict, InvalidInput, NotAllowed
from livelihood.kernel.lights import Light
from projects import services
from projects.importers import STORED, SiteRow
from projects.models import IndicatorFigure, Site
from projects.states import SiteState
from tests.factories.frame import CountyFactory, OrganisationFactory
from tests.factories.projects import IndicatorFactory, StandardFactory
from tests.projects.conftest import AT

pytestmark = pytest.mark.django_db


def add(scene, by=None, **values):
    row = SiteRow(
        project_id=scene.indicator.project_id, indicator_id=scene.indicator.pk, key="B", name="二号点位", address="",
        area_id=scene.site.area_id, standard_id=None, organisation_id=None, longitude=None, latitude=None,
        starts_on=date(2025, 1, 1), due_on=date(2025, 5, 30), quantity_planned=None,
    )._replace(**values)  # fmt: skip
    return services.add_site(cycle=scene.cycle, row=row, by=by or scene.office, at=AT)


def correct(scene, reason="地址写错", by=None, **values):
    row = SiteRow(*(getattr(scene.site, column) for column in STORED))._replace(**values)
    return services.correct_site(site=scene.site, row=row, reason=reason, by=by or scene.office, at=AT)


def test_site_is_added_like_a_row_of_a_workbook(scene):
    point = {"longitude": Decimal("120.15"), "latitude": Decimal("30.25")}
    site = add(scene, address="文苑路1号", organisation_id=scene.unit.pk, **point)

    assert (site.key, site.project, site.area, site.organisation, site.address) == (
        "B", scene.indicator.project, scene.site.area, scene.unit, "文苑路1号",
    )  # fmt: skip
    assert (site.due_on, site.light) == (date(2025, 5, 30), Light.RED)
    assert IndicatorFigure.objects.get().sites == 2
    assert services.recount_figures() == []
    entry = Entry.objects.get()
    assert (entry.act, entry.subject_id, entry.actor_id) == ("site.added", str(site.pk), scene.office.pk)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "长" * 201}, "name"),
        ({"area_id": 0}, "area"),
        ({"due_on": date(1999, 1, 1), "starts_on": date(1998, 1, 1)}, "starts_on"),
        ({"due_on": date(2100, 1, 1)}, "due_on"),
        ({"starts_on": date(2025, 6, 30)}, "due_on"),
        ({"longitude": Decimal("120.1")}, "latitude"),
        ({"longitude": Decimal(200), "latitude": Decimal(30)}, "longitude"),
        ({"organisation_id": 0}, "organisation"),
        ({"standard_id": 0}, "standard"),
        ({"indicator_id": 0}, "indicator"),
        ({"project_id": 0}, "indicator"),
        ({"quantity_planned": Decimal(11)}, "quantity_planned"),
        ({"quantity_planned": Decimal(-1)}, "quantity_planned"),
    ],
)
def test_site_with_a_wrong_column_is_not_added(scene, values, field):
    with pytest.raises(InvalidInput) as refusal:
        add(scene, **values)

    assert refusal.value.field == field
    assert (Site.objects.count(), Entry.objects.count()) == (1, 0)


def test_site_by_hand_is_written_and_lit_alone(scene, django_assert_max_num_queries):
    Site.objects.update(light=Light.BLUE)  # as if the night had not come yet

    with django_assert_max_num_queries(40) as asked:
        add(scene)
        correct(scene, address="文苑路2号")
    statements = [query["sql"] for query in asked.captured_queries]

    assert dict(Site.objects.values_list("key", "light")) == {"A": Light.RED, "B": Light.RED}
    assert not any("incoming" in sql for sql in statements)
    assert all('."id" = ' in sql for sql in statements if sql.startswith('UPDATE "projects_site"'))


def test_site_of_another_year_or_area_names_nothing_here(scene):
    other = IndicatorFactory()

    for values, field in (
        ({"indicator_id": other.pk, "project_id": other.project_id}, "indicator"),
        ({"area_id": other.project.cycle.area_id}, "area"),
        ({"standard_id": StandardFactory().pk}, "standard"),
        ({"organisation_id": OrganisationFactory(area=CountyFactory(parent=scene.cycle.area)).pk}, "organisation"),
    ):
        with pytest.raises(InvalidInput) as refusal:
            add(scene, **values)
        assert refusal.value.field == field

    assert Site.objects.count() == 1


def test_site_is_added_once_and_by_whom_may_import(scene):
    with pytest.raises(Conflict) as refusal:
        add(scene, key="A")
    with pytest.raises(NotAllowed):
        add(scene, by=scene.builder)

    assert refusal.value.field == "key"
    assert Site.objects.count() == 1


def test_site_is_corrected_and_the_journal_keeps_what_was_and_why(scene):
    old = scene.site.due_on

    site = correct(scene, address="文苑路2号", due_on=date(2025, 8, 1))

    assert (site.address, site.due_on, site.key, site.organisation) == (
        "文苑路2号", date(2025, 8, 1), "A", scene.unit,
    )  # fmt: skip
    entry = Entry.objects.get()
    assert (entry.act, entry.detail["reason"]) == ("site.corrected", "地址写错")
    assert entry.detail["old"] == {"address": "", "due_on": str(old)}
    assert entry.detail["new"] == {"address": "文苑路2号", "due_on": "2025-08-01"}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_journal_of_a_correction_is_the_same_in_whatever_language_it_is_made(scene, language):
    old, new = scene.unit, OrganisationFactory(area=scene.cycle.area, name_en="Works")

    with translation.override(language):
        correct(scene, organisation_id=new.pk)

    detail = Entry.objects.get().detail
    assert (detail["old"], detail["new"]) == ({"organisation_id": old.pk}, {"organisation_id": new.pk})


@pytest.mark.parametrize(
    ("reason", "values", "field"),
    [("", {"address": "文苑路2号"}, "reason"), ("更正", {}, None), ("更正", {"key": "B"}, "key")],
)
def test_correction_refuses_without_reason_or_change(scene, reason, values, field):
    with pytest.raises(InvalidInput) as refusal:
        correct(scene, reason, **values)

    scene.site.refresh_from_db()
    assert (refusal.value.field, scene.site.address, Entry.objects.count()) == (field, "", 0)


def test_completed_site_is_not_corrected(scene):
    Site.objects.update(state=SiteState.COMPLETED)

    with pytest.raises(InvalidInput):
        correct(scene, address="文苑路2号")
    with pytest.raises(NotAllowed):
        correct(scene, address="文苑路2号", by=scene.supervisor)

    assert Site.objects.get().address == ""
