"""Objecting to the need that a suggestion was put behind, and answering that."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.audit.services import record
from livelihood.kernel.errors import Conflict
from livelihood.kernel.verdict import require
from proposals import rules
from proposals.acts import ProposalAct
from proposals.models import Objection, Suggestion
from proposals.services import _shared as shared

OBJECTION_LENGTH = (4, 1000)
"""Least and most characters."""


class ObjectedBefore(Conflict):
    """An objection is made once."""

    code = "objected_before"
    message = _("You have objected before; what was answered stands on this page.")


@transaction.atomic
def object_to_need(*, suggestion: Suggestion, words: str, at: datetime) -> Objection:
    """Take down that a suggestion stands behind the wrong need, from who has shown its number and code.

    :raises NotAllowed: it stands behind none, or needs are worked on no longer.
    :raises ObjectedBefore: they have objected already.
    :raises BadText: too short or too long.
    """
    suggestion = shared.lock_suggestion(suggestion)
    require(rules.may_object(suggestion))
    if Objection.objects.filter(suggestion=suggestion).exists():
        raise ObjectedBefore
    objection = Objection.objects.create(
        suggestion=suggestion, words=shared.text("words", words, OBJECTION_LENGTH), objected_at=at
    )
    record(ProposalAct.SUGGESTION_OBJECTED, suggestion, by=None, at=at)
    return objection


@transaction.atomic
def answer_objection(*, suggestion: Suggestion, answer: str, by: User, at: datetime) -> Objection:
    """Answer an objection, whatever was done because of it; its sender reads the answer by number and code.

    :raises NotAllowed: not the livelihood office, or the year is closed.
    :raises Conflict: nobody has objected, or it is answered.
    :raises BadText: too short or too long.
    """
    suggestion = shared.lock_suggestion(suggestion)
    require(rules.may_answer_objection(by, suggestion, at))
    objection = Objection.objects.select_for_update().filter(suggestion=suggestion, answered_at=None).first()
    if objection is None:
        raise Conflict(_("There is no objection that waits for an answer."))
    objection.answer = shared.text("answer", answer, OBJECTION_LENGTH)
    objection.answered_at, objection.answered_by = at, by
    objection.save(update_fields=["answer", "answered_at", "answered_by"])
    record(ProposalAct.SUGGESTION_OBJECTION_ANSWERED, suggestion, by=by, at=at)
    return objection
