"""Announcing what became of the year, and building its reports."""

import hashlib
import tempfile
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.audit.services import record
from livelihood.cycles.models import Cycle
from livelihood.cycles.states import Phase
from livelihood.jobs import services as jobs
from livelihood.jobs.models import UNFINISHED, Job
from livelihood.kernel.errors import Conflict, DomainError, NotReady, Text
from livelihood.kernel.files import replacing
from livelihood.kernel.verdict import require
from projects.models import Site
from projects.reports import rules, selectors
from projects.reports.acts import ReportAct
from projects.reports.exporters import pdf, workbook
from projects.reports.models import AnnouncedSite, Announcement, Report, ReportFile
from projects.reports.states import FileFormat, Language, ReportKind
from projects.reports.tasks import ANNOUNCE
from projects.surveys import selectors as surveys

BATCH = 2_000
ANNOUNCED_AT_ONCE = 2_000
"""Sites; a year of more is announced by a worker."""

FOLDER = "reports"
"""Of finished files, below MEDIA_ROOT."""


class NotStored(DomainError):
    """A finished file could not be put in its place: disk full, or the folder is not ours."""

    code = "not_stored"


def ask_to_announce(*, cycle: Cycle, basis: str, by: User, at: datetime) -> Job | None:
    """Announce a year of few sites at once, and have a worker announce one of many; return the worker's job, if any.

    basis: as for `publish_announcement`, which says what is refused.
    """
    require(rules.may_publish_announcement(by, cycle, at))
    _check_unannounced(cycle)
    if Site.objects.for_cycle(cycle).count() <= ANNOUNCED_AT_ONCE:
        publish_announcement(cycle=cycle, basis=basis, by=by, at=at)
        return None
    last = selectors.announcing_job(cycle)
    if last is not None and last.state in UNFINISHED:
        return last
    key = f"{ANNOUNCE}:{cycle.pk}:after:{last.pk if last else 0}"
    return jobs.enqueue(ANNOUNCE, key=key, by=by, at=at, cycle=cycle, arguments={"basis": basis})


def run_announce(job_id: int, *, at: datetime) -> None:
    """Announce a year for the person who asked for it."""

    def work(job: Job, progress: jobs.Progress) -> dict[str, int]:
        assert job.cycle is not None and job.requested_by is not None  # noqa: PT018, S101 -- as it was asked for
        announcement = publish_announcement(
            cycle=job.cycle, basis=job.arguments["basis"], by=job.requested_by, at=at, progress=progress
        )
        return {"announcement": announcement.pk}

    jobs.execute(job_id, work)


@transaction.atomic
def publish_announcement(
    *, cycle: Cycle, basis: str, by: User, at: datetime, progress: jobs.Progress | None = None
) -> Announcement:
    """Announce every project and every site as they stand now; what is announced never changes.

    basis: of what the person was shown (`selectors.basis_of`); had a figure changed since, nothing is announced.
    Source: docs/sources.md (announcement).

    :raises NotAllowed: not this office's year, or not the time.
    :raises Conflict: announced already, or a figure has changed since it was shown.
    :raises NotReady: there is no project to announce.
    """
    with connection.cursor() as cursor:
        # Not by the ORM: it locks rows and no tables. Reports and acceptances wait for a moment, so that projects and
        # sites are read as of one instant.
        cursor.execute("LOCK TABLE projects_site, projects_acceptance IN SHARE MODE")
    cycle = Cycle.objects.select_for_update(of=("self",), no_key=True).select_related("area").get(pk=cycle.pk)
    require(rules.may_publish_announcement(by, cycle, at))
    _check_unannounced(cycle)
    if selectors.basis_of(cycle) != basis:
        raise Conflict(_("A figure has changed since this page was shown. Look at it again before you announce it."))
    content, sites = selectors.announcement_content(cycle), selectors.site_copies(cycle)
    if not content.projects:
        raise NotReady([_("There is no project to announce.")])
    digest = selectors.digest_of(content, sites)
    announcement = Announcement.objects.create(
        cycle=cycle, content=content.to_json(), digest=digest, published_at=at, published_by=by
    )
    for start in range(0, len(sites), BATCH):
        AnnouncedSite.objects.bulk_create(
            AnnouncedSite(announcement=announcement, **{name: getattr(copy, name) for name in copy.__slots__})
            for copy in sites[start : start + BATCH]
        )
        if progress:
            progress(min(start + BATCH, len(sites)), len(sites))
    record(ReportAct.ANNOUNCEMENT_PUBLISHED, announcement, by=by, at=at, digest=digest, sites=len(sites))
    return announcement


