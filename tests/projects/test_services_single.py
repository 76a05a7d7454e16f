from datetime import date

import pytest

from livelihood.audit.models import Entry
from livelihood.kernel.errors import Conflict, InvalidInput, NotAllowed
from projects import services
from projects.models import IndicatorFigure, Site
from projects.site_table import SiteTable
from projects.states import Light, SiteState
from tests.projects.conftest import AT

pytestmark = pytest.mark.django_db


def cells(scene, **values):
    good = {
        "project": "1", "indicator": scene.indicator.name, "key": "B", "name": "二号点位", "area": scene.site.area.code,
        "due_on": "2025-05-30",
    }  # fmt: skip
    return {**good, **values}


def add(scene, by=None, **values):
    return services.add_site(cycle=scene.cycle, cells=cells(scene, **values), by=by or scene.office, at=AT)


def correct(scene, reason="地址写错", by=None, **values):
    given = SiteTable(scene.cycle).cells_of(scene.site) | values
    return services.correct_site(site=scene.site, cells=given, reason=reason, by=by or scene.office, at=AT)


def test_site_is_added_like_a_row_of_a_workbook(scene):
    site = add(scene, longitude="120.15", latitude="30.25", address="文苑路1号", organisation=scene.unit.name_zh)

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
        ({"area": "110101"}, "area"),
        ({"due_on": "2025-02-30"}, "due_on"),
        ({"due_on": "1999-01-01"}, "due_on"),
        ({"starts_on": "2025-06-30"}, "due_on"),
        ({"longitude": "120.1"}, "latitude"),
        ({"organisation": "没有这个单位"}, "organisation"),
        ({"indicator": "没有这个指标"}, "indicator"),
        ({"quantity_planned": "11"}, "quantity_planned"),
        ({"quantity_planned": "很多"}, "quantity_planned"),
    ],
)
def test_site_with_a_wrong_cell_is_not_added(scene, values, field):
    with pytest.raises(InvalidInput) as refusal:
        add(scene, **values)

    assert refusal.value.field == field
    assert (Site.objects.count(), Entry.objects.count()) == (1, 0)


def test_site_is_added_once_and_by_whom_may_import(scene):
    with pytest.raises(Conflict) as refusal:
        add(scene, key="A")
    with pytest.raises(NotAllowed):
        add(scene, by=scene.builder)

    assert refusal.value.field == "key"
    assert Site.objects.count() == 1


def test_site_is_corrected_and_the_journal_keeps_what_was_and_why(scene):
    old = scene.site.due_on

    site = correct(scene, address="文苑路2号", due_on="2025-08-01")

    assert (site.address, site.due_on, site.key, site.organisation) == (
        "文苑路2号", date(2025, 8, 1), "A", scene.unit,
    )  # fmt: skip
    entry = Entry.objects.get()
    assert (entry.act, entry.detail["reason"]) == ("site.corrected", "地址写错")
    assert entry.detail["old"] == {"address": "", "due_on": str(old)}
    assert entry.detail["new"] == {"address": "文苑路2号", "due_on": "2025-08-01"}


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
