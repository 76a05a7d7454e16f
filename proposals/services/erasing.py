"""What is kept of citizens, removed or put right before its period is over: at their own wish, or by the office.

Whoever has shown number and code of a suggestion acts as its sender, `by` None; everybody else by the rule. In every
phase, a closed year too. The journal tells that it was done and why, and nothing of what was there.
"""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.accounts.seen import require_seen
from livelihood.audit.services import record
from livelihood.kernel.errors import Conflict, InvalidInput
from livelihood.kernel.verdict import require
from proposals import rules
from proposals.acts import READING, ProposalAct
from proposals.models import (
    Erasure,
    FormerWording,
    Inquiry,
    Objection,
    Suggestion,
    SuggestionContact,
    SuggestionWeight,
)
from proposals.selectors import text_digest
from proposals.services import _shared as shared
from proposals.services.intake import Contact, clean_contact, new_salt
from proposals.states import STARS, Erased, ErasureReason

SENT = ("title", "matter", "wish", "address")


class NoContact(Conflict):
    """There is nothing to remove or to put right."""

    code = "no_contact"
    message = _("No contact is kept with this suggestion.")


@transaction.atomic
def erase_contact(*, suggestion: Suggestion, reason: ErasureReason, by: User | None, at: datetime) -> Erasure:
    """Remove how to reach who sent a suggestion.

    :raises NotAllowed: `by` may not remove it here.
    :raises NoContact: none is kept.
    """
    suggestion = _lock(suggestion, by, at)
    rows = SuggestionContact.objects.filter(suggestion=suggestion)
    if not rows.exists():
        raise NoContact
    erasure = _note(suggestion, Erased.CONTACT, reason=reason, by=by, at=at)
    rows.delete()
    record(ProposalAct.SUGGESTION_CONTACT_ERASED, suggestion, by=by, at=at, reason=str(reason))
    return erasure


@transaction.atomic
def correct_contact(
    *, suggestion: Suggestion, contact: Contact, by: User | None, at: datetime, seen: int | None = None
) -> SuggestionContact:
    """Put right how to reach who sent a suggestion.

    :raises NotAllowed: `by` may not change it here.
    :raises NoContact: none is kept, and so nobody has agreed that one is.
    :raises Moved: somebody has acted on the suggestion since the page was shown.
    :raises InvalidInput: nobody can be reached by it.
    """
    suggestion = _lock(suggestion, by, at)
    require_seen(seen, [suggestion], stands=suggestion.get_state_display, but=READING)
    row = SuggestionContact.objects.select_for_update().filter(suggestion=suggestion).first()
    if row is None:
        raise NoContact
    given = clean_contact(contact)
    if given == Contact():
        raise InvalidInput(
            _("Give a telephone number or an e-mail address, or remove the contact."), field="contact_phone"
        )
    changed = [name for name in ("name", "phone", "email") if getattr(row, name) != getattr(given, name)]
    row.name, row.phone, row.email = given.name, given.phone, given.email
    row.save(update_fields=["name", "phone", "email", "person"])
    record(ProposalAct.SUGGESTION_CONTACT_CORRECTED, suggestion, by=by, at=at, fields=changed)
    return row


@transaction.atomic
def mask_text(*, suggestion: Suggestion, words: str, reason: ErasureReason, by: User, at: datetime) -> Erasure:
    """Star out words of what was sent and of what is public of it.

    words: as they stand there, one to a line.

    :raises NotAllowed: `by` may not mask it here.
    :raises InvalidInput: one of them stands nowhere in it, or none was given.
    """
    suggestion = _lock(suggestion, by, at)
    answers = Inquiry.objects.filter(suggestion=suggestion).values_list("answer", flat=True)
    lines = shared.words_in(words, [*(getattr(suggestion, name) for name in (*SENT, *shared.SHOWN)), *answers])
    return _erase(suggestion, lambda text: shared.starred(text, lines), Erased.MASKED, reason=reason, by=by, at=at)


@transaction.atomic
def withdraw_text(*, suggestion: Suggestion, reason: ErasureReason, by: User | None, at: datetime) -> Erasure:
    """Let nothing stand of what was sent, nor of what is public of it. What was decided on it, and figures, stay.

    :raises NotAllowed: `by` may not withdraw it here.
    :raises Conflict: it is withdrawn already.
    """
    suggestion = _lock(suggestion, by, at)
    if suggestion.is_withdrawn:
        raise Conflict(_("This text is withdrawn already."))
    return _erase(suggestion, lambda text: STARS if text else "", Erased.WITHDRAWN, reason=reason, by=by, at=at)


def _erase(
    suggestion: Suggestion,
    starred: Callable[[str], str],
    what: Erased,
    *,
    reason: ErasureReason,
    by: User | None,
    at: datetime,
) -> Erasure:
    for name in (*SENT, *shared.SHOWN):
        setattr(suggestion, name, starred(getattr(suggestion, name)))
    suggestion.text_salt = new_salt()  # without the former one nobody finds by trying what stood below the stars
    erasure = _note(suggestion, what, reason=reason, by=by, at=at, digest=text_digest(suggestion))
    suggestion.save(update_fields=[*SENT, *shared.SHOWN, "text_salt"])
    for inquiry in Inquiry.objects.filter(suggestion=suggestion).exclude(answer="").order_by("pk"):
        inquiry.answer = starred(inquiry.answer)
        inquiry.save(update_fields=["answer"])
    for former in FormerWording.objects.filter(suggestion=suggestion).order_by("pk"):
        former.title, former.matter, former.wish = starred(former.title), starred(former.matter), starred(former.wish)
        former.save(update_fields=["title", "matter", "wish"])
    SuggestionWeight.objects.filter(suggestion=suggestion).delete()
    for objection in Objection.objects.select_for_update().filter(suggestion=suggestion):
        objection.words = starred(objection.words)
        objection.save(update_fields=["words"])
    record(
        ProposalAct.SUGGESTION_MASKED if what == Erased.MASKED else ProposalAct.SUGGESTION_WITHDRAWN,
        suggestion,
        by=by,
        at=at,
        reason=str(reason),
        text_digest=erasure.digest,
    )
    return erasure


def _note(
    suggestion: Suggestion, what: Erased, *, reason: ErasureReason, by: User | None, at: datetime, digest: str = ""
) -> Erasure:
    return Erasure.objects.create(
        suggestion=suggestion, what=what, reason=ErasureReason(reason), digest=digest, erased_at=at, erased_by=by
    )


def _lock(suggestion: Suggestion, by: User | None, at: datetime) -> Suggestion:
    """Hold cycle and suggestion, and ask the rule; the sender has shown number and code."""
    cycle = shared.lock_cycle(suggestion.cycle)
    suggestion = Suggestion.objects.select_for_update().get(pk=suggestion.pk)
    suggestion.cycle = cycle
    if by is not None:
        require(rules.may_erase(by, suggestion, at))
    return suggestion
