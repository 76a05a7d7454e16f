"""The deputies' booth: rounds, sign-in, ballot, check, receipt; opinions on a list under review."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from livelihood.accounts import selectors as accounts
from livelihood.accounts.roles import Permission, Role
from livelihood.accounts.selectors import signed_in
from livelihood.cycles.models import Area, Cycle
from livelihood.kernel.errors import DomainError
from livelihood.kernel.forms import done, refuse
from livelihood.kernel.verdict import require
from livelihood.web.decorators import cycle_view, found
from livelihood.web.navigation import cycle_address
from voting import rules, selectors, services
from voting.forms import MARKS, BallotPaper, HallCodeForm, OpinionForm
from voting.models import RollEntry
from voting.states import BallotForm, OpinionBody
from voting.tally import Mark


@never_cache
@require_GET
def booth(request: HttpRequest) -> HttpResponse:
    """List the rounds a deputy is on the roll of, and the lists that wait for opinions."""
    now, user = timezone.now(), signed_in(request)
    areas = Area.objects.filter(accounts.areas_with(user, [Permission.GIVE_OPINION], now))
    context = {
        "entries": [(entry, rules.may_cast(user, entry.round, entry, now)) for entry in selectors.entries_of(user)],
        "reviews": selectors.open_reviews(Cycle.objects.filter(area__in=areas)),
    }
    return render(request, "voting/booth.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def booth_round(request: HttpRequest, round_id: int) -> HttpResponse:
    """Show a deputy where they stand in a round, and let them sign in."""
    now, user = timezone.now(), signed_in(request)
    entry: RollEntry = found(selectors.entry_of(user, round_id))
    round_ = entry.round
    needs_code = rules.needs_hall_code(round_.method, entry)
    form = HallCodeForm(request.POST or None)
    form.fields["hall_code"].required = needs_code
    if request.method == "POST" and done(
        form,
        lambda: services.sign_in_deputy(entry=entry, hall_code=form.cleaned_data["hall_code"], by=user, at=now),
    ):
        return redirect("voting:booth_round", round_id=round_id)
    context = {
        "round": round_,
        "entry": entry,
        "form": form,
        "needs_code": needs_code,
        "may_sign_in": rules.may_sign_in_oneself(user, round_, entry, now),
        "may_cast": rules.may_cast(user, round_, entry, now),
        "planned_end": selectors.planned_end(round_),
    }
    return render(request, "voting/booth_round.html", context, status=422 if form.is_bound else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def ballot(request: HttpRequest, round_id: int) -> HttpResponse:
    """Take a deputy's choices, show them to be checked, and cast them.

    The choices travel in the page alone: nothing of them is kept in session, cache or database before the cast.
    """
    now, user = timezone.now(), signed_in(request)
    entry: RollEntry = found(selectors.entry_of(user, round_id))
    round_, step = entry.round, request.POST.get("step", "")
    options = selectors.ballot_options(round_, entry)
    paper = BallotPaper(round_, options, request.POST or None)
    if step == "cast" and paper.is_valid():
        try:
            receipt = services.cast_ballot(
                round_=round_, marks=paper.marks(), key=str(paper.cleaned_data["key"]), by=user, at=now
            )
        except DomainError as error:
            refuse(paper, error)
        else:
            return render(request, "voting/ballot_receipt.html", {"round": round_, "receipt": receipt})
    else:
        require(rules.may_cast(user, round_, entry, now))
    if step == "check" and paper.is_valid():
        try:
            services.check_marks(round_, paper.marks())
        except DomainError as error:
            refuse(paper, error)
        else:
            return render(request, "voting/ballot_check.html", {"round": round_, **_check(paper)})
    context = {
        "round": round_,
        "paper": paper,
        "limit": round_.method.most_approvals,
        "is_tick": round_.method.form != BallotForm.EACH,
    }
    return render(request, "voting/ballot.html", context, status=422 if paper.errors else 200)


def _check(paper: BallotPaper) -> dict[str, object]:
    """Return what the check page shows: options by mark, and the hidden fields of every line."""
    marks = paper.marks()
    by_mark = {mark: [option for option in paper.options if marks[option.pk] is mark] for mark in Mark}
    groups = [(label, by_mark[mark]) for mark, label in MARKS.items() if by_mark[mark]]
    return {"groups": groups, "blank": by_mark[Mark.BLANK], "hidden": paper.hidden()}


@never_cache
@require_http_methods(["GET", "POST"])
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
    if request.method == "POST" and done(
        form,
        lambda: services.give_opinion(review=review, body=body, **form.cleaned_data, by=user, at=now),
    ):
        return redirect(cycle_address("voting:opinion_give", cycle))
    context = {
        "review": review,
        "items": selectors.review_items(review),
        "form": form,
        "may_give": rules.may_give_opinion(user, review, now),
        "opinions": selectors.opinions_by(user).filter(review=review),
    }
    return render(request, "voting/opinion_give.html", context, status=422 if form.is_bound else 200)
