"""The two pages that change something: one that shows a form, one that asks before an act."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from livelihood.kernel.errors import Text


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
