"""Bring a file, of a year or of an area, and see those that came before."""

from datetime import datetime
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone

from livelihood.accounts.once import once
from livelihood.accounts.selectors import signed_in
from livelihood.cycles.models import Area, Cycle
from livelihood.imports import exporters, rules, selectors, services
from livelihood.imports.forms import UploadForm
from livelihood.imports.models import Import
from livelihood.imports.states import TO_WRITE
from livelihood.kernel import parameters
from livelihood.kernel.exports import write_xlsx
from livelihood.kernel.forms import submit
from livelihood.kernel.methods import require_http_methods
from livelihood.kernel.pages import show_form
from livelihood.kernel.sheets.handling import Frame, handlers
from livelihood.kernel.verdict import require
from livelihood.web.bounds import takes_file
from livelihood.web.decorators import cycle_view, found

LISTED = 50
WORDS = 200


@takes_file
@require_http_methods(["GET", "POST"])
@once
@cycle_view
def of_year(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Take a file of a year in, and list those that came before."""
    return _list(request, cycle.area, cycle)


@takes_file
@require_http_methods(["GET", "POST"])
@once
def of_area(request: HttpRequest, area: str) -> HttpResponse:
    """Take a file of an area in, and list those that came before."""
    return _list(request, get_object_or_404(Area, slug=area), None)


def _list(request: HttpRequest, area: Area, cycle: Cycle | None) -> HttpResponse:
    now, user = timezone.now(), signed_in(request)
    require(rules.may_open_imports(user, area, cycle, now))
    offers = list(selectors.offers(user, area, cycle, now))
    if kind := parameters.text(request.GET, "template", most=WORDS):
        return _template(offers, kind, Frame(area, cycle, user, now))
    asked = parameters.text(request.GET, "what", most=WORDS)
    form = UploadForm(offers, asked, request.POST or None, request.FILES or None)

    def take() -> Import:
        file, (kind, target) = form.cleaned_data["file"], form.chosen
        batch = services.receive_import(
            kind=kind, area=area, cycle=cycle, target=target, file=file, file_name=file.name, by=user, at=now
        )
        services.ask_for_preview(batch=batch, by=user, at=now)
        return batch

    if taken := submit(form, take):
        return redirect("imports:import", pk=taken.result.pk)
    context = {
        "area": area,
        "imports": [
            (one, handlers()[one.kind].kind.label, *(one.counts.get(section, 0) for section in TO_WRITE))
            for one in selectors.imports_of(area, cycle)[:LISTED]
        ],
        "offers": offers,
        "templates": {offer.handler.kind.name: offer.handler.kind.label for offer in offers}.items(),
        "elsewhere": _elsewhere(request, area, cycle, now),
    }
    return show_form(request, "imports/import_list.html", form, context)


def _elsewhere(request: HttpRequest, area: Area, cycle: Cycle | None, at: datetime) -> str:
    """Return the address of the sheets of the area, for who may bring some and is at a year."""
    if cycle is None or not rules.may_open_imports(signed_in(request), area, None, at):
        return ""
    return reverse("imports:of_area", kwargs={"area": area.slug})


def _template(offers: list[selectors.Offer], kind: str, frame: Frame) -> HttpResponse:
    """Hand out a workbook to fill in."""
    offer = found(next((one for one in offers if one.handler.kind.name == kind), None))
    return cast(HttpResponse, write_xlsx(exporters.template_sheets(offer.handler, frame), filename=f"{kind}-template"))
