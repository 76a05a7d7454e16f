"""Notes among colleagues about one suggestion, need or candidate."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache

from livelihood.accounts.once import once
from livelihood.accounts.selectors import signed_in
from livelihood.cycles.models import Cycle
from livelihood.kernel import parameters
from livelihood.kernel.forms import submit
from livelihood.kernel.methods import require_http_methods, require_POST
from livelihood.kernel.pages import show_form
from livelihood.kernel.text import mask_personal
from livelihood.kernel.verdict import require
from livelihood.web.decorators import cycle_view, found
from proposals import rules, selectors, services
from proposals.forms import DeskNoteForm
from proposals.models import Candidate, Need, Suggestion

KINDS: Mapping[str, tuple[Callable[[Cycle, Any], Any], str]] = {
    "suggestions": (selectors.suggestion_at, "proposals:desk_suggestion"),
    "needs": (selectors.need_at, "proposals:desk_need"),
    "candidates": (selectors.candidate_at, "proposals:desk_candidate"),
}
"""Kind of an object → how it is found by its number, and its page."""
LONGEST_NUMBER = 9


def _about(cycle: Cycle, kind: str, number: str) -> tuple[Suggestion | Need | Candidate, str]:
    if kind not in KINDS:
        raise Http404
    find, page = KINDS[kind]
    if kind != "suggestions" and not (number.isdecimal() and number.isascii() and len(number) <= LONGEST_NUMBER):
        raise Http404
    about = found(find(cycle, number if kind == "suggestions" else int(number)))
    return about, cycle.address(page, number=number if kind == "suggestions" else int(number))


def _title(about: Suggestion | Need | Candidate) -> str:
    return about.public_title or mask_personal(about.title) if isinstance(about, Suggestion) else about.title


@never_cache
@require_http_methods(["GET", "POST"])
@once
@cycle_view
def notes(request: HttpRequest, cycle: Cycle, kind: str, number: str) -> HttpResponse:
    """Show the notes about an object; a POST writes one, or replies to one."""
    now, user = timezone.now(), signed_in(request)
    about, back_url = _about(cycle, kind, number)
    require(rules.may_write_note(user, about, now))
    form = DeskNoteForm(request.POST or None)
    answered = parameters.whole(request.POST, "answers")
    answers = found(selectors.note_at(about, answered)) if answered else None
    if submit(form, lambda: services.write_note(about=about, **form.cleaned_data, answers=answers, by=user, at=now)):
        return redirect(request.get_full_path())
    context = {
        "name": f"{number} {_title(about)}",
        "kind": kind,
        "number": number,
        "threads": selectors.notes_about(about),
        "answers": answered,
        "back_url": back_url,
    }
    return show_form(request, "proposals/notes.html", form, context)


@require_POST
@cycle_view
def note_withdraw(request: HttpRequest, cycle: Cycle, kind: str, number: str, pk: int) -> HttpResponse:
    """Withdraw a note of one's own."""
    about, _back = _about(cycle, kind, number)
    note = found(selectors.note_at(about, pk))
    services.withdraw_note(note=note, by=signed_in(request), at=timezone.now())
    return redirect(cycle.address("proposals:notes", kind=kind, number=number))
