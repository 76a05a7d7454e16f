"""What anyone needs to repeat a count: the record, the program that checks it, and what neither can protect."""

from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from livelihood.cycles.models import Cycle
from livelihood.web.decorators import cycle_view, found, public_page
from voting import exporters, record, selectors, verifier
from voting.models import Round
from voting.schemes import scheme_of


@public_page
@require_GET
@cycle_view
def ballots(request: HttpRequest, cycle: Cycle, number: int) -> HttpResponse:
    """Show every ballot of an announced round by its code, or by its deputy; 403 where the counts are kept back."""
    round_ = _announced(cycle, number)
    rows = exporters.ballot_rows(round_)
    context = {"round": round_, "words": scheme_of(round_).words, "rows": rows, "options": selectors.options_of(round_)}
    return render(request, "voting/ballots.html", context)


@public_page
@require_GET
@cycle_view
def round_record(request: HttpRequest, cycle: Cycle, number: int) -> HttpResponse:
    """Give the record of an announced round, byte for byte the same each time."""
    round_ = _announced(cycle, number)
    return HttpResponse(record.canonical(exporters.round_record(round_)), content_type="application/json")


@public_page
@require_GET
@cycle_view
def round_pb(request: HttpRequest, cycle: Cycle, number: int) -> HttpResponse:
    """Give an announced round as an approval election in Pabulib's format; 403 where its counts are kept back."""
    round_ = _announced(cycle, number)
    return HttpResponse(exporters.round_pb(round_), content_type="text/plain; charset=utf-8")


@public_page
@require_GET
def verifier_source(request: HttpRequest) -> HttpResponse:
    """Give the source of the program that checks a record without this portal."""
    return HttpResponse(Path(verifier.__file__).read_bytes(), content_type="text/x-python; charset=utf-8")


@public_page
@require_GET
def threats(request: HttpRequest) -> HttpResponse:
    """Say in plain words what the vote does not protect."""
    return render(request, "voting/threats.html")


def _announced(cycle: Cycle, number: int) -> Round:
    rounds = selectors.announced_rounds().filter(cycle=cycle, number=number)
    return found(rounds.select_related("cycle__area", "method").first())
