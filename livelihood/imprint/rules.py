"""Who may set what the portal says of itself."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from livelihood.accounts import selectors as accounts
from livelihood.accounts.roles import Permission
from livelihood.accounts.selectors import Person
from livelihood.cycles import selectors as cycles
from livelihood.kernel.verdict import YES, Verdict, no


def may_keep_imprint(user: Person, at: datetime) -> Verdict:
    """May: who administers areas that have all years of the portal in them, where nobody above might."""
    mandates = accounts.mandates_with(user, Permission.KEEP_IMPRINT, at)
    if not mandates:
        return no(_("Only an administrator may change the settings of the portal."))
    highest = [one for one in mandates if not accounts.is_held_above(one.area, Permission.KEEP_IMPRINT, at)]
    if not highest:
        return no(_("The administrator of a higher area sets this; it is the same on all pages of the portal."))
    if not cycles.is_every_year_in(mandate.area for mandate in highest):
        problem = _("The portal also has years of other areas. An administrator of them all sets this.")
        return no(problem)
    return YES
