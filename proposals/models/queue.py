"""The queue of suggestions that wait for a check: who looks at which, and what puts them into an order."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q

from livelihood.accounts.models import User
from livelihood.cycles.models import Area
from livelihood.kernel.constraints import choices_constraint, pair_constraint
from proposals.models.suggestions import Suggestion
from proposals.states import ListedKind

CLAIM_LASTS = timedelta(minutes=60)
"""After so long a suggestion that somebody took is free for all again."""


class Claim(models.Model):
    """That somebody checks a suggestion now, so that nobody else does. Goes with the check, or when it is given back.

    Whoever takes it after it has lapsed stands in the same row. The journal keeps who took it and when.
    """

    suggestion = models.OneToOneField(Suggestion, models.PROTECT, related_name="claim")
    claimed_at = models.DateTimeField()
    claimed_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"#{self.pk} on suggestion {self.suggestion_id}"

    @property
    def lapses_at(self) -> datetime:
        """When it holds no longer."""
        return self.claimed_at + CLAIM_LASTS


class SuggestionWeight(models.Model):
    """What was seen in a suggestion that moves it in the queue. Weighed by the clock, and anew when words change.

    `text_key`: keyed hash of the text without spaces and marks, by which the same text is known when it comes again.
    `signs`: codes of `Sign`. The points stand on the suggestion, for the order.
    """

    suggestion = models.OneToOneField(Suggestion, models.PROTECT, primary_key=True, related_name="weight")
    text_key = models.CharField(max_length=64)
    signs = models.JSONField(default=list)
    weighed_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["text_key"], name="proposals_weight_text")]

    def __str__(self) -> str:
        return f"#{self.pk}"


class ListedWord(models.Model):
    """A word that an office looks for in suggestions of its area and below. Taken off with the day, not deleted."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=ListedKind)
    word = models.CharField(max_length=40)
    listed_at = models.DateTimeField()
    listed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    unlisted_at = models.DateTimeField(null=True, blank=True)
    unlisted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            choices_constraint("kind", ListedKind),
            pair_constraint("unlisted"),
            models.CheckConstraint(condition=~Q(word=""), name="%(app_label)s_%(class)s_word_present"),
            models.UniqueConstraint(
                fields=["area", "kind", "word"],
                condition=Q(unlisted_at__isnull=True),
                name="%(app_label)s_%(class)s_listed_once",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.kind}"
