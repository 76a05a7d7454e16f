"""Writing the journal."""

from datetime import datetime
from typing import Any, Protocol

from django.db import models

from livelihood.audit.models import Entry


class Actor(Protocol):
    """Who acts: anything with a primary key (a user), so that the journal knows no accounts."""

    pk: Any


def record(
    act: str,
    subject: models.Model,
    *,
    by: Actor | None,
    at: datetime,
    cycle_id: int | None = None,
    **detail: Any,
) -> None:
    """Write one act into the journal, in the caller's transaction.

    act: `<noun>.<verb>`, for instance `suggestion.screened`.
    subject: the object acted on; its label and key are kept, not a reference.
    by: the signed-in person, or None for a citizen or the clock.
    cycle_id: the year it belongs to; taken from `subject.cycle_id` when the subject has one.
    detail: small facts that explain the change (old and new values); no personal data, no ballot content.
    """
    if cycle_id is None:
        cycle_id = getattr(subject, "cycle_id", None)
    Entry.objects.create(
        at=at,
        act=act,
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
        cycle_id=cycle_id,
        actor_id=None if by is None else by.pk,
        detail=detail,
    )
