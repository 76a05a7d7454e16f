"""The desk for imports: upload, preview, confirm."""

from datetime import datetime
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from livelihood.accounts.once import once
from livelihood.accounts.selectors import signed_in
from livelihood.cycles.models import Cycle
from livelihood.jobs import pulse
from livelihood.jobs.models import Job
from livelihood.kernel.exports import Field, Sheet, write_csv, write_xlsx
from livelihood.kernel.forms import submit
from livelihood.kernel.methods import require_GET, require_http_methods
from livelihood.kernel.pages import show_form, show_question
from livelihood.kernel.verdict import require
from livelihood.web.bounds import takes_file
from livelihood.web.decorators import cycle_view, found
from livelihood.web.progress import Bar, bar_of
from projects import exporters, rules, selectors, services
from projects.forms import UploadForm
from projects.models import ImportBatch
from projects.selectors.lookups import Lookups
from projects.states import ImportState
from projects.tasks import PREVIEW


@takes_file
@require_http_methods(["GET", "POST"])
@once
@cycle_view
def imports(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Take a workbook in, and list those that came before."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_import_sites(user, cycle, now))
    form = UploadForm(request.POST or None, request.FILES or None)

    def take() -> ImportBatch:
        file = form.cleaned_data["file"]
        batch = services.receive_import(cycle=cycle, file=file, file_name=file.name, by=user, at=now)
        services.ask_for_preview(batch=batch, by=user, at=now)
        return batch

    if taken := submit(form, take):
        return redirect(cycle.address("projects:import", pk=taken.result.pk))
    return show_form(request, "projects/import_list.html", form, {"batches": selectors.imports_of(cycle)[:50]})


@require_GET
@cycle_view
def template(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Hand out an empty workbook with the columns, and the names and codes that may stand in them."""
    require(rules.may_import_sites(signed_in(request), cycle, timezone.now()))
    sheets = [Sheet(_("Sites"), exporters.template_fields(), ()), *_lists(Lookups(cycle))]
    return cast(HttpResponse, write_xlsx(sheets, filename="sites-template"))


def _lists(lookups: Lookups) -> list[Sheet]:
    """Return what may be looked up, under headings that the import does not know."""
    indicators = sorted(lookups.indicators.values(), key=lambda row: (row.project_id, row.number))
    return [
        Sheet(
            _("Known indicators"),
            [
                Field(_("Number of the project"), lambda row: row.project.number),
                Field(_("Name of the project"), lambda row: row.project.title),
                Field(_("Name of the indicator"), lambda row: row.name),
                Field(_("Counted in"), lambda row: row.unit),
            ],
            indicators,
        ),
        Sheet(
            _("Known areas"),
            [Field(_("Code"), lambda row: row.code), Field(_("Name of the area"), lambda row: row.name)],
            sorted(lookups.areas.values(), key=lambda row: row.code),
        ),
        Sheet(
            _("Known standards"),
            [Field(_("Title and version"), lambda row: row)],
            sorted(lookups.standard_names.values()),
        ),
    ]


@require_GET
@cycle_view
def batch(request: HttpRequest, cycle: Cycle, pk: int) -> HttpResponse:
    """Show what an import would do or did, or how far a worker has read it."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_import_sites(user, cycle, now))
    batch = found(selectors.find_import(cycle, pk))
    context = {
        "batch": batch,
        "preview": exporters.preview_of(batch),
        "job": _job(cycle, batch, now) if batch.state == ImportState.RECEIVED else None,
        "may_decide": rules.may_decide_import(user, batch, now),
        "is_open": batch.state in {ImportState.RECEIVED, ImportState.PREVIEWED},
    }
    return render(request, "projects/import_preview.html", context)


def _job(cycle: Cycle, batch: ImportBatch, at: datetime) -> Bar | None:
    """Return a worker's progress on a file as the progress bar shows it."""
    job = Job.objects.filter(key=f"{PREVIEW}:{batch.pk}").first()
    if job is None:
        return None
    address = cycle.address("projects:import", pk=batch.pk)
    return bar_of(
        job,
        label=_("Reading %(file)s") % {"file": batch.file_name},
        address=address,
        standstill=pulse.standstill(at=at),
        result_url=address,
        result_label=_("Show the preview"),
    )


@require_GET
@cycle_view
def errors(request: HttpRequest, cycle: Cycle, pk: int) -> HttpResponse:
    """Hand out the rows to fix as a file."""
    require(rules.may_import_sites(signed_in(request), cycle, timezone.now()))
    batch = found(selectors.find_import(cycle, pk))
    columns = {
        "sheet": _("Sheet"),
        "row": _("Row"),
        "column": _("Column"),
        "value": _("Value"),
        "problem": _("What is wrong"),
        "remedy": _("How to fix it"),
    }
    fields = [Field(label, lambda error, name=name: error[name]) for name, label in columns.items()]  # type: ignore[misc]
    rows = exporters.preview_of(batch).get("errors", [])
    return cast(HttpResponse, write_csv(rows, fields, filename=f"import-{pk}-errors"))


@require_http_methods(["GET", "POST"])
@once
@cycle_view
def write(request: HttpRequest, cycle: Cycle, pk: int) -> HttpResponse:
    """Write a previewed import, after saying what will happen."""
    now, user = timezone.now(), signed_in(request)
    batch = found(selectors.find_import(cycle, pk))
    require(rules.may_decide_import(user, batch, now))
    address = cycle.address("projects:import", pk=pk)
    if request.method == "POST":
        services.write_import(batch=batch, by=user, at=now)
        return redirect(address)
    return show_question(
        request,
        title=_("Write the import"),
        label=_("Write all rows"),
        text=batch.file_name,
        consequences=[
            _("New sites: %(count)s") % {"count": batch.preview.get("new", 0)},
            _("Changed sites: %(count)s") % {"count": batch.preview.get("changed", 0)},
            _("All rows are written together, or none."),
        ],
        cancel_url=address,
    )


@require_http_methods(["GET", "POST"])
@cycle_view
def drop(request: HttpRequest, cycle: Cycle, pk: int) -> HttpResponse:
    """Drop an import without writing it."""
    now, user = timezone.now(), signed_in(request)
    batch = found(selectors.find_import(cycle, pk))
    require(rules.may_decide_import(user, batch, now))
    if request.method == "POST":
        services.drop_import(batch=batch, by=user, at=now)
        return redirect(cycle.address("projects:imports"))
    return show_question(
        request,
        title=_("Drop the import"),
        label=_("Drop"),
        text=batch.file_name,
        consequences=[_("Nothing of it is written, and the file is removed.")],
        cancel_url=cycle.address("projects:import", pk=pk),
    )
