"""How a year of the demo ends: what was done is announced, and its report is built."""

from datetime import date

from livelihood.accounts.models import User
from livelihood.cycles.models import Cycle
from livelihood.demo.stage import instant
from livelihood.jobs.models import JobState
from projects.reports import selectors as reporting
from projects.reports import services as reports
from projects.reports.states import Language


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
