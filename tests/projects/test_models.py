"""What the database itself refuses."""

from datetime import date
from decimal import Decimal
from threading import Event, Timer

import pytest
from django.db import IntegrityError, connection, transaction

from projects.models import (
    Acceptance,
    AcceptanceLine,
    Allocation,
    Indicator,
    IndicatorFigure,
    LightRule,
    Notice,
    ProgressReport,
    Project,
    Site,
)
from projects.states import CountedBy, IndicatorKind
from tests import databases
from tests.factories.frame import CountyFactory
from tests.factories.projects import AllocationFactory, IndicatorFactory, ProjectFactory, SiteFactory
from tests.projects.conftest import AT
from tests.threads import at_once

pytestmark = pytest.mark.django_db


def at_commit(act=lambda: None):
    """Act, then run the checks that wait for the commit."""
    act()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def test_site_may_not_name_a_project_of_another_year(scene):
    other = IndicatorFactory()

    foreign = {"indicator": other, "project": other.project, "cycle": scene.cycle}
    with (
        databases.as_superuser(),
        pytest.raises(IntegrityError, match="projects_site_project_of_cycle"),
        transaction.atomic(),
    ):
        at_commit(lambda: SiteFactory(**foreign, area=scene.site.area))


def test_site_may_not_name_an_indicator_of_another_project(scene):
    other = IndicatorFactory(project__cycle=scene.cycle)

    with (
        databases.as_superuser(),
        pytest.raises(IntegrityError, match="projects_site_indicator_of_project"),
        transaction.atomic(),
    ):
        at_commit(lambda: SiteFactory(indicator=other, project=scene.indicator.project, area=scene.site.area))


def test_sites_in_their_thousands_are_checked_like_one(scene):
    good = SiteFactory.build_batch(
        3, indicator=scene.indicator, project=scene.indicator.project, cycle=scene.cycle, area=scene.site.area
    )
    good[1].project_id = IndicatorFactory(project__cycle=scene.cycle).project_id

    with pytest.raises(IntegrityError, match="projects_site_indicator_of_project"), transaction.atomic():
        Site.objects.bulk_create(good)

    assert Site.objects.count() == 1


@databases.as_superuser()
def test_site_stays_in_its_project_and_year_and_its_indicator_changes_within(scene):
    beside = IndicatorFactory(project=scene.indicator.project)
    elsewhere = IndicatorFactory(project__cycle=scene.cycle)
    sites = Site.objects.filter(pk=scene.site.pk)

    assert sites.update(indicator=beside) == 1
    for change, name in (
        ({"indicator": elsewhere}, "indicator_of_project"),
        ({"indicator": elsewhere, "project": elsewhere.project}, "project_of_cycle"),
        ({"cycle": IndicatorFactory().project.cycle}, "project_of_cycle"),
    ):
        with pytest.raises(IntegrityError, match=f"projects_site_{name}"), transaction.atomic():
            sites.update(**change)

    assert sites.values_list("indicator", "project", "cycle").get() == (
        beside.pk, scene.indicator.project_id, scene.cycle.pk,
    )  # fmt: skip


@databases.as_superuser()
def test_what_a_site_names_neither_goes_nor_moves(scene):
    project, other = scene.indicator.project, IndicatorFactory(project__cycle=scene.cycle)
    rows = {
        Project.objects.filter(pk=project.pk): {"cycle": IndicatorFactory().project.cycle},
        Indicator.objects.filter(pk=scene.indicator.pk): {"project": other.project},
    }

    for row, move in rows.items():
        with pytest.raises(IntegrityError, match="is named by a site"), transaction.atomic():
            row._raw_delete(using="default")
        with pytest.raises(IntegrityError, match="is named by a site"), transaction.atomic():
            row.update(**move)
    other_row = Indicator.objects.filter(pk=other.pk)

    assert other_row.update(project=project) == 1
    assert other_row._raw_delete(using="default") == 1


@pytest.mark.django_db(transaction=True)
def test_an_indicator_does_not_go_while_a_site_of_it_comes(scene):
    free = IndicatorFactory(project=scene.indicator.project)
    is_named, may_end = Event(), Event()

    def name_it():
        with transaction.atomic():
            SiteFactory(indicator=free, area=scene.site.area)
            is_named.set()
            assert may_end.wait(10)

    def take_it_away():
        assert is_named.wait(10)
        Timer(0.3, may_end.set).start()  # by then the deletion waits for the lock
        with databases.as_superuser(), pytest.raises(IntegrityError, match="is named by a site"):
            Indicator.objects.filter(pk=free.pk)._raw_delete(using="default")

    assert at_once(name_it, take_it_away) == [None, None]
    assert Site.objects.filter(indicator=free).count() == 1


def test_notice_names_the_year_of_its_site(scene):
    given = {"site": scene.site, "site_due_on": date(2025, 5, 1), "issued_on": date(2025, 6, 1),
             "due_on": date(2025, 6, 8)}  # fmt: skip

    with pytest.raises(IntegrityError, match="another year"), transaction.atomic():
        Notice.objects.create(cycle=IndicatorFactory().project.cycle, **given)

    assert Notice.objects.create(cycle=scene.cycle, **given).pk


