"""What anyone needs to repeat a count: the record, the program that checks it, and what neither can protect.

A rehearsal's record and ballots look the same and stay at the desk.
"""

from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from livelihood.accounts.selectors import signed_in
from livelihood.cycles.models import Cycle
from livelihood.kernel.methods import require_GET
from livelihood.kernel.verdict import require
from livelihood.web.decorators import cycle_view, found, public_page
from livelihood.web.regions import LONG
from voting import exporters, record, rules, selectors, verifier
from voting.models import Round
from voting.schemes import scheme_of
from voting.views import _shared as shared


@public_page
@require_GET
@cycle_view
def ballots(request: HttpRequest, cycle: Cycle, number: int) -> HttpResponse:
    """Show every ballot of an announced round by its code, or by its deputy; 403 where the counts are kept back."""
    round_ = _announced(cycle, number)
    return render(request, "voting/ballots.html", _ballots(round_))


@public_page
@require_GET
@cycle_view
def round_record(request: HttpRequest, cycle: Cycle, number: int) -> HttpResponse:
    """Give the record of an announced round, byte for byte the same each time."""
    return _record_file(_announced(cycle, number))


@public_page
@require_GET
@cycle_view
def round_pb(request: HttpRequest, cycle: Cycle, number: int) -> HttpResponse:
    """Give an announced round as an approval election in Pabulib's format; 403 where its counts are kept back."""
    round_ = _announced(cycle, number)
    return HttpResponse(exporters.round_pb(round_), content_type="text/plain; charset=utf-8")


@require_GET
@cycle_view
def rehearsal_ballots(request: HttpRequest, cycle: Cycle, number: int) -> HttpResponse:
    """Show every ballot of an announced rehearsal; 403 where the counts are kept back."""
    return render(request, "voting/rehearsal_ballots.html", _ballots(_rehearsal(request, cycle, number)))


@require_GET
@cycle_view
def rehearsal_record(request: HttpRequest, cycle: Cycle, number: int) -> HttpResponse:
    """Give the record of an announced rehearsal, which says that it is one."""
    return _record_file(_rehearsal(request, cycle, number))


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


def _ballots(round_: Round) -> dict[str, Any]:
    """Return what a page of all ballots shows."""
    groups: dict[str, list[exporters.BallotRow]] = {}
    for row in exporters.ballot_rows(round_):
        groups.setdefault(row.delegation or row.receipt[:1], []).append(row)
    return {
        "round": round_,
        "words": scheme_of(round_).words,
        "groups": groups.items(),
        "is_folded": sum(map(len, groups.values())) > LONG,
        "options": selectors.options_of(round_),
    }


def _record_file(round_: Round) -> HttpResponse:
    return HttpResponse(record.canonical(exporters.round_record(round_)), content_type="application/json")


def _rehearsal(request: HttpRequest, cycle: Cycle, number: int) -> Round:
    now, user = timezone.now(), signed_in(request)
    require(rules.may_read_rounds(user, cycle, now))
    round_ = shared.find_round(cycle, number)
    require(rules.may_read_rehearsal(user, round_, now))
    return round_


def _announced(cycle: Cycle, number: int) -> Round:
    rounds = selectors.announced_rounds().filter(cycle=cycle, number=number)
    return found(rounds.select_related("cycle__area", "method").first())
