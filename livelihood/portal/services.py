"""Setting up a year and moving it on: the only acts that concern all rooms at once."""

from collections.abc import Mapping
from datetime import date, datetime
from itertools import chain
from typing import BinaryIO

from django.db import transaction
from django.utils.formats import date_format
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.accounts.seen import require_seen_year
from livelihood.cycles import selectors as years
from livelihood.cycles import services as cycles
from livelihood.cycles.models import Adoption, Area, Cycle
from livelihood.cycles.services import Aspects, Periods
from livelihood.cycles.states import DecisionMode, Phase
from livelihood.inbox import services as inbox
from livelihood.kernel.errors import InvalidInput
from livelihood.kernel.verdict import require
from livelihood.portal import rules, selectors, telling
from livelihood.portal.acts import TOLD


@transaction.atomic
def open_year(
    *,
    area: Area,
    year: int,
    decision_mode: DecisionMode,
    periods: Periods,
    aspects: Aspects,
    by: User,
    at: datetime,
    is_sure: bool = False,
) -> Cycle:
    """Open the year of an area as a draft.

    is_sure: that a year far from today is meant.

    :raises NotAllowed: not the area's livelihood office, or the area has ended.
    :raises Conflict: the area already has this year.
    :raises InvalidInput: dates out of order, or a year far from today without is_sure.
    """
    area = Area.objects.select_for_update(no_key=True).get(pk=area.pk)
    require(rules.may_open_year(by, area, at))
    _ask_if_far(year, is_sure=is_sure, at=at)
    return cycles.open_cycle(
        area=area, year=year, decision_mode=decision_mode, periods=periods, aspects=aspects, by=by, at=at
    )


@transaction.atomic
def edit_year(
    *,
    cycle: Cycle,
    year: int,
    decision_mode: DecisionMode,
    periods: Periods,
    aspects: Aspects,
    by: User,
    at: datetime,
    seen: int | None = None,
    is_sure: bool = False,
) -> Cycle:
    """Write the draft of a year anew, all of it.

    is_sure: that a year far from today is meant; not asked for where the year stays.

    :raises NotAllowed: not the area's livelihood office, or the year has begun.
    :raises Moved: somebody has changed the year since the page was shown.
    :raises Conflict: the area already has this year.
    :raises InvalidInput: dates out of order, or a year far from today without is_sure.
    """
    cycle = _lock(cycle)
    require(rules.may_edit_draft(by, cycle, at))
    _require_seen(seen, cycle)
    if year != cycle.year:
        _ask_if_far(year, is_sure=is_sure, at=at)
    return cycles.edit_cycle(
        cycle=cycle, year=year, decision_mode=decision_mode, periods=periods, aspects=aspects, by=by, at=at
    )


@transaction.atomic
def discard_year(*, cycle: Cycle, by: User, at: datetime, seen: int | None = None) -> None:
    """Delete the draft of a year on which nothing hangs.

    :raises NotAllowed: not the area's livelihood office, or the year has begun.
    :raises Moved: somebody has changed the year since the page was shown.
    :raises Conflict: something has been entered for it.
    """
    cycle = _lock(cycle)
    require(rules.may_edit_draft(by, cycle, at))
    _require_seen(seen, cycle)
    cycles.discard_cycle(cycle=cycle, by=by, at=at)


@transaction.atomic
def date_year(
    *,
    cycle: Cycle,
    periods: Mapping[Phase, tuple[date, date] | None],
    by: User,
    at: datetime,
    seen: int | None = None,
    reason: str = "",
) -> None:
    """Set the dates of a year's phases; a reason where the present one gets shorter.

    :raises NotAllowed: not the area's livelihood office, or the year is closed.
    :raises Moved: somebody has changed the year since the page was shown.
    :raises InvalidInput: see `cycles.services.date_phases`.
    """
    cycle = _lock(cycle)
    require(rules.may_manage_cycle(by, cycle, at))
    _require_seen(seen, cycle)
    cycles.date_phases(cycle=cycle, periods=periods, by=by, at=at, reason=reason)


@transaction.atomic
def advance_year(
    *,
    cycle: Cycle,
    expected: Phase,
    by: User,
    at: datetime,
    seen: int | None = None,
    dates: tuple[date, date] | None = None,
    reason: str = "",
) -> Cycle:
    """Move a year to its next phase once no room has unfinished business.

    expected: the phase the person saw; a second click changes nothing.
    dates: first and last day of the new phase; None keeps what is planned.
    reason: why the phase ends early; asked for only where it does.

    :raises NotAllowed: not the area's livelihood office, or the year is closed or a draft.
    :raises Moved: somebody has changed the year since the page was shown.
    :raises Conflict: the year has already moved on.
    :raises NotReady: something is unfinished; its `issues` say what.
    :raises InvalidInput: dates out of order, or an early move without a reason.
    """
    cycle = _lock(cycle)
    require(rules.may_advance(by, cycle, at))
    if cycle.phase == expected:  # if it is not, that alone is said
        _require_seen(seen, cycle)
    issues = selectors.unfinished_business(cycle) if cycle.phase == expected else ()
    return cycles.advance_phase(cycle=cycle, expected=expected, issues=issues, dates=dates, reason=reason, by=by, at=at)