def test_site_key_is_unique_in_its_project(scene):
    with (
        databases.as_superuser(),
        pytest.raises(IntegrityError, match="projects_site_unique_key"),
        transaction.atomic(),
    ):
        SiteFactory(indicator=scene.indicator, key="A")

    assert SiteFactory(key="A").pk


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"due_on": date(2024, 12, 31)}, "due_after_start"),
        ({"quantity_done": Decimal(-1)}, "quantities_positive"),
        ({"longitude": Decimal(120)}, "whole_place"),
        ({"longitude": Decimal(181), "latitude": Decimal(30)}, "whole_place"),
        ({"state": "demolished"}, "state_known"),
        ({"light": "purple"}, "light_known"),
        ({"light_reason": "mood"}, "light_reason_known"),
    ],
)
def test_site_refuses_values_that_cannot_be(values, name):
    with databases.as_superuser(), pytest.raises(IntegrityError, match=f"projects_site_{name}"), transaction.atomic():
        SiteFactory(**values)


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"kind": IndicatorKind.RATE, "unit": "个", "counted_by": CountedBy.AREAS}, "rate_in_per_cent"),
        ({"kind": IndicatorKind.CAP}, "only_quantities_by_site"),
        ({"target": Decimal(-1)}, "target_positive"),
    ],
)
def test_indicator_refuses_values_that_cannot_be(values, name):
    with (
        databases.as_superuser(),
        pytest.raises(IntegrityError, match=f"projects_indicator_{name}"),
        transaction.atomic(),
    ):
        IndicatorFactory(**values)


def test_project_number_is_unique_in_its_year():
    project = ProjectFactory()

    with (
        databases.as_superuser(),
        pytest.raises(IntegrityError, match="projects_project_unique_number"),
        transaction.atomic(),
    ):
        ProjectFactory(cycle=project.cycle, number=project.number)


def test_light_rule_refuses_red_before_yellow(scene):
    with databases.as_superuser(), pytest.raises(IntegrityError, match="red_after_yellow"), transaction.atomic():
        LightRule.objects.create(cycle=scene.cycle, yellow_points=40)


def test_allocations_may_not_pass_the_target():
    indicator = IndicatorFactory(target=Decimal(15))
    AllocationFactory(indicator=indicator, target=Decimal(10))
    at_commit()

    with databases.as_superuser(), pytest.raises(IntegrityError, match="add up to 16"), transaction.atomic():
        at_commit(lambda: AllocationFactory(indicator=indicator, target=Decimal(6)))

    assert Allocation.objects.count() == 1


def test_target_may_not_fall_below_its_allocations():
    indicator = IndicatorFactory(target=Decimal(15))
    AllocationFactory(indicator=indicator, target=Decimal(10))

    with databases.as_superuser(), pytest.raises(IntegrityError, match="more than its target"), transaction.atomic():
        at_commit(lambda: Indicator.objects.filter(pk=indicator.pk).update(target=Decimal(9)))


@pytest.mark.parametrize("kind", [IndicatorKind.RATE, IndicatorKind.CAP])
def test_allocations_of_rates_and_caps_do_not_add_up(kind):
    indicator = IndicatorFactory(target=Decimal(15), kind=kind, unit="%", counted_by=CountedBy.AREAS)

    AllocationFactory.create_batch(2, indicator=indicator, target=Decimal(15))
    at_commit()

    assert Allocation.objects.count() == 2


def test_acts_are_append_only(scene):
    report = ProgressReport.objects.create(
        indicator=scene.indicator, site=scene.site, area=scene.site.area, quantity=1, reported_on=date(2025, 6, 1),
        idempotency_key="k", reported_at=AT, reported_by=scene.builder,
    )  # fmt: skip
    acceptance = Acceptance.objects.create(
        site=scene.site, is_passed=False, inspected_at=AT, inspected_by=scene.department
    )
    line = AcceptanceLine.objects.create(acceptance=acceptance, line=scene.lines[0], is_met=False)

    for row, change in ((report, {"quantity": 2}), (acceptance, {"is_passed": True}), (line, {"is_met": True})):
        rows = type(row)._default_manager.filter(pk=row.pk)
        with databases.as_superuser(), pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            rows.update(**change)
        with databases.as_superuser(), pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            rows._raw_delete(using="default")
        assert rows.exists()


def test_a_site_passes_inspection_once(scene):
    given = {"site": scene.site, "is_passed": True, "inspected_at": AT, "inspected_by": scene.department}
    Acceptance.objects.create(**given)

    with databases.as_superuser(), pytest.raises(IntegrityError, match="passed_once"), transaction.atomic():
        Acceptance.objects.create(**given)


def test_notice_comes_once_for_a_broken_date(scene):
    given = {"cycle": scene.cycle, "site": scene.site, "site_due_on": date(2025, 5, 1), "issued_on": date(2025, 6, 1),
             "due_on": date(2025, 6, 8)}  # fmt: skip
    Notice.objects.create(**given)

    with databases.as_superuser(), pytest.raises(IntegrityError, match="once_a_date"), transaction.atomic():
        Notice.objects.create(**given)


@databases.as_superuser()
def test_trigger_sums_up_every_way_a_site_is_written(scene):
    area = CountyFactory(parent=scene.cycle.area)
    extra = SiteFactory.create_batch(2, indicator=scene.indicator, area=area, quantity_planned=Decimal(3))
    Site.objects.filter(pk=extra[0].pk).update(state="under_way", quantity_done=Decimal(2), light="green")
    Site.objects.filter(pk=extra[1].pk).delete()

    figure = IndicatorFigure.objects.get(indicator=scene.indicator, area=area)
    assert (figure.sites, figure.done, figure.planned) == (1, Decimal(2), Decimal(3))
    assert (figure.sites_planned, figure.sites_under_way, figure.lights_grey, figure.lights_green) == (0, 1, 0, 1)
