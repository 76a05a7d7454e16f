"""The open letter with which a year begins: one for each cycle, and what it said before each correction."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from livelihood.accounts.models import User
from livelihood.cycles.models import Cycle, Sourced
from livelihood.kernel.constraints import choices_constraint, pair_constraint
from proposals.states import LetterState


class LetterWords(models.Model):
    """What a letter says. `body` is Markdown.

    `document_number` and `dated_on` are those of the signed original, where there is one.
    """

    title = models.CharField(max_length=200)
    body = models.TextField()
    signed_by = models.CharField(max_length=200)
    document_number = models.CharField(max_length=100, blank=True)
    dated_on = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True


WORDS = tuple(field.name for field in LetterWords._meta.local_fields)
"""The fields that hold what a letter says."""


class OpenLetter(LetterWords, Sourced):
    """The letter that asks the public for suggestions; one per cycle.

    Written by the livelihood office. Once it is published, its words change by a correction only.
    """

    cycle = models.OneToOneField(Cycle, models.PROTECT, related_name="letter")
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


class LetterViews(models.Model):
    """How often a letter was opened on a day, about: counted by browsers that run scripts, beside the page."""

    letter = models.ForeignKey(OpenLetter, models.PROTECT, related_name="views")
    day = models.DateField()
    count = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["letter", "day"], name="%(app_label)s_%(class)s_one_a_day"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.day}: {self.count}"


class LetterCorrection(LetterWords):
    """What a published letter said until it was corrected, and why it was; written once, for everybody to see."""

    letter = models.ForeignKey(OpenLetter, models.PROTECT, related_name="corrections")
    number = models.PositiveIntegerField()
    reason = models.CharField(max_length=500)
    corrected_at = models.DateTimeField()
    corrected_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["letter", "number"], name="%(app_label)s_%(class)s_once"),
            models.CheckConstraint(condition=Q(number__gt=0), name="%(app_label)s_%(class)s_counted_from_one"),
            models.CheckConstraint(condition=~Q(reason=""), name="%(app_label)s_%(class)s_has_reason"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} correction {self.number} of letter {self.letter_id}"