@transaction.atomic
def take_back_year(*, cycle: Cycle, expected: Phase, reason: str, by: User, at: datetime) -> Cycle:
    """Take a year back to where it came from, as long as no room has done anything in the present phase.

    An adopted year that takes its first step back is a draft again.

    :raises NotAllowed: not the area's livelihood office, or there is no step to take back.
    :raises Conflict: the year is no longer in this phase.
    :raises NotReady: something was done; its `issues` say what.
    :raises InvalidInput: without a reason.
    """
    cycle = _lock(cycle)
    require(rules.may_take_back(by, cycle, at))
    issues = selectors.done_in_phase(cycle)
    if cycle.decision_mode == DecisionMode.ELSEWHERE and expected == Phase.DELIVER:
        return cycles.withdraw_adoption(cycle=cycle, issues=issues, reason=reason, by=by, at=at)
    return cycles.take_back_phase(cycle=cycle, expected=expected, issues=issues, reason=reason, by=by, at=at)


@transaction.atomic
def adopt_year(
    *,
    cycle: Cycle,
    decided_by: str,
    number: str,
    decided_on: date,
    file: BinaryIO,
    file_name: str,
    dates: tuple[date, date],
    by: User,
    at: datetime,
    seen: int | None = None,
    is_sure: bool = False,
) -> Adoption:
    """Adopt the list of a year that was decided elsewhere, and begin its delivery.

    is_sure: that a day of the decision far from the year is meant.

    :raises NotAllowed: not the area's livelihood office, the year has begun, or its list is decided here.
    :raises Moved: somebody has changed the year since the page was shown.
    :raises InvalidInput: a day in the future, or far from the year without is_sure, dates out of order, or a file or
        text that cannot be kept.
    """
    cycle = _lock(cycle)
    require(rules.may_adopt(by, cycle, at))
    _require_seen(seen, cycle)
    _ask_if_of_another_year(decided_on, cycle, is_sure=is_sure)
    return cycles.adopt_list(
        cycle=cycle, decided_by=decided_by, number=number, decided_on=decided_on, file=file, file_name=file_name,
        dates=dates, by=by, at=at,
    )  # fmt: skip


@transaction.atomic
def correct_year_adoption(
    *,
    cycle: Cycle,
    decided_by: str,
    number: str,
    decided_on: date,
    file: BinaryIO | None,
    file_name: str,
    by: User,
    at: datetime,
    seen: int | None = None,
    is_sure: bool = False,
) -> Adoption:
    """Correct what was entered of the decision of an adopted list. file: None keeps the one that is there.

    is_sure: that a day of the decision far from the year is meant.

    :raises NotAllowed: not the area's livelihood office, the year is closed, or its list is decided here.
    :raises Moved: somebody has changed the year since the page was shown.
    :raises InvalidInput: a day in the future, or far from the year without is_sure, or a file or text that cannot be
        kept.
    """
    cycle = _lock(cycle)
    require(rules.may_correct_adoption(by, cycle, at))
    _require_seen(seen, cycle)
    _ask_if_of_another_year(decided_on, cycle, is_sure=is_sure)
    return cycles.correct_adoption(
        cycle=cycle, decided_by=decided_by, number=number, decided_on=decided_on, file=file, file_name=file_name,
        by=by, at=at,
    )  # fmt: skip


def _lock(cycle: Cycle) -> Cycle:
    return Cycle.objects.select_for_update(of=("self",)).select_related("area").get(pk=cycle.pk)


def _require_seen(seen: int | None, cycle: Cycle) -> None:
    require_seen_year(seen, cycle, stands=lambda: _standing(cycle))


def _standing(cycle: Cycle) -> str:
    """Say how a year stands: its phase, how its list is decided, its dates, its aspects."""
    dates = [f"{one.label} {one.starts_on}–{one.ends_on}" for one in years.year_track(cycle) if one.starts_on]
    aspects = "、".join(aspect.name for aspect in years.aspects_of(cycle))
    return " · ".join([str(cycle.year), cycle.get_phase_display(), cycle.get_decision_mode_display(), *dates, aspects])


def _ask_if_far(year: int, *, is_sure: bool, at: datetime) -> None:
    if rules.is_far(year, at) and not is_sure:
        text = _("Do you mean {year}? It is far from today. If so, tick the box; if not, correct the year.")
        raise InvalidInput(format_lazy(text, year=year), field="is_sure")


def _ask_if_of_another_year(decided_on: date, cycle: Cycle, *, is_sure: bool) -> None:
    if rules.is_of_another_year(decided_on, cycle.year) and not is_sure:
        text = _("Was the list of {year} decided on {day}? If so, tick the box; if not, correct the day.")
        raise InvalidInput(format_lazy(text, year=cycle.year, day=date_format(decided_on)), field="is_sure")


def tell_of_the_journal(*, at: datetime) -> int:
    """Tell people of what came to them and of what was done to their work since the journal was last read."""
    return inbox.read_journal(telling.tellings, TOLD, at=at)


def tell_what_is_due(*, at: datetime) -> int:
    """Tell each person what is overdue and due today, and of answers that are due; once, however often it is asked."""
    of_the_day = telling.tellings_of_the_day(telling.people_at_work(at), at)
    return inbox.tell(chain(of_the_day, telling.tellings_of_answers(at)), at=at)
