"""Who may set up a year and move it on; who may read the journal."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.accounts import selectors as accounts
from livelihood.accounts.roles import Permission
from livelihood.accounts.selectors import Person
from livelihood.cycles.models import Area, Cycle
from livelihood.cycles.states import DecisionMode, Phase
from livelihood.kernel.verdict import YES, Verdict, no

CLOSED = _("This year is closed; it can only be read.")
YEARS_AROUND = 1
"""How many years before and after the present one are set up without a question."""


def may_open_cycle(user: Person, area: Area, at: datetime) -> Verdict:
    """May: the livelihood office of the area, or its administrator."""
    if accounts.has(user, Permission.MANAGE_CYCLE, area, at):
        return YES
    return no(_("Only the livelihood office or an administrator of this area may set up a year."))


def may_open_year(user: Person, area: Area, at: datetime) -> Verdict:
    """May: the same, in an area that goes on: years are not begun in one that has a last day."""
    verdict = may_open_cycle(user, area, at)
    if verdict and area.valid_to is not None:
        return no(format_lazy(_("{area} has ended. No year begins there."), area=area.name))
    return verdict


def may_set_up(user: Person, area: Area, at: datetime) -> Verdict:
    """May: administrator of the area or of one above it."""
    if accounts.has(user, Permission.MANAGE_PEOPLE, area, at):
        return YES
    return no(_("Only an administrator of this area may set it up."))


def may_manage_cycle(user: Person, cycle: Cycle, at: datetime) -> Verdict:
    """May: whoever may open it, as long as the year is not closed. For its dates."""
    verdict = may_open_cycle(user, cycle.area, at)
    return no(CLOSED) if verdict and cycle.phase == Phase.CLOSED else verdict


def may_edit_draft(user: Person, cycle: Cycle, at: datetime) -> Verdict:
    """May: whoever may open it, until its letter is published or its list adopted. For changing and discarding it."""
    verdict = may_open_cycle(user, cycle.area, at)
    if verdict and cycle.phase != Phase.DRAFT:
        return no(_("This year has begun; its aspects and the way of deciding stay as they are."))
    return verdict


def may_advance(user: Person, cycle: Cycle, at: datetime) -> Verdict:
    """May: whoever may open it, from the beginning to the end of the year."""
    verdict = may_manage_cycle(user, cycle, at)
    if verdict and cycle.phase == Phase.DRAFT:
        return no(_("This year is a draft. It begins when its letter is published, or when its list is adopted."))
    return verdict


def may_take_back(user: Person, cycle: Cycle, at: datetime) -> Verdict:
    """May: whoever may open it; whether something was done in the present phase, the rooms say."""
    verdict = may_open_cycle(user, cycle.area, at)
    if verdict and cycle.phase in {Phase.DRAFT, Phase.SOLICIT}:
        return no(_("There is no step to take back: a letter that is published stays published."))
    return verdict


def may_adopt(user: Person, cycle: Cycle, at: datetime) -> Verdict:
    """May: whoever may edit the draft of a year whose list was decided elsewhere."""
    verdict = may_edit_draft(user, cycle, at)
    return _elsewhere(cycle) if verdict else verdict


def may_correct_adoption(user: Person, cycle: Cycle, at: datetime) -> Verdict:
    """May: whoever may advance a year whose list was adopted."""
    verdict = may_advance(user, cycle, at)
    return _elsewhere(cycle) if verdict else verdict


def _elsewhere(cycle: Cycle) -> Verdict:
    if cycle.decision_mode == DecisionMode.ELSEWHERE:
        return YES
    return no(_("The list of this year is decided here, not elsewhere."))


def is_far(year: int, at: datetime) -> bool:
    """Say whether a year is so far from today that it is asked about before it is made."""
    return abs(year - timezone.localdate(at).year) > YEARS_AROUND


def is_of_another_year(decided_on: date, year: int) -> bool:
    """Say whether a decision lies so long before the year of its list that it is asked about."""
    return decided_on.year < year - YEARS_AROUND


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
