"""By when the office of an area answers, and which days it works."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.accounts.seen import require_seen
from livelihood.audit.services import record
from livelihood.cycles.models import Cycle
from livelihood.kernel.errors import InvalidInput, Text
from livelihood.kernel.verdict import require
from proposals import rules, selectors
from proposals.acts import ProposalAct
from proposals.models import AnswerRule, SpecialDay, Suggestion
from proposals.models.answering import DAYS_POSSIBLE
from proposals.selectors import ClockPause
from proposals.services import _shared as shared

DAY_NAME_LENGTH = (1, 40)


@transaction.atomic
def write_answer_rule(
    *,
    cycle: Cycle,
    days: int,
    remind_days: int,
    by: User,
    at: datetime,
    has_four_eyes: bool = False,
    seen: int | None = None,
) -> AnswerRule:
    """Say within how many working days the office of a year's area answers; for what comes from now on.

    remind_days: so many working days before, who answers is reminded.
    has_four_eyes: whether a reply that one has written is sent by another.

    :raises NotAllowed: not the livelihood office, or the year is closed.
    :raises Moved: somebody has written it since the page was shown.
    :raises InvalidInput: not so many days, or a reminder on the first of them.
    """
    require(rules.may_keep_answering(by, cycle, at))
    area = shared.lock_area(cycle)
    rule = AnswerRule.objects.filter(area=area).first()
    require_seen(seen, [rule] if rule else [], stands=lambda: _standing(rule))
    if not DAYS_POSSIBLE[0] <= days <= DAYS_POSSIBLE[1]:
        problem = _("Give between %(least)s and %(most)s working days.")
        raise InvalidInput(problem % {"least": DAYS_POSSIBLE[0], "most": DAYS_POSSIBLE[1]}, field="days")
    if not 0 <= remind_days < days:
        raise InvalidInput(_("A reminder comes before the answer is due and after the receipt."), field="remind_days")
    old = selectors.clock_of(area)
    given = {"days": days, "remind_days": remind_days, "has_four_eyes": has_four_eyes}
    rule, _is_new = AnswerRule.objects.update_or_create(
        area=area, defaults={**given, "written_at": at, "written_by": by}
    )
    record(
        ProposalAct.ANSWER_RULE_WRITTEN,
        rule,
        by=by,
        at=at,
        cycle_id=cycle.pk,
        old={name: getattr(old, name) for name in given},
        new=given,
    )
    return rule


@transaction.atomic
def note_special_day(*, cycle: Cycle, day: date, is_worked: bool, name: str, by: User, at: datetime) -> SpecialDay:
    """Note a day that is worked, or not, otherwise than the calendar says, in the area of a year and below it.

    :raises NotAllowed: not the livelihood office, or the year is closed.
    :raises BadText: the name is missing or too long.
    :raises InvalidInput: the day is past or was noted here already.
    """
    require(rules.may_keep_answering(by, cycle, at))
    area = shared.lock_area(cycle)
    name = shared.text("name", name, DAY_NAME_LENGTH, multiline=False)
    if SpecialDay.objects.filter(area=area, day=day).exists():
        raise InvalidInput(_("This day stands in the list already. Take it out first."), field="day")
    special = SpecialDay.objects.create(area=area, day=day, is_worked=is_worked, name=name, noted_at=at, noted_by=by)
    record(
        ProposalAct.SPECIAL_DAY_NOTED, special, by=by, at=at, cycle_id=cycle.pk, on=str(day), is_worked=is_worked,
        note=name,
    )  # fmt: skip
    return special


@transaction.atomic
def drop_special_day(*, cycle: Cycle, day: date, by: User, at: datetime) -> None:
    """Take a day out of the list again; what was promised by it stays.

    :raises NotAllowed: not the livelihood office, or the year is closed.
    :raises InvalidInput: the day does not stand in the list of this area.
    """
    require(rules.may_keep_answering(by, cycle, at))
    special = SpecialDay.objects.filter(area=shared.lock_area(cycle), day=day).first()
    if special is None:
        raise InvalidInput(_("This day does not stand in the list."), field="day")
    record(
        ProposalAct.SPECIAL_DAY_DROPPED, special, by=by, at=at, cycle_id=cycle.pk, on=str(day),
        is_worked=special.is_worked, note=special.name,
    )  # fmt: skip
    special.delete()


def wind_clock(*, suggestion: Suggestion) -> None:
    """Reckon anew by when a suggestion, which is locked, is answered; part of the act that asks its sender, or hears.

    While a question is open no day is due.
    """
    pauses = [
        ClockPause(timezone.localdate(one.asked_at), timezone.localdate(one.ended_at) if one.ended_at else None)
        for one in selectors.question_spans().filter(suggestion=suggestion)
    ]
    suggestion.due_on = selectors.clock_of(suggestion.cycle.area).due_on(suggestion.received_at, pauses)
    suggestion.save(update_fields=["due_on"])


def _standing(rule: AnswerRule | None) -> Text:
    return _("%(days)s working days") % {"days": rule.days} if rule else ""
