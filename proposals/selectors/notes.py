"""Notes among colleagues."""

from dataclasses import dataclass

from proposals.models import Candidate, DeskNote, Need, Suggestion


@dataclass(frozen=True, slots=True)
class NoteThread:
    """A note and what was replied to it, oldest first."""

    note: DeskNote
    replies: list[DeskNote]


def notes_about(about: Suggestion | Need | Candidate) -> list[NoteThread]:
    """Return the notes about an object with their replies, oldest first."""
    rows = list(about.notes.select_related("written_by").order_by("pk"))
    threads = {row.pk: NoteThread(row, []) for row in rows if row.answers_id is None}
    first = {row.pk: row.answers_id for row in rows}
    for row in rows:
        top = row.answers_id
        while top is not None and first[top] is not None:
            top = first[top]
        if top is not None:
            threads[top].replies.append(row)
    return list(threads.values())


def note_count(about: Suggestion | Need | Candidate) -> int:
    """Return how many notes stand about an object."""
    return about.notes.filter(withdrawn_at=None).count()


def note_at(about: Suggestion | Need | Candidate, pk: int) -> DeskNote | None:
    """Return a note about an object."""
    note: DeskNote | None = about.notes.filter(pk=pk).first()
    return note
