"""The desk for suggestions: the queue, and one suggestion with all that can be done about it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache

from livelihood.accounts import selectors as accounts
from livelihood.accounts.models import User
from livelihood.accounts.once import once
from livelihood.accounts.roles import Permission
from livelihood.accounts.seen import mark_of
from livelihood.accounts.selectors import signed_in
from livelihood.cycles.models import Cycle
from livelihood.kernel import parameters
from livelihood.kernel.forms import submit
from livelihood.kernel.methods import require_GET, require_http_methods, require_POST
from livelihood.kernel.pages import UNPROCESSABLE, show_page
from livelihood.kernel.text import mask_personal
from livelihood.kernel.verdict import require
from livelihood.lists.grids import acting
from livelihood.lists.grids.shown import Asking
from livelihood.web.decorators import cycle_view, found
from proposals import rules, selectors, services
from proposals.acts import READING
from proposals.forms import AskForm, DeclineForm, HandOverForm, ReplyForm, SeenForm, WordingForm
from proposals.grids.intake import INTAKE
from proposals.models import Inquiry, Suggestion
from proposals.states import NEVER, Channel
from proposals.views import own_data

ACTS: dict[str, Callable[..., object]] = {
    "accept": services.accept_suggestion,
    "reword": services.reword_suggestion,
    "decline": services.decline_suggestion,
    "hand_over": services.hand_over_suggestion,
    "unpublish": services.unpublish_suggestion,
    "ask": services.ask_sender,
    "take_back": services.withdraw_inquiry,
    "claim": services.claim_suggestion,
    "give_back": services.give_back_suggestion,
}
"""Name in the address → service; each takes the fields of its form."""


@require_http_methods(["GET", "POST"])
@once
@cycle_view
def intake(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """List the suggestions of all channels, the oldest first; a POST acts upon those that are chosen."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_read_intake(user, cycle, now))
    asking = Asking(INTAKE, request, cycle, user, now)
    enter = rules.may_suggest(user, cycle, Channel.LETTER, now)
    words = rules.may_list_words(user, cycle, now)
    sent = accounts.has(user, Permission.READ_CONTACTS, cycle.area, now)
    return acting.answered(
        asking,
        "proposals/suggestion_queue.html",
        {
            "enter": enter,
            "words": words,
            "may_search_sent": sent,
            "keep": rules.may_keep_answering(user, cycle, now),
        },
    )


@never_cache
@require_GET
@cycle_view
def suggestion(request: HttpRequest, cycle: Cycle, number: str) -> HttpResponse:
    """Show one suggestion, personal data masked, with its checks, answers, needs and forms."""
    return _page(request, cycle, number, {}, timezone.now())


@never_cache
@require_POST
@cycle_view
def suggestion_contact(request: HttpRequest, cycle: Cycle, number: str) -> HttpResponse:
    """Show the original text and the contact; that they were read is journaled."""
    now = timezone.now()
    shown = _find(request, cycle, number, now)
    contact = services.read_contact(suggestion=shown, by=signed_in(request), at=now)
    return _page(request, cycle, number, {}, now, contact=contact, is_original=True)


@require_POST
@once
@cycle_view
def suggestion_act(request: HttpRequest, cycle: Cycle, number: str, act: str) -> HttpResponse:
    """Check, answer or reword a suggestion."""
    if act not in ACTS:
        raise Http404
    now, user = timezone.now(), signed_in(request)
    shown = _find(request, cycle, number, now)
    form = _forms(shown, user, now, act=act, data=request.POST)[act]
    if submit(form, lambda: ACTS[act](suggestion=shown, **form.cleaned_data, by=user, at=now)):
        return redirect(cycle.address("proposals:desk_suggestion", number=number))
    return _page(request, cycle, number, {act: form}, now)


@require_POST
@once
@cycle_view
def suggestion_link(request: HttpRequest, cycle: Cycle, number: str, need: int) -> HttpResponse:
    """Put a suggestion behind a need."""
    return _link(request, cycle, number, need, services.link_suggestion)


@require_POST
@cycle_view
def suggestion_unlink(request: HttpRequest, cycle: Cycle, number: str, need: int) -> HttpResponse:
    """Take a suggestion from behind a need."""
    return _link(request, cycle, number, need, services.unlink_suggestion)


def _link(request: HttpRequest, cycle: Cycle, number: str, need: int, act: Callable[..., object]) -> HttpResponse:
    now = timezone.now()
    shown = _find(request, cycle, number, now)
    behind, user = found(selectors.need_at(cycle, need)), signed_in(request)
    seen = parameters.whole(request.POST, "seen")
    linked = submit(forms.Form(request.POST), lambda: act(suggestion=shown, need=behind, seen=seen, by=user, at=now))
    if linked:
        return redirect(cycle.address("proposals:desk_suggestion", number=number))
    return _page(request, cycle, number, {}, now, refusal=linked.refusal)


