"""What people do to their own account; the page that shows it is composed by the roof (`portal:account`)."""

from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters

from livelihood.accounts import selectors, services
from livelihood.accounts.forms import PasswordForm
from livelihood.accounts.models import User
from livelihood.accounts.selectors import signed_in
from livelihood.accounts.views import _shared as shared
from livelihood.kernel.methods import require_http_methods, require_POST
from livelihood.kernel.pages import show_form


@sensitive_post_parameters("present", "password", "again")
@require_http_methods(["GET", "POST"])
def password_change(request: HttpRequest) -> HttpResponse:
    """Change one's own password; every other sign-in ends."""
    now, user, form = timezone.now(), signed_in(request), PasswordForm(request.POST or None)
    key = request.session.session_key or ""
    changed = shared.submit_password(
        user,
        form,
        lambda: services.change_password(
            user=user,
            present=form.cleaned_data["present"],
            password=form.cleaned_data["password"],
            session_key=key,
            at=now,
        ),
        at=now,
    )
    if changed:
        _sign_anew(request, changed.result)
        return redirect("portal:account")
    context = {
        "title": _("Change your password"),
        "text": _("All your other sign-ins end, on whatever machine they are."),
        "label": _("Change the password"),
        "cancel": "portal:account",
    }
    return show_form(request, "accounts/own_act.html", form, context)


@require_POST
def session_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of one's own sign-ins."""
    found = get_object_or_404(selectors.sign_ins_of(signed_in(request)), pk=pk)
    services.end_session(sign_in=found, by=signed_in(request), at=timezone.now())
    return redirect("portal:account")


@require_POST
def sessions_end(request: HttpRequest) -> HttpResponse:
    """End all of one's own sign-ins but this one."""
    key = request.session.session_key or ""
    user = services.end_own_sessions(user=signed_in(request), session_key=key, at=timezone.now())
    _sign_anew(request, user)
    return redirect("portal:account")


def _sign_anew(request: HttpRequest, user: User) -> None:
    """Sign this session with what is good from now on, under a new key."""
    before = request.session.session_key or ""
    update_session_auth_hash(request, user)
    services.move_session(before=before, after=request.session.session_key or "")
