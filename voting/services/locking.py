"""Locking the roll: beside the number of deputies in term by law, and by two persons."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, BinaryIO

from django.db import transaction
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.accounts.seen import require_seen
from livelihood.audit.services import record
from livelihood.kernel.errors import InvalidInput, NotAllowed
from livelihood.kernel.keeping import kept_document
from livelihood.kernel.text import clean_text
from livelihood.kernel.verdict import require
from voting import rules, selectors
from voting.acts import VotingAct, all_but
from voting.models import DeputiesInTerm, Round
from voting.services import _shared as shared
from voting.states import Step

MOST_DEPUTIES = 3000
"""As many as the largest congress of the country has."""

KEPT = ("file_name", "kind", "content", "sha256")
NO_FILE = {"file_name": "", "kind": "", "content": None, "sha256": ""}
"""What is kept of a document's file, and of none."""

ROLL_DIFFERS = _(
    "The roll differs from the number in term by law, or from the mandates. Correct it, or note here why it is right."
)


@transaction.atomic
def state_in_term(
    *,
    round_: Round,
    deputies: int,
    by: User,
    at: datetime,
    document: str = "",
    document_date: date | None = None,
    file: BinaryIO | None = None,
    file_name: str = "",
    seen: int | None = None,
) -> DeputiesInTerm:
    """Write how many deputies are in term by law, from the congress's own document; majority and quorum ask of them.

    document: its title and number; a rehearsal may have none. file: None keeps the one that is there.

    :raises NotAllowed: not congress staff, or the roll is locked or proposed to be.
    :raises Moved: somebody else has written it since the page was shown.
    :raises InvalidInput: no congress has so many; a vote without document, day or file; a day that is still to come.
    :raises FileRefused: no PDF and no picture, or too large.
    """
    round_ = shared.lock_round(round_)
    require(rules.may_state_in_term(by, round_, at))
    before = DeputiesInTerm.objects.filter(round=round_).first()
    require_seen(
        seen,
        [round_],
        stands=lambda: f"{before.deputies} · {before.document}" if before else "",
        but=all_but(VotingAct.ROUND_IN_TERM_STATED),
    )
    if not 1 <= deputies <= MOST_DEPUTIES:
        raise InvalidInput(format_lazy(_("A congress has 1 to {most} deputies."), most=MOST_DEPUTIES), field="deputies")
    document = clean_text(document, min_length=0, max_length=200, multiline=False, field="document")
    kept = {name: getattr(before, name) for name in KEPT} if before and before.document else {}
    if file is not None:
        kept = kept_document(file, file_name)
    if document:
        _check_document(document_date, kept, at)
    elif not round_.is_rehearsal or document_date or file:
        raise InvalidInput(_("Name the document that says so, with its number."), field="document")
    values = {"document": document, "document_date": document_date, **(kept if document else NO_FILE)}
    stated, _created = DeputiesInTerm.objects.update_or_create(
        round=round_, defaults={"deputies": deputies, **values, "stated_at": at, "stated_by": by}
    )
    record(
        VotingAct.ROUND_IN_TERM_STATED, round_, by=by, at=at,
        in_term=[before.deputies, deputies] if before else deputies, document=document, sha256=stated.sha256,
    )  # fmt: skip
    return stated


def _check_document(document_date: date | None, kept: Mapping[str, Any], at: datetime) -> None:
    if document_date is None:
        raise InvalidInput(_("Enter the day of the document."), field="document_date")
    if document_date > timezone.localdate(at):
        raise InvalidInput(_("This day is still to come."), field="document_date")
    if not kept:
        raise InvalidInput(_("Bring the document as a file."), field="file")


@transaction.atomic
def lock_roll(*, round_: Round, by: User, at: datetime, shown: int | None = None) -> Round:
    """Fix who may vote in a round, as the second person.

    shown: key of the proposal as it was read; while it waits, neither roll nor number in term can be changed.

    :raises NotAllowed: neither scrutineer nor congress staff, the person who proposed it, nothing proposed, more on the
        roll than are in term, or the roll differs by now from number or mandates without a word in the proposal.
    """
    round_ = shared.lock_round(round_)
    note = shared.confirm(round_, Step.LOCK_ROLL, shown=shown, by=by, at=at).note
    check = selectors.roll_check(round_, at)
    if not check.agrees and not note:
        raise NotAllowed(ROLL_DIFFERS)
    shared.move(round_, "lock_roll", act="roll_locked", by=by, at=at)
    record(VotingAct.ROUND_ROLL_LOCKED, round_, by=by, at=at, **check.figures, note=note)
    return round_
