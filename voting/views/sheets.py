"""What is printed, signed and posted: the blank ballot, the tally sheet with its officers, the congress's notice."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from livelihood.accounts.once import once
from livelihood.accounts.seen import mark_of
from livelihood.accounts.selectors import signed_in
from livelihood.cycles.models import Cycle
from livelihood.kernel.forms import submit
from livelihood.kernel.methods import require_GET, require_http_methods
from livelihood.kernel.pages import show_form
from livelihood.kernel.verdict import require
from livelihood.web.decorators import cycle_view, found, public_page
from voting import rules, selectors, services, sheets
from voting.acts import VotingAct, all_but
from voting.forms import OfficersForm, SignedSheetForm
from voting.models import Round
from voting.states import Duty
from voting.views import _shared as shared


@require_http_methods(["GET", "POST"])
@cycle_view
def officers(request: HttpRequest, cycle: Cycle, number: int) -> HttpResponse:
    """Name who counts and who watches."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_read_rounds(user, cycle, now))
    shown = shared.find_round(cycle, number)
    require(rules.may_name_officers(user, shown, now))
    seen = mark_of(shown, but=all_but(VotingAct.ROUND_OFFICERS_NAMED))
    names = dict(selectors.officers_by_duty(shown))
    if not any(names.values()):
        names = selectors.likely_officers(cycle.area, timezone.localdate(now))
    initial = {
        "seen": seen,
        "chief": "".join(names[Duty.CHIEF_SCRUTINEER]),
        "scrutineers": "\n".join(names[Duty.SCRUTINEER]),
        "tellers": "\n".join(names[Duty.TELLER]),
        "session": shown.session,
    }
    form = OfficersForm(request.POST or None, initial=initial)
    if submit(form, lambda: services.name_officers(round_=shown, **form.values(), by=user, at=now)):
        return redirect(shown.address("voting:round"))
    return show_form(
        request, "voting/paper_officers.html", form, {"round": shown, "back_url": shown.address("voting:round")}
    )


@never_cache
@require_GET
@cycle_view
def blank_ballot_pdf(request: HttpRequest, cycle: Cycle, number: int) -> HttpResponse:
    """Give the blank ballot of a round as PDF, to be printed and handed out."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_read_rounds(user, cycle, now))
    shown = shared.find_round(cycle, number)
    require(rules.may_print_ballot(user, shown, now))
    return _pdf(sheets.blank_ballot_file(shown), f"ballot-{cycle.year}-{number}")


@never_cache
@require_GET
@cycle_view
def tally_sheet(request: HttpRequest, cycle: Cycle, number: int) -> HttpResponse:
    """Show the sheet of a counted or void round, fit for print and signature."""
    shown = _to_be_read(request, cycle, number)
    context = {
        "round": shown,
        "sheet": sheets.tally_sheet(shown),
        "scan": selectors.signed_sheet_of(shown),
        "may_bring": rules.may_bring_signed_sheet(signed_in(request), shown, timezone.now()),
    }
    return render(request, "voting/round_sheet.html", context)


@require_http_methods(["GET", "POST"])
@once
@cycle_view
def signed_sheet(request: HttpRequest, cycle: Cycle, number: int) -> HttpResponse:
    """Bring the signed sheet of a round as a scan."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_read_rounds(user, cycle, now))
    shown = shared.find_round(cycle, number)
    require(rules.may_bring_signed_sheet(user, shown, now))
    form = SignedSheetForm(request.POST or None, request.FILES or None)
    if submit(
        form,
        lambda: services.bring_signed_sheet(
            round_=shown, file=(file := form.cleaned_data["file"]), file_name=file.name, by=user, at=now
        ),
    ):
        return redirect(shown.address("voting:round_sheet"))
    context = {"round": shown, "back_url": shown.address("voting:round_sheet")}
    return show_form(request, "voting/signed_sheet.html", form, context)


@never_cache
@require_GET
@cycle_view
def signed_sheet_file(request: HttpRequest, cycle: Cycle, number: int) -> HttpResponse:
    """Hand out the scan of a signed sheet to those who run the round.

    :raises Http404: there is none.
    """
    scan = found(selectors.signed_sheet_of(_to_be_read(request, cycle, number)))
    return shared.document(scan.content, scan.kind, scan.file_name)


@never_cache
@require_GET
@cycle_view
def tally_sheet_pdf(request: HttpRequest, cycle: Cycle, number: int) -> HttpResponse:
    """Give the sheet of a counted or void round as PDF."""
    return _pdf(sheets.tally_sheet_file(_to_be_read(request, cycle, number)), f"tally-sheet-{cycle.year}-{number}")


@public_page
@require_GET
@cycle_view
def notice(request: HttpRequest, cycle: Cycle, number: int) -> HttpResponse:
    """Show the announcement of a round as the congress posts it; of a rehearsal there is none."""
    shown = _announced(cycle, number)
    return render(request, "voting/notice.html", {"round": shown, "notice": sheets.notice(shown)})


@public_page
@require_GET
@cycle_view
def notice_pdf(request: HttpRequest, cycle: Cycle, number: int) -> HttpResponse:
    """Give the announcement of a round as PDF."""
    return _pdf(sheets.notice_file(_announced(cycle, number)), f"notice-{cycle.year}-{number}")


def _to_be_read(request: HttpRequest, cycle: Cycle, number: int) -> Round:
    now, user = timezone.now(), signed_in(request)
    require(rules.may_read_rounds(user, cycle, now))
    shown = shared.find_round(cycle, number)
    require(rules.may_read_sheet(user, shown, now))
    return shown


def _announced(cycle: Cycle, number: int) -> Round:
    return found(selectors.announced_rounds().filter(cycle=cycle, number=number).first())


def _pdf(content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)
