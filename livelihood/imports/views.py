"""Pages of the door for sheets: bring a file, say how it is read, look at what it would do, write it, take it back."""

import io
from datetime import datetime
from typing import cast
from urllib.parse import urlencode

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from livelihood.accounts.once import once
from livelihood.accounts.selectors import signed_in
from livelihood.cycles.models import Area, Cycle
from livelihood.imports import exporters, rules, selectors, services, sheets, tasks
from livelihood.imports.content import PAGE
from livelihood.imports.forms import AnswersForm, ColumnsForm, TakeBackForm, UploadForm, WordsForm
from livelihood.imports.models import Import
from livelihood.imports.states import OPEN, STANDS, TO_WRITE, ImportSection, ImportState
from livelihood.jobs import pulse
from livelihood.jobs.models import UNFINISHED, Job, JobState
from livelihood.kernel import parameters
from livelihood.kernel.exports import write_xlsx
from livelihood.kernel.forms import submit
from livelihood.kernel.methods import require_GET, require_http_methods, require_POST
from livelihood.kernel.pages import show_form, show_question
from livelihood.kernel.sheets.handling import Frame, handlers
from livelihood.kernel.sheets.looking import look
from livelihood.kernel.verdict import require
from livelihood.web.bounds import takes_file
from livelihood.web.decorators import cycle_view, found
from livelihood.web.progress import Bar, bar_of

LISTED = 50
MOST_PAGES = 100_000
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


def _find(request: HttpRequest, pk: int) -> Import:
    """Return an import that somebody may see, its year shown around it."""
    batch = cast(Import, found(selectors.find_import(pk)))
    require(rules.may_see_import(signed_in(request), batch, timezone.now()))
    request.cycle = batch.cycle  # type: ignore[attr-defined]
    return batch


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what an import would do or did, or how far a worker is."""
    return _show(request, _find(request, pk))


@require_POST
def answers(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer what is asked about the rows of one page, or about all rows of which the same is asked."""
    now, user = timezone.now(), signed_in(request)
    batch = _find(request, pk)
    require(rules.may_decide_import(user, batch, now))
    lines, _page = selectors.lines_of(batch, ImportSection.DOUBT, _page_number(request))
    form = AnswersForm(lines, selectors.asked_alike(batch), request.POST)

    def answer() -> Import:
        given = form.given(lines, selectors.questions_of(batch))
        answered = services.answer_import(batch=batch, answers=given, by=user, at=now)
        services.ask_for_preview(batch=answered, by=user, at=now)
        return answered

    if submit(form, answer):
        return redirect("imports:import", pk=pk)
    return _show(request, batch, form)


