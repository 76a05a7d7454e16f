"""Taking what people say. No act of this module is journaled: the journal keeps times, and an answer has none."""

import hashlib
import hmac
import re
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from livelihood.kernel.errors import Conflict, InvalidInput
from livelihood.kernel.text import clean_text
from livelihood.kernel.verdict import require
from projects.models import Project, Site
from projects.surveys import phones, rules, selectors, tasks
from projects.surveys.models import IncomingResponse, Invitation, Receipt, Survey
from projects.surveys.services.surveys import subject_of
from projects.surveys.states import Grade, SurveyChannel

LONGEST_COMMENT = 500
FORM_KEY = re.compile(r"[0-9a-z]{20}")


class AlreadyAnswered(Conflict):
    """This code, or this phone today, has answered."""

    code = "already_answered"


class UnknownCode(InvalidInput):
    """No invitation of an open survey has this code."""

    code = "unknown_code"
    message = _(
        "This code is not known. Check it character by character; after the end of a survey its codes are removed."
    )


@transaction.atomic
def answer_by_qr(
    *,
    survey: Survey,
    grade: Grade,
    comment: str,
    key: str,
    origin: str,
    at: datetime,
    project: Project | None = None,
    site: Site | None = None,
) -> bool:
    """Take the answer of somebody who stands before a thing; return whether it is new (False: the same form again).

    comment: may be empty. key: made for one showing of the form.
    origin: address and browser, from which the mark of the phone is made; neither is stored.

    :raises NotAllowed: no survey is open.
    :raises InvalidInput: the survey asks about something else, the comment is too long, or the key comes with another
        answer than before.
    :raises AlreadyAnswered: this phone has answered about this thing today.
    """
    survey = _held(survey, at)
    project, site = subject_of(survey, project=project, site=site)
    comment = clean_text(comment, max_length=LONGEST_COMMENT, field="comment")
    if not FORM_KEY.fullmatch(key):
        raise InvalidInput(_("This form is damaged. Open the page again and repeat your answer."))
    subject = f"{survey.pk}:{project.pk if project else 0}:{site.pk if site else 0}"
    seal = hmac.new(key.encode(), f"{subject}:{grade}:{comment}".encode(), hashlib.sha256).hexdigest()
    receipt, is_new = Receipt.objects.get_or_create(
        key_hash=hashlib.sha256(key.encode()).hexdigest(), defaults={"survey": survey, "seal": seal}
    )
    if not is_new:
        if not hmac.compare_digest(receipt.seal, seal):
            raise InvalidInput(_("This form was sent before with another answer; the first one counts."))
        return False
    if not phones.claim(subject, origin=origin, key=key, at=at):
        raise AlreadyAnswered(_("An answer about this has come from this phone today. It counts once a day."))
    day = timezone.localdate(at)
    _put_into_inbox(
        IncomingResponse(
            survey=survey, project=project, site=site, channel=SurveyChannel.QR, grade=grade, comment=comment, day=day
        )
    )
    return True


@transaction.atomic
def answer_by_code(*, code: str, grade: Grade, comment: str, at: datetime) -> Survey:
    """Take the answer of somebody who was invited; a code counts once.

    Used flag and answer are one transaction; what this leaves to be seen is told in `projects.surveys.models`.

    :raises UnknownCode: no open survey has this code.
    :raises NotAllowed: the survey has not begun or has ended.
    :raises AlreadyAnswered: the code was used.
    :raises InvalidInput: the comment is too long.
    """
    invitation = selectors.invitation(code)
    if invitation is None:
        raise UnknownCode
    survey = _held(invitation.draw.survey, at)
    comment = clean_text(comment, max_length=LONGEST_COMMENT, field="comment")
    if not Invitation.objects.filter(pk=invitation.pk, is_used=False).update(is_used=True):
        raise AlreadyAnswered(_("An answer with this code has been counted. Every code counts once."))
    draw, day = invitation.draw, timezone.localdate(at)
    _put_into_inbox(
        IncomingResponse(
            survey=survey,
            project=draw.project,
            site=draw.site,
            channel=SurveyChannel.INVITATION,
            grade=grade,
            comment=comment,
            day=day,
        )
    )
    return survey


def _held(survey: Survey, at: datetime) -> Survey:
    """Keep an open survey from closing until this answer is in; answers do not wait for one another.

    :raises NotAllowed: no survey is open.
    """
    held = Survey.objects.held_open(survey.pk)
    require(rules.may_answer(held, at))
    assert held is not None  # noqa: S101 -- the rule has refused None
    return held


def _put_into_inbox(answer: IncomingResponse) -> None:
    answer.save(force_insert=True)
    tasks.count_soon(answer.survey_id)
