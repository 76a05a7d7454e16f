"""The list of sites from a sheet or from the hand of a program: what it would do, written at once, and taken back."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.audit.services import record
from livelihood.cycles.models import Cycle
from livelihood.kernel.errors import InvalidInput, Text
from livelihood.kernel.folding import fold
from livelihood.kernel.sheets.declaration import written
from livelihood.kernel.sheets.handling import (
    KEEP,
    Change,
    Done,
    Frame,
    ImportOutdated,
    Line,
    RowOutcome,
    RowQuestion,
    Written,
    refused,
    with_values,
)
from livelihood.kernel.sheets.resolving import Problem
from livelihood.kernel.sheets.results import Row
from livelihood.kernel.verdict import Verdict, require
from projects import rules, selectors
from projects.acts import ProjectAct
from projects.exporters import HEADINGS
from projects.importers import NEEDED, STORED, SiteFinder, SiteRow, contradictions
from projects.models import Indicator, Project
from projects.selectors.lookups import Lookups
from projects.services import planning
from projects.services.doubts import MOVED, Doubts, are_near, moved
from projects.services.lights import refresh_lights
from projects.services.planning import Difference
from projects.services.promises import lock_cycle
from projects.services.staging import Stored, digests, packed, remove, staged

UPDATE, ADD = "update", "add"
"""Answers to whether a row is a site that is listed under another key."""

SAME_SITE = "same_site"
DIGEST = 32
"""Characters with which what is prepared begins: what it was compared with."""

GIVEN_DIGITS = 3
NAME, AREA, KEY, PROJECT, LONGITUDE, LATITUDE = (
    STORED.index(name) for name in ("name", "area_id", "key", "project_id", "longitude", "latitude")
)
EMPTY: Mapping[str, Any] = dict.fromkeys(STORED[2:]) | {"address": "", "source": ""}
CHANGED_SINCE = Problem(
    "key",
    _("Somebody has changed this site or reported on it since."),
    _("Correct it by hand where it is not right."),
)
NO_PROJECT_NAMED = Problem(
    "project", _("The row names no project, and its key is not that of one site alone."), _("Name the project.")
)
ALL = frozenset(STORED)
COLUMNS = {column: column.removesuffix("_id") for column in STORED}
"""Column of the table → column of the sheet."""


class SitesWrong(InvalidInput):
    """Sites that come from no file break a rule."""

    code = "sites_wrong"


@transaction.atomic
def write_sites(*, cycle: Cycle, rows: Sequence[SiteRow], by: User, at: datetime) -> int:
    """Write sites that come from no file, by the same checks and in the same way; return how many are new.

    rows: no two of one project with the same key.

    :raises NotAllowed: by rule.
    :raises SitesWrong: a row breaks a rule.
    """
    cycle = lock_cycle(cycle)
    require(rules.may_import_sites(by, cycle, at))
    with staged(packed(enumerate(rows))) as staging:
        plan = planning.plan(Lookups(cycle), rows, staging)
        if plan.problems:
            raise SitesWrong(next(iter(plan.problems.values())).problem)
        staging.write(cycle, selectors.light_rule(cycle), on=timezone.localdate(at))
    if plan.changed:
        refresh_lights(cycle=cycle, at=at)
    new = len(rows) - len(plan.known)
    record(ProjectAct.SITES_WRITTEN, cycle, by=by, at=at, cycle_id=cycle.pk, new=new, changed=len(plan.changed))
    return new


def plan_sheet(frame: Frame, cycle: Cycle, rows: Sequence[Row]) -> tuple[list[Line], bytes]:
    """Say what each row of a sheet would do to the list, and return what writing them will need."""
    sheet = _Listing(frame, cycle, rows)
    lines = [sheet.place(row) for row in rows]
    kept = [line for line in lines if line.own is not None]
    prepared = packed((line.row.number, line.own) for line in kept)
    with staged(prepared) as staging:
        # What the plan is compared with is noted before it is made: a change in between is then found by the writing.
        basis = staging.basis()
        plan = planning.plan(sheet.lookups, [line.own for line in kept], staging)
    for index, line in enumerate(kept):
        sheet.judge(line, plan, index)
    return lines, basis.encode() + prepared


@transaction.atomic
def write_sheet(*, cycle: Cycle, prepared: bytes, at: datetime) -> list[Done]:
    """Write what `plan_sheet` has prepared, in the transaction of an import.

    :raises ImportOutdated: the sites have changed since.
    """
    with staged(prepared[DIGEST:]) as staging:
        if staging.basis() != prepared[:DIGEST].decode():
            raise ImportOutdated
        before = staging.known(differing=True)
        staging.write(cycle, selectors.light_rule(cycle), on=timezone.localdate(at))
        done = [
            Done(place, pk, [digest, [_kept(value) for value in before[identity][: len(STORED)]]])
            if identity in before
            else Done(place, pk, [digest])
            for place, pk, digest, identity in staging.became()
        ]
    if before:
        refresh_lights(cycle=cycle, at=at)
    return done


@transaction.atomic
def take_back_sheet(*, cycle: Cycle, lines: Sequence[Written], at: datetime) -> dict[int, Problem]:
    """Put back what was and remove what was new, in the transaction of an import; return which rows stay, and why."""
    stays, back = _staying(cycle, lines)
    with staged(packed((place, row) for place, row in back if place not in stays)) as staging:
        staging.write(cycle, selectors.light_rule(cycle), on=timezone.localdate(at))
    remove([line.subject for line in lines if line.is_new and line.row not in stays])
    refresh_lights(cycle=cycle, at=at)
    return stays


@transaction.atomic
def staying_of_sheet(*, cycle: Cycle, lines: Sequence[Written]) -> dict[int, Problem]:
    """Return which rows `take_back_sheet` would leave as they are, and why; nothing is written."""
    return _staying(cycle, lines)[0]


def _staying(cycle: Cycle, lines: Sequence[Written]) -> tuple[dict[int, Problem], list[tuple[int, SiteRow]]]:
    """Return which rows stay, and why; and of those that are no new sites what is to be put back, if they do not."""
    pks = [line.subject for line in lines]
    now, used = digests(pks), selectors.used_sites(pks)
    stays: dict[int, Problem] = {}
    back: list[tuple[int, SiteRow]] = []
    for line in lines:
        if now.get(line.subject) != line.kept[0] or (line.is_new and line.subject in used):
            stays[line.row] = CHANGED_SINCE
        elif not line.is_new:
            back.append((line.row, _row_of(line.kept[1])))
    if back:
        with staged(packed(back)) as staging:
            plan = planning.plan(Lookups(cycle), [row for _place, row in back], staging)
        stays |= {back[index][0]: problem for index, problem in plan.problems.items()}
    return stays, back


def _kept(value: Any) -> Any:
    return written(value) if isinstance(value, Decimal | date) else value


def _row_of(kept: Sequence[Any]) -> SiteRow:
    """Return the row of a list that was written down as text."""
    return SiteRow(*(TYPES.get(column, _as_it_is)(value) for column, value in zip(STORED, kept, strict=True)))


def _as_it_is(value: Any) -> Any:
    return value


def _number(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)


TYPES: Mapping[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("starts_on", "due_on"), date.fromisoformat),
    **dict.fromkeys(("longitude", "latitude", "quantity_planned"), _number),
}


class _Listing:
    """Turns the rows of one sheet into rows of the list, each with what is there already."""

    def __init__(self, frame: Frame, cycle: Cycle, rows: Sequence[Row]) -> None:
        self.frame, self.cycle = frame, cycle
        self.lookups = Lookups(cycle)
        self.finder = SiteFinder(self.lookups)
        self.doubts = Doubts(self.lookups)
        self.stored = selectors.stored_sites(cycle, STORED)
        self.by_key: dict[str, list[Stored]] = defaultdict(list)
        self.by_name: dict[tuple[int, str], list[Stored]] = defaultdict(list)
        for identity, site in self.stored.items():
            self.by_key[identity[1]].append(site)
            self.by_name[identity[0], fold(site[NAME])].append(site)
        self.named = {fold(key) for row in rows if (key := row.values.get("key"))}
        self.seen: dict[tuple[int, str, int], int] = {}
        self.claimed: dict[tuple[int, str], int] = {}
        self.given: dict[int, int] = {}
        self.taken: dict[int, set[str]] = {}
        self.allowed: dict[tuple[int, int | None], Verdict] = {}
        self.forbidden: dict[int, Problem] = {}

    def place(self, row: Row) -> Line:
        """Return a row's line with its row of the list as `own`, or why it can have none."""
        values = row.values
        project, indicator, _problems = self.finder.promise(values)
        key = values.get("key")
        if project is None:
            sites = self.by_key.get(fold(key), []) if key else []
            if len(sites) != 1:
                return refused(row, _name(row), NO_PROJECT_NAMED)
            project = self.lookups.projects_by_key[sites[0][PROJECT]]
        if key is None:
            key = self._key_for(row, project)
            if isinstance(key, Problem):
                return refused(row, _name(row), key)
            row = with_values(row, key=key)
        identity = project.pk, fold(key)
        site = self.stored.get(identity)
        if site is None and (answered := self._answered(row, project)) is not None:
            site, key = answered, answered[KEY]
            identity = project.pk, fold(key)
        if (first := self.claimed.setdefault(identity, row.number)) != row.number:
            problem = format_lazy(_("This site stands already in row {row}."), row=first)
            return refused(row, _name(row), Problem("key", problem, _("Remove one of the two rows.")))
        return self._line(row, key, project, indicator, site)

    def _line(self, row: Row, key: str, project: Project, indicator: Indicator | None, site: Stored | None) -> Line:
        """Return the line of a row whose site, or that it is new, is known."""
        values, name = row.values, _name(row)
        before = planning.as_row(site) if site is not None else None
        area = self.lookups.areas_by_key[before.area_id] if before else None
        told = self.finder.told(values, area)
        if indicator is not None and (before is None or values.get("indicator") or "project_name" in values):
            told["indicator_id"] = indicator.pk
        if before is None:
            if missing := [HEADINGS[column] for column in NEEDED if column not in values]:
                return refused(row, name, _lacks(missing))
            if indicator is None:
                return refused(row, name, self.finder.nameless(project))
            told.setdefault("starts_on", min(self.lookups.first_day, told["due_on"]))
            own = SiteRow(project.pk, key, **{**EMPTY, **told})
        else:
            if self.frame.answer(row, MOVED) == KEEP:
                told.pop("due_on", None)
            own = before._replace(**told)
            if problems := contradictions(None, own.starts_on, own.due_on, (own.longitude, own.latitude)):
                return refused(row, name, *problems)
        if problem := self._forbidden(project, own.organisation_id if before is None else before.organisation_id):
            if before is None:
                return refused(row, name, problem)
            self.forbidden[row.number] = problem
        return Line(row, RowOutcome.NEW if site is None else RowOutcome.UNCHANGED, own.name, own=own)

    def judge(self, line: Line, plan: planning.Plan, index: int) -> None:
        """Say what became of a line in the plan of the whole list, and what is in doubt about it."""
        own: SiteRow = line.own
        if problem := plan.problems.get(index):
            line.outcome, line.problems = RowOutcome.REFUSED, [problem]
            return
        changes = plan.changed.get(index, ())
        if changes and (forbidden := self.forbidden.get(line.row.number)):
            line.outcome, line.problems = RowOutcome.REFUSED, [forbidden]
            return
        if index in plan.known:
            line.outcome = RowOutcome.CHANGED if changes else RowOutcome.UNCHANGED
            line.changes = [self._shown(change) for change in changes]
            line.because = self._because(line.row) if changes else ""
        columns = {change.column for change in changes} if index in plan.known else ALL
        questions = [*self.doubts.of(own, columns)]
        later = next((one for one in changes if one.column == "due_on" and one.new > one.old), None)
        if later and not line.because:
            questions.append(moved(later.old, later.new))
        if line.outcome == RowOutcome.NEW and (others := self._others(line.row, own.project_id, own.area_id, own)):
            questions.append(_same_site(others[0]))
        line.questions = [one for one in questions if self.frame.answer(line.row, one.code) is None]
        if line.questions:
            line.outcome = RowOutcome.DOUBT

    def _because(self, row: Row) -> str:
        """Return why a row changes its site, as its own columns or an answer say."""
        told = [text for name in ("reason", "decision") if (text := row.values.get(name))]
        return "；".join(told) or self.frame.said(row, MOVED)

    def _forbidden(self, project: Project, organisation: int | None) -> Problem | None:
        """Return why this person may change no site of a project and unit; None where they may."""
        asked = project.pk, organisation
        if asked not in self.allowed:
            self.allowed[asked] = rules.may_list_site(self.frame.by, self.cycle, project, organisation, self.frame.at)
        if verdict := self.allowed[asked]:
            return None
        remedy = _("Leave the row out, or have the department in charge bring it.")
        return Problem("project", verdict.reason, remedy)

    def _key_for(self, row: Row, project: Project) -> str | Problem:
        """Return the key of a row that has none: of the site of its name, or the next one that is free."""
        area = self.lookups.areas.get(row.values.get("area") or "")
        identity = project.pk, fold(_name(row)), area.pk if area else 0
        if (first := self.seen.setdefault(identity, row.number)) != row.number:
            problem = format_lazy(_("The same name stands already in row {row}, and neither has a key."), row=first)
            return Problem("name", problem, _("Give both a key, or remove one of them."))
        here = [site for site in self.by_name.get(identity[:2], ()) if area is None or site[AREA] == area.pk]
        if len(here) == 1:
            return str(here[0][KEY])
        if project.pk not in self.taken:
            self.taken[project.pk] = {key for owner, key in self.stored if owner == project.pk}
        numbers = count(self.given.get(project.pk, 0) + 1)
        number = next(n for n in numbers if _given(project, n) not in self.taken[project.pk])
        self.given[project.pk] = number
        return _given(project, number)

    def _others(self, row: Row, project_id: int, area_id: int, own: SiteRow) -> list[Stored]:
        """Return the sites of the same name and nearly the same place that are listed under another key."""
        if not self.stored:
            return []
        found = self.by_name.get((project_id, fold(own.name)), ())
        return [
            site
            for site in found
            if site[AREA] == area_id
            and fold(site[KEY]) not in self.named
            and are_near((own.longitude, own.latitude), (site[LONGITUDE], site[LATITUDE]))
        ]

    def _answered(self, row: Row, project: Project) -> Stored | None:
        """Return the site that somebody has said a row to be."""
        if self.frame.answer(row, SAME_SITE) != UPDATE:
            return None
        sites = [s for s in self.by_name.get((project.pk, fold(_name(row))), ()) if fold(s[KEY]) not in self.named]
        return sites[0] if sites else None

    def _shown(self, change: Difference) -> Change:
        column = COLUMNS[change.column]
        return Change(column, self._value(column, change.old), self._value(column, change.new))

    def _value(self, column: str, value: Any) -> Any:
        """Return a stored value as a sheet would write it."""
        if value is None:
            return None
        names: Mapping[str, Callable[[Any], Any]] = {
            "indicator": lambda pk: self.lookups.indicators_by_key[pk].name,
            "area": lambda pk: f"{(area := self.lookups.areas_by_key[pk]).code} {area.name_zh}",
            "standard": lambda pk: self.lookups.standard_names[pk],
            "organisation": lambda pk: self.lookups.unit_names[pk],
        }
        return names[column](value) if column in names else value


def _name(row: Row) -> str:
    return row.values.get("name") or row.values.get("key") or ""


def _given(project: Project, number: int) -> str:
    return f"{project.number}-{number:0{GIVEN_DIGITS}}"


def _lacks(missing: Sequence[Text]) -> Problem:
    listed = format_lazy("、".join(["{}"] * len(missing)), *missing)
    problem = format_lazy(_("This site is new, and the sheet has no column for: {missing}."), missing=listed)
    return Problem("key", problem, _("Add the columns, or correct the key of a site that is there."))


def _same_site(site: Stored) -> RowQuestion:
    problem = format_lazy(
        _("“{name}” stands on the list under the key {key}, in the same place. Is it the same site?"),
        name=site[NAME],
        key=site[KEY],
    )
    answers = {
        UPDATE: _("The same site: update it, it keeps its key"),
        ADD: _("Another site: add it"),
    }
    return RowQuestion(SAME_SITE, problem, "key", answers)
