"""The figures of a year-end report: taken from what is frozen already, and frozen once more with the report."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import TypedDict

from django.db.models import Count, Q
from django.utils import timezone

from livelihood.cycles import selectors as cycles
from livelihood.cycles.models import Area, Cycle
from livelihood.cycles.querysets import child_towards
from projects.reports.content import (
    AnnouncementNamed,
    AnswerShare,
    AreaSites,
    GradeCounts,
    Names,
    ReportFigures,
    SaidLine,
    SaidOfProject,
    SitesDone,
    Stages,
    StratumAnswered,
    ToldProject,
    ToldSurvey,
    Unfinished,
    YearTotals,
)
from projects.reports.models import AnnouncedSite, Announcement
from projects.reports.selectors.announcing import PLACES, canonical
from projects.states import LightReason, SiteState
from projects.surveys import selectors as surveys
from projects.surveys.states import SurveyChannel, Target
from proposals.models import Candidate, Need, Suggestion
from voting import selectors as voting

UNFINISHED = (SiteState.PLANNED, SiteState.UNDER_WAY, SiteState.COMPLETED)


class LineValues(TypedDict):
    """What both kinds of line have."""

    channel: SurveyChannel
    counts: GradeCounts
    n: int
    satisfied: AnswerShare | None
    positive: AnswerShare | None


def year_figures(announcement: Announcement) -> ReportFigures:
    """Return everything a year-end report says, free of language and clock: the same inputs give the same figures.

    Three things stand side by side and are never mixed: what was measured (the announcement), what people said (the
    frozen surveys), and how the list was decided.
    """
    cycle = announcement.cycle
    told = announcement.told
    results = surveys.satisfaction(cycle)
    return ReportFigures(
        area=told.area,
        year=told.year,
        is_demo=told.is_demo,
        announcement=AnnouncementNamed(
            digest=announcement.digest, published_on=timezone.localdate(announcement.published_at)
        ),
        stages=Stages(
            suggestions=Suggestion.objects.filter(cycle=cycle).count(),
            needs=Need.objects.filter(cycle=cycle).count(),
            candidates=Candidate.objects.for_cycle(cycle).public().count(),
            chosen=len(voting.elected(cycle)),
        ),
        totals=_totals(told.projects),
        projects=told.projects,
        areas=_areas(cycle, announcement),
        unfinished=_unfinished(announcement),
        surveys=tuple(_survey(result) for result in results),
        satisfaction=_by_project(results),
    )


def fingerprint_of(figures: ReportFigures) -> str:
    """Return the SHA-256 of figures in their canonical form."""
    return hashlib.sha256(canonical(figures.to_json()).encode()).hexdigest()


def _totals(projects: Sequence[ToldProject]) -> YearTotals:
    with_target = [indicator for project in projects for indicator in project.with_target]
    return YearTotals(
        projects=len(projects),
        projects_reached=sum(project.is_reached for project in projects),
        indicators=sum(len(project.indicators) for project in projects),
        indicators_with_target=len(with_target),
        indicators_reached=sum(indicator.is_reached is True for indicator in with_target),
        sites=sum(project.sites.total for project in projects),
        sites_completed=sum(project.sites.completed for project in projects),
        sites_accepted=sum(project.sites.accepted for project in projects),
        standard_lines=sum(project.standard.lines for project in projects),
        standard_lines_met=sum(project.standard.met for project in projects),
    )


def _areas(cycle: Cycle, announcement: Announcement) -> tuple[AreaSites, ...]:
    """Count sites for each area directly below the cycle's, and for the cycle's own where sites lie on it."""
    counted = (
        AnnouncedSite.objects.filter(announcement=announcement)
        .annotate(child=child_towards(cycle.area, "area__"))
        .values("child")
        .annotate(
            total=Count("pk"),
            completed=Count("pk", filter=Q(state=SiteState.COMPLETED)),
            accepted=Count("pk", filter=Q(state=SiteState.ACCEPTED)),
        )
        .order_by()
    )
    children = {child.code: child for child in cycles.child_areas(cycle.area)}
    sums: dict[Area, Counter[str]] = defaultdict(Counter)
    for row in counted:
        place = children.get(row["child"], cycle.area)
        sums[place].update(total=row["total"], completed=row["completed"], accepted=row["accepted"])
    return tuple(
        AreaSites(
            code=area.code,
            zh=area.name_zh,
            en=area.name_en,
            sites=SitesDone(total=done["total"], completed=done["completed"], accepted=done["accepted"]),
        )
        for area, done in sorted(sums.items(), key=lambda item: item[0].code)
    )


def _unfinished(announcement: Announcement) -> tuple[Unfinished, ...]:
    """Count the sites that were not accepted, by project, state and reason."""
    rows = (
        AnnouncedSite.objects.filter(announcement=announcement, state__in=UNFINISHED)
        .values("project_number", "state", "reason")
        .annotate(sites=Count("pk"))
        .order_by("project_number", "state", "reason")
    )
    return tuple(
        Unfinished(
            project_number=row["project_number"],
            state=SiteState(row["state"]),
            reason=LightReason(row["reason"]),
            sites=row["sites"],
        )
        for row in rows
    )


def _survey(result: surveys.SurveyResult) -> ToldSurvey:
    survey = result.survey
    question = survey.questions.all()[0]
    return ToldSurvey(
        id=survey.pk,
        title=survey.title,
        target=Target(survey.target),
        question=Names(zh=question.text_zh, en=question.text_en),
        opens_on=survey.opens_on,
        closes_on=survey.closes_on,
        smallest_shown=survey.smallest_shown,
        lines=tuple(SaidLine(**_line(line)) for line in result.lines),
        strata=tuple(
            StratumAnswered(
                code=stratum.area.code,
                zh=stratum.area.name_zh,
                en=stratum.area.name_en,
                invited=stratum.invited,
                answered=stratum.answered,
            )
            for stratum in result.strata
        ),
    )


def _by_project(results: Iterable[surveys.SurveyResult]) -> dict[int, tuple[SaidOfProject, ...]]:
    """Return what was said of each project, per survey and channel, by the projects' numbers."""
    said: dict[int, list[SaidOfProject]] = defaultdict(list)
    for result in results:
        for one in result.projects:
            said[one.project.number] += [
                SaidOfProject(survey=result.survey.pk, title=result.survey.title, **_line(line)) for line in one.lines
            ]
    return {number: tuple(lines) for number, lines in said.items()}


def _line(line: surveys.GradeLine) -> LineValues:
    counts = line.counts
    return {
        "channel": line.channel,
        "counts": GradeCounts(
            satisfied=counts.satisfied,
            basically_satisfied=counts.basically_satisfied,
            dissatisfied=counts.dissatisfied,
        ),
        "n": counts.n,
        "satisfied": _share(line.satisfied),
        "positive": _share(line.positive),
    }


def _share(estimate: surveys.Estimate | None) -> AnswerShare | None:
    """Return share, low and high, rounded to what is shown and a little more."""
    if estimate is None:
        return None
    return AnswerShare(share=round(estimate.share, PLACES), low=_rounded(estimate.low), high=_rounded(estimate.high))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, PLACES)
