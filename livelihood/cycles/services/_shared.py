"""What acts upon years have in common: the lock, and the dates of phases."""

from collections.abc import Mapping
from datetime import date
from itertools import pairwise

from django.utils.translation import gettext_lazy as _

from livelihood.cycles.models import Cycle, PhasePeriod
from livelihood.cycles.selectors import phases_had
from livelihood.cycles.states import DATED_PHASES, Phase
from livelihood.kernel.errors import Conflict, InvalidInput
from livelihood.kernel.text import clean_text

Periods = Mapping[Phase, tuple[date, date]]
"""Phase → first and last day, both included."""

NEAR = 5
"""Years before and after that of the projects in which a phase may lie; the demo shows former lists today."""
REASON_LENGTH = (5, 500)


def lock(cycle: Cycle, expected: Phase) -> Cycle:
    """Return the cycle, locked. expected: the phase the person saw; a second click is then refused.

    :raises Conflict: it is no longer in the expected phase, or was discarded.
    """
    locked = Cycle.objects.select_for_update().filter(pk=cycle.pk).first()
    if locked is None or locked.phase != expected:
        raise Conflict(_("The year has already moved on."))
    return locked


def periods_of(cycle: Cycle) -> dict[Phase, tuple[date, date]]:
    """Return the dates of the phases that have some, of those that the year has."""
    rows = PhasePeriod.objects.filter(cycle=cycle, phase__in=phases_had(cycle.decision_mode))
    return {Phase(row.phase): (row.starts_on, row.ends_on) for row in rows}


def check_periods(periods: Periods, mode: str) -> None:
    """Do nothing if phases follow one another; two may share a day, that of the step from one to the other.

    mode: how the list is decided.

    :raises InvalidInput: one ends before it starts, or begins before the one before it ends, or the year has none such.
    """
    if strange := [phase for phase in periods if phase not in phases_had(mode)]:
        raise InvalidInput(
            _("A list that is decided elsewhere has no days of “%(phase)s” here.") % {"phase": strange[0].label}
        )
    dated = [(phase, *periods[phase]) for phase in DATED_PHASES if phase in periods]
    for phase, starts_on, ends_on in dated:
        if ends_on < starts_on:
            raise InvalidInput(
                _("%(phase)s ends before it starts. Correct one of the two dates.") % {"phase": phase.label}
            )
    for (before, _first, ended), (phase, begins, _last) in pairwise(dated):
        if begins < ended:
            problem = _("“%(phase)s” begins on %(begins)s, before “%(before)s” ends on %(ends)s. Correct the dates.")
            known = {"phase": phase.label, "begins": begins, "before": before.label, "ends": ended}
            raise InvalidInput(problem % known, field=f"{phase}_starts_on")


def check_near(periods: Periods, year: int) -> None:
    """Do nothing if phases lie near the year of the projects.

    :raises InvalidInput: a year or a day was mistyped.
    """
    for phase, (starts_on, ends_on) in periods.items():
        if not year - NEAR <= starts_on.year <= ends_on.year <= year + NEAR:
            problem = _("%(phase)s lies too far from the year %(year)d. Correct its dates.")
            raise InvalidInput(problem % {"phase": phase.label, "year": year})


def dates_of_move(phase: Phase, dates: tuple[date, date] | None, today: date) -> dict[Phase, tuple[date, date]]:
    """Return the dates that a phase gets which begins now; none if they are None.

    :raises InvalidInput: the first day is still to come.
    """
    if dates is None:
        return {}
    if dates[0] > today:
        raise InvalidInput(
            _("The phase begins with this step, so its first day is today or a day before."), field="starts_on"
        )
    return {phase: dates}


def write_periods(cycle: Cycle, periods: Periods) -> None:
    """Write the dates of phases; those not named keep theirs."""
    for phase, (starts_on, ends_on) in periods.items():
        PhasePeriod.objects.update_or_create(
            cycle=cycle,
            phase=phase,
            defaults={"starts_on": starts_on, "ends_on": ends_on},
        )


def reason(text: str, field: str = "reason") -> str:
    """Return a reason as it is kept.

    :raises BadText: too short or too long.
    """
    least, most = REASON_LENGTH
    return clean_text(text, min_length=least, max_length=most, multiline=False, field=field)


def journaled(periods: Periods) -> dict[str, list[str]]:
    """Return dates as the journal keeps them."""
    return {str(phase): [str(day) for day in days] for phase, days in periods.items()}
