"""Asking who sent a suggestion, with a clock of its own: asked, reminded, answered, lapsed or taken back.

How the sender hears of it: the page of number and code shows it at once; what the journal says of it
(`suggestion.asked`, `suggestion.asked_again`) is what a mail to them is made from.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.audit.services import record
from livelihood.kernel.errors import Conflict, InvalidInput
from livelihood.kernel.verdict import require
from proposals import rules
from proposals.acts import ProposalAct
from proposals.models import Inquiry, Suggestion
from proposals.services import _shared as shared
from proposals.services.answering import wind_clock
from proposals.states import InquiryEnd, InquiryTopic

DAYS = (3, 30)
USUAL_DAYS = 10
"""So long a citizen has to answer: least, most, and where nobody says otherwise."""
REMINDED_BEFORE = timedelta(days=2)
QUESTION_LENGTH = (0, 1000)
ANSWER_LENGTH = (2, 2000)


class NotAsked(Conflict):
    """There is no question that could be answered."""

    code = "not_asked"
    message = _("This question is no longer open: it was answered, taken back, or its time is over.")


@transaction.atomic
def ask_sender(
    *,
    suggestion: Suggestion,
    topics: Sequence[InquiryTopic],
    text: str,
    days: int,
    by: User,
    at: datetime,
    seen: int | None = None,
) -> Inquiry:
    """Ask who sent a suggestion something; until they answer, or the days are over, the clock of the answer stands.

    topics: questions whose words are given. text: what else is asked. seen: not asked for, as nothing is decided.

    :raises NotAllowed: `by` may not ask here, it is declined or handed over, or a question is open.
    :raises InvalidInput: nothing is asked, or for too few or too many days.
    :raises BadText: the question is too long.
    """
    suggestion = shared.lock_suggestion(suggestion)
    _lapse(Inquiry.objects.filter(suggestion=suggestion), at)
    require(rules.may_ask(by, suggestion, at))
    if not DAYS[0] <= days <= DAYS[1]:
        raise InvalidInput(_("A question stands open for three days at least, and for thirty at most."), field="days")
    with translation.override(settings.LANGUAGE_CODE):
        given = [str(InquiryTopic(topic).label) for topic in topics]
    words = "\n".join([*given, *filter(None, [shared.text("text", text, QUESTION_LENGTH)])])
    if not words:
        raise InvalidInput(_("Choose what is asked, or write it."), field="text")
    inquiry = Inquiry.objects.create(
        suggestion=suggestion, text=words, asked_at=at, asked_by=by, lapses_at=at + timedelta(days=days)
    )
    wind_clock(suggestion=suggestion)
    record(ProposalAct.SUGGESTION_ASKED, suggestion, by=by, at=at, inquiry=inquiry.pk)
    return inquiry


@transaction.atomic
def answer_inquiry(*, suggestion: Suggestion, text: str, at: datetime) -> Inquiry:
    """Take the answer of who has shown number and code.

    :raises NotAsked: nothing is asked any longer.
    :raises BadText: the answer is too short or too long.
    """
    inquiry = _open(shared.lock_suggestion(suggestion), at)
    inquiry.answer = shared.text("text", text, ANSWER_LENGTH)
    _end(inquiry, InquiryEnd.ANSWERED, None, at)
    return inquiry


@transaction.atomic
def withdraw_inquiry(*, suggestion: Suggestion, by: User, at: datetime, seen: int | None = None) -> Inquiry:
    """Take back a question that is open. seen: as in `ask_sender`.

    :raises NotAllowed: `by` may not ask here.
    :raises NotAsked: nothing is asked any longer.
    """
    suggestion = shared.lock_suggestion(suggestion)
    require(rules.may_withdraw_inquiry(by, suggestion, at))
    inquiry = _open(suggestion, at)
    _end(inquiry, InquiryEnd.WITHDRAWN, by, at)
    return inquiry


@transaction.atomic
def keep_inquiries_moving(*, at: datetime) -> int:
    """Remind of questions whose time is nearly over, each once, and end those whose time is; return how many."""
    near = Inquiry.objects.filter(outcome="", reminded_at=None, lapses_at__gt=at, lapses_at__lte=at + REMINDED_BEFORE)
    # Who was given no more than that has read of it just now.
    rows = list(near.filter(lapses_at__gt=F("asked_at") + REMINDED_BEFORE * 2).select_for_update().order_by("pk"))
    for row in rows:
        row.reminded_at = at
        row.save(update_fields=["reminded_at"])
        record(ProposalAct.SUGGESTION_ASKED_AGAIN, row.suggestion, by=None, at=at, inquiry=row.pk)
    return len(rows) + _lapse(Inquiry.objects.all(), at)


def _lapse(rows: QuerySet[Inquiry], at: datetime) -> int:
    over = list(rows.filter(outcome="", lapses_at__lte=at).select_for_update().order_by("pk"))
    for row in over:
        _end(row, InquiryEnd.LAPSED, None, at, ended_at=row.lapses_at)
    return len(over)


def _end(inquiry: Inquiry, end: InquiryEnd, by: User | None, at: datetime, *, ended_at: datetime | None = None) -> None:
    inquiry.outcome, inquiry.ended_at = end, ended_at or at
    inquiry.save(update_fields=["outcome", "ended_at", "answer"])
    wind_clock(suggestion=inquiry.suggestion)
    record(ENDS[end], inquiry.suggestion, by=by, at=at, inquiry=inquiry.pk, asked_by=inquiry.asked_by_id)


ENDS = {
    InquiryEnd.ANSWERED: ProposalAct.SUGGESTION_QUESTION_ANSWERED,
    InquiryEnd.LAPSED: ProposalAct.SUGGESTION_QUESTION_LAPSED,
    InquiryEnd.WITHDRAWN: ProposalAct.SUGGESTION_QUESTION_WITHDRAWN,
}


def _open(suggestion: Suggestion, at: datetime) -> Inquiry:
    inquiry = Inquiry.objects.select_for_update().filter(suggestion=suggestion, outcome="", lapses_at__gt=at).first()
    if inquiry is None:
        raise NotAsked
    return inquiry
