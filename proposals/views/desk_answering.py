"""The desk for the clock of answers: how many days, and which of them are worked."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from livelihood.accounts.once import once
from livelihood.accounts.seen import mark_of_all
from livelihood.accounts.selectors import signed_in
from livelihood.cycles.models import Cycle
from livelihood.kernel import parameters, workdays
from livelihood.kernel.forms import submit
from livelihood.kernel.methods import require_http_methods, require_POST
from livelihood.kernel.pages import show_form
from livelihood.kernel.verdict import require
from livelihood.web.decorators import cycle_view
from proposals import rules, selectors, services
from proposals.forms import AnswerRuleForm, SpecialDayForm
from proposals.models import AnswerRule


@require_http_methods(["GET", "POST"])
@once
@cycle_view
def answering(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Say within how many working days the office answers, and show the days that were entered."""
    now, by = timezone.now(), signed_in(request)
    require(rules.may_keep_answering(by, cycle, now))
    clock = selectors.clock_of(cycle.area)
    mark = mark_of_all(AnswerRule.objects.filter(area=cycle.area))
    now_set = {name: getattr(clock, name) for name in ("days", "remind_days", "has_four_eyes")}
    form = AnswerRuleForm(request.POST or None, initial=now_set | {"seen": mark})
    if submit(form, lambda: services.write_answer_rule(cycle=cycle, **form.cleaned_data, by=by, at=now)):
        return redirect(cycle.address("proposals:answering"))
    context = {
        "days": selectors.special_days(cycle.area).filter(day__gte=timezone.localdate(now)).order_by("day", "area"),
        "templates": selectors.templates_of(cycle.area),
        "words": selectors.progress_words_of(cycle.area),
        "known_until": workdays.KNOWN_UNTIL,
        "due_on": clock.due_on(now),
    }
    return show_form(request, "proposals/answering.html", form, context)


@require_http_methods(["GET", "POST"])
@once
@cycle_view
def special_day_note(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Enter a day that is worked, or is not, otherwise than the calendar says."""
    now, by = timezone.now(), signed_in(request)
    require(rules.may_keep_answering(by, cycle, now))
    form = SpecialDayForm(request.POST or None)
    if submit(form, lambda: services.note_special_day(cycle=cycle, **form.cleaned_data, by=by, at=now)):
        return redirect(cycle.address("proposals:answering"))
    return show_form(request, "proposals/special_day_note.html", form, {})


@require_POST
@cycle_view
def special_day_drop(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Take a day out of the list again."""
    day = parameters.day(request.POST, "day")
    services.drop_special_day(cycle=cycle, day=day or date.min, by=signed_in(request), at=timezone.now())
    return redirect(cycle.address("proposals:answering"))
