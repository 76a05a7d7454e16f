"""What happened: reports, inspections, notices, standards."""

from datetime import datetime

from django.db.models import Count, Prefetch, QuerySet

from livelihood.accounts.models import User
from livelihood.cycles.models import Cycle
from projects.models import (
    Acceptance,
    AcceptanceLine,
    Indicator,
    Notice,
    ProgressReport,
    Project,
    Site,
    Standard,
)
from projects.querysets import NoticeQuerySet
from projects.selectors.sites import sees_all_sites

OF_NOTICE = ("site__area", "site__organisation", "site__project")
"""What a list of notices shows beside the notice itself."""


def reports_of_site(site: Site) -> QuerySet[ProgressReport]:
    """Return a site's reports, newest first."""
    return ProgressReport.objects.filter(site=site).select_related("reported_by").order_by("-reported_on", "-pk")


def reports_of_project(project: Project, *, limit: int) -> QuerySet[ProgressReport]:
    """Return the newest reports on a project, on its sites and in its areas."""
    return _newest_reports(Indicator.objects.filter(project=project), limit)


def reports_of_year(cycle: Cycle, *, limit: int) -> QuerySet[ProgressReport]:
    """Return the newest reports of a year, on its sites and in its areas."""
    return _newest_reports(Indicator.objects.for_cycle(cycle), limit)


def _newest_reports(indicators: QuerySet[Indicator], limit: int) -> QuerySet[ProgressReport]:
    # The newest of each indicator, then the newest of those: each is the beginning of an index, however many there are.
    newest = [
        ProgressReport.objects.filter(indicator=pk).order_by("-reported_on", "-pk").values_list("pk", flat=True)[:limit]
        for pk in indicators.order_by("pk").values_list("pk", flat=True)
    ]
    pks = ProgressReport.objects.none().union(*newest, all=True)
    rows = ProgressReport.objects.filter(pk__in=list(pks))
    return rows.select_related("indicator", "site", "area").order_by("-reported_on", "-pk")[:limit]


def inspections_of(site: Site) -> QuerySet[Acceptance]:
    """Return a site's inspections with their lines, newest first."""
    lines = Prefetch("lines", AcceptanceLine.objects.select_related("line").order_by("line__number"))
    return Acceptance.objects.filter(site=site).prefetch_related(lines).order_by("-inspected_at", "-pk")


def notices_of(site: Site) -> QuerySet[Notice]:
    """Return a site's notices, newest first."""
    return Notice.objects.filter(site=site).order_by("-issued_on", "-pk")


def notices_for(cycle: Cycle, user: User, at: datetime) -> NoticeQuerySet:
    """Return the notices of a year that a person may open."""
    rows = Notice.objects.filter(cycle=cycle)
    if sees_all_sites(cycle, user, at):
        return rows
    return rows.for_sites(Site.objects.for_cycle(cycle).visible_to(user, at))


def standards_of(cycle: Cycle) -> QuerySet[Standard]:
    """Return list two with the number of lines, by title, newest version first."""
    counted = Standard.objects.filter(cycle=cycle).annotate(line_count=Count("lines"))
    return counted.order_by("title", "-version", "pk")


def find_standard(cycle: Cycle, pk: int) -> Standard | None:
    """Return a standard of this year, or None."""
    return Standard.objects.filter(cycle=cycle, pk=pk).select_related("cycle__area").first()


def find_project(cycle: Cycle, pk: int) -> Project | None:
    """Return a project of this year, or None."""
    rows = Project.objects.for_cycle(cycle).select_related("aspect", "lead_organisation", "cycle__area")
    return rows.filter(pk=pk).first()
