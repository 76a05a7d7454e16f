"""Checking a suggestion, saying why, and reading how to reach its sender."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.audit.services import record
from livelihood.kernel.errors import Conflict, InvalidInput
from livelihood.kernel.identifying import UNJUDGED, findings
from livelihood.kernel.moves import check_move
from livelihood.kernel.verdict import require
from proposals import rules
from proposals.acts import ProposalAct
from proposals.models import Claim, Screening, Suggestion, SuggestionContact
from proposals.services import _shared as shared
from proposals.services.intake import MATTER_LENGTH, TITLE_LENGTH, WISH_LENGTH, Contact
from proposals.states import SUGGESTION_MOVES, Decision, DeclineReason, ErasureReason, HandOver

WORDS_LENGTH = (10, 1000)
"""Least and most characters. Fewer than ten say nothing that a citizen could use."""
OF_DECISIONS = {
    Decision.ACCEPTED: ProposalAct.SUGGESTION_ACCEPTED,
    Decision.REWORDED: ProposalAct.SUGGESTION_REWORDED,
    Decision.MASKED: ProposalAct.SUGGESTION_WORDING_MASKED,
    Decision.UNPUBLISHED: ProposalAct.SUGGESTION_UNPUBLISHED,
    Decision.DECLINED: ProposalAct.SUGGESTION_DECLINED,
    Decision.HANDED_OVER: ProposalAct.SUGGESTION_HANDED_OVER,
}
"""Under which act each stands in the journal."""


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
    judged: Collection[str] = (),
) -> Screening:
    """Take a suggestion up and publish it in the given wording, which holds no personal data.

    judged: words that look like personal data, and that somebody looked at and lets stand.

    :raises NotAllowed: not the livelihood office, or planning has ended.
    :raises IllegalMove: already accepted or handed over.
    :raises Moved: somebody has acted on it since the page was shown.
    :raises BadText: a text is missing or too long.
    :raises InvalidInput: there is personal data in it that nobody has judged.
    """
    suggestion = shared.lock_suggestion(suggestion)
    require(rules.may_screen(by, suggestion, at))
    shared.require_seen_suggestion(seen, suggestion)
    state = check_move(SUGGESTION_MOVES, suggestion.state, "accept")
    _word(suggestion, (public_title, public_matter, public_wish), judged, by, at)
    return _screen(suggestion, state, Decision.ACCEPTED, by, at, judged=judged)


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
    judged: Collection[str] = (),
) -> Screening:
    """Change the public wording of an accepted suggestion. judged: as in `accept_suggestion`.

    :raises NotAllowed: not the livelihood office, or planning has ended.
    :raises IllegalMove: not accepted.
    :raises Moved: somebody has acted on it since the page was shown.
    :raises BadText: a text is missing or too long.
    :raises InvalidInput: there is personal data in it that nobody has judged.
    """
    suggestion = shared.lock_suggestion(suggestion)
    require(rules.may_screen(by, suggestion, at))
    shared.require_seen_suggestion(seen, suggestion)
    state = check_move(SUGGESTION_MOVES, suggestion.state, "reword")
    _word(suggestion, (public_title, public_matter, public_wish), judged, by, at)
    return _screen(suggestion, state, Decision.REWORDED, by, at, judged=judged)


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
    suggestion = shared.lock_suggestion(suggestion)
    require(rules.may_decline(by, suggestion, at))
    shared.require_seen_suggestion(seen, suggestion)
    state = check_move(SUGGESTION_MOVES, suggestion.state, "decline")
    words = shared.text("words", words, WORDS_LENGTH)
    return _screen(suggestion, state, Decision.DECLINED, by, at, reason=DeclineReason(reason), words=words)


@transaction.atomic
def unpublish_suggestion(
    *, suggestion: Suggestion, reason: DeclineReason, words: str, by: User, at: datetime, seen: int | None = None
) -> Screening:
    """Take back from the public what was accepted: in every phase, a closed year too, and behind a need as well.

    What was sent and the wording stay kept; who stands behind a need is counted without it from now on.
    words: the explanation the sender reads.

    :raises NotAllowed: `by` does not answer citizens here.
    :raises IllegalMove: it is not public.
    :raises Moved: somebody has acted on it since the page was shown.
    :raises BadText: the explanation is too short or too long.
    """
    suggestion = shared.lock_suggestion(suggestion)
    require(rules.may_erase(by, suggestion, at))
    shared.require_seen_suggestion(seen, suggestion)
    state = check_move(SUGGESTION_MOVES, suggestion.state, "unpublish")
    words = shared.text("words", words, WORDS_LENGTH)
    return _screen(suggestion, state, Decision.UNPUBLISHED, by, at, reason=DeclineReason(reason), words=words)


@transaction.atomic
def mask_wording(*, suggestion: Suggestion, words: str, reason: ErasureReason, by: User, at: datetime) -> Screening:
    """Star out words of the public wording, in every phase; what was sent stays, and so does the wording before.

    words: as they stand there, one to a line.

    :raises NotAllowed: `by` does not answer citizens here.
    :raises InvalidInput: one of them stands nowhere in it, or none was given.
    """
    suggestion = shared.lock_suggestion(suggestion)
    require(rules.may_erase(by, suggestion, at))
    lines = shared.words_in(words, [getattr(suggestion, name) for name in shared.SHOWN])
    shared.keep_wording(suggestion, by, at)
    for name in shared.SHOWN:
        setattr(suggestion, name, shared.starred(getattr(suggestion, name), lines))
    suggestion.save(update_fields=shared.SHOWN)
    return _screen(suggestion, suggestion.state, Decision.MASKED, by, at, why=ErasureReason(reason))


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
    suggestion = shared.lock_suggestion(suggestion)
    require(rules.may_screen(by, suggestion, at))
    shared.require_seen_suggestion(seen, suggestion)
    state = check_move(SUGGESTION_MOVES, suggestion.state, "hand_over")
    words = shared.text("words", words, WORDS_LENGTH)
    return _screen(suggestion, state, Decision.HANDED_OVER, by, at, handed_to=HandOver(handed_to), words=words)


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


def _require_judged(suggestion: Suggestion, texts: Sequence[str], judged: Collection[str]) -> None:
    """Refuse what may tell of somebody, unless it was judged: now, or when the wording was written that stands."""
    stands = f"{suggestion.public_title}\n{suggestion.public_matter}\n{suggestion.public_wish}"
    known = {one.words for one in findings(stands)} | set(judged)
    found = [one.words for text in texts for one in findings(text) if one.words not in known]
    if found:
        raise InvalidInput(format_lazy(UNJUDGED, words="、".join(dict.fromkeys(found))))


def _word(suggestion: Suggestion, words: tuple[str, str, str], judged: Collection[str], by: User, at: datetime) -> None:
    if suggestion.is_withdrawn:
        raise Conflict(_("This text is withdrawn; nothing of it is published any more."))
    _require_judged(suggestion, words, judged)
    shared.keep_wording(suggestion, by, at)
    title, matter, wish = words
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
    judged: Collection[str] = (),
    why: ErasureReason | str = "",
) -> Screening:
    old, suggestion.state = suggestion.state, state
    suggestion.save(update_fields=["state"])
    Claim.objects.filter(suggestion=suggestion).delete()
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
        OF_DECISIONS[decision],
        suggestion,
        by=by,
        at=at,
        old=old,
        new=state,
        reason=str(reason or handed_to or why),
        **({"let_stand": len(judged)} if judged else {}),
    )
    return screening
