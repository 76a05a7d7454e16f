"""The journal: what was done, by whom, when. Append-only and hash-chained in the database itself."""

from django.db import models


class Entry(models.Model):
    """One act. Written by `audit.record` in the transaction of the act; never changes and is never removed.

    There are no foreign keys: a journal outlives what it speaks of. `actor_id` is the user's id, or empty when the
    act had no signed-in person (a citizen, the clock). `detail` holds keys, figures and the reasons that officials
    wrote; no names of people, no contacts, no ballot content.
    """

    at = models.DateTimeField()
    act = models.CharField(max_length=64)
    subject_type = models.CharField(max_length=64)
    subject_id = models.CharField(max_length=64)
    cycle_id = models.BigIntegerField(null=True)
    actor_id = models.BigIntegerField(null=True)
    detail = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "id"], name="audit_entry_subject"),
            models.Index(fields=["cycle_id", "id"], name="audit_entry_cycle"),
            models.Index(fields=["actor_id", "id"], name="audit_entry_actor"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.act}"


class Link(models.Model):
    """The chain: one link per entry, in order of commit, made by the database when the transaction commits.

    `digest` = SHA-256 over the digest before it and the entry's own fields. A deferred trigger makes it, so that the
    chain's lock is held only during the commit, and no service can wait for it while holding another lock.
    """

    sequence = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(Entry, models.PROTECT, related_name="link")
    digest = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return f"#{self.sequence}"
