"""Who may set up a year and move it on; who may read the journal."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from livelihood.accounts import selectors as accounts
from livelihood.accounts.roles import Permission
from livelihood.accounts.selectors import Person
from livelihood.cycles.models import Area, Cycle
from livelihood.cycles.states import Phase
from livelihood.kernel.verdict import YES, Verdict, no


def may_open_cycle(user: Person, area: Area, at: datetime) -> Verdict:
    """May: the livelihood office of the area, or its administrator."""
    if accounts.has(user, Permission.MANAGE_CYCLE, area, at):
        return YES
    return no(_("Only the livelihood office of this area may set up a year."))


def may_manage_cycle(user: Person, cycle: Cycle, at: datetime) -> Verdict:
    """May: whoever may open it, as long as the year is not closed."""
    verdict = may_open_cycle(user, cycle.area, at)
    if verdict.ok and cycle.phase == Phase.CLOSED:
        return no(_("This year is closed; it can only be read."))
    return verdict


def may_read_journal(user: Person, cycle: Cycle, at: datetime) -> Verdict:
    """May: auditors and administrators of the area or of one above it; and who runs the year, save for the deputies."""
    verdict = may_read_journal_of_area(user, cycle.area, at)
    return YES if accounts.has(user, Permission.MANAGE_CYCLE, cycle.area, at) else verdict


def may_read_journal_of_deputies(user: Person, cycle: Cycle, at: datetime) -> Verdict:
    """May: auditors and administrators; not the office, which has no business to see who votes and when."""
    return may_read_journal_of_area(user, cycle.area, at)


def may_read_journal_of_area(user: Person, area: Area, at: datetime) -> Verdict:
    """May: auditors and administrators of the area or of one above it."""
    if accounts.has(user, Permission.READ_JOURNAL, area, at):
        return YES
    return no(_("Only auditors and administrators may read the journal."))


def may_read_desk(user: Person, cycle: Cycle, at: datetime) -> Verdict:
    """May: everyone who works in this area."""
    if accounts.has(user, Permission.READ_DESK, cycle.area, at):
        return YES
    return no(_("You hold no mandate in this area."))
