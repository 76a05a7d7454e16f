"""The deputies' booth: rounds, sign-in, ballot, check, receipt; opinions on a list under review."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from livelihood.accounts import selectors as accounts
from livelihood.accounts.once import once
from livelihood.accounts.roles import Permission, Role
from livelihood.accounts.selectors import signed_in
from livelihood.cycles.models import Area, Cycle
from livelihood.kernel import parameters
from livelihood.kernel.errors import Text
from livelihood.kernel.forms import submit
from livelihood.kernel.methods import require_GET, require_http_methods
from livelihood.kernel.pages import show_form, show_page
from livelihood.kernel.verdict import Verdict, require
from livelihood.web import confined
from livelihood.web.decorators import cycle_view, found
from livelihood.web.shells import fill_for_person
from voting import rules, selectors, services
from voting.forms import MARKS, BallotPaper, HallCodeForm, OpinionForm, SentBallot
from voting.models import RollEntry, Round
from voting.schemes import check_marks, scheme_of
from voting.states import SIGNING_IN, BallotForm, OpinionBody, RoundState
from voting.tally import Mark
from voting.views import _shared as shared

KEPT = _("Nothing was cast. Your choices stay on this page: send them again when voting is open.")
"""Said while voting is paused; another refusal says its own reason."""


@never_cache
@require_GET
def booth(request: HttpRequest) -> HttpResponse:
    """List the rounds a deputy is on the roll of, and the lists that wait for opinions."""
    now, user = timezone.now(), signed_in(request)
    areas = Area.objects.filter(accounts.areas_with(user, [Permission.GIVE_OPINION], now))
    context = {
        "entries": [(entry, rules.may_cast(user, entry.round, entry, now)) for entry in selectors.entries_of(user)],
        "reviews": selectors.open_reviews(Cycle.objects.filter(area__in=areas)),
        "signing_in": SIGNING_IN,
    }
    return render(request, "voting/booth.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def booth_round(request: HttpRequest, round_id: int) -> HttpResponse:
    """Show a deputy where they stand in a round, and let them sign in."""
    now, user = timezone.now(), signed_in(request)
    entry = _own_line(request, round_id)
    form = _hall_form(entry, request.POST or None)
    if submit(
        form,
        lambda: services.sign_in_deputy(
            entry=entry,
            hall_code=form.cleaned_data["hall_code"],
            card=shared.card_of(request),
            by=user,
            at=now,
        ),
    ):
        return redirect("voting:booth_round", round_id=round_id)
    return _stand(request, entry, form, now)


def _own_line(request: HttpRequest, round_id: int) -> RollEntry:
    """Return the line of whoever is there on the roll of a round.

    :raises Http404: there is none.
    :raises NotAllowed: another card was issued since the one of this sign-in, or its machine was taken out of use.
    """
    shared.machine_of(request)
    entry: RollEntry = found(selectors.entry_of(signed_in(request), round_id))
    require(rules.is_last_card(entry, shared.card_of(request)))
    return entry


def _hall_form(entry: RollEntry, data: QueryDict | None = None) -> HallCodeForm:
    form = HallCodeForm(data)
    form.fields["hall_code"].required = rules.needs_hall_code(entry.round.method, entry)
    return form


def _stand(
    request: HttpRequest, entry: RollEntry, form: HallCodeForm, at: datetime, refused: SentBallot | None = None
) -> HttpResponse:
    """Show where a deputy stands in a round; refused: what they sent although their ballot is in the urn."""
    context = {
        **_news(request, entry, at),
        "form": form,
        "refused": refused,
        "needs_code": form.fields["hall_code"].required,
        "is_confined": confined.is_confined(request),
    }
    is_refused = form.is_bound or (refused is not None and refused.is_bound)
    return show_page(request, "voting/booth_round.html", context, is_refused=is_refused)


def _news(request: HttpRequest, entry: RollEntry, at: datetime) -> dict[str, Any]:
    """Return what every page of a round in the booth says of it, and keeps current: its state, time left, reminders."""
    round_, user, card = entry.round, signed_in(request), shared.card_of(request)
    return {
        "round": round_,
        "entry": entry,
        "words": scheme_of(round_).words,
        "may_sign_in": rules.may_sign_in_oneself(user, round_, entry, at, card),
        "may_cast": rules.may_cast(user, round_, entry, at, card),
        "reminder": selectors.last_reminder(round_),
        "clock": shared.clock(round_, at),
    }


@never_cache
@require_http_methods(["GET", "POST"])
def ballot(request: HttpRequest, round_id: int) -> HttpResponse:
    """Take a deputy's choices, show them to be checked, and cast them.

    The choices travel in the page alone: nothing of them is kept in session, cache or database before the cast. So they
    come back with every refusal, also of a step that the state of the round forbids. Casting comes first and reads
    nothing that the service reads under its locks.
    """
    now, user = timezone.now(), signed_in(request)
    step = parameters.word(request.POST, "step", ("check", "edit", "cast"))
    sent = SentBallot(request.POST if step == "cast" else None)
    card, machine = shared.card_of(request), shared.machine_of(request)
    if taken := submit(
        sent,
        lambda: services.cast_ballot(
            round_id=round_id, **sent.cleaned_data, card=card, machine=machine, by=user, at=now
        ),
    ):
        confined.leave_soon(request)
        return _receipt(request, taken.result)
    entry = _own_line(request, round_id)
    if entry.has_voted:
        return _stand(request, entry, _hall_form(entry), now, refused=sent)
    round_, news = entry.round, _news(request, entry, now)
    verdict: Verdict = news["may_cast"]
    if request.method == "GET" and not verdict:
        return redirect("voting:booth_round", round_id=round_id)
    paper = BallotPaper(round_, selectors.ballot_options(round_, entry), request.POST or None)
    for problem in sent.non_field_errors() if verdict else [_why_kept(round_, verdict)]:
        paper.add_error(None, str(problem))
    if step == "check" and submit(paper, lambda: check_marks(round_, paper.marks())):
        return render(request, "voting/ballot_check.html", {**news, **_check(round_, paper)})
    context = {
        **news,
        "paper": paper,
        "script": scheme_of(round_).script,
        "seals_to": scheme_of(round_).public_keys(round_),
        "limit": round_.method.most_approvals,
        "is_tick": round_.method.form != BallotForm.EACH,
    }
    return show_page(request, "voting/ballot.html", context, is_refused=bool(paper.errors))


def _receipt(request: HttpRequest, receipt: services.BallotReceipt) -> HttpResponse:
    """Show the code of a ballot. Hundreds are shown within seconds, so the page is drawn once for them all."""
    round_ = receipt.round
    scheme = scheme_of(round_)
    shown = {
        "round": {"title": round_.title, "is_rehearsal": round_.is_rehearsal},
        "words": scheme.words,
        "is_sealed": bool(scheme.script),
    }
    edition = (round_.title, round_.is_rehearsal, round_.method.scheme)
    return fill_for_person(request, "voting/ballot_receipt.html", {"code": receipt.code}, shown=shown, edition=edition)


def _why_kept(round_: Round, verdict: Verdict) -> Text:
    return KEPT if round_.state == RoundState.PAUSED else verdict.reason


def _check(round_: Round, paper: BallotPaper) -> dict[str, object]:
    """Return what the check page shows: options by mark, and the hidden fields of every line."""
    marks, has_marks = paper.marks(), round_.method.form == BallotForm.EACH
    by_mark = {mark: [option for option in paper.options if marks[option.pk] is mark] for mark in Mark}
    labels = MARKS if has_marks else {Mark.APPROVE: _("Choose")}
    return {
        "groups": [(label, by_mark[mark]) for mark, label in labels.items() if by_mark[mark]],
        "blank": by_mark[Mark.BLANK],
        "blank_label": _("No mark") if has_marks else _("Do not choose"),
        "hidden": paper.hidden(),
    }


@never_cache
@require_http_methods(["GET", "POST"])
@once
@cycle_view
def opinion_give(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Let a deputy or CPPCC member say what they think of the submitted list, and see their answers."""
    now, user = timezone.now(), signed_in(request)
    if not accounts.has(user, Permission.GIVE_OPINION, cycle.area, now):
        found(None)
    review = found(selectors.review_of(cycle))
    form = OpinionForm(review, request.POST or None)
    roles = {mandate.role for mandate in accounts.mandates_for(user, Permission.GIVE_OPINION, cycle.area, now)}
    body = OpinionBody.CONGRESS if Role.DEPUTY in roles else OpinionBody.CPPCC
    if submit(
        form,
        lambda: services.give_opinion(review=review, body=body, **form.values(user.name), by=user, at=now),
    ):
        return redirect(cycle.address("voting:opinion_give"))
    context = {
        "review": review,
        "items": selectors.review_items(review),
        "may_give": rules.may_give_opinion(user, review, now),
        "opinions": selectors.opinions_by(user).filter(review=review),
    }
    return show_form(request, "voting/opinion_give.html", form, context)
