"""Who may read the record of processing, and say how long something is kept."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from livelihood.accounts import selectors as accounts
from livelihood.accounts.roles import Permission
from livelihood.accounts.selectors import Person
from livelihood.cycles.models import Area
from livelihood.imprint.rules import may_keep_imprint
from livelihood.kernel.personal import PersonalData
from livelihood.kernel.verdict import YES, Verdict, no


def may_read_record(user: Person, area: Area, at: datetime) -> Verdict:
    """May: the livelihood office, auditors and administrators of the area; it holds figures, and nothing of anybody."""
    if any(accounts.has(user, one, area, at) for one in (Permission.MANAGE_CYCLE, Permission.READ_JOURNAL)):
        return YES
    return no(_("Only the livelihood office, auditors and administrators may read the record of processing."))


def may_set_period(user: Person, kind: PersonalData, at: datetime) -> Verdict:
    """May: who keeps the settings of the portal, of what a clock forgets."""
    if kind.period is None:
        return no(_("This is not forgotten by the clock; how long it is kept is laid down."))
    return may_keep_imprint(user, at)
