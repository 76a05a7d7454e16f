"""Dating the phases of a year, beginning it, moving it on, and taking a move back."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from livelihood.audit.services import Actor, record
from livelihood.cycles.acts import CycleAct
from livelihood.cycles.models import Cycle, PhaseMove, PhasePeriod
from livelihood.cycles.services import _shared as shared
from livelihood.cycles.states import PHASE_MOVES, Phase
from livelihood.kernel.errors import InvalidInput, NotReady, Text
from livelihood.kernel.moves import check_move


@transaction.atomic
def date_phases(
    *, cycle: Cycle, periods: Mapping[Phase, tuple[date, date] | None], by: Actor, at: datetime, reason: str = ""
) -> None:
    """Set the dates of phases; those not named keep theirs, and those of None have none any more.

    reason: why the present phase loses days that people were told of; not asked for otherwise.

    :raises InvalidInput: dates out of order, far from the year, of a phase it has not, or none of the present one.
    :raises BadText: the present phase gets shorter, without a reason.
    """
    cycle = Cycle.objects.select_for_update().get(pk=cycle.pk)
    written = {phase: dates for phase, dates in periods.items() if dates}
    before = shared.periods_of(cycle)
    emptied = [phase for phase in before if phase in periods and phase not in written]
    kept = {phase: dates for phase, dates in before.items() if phase not in emptied}
    shared.check_periods({**kept, **written}, cycle.decision_mode)
    shared.check_near({phase: dates for phase, dates in written.items() if before.get(phase) != dates}, cycle.year)
    why = {"reason": shared.reason(reason)} if _gets_shorter(Phase(cycle.phase), before, periods) else {}
    PhasePeriod.objects.filter(cycle=cycle, phase__in=emptied).delete()
    shared.write_periods(cycle, written)
    detail = why | ({"emptied": shared.journaled({phase: before[phase] for phase in emptied})} if emptied else {})
    record(CycleAct.CYCLE_DATED, cycle, by=by, at=at, cycle_id=cycle.pk, periods=shared.journaled(written), **detail)


def _gets_shorter(
    phase: Phase, before: Mapping[Phase, tuple[date, date]], periods: Mapping[Phase, tuple[date, date] | None]
) -> bool:
    """Say whether a phase loses days at its beginning or end; a draft is no phase that has any.

    :raises InvalidInput: it loses all.
    """
    if phase not in before or phase not in periods:
        return False
    dates = periods[phase]
    if dates is None:
        raise InvalidInput(_("%(phase)s is running and keeps its days. Give both.") % {"phase": phase.label})
    return dates[0] > before[phase][0] or dates[1] < before[phase][1]


@transaction.atomic
def begin_cycle(*, cycle: Cycle, by: Actor | None, at: datetime) -> Cycle:
    """End the draft: from now on the year is public, and suggestions are collected. Done when its letter is published.

    :raises Conflict: it is no draft any more.
    """
    cycle = shared.lock(cycle, Phase.DRAFT)
    cycle.phase = check_move(PHASE_MOVES, cycle.phase, "begin")
    cycle.save(update_fields=["phase"])
    record(CycleAct.CYCLE_BEGUN, cycle, by=by, at=at, cycle_id=cycle.pk)
    return cycle


@transaction.atomic
def advance_phase(
    *,
    cycle: Cycle,
    expected: Phase,
    issues: Sequence[Text],
    dates: tuple[date, date] | None,
    reason: str,
    by: Actor | None,
    at: datetime,
) -> Cycle:
    """Move a cycle to its next phase. What ends early ends today; what was planned is kept with the move.

    expected: the phase the person saw; a second click on the same button is then refused and changes nothing.
    issues: what the rooms say is unfinished; anything there stops the move.
    dates: first and last day of the new phase, the first not in the future; None keeps what is planned.
    reason: why the phase ends before its planned end has passed; not asked for otherwise.

    :raises Conflict: the cycle is no longer in the expected phase.
    :raises NotReady: something is unfinished.
    :raises IllegalMove: the cycle is closed, or a draft.
    :raises InvalidInput: dates out of order.
    :raises BadText: an early move without a reason.
    """
    cycle = shared.lock(cycle, expected)
    phase = Phase(check_move(PHASE_MOVES, cycle.phase, "advance"))
    if issues:
        raise NotReady(issues)
    today, planned = timezone.localdate(at), shared.periods_of(cycle)
    old = planned.get(expected)
    is_early = old is not None and old[1] >= today
    written = shared.dates_of_move(phase, dates, today)
    if old is not None and is_early:
        written[expected] = (min(old[0], today), today)
    shared.check_periods({**planned, **written}, cycle.decision_mode)
    PhaseMove.objects.create(
        cycle=cycle,
        old=expected,
        new=phase,
        before=shared.journaled({one: planned[one] for one in (expected, phase) if one in planned}),
        reason=shared.reason(reason) if is_early else "",
        moved_at=at,
        moved_by=by.pk if by else None,
    )
    shared.write_periods(cycle, written)
    cycle.phase = phase
    cycle.save(update_fields=["phase"])
    record(
        CycleAct.CYCLE_ADVANCED,
        cycle,
        by=by,
        at=at,
        cycle_id=cycle.pk,
        old=str(expected),
        new=str(phase),
        is_early=is_early,
        periods=shared.journaled(written),
    )
    return cycle


@transaction.atomic
def take_back_phase(
    *, cycle: Cycle, expected: Phase, issues: Sequence[Text], reason: str, by: Actor, at: datetime
) -> Cycle:
    """Take a cycle back to the phase it came from, with the dates that both phases had before.

    expected: the phase the person saw.
    issues: what the rooms say was done in the present phase; anything there stops the move.

    :raises Conflict: the cycle is no longer in the expected phase.
    :raises NotReady: something was done, or it did not come into this phase by a move.
    :raises IllegalMove: there is no phase before this one.
    :raises BadText: without a reason.
    :raises InvalidInput: a later phase was given days since that they had not left to it.
    """
    cycle = shared.lock(cycle, expected)
    phase = Phase(check_move(PHASE_MOVES, cycle.phase, "take_back"))
    move = PhaseMove.objects.filter(cycle=cycle, new=expected, taken_back_at=None).first()
    if move is None:
        raise NotReady([_("The year did not come into this phase by a move.")])
    if issues:
        raise NotReady(issues)
    move.taken_back_at, move.taken_back_by, move.why_taken_back = at, by.pk, shared.reason(reason)
    move.save(update_fields=["taken_back_at", "taken_back_by", "why_taken_back"])
    days = {Phase(name): [date.fromisoformat(day) for day in days] for name, days in move.before.items()}
    before = {name: (first, last) for name, (first, last) in days.items()}
    others = {phase: dates for phase, dates in shared.periods_of(cycle).items() if phase != expected}
    shared.check_periods({**others, **before}, cycle.decision_mode)
    PhasePeriod.objects.filter(cycle=cycle, phase=expected).delete()
    shared.write_periods(cycle, before)
    cycle.phase = phase
    cycle.save(update_fields=["phase"])
    record(
        CycleAct.CYCLE_TAKEN_BACK, cycle, by=by, at=at, cycle_id=cycle.pk, old=str(expected), new=str(phase),
        move=move.pk,
    )  # fmt: skip
    return cycle
