"""The provincial path: submit the list, take and answer opinions, record the adoption."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.audit.services import record
from livelihood.cycles.models import Cycle
from livelihood.kernel.errors import InvalidInput, NotReady
from livelihood.kernel.moves import check_move
from livelihood.kernel.text import clean_text
from livelihood.kernel.verdict import require
from proposals import selectors as proposals
from voting import rules, selectors
from voting.acts import VotingAct
from voting.models import Opinion, Review, ReviewItem
from voting.models.review import DAYS_TO_ANSWER
from voting.services import _shared as shared
from voting.services import revisions
from voting.states import OPINION_MOVES, REVIEW_MOVES, OpinionBody

OPINION_LENGTH = 4000
MOST_DAYS = 60


@transaction.atomic
def submit_list(
    *,
    cycle: Cycle,
    session: str,
    by: User,
    at: datetime,
    days_to_answer: int = DAYS_TO_ANSWER,
    source: str = "",
) -> Review:
    """Submit the frozen list to the two sessions.

    session: the sessions by their names. days_to_answer: the clock of every opinion's answer.

    :raises NotAllowed: not the livelihood office, another phase, or submitted already.
    :raises InvalidInput: a clock of no day, or of more than two months.
    :raises NotReady: the list is not frozen, or an item does not say where it is to be done.
    """
    cycle = Cycle.objects.select_for_update(of=("self",)).select_related("area").get(pk=cycle.pk)
    require(rules.may_submit_list(by, cycle, at))
    candidates = proposals.candidates_for(cycle)
    if not candidates:
        raise NotReady([rules.NOT_FROZEN])
    placeless = [candidate for candidate in candidates if not candidate.place]
    if placeless:
        problem = _("No. {number}, {title}, does not say where it is to be done.")
        raise NotReady([format_lazy(problem, number=row.number, title=row.title) for row in placeless])
    if not 1 <= days_to_answer <= MOST_DAYS:
        problem = format_lazy(_("An answer is due within 1 to {most} days."), most=MOST_DAYS)
        raise InvalidInput(problem, field="days_to_answer")
    review = Review.objects.create(
        cycle=cycle,
        session=clean_text(session, min_length=2, max_length=120, multiline=False, field="session"),
        days_to_answer=days_to_answer,
        source=source,
        submitted_at=at,
        submitted_by=by,
    )
    ReviewItem.objects.bulk_create(
        ReviewItem(review=review, **selectors.copy_of(candidate)) for candidate in candidates
    )
    record(VotingAct.REVIEW_SUBMITTED, review, by=by, at=at, items=len(candidates))
    return review


@transaction.atomic
def give_opinion(
    *,
    review: Review,
    body: OpinionBody,
    text: str,
    by: User,
    at: datetime,
    items: Sequence[ReviewItem] = (),
    delegation: str = "",
    speaker: str = "",
    source: str = "",
) -> Opinion:
    """Record what a deputy or CPPCC member says of the list, or of some items of it.

    body: on whose side. delegation: delegation or group, if they want it named.
    speaker: name of the deputy or member, only if they agreed that it is published.

    :raises NotAllowed: neither deputy nor member nor congress staff, or the list is adopted.
    :raises InvalidInput: an item of another review.
    :raises BadText: too short or too long.
    """
    review = shared.lock_review(review)
    require(rules.may_give_opinion(by, review, at))
    if any(item.review_id != review.pk for item in items):
        raise InvalidInput(_("This item belongs to another list."), field="items")
    opinion = Opinion.objects.create(
        review=review,
        body=OpinionBody(body),
        delegation=clean_text(delegation, max_length=60, multiline=False, field="delegation"),
        speaker=clean_text(speaker, max_length=60, multiline=False, field="speaker"),
        text=clean_text(text, min_length=4, max_length=OPINION_LENGTH, field="text"),
        answer_due_date=timezone.localdate(at) + timedelta(days=review.days_to_answer),
        source=source,
        given_at=at,
        given_by=by,
    )
    opinion.items.set(items)
    numbers = sorted(item.number for item in items)
    record(VotingAct.OPINION_GIVEN, opinion, by=by, at=at, cycle_id=review.cycle_id, body=str(body), items=numbers)
    return opinion


@transaction.atomic
def answer_opinion(*, opinion: Opinion, answer: str, by: User, at: datetime, change: str = "") -> Opinion:
    """Answer an opinion, once.

    change: what was changed in the list because of it, if anything.

    :raises NotAllowed: not the livelihood office nor a department, or answered already.
    :raises BadText: too short or too long.
    """
    opinion = Opinion.objects.select_for_update(of=("self",)).select_related("review__cycle__area").get(pk=opinion.pk)
    require(rules.may_answer_opinion(by, opinion, at))
    opinion.answer = clean_text(answer, min_length=4, max_length=OPINION_LENGTH, field="answer")
    opinion.change = clean_text(change, max_length=OPINION_LENGTH, field="change")
    opinion.state = check_move(OPINION_MOVES, opinion.state, "answer")
    opinion.answered_at, opinion.answered_by = at, by
    opinion.save(update_fields=["answer", "change", "state", "answered_at", "answered_by"])
    record(
        VotingAct.OPINION_ANSWERED,
        opinion,
        by=by,
        at=at,
        cycle_id=opinion.review.cycle_id,
        changed=bool(opinion.change),
    )
    return opinion


@transaction.atomic
def adopt_list(
    *,
    review: Review,
    document: str,
    adopted_date: date,
    by: User,
    at: datetime,
    left_out: Mapping[int, str] | None = None,
) -> Review:
    """Record that the list was adopted, with the document that says so.

    document: title and number. left_out: item id → reason, for items that were not adopted.

    Those become revisions of the list, like any other removal.

    :raises NotAllowed: not congress staff, opinions without answer, or adopted already.
    :raises InvalidInput: a day in the future, an item that is not on this list, or nothing left.
    """
    review = shared.lock_review(review)
    require(rules.may_adopt_list(by, review, at))
    if adopted_date > timezone.localdate(at):
        raise InvalidInput(_("The day of adoption lies in the future."), field="adopted_date")
    items = {item.pk: item for item in review.items.filter(left_out_reason="").order_by("pk")}
    reasons = {key: revisions.clean_reason(reason, "left_out") for key, reason in (left_out or {}).items()}
    if set(reasons) - set(items) or len(reasons) == len(items):
        raise InvalidInput(_("Items of another list, or all of them, cannot be left out."), field="left_out")
    for key, reason in reasons.items():
        revisions.take_off(items[key], reason, None, by=by, at=at)
    review.state = check_move(REVIEW_MOVES, review.state, "adopt")
    review.document = clean_text(document, min_length=2, max_length=200, multiline=False, field="document")
    review.adopted_date, review.adopted_at, review.adopted_by = adopted_date, at, by
    review.save(update_fields=["state", "document", "adopted_date", "adopted_at", "adopted_by"])
    record(VotingAct.REVIEW_ADOPTED, review, by=by, at=at, document=review.document, left_out=sorted(reasons))
    return review
