"""Writing the journal, and sealing it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import connection, models, transaction
from django.utils.functional import Promise

from livelihood.audit.acts import Act
from livelihood.audit.models import Entry, Seal
from livelihood.kernel.naming import portal_name

AT_ONCE = 5_000
"""New entries of one seal: what is hashed in some ten milliseconds."""

HEADS = "journal-heads.txt"
"""The file in each folder of JOURNAL_HEADS."""


class Actor(Protocol):
    """Who acts: anything with a primary key (a user), so that the journal knows no accounts."""

    pk: Any


def record(
    act: Act,
    subject: models.Model,
    *,
    by: Actor | None,
    at: datetime,
    cycle_id: int | None = None,
    **detail: Any,
) -> None:
    """Write one act into the journal, in the caller's transaction.

    act: of the room's own acts.
    subject: the object acted on; its label and key are kept, not a reference.
    by: the signed-in person, or None for a citizen or the clock.
    cycle_id: the year it belongs to; taken from `subject.cycle_id` when the subject has one. An act of no year belongs
        to the area of its subject, `subject.area_id`, if it has one.
    detail: small facts that explain the change (old and new values) as codes, keys and figures, the same in whatever
        language somebody acts; no personal data, no ballot content.

    :raises TypeError: the act is not one of a room, or a detail would be translated.
    """
    entry_of(act, subject, by=by, at=at, cycle_id=cycle_id, **detail).save(force_insert=True)


def entry_of(
    act: Act, subject: models.Model, *, by: Actor | None, at: datetime, cycle_id: int | None = None, **detail: Any
) -> Entry:
    """Return the entry that `record` writes, for an act that writes it in the same statement as its rows."""
    if not isinstance(act, Act):
        raise TypeError(f"An act of the journal is a member of an Act, not {act!r}")
    _refuse_translated(detail)
    cycle_id = getattr(subject, "cycle_id", None) if cycle_id is None else cycle_id
    return Entry(
        at=at,
        act=act,
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
        cycle_id=cycle_id,
        area_id=getattr(subject, "area_id", None) if cycle_id is None else None,
        actor_id=None if by is None else by.pk,
        detail=detail,
    )


def record_all(act: Act, subjects: Iterable[models.Model], *, by: Actor | None, at: datetime, **detail: Any) -> None:
    """Write the same act upon many objects of no year, an entry for each; see `record`."""
    write(entry_of(act, subject, by=by, at=at, **detail) for subject in subjects)


def write(entries: Iterable[Entry]) -> None:
    """Write what `entry_of` has made, in the caller's transaction."""
    Entry.objects.bulk_create(entries, batch_size=AT_ONCE)


def _refuse_translated(value: object) -> None:
    if isinstance(value, Promise):
        raise TypeError("Codes go into the journal, and words when it is read")
    if isinstance(value, Mapping):
        _refuse_translated([*value, *value.values()])
    elif isinstance(value, (list, tuple, set)):
        for one in value:
            _refuse_translated(one)


def seal() -> int:
    """Seal every entry that is committed by now, and return their number.

    Each seal is a transaction of its own: whoever is killed leaves whole seals, and the next one goes on after them.
    Two at once seal one after the other. The time of a seal is the database's own, as that of an entry is.
    """
    total, sealed = 0, AT_ONCE
    while sealed >= AT_ONCE:
        sealed = _seal_some()
        total += sealed
    return total


@transaction.atomic
def _seal_some() -> int:
    with connection.cursor() as cursor:
        # Not by the ORM: a function of the database, as nobody but its owner may write a seal; digests stay there, too.
        cursor.execute("SELECT audit_seal_next(%s)", [AT_ONCE])
        return int(cursor.fetchone()[0])


def tell_head(*, at: datetime) -> str:
    """Write number and digest of the last seal to the places of JOURNAL_HEADS, and return what was written.

    Whoever owns the database could write the journal anew from its first entry; what is known elsewhere shows it. Every
    place is tried; an error of one is raised once the others are done.
    """
    last = Seal.objects.order_by("-number").first()
    if last is None:
        return ""
    line = f"{at.isoformat(timespec='seconds')} {last.number}:{bytes(last.digest).hex()}"
    errors = []
    for place in settings.JOURNAL_HEADS:
        try:
            if place.startswith("mailto:"):
                EmailMessage(f"{portal_name()} {last.number}", f"{line}\n", to=[place.removeprefix("mailto:")]).send()
            else:
                with Path(place, HEADS).open("a", encoding="utf-8") as file:
                    file.write(f"{line}\n")
        except OSError as error:  # that of a mail server is one
            errors.append(error)
    if errors:
        raise errors[0]
    return line
