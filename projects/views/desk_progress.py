"""The desk for progress: a unit's sites in one grid, typed into, pasted into, acted on."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from livelihood.accounts.once import once
from livelihood.accounts.selectors import signed_in
from livelihood.cycles.models import Cycle
from livelihood.kernel import parameters
from livelihood.kernel.errors import InvalidInput
from livelihood.kernel.forms import submit
from livelihood.kernel.methods import require_http_methods
from livelihood.kernel.pages import show_form, show_page
from livelihood.kernel.verdict import require
from livelihood.lists.grids import acting
from livelihood.lists.grids.shown import Asking, Window
from livelihood.lists.grids.typed import TypedSheet
from livelihood.web.decorators import cycle_view
from projects import rules, services
from projects.forms import GridForm, PasteForm
from projects.forms.pasting import MOST_LINES, READ, PastedSheet, read_pasted
from projects.grids.pasting import preview_paste
from projects.grids.progress import entries_of, progress_grid, progress_sheet, take
from projects.views import _shared as shared

WINDOW = 50
"""Sites on a page of the grid."""


@require_http_methods(["GET", "POST"])
@once
@cycle_view
def grid(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Report on a unit's sites, the first due first; a POST saves what was typed, or acts upon rows."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_read_desk(user, cycle, now))
    sheet = progress_sheet(request.POST)
    asking = Asking(progress_grid(sheet), request, cycle, user, now)
    if acting.sent(request):
        return acting.chosen_act(asking)
    if request.method != "POST":
        if usual := asking.usual_url():
            return redirect(usual)
        form = GridForm(initial={"reported_on": timezone.localdate(now), "idempotency_key": shared.fresh_key()})
        return _show(request, cycle, asking.window(size=WINDOW), sheet, form)
    # The rows that were shown, whatever has become due since.
    rows = asking.among(parameters.wholes(request.POST, "shown")[:MOST_LINES])
    sheet.read(rows)
    form = GridForm(request.POST)
    if not form.is_valid():
        return _show(request, cycle, asking.window_of(rows), sheet, form)
    key = form.cleaned_data["idempotency_key"]
    outcome = services.report_grid(
        entries=entries_of(sheet), reported_on=form.cleaned_data["reported_on"], idempotency_key=key, by=user, at=now
    )
    take(sheet, outcome.refused)
    if saved := len(outcome.reports):
        said = ngettext("%(count)s value saved.", "%(count)s values saved.", saved) % {"count": saved}
        messages.success(request, said, extra_tags=key)
    elif not sheet.faults:
        form.add_error(None, _("Nothing was entered."))
    if not (sheet.faults or form.errors):
        return redirect(request.get_full_path())
    return _show(request, cycle, asking.window_of(sheet.wrong() or rows), sheet, form)


def _show(
    request: HttpRequest, cycle: Cycle, window: Window, sheet: TypedSheet, form: GridForm, **more: Any
) -> HttpResponse:
    paste_url = cycle.address("projects:grid_paste")
    context = {"grid": window, "page": window.page, "form": form, "sheet": sheet, "paste_url": paste_url, **more}
    return show_page(request, "projects/progress_grid.html", context, is_refused=form.is_bound or bool(sheet.faults))


@require_http_methods(["GET", "POST"])
@cycle_view
def grid_paste(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Take cells from a sheet and show what they would change; nothing is written before it is saved in the grid."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_read_desk(user, cycle, now))
    form = PasteForm(request.POST or None, initial={"reported_on": timezone.localdate(now)})
    read = submit(form, lambda: _read(request, form))
    asked = read.result.asked if read else ()
    if not read or asked:
        return show_form(request, "projects/progress_paste.html", form, {"asked": asked, "read": READ.items()})
    day = form.cleaned_data["reported_on"]
    preview = preview_paste(
        request, cycle, read.result, start=form.cleaned_data["start"] or 0, reported_on=day, by=user, at=now
    )
    saving = GridForm(initial={"reported_on": day, "idempotency_key": shared.fresh_key()})
    window = preview.asking.window_of(preview.sites)
    return _show(request, cycle, window, preview.sheet, saving, preview=preview)


def _read(request: HttpRequest, form: PasteForm) -> PastedSheet:
    """Read what was pasted, with what was said of its columns."""
    data = form.cleaned_data
    pasted = read_pasted(
        data["sheet"], into=data["into"], answers=lambda n: parameters.word(request.POST, f"column_{n}", READ)
    )
    if not (pasted.asked or pasted.names_sites or data["start"]):
        text = _("No column says which site a line speaks of. Copy the key or the name of the sites too.")
        raise InvalidInput(text, field="sheet")
    return pasted
