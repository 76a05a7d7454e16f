"""Reading and verifying the journal."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import connection, models

from livelihood.audit.acts import Act
from livelihood.audit.models import Entry, Seal

SEALED_WITHIN = timedelta(minutes=1)
"""A sealer that runs seals within seconds; an entry that waits longer says that none does."""

HEAD = re.compile(r"\b([0-9]+):([0-9a-f]{64})\b")
"""Number and digest of a seal, as they are printed."""


class Tampering(StrEnum):
    """What can be wrong with the journal, in words for the console."""

    MISSING = "the seal before it missing"
    SEAL = "the seal, or digests of entries that it closed, changed"
    CHANGED = "entries changed"
    REMOVED = "sealed entries removed"
    ADDED = "entries added under numbers that were closed"
    KNOWN = "the seal known from elsewhere is missing or another"


def last_act(subjects: Iterable[models.Model], *, but: Collection[Act] = ()) -> Entry | None:
    """Return the last act upon objects of one kind; None where there is none. but: acts that do not count."""
    rows = list(subjects)
    if not rows:
        return None
    named = Entry.objects.filter(subject_type=rows[0]._meta.label_lower, subject_id__in=[str(row.pk) for row in rows])
    return named.exclude(act__in=but).order_by("-pk").first()


def acted_on_since(entry: int, subjects: Iterable[models.Model]) -> set[int]:
    """Return the keys of those objects of one kind upon which there was an act after an entry; one query for all."""
    rows = {str(row.pk): row for row in subjects}
    kind = next((row._meta.label_lower for row in rows.values()), "")
    later = Entry.objects.filter(pk__gt=entry, subject_type=kind, subject_id__in=rows)
    return {rows[key].pk for key in later.values_list("subject_id", flat=True)}


def last_entry() -> int:
    """Return the number of the newest entry, 0 where there is none."""
    return Entry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def settled() -> int:
    """Return the number up to which every entry is there that ever will be, as the last seal says."""
    last = Seal.objects.order_by("-number").first()
    if last is None:
        return 0
    still_open = re.search(r"\d+", last.open)
    return int(still_open[0]) - 1 if still_open else last.through


def last_act_in(cycle_id: int, acts: Iterable[Act]) -> Entry | None:
    """Return the last of some acts in a year; None where there is none."""
    return Entry.objects.filter(cycle_id=cycle_id, act__in=list(acts)).order_by("-pk").first()


@dataclass(frozen=True, slots=True)
class JournalFinding:
    """A fault. seal: where it shows; None among entries without a seal. entries: their numbers, such as `3–5, 9`."""

    fault: Tampering
    seal: int | None = None
    entries: str = ""


@dataclass(frozen=True, slots=True)
class JournalCheck:
    """Result of a verification.

    sealed, unsealed: numbers of entries. last: number and digest of the last seal; kept elsewhere they show later
    whether something was cut off at the end. waiting: how long the oldest entry without a seal has waited.
    """

    sealed: int
    unsealed: int
    last: tuple[int, str] | None
    findings: tuple[JournalFinding, ...]
    waiting: timedelta

    @property
    def is_whole(self) -> bool:
        return not self.findings

    @property
    def is_late(self) -> bool:
        return self.waiting > SEALED_WITHIN


def waiting(*, at: datetime) -> timedelta:
    """Return how long the oldest entry without a seal has waited, counted from the last seal at the earliest.

    What a long transaction wrote counts from when others could see it, not from when it was written.
    """
    last = Seal.objects.order_by("-number").first()
    unsealed = Entry.objects.filter(pk__gt=last.through if last else 0)
    oldest = unsealed.order_by("pk").values_list("written_at", flat=True).first()
    if oldest is None:
        return timedelta(0)
    return max(at - (max(oldest, last.at) if last else oldest), timedelta(0))


def known_heads(text: str) -> tuple[tuple[int, str], ...]:
    """Return the heads in what was written elsewhere (`services.tell_head`), whatever stands around them."""
    return tuple((int(number), digest) for number, digest in HEAD.findall(text))


def check_journal(*, at: datetime, known: Iterable[tuple[int, str]] = ()) -> JournalCheck:
    """Compute every digest anew, from the entries themselves, and name what was changed, removed or added.

    known: number and digest of seals, kept elsewhere since they were made.
    """
    findings, sealed, before, is_sure = [], 0, 0, True
    last = Seal.objects.order_by("-number").first()
    with connection.cursor() as cursor:
        cursor.execute(SEALS, [last.number if last else 0])
        for number, entries, fits, changed, removed, added in cursor:
            is_next = number == before + 1
            # Which entries a seal should have follows from the one before it.
            faults = {
                Tampering.REMOVED: removed if is_next and is_sure else "",
                Tampering.CHANGED: changed,
                Tampering.ADDED: added,
            }
            findings += [JournalFinding(fault, number, _numbers(ids)) for fault, ids in faults.items() if ids]
            if not is_next:
                findings.append(JournalFinding(Tampering.MISSING, number))
            elif not fits and not faults[Tampering.REMOVED]:
                findings.append(JournalFinding(Tampering.SEAL, number))
            sealed, before, is_sure = sealed + entries, number, fits or bool(faults[Tampering.REMOVED])
    unsealed, changed, added = _unsealed(last)
    faults = {Tampering.CHANGED: changed, Tampering.ADDED: added}
    findings += [JournalFinding(fault, None, _numbers(ids)) for fault, ids in faults.items() if ids]
    known = sorted(set(known))
    seals = Seal.objects.filter(number__in=[number for number, _digest in known])
    here = {(seal.number, bytes(seal.digest).hex()) for seal in seals}
    findings += [JournalFinding(Tampering.KNOWN, head[0]) for head in known if head not in here]
    return JournalCheck(
        sealed=sealed,
        unsealed=unsealed,
        last=(last.number, bytes(last.digest).hex()) if last else None,
        findings=tuple(findings),
        waiting=waiting(at=at),
    )


# Not by the ORM: digests come from the functions of the database that made them, and sets of numbers are joined with
# entries by the index. The entries of every seal are read once, in the order of their numbers.
SEALS = """
WITH chain AS (
    SELECT seal, lag(seal) OVER (ORDER BY seal.number) AS before FROM audit_seal AS seal WHERE number <= %s
), due AS (
    SELECT seal, before,
           audit_seal_due((before).open, (before).through, (seal).through) - (seal).open - (seal).void AS numbers
    FROM chain
)
SELECT (seal).number,
       found.count,
       (seal).digest = audit_seal_digest((before).digest, seal, found.digests),
       found.changed::text,
       nullif(due.numbers - coalesce(found.numbers, '{}'), '{}')::text,
       (SELECT range_agg(int8range(id, id + 1))::text FROM audit_entries((seal).void))
