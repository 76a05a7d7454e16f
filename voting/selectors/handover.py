"""What the room hands on: what was chosen, what was not and why."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.cycles.models import Cycle
from livelihood.cycles.states import DecisionMode
from livelihood.kernel.errors import Text
from proposals.models import Candidate
from voting.models import Option, OptionResult, ReviewItem
from voting.states import Outcome, ReviewState, RoundState


@dataclass(frozen=True, slots=True)
class Elected:
    """One candidate that was chosen by the deputies, or adopted after review.

    kind: `hardware` or `software`. basis: how it was decided, in the reader's language.
    decided_on: the day the result was announced or the list adopted.
    source: where it was published as a candidate; empty if it was entered here.
    """

    candidate_id: int
    number: int
    title: str
    summary: str
    aspect_id: int
    lead_organisation_id: int
    kind: str
    basis: Text
    decided_on: date
    source: str = ""


@dataclass(frozen=True, slots=True)
class CandidateResult:
    """What became of one candidate: for the thread. counts are None where they are not published."""

    is_chosen: bool
    text: Text
    decided_on: date
    url: str
    approve: int | None = None
    oppose: int | None = None
    abstain: int | None = None


def elected(cycle: Cycle) -> tuple[Elected, ...]:
    """Return what was decided for a cycle, by list number; empty until a result is announced or the list adopted."""
    if cycle.decision_mode == DecisionMode.REVIEW:
        return tuple(
            _elected(
                item, format_lazy(_("Adopted: {document}"), document=item.review.document), item.review.adopted_date
            )
            for item in _reviewed(cycle).filter(left_out_reason="").order_by("number", "pk")
        )
    return tuple(
        _elected(
            result.option,
            format_lazy(_("Chosen by the deputies in the vote “{title}”"), title=result.option.round.title),
            timezone.localdate(result.option.round.announced_at),
        )
        for result in _announced(cycle).filter(outcome=Outcome.ELECTED).order_by("option__number", "pk")
    )


def chosen_by_year(years: Collection[Cycle]) -> dict[int, int]:
    """Return how many candidates were chosen in each year that has any, by its key; two queries."""
    voted = OptionResult.objects.filter(
        outcome=Outcome.ELECTED, option__round__cycle__in=years, option__round__state=RoundState.ANNOUNCED,
        option__round__is_rehearsal=False,
    )  # fmt: skip
    adopted = ReviewItem.objects.filter(review__cycle__in=years, review__state=ReviewState.ADOPTED, left_out_reason="")
    return {
        **dict(voted.values_list("option__round__cycle").annotate(number=Count("pk"))),
        **dict(adopted.values_list("review__cycle").annotate(number=Count("pk"))),
    }


def result_for(candidate: Candidate) -> CandidateResult | None:
    """Return what the deputies or the two sessions decided about a candidate; None while that is open.

    Of several rounds the last announced counts.
    """
    cycle = candidate.cycle
    url = cycle.address("voting:decision")
    if cycle.decision_mode == DecisionMode.REVIEW:
        item = _reviewed(cycle).filter(candidate=candidate).first()
        if item is None or item.review.adopted_date is None:
            return None
        text = (
            format_lazy(_("Left out: {reason}"), reason=item.left_out_reason)
            if item.left_out_reason
            else format_lazy(_("Adopted: {document}"), document=item.review.document)
        )
        return CandidateResult(not item.left_out_reason, text, item.review.adopted_date, url)
    result = _announced(cycle).filter(option__candidate=candidate).order_by("option__round__number").last()
    if result is None:
        return None
    round_ = result.option.round
    outcome, is_counted = Outcome(result.outcome), round_.method.publishes_counts
    return CandidateResult(
        is_chosen=outcome is Outcome.ELECTED,
        text=outcome.label,
        decided_on=timezone.localdate(round_.announced_at),
        url=url,
        approve=result.approve if is_counted else None,
        oppose=result.oppose if is_counted else None,
        abstain=result.abstain if is_counted else None,
    )


def _announced(cycle: Cycle) -> QuerySet[OptionResult]:
    return OptionResult.objects.filter(
        option__round__cycle=cycle, option__round__state=RoundState.ANNOUNCED, option__round__is_rehearsal=False
    ).select_related("option__round__method")


def _reviewed(cycle: Cycle) -> QuerySet[ReviewItem]:
    return ReviewItem.objects.filter(review__cycle=cycle, review__state=ReviewState.ADOPTED).select_related("review")


def _elected(copy: ReviewItem | Option, basis: Text, decided_on: date | None) -> Elected:
    assert copy.candidate_id is not None  # noqa: S101 -- a rehearsal chooses nothing
    assert decided_on is not None  # noqa: S101 -- the database's constraints say so
    return Elected(
        candidate_id=copy.candidate_id,
        number=copy.number,
        title=copy.title,
        summary=copy.summary,
        aspect_id=copy.aspect_id,
        lead_organisation_id=copy.lead_organisation_id,
        kind=copy.kind,
        basis=basis,
        decided_on=decided_on,
        source=copy.source,
    )
