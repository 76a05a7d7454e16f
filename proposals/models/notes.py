"""What officials tell each other about a suggestion, a need or a candidate."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from livelihood.accounts.models import User
from livelihood.kernel.constraints import pair_constraint
from proposals.models.candidates import Candidate
from proposals.models.needs import Need
from proposals.models.suggestions import Suggestion


class DeskNote(models.Model):
    """A note among colleagues, about one object; never public. Its words never change; who wrote it may withdraw it.

    `answers`: the note that it replies to. `mentions`: who was named in it, and is told.
    """

    suggestion = models.ForeignKey(Suggestion, models.PROTECT, null=True, blank=True, related_name="notes")
    need = models.ForeignKey(Need, models.PROTECT, null=True, blank=True, related_name="notes")
    candidate = models.ForeignKey(Candidate, models.PROTECT, null=True, blank=True, related_name="notes")
    answers = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="replies")
    text = models.TextField()
    mentions = models.JSONField(default=list)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            pair_constraint("withdrawn"),
            models.CheckConstraint(
                condition=Q(suggestion__isnull=False, need__isnull=True, candidate__isnull=True)
                | Q(suggestion__isnull=True, need__isnull=False, candidate__isnull=True)
                | Q(suggestion__isnull=True, need__isnull=True, candidate__isnull=False),
                name="%(app_label)s_%(class)s_about_one",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="%(app_label)s_%(class)s_text_present"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
