"""How a year of the demo ends, announced and reported on, and how the demo does: people are told of their work."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from livelihood.accounts.models import User
from livelihood.audit.models import Entry
from livelihood.cycles.models import Cycle
from livelihood.demo.stage import instant
from livelihood.inbox import services as inbox
from livelihood.jobs.models import JobState
from livelihood.portal import services as portal
from livelihood.portal.acts import TOLD
from livelihood.portal.telling import tellings
from projects.reports import selectors as reporting
from projects.reports import services as reports
from projects.reports.states import Language

RECENT = timedelta(days=30)
"""What happened so shortly before the demo was built is told of."""


def tell_people(usernames: Collection[str], *, at: datetime) -> None:
    """Tell some people, as if they had signed in before, what came to them lately and what is due."""
    User.objects.filter(username__in=usernames, last_login__isnull=True).update(last_login=at)
    portal.tell_of_the_journal(at=at)  # Begins the reading of the journal: what comes later is told of by its clock.
    inbox.tell(tellings(list(Entry.objects.filter(act__in=TOLD, at__gt=at - RECENT).order_by("pk"))), at=at)
    portal.tell_what_is_due(at=at)


def tell(cycle: Cycle, *, by: User) -> None:
    """Announce every project and site, and build the report in both languages, here and now: no worker need run."""
    announced, built = date(cycle.year + 1, 1, 20), date(cycle.year + 1, 1, 25)
    reports.publish_announcement(cycle=cycle, basis=reporting.basis_of(cycle), by=by, at=instant(announced))
    for language in Language:
        report = reports.request_report(cycle=cycle, language=language, by=by, at=instant(built))
        reports.run_build(report.job_id, at=instant(built, 10, 1))
        report.job.refresh_from_db()
        if report.job.state != JobState.DONE:
            raise RuntimeError(f"The report of {cycle} was not built: {report.job.problem}")
