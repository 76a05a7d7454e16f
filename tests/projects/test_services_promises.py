from datetime import date
from decimal import Decimal

import pytest

from livelihood.audit.models import Entry
from livelihood.cycles.states import Phase
from livelihood.kernel.errors import Conflict, InvalidInput, NotAllowed, NotReady
from projects import services
from projects.models import Allocation, Indicator, IndicatorFigure, ProgressReport, Project
from projects.states import CountedBy, IndicatorKind, ProjectKind, ProjectState, SiteState
from tests.factories.frame import AspectFactory, CountyFactory
from tests.factories.projects import AllocationFactory, IndicatorFactory, SiteFactory, office
from tests.projects.conftest import AT

pytestmark = pytest.mark.django_db


def acts():
    return list(Entry.objects.order_by("pk").values_list("act", flat=True))


def add(scene, **values):
    given = {
        "cycle": scene.cycle, "number": 7, "aspect": AspectFactory(cycle=scene.cycle), "title": "口袋公园",
        "content": "", "kind": ProjectKind.HARDWARE, "lead_organisation": scene.lead,
        "by": scene.office, "at": AT, "source": "报告",
    }  # fmt: skip
    return services.add_project(**{**given, **values})


def test_add_project_puts_it_on_the_list(scene):
    project = add(scene)

    assert (project.number, project.title, project.state, project.source) == (
        7,
        "口袋公园",
        ProjectState.ACTIVE,
        "报告",
    )
    assert acts() == ["project.added"]


def test_add_project_refuses_taken_number_foreign_aspect_and_strangers(scene):
    for error, values in (
        (Conflict, {"number": 1}),
        (InvalidInput, {"aspect": AspectFactory()}),
        (NotAllowed, {"by": scene.department}),
    ):
        with pytest.raises(error):
            add(scene, **values)

    assert Project.objects.for_cycle(scene.cycle).count() == 1
    assert acts() == []


@pytest.mark.parametrize("phase", [Phase.SOLICIT, Phase.PLAN, Phase.DECIDE, Phase.CLOSED])
def test_add_project_refuses_other_phases(scene, phase):
    scene.cycle.phase = phase
    scene.cycle.save(update_fields=["phase"])

    with pytest.raises(NotAllowed):
        add(scene)

    assert Project.objects.for_cycle(scene.cycle).count() == 1


def add_indicator(scene, **values):
    given = {
        "project": scene.indicator.project, "name": "床位", "unit": "张", "kind": IndicatorKind.ADDITIVE,
        "counted_by": CountedBy.SITES, "target": Decimal(5), "by": scene.office, "at": AT,
    }  # fmt: skip
    return services.add_indicator(**{**given, **values})


def test_add_indicator_numbers_it_within_the_project(scene):
    indicator = add_indicator(scene, target=None)

    assert (indicator.number, indicator.target) == (scene.indicator.number + 1, None)
    assert acts() == ["indicator.added"]


@pytest.mark.parametrize(
    ("error", "values"),
    [
        (InvalidInput, {"kind": IndicatorKind.RATE, "unit": "%"}),
        (InvalidInput, {"kind": IndicatorKind.CAP}),
        (InvalidInput, {"kind": IndicatorKind.RATE, "counted_by": CountedBy.AREAS}),
        (Conflict, {"name": None}),
    ],
)
def test_add_indicator_refuses_what_does_not_add_up(scene, error, values):
    if values.get("name", "") is None:
        values = {"name": scene.indicator.name}

    with pytest.raises(error):
        add_indicator(scene, **values)

    assert Indicator.objects.count() == 1


def change(scene, **values):
    given = {"name": "新名", "unit": "处", "kind": IndicatorKind.ADDITIVE, "counted_by": CountedBy.SITES,
             "target": Decimal(20), "by": scene.office, "at": AT}  # fmt: skip
    return services.change_indicator(indicator=scene.indicator, **{**given, **values})


def test_change_indicator_keeps_old_and_new_in_the_journal(scene):
    change(scene)

    scene.indicator.refresh_from_db()
    assert (scene.indicator.name, scene.indicator.target) == ("新名", Decimal(20))
    assert Entry.objects.get().detail["old"]["target"] == "10"