def _check_unannounced(cycle: Cycle) -> None:
    if selectors.announcement_of(cycle) is not None:
        raise Conflict(_("The announcement is published already; it cannot be changed."))


@transaction.atomic
def request_report(*, cycle: Cycle, language: Language, by: User, at: datetime) -> Report:
    """Freeze the figures of the year and ask for the report on them; the same figures are the same report.

    :raises NotAllowed: not this office's year, or not the time.
    :raises NotReady: the announcement is not published, or a survey is not frozen.
    """
    announcement = Announcement.objects.select_for_update(of=("self",)).filter(cycle=cycle).first()
    require(rules.may_build_reports(by, cycle, at))
    issues = _missing(cycle, announcement)
    if announcement is None or issues:
        raise NotReady(issues)
    figures = selectors.year_figures(announcement)
    fingerprint = selectors.fingerprint_of(figures)
    known = Report.objects.filter(
        cycle=cycle, kind=ReportKind.YEAR_END, language=language, fingerprint=fingerprint
    ).first()
    if known is not None:
        return known
    report = Report.objects.create(
        cycle=cycle,
        announcement=announcement,
        language=language,
        figures=figures.to_json(),
        fingerprint=fingerprint,
        job=_enqueue(cycle, f"reports.build:{cycle.pk}:{language}:{fingerprint}", by, at),
        requested_at=at,
        requested_by=by,
    )
    record(ReportAct.REPORT_REQUESTED, report, by=by, at=at, language=str(language), fingerprint=fingerprint)
    return report


@transaction.atomic
def retry_report(*, report: Report, by: User, at: datetime) -> Report:
    """Try again to build a report that failed, on the same figures.

    :raises NotAllowed: not this office's year, not the time, or it has not failed.
    """
    report = Report.objects.select_for_update(of=("self",)).select_related("cycle__area", "job").get(pk=report.pk)
    require(rules.may_retry_report(by, report, at))
    report.job = _enqueue(report.cycle, f"reports.build:{report.pk}:after:{report.job_id}", by, at)
    report.save(update_fields=["job"])
    record(ReportAct.REPORT_RETRIED, report, by=by, at=at)
    return report


def run_build(job_id: int, *, at: datetime) -> None:
    """Do the job of building a report."""
    jobs.execute(job_id, lambda job, progress: _build(job, progress, at))


def _build(job: Job, progress: jobs.Progress, at: datetime) -> dict[str, str]:
    """Write both files and note them; a file of an attempt that broke off is replaced."""
    report = Report.objects.select_for_update(of=("self",)).select_related("announcement").get(job=job)
    sites = AnnouncedSite.objects.filter(announcement=report.announcement).count()
    progress(0, sites)
    with tempfile.TemporaryDirectory() as folder:
        book = Path(folder, "report.xlsx")
        workbook.write(report, book, progress=lambda done: progress(done, sites))
        paper = Path(folder, "report.pdf")
        pdf.write(report, paper)
        try:
            files = [_keep(report, FileFormat.PDF, paper), _keep(report, FileFormat.XLSX, book)]
        except OSError as error:
            raise NotStored(_("The files could not be stored: %(why)s") % {"why": error.strerror}) from error
    ReportFile.objects.bulk_create(files)
    record(ReportAct.REPORT_BUILT, report, by=None, at=at, files={file.file_format: file.digest for file in files})
    return {file.file_format: file.name for file in files}


def _keep(report: Report, file_format: FileFormat, built: Path) -> ReportFile:
    """Move a finished file to its place, in one step, and describe it."""
    name = f"{FOLDER}/{report.cycle_id}/{report.fingerprint[:16]}-{report.language}.{file_format}"
    place = Path(settings.MEDIA_ROOT, name)
    place.parent.mkdir(parents=True, exist_ok=True)
    content = built.read_bytes()
    with replacing(place) as draft:
        draft.write_bytes(content)
        draft.chmod(settings.FILE_UPLOAD_PERMISSIONS or 0o640)
    return ReportFile(
        report=report,
        file_format=file_format,
        name=name,
        digest=hashlib.sha256(content).hexdigest(),
        size=len(content),
    )


def _enqueue(cycle: Cycle, key: str, by: User, at: datetime) -> Job:
    return jobs.enqueue("reports.build_report", key=key, by=by, at=at, cycle=cycle)


def _missing(cycle: Cycle, announcement: Announcement | None) -> list[Text]:
    issues: list[Text] = []
    if announcement is None:
        issues.append(_("The year-end announcement is not published."))
    return issues + surveys.unfinished_business(cycle, Phase.EVALUATE)
