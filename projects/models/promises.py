"""List one: projects, their indicators with targets, the shares of areas, and the rules of the lights."""

from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from livelihood.cycles.models import Area, Aspect, Cycle, Organisation, Sourced
from livelihood.kernel.constraints import choices_constraint
from livelihood.kernel.search import search_column, search_index
from projects.querysets import IndicatorQuerySet, ProjectQuerySet
from projects.states import CountedBy, IndicatorKind, ProjectKind, ProjectState
from proposals.models import Candidate

ZERO_OR_MORE = MinValueValidator(0)


class Project(Sourced):
    """A chosen project: a public promise. Created by the hand-over from the decision; changes no more once closed out.

    `number` is its place on the published list; `candidate` what it was when it was chosen (none for a list that was
    decided elsewhere).
    """

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="projects")
    number = models.PositiveSmallIntegerField(_("number"))
    aspect = models.ForeignKey(Aspect, models.PROTECT, related_name="projects", verbose_name=_("aspect"))
    title = models.CharField(_("title"), max_length=200)
    content = models.TextField(_("content"), blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=ProjectKind)
    lead_organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="led_projects", verbose_name=_("lead unit")
    )
    candidate = models.OneToOneField(Candidate, models.PROTECT, null=True, blank=True, related_name="project")
    state = models.CharField(max_length=10, choices=ProjectState, default=ProjectState.ACTIVE)
    search = search_column("title", "content")

    objects = ProjectQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            choices_constraint("kind", ProjectKind),
            choices_constraint("state", ProjectState),
            models.UniqueConstraint(fields=["cycle", "number"], name="%(app_label)s_%(class)s_unique_number"),
        ]
        indexes: ClassVar = [search_index("projects_project_search")]

    def __str__(self) -> str:
        return f"#{self.pk} {self.number} {self.title}"


class Indicator(Sourced):
    """What of a project is measured, in which unit, up to which target. Created by the livelihood office.

    target: to be reached (for a cap: not to be passed); empty where none is published. A rate is in per cent.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="indicators")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(_("name"), max_length=200)
    unit = models.CharField(_("unit"), max_length=20)
    kind = models.CharField(_("kind"), max_length=10, choices=IndicatorKind, default=IndicatorKind.ADDITIVE)
    counted_by = models.CharField(_("counted by"), max_length=10, choices=CountedBy, default=CountedBy.SITES)
    target = models.DecimalField(
        _("target"), max_digits=18, decimal_places=4, null=True, blank=True, validators=[ZERO_OR_MORE]
    )

    objects = IndicatorQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            choices_constraint("kind", IndicatorKind),
            choices_constraint("counted_by", CountedBy),
            models.UniqueConstraint(fields=["project", "number"], name="%(app_label)s_%(class)s_unique_number"),
            models.UniqueConstraint(fields=["project", "name"], name="%(app_label)s_%(class)s_unique_name"),
            models.CheckConstraint(condition=Q(target__gte=0), name="%(app_label)s_%(class)s_target_positive"),
            models.CheckConstraint(
                condition=Q(kind=IndicatorKind.ADDITIVE) | Q(counted_by=CountedBy.AREAS),
                name="%(app_label)s_%(class)s_only_quantities_by_site",
            ),
            models.CheckConstraint(
                condition=~Q(kind=IndicatorKind.RATE) | Q(unit="%"),
                name="%(app_label)s_%(class)s_rate_in_per_cent",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.name}"


class Allocation(Sourced):
    """The share of an indicator's target that falls to a child area. For rates and caps: the area's own target.

    Shares of a quantity may not exceed its target (a deferred trigger says so at commit).
    """

    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="allocations")
    area = models.ForeignKey(Area, models.PROTECT, related_name="allocations")
    target = models.DecimalField(max_digits=18, decimal_places=4)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["indicator", "area"], name="%(app_label)s_%(class)s_once"),
            models.CheckConstraint(condition=Q(target__gte=0), name="%(app_label)s_%(class)s_target_positive"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.indicator_id}/{self.area_id}"


class LightRule(models.Model):
    """A cycle's thresholds of the lights, and its clock of notices. Made when needed; kept by the livelihood office.

    Points: planned share minus done share of a quantity, in per cent points. Planned grows evenly from start to date.
    Source: docs/sources.md (light-rule).
    """

    YELLOW_POINTS, RED_POINTS = 10, 30
    YELLOW_START_DAYS, RED_START_DAYS = 30, 90
    YELLOW_OVERDUE_DAYS, RED_OVERDUE_DAYS = 1, 1
    NOTICE_DAYS = 7

    cycle = models.OneToOneField(Cycle, models.PROTECT, related_name="light_rule")
    yellow_points = models.PositiveSmallIntegerField(_("points behind, yellow from"), default=YELLOW_POINTS)
    red_points = models.PositiveSmallIntegerField(_("points behind, red above"), default=RED_POINTS)
    yellow_start_days = models.PositiveSmallIntegerField(
        _("days late to start, yellow from"), default=YELLOW_START_DAYS
    )
    red_start_days = models.PositiveSmallIntegerField(_("days late to start, red from"), default=RED_START_DAYS)
    yellow_overdue_days = models.PositiveSmallIntegerField(_("days overdue, yellow from"), default=YELLOW_OVERDUE_DAYS)
    red_overdue_days = models.PositiveSmallIntegerField(_("days overdue, red from"), default=RED_OVERDUE_DAYS)
    notice_days = models.PositiveSmallIntegerField(_("days to answer a notice"), default=NOTICE_DAYS)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(red_points__gte=F("yellow_points"))
                & Q(red_start_days__gte=F("yellow_start_days"))
                & Q(red_overdue_days__gte=F("yellow_overdue_days"))
                & Q(yellow_overdue_days__gte=1),
                name="%(app_label)s_%(class)s_red_after_yellow",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} cycle {self.cycle_id}"
