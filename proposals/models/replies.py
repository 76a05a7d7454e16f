"""What citizens are answered, by whom it was looked at before, and what helps to write it."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from livelihood.accounts.models import User
from livelihood.cycles.models import Area, Organisation
from livelihood.kernel.constraints import pair_constraint
from proposals.models.suggestions import Suggestion
from proposals.states import DraftOutcome


class Kept(models.Model):
    """Something that the office of an area keeps to answer with; it ends and is never removed."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        abstract = True


class ReplyTemplate(Kept):
    """A text to begin a reply with. Its fields, as {编号}, are filled in when the reply is sent.

    Another wording is another template; the one before it ends.
    """

    name = models.CharField(max_length=40)
    text = models.TextField()

    class Meta:
        constraints: ClassVar = [
            pair_constraint("ended"),
            models.UniqueConstraint(
                fields=["area", "name"],
                condition=Q(ended_at__isnull=True),
                name="%(app_label)s_%(class)s_one_of_a_name",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.name}"


class ProgressWord(Kept):
    """What an office says of how far a suggestion has come, for instance that it is studied. Shown beside a reply."""

    name = models.CharField(max_length=20)

    class Meta:
        constraints: ClassVar = [
            pair_constraint("ended"),
            models.UniqueConstraint(
                fields=["area", "name"], condition=Q(ended_at__isnull=True), name="%(app_label)s_%(class)s_once"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.name}"


class Answering(models.Model):
    """What a reply says, sent or not. why_insisted: why it goes though it was stopped; read at the desk.

    corrects: the reply that it puts right, which stays in sight with the reason.
    text_key: the same for all that say the same (`proposals.substance.text_key`).
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    text = models.TextField()
    progress = models.ForeignKey(ProgressWord, models.PROTECT, null=True, blank=True, related_name="+")
    text_key = models.CharField(max_length=64, db_default="", blank=True)
    why_insisted = models.CharField(max_length=300, db_default="", blank=True)
    why_corrected = models.CharField(max_length=300, db_default="", blank=True)

    class Meta:
        abstract = True


class Reply(Answering):
    """An organisation's answer to one suggestion. Append-only: what was wrong is put right by a further row.

    Who sent the suggestion reads it by number and code; anyone reads it while the suggestion is public.
    drafted_by: who wrote it, where another one had to send it.
    """

    suggestion = models.ForeignKey(Suggestion, models.PROTECT, related_name="replies")
    corrects = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="correction")
    drafted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    replied_at = models.DateTimeField()
    replied_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(text=""), name="%(app_label)s_%(class)s_text_present"),
            models.CheckConstraint(
                condition=Q(corrects__isnull=True, why_corrected="")
                | (Q(corrects__isnull=False) & ~Q(why_corrected="")),
                name="%(app_label)s_%(class)s_correction_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(drafted_by__isnull=True) | ~Q(drafted_by=F("replied_by")),
                name="%(app_label)s_%(class)s_sent_by_another",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["text_key"], name="proposals_reply_alike", condition=~Q(text_key="")),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} to suggestion {self.suggestion_id}"


class ReplyDraft(Answering):
    """A reply that somebody else has to send. Ends once: sent, returned with a reason, or taken back by its writer."""

    suggestion = models.ForeignKey(Suggestion, models.PROTECT, related_name="reply_drafts")
    corrects = models.ForeignKey(Reply, models.PROTECT, null=True, blank=True, related_name="+")
    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=10, choices=DraftOutcome, blank=True)
    why_returned = models.CharField(max_length=300, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            pair_constraint("ended"),
            models.CheckConstraint(
                condition=Q(outcome__in=["", *DraftOutcome.values]), name="%(app_label)s_%(class)s_outcome_known"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, outcome="") | (Q(ended_at__isnull=False) & ~Q(outcome="")),
                name="%(app_label)s_%(class)s_ended_has_outcome",
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=[DraftOutcome.SENT, DraftOutcome.RETURNED]) | ~Q(ended_by=F("drafted_by")),
                name="%(app_label)s_%(class)s_judged_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(outcome=DraftOutcome.RETURNED) | ~Q(why_returned=""),
                name="%(app_label)s_%(class)s_returned_with_reason",
            ),
            models.UniqueConstraint(
                fields=["suggestion", "organisation"],
                condition=Q(ended_at__isnull=True),
                name="%(app_label)s_%(class)s_one_waits",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} for suggestion {self.suggestion_id}"
