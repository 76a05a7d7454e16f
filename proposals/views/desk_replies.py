"""The desk for replies: written and looked at before they go, sent by another where that is set, put right."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from livelihood.accounts import selectors as accounts
from livelihood.accounts.once import once
from livelihood.accounts.roles import Permission
from livelihood.accounts.seen import mark_of
from livelihood.accounts.selectors import signed_in
from livelihood.cycles.models import Cycle
from livelihood.kernel import parameters
from livelihood.kernel.forms import submit
from livelihood.kernel.methods import require_http_methods, require_POST
from livelihood.kernel.pages import show_form
from livelihood.kernel.verdict import require
from livelihood.web.decorators import cycle_view, found
from proposals import rules, selectors, services
from proposals.acts import READING
from proposals.forms import CorrectReplyForm, ProgressForm, ReplyForm, ReturnDraftForm, TemplateForm
from proposals.models import Reply, ReplyDraft, Suggestion

STEPS = ("send", "preview")


@require_http_methods(["GET", "POST"])
@once
@cycle_view
def reply(request: HttpRequest, cycle: Cycle, number: str) -> HttpResponse:
    """Answer a suggestion; first it may be looked at as it will be read."""
    now, by = timezone.now(), signed_in(request)
    shown = _find(request, cycle, number)
    mandates = accounts.mandates_for(by, Permission.REPLY_TO_SUGGESTIONS, cycle.area, now)
    form = ReplyForm(cycle.area, mandates, request.POST or None, initial={"seen": mark_of(shown, but=READING)})
    return _written(
        request, shown, form, lambda: services.reply_to_suggestion(suggestion=shown, **form.cleaned_data, by=by, at=now)
    )


@require_http_methods(["GET", "POST"])
@once
@cycle_view
def reply_correct(request: HttpRequest, cycle: Cycle, number: str, pk: int) -> HttpResponse:
    """Put a reply right; what it said before stays in sight with the reason."""
    now, by = timezone.now(), signed_in(request)
    shown = _find(request, cycle, number)
    wrong = get_object_or_404(selectors.public_replies(), suggestion=shown, pk=pk)
    require(rules.may_reply_for(by, shown, wrong.organisation_id, now))
    initial = {"text": wrong.text, "progress": wrong.progress_id, "seen": mark_of(shown, but=READING)}
    form = CorrectReplyForm(cycle.area, request.POST or None, initial=initial)
    return _written(
        request, shown, form, lambda: services.correct_reply(reply=wrong, **form.cleaned_data, by=by, at=now), wrong
    )


def _written(
    request: HttpRequest, shown: Suggestion, form: Any, act: Callable[[], object], wrong: Reply | None = None
) -> HttpResponse:
    """Answer one step of writing a reply. wrong: the one that is put right."""
    cycle = shown.cycle
    context: dict[str, Any] = {"suggestion": shown, "wrong": wrong, "clock": selectors.clock_of(cycle.area)}
    if parameters.word(request.POST, "step", STEPS) == "preview":
        # The form is judged as it will be when it is sent, and nothing is written.
        if weighed := submit(form, lambda: _weighed(shown, form, wrong)):
            given = weighed.result.kept
            form.data = form.data.copy()
            form.data.update({"text": given["text"], "template": ""})
            context |= {"given": given, "now": timezone.now()}
            return render(request, "proposals/reply.html", {"form": form, **context})
    elif submit(form, act):
        return redirect(cycle.address("proposals:desk_suggestion", number=shown.number))
    return show_form(request, "proposals/reply.html", form, context)


def _weighed(shown: Suggestion, form: Any, wrong: Reply | None) -> services.Weighed:
    data = form.cleaned_data
    organisation = wrong.organisation if wrong else data["organisation"]
    return services.weigh(
        shown, organisation, data["text"], progress=data["progress"], why_insisted=data["why_insisted"]
    )


@require_http_methods(["GET", "POST"])
@once
@cycle_view
def draft_return(request: HttpRequest, cycle: Cycle, number: str, pk: int) -> HttpResponse:
    """Give a reply back to who wrote it, unsent."""
    now, by = timezone.now(), signed_in(request)
    draft = _draft(request, cycle, number, pk)
    require(rules.may_send_draft(by, draft, now))
    form = ReturnDraftForm(request.POST or None)
    if submit(form, lambda: services.return_draft(draft=draft, **form.cleaned_data, by=by, at=now)):
        return redirect(cycle.address("proposals:desk_suggestion", number=number))
    return show_form(request, "proposals/draft_return.html", form, {"draft": draft, "suggestion": draft.suggestion})


@require_POST
@once
@cycle_view
def draft_send(request: HttpRequest, cycle: Cycle, number: str, pk: int) -> HttpResponse:
    """Send what another one has written."""
    draft = _draft(request, cycle, number, pk)
    services.send_draft(draft=draft, by=signed_in(request), at=timezone.now())
    return redirect(cycle.address("proposals:desk_suggestion", number=number))


@require_POST
@cycle_view
def draft_take_back(request: HttpRequest, cycle: Cycle, number: str, pk: int) -> HttpResponse:
    """Take back what one has written, as long as nobody has sent it."""
    draft = _draft(request, cycle, number, pk)
    services.take_back_draft(draft=draft, by=signed_in(request), at=timezone.now())
    return redirect(cycle.address("proposals:desk_suggestion", number=number))


@require_http_methods(["GET", "POST"])
@once
@cycle_view
def template_write(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Keep a text to begin replies with."""
    return _kept(request, cycle, TemplateForm, services.write_template, "proposals/template_write.html")


