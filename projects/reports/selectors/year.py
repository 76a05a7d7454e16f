"""The figures of a year-end report: taken from what is frozen already, and frozen once more with the report."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.db.models import Count, Q

from livelihood.cycles import selectors as cycles
from livelihood.cycles.models import Area, Cycle
from projects.reports.models import AnnouncedSite, Announcement
from projects.reports.selectors.announcing import canonical
from projects.states import SiteState
from projects.surveys import selectors as surveys
from proposals.models import Candidate, Need, Suggestion
from voting import selectors as voting

FORM = 1
"""Of the figures; a report says by it how it is to be read."""

UNFINISHED = (SiteState.PLANNED, SiteState.UNDER_WAY, SiteState.COMPLETED)


def year_figures(announcement: Announcement) -> dict[str, Any]:
    """Return everything a year-end report says, free of language and clock: the same inputs give the same figures.

    Three things stand side by side and are never mixed: what was measured (the announcement), what people said (the
    frozen surveys), and how the list was decided.
    """
    cycle = announcement.cycle
    content = announcement.content
    results = surveys.satisfaction(cycle)
    return {
        "form": FORM,
        "area": content["area"],
        "year": content["year"],
        "is_demo": content["is_demo"],
        "announcement": {
            "digest": announcement.digest,
            "published_on": announcement.published_at.date().isoformat(),
        },
        "stages": {
            "suggestions": Suggestion.objects.filter(cycle=cycle).count(),
            "needs": Need.objects.filter(cycle=cycle).count(),
            "candidates": Candidate.objects.for_cycle(cycle).public().count(),
            "chosen": len(voting.elected(cycle)),
        },
        "totals": _totals(content["projects"]),
        "projects": content["projects"],
        "areas": _areas(cycle, announcement),
        "unfinished": _unfinished(announcement),
        "surveys": [_survey(result) for result in results],
        "satisfaction": _by_project(results),
    }


def fingerprint_of(figures: Mapping[str, Any]) -> str:
    """Return the SHA-256 of figures in their canonical form."""
    return hashlib.sha256(canonical(figures).encode()).hexdigest()


def _totals(projects: list[dict[str, Any]]) -> dict[str, int]:
    indicators = [indicator for project in projects for indicator in project["indicators"]]
    with_target = [indicator for indicator in indicators if indicator["target"] is not None]
    sites = [project["sites"] for project in projects]
    standards = [project["standard"] for project in projects]
    return {
        "projects": len(projects),
        "projects_reached": sum(_is_reached(project) for project in projects),
        "indicators": len(indicators),
        "indicators_with_target": len(with_target),
        "indicators_reached": sum(indicator["is_reached"] is True for indicator in with_target),
        "sites": sum(counts["total"] for counts in sites),
        "sites_completed": sum(counts["completed"] for counts in sites),
        "sites_accepted": sum(counts["accepted"] for counts in sites),
        "standard_lines": sum(counts["lines"] for counts in standards),
        "standard_lines_met": sum(counts["met"] for counts in standards),
    }


def _is_reached(project: Mapping[str, Any]) -> bool:
    """Say whether a project has targets and has reached them all."""
    judged = [indicator["is_reached"] for indicator in project["indicators"] if indicator["target"] is not None]
    return bool(judged) and all(judged)


def _areas(cycle: Cycle, announcement: Announcement) -> list[dict[str, Any]]:
    """Count sites for each area directly below the cycle's, and for the cycle's own where sites lie on it."""
    counted = (
        AnnouncedSite.objects.filter(announcement=announcement)
        .values("area__code")
        .annotate(
            total=Count("pk"),
            completed=Count("pk", filter=Q(state=SiteState.COMPLETED)),
            accepted=Count("pk", filter=Q(state=SiteState.ACCEPTED)),
        )
        .order_by()
    )
    children = list(cycles.child_areas(cycle.area))
    sums: dict[Area, dict[str, int]] = defaultdict(lambda: {"total": 0, "completed": 0, "accepted": 0})
    for row in counted:
        place = next((child for child in children if row["area__code"].startswith(child.stem)), cycle.area)
        for name in ("total", "completed", "accepted"):
            sums[place][name] += row[name]
    return [
        {"code": area.code, "zh": area.name_zh, "en": area.name_en, "sites": sums[area]}
        for area in sorted(sums, key=lambda area: area.code)
    ]


def _unfinished(announcement: Announcement) -> list[dict[str, Any]]:
    """Count the sites that were not accepted, by project, state and reason."""
    rows = (
        AnnouncedSite.objects.filter(announcement=announcement, state__in=UNFINISHED)
        .values("project_number", "state", "reason")
        .annotate(sites=Count("pk"))
        .order_by("project_number", "state", "reason")
    )
    return [dict(row) for row in rows]


def _survey(result: surveys.SurveyResult) -> dict[str, Any]:
    survey = result.survey
    question = survey.questions.all()[0]
    return {
        "id": survey.pk,
        "title": survey.title,
        "target": survey.target,
        "question": {"zh": question.text_zh, "en": question.text_en},
        "opens_on": survey.opens_on.isoformat(),
        "closes_on": survey.closes_on.isoformat(),
        "smallest_shown": survey.smallest_shown,
        "lines": [_line(line) for line in result.lines],
        "strata": [
            {
                "code": stratum.area.code,
                "zh": stratum.area.name_zh,
                "en": stratum.area.name_en,
                "invited": stratum.invited,
                "answered": stratum.answered,
            }
            for stratum in result.strata
        ],
    }


def _by_project(results: tuple[surveys.SurveyResult, ...]) -> dict[str, list[dict[str, Any]]]:
    """Return what was said of each project, per survey and door; keys are the projects' numbers."""
    said: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for result in results:
        for one in result.projects:
            said[str(one.project.number)] += [
                {"survey": result.survey.pk, "title": result.survey.title, **_line(line)} for line in one.lines
            ]
    return dict(said)


def _line(line: surveys.GradeLine) -> dict[str, Any]:
    return {
        "door": str(line.door),
        "counts": [line.counts.satisfied, line.counts.basically_satisfied, line.counts.dissatisfied],
        "n": line.counts.n,
        "satisfied": _estimate(line.satisfied),
        "positive": _estimate(line.positive),
    }


def _estimate(estimate: surveys.Estimate | None) -> list[float | None] | None:
    """Return share, low and high, rounded to what is shown and a little more."""
    if estimate is None:
        return None
    return [None if value is None else round(value, 6) for value in (estimate.share, estimate.low, estimate.high)]
