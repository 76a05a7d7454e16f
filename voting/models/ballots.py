"""Ballots. Of a secret vote neither urn nor ballots know a person, a time or an order; of a vote by name they do."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Left

from voting.models.roll import RollEntry
from voting.models.rounds import Round

POINT = 86
"""Characters of an envelope in base64 that lie whole within the key of its own."""


class UrnBallot(models.Model):
    """A ballot in the urn of an open round. Written by casting, read by closing alone, gone with the closing.

    marks: one letter per option, in order of option number; where ballots are sealed, base64 of the envelope, and the
    receipt is empty. repeat_digest: recognises the same cast sent again; made from a random key that only the deputy's
    browser has. The round is no foreign key of the database, so that the table can be emptied as a whole and leaves
    nothing on the disk (`voting.schemes.plain`). No envelope has the key of another: it would be copied from it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    round = models.ForeignKey(Round, models.PROTECT, db_constraint=False, db_index=False, related_name="+")
    marks = models.TextField()
    receipt = models.CharField(max_length=14)
    repeat_digest = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                F("round"), Left("marks", POINT), condition=Q(receipt=""), name="%(app_label)s_%(class)s_own_key"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class Ballot(models.Model):
    """A ballot after closing; never changes, and goes only when its closed round moves to paper and is voted anew.

    All ballots of a round are written by one statement in random order, with new keys. marks: one letter per option,
    in order of option number. receipt: the code by which a deputy finds it; empty for a paper ballot.
    """

    id = models.UUIDField(primary_key=True)
    round = models.ForeignKey(Round, models.PROTECT, related_name="ballots")
    marks = models.TextField()
    receipt = models.CharField(max_length=14, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["round", "receipt"], condition=~Q(receipt=""), name="%(app_label)s_%(class)s_unique_receipt"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"


class NamedBallot(models.Model):
    """A ballot of a vote by name, from its cast on; never changes, and goes only with a round void before closing.

    Read by nobody before closing. marks, receipt, repeat_digest: as in the urn of a secret vote.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    round = models.ForeignKey(Round, models.PROTECT, related_name="named_ballots")
    entry = models.OneToOneField(RollEntry, models.PROTECT, related_name="named_ballot")
    marks = models.TextField()
    receipt = models.CharField(max_length=14)
    repeat_digest = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["round", "receipt"], name="%(app_label)s_%(class)s_unique_receipt"),
        ]

    def __str__(self) -> str:
        return f"{self.pk}"
