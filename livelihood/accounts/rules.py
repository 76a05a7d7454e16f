"""Who may give accounts and mandates."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from livelihood.accounts import holding
from livelihood.accounts.models import User
from livelihood.accounts.roles import Permission
from livelihood.cycles.models import Area
from livelihood.kernel.verdict import YES, Verdict, no


def may_manage_people(user: User | None, area: Area, at: datetime) -> Verdict:
    """May: administrator of the area or of one above it. The command line (no user) may: it has the database anyway."""
    if user is None or holding.has(user, Permission.MANAGE_PEOPLE, area, at):
        return YES
    return no(_("Only an administrator of this area may manage people and mandates."))
