"""One site at a time, entered by hand: checked and written like a row of a workbook."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.audit.services import record
from livelihood.cycles.models import Cycle
from livelihood.kernel.errors import Conflict, InvalidInput
from livelihood.kernel.verdict import require
from projects import rules, selectors
from projects.models import Site
from projects.services import planning
from projects.services.lights import refresh_lights
from projects.services.promises import lock_cycle
from projects.services.staging import as_csv, staged
from projects.site_table import Placed, SiteRow, SiteTable


@transaction.atomic
def add_site(*, cycle: Cycle, cells: Mapping[str, str], by: User, at: datetime) -> Site:
    """Add one site to a year's list.

    cells: name of the column → what a workbook would hold; an empty text for nothing.

    :raises NotAllowed: by rule.
    :raises InvalidInput: a cell is not right, or the site carries a sum beyond what is promised.
    :raises Conflict: the project has a site of this key.
    """
    cycle = lock_cycle(cycle)
    require(rules.may_import_sites(by, cycle, at))
    table = SiteTable(cycle)
    row = table.row(cells)
    if Site.objects.filter(project=row.project_id, key=row.key).exists():
        raise Conflict(_("The project has a site with this key already."), field="key")
    _write(table, row, at=at)
    site = Site.objects.get(project=row.project_id, key=row.key)
    record("site.added", site, by=by, at=at, cycle_id=cycle.pk)
    return site


@transaction.atomic
def correct_site(*, site: Site, cells: Mapping[str, str], reason: str, by: User, at: datetime) -> Site:
    """Correct what the list says of one site: its place, dates, unit, standard, quantity.

    cells: as for `add_site`, of the same project and key. reason: why; kept in the journal.

    :raises NotAllowed: by rule.
    :raises InvalidInput: no reason, nothing that differs, a cell that is not right, or a site that changes no more.
    """
    cycle = lock_cycle(site.cycle)
    require(rules.may_import_sites(by, cycle, at))
    if not reason:
        raise InvalidInput(_("Say why the entry is corrected."), field="reason")
    table = SiteTable(cycle)
    row = table.row(cells)
    if (row.project_id, row.key) != (site.project_id, site.key):
        raise InvalidInput(_("Project and key stay: an import finds the site by them."), field="key")
    changes = _write(table, row, at=at)
    if not changes:
        raise InvalidInput(_("Nothing was changed."))
    record("site.corrected", site, by=by, at=at, cycle_id=cycle.pk, reason=reason, **changes)
    site.refresh_from_db()
    return site


def _write(table: SiteTable, row: SiteRow, *, at: datetime) -> dict[str, dict[str, str]]:
    """Write one row by the checks of an import; return what differs from before: old and new, each by its column."""
    plan = planning.plan(table, [Placed(row)])
    for error in plan.errors:
        raise InvalidInput(error.problem, field=table.name_of(error))
    with staged(as_csv(table.cycle, [row])) as staging:
        staging.write(selectors.light_rule(table.cycle), on=timezone.localdate(at))
    refresh_lights(cycle=table.cycle, at=at)
    differences = [difference for _placed, found in plan.changed for difference in found]
    if not differences:
        return {}
    return {
        "old": {column: table.shown(column, before) for column, before, _after in differences},
        "new": {column: table.shown(column, after) for column, _before, after in differences},
    }
