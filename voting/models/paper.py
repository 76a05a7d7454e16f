"""Paper beside the machine: the stack that came out of the box, what was read on its sheets, and who counted."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from livelihood.kernel.constraints import choices_constraint, pair_constraint
from voting.models.rounds import Round
from voting.states import Duty

HANDS = (1, 2)
"""A sheet is read twice, by two persons."""


class PaperStack(models.Model):
    """The papers of one round as they came out of the box: mixed first, then numbered from 1.

    Made by a teller when voting has closed, corrected by counting again, fixed once merged: then each sheet was read
    alike by two people and is a ballot among the others. returned: papers in the box, however they are marked; it
    stands once somebody else has counted as many (checked).
    """

    round = models.OneToOneField(Round, models.PROTECT, related_name="paper_stack")
    returned = models.PositiveIntegerField()
    counted_at = models.DateTimeField()
    counted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    checked_at = models.DateTimeField(null=True, blank=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    merged_at = models.DateTimeField(null=True, blank=True)
    merged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            pair_constraint("checked"),
            pair_constraint("merged"),
            models.CheckConstraint(
                condition=Q(checked_by__isnull=True) | ~Q(checked_by=F("counted_by")),
                name="%(app_label)s_%(class)s_takes_two",
            ),
            models.CheckConstraint(
                condition=Q(merged_at__isnull=True) | Q(checked_at__isnull=False),
                name="%(app_label)s_%(class)s_merged_is_checked",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} stack of round {self.round_id}"


class PaperReading(models.Model):
    """What one person read on one sheet of a stack. Erased when the stack is merged or the round void: it has an order.

    number: place in the stack, from 1. hand: 1 for the first who read this sheet, 2 for the second, somebody else.
    marks: one letter per option, in order of option number.
    """

    stack = models.ForeignKey(PaperStack, models.PROTECT, related_name="readings")
    number = models.PositiveIntegerField()
    hand = models.PositiveSmallIntegerField()
    teller = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    marks = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(number__gte=1), name="%(app_label)s_%(class)s_numbered_from_1"),
            models.CheckConstraint(condition=Q(hand__in=HANDS), name="%(app_label)s_%(class)s_hand_known"),
            models.UniqueConstraint(fields=["stack", "number", "hand"], name="%(app_label)s_%(class)s_two_hands"),
            models.UniqueConstraint(fields=["stack", "number", "teller"], name="%(app_label)s_%(class)s_two_people"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} hand {self.hand} on sheet {self.number} of stack {self.stack_id}"


class CountingOfficer(models.Model):
    """Somebody the session named to count or to watch the count; signs the tally sheet.

    Written by congress staff, all of a round at once, until the round is finished. name: as the sheet prints it.
    """

    round = models.ForeignKey(Round, models.PROTECT, related_name="officers")
    duty = models.CharField(max_length=16, choices=Duty)
    name = models.CharField(max_length=60)

    class Meta:
        constraints: ClassVar = [
            choices_constraint("duty", Duty),
            models.UniqueConstraint(fields=["round", "name"], name="%(app_label)s_%(class)s_one_duty"),
            models.UniqueConstraint(
                fields=["round"],
                condition=Q(duty=Duty.CHIEF_SCRUTINEER),
                name="%(app_label)s_%(class)s_one_chief",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.duty} of round {self.round_id}"
