"""The reserve pool: what was not chosen, why, with which votes, and which later year took it up again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch
from django.utils import timezone

from livelihood.cycles.models import Area, Cycle
from livelihood.cycles.states import Phase
from livelihood.kernel.errors import Text
from proposals.models import Candidate
from voting.models import OptionResult, ReviewItem
from voting.states import Outcome, ReviewState, RoundState


@dataclass(frozen=True, slots=True)
class Reserved:
    """A candidate that was not chosen. It is in the pool from the announcement or the adoption on, by that alone.

    cycle: the year it stood in. reason: outcome of its last vote, or why the two sessions left it out.
    approve, oppose, abstain: None where counts are not published, or there was no vote.
    taken_up_in: later years that carried it over.
    """

    candidate: Candidate
    cycle: Cycle
    reason: Text
    decided_on: date
    taken_up_in: Sequence[int]
    approve: int | None = None
    oppose: int | None = None
    abstain: int | None = None


def reserve_pool(area: Area, up_to: int) -> list[Reserved]:
    """Return the reserve pool of an area, newest year first, then by number; at most four queries.

    up_to: the last year whose candidates are included. Of those tied while a run-off may still follow, none.
    Source: docs/sources.md (reserve-pool).
    """
    pool = [*_not_elected(area, up_to), *_left_out(area, up_to)]
    return sorted(pool, key=lambda row: (-row.cycle.year, row.candidate.number))


def is_reserved(candidate: Candidate) -> bool:
    """Say whether a candidate lies in the reserve pool."""
    pool = reserve_pool(candidate.cycle.area, candidate.cycle.year)
    return any(row.candidate.pk == candidate.pk for row in pool)


def _later(path: str) -> Prefetch:
    return Prefetch(path, Candidate.objects.select_related("cycle").order_by("cycle__year"))


def _not_elected(area: Area, up_to: int) -> list[Reserved]:
    results = (
        OptionResult.objects.filter(
            option__round__cycle__area=area,
            option__round__cycle__year__lte=up_to,
            option__round__state=RoundState.ANNOUNCED,
            option__round__is_rehearsal=False,
        )
        .select_related("option__round__method", "option__round__cycle__area", "option__candidate")
        .prefetch_related(_later("option__candidate__carried_to"))
        .order_by("option__round__number", "pk")
    )
    last = {result.option.candidate_id: result for result in results}
    chosen = {result.option.candidate_id for result in results if result.outcome == Outcome.ELECTED}
    return [_reserved(result) for key, result in last.items() if key not in chosen and not _is_open(result)]


def _is_open(result: OptionResult) -> bool:
    return result.outcome == Outcome.TIED and result.option.round.cycle.phase == Phase.DECIDE


def _reserved(result: OptionResult) -> Reserved:
    round_, candidate = result.option.round, result.option.candidate
    assert candidate is not None  # noqa: S101 -- a rehearsal reserves nothing
    assert round_.announced_at is not None  # noqa: S101 -- the selection says so
    is_counted = round_.method.publishes_counts
    return Reserved(
        candidate=candidate,
        cycle=round_.cycle,
        reason=Outcome(result.outcome).label,
        decided_on=timezone.localdate(round_.announced_at),
        taken_up_in=_taken_up(candidate),
        approve=result.approve if is_counted else None,
        oppose=result.oppose if is_counted else None,
        abstain=result.abstain if is_counted else None,
    )


def _left_out(area: Area, up_to: int) -> list[Reserved]:
    items = (
        ReviewItem.objects.filter(
            review__cycle__area=area, review__cycle__year__lte=up_to, review__state=ReviewState.ADOPTED
        )
        .exclude(left_out_reason="")
        .select_related("review__cycle__area", "candidate")
        .prefetch_related(_later("candidate__carried_to"))
    )
    return [
        Reserved(
            item.candidate,
            item.review.cycle,
            item.left_out_reason,
            item.review.adopted_date,
            _taken_up(item.candidate),
        )
        for item in items
        if item.review.adopted_date is not None
    ]


def _taken_up(candidate: Candidate) -> list[int]:
    return [later.cycle.year for later in candidate.carried_to.all()]
