"""The sites, and the figures summed up from them."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from livelihood.cycles.models import Area, Cycle, Organisation, Sourced
from livelihood.kernel.constraints import choices_constraint
from livelihood.kernel.fields import FoldedField
from livelihood.kernel.lights import Light
from livelihood.kernel.search import names_column, names_index
from projects.models.promises import Indicator, Project
from projects.models.standards import Standard
from projects.querysets import IndicatorFigureQuerySet, SiteQuerySet
from projects.states import LightReason, SiteState


class Site(Sourced):
    """A place where a promise is kept: where, to which standard, until when, by whom. Comes from a workbook.

    `key` is the external number that an import finds it again by, in whatever spelling (`key_folded`). `quantity_done`,
    `reported_on` and `state` repeat the last report; `light` and `light_reason` are computed by
    `SiteQuerySet.refresh_lights` after every write and each night. `project` and `cycle` repeat the indicator's, held
    true by triggers, so that lists of a cycle read one index.
    """

    cycle = models.ForeignKey(Cycle, models.PROTECT, db_constraint=False, db_index=False, related_name="sites")
    project = models.ForeignKey(Project, models.PROTECT, db_constraint=False, db_index=False, related_name="sites")
    indicator = models.ForeignKey(Indicator, models.PROTECT, db_constraint=False, db_index=False, related_name="sites")
    area = models.ForeignKey(Area, models.PROTECT, db_index=False, related_name="sites", verbose_name=_("area"))
    standard = models.ForeignKey(
        Standard, models.PROTECT, null=True, blank=True, db_index=False, related_name="sites",
        verbose_name=_("standard"),
    )  # fmt: skip
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, db_index=False, related_name="sites",
        verbose_name=_("responsible unit"),
    )  # fmt: skip
    key = models.CharField(_("key"), max_length=60)
    key_folded = FoldedField(max_length=1080, of="key", blank=True, editable=False)  # folding makes at most 18 of one
    name = models.CharField(_("name"), max_length=200)
    address = models.CharField(_("address"), max_length=300, blank=True)
    longitude = models.DecimalField(
        _("longitude"), max_digits=9, decimal_places=6, null=True, blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
    )  # fmt: skip
    latitude = models.DecimalField(
        _("latitude"), max_digits=8, decimal_places=6, null=True, blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )  # fmt: skip
    starts_on = models.DateField(_("start"))
    due_on = models.DateField(_("date"))
    quantity_planned = models.DecimalField(
        _("planned quantity"), max_digits=18, decimal_places=4, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    quantity_done = models.DecimalField(max_digits=18, decimal_places=4, default=0)
    reported_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=SiteState, default=SiteState.PLANNED)
    light = models.CharField(max_length=10, choices=Light, default=Light.GREY)
    light_reason = models.CharField(max_length=20, choices=LightReason, default=LightReason.NOT_DUE)
    search = names_column("name", "address", "key")

    objects = SiteQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            choices_constraint("state", SiteState),
            choices_constraint("light", Light),
            choices_constraint("light_reason", LightReason),
            models.UniqueConstraint(fields=["project", "key_folded"], name="%(app_label)s_%(class)s_unique_key"),
            models.CheckConstraint(
                condition=Q(due_on__gte=F("starts_on")), name="%(app_label)s_%(class)s_due_after_start"
            ),
            models.CheckConstraint(
                condition=Q(quantity_done__gte=0) & (Q(quantity_planned__isnull=True) | Q(quantity_planned__gte=0)),
                name="%(app_label)s_%(class)s_quantities_positive",
            ),
            models.CheckConstraint(
                condition=Q(longitude__isnull=True, latitude__isnull=True)
                | Q(
                    longitude__isnull=False,
                    latitude__isnull=False,
                    longitude__range=(-180, 180),
                    latitude__range=(-90, 90),
                ),
                name="%(app_label)s_%(class)s_whole_place",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["cycle", "due_on", "id"], name="projects_site_by_date"),
            models.Index(fields=["cycle", "light", "due_on", "id"], name="projects_site_by_light"),
            models.Index(fields=["project", "due_on", "id"], name="projects_site_of_project"),
            models.Index(fields=["area", "cycle", "due_on", "id"], name="projects_site_of_area"),
            # Every index is paid for with each of thirty thousand rows of an import: none for what names nothing.
            models.Index(
                fields=["organisation", "cycle", "due_on", "id"], name="projects_site_of_unit",
                condition=Q(organisation__isnull=False),
            ),
            # What waits: of the very many of a year those that are late or next, and those to be accepted.
            models.Index(
                fields=["cycle", "due_on", "id"], name="projects_site_unfinished",
                condition=Q(state__in=[SiteState.PLANNED, SiteState.UNDER_WAY]),
            ),
            models.Index(
                fields=["cycle", "due_on", "id"], name="projects_site_completed",
                condition=Q(state=SiteState.COMPLETED),
            ),
            models.Index(
                fields=["standard"], name="projects_site_of_standard", condition=Q(standard__isnull=False)
            ),
            models.Index(
                fields=["cycle"], include=["longitude", "latitude", "light"], name="projects_site_on_map",
                condition=Q(longitude__isnull=False),
            ),
            models.Index(
                fields=["cycle", "reported_on"], name="projects_site_reported", condition=Q(reported_on__isnull=False)
            ),
            names_index("projects_site_search"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"#{self.pk} {self.key} {self.name}"


class IndicatorFigure(models.Model):
    """What an indicator has come to in one area: the summary that pages read instead of 31,569 sites.

    For indicators counted by sites a trigger of the database keeps it with every write of a site, whichever way it
    comes; `area` is then the site's own. For those counted by areas `services.progress` keeps it. `manage.py
    recount_figures` proves it equal to a full recount.

    done: numerator of a rate, else the quantity; base: denominator of a rate. The counts carry no check against
    negative numbers: the trigger proposes differences, which PostgreSQL checks before it finds the conflict.
    """

    indicator = models.ForeignKey(Indicator, models.PROTECT, db_index=False, related_name="figures")
    area = models.ForeignKey(Area, models.PROTECT, related_name="figures")
    done = models.DecimalField(max_digits=18, decimal_places=4)
    base = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    planned = models.DecimalField(max_digits=18, decimal_places=4, default=0)
    sites = models.IntegerField(default=0)
    sites_planned = models.IntegerField(default=0)
    sites_under_way = models.IntegerField(default=0)
    sites_completed = models.IntegerField(default=0)
    sites_accepted = models.IntegerField(default=0)
    lights_grey = models.IntegerField(default=0)
    lights_green = models.IntegerField(default=0)
    lights_yellow = models.IntegerField(default=0)
    lights_red = models.IntegerField(default=0)
    lights_blue = models.IntegerField(default=0)

    # What of a site is counted here, and by which expression, says projects_counted() in guards/functions.sql.
    COUNTED = (
        "done", "planned", "sites",
        *(f"sites_{state}" for state in SiteState.values), *(f"lights_{light}" for light in Light.values),
    )  # fmt: skip

    objects = IndicatorFigureQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["indicator", "area"], name="%(app_label)s_%(class)s_once"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.indicator_id}/{self.area_id}"
