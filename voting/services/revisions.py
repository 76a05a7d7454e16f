"""The list under review changes: an item says something else, comes on the list or leaves it, each with its reason."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.audit.services import record
from livelihood.kernel.errors import InvalidInput
from livelihood.kernel.text import clean_text
from livelihood.kernel.verdict import require
from proposals.models import Candidate
from voting import rules
from voting.acts import VotingAct
from voting.models import Opinion, Review, ReviewItem, Revision
from voting.services import _shared as shared
from voting.states import RevisionKind

SUMMARY_LENGTH = 4000
PLACE_LENGTH = 300
REASON_LENGTH = (4, 300)
MOST_WAN = Decimal(10) ** 10
MOST_PEOPLE = 10**9
"""More than any budget and any country: a slip of the keyboard."""


@dataclass(frozen=True, slots=True)
class ItemText:
    """What an item of the list says.

    place: where it is to be done. cost_wan: whole cost in 10,000 yuan; people_served: in a year.
    """

    title: str
    summary: str
    place: str
    cost_wan: Decimal
    finish_date: date
    people_served: int


@transaction.atomic
def revise_item(
    *, item: ReviewItem, text: ItemText, reason: str, by: User, at: datetime, opinion: Opinion | None = None
) -> Revision:
    """Change what an item of the list says, between submission and adoption.

    opinion: the one that led to it, where one did.

    :raises NotAllowed: not the livelihood office, or the list is adopted.
    :raises InvalidInput: an opinion or figures that do not fit, an item that is off the list, or nothing changed.
    :raises BadText: too short or too long.
    """
    review = shared.lock_review(item.review)
    require(rules.may_revise_list(by, review, at))
    item = ReviewItem.objects.select_for_update().get(pk=item.pk)
    _check_opinion(opinion, review)
    if item.left_out_reason:
        raise InvalidInput(_("This item is no longer on the list."))
    before, values, reason = _said(item), _checked(text), clean_reason(reason)
    _write(item, values)
    if _said(item) == before:
        raise InvalidInput(_("Nothing was changed. Change the item, or leave it as it is."))
    item.save(update_fields=list(values))
    return _revision(
        item, RevisionKind.CHANGED, before=before, after=_said(item), reason=reason, opinion=opinion, by=by, at=at
    )


@transaction.atomic
def add_item(
    *,
    review: Review,
    candidate: Candidate,
    text: ItemText,
    reason: str,
    by: User,
    at: datetime,
    opinion: Opinion | None = None,
) -> Revision:
    """Put a candidate of this year that is not on the list on it, or back on it.

    candidate: one that was not frozen with the list, or whose item was taken off.

    :raises NotAllowed: not the livelihood office, or the list is adopted.
    :raises InvalidInput: a candidate of another year or on the list already, or figures that do not fit.
    :raises BadText: too short or too long.
    """
    review = shared.lock_review(review)
    require(rules.may_revise_list(by, review, at))
    _check_opinion(opinion, review)
    if candidate.cycle_id != review.cycle_id:
        raise InvalidInput(_("This candidate belongs to another year. Take it over first."), field="candidate")
    item = review.items.select_for_update().filter(candidate=candidate).first()
    if item is not None and not item.left_out_reason:
        raise InvalidInput(_("This candidate is on the list already."), field="candidate")
    values, reason = _checked(text), clean_reason(reason)
    if item is None:
        item = ReviewItem(
            review=review,
            candidate=candidate,
            number=candidate.number,
            aspect_id=candidate.aspect_id,
            lead_organisation_id=candidate.lead_organisation_id,
            kind=candidate.kind,
            source=candidate.source,
        )
    item.left_out_reason = ""
    _write(item, values)
    item.save(update_fields=["left_out_reason", *values] if item.pk else None)
    return _revision(
        item, RevisionKind.ADDED, before={}, after=_said(item), reason=reason, opinion=opinion, by=by, at=at
    )


@transaction.atomic
def remove_item(*, item: ReviewItem, reason: str, by: User, at: datetime, opinion: Opinion | None = None) -> Revision:
    """Take an item off the list, between submission and adoption; it goes to the reserve pool.

    :raises NotAllowed: not the livelihood office, or the list is adopted.
    :raises InvalidInput: an opinion on another list, an item that is off it already, or the last one on it.
    :raises BadText: no reason.
    """
    review = shared.lock_review(item.review)
    require(rules.may_revise_list(by, review, at))
    item = ReviewItem.objects.select_for_update().get(pk=item.pk)
    _check_opinion(opinion, review)
    if item.left_out_reason:
        raise InvalidInput(_("This item is no longer on the list."))
    if review.items.filter(left_out_reason="").count() == 1:
        raise InvalidInput(_("This is the last item of the list."))
    return take_off(item, clean_reason(reason), opinion, by=by, at=at)


def take_off(item: ReviewItem, reason: str, opinion: Opinion | None, *, by: User, at: datetime) -> Revision:
    """Take an item off, when the act that does so has asked its rule and checked the reason."""
    item.left_out_reason = reason
    item.save(update_fields=["left_out_reason"])
    return _revision(
        item, RevisionKind.REMOVED, before=_said(item), after={}, reason=reason, opinion=opinion, by=by, at=at
    )


def _revision(item: ReviewItem, kind: RevisionKind, *, by: User, at: datetime, **values: Any) -> Revision:
    """Write the row and its line in the journal. values: before, after, reason, opinion."""
    revision = Revision.objects.create(item=item, kind=kind, revised_at=at, revised_by=by, **values)
    cycle_id, opinion_id = item.review.cycle_id, revision.opinion_id
    details = {"item": item.number, "kind": str(kind), "opinion": opinion_id}
    record(VotingAct.LIST_REVISED, revision, by=by, at=at, cycle_id=cycle_id, **details)
    return revision


def _said(item: ReviewItem) -> dict[str, str]:
    """Return what an item says, as text, in one way of writing for what was read and what is to be written."""
    return {
        "title": item.title,
        "summary": item.summary,
        "place": item.place,
        "cost_wan": f"{item.cost_wan:.4f}",
        "finish_date": item.finish_date.isoformat(),
        "people_served": str(item.people_served),
    }


def _checked(text: ItemText) -> dict[str, Any]:
    """Return what an item is to say, field → value.

    :raises InvalidInput: figures that no item can have.
    """
    if not 0 <= text.cost_wan < MOST_WAN:
        raise InvalidInput(_("The cost is zero or more, in 10,000 yuan."), field="cost_wan")
    if not 0 <= text.people_served < MOST_PEOPLE:
        raise InvalidInput(_("The number of people served is zero or more."), field="people_served")
    return {
        "title": clean_text(text.title, min_length=4, max_length=100, multiline=False, field="title"),
        "summary": clean_text(text.summary, min_length=4, max_length=SUMMARY_LENGTH, field="summary"),
        "place": clean_text(text.place, min_length=2, max_length=PLACE_LENGTH, multiline=False, field="place"),
        "cost_wan": text.cost_wan,
        "finish_date": text.finish_date,
        "people_served": text.people_served,
    }


def _write(item: ReviewItem, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(item, name, value)


def _check_opinion(opinion: Opinion | None, review: Review) -> None:
    if opinion is not None and opinion.review_id != review.pk:
        raise InvalidInput(_("This opinion belongs to another list."), field="opinion")


def clean_reason(reason: str, field: str = "reason") -> str:
    """Return a reason as it is stored.

    :raises BadText: too short or too long.
    """
    least, most = REASON_LENGTH
    return clean_text(reason, min_length=least, max_length=most, multiline=False, field=field)
