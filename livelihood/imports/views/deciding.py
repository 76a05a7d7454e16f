"""Write a file, drop it, take it back, and hand it out."""

import io
from datetime import datetime

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from livelihood.accounts.models import User
from livelihood.accounts.once import once
from livelihood.accounts.selectors import signed_in
from livelihood.imports import asking, rules, selectors, services
from livelihood.imports.forms import TakeBackForm
from livelihood.imports.models import Import
from livelihood.imports.states import ImportSection, ImportState
from livelihood.imports.views import _shared as shared
from livelihood.kernel.forms import submit
from livelihood.kernel.methods import require_GET, require_http_methods
from livelihood.kernel.pages import show_form, show_question
from livelihood.kernel.sheets.handling import ImportOutdated
from livelihood.kernel.verdict import require
from livelihood.web.decorators import found


@require_http_methods(["GET", "POST"])
@once
def write(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a previewed import, after saying what will happen."""
    now, user = timezone.now(), signed_in(request)
    batch = shared.find(request, pk)
    require(rules.may_decide_import(user, batch, now))
    address = reverse("imports:import", kwargs={"pk": pk})
    if request.method == "POST":
        try:
            services.ask_for_writing(batch=batch, by=user, at=now)
        except ImportOutdated:
            shared.look_anew(batch, user, now)
            return redirect(f"{address}?since=changed")
        return redirect(address)
    if batch.is_blocked or batch.state != ImportState.PREVIEWED or batch.has_nothing_to_write:
        return redirect(address)  # it says why
    counted = (_("New: %(count)s"), ImportSection.NEW), (_("Changed: %(count)s"), ImportSection.CHANGED)
    return show_question(
        request,
        title=_("Write the import"),
        label=_("Write all rows"),
        text=batch.file_name,
        consequences=[
            _into(batch, user, now),
            *(text % {"count": count} for text, section in counted if (count := batch.counts.get(section))),
            *asking.weighty_rows(batch),
            _("All rows are written together, or none."),
            _("As long as nobody has worked on them, the rows can be taken back."),
        ],
        cancel_url=address,
    )


def _into(batch: Import, by: User, at: datetime) -> str:
    """Say into what a file is written."""
    into = selectors.destination(batch, selectors.frame_of(batch, by, at))
    names = {"what": into.what, "area": into.area, "year": into.year}
    return (_("Into: %(what)s, %(area)s %(year)s") if into.year else _("Into: %(what)s, %(area)s")) % names


@require_http_methods(["GET", "POST"])
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Drop an import without writing it."""
    now, user = timezone.now(), signed_in(request)
    batch = shared.find(request, pk)
    require(rules.may_decide_import(user, batch, now))
    if request.method == "POST":
        services.drop_import(batch=batch, by=user, at=now)
        return redirect(shared.list_address(batch))
    return show_question(
        request,
        title=_("Drop the import"),
        label=_("Drop"),
        text=batch.file_name,
        consequences=[_("Nothing of it is written, and the file is removed.")],
        cancel_url=reverse("imports:import", kwargs={"pk": pk}),
    )


@require_http_methods(["GET", "POST"])
@once
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what an import has written, after saying how much of it can be and asking why."""
    now, user = timezone.now(), signed_in(request)
    batch = shared.find(request, pk)
    require(rules.may_take_back_import(user, batch, now))
    form = TakeBackForm(request.POST or None)
    address = reverse("imports:import", kwargs={"pk": pk})
    if submit(form, lambda: services.ask_for_taking_back(batch=batch, by=user, at=now, **form.cleaned_data)):
        return redirect(address)
    context = {
        "title": _("Take back “%(file)s”") % {"file": batch.file_name},
        "back": selectors.way_back(batch, user, now),
        "label": _("Take back"),
        "cancel_url": address,
    }
    return show_form(request, "imports/import_take_back.html", form, context)


@require_GET
def file(request: HttpRequest, pk: int) -> FileResponse:
    """Hand the file out as it came."""
    batch = shared.find(request, pk)
    content = found(batch.content)
    services.note_file_taken(batch=batch, by=signed_in(request), at=timezone.now())
    response = FileResponse(io.BytesIO(content), as_attachment=True, filename=batch.file_name)
    response.headers["Cache-Control"] = "no-store"
    return response
