"""The tree of receipts: one for each year, which only grows, so that nobody takes a suggestion out of it unseen."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from livelihood.cycles.models import Cycle

IS_DIGEST = r"^[0-9a-f]{64}$"


class ReceiptNode(models.Model):
    """A full tree within the tree of a year (`proposals.trees`): of a leaf (level 0), of two, of four. Append-only.

    `number`: of the suggestion whose receipt a leaf stands for; no reference, so that a leaf outlives its suggestion.
    """

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="+", db_index=False)
    level = models.PositiveSmallIntegerField()
    place = models.PositiveIntegerField()
    number = models.CharField(max_length=24, blank=True)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cycle", "level", "place"], name="%(app_label)s_%(class)s_once"),
            models.UniqueConstraint(
                fields=["number"], condition=Q(level=0), name="%(app_label)s_%(class)s_one_leaf_a_number"
            ),
            models.CheckConstraint(
                condition=(Q(level=0) & ~Q(number="")) | (Q(level__gt=0, number="")),
                name="%(app_label)s_%(class)s_leaf_has_number",
            ),
            models.CheckConstraint(condition=Q(digest__regex=IS_DIGEST), name="%(app_label)s_%(class)s_digest_form"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.level}/{self.place}"


class ReceiptHead(models.Model):
    """What was published of the tree of a year on a day: how many leaves it has, and their root. Append-only.

    `consistency` proves that it begins with the head before it. `signature`: of the portal under `key`, Ed25519, over
    area, year, day, size and root (docs/receipts.md).
    """

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="receipt_heads", db_index=False)
    day = models.DateField()
    size = models.PositiveIntegerField()
    root = models.CharField(max_length=64)
    consistency = models.JSONField(default=list, blank=True)
    key = models.CharField(max_length=64)
    signature = models.CharField(max_length=128)
    published_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cycle", "day"], name="%(app_label)s_%(class)s_one_a_day"),
            models.UniqueConstraint(fields=["cycle", "size"], name="%(app_label)s_%(class)s_one_a_size"),
            models.CheckConstraint(condition=Q(size__gt=0), name="%(app_label)s_%(class)s_of_something"),
            models.CheckConstraint(
                condition=Q(root__regex=IS_DIGEST, key__regex=IS_DIGEST, signature__regex=r"^[0-9a-f]{128}$"),
                name="%(app_label)s_%(class)s_digest_form",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.day} of cycle {self.cycle_id}"