def _find(request: HttpRequest, cycle: Cycle, number: str, at: datetime) -> Suggestion:
    require(rules.may_read_intake(request.user, cycle, at))
    shown: Suggestion = found(selectors.suggestion_at(cycle, number))
    return shown


def _forms(
    shown: Suggestion,
    user: User,
    at: datetime,
    *,
    seen: int = 0,
    act: str = "",
    data: Any = None,
    is_original: bool = False,
) -> dict[str, forms.Form]:
    """Return the forms of the page, the one that was sent with its data. seen: what they carry.

    is_original: who reads what was sent judges what is to be masked of it; for all others it is masked already.
    """
    sent_words = (lambda text: text) if is_original else mask_personal
    wording = {
        f"public_{name}": getattr(shown, f"public_{name}") or sent_words(getattr(shown, name))
        for name in ("title", "matter", "wish")
    }
    mandates = accounts.mandates_for(user, Permission.REPLY_TO_SUGGESTIONS, shown.cycle.area, at)
    sent = {name: data if name == act else None for name in ACTS}
    mark = {"seen": seen}
    return {
        "accept": WordingForm(sent["accept"], initial=wording | mark, auto_id="accept_%s"),
        "reword": WordingForm(sent["reword"], initial=wording | mark, auto_id="reword_%s"),
        "decline": DeclineForm(sent["decline"], initial=mark, auto_id="decline_%s"),
        "unpublish": DeclineForm(sent["unpublish"], initial=mark, auto_id="unpublish_%s"),
        "hand_over": HandOverForm(sent["hand_over"], initial=mark, auto_id="hand_over_%s"),
        "ask": AskForm(sent["ask"], initial=mark, auto_id="ask_%s"),
        "take_back": SeenForm(sent["take_back"], initial=mark),
        "claim": SeenForm(sent["claim"], initial=mark),
        "give_back": SeenForm(sent["give_back"], initial=mark),
        "reply": ReplyForm(shown.cycle.area, mandates, initial=mark, auto_id="reply_%s"),
    }


def _inquiries(shown: Suggestion, *, is_original: bool) -> list[Inquiry]:
    """Return what the sender was asked, answers as the rest of what they wrote is shown."""
    inquiries = selectors.inquiries_of(shown)
    if not is_original:
        for inquiry in inquiries:
            inquiry.answer = mask_personal(inquiry.answer)
    return inquiries


def _page(
    request: HttpRequest, cycle: Cycle, number: str, sent: dict[str, forms.Form], at: datetime, **extra: Any
) -> HttpResponse:
    shown = _find(request, cycle, number, at)
    seen, user = mark_of(shown, but=READING), signed_in(request)
    linked = selectors.needs_of_suggestion(shown)
    similar = [need for need in selectors.similar_needs(cycle, shown.title) if need not in linked]
    objection = selectors.objection_to(shown)
    is_original = extra.get("is_original", False)
    if objection and not is_original:
        objection.words = mask_personal(objection.words)
    texts = {name: getattr(shown, name) for name in ("title", "matter", "wish", "address")}
    context = {
        "suggestion": shown,
        "seen": seen,
        "due_on": shown.due_on if shown.is_waiting and shown.due_on < NEVER else None,
        "is_overdue": shown.due_on < timezone.localdate(at),
        "texts": texts if is_original else {name: mask_personal(text) for name, text in texts.items()},
        "screenings": selectors.screenings_of(shown),
        "replies": selectors.replies_to(shown),
        "notes": selectors.note_count(shown),
        "former_wordings": selectors.former_wordings(shown) if is_original else [],
        "inquiries": _inquiries(shown, is_original=is_original),
        "signs": selectors.signs_of(shown),
        "drafts": [
            (draft, rules.may_send_draft(user, draft, at), rules.may_take_back_draft(user, draft))
            for draft in selectors.drafts_to(shown)
        ],
        "erasures": selectors.erasures_of(shown),
        "data_acts": own_data.offered(shown),
        "next": selectors.next_to_check(shown) if rules.may_screen(user, shown, at) else None,
        "linked": linked,
        "objection": objection,
        "similar": similar,
        "forms": {**_forms(shown, user, at, seen=seen, is_original=is_original), **sent},
        "failed": next(iter(sent.values()), None),
        "may": {
            "screen": rules.may_screen(user, shown, at),
            "decline": rules.may_decline(user, shown, at),
            "ask": rules.may_ask(user, shown, at),
            "take_back": rules.may_withdraw_inquiry(user, shown, at),
            "claim": rules.may_claim(user, shown, at),
            "give_back": rules.may_give_back(user, shown, at),
            "link": rules.may_link(user, shown, at),
            "reply": rules.may_reply(user, shown, at),
            "contact": rules.may_read_contact(user, shown, at),
            "objection": rules.may_answer_objection(user, shown, at),
            "erase": rules.may_erase(user, shown, at),
        },
        **extra,
    }
    refusal = extra.get("refusal")
    status = refusal.status if refusal else UNPROCESSABLE
    return show_page(
        request, "proposals/suggestion_desk.html", context, is_refused=bool(refusal or sent), status=status
    )
