from datetime import date
from decimal import Decimal

import pytest

from livelihood.audit.models import Entry
from livelihood.kernel.errors import Conflict, InvalidInput, NotAllowed
from livelihood.kernel.lights import Light
from projects import services
from projects.models import IndicatorFigure, ProgressReport
from projects.services import GridRefused, SiteEntry
from projects.states import CountedBy, IndicatorKind, LightReason, SiteState
from tests.factories.frame import CountyFactory
from tests.factories.projects import AllocationFactory, IndicatorFactory, SiteFactory
from tests.projects.conftest import AT
from tests.threads import at_once

pytestmark = pytest.mark.django_db

DAY = date(2025, 6, 1)


def report(scene, *entries, **values):
    given = {"entries": entries, "reported_on": DAY, "idempotency_key": "k", "by": scene.builder, "at": AT}
    return services.report_sites(**{**given, **values})


def grid(scene, *entries, **values):
    given = {"entries": entries, "reported_on": DAY, "idempotency_key": "k", "by": scene.builder, "at": AT}
    return services.report_grid(**{**given, **values})


def entry(site, quantity, **values):
    return SiteEntry(site.pk, Decimal(quantity), **values)


def test_report_starts_the_site_and_turns_figure_and_light(scene):
    report(scene, entry(scene.site, 5))

    scene.site.refresh_from_db()
    assert (scene.site.state, scene.site.quantity_done, scene.site.reported_on) == (SiteState.UNDER_WAY, 5, DAY)
    assert (scene.site.light, scene.site.light_reason) == (Light.GREEN, LightReason.ON_PLAN)
    figure = IndicatorFigure.objects.get()
    assert (figure.done, figure.sites_under_way, figure.lights_green) == (5, 1, 1)
    assert list(Entry.objects.values_list("act", "subject_id")) == [("site.reported", str(scene.site.pk))]


def test_report_of_nothing_done_leaves_the_site_planned(scene):
    report(scene, entry(scene.site, 0))

    scene.site.refresh_from_db()
    assert (scene.site.state, scene.site.reported_on) == (SiteState.PLANNED, DAY)


def test_report_may_complete_a_site_that_never_started(scene):
    report(scene, entry(scene.site, 10, is_completed=True))

    scene.site.refresh_from_db()
    assert (scene.site.state, scene.site.light_reason) == (SiteState.COMPLETED, LightReason.COMPLETED)


def test_reaching_the_quantity_does_not_complete_a_site(scene):
    report(scene, entry(scene.site, 10))

    scene.site.refresh_from_db()
    assert scene.site.state == SiteState.UNDER_WAY


def test_report_sent_twice_is_one_report(scene):
    first = report(scene, entry(scene.site, 5, is_completed=True))

    again = report(scene, entry(scene.site, 5, is_completed=True))

    assert [one.pk for one in again] == [one.pk for one in first]
    assert (ProgressReport.objects.count(), Entry.objects.count()) == (1, 1)


def test_report_refuses_a_key_that_stood_for_other_figures(scene):
    report(scene, entry(scene.site, 5))

    with pytest.raises(Conflict):
        report(scene, entry(scene.site, 6))

    scene.site.refresh_from_db()
    assert scene.site.quantity_done == 5


@pytest.mark.parametrize(
    ("quantity", "values"),
    [(-1, {}), (5, {"reported_on": date(2025, 6, 2)}), (3, {}), (5, {"reported_on": date(2025, 5, 30)})],
)
def test_report_refuses_wrong_figures_and_days(scene, quantity, values):
    report(scene, entry(scene.site, 4), idempotency_key="before", reported_on=date(2025, 5, 31))

    with pytest.raises(GridRefused):
        report(scene, entry(scene.site, quantity), **values)

    scene.site.refresh_from_db()
    assert (scene.site.quantity_done, ProgressReport.objects.count()) == (4, 1)


def test_report_of_less_needs_its_reason(scene):
    report(scene, entry(scene.site, 4), idempotency_key="before")

    report(scene, entry(scene.site, 3, note="重新测量"))

    scene.site.refresh_from_db()
    assert scene.site.quantity_done == 3
    assert IndicatorFigure.objects.get().done == 3


def test_grid_is_kept_as_a_whole_or_not_at_all(scene):
    other = SiteFactory(indicator=scene.indicator, organisation=scene.unit)
    foreign = SiteFactory(indicator=scene.indicator)

    with pytest.raises(GridRefused) as refusal:
        report(scene, entry(scene.site, 5), entry(other, -1), SiteEntry(10**9, Decimal(1)), entry(foreign, 1))

    assert set(refusal.value.errors) == {other.pk, 10**9, foreign.pk}
    assert ProgressReport.objects.count() == 0
    assert IndicatorFigure.objects.filter(done__gt=0).count() == 0


