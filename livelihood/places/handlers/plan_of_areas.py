"""What each row of a sheet of areas would do, told from a few queries whatever the number of rows."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.cycles.areas import romanised
from livelihood.cycles.models import Area
from livelihood.cycles.states import Level, is_lower
from livelihood.cycles.tree import codes_above
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
from livelihood.places.hanging import hanging_on_all

COLUMNS = {
    "name_zh": "name_zh",
    "name_en": "name_en",
    "valid_from": "valid_from",
    "valid_until": "valid_to",
    "longitude": "longitude",
    "latitude": "latitude",
    "source": "source",
}
"""Columns that may be corrected, and the fields that hold them."""

TEXTS = {"name_zh", "name_en", "source"}
TOWNSHIP_LENGTH = 9
SAME_NAME = "same_name"
NAME_OF_ANOTHER = "name_of_another"
MOVED = _("A code stays where it lies.")
STILL = _("Other areas still lie in it.")
ANOTHER = _("Leave it out, or enter an area that moved under its new code.")


def stored_values(area: Area) -> dict[str, Any]:
    """Return what is stored of an area, by column."""
    values = {column: getattr(area, field) for column, field in COLUMNS.items()}
    parent = area.parent.code if area.parent else None
    return values | {"code": area.code, "level": area.level, "parent": parent}


def as_stored(column: str, value: Any) -> Any:
    """Return a value as its field holds it: an empty text where there is none."""
    return "" if value is None and column in TEXTS else value


class PlanOfAreas:
    """The rows of a sheet beside what is stored."""

    def __init__(self, frame: Frame, rows: Sequence[Row]) -> None:
        self.frame, self.rows = frame, rows
        self.here = {row.values["code"]: row for row in rows}
        named = {frame.area.code, *self.here}
        for row in rows:
            named |= {row.values.get("parent") or "", *codes_above(row.values["code"])}
        stored = Area.objects.select_related("parent").filter(code__in=named)
        self.stored = {area.code: area for area in stored}
        self.kept: dict[int, Problem | None] = {}
        self.lasting = self._lasting()
        ended = [area.pk for code, area in self.stored.items() if self._ends(code)]
        self.hanging = hanging_on_all(Area, ended, frame.at)
        self.twins = self._twins()
        self.holders = self._holders()

    def lines(self) -> list[Line]:
        """Return one line for each row."""
        return [
            self._known(row, self.stored[row.values["code"]])
            if row.values["code"] in self.stored
            else self._new(row, row.values.get("name_zh") or row.values["code"])
            for row in self.rows
        ]

    def _known(self, row: Row, area: Area) -> Line:
        name = row.values.get("name_zh") or area.name
        if problem := self._may_keep(area):
            return refused(row, name, problem, subject=area.pk)
        problems = list(self._moves(row, area))
        stored = stored_values(area)
        line = compared(row, name, area.pk, {column: stored[column] for column in COLUMNS}, own=area)
        changed = {change.column for change in line.changes}
        begins, ends = (row.values.get(column, stored[column]) for column in ("valid_from", "valid_until"))
        problems += wrong_days(begins, ends)
        above = self._end_above(area)
        if "valid_until" in changed and above and (ends or date.max) > above and area.parent:
            problems.append(has_ended(area.parent.name))
        if "valid_until" in changed and ends and any(last is None or last > ends for last in self.lasting[area.code]):
            problems.append(Problem("valid_until", STILL, _("End these first, or in the same sheet.")))
        elif "valid_until" in changed and ends and area.pk in self.hanging:
            problems.append(hangs_on_it(self.hanging[area.pk]))
        if problems:
            return refused(row, name, *problems, subject=area.pk)
        holder = self.holders.get((area.parent_id, fold(name)))
        if "name_zh" in changed and holder not in {None, area} and self.frame.answer(row, NAME_OF_ANOTHER) != YES:
            asked = format_lazy(
                _("{old} ({code}) would be called as {holder} ({other}) is today. Do the codes of this sheet fit?"),
                old=area.name_zh, code=area.code, holder=holder.name_zh, other=holder.code,
            )  # fmt: skip
            question = RowQuestion(NAME_OF_ANOTHER, asked, "name_zh", {YES: _("Both are renamed")})
            return Line(row, RowOutcome.DOUBT, name, area.pk, line.changes, questions=[question])
        return line

    def _new(self, row: Row, name: str) -> Line:
        parent = self._parent_of(row)
        problems: list[Problem] = []
        if not row.values.get("name_zh"):
            problems.append(Problem("name_zh", _("A new area needs a name."), _("Write its name in Chinese.")))
        anchor = self._anchor(parent)
        if anchor is None:
            remedy = _("Check the spelling, write its code, or have it added first.")
            problems.append(Problem("parent", _("The area above is not there."), remedy))
        elif not_kept := self._may_keep(anchor):
            problems.append(not_kept)
        level = self._level_of(row.values["code"])
        above = self._level_of(parent) if anchor else None
        if above is not None and not is_lower(level, above):
            too_high = _("An area lies in one of a higher level.")
            problems.append(Problem("level", too_high, _("Correct the level, or the area above.")))
        problems += wrong_days(row.values.get("valid_from"), row.values.get("valid_until"))
        if (ended := self._end_of(parent)) and (row.values.get("valid_until") or date.max) > ended:
            problems.append(has_ended(self._name_of(parent)))
        english = row.values.get("name_en") or romanised.name_in_english(row.values["code"], name)
        row = with_values(row, parent=parent, level=level, name_en=english)
        if problems:
            return refused(row, name, *problems)
        twin = self.twins.get((parent, fold(name)))
        if twin and self.frame.answer(row, SAME_NAME) != YES:
            asked = format_lazy(_("{area} ({code}) has this name already."), area=twin.name_zh, code=twin.code)
            question = RowQuestion(SAME_NAME, asked, "name_zh", {YES: _("This is another one")})
            return Line(row, RowOutcome.DOUBT, name, questions=[question])
        return Line(row, RowOutcome.NEW, name)

    def _may_keep(self, area: Area) -> Problem | None:
        """Say why an area, or what lies below it, may not be kept by who brings the sheet; asked once of each."""
        if area.pk not in self.kept:
            verdict = rules.may_keep_areas(self.frame.by, area, self.frame.at)
            if not self.frame.area.contains(area):
                outside = format_lazy(_("{area} lies outside of {here}."), area=area.name, here=self.frame.area.name)
                self.kept[area.pk] = Problem("code", outside, _("Bring it where it lies."))
            else:
                self.kept[area.pk] = None if verdict.ok else Problem("code", verdict.reason, _("Leave it out."))
        return self.kept[area.pk]

    def _moves(self, row: Row, area: Area) -> Iterator[Problem]:
        parent, level = row.values.get("parent"), row.values.get("level")
        if parent and parent != (area.parent.code if area.parent else None):
            yield Problem("parent", MOVED, ANOTHER)
        if level and level != area.level:
            yield Problem("level", _("A code keeps its level."), ANOTHER)

    def _parent_of(self, row: Row) -> str:
        """Return the code of the area above a new one: as written, else as its digits say, else that of the sheet."""
        known = (code for code in codes_above(row.values["code"]) if code in self.stored or code in self.here)
        return row.values.get("parent") or next(known, self.frame.area.code)

    def _anchor(self, code: str) -> Area | None:
        """Return the nearest area that is stored, at or above a code of the sheet; None where it leads nowhere."""
        seen = set()
        while code not in self.stored and code in self.here and code not in seen:
            seen.add(code)
            code = self._parent_of(self.here[code])
        return self.stored.get(code)

    def _level_of(self, code: str) -> Level:
        """Return the level of a code: as stored, as written, else as its digits say."""
        if code in self.stored:
            return Level(self.stored[code].level)
        if code in self.here and (written := self.here[code].values.get("level")):
            return Level(written)
        if len(code) == TOWNSHIP_LENGTH:
            return Level.TOWNSHIP
        if code.endswith("0000"):
            return Level.PROVINCE
        return Level.CITY if code.endswith("00") else Level.COUNTY

    def _ends(self, code: str) -> bool:
        """Say whether a row lets an area end on a day that is not stored."""
        last = self.here[code].values.get("valid_until") if code in self.here else None
        return last is not None and last != self.stored[code].valid_to

    def _end_of(self, code: str) -> date | None:
        """Return the last day of an area as it will be."""
        row, area = self.here.get(code), self.stored.get(code)
        stored: date | None = area.valid_to if area else None
        return row.values.get("valid_until", stored) if row else stored

    def _end_above(self, area: Area) -> date | None:
        """Return the last day of the area above a stored one as it will be."""
        row = self.here.get(area.parent.code) if area.parent else None
        stored = area.parent.valid_to if area.parent else None
        return row.values.get("valid_until", stored) if row else stored

    def _name_of(self, code: str) -> str:
        row, area = self.here.get(code), self.stored.get(code)
        return area.name if area else str(row.values.get("name_zh") if row else code)

    def _lasting(self) -> Mapping[str, list[date | None]]:
        """Return the last days, as they will be, of what is stored below areas that the sheet ends."""
        ended = [code for code, row in self.here.items() if row.values.get("valid_until")]
        below: dict[str, list[date | None]] = defaultdict(list)
        rows = Area.objects.filter(parent__code__in=ended).values_list("parent__code", "code", "valid_to")
        for parent, code, last in rows if ended else ():
            row = self.here.get(code)
            below[parent].append(row.values.get("valid_until", last) if row else last)
        return below

    def _twins(self) -> Mapping[tuple[str, str], Area]:
        """Return areas that go on, by the code of the one above and folded name, where the sheet adds others there."""
        above = {self._parent_of(row) for row in self.rows if row.values["code"] not in self.stored}
        rows = Area.objects.filter(parent__code__in=above, valid_to__isnull=True).exclude(code__in=self.here)
        return {(row.parent.code, fold(row.name_zh)): row for row in rows.select_related("parent") if row.parent}

    def _holders(self) -> Mapping[tuple[int | None, str], Area]:
        """Return, by the area above and folded name, what is called today as an area of the sheet is to be called."""
        renamed = [
            self.stored[code]
            for code, row in self.here.items()
            if code in self.stored and fold(row.values.get("name_zh") or "-") != fold(self.stored[code].name_zh)
        ]
        above = {area.parent_id for area in renamed if area.parent_id}
        rows = Area.objects.filter(parent__in=above, valid_to__isnull=True) if above else ()
        return {(row.parent_id, fold(row.name_zh)): row for row in rows}


def has_ended(name: str) -> Problem:
    """Say that the area above has ended."""
    problem = format_lazy(_("{area} has ended."), area=name)
    return Problem("parent", problem, _("What lies in it cannot begin or go on."))
