"""What the pages of the review by the two sessions show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Prefetch, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.cycles.models import Cycle
from livelihood.kernel.errors import Text
from livelihood.web.shown import Labelled
from proposals.models import Candidate
from voting.models import Opinion, Review, ReviewItem, Revision
from voting.states import ReviewState, RevisionKind

_ITEMS = Prefetch("items", ReviewItem.objects.order_by("number"))

ITEM_LABELS: dict[str, Text] = {
    "title": _("Title"),
    "summary": _("Content"),
    "place": _("Where it is to be done"),
    "cost_wan": _("Whole cost in 10,000 yuan"),
    "finish_date": _("Finished by"),
    "people_served": _("People served a year"),
}


@dataclass(frozen=True, slots=True)
class ShownRevision:
    """A revision of the list. rows: label and value (before → after) of what an item says otherwise now."""

    revision: Revision
    rows: Sequence[Labelled]


def review_of(cycle: Cycle) -> Review | None:
    """Return the review of a cycle, if its list was submitted."""
    return Review.objects.filter(cycle=cycle).select_related("cycle__area").first()


def review_items(review: Review) -> QuerySet[ReviewItem]:
    """Return the submitted items by number, with how many opinions concern each."""
    return (
        review.items.select_related("aspect", "lead_organisation")
        .annotate(opinion_count=Count("opinions"))
        .order_by("number")
    )


def opinions_of(review: Review) -> QuerySet[Opinion]:
    """Return the opinions, those without answer first, then by the day the answer is due."""
    rows = review.opinions.select_related("review__cycle__area").prefetch_related(_ITEMS)
    return rows.order_by("-state", "answer_due_date", "pk")


def candidates_off_list(review: Review) -> QuerySet[Candidate]:
    """Return the candidates of the year that are not on the list: not adopted before it was frozen, or taken off it."""
    on_list = review.items.filter(left_out_reason="").values("candidate")
    return Candidate.objects.filter(cycle=review.cycle_id).exclude(pk__in=on_list).order_by("number")


def item_at(review: Review, number: int) -> ReviewItem | None:
    """Return one item of the list by its number."""
    return review.items.filter(number=number).select_related("review").first()


def revisions_of(review: Review) -> list[ShownRevision]:
    """Return what was changed in the list since it was submitted, oldest first; one query."""
    rows = Revision.objects.filter(item__review=review).select_related("item").order_by("pk")
    return [
        ShownRevision(
            revision,
            [
                Labelled(label, f"{_plain(name, revision.before)} → {_plain(name, revision.after)}")
                for name, label in ITEM_LABELS.items()
                if revision.kind == RevisionKind.CHANGED and revision.before[name] != revision.after[name]
            ],
        )
        for revision in rows
    ]


def _plain(name: str, said: Mapping[str, str]) -> str:
    """Return what an item said as people read it: figures grouped and without zeros that say nothing, days in words."""
    if name in ("cost_wan", "people_served"):
        return f"{Decimal(said[name]).normalize():,f}"
    return date_format(date.fromisoformat(said[name])) if name == "finish_date" else said[name]


def opinions_by(user: User) -> QuerySet[Opinion]:
    """Return what a person said, newest first."""
    rows = Opinion.objects.filter(given_by=user).select_related("review__cycle__area")
    return rows.prefetch_related(_ITEMS).order_by("-pk")


def adopted_reviews() -> QuerySet[Review]:
    """Return the adopted reviews of all years with their items, opinions and answers."""
    items = ReviewItem.objects.select_related("aspect").prefetch_related("revisions__item").order_by("number")
    opinions = Opinion.objects.prefetch_related(_ITEMS).order_by("pk")
    return (
        Review.objects.filter(state=ReviewState.ADOPTED)
        .select_related("cycle__area")
        .prefetch_related(Prefetch("items", items), Prefetch("opinions", opinions))
        .order_by("pk")
    )


def open_reviews(cycles: QuerySet[Cycle]) -> QuerySet[Review]:
    """Return the reviews of these cycles."""
    return Review.objects.filter(cycle__in=cycles).select_related("cycle__area").order_by("-pk")