def test_grid_keeps_what_is_right_and_names_the_rest(scene):
    other = SiteFactory(indicator=scene.indicator, organisation=scene.unit)
    lines = [entry(scene.site, 5), entry(other, -1)]

    outcome = grid(scene, *lines)

    assert [one.site_id for one in outcome.reports] == [scene.site.pk]
    assert {pk: one.asks_to_confirm for pk, one in outcome.refused.items()} == {other.pk: False}
    assert list(ProgressReport.objects.values_list("site", "quantity")) == [(scene.site.pk, 5)]
    other.refresh_from_db()
    assert (other.state, other.quantity_done) == (SiteState.PLANNED, 0)

    again = grid(scene, *lines)
    assert (again.reports, ProgressReport.objects.count()) == (outcome.reports, 1)

    corrected = grid(scene, entry(other, 1))
    assert ([one.site_id for one in corrected.reports], corrected.refused) == ([other.pk], {})
    assert ProgressReport.objects.count() == 2


@pytest.mark.parametrize(
    ("planned", "target", "quantity", "is_asked"),
    [(10, 10, "10", False), (10, 10, "10.0001", True), (None, 10, 11, True), (None, None, 10**9, False)],
)
def test_site_asks_about_more_than_is_planned(scene, planned, target, quantity, is_asked):
    scene.site.quantity_planned, scene.indicator.target = planned, target
    scene.site.save(update_fields=["quantity_planned"])
    scene.indicator.save(update_fields=["target"])

    outcome = grid(scene, entry(scene.site, quantity))

    assert [one.asks_to_confirm for one in outcome.refused.values()] == [True] * is_asked
    assert ProgressReport.objects.count() == (not is_asked)


def test_site_asks_once_about_the_same_number(scene):
    grid(scene, entry(scene.site, 20, is_confirmed=True), idempotency_key="before")

    outcome = grid(scene, entry(scene.site, 20, is_completed=True))

    assert (len(outcome.reports), outcome.refused) == (1, {})


def test_grid_reports_many_sites_at_once(scene):
    others = SiteFactory.create_batch(3, indicator=scene.indicator, organisation=scene.unit)

    report(scene, *(entry(site, 2) for site in [scene.site, *others]))

    assert sum(IndicatorFigure.objects.values_list("done", flat=True)) == 8
    assert Entry.objects.count() == 4


@pytest.mark.parametrize("who", ["office", "supervisor", "stranger"])
def test_report_refuses_who_does_not_answer_for_the_site(scene, who):
    with pytest.raises(GridRefused):
        report(scene, entry(scene.site, 5), by=getattr(scene, who))

    assert ProgressReport.objects.count() == 0


def test_report_by_the_leading_department(scene):
    report(scene, entry(scene.site, 5), by=scene.department)

    assert ProgressReport.objects.get().reported_by == scene.department


@pytest.mark.parametrize("state", [SiteState.COMPLETED, SiteState.ACCEPTED])
def test_report_refuses_completed_sites(scene, state):
    scene.site.state = state
    scene.site.save(update_fields=["state"])

    with pytest.raises(GridRefused):
        report(scene, entry(scene.site, 5))

    assert ProgressReport.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_reports_for_one_site_at_once_leave_one_sum(scene):
    site_count, rounds = 4, 5
    sites = [scene.site, *SiteFactory.create_batch(3, indicator=scene.indicator, organisation=scene.unit)]

    for turn in range(rounds):
        answers = at_once(
            *(
                lambda turn=turn, copy=copy, order=order: services.report_sites(
                    entries=[entry(site, turn + copy + 1, note="x") for site in sites[::order]],
                    reported_on=DAY,
                    idempotency_key=f"{turn}-{copy}",
                    by=scene.builder,
                    at=AT,
                )
                for copy, order in ((0, 1), (1, -1), (2, 1))
            )
        )
        assert [type(answer) for answer in answers] == [list] * 3

    assert services.recount_figures() == []
    assert ProgressReport.objects.count() == site_count * 3 * rounds


@pytest.mark.django_db(transaction=True)
def test_one_form_sent_by_two_clicks_is_one_report(scene):
    answers = at_once(*[lambda: report(scene, entry(scene.site, 5))] * 5)

    assert [type(answer) for answer in answers] == [list] * 5
    assert ProgressReport.objects.count() == 1


def measured(scene, **values):
    return IndicatorFactory(project=scene.indicator.project, counted_by=CountedBy.AREAS, **values)


def report_area(scene, indicator, area, quantity, **values):
    given = {"base": None, "reported_on": DAY, "idempotency_key": "k", "by": scene.department, "at": AT}
    return services.report_area(indicator=indicator, area=area, quantity=Decimal(quantity), **{**given, **values})


