"""Who may keep areas and organisations."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from livelihood.accounts import selectors as accounts
from livelihood.accounts.roles import Permission
from livelihood.accounts.selectors import Person
from livelihood.cycles.models import Area, Organisation
from livelihood.cycles.states import Level
from livelihood.kernel.verdict import YES, Verdict, no


def may_keep_areas(user: Person, area: Area, at: datetime) -> Verdict:
    """May: administrator of the area or of one above it; it is asked of the area in which another lies."""
    if accounts.has(user, Permission.KEEP_AREAS, area, at):
        return YES
    return no(_("Only an administrator of this area may keep the areas below it."))


def may_read_history(user: Person, area: Area, at: datetime) -> Verdict:
    """May: whoever keeps the area, and whoever reads its journal."""
    return YES if accounts.has(user, Permission.READ_JOURNAL, area, at) else may_keep_areas(user, area, at)


def may_load_province(user: Person, province: Area | None, at: datetime) -> Verdict:
    """May: administrator of the province; one that is not loaded yet, the administrator of any province.

    province: as stored; None where it is not.
    """
    if province is not None:
        return may_keep_areas(user, province, at)
    if any(mandate.area.level == Level.PROVINCE for mandate in accounts.mandates_with(user, Permission.KEEP_AREAS, at)):
        return YES
    return no(_("Only the administrator of a province may load another one."))


def may_keep_organisations(user: Person, area: Area, at: datetime) -> Verdict:
    """May: the livelihood office of the area; the administrator of the area or of one above it."""
    if accounts.has(user, Permission.KEEP_ORGANISATIONS, area, at):
        return YES
    return no(_("Only the livelihood office and the administrator of this area may keep its organisations."))


def may_merge(user: Person, organisation: Organisation, into: Organisation, at: datetime) -> Verdict:
    """May: whoever may keep the organisations of both areas."""
    verdict = may_keep_organisations(user, organisation.area, at)
    return may_keep_organisations(user, into.area, at) if verdict.ok else verdict
