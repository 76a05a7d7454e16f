"""The desk for sites: lists, reports, inspections, notices."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from livelihood.accounts.once import once
from livelihood.accounts.seen import mark_of
from livelihood.accounts.selectors import signed_in
from livelihood.cycles import selectors as cycles
from livelihood.cycles.models import Cycle
from livelihood.imports.exporters import shown_traces
from livelihood.kernel import parameters
from livelihood.kernel.forms import submit
from livelihood.kernel.methods import require_http_methods
from livelihood.kernel.pages import show_form, show_page, show_question
from livelihood.kernel.verdict import require
from livelihood.lists.grids import acting
from livelihood.lists.grids.shown import Asking
from livelihood.web.decorators import cycle_view, found
from projects import rules, selectors, services
from projects.forms import AreaReportForm, CheckForm, InspectionForm, NoticeAnswerForm, ReportForm, SiteForm
from projects.grids.notices import NOTICES, OWN_NOTICES
from projects.grids.sites import MINE, SITES
from projects.models import Indicator, Notice
from projects.selectors.lookups import Lookups
from projects.views import _shared as shared


def _is_own(request: HttpRequest) -> bool:
    """Say whether the address asks for what one's own units build or lead."""
    return parameters.word(request.GET, "mine", ("true",)) == "true"


