"""Progress: what was done up to a day, at sites and in areas."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.audit import services as journal
from livelihood.audit.models import Entry
from livelihood.cycles.models import Area
from livelihood.kernel.errors import Conflict, DomainError, InvalidInput, Text
from livelihood.kernel.moves import check_move
from livelihood.kernel.verdict import require
from projects import aggregation, rules
from projects.acts import ProjectAct
from projects.models import Allocation, Indicator, IndicatorFigure, ProgressReport, Site
from projects.services.promises import lock_project
from projects.services.sites import lock_sites, write_states
from projects.states import SITE_MOVES, CountedBy, IndicatorKind, SiteState


@dataclass(frozen=True, slots=True)
class SiteEntry:
    """One line of a progress grid.

    quantity: done to date, not since the last report; None leaves it as it is (the work has begun or is completed).
    is_completed: everything promised there is done. is_confirmed: the quantity is right, however large it looks.
    """

    site_id: int
    quantity: Decimal
    note: str = ""
    is_completed: bool = False
    is_confirmed: bool = False


class Refusal(NamedTuple):
    """Why a line is not kept, and whether confirming its quantity is all that it lacks."""

    reason: Text
    asks_to_confirm: bool = False


@dataclass(frozen=True, slots=True)
class GridOutcome:
    """What became of a progress grid: the reports kept, in its order, and its other lines by the key of their site."""

    reports: list[ProgressReport]
    refused: Mapping[int, Refusal]


class GridRefused(DomainError):
    """Lines of a report are not right, so nothing of it is kept.

    errors: key of the site → what is wrong with its line.
    """

    status = 422
    code = "grid_refused"
    message = _("Some lines are not right. Nothing was saved; correct them and send again.")

    def __init__(self, errors: Mapping[int, Refusal]) -> None:
        self.errors = errors
        only = next(iter(errors.values())) if len(errors) == 1 else None
        super().__init__(only and only.reason, field="is_confirmed" if only and only.asks_to_confirm else None)


@transaction.atomic
def report_sites(
    *, entries: Sequence[SiteEntry], reported_on: date, idempotency_key: str, by: User, at: datetime
) -> list[ProgressReport]:
    """Report what was done at one or many sites of a year as `report_grid` does; all lines are kept, or none.

    :raises GridRefused: lines are not right.
    :raises Conflict: the key was used for other lines.
    """
    outcome = report_grid(entries=entries, reported_on=reported_on, idempotency_key=idempotency_key, by=by, at=at)
    if outcome.refused:
        raise GridRefused(outcome.refused)
    return outcome.reports


@transaction.atomic
def report_grid(
    *, entries: Sequence[SiteEntry], reported_on: date, idempotency_key: str, by: User, at: datetime
) -> GridOutcome:
    """Report what was done at many sites of a year; lines that are right are kept, the others named.

    reported_on: the day the figures speak of; not later than `at`, not before the site's last report.
    idempotency_key: up to 40 characters; lines that were kept under it before give the same reports again.

    :raises Conflict: the key was used for other lines.
    """
    sites = lock_sites(entry.site_id for entry in entries)
    reports = _already_sent(entries, reported_on, idempotency_key)
    refused, new = {}, []
    for entry in entries:
        if entry.site_id in reports:
            continue
        if problem := _problem(sites.get(entry.site_id), entry, reported_on, by=by, at=at):
            refused[entry.site_id] = problem
        else:
            new.append(entry)
    reports |= _keep(new, sites, reported_on, idempotency_key, by=by, at=at)
    return GridOutcome([reports[entry.site_id] for entry in entries if entry.site_id in reports], refused)


def judge_grid(*, entries: Sequence[SiteEntry], reported_on: date, by: User, at: datetime) -> dict[int, Refusal]:
    """Say which lines `report_grid` would not keep as things stand, and why; nothing is locked or written."""
    rows = Site.objects.select_related("project", "indicator", "cycle__area")
    sites = rows.in_bulk([entry.site_id for entry in entries])
    said = {entry.site_id: _problem(sites.get(entry.site_id), entry, reported_on, by=by, at=at) for entry in entries}
    return {pk: problem for pk, problem in said.items() if problem}


def _keep(
    entries: Sequence[SiteEntry],
    sites: Mapping[int, Site],
    reported_on: date,
    idempotency_key: str,
    *,
    by: User,
    at: datetime,
) -> dict[int, ProgressReport]:
    """Write lines that are right, and what follows from them."""
    reports = {}
    for entry in entries:
        site = sites[entry.site_id]
        reports[site.pk] = ProgressReport(
            indicator_id=site.indicator_id,
            site=site,
            area_id=site.area_id,
            quantity=entry.quantity,
            reported_on=reported_on,
            note=entry.note,
            idempotency_key=_key(idempotency_key, site.pk),
            reported_at=at,
            reported_by=by,
        )
    ProgressReport.objects.bulk_create(reports.values())
    journal.write(_write(sites[entry.site_id], entry, reported_on, by=by, at=at) for entry in entries)
    write_states([sites[pk] for pk in reports], at=at, fields=["quantity_done", "reported_on"])
    return reports


def _key(idempotency_key: str, site_id: int) -> str:
    return f"{idempotency_key}:{site_id}"


def _already_sent(entries: Sequence[SiteEntry], reported_on: date, idempotency_key: str) -> dict[int, ProgressReport]:
    """Return the reports that this very sending made before, by the key of their site.

    :raises Conflict: the key stands for other lines.
    """
    rows = ProgressReport.objects.filter(idempotency_key__startswith=f"{idempotency_key}:").order_by("pk")
    made = {report.site_id: report for report in rows if report.site_id is not None}
    asked = {entry.site_id: (entry.quantity, entry.note, reported_on) for entry in entries}
    for pk, report in made.items():
        if asked.get(pk, given := (report.quantity, report.note, report.reported_on)) != given:
            raise Conflict(_("This form was sent before with other figures. Open it again to report new ones."))
    return made


def _problem(site: Site | None, entry: SiteEntry, reported_on: date, *, by: User, at: datetime) -> Refusal | None:
    """Say what is wrong with one line, or None."""
    if site is None:
        return Refusal(_("There is no such site."))
    if not (verdict := rules.may_report_site(by, site, at)):
        return Refusal(verdict.reason)
    if problem := _wrong_figure(entry.quantity, site.quantity_done, entry.note) or _wrong_day(
        reported_on, site.reported_on, at
    ):
        return Refusal(problem)
    if entry.is_confirmed or entry.quantity == site.quantity_done:
        return None
    expected = site.indicator.target if site.quantity_planned is None else site.quantity_planned
    doubt = _doubt(entry.quantity, expected, site.indicator.unit, above=aggregation.SITE_DOUBTED_ABOVE)
    return Refusal(doubt, asks_to_confirm=True) if doubt else None


def _doubt(quantity: Decimal, expected: Decimal | None, unit: str, *, above: Decimal) -> Text | None:
    """Ask about a quantity that is far over what is expected."""
    if expected is None or not aggregation.is_doubtful(quantity, expected, above=above):
        return None
    question = _("{quantity} {unit} is more than the {expected} {unit} expected here. If it is right, confirm it.")
    return format_lazy(question, quantity=_shown(quantity), expected=_shown(expected), unit=unit)


def _shown(quantity: Decimal) -> str:
    return f"{quantity.normalize():,f}"


def _wrong_figure(quantity: Decimal, last: Decimal, note: str) -> Text | None:
    if quantity < 0:
        return _("A quantity cannot be below zero.")
    if quantity < last and not note:
        return _("This is less than was reported before. Say in the note why.")
    return None


def _wrong_day(reported_on: date, last: date | None, at: datetime) -> Text | None:
    if reported_on > timezone.localdate(at):
        return _("The day lies in the future. Enter the day the figure speaks of.")
    if last is not None and reported_on < last:
        return _("A later day was reported already. Enter that day or a later one.")
    return None


def _write(site: Site, entry: SiteEntry, reported_on: date, *, by: User, at: datetime) -> Entry:
    """Put one line onto its locked site, and return what the journal says of it."""
    old = {"quantity": str(site.quantity_done), "state": str(site.state)}
    if site.state == SiteState.PLANNED and (entry.quantity > 0 or entry.is_completed):
        site.state = check_move(SITE_MOVES, site.state, "start")
    if entry.is_completed:
        site.state = check_move(SITE_MOVES, site.state, "complete")
    site.quantity_done, site.reported_on = entry.quantity, reported_on
    new = {"quantity": str(entry.quantity), "state": str(site.state), "reported_on": str(reported_on)}
    return journal.entry_of(ProjectAct.SITE_REPORTED, site, by=by, at=at, old=old, new=new)


@transaction.atomic
def report_area(
    *,
    indicator: Indicator,
    area: Area,
    quantity: Decimal,
    base: Decimal | None,
    reported_on: date,
    idempotency_key: str,
    by: User,
    at: datetime,
    note: str = "",
    source: str = "",
    is_confirmed: bool = False,
) -> ProgressReport:
    """Report what was done for an indicator in a child area, or in the whole area of the year.

    quantity: done to date; numerator of a rate. base: denominator of a rate, None for the other kinds.
    source: where the figure was published, if it was. is_confirmed: the quantity is right, however large it looks; a
        published one is taken as it is.

    :raises NotAllowed: by rule.
    :raises InvalidInput: another area, figures or day that are not right.
    :raises Conflict: the indicator is counted by sites, or the whole and its parts would be counted twice, or the key
        was used for another figure.
    """
    project = lock_project(indicator.project)
    indicator = Indicator.objects.select_for_update(no_key=True).get(pk=indicator.pk)
    require(rules.may_report_area(by, project, area, at))
    made = ProgressReport.objects.filter(idempotency_key=idempotency_key).first()
    if made is not None:
        if (made.indicator_id, made.area_id, made.quantity, made.base) != (indicator.pk, area.pk, quantity, base):
            raise Conflict(_("This form was sent before with other figures. Open it again to report new ones."))
        return made
    _check_place(indicator, area, project.cycle.area)
    last = (
        ProgressReport.objects.filter(indicator=indicator, area=area, site=None).order_by("-reported_on", "-pk").first()
    )
    _check_area_figure(indicator, quantity, base, note, last)
    if problem := _wrong_day(reported_on, last.reported_on if last else None, at):
        raise InvalidInput(problem, field="reported_on")
    if not (is_confirmed or source):
        _check_doubt(indicator, area, quantity, base)
    report = ProgressReport.objects.create(
        indicator=indicator,
        area=area,
        quantity=quantity,
        base=base,
        reported_on=reported_on,
        note=note,
        source=source,
        idempotency_key=idempotency_key,
        reported_at=at,
        reported_by=by,
    )
    IndicatorFigure.objects.update_or_create(indicator=indicator, area=area, defaults={"done": quantity, "base": base})
    journal.record(
        ProjectAct.INDICATOR_REPORTED,
        indicator,
        by=by,
        at=at,
        cycle_id=project.cycle_id,
        area=area.code,
        old=str(last.quantity) if last else None,
        new=str(quantity),
        base=str(base) if base is not None else None,
    )
    return report


def _check_place(indicator: Indicator, area: Area, whole: Area) -> None:
    if indicator.counted_by != CountedBy.AREAS:
        raise Conflict(_("This indicator is counted by its sites. Report on the sites."))
    if whole.pk not in {area.pk, area.parent_id}:
        raise InvalidInput(_("Report on this area or on one directly below it."), field="area")
    if indicator.kind == IndicatorKind.CAP:
        return
    reported = IndicatorFigure.objects.filter(indicator=indicator)
    others = reported.exclude(area=whole) if area.pk == whole.pk else reported.filter(area=whole)
    if others.exists():
        raise Conflict(
            _("The whole and its parts would be counted twice. Report either the whole area or those below.")
        )


def _check_area_figure(
    indicator: Indicator, quantity: Decimal, base: Decimal | None, note: str, last: ProgressReport | None
) -> None:
    if (base is not None) != (indicator.kind == IndicatorKind.RATE):
        raise InvalidInput(_("A rate needs its denominator, any other figure has none."), field="base")
    if base is not None and base <= 0:
        raise InvalidInput(_("The denominator must be more than zero."), field="base")
    floor = last.quantity if last and indicator.kind == IndicatorKind.ADDITIVE else Decimal(0)
    if problem := _wrong_figure(quantity, floor, note):
        raise InvalidInput(problem, field="quantity")


def _check_doubt(indicator: Indicator, area: Area, quantity: Decimal, base: Decimal | None) -> None:
    """Refuse a quantity that is far over its target, and a rate of more than the whole, until it is confirmed."""
    doubt: Text | None
    if indicator.kind == IndicatorKind.RATE:
        is_over = base is not None and aggregation.is_doubtful(quantity, base, above=Decimal(1))
        doubt = _("This makes a rate of more than 100 %. If it is right, confirm it.") if is_over else None
    else:
        share = Allocation.objects.filter(indicator=indicator, area=area).first()
        target = share.target if share else indicator.target
        doubt = _doubt(quantity, target, indicator.unit, above=aggregation.AREA_DOUBTED_ABOVE)
    if doubt:
        raise InvalidInput(doubt, field="is_confirmed")
