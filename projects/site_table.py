"""The list of sites as a table: one set of columns, read from workbooks and written to them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Any, BinaryIO, NamedTuple

from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.cycles.models import Area, Cycle, Organisation
from livelihood.kernel import cells
from livelihood.kernel.cells import Cell, CellProblem
from livelihood.kernel.errors import InvalidInput, Text
from livelihood.kernel.exports import Field, csv_text
from livelihood.kernel.imports import Column, Row, RowError, read_table
from projects import selectors
from projects.models import Indicator, Project, Site, Standard
from projects.states import CountedBy, Light, SiteState


class SiteRow(NamedTuple):
    """A site as a workbook gives it; fields as in Site."""

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


IDENTITY = ("project_id", "key")
"""What a site is found again by."""

STORED = SiteRow._fields
"""Columns of the table of sites that a workbook fills."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A row of sites with its place in the file; None for rows that come from no file."""

    row: SiteRow
    place: Row | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file holds: good rows with their place, errors in the order of the file, notes, and the number of rows."""

    rows: list[Placed]
    errors: list[RowError]
    notes: list[Text]
    total: int


@dataclass(frozen=True, slots=True)
class Named:
    """Words for the keys of a year's sites: thirty thousand rows share a few hundred of them."""

    numbers: Mapping[int, int]
    indicators: Mapping[int, Indicator]
    areas: Mapping[int, tuple[str, str]]
    units: Mapping[int | None, str]
    standards: Mapping[int | None, str]
    states: Mapping[str, str]
    lights: Mapping[str, str]


def _shown_only(cell: Cell) -> None:
    """Read nothing: the column is written for the reader alone."""


def _standard_label(standard: Standard) -> str:
    return f"{standard.title} v{standard.version}"


