"""What is told at the end of a year: the announcement, and the reports built from frozen figures."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from livelihood.cycles.models import Area, Cycle
from livelihood.jobs.models import Job
from livelihood.kernel.constraints import choices_constraint, pair_constraint
from livelihood.kernel.search import names_column, names_index
from projects.models import Site
from projects.reports.content import AnnouncementContent, ReportFigures
from projects.reports.states import FileFormat, Language, ReportKind
from projects.states import LightReason, SiteState


class Announcement(models.Model):
    """What became of every project and every site of a year, as told to the public.

    Made by the livelihood office in one act; neither it nor its sites ever change, which the database holds.
    content: the projects with their indicators, and counts of sites, read as `told`. digest: SHA-256 of content and of
    all sites.
    """

    cycle = models.OneToOneField(Cycle, models.PROTECT, related_name="announcement")
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [pair_constraint("published")]

    def __str__(self) -> str:
        return f"#{self.pk} {self.digest[:12]}"

    @property
    def told(self) -> AnnouncementContent:
        """What was told of the projects."""
        return AnnouncementContent.from_json(self.content)


class AnnouncedSite(models.Model):
    """A site as it was announced: copied, so that later corrections do not change what was told.

    note: what the last report said, freed of personal data. accepted_on: the day it passed inspection.
    """

    announcement = models.ForeignKey(Announcement, models.PROTECT, related_name="sites", db_index=False)
    site = models.ForeignKey(Site, models.PROTECT, related_name="+")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    project_number = models.PositiveSmallIntegerField()
    indicator_name = models.CharField(max_length=200)
    key = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    organisation_name = models.CharField(max_length=200, blank=True)
    unit = models.CharField(max_length=20)
    quantity_planned = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    quantity_done = models.DecimalField(max_digits=18, decimal_places=4)
    due_on = models.DateField()
    accepted_on = models.DateField(null=True)
    state = models.CharField(max_length=10, choices=SiteState)
    reason = models.CharField(max_length=20, choices=LightReason)
    note = models.CharField(max_length=500, blank=True)
    search = names_column("name", "key")

    class Meta:
        constraints: ClassVar = [
            choices_constraint("state", SiteState),
            choices_constraint("reason", LightReason),
            models.UniqueConstraint(fields=["announcement", "site"], name="%(app_label)s_%(class)s_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["announcement", "project_number", "id"], name="reports_site_by_project"),
            models.Index(fields=["announcement", "state", "project_number", "id"], name="reports_site_by_state"),
            names_index("reports_site_search"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.key}"


class Report(models.Model):
    """One report in one language, built from the figures frozen in it. Asked for by the livelihood office.

    figures: everything the report says, except the rows of sites, which are the announcement's; read as `told`.
    fingerprint: SHA-256 of the figures; the same inputs are the same report. job: the present attempt to build it.
    """

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="reports")
    announcement = models.ForeignKey(Announcement, models.PROTECT, related_name="reports")
    kind = models.CharField(max_length=10, choices=ReportKind, default=ReportKind.YEAR_END)
    language = models.CharField(max_length=10, choices=Language)
    figures = models.JSONField()
    fingerprint = models.CharField(max_length=64)
    job = models.OneToOneField(Job, models.PROTECT, related_name="report")
    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            choices_constraint("kind", ReportKind),
            choices_constraint("language", Language),
            pair_constraint("requested"),
            models.UniqueConstraint(
                fields=["cycle", "kind", "language", "fingerprint"], name="%(app_label)s_%(class)s_once"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.kind} {self.language} {self.fingerprint[:12]}"

    @property
    def told(self) -> ReportFigures:
        """What the report says."""
        return ReportFigures.from_json(self.figures)


class ReportFile(models.Model):
    """A finished file of a report. Written by the job that built it; never changes.

    name: below MEDIA_ROOT. digest: SHA-256 of the file. size: in bytes.
    """

    report = models.ForeignKey(Report, models.PROTECT, related_name="files")
    file_format = models.CharField(max_length=10, choices=FileFormat)
    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    size = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            choices_constraint("file_format", FileFormat),
            models.UniqueConstraint(fields=["report", "file_format"], name="%(app_label)s_%(class)s_once"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.file_format}"
