"""The list of sites from a workbook, as typed rows; the columns are those that `exporters` writes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, BinaryIO, NamedTuple

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.kernel import cells
from livelihood.kernel.cells import Cell, Parser
from livelihood.kernel.errors import Text
from livelihood.kernel.folding import fold
from livelihood.kernel.imports import Column, Row, RowError, read_table
from projects.exporters import HEADINGS, SHOWN_ONLY
from projects.models import Indicator
from projects.selectors.lookups import Lookups
from projects.states import CountedBy


class SiteRow(NamedTuple):
    """A site as the list gives it, from a workbook or by hand; fields as in Site."""

    project_id: int
    key: str
    indicator_id: int
    area_id: int
    standard_id: int | None
    organisation_id: int | None
    name: str
    address: str
    longitude: Decimal | None
    latitude: Decimal | None
    starts_on: date
    due_on: date
    quantity_planned: Decimal | None
    source: str = ""

    @property
    def identity(self) -> tuple[int, str]:
        """What a site is found again by, in every spelling of its key."""
        return self.project_id, fold(self.key)


NO_AREA = _("There is no such code of GB/T 2260 in this area.")
NO_STANDARD = _("There is no such standard this year.")
NO_UNIT = _("There is no unit of this name in this area or the one above.")

IDENTITY = ("project_id", "key_folded")
STORED = SiteRow._fields
"""Columns of the table of sites that the list fills."""


class Problem(NamedTuple):
    """What is wrong in one column of a row, and how to put it right."""

    column: str
    problem: Text
    remedy: Text


class Placed(NamedTuple):
    """A row of sites with its place in the file; None for rows that come from no file."""

    row: SiteRow
    place: Row | None = None

    def error(self, wrong: Problem) -> RowError:
        """Report a problem where it stands in the file."""
        if self.place is not None:
            return _error(self.place, wrong)
        return RowError("", 0, HEADINGS[wrong.column], self.row.key, wrong.problem, wrong.remedy)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file holds: good rows with their place, errors in the order of the file, notes, and the number of rows."""

    rows: list[Placed]
    errors: list[RowError]
    notes: list[Text]
    total: int


OPTIONAL = SHOWN_ONLY | {
    "address", "longitude", "latitude", "starts_on", "organisation", "standard", "quantity_planned", "source"
}  # fmt: skip


def _shown_only(cell: Cell) -> None:
    """Read nothing: the column is written for the reader alone."""


def _parsers(lookups: Lookups) -> Mapping[str, Parser]:
    first, last = lookups.days
    day = cells.day(earliest=first, latest=last)
    return {
        "project": cells.lookup(lookups.projects, missing=_("There is no such project.")),
        "indicator": cells.text(200),
        "key": cells.text(60),
        "name": cells.text(200),
        "area": cells.lookup(lookups.areas, missing=NO_AREA),
        "address": cells.text(300),
        "longitude": cells.quantity(minimum=Decimal(-180), maximum=Decimal(180), places=6, digits=9),
        "latitude": cells.quantity(minimum=Decimal(-90), maximum=Decimal(90), places=6, digits=8),
        "starts_on": day,
        "due_on": day,
        "organisation": cells.text(100),
        "standard": cells.lookup(lookups.standards, missing=NO_STANDARD),
        "quantity_planned": cells.quantity(minimum=Decimal(0), places=4, digits=18),
        "source": cells.text(300),
    }


def read_sites(lookups: Lookups, file: BinaryIO) -> Reading:
    """Read a workbook; rows that contradict themselves or the lists are errors.

    :raises FileRefused: the file cannot be read at all.
    """
    parsers = _parsers(lookups)
    columns = [
        Column(name, heading, parsers.get(name, _shown_only), required=name not in OPTIONAL)
        for name, heading in HEADINGS.items()
    ]
    parsed = read_table(file, columns, key=lambda values: (values["project"].id, fold(values["key"])))
    rows, errors = [], list(parsed.errors)
    for place in parsed.rows:
        row = _site(lookups, place.values)
        if isinstance(row, SiteRow):
            rows.append(Placed(row, place))
        else:
            errors += [_error(place, problem) for problem in row]
    errors.sort(key=lambda error: (error.sheet, error.row))
    return Reading(rows, errors, parsed.notes, parsed.total)