FROM due CROSS JOIN LATERAL (
    SELECT count(*),
           range_agg(int8range(id, id + 1)) AS numbers,
           string_agg(digest, '' ORDER BY id) AS digests,
           range_agg(int8range(id, id + 1)) FILTER (WHERE digest <> audit_entry_digest(entry)) AS changed
    FROM audit_entries(due.numbers) AS entry
) AS found
ORDER BY (seal).number
"""

# Not by the ORM, as above.
# Numbers below 1 are never given, so whoever wrote one went past the database's own numbering.
UNSEALED = """
SELECT count(*),
       (range_agg(int8range(id, id + 1)) FILTER (WHERE digest <> audit_entry_digest(entry)))::text,
       (range_agg(int8range(id, id + 1)) FILTER (WHERE id < 1))::text
FROM audit_entries(%s::int8multirange + int8multirange(int8range(NULL, 1), int8range(%s, NULL))) AS entry
"""


def _unsealed(last: Seal | None) -> tuple[int, str | None, str | None]:
    """Return how many entries have no seal, and the numbers of those of them that were changed and added."""
    with connection.cursor() as cursor:
        cursor.execute(UNSEALED, [last.open if last else "{}", last.through + 1 if last else 1])
        count, changed, added = cursor.fetchone()
    return count, changed, added


def _numbers(ranges: str) -> str:
    """Write ranges as people do: `{[3,6),[9,10)}` as `3–5, 9`."""
    pairs = ((int(low), int(high) - 1) for low, high in re.findall(r"\[(-?\d+),(-?\d+)\)", ranges))
    return ", ".join(str(low) if low == high else f"{low}–{high}" for low, high in pairs)
