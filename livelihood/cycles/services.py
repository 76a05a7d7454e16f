"""Opening a year, dating its phases and moving it on.

Permission is asked by the caller's rule (`livelihood.portal.rules`): the frame below accounts knows no people.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from livelihood.audit.services import Actor, record
from livelihood.cycles.acts import CycleAct
from livelihood.cycles.models import Area, Aspect, Cycle, PhasePeriod
from livelihood.cycles.states import PHASE_MOVES, PHASE_ORDER, DecisionMode, Phase
from livelihood.kernel.errors import Conflict, InvalidInput, NotReady, Text
from livelihood.kernel.moves import check_move


@transaction.atomic
def open_cycle(
    *,
    area: Area,
    year: int,
    decision_mode: DecisionMode,
    periods: Mapping[Phase, tuple[date, date]],
    aspects: Sequence[tuple[str, str]],
    by: Actor | None,
    at: datetime,
    is_demo: bool = False,
) -> Cycle:
    """Open the year of an area, with the dates of its phases and its aspects.

    year: the year in which the projects are carried out.
    periods: phase → first and last day; phases may overlap by their days but must begin in order.
    aspects: (Chinese name, English name) in their published order.

    :raises Conflict: the area already has a cycle for this year.
    :raises InvalidInput: dates out of order.
    """
    _check_periods(periods)
    if Cycle.objects.filter(area=area, year=year).exists():
        raise Conflict(_("This area already has a cycle for that year."))
    cycle = Cycle.objects.create(area=area, year=year, decision_mode=decision_mode, is_demo=is_demo)
    Aspect.objects.bulk_create(
        Aspect(cycle=cycle, number=number, name_zh=name_zh, name_en=name_en)
        for number, (name_zh, name_en) in enumerate(aspects, start=1)
    )
    _write_periods(cycle, periods)
    record(
        CycleAct.CYCLE_OPENED,
        cycle,
        by=by,
        at=at,
        cycle_id=cycle.pk,
        decision_mode=str(decision_mode),
    )
    return cycle


@transaction.atomic
def date_phases(*, cycle: Cycle, periods: Mapping[Phase, tuple[date, date]], by: Actor, at: datetime) -> None:
    """Set the dates of phases; those not named keep theirs.

    :raises InvalidInput: dates out of order.
    """
    cycle = Cycle.objects.select_for_update().get(pk=cycle.pk)
    known = {Phase(row.phase): (row.starts_on, row.ends_on) for row in PhasePeriod.objects.filter(cycle=cycle)}
    _check_periods({**known, **periods})
    _write_periods(cycle, periods)
    record(
        CycleAct.CYCLE_DATED,
        cycle,
        by=by,
        at=at,
        cycle_id=cycle.pk,
        periods={phase: [str(day) for day in days] for phase, days in periods.items()},
    )


@transaction.atomic
def advance_phase(
    *,
    cycle: Cycle,
    expected: Phase,
    issues: Sequence[Text],
    by: Actor | None,
    at: datetime,
) -> Cycle:
    """Move a cycle to its next phase.

    expected: the phase the person saw; a second click on the same button is then refused and changes nothing.
    issues: what the rooms say is unfinished; anything there stops the move.

    :raises Conflict: the cycle is no longer in the expected phase.
    :raises NotReady: something is unfinished.
    :raises IllegalMove: the cycle is closed.
    """
    cycle = Cycle.objects.select_for_update().get(pk=cycle.pk)
    if cycle.phase != expected:
        raise Conflict(_("The year has already moved on."))
    phase = Phase(check_move(PHASE_MOVES, cycle.phase, "advance"))
    if issues:
        raise NotReady(issues)
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
    )
    return cycle


def _check_periods(periods: Mapping[Phase, tuple[date, date]]) -> None:
    dated = [(phase, *periods[phase]) for phase in PHASE_ORDER if phase in periods]
    for phase, starts_on, ends_on in dated:
        if ends_on < starts_on:
            raise InvalidInput(
                _("%(phase)s ends before it starts. Correct one of the two dates.") % {"phase": phase.label}
            )
    for (_phase, earlier, _end), (phase, later, _last) in pairwise(dated):
        if later < earlier:
            raise InvalidInput(
                _("%(phase)s starts before the phase that comes before it. Correct the dates.") % {"phase": phase.label}
            )


def _write_periods(cycle: Cycle, periods: Mapping[Phase, tuple[date, date]]) -> None:
    for phase, (starts_on, ends_on) in periods.items():
        PhasePeriod.objects.update_or_create(
            cycle=cycle,
            phase=phase,
            defaults={"starts_on": starts_on, "ends_on": ends_on},
        )
