"""Preparing a round: created, its rules written and locked, candidates of the frozen list on its ballot."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from livelihood.accounts.models import User
from livelihood.accounts.seen import require_seen
from livelihood.audit.services import record
from livelihood.cycles.models import Aspect, Cycle, Organisation
from livelihood.kernel.errors import Conflict, InvalidInput, NotReady
from livelihood.kernel.text import clean_text
from livelihood.kernel.verdict import require
from proposals import selectors as proposals
from proposals.states import CandidateKind
from voting import rules, selectors
from voting.acts import VotingAct, all_but
from voting.models import Method, Option, Round
from voting.services import _shared as shared
from voting.states import BallotForm, OptionOrder, RoundKind

TITLE_LENGTH = 120

PRACTICE_SURPLUS = 2
"""So many more items than seats: a rehearsal shows what it is to choose."""

METHOD_FIELDS = (
    "scheme", "form", "most_approvals", "denominator", "threshold_numerator", "threshold_denominator", "is_strict",
    "quorum_base", "quorum_numerator", "quorum_denominator", "over_vote", "blank", "tie", "run_off_limit", "shortfall",
    "option_order", "remote_voting", "publishes_counts", "has_substitutes",
)  # fmt: skip
"""What a session may choose."""


@transaction.atomic
def create_round(
    *,
    cycle: Cycle,
    title: str,
    seats: int,
    by: User,
    at: datetime,
    is_rehearsal: bool = False,
    voting_minutes: int = 30,
    source: str = "",
) -> Round:
    """Create a round, with default rules, on all candidates of the frozen list.

    Made before the freeze, a vote takes the candidates when its rules are written or locked; a rehearsal has items of
    its own.

    seats: how many are to be chosen. is_rehearsal: a practice round; it stays one.

    :raises NotAllowed: not congress staff, or another phase.
    :raises NotReady: a rehearsal before the freeze, in a year without an aspect or an organisation.
    :raises Conflict: the year has its vote already; one that is void is repeated.
    :raises InvalidInput: more seats than candidates.
    """
    cycle = Cycle.objects.select_for_update(of=("self",)).select_related("area").get(pk=cycle.pk)
    require(rules.may_create_round(by, cycle, at))
    check_seats(seats, len(proposals.candidates_for(cycle)))
    if not is_rehearsal and Round.objects.filter(cycle=cycle, kind=RoundKind.MAIN, is_rehearsal=False).exists():
        raise Conflict(_("This year has its vote already. A further round follows from it: a run-off or a repeat."))
    round_ = Round.objects.create(
        cycle=cycle,
        number=next_number(cycle),
        title=clean_text(title, min_length=2, max_length=TITLE_LENGTH, multiline=False, field="title"),
        seats=seats,
        is_rehearsal=is_rehearsal,
        voting_minutes=voting_minutes,
        source=source,
        created_at=at,
        created_by=by,
    )
    Method.objects.create(round=round_, most_approvals=seats)
    options = _put_candidates(round_) or (_put_practice_items(round_) if is_rehearsal else 0)
    record(
        VotingAct.ROUND_CREATED,
        round_,
        by=by,
        at=at,
        seats=seats,
        candidates=options,
        is_rehearsal=is_rehearsal,
    )
    return round_


@transaction.atomic
def write_rules(
    *,
    round_: Round,
    title: str,
    seats: int,
    voting_minutes: int,
    method: Mapping[str, Any],
    by: User,
    at: datetime,
    seen: int | None = None,
) -> Round:
    """Write the rules that the session adopted; possible while the round is a draft.

    method: field of Method → value, for fields of METHOD_FIELDS; those left out stay.
    voting_minutes: planned length of the vote.

    :raises NotAllowed: not congress staff, or the rules are locked.
    :raises Moved: somebody else has written them since the page was shown.
    :raises InvalidInput: rules that contradict one another.
    """
    round_ = shared.lock_round(round_)
    require(rules.may_write_rules(by, round_, at))
    words = [round_.title, str(round_.seats), str(round_.voting_minutes)]
    but = all_but(VotingAct.ROUND_RULES_WRITTEN)
    require_seen(seen, [round_], stands=lambda: " · ".join(words), but=but)
    check_seats(seats, _put_candidates(round_))
    rows = round_.method
    for name in METHOD_FIELDS:
        setattr(rows, name, method.get(name, getattr(rows, name)))
    if rows.form != BallotForm.EACH and rows.most_approvals is None:
        rows.most_approvals = seats
    if rows.most_approvals is not None and not 1 <= rows.most_approvals <= seats:
        problem = _("A ballot can hold 1 to {seats} approvals: no more than are to be chosen.")
        raise InvalidInput(format_lazy(problem, seats=seats), field="most_approvals")
    try:
        rows.full_clean(exclude=["round"])
    except ValidationError as error:
        raise InvalidInput(" ".join(error.messages)) from error
    round_.title = clean_text(title, min_length=2, max_length=TITLE_LENGTH, multiline=False, field="title")
    round_.seats, round_.voting_minutes = seats, voting_minutes
    round_.save(update_fields=["title", "seats", "voting_minutes"])
    rows.save(update_fields=METHOD_FIELDS)
    record(VotingAct.ROUND_RULES_WRITTEN, round_, by=by, at=at, seats=seats, rules=selectors.rules_data(rows))
    return round_


@transaction.atomic
def lock_rules(*, round_: Round, by: User, at: datetime) -> Round:
    """Fix rules and candidates of a round, and draw the lot where the order is drawn.

    The lot: a random seed is recorded; candidates stand in the order of the SHA-256 of seed and number.

    :raises NotAllowed: not congress staff, the rules are locked, it is not time for the vote, or the candidates are
        not known, or fewer than the seats.
    """
    round_ = shared.lock_round(round_)
    require(rules.may_lock_rules(by, round_, at))
    _put_candidates(round_)
    if round_.method.option_order == OptionOrder.LOT:
        round_.method.lot_seed = secrets.token_hex(16)
        round_.method.save(update_fields=["lot_seed"])
        options = list(round_.options.order_by("number"))
        for position, option in enumerate(selectors.drawn(options, round_.method.lot_seed), start=1):
            option.position = position
        Option.objects.bulk_update(options, ["position"])
    shared.move(round_, "lock_rules", act="rules_locked", by=by, at=at)
    record(VotingAct.ROUND_RULES_LOCKED, round_, by=by, at=at, rules=selectors.rules_data(round_.method))
    return round_


def next_number(cycle: Cycle) -> int:
    """Return the number after the highest; the cycle is locked, so no one else draws it."""
    return (Round.objects.filter(cycle=cycle).aggregate(highest=Max("number"))["highest"] or 0) + 1


def check_seats(seats: int, options: int) -> None:
    """Refuse what no vote can fill.

    options: none while the list is not frozen.

    :raises InvalidInput: no seat, or more seats than candidates.
    """
    if seats < 1 or 0 < options < seats:
        raise InvalidInput(rules.too_many_seats(options), field="seats")


def _put_candidates(round_: Round) -> int:
    """Put the candidates of the frozen list on an empty ballot, and return how many stand on it."""
    if count := round_.options.count():
        return count
    rows = [selectors.copy_of(candidate) for candidate in proposals.candidates_for(round_.cycle)]
    return _put(round_, rows)


def _put_practice_items(round_: Round) -> int:
    """Put items on the ballot of a rehearsal that are none of anybody's, a few more than are to be chosen.

    :raises NotReady: there is no aspect or no organisation that an item could name.
    """
    cycle = round_.cycle
    aspect = Aspect.objects.filter(cycle=cycle).order_by("number").first()
    lead = Organisation.objects.filter(area=cycle.area).order_by("pk").first()
    if aspect is None or lead is None:
        raise NotReady([_("A rehearsal without a list needs an aspect of the year and an organisation of the area.")])
    with override("zh-hans"):
        rows = [
            {
                "number": number,
                "title": _("Practice item %(number)d") % {"number": number},
                "summary": _("For practice only; this is no candidate."),
                "aspect": aspect,
                "lead_organisation": lead,
                "kind": CandidateKind.HARDWARE,
                "cost_wan": 100,
                "finish_date": date(cycle.year, 12, 31),
                "people_served": 1000,
            }
            for number in range(1, round_.seats + PRACTICE_SURPLUS + 1)
        ]
        return _put(round_, rows)


def _put(round_: Round, rows: Sequence[Mapping[str, Any]]) -> int:
    Option.objects.bulk_create(
        Option(round=round_, position=position, **row) for position, row in enumerate(rows, start=1)
    )
    return len(rows)
