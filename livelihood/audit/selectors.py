"""Reading and verifying the journal."""

from dataclasses import dataclass

from django.db import connection, models

from livelihood.audit.models import Entry


@dataclass(frozen=True, slots=True)
class ChainCheck:
    """Result of a verification.

    entries: entries in the journal. linked: links checked.
    broken_at: sequence of the first link that does not fit, or None. unlinked: entries without a link.
    """

    entries: int
    linked: int
    broken_at: int | None
    unlinked: int

    @property
    def intact(self) -> bool:
        return self.broken_at is None and self.unlinked == 0


def history(subject: models.Model) -> models.QuerySet[Entry]:
    """Return what was ever done to an object, oldest first."""
    return Entry.objects.filter(subject_type=subject._meta.label_lower, subject_id=str(subject.pk)).order_by("pk")


def verify_chain() -> ChainCheck:
    """Recompute every link from its entry and the link before; a changed, removed or added entry is found."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH checked AS (
                SELECT link.sequence,
                       link.sequence = row_number() OVER (ORDER BY link.sequence)
                       AND entry.id IS NOT NULL
                       AND link.digest = audit_digest(lag(link.digest) OVER (ORDER BY link.sequence), entry) AS fits
                FROM audit_link AS link LEFT JOIN audit_entry AS entry ON entry.id = link.entry_id
            )
            SELECT (SELECT count(*) FROM audit_entry),
                   (SELECT count(*) FROM checked),
                   (SELECT min(sequence) FROM checked WHERE fits IS NOT TRUE),
                   (SELECT count(*) FROM audit_entry AS entry
                    WHERE NOT EXISTS (SELECT FROM audit_link WHERE entry_id = entry.id))
            """
        )
        entries, linked, broken_at, unlinked = cursor.fetchone()
    return ChainCheck(entries=entries, linked=linked, broken_at=broken_at, unlinked=unlinked)
