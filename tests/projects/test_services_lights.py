import contextlib
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from livelihood.accounts.roles import Role
from livelihood.kernel.errors import DomainError, InvalidInput, NotAllowed
from livelihood.kernel.lights import Light
from projects import services
from projects.importers import SiteRow
from projects.models import IndicatorFigure, LightRule, Site
from projects.services import SiteEntry
from tests import databases
from tests.factories.frame import CountyFactory, OrganisationFactory, official
from tests.factories.projects import IndicatorFactory, office
from tests.projects.conftest import AT

VALUES = {
    "yellow_points": 5, "red_points": 20, "yellow_start_days": 10, "red_start_days": 20, "yellow_overdue_days": 2,
    "red_overdue_days": 40, "notice_days": 5,
}  # fmt: skip


def test_set_light_rule_stores_the_thresholds_and_turns_the_lights(scene):
    Site.objects.update(due_on=date(2025, 5, 30))

    services.set_light_rule(cycle=scene.cycle, **VALUES, by=scene.office, at=AT)

    rule = LightRule.objects.get(cycle=scene.cycle)
    assert {name: getattr(rule, name) for name in VALUES} == VALUES
    assert Site.objects.get().light == Light.YELLOW


@pytest.mark.parametrize(
    "wrong", [{"red_points": 4}, {"red_start_days": 9}, {"red_overdue_days": 1}, {"yellow_overdue_days": 0}]
)
def test_set_light_rule_refuses_red_before_yellow(scene, wrong):
    with pytest.raises(InvalidInput):
        services.set_light_rule(cycle=scene.cycle, **{**VALUES, **wrong}, by=scene.office, at=AT)

    assert LightRule.objects.count() == 0


def test_set_light_rule_refuses_strangers(scene):
    with pytest.raises(NotAllowed):
        services.set_light_rule(cycle=scene.cycle, **VALUES, by=scene.department, at=AT)

    assert LightRule.objects.count() == 0


def test_refresh_all_lights_follows_the_day(scene):
    Site.objects.update(due_on=date(2025, 6, 1), starts_on=date(2025, 5, 20))

    turned = [services.lights.refresh_all_lights(at=AT + timedelta(days)) for days in (0, 1, 2)]

    assert turned == [0, 1, 0]
    assert Site.objects.get().light == Light.RED
    assert services.recount_figures() == []


def test_recount_finds_and_names_a_figure_that_was_touched(scene, capsys):
    call_command("recount_figures")
    assert "equals" in capsys.readouterr().out
    with databases.as_superuser():
        IndicatorFigure.objects.update(done=Decimal(99), sites_planned=7)

    with pytest.raises(CommandError, match="1 figures differ"):
        call_command("recount_figures")

    assert "kept done=99.0000, sites_planned=7; counted done=0.0000, sites_planned=1" in capsys.readouterr().err


def test_recount_finds_a_figure_that_is_missing(scene):
    with databases.as_superuser():
        IndicatorFigure.objects.all().delete()

    assert [one.subject for one in services.recount_figures()] == [
        f"indicator {scene.site.indicator_id}, area {scene.site.area_id}"
    ]


class Life(RuleBasedStateMachine):
    """Random lives of sites: imports, reports, moves, nights. The figures always equal a full recount."""

    def __init__(self):
        super().__init__()
        self.example = transaction.atomic()
        self.example.__enter__()

    def teardown(self):
        transaction.set_rollback(True)
        self.example.__exit__(None, None, None)

    @initialize()
    def begin(self):
        self.day = AT
        self.keys = 0
        indicators = IndicatorFactory.create_batch(2)
        cycle = indicators[0].project.cycle
        indicators[1] = IndicatorFactory(project=indicators[0].project)
        self.indicators, self.cycle = indicators, cycle
        self.areas = [CountyFactory(parent=cycle.area) for _ in range(3)]
        unit = OrganisationFactory(area=cycle.area)
        self.unit, self.office = unit, office(cycle)
        self.builder = official(Role.IMPLEMENTING_UNIT, cycle.area, unit)
        self.inspector = official(Role.DEPARTMENT, cycle.area)

    @rule(
        chosen=st.dictionaries(
            st.integers(0, 9), st.tuples(st.integers(0, 1), st.integers(0, 2), st.integers(0, 20)), max_size=6
        )
    )
    def imports(self, chosen):
        rows = [
            SiteRow(
                project_id=self.indicators[0].project_id, key=f"K{key}", indicator_id=self.indicators[which].pk,
                area_id=self.areas[where].pk, standard_id=None, organisation_id=self.unit.pk, name="点位", address="",
                longitude=None, latitude=None, starts_on=date(2025, 1, 1), due_on=date(2025, 7, 1),
                quantity_planned=Decimal(planned),
            )
            for key, (which, where, planned) in chosen.items()
        ]  # fmt: skip
        self.attempt(lambda: services.write_sites(cycle=self.cycle, rows=rows, by=self.office, at=self.day))

    @rule(amounts=st.lists(st.integers(0, 30), min_size=1, max_size=5), completed=st.booleans())
    def reports(self, amounts, completed):
        self.keys += 1
        sites = Site.objects.filter(cycle=self.cycle).order_by("key")[: len(amounts)]
        entries = [
            SiteEntry(site.pk, Decimal(amount), "x", completed) for site, amount in zip(sites, amounts, strict=False)
        ]
        self.attempt(
            lambda: services.report_sites(
                entries=entries, reported_on=self.day.date(), idempotency_key=str(self.keys), by=self.builder,
                at=self.day,
            )
        )  # fmt: skip

    @rule(which=st.integers(0, 9), verb=st.sampled_from(["start", "accept", "return"]))
    def moves(self, which, verb):
        for site in Site.objects.filter(cycle=self.cycle, key=f"K{which}"):
            if verb == "start":
                self.attempt(lambda site=site: services.start_sites(sites=[site], by=self.builder, at=self.day))
            else:
                given: Any = {"findings": {}, "note": "x", "by": self.inspector, "at": self.day}
                if verb == "accept":
                    services.accept_sites(sites=[site], **given)
                else:
                    self.attempt(lambda site=site, given=given: services.return_site(site=site, **given))

    @rule(days=st.integers(1, 40))
    def nights(self, days):
        self.day += timedelta(days)
        services.refresh_lights(cycle=self.cycle, at=self.day)
        services.issue_notices(cycle=self.cycle, at=self.day)

    @staticmethod
    def attempt(act):
        """Act; a refusal is a fine answer."""
        with contextlib.suppress(DomainError):
            act()

    @invariant()
    def figures_equal_a_recount(self):
        assert services.recount_figures() == []


class TestLife(TestCase, Life.TestCase):  # type: ignore[valid-type,misc]  # made by hypothesis at run time
    """Each example is rolled back."""

    settings = settings(max_examples=25, stateful_step_count=15, deadline=None)  # type: ignore[assignment]  # its name
