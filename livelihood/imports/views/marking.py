"""The way back to the office: its own workbook, marked; a short one at once, a long one by a worker."""

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from livelihood.accounts.selectors import signed_in
from livelihood.imports import rules, selectors, services, sheets
from livelihood.imports.models import Import
from livelihood.imports.views import _shared as shared
from livelihood.jobs import pulse
from livelihood.jobs.models import JobState
from livelihood.kernel.methods import require_GET, require_http_methods
from livelihood.kernel.uploads import CONTENT_TYPES, FileKind
from livelihood.kernel.verdict import require
from livelihood.web.decorators import found
from livelihood.web.progress import bar_of


@require_http_methods(["GET", "POST"])
def errors(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out the office's own workbook with what is to be corrected marked in it; a POST has a long one marked."""
    now, user = timezone.now(), signed_in(request)
    batch = shared.find(request, pk)
    if not selectors.has_file(batch):
        raise Http404
    require(rules.may_mark_import(user, batch, now))
    if sheets.is_short(batch):
        return _taken(request, batch, sheets.workbook_of(batch), now)
    if request.method == "POST":
        services.ask_for_marking(batch=batch, by=user, at=now)
        return redirect("imports:errors", pk=pk)
    workbook = selectors.marked_workbooks(batch, get_language()).first()
    if workbook is not None and workbook.job.state == JobState.DONE:
        workbook = selectors.kept_workbooks(now).filter(pk=workbook.pk).select_related("job").defer("content").first()
    context = {
        "batch": batch,
        "back_url": reverse("imports:import", kwargs={"pk": pk}),
        "has_failed": workbook is not None and workbook.job.state == JobState.FAILED,
        "bar": workbook
        and bar_of(
            workbook.job,
            label=batch.file_name,
            address=reverse("imports:errors", kwargs={"pk": pk}),
            standstill=pulse.standstill(at=now),
            result_url=reverse("imports:marked", kwargs={"pk": workbook.pk}),
            result_label=_("Download the workbook"),
            is_listed=False,
        ),
    }
    return render(request, "imports/import_marked.html", context)


@require_GET
def marked(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out a workbook that a worker has marked."""
    now = timezone.now()
    workbook = found(selectors.kept_workbooks(now).filter(pk=pk).first())
    batch = shared.find(request, workbook.of_id)
    require(rules.may_mark_import(signed_in(request), batch, now))
    return _taken(request, batch, bytes(workbook.content), now)


def _taken(request: HttpRequest, batch: Import, content: bytes, at: datetime) -> HttpResponse:
    """Hand a marked workbook out, which holds all that was brought; the journal says who took it."""
    services.note_file_taken(batch=batch, by=signed_in(request), at=at)
    response = HttpResponse(content, content_type=CONTENT_TYPES[FileKind.XLSX])
    response.headers["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=sheets.file_name(batch)
    )
    response.headers["Cache-Control"] = "no-store"
    return response
