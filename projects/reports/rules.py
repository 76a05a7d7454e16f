"""Who may announce and report, and when."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from livelihood.accounts import selectors as accounts
from livelihood.accounts.roles import Permission
from livelihood.accounts.selectors import Person
from livelihood.cycles.models import Cycle
from livelihood.cycles.states import Phase
from livelihood.jobs.models import JobState
from livelihood.kernel.verdict import YES, Verdict, no
from projects.reports.models import Report


def may_publish_announcement(user: Person, cycle: Cycle, at: datetime) -> Verdict:
    """May: the livelihood office of the area, while the year is judged."""
    return _office(user, Permission.PUBLISH_ANNOUNCEMENT, cycle, at)


def may_build_reports(user: Person, cycle: Cycle, at: datetime) -> Verdict:
    """May: the livelihood office of the area, while the year is judged."""
    return _office(user, Permission.BUILD_REPORTS, cycle, at)


def may_retry_report(user: Person, report: Report, at: datetime) -> Verdict:
    """May: who builds reports, after the last attempt failed."""
    verdict = may_build_reports(user, report.cycle, at)
    if verdict and report.job.state != JobState.FAILED:
        return no(_("This report has not failed."))
    return verdict


def may_read_reports(user: Person, cycle: Cycle, at: datetime) -> Verdict:
    """May: everyone who works at this area's desk."""
    if accounts.has(user, Permission.READ_DESK, cycle.area, at):
        return YES
    return no(_("Only those who work at this area's desk may see this page."))


def _office(user: Person, permission: Permission, cycle: Cycle, at: datetime) -> Verdict:
    if not accounts.has(user, permission, cycle.area, at):
        return no(_("Only the livelihood office of this area announces and reports."))
    if cycle.phase != Phase.EVALUATE:
        return no(_("Announcement and report are made while the year is judged."))
    return YES
