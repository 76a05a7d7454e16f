"""Checking a suggestion, saying why, answering, and reading how to reach its sender."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.accounts import selectors as accounts
from livelihood.accounts.models import User
from livelihood.accounts.roles import Permission
from livelihood.accounts.seen import require_seen
from livelihood.audit.services import record
from livelihood.cycles.models import Organisation
from livelihood.kernel.errors import Conflict, InvalidInput, NotAllowed
from livelihood.kernel.moves import check_move
from livelihood.kernel.text import personal_in
from livelihood.kernel.verdict import require
from proposals import rules
from proposals.acts import READING, ProposalAct
from proposals.models import Reply, Screening, Suggestion, SuggestionContact
from proposals.services import _shared as shared
from proposals.services.intake import MATTER_LENGTH, TITLE_LENGTH, WISH_LENGTH, Contact
from proposals.states import SUGGESTION_MOVES, Decision, DeclineReason, HandOver

WORDS_LENGTH = (10, 1000)
REPLY_LENGTH = (10, 5000)
"""Least and most characters. Fewer than ten say nothing that a citizen could use."""


@transaction.atomic
def accept_suggestion(
    *,
    suggestion: Suggestion,
    public_title: str,
    public_matter: str,
    public_wish: str,
    by: User,
    at: datetime,
    seen: int | None = None,
    is_sure: bool = False,
) -> Screening:
    """Take a suggestion up and publish it in the given wording, which holds no personal data.

    is_sure: that it is to be published though it holds what looks like a number of somebody.

    :raises NotAllowed: not the livelihood office, or planning has ended.
    :raises IllegalMove: already accepted or handed over.
    :raises Moved: somebody has acted on it since the page was shown.
    :raises BadText: a text is missing or too long.
    :raises InvalidInput: nobody is sure of a number in it.
    """
    suggestion = _lock(suggestion)
    require(rules.may_screen(by, suggestion, at))
    _require_seen(seen, suggestion)
    state = check_move(SUGGESTION_MOVES, suggestion.state, "accept")
    _ask_of_numbers([public_title, public_matter, public_wish], is_sure=is_sure)
    _word(suggestion, public_title, public_matter, public_wish)
    return _screen(suggestion, state, Decision.ACCEPTED, by, at)


@transaction.atomic
def reword_suggestion(
    *,
    suggestion: Suggestion,
    public_title: str,
    public_matter: str,
    public_wish: str,
    by: User,
    at: datetime,
    seen: int | None = None,
    is_sure: bool = False,
) -> Screening:
    """Change the public wording of an accepted suggestion. is_sure: as in `accept_suggestion`.

    :raises NotAllowed: not the livelihood office, or planning has ended.
    :raises IllegalMove: not accepted.
    :raises Moved: somebody has acted on it since the page was shown.
    :raises BadText: a text is missing or too long.
    :raises InvalidInput: nobody is sure of a number in it.
    """
    suggestion = _lock(suggestion)
    require(rules.may_screen(by, suggestion, at))
    _require_seen(seen, suggestion)
    state = check_move(SUGGESTION_MOVES, suggestion.state, "reword")
    _ask_of_numbers([public_title, public_matter, public_wish], is_sure=is_sure)
    _word(suggestion, public_title, public_matter, public_wish)
    return _screen(suggestion, state, Decision.REWORDED, by, at)


@transaction.atomic
def decline_suggestion(
    *, suggestion: Suggestion, reason: DeclineReason, words: str, by: User, at: datetime, seen: int | None = None
) -> Screening:
    """Do not take a suggestion up, and say why; one that was public is public no more.

    words: the explanation the sender reads.

    :raises NotAllowed: not the livelihood office, planning has ended, or a need rests on it.
    :raises IllegalMove: already declined or handed over.
    :raises Moved: somebody has acted on it since the page was shown.
    :raises BadText: the explanation is too short or too long.
    """
    suggestion = _lock(suggestion)
    require(rules.may_decline(by, suggestion, at))
    _require_seen(seen, suggestion)
    state = check_move(SUGGESTION_MOVES, suggestion.state, "decline")
    words = shared.text("words", words, WORDS_LENGTH)
    return _screen(suggestion, state, Decision.DECLINED, by, at, reason=DeclineReason(reason), words=words)


@transaction.atomic
def hand_over_suggestion(
    *, suggestion: Suggestion, handed_to: HandOver, words: str, by: User, at: datetime, seen: int | None = None
) -> Screening:
    """Hand a suggestion over to the office that can act on it; its text is kept here.

    words: what the sender reads: why, and how to follow it there.

    :raises NotAllowed: not the livelihood office, or planning has ended.
    :raises IllegalMove: it has been checked already.
    :raises Moved: somebody has acted on it since the page was shown.
    :raises BadText: the explanation is too short or too long.
    """
    suggestion = _lock(suggestion)
    require(rules.may_screen(by, suggestion, at))
    _require_seen(seen, suggestion)
    state = check_move(SUGGESTION_MOVES, suggestion.state, "hand_over")
    words = shared.text("words", words, WORDS_LENGTH)
    return _screen(suggestion, state, Decision.HANDED_OVER, by, at, handed_to=HandOver(handed_to), words=words)


@transaction.atomic
def reply_to_suggestion(
    *, suggestion: Suggestion, organisation: Organisation, text: str, by: User, at: datetime, seen: int | None = None
) -> Reply:
    """Answer a suggestion in the name of an organisation; the answer stays as it is.

    :raises NotAllowed: `by` may not answer here or not for this organisation, or it is not checked yet.
    :raises Moved: somebody has acted on it since the page was shown.
    :raises BadText: the answer is too short or too long.
    """
    suggestion = _lock(suggestion)
    require(rules.may_reply(by, suggestion, at))
    _require_seen(seen, suggestion)
    mandates = accounts.mandates_for(by, Permission.REPLY_TO_SUGGESTIONS, suggestion.cycle.area, at)
    if organisation.pk not in {mandate.organisation_id for mandate in mandates}:
        raise NotAllowed(_("You can answer only in the name of your own organisation."))
    reply = Reply.objects.create(
        suggestion=suggestion,
        organisation=organisation,
        text=shared.text("text", text, REPLY_LENGTH),
        replied_at=at,
        replied_by=by,
    )
    record(ProposalAct.SUGGESTION_REPLIED, suggestion, by=by, at=at, reply=reply.pk, organisation=organisation.pk)
    return reply


@transaction.atomic
def read_contact(*, suggestion: Suggestion, by: User, at: datetime) -> Contact | None:
    """Read how to reach who sent a suggestion, and its original text; the reading is journaled.

    :raises NotAllowed: `by` may not read contacts in this area.
    :raises Unsealable: the key is not set under which the contact was sealed; then nothing was read.
    """
    require(rules.may_read_contact(by, suggestion, at))
    record(ProposalAct.SUGGESTION_CONTACT_READ, suggestion, by=by, at=at)
    kept = SuggestionContact.objects.filter(suggestion=suggestion).first()
    return Contact(kept.name, kept.phone, kept.email, kept.notice, kept.agreed_at) if kept else None


def _lock(suggestion: Suggestion) -> Suggestion:
    cycle = shared.lock_cycle(suggestion.cycle)
    suggestion = Suggestion.objects.select_for_update().get(pk=suggestion.pk)
    suggestion.cycle = cycle
    return suggestion


def _require_seen(seen: int | None, suggestion: Suggestion) -> None:
    require_seen(seen, [suggestion], stands=lambda: _standing(suggestion), but=READING)


def _standing(suggestion: Suggestion) -> str:
    """Say how a suggestion stands, with the words of whoever decided last."""
    last = Screening.objects.filter(suggestion=suggestion).order_by("-screened_at", "-pk").first()
    why = [last.get_reason_display(), last.get_handed_to_display(), last.words] if last else []
    return " · ".join(filter(None, [suggestion.get_state_display(), *why]))


def _ask_of_numbers(texts: Sequence[str], *, is_sure: bool) -> None:
    """Ask about what looks like a telephone, a card or an address of somebody, before it is published."""
    found = [one for text in texts for one in personal_in(text)]
    if found and not is_sure:
        problem = _("Publish {found}? It looks like a number or address of somebody. If so, tick the box.")
        raise InvalidInput(format_lazy(problem, found="、".join(dict.fromkeys(found))), field="is_sure")


def _word(suggestion: Suggestion, title: str, matter: str, wish: str) -> None:
    if suggestion.is_withdrawn:
        raise Conflict(_("This text is withdrawn; nothing of it is published any more."))
    suggestion.public_title = shared.text("public_title", title, TITLE_LENGTH, multiline=False)
    suggestion.public_matter = shared.text("public_matter", matter, MATTER_LENGTH)
    suggestion.public_wish = shared.text("public_wish", wish, WISH_LENGTH)
    suggestion.save(update_fields=["public_title", "public_matter", "public_wish"])


def _screen(
    suggestion: Suggestion,
    state: str,
    decision: Decision,
    by: User,
    at: datetime,
    *,
    reason: DeclineReason | str = "",
    handed_to: HandOver | str = "",
    words: str = "",
) -> Screening:
    old, suggestion.state = suggestion.state, state
    suggestion.save(update_fields=["state"])
    screening = Screening.objects.create(
        suggestion=suggestion,
        decision=decision,
        reason=reason,
        handed_to=handed_to,
        words=words,
        screened_at=at,
        screened_by=by,
    )
    record(
        ProposalAct(f"suggestion.{decision}"),
        suggestion,
        by=by,
        at=at,
        old=old,
        new=state,
        reason=str(reason or handed_to),
    )
    return screening
