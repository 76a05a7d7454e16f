"""What who sent a suggestion has to say against the need it was put behind: once, and answered once."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from livelihood.accounts.models import User
from livelihood.kernel.constraints import pair_constraint
from proposals.models.suggestions import Suggestion


class Objection(models.Model):
    """That a suggestion was understood wrongly, in the words of who sent it; never public.

    `words` go when the text of the suggestion is masked or withdrawn; `answer` is the office's, read by the sender.
    """

    suggestion = models.OneToOneField(Suggestion, models.PROTECT, related_name="objection")
    words = models.TextField()
    objected_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            pair_constraint("answered"),
            models.CheckConstraint(condition=~Q(words=""), name="%(app_label)s_%(class)s_words_present"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="%(app_label)s_%(class)s_answer_has_day",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["suggestion"], name="proposals_objection_waiting", condition=Q(answered_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} to suggestion {self.suggestion_id}"
