"""What writing rows of sites would do, and what only the whole list can tell is wrong with them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.kernel.errors import Text
from livelihood.kernel.imports import RowError
from projects.models import Allocation
from projects.site_table import STORED, Placed, SiteRow, SiteTable, stored_sites
from projects.states import IndicatorKind, SiteState

FINISHED = frozenset({SiteState.COMPLETED.value, SiteState.ACCEPTED.value})

Stored = tuple[Any, ...]
"""A site as `stored_sites` gives it: the columns of SiteRow, state, last report."""


@dataclass(slots=True)
class Plan:
    """What writing would do. changed: rows with the differing columns (column, old, new)."""

    new: int = 0
    changed: list[tuple[Placed, list[tuple[str, Any, Any]]]] = field(default_factory=list)
    unchanged: int = 0
    errors: list[RowError] = field(default_factory=list)


def plan(table: SiteTable, rows: Iterable[Placed]) -> Plan:
    """Compare rows with the sites that are there, and check what only the whole list can tell."""
    result = Plan()
    sums = Sums(table)
    stored = stored_sites(table.cycle)
    for placed in rows:
        old = stored.get((placed.row.project_id, placed.row.key))
        if old is None:
            result.new += 1
            sums.move(placed, None)
            continue
        differences = [
            (column, before, after)
            for column, before, after in zip(STORED, old, placed.row, strict=False)
            if before != after
        ]
        if not differences:
            result.unchanged += 1
        elif error := _frozen(table, placed, old, {column for column, _before, _after in differences}):
            result.errors.append(error)
        else:
            result.changed.append((placed, differences))
            sums.move(placed, SiteRow(*old[: len(STORED)]))
    result.errors += sums.errors(stored.values())
    return result


def _frozen(table: SiteTable, placed: Placed, old: Stored, columns: set[str]) -> RowError | None:
    """Say why a site may not be changed by a workbook any more, or None."""
    state, reported_on = old[len(STORED) :]
    if state in FINISHED:
        problem = _("This site is completed. It changes no more.")
        return table.error(placed, "key", problem=problem, remedy=_("Take the row out, or leave it as it was."))
    if reported_on is not None and columns & {"indicator_id", "area_id"}:
        problem = _("Progress was reported on this site. Its indicator and area change no more.")
        return table.error(placed, "key", problem=problem, remedy=_("Keep both, or list a new site under a new key."))
    return None


Sum = tuple[int, int | None]
"""An indicator and a child area; None for the whole."""


class Sums:
    """Planned quantities against what is promised: an indicator's target, and the shares of the areas below.

    Only rows that add to a sum can be wrong, so a list that plans too much already can still be read in unchanged.
    """

    def __init__(self, table: SiteTable) -> None:
        self.table = table
        self.names = {row.pk: row.name for row in table.indicators.values() if row.kind == IndicatorKind.ADDITIVE}
        self.child_of = self._children()
        self.changes: dict[Sum, Decimal] = defaultdict(Decimal)
        self.added: list[tuple[Sum, Decimal, Placed]] = []

    def _children(self) -> dict[int, int]:
        """Return for every area below the year's the child area it lies in."""
        areas = self.table.areas.values()
        children = {area.stem: area.pk for area in areas if area.parent_id == self.table.cycle.area_id}
        lengths = {len(stem) for stem in children}
        return {
            area.pk: children[area.code[:length]]
            for area in areas
            for length in lengths
            if area.code[:length] in children
        }

    def _of(self, row: SiteRow) -> list[Sum]:
        """Return the sums a row counts in."""
        if not row.quantity_planned or row.indicator_id not in self.names:
            return []
        child = self.child_of.get(row.area_id)
        return [(row.indicator_id, None), *([(row.indicator_id, child)] if child else [])]

    def move(self, placed: Placed, old: SiteRow | None) -> None:
        """Count a new or changed row instead of what was there."""
        steps: dict[Sum, Decimal] = defaultdict(Decimal)
        for one in self._of(placed.row):
            steps[one] += placed.row.quantity_planned or 0
        if old is not None:
            for one in self._of(old):
                steps[one] -= old.quantity_planned or 0
        self.added += [(one, step, placed) for one, step in steps.items() if step > 0]
        for one, step in steps.items():
            if step < 0:
                self.changes[one] += step

    def errors(self, stored: Iterable[Stored]) -> list[RowError]:
        """Report for each sum the first row that carries it beyond what is promised."""
        totals: dict[Sum, Decimal] = defaultdict(Decimal, self.changes)
        for old in stored:
            row = SiteRow(*old[: len(STORED)])
            for one in self._of(row):
                totals[one] += row.quantity_planned or 0
        promised, told, errors = self._promised(), set(), []
        for one, step, placed in self.added:
            totals[one] += step
            if one in promised and one not in told and totals[one] > promised[one]:
                told.add(one)
                errors.append(
                    self.table.error(
                        placed,
                        "quantity_planned",
                        problem=self._too_much(one, totals[one], promised[one]),
                        remedy=_("Correct the quantities, or the area of the site."),
                    )
                )
        return errors

    def _promised(self) -> dict[Sum, Decimal]:
        targets: dict[Sum, Decimal] = {}
        targets |= {
            (row.pk, None): row.target
            for row in self.table.indicators.values()
            if row.pk in self.names and row.target is not None
        }
        shares = Allocation.objects.filter(indicator__in=self.names)
        return targets | {(row.indicator_id, row.area_id): row.target for row in shares}

    def _too_much(self, one: Sum, total: Decimal, limit: Decimal) -> Text:
        return format_lazy(
            _("With this row the sites of “{name}” plan {total}, more than the {limit} that are promised here."),
            name=self.names[one[0]],
            total=f"{total.normalize():f}",
            limit=f"{limit.normalize():f}",
        )
