"""Areas from a sheet: those of a county, or of a whole province, at once."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.cycles.importers import AREAS
from livelihood.cycles.models import Area, Cycle, FormerAreaName
from livelihood.cycles.states import Level
from livelihood.kernel.references import referred_to
from livelihood.kernel.sheets.handling import (
    Done,
    Frame,
    Handler,
    Line,
    Listed,
    RowOutcome,
    Written,
    changed_since,
    staying_in_turn,
)
from livelihood.kernel.sheets.resolving import Problem
from livelihood.kernel.sheets.results import Row
from livelihood.kernel.verdict import Verdict
from livelihood.places import rules
from livelihood.places.handlers import taking_back
from livelihood.places.handlers.days import hangs_on_it, wrong_days
from livelihood.places.handlers.plan_of_areas import (
    COLUMNS,
    STILL,
    PlanOfAreas,
    as_stored,
    has_ended,
    stored_values,
)
from livelihood.places.hanging import hanging_on_all
from livelihood.places.services.areas import address_below


class Areas(Handler):
    """A row is an area, found by its code; what lies outside the area for which the sheet is brought is refused."""

    kind = AREAS
    subject = "cycles.area"
    example = {"code": "330225001", "name_zh": _("Example Subdistrict"), "level": Level.TOWNSHIP.label}
    advice = (
        _("A code is never used again. Whoever has another name keeps the code; the old name stays in sight."),
        _("Level and area above may be left out: they follow from the code."),
    )

    def may_bring(self, by: User, area: Area, cycle: Cycle | None, at: datetime) -> Verdict:
        """May: whoever keeps the areas below this one."""
        return rules.may_keep_areas(by, area, at)

    def lists(self, frame: Frame) -> Sequence[Listed]:
        """Give the levels."""
        return [Listed(_("Levels"), [_("Level")], [[level.label] for level in Level])]

    def addresses(self, frame: Frame, subjects: Collection[int]) -> Mapping[int, str]:
        """Return the addresses of the areas' pages."""
        slugs = Area.objects.filter(pk__in=subjects).values_list("pk", "slug")
        return {pk: reverse("places:area", kwargs={"area": slug}) for pk, slug in slugs}

    def lock(self, frame: Frame) -> Frame:
        """Hold the area and all that lies below it."""
        list(Area.objects.within(frame.area).select_for_update(no_key=True).order_by("pk"))
        return frame

    def plan(self, frame: Frame, rows: Sequence[Row]) -> list[Line]:
        """Say of each row which area it is, and what it says otherwise of it."""
        return PlanOfAreas(frame, rows).lines()

    def write(self, frame: Frame, lines: Sequence[Line]) -> Sequence[Done]:
        """Add what is new, the highest level first, and correct what is there; an old name stays with its last day."""
        new = [line for line in lines if line.outcome is RowOutcome.NEW]
        return [*_add(new), *_correct([line for line in lines if line.outcome is RowOutcome.CHANGED], frame.at)]

    def staying(self, frame: Frame, written: Sequence[Written]) -> Mapping[int, Problem]:
        """Say what was changed since, or is referred to; not by areas that will be as they were."""
        rows, refused = _refused(frame, written)
        kept = [one for one in written if one.row not in refused]
        new = {one.subject: rows[one.subject].parent_id for one in kept if one.is_new}
        free = _free(new, besides=[one.subject for one in kept if not one.is_new])
        return refused | {one.row: taking_back.USED for one in kept if one.is_new and one.subject not in free}

    def take_back(self, frame: Frame, written: Sequence[Written]) -> Mapping[int, Problem]:
        """Put back what was, and remove what was new and nothing refers to."""
        rows, refused = _refused(frame, written)
        kept = [one for one in written if one.row not in refused]
        _put_back([(rows[one.subject], one) for one in kept if not one.is_new])
        return refused | _remove([(rows[one.subject], one) for one in kept if one.is_new])


def _refused(frame: Frame, written: Sequence[Written]) -> tuple[Mapping[int, Area], dict[int, Problem]]:
    """Return the areas that are there, and why rows stay, whatever refers to them."""
    rows = Area.objects.select_related("parent", "successor").in_bulk([one.subject for one in written])
    refused: dict[int, Problem] = {}
    for one in written:
        area = rows.get(one.subject)
        verdict = rules.may_keep_areas(frame.by, area or frame.area, frame.at)
        if not verdict.ok:
            refused[one.row] = Problem("", verdict.reason, "")
        elif area is None:
            refused[one.row] = taking_back.GONE
        elif changed := changed_since(one.changes, stored_values(area)):
            refused[one.row] = changed
    return rows, refused | _contradicting(frame.at, rows, [one for one in written if one.row not in refused])


