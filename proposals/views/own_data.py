"""What a citizen may have removed or put right, with number and code; and the same at the desk."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from livelihood.accounts.once import once
from livelihood.accounts.seen import mark_of
from livelihood.accounts.selectors import signed_in
from livelihood.cycles.models import Cycle
from livelihood.kernel import parameters
from livelihood.kernel.errors import Text
from livelihood.kernel.forms import submit
from livelihood.kernel.methods import require_http_methods, require_POST
from livelihood.kernel.pages import show_form, show_page
from livelihood.kernel.verdict import require
from livelihood.web.decorators import cycle_view, found, public_form
from proposals import rules, selectors, services
from proposals.acts import READING
from proposals.forms import AnswerForm, ContactForm, ErasureForm, MaskForm, SeenContactForm, TrackForm, contact_of
from proposals.models import Suggestion
from proposals.states import ErasureReason
from proposals.views.citizens import WRONG, followed_by

STEPS = ("ask", "do")


@dataclass(frozen=True, slots=True)
class DataAct:
    """Something done to what is kept of a citizen: its words, what follows from it, and its form at the desk."""

    title: Text
    consequences: Sequence[Text]
    done: Text
    form: Callable[..., forms.Form]
    service: Callable[..., object]


OTHERS_WORDS = _(
    "Needs, candidates and answers that were written from it keep their own words, and so do later wordings."
)
ACTS = {
    "correct": DataAct(
        _("Correct the contact"),
        (_("What you enter takes the place of the name, telephone and e-mail kept until now."),),
        _("The contact was corrected."),
        SeenContactForm,
        services.correct_contact,
    ),
    "erase": DataAct(
        _("Remove the contact"),
        (
            _("Name, telephone and e-mail are removed at once and cannot be brought back."),
            _("Nobody can then be called or written to about this suggestion; number and code go on opening it."),
        ),
        _("The contact was removed."),
        ErasureForm,
        services.erase_contact,
    ),
    "withdraw": DataAct(
        _("Withdraw the text"),
        (
            _(
                "What was sent, and what is public of it, is replaced by stars at once and cannot be brought back. "
                "Public pages show it within two minutes."
            ),
            _("The number, the decision, answers and figures stay: the year was worked on with it."),
            OTHERS_WORDS,
        ),
        _("The text was withdrawn."),
        ErasureForm,
        services.withdraw_text,
    ),
    "mask_wording": DataAct(
        _("Mask words of the public wording"),
        (
            _("The words are starred out in what is public; what was sent stays, and so does the wording until now."),
            _("Public pages show it within two minutes."),
        ),
        _("The words were masked."),
        MaskForm,
        services.mask_wording,
    ),
    "mask": DataAct(
        _("Mask words of the text"),
        (
            _("The words are starred out in what was sent and in what is public of it, and cannot be brought back."),
            OTHERS_WORDS,
        ),
        _("The words were masked."),
        MaskForm,
        services.mask_text,
    ),
}
"""What may be done, by the word in the address."""

OF_CONTACT = ("correct", "erase")
OF_WORDING = ("mask_wording",)
OF_SENDERS = ("correct", "erase", "withdraw")
"""What the sender does alone; which words are masked is for the office to see."""


def offered(suggestion: Suggestion) -> list[tuple[str, Text]]:
    """Return what may be done at the desk, by the word in the address; nothing to a contact where none is kept."""
    left_out = {*(() if suggestion.has_contact else OF_CONTACT), *(() if suggestion.public_title else OF_WORDING)}
    return [(name, act.title) for name, act in ACTS.items() if name not in left_out]


@public_form
@sensitive_post_parameters()
@require_POST
@cycle_view
def own_data(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Ask, and then do it, for who has number and code; they come with every step and stand in no address."""
    now = timezone.now()
    WRONG.check(request, at=now)
    key = TrackForm(request.POST)
    followed = followed_by(request, cycle, key, now)
    if followed is None:
        return show_form(request, "proposals/suggestion_find.html", key)
    name = parameters.word(request.POST, "act", OF_SENDERS)
    act, is_sent = ACTS[name], parameters.word(request.POST, "step", STEPS) == "do"
    form = (ContactForm if name == "correct" else forms.Form)(request.POST if is_sent else None)
    suggestion = followed.suggestion
    if submit(form, lambda: _do(act, form, suggestion, by=None, at=now)):
        followed = found(selectors.followed_suggestion(cycle, **key.cleaned_data))
        context = {"followed": followed, "key": key.cleaned_data, "done": act.done}
        return render(request, "proposals/suggestion_track.html", context)
    context = {"act": act, "name": name, "key": key.cleaned_data, "suggestion": suggestion}
    return show_form(request, "proposals/own_data.html", form, context)


@public_form
@sensitive_post_parameters()
@require_POST
@cycle_view
def answer_inquiry(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Take the answer to a question, of who has number and code; they come with it and stand in no address."""
    now = timezone.now()
    WRONG.check(request, at=now)
    key = TrackForm(request.POST)
    followed = followed_by(request, cycle, key, now)
    if followed is None:
        return show_form(request, "proposals/suggestion_find.html", key)
    form, suggestion = AnswerForm(request.POST), followed.suggestion
    answered = submit(
        form, lambda: services.answer_inquiry(suggestion=suggestion, text=form.cleaned_data["text"], at=now)
    )
    context: dict[str, Any] = {"followed": followed, "key": key.cleaned_data, "answer_form": form}
    if answered:
        followed = found(selectors.followed_suggestion(cycle, **key.cleaned_data))
        context = {"followed": followed, "key": key.cleaned_data, "done": _("Your answer has arrived. Thank you.")}
    return show_page(request, "proposals/suggestion_track.html", context, is_refused=not answered)


@never_cache
@require_http_methods(["GET", "POST"])
@once
@cycle_view
def suggestion_data(request: HttpRequest, cycle: Cycle, number: str, act: str) -> HttpResponse:
    """Remove or put right what is kept of a citizen, for who asks the office or by its duty, with the reason."""
    if act not in ACTS:
        raise Http404
    now, asked = timezone.now(), ACTS[act]
    shown: Suggestion = found(selectors.suggestion_at(cycle, number))
    require(rules.may_erase(request.user, shown, now))
    form = asked.form(request.POST or None, initial={"seen": mark_of(shown, but=READING)})
    if submit(form, lambda: _do(asked, form, shown, by=signed_in(request), at=now)):
        return redirect(cycle.address("proposals:desk_suggestion", number=number))
    return show_form(request, "proposals/suggestion_data.html", form, {"act": asked, "suggestion": shown})


def _do(act: DataAct, form: forms.Form, suggestion: Suggestion, **by_and_at: Any) -> object:
    given: dict[str, Any] = dict(form.cleaned_data)
    if isinstance(form, ContactForm):
        given = {"contact": contact_of(given), **({"seen": given["seen"]} if "seen" in given else {})}
    elif "reason" not in given:
        given["reason"] = ErasureReason.WISH
    return act.service(suggestion=suggestion, **given, **by_and_at)
