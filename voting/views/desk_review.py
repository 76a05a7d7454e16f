"""The desk for the review by the two sessions: submit, opinions and answers, adoption."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from livelihood.accounts.selectors import signed_in
from livelihood.cycles.models import Cycle
from livelihood.kernel.forms import done
from livelihood.kernel.verdict import require
from livelihood.web.decorators import cycle_view, found
from livelihood.web.navigation import cycle_address
from voting import rules, selectors, services
from voting.forms import AdoptForm, AnswerForm, PaperOpinionForm, SubmitListForm
from voting.models import Opinion, Review
from voting.states import OpinionBody, OpinionState


@require_http_methods(["GET", "POST"])
@cycle_view
def review(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Show how far the review is; submit the list where that has not been done."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_read_rounds(user, cycle, now))
    shown = selectors.review_of(cycle)
    form = SubmitListForm(request.POST or None)
    if request.method == "POST" and done(
        form, lambda: services.submit_list(cycle=cycle, **form.cleaned_data, by=user, at=now)
    ):
        return redirect(cycle_address("voting:review", cycle))
    context = {
        "review": shown,
        "items": selectors.review_items(shown) if shown else [],
        "form": form,
        "may_submit": rules.may_submit_list(user, cycle, now),
        "may_adopt": rules.may_adopt_list(user, shown, now) if shown else None,
        "adopt_url": cycle_address("voting:review_adopt", cycle),
    }
    return render(request, "voting/review_detail.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@cycle_view
def opinions(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """List the opinions with their answers; congress staff type those handed in on paper."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_read_rounds(user, cycle, now))
    shown: Review = found(selectors.review_of(cycle))
    form = PaperOpinionForm(shown, request.POST or None)
    if request.method == "POST" and done(
        form,
        lambda: services.give_opinion(
            review=shown, **{**form.cleaned_data, "body": OpinionBody(form.cleaned_data["body"])}, by=user, at=now
        ),
    ):
        return redirect(cycle_address("voting:opinions", cycle))
    state = request.GET.get("state", "")
    context = {
        "review": shown,
        "opinions": selectors.opinions_of(shown, state if state in OpinionState.values else ""),
        "states": OpinionState.choices,
        "form": form,
        "may_give": rules.may_give_opinion(user, shown, now),
        "today": timezone.localdate(now),
    }
    return render(request, "voting/opinion_list.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@cycle_view
def opinion_answer(request: HttpRequest, cycle: Cycle, opinion_id: int) -> HttpResponse:
    """Answer one opinion."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_read_rounds(user, cycle, now))
    shown: Review = found(selectors.review_of(cycle))
    opinion: Opinion = found(selectors.opinions_of(shown).filter(pk=opinion_id).first())
    require(rules.may_answer_opinion(user, opinion, now))
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and done(
        form, lambda: services.answer_opinion(opinion=opinion, **form.cleaned_data, by=user, at=now)
    ):
        return redirect(cycle_address("voting:opinions", cycle))
    context = {"opinion": opinion, "form": form, "back_url": cycle_address("voting:opinions", cycle)}
    return render(request, "voting/opinion_answer.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@cycle_view
def review_adopt(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Record the adoption, with the reasons of what was left out."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_read_rounds(user, cycle, now))
    shown: Review = found(selectors.review_of(cycle))
    require(rules.may_adopt_list(user, shown, now))
    form = AdoptForm(shown, request.POST or None)
    if request.method == "POST" and done(
        form,
        lambda: services.adopt_list(
            review=shown,
            document=form.cleaned_data["document"],
            adopted_date=form.cleaned_data["adopted_date"],
            left_out=form.left_out(),
            by=user,
            at=now,
        ),
    ):
        return redirect(cycle_address("voting:review", cycle))
    context = {"review": shown, "form": form, "back_url": cycle_address("voting:review", cycle)}
    return render(request, "voting/review_adopt.html", context, status=422 if form.is_bound else 200)
