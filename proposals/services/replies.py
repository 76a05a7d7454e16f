"""Answering a suggestion, what stops an answer that is none, and putting right one that was sent."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.audit.services import record
from livelihood.cycles.models import Organisation
from livelihood.kernel.errors import Conflict, InvalidInput
from livelihood.kernel.verdict import require
from proposals import rules, selectors, substance
from proposals.acts import ProposalAct
from proposals.models import ProgressWord, Reply, ReplyDraft, Suggestion
from proposals.services import _shared as shared
from proposals.states import DraftOutcome, ReplyFault

REPLY_LENGTH = (2, 5000)
"""Least and most characters; what a reply has to say beside that, `proposals.substance` knows."""
INSISTING_LENGTH = (10, 300)
WHY_CORRECTED_LENGTH = (4, 300)
WHY_RETURNED_LENGTH = (4, 300)

IS_NONE = _("Say what is done, by whom and until when, or why nothing is.")
INSIST = _("Write it anew; or give the reason for which it has to go as it is. It is kept in the journal.")
BLANK = re.compile(r"\{[^{}\n]{0,20}\}|【\s*】|_{3,}")
"""What nobody has filled in."""


class ReplyStopped(InvalidInput):
    """A reply does not answer. One that says nothing at all is not sent; of any other, somebody may say why it is."""

    code = "reply_stopped"

    def __init__(self, faults: Sequence[ReplyFault]) -> None:
        self.faults = tuple(faults)
        is_bare = ReplyFault.BARE in faults
        parts = [*(fault.label for fault in faults), IS_NONE if is_bare else INSIST]
        super().__init__(
            format_lazy(" ".join(["{}"] * len(parts)), *parts), field="text" if is_bare else "why_insisted"
        )


@dataclass(frozen=True, slots=True)
class Weighed:
    """A reply that may go, as it is kept. faults: of which somebody has said why it goes all the same."""

    suggestion: Suggestion
    kept: Mapping[str, Any]
    faults: tuple[ReplyFault, ...]

    @property
    def noted(self) -> dict[str, Any]:
        """What the journal notes of it."""
        noted: dict[str, Any] = {"organisation": self.kept["organisation"].pk}
        if self.faults:
            noted["faults"] = [str(fault) for fault in self.faults]
            noted["why_insisted"] = self.kept["why_insisted"]
        return noted


@transaction.atomic
def reply_to_suggestion(
    *,
    suggestion: Suggestion,
    organisation: Organisation,
    text: str,
    by: User,
    at: datetime,
    progress: ProgressWord | None = None,
    why_insisted: str = "",
    seen: int | None = None,
) -> Reply | ReplyDraft:
    """Answer a suggestion in the name of an organisation; where the office has set it, another one has to send it.

    text: with fields of a template, as {编号}, which are filled in here.
    progress: how far it has come, in a word of the office.
    why_insisted: why it has to go as it is, though it was stopped.

    :raises NotAllowed: `by` may not answer here or not for this organisation, or it is not checked yet.
    :raises Moved: somebody has acted on it since the page was shown.
    :raises BadText: the answer is empty or too long.
    :raises InvalidInput: something of a template is not filled in, or the word of progress is none of the office.
    :raises ReplyStopped: it answers nothing.
    :raises Conflict: a reply of the organisation waits to be sent.
    """
    suggestion = shared.lock_suggestion(suggestion)
    require(rules.may_reply(by, suggestion, at))
    shared.require_seen_suggestion(seen, suggestion)
    require(rules.may_reply_for(by, suggestion, organisation.pk, at))
    weighed = weigh(suggestion, organisation, text, progress=progress, why_insisted=why_insisted)
    return _send(weighed, by, at)


@transaction.atomic
def correct_reply(
    *,
    reply: Reply,
    text: str,
    why_corrected: str,
    by: User,
    at: datetime,
    progress: ProgressWord | None = None,
    why_insisted: str = "",
    seen: int | None = None,
) -> Reply | ReplyDraft:
    """Put a reply right by a further one; what it said before stays in sight, with day and reason.

    :raises NotAllowed: `by` may not answer here or not for the organisation that did.
    :raises Conflict: it was put right already, or a reply of the organisation waits to be sent.
    :raises InvalidInput: nothing was changed; else as in `reply_to_suggestion`.
    """
    suggestion = shared.lock_suggestion(reply.suggestion)
    require(rules.may_reply(by, suggestion, at))
    shared.require_seen_suggestion(seen, suggestion)
    require(rules.may_reply_for(by, suggestion, reply.organisation_id, at))
    _require_last(reply)
    why_corrected = shared.text("why_corrected", why_corrected, WHY_CORRECTED_LENGTH, multiline=False)
    weighed = weigh(suggestion, reply.organisation, text, progress=progress, why_insisted=why_insisted)
    if (weighed.kept["text"], weighed.kept["progress"]) == (reply.text, reply.progress):
        raise InvalidInput(_("This is what it says already; nothing was changed."), field="text")
    correcting = Weighed(
        suggestion, {**weighed.kept, "corrects": reply, "why_corrected": why_corrected}, weighed.faults
    )
    return _send(correcting, by, at)


@transaction.atomic
def send_draft(*, draft: ReplyDraft, by: User, at: datetime) -> Reply:
    """Send what another one has written, as it was written.

    :raises NotAllowed: `by` wrote it, or may not answer for the organisation.
    :raises Conflict: it waits no more, or what it corrects was corrected meanwhile.
    """
    draft = _decide(draft, by, at)
    if draft.corrects:
        _require_last(draft.corrects)
    kept = {name: getattr(draft, name) for name in (*KEPT, "drafted_by")}
    noted = {"organisation": draft.organisation_id, "user": draft.drafted_by_id}
    reply = _write(kept, by, at, noted=noted)
    _end(draft, DraftOutcome.SENT, by, at)
    return reply


@transaction.atomic
def return_draft(*, draft: ReplyDraft, why_returned: str, by: User, at: datetime) -> None:
    """Give a reply back to who wrote it, unsent.

    :raises NotAllowed: `by` wrote it, or may not answer for the organisation.
    :raises Conflict: it waits no more.
    :raises BadText: the reason is missing or too long.
    """
    draft = _decide(draft, by, at)
    draft.why_returned = shared.text("why_returned", why_returned, WHY_RETURNED_LENGTH, multiline=False)
    _end(draft, DraftOutcome.RETURNED, by, at)
    record(
        ProposalAct.SUGGESTION_REPLY_RETURNED, draft.suggestion, by=by, at=at, organisation=draft.organisation_id,
        user=draft.drafted_by_id,
    )  # fmt: skip


@transaction.atomic
def take_back_draft(*, draft: ReplyDraft, by: User, at: datetime) -> None:
    """Take one's own reply back, as long as nobody has sent it.

    :raises NotAllowed: somebody else wrote it.
    :raises Conflict: it waits no more.
    """
    draft = _lock_draft(draft)
    require(rules.may_take_back_draft(by, draft))
    _end(draft, DraftOutcome.TAKEN_BACK, by, at)
    record(ProposalAct.SUGGESTION_REPLY_TAKEN_BACK, draft.suggestion, by=by, at=at, organisation=draft.organisation_id)


KEPT = (
    "suggestion", "organisation", "text", "progress", "text_key", "why_insisted", "corrects", "why_corrected",
)  # fmt: skip
"""What of a draft is sent."""


def _decide(draft: ReplyDraft, by: User, at: datetime) -> ReplyDraft:
    draft = _lock_draft(draft)
    require(rules.may_reply(by, draft.suggestion, at))
    require(rules.may_send_draft(by, draft, at))
    return draft


def _lock_draft(draft: ReplyDraft) -> ReplyDraft:
    suggestion = shared.lock_suggestion(draft.suggestion)
    draft = (
        ReplyDraft.objects.select_for_update(of=("self",)).select_related("corrects", "organisation").get(pk=draft.pk)
    )
    draft.suggestion = suggestion
    if draft.ended_at:
        raise Conflict(_("This reply waits no more: it was sent, returned or taken back."))
    return draft


def _end(draft: ReplyDraft, outcome: DraftOutcome, by: User, at: datetime) -> None:
    draft.outcome, draft.ended_at, draft.ended_by = outcome, at, by
    draft.save(update_fields=["outcome", "why_returned", "ended_at", "ended_by"])


def _require_last(reply: Reply) -> None:
    if Reply.objects.filter(corrects=reply).exists():
        raise Conflict(_("This reply was corrected already. Correct the one that is read now."))


def _write(kept: Mapping[str, Any], by: User, at: datetime, *, noted: Mapping[str, Any]) -> Reply:
    reply = Reply.objects.create(**kept, replied_at=at, replied_by=by)
    record(
        ProposalAct.SUGGESTION_REPLY_CORRECTED if reply.corrects else ProposalAct.SUGGESTION_REPLIED,
        reply.suggestion,
        by=by,
        at=at,
        reply=reply.pk,
        **noted,
    )
    return reply


def _send(weighed: Weighed, by: User, at: datetime) -> Reply | ReplyDraft:
    """Write a reply, or what waits for another one to send it."""
    suggestion = weighed.suggestion
    if not selectors.clock_of(suggestion.cycle.area).has_four_eyes:
        return _write(weighed.kept, by, at, noted=weighed.noted)
    waiting = ReplyDraft.objects.filter(suggestion=suggestion, organisation=weighed.kept["organisation"], ended_at=None)
    if waiting.exists():
        raise Conflict(_("A reply of this organisation waits to be sent. Have it sent or returned first."))
    draft = ReplyDraft.objects.create(**weighed.kept, drafted_at=at, drafted_by=by)
    record(ProposalAct.SUGGESTION_REPLY_DRAFTED, suggestion, by=by, at=at, **weighed.noted)
    return draft


def weigh(
    suggestion: Suggestion, organisation: Organisation, text: str, *, progress: ProgressWord | None, why_insisted: str
) -> Weighed:
    """Return a reply as it would be kept; writes nothing, so that a page can show it before.

    :raises BadText: it or the reason is too short or too long.
    :raises InvalidInput: something is not filled in, or the word of progress is none of the office.
    :raises ReplyStopped: it answers nothing, and nobody says why it goes all the same.
    """
    needs = [need.title for need in selectors.needs_of_suggestion(suggestion)]
    titles = [suggestion.title, suggestion.public_title]
    text = _filled(shared.text("text", text, REPLY_LENGTH), suggestion, organisation, needs)
    if progress and (progress.area_id != suggestion.cycle.area_id or progress.ended_at):
        raise InvalidInput(_("This word is not in the list of the office any more."), field="progress")
    given = [suggestion.number, *titles, *needs, organisation.name_zh, organisation.name_en]
    key = substance.text_key(text, given)
    faults = substance.faults(
        text,
        given=given,
        matters=[*titles, suggestion.matter, suggestion.wish, suggestion.public_matter, *needs],
        alike=selectors.replies_alike(suggestion, key, most=substance.MOST_ALIKE),
    )
    why_insisted = shared.text("why_insisted", why_insisted, (0, INSISTING_LENGTH[1]), multiline=False)
    if faults and (ReplyFault.BARE in faults or not why_insisted):
        raise ReplyStopped(faults)
    if faults:
        shared.text("why_insisted", why_insisted, INSISTING_LENGTH)
    kept = {
        "suggestion": suggestion,
        "organisation": organisation,
        "text": text,
        "progress": progress,
        "text_key": key,
        "why_insisted": why_insisted if faults else "",
    }
    return Weighed(suggestion, kept, tuple(faults))


def _filled(text: str, suggestion: Suggestion, organisation: Organisation, needs: Sequence[str]) -> str:
    """Return a text with the fields of a template filled in.

    :raises InvalidInput: something is left that nobody has filled in.
    """
    values = {
        "编号": suggestion.number,
        "标题": suggestion.public_title or suggestion.title,
        "需求": needs[0] if needs else "",
        "单位": organisation.name_zh,
    }
    for name, value in values.items():
        if value:
            text = text.replace(f"{{{name}}}", value)
    if blanks := list(dict.fromkeys(BLANK.findall(text))):
        problem = _("Fill this in, or take it out: {blanks}")
        raise InvalidInput(format_lazy(problem, blanks="、".join(blanks)), field="text")
    return text
