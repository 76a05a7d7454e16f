"""People of an area: added, put right, let in anew, closed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.accounts import selectors, services
from livelihood.accounts.forms import CloseForm, CodesForm, MandateForm, PersonEditForm, PersonForm
from livelihood.accounts.models import User
from livelihood.accounts.once import once
from livelihood.accounts.roles import ROLES, Role
from livelihood.accounts.seen import mark_of
from livelihood.accounts.selectors import signed_in
from livelihood.accounts.services.mails import is_mail_sent
from livelihood.accounts.views import _shared as shared
from livelihood.cycles import selectors as cycles
from livelihood.cycles.models import Area
from livelihood.kernel.forms import submit
from livelihood.kernel.methods import require_GET, require_http_methods
from livelihood.kernel.pages import show_form, show_question


@require_GET
def rights(request: HttpRequest) -> HttpResponse:
    """Show which role may do what, to everybody who has an account."""
    wanted = selectors.roles_with_factor()
    context = {
        "rights": selectors.rights(),
        "cards": ROLES.items(),
        "with_factor": [role for role in Role if role in wanted],
    }
    return render(request, "accounts/rights.html", context)


@require_http_methods(["GET", "POST"])
@once
def person_add(request: HttpRequest, area: str) -> HttpResponse:
    """Give a person an account."""
    place, now = shared.managed_area(request, area)
    form = PersonForm(request.POST or None)
    if made := submit(
        form, lambda: services.create_user(**form.cleaned_data, area=place, by=signed_in(request), at=now)
    ):
        return redirect("accounts:person", area=place.slug, pk=made.result.pk)
    return show_form(request, "accounts/person_add.html", form, {"area": place})


@require_http_methods(["GET", "POST"])
@once
def person(request: HttpRequest, area: str, pk: int) -> HttpResponse:
    """Show a person's account and mandates in reach, and give a new mandate."""
    place, now = shared.managed_area(request, area)
    someone = selectors.people_near(place).filter(pk=pk).first()
    if someone is None:
        their_area = get_object_or_404(cycles.areas_within(place), people=pk)
        return redirect("accounts:person", area=their_area.slug, pk=pk)
    form = MandateForm(request.POST or None, area=place)
    if submit(
        form, lambda: services.give_mandate(user=someone, **form.given(), area=place, by=signed_in(request), at=now)
    ):
        return redirect("accounts:person", area=place.slug, pk=someone.pk)
    today = timezone.localdate(now)
    context = {
        "area": place,
        "person": someone,
        "mandates": selectors.mandates_of(someone, place),
        "leaves": selectors.leaves_of(someone),
        "may_manage": selectors.may_manage_account(signed_in(request), someone, now),
        "is_mail_sent": is_mail_sent(),
        "has_factor": selectors.has_factor(someone),
        "with_stand_in": [role for role, card in ROLES.items() if card.may_have_stand_in],
        "last_sign_in": selectors.sign_ins_of(someone).first(),
        "today": today,
    }
    return show_form(request, "accounts/person_detail.html", form, context)


@require_http_methods(["GET", "POST"])
def person_edit(request: HttpRequest, area: str, pk: int) -> HttpResponse:
    """Put a person's name, mail address or telephone right."""
    place, someone, now = shared.managed_person(request, area, pk)
    seen = mark_of(someone, but=services.OTHER_ACTS)
    known = {"name": someone.name, "mail": someone.mail, "phone": someone.phone}
    form = PersonEditForm(request.POST or None, initial={"seen": seen} | known)
    if submit(
        form,
        lambda: services.change_people(
            changes=[form.change_of(someone)], seen=form.cleaned_data["seen"], by=signed_in(request), at=now
        ),
    ):
        return redirect("accounts:person", area=place.slug, pk=someone.pk)
    context = {"title": _("Name and contact"), "label": _("Save")}
    return show_form(request, "accounts/person_act.html", form, _about(place, someone) | context)


@require_http_methods(["GET", "POST"])
def code_issue(request: HttpRequest, area: str, pk: int) -> HttpResponse:
    """Print a new one-time code for a person, after saying what it makes worthless."""
    place, someone, now = shared.managed_person(request, area, pk)
    if request.method == "POST":
        slips = services.print_codes(people=[someone], area=place, by=signed_in(request), at=now)
        return shared.pdf(slips, f"code-{someone.pk}.pdf")
    return show_question(
        request,
        title=_("Print a one-time code"),
        label=_("Print the slip"),
        text=_account(someone),
        consequences=[
            _("The password that was good until now is worthless, and all sign-ins of this person end."),
            _("The slip is made once, and the portal keeps no code. Hand it over in person."),
            _("The person is told on their own page, and by mail where it is sent."),
        ],
        cancel_url=shared.person_address(place, someone),
    )


