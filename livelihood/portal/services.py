"""Setting up a year and moving it on: the only acts that concern all rooms at once."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction

from livelihood.accounts.models import User
from livelihood.cycles import services as cycles
from livelihood.cycles.models import Area, Cycle
from livelihood.cycles.states import DecisionMode, Phase
from livelihood.kernel.verdict import require
from livelihood.portal import rules, selectors


def open_year(
    *,
    area: Area,
    year: int,
    decision_mode: DecisionMode,
    periods: Mapping[Phase, tuple[date, date]],
    aspects: Sequence[tuple[str, str]],
    by: User,
    at: datetime,
) -> Cycle:
    """Open the year of an area.

    :raises NotAllowed: not the area's livelihood office.
    :raises Conflict: the area already has this year.
    :raises InvalidInput: dates out of order.
    """
    require(rules.may_open_cycle(by, area, at))
    return cycles.open_cycle(
        area=area, year=year, decision_mode=decision_mode, periods=periods, aspects=aspects, by=by, at=at
    )


@transaction.atomic
def date_year(*, cycle: Cycle, periods: Mapping[Phase, tuple[date, date]], by: User, at: datetime) -> None:
    """Set the dates of a year's phases.

    :raises NotAllowed: not the area's livelihood office, or the year is closed.
    :raises InvalidInput: dates out of order.
    """
    cycle = Cycle.objects.select_for_update(of=("self",)).select_related("area").get(pk=cycle.pk)
    require(rules.may_manage_cycle(by, cycle, at))
    cycles.date_phases(cycle=cycle, periods=periods, by=by, at=at)


@transaction.atomic
def advance_year(*, cycle: Cycle, expected: Phase, by: User, at: datetime) -> Cycle:
    """Move a year to its next phase once no room has unfinished business.

    expected: the phase the person saw; a second click changes nothing.

    :raises NotAllowed: not the area's livelihood office, or the year is closed.
    :raises Conflict: the year has already moved on.
    :raises NotReady: something is unfinished; its `issues` say what.
    """
    cycle = Cycle.objects.select_for_update(of=("self",)).select_related("area").get(pk=cycle.pk)
    require(rules.may_manage_cycle(by, cycle, at))
    issues = selectors.unfinished_business(cycle) if cycle.phase == expected else ()
    return cycles.advance_phase(cycle=cycle, expected=expected, issues=issues, by=by, at=at)
