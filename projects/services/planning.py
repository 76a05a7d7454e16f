"""What writing rows of sites would do, and what only the whole list can tell is wrong with them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.kernel.errors import Text
from livelihood.kernel.sheets.resolving import Problem
from projects.importers import STORED, SiteRow
from projects.models import Allocation, IndicatorFigure
from projects.selectors.lookups import Lookups
from projects.services.staging import Staging, Stored
from projects.states import IndicatorKind, SiteState

FINISHED = frozenset({SiteState.COMPLETED.value, SiteState.ACCEPTED.value})


class Difference(NamedTuple):
    """What a row says of one column, and what was there before."""

    column: str
    old: Any
    new: Any


@dataclass(slots=True)
class Plan:
    """What writing would do, by the place of a row among those that were given.

    known: rows that are sites already. changed: those of which something differs.
    problems: why a row may not be written.
    """

    known: set[int] = field(default_factory=set)
    changed: dict[int, list[Difference]] = field(default_factory=dict)
    problems: dict[int, Problem] = field(default_factory=dict)


def plan(lookups: Lookups, rows: Sequence[SiteRow], staging: Staging) -> Plan:
    """Compare rows with the sites that are there, and check what only the whole list can tell.

    staging: holds the same rows.
    """
    result, added = Plan(), defaultdict(Decimal, staging.added())
    there = staging.identities() if staging.count_known() else frozenset()
    differing = staging.known(differing=True) if there else {}
    for index, row in enumerate(rows if there else ()):
        if row.identity not in there:
            continue
        result.known.add(index)
        if (old := differing.get(row.identity)) is None:
            continue
        found = differences(old, row)
        if problem := frozen_by(old, {difference.column for difference in found}):
            result.problems[index] = problem
            before = as_row(old)
            added[row.indicator_id, row.area_id] -= row.quantity_planned or 0
            added[before.indicator_id, before.area_id] += before.quantity_planned or 0
        else:
            result.changed[index] = found
    sums = Sums(lookups)
    if over := sums.exceeded(added):
        written = [(index, row) for index, row in enumerate(rows) if index not in result.problems]
        result.problems |= sums.problems(over, written, staging.known(differing=False))
    return result


def as_row(old: Stored) -> SiteRow:
    """Return what the list says of a site, from what is stored."""
    return SiteRow(*old[: len(STORED)])


def differences(old: Stored, row: SiteRow) -> list[Difference]:
    """Return the columns in which a row differs from what is stored; a key stays as it was first spelt."""
    return [
        Difference(column, before, after)
        for column, before, after in zip(STORED, old, row, strict=False)
        if before != after and column != "key"
    ]


def frozen_by(old: Stored, columns: set[str]) -> Problem | None:
    """Say why these columns of a site may not be changed any more, or None."""
    state, reported_on = old[len(STORED) :]
    if state in FINISHED:
        problem = _("This site is completed. It changes no more.")
        return Problem("key", problem, _("Take the row out, or leave it as it was."))
    if reported_on is not None and columns & {"indicator_id", "area_id"}:
        problem = _("Progress was reported on this site. Its indicator and area change no more.")
        return Problem("key", problem, _("Keep both, or list a new site under a new key."))
    return None


Sum = tuple[int, int | None]
"""An indicator and a child area; None for the whole."""


class Sums:
    """Planned quantities against what is promised: an indicator's target, and the shares of the areas below.

    Only rows that add to a sum can be wrong, so a list that plans too much already can still be read in unchanged.
    """

    def __init__(self, lookups: Lookups) -> None:
        self.lookups = lookups
        self.names = {
            row.pk: row.name for row in lookups.indicators_by_key.values() if row.kind == IndicatorKind.ADDITIVE
        }
        self.child_of = self._children()
        self.promised = self._promised()

    def _children(self) -> dict[int, int]:
        """Return for every area below the year's the child area it lies in."""
        areas = self.lookups.areas.values()
        whole = self.lookups.cycle.area
        return {area.pk: self.lookups.areas[child].pk for area in areas if (child := whole.child_towards(area))}

    def _promised(self) -> dict[Sum, Decimal]:
        targets: dict[Sum, Decimal] = {
            (pk, None): row.target
            for pk, row in self.lookups.indicators_by_key.items()
            if pk in self.names and row.target is not None
        }
        shares = Allocation.objects.filter(indicator__in=self.names)
        return targets | {(row.indicator_id, row.area_id): row.target for row in shares}

    def _of(self, indicator: int, area: int) -> list[Sum]:
        """Return the sums that a quantity counts in."""
        child = self.child_of.get(area)
        return [(indicator, None), *([(indicator, child)] if child else [])]

    def exceeded(self, added: Mapping[tuple[int, int], Decimal]) -> dict[Sum, Decimal]:
        """Return the sums that what is added carries beyond what is promised, with what they come to.

        added: indicator and area → planned quantity that comes in addition; less than nothing where it is taken away.
        """
        steps: dict[Sum, Decimal] = defaultdict(Decimal)
        totals: dict[Sum, Decimal] = defaultdict(Decimal)
        for (indicator, area), quantity in added.items():
            for one in self._of(indicator, area):
                steps[one] += quantity
        rows = IndicatorFigure.objects.filter(indicator__in={indicator for indicator, _child in steps})
        for indicator, area, planned in rows.values_list("indicator_id", "area_id", "planned"):
            for one in self._of(indicator, area):
                totals[one] += planned
        return {
            one: totals[one] + step
            for one, step in steps.items()
            if one in self.promised and totals[one] + step > self.promised[one]
        }

    def problems(
        self,
        over: Mapping[Sum, Decimal],
        rows: Iterable[tuple[int, SiteRow]],
        known: Mapping[tuple[int, str], Stored],
    ) -> dict[int, Problem]:
        """Report for each sum the first row that carries it beyond what is promised.

        over: what `exceeded` found. rows: those that are written, in their order. known: the sites they name.
        """
        added = [
            (one, step, index)
            for index, row in rows
            for one, step in self.steps(row, known.get(row.identity)).items()
            if one in over and step > 0
        ]
        # What is taken away comes first, so that the order of rows that move a quantity does not matter.
        totals = dict(over)
        for one, step, _index in added:
            totals[one] -= step
        told, found = set(), {}
        for one, step, index in added:
            totals[one] += step
            if one not in told and totals[one] > self.promised[one]:
                told.add(one)
                found[index] = self.too_much(one, totals[one])
        return found

    def steps(self, row: SiteRow, old: Stored | None) -> dict[Sum, Decimal]:
        """Return what a row adds to each sum, instead of the site that is there."""
        steps: dict[Sum, Decimal] = defaultdict(Decimal)
        for one in self._of(row.indicator_id, row.area_id):
            steps[one] += row.quantity_planned or 0
        if old is not None:
            before = as_row(old)
            for one in self._of(before.indicator_id, before.area_id):
                steps[one] -= before.quantity_planned or 0
        return steps

    def too_much(self, one: Sum, total: Decimal) -> Problem:
        """Say that a row carries a sum beyond what is promised."""
        text: Text = format_lazy(
            _("With this row the sites of “{name}” plan {total}, more than the {limit} that are promised here."),
            name=self.names[one[0]],
            total=f"{total.normalize():f}",
            limit=f"{self.promised[one].normalize():f}",
        )
        return Problem("quantity_planned", text, _("Correct the quantities, or the area of the site."))
