"""What each row of a sheet of organisations would do, told from a few queries whatever the number of rows."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.cycles.models import Area, Organisation
from livelihood.cycles.states import OrganisationKind
from livelihood.cycles.tree import without_places
from livelihood.kernel.errors import Text
from livelihood.kernel.folding import fold
from livelihood.kernel.sheets.handling import (
    YES,
    Frame,
    Line,
    RowOutcome,
    RowQuestion,
    compared,
    refused,
    with_values,
)
from livelihood.kernel.sheets.resolving import Problem
from livelihood.kernel.sheets.results import Row
from livelihood.places import rules
from livelihood.places.handlers.days import hangs_on_it, wrong_days
from livelihood.places.hanging import Hanging, hanging_on_all, without_those_below

COLUMNS = {
    "name_en": "name_en",
    "kind": "kind",
    "contact": "contact",
    "phone": "phone",
    "valid_from": "valid_from",
    "valid_until": "valid_to",
}
"""Columns that may be corrected, and the fields that hold them; beside them short names and the one above."""

DAYS = {"valid_from", "valid_until"}

ABOVE_ITSELF = Problem("parent", _("An organisation cannot stand above itself."), _("Correct the one above."))

SAME, RENAMED = "same", "renamed"
"""The question whether a row is an organisation that is there, and the answers that it is: as it is, or renamed."""

Known = tuple[str, str]
"""Code of an area and folded name."""


@dataclass(frozen=True, slots=True)
class Own:
    """What writing a row needs beside its values.

    parent, parent_row: the one above, stored or by its row of the sheet. new_aliases: short names to be added.
    """

    area: Area
    organisation: Organisation | None = None
    parent: Organisation | None = None
    parent_row: int | None = None
    new_aliases: Sequence[str] = ()


def stored_values(row: Organisation) -> dict[str, Any]:
    """Return what is stored of an organisation, by column."""
    values = {column: getattr(row, field) for column, field in COLUMNS.items()}
    names = tuple(sorted(alias.name for alias in row.aliases.all()))
    return values | {
        "name_zh": row.name_zh, "area": row.area.code, "aliases": names,
        "parent": row.parent.name_zh if row.parent else None,
    }  # fmt: skip


def as_stored(column: str, value: Any) -> Any:
    """Return a value as its field holds it: an empty text where there is none, but for days."""
    return value if value is not None or column in DAYS else ""


class PlanOfOrganisations:
    """The rows of a sheet beside what is stored."""

    def __init__(self, frame: Frame, rows: Sequence[Row]) -> None:
        self.frame, self.rows = frame, rows
        self.by_row = {row.number: row for row in rows}
        codes = {frame.area.code, *(row.values.get("area") or "" for row in rows)}
        self.areas = {area.code: area for area in Area.objects.filter(code__in=codes)}
        chain = {code for area in self.areas.values() for code in area.codes}
        self.names_of_places = dict(Area.objects.filter(code__in=chain).values_list("code", "name_zh"))
        units = Organisation.objects.filter(area__code__in=chain).select_related("area", "parent", "merged_into__area")
        self.units = list(units.prefetch_related("aliases", "former_names").order_by("pk"))
        by_pk = {unit.pk: unit for unit in self.units}
        self.full: dict[Known, Organisation] = {}
        self.short: dict[Known, Organisation] = {}
        self.near: dict[Known, Organisation] = {}
        self.former: dict[Known, Organisation] = {}
        for unit in self.units:
            heir = by_pk.get(unit.merged_into_id or unit.pk, unit.merged_into or unit)
            code = unit.area.code
            (self.full if heir is unit else self.short)[code, unit.folded] = heir
            for alias in unit.aliases.all():
                self.short[code, alias.folded] = heir
            if heir is unit:
                self.former |= {(code, fold(name.name_zh)): unit for name in unit.former_names.all()}
            self.near.setdefault((code, self._bare(unit.area, unit.name_zh)), heir)
        full = ((row.values.get("area") or frame.area.code, fold(row.values["name_zh"])) for row in rows)
        self.told = {self.full[key].pk for key in full if key in self.full}
        ending = any(row.values.get("valid_until") for row in rows)
        self.hanging = self._hanging(by_pk) if ending else {}
        self.new: dict[Known, int] = {}
        self.claimed: dict[Known, int] = {}
        self.verdicts: dict[int, Problem | None] = {}

    def _hanging(self, keys: Collection[int]) -> Mapping[int, Hanging]:
        """Return what hangs on organisations, but for those that belong to them: these may end in the same sheet."""
        found = hanging_on_all(Organisation, keys, self.frame.at)
        return {key: others for key, one in found.items() if (others := without_those_below(one))}

    def lines(self) -> list[Line]:
        """Return one line for each row."""
        lines = [self._line(row) for row in self.rows]
        for line in lines:
            if line.outcome is RowOutcome.NEW:
                for name in (line.row.values["name_zh"], *line.own.new_aliases):
                    self.new[line.own.area.code, fold(name)] = line.row.number
        lines = [self._placed(line) for line in lines]
        return self._without_circles(lines)

    def _line(self, row: Row) -> Line:
        name = row.values["name_zh"]
        area = self.areas.get(row.values.get("area") or self.frame.area.code)
        if area is None:
            remedy = _("Write the code, or the name of the area above before it.")
            return refused(row, name, Problem("area", _("There is no area of this name."), remedy))
        if problem := self._may_keep(area):
            return refused(row, name, problem)
        known, answer = self.full.get((area.code, fold(name))) or self._formerly(area, name), ""
        if known is None:
            alike, may_be_new = self._alike(row, area)
            answers = self._answers(row, area, alike, may_be_new=may_be_new) if alike else {}
            answer = self.frame.answer(row, SAME) or ""
            if alike and answer not in answers:
                asked = format_lazy(_("Is it the same as {other}?"), other=alike.name_zh)
                return Line(row, RowOutcome.DOUBT, name, questions=[RowQuestion(SAME, asked, "name_zh", answers)])
            known = alike if answer != YES else None
        if known is None:
            return self._new(row, area)
        problem = self._may_keep(known.area)
        if problem:
            return refused(row, name, problem, subject=known.pk)
        return self._known(row, known, is_renamed=answer == RENAMED)

    def _formerly(self, area: Area, name: str) -> Organisation | None:
        """Return the organisation that was called so, unless another row of the sheet is that one already."""
        unit = self.former.get((area.code, fold(name)))
        if unit is None or unit.pk in self.told:
            return None
        self.told.add(unit.pk)
        return unit

    def _answers(self, row: Row, area: Area, alike: Organisation, *, may_be_new: bool) -> dict[str, Text]:
        """Return what may be answered of a row that may be an organisation that is there.

        It can have a new name where that is not one of its own already, and it has not been given one today.
        """
        answers: dict[str, Text] = {SAME: _("Yes, the same: its name becomes a short name")}
        is_known = (area.code, fold(row.values["name_zh"])) in self.short
        today = timezone.localdate(self.frame.at)
        if not is_known and alike.area_id == area.pk and (alike.renamed_on is None or alike.renamed_on < today):
            answers[RENAMED] = _("Yes, renamed: it is called so from the day on which this is written")
        if may_be_new:
            answers[YES] = _("No, another one")
        return answers

    def _alike(self, row: Row, area: Area) -> tuple[Organisation | None, bool]:
        """Return the organisation that a row may be, and whether it may be another one as well.

        A name by which the area knows somebody cannot be that of another.
        """
        names = [row.values["name_zh"], *(row.values.get("aliases") or ())]
        for name in names:
            key = area.code, fold(name)
            if found := self.short.get(key) or self.full.get(key):
                return found, False
        return self.near.get((area.code, self._bare(area, names[0]))), True

    def _known(self, row: Row, unit: Organisation, *, is_renamed: bool) -> Line:
        """Compare a row with the organisation that it is. is_renamed: it gets the name of the row."""
        stored = stored_values(unit)
        added, problems = self._aliases(row, unit.area, unit)
        if is_renamed:
            added = [*(name for name in added if fold(name) != fold(row.values["name_zh"])), unit.name_zh]
        if added or "aliases" in row.values:
            row = with_values(row, aliases=tuple(sorted([*stored["aliases"], *added])))
        own = Own(unit.area, unit, unit.parent, new_aliases=added)
        begins, ends = (row.values.get(column, stored[column]) for column in ("valid_from", "valid_until"))
        problems += wrong_days(begins, ends)
        if ends and ends != unit.valid_to and unit.pk in self.hanging:
            problems.append(hangs_on_it(self.hanging[unit.pk]))
        if problems:
            return refused(row, unit.name_zh, *problems, subject=unit.pk)
        compared_with = {
            column: stored[column] for column in (*(["name_zh"] if is_renamed else []), *COLUMNS, "aliases")
        }
        if row.values.get("kind") is None:  # everybody is of some kind
            del compared_with["kind"]
        return compared(row, unit.name_zh, unit.pk, compared_with, own=own)

    def _new(self, row: Row, area: Area) -> Line:
        name = row.values["name_zh"]
        added, problems = self._aliases(row, area, None)
        problems += wrong_days(row.values.get("valid_from"), row.values.get("valid_until"))
        row = with_values(row, area=area.code, kind=row.values.get("kind") or OrganisationKind.DEPARTMENT)
        if "aliases" in row.values:
            row = with_values(row, aliases=tuple(sorted(added)))
        if problems:
            return refused(row, name, *problems)
        return Line(row, RowOutcome.NEW, name, own=Own(area, new_aliases=added))

    def _aliases(self, row: Row, area: Area, unit: Organisation | None) -> tuple[list[str], list[Problem]]:
        """Return the short names that a row adds, and why some cannot be; the names of the row are then its own."""
        taken = {unit.folded, *(alias.folded for alias in unit.aliases.all())} if unit else set()
        wanted = {fold(name): name for name in (row.values["name_zh"], *(row.values.get("aliases") or ()))}
        problems = []
        for folded, name in wanted.items():
            key = area.code, folded
            other = self.short.get(key) or self.full.get(key)
            if self.claimed.setdefault(key, row.number) != row.number:
                first = self.claimed[key]
                problem = format_lazy(_("Row {number} is known by {name} already."), number=first, name=name)
            elif other is not None and other != unit:
                known_as = _("{name} is how {other} is known here already.")
                problem = format_lazy(known_as, name=name, other=other.name_zh)
            else:
                continue
            problems.append(Problem("aliases", problem, _("Leave it out, or write the full name.")))
        if unit is None:
            taken.add(fold(row.values["name_zh"]))
        return [name for folded, name in wanted.items() if folded not in taken], problems

    def _placed(self, line: Line) -> Line:
        """Find the one above by its name: in the row's own area first, then in those above it, the nearest first."""
        row = line.row
        if "parent" not in row.values or line.outcome not in {RowOutcome.NEW, RowOutcome.CHANGED, RowOutcome.UNCHANGED}:
            return line
        own: Own = line.own
        written = row.values["parent"]
        if written is None:
            return self._above(line, None, None)
        folded = fold(written)
        for code in reversed(own.area.codes):
            key = code, folded
            if key in self.new and self.new[key] != row.number:
                return self._above(line, None, self.new[key])
            if (found := self.full.get(key) or self.short.get(key)) and found != own.organisation:
                return self._above(line, found, None)
        problem = _("There is no organisation of this name in this area or above.")
        remedy = _("Check the spelling, or have it entered first.")
        return refused(row, line.name, Problem("parent", problem, remedy), subject=line.subject)

    def _above(self, line: Line, parent: Organisation | None, parent_row: int | None) -> Line:
        """Return a line with the one above, by its full name."""
        own: Own = line.own
        name = parent.name_zh if parent else self.by_row[parent_row].values["name_zh"] if parent_row else None
        row = with_values(line.row, parent=name)
        new = Own(own.area, own.organisation, parent, parent_row, own.new_aliases)
        if own.organisation is None:
            return Line(row, line.outcome, line.name, own=new)
        before = own.organisation.parent
        if parent_row is None and before == parent:
            return Line(row, line.outcome, line.name, line.subject, line.changes, own=new)
        placed = compared(row, line.name, line.subject or 0, {"parent": before.name_zh if before else None})
        return Line(row, RowOutcome.CHANGED, line.name, line.subject, [*line.changes, *placed.changes], own=new)

    def _without_circles(self, lines: list[Line]) -> list[Line]:
        """Refuse rows by which somebody would come to stand above themselves."""
        above: dict[object, object] = {unit.pk: unit.parent_id for unit in self.units}
        placed = {_key(line.subject, line.row.number): line.own for line in lines if line.own is not None}
        above |= {
            key: own.parent.pk if own.parent else own.parent_row and _key(None, own.parent_row)
            for key, own in placed.items()
        }
        return [
            refused(line.row, line.name, ABOVE_ITSELF, subject=line.subject)
            if line.own is not None and is_above_itself(_key(line.subject, line.row.number), above)
            else line
            for line in lines
        ]

    def _may_keep(self, area: Area) -> Problem | None:
        """Say why the organisations of an area may not be kept by who brings the sheet; asked once of each."""
        if area.pk not in self.verdicts:
            verdict = rules.may_keep_organisations(self.frame.by, area, self.frame.at)
            if not self.frame.area.contains(area):
                outside = format_lazy(_("{area} lies outside of {here}."), area=area.name, here=self.frame.area.name)
                self.verdicts[area.pk] = Problem("area", outside, _("Bring it where it lies."))
            else:
                self.verdicts[area.pk] = None if verdict.ok else Problem("area", verdict.reason, _("Leave it out."))
        return self.verdicts[area.pk]

    def _bare(self, area: Area, name: str) -> str:
        """Return a folded name without those of the area and of the areas above before it."""
        return without_places(fold(name), [self.names_of_places.get(code, "") for code in area.codes])


def _key(subject: int | None, row: int) -> object:
    """Return what stands for an organisation: its key, or of a new one its row."""
    return subject or f"row {row}"


def is_above_itself(key: object, above: Mapping[object, object]) -> bool:
    """Say whether somebody comes to stand above themselves. above: each → the one above it."""
    place, seen = above.get(key), set()
    while place is not None and place != key and place not in seen:
        seen.add(place)
        place = above.get(place)
    return place == key
