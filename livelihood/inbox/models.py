"""What people are told, on which ways it goes to them, and what they wish of that."""

from datetime import time
from typing import ClassVar

from django.db import models
from django.db.models import Q

from livelihood.accounts.models import User
from livelihood.inbox.states import MailWish, MessageKind, SendingOutcome, SendingWay
from livelihood.kernel.constraints import choices_constraint
from livelihood.kernel.errors import Text
from livelihood.kernel.messages import thaw

QUIET = (time(20), time(8))
"""Hours in which nothing is sent to whoever has said nothing else."""


class Message(models.Model):
    """Something that a person is told. Told once, whoever tells it again: `key` says what makes it the same.

    text: as `livelihood.kernel.messages` keeps it; `words` says it in the reader's language. path: where it leads.
    digest_on: the day of the daily mail that it went into.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="messages")
    kind = models.CharField(max_length=10, choices=MessageKind)
    key = models.CharField(max_length=100)
    text = models.JSONField()
    path = models.CharField(max_length=300)
    told_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    digest_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            choices_constraint("kind", MessageKind),
            models.UniqueConstraint(fields=["user", "key"], name="%(app_label)s_%(class)s_told_once"),
            models.CheckConstraint(
                condition=Q(path__startswith="/") & ~Q(path__startswith="//"),
                name="%(app_label)s_%(class)s_leads_into_the_portal",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["user", "-told_at", "-id"], name="inbox_message_newest"),
            models.Index(fields=["user", "told_at"], name="inbox_message_unread", condition=Q(read_at__isnull=True)),
            models.Index(fields=["told_at"], name="inbox_message_told"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.kind} to {self.user_id}"

    @property
    def words(self) -> Text:
        """What it says."""
        return thaw(self.text)


class Preference(models.Model):
    """What somebody wishes to be told beside the portal; without a row what stands here holds.

    how_often: mails about their work. sms, work: that something has come, on these ways.
    quiet_from, quiet_until: between these hours, over midnight too, nothing is sent; what comes then waits until their
    end.
    """

    user = models.OneToOneField(User, models.PROTECT, related_name="preference")
    how_often = models.CharField(max_length=10, choices=MailWish, default=MailWish.DAILY)
    sms = models.BooleanField(default=False)
    work = models.BooleanField(default=False)
    quiet_from = models.TimeField(default=QUIET[0])
    quiet_until = models.TimeField(default=QUIET[1])

    class Meta:
        constraints: ClassVar = [choices_constraint("how_often", MailWish)]

    def __str__(self) -> str:
        return f"of {self.user_id}"


class Sending(models.Model):
    """That a message, or the daily mail of a day, is to go to a person on a way: once, as the constraints say.

    A row first (ADR 5). begun_at: since when somebody is sending it; it is begun once, whatever becomes of who began.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="sendings")
    way = models.CharField(max_length=10, choices=SendingWay)
    message = models.ForeignKey(Message, models.PROTECT, null=True, blank=True, related_name="sendings")
    day = models.DateField(null=True, blank=True)
    send_after = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    begun_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=SendingOutcome, blank=True)

    class Meta:
        constraints: ClassVar = [
            choices_constraint("way", SendingWay),
            models.CheckConstraint(
                condition=Q(outcome__in=["", *SendingOutcome.values]), name="%(app_label)s_%(class)s_outcome_known"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, outcome="") | (Q(ended_at__isnull=False) & ~Q(outcome="")),
                name="%(app_label)s_%(class)s_ended_has_outcome",
            ),
            models.CheckConstraint(
                condition=Q(message__isnull=False, day__isnull=True) | Q(message__isnull=True, day__isnull=False),
                name="%(app_label)s_%(class)s_of_a_message_or_a_day",
            ),
            models.UniqueConstraint(fields=["message", "way"], name="%(app_label)s_%(class)s_message_once"),
            models.UniqueConstraint(fields=["user", "day", "way"], name="%(app_label)s_%(class)s_day_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["send_after", "id"], name="inbox_sending_waiting", condition=Q(ended_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} by {self.way}"


class JournalRead(models.Model):
    """Up to which number the journal was read for what is to be told; one row."""

    through = models.BigIntegerField()

    def __str__(self) -> str:
        return f"up to {self.through}"
