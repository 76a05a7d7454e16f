"""By when citizens are answered, and which days count."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from livelihood.accounts.models import User
from livelihood.cycles.models import Area

DEFAULT_DAYS = 7
"""Working days. Source: docs/sources.md (answer-days)."""
DEFAULT_REMIND_DAYS = 2
DAYS_POSSIBLE = (1, 60)


class AnswerRule(models.Model):
    """How the office of an area answers; without a row what stands here holds. Changed at the desk, journaled.

    days: working days from the receipt of a suggestion. remind_days: so many before, who answers is reminded.
    has_four_eyes: whether a reply that one has written is sent by another.
    What holds when a suggestion comes is promised to its sender, and stays for it.
    """

    area = models.OneToOneField(Area, models.PROTECT, related_name="+")
    days = models.PositiveSmallIntegerField(
        default=DEFAULT_DAYS, validators=[MinValueValidator(DAYS_POSSIBLE[0]), MaxValueValidator(DAYS_POSSIBLE[1])]
    )
    remind_days = models.PositiveSmallIntegerField(default=DEFAULT_REMIND_DAYS)
    has_four_eyes = models.BooleanField(default=False)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(days__range=DAYS_POSSIBLE), name="%(app_label)s_%(class)s_days_possible"
            ),
            models.CheckConstraint(
                condition=Q(remind_days__lt=F("days")), name="%(app_label)s_%(class)s_reminds_within_days"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} of area {self.area_id}"


class SpecialDay(models.Model):
    """A day that is worked, or is not, otherwise than the calendar says, in an area and all below it.

    Entered by the office of the area, for a year that the calendar does not know yet or for a day of its own; taken
    away again by the same. Days that were promised to somebody stay.
    """

    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    day = models.DateField()
    is_worked = models.BooleanField()
    name = models.CharField(max_length=40)
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["area", "day"], name="%(app_label)s_%(class)s_once"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.day}"
