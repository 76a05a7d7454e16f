"""The desk for the review by the two sessions: submit, opinions and answers, adoption."""

from datetime import datetime

from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext

from livelihood.accounts import selectors as accounts
from livelihood.accounts.once import once
from livelihood.accounts.roles import Permission
from livelihood.accounts.selectors import signed_in
from livelihood.cycles.models import Cycle
from livelihood.cycles.states import Phase
from livelihood.kernel.forms import submit
from livelihood.kernel.methods import require_GET, require_http_methods
from livelihood.kernel.pages import show_form
from livelihood.kernel.verdict import require
from livelihood.web.decorators import cycle_view, found
from voting import rules, selectors, services
from voting.filters import OPINION_STATES, OpinionFilter
from voting.forms import (
    ITEM_FIELDS,
    AddItemForm,
    AdoptForm,
    ItemForm,
    OpinionAnswerForm,
    PaperOpinionForm,
    RevisionForm,
    SubmitListForm,
)
from voting.models import Opinion, Review, ReviewItem
from voting.states import OpinionBody


@require_http_methods(["GET", "POST"])
@cycle_view
def review(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Show how far the review is; submit the list where that has not been done."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_read_rounds(user, cycle, now))
    shown = selectors.review_of(cycle)
    form = SubmitListForm(request.POST or None)
    adoption = rules.may_adopt_list(user, shown, now) if shown else None
    if submit(form, lambda: services.submit_list(cycle=cycle, **form.cleaned_data, by=user, at=now)):
        return redirect(cycle.address("voting:review"))
    context = {
        "review": shown,
        "items": selectors.review_items(shown) if shown else [],
        "may_submit": rules.may_submit_list(user, cycle, now),
        "revisions": selectors.revisions_of(shown) if shown else [],
        "may_revise": rules.may_revise_list(user, shown, now) if shown else None,
        "may_adopt": None if adoption is None or adoption.reason is rules.NOT_YOURS else adoption,
        "adopt_url": cycle.address("voting:review_adopt"),
    }
    return show_form(request, "voting/review_detail.html", form, context)


@require_http_methods(["GET", "POST"])
@once
@cycle_view
def opinions(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """List the opinions with their answers; congress staff type those handed in on paper."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_read_rounds(user, cycle, now))
    shown: Review = found(selectors.review_of(cycle))
    form = PaperOpinionForm(shown, request.POST or None)
    if submit(
        form,
        lambda: services.give_opinion(
            review=shown, **{**form.cleaned_data, "body": OpinionBody(form.cleaned_data["body"])}, by=user, at=now
        ),
    ):
        return redirect(cycle.address("voting:opinions"))
    context = {
        "review": shown,
        "opinions": OpinionFilter.on_page(request, selectors.opinions_of(shown)).qs,
        "states": OPINION_STATES,
        "may_give": rules.may_give_opinion(user, shown, now),
        "may_answer": accounts.has(user, Permission.ANSWER_OPINIONS, cycle.area, now),
        "today": timezone.localdate(now),
    }
    return show_form(request, "voting/opinion_list.html", form, context)


@require_http_methods(["GET", "POST"])
@cycle_view
def opinion_answer(request: HttpRequest, cycle: Cycle, opinion_id: int) -> HttpResponse:
    """Answer one opinion."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_read_rounds(user, cycle, now))
    shown: Review = found(selectors.review_of(cycle))
    opinion: Opinion = found(selectors.opinions_of(shown).filter(pk=opinion_id).first())
    require(rules.may_answer_opinion(user, opinion, now))
    form = OpinionAnswerForm(request.POST or None)
    if submit(form, lambda: services.answer_opinion(opinion=opinion, **form.cleaned_data, by=user, at=now)):
        return redirect(cycle.address("voting:opinions"))
    return show_form(
        request, "voting/opinion_answer.html", form, {"opinion": opinion, "back_url": cycle.address("voting:opinions")}
    )


@require_http_methods(["GET", "POST"])
@once
@cycle_view
def item_revise(request: HttpRequest, cycle: Cycle, item: int) -> HttpResponse:
    """Change what an item of the list says, with the reason."""
    now, user = timezone.now(), signed_in(request)
    shown = _revisable(request, cycle, now)
    row: ReviewItem = found(selectors.item_at(shown, item))
    form = ItemForm(shown, request.POST or None, initial={name: getattr(row, name) for name in ITEM_FIELDS})
    if submit(form, lambda: services.revise_item(item=row, **form.values(), by=user, at=now)):
        return redirect(cycle.address("voting:review"))
    return _revise(request, cycle, form, gettext("Revise this item"), row)


@require_http_methods(["GET", "POST"])
@once
@cycle_view
def item_remove(request: HttpRequest, cycle: Cycle, item: int) -> HttpResponse:
    """Take an item off the list, with the reason."""
    now, user = timezone.now(), signed_in(request)
    shown = _revisable(request, cycle, now)
    row: ReviewItem = found(selectors.item_at(shown, item))
    form = RevisionForm(shown, request.POST or None)
    if submit(form, lambda: services.remove_item(item=row, **form.cleaned_data, by=user, at=now)):
        return redirect(cycle.address("voting:review"))
    return _revise(request, cycle, form, gettext("Take this item off the list"), row)


@require_http_methods(["GET", "POST"])
@once
@cycle_view
def item_add(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Put a candidate of the year on the list, with the reason."""
    now, user = timezone.now(), signed_in(request)
    shown = _revisable(request, cycle, now)
    form = AddItemForm(shown, request.POST or None)
    if submit(form, lambda: services.add_item(review=shown, **form.values(), by=user, at=now)):
        return redirect(cycle.address("voting:review"))
    return _revise(request, cycle, form, gettext("Put a candidate on the list"))


@require_GET
@cycle_view
def reserve(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Offer the year that is planned what earlier years left in the reserve pool."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_read_rounds(user, cycle, now))
    builds = cycle.phase == Phase.PLAN and accounts.has(user, Permission.BUILD_CANDIDATES, cycle.area, now)
    context = {
        "pool": selectors.reserve_pool(cycle.area, cycle.year - 1),
        "planned": cycle if builds else None,
    }
    return render(request, "voting/reserve_desk.html", context)


def _revisable(request: HttpRequest, cycle: Cycle, at: datetime) -> Review:
    require(rules.may_read_rounds(request.user, cycle, at))
    shown: Review = found(selectors.review_of(cycle))
    require(rules.may_revise_list(request.user, shown, at))
    return shown


def _revise(request: HttpRequest, cycle: Cycle, form: Form, title: str, item: ReviewItem | None = None) -> HttpResponse:
    return show_form(
        request,
        "voting/review_revise.html",
        form,
        {"title": title, "item": item, "back_url": cycle.address("voting:review")},
    )


@require_http_methods(["GET", "POST"])
@cycle_view
def review_adopt(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Record the adoption, with the reasons of what was left out."""
    now, user = timezone.now(), signed_in(request)
    require(rules.may_read_rounds(user, cycle, now))
    shown: Review = found(selectors.review_of(cycle))
    require(rules.may_adopt_list(user, shown, now))
    form = AdoptForm(shown, request.POST or None)
    if submit(
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
        return redirect(cycle.address("voting:review"))
    return show_form(
        request, "voting/review_adopt.html", form, {"review": shown, "back_url": cycle.address("voting:review")}
    )
