"""Organisations from a sheet."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.cycles import selectors as cycles
from livelihood.cycles.importers import ORGANISATIONS
from livelihood.cycles.models import Area, Cycle, FormerOrganisationName, Organisation, OrganisationAlias
from livelihood.cycles.states import OrganisationKind
from livelihood.kernel.folding import fold
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
from livelihood.places.handlers.plan_of_organisations import (
    ABOVE_ITSELF,
    COLUMNS,
    Own,
    PlanOfOrganisations,
    as_stored,
    is_above_itself,
    stored_values,
)
from livelihood.places.hanging import hanging_on_all, without_those_below

FIELDS = [*COLUMNS.values(), "parent", "name_zh", "folded", "formerly_zh", "formerly_en", "renamed_on"]


class Organisations(Handler):
    """A row is an organisation of an area, found by its full name; a short or near name is asked about."""

    kind = ORGANISATIONS
    subject = "cycles.organisation"
    example = {"name_zh": _("Example Bureau of Education"), "kind": OrganisationKind.DEPARTMENT.label}
    advice = (
        _("Short names are added to those that are there, and a new full name is asked about."),
        _("Without an area a row is of the area for which the sheet is brought."),
    )

    def may_bring(self, by: User, area: Area, cycle: Cycle | None, at: datetime) -> Verdict:
        """May: whoever keeps the organisations of the area."""
        return rules.may_keep_organisations(by, area, at)

    def lists(self, frame: Frame) -> Sequence[Listed]:
        """Give the kinds, and the areas with their codes."""
        areas = cycles.areas_within(frame.area).filter(valid_to__isnull=True)
        kinds = [[label] for _kind, label in OrganisationKind.choices]
        return [
            Listed(_("Kinds"), [_("Kind")], kinds),
            Listed(_("Areas"), [_("Area code"), _("Name")], [[area.code, area.name] for area in areas]),
        ]

    def address(self, frame: Frame, subject: int) -> str:
        """Return the address of the organisation's page."""
        return reverse("places:organisation", kwargs={"area": frame.area.slug, "pk": subject})

    def lock(self, frame: Frame) -> Frame:
        """Hold the areas, whose names must differ, and their organisations."""
        list(Area.objects.within(frame.area).select_for_update(no_key=True).order_by("pk"))
        rows = Organisation.objects.within(frame.area).select_for_update(no_key=True, of=("self",))
        list(rows.order_by("pk"))
        return frame

    def plan(self, frame: Frame, rows: Sequence[Row]) -> list[Line]:
        """Say of each row which organisation it is, and what it says otherwise of it."""
        return PlanOfOrganisations(frame, rows).lines()

    def write(self, frame: Frame, lines: Sequence[Line]) -> Sequence[Done]:
        """Add what is new and correct what is there; those that stand above others are known when all are there."""
        made = [_made(line.own, line.row.values) for line in lines if line.outcome is RowOutcome.NEW]
        new = iter(Organisation.objects.bulk_create(made))
        rows = {
            line.row.number: next(new) if line.outcome is RowOutcome.NEW else line.own.organisation for line in lines
        }
        done, aliases, touched = [], [], []
        former: dict[int, FormerOrganisationName] = {}
        for line in lines:
            own: Own = line.own
            row = rows[line.row.number]
            kept: dict[str, Any] = {"parent": row.parent_id}
            if line.outcome is RowOutcome.CHANGED:
                if any(change.column == "name_zh" for change in line.changes):
                    kept |= {name: getattr(row, name) for name in ("name_en", "formerly_zh", "formerly_en")}
                    kept["renamed_on"] = row.renamed_on and str(row.renamed_on)
                    former[line.row.number] = _rename(row, line.row.values, frame.at)
                for change in line.changes:
                    if change.column in COLUMNS:
                        setattr(row, COLUMNS[change.column], as_stored(change.column, change.new))
            if line.outcome is RowOutcome.CHANGED or own.parent_row is not None:
                touched.append(row)
            if "parent" in line.row.values:
                row.parent = own.parent if own.parent_row is None else rows[own.parent_row]
            aliases += [OrganisationAlias(organisation=row, name=name) for name in own.new_aliases]
            done.append(Done(line.row.number, row.pk, kept))
        Organisation.objects.bulk_update(touched, FIELDS, batch_size=taking_back.AT_ONCE)
        OrganisationAlias.objects.bulk_create(aliases)
        FormerOrganisationName.objects.bulk_create(former.values())
        for one in done:
            if one.row in former:
                one.kept["former"] = former[one.row].pk
        return done

    def staying(self, frame: Frame, written: Sequence[Written]) -> Mapping[int, Problem]:
        """Say what was changed since, or is referred to; not by organisations that will stand where they stood."""
        rows, refused = _refused(frame, written)
        kept = [one for one in written if one.row not in refused]
        new = {one.subject: rows[one.subject].parent_id for one in kept if one.is_new}
        moved = [one.subject for one in kept if any(change.column == "parent" for change in one.changes)]
        free = _free(new, besides=moved)
        return refused | {one.row: taking_back.USED for one in kept if one.is_new and one.subject not in free}

    def take_back(self, frame: Frame, written: Sequence[Written]) -> Mapping[int, Problem]:
        """Put back what was, and remove what was new and nothing refers to."""
        rows, refused = _refused(frame, written)
        kept = [one for one in written if one.row not in refused]
        _put_back([(rows[one.subject], one) for one in kept if not one.is_new])
        return refused | _remove([(rows[one.subject], one) for one in kept if one.is_new])