@require_POST
def words(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what unknown words in columns of few values mean, once for all rows of each."""
    now, user = timezone.now(), signed_in(request)
    batch = _find(request, pk)
    require(rules.may_decide_import(user, batch, now))
    form = WordsForm(selectors.unknown_in(batch), rules.handler_of(batch).kind, request.POST)

    def read() -> Import:
        mapped = services.map_import(
            batch=batch,
            sheet=batch.sheet,
            mapping=batch.mapping,
            meanings=form.meanings(batch.meanings),
            datum=batch.datum,
            by=user,
            at=now,
        )
        services.ask_for_preview(batch=mapped, by=user, at=now)
        return mapped

    if submit(form, read):
        return redirect("imports:import", pk=pk)
    return _show(request, batch, words=form)


def _page_number(request: HttpRequest) -> int:
    return max(parameters.whole(request.GET, "page", most=MOST_PAGES) or 1, 1)


def _show(
    request: HttpRequest, batch: Import, form: AnswersForm | None = None, words: WordsForm | None = None
) -> HttpResponse:
    now, user = timezone.now(), signed_in(request)
    handler, frame = rules.handler_of(batch), selectors.frame_of(batch, user, now)
    sections = _sections(batch)
    first = str(sections[0][0]) if sections else ""
    section = ImportSection.DOUBT if form else parameters.word(request.GET, "section", ImportSection.values, first)
    number = _page_number(request)
    kept, page = selectors.lines_of(batch, section, number)
    became = {line.row: line.subject for line in kept if line.subject}
    became |= dict(zip((line.row for line in kept), page.subjects if page else (), strict=False))
    pages = handler.addresses(frame, {subject for subject in became.values() if subject})
    lines = list(exporters.shown_lines(handler.kind, kept, lambda row: pages.get(became.get(row, 0), "")))
    may_decide = rules.may_decide_import(user, batch, now)
    if form is None and section == ImportSection.DOUBT and may_decide:
        form = AnswersForm(kept, selectors.asked_alike(batch))
    if words is None and may_decide and (unknown := selectors.unknown_in(batch)):
        words = WordsForm(unknown, handler.kind)
    job, count = _job(batch), batch.counts.get(section, 0)
    context = {
        "batch": batch,
        "kind": handler.kind.label,
        "job": _bar(batch, job, now),
        "sections": [(f"?section={one}", one.label, amount, one == section) for one, amount in sections],
        "section": section,
        "lines": lines,
        "asked": [(line, list(form.of(one))) for line, one in zip(lines, kept, strict=True)] if form else [],
        "form": form,
        "words": words,
        "count": count,
        "first": (number - 1) * PAGE + 1,
        "last": (number - 1) * PAGE + len(lines),
        "previous_url": f"?section={section}&page={number - 1}" if number > 1 else "",
        "next_url": f"?section={section}&page={number + 1}" if number * PAGE < count else "",
        "page_number": number,
        "notes": exporters.notes_of(batch),
        "columns": exporters.columns_read(batch, handler.kind),
        "may_decide": may_decide,
        "may_take_back": not _is_running(job) and rules.may_take_back_import(user, batch, now).ok,
        "is_ready": batch.state == ImportState.PREVIEWED and not _is_running(job),
        "is_blocked": bool(batch.counts.get(ImportSection.WRONG) or batch.counts.get(ImportSection.DOUBT)),
        "to_write": sum(batch.counts.get(one, 0) for one in TO_WRITE),
        "list_url": _list_address(batch),
        "has_failed": job is not None and job.state == JobState.FAILED,
    }
    if sent := next((one for one in (form, words) if one is not None and one.is_bound), form):
        return show_form(request, "imports/import_detail.html", sent, {**context, "form": form})
    return render(request, "imports/import_detail.html", context)


def _sections(batch: Import) -> list[tuple[ImportSection, int]]:
    """Return the sections of an import that have lines; what stayed after taking back comes first."""
    order = [ImportSection.STAYED, *(section for section in ImportSection if section != ImportSection.STAYED)]
    return [(section, count) for section in order if (count := batch.counts.get(section, 0))]


def _list_address(batch: Import) -> str:
    if batch.cycle is not None:
        return batch.cycle.address("imports:of_year")
    return reverse("imports:of_area", kwargs={"area": batch.area.slug})


def _job(batch: Import) -> Job | None:
    """Return the last job that reads or writes a file which is not decided, or takes back what was written."""
    if batch.state in STANDS:
        return selectors.jobs_of_taking_back(batch).order_by("-pk").first()
    if batch.state not in OPEN:
        return None
    keys = [selectors.job_key(task, batch) for task in (tasks.PREVIEW, tasks.WRITE)]
    return Job.objects.filter(key__in=keys).order_by("-pk").first()


def _is_running(job: Job | None) -> bool:
    return job is not None and job.state in UNFINISHED


def _bar(batch: Import, job: Job | None, at: datetime) -> Bar | None:
    """Return a worker's progress on a file as the progress bar shows it, until it is done."""
    if job is None or job.state == JobState.DONE:
        return None
    labels = {tasks.PREVIEW: _("Reading %(file)s"), tasks.WRITE: _("Writing %(file)s")}
    label = labels.get(job.task, _("Taking back %(file)s"))
    address = reverse("imports:import", kwargs={"pk": batch.pk})
    return bar_of(
        job,
        label=label % {"file": batch.file_name},
        address=address,
        standstill=pulse.standstill(at=at),
        result_url=address,
        result_label=_("Show the preview"),
    )


@require_http_methods(["GET", "POST"])
@once
def columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which sheet of a file is read, what its headings mean, and where its coordinates lie."""
    now, user = timezone.now(), signed_in(request)
    batch = _find(request, pk)
    require(rules.may_decide_import(user, batch, now))
    handler = rules.handler_of(batch)
    sheet = parameters.text(request.GET, "sheet", most=WORDS) or batch.sheet or batch.reading.get("sheet")
    seen = look(
        io.BytesIO(batch.content or b""), handler.kind, sheet=sheet, mapping=batch.mapping, limits=handler.limits
    )
    form = ColumnsForm(batch, handler.kind, seen, request.POST or None)

    def read() -> Import:
        mapped = services.map_import(
            batch=batch,
            sheet=seen.sheet,
            mapping=form.mapping,
            meanings=form.meanings,
            datum=form.datum,
            by=user,
            at=now,
        )
        services.ask_for_preview(batch=mapped, by=user, at=now)
        return mapped

    if submit(form, read):
        return redirect("imports:import", pk=pk)
    context = {
        "batch": batch,
        "sheets": [(f"?{urlencode({'sheet': one.name})}", one, one.name == seen.sheet) for one in seen.sheets],
        "problem": batch.refusal,
    }
    return show_form(request, "imports/import_columns.html", form, context)


@require_POST
def recheck(request: HttpRequest, pk: int) -> HttpResponse:
    """Compare a previewed file anew with what is stored now."""
    now, user = timezone.now(), signed_in(request)
    batch = services.recheck_import(batch=_find(request, pk), by=user, at=now)
    services.ask_for_preview(batch=batch, by=user, at=now)
    return redirect("imports:import", pk=pk)


@require_http_methods(["GET", "POST"])
@once
def write(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a previewed import, after saying what will happen."""
    now, user = timezone.now(), signed_in(request)
    batch = _find(request, pk)
    require(rules.may_decide_import(user, batch, now))
    address = reverse("imports:import", kwargs={"pk": pk})
    if request.method == "POST":
        services.ask_for_writing(batch=batch, by=user, at=now)
        return redirect(address)
    return show_question(
        request,
        title=_("Write the import"),
        label=_("Write all rows"),
        text=batch.file_name,
        consequences=[
            _("New: %(count)s") % {"count": batch.counts.get(ImportSection.NEW, 0)},
            _("Changed: %(count)s") % {"count": batch.counts.get(ImportSection.CHANGED, 0)},
            _("All rows are written together, or none."),
            _("As long as nobody has worked on them, the rows can be taken back."),
        ],
        cancel_url=address,
    )


@require_http_methods(["GET", "POST"])
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Drop an import without writing it."""
    now, user = timezone.now(), signed_in(request)
    batch = _find(request, pk)
    require(rules.may_decide_import(user, batch, now))
    if request.method == "POST":
        services.drop_import(batch=batch, by=user, at=now)
        return redirect(_list_address(batch))
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
    batch = _find(request, pk)
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
    batch = _find(request, pk)
    content = found(batch.content)
    response = FileResponse(io.BytesIO(content), as_attachment=True, filename=batch.file_name)
    response.headers["Cache-Control"] = "no-store"
    return response


@require_GET
def errors(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out the office's own workbook with what is to be corrected marked in it."""
    batch = _find(request, pk)
    found(batch.content)
    return cast(HttpResponse, sheets.workbook_of(batch))
