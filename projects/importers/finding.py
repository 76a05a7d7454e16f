"""What the rows of a list of sites name: found among what is stored, or said to be wrong."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.cycles.models import Area
from livelihood.cycles.tree import Tree
from livelihood.kernel.folding import fold
from livelihood.kernel.sheets import quantities
from livelihood.kernel.sheets.cells import CellProblem
from livelihood.kernel.sheets.quantities import Quantity
from livelihood.kernel.sheets.resolving import Problem, Resolved
from projects.importers.rows import TEXTS, SiteRow
from projects.models import Indicator, Project
from projects.selectors.lookups import Lookups
from projects.states import CountedBy

_NUMBERED = re.compile(
    r"^(?:第?[一二三四五六七八九十\d]{1,3}[项件]?[、.,: ]|\([一二三四五六七八九十\d]{1,3}\))[、. ]?|^\d{1,2}(?=\D)"
)
"""What may stand before the title of a project; ① is 1 when it is folded."""

NO_AREA = _("There is no such code of GB/T 2260 in this area.")
NO_STANDARD = _("There is no such standard this year.")
NO_UNIT = _("There is no unit of this name in this area or the one above.")
NO_PROJECT = _("There is no such project.")
CHECK = _("Check the spelling, or have it added first.")

NO_SUCH = _("The project has no indicator of this name.")
NO_INDICATOR = Problem("indicator", NO_SUCH, _("Write the name as on the project list, or add the indicator first."))


class AreaFinder:
    """Finds the areas that rows name."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.known: dict[tuple[str | None, str | None], Resolved] = {}

    def find(self, values: Mapping[str, Any]) -> Resolved:
        """Say which area a row lies in; a name beside the code has to be its name."""
        asked = values.get("area"), values.get("area_name")
        if asked not in self.known:
            self.known[asked] = self._find(*asked)
        return self.known[asked]

    def _find(self, area: str | None, name: str | None) -> Resolved:
        if area is None:
            return Resolved()
        try:
            code = self.tree.code_of(area)
        except CellProblem as error:
            return Resolved(problems=[Problem("area", error.problem, error.remedy)])
        here = self.tree.name_of(code)
        if name and here and fold(here) not in fold(name):
            problem = format_lazy(_("The code is of {here}, and {name} stands beside it."), here=here, name=name)
            return Resolved(problems=[Problem("area_name", problem, _("Correct one of the two."))])
        return Resolved({"area": code} if code != area else {})


