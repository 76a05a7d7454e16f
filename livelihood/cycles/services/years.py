"""Opening a year as a draft, changing it, and discarding it while nothing hangs on it."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.audit.services import Actor, record
from livelihood.cycles.acts import CycleAct
from livelihood.cycles.models import Area, Aspect, Cycle, PhasePeriod
from livelihood.cycles.services import _shared as shared
from livelihood.cycles.states import DecisionMode, Phase
from livelihood.kernel.errors import Conflict, InvalidInput
from livelihood.kernel.folding import fold
from livelihood.kernel.text import clean_text

Aspects = Sequence[tuple[str, str]]
"""(Chinese name, English name) in their published order."""

ASPECT_ZH, ASPECT_EN = 100, 200
"""Characters of the names of an aspect at most."""


@transaction.atomic
def open_cycle(
    *,
    area: Area,
    year: int,
    decision_mode: DecisionMode,
    periods: shared.Periods,
    aspects: Aspects,
    by: Actor | None,
    at: datetime,
    is_demo: bool = False,
) -> Cycle:
    """Open the year of an area as a draft, with the dates of its phases and its aspects.

    year: the year in which the projects are carried out.
    periods: one after the other.

    :raises Conflict: the area already has a cycle for this year.
    :raises InvalidInput: dates out of order or of a phase it has not, or an aspect without a name, with one that is too
        long, or named twice.
    """
    shared.check_periods(periods, decision_mode)
    if not is_demo:
        shared.check_near(periods, year)
    _check_free(area, year)
    cycle = Cycle.objects.create(area=area, year=year, decision_mode=decision_mode, is_demo=is_demo)
    _write_aspects(cycle, aspects)
    shared.write_periods(cycle, periods)
    record(CycleAct.CYCLE_OPENED, cycle, by=by, at=at, cycle_id=cycle.pk, decision_mode=str(decision_mode))
    return cycle


@transaction.atomic
def edit_cycle(
    *,
    cycle: Cycle,
    year: int,
    decision_mode: DecisionMode,
    periods: shared.Periods,
    aspects: Aspects,
    by: Actor,
    at: datetime,
) -> Cycle:
    """Write a draft anew: its year, how its list is decided, all its dates and aspects.

    :raises Conflict: it is no draft any more, or the area already has a cycle for this year.
    :raises InvalidInput: dates out of order, or aspects that `open_cycle` would refuse.
    """
    cycle = shared.lock(cycle, Phase.DRAFT)
    shared.check_periods(periods, decision_mode)
    if not cycle.is_demo:
        shared.check_near(periods, year)
    if year != cycle.year:
        _check_free(cycle.area, year)
    before = _described(cycle)
    cycle.year, cycle.decision_mode = year, decision_mode
    cycle.save(update_fields=["year", "decision_mode"])
    Aspect.objects.filter(cycle=cycle).delete()
    _write_aspects(cycle, aspects)
    PhasePeriod.objects.filter(cycle=cycle).delete()
    shared.write_periods(cycle, periods)
    after = _described(cycle)
    changes = {name: [before[name], value] for name, value in after.items() if before[name] != value}
    record(CycleAct.CYCLE_EDITED, cycle, by=by, at=at, cycle_id=cycle.pk, **changes)
    return cycle


@transaction.atomic
def discard_cycle(*, cycle: Cycle, by: Actor, at: datetime) -> None:
    """Delete a draft with its dates and aspects; the journal of its area keeps what it was.

    :raises Conflict: it is no draft any more, or something hangs on it.
    """
    cycle = shared.lock(cycle, Phase.DRAFT)
    record(CycleAct.CYCLE_DISCARDED, cycle, by=by, at=at, cycle_id=None, area=cycle.area.code, **_described(cycle))
    for rows in (cycle.aspects, cycle.periods, cycle.moves, cycle.adoptions):
        rows.all().delete()
    try:
        cycle.delete()
    except ProtectedError:
        raise Conflict(
            _("Something has been entered for this year already, for instance its letter. Change the year instead.")
        ) from None


def _check_free(area: Area, year: int) -> None:
    if Cycle.objects.filter(area=area, year=year).exists():
        raise Conflict(_("This area already has a cycle for that year."), field="year")


def _write_aspects(cycle: Cycle, aspects: Aspects) -> None:
    named = [
        Aspect(
            cycle=cycle,
            number=number,
            name_zh=clean_text(name_zh, min_length=1, max_length=ASPECT_ZH, multiline=False, field="aspects"),
            name_en=clean_text(name_en, max_length=ASPECT_EN, multiline=False, field="aspects"),
        )
        for number, (name_zh, name_en) in enumerate(aspects, start=1)
    ]
    counted = Counter(fold(aspect.name_zh) for aspect in named)
    if repeated := [aspect.name_zh for aspect in named if counted[fold(aspect.name_zh)] > 1]:
        raise InvalidInput(format_lazy(_("Named twice: {names}"), names="、".join(repeated)), field="aspects")
    Aspect.objects.bulk_create(named)


def _described(cycle: Cycle) -> dict[str, object]:
    aspects = cycle.aspects.order_by("number").values_list("name_zh", "name_en")
    return {
        "year": cycle.year,
        "decision_mode": str(cycle.decision_mode),
        "aspects": [list(names) for names in aspects],
        "periods": shared.journaled(shared.periods_of(cycle)),
    }
