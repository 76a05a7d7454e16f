"""A year that is ready to be announced and reported."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from livelihood.accounts.models import User
from livelihood.accounts.roles import Role
from livelihood.cycles.models import Cycle
from livelihood.cycles.states import Phase
from projects.models import Acceptance, AcceptanceLine, ProgressReport, Project, Site
from projects.reports import selectors, services
from projects.reports.models import Announcement, Report
from projects.reports.states import Language
from projects.states import LightReason, SiteState
from projects.surveys.services import surveys
from projects.surveys.states import Grade, Target
from tests.factories.frame import NOW, CountyFactory, CycleFactory, official
from tests.factories.projects import (
    IndicatorFactory,
    ProjectFactory,
    SiteFactory,
    StandardFactory,
    StandardLineFactory,
)
from tests.factories.surveys import SurveyFactory, say

INSPECTED_ON = date(2024, 11, 1)


@dataclass(frozen=True)
class Year:
    """A judged year: two projects, three sites in one county, of which one is accepted and one late."""

    cycle: Cycle
    office: User
    school: Project
    canteen: Project
    sites: list[Site]


def judged_year(cycle: Cycle | None = None) -> Year:
    """Make a year of which the school is done and the canteens are not; people have answered about both."""
    cycle = cycle or CycleFactory(phase=Phase.EVALUATE)
    office = official(Role.LIVELIHOOD_OFFICE, cycle.area)
    county = CountyFactory(parent=cycle.area)
    standard = StandardFactory(cycle=cycle)
    lines = [StandardLineFactory(standard=standard) for _number in range(3)]
    school = ProjectFactory(cycle=cycle, number=1, title="改扩建中小学", content="改扩建中小学1所。")
    canteen = ProjectFactory(cycle=cycle, number=2, title="老年食堂 #strong[2家] =SUM(A1)")
    schools = IndicatorFactory(project=school, target=Decimal(1), unit="所")
    canteens = IndicatorFactory(project=canteen, target=Decimal(2), unit="家")
    sites: list[Any] = [
        SiteFactory(indicator=indicator, area=county, key=key, name=name, standard=standard, **state)
        for indicator, key, name, state in (
            (schools, "S1", "第一小学", {
                "state": SiteState.ACCEPTED, "light_reason": LightReason.ACCEPTED, "quantity_done": 1,
            }),
            (canteens, "S2", "东街食堂", {
                "state": SiteState.UNDER_WAY, "light_reason": LightReason.OVERDUE, "quantity_done": Decimal("0.5"),
            }),
            (canteens, "S3", "西街食堂", {"state": SiteState.COMPLETED, "light_reason": LightReason.COMPLETED}),
        )
    ]  # fmt: skip
    acceptance = Acceptance.objects.create(site=sites[0], is_passed=True, inspected_at=NOW, inspected_by=office)
    AcceptanceLine.objects.bulk_create(AcceptanceLine(acceptance=acceptance, line=line, is_met=True) for line in lines)
    ProgressReport.objects.create(
        indicator=canteens, site=sites[1], area=county, quantity=Decimal("0.5"), reported_on=date(2024, 10, 30),
        note="业主未签约，联系13812345678", idempotency_key=f"year-{cycle.pk}", reported_at=NOW, reported_by=office,
    )  # fmt: skip
    survey = SurveyFactory(cycle=cycle, target=Target.PROJECT, title="项目满意度")
    for grade in (*[Grade.SATISFIED] * 4, Grade.DISSATISFIED):
        say(survey, grade, project=school)
    say(survey, Grade.BASICALLY_SATISFIED, project=canteen)
    surveys.close_survey(survey=survey, by=office, at=NOW)
    surveys.freeze_survey(survey=survey, by=office, at=NOW)
    return Year(cycle, office, school, canteen, sites)


def announce(year: Year) -> Announcement:
    """Publish the announcement of a year as it stands."""
    basis = selectors.basis_of(year.cycle)
    return services.publish_announcement(cycle=year.cycle, basis=basis, by=year.office, at=NOW)


def ask_for_report(year: Year, language: Language = Language.CHINESE) -> Report:
    """Ask for the report of an announced year."""
    return services.request_report(cycle=year.cycle, language=language, by=year.office, at=NOW)