def _contradicting(at: datetime, rows: Mapping[int, Area], kept: Sequence[Written]) -> dict[int, Problem]:
    """Say which areas would end though something hangs on them or lies in them, or go on in one that has ended."""
    days = {one.subject: taking_back.days_before(one, rows[one.subject]) for one in kept if not one.is_new}
    ending = [pk for pk, (_begins, ends) in days.items() if ends and ends != rows[pk].valid_to]
    hanging = hanging_on_all(Area, ending, at)
    new = {one.subject: rows[one.subject].parent_id for one in kept if one.is_new}
    below: dict[int | None, list[tuple[int, date | None]]] = defaultdict(list)
    if ending:
        others = Area.objects.filter(parent__in=ending).exclude(pk__in=_free(new, besides=days) if new else ())
        for above, pk, last in others.values_list("parent", "pk", "valid_to"):
            below[above].append((pk, last))
    into = {one.subject: one.kept["successor"] for one in kept if not one.is_new and _changes_end(one)}
    there = {None, *Area.objects.filter(pk__in=filter(None, into.values())).values_list("pk", flat=True)}

    def why(pk: int, stays: Collection[int]) -> Problem | None:
        def last(other: int, stored: date | None) -> date | None:
            return days[other][1] if other in days and other not in stays else stored

        area, (begins, ends) = rows[pk], days[pk]
        above = last(area.parent.pk, area.parent.valid_to) if area.parent else None
        if wrong := wrong_days(begins, ends):
            return wrong[0]
        if into.get(pk) not in there:
            problem = _("The area into which it was merged is there no longer.")
            return Problem("valid_until", problem, taking_back.ON_ITS_PAGE)
        if ends == area.valid_to:
            return None
        if pk in hanging:
            return hangs_on_it(hanging[pk], taking_back.ON_ITS_PAGE)
        if ends and any((last(*one) or date.max) > ends for one in below[pk]):
            return Problem("valid_until", STILL, _("End these first."))
        return has_ended(area.parent.name) if area.parent and above and (ends or date.max) > above else None

    stays = staying_in_turn(days, why)
    return {one.row: stays[one.subject] for one in kept if one.subject in stays}


def _add(lines: Sequence[Line]) -> list[Done]:
    done: list[Done] = []
    above = Area.objects.filter(code__in={line.row.values["parent"] for line in lines})
    known = {area.code: area for area in above}
    for level in Level:  # the database reads the path of the area above, which must be there before
        rows = [line.row for line in lines if line.row.values["level"] == level]
        words = {row.number: _address(known, row.values) for row in rows}
        taken = set(Area.objects.filter(slug__in=words.values()).values_list("slug", flat=True))
        areas = []
        for row in rows:
            slug = words[row.number]
            slug = slug if slug not in taken else f"{slug}-{row.values['code']}"
            taken.add(slug)
            values = {field: as_stored(column, row.values.get(column)) for column, field in COLUMNS.items()}
            parent = known[row.values["parent"]]
            areas.append(Area(parent=parent, code=row.values["code"], level=level, slug=slug, **values))
        for row, area in zip(rows, Area.objects.bulk_create(areas), strict=True):
            known[area.code] = area
            done.append(Done(row.number, area.pk))
    return done


def _address(known: Mapping[str, Area], values: Mapping[str, Any]) -> str:
    return address_below(known[values["parent"]], values["code"], values["name_zh"])


def _correct(lines: Sequence[Line], at: datetime) -> list[Done]:
    until = timezone.localdate(at) - timedelta(days=1)
    renamed = [line.own for line in lines if any(change.column == "name_zh" for change in line.changes)]
    once = set(FormerAreaName.objects.filter(area__in=renamed, until=until).values_list("area", flat=True))
    former = [
        FormerAreaName(area=area, until=until, name_zh=area.name_zh, name_en=area.name_en)
        for area in renamed
        if area.pk not in once
    ]
    FormerAreaName.objects.bulk_create(former)
    named = {name.area_id: name.pk for name in former}
    done = []
    for line in lines:
        area: Area = line.own
        kept = {"former": named.get(area.pk), "successor": area.successor_id}
        for change in line.changes:
            setattr(area, COLUMNS[change.column], as_stored(change.column, change.new))
        if area.valid_to is None:
            area.successor = None
        done.append(Done(line.row.number, area.pk, kept))
    Area.objects.bulk_update(
        [line.own for line in lines], [*COLUMNS.values(), "successor"], batch_size=taking_back.AT_ONCE
    )
    return done


def _put_back(pairs: Sequence[tuple[Area, Written]]) -> None:
    for area, one in pairs:
        for change in one.changes:
            setattr(area, COLUMNS[change.column], as_stored(change.column, change.old))
        if _changes_end(one):
            area.successor_id = one.kept["successor"]
    Area.objects.bulk_update(
        [area for area, _one in pairs], [*COLUMNS.values(), "successor"], batch_size=taking_back.AT_ONCE
    )
    FormerAreaName.objects.filter(pk__in=[one.kept["former"] for _area, one in pairs if one.kept["former"]]).delete()


def _changes_end(one: Written) -> bool:
    """Say whether a row lets an area end or go on, and with that be merged into another or not."""
    return any(change.column == "valid_until" for change in one.changes)


def _remove(pairs: Sequence[tuple[Area, Written]]) -> dict[int, Problem]:
    free = _free({area.pk: area.parent_id for area, _one in pairs})
    for level in reversed(Level):
        Area.objects.filter(pk__in=free, level=level).delete()
    return {one.row: taking_back.USED for area, one in pairs if area.pk not in free}


def _free(above: Mapping[int, int | None], besides: Collection[int] = ()) -> set[int]:
    """Return which areas nothing refers to, but each other and further ones. above: area → the one above it."""
    used = referred_to(Area, above.keys(), besides={Area: {*above, *besides}})
    return taking_back.free_of(used, above)
