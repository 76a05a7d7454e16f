from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db.models import DecimalField
from django.db.models.expressions import RawSQL
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from livelihood.accounts.roles import Role
from livelihood.kernel.lights import Light
from projects.lights import POINTS_BEHIND
from projects.models import IndicatorFigure, LightRule, Site
from projects.states import LightReason, SiteState
from tests.factories.frame import CityFactory, OrganisationFactory, official
from tests.factories.projects import SiteFactory
from tests.projects.conftest import AT

pytestmark = pytest.mark.django_db

START, DUE = date(2025, 1, 1), date(2025, 4, 11)  # 100 days
RULE = LightRule()


@pytest.mark.parametrize(
    ("state", "day", "done", "light", "reason"),
    [
        (SiteState.ACCEPTED, date(2026, 1, 1), 0, Light.BLUE, LightReason.ACCEPTED),
        (SiteState.COMPLETED, date(2026, 1, 1), 0, Light.GREEN, LightReason.COMPLETED),
        (SiteState.PLANNED, date(2024, 12, 1), 0, Light.GREY, LightReason.NOT_DUE),
        (SiteState.PLANNED, START + timedelta(29), 0, Light.GREY, LightReason.NOT_DUE),
        (SiteState.PLANNED, START + timedelta(30), 0, Light.YELLOW, LightReason.LATE_START),
        (SiteState.PLANNED, START + timedelta(89), 0, Light.YELLOW, LightReason.LATE_START),
        (SiteState.PLANNED, START + timedelta(90), 0, Light.RED, LightReason.LATE_START),
        (SiteState.PLANNED, DUE, 0, Light.RED, LightReason.LATE_START),
        (SiteState.PLANNED, DUE + timedelta(1), 0, Light.RED, LightReason.OVERDUE),
        (SiteState.UNDER_WAY, DUE, 10, Light.GREEN, LightReason.ON_PLAN),
        (SiteState.UNDER_WAY, DUE + timedelta(1), 10, Light.RED, LightReason.OVERDUE),
        (SiteState.UNDER_WAY, START, 0, Light.GREEN, LightReason.ON_PLAN),
        (SiteState.UNDER_WAY, date(2024, 12, 1), 0, Light.GREEN, LightReason.ON_PLAN),
        (SiteState.UNDER_WAY, START + timedelta(50), 5, Light.GREEN, LightReason.ON_PLAN),
        (SiteState.UNDER_WAY, START + timedelta(59), 5, Light.GREEN, LightReason.ON_PLAN),
        (SiteState.UNDER_WAY, START + timedelta(60), 5, Light.YELLOW, LightReason.BEHIND),
        (SiteState.UNDER_WAY, START + timedelta(80), 5, Light.YELLOW, LightReason.BEHIND),
        (SiteState.UNDER_WAY, START + timedelta(81), 5, Light.RED, LightReason.BEHIND),
    ],
)
def test_refresh_lights_follows_the_table(state, day, done, light, reason):
    site = SiteFactory(
        state=state,
        starts_on=START,
        due_on=DUE,
        quantity_planned=Decimal(10),
        quantity_done=Decimal(done),
        light=Light.GREY,
    )

    Site.objects.refresh_lights(RULE, on=day)

    site.refresh_from_db()
    assert (site.light, site.light_reason) == (light, reason)


@pytest.mark.parametrize("planned", [None, Decimal(0)])
def test_refresh_lights_without_a_planned_quantity_compares_nothing(planned):
    site = SiteFactory(state=SiteState.UNDER_WAY, starts_on=START, due_on=DUE, quantity_planned=planned)

    Site.objects.refresh_lights(RULE, on=DUE)

    site.refresh_from_db()
    assert (site.light, site.light_reason) == (Light.GREEN, LightReason.NO_QUANTITY)


def test_refresh_lights_takes_the_thresholds_from_the_rule():
    mild = LightRule(yellow_overdue_days=1, red_overdue_days=31)
    site = SiteFactory(state=SiteState.UNDER_WAY, starts_on=START, due_on=DUE)

    Site.objects.refresh_lights(mild, on=DUE + timedelta(30))

    site.refresh_from_db()
    assert (site.light, site.light_reason) == (Light.YELLOW, LightReason.OVERDUE)


def test_refresh_lights_writes_only_what_differs(django_assert_num_queries):
    SiteFactory.create_batch(3, starts_on=START, due_on=DUE)

    with django_assert_num_queries(2):
        first = Site.objects.refresh_lights(RULE, on=DUE + timedelta(1))
        again = Site.objects.refresh_lights(RULE, on=DUE + timedelta(1))

    assert (first, again) == (3, 0)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(days=st.integers(0, 120), length=st.integers(0, 100), done=st.integers(0, 30), planned=st.integers(1, 20))
def test_points_behind_equal_plain_arithmetic(scene, days, length, done, planned):
    sites = Site.objects.filter(pk=scene.site.pk)
    sites.update(starts_on=START, due_on=START + timedelta(length), quantity_done=done, quantity_planned=planned)

    decimal = DecimalField(max_digits=18, decimal_places=4)
    points = RawSQL(POINTS_BEHIND, [START + timedelta(days)], output_field=decimal)  # noqa: S611 -- a constant
    behind = sites.values_list(points, flat=True).get()

    exact = Decimal(days) * 100 / max(length, 1) - Decimal(done) * 100 / planned
    assert abs(behind - exact) < Decimal("0.0001")


def test_sites_visible_to_office_unit_and_lead_but_to_no_stranger(scene):
    abroad = official(Role.LIVELIHOOD_OFFICE, CityFactory())

    def seen_by(user):
        return set(Site.objects.visible_to(user, AT).values_list("pk", flat=True))

    for user in (scene.office, scene.builder, scene.department, scene.supervisor, scene.stranger):
        assert seen_by(user) == {scene.site.pk}  # all of them have a desk in this area
    assert seen_by(abroad) == set()
    assert seen_by(None) == set()


def test_sites_visible_to_a_unit_from_another_area(scene):
    county_unit = OrganisationFactory(area=scene.site.area)
    builder = official(Role.IMPLEMENTING_UNIT, scene.site.area, county_unit)
    mine = SiteFactory(indicator=scene.indicator, organisation=county_unit)

    assert set(Site.objects.visible_to(builder, AT)) == {mine}


def test_sites_within_an_area_take_in_all_below(scene):
    other = SiteFactory(indicator=scene.indicator)

    assert set(Site.objects.within(scene.cycle.area)) == {scene.site, other}
    assert set(Site.objects.within(other.area)) == {other}


def test_figures_from_which_all_sites_moved_away_are_not_known(scene):
    elsewhere = SiteFactory(indicator=scene.indicator).area
    Site.objects.update(area=elsewhere)

    kept = IndicatorFigure.objects.get(area=scene.site.area)
    assert (kept.sites, kept.planned) == (0, 0)
    assert [row.area for row in IndicatorFigure.objects.known()] == [elsewhere]
