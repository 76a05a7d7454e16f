"""What a sheet says of all its rows at once: on which earth they lie, in which unit they count, of which year."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.kernel.errors import Text
from livelihood.kernel.sheets import datums
from livelihood.kernel.sheets.declaration import Kind, written
from livelihood.kernel.sheets.heads import Head, Heading
from livelihood.kernel.sheets.points import DATUM, LONGITUDE, Datum, Remark
from livelihood.kernel.sheets.quantities import parted
from livelihood.kernel.sheets.results import Row, RowError, shown
from livelihood.kernel.sheets.units import dimension_of, scale_alone, units_said
from livelihood.kernel.sheets.years import years_in

CHECK = _("Look whether it is meant so; correct the sheet otherwise.")


@dataclass(slots=True)
class SaidOfAll:
    """What a sheet says of all its rows.

    year: in which days without one lie. datum: of coordinates. units: column → unit, of those that name none.
    doubts: column, "" for the row as a whole → what is to be asked of each row that has a value there.
    notes: on the file as a whole.
    """

    year: int | None
    datum: Datum = Datum.WGS84
    units: dict[str, str] = field(default_factory=dict)
    doubts: dict[str, Remark] = field(default_factory=dict)
    notes: list[Text] = field(default_factory=list)

    def is_as(self, other: "SaidOfAll") -> bool:
        """Say whether rows are read by it as by another."""
        return (self.datum, self.units, self.doubts.keys()) == (other.datum, other.units, other.doubts.keys())

    def asked(self, row: Row, kind: Kind, columns: Mapping[str, Heading]) -> list[RowError]:
        """Return what is in doubt of a row; one that names a datum of its own is sure of it."""
        doubts = []
        for name, doubt in self.doubts.items():
            places = datums.ON_EARTH if name == LONGITUDE else (name,)
            filled = [place for place in places if row.values.get(place) is not None]
            if name and (not filled or (name == LONGITUDE and row.values.get(DATUM))):
                continue
            heading = columns.get(name)
            label = heading.text if heading else kind.by_name[name].heading if name else ""
            text = shown(written(row.values[filled[0]])) if filled else ""
            doubts.append(RowError(row.sheet, row.number, label, text, doubt.problem, doubt.remedy, name))
        return doubts


def said_of(
    head: Head, titles: Sequence[str], notes: Sequence[str], datum: Datum | None, year: int | None
) -> SaidOfAll:
    """Return what a sheet says of its rows.

    titles: lines above the head. notes: lines below the table, and the name of the sheet.
    datum, year: as whoever sent it says.
    """
    named = years_in(titles)
    said = SaidOfAll(year if year is not None or len(named) != 1 else named[0])
    years = ", ".join(map(str, named))
    if year is not None and named and year not in named:
        problem = format_lazy(
            _("The title speaks of the year {named}, and the sheet is brought for {year}."), named=years, year=year
        )
        said.doubts[""] = Remark("doubt", "", problem, _("Look whether this is the sheet of the right year."))
    elif len(named) > 1:
        note = _("The title speaks of several years ({years}). Days without a year were read in {year}.")
        alone = _("The title speaks of several years ({years}). Days without a year were read in none of them.")
        said.notes.append(format_lazy(alone if year is None else note, years=years, year=year))
    if head.units_of_none:
        note = _("The unit {units} over several columns is of none of those that were read.")
        said.notes.append(format_lazy(note, units=", ".join(head.units_of_none)))
    headings = {heading.column.name: heading for heading in head.known if heading.column}
    on_earth = [headings[name].datum for name in datums.ON_EARTH if name in headings]
    lines = [*titles, *notes]
    if on_earth:
        said.datum, remark = datums.decide(on_earth, datums.in_lines(lines), datum)
        if remark:
            said.doubts[LONGITUDE] = remark
    _share_units(said, headings, [unit for line in lines for unit in units_said(line)])
    return said


def _share_units(said: SaidOfAll, headings: Mapping[str, Heading], units: Sequence[str]) -> None:
    """Give the units that stand outside of the table to the columns that have none and can be meant."""
    unread = list(dict.fromkeys(units))
    for name, heading in headings.items():
        fitting = [unit for unit in units if heading.column and dimension_of(unit) in heading.column.measures]
        unread = [unit for unit in unread if unit not in fitting]
        if not fitting or heading.unit or heading.unit_of_group or not heading.column:
            continue
        scales = {parted(unit)[0] for unit in fitting}
        if heading.column.unit_in in headings:
            if scales != {1}:
                problem = _("Outside of the table stands the unit {units}. Each row names its own, which was taken.")
                said.doubts[name] = _in_doubt(name, format_lazy(problem, units=", ".join(fitting)))
        elif len(scales) > 1:
            problem = _("Outside of the table stand the units {units}, and this number was read in none of them.")
            said.doubts[name] = _in_doubt(name, format_lazy(problem, units=", ".join(fitting)))
        elif len(fitting) == 1:
            said.units[name] = scale_alone(fitting[0])
    if unread:
        note = _("The unit {units} outside of the table is of none of the columns that were read.")
        said.notes.append(format_lazy(note, units=", ".join(unread)))


def _in_doubt(name: str, problem: Text) -> Remark:
    return Remark("doubt", name, problem, CHECK)
