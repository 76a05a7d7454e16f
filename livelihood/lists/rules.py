"""Who may have a list as a file: whoever may open its page; and who keeps how a list is looked at."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from livelihood.accounts import selectors as accounts
from livelihood.accounts.models import Mandate, User
from livelihood.accounts.roles import Permission
from livelihood.cycles.models import Area, Cycle
from livelihood.kernel.listings import Listing
from livelihood.kernel.verdict import YES, Verdict, no
from livelihood.lists.models import SavedView

NOT_OF_OFFICE = _("Only who works in this office keeps its views.")


def may_take(by: User | None, listing: Listing, place: Cycle | Area, at: datetime) -> Verdict:
    """May: anybody a public list, and who may open its page any other; the file of a public one is nobody's own."""
    if listing.may_read is None:
        return YES
    return no(_("Sign in first.")) if by is None else listing.may_read(by, place, at)


def may_keep_views(by: User, cycle: Cycle, at: datetime) -> Verdict:
    """May: whoever has a desk in the area of the year, or in one below it."""
    desks = accounts.mandates_with(by, Permission.READ_DESK, at)
    if accounts.has(by, Permission.READ_DESK, cycle.area, at) or any(cycle.area.contains(one.area) for one in desks):
        return YES
    return no(_("You have no desk in this area."))


def may_save_view(by: User, office: Mandate | None, at: datetime) -> Verdict:
    """May: for oneself, whoever has a desk; for an office, who holds its mandate."""
    desks = accounts.mandates_with(by, Permission.READ_DESK, at)
    return YES if desks and (office is None or office in desks) else no(NOT_OF_OFFICE)


def may_change_view(by: User, view: SavedView, at: datetime) -> Verdict:
    """May: its owner; an office's, who holds its mandate."""
    office = (view.role, view.area_id, view.organisation_id)
    desks = accounts.mandates_with(by, Permission.READ_DESK, at)
    held = {(mandate.role, mandate.area_id, mandate.organisation_id) for mandate in desks}
    return YES if view.owner_id == by.pk or office in held else no(NOT_OF_OFFICE)
