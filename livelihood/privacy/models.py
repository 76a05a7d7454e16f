"""How long each kind of personal data is kept, and what was forgotten."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from livelihood.accounts.models import User


class RetentionPeriod(models.Model):
    """That the office keeps a kind for so many days, until there is a period of a higher number; written once.

    key: of `livelihood.kernel.personal`. Without a row the period holds that is declared there.
    """

    key = models.SlugField(max_length=40, db_index=False)
    number = models.PositiveIntegerField()
    days = models.PositiveIntegerField()
    reason = models.CharField(max_length=300)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["key", "number"], name="%(app_label)s_%(class)s_once"),
            models.CheckConstraint(condition=Q(number__gt=0, days__gt=0), name="%(app_label)s_%(class)s_counted"),
            models.CheckConstraint(condition=~Q(reason=""), name="%(app_label)s_%(class)s_has_reason"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.key} {self.days}"


class Forgetting(models.Model):
    """That the clock has forgotten a block of rows of a kind; written once, in the transaction in which they went.

    at: when the run of the clock began; the blocks of one run have it in common. days: the period that held.
    """

    key = models.SlugField(max_length=40, db_index=False)
    at = models.DateTimeField()
    days = models.PositiveIntegerField()
    count = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(count__gt=0), name="%(app_label)s_%(class)s_counted")
        ]
        indexes: ClassVar = [models.Index(fields=["key", "-at"], name="privacy_forgetting_last")]

    def __str__(self) -> str:
        return f"#{self.pk} {self.key} {self.count}"
