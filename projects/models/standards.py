"""List two: how it must be when it is done."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from livelihood.cycles.models import Cycle, Sourced


class Standard(Sourced):
    """A construction or service standard of a cycle, at one version. Changes no more once a site was judged by it."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="standards")
    title = models.CharField(_("title"), max_length=200)
    version = models.PositiveSmallIntegerField(_("version"), default=1)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cycle", "title", "version"], name="%(app_label)s_%(class)s_once"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.title} v{self.version}"


class StandardLine(models.Model):
    """One requirement of a standard, in words a citizen can check.

    requirement: what; measure: how it is measured; required_value with unit: what must be found (`≥ 200`, `yes`).
    """

    standard = models.ForeignKey(Standard, models.PROTECT, related_name="lines")
    number = models.PositiveSmallIntegerField()
    requirement = models.CharField(_("requirement"), max_length=300)
    measure = models.CharField(_("how it is measured"), max_length=200, blank=True)
    required_value = models.CharField(_("required value"), max_length=100, blank=True)
    unit = models.CharField(_("unit"), max_length=20, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["standard", "number"], name="%(app_label)s_%(class)s_unique_number"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.standard_id}.{self.number}"
