"""The record of processing at the desk, and the period of each kind."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from livelihood.accounts.once import once
from livelihood.accounts.selectors import signed_in
from livelihood.cycles import selectors as cycles
from livelihood.cycles.models import Area
from livelihood.imprint.selectors import imprint_of
from livelihood.kernel import parameters
from livelihood.kernel.forms import submit
from livelihood.kernel.methods import require_GET, require_http_methods
from livelihood.kernel.pages import show_form
from livelihood.kernel.personal import PersonalData, kinds
from livelihood.kernel.verdict import require
from livelihood.privacy import rules, selectors, services
from livelihood.privacy.forms import PeriodForm
from livelihood.web.decorators import found


@require_GET
def record(request: HttpRequest, area: str) -> HttpResponse:
    """List what is held of people: what for, by what right, who reads it, how long it is kept, and how much it is."""
    place: Area = found(cycles.area_at(area))
    now = timezone.now()
    require(rules.may_read_record(signed_in(request), place, now))
    parameters.only(request.GET)
    context = {"area": place, "lines": selectors.record(now), "handler": imprint_of(request)["sponsor"]}
    return render(request, "privacy/record.html", context)


@require_http_methods(["GET", "POST"])
@once
def kind(request: HttpRequest, area: str, key: str) -> HttpResponse:
    """Show one kind with what was forgotten of it; who keeps the settings says here how long it is kept."""
    place: Area = found(cycles.area_at(area))
    one: PersonalData = found(kinds().get(key))
    now, user = timezone.now(), signed_in(request)
    require(rules.may_read_record(user, place, now))
    verdict, form = rules.may_set_period(user, one, now), None
    line, periods = selectors.held(one, now), list(selectors.periods_of(one))
    if one.period is not None:
        initial = {"days": line.days, "seen": periods[0].number if periods else 0}
        form = PeriodForm(one.period, request.POST or None, initial=initial)
    elif request.method == "POST":
        require(verdict)
    context = {"area": place, "line": line, "periods": periods, "runs": selectors.runs_of(one), "verdict": verdict}
    if form is None:
        return render(request, "privacy/kind.html", context)
    if submit(form, lambda: services.set_period(kind=one, **form.cleaned_data, by=user, at=now)):
        return redirect("privacy:kind", area=place.slug, key=key)
    return show_form(request, "privacy/kind.html", form, context)