class SiteTable:
    """The columns for one year, with its projects, areas, units and standards to look up."""

    def __init__(self, cycle: Cycle) -> None:
        self.cycle = cycle
        self.first_day, _last = selectors.delivery_days(cycle)
        self.columns = [
            Column("project", _("Project number"), cells.lookup(self.projects, missing=_("There is no such project."))),
            Column("indicator", _("Indicator"), cells.text(200)),
            Column("key", _("Site key"), cells.text(60)),
            Column("name", _("Site"), cells.text(200)),
            Column(
                "area",
                _("Area code"),
                cells.lookup(self.areas, missing=_("There is no such code of GB/T 2260 in this area.")),
            ),
            Column("area_name", _("Area"), _shown_only, required=False),
            Column("address", _("Address"), cells.text(300), required=False),
            Column(
                "longitude",
                _("Longitude"),
                cells.quantity(minimum=Decimal(-180), maximum=Decimal(180), places=6, digits=9),
                required=False,
            ),
            Column(
                "latitude",
                _("Latitude"),
                cells.quantity(minimum=Decimal(-90), maximum=Decimal(90), places=6, digits=8),
                required=False,
            ),
            Column("starts_on", _("Start"), self._day, required=False),
            Column("due_on", _("Date"), self._day),
            Column("organisation", _("Responsible unit"), cells.text(100), required=False),
            Column(
                "standard",
                _("Standard"),
                cells.lookup(self.standards, missing=_("There is no such standard this year.")),
                required=False,
            ),
            Column(
                "quantity_planned",
                _("Planned quantity"),
                cells.quantity(minimum=Decimal(0), places=4, digits=18),
                required=False,
            ),
            Column("unit", _("Unit"), _shown_only, required=False),
            Column("source", _("Source"), cells.text(300), required=False),
            Column("quantity_done", _("Done"), _shown_only, required=False),
            Column("state", _("State"), _shown_only, required=False),
            Column("light", _("Light"), _shown_only, required=False),
            Column("reported_on", _("Last report"), _shown_only, required=False),
        ]
        self.by_name = {column.name: column for column in self.columns}

    @property
    def _day(self) -> Callable[[Cell], date]:
        return cells.day(earliest=date(self.cycle.year - 2, 1, 1), latest=date(self.cycle.year + 3, 12, 31))

    @cached_property
    def projects(self) -> Mapping[str, Project]:
        """Projects of the year by number."""
        return {str(project.number): project for project in Project.objects.for_cycle(self.cycle)}

    @cached_property
    def indicators(self) -> Mapping[tuple[int, str], Indicator]:
        """By project and name: the indicators of the year."""
        rows = Indicator.objects.for_cycle(self.cycle).select_related("project")
        return {(indicator.project_id, indicator.name): indicator for indicator in rows}

    @cached_property
    def areas(self) -> Mapping[str, Area]:
        """Areas by code: the year's and all below it."""
        return {area.code: area for area in Area.objects.within(self.cycle.area)}

    @cached_property
    def standards(self) -> Mapping[str, Standard]:
        """Standards of the year by title and version; by title alone the latest."""
        rows = list(Standard.objects.filter(cycle=self.cycle).order_by("version"))
        return {row.title: row for row in rows} | {_standard_label(row): row for row in rows}

    @cached_property
    def units(self) -> Mapping[tuple[int, str], int]:
        """Keys of organisations by area and name, from the area and all below it."""
        rows = Organisation.objects.filter(area__in=Area.objects.within(self.cycle.area))
        return {(area, name): pk for pk, area, name in rows.values_list("pk", "area", "name_zh")}

    def read(self, file: BinaryIO) -> Reading:
        """Read a workbook; rows that contradict themselves or the lists are errors.

        :raises FileRefused: the file cannot be read at all.
        """
        parsed = read_table(
            file, self.columns, key=lambda values: (values["project"].pk, values["key"]) if values["project"] else None
        )
        rows, errors = [], list(parsed.errors)
        for row in parsed.rows:
            if wrong := self._contradictions(row):
                errors += wrong
            else:
                rows.append(Placed(self._site(row.values), row))
        errors.sort(key=lambda error: (error.sheet, error.row))
        return Reading(rows, errors, parsed.notes, parsed.total)

    def row(self, cells: Mapping[str, str]) -> SiteRow:
        """Read one row entered by hand: name of the column → what a cell of a workbook would hold.

        :raises InvalidInput: a cell is not right; `field` names its column.
        """
        values: dict[str, Any] = {column.name: None for column in self.columns}
        for column in self.columns:
            written = cells.get(column.name, "")
            if not written and column.required:
                raise InvalidInput(_("This cell is empty."), field=column.name)
            try:
                values[column.name] = column.parse(written) if written else None
            except CellProblem as error:
                raise InvalidInput(format_lazy("{} {}", error.problem, error.remedy), field=column.name) from error
        for wrong in self._contradictions(Row("", 0, values)):
            raise InvalidInput(format_lazy("{} {}", wrong.problem, wrong.remedy), field=self.name_of(wrong))
        return self._site(values)

    def name_of(self, error: RowError) -> str:
        """Return the name of the column that an error is about."""
        return next(column.name for column in self.columns if column.heading == error.column)

    def cells_of(self, site: Site) -> dict[str, str]:
        """Write what is stored of a site as a workbook holds it; the opposite of `row`."""
        readable = self.writable
        cells = {
            column.name: field.value(site)
            for column, field in zip(self.columns, self.fields, strict=True)
            if column.heading in readable
        }
        return {
            name: f"{value.normalize():f}" if isinstance(value, Decimal) else csv_text(value)
            for name, value in cells.items()
        }

    def error(self, placed: Placed, name: str, *, problem: Text, remedy: Text) -> RowError:
        """Report what is wrong in one column of a row of sites."""
        if placed.place is None:
            return RowError("", 0, self.by_name[name].heading, placed.row.key, problem, remedy)
        return placed.place.error(self.by_name[name], problem, remedy)

    def _error(self, row: Row, name: str, problem: Text, remedy: Text) -> RowError:
        value = row.values[name]
        shown = "" if value is None else str(value)
        return RowError(row.sheet, row.number, self.by_name[name].heading, shown, problem, remedy)

    def _contradictions(self, row: Row) -> list[RowError]:
        values, errors = row.values, []
        indicator = self.indicators.get((values["project"].pk, values["indicator"]))
        if indicator is None:
            errors.append(
                self._error(
                    row,
                    "indicator",
                    _("The project has no indicator of this name."),
                    _("Write the name as on the project list, or add the indicator first."),
                )
            )
        elif indicator.counted_by != CountedBy.SITES:
            errors.append(
                self._error(
                    row,
                    "indicator",
                    _("This indicator is reported by areas and has no sites."),
                    _("Choose an indicator that is counted by sites."),
                )
            )
        if values["starts_on"] and values["starts_on"] > values["due_on"]:
            errors.append(
                self._error(row, "due_on", _("The date lies before the start."), _("Correct one of the two."))
            )
        if (values["longitude"] is None) != (values["latitude"] is None):
            name = "longitude" if values["longitude"] is None else "latitude"
            problem, remedy = _("A point needs longitude and latitude."), _("Fill in both or neither.")
            errors.append(self._error(row, name, problem, remedy))
        if values["organisation"] and self._unit(values) is None:
            problem = _("There is no unit of this name in this area or the one above.")
            errors.append(
                self._error(row, "organisation", problem, _("Check the spelling, or have the unit added first."))
            )
        return errors

    def _unit(self, values: Mapping[str, Any]) -> int | None:
        """Find the responsible unit: in the site's area first, then in the year's."""
        name = values["organisation"]
        if not name:
            return None
        near = self.units.get((values["area"].pk, name)) or self.units.get((values["area"].parent_id, name))
        return near or self.units.get((self.cycle.area_id, name))

    def _site(self, values: Mapping[str, Any]) -> SiteRow:
        return SiteRow(
            project_id=values["project"].pk,
            key=values["key"],
            indicator_id=self.indicators[values["project"].pk, values["indicator"]].pk,
            area_id=values["area"].pk,
            standard_id=values["standard"].pk if values["standard"] else None,
            organisation_id=self._unit(values),
            name=values["name"],
            address=values["address"] or "",
            longitude=values["longitude"],
            latitude=values["latitude"],
            starts_on=values["starts_on"] or min(self.first_day, values["due_on"]),
            due_on=values["due_on"],
            quantity_planned=values["quantity_planned"],
            source=values["source"] or "",
        )

    def shown(self, column: str, value: Any) -> str:
        """Write a stored value for the reader of a preview: names instead of keys."""
        if value is None:
            return ""
        names: Mapping[str, Callable[[], Mapping[int, str]]] = {
            "indicator_id": lambda: {row.pk: row.name for row in self.indicators.values()},
            "area_id": lambda: {row.pk: f"{row.code} {row.name}" for row in self.areas.values()},
            "standard_id": lambda: {row.pk: _standard_label(row) for row in self.standards.values()},
            "organisation_id": lambda: {pk: name for (_area, name), pk in self.units.items()},
        }
        return names[column]()[value] if column in names else str(value)

    def heading(self, column: str) -> Text:
        """Return the heading of a stored column."""
        return self.by_name[column.removesuffix("_id")].heading

    @property
    def writable(self) -> set[Text]:
        """Headings of the columns that are read, not only shown."""
        return {column.heading for column in self.columns if column.parse is not _shown_only}

    @cached_property
    def named(self) -> Named:
        """Name what a site's keys stand for, in the active language."""
        units = Organisation.objects.filter(sites__cycle=self.cycle).distinct()
        return Named(
            numbers={project.pk: project.number for project in self.projects.values()},
            indicators={indicator.pk: indicator for indicator in self.indicators.values()},
            areas={area.pk: (area.code, area.name) for area in self.areas.values()},
            units={None: "", **dict(units.values_list("pk", "name_zh"))},
            standards={None: "", **{row.pk: _standard_label(row) for row in self.standards.values()}},
            states={state.value: str(state.label) for state in SiteState},
            lights={light.value: str(light.label) for light in Light},
        )

    @property
    def fields(self) -> list[Field]:
        """The same columns for writing; rows are sites of the year, which need nothing joined to them."""
        values: dict[str, Callable[[Site], Any]] = {
            "project": lambda site: self.named.numbers[site.project_id],
            "indicator": lambda site: self.named.indicators[site.indicator_id].name,
            "area": lambda site: self.named.areas[site.area_id][0],
            "area_name": lambda site: self.named.areas[site.area_id][1],
            "organisation": lambda site: self.named.units[site.organisation_id],
            "standard": lambda site: self.named.standards[site.standard_id],
            "unit": lambda site: self.named.indicators[site.indicator_id].unit,
            "state": lambda site: self.named.states[site.state],
            "light": lambda site: self.named.lights[site.light],
        }
        return [Field(column.heading, values.get(column.name, attrgetter(column.name))) for column in self.columns]


def stored_sites(cycle: Cycle, which: Q | None = None) -> dict[tuple[int, str], tuple[Any, ...]]:
    """Return a year's sites as tuples of STORED, state and last report, by what they are found again by."""
    rows = Site.objects.for_cycle(cycle).filter(which or Q()).values_list(*STORED, "state", "reported_on")
    return {(row[0], row[1]): row for row in rows.iterator(chunk_size=5_000)}
