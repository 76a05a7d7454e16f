"""The open letter with which a year begins: one for each cycle, its text kept as published."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from livelihood.accounts.models import User
from livelihood.cycles.models import Cycle, Sourced
from livelihood.kernel.constraints import choices_constraint, pair_constraint
from proposals.states import LetterState


class OpenLetter(Sourced):
    """The letter that asks the public for suggestions; one per cycle.

    Written by the livelihood office; stops changing when it is published. `body` is Markdown.
    `document_number` and `dated_on` are those of the signed original, where there is one.
    """

    cycle = models.OneToOneField(Cycle, models.PROTECT, related_name="letter")
    title = models.CharField(max_length=200)
    body = models.TextField()
    signed_by = models.CharField(max_length=200)
    document_number = models.CharField(max_length=100, blank=True)
    dated_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=LetterState, default=LetterState.DRAFT)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            choices_constraint("state", LetterState),
            pair_constraint("published"),
            models.CheckConstraint(
                condition=Q(state=LetterState.DRAFT, published_at__isnull=True)
                | Q(state=LetterState.PUBLISHED, published_at__isnull=False),
                name="%(app_label)s_%(class)s_published_has_date",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} letter of cycle {self.cycle_id}"