def test_report_area_keeps_the_newest_figure(scene):
    area = CountyFactory(parent=scene.cycle.area)
    indicator = measured(scene)

    report_area(scene, indicator, area, 5, idempotency_key="1")
    report_area(scene, indicator, area, 7, idempotency_key="2")

    assert IndicatorFigure.objects.get(indicator=indicator).done == 7
    assert ProgressReport.objects.count() == 2
    assert services.recount_figures() == []


def test_report_area_of_a_rate_keeps_its_denominator(scene):
    indicator = measured(scene, kind=IndicatorKind.RATE, unit="%")

    report_area(scene, indicator, scene.cycle.area, 45, base=Decimal(60))

    figure = IndicatorFigure.objects.get(indicator=indicator)
    assert (figure.done, figure.base) == (45, 60)


def test_report_area_sent_twice_is_one_report(scene):
    indicator = measured(scene)

    assert report_area(scene, indicator, scene.cycle.area, 5) == report_area(scene, indicator, scene.cycle.area, 5)
    with pytest.raises(Conflict):
        report_area(scene, indicator, scene.cycle.area, 6)
    assert ProgressReport.objects.count() == 1


def test_report_area_refuses_to_count_the_whole_and_its_parts(scene):
    area = CountyFactory(parent=scene.cycle.area)
    indicator, limit = measured(scene), measured(scene, kind=IndicatorKind.CAP)
    report_area(scene, indicator, area, 5, idempotency_key="1")
    report_area(scene, limit, area, 5, idempotency_key="2")

    with pytest.raises(Conflict):
        report_area(scene, indicator, scene.cycle.area, 9)
    report_area(scene, limit, scene.cycle.area, 9)

    assert IndicatorFigure.objects.get(indicator=indicator).done == 5


@pytest.mark.parametrize(
    "values", [{"base": Decimal(1)}, {"reported_on": date(2025, 6, 2)}, {"quantity": -1}, {"quantity": 3}]
)
def test_report_area_refuses_wrong_figures(scene, values):
    indicator = measured(scene)
    report_area(scene, indicator, scene.cycle.area, 4, idempotency_key="before")

    with pytest.raises(InvalidInput):
        report_area(scene, indicator, scene.cycle.area, values.pop("quantity", 5), **values)

    assert IndicatorFigure.objects.get(indicator=indicator).done == 4


@pytest.mark.parametrize("base", [None, Decimal(0)])
def test_report_area_refuses_a_rate_without_denominator(scene, base):
    indicator = measured(scene, kind=IndicatorKind.RATE, unit="%")

    with pytest.raises(InvalidInput):
        report_area(scene, indicator, scene.cycle.area, 4, base=base)

    assert ProgressReport.objects.count() == 0


def test_report_area_refuses_foreign_areas_people_and_sites_indicators(scene):
    indicator = measured(scene)

    with pytest.raises(InvalidInput):
        report_area(scene, indicator, CountyFactory(), 4)
    with pytest.raises(NotAllowed):
        report_area(scene, indicator, scene.site.area, 4, by=scene.stranger)
    with pytest.raises(Conflict):
        report_area(scene, scene.indicator, scene.cycle.area, 4)

    assert ProgressReport.objects.count() == 0


@pytest.mark.parametrize(
    ("kind", "unit", "quantity", "base"),
    [
        (IndicatorKind.ADDITIVE, "个", "300.01", None),
        (IndicatorKind.CAP, "微克", "301", None),
        (IndicatorKind.RATE, "%", "51", Decimal(50)),
    ],
)
def test_report_area_asks_about_what_is_far_over_the_target(scene, kind, unit, quantity, base):
    indicator = measured(scene, kind=kind, unit=unit, target=Decimal(100))
    values = {"base": base, "quantity": quantity, "area": scene.cycle.area, "indicator": indicator}

    with pytest.raises(InvalidInput) as refusal:
        report_area(scene, **values)

    assert refusal.value.field == "is_confirmed"
    assert ProgressReport.objects.count() == 0
    report_area(scene, **values, is_confirmed=True)
    assert ProgressReport.objects.get().quantity == Decimal(quantity)


def test_report_area_takes_a_published_figure_as_it_is_and_compares_with_the_areas_share(scene):
    indicator, area = measured(scene, target=Decimal(100)), CountyFactory(parent=scene.cycle.area)
    AllocationFactory(indicator=indicator, area=area, target=Decimal(10))

    with pytest.raises(InvalidInput, match="10"):
        report_area(scene, indicator, area, 31)
    report_area(scene, indicator, area, 31, source="《年末公告》")

    assert IndicatorFigure.objects.get(indicator=indicator).done == 31