@require_http_methods(["GET", "POST"])
@once
@cycle_view
def sites(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """List the sites of the year that this person may open; a POST acts upon those that are chosen."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_read_desk(user, cycle, now))
    mine = parameters.word(request.GET, "mine", ("", *MINE))
    asking = Asking(MINE.get(mine, SITES), request, cycle, user, now)
    project = parameters.whole(request.GET, "project")
    context = {
        "may_import": rules.may_import_sites(user, cycle, now),
        "project": selectors.find_project(cycle, project) if project is not None else None,
        "is_own": bool(mine),
    }
    return acting.answered(asking, "projects/site_queue.html", context)


@require_http_methods(["GET", "POST"])
@once
@cycle_view
def site(request: HttpRequest, cycle: Cycle, pk: int) -> HttpResponse:
    """Show a site at the desk; a POST reports its progress."""
    now, user = timezone.now(), signed_in(request)
    site = found(selectors.sites_for(cycle).visible_to(user, now).filter(pk=pk).first())
    site.cycle = cycle
    initial = {
        "quantity": site.quantity_done,
        "reported_on": timezone.localdate(now),
        "idempotency_key": shared.fresh_key(),
    }
    form = ReportForm(request.POST or None, initial=initial)
    if submit(
        form,
        lambda: services.report_sites(
            entries=[form.entry(site)],
            reported_on=form.cleaned_data["reported_on"],
            idempotency_key=form.cleaned_data["idempotency_key"],
            by=user,
            at=now,
        ),
    ):
        return redirect(cycle.address("projects:desk_site", pk=pk))
    context = {
        "site": site,
        "why": selectors.why_light(site, timezone.localdate(now)),
        "reports": selectors.reports_of_site(site)[:20],
        "inspections": selectors.inspections_of(site),
        "notices": selectors.notices_of(site),
        "may_report": rules.may_report_site(user, site, now),
        "may_accept": rules.may_accept(user, site, now),
        "may_correct": rules.may_list_site(user, cycle, site.project, site.organisation_id, now),
        "traces": shown_traces("projects.site", site.pk, reader=user, at=now),
    }
    return show_form(request, "projects/site_desk.html", form, context)


@require_http_methods(["GET", "POST"])
@once
@cycle_view
def add(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Add one site by hand."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_import_sites(user, cycle, now))
    form = SiteForm(Lookups(cycle), request.POST or None)
    if added := submit(form, lambda: services.add_site(cycle=cycle, row=form.row(), by=user, at=now)):
        return redirect(cycle.address("projects:desk_site", pk=added.result.pk))
    context = {
        "title": _("Add a site"),
        "text": _("For many sites at once, import a workbook."),
        "label": _("Add the site"),
        "cancel_url": cycle.address("projects:desk_sites"),
    }
    return show_form(request, "form_page.html", form, context)


@require_http_methods(["GET", "POST"])
@once
@cycle_view
def correct(request: HttpRequest, cycle: Cycle, pk: int) -> HttpResponse:
    """Correct what the list says of one site."""
    now, user = timezone.now(), signed_in(request)
    site = found(selectors.find_site(cycle, pk))
    require(rules.may_list_site(user, cycle, site.project, site.organisation_id, now))
    form = SiteForm(Lookups(cycle), request.POST or None, site=site)
    address = cycle.address("projects:desk_site", pk=pk)
    if submit(
        form,
        lambda: services.correct_site(
            site=site,
            row=form.row(),
            reason=form.cleaned_data["reason"],
            seen=form.cleaned_data["seen"],
            by=user,
            at=now,
        ),
    ):
        return redirect(address)
    context = {
        "title": _("Correct the entry of %(site)s") % {"site": site.name},
        "text": _("What was and what is goes into the journal, with the reason."),
        "label": _("Save"),
        "cancel_url": address,
    }
    return show_form(request, "form_page.html", form, context)


@require_http_methods(["GET", "POST"])
@cycle_view
def start(request: HttpRequest, cycle: Cycle, pk: int) -> HttpResponse:
    """Say that work at a site has begun."""
    now, user = timezone.now(), signed_in(request)
    site = found(selectors.sites_for(cycle).visible_to(user, now).filter(pk=pk).first())
    address = cycle.address("projects:desk_site", pk=pk)
    if request.method == "POST":
        services.start_sites(sites=[site], by=user, at=now).insist()
        return redirect(address)
    require(rules.may_report_site(user, site, now))
    return show_question(
        request,
        title=_("Work has begun"),
        label=_("Work has begun"),
        text=site.name,
        consequences=[_("The site counts as under way, and its light follows the time that passes.")],
        cancel_url=address,
    )


@require_http_methods(["GET", "POST"])
@once
@cycle_view
def inspect(request: HttpRequest, cycle: Cycle, pk: int) -> HttpResponse:
    """Judge a completed site line by line: it is accepted, or goes back to its unit."""
    now, user = timezone.now(), signed_in(request)
    site = found(selectors.sites_for(cycle).visible_to(user, now).filter(pk=pk).first())
    require(rules.may_accept(user, site, now))
    lines = site.standard.lines.order_by("number") if site.standard else ()
    form = InspectionForm(lines, request.POST or None, initial={"seen": selectors.inspections_of(site).count()})
    address = cycle.address("projects:desk_site", pk=pk)

    def act() -> None:
        given = {"findings": form.findings(), **form.beside(), "by": user, "at": now}
        if parameters.is_given(request.POST, "return"):
            services.return_site(site=site, **given)
        else:
            services.accept_sites(sites=[site], **given).insist()

    if submit(form, act):
        return redirect(address)
    return show_form(request, "projects/site_inspect.html", form, {"site": site, "cancel_url": address})


@require_http_methods(["GET", "POST"])
@once
@cycle_view
def area_report(request: HttpRequest, cycle: Cycle, pk: int, indicator: int) -> HttpResponse:
    """Report what was done for an indicator in an area."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_read_desk(user, cycle, now))
    project = found(selectors.find_project(cycle, pk))
    row = found(Indicator.objects.filter(project=project, pk=indicator).first())
    areas = cycles.areas_of_year(cycle).filter(Q(pk=cycle.area_id) | Q(parent=cycle.area))
    initial = {"reported_on": timezone.localdate(now), "idempotency_key": shared.fresh_key()}
    form = AreaReportForm(areas, request.POST or None, initial=initial)
    address = cycle.address("projects:desk_project", pk=pk)
    if submit(form, lambda: services.report_area(indicator=row, **form.cleaned_data, by=user, at=now)):
        return redirect(address)
    context = {
        "title": _("Report on “%(name)s”") % {"name": row.name},
        "text": row.get_kind_display(),
        "label": _("Report"),
        "cancel_url": address,
    }
    return show_form(request, "form_page.html", form, context)


@require_http_methods(["GET", "POST"])
@once
@cycle_view
def notices(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """List the notices on sites that this person may open, the first due first; a POST acts upon those chosen."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_read_desk(user, cycle, now))
    grid = OWN_NOTICES if _is_own(request) else NOTICES
    return acting.answered(Asking(grid, request, cycle, user, now), "projects/notice_list.html", {})


@require_http_methods(["GET", "POST"])
@cycle_view
def notice(request: HttpRequest, cycle: Cycle, pk: int) -> HttpResponse:
    """Show a notice; a POST answers it, sends the answer back, or closes it."""
    now, user = timezone.now(), signed_in(request)
    rows = selectors.notices_for(cycle, user, now).select_related(*selectors.OF_NOTICE)
    notice: Notice = found(rows.filter(pk=pk).first())
    notice.site.cycle = cycle
    verb, seen = parameters.word(request.POST, "verb", ("answer", "return", "close")), mark_of(notice)
    answer = NoticeAnswerForm(request.POST if verb == "answer" else None, initial={"seen": seen})
    in_a_week = timezone.localdate(now) + timedelta(days=7)
    sent = request.POST if verb in {"return", "close"} else None
    check = CheckForm(sent, initial={"answer_by": in_a_week, "seen": seen})
    acts: dict[str, tuple[Any, Callable[[], object]]] = {
        "answer": (
            answer,
            lambda: services.answer_notices(notices=[notice], **answer.cleaned_data, by=user, at=now).insist(),
        ),
        "return": (check, lambda: services.return_notice(notice=notice, **check.cleaned_data, by=user, at=now)),
        "close": (check, lambda: services.close_notice(notice=notice, **check.closing(), by=user, at=now)),
    }
    if verb in acts and submit(*acts[verb]):
        return redirect(cycle.address("projects:desk_notice", pk=pk))
    context = {
        "notice": notice,
        "answer": answer,
        "check": check,
        "may_answer": rules.may_answer_notice(user, notice, now),
        "may_close": rules.may_close_notice(user, notice, now),
    }
    return show_page(request, "projects/notice_detail.html", context, is_refused=bool(verb))
