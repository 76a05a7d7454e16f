"""Look at what a file would do or did, say how it is read, and answer what it asks."""

import io
from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from livelihood.accounts.once import once
from livelihood.accounts.selectors import signed_in
from livelihood.imports import asking, exporters, rules, selectors, services, tasks
from livelihood.imports.content import PAGE
from livelihood.imports.forms import AnswersForm, ColumnsForm, WordsForm
from livelihood.imports.models import Import
from livelihood.imports.states import OPEN, STANDS, TO_WRITE, ImportSection, ImportState
from livelihood.imports.views import _shared as shared
from livelihood.jobs import pulse
from livelihood.jobs.models import UNFINISHED, Job, JobState
from livelihood.kernel import parameters
from livelihood.kernel.forms import submit
from livelihood.kernel.methods import require_GET, require_http_methods, require_POST
from livelihood.kernel.pages import show_form
from livelihood.kernel.sheets.looking import look
from livelihood.kernel.verdict import require
from livelihood.web.progress import Bar, bar_of

MOST_PAGES = 100_000
WORDS = 200
SHOWN_EARLIER = 3
"""Files that one took the place of, the last ones."""


@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what an import would do or did, or how far a worker is."""
    return _show(request, shared.find(request, pk))


@require_POST
def answers(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer what is asked about the rows of one page, or about all of which the same is asked; or answer otherwise."""
    now, user = timezone.now(), signed_in(request)
    batch = shared.find(request, pk)
    require(rules.may_decide_import(user, batch, now))
    section = parameters.word(request.GET, "section", asking.ASKED, ImportSection.DOUBT)
    here, _page = selectors.lines_of(batch, section, _page_number(request))
    sent = [name.removeprefix("row_") for name in request.POST if name.startswith("row_")]
    lines = asking.with_those_sent(batch, here, sent)
    form = AnswersForm(lines, asking.asked_alike(batch, section), request.POST)

    def answer() -> Import:
        given = form.given(lines, asking.questions_of(batch, [section]))
        answered = services.answer_import(batch=batch, answers=given, by=user, at=now)
        services.ask_for_preview(batch=answered, by=user, at=now)
        return answered

    if submit(form, answer):
        return redirect("imports:import", pk=pk)
    if not here and batch.counts.get(ImportSection.ANSWERED):  # everything that this page asked is answered
        return redirect(
            f"{reverse('imports:import', kwargs={'pk': pk})}?section={ImportSection.ANSWERED}&since=answered"
        )
    return _show(request, batch, form)


@require_POST
def words(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what unknown words in columns of few values mean, once for all rows of each."""
    now, user = timezone.now(), signed_in(request)
    batch = shared.find(request, pk)
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
    first = ImportSection.DOUBT if form else str(sections[0][0]) if sections else ""
    section = parameters.word(request.GET, "section", ImportSection.values, first)
    number = _page_number(request)
    kept, page = selectors.lines_of(batch, section, number)
    became = {line.row: line.subject for line in kept if line.subject}
    became |= dict(zip((line.row for line in kept), page.subjects if page else (), strict=False))
    pages = handler.addresses(frame, {subject for subject in became.values() if subject})
    may_decide = rules.may_decide_import(user, batch, now)
    if form is None and section in asking.ASKED and may_decide and batch.state == ImportState.PREVIEWED:
        form = AnswersForm(kept, asking.asked_alike(batch, section))
    places = asking.places_of_answers(batch, kept) if may_decide and section != ImportSection.ANSWERED else {}
    answered = {row: f"?section={ImportSection.ANSWERED}&page={place}#row-{row}" for row, place in places.items()}
    lines = list(exporters.shown_lines(handler.kind, kept, lambda row: pages.get(became.get(row, 0), ""), answered))
    if words is None and may_decide and (unknown := selectors.unknown_in(batch)):
        words = WordsForm(unknown, handler.kind)
    job, count, earlier = _job(batch), batch.counts.get(section, 0), selectors.replaced_by(batch)
    replaced, earlier = len(earlier), earlier[:SHOWN_EARLIER]
    context = {
        "batch": batch,
        "into": selectors.destination(batch, frame),
        "job": _bar(batch, job, now),
        "sections": [(f"?section={one}", one.label, amount, one == section) for one, amount in sections],
        "section": section,
        "lines": lines,
        "is_wrong_by_answer": section == ImportSection.WRONG and any(line.given for line in kept),
        "remarks": exporters.shared_remarks(lines),
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
        "remembered": shared.remembered(batch),
        "columns": exporters.columns_read(batch, handler.kind),
        "may_decide": may_decide,
        "since": parameters.word(request.GET, "since", ["changed", "answered"]),
        "may_take_up": rules.may_take_up_import(user, batch, now).ok,
        "has_file": selectors.has_file(batch),
        "expires_on": selectors.expires_on(batch, now),
        "replaces": [(reverse("imports:import", kwargs={"pk": one.pk}), one.file_name) for one in earlier],
        "replaced": replaced,
        "may_take_back": not _is_running(job) and rules.may_take_back_import(user, batch, now).ok,
        "is_running": _is_running(job),
        "is_ready": batch.state == ImportState.PREVIEWED and not _is_running(job),
        "is_blocked": batch.is_blocked,
        "to_write": sum(batch.counts.get(one, 0) for one in TO_WRITE),
        "list_url": shared.list_address(batch),
        "has_failed": job is not None and job.state == JobState.FAILED,
    }
    if sent := next((one for one in (form, words) if one is not None and one.is_bound), form):
        return show_form(request, "imports/import_detail.html", sent, {**context, "form": form})
    return render(request, "imports/import_detail.html", context)


def _sections(batch: Import) -> list[tuple[ImportSection, int]]:
    """Return the sections of an import that have lines; what stayed after taking back comes first."""
    order = [ImportSection.STAYED, *(section for section in ImportSection if section != ImportSection.STAYED)]
    return [(section, count) for section in order if (count := batch.counts.get(section, 0))]


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
    batch = shared.find(request, pk)
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
        "remembered": shared.remembered(batch),
    }
    return show_form(request, "imports/import_columns.html", form, context)


@require_POST
def take_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Look again at a file that another has replaced."""
    now, user = timezone.now(), signed_in(request)
    batch = services.take_up_import(batch=shared.find(request, pk), by=user, at=now)
    services.ask_for_preview(batch=batch, by=user, at=now)
    return redirect("imports:import", pk=pk)


@require_POST
def recheck(request: HttpRequest, pk: int) -> HttpResponse:
    """Compare a previewed file anew with what is stored now."""
    now, user = timezone.now(), signed_in(request)
    shared.look_anew(shared.find(request, pk), user, now)
    return redirect("imports:import", pk=pk)