@require_http_methods(["GET", "POST"])
@once
@cycle_view
def progress_name(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Put a word into the list of how far something has come."""
    return _kept(request, cycle, ProgressForm, services.name_progress, "proposals/progress_name.html")


@require_POST
@cycle_view
def template_end(request: HttpRequest, cycle: Cycle, template: int) -> HttpResponse:
    """Take a text out of the list."""
    kept = get_object_or_404(selectors.templates_of(cycle.area), pk=template)
    services.end_template(cycle=cycle, template=kept, by=signed_in(request), at=timezone.now())
    return redirect(cycle.address("proposals:answering"))


@require_POST
@cycle_view
def progress_end(request: HttpRequest, cycle: Cycle, word: int) -> HttpResponse:
    """Take a word out of the list."""
    kept = get_object_or_404(selectors.progress_words_of(cycle.area), pk=word)
    services.end_progress(cycle=cycle, word=kept, by=signed_in(request), at=timezone.now())
    return redirect(cycle.address("proposals:answering"))


def _kept(
    request: HttpRequest, cycle: Cycle, form_of: type[forms.Form], act: Callable[..., object], page: str
) -> HttpResponse:
    now, by = timezone.now(), signed_in(request)
    require(rules.may_keep_answering(by, cycle, now))
    form = form_of(request.POST or None)
    if submit(form, lambda: act(cycle=cycle, **form.cleaned_data, by=by, at=now)):
        return redirect(cycle.address("proposals:answering"))
    return show_form(request, page, form)


def _find(request: HttpRequest, cycle: Cycle, number: str) -> Suggestion:
    now = timezone.now()
    require(rules.may_read_intake(request.user, cycle, now))
    shown: Suggestion = found(selectors.suggestion_at(cycle, number))
    require(rules.may_reply(request.user, shown, now))
    return shown


def _draft(request: HttpRequest, cycle: Cycle, number: str, pk: int) -> ReplyDraft:
    require(rules.may_read_intake(request.user, cycle, timezone.now()))
    shown: Suggestion = found(selectors.suggestion_at(cycle, number))
    return get_object_or_404(ReplyDraft.objects.select_related("suggestion__cycle__area"), suggestion=shown, pk=pk)
