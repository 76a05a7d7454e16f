"""The vote that is on: what anyone may know of it before its result stands."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from livelihood.cycles.models import Cycle
from livelihood.kernel.errors import Text
from voting.models import Option, Round
from voting.selectors.pages import options_of, planned_end, public_rounds
from voting.selectors.rounds import share_text
from voting.states import VOTING, RoundState


@dataclass(frozen=True, slots=True)
class VoteUnderWay:
    """A round without a result. No rule publishes how many have voted before it is counted, so nothing says it.

    majority: how many approvals a candidate needs, in words. ends_at: planned, while voting is open.
    """

    round: Round
    options: Sequence[Option]
    majority: Text
    ends_at: datetime | None


def vote_under_way(cycle: Cycle) -> VoteUnderWay | None:
    """Return the last round of a year whose result is to come; None where there is none. Two queries."""
    round_ = public_rounds(cycle).exclude(state=RoundState.VOIDED).last()
    if round_ is None:
        return None
    method = round_.method
    majority = share_text(
        method.threshold_numerator, method.threshold_denominator, method.denominator, is_strict=method.is_strict
    )
    ends_at = planned_end(round_) if round_.state in VOTING else None
    return VoteUnderWay(round_, list(options_of(round_)), majority, ends_at)


def votes_end(years: Collection[Cycle]) -> dict[int, datetime]:
    """Return when the votes that are open are planned to end, by the key of their year; one query."""
    rounds = Round.objects.filter(cycle__in=years, is_rehearsal=False, state__in=VOTING).order_by("number")
    return {round_.cycle_id: end for round_ in rounds if (end := planned_end(round_))}
