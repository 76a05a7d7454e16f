"""Preparing the announcement, and building reports."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from livelihood.accounts.holding import signed_in
from livelihood.accounts.once import once
from livelihood.cycles.models import Cycle
from livelihood.jobs import pulse
from livelihood.jobs.models import JobState
from livelihood.kernel import parameters
from livelihood.kernel.errors import InvalidInput, Text
from livelihood.kernel.methods import require_GET, require_http_methods, require_POST
from livelihood.kernel.verdict import Verdict, require
from livelihood.web.decorators import cycle_view, found
from livelihood.web.progress import Bar, bar_of
from projects.reports import rules, selectors, services
from projects.reports.models import Report
from projects.reports.states import Language
from projects.reports.views.public import project_tables


@require_http_methods(["GET", "POST"])
@once
@cycle_view
def announcement_prepare(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Show what would be announced now, and announce exactly that."""
    now = timezone.now()
    require(rules.may_publish_announcement(request.user, cycle, now))
    if request.method == "POST":
        services.ask_to_announce(
            cycle=cycle, basis=parameters.text(request.POST, "basis", most=64), by=signed_in(request), at=now
        )
        return redirect(cycle.address("reports:desk_reports"))
    if selectors.announcement_of(cycle) is not None:
        return redirect(cycle.address("reports:announcement"))
    # Noted before it is read: a change in between is then found by the announcing.
    basis, content = selectors.basis_of(cycle), selectors.announcement_content(cycle)
    context = project_tables(content) | {
        "basis": basis,
        "sites": sum(project.sites.total for project in content.projects),
        "projects": len(content.projects),
    }
    return render(request, "reports/announcement_prepare.html", context)


@require_GET
@cycle_view
def desk_reports(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Show the announcement's state and all reports: build, watch, repeat."""
    now = timezone.now()
    require(rules.may_read_reports(request.user, cycle, now))
    may_build, standstill = rules.may_build_reports(request.user, cycle, now), pulse.standstill(at=now)
    context = {
        "announcement": selectors.announcement_of(cycle),
        "announcing": _announcing(cycle, standstill),
        "may_publish": rules.may_publish_announcement(request.user, cycle, now),
        "may_build": may_build,
        "languages": Language.choices,
        "rows": [
            {
                "report": report,
                "bar": bar_of(
                    report.job,
                    label=f"{report.get_kind_display()} · {report.get_language_display()}",
                    address=cycle.address("reports:desk_reports"),
                    standstill=standstill,
                ),
                "may_retry": _may_retry(may_build, report),
            }
            for report in selectors.reports_for_desk(cycle)
        ],
    }
    return render(request, "reports/desk_reports.html", context)


@require_POST
@once
@cycle_view
def report_request(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Ask for a report in one language."""
    now = timezone.now()
    require(rules.may_build_reports(request.user, cycle, now))
    language = parameters.word(request.POST, "language", Language.values)
    if not language:
        raise InvalidInput(_("Choose the language of the report."))
    services.request_report(cycle=cycle, language=Language(language), by=signed_in(request), at=now)
    return redirect(cycle.address("reports:desk_reports"))


@require_POST
@once
@cycle_view
def report_retry(request: HttpRequest, cycle: Cycle, pk: int) -> HttpResponse:
    """Try again to build a report that failed."""
    require(rules.may_read_reports(request.user, cycle, timezone.now()))
    report = found(selectors.report_for_desk(cycle, pk))
    services.retry_report(report=report, by=signed_in(request), at=timezone.now())
    return redirect(cycle.address("reports:desk_reports"))


def _announcing(cycle: Cycle, standstill: Text | None) -> Bar | None:
    """Return the work of announcing, until it is done."""
    job = selectors.announcing_job(cycle)
    if job is None or job.state == JobState.DONE:
        return None
    address = cycle.address("reports:desk_reports")
    return bar_of(job, label=_("Announcement"), address=address, standstill=standstill)


def _may_retry(may_build: Verdict, report: Report) -> bool:
    """Repeat what `may_retry_report` says, without asking for the role once per row."""
    return may_build.ok and report.job.state == JobState.FAILED
