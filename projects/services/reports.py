"""Progress: what was done up to a day, at sites and in areas."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.audit.services import record
from livelihood.cycles.models import Area
from livelihood.kernel.errors import Conflict, DomainError, InvalidInput, Text
from livelihood.kernel.moves import check_move
from livelihood.kernel.verdict import require
from projects import rules
from projects.models import Indicator, IndicatorFigure, ProgressReport, Site
from projects.services.promises import lock_project
from projects.services.sites import lock_sites, write_states
from projects.states import SITE_MOVES, CountedBy, IndicatorKind, SiteState


@dataclass(frozen=True, slots=True)
class SiteEntry:
    """One line of a progress grid.

    quantity: done to date, not since the last report; None leaves it as it is (the work has begun or is completed).
    is_completed: everything promised there is done.
    """

    site_id: int
    quantity: Decimal
    note: str = ""
    is_completed: bool = False


class GridRefused(DomainError):
    """Lines of a progress grid are not right, so nothing of it is kept.

    errors: key of the site → what is wrong with its line.
    """

    status = 422
    code = "grid_refused"
    message = _("Some lines are not right. Nothing was saved; correct them and send again.")

    def __init__(self, errors: dict[int, Text]) -> None:
        self.errors = errors
        only = next(iter(errors.values())) if len(errors) == 1 else None
        super().__init__(only)


@transaction.atomic
def report_sites(
    *, entries: Sequence[SiteEntry], reported_on: date, idempotency_key: str, by: User, at: datetime
) -> list[ProgressReport]:
    """Report what was done at one or many sites of a year; all lines are kept, or none.

    reported_on: the day the figures speak of; not later than `at`, not before the site's last report.
    idempotency_key: up to 40 characters; sent again with the same lines it changes nothing and gives the same reports.

    :raises NotAllowed: by rule, for any of the sites.
    :raises GridRefused: lines are not right.
    :raises Conflict: the key was used for other lines.
    """
    sites = lock_sites(entry.site_id for entry in entries)
    if sent := _already_sent(entries, reported_on, idempotency_key):
        return sent
    if errors := {
        entry.site_id: problem
        for entry in entries
        if (problem := _problem(sites.get(entry.site_id), entry, reported_on, by=by, at=at))
    }:
        raise GridRefused(errors)
    reports = []
    for entry in entries:
        site = sites[entry.site_id]
        reports.append(
            ProgressReport(
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
        )
    ProgressReport.objects.bulk_create(reports)
    for entry in entries:
        _write(sites[entry.site_id], entry, reported_on, by=by, at=at)
    write_states(list(sites.values()), at=at, fields=["quantity_done", "reported_on"])
    return reports


def _key(idempotency_key: str, site_id: int) -> str:
    return f"{idempotency_key}:{site_id}"


def _already_sent(entries: Sequence[SiteEntry], reported_on: date, idempotency_key: str) -> list[ProgressReport]:
    """Return the reports that this very sending made before.

    :raises Conflict: the key stands for other lines.
    """
    made = {
        report.idempotency_key: report
        for report in ProgressReport.objects.filter(idempotency_key__startswith=f"{idempotency_key}:").order_by("pk")
    }
    if not made:
        return []
    asked = {
        (_key(idempotency_key, entry.site_id), entry.quantity, entry.note, reported_on): entry for entry in entries
    }
    if asked.keys() != {(key, made[key].quantity, made[key].note, made[key].reported_on) for key in made}:
        raise Conflict(_("This form was sent before with other figures. Open it again to report new ones."))
    return [made[_key(idempotency_key, entry.site_id)] for entry in entries]


def _problem(site: Site | None, entry: SiteEntry, reported_on: date, *, by: User, at: datetime) -> Text | None:
    """Say what is wrong with one line, or None."""
    if site is None:
        return _("There is no such site.")
    if not (verdict := rules.may_report_site(by, site, at)):
        return verdict.reason
    return _wrong_figure(entry.quantity, site.quantity_done, entry.note) or _wrong_day(
        reported_on, site.reported_on, at
    )


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


def _write(site: Site, entry: SiteEntry, reported_on: date, *, by: User, at: datetime) -> None:
    """Put one line onto its locked site, and into the journal."""
    old = {"quantity": str(site.quantity_done), "state": str(site.state)}
    if site.state == SiteState.PLANNED and (entry.quantity > 0 or entry.is_completed):
        site.state = check_move(SITE_MOVES, site.state, "start")
    if entry.is_completed:
        site.state = check_move(SITE_MOVES, site.state, "complete")
    site.quantity_done, site.reported_on = entry.quantity, reported_on
    new = {"quantity": str(entry.quantity), "state": str(site.state), "reported_on": str(reported_on)}
    record("site.reported", site, by=by, at=at, old=old, new=new)


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
) -> ProgressReport:
    """Report what was done for an indicator in a child area, or in the whole area of the year.

    quantity: done to date; numerator of a rate. base: denominator of a rate, None for the other kinds.
    source: where the figure was published, if it was.

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
    record(
        "indicator.reported",
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
