"""Mandates ended, and held by others while somebody is away."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from livelihood.accounts import rules, selectors, services
from livelihood.accounts.forms import EndMandateForm, LeaveForm, RefuseMandateForm, StandInForm
from livelihood.accounts.once import once
from livelihood.accounts.roles import Role
from livelihood.accounts.selectors import signed_in
from livelihood.accounts.views import _shared as shared
from livelihood.cycles.models import Area
from livelihood.kernel.forms import submit
from livelihood.kernel.methods import require_http_methods
from livelihood.kernel.pages import show_form, show_question
from livelihood.kernel.verdict import require


@require_http_methods(["GET", "POST"])
def mandate_end(request: HttpRequest, area: str, pk: int) -> HttpResponse:
    """End a mandate, after saying what that means."""
    place, now = shared.managed_area(request, area)
    mandate = get_object_or_404(selectors.mandates_in(place), pk=pk)
    require(rules.may_end_mandate(signed_in(request), mandate, now))
    form = EndMandateForm(request.POST or None, initial={"last_day": timezone.localdate(now)})
    if submit(
        form,
        lambda: services.end_mandate(
            mandate=mandate, last_day=form.cleaned_data["last_day"], by=signed_in(request), at=now
        ),
    ):
        return redirect("places:people", area=place.slug)
    return show_form(request, "accounts/mandate_end.html", form, {"area": place, "mandate": mandate})


@require_http_methods(["GET", "POST"])
def mandate_confirm(request: HttpRequest, area: str, pk: int) -> HttpResponse:
    """Confirm a mandate that somebody else has given, after saying whose it is and what it gives."""
    now, user = timezone.now(), signed_in(request)
    place = get_object_or_404(Area, slug=area)
    mandate = get_object_or_404(selectors.mandates_in(place), pk=pk)
    require(rules.may_confirm_mandate(user, mandate, now))
    if request.method == "POST":
        services.confirm_mandate(mandate=mandate, by=user, at=now)
        return redirect("portal:my_work")
    role = mandate.get_role_display()
    ends_on = date_format(mandate.ends_on) if mandate.ends_on else gettext("until ended")
    days = f"{date_format(mandate.starts_on)} – {ends_on}"
    told = [f"{mandate.user.name} ({mandate.user.username})", role, place.name, days, mandate.reason]
    giver = mandate.given_by.name if mandate.given_by else ""
    return show_question(
        request,
        title=_("Confirm a mandate"),
        label=_("Confirm the mandate"),
        text=" · ".join(filter(None, told)),
        consequences=[
            format_lazy(_("Given by {name}, who cannot confirm it alone."), name=giver),
            format_lazy(_("From now on this person may do here what {role} may do."), role=role),
            _(
                "Confirm only if you know who this is and that their office has named them: an administrator gives and"
                " confirms mandates."
            )
            if mandate.role == Role.ADMINISTRATOR
            else _("Confirm only if you know who this is and that the congress or its office has named them."),
        ],
        cancel_url=reverse("portal:my_work"),
        instead=(
            _("Do not confirm the mandate"),
            reverse("accounts:mandate_refuse", kwargs={"area": place.slug, "pk": mandate.pk}),
        ),
    )


@require_http_methods(["GET", "POST"])
def mandate_refuse(request: HttpRequest, area: str, pk: int) -> HttpResponse:
    """Refuse a mandate that waits, or take back the one that one has given, with a reason."""
    now, user = timezone.now(), signed_in(request)
    place = get_object_or_404(Area, slug=area)
    mandate = get_object_or_404(selectors.mandates_in(place), pk=pk)
    require(rules.may_refuse_mandate(user, mandate, now))
    form = RefuseMandateForm(request.POST or None)
    if submit(form, lambda: services.refuse_mandate(mandate=mandate, **form.cleaned_data, by=user, at=now)):
        return redirect("portal:my_work")
    is_givers = mandate.given_by_id == user.pk
    context = {
        "area": place,
        "person": mandate.user,
        "title": _("Take back the mandate") if is_givers else _("Do not confirm the mandate"),
        "text": format_lazy(
            _("{role}, {area}. It gives nothing yet, and goes. Who gave it and who was to hold it are told why."),
            role=mandate.get_role_display(), area=place.name,
        ),
        "label": _("Take it back") if is_givers else _("Do not confirm"),
        "cancel_url": reverse("portal:my_work"),
    }  # fmt: skip
    return show_form(request, "accounts/person_act.html", form, context)


@require_http_methods(["GET", "POST"])
@once
def stand_in_name(request: HttpRequest, area: str, pk: int) -> HttpResponse:
    """Name who holds a mandate for a time in place of its holder."""
    place, now = shared.managed_area(request, area)
    mandate = get_object_or_404(selectors.mandates_in(place), pk=pk)
    require(rules.may_have_stand_in(mandate))
    form = StandInForm(request.POST or None, people=selectors.people_near(place))
    if submit(
        form, lambda: services.name_stand_in(mandate=mandate, **form.cleaned_data, by=signed_in(request), at=now)
    ):
        return redirect("accounts:person", area=place.slug, pk=mandate.user_id)
    context = {
        "area": place,
        "person": mandate.user,
        "title": _("Name who stands in"),
        "text": format_lazy(
            _("From the first to the last day this person may do what {role} may do here."),
            role=mandate.get_role_display(),
        ),
        "label": _("Name the stand-in"),
        "cancel_url": shared.person_address(place, mandate.user),
    }
    return show_form(request, "accounts/person_act.html", form, context)


@require_http_methods(["GET", "POST"])
@once
def leave_give(request: HttpRequest, area: str, pk: int) -> HttpResponse:
    """Note that a person is away."""
    place, someone, now = shared.managed_person(request, area, pk)
    form = LeaveForm(request.POST or None)
    if submit(form, lambda: services.give_leave(user=someone, **form.cleaned_data, by=signed_in(request), at=now)):
        return redirect("accounts:person", area=place.slug, pk=someone.pk)
    context = {
        "area": place,
        "person": someone,
        "title": _("Note a leave"),
        "text": _("While on leave a person keeps their mandates and can sign in, but act under none of them."),
        "label": _("Note the leave"),
        "cancel_url": shared.person_address(place, someone),
    }
    return show_form(request, "accounts/person_act.html", form, context)


@require_http_methods(["GET", "POST"])
def leave_end(request: HttpRequest, area: str, pk: int, leave: int) -> HttpResponse:
    """End a leave."""
    place, someone, now = shared.managed_person(request, area, pk)
    row = get_object_or_404(selectors.leaves_of(someone), pk=leave)
    form = EndMandateForm(request.POST or None, initial={"last_day": timezone.localdate(now)})
    if submit(
        form,
        lambda: services.end_leave(leave=row, last_day=form.cleaned_data["last_day"], by=signed_in(request), at=now),
    ):
        return redirect("accounts:person", area=place.slug, pk=someone.pk)
    context = {
        "area": place,
        "person": someone,
        "title": _("End the leave"),
        "text": _(
            "From the day after the last day the person may act again. Noted by mistake? Give the day before its first"
            " day: it then never was."
        ),
        "label": _("End the leave"),
        "cancel_url": shared.person_address(place, someone),
    }
    return show_form(request, "accounts/person_act.html", form, context)