def test_change_indicator_refuses_after_reports_below_shares_and_under_sites(scene):
    AllocationFactory(indicator=scene.indicator, target=Decimal(8))
    with pytest.raises(InvalidInput):
        change(scene, target=Decimal(7))
    with pytest.raises(Conflict):
        change(scene, counted_by=CountedBy.AREAS)
    ProgressReport.objects.create(
        indicator=scene.indicator, site=scene.site, area=scene.site.area, quantity=1, reported_on=date(2025, 6, 1),
        idempotency_key="k", reported_at=AT, reported_by=scene.builder,
    )  # fmt: skip
    with pytest.raises(Conflict):
        change(scene)

    scene.indicator.refresh_from_db()
    assert (scene.indicator.target, scene.indicator.counted_by) == (Decimal(10), CountedBy.SITES)


def test_allocate_indicator_gives_changes_and_takes_shares(scene):
    one, two = (CountyFactory(parent=scene.cycle.area) for _ in range(2))

    services.allocate_indicator(
        indicator=scene.indicator, targets={one: Decimal(4), two: Decimal(6)}, by=scene.office, at=AT
    )
    services.allocate_indicator(indicator=scene.indicator, targets={one: Decimal(3), two: None}, by=scene.office, at=AT)

    assert dict(Allocation.objects.values_list("area", "target")) == {one.pk: Decimal(3)}
    assert acts() == ["indicator.allocated"] * 2


def test_allocate_indicator_refuses_too_much_and_foreign_areas(scene):
    one, two = (CountyFactory(parent=scene.cycle.area) for _ in range(2))

    for targets in ({one: Decimal(5), two: Decimal("5.0001")}, {CountyFactory(): Decimal(1)}):
        with pytest.raises(InvalidInput):
            services.allocate_indicator(indicator=scene.indicator, targets=targets, by=scene.office, at=AT)  # type: ignore[arg-type]
    with pytest.raises(NotAllowed):
        services.allocate_indicator(indicator=scene.indicator, targets={one: Decimal(1)}, by=scene.department, at=AT)

    assert Allocation.objects.count() == 0
    assert acts() == []


def test_allocate_indicators_writes_all_or_none(scene):
    area = CountyFactory(parent=scene.cycle.area)
    second = IndicatorFactory(project=scene.indicator.project, target=Decimal(1))

    with pytest.raises(InvalidInput):
        services.allocate_indicators(
            shares={scene.indicator: {area: Decimal(1)}, second: {area: Decimal(2)}}, by=scene.office, at=AT
        )

    assert Allocation.objects.count() == 0


def test_close_out_project_names_everything_that_is_missing(scene):
    with pytest.raises(NotReady) as refusal:
        services.close_out_project(project=scene.indicator.project, by=scene.office, at=AT)

    assert len(refusal.value.issues) == 2  # the site, and the target
    scene.indicator.project.refresh_from_db()
    assert scene.indicator.project.state == ProjectState.ACTIVE


def test_close_out_project_closes_a_kept_promise_once(scene):
    scene.site.state, scene.site.quantity_done = SiteState.ACCEPTED, Decimal(10)
    scene.site.save(update_fields=["state", "quantity_done"])

    project = services.close_out_project(project=scene.indicator.project, by=scene.office, at=AT)

    assert project.state == ProjectState.CLOSED_OUT
    with pytest.raises(NotAllowed):
        services.close_out_project(project=project, by=scene.office, at=AT)
    assert acts() == ["project.closed_out"]


def test_close_out_project_needs_an_indicator(scene):
    empty = add(scene)

    with pytest.raises(NotReady):
        services.close_out_project(project=empty, by=scene.office, at=AT)


def test_figures_of_a_site_stand_where_the_site_stands(scene):
    SiteFactory(indicator=scene.indicator, area=scene.site.area, quantity_planned=Decimal(2))

    figure = IndicatorFigure.objects.get()
    assert (figure.area_id, figure.sites, figure.planned) == (scene.site.area_id, 2, Decimal(12))


def test_office_of_another_area_may_nothing(scene):
    abroad = office(SiteFactory().cycle)

    with pytest.raises(NotAllowed):
        add(scene, by=abroad)
    with pytest.raises(NotAllowed):
        add_indicator(scene, by=abroad)
    with pytest.raises(NotAllowed):
        change(scene, by=abroad)
    with pytest.raises(NotAllowed):
        services.close_out_project(project=scene.indicator.project, by=abroad, at=AT)
    assert acts() == []