def _refused(frame: Frame, written: Sequence[Written]) -> tuple[Mapping[int, Organisation], dict[int, Problem]]:
    """Return the organisations that are there, and why rows stay, whatever refers to them."""
    known = Organisation.objects.select_related("area", "parent").prefetch_related("aliases")
    rows = known.in_bulk([one.subject for one in written])
    refused: dict[int, Problem] = {}
    for one in written:
        row = rows.get(one.subject)
        verdict = rules.may_keep_organisations(frame.by, row.area if row else frame.area, frame.at)
        if not verdict.ok:
            refused[one.row] = Problem("", verdict.reason, "")
        elif row is None or row.merged_into_id:
            refused[one.row] = taking_back.GONE
        elif changed := changed_since(one.changes, stored_values(row)):
            refused[one.row] = changed
    kept = [one for one in written if one.row not in refused and not one.is_new]
    return rows, refused | _contradicting(frame.at, rows, kept)


def _contradicting(at: datetime, rows: Mapping[int, Organisation], kept: Sequence[Written]) -> dict[int, Problem]:
    """Say which organisations would end though something hangs on them, or stand below one that is not there."""
    days = {one.subject: taking_back.days_before(one, rows[one.subject]) for one in kept}
    ending = [pk for pk, (_begins, ends) in days.items() if ends and ends != rows[pk].valid_to]
    hanging = {pk: without_those_below(one) for pk, one in hanging_on_all(Organisation, ending, at).items()}
    moved = [one for one in kept if any(change.column == "parent" for change in one.changes)]
    before: dict[int, int | None] = {one.subject: one.kept["parent"] for one in moved}
    above = _above(before.values())
    there = Organisation.objects.filter(pk__in=filter(None, before.values()), merged_into__isnull=True)
    known = {None, *there.values_list("pk", flat=True)}

    def why(pk: int, stays: Collection[int]) -> Problem | None:
        if wrong := wrong_days(*days[pk]):
            return wrong[0]
        if hanging.get(pk):
            return hangs_on_it(hanging[pk], taking_back.ON_ITS_PAGE)
        if pk not in before:
            return None
        if before[pk] not in known:
            return Problem("parent", _("The one above is there no longer."), _("Correct the one above on its page."))
        back: dict[object, object] = {key: parent for key, parent in before.items() if key not in stays}
        return ABOVE_ITSELF if is_above_itself(pk, above | back) else None

    stays = staying_in_turn(days, why)
    return {one.row: stays[one.subject] for one in kept if one.subject in stays}


def _above(keys: Collection[int | None]) -> dict[object, object]:
    """Return who stands above organisations, and above these; a statement for each step."""
    above: dict[object, object] = {}
    while wanted := [key for key in keys if key is not None and key not in above]:
        found = Organisation.objects.filter(pk__in=wanted).values_list("pk", "parent")
        above |= {**dict.fromkeys(wanted), **dict(found)}
        keys = [parent for _pk, parent in found]
    return above


def _made(own: Own, values: Mapping[str, Any]) -> Organisation:
    stored = {field: as_stored(column, values.get(column)) for column, field in COLUMNS.items()}
    return Organisation(area=own.area, name_zh=values["name_zh"], parent=own.parent, **stored)


def _rename(row: Organisation, values: Mapping[str, Any], at: datetime) -> FormerOrganisationName:
    """Give an organisation the name of its row as of today, as its page does; return what remembers the old one."""
    today = timezone.localdate(at)
    former = FormerOrganisationName(
        organisation=row, until=today - timedelta(days=1), name_zh=row.name_zh, name_en=row.name_en
    )
    row.formerly_zh, row.formerly_en, row.renamed_on = row.name_zh, row.name_en, today
    _name(row, values["name_zh"], values.get("name_en") or "")
    return former


def _name(row: Organisation, name_zh: str, name_en: str) -> None:
    row.name_zh, row.name_en = name_zh, name_en
    Organisation._meta.get_field("folded").pre_save(row, add=False)


def _put_back(pairs: Sequence[tuple[Organisation, Written]]) -> None:
    gone, former = [], []
    for row, one in pairs:
        for change in one.changes:
            if change.column == "name_zh":
                former.append(one.kept["former"])
                _name(row, change.old, one.kept["name_en"])
                row.formerly_zh, row.formerly_en = one.kept["formerly_zh"], one.kept["formerly_en"]
                row.renamed_on = one.kept["renamed_on"] and date.fromisoformat(one.kept["renamed_on"])
            elif change.column in COLUMNS:
                setattr(row, COLUMNS[change.column], as_stored(change.column, change.old))
            elif change.column == "parent":
                row.parent_id = one.kept["parent"]
            elif change.column == "aliases":
                added = {fold(name) for name in change.new or ()} - {fold(name) for name in change.old or ()}
                gone += [alias.pk for alias in row.aliases.all() if alias.folded in added]
    Organisation.objects.bulk_update([row for row, _one in pairs], FIELDS, batch_size=taking_back.AT_ONCE)
    OrganisationAlias.objects.filter(pk__in=gone).delete()
    FormerOrganisationName.objects.filter(pk__in=former).delete()


def _remove(pairs: Sequence[tuple[Organisation, Written]]) -> dict[int, Problem]:
    free = _free({row.pk: row.parent_id for row, _one in pairs})
    OrganisationAlias.objects.filter(organisation__in=free).delete()
    Organisation.objects.filter(pk__in=free).update(parent=None)
    Organisation.objects.filter(pk__in=free).delete()
    return {one.row: taking_back.USED for row, one in pairs if row.pk not in free}


def _free(above: Mapping[int, int | None], besides: Collection[int] = ()) -> set[int]:
    """Return which organisations nothing refers to, but each other and further ones. above: each → the one above it."""
    used = referred_to(Organisation, above.keys(), besides={Organisation: {*above, *besides}}, own=[OrganisationAlias])
    return taking_back.free_of(used, above)
