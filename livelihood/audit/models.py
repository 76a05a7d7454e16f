"""The journal: what was done, by whom, when. Append-only, and sealed in batches by the database itself."""

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


class NumbersField(models.Field):
    """A set of whole numbers, kept as ranges; read as PostgreSQL writes it, for instance `{[3,5),[9,10)}`."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "int8multirange"


class TransactionNumberField(models.Field):
    """A number of PostgreSQL's own for a transaction, never used twice."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "xid8"


class Entry(models.Model):
    """One act. Written by `audit.record` in the transaction of the act; never changes and is never removed.

    There are no foreign keys: a journal outlives what it speaks of. `actor_id` is the user's id, or empty when the
    act had no signed-in person (a citizen, the clock). `detail` holds keys, figures and the reasons that officials
    wrote; no names of people, no contacts, no ballot content.

    `area_id`: for an act of no year, the area in which it was done, so that it is found there.

    The database itself sets the key, `written_at` (its own clock; `at` is what the act was told) and `digest`
    (SHA-256 of all the rest). The transaction's number is not kept: it would lead from an act to what it wrote.
    """

    at = models.DateTimeField()
    written_at = models.DateTimeField(editable=False)
    act = models.CharField(max_length=64)
    subject_type = models.CharField(max_length=64)
    subject_id = models.CharField(max_length=64)
    cycle_id = models.BigIntegerField(null=True)
    area_id = models.BigIntegerField(null=True)
    actor_id = models.BigIntegerField(null=True)
    detail = models.JSONField(default=dict)
    digest = models.BinaryField(max_length=32)

    class Meta:
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "id"], name="audit_entry_subject"),
            models.Index(fields=["cycle_id", "at", "id"], name="audit_entry_cycle"),
            # An act that is rare in its year is not looked for in all of its entries.
            models.Index(fields=["cycle_id", "act", "at", "id"], name="audit_entry_act"),
            models.Index(
                fields=["area_id", "at", "id"], name="audit_entry_area", condition=models.Q(cycle_id__isnull=True)
            ),
            models.Index(fields=["actor_id", "at", "id"], name="audit_entry_actor"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.act}"


class Seal(models.Model):
    """The entries of a moment, closed. Made by the database when `audit.seal` asks for it; never changes.

    `digest` = SHA-256 over the digest before it, the seal's own fields and the digests of its entries. Every number of
    an entry up to `through` is in one of three states: sealed, by this seal or an earlier one; `open`, its transaction
    may still commit; or in the `void` of a seal, its transaction has ended without it. The entries of a seal are what
    the one before left open and what came since, without its own `open` and `void`.

    `horizon`: all transactions that may still write an open number have a smaller one.
    """

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    through = models.BigIntegerField()
    open = NumbersField()
    void = NumbersField()
    horizon = TransactionNumberField()
    digest = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return f"#{self.number}"
