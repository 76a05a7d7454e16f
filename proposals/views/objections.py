"""What a citizen has to say against the need that a suggestion was put behind, and the office's answer."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from livelihood.accounts.once import once
from livelihood.accounts.selectors import signed_in
from livelihood.cycles.models import Cycle
from livelihood.kernel import parameters
from livelihood.kernel.forms import submit
from livelihood.kernel.methods import require_http_methods, require_POST
from livelihood.kernel.pages import show_form
from livelihood.kernel.text import mask_personal
from livelihood.kernel.verdict import require
from livelihood.web.decorators import cycle_view, found, public_form
from proposals import rules, selectors, services
from proposals.forms import AnswerObjectionForm, ObjectionForm, TrackForm
from proposals.models import Suggestion
from proposals.views.citizens import WRONG, followed_by

STEPS = ("ask", "do")


@public_form
@sensitive_post_parameters()
@require_POST
@cycle_view
def objection(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Ask for the words, and then take them, from who has number and code."""
    now = timezone.now()
    WRONG.check(request, at=now)
    key = TrackForm(request.POST)
    followed = followed_by(request, cycle, key, now)
    if followed is None:
        return show_form(request, "proposals/suggestion_find.html", key)
    require(rules.may_object(followed.suggestion))
    is_sent = parameters.word(request.POST, "step", STEPS) == "do"
    form = ObjectionForm(request.POST if is_sent else None)
    shown = followed.suggestion
    if submit(form, lambda: services.object_to_need(suggestion=shown, **form.cleaned_data, at=now)):
        followed = found(selectors.followed_suggestion(cycle, **key.cleaned_data))
        context = {"followed": followed, "key": key.cleaned_data, "done": _("Your objection has arrived.")}
        return render(request, "proposals/suggestion_track.html", context)
    context = {"followed": followed, "key": key.cleaned_data}
    return show_form(request, "proposals/objection.html", form, context)


@require_http_methods(["GET", "POST"])
@once
@cycle_view
def objection_answer(request: HttpRequest, cycle: Cycle, number: str) -> HttpResponse:
    """Show an objection, personal data masked, and answer it."""
    now = timezone.now()
    require(rules.may_read_intake(request.user, cycle, now))
    shown: Suggestion = found(selectors.suggestion_at(cycle, number))
    objected = found(selectors.objection_to(shown))
    require(rules.may_answer_objection(request.user, shown, now))
    form = AnswerObjectionForm(request.POST or None)
    by = signed_in(request)
    if submit(form, lambda: services.answer_objection(suggestion=shown, **form.cleaned_data, by=by, at=now)):
        return redirect(cycle.address("proposals:desk_suggestion", number=number))
    context = {
        "title": _("Answer an objection"),
        "text": mask_personal(objected.words),
        "label": _("Send an answer"),
        "cancel_url": cycle.address("proposals:desk_suggestion", number=number),
    }
    return show_form(request, "form_page.html", form, context)
