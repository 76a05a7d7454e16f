"""What happens to a site: reports, notices, acceptance."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from livelihood.cycles.models import Area, Cycle, Sourced
from livelihood.kernel.constraints import choices_constraint, pair_constraint
from projects.models.promises import Indicator
from projects.models.sites import Site
from projects.models.standards import StandardLine
from projects.querysets import NoticeQuerySet
from projects.states import NoticeState


class ProgressReport(Sourced):
    """What was done up to a day, at a site or (for indicators counted by areas) in an area. Never changes.

    quantity: done to date, not since the last report; numerator of a rate. base: denominator of a rate.
    reported_on: the day the figure speaks of.
    """

    indicator = models.ForeignKey(Indicator, models.PROTECT, db_index=False, related_name="reports")
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, db_index=False, related_name="reports")
    area = models.ForeignKey(Area, models.PROTECT, db_index=False, related_name="reports")
    quantity = models.DecimalField(_("quantity done to date"), max_digits=18, decimal_places=4)
    base = models.DecimalField(_("denominator"), max_digits=18, decimal_places=4, null=True, blank=True)
    reported_on = models.DateField(_("as of"))
    note = models.CharField(_("note"), max_length=500, blank=True)
    idempotency_key = models.CharField(max_length=64, unique=True)
    reported_at = models.DateTimeField()
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="progress_reports")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(quantity__gte=0) & (Q(base__isnull=True) | Q(base__gt=0)),
                name="%(app_label)s_%(class)s_quantities_positive",
            ),
            pair_constraint("reported"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["site", "-reported_on", "-id"], name="projects_report_of_site"),
            models.Index(fields=["indicator", "area", "-reported_on", "-id"], name="projects_report_of_figure"),
            models.Index(fields=["indicator", "-reported_on", "-id"], name="projects_report_by_day"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.quantity} on {self.reported_on}"


class Notice(models.Model):
    """A demand to put an overdue site right: issued by the clock, answered by the unit, closed by supervision.

    site_due_on: the broken date; one notice for each, so the daily run may run twice. due_on: last day to answer.
    cycle repeats the site's, held true by a trigger, so that the list of a year reads one index.
    """

    cycle = models.ForeignKey(Cycle, models.PROTECT, db_constraint=False, db_index=False, related_name="notices")
    site = models.ForeignKey(Site, models.PROTECT, related_name="notices")
    site_due_on = models.DateField()
    issued_on = models.DateField()
    due_on = models.DateField()
    state = models.CharField(max_length=10, choices=NoticeState, default=NoticeState.ISSUED)
    answer = models.TextField(_("answer"), blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    finding = models.TextField(_("finding"), blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            choices_constraint("state", NoticeState),
            models.UniqueConstraint(fields=["site", "site_due_on"], name="%(app_label)s_%(class)s_once_a_date"),
            pair_constraint("answered"),
            pair_constraint("closed"),
            models.CheckConstraint(
                condition=(Q(state=NoticeState.CLOSED) & Q(closed_at__isnull=False))
                | (~Q(state=NoticeState.CLOSED) & Q(closed_at__isnull=True)),
                name="%(app_label)s_%(class)s_closed_when_closed",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["cycle", "due_on", "id"], name="projects_notice_by_date"),
            models.Index(fields=["cycle", "state", "due_on", "id"], name="projects_notice_by_state"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} site {self.site_id}"


class Acceptance(models.Model):
    """One inspection of a completed site against its standard. Never changes; a site that failed gets another one."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="acceptances")
    is_passed = models.BooleanField()
    note = models.CharField(_("note"), max_length=500, blank=True)
    inspected_at = models.DateTimeField()
    inspected_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["site"], condition=Q(is_passed=True), name="%(app_label)s_%(class)s_passed_once"
            ),
            pair_constraint("inspected"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} site {self.site_id}"


class AcceptanceLine(models.Model):
    """Whether one line of the standard was met at an inspection. Never changes."""

    acceptance = models.ForeignKey(Acceptance, models.PROTECT, related_name="lines")
    line = models.ForeignKey(StandardLine, models.PROTECT, related_name="findings")
    is_met = models.BooleanField()
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["acceptance", "line"], name="%(app_label)s_%(class)s_once"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.acceptance_id}/{self.line_id}"
