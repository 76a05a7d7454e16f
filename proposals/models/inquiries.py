"""What an office asks who sent a suggestion, and what they answer."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from livelihood.accounts.models import User
from proposals.models.suggestions import Suggestion
from proposals.states import InquiryEnd


class Inquiry(models.Model):
    """A question to who sent a suggestion, with a clock of its own; while it is open, the clock of the answer stands.

    One at a time. Read and answered with number and code. It ends once: answered, lapsed or taken back, and stays as it
    is, but for stars in its answer where an `Erasure` says why.
    """

    suggestion = models.ForeignKey(Suggestion, models.PROTECT, related_name="inquiries")
    text = models.TextField()
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    lapses_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=InquiryEnd, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(outcome__in=["", *InquiryEnd.values]), name="%(app_label)s_%(class)s_outcome_known"
            ),
            models.CheckConstraint(
                condition=Q(outcome="", ended_at__isnull=True) | (~Q(outcome="") & Q(ended_at__isnull=False)),
                name="%(app_label)s_%(class)s_ended_has_moment",
            ),
            models.CheckConstraint(
                condition=(Q(outcome=InquiryEnd.ANSWERED) & ~Q(answer=""))
                | (~Q(outcome=InquiryEnd.ANSWERED) & Q(answer="")),
                name="%(app_label)s_%(class)s_answered_has_answer",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="%(app_label)s_%(class)s_text_present"),
            models.UniqueConstraint(
                fields=["suggestion"], condition=Q(outcome=""), name="%(app_label)s_%(class)s_one_open"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["lapses_at"], condition=Q(outcome=""), name="proposals_inquiry_open"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} about suggestion {self.suggestion_id}"
