"""Notes among colleagues: written, answered, withdrawn. Who is named with @ is told by what the journal says of it."""

import re
from datetime import datetime

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.accounts import selectors as accounts
from livelihood.accounts.models import User
from livelihood.accounts.roles import Permission
from livelihood.audit.services import record
from livelihood.cycles.models import Area
from livelihood.kernel.errors import Conflict, InvalidInput
from livelihood.kernel.verdict import require
from proposals import rules
from proposals.acts import ProposalAct
from proposals.models import Candidate, DeskNote, Need, Suggestion
from proposals.services import _shared as shared

NOTE_LENGTH = (2, 2000)
NAMED = re.compile(r"[@\uff20](?=\w)")

Subject = Suggestion | Need | Candidate


@transaction.atomic
def write_note(*, about: Subject, text: str, by: User, at: datetime, answers: DeskNote | None = None) -> DeskNote:
    """Write a note about a suggestion, a need or a candidate. answers: the note of the same object that it replies to.

    :raises NotAllowed: `by` does not work with it.
    :raises BadText: it is too short or too long.
    :raises InvalidInput: nobody here is called as somebody in it, or it replies to a note about something else.
    """
    require(rules.may_write_note(by, about, at))
    kind = about._meta.model_name
    if answers is not None and getattr(answers, f"{kind}_id") != about.pk:
        raise InvalidInput(_("This note is about something else."))
    text = shared.text("text", text, NOTE_LENGTH)
    named = _named(text, about.cycle.area, at)
    note = DeskNote.objects.create(
        **{str(kind): about}, text=text, mentions=named, answers=answers, written_at=at, written_by=by
    )
    record(ProposalAct.NOTE_WRITTEN, about, by=by, at=at, note_id=note.pk, mentioned=named)
    return note


@transaction.atomic
def withdraw_note(*, note: DeskNote, by: User, at: datetime) -> DeskNote:
    """Withdraw a note of one's own; that there was one stays.

    :raises NotAllowed: somebody else wrote it.
    :raises Conflict: it is withdrawn already.
    """
    note = DeskNote.objects.select_for_update(of=["self"]).get(pk=note.pk)
    require(rules.may_withdraw_note(by, note, at))
    if note.withdrawn_at is not None:
        raise Conflict(_("This note is withdrawn already."))
    note.withdrawn_at, note.withdrawn_by = at, by
    note.save(update_fields=["withdrawn_at", "withdrawn_by"])
    about = next(one for one in (note.suggestion, note.need, note.candidate) if one is not None)
    record(ProposalAct.NOTE_WITHDRAWN, about, by=by, at=at, note_id=note.pk)
    return note


def _named(text: str, area: Area, at: datetime) -> list[int]:
    """Return who is named in a note: people who work at a desk of the area; all of those who share a name."""
    places = [hit.end() for hit in NAMED.finditer(text)]
    people = accounts.holders_of(Permission.READ_DESK, area, at).values_list("pk", "name") if places else []
    found: list[int] = []
    for place in places:
        called = [(len(name), pk) for pk, name in people if text.startswith(name, place)]
        if not called:
            word = re.split(r"[\s，。、；：,.;:!?！？@]", text[place : place + 20])[0]
            raise InvalidInput(format_lazy(_("Nobody who works here is called {name}."), name=word), field="text")
        longest = max(length for length, _pk in called)
        found += [pk for length, pk in called if length == longest]
    return list(dict.fromkeys(found))