class SiteFinder:
    """Finds what the rows of a year's list name, each name once."""

    def __init__(self, lookups: Lookups) -> None:
        self.lookups, self.days = lookups, lookups.days
        self.areas = AreaFinder(Tree.stored(lookups.cycle.area))
        self.by_title = {fold(project.title): project for project in lookups.projects.values()}
        self.by_indicator: dict[str, list[Indicator]] = {}
        self.by_project: dict[int, list[Indicator]] = {}
        for indicator in lookups.indicators_by_key.values():
            self.by_indicator.setdefault(fold(indicator.name), []).append(indicator)
            self.by_project.setdefault(indicator.project_id, []).append(indicator)
        self.standards = {fold(name): standard for name, standard in lookups.standards.items()}
        self.promises: dict[tuple[Any, Any, Any], tuple[Project | None, Indicator | None, list[Problem]]] = {}
        self.full: dict[tuple[str, str | None], str] = {}
        self.names: dict[tuple[Any, Any, Any], list[Problem]] = {}

    def find(self, values: Mapping[str, Any]) -> Resolved:
        """Say what a row says when the lists of the year are known, or all that is wrong with it."""
        project, indicator, problems = self.promise(values)
        area = self.areas.find(values)
        code = area.values.get("area") or values.get("area")
        problems = [*problems, *area.problems, *self._dates(values), *self._named(values, code)]
        if code is not None and not area.problems and code not in self.lookups.areas:
            problems.append(Problem("area", NO_AREA, CHECK))
        starts_on, due_on = values.get("starts_on"), values.get("due_on")
        if not problems and indicator is None and values.get("indicator"):
            problems.append(NO_INDICATOR)
        problems += contradictions(indicator, starts_on or due_on, due_on, (None, None))
        found = dict(area.values)
        if indicator is not None and (planned := values.get("quantity_planned")) is not None:
            counted = _counted(planned, indicator.unit)
            if isinstance(counted, Problem):
                problems.append(counted)
            else:
                found["quantity_planned"] = counted
        if problems:
            return Resolved(problems=problems)
        if unit := values.get("organisation"):
            found["organisation"] = self._in_full(unit, code)
        if project is not None:
            found["project"] = project.number
        if indicator is not None:
            found["indicator"] = indicator.name
        return Resolved(found)

    def _named(self, values: Mapping[str, Any], code: str | None) -> list[Problem]:
        """Say which standard or unit is not known."""
        asked = values.get("standard"), values.get("organisation"), code
        if asked not in self.names:
            self.names[asked] = self._find_named(*asked)
        return self.names[asked]

    def _find_named(self, standard: str | None, unit: str | None, code: str | None) -> list[Problem]:
        problems = []
        if standard and fold(standard) not in self.standards:
            problems.append(Problem("standard", NO_STANDARD, CHECK))
        area = self.lookups.areas.get(code or "")
        if unit and area and self.lookups.unit(unit, area) is None:
            remedy = _("Check the spelling, or have the unit added first.")
            problems.append(Problem("organisation", NO_UNIT, remedy))
        return problems

    def _in_full(self, unit: str, code: str | None) -> str:
        """Return the full name of the unit that a row means, where it is found by it as well; else what is written."""
        if (unit, code) not in self.full:
            area = self.lookups.areas.get(code or "")
            key = self.lookups.unit(unit, area) if area else None
            name = self.lookups.unit_names.get(key, unit) if key is not None else unit
            is_found = area is not None and fold(name) != fold(unit) and self.lookups.unit(name, area) == key
            self.full[unit, code] = name if is_found else unit
        return self.full[unit, code]

    def told(self, values: Mapping[str, Any], area: Area | None) -> dict[str, Any]:
        """Return what a row that was found right says of a site, by column of the table.

        area: of the site, where the row does not say it.
        """
        told = {name: values[name] or "" for name in TEXTS if name in values}
        told |= {name: values[name] for name in ("longitude", "latitude") if name in values}
        told |= {name: day for name in ("starts_on", "due_on") if (day := values.get(name)) is not None}
        if (code := values.get("area")) is not None:
            area = self.lookups.areas[code]
            told["area_id"] = area.pk
        if "quantity_planned" in values:
            planned = values["quantity_planned"]
            told["quantity_planned"] = planned.number if planned is not None else None
        if "standard" in values:
            standard = values["standard"]
            told["standard_id"] = self.standards[fold(standard)].pk if standard else None
        if "organisation" in values and area is not None:
            unit = values["organisation"]
            told["organisation_id"] = self.lookups.unit(unit, area) if unit else None
        return told

    def _dates(self, values: Mapping[str, Any]) -> list[Problem]:
        first, last = self.days
        return [
            _out_of_range(name, first, last)
            for name in ("starts_on", "due_on")
            if (day := values.get(name)) is not None and not first <= day <= last
        ]

    def promise(self, values: Mapping[str, Any]) -> tuple[Project | None, Indicator | None, list[Problem]]:
        """Say of which project and indicator a row is, as far as it says so, and what is wrong with that."""
        asked = values.get("project"), values.get("project_name"), values.get("indicator")
        if asked not in self.promises:
            self.promises[asked] = self._find_promise(*asked)
        return self.promises[asked]

    def _find_promise(
        self, number: int | None, title: str | None, name: str | None
    ) -> tuple[Project | None, Indicator | None, list[Problem]]:
        """Find project and indicator: by number, else by title, else by the indicator that stands as its title."""
        if number is None and not title:
            return None, None, []
        lookups, key = self.lookups, fold(title or "")
        if key not in self.by_title and key not in self.by_indicator:
            key = _NUMBERED.sub("", key)
        named = self.by_title.get(key)
        alone = self.by_indicator.get(key, [])
        project = lookups.projects.get(str(number)) if number is not None else named
        if project is None and number is None and len(alone) == 1:
            project = alone[0].project
        if project is None:
            return None, None, [Problem("project" if number is not None else "project_name", NO_PROJECT, CHECK)]
        if named is not None and named != project:
            problem = format_lazy(_("Number {number} is another project."), number=number)
            return project, None, [Problem("project_name", problem, _("Correct one of the two."))]
        if name:
            own = [one for one in self.by_project.get(project.pk, []) if fold(one.name) == fold(name)]
            return project, own[0] if own else None, []
        own = [one for one in alone if one.project_id == project.pk]
        counted = [one for one in self.by_project.get(project.pk, []) if one.counted_by == CountedBy.SITES]
        if len(own or counted) == 1:
            return project, (own or counted)[0], []
        return project, None, []

    def nameless(self, project: Project) -> Problem:
        """Say that a new site of a project of several indicators has to name its own."""
        counted = [one for one in self.by_project.get(project.pk, []) if one.counted_by == CountedBy.SITES]
        problem = format_lazy(_("This project has {count} indicators, and none is named."), count=len(counted))
        return Problem("indicator", problem, _("Name the indicator."))


@lru_cache(maxsize=1_000)
def _counted(planned: Quantity, unit: str) -> Quantity | Problem:
    """Return a quantity in the unit of its indicator, or why there is none."""
    try:
        number = planned.in_unit(unit)
        quantities.check_number(number, 4, 18)
    except CellProblem as error:
        return Problem("quantity_planned", error.problem, error.remedy)
    return Quantity(number, unit)


def _out_of_range(column: str, first: date, last: date) -> Problem:
    remedy = format_lazy(_("Write a date from {earliest} to {latest}."), earliest=str(first), latest=str(last))
    return Problem(column, _("This date is out of range."), remedy)


def contradictions(
    indicator: Indicator | None, starts_on: date | None, due_on: date | None, point: Sequence[Decimal | None]
) -> list[Problem]:
    """Say what of a site cannot be true together. point: longitude and latitude."""
    problems, (longitude, latitude) = [], point
    if indicator is not None and indicator.counted_by != CountedBy.SITES:
        remedy = _("Choose an indicator that is counted by sites.")
        problems.append(Problem("indicator", _("This indicator is reported by areas and has no sites."), remedy))
    if starts_on and due_on and starts_on > due_on:
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
    problems = [] if indicator is not None else [NO_INDICATOR]
    problems += contradictions(indicator, row.starts_on, row.due_on, (row.longitude, row.latitude))
    elsewhere = _("Choose one of this year.")
    if area is None:
        problems.append(Problem("area", NO_AREA, elsewhere))
    elif row.organisation_id is not None:
        name = lookups.unit_names.get(row.organisation_id, "")
        if row.organisation_id != lookups.unit(name, area):
            problems.append(Problem("organisation", NO_UNIT, elsewhere))
    if row.standard_id is not None and row.standard_id not in lookups.standard_names:
        problems.append(Problem("standard", NO_STANDARD, elsewhere))
    problems += [
        _out_of_range(column, first, last)
        for column, day in (("starts_on", row.starts_on), ("due_on", row.due_on))
        if not first <= day <= last
    ]
    return problems