@require_http_methods(["GET", "POST"])
def code_send(request: HttpRequest, area: str, pk: int) -> HttpResponse:
    """Send a person a one-time code by mail."""
    place, someone, now = shared.managed_person(request, area, pk)
    if request.method == "POST":
        services.send_code(user=someone, by=signed_in(request), at=now)
        return redirect("accounts:person", area=place.slug, pk=someone.pk)
    return show_question(
        request,
        title=_("Send a one-time code"),
        label=_("Send the code"),
        text=_account(someone),
        consequences=[
            format_lazy(
                _("A mail with a code goes to {mail}. The code is good for one hour."), mail=someone.mail or "–"
            ),
            _("The password that is good now stays good until the code is used."),
        ],
        cancel_url=shared.person_address(place, someone),
    )


@require_http_methods(["GET", "POST"])
def codes_print(request: HttpRequest, area: str) -> HttpResponse:
    """Print slips for all who have no password yet, of one role or of all, here or below as well."""
    place, now = shared.managed_area(request, area)
    form = CodesForm(request.POST or None)
    by = signed_in(request)
    printed = submit(
        form,
        lambda: services.print_codes(
            people=selectors.people_waiting_for_code(place, by, now, **form.given()), area=place, by=by, at=now
        ),
    )
    if printed:
        return shared.pdf(printed.result, f"codes-{place.slug}.pdf")
    context = {
        "area": place,
        "count": len(selectors.people_waiting_for_code(place, by, now)),
        "count_below": len(selectors.people_waiting_for_code(place, by, now, is_below=True)),
        "count_again": len(selectors.people_waiting_for_code(place, by, now, is_below=True, is_again=True)),
    }
    return show_form(request, "accounts/codes_print.html", form, context)


@require_http_methods(["GET", "POST"])
def person_sessions_end(request: HttpRequest, area: str, pk: int) -> HttpResponse:
    """End all sign-ins of a person."""
    place, someone, now = shared.managed_person(request, area, pk)
    if request.method == "POST":
        services.end_sessions(user=someone, by=signed_in(request), at=now)
        return redirect("accounts:person", area=place.slug, pk=someone.pk)
    return show_question(
        request,
        title=_("End all sign-ins"),
        label=_("End them"),
        text=_account(someone),
        consequences=[_("The person is signed out on every machine at once, and can sign in again.")],
        cancel_url=shared.person_address(place, someone),
    )


@require_http_methods(["GET", "POST"])
def account_close(request: HttpRequest, area: str, pk: int) -> HttpResponse:
    """Close an account."""
    place, someone, now = shared.managed_person(request, area, pk)
    form = CloseForm(request.POST or None)
    if submit(
        form,
        lambda: services.close_account(user=someone, reason=form.cleaned_data["reason"], by=signed_in(request), at=now),
    ):
        return redirect("accounts:person", area=place.slug, pk=someone.pk)
    context = {
        "title": _("Close the account"),
        "text": _("All sign-ins end at once and all mandates today, also those of who stands in. What was done stays."),
        "label": _("Close the account"),
        "kind": "danger",
    }
    return show_form(request, "accounts/person_act.html", form, _about(place, someone) | context)


@require_http_methods(["GET", "POST"])
def account_reopen(request: HttpRequest, area: str, pk: int) -> HttpResponse:
    """Open a closed account again."""
    place, someone, now = shared.managed_person(request, area, pk)
    if request.method == "POST":
        services.reopen_account(user=someone, by=signed_in(request), at=now)
        return redirect("accounts:person", area=place.slug, pk=someone.pk)
    return show_question(
        request,
        title=_("Open the account again"),
        label=_("Open it"),
        text=_account(someone),
        consequences=[_("The person comes in by a new one-time code. Mandates that have ended are given anew.")],
        cancel_url=shared.person_address(place, someone),
    )


def _account(someone: User) -> str:
    return f"{someone.name} ({someone.username})"


def _about(place: Area, someone: User) -> dict[str, object]:
    return {"area": place, "person": someone, "cancel_url": shared.person_address(place, someone)}
