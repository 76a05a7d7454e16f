"""The announcement and the reports: found, listed, and what is left to do."""

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _

from livelihood.accounts import selectors as accounts
from livelihood.accounts.models import User
from livelihood.accounts.roles import Permission
from livelihood.cycles.models import Area, Cycle
from livelihood.cycles.states import Phase
from livelihood.jobs.models import Job, JobState
from livelihood.kernel.errors import Text
from livelihood.web.work import WorkItem
from projects.reports.models import AnnouncedSite, Announcement, Report, ReportFile
from projects.reports.states import Language
from projects.reports.tasks import ANNOUNCE


def announcement_of(cycle: Cycle) -> Announcement | None:
    """Return the announcement of a cycle, if it was made."""
    return Announcement.objects.filter(cycle=cycle).first()


def announcing_job(cycle: Cycle) -> Job | None:
    """Return the last work of announcing a year of many sites, if any was asked for."""
    return Job.objects.filter(cycle=cycle, task=ANNOUNCE).order_by("-pk").first()


def announced_sites(announcement: Announcement) -> QuerySet[AnnouncedSite]:
    """Return the sites as announced, by project."""
    return (
        AnnouncedSite.objects.filter(announcement=announcement).select_related("area").order_by("project_number", "pk")
    )


def published(cycle: Cycle) -> QuerySet[Report]:
    """Return the finished reports of a cycle with their files, newest first; what the room hands on."""
    return (
        Report.objects.filter(cycle=cycle, job__state=JobState.DONE)
        .select_related("announcement")
        .prefetch_related("files")
        .order_by("-requested_at", "-pk")
    )


def all_published() -> QuerySet[Report]:
    """Return the finished reports of all years."""
    done = Report.objects.filter(job__state=JobState.DONE)
    return done.select_related("cycle__area").prefetch_related("files").order_by("pk")


def all_announcements() -> QuerySet[Announcement]:
    """Return the announcements of all years."""
    return Announcement.objects.select_related("cycle__area").order_by("pk")


def all_announced_sites() -> QuerySet[AnnouncedSite]:
    """Return the announced sites of all years."""
    return AnnouncedSite.objects.select_related("area").order_by("pk")


def report_for_public(cycle: Cycle, pk: int) -> Report | None:
    """Return a finished report of this cycle."""
    return published(cycle).filter(pk=pk).first()


def report_file(cycle: Cycle, pk: int, file_format: str) -> ReportFile | None:
    """Return a file of a finished report of this cycle."""
    return (
        ReportFile.objects.select_related("report")
        .filter(report__cycle=cycle, report=pk, file_format=file_format, report__job__state=JobState.DONE)
        .first()
    )


def reports_for_desk(cycle: Cycle) -> QuerySet[Report]:
    """Return all reports of a cycle with their jobs, newest first."""
    return (
        Report.objects.filter(cycle=cycle)
        .select_related("job", "requested_by")
        .prefetch_related("files")
        .order_by("-requested_at", "-pk")
    )


def report_for_desk(cycle: Cycle, pk: int) -> Report | None:
    """Return a report of this cycle, however far it is."""
    return reports_for_desk(cycle).filter(pk=pk).first()


def unfinished_business(cycle: Cycle, phase: Phase) -> list[Text]:
    """Return what must be done before the evaluation may end: announcement and the report in Chinese."""
    if phase != Phase.EVALUATE:
        return []
    issues: list[Text] = []
    if announcement_of(cycle) is None:
        issues.append(_("The year-end announcement is not published."))
    if not published(cycle).filter(language=Language.CHINESE).exists():
        issues.append(_("The year-end report in Chinese is not built."))
    return issues


def done_in(cycle: Cycle, phase: Phase) -> list[Text]:
    """Return what was done in this room in a phase, so that it stands: the announcement; reports rest on it."""
    if phase != Phase.EVALUATE or announcement_of(cycle) is None:
        return []
    return [_("The year-end announcement is published.")]


def work_for(user: User, at: datetime) -> list[WorkItem]:
    """Return what the livelihood office has to publish, build, or build again."""
    announced = Exists(Announcement.objects.filter(cycle=OuterRef("pk")))
    built = Exists(Report.objects.filter(cycle=OuterRef("pk"), job__state=JobState.DONE))
    cycles = (
        Cycle.objects.filter(phase=Phase.EVALUATE)
        .filter(area__in=Area.objects.filter(accounts.areas_with(user, [Permission.BUILD_REPORTS], at)))
        .annotate(is_announced=announced, is_reported=built)
        .select_related("area")
        .order_by("pk")
    )
    items = []
    for cycle in cycles:
        if not cycle.is_announced:
            title, name = _("Publish the year-end announcement"), "reports:announcement_prepare"
        elif not cycle.is_reported:
            title, name = _("Build the year-end report"), "reports:desk_reports"
        else:
            continue
        items.append(WorkItem(title=title, url=cycle.address(name), place=f"{cycle.area.name} {cycle.year}"))
    return items