def _error(place: Row, wrong: Problem) -> RowError:
    value = place.values[wrong.column]
    shown = "" if value is None else str(value)
    return RowError(place.sheet, place.number, HEADINGS[wrong.column], shown, wrong.problem, wrong.remedy)


def _site(lookups: Lookups, values: Mapping[str, Any]) -> SiteRow | list[Problem]:
    """Put together what the cells of one row hold, or say all that is wrong with it."""
    project, area, standard, unit = values["project"], values["area"], values["standard"], None
    indicator = lookups.indicators.get((project.id, values["indicator"]))
    starts_on = values["starts_on"] or min(lookups.first_day, values["due_on"])
    problems = contradictions(indicator, starts_on, values["due_on"], values["longitude"], values["latitude"])
    if values["organisation"] and (unit := lookups.unit(values["organisation"], area)) is None:
        remedy = _("Check the spelling, or have the unit added first.")
        problems.append(Problem("organisation", NO_UNIT, remedy))
    if problems or indicator is None:
        return problems
    return SiteRow(
        project.id,
        values["key"],
        indicator.id,
        area.id,
        standard.id if standard else None,
        unit,
        values["name"],
        values["address"] or "",
        values["longitude"],
        values["latitude"],
        starts_on,
        values["due_on"],
        values["quantity_planned"],
        values["source"] or "",
    )


def contradictions(
    indicator: Indicator | None, starts_on: date, due_on: date, longitude: Decimal | None, latitude: Decimal | None
) -> list[Problem]:
    """Say what of a site cannot be true together."""
    problems = []
    if indicator is None:
        remedy = _("Write the name as on the project list, or add the indicator first.")
        problems.append(Problem("indicator", _("The project has no indicator of this name."), remedy))
    elif indicator.counted_by != CountedBy.SITES:
        remedy = _("Choose an indicator that is counted by sites.")
        problems.append(Problem("indicator", _("This indicator is reported by areas and has no sites."), remedy))
    if starts_on > due_on:
        problems.append(Problem("due_on", _("The date lies before the start."), _("Correct one of the two.")))
    if (longitude is None) != (latitude is None):
        column = "longitude" if longitude is None else "latitude"
        problems.append(Problem(column, _("A point needs longitude and latitude."), _("Fill in both or neither.")))
    return problems


def problems_of(lookups: Lookups, row: SiteRow) -> list[Problem]:
    """Say what is wrong with a row that comes from no file: what it names may be of another year."""
    first, last = lookups.days
    indicator, area = lookups.indicators_by_key.get(row.indicator_id), lookups.areas_by_key.get(row.area_id)
    if indicator is not None and indicator.project_id != row.project_id:
        indicator = None
    problems = contradictions(indicator, row.starts_on, row.due_on, row.longitude, row.latitude)
    elsewhere = _("Choose one of this year.")
    if area is None:
        problems.append(Problem("area", NO_AREA, elsewhere))
    elif row.organisation_id is not None:
        name = lookups.unit_names.get(row.organisation_id, "")
        if row.organisation_id != lookups.unit(name, area):
            problems.append(Problem("organisation", NO_UNIT, elsewhere))
    if row.standard_id is not None and row.standard_id not in lookups.standard_names:
        problems.append(Problem("standard", NO_STANDARD, elsewhere))
    remedy = format_lazy(_("Write a date from {earliest} to {latest}."), earliest=str(first), latest=str(last))
    problems += [
        Problem(column, _("This date is out of range."), remedy)
        for column, day in (("starts_on", row.starts_on), ("due_on", row.due_on))
        if not first <= day <= last
    ]
    return problems
