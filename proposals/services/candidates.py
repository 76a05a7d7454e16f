"""Candidates: drafted from needs, made feasible, proposed or dropped, and frozen as a list."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.accounts.seen import require_seen
from livelihood.audit.services import record
from livelihood.cycles import selectors as cycles
from livelihood.cycles.models import Aspect, Cycle, Organisation
from livelihood.kernel.errors import InvalidInput, NotReady
from livelihood.kernel.moves import check_move
from livelihood.kernel.verdict import require
from proposals import rules, selectors
from proposals.acts import ProposalAct
from proposals.models import Candidate, CandidateList, CandidateNeed, CostLine, FeasibilitySheet, Need
from proposals.services import _shared as shared
from proposals.states import (
    CANDIDATE_MOVES,
    NEED_MOVES,
    CandidateKind,
    CandidateOrigin,
    CandidateState,
    FundSource,
    NeedOutcome,
)

TITLE_LENGTH = (4, 100)
SUMMARY_LENGTH = (10, 4000)
PLACE_LENGTH = (0, 300)
REASON_LENGTH = (10, 1000)
MISTAKE_LENGTH = (4, 1000)
SOURCE_LENGTH = (0, 300)
NO_NEED = _("Choose the need that it answers, or say that it comes from elsewhere.")
NO_SOURCE = _("Say where the list was published that it comes from.")
NO_RESERVE = _("A candidate of an earlier year is taken over from the reserve pool.")
NO_PLACE = _("It does not say yet where it is to be done. Change the wording and name the place.")
MOST_WAN = Decimal(10) ** 10
"""A hundred trillion yuan: more than any budget, so a slip of the keyboard."""


@transaction.atomic
def draft_candidate(
    *,
    cycle: Cycle,
    title: str,
    summary: str,
    aspect: Aspect,
    lead_organisation: Organisation,
    kind: CandidateKind,
    origin: CandidateOrigin,
    by: User,
    at: datetime,
    place: str = "",
    needs: Sequence[Need] = (),
    carried_from: Candidate | None = None,
    source: str = "",
    seen: Collection[int] | None = None,
) -> Candidate:
    """Draft a candidate: from needs, from the reserve pool, from a published list, or of the lead organisation's own.

    place: where it is to be done; may wait until it is proposed.
    origin: where it comes from; what that names has to be given.
    needs: those it answers, whatever its origin; they become candidates with it.
    carried_from: the candidate of an earlier year that it takes up again.
    source: where it was published; empty if it is drafted here.
    seen: numbers of the needs that its page showed as not adopted.

    :raises NotAllowed: `by` may not build it, another phase, or the list is frozen.
    :raises Moved: a need was turned down since the page was shown.
    :raises InvalidInput: an aspect, need or organisation of elsewhere, or what its origin names is missing.
    :raises BadText: a text is too short or too long.
    """
    cycle = shared.lock_cycle(cycle)
    lead_organisation = cycles.standing(lead_organisation)
    require(rules.may_build_candidate(by, cycle, lead_organisation.pk, at))
    if aspect.cycle_id != cycle.pk:
        raise InvalidInput(_("This aspect belongs to another year. Choose one from the list."), field="aspect")
    if lead_organisation.area_id != cycle.area_id:
        raise InvalidInput(_("This organisation belongs to another area."), field="lead_organisation")
    if carried_from is not None and carried_from.cycle.year >= cycle.year:
        raise InvalidInput(_("A candidate can be carried over from an earlier year only."), field="carried_from")
    source = shared.text("source", source, SOURCE_LENGTH, multiline=False)
    _require_origin(origin, needs=needs, carried_from=carried_from, source=source)
    rows = list(Need.objects.select_for_update().filter(pk__in=[need.pk for need in needs]).order_by("pk"))
    if any(need.cycle_id != cycle.pk for need in rows):
        raise InvalidInput(_("A need belongs to another year."), field="needs")
    shared.require_seen_needs(seen, rows)
    candidate = Candidate.objects.create(
        cycle=cycle,
        number=shared.next_number(Candidate.objects.for_cycle(cycle)),
        title=shared.text("title", title, TITLE_LENGTH, multiline=False),
        summary=shared.text("summary", summary, SUMMARY_LENGTH),
        place=shared.text("place", place, PLACE_LENGTH, multiline=False),
        aspect=aspect,
        lead_organisation=lead_organisation,
        kind=CandidateKind(kind),
        origin=CandidateOrigin(origin),
        carried_from=carried_from,
        drafted_at=at,
        drafted_by=by,
        source=source,
    )
    CandidateNeed.objects.bulk_create(CandidateNeed(candidate=candidate, need=need) for need in rows)
    for need in rows:
        need.outcome = check_move(NEED_MOVES, need.outcome, "draft_candidate")
        need.reason, need.decided_at, need.decided_by = "", None, None
        need.save(update_fields=["outcome", "reason", "decided_at", "decided_by"])
    record(
        ProposalAct.CANDIDATE_DRAFTED,
        candidate,
        by=by,
        at=at,
        number=candidate.number,
        origin=candidate.origin,
        needs=[need.pk for need in rows],
    )
    return candidate


@transaction.atomic
def revise_candidate(
    *,
    candidate: Candidate,
    title: str,
    summary: str,
    place: str,
    source: str,
    by: User,
    at: datetime,
    seen: int | None = None,
) -> Candidate:
    """Word a candidate anew, until the list is frozen; what it said before stays in the journal.

    place: where it is to be done; only a draft may leave it open.
    source: where it was published; empty if it is drafted here.

    :raises NotAllowed: `by` may not work on it, another phase, it is off the list, or the list is frozen.
    :raises Moved: somebody has changed it since the page was shown.
    :raises InvalidInput: it comes from a list that is named no more, or one that is proposed has no place.
    :raises BadText: a text is too short or too long.
    """
    candidate = _lock(candidate)
    require(rules.may_edit_candidate(by, candidate, at))
    _require_seen(seen, candidate)
    texts = {
        "title": shared.text("title", title, TITLE_LENGTH, multiline=False),
        "summary": shared.text("summary", summary, SUMMARY_LENGTH),
        "place": shared.text("place", place, PLACE_LENGTH, multiline=False),
        "source": shared.text("source", source, SOURCE_LENGTH, multiline=False),
    }
    if candidate.origin == CandidateOrigin.PUBLISHED and not texts["source"]:
        raise InvalidInput(NO_SOURCE, field="source")
    if candidate.state != CandidateState.DRAFT and not texts["place"]:
        raise InvalidInput(NO_PLACE, field="place")
    was = {name: getattr(candidate, name) for name, text in texts.items() if getattr(candidate, name) != text}
    for name, text in texts.items():
        setattr(candidate, name, text)
    candidate.save(update_fields=list(texts))
    record(ProposalAct.CANDIDATE_REVISED, candidate, by=by, at=at, was=was)
    return candidate


@transaction.atomic
def write_sheet(
    *,
    candidate: Candidate,
    starts_on: date,
    finishes_on: date,
    people_served: int,
    legal_basis: str,
    cost_wan: Mapping[FundSource, Decimal],
    by: User,
    at: datetime,
    notes: str = "",
    source: str = "",
    seen: int | None = None,
) -> FeasibilitySheet:
    """Write the feasibility sheet of a candidate, or write it anew.

    people_served: people who have the use of it in a year.
    cost_wan: source → amount in 10,000 yuan, not negative; at least one source. Sources left out pay nothing.

    :raises NotAllowed: `by` may not work on it, another phase, or the list is frozen.
    :raises Moved: somebody has changed the candidate since the page was shown.
    :raises InvalidInput: dates out of order, a negative figure, an unknown source, or no cost.
    """
    candidate = _lock(candidate)
    require(rules.may_edit_candidate(by, candidate, at))
    _require_seen(seen, candidate)
    if finishes_on < starts_on:
        raise InvalidInput(_("It is finished before it starts. Correct one of the two dates."), field="finishes_on")
    if not 0 < people_served < 10**9:
        raise InvalidInput(_("Say how many people are served: a number above zero."), field="people_served")
    lines = {_source(source_): _amount(amount) for source_, amount in cost_wan.items()}
    if not lines:
        raise InvalidInput(_("Give the cost of at least one source; 0 if it costs nothing."), field="cost")
    sheet, _created = FeasibilitySheet.objects.update_or_create(
        candidate=candidate,
        defaults={
            "starts_on": starts_on,
            "finishes_on": finishes_on,
            "people_served": people_served,
            "legal_basis": shared.text("legal_basis", legal_basis, (2, 300), multiline=False),
            "notes": shared.text("notes", notes, (0, 4000)),
            "source": shared.text("source", source, SOURCE_LENGTH, multiline=False),
        },
    )
    sheet.cost_lines.exclude(source__in=lines).delete()
    for source_, amount in lines.items():
        CostLine.objects.update_or_create(sheet=sheet, source=source_, defaults={"amount_wan": amount})
    cost = {str(source_): str(amount) for source_, amount in lines.items()}
    record(ProposalAct.CANDIDATE_SHEET_WRITTEN, candidate, by=by, at=at, cost_wan=cost, people_served=people_served)
    return sheet


@transaction.atomic
def propose_candidate(*, candidate: Candidate, by: User, at: datetime, seen: int | None = None) -> Candidate:
    """Put a candidate forward for the list; its page is public from now on.

    :raises NotAllowed: `by` may not work on it, another phase, or the list is frozen.
    :raises Moved: somebody has changed it since the page was shown.
    :raises IllegalMove: it is not a draft.
    :raises NotReady: it has no feasibility sheet, or does not say where it is to be done.
    """
    candidate = _lock(candidate)
    require(rules.may_edit_candidate(by, candidate, at))
    _require_seen(seen, candidate)
    state = check_move(CANDIDATE_MOVES, candidate.state, "propose")
    if not FeasibilitySheet.objects.filter(candidate=candidate).exists():
        raise NotReady([_("The feasibility sheet is not written yet.")])
    if not candidate.place:
        raise NotReady([NO_PLACE])
    candidate.state = state
    candidate.save(update_fields=["state"])
    record(ProposalAct.CANDIDATE_PROPOSED, candidate, by=by, at=at)
    return candidate


@transaction.atomic
def drop_candidate(*, candidate: Candidate, reason: str, by: User, at: datetime, seen: int | None = None) -> Candidate:
    """Leave a candidate off the list and say why; needs that no other candidate answers end with the same reason.

    :raises NotAllowed: not the livelihood office, another phase, or the list is frozen.
    :raises Moved: somebody has changed it since the page was shown.
    :raises IllegalMove: it is off the list already.
    :raises BadText: the reason is too short or too long.
    """
    candidate = _lock(candidate)
    require(rules.may_decide_candidates(by, candidate.cycle, at))
    _require_seen(seen, candidate)
    state = check_move(CANDIDATE_MOVES, candidate.state, "drop")
    reason = shared.text("reason", reason, REASON_LENGTH)
    candidate.state, candidate.reason = state, reason
    candidate.dropped_at, candidate.dropped_by = at, by
    candidate.save(update_fields=["state", "reason", "dropped_at", "dropped_by"])
    for need in _answered_by_no_other(candidate):
        need.outcome = check_move(NEED_MOVES, need.outcome, "drop_candidate")
        need.reason, need.decided_at, need.decided_by = reason, at, by
        need.save(update_fields=["outcome", "reason", "decided_at", "decided_by"])
    record(ProposalAct.CANDIDATE_DROPPED, candidate, by=by, at=at)
    return candidate


@transaction.atomic
def discard_candidate(
    *, candidate: Candidate, reason: str, by: User, at: datetime, seen: int | None = None
) -> Candidate:
    """Take a draft away that was entered by mistake: nothing of it is public, and its needs are as open as before.

    reason: what was wrong with it, for the desk alone.

    :raises NotAllowed: not the livelihood office, another phase, or the list is frozen.
    :raises Moved: somebody has changed it since the page was shown.
    :raises IllegalMove: it was proposed, and so public: it is left off the list with a reason for everybody.
    :raises BadText: the reason is too short or too long.
    """
    candidate = _lock(candidate)
    require(rules.may_decide_candidates(by, candidate.cycle, at))
    _require_seen(seen, candidate)
    state = check_move(CANDIDATE_MOVES, candidate.state, "discard")
    candidate.state, candidate.reason = state, shared.text("reason", reason, MISTAKE_LENGTH)
    candidate.dropped_at, candidate.dropped_by = at, by
    candidate.save(update_fields=["state", "reason", "dropped_at", "dropped_by"])
    for need in _answered_by_no_other(candidate):
        need.outcome = check_move(NEED_MOVES, need.outcome, "discard_candidate")
        need.save(update_fields=["outcome"])
    record(ProposalAct.CANDIDATE_DISCARDED, candidate, by=by, at=at, reason=candidate.reason)
    return candidate


@transaction.atomic
def freeze_candidates(*, cycle: Cycle, by: User, at: datetime, seen: int | None = None) -> CandidateList:
    """Freeze the list as it goes to the deciding body: content and digest are fixed, candidates and sheets locked.

    :raises NotAllowed: not the livelihood office, another phase, or frozen already.
    :raises Moved: somebody has changed a candidate since the list was shown.
    :raises NotReady: nothing is proposed, or a draft, a suggestion or a need is left without an answer.
    """
    cycle = shared.lock_cycle(cycle)
    require(rules.may_decide_candidates(by, cycle, at))
    candidates = list(Candidate.objects.for_cycle(cycle).select_for_update().order_by("pk"))
    proposed = [candidate for candidate in candidates if candidate.state == CandidateState.PROPOSED]
    require_seen(seen, candidates, stands=lambda: "；".join(f"{one.number}. {one.title}" for one in proposed))
    if issues := selectors.freeze_issues(cycle):
        raise NotReady(issues)
    for candidate in proposed:
        candidate.state = check_move(CANDIDATE_MOVES, candidate.state, "freeze")
        candidate.save(update_fields=["state"])
    content, digest = selectors.list_content(cycle)
    frozen = CandidateList.objects.create(cycle=cycle, content=content, digest=digest, frozen_at=at, frozen_by=by)
    record(ProposalAct.CANDIDATES_FROZEN, frozen, by=by, at=at, digest=digest)
    return frozen


def _require_origin(
    origin: CandidateOrigin, *, needs: Sequence[Need], carried_from: Candidate | None, source: str
) -> None:
    if (origin == CandidateOrigin.RESERVE) != (carried_from is not None):
        raise InvalidInput(NO_RESERVE, field="origin")
    if origin == CandidateOrigin.NEED and not needs:
        raise InvalidInput(NO_NEED, field="needs")
    if origin == CandidateOrigin.PUBLISHED and not source:
        raise InvalidInput(NO_SOURCE, field="source")


def _lock(candidate: Candidate) -> Candidate:
    cycle = shared.lock_cycle(candidate.cycle)
    candidate = Candidate.objects.select_for_update().get(pk=candidate.pk)
    candidate.cycle = cycle
    return candidate


def _require_seen(seen: int | None, candidate: Candidate) -> None:
    require_seen(seen, [candidate], stands=lambda: f"{candidate.get_state_display()} · {candidate.title}")


def _answered_by_no_other(candidate: Candidate) -> list[Need]:
    """Return the needs of a dropped candidate that no live one answers, locked."""
    live = Candidate.objects.for_cycle(candidate.cycle).live().values("needs")
    return list(
        Need.objects.select_for_update(of=("self",))
        .filter(candidate_links__candidate=candidate, outcome=NeedOutcome.CANDIDATE)
        .exclude(pk__in=live.exclude(needs=None))
        .order_by("pk")
    )


def _source(value: str) -> FundSource:
    try:
        return FundSource(value)
    except ValueError:
        raise InvalidInput(_("This source of money is not known."), field="cost") from None


def _amount(value: Decimal) -> Decimal:
    if not (value.is_finite() and 0 <= value < MOST_WAN):
        raise InvalidInput(_("An amount is zero or more. Correct it; leave it empty if nothing is paid."), field="cost")
    return value
