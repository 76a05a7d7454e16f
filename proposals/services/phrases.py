"""What the office of an area keeps to answer with: texts to begin with, and words of how far something has come."""

from datetime import datetime

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.audit.services import record
from livelihood.cycles.models import Area, Cycle
from livelihood.kernel.errors import Conflict, InvalidInput
from livelihood.kernel.verdict import require
from proposals import rules
from proposals.acts import ProposalAct
from proposals.models import ProgressWord, ReplyTemplate
from proposals.services import _shared as shared
from proposals.services.replies import BLANK, REPLY_LENGTH

NAME_LENGTH = (2, 40)
WORD_LENGTH = (2, 20)
FIELDS = ("{编号}", "{标题}", "{需求}", "{单位}")
"""What a reply fills in."""


@transaction.atomic
def write_template(*, cycle: Cycle, name: str, text: str, by: User, at: datetime) -> ReplyTemplate:
    """Keep a text to begin replies with; one of the same name ends.

    :raises NotAllowed: not the livelihood office, or the year is closed.
    :raises BadText: name or text is too short or too long.
    :raises InvalidInput: it has a field that nothing fills in.
    """
    require(rules.may_keep_answering(by, cycle, at))
    area = shared.lock_area(cycle)
    name = shared.text("name", name, NAME_LENGTH, multiline=False)
    text = shared.text("text", text, REPLY_LENGTH)
    if unknown := [one for one in BLANK.findall(text) if one.startswith("{") and one not in FIELDS]:
        problem = _("No field is called {unknown}. There are: {known}.")
        raise InvalidInput(format_lazy(problem, unknown="、".join(unknown), known="、".join(FIELDS)), field="text")
    former = ReplyTemplate.objects.filter(area=area, name=name, ended_at=None).first()
    if former:
        _end(former, by, at)
    template = ReplyTemplate.objects.create(area=area, name=name, text=text, written_at=at, written_by=by)
    record(
        ProposalAct.TEMPLATE_WRITTEN, template, by=by, at=at, cycle_id=cycle.pk, name=name,
        old={"text": former.text if former else ""}, new={"text": text},
    )  # fmt: skip
    return template


@transaction.atomic
def end_template(*, cycle: Cycle, template: ReplyTemplate, by: User, at: datetime) -> None:
    """Take a text out of the list.

    :raises NotAllowed: not the livelihood office, or the year is closed.
    :raises Conflict: it was taken out before.
    """
    require(rules.may_keep_answering(by, cycle, at))
    _end(_still(ReplyTemplate, template.pk, shared.lock_area(cycle)), by, at)
    record(ProposalAct.TEMPLATE_ENDED, template, by=by, at=at, cycle_id=cycle.pk, name=template.name)


@transaction.atomic
def name_progress(*, cycle: Cycle, name: str, by: User, at: datetime) -> ProgressWord:
    """Put a word into the list of how far something has come.

    :raises NotAllowed: not the livelihood office, or the year is closed.
    :raises BadText: too short or too long.
    :raises InvalidInput: it stands there already.
    """
    require(rules.may_keep_answering(by, cycle, at))
    area = shared.lock_area(cycle)
    name = shared.text("name", name, WORD_LENGTH, multiline=False)
    if ProgressWord.objects.filter(area=area, name=name, ended_at=None).exists():
        raise InvalidInput(_("This word stands in the list already."), field="name")
    word = ProgressWord.objects.create(area=area, name=name, written_at=at, written_by=by)
    record(ProposalAct.PROGRESS_NAMED, word, by=by, at=at, cycle_id=cycle.pk, name=name)
    return word


@transaction.atomic
def end_progress(*, cycle: Cycle, word: ProgressWord, by: User, at: datetime) -> None:
    """Take a word out of the list; replies that were sent with it keep it.

    :raises NotAllowed: not the livelihood office, or the year is closed.
    :raises Conflict: it was taken out before.
    """
    require(rules.may_keep_answering(by, cycle, at))
    _end(_still(ProgressWord, word.pk, shared.lock_area(cycle)), by, at)
    record(ProposalAct.PROGRESS_ENDED, word, by=by, at=at, cycle_id=cycle.pk, name=word.name)


def _still(model: type[ReplyTemplate] | type[ProgressWord], pk: int, area: Area) -> ReplyTemplate | ProgressWord:
    row = model.objects.filter(pk=pk, area=area, ended_at=None).first()
    if row is None:
        raise Conflict
    return row


def _end(row: ReplyTemplate | ProgressWord, by: User, at: datetime) -> None:
    row.ended_at, row.ended_by = at, by
    row.save(update_fields=["ended_at", "ended_by"])
