"""The tree of receipts: whoever kept a receipt finds out whether its suggestion is still there, unchanged."""

from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from livelihood.cycles.models import Cycle
from livelihood.kernel import parameters
from livelihood.kernel.errors import Conflict
from livelihood.kernel.methods import require_GET, require_POST
from livelihood.kernel.pages import show_form
from livelihood.web.decorators import cycle_view, found, public_form, public_page
from livelihood.web.templatetags.web import moment
from livelihood.web.templatetags.web import number as figure
from proposals import selectors, verifier
from proposals.forms import TrackForm
from proposals.views.citizens import WRONG, followed_by

MOST_SHOWN = 7
"""Heads on the page; the file has all."""


@public_page
@require_GET
@cycle_view
def receipts(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Show what was published of the tree, and say how a receipt is checked."""
    parameters.only(request.GET)
    heads = list(selectors.receipt_heads(cycle)[:MOST_SHOWN])
    context = {
        "head": heads[0] if heads else None,
        "columns": [
            {"label": _("Published")},
            {"label": _("Receipts"), "kind": "number"},
            {"label": _("Root (SHA-256)")},
        ],
        "rows": [[moment(head.day), figure(head.size), head.root] for head in heads],
    }
    return render(request, "proposals/receipts.html", context)


@public_page
@require_GET
@cycle_view
def receipt_heads(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Give all heads of a year as a file, each with the proof that it begins with the one before."""
    return _file(selectors.heads_file(cycle), f"receipt-heads-{cycle.area.code}-{cycle.year}.json")


@public_page
@require_GET
@cycle_view
def receipt_proof(request: HttpRequest, cycle: Cycle, number: str) -> HttpResponse:
    """Give the proof that a receipt is in the tree, to whoever has its number; it says nothing of the text."""
    return _file(found(selectors.receipt_proof(cycle, number)), f"receipt-{number}.json")


@public_page
@require_GET
def receipt_verifier(request: HttpRequest) -> HttpResponse:
    """Give the source of the program that checks these files without this portal."""
    return HttpResponse(Path(verifier.__file__).read_bytes(), content_type="text/x-python; charset=utf-8")


@public_form
@sensitive_post_parameters()
@require_POST
@cycle_view
def own_text(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Give who has number and code the very bytes whose SHA-256 is the fingerprint on the receipt."""
    now = timezone.now()
    WRONG.check(request, at=now)
    form = TrackForm(request.POST)
    followed = followed_by(request, cycle, form, now)
    if followed is None:
        return show_form(request, "proposals/suggestion_find.html", form)
    if not followed.is_as_sent:
        raise Conflict(_("Words of this text were removed, so it does not have its fingerprint any more."))
    suggestion = followed.suggestion
    return _attached(selectors.text_content(suggestion), f"text-{suggestion.number}.json")


def _file(content: dict[str, Any], name: str) -> HttpResponse:
    return _attached(selectors.canonical(content).encode(), name)


def _attached(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
