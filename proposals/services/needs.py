"""Needs and the suggestions behind them."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.accounts.seen import require_seen
from livelihood.audit.services import record
from livelihood.cycles.models import Area, Aspect, Cycle
from livelihood.kernel.errors import Conflict, InvalidInput
from livelihood.kernel.moves import check_move
from livelihood.kernel.verdict import require
from proposals import rules, selectors
from proposals.acts import READING, ProposalAct
from proposals.models import Candidate, CandidateNeed, Need, NeedLink, Suggestion
from proposals.services import _shared as shared
from proposals.states import NEED_MOVES

TITLE_LENGTH = (4, 100)
SUMMARY_LENGTH = (10, 2000)
REASON_LENGTH = (10, 1000)


@transaction.atomic
def open_need(
    *,
    cycle: Cycle,
    title: str,
    summary: str,
    aspect: Aspect | None,
    area: Area,
    by: User,
    at: datetime,
    source: str = "",
) -> Need:
    """Put a need on the public board.

    source: where it was published; empty if it comes from suggestions received here.

    :raises NotAllowed: not the livelihood office, or planning has ended.
    :raises InvalidInput: an aspect of another year, or an area elsewhere.
    :raises BadText: a text is too short or too long.
    """
    cycle = shared.lock_cycle(cycle)
    require(rules.may_shape_needs(by, cycle, at))
    if aspect is not None and aspect.cycle_id != cycle.pk:
        raise InvalidInput(_("This aspect belongs to another year. Choose one from the list."), field="aspect")
    if not cycle.area.contains(area):
        raise InvalidInput(_("This place lies outside the area of this year. Choose one from the list."), field="area")
    need = Need.objects.create(
        cycle=cycle,
        number=shared.next_number(Need.objects.for_cycle(cycle)),
        title=shared.text("title", title, TITLE_LENGTH, multiline=False),
        summary=shared.text("summary", summary, SUMMARY_LENGTH),
        aspect=aspect,
        area=area,
        opened_at=at,
        opened_by=by,
        source=shared.text("source", source, (0, 300), multiline=False),
    )
    record(ProposalAct.NEED_OPENED, need, by=by, at=at, number=need.number)
    return need


@transaction.atomic
def link_suggestion(*, suggestion: Suggestion, need: Need, by: User, at: datetime, seen: int | None = None) -> NeedLink:
    """Put a suggestion behind a need.

    :raises NotAllowed: not the livelihood office, planning has ended, or the suggestion is not accepted.
    :raises InvalidInput: suggestion and need are of different years.
    :raises Moved: somebody has acted on the suggestion since the page was shown.
    :raises Conflict: it is linked already.
    """
    suggestion, need = _lock(suggestion, need)
    require(rules.may_link(by, suggestion, at))
    _require_seen(seen, suggestion)
    if NeedLink.objects.live().filter(suggestion=suggestion, need=need).exists():
        raise Conflict(_("This suggestion already stands behind this need."))
    link = NeedLink.objects.create(suggestion=suggestion, need=need, linked_at=at, linked_by=by)
    record(ProposalAct.SUGGESTION_LINKED, suggestion, by=by, at=at, need=need.pk)
    return link


@transaction.atomic
def unlink_suggestion(
    *, suggestion: Suggestion, need: Need, by: User, at: datetime, seen: int | None = None
) -> NeedLink:
    """Take a suggestion from behind a need; that it stood there stays on record.

    :raises NotAllowed: not the livelihood office, or planning has ended.
    :raises Moved: somebody has acted on the suggestion since the page was shown.
    :raises Conflict: it is not linked (any more).
    """
    suggestion, need = _lock(suggestion, need)
    require(rules.may_shape_needs(by, need.cycle, at))
    _require_seen(seen, suggestion)
    link = NeedLink.objects.live().select_for_update().filter(suggestion=suggestion, need=need).first()
    if link is None:
        raise Conflict(_("This suggestion does not stand behind this need."))
    link.unlinked_at, link.unlinked_by = at, by
    link.save(update_fields=["unlinked_at", "unlinked_by"])
    record(ProposalAct.SUGGESTION_UNLINKED, suggestion, by=by, at=at, need=need.pk)
    return link


@transaction.atomic
def link_candidate(
    *,
    need: Need,
    candidate: Candidate,
    reason: str,
    by: User,
    at: datetime,
    seen: Collection[int] | None = None,
) -> CandidateNeed:
    """Say that a candidate answers a need which came later; the list, if it is frozen, stays as it is.

    reason: shown to the public, as what is linked stays linked.
    seen: numbers of the needs that its page showed as not adopted.

    :raises NotAllowed: not the livelihood office, planning has ended, or the candidate is off the list.
    :raises InvalidInput: need and candidate are of different years.
    :raises Conflict: the candidate answers it already.
    :raises Moved: it was turned down since the page was shown.
    :raises BadText: the reason is too short or too long.
    """
    if candidate.cycle_id != need.cycle_id:
        raise InvalidInput(_("Need and candidate belong to different years."), field="candidate")
    cycle = shared.lock_cycle(need.cycle)
    candidate = Candidate.objects.select_for_update().get(pk=candidate.pk)
    need = Need.objects.select_for_update().get(pk=need.pk)
    candidate.cycle = cycle
    require(rules.may_link_candidate(by, candidate, at))
    if CandidateNeed.objects.filter(candidate=candidate, need=need).exists():
        raise Conflict(_("This candidate answers this need already."), field="candidate")
    shared.require_seen_needs(seen, [need])
    need.outcome = check_move(NEED_MOVES, need.outcome, "link_candidate")
    need.reason, need.decided_at, need.decided_by = "", None, None
    link = CandidateNeed.objects.create(
        candidate=candidate,
        need=need,
        linked_at=at,
        linked_by=by,
        reason=shared.text("reason", reason, REASON_LENGTH),
    )
    need.save(update_fields=["outcome", "reason", "decided_at", "decided_by"])
    record(ProposalAct.NEED_LINKED, need, by=by, at=at, candidate=candidate.pk)
    return link


@transaction.atomic
def turn_down_need(*, need: Need, reason: str, by: User, at: datetime) -> Need:
    """Decide that a need does not become a candidate this year, and say why on its page.

    :raises NotAllowed: not the livelihood office, or planning has ended.
    :raises IllegalMove: it is a candidate, or turned down already.
    :raises BadText: the reason is too short or too long.
    """
    cycle = shared.lock_cycle(need.cycle)
    need = Need.objects.select_for_update().get(pk=need.pk)
    require(rules.may_shape_needs(by, cycle, at))
    need.outcome = check_move(NEED_MOVES, need.outcome, "turn_down")
    need.reason = shared.text("reason", reason, REASON_LENGTH)
    need.decided_at, need.decided_by = at, by
    need.save(update_fields=["outcome", "reason", "decided_at", "decided_by"])
    record(ProposalAct.NEED_TURNED_DOWN, need, by=by, at=at)
    return need


def _require_seen(seen: int | None, suggestion: Suggestion) -> None:
    require_seen(seen, [suggestion], stands=lambda: _behind(suggestion), but=READING)


def _behind(suggestion: Suggestion) -> str:
    """Say how a suggestion stands, with the needs behind which it does."""
    needs = [f"{need.number}. {need.title}" for need in selectors.needs_of_suggestion(suggestion)]
    return " · ".join([suggestion.get_state_display(), *needs])


def _lock(suggestion: Suggestion, need: Need) -> tuple[Suggestion, Need]:
    if suggestion.cycle_id != need.cycle_id:
        raise InvalidInput(_("Suggestion and need belong to different years."))
    cycle = shared.lock_cycle(need.cycle)
    suggestion = Suggestion.objects.select_for_update().get(pk=suggestion.pk)
    need = Need.objects.select_for_update().get(pk=need.pk)
    suggestion.cycle = need.cycle = cycle
    return suggestion, need
