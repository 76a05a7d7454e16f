"""The pages of an act: its form, the question before it, and what is said where it is refused."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from livelihood.kernel.errors import DomainError, NotReady, Text
from livelihood.kernel.parameters import BadParameters

OF_API = re.compile("/api/(?!docs/)")
"""Addresses that programs ask: refused there in the API's one form, everywhere else by a page."""


REFUSAL = "refusal.html"
UNPROCESSABLE = 422


def show_page(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, is_refused: bool, status: int = UNPROCESSABLE
) -> HttpResponse:
    """Show a page on which something may have been sent; where that is refused its title says so first (base.html)."""
    return render(request, template, {**context, "is_refused": is_refused}, status=status if is_refused else 200)


def show_form(request: HttpRequest, template: str, form: Any, context: Mapping[str, Any] | None = None) -> HttpResponse:
    """Show a page with its form, as `form`: refused where it was sent, since what is done leads elsewhere."""
    return show_page(request, template, {"form": form, **(context or {})}, is_refused=form.is_bound)


def show_question(
    request: HttpRequest,
    *,
    title: Text,
    label: Text,
    text: Text,
    consequences: Sequence[Text],
    cancel_url: str,
    seen: int | None = None,
    instead: tuple[Text, str] | None = None,
) -> HttpResponse:
    """Say what an act will do before it is done. label: of its button. text: what it is done to.

    instead: label and address of what may be done in its place.
    seen: what the page carries of it (`accounts.seen.mark_of`), where it may change meanwhile.
    """
    context = {
        "title": title,
        "label": label,
        "text": text,
        "consequences": consequences,
        "cancel_url": cancel_url,
        "instead": instead,
        "hidden": () if seen is None else (("seen", seen),),
    }
    return render(request, "act_confirm.html", context)


def is_here_alone() -> bool:
    """Say whether the portal's address opens on this machine only, so that it is of no use to anybody else on paper."""
    return urlsplit(settings.SITE_URL).hostname in {"127.0.0.1", "localhost"}


def is_of_api(request: HttpRequest) -> bool:
    """Say whether a program asks."""
    return OF_API.match(request.path_info) is not None


def frame_of(request: HttpRequest) -> str:
    """Return the frame of a page that refuses something: whoever is signed in stays in sight, where that is asked for.

    A page for everybody does not look at who is reading, and who has come in by a card sees no desk.
    """
    match, user = request.resolver_match, getattr(request, "user", None)
    needs_sign_in = getattr(match.func, "login_required", True) if match else "/desk/" in request.path_info
    if not needs_sign_in or user is None or not user.is_authenticated or request.session.get("confined_to"):
        return "base.html"
    return "base_desk.html"


def show_refusal(
    request: HttpRequest, error: DomainError, page: str = REFUSAL, *, back: tuple[Text, str] | None = None
) -> HttpResponse:
    """Say what is refused and why, to the journal too (livelihood.web.admission).

    page: what people see of it. back: title and address of the page that it leads back to.
    """
    request.refused_for = error.message  # type: ignore[attr-defined]
    issues = error.issues if isinstance(error, NotReady) else ()
    if is_of_api(request):
        faults = error.faults if isinstance(error, BadParameters) else ()
        fields = {fault.name: [str(fault.reason)] for fault in faults}
        if error.field:
            fields[error.field] = [str(error.message)]
        response: HttpResponse = refusal_of_api(error.status, error.code, error.message, fields, issues)
    elif isinstance(error, BadParameters):
        shown = {"base": frame_of(request), "faults": error.faults}
        response = render(request, "parameters_refused.html", shown, status=error.status)
    else:
        context: dict[str, object] = {"message": error.message, "issues": issues, "status": error.status}
        if page == REFUSAL:  # the others stand alone: they are shown where nobody can be asked who is reading
            context["base"] = frame_of(request)
            context["back_title"], context["back_url"] = back or ("", "")
        response = render(request, page, context, status=error.status)
    if error.seconds is not None:
        response["Retry-After"] = str(error.seconds)
    return response


def refusal_of_api(
    status: int, code: str, message: Text, fields: Mapping[str, Any] | None = None, issues: Sequence[Text] = ()
) -> JsonResponse:
    """Return a refusal in the one form of the API (livelihood.web.openapi): of which fields, and what is unfinished."""
    error = {
        "code": code,
        "message": str(message),
        "fields": fields or {},
        "issues": [str(issue) for issue in issues],
    }
    return JsonResponse({"error": error}, status=status, json_dumps_params={"ensure_ascii": False})
