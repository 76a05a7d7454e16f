"""Who may vote in a round, who stands in for whom, who is present, who has voted, and when all were reminded."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from livelihood.kernel.constraints import pair_constraint
from voting.models.rounds import Round
from voting.states import SignInWay


class RollEntry(models.Model):
    """One deputy in term on the roll of one round; imported by congress staff, fixed when the roll is locked.

    After that only sign-in, `has_voted` and striking for paper change, and a substitute may take the line.
    `has_voted` has no time of its own and says nothing of what was voted.
    struck: handed a paper ballot and so cannot vote in the booth. cards_issued: which card of the deputy is the last;
    the database counts it with each code that is issued, so that a sign-in by an earlier card is good no longer.
    """

    round = models.ForeignKey(Round, models.PROTECT, related_name="roll")
    deputy = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="roll_entries")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=60)
    delegation = models.CharField(max_length=60, blank=True)
    may_vote_remotely = models.BooleanField(default=False)
    signed_in_at = models.DateTimeField(null=True, blank=True)
    signed_in_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    signed_in_way = models.CharField(max_length=10, choices=SignInWay, blank=True)
    cards_issued = models.PositiveSmallIntegerField(default=0)
    has_voted = models.BooleanField(default=False)
    struck_at = models.DateTimeField(null=True, blank=True)
    struck_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            pair_constraint("signed_in"),
            pair_constraint("struck"),
            models.CheckConstraint(
                condition=Q(struck_at__isnull=True) | Q(signed_in_at__isnull=False),
                name="%(app_label)s_%(class)s_struck_is_present",
            ),
            models.CheckConstraint(
                condition=Q(signed_in_way="", signed_in_at__isnull=True)
                | Q(signed_in_way__in=SignInWay.values, signed_in_at__isnull=False),
                name="%(app_label)s_%(class)s_signed_in_way_known",
            ),
            models.UniqueConstraint(fields=["round", "deputy"], name="%(app_label)s_%(class)s_deputy_once"),
            models.UniqueConstraint(fields=["round", "number"], name="%(app_label)s_%(class)s_unique_number"),
            models.CheckConstraint(
                condition=Q(has_voted=False) | Q(signed_in_at__isnull=False, struck_at__isnull=True),
                name="%(app_label)s_%(class)s_voter_is_present",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.number} on the roll of round {self.round_id}"


class Substitution(models.Model):
    """That a substitute took a deputy's line on a locked roll, before anybody had signed in on it; never changes.

    name_before: as it stood on the roll.
    """

    entry = models.OneToOneField(RollEntry, models.PROTECT, related_name="substitution")
    deputy_before = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    name_before = models.CharField(max_length=60)
    substitute = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    substituted_at = models.DateTimeField()
    substituted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(reason=""), name="%(app_label)s_%(class)s_has_reason"),
            models.CheckConstraint(
                condition=~Q(deputy_before=F("substitute")), name="%(app_label)s_%(class)s_is_somebody_else"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} on line {self.entry_id}"


class Reminder(models.Model):
    """That all deputies of a round who were still awaited were reminded at once; never changes.

    awaited: how many there were. A reminder names nobody: one person alone cannot be reminded.
    """

    round = models.ForeignKey(Round, models.PROTECT, related_name="reminders")
    awaited = models.PositiveSmallIntegerField()
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(awaited__gte=1), name="%(app_label)s_%(class)s_is_for_somebody"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} in round {self.round_id}"
