"""Signing in and out; people and mandates."""

import math

from axes.helpers import get_client_username
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import ngettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from livelihood.accounts import rules, selectors, services
from livelihood.accounts.filters import MandateFilter
from livelihood.accounts.forms import EndMandateForm, MandateForm, PersonForm, SignInForm
from livelihood.accounts.once import once
from livelihood.accounts.roles import ROLES, Role
from livelihood.accounts.selectors import signed_in
from livelihood.cycles import selectors as cycles
from livelihood.cycles.models import Area
from livelihood.kernel import parameters
from livelihood.kernel.errors import TooManyAttempts
from livelihood.kernel.forms import submit
from livelihood.kernel.methods import require_GET, require_http_methods, require_POST
from livelihood.kernel.pages import show_form, show_refusal
from livelihood.kernel.paging import paginate
from livelihood.kernel.verdict import require

ADDRESS_LENGTH = 2000


@login_not_required
@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign a person in and send them where they were going, or to their work."""
    form = SignInForm(request, data=request.POST or None)
    if request.method == "POST" and form.is_valid():
        login(request, form.get_user())
        request.session["signed_in_at"] = timezone.now().timestamp()
        target = parameters.text(request.POST, "next", most=ADDRESS_LENGTH)
        is_ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
        if not (is_ours and target.startswith("/")):  # else Django would look for a view of that name
            target = resolve_url("portal:my_work")
        return redirect(target)
    context = {"next": parameters.text(request.GET, "next", most=ADDRESS_LENGTH)}
    return show_form(request, "accounts/sign_in.html", form, context)


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the sign-in."""
    logout(request)
    return redirect("portal:index")


def locked_out(request: HttpRequest, _original: HttpResponse | None, credentials: dict[str, str]) -> HttpResponse:
    """Say that the entrance is closed after too many wrong passwords, and for how long."""
    now = timezone.now()
    opens_at = selectors.sign_in_opens_at(get_client_username(request, credentials), request.META["REMOTE_ADDR"], now)
    seconds = max(1, math.ceil((opens_at - now).total_seconds()))
    message = ngettext_lazy(
        "Too many wrong passwords. Try again in %(minutes)s minute, or ask your administrator.",
        "Too many wrong passwords. Try again in %(minutes)s minutes, or ask your administrator.",
        "minutes",
    )
    return show_refusal(request, TooManyAttempts(message, seconds=seconds))


@require_GET
def people(request: HttpRequest, area: str) -> HttpResponse:
    """List who holds which mandate in an area."""
    place = get_object_or_404(Area, slug=area)
    now = timezone.now()
    require(rules.may_manage_people(signed_in(request), place, now))
    filters = MandateFilter.on_page(request, selectors.mandates_in(place))
    chosen = filters.qs
    context = {
        "area": place,
        "page": paginate(chosen, selectors.MANDATE_ORDER, request.GET),
        "count": chosen.count(),
        "roles": Role.choices,
        "cards": ROLES.items(),
        "below": cycles.child_areas(place),
        "is_filtered": bool(filters.chosen),
    }
    return render(request, "accounts/people_list.html", context)


@require_http_methods(["GET", "POST"])
@once
def person_add(request: HttpRequest, area: str) -> HttpResponse:
    """Give a person an account."""
    place = get_object_or_404(Area, slug=area)
    now = timezone.now()
    require(rules.may_manage_people(signed_in(request), place, now))
    form = PersonForm(request.POST or None)
    if made := submit(
        form, lambda: services.create_user(**form.cleaned_data, area=place, by=signed_in(request), at=now)
    ):
        return redirect("accounts:person", area=place.slug, pk=made.result.pk)
    return show_form(request, "accounts/person_add.html", form, {"area": place})


@require_http_methods(["GET", "POST"])
@once
def person(request: HttpRequest, area: str, pk: int) -> HttpResponse:
    """Show a person's mandates in reach and give a new one."""
    place = get_object_or_404(Area, slug=area)
    now = timezone.now()
    require(rules.may_manage_people(signed_in(request), place, now))
    someone = get_object_or_404(selectors.people_near(place), pk=pk)
    form = MandateForm(request.POST or None, area=place)
    if submit(
        form, lambda: services.give_mandate(user=someone, **form.given(), area=place, by=signed_in(request), at=now)
    ):
        return redirect("accounts:person", area=place.slug, pk=someone.pk)
    return show_form(
        request,
        "accounts/person_detail.html",
        form,
        {"area": place, "person": someone, "mandates": selectors.mandates_of(someone, place)},
    )


@require_http_methods(["GET", "POST"])
def mandate_end(request: HttpRequest, area: str, pk: int) -> HttpResponse:
    """End a mandate, after saying what that means."""
    place = get_object_or_404(Area, slug=area)
    now = timezone.now()
    require(rules.may_manage_people(signed_in(request), place, now))
    mandate = get_object_or_404(selectors.mandates_in(place), pk=pk)
    form = EndMandateForm(request.POST or None, initial={"last_day": timezone.localdate(now)})
    if submit(
        form,
        lambda: services.end_mandate(
            mandate=mandate, last_day=form.cleaned_data["last_day"], by=signed_in(request), at=now
        ),
    ):
        return redirect("accounts:people", area=place.slug)
    return show_form(request, "accounts/mandate_end.html", form, {"area": place, "mandate": mandate})
