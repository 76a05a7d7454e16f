"""The machines of the hall."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from livelihood.cycles.models import Cycle
from livelihood.kernel.constraints import pair_constraint


class Kiosk(models.Model):
    """A machine of the hall, on which deputies vote with their cards, one after the other.

    Opened by congress staff on the machine itself, for a day and all rounds of a year; stops changing when revoked.
    name: what stands on it. token_hash: of what its browser holds, another with each card that it took, so that a copy
    of it and the machine cannot both go on; former_hash: of the one before, as an answer may be lost. copied_at: when
    a browser came with an older one.
    """

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="kiosks")
    name = models.CharField(max_length=60)
    token_hash = models.CharField(max_length=64)
    former_hash = models.CharField(max_length=64, blank=True)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    used_at = models.DateTimeField(null=True, blank=True)
    copied_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints: ClassVar = [pair_constraint("revoked")]

    def __str__(self) -> str:
        return f"#{self.pk} {self.name}"
