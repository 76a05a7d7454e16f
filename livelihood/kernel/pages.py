"""The pages of an act: its form, the question before it, and what is said where it is refused."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from livelihood.kernel.errors import DomainError, NotReady, Text
from livelihood.kernel.parameters import BadParameters


def show_form(request: HttpRequest, template: str, form: Any, context: Mapping[str, Any] | None = None) -> HttpResponse:
    """Show a page with its form, as `form`: 422 where it was sent, since what is done leads elsewhere."""
    return render(request, template, {"form": form, **(context or {})}, status=422 if form.is_bound else 200)


def show_question(
    request: HttpRequest, *, title: Text, label: Text, text: Text, consequences: Sequence[Text], cancel_url: str
) -> HttpResponse:
    """Say what an act will do before it is done. label: of its button. text: what it is done to."""
    context = {
        "title": title,
        "label": label,
        "text": text,
        "consequences": consequences,
        "cancel_url": cancel_url,
    }
    return render(request, "act_confirm.html", context)


def show_refusal(request: HttpRequest, error: DomainError) -> HttpResponse:
    """Say what is refused and why."""
    if isinstance(error, BadParameters):
        return render(request, "parameters_refused.html", {"faults": error.faults}, status=error.status)
    issues = error.issues if isinstance(error, NotReady) else ()
    context = {"message": error.message, "issues": issues, "status": error.status}
    response = render(request, "refusal.html", context, status=error.status)
    if error.seconds is not None:
        response["Retry-After"] = str(error.seconds)
    return response
