"""One site at a time, entered by hand: held to the same rules as a row of a workbook, and written alone."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.audit.services import record
from livelihood.cycles.models import Cycle
from livelihood.kernel.errors import Conflict, InvalidInput, Moved
from livelihood.kernel.sheets.resolving import Problem
from livelihood.kernel.verdict import require
from projects import rules, selectors
from projects.acts import ProjectAct
from projects.importers import STORED, SiteRow, problems_of
from projects.models import Site
from projects.selectors.lookups import Lookups
from projects.services.planning import Sums, as_row, differences, frozen_by
from projects.services.promises import lock_cycle
from projects.services.sites import lock_sites
from projects.services.staging import digests

KEYS = [column.removesuffix("_id") for column in STORED if column.endswith("_id")]


@transaction.atomic
def add_site(*, cycle: Cycle, row: SiteRow, by: User, at: datetime) -> Site:
    """Add one site to a year's list.

    :raises NotAllowed: by rule.
    :raises InvalidInput: a column is not right, or the site carries a sum beyond what is promised.
    :raises Conflict: the project has a site of this key.
    """
    cycle = lock_cycle(cycle)
    lookups = Lookups(cycle)
    require(rules.may_import_sites(by, cycle, at))
    if (project := lookups.projects_by_key.get(row.project_id)) is not None:
        require(rules.may_list_site(by, cycle, project, row.organisation_id, at))
    _check(lookups, row, None)
    if Site.objects.filter(project=row.project_id, key_folded=row.key).exists():
        raise Conflict(_("The project has a site with this key already."), field="key")
    site = Site(cycle=cycle, **row._asdict())
    _check_fields(site)
    site.save()
    _light(site, at=at)
    record(ProjectAct.SITE_ADDED, site, by=by, at=at, cycle_id=cycle.pk)
    return site


@transaction.atomic
def correct_site(*, site: Site, row: SiteRow, reason: str, by: User, at: datetime, seen: str | None = None) -> Site:
    """Correct what the list says of one site: its place, dates, unit, standard, quantity.

    row: of the same project and key. reason: why; kept in the journal.
    seen: the digest of what the list said when the page was shown (`staging.digests`).

    :raises NotAllowed: by rule.
    :raises Moved: a page or a sheet has changed the entry since the page was shown.
    :raises InvalidInput: no reason, nothing that differs, a column that is not right, or a site that changes no more.
    """
    cycle = lock_cycle(site.cycle)
    site = lock_sites([site.pk])[site.pk]
    require(rules.may_list_site(by, cycle, site.project, site.organisation_id, at))
    stands = digests([site.pk])[site.pk]
    if seen and seen != stands:
        text = _("Meanwhile the entry of this site was changed. It now says: {name}, {due_on}. Look at it first.")
        raise Moved(format_lazy(text, name=site.name, due_on=site.due_on), seen=stands)
    if not reason:
        raise InvalidInput(_("Say why the entry is corrected."), field="reason")
    if row.identity != (site.project_id, site.key_folded):
        raise InvalidInput(_("Project and key stay: an import finds the site by them."), field="key")
    lookups, old = Lookups(cycle), tuple(getattr(site, column) for column in (*STORED, "state", "reported_on"))
    changes = differences(old, row)
    if not changes:
        raise InvalidInput(_("Nothing was changed."))
    if problem := frozen_by(old, {change.column for change in changes}):
        raise _refusal(problem)
    _check(lookups, row, as_row(old))
    for change in changes:
        setattr(site, change.column, change.new)
    _check_fields(site)
    site.save(update_fields=[change.column for change in changes])
    _light(site, at=at)
    record(
        ProjectAct.SITE_CORRECTED,
        site,
        by=by,
        at=at,
        cycle_id=cycle.pk,
        reason=reason,
        old={change.column: _plain(change.old) for change in changes},
        new={change.column: _plain(change.new) for change in changes},
    )
    return site


def _check(lookups: Lookups, row: SiteRow, old: SiteRow | None) -> None:
    """Refuse what contradicts itself, is of another year, or plans more than is promised."""
    for problem in problems_of(lookups, row):
        raise _refusal(problem)
    sums = Sums(lookups)
    added = {(row.indicator_id, row.area_id): row.quantity_planned or Decimal(0)}
    if old is not None:
        added.setdefault((old.indicator_id, old.area_id), Decimal(0))
        added[old.indicator_id, old.area_id] -= old.quantity_planned or 0
    over = sums.exceeded(added)
    for one, step in sums.steps(row, old).items():
        if one in over and step > 0:
            raise _refusal(sums.too_much(one, over[one]))


def _check_fields(site: Site) -> None:
    """Refuse what does not fit into a column: too long, too many digits."""
    try:
        site.clean_fields(exclude=["cycle", *KEYS])
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise InvalidInput(messages[0], field=field) from error


def _refusal(problem: Problem) -> InvalidInput:
    return InvalidInput(format_lazy("{} {}", problem.problem, problem.remedy), field=problem.column)


def _plain(value: Any) -> Any:
    """Return a value as the journal keeps it: keys and numbers, no names, which differ by language."""
    return value if value is None or isinstance(value, int) else str(value)


def _light(site: Site, *, at: datetime) -> None:
    """Light this site alone."""
    Site.objects.filter(pk=site.pk).refresh_lights(selectors.light_rule(site.cycle), on=timezone.localdate(at))
    site.refresh_from_db(fields=["light", "light_reason"])
