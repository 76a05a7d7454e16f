"""Sealed ballots of a closed round, and the two halves of the key that opens them."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from livelihood.kernel.constraints import pair_constraint
from voting.models.rounds import Round


class KeyHalf(models.Model):
    """A half of the key to a sealed round, of which the portal knows the public key alone.

    Drawn by a scrutineer, who is shown it once; drawn anew it is another, until the vote opens.
    public_key: a point of P-256 in hexadecimal digits; who types the half shows that it fits. tried_at: when the holder
    has typed it back. handed_in: by whom it was put in, and when both were and the ballots were opened.
    """

    round = models.ForeignKey(Round, models.PROTECT, related_name="halves")
    number = models.PositiveSmallIntegerField()
    public_key = models.CharField(max_length=130)
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField()
    tried_at = models.DateTimeField(null=True, blank=True)
    handed_in_at = models.DateTimeField(null=True, blank=True)
    handed_in_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            pair_constraint("handed_in"),
            models.CheckConstraint(condition=Q(number__in=(1, 2)), name="%(app_label)s_%(class)s_one_of_two"),
            models.UniqueConstraint(fields=["round", "number"], name="%(app_label)s_%(class)s_unique_number"),
            models.UniqueConstraint(fields=["round", "holder"], name="%(app_label)s_%(class)s_one_each"),
            models.UniqueConstraint(fields=["round", "handed_in_by"], name="%(app_label)s_%(class)s_takes_two"),
            models.UniqueConstraint(fields=["public_key"], name="%(app_label)s_%(class)s_used_once"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} half {self.number} of round {self.round_id}"


class GivenHalf(models.Model):
    """What the half that was put in first gives on the envelopes of its closed round, until the other one comes.

    The table is in no log of the database, and empty after a crash (guards/voting_givenhalf.sql): then it is put in
    again. Keys of others are no foreign keys of the database, so that it can be emptied as a whole. given: 64
    hexadecimal digits for each envelope, in order of their keys.
    """

    half = models.OneToOneField(KeyHalf, models.PROTECT, related_name="waiting", db_constraint=False)
    given = models.TextField()
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )

    def __str__(self) -> str:
        return f"#{self.pk} of half {self.half_id}"


class SealedBallot(models.Model):
    """An envelope of a closed round, mixed with the others; never changes, and goes when its round moves to paper.

    envelope: base64 of what was sealed. It stays beside the ballots that were in the envelopes, and nothing tells which
    was in which.
    """

    id = models.UUIDField(primary_key=True)
    round = models.ForeignKey(Round, models.PROTECT, related_name="sealed_ballots")
    envelope = models.TextField()

    def __str__(self) -> str:
        return f"{self.pk}"
