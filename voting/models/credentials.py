"""The one-time codes by which deputies come in without a password."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from voting.models.roll import RollEntry


class Credential(models.Model):
    """The personal code on the card of one deputy for one round.

    Issued by congress staff; issuing another overwrites it, which makes the former code worthless; used once, by the
    deputy alone; stops changing when the deputy has voted. code_hash: all that is kept of the code.
    """

    entry = models.OneToOneField(RollEntry, models.PROTECT, related_name="credential")
    code_hash = models.CharField(max_length=64, unique=True)
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(code_hash__regex=r"^[0-9a-f]{64}$"), name="%(app_label)s_%(class)s_hash_form"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} for line {self.entry_id}"
