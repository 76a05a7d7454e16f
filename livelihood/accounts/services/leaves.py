"""Leave of people."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.acts import AccountAct
from livelihood.accounts.models import Leave, User
from livelihood.accounts.services import _shared as shared
from livelihood.accounts.services.mandates import REASON_LENGTH
from livelihood.audit.services import record
from livelihood.kernel.errors import Conflict, InvalidInput
from livelihood.kernel.text import clean_text


@transaction.atomic
def give_leave(*, user: User, starts_on: date, ends_on: date | None, reason: str, by: User, at: datetime) -> Leave:
    """Note that a person is away: their mandates stay theirs, but nothing can be done under them meanwhile.

    :raises NotAllowed: `by` does not look after the account.
    :raises InvalidInput: it ends before it starts.
    :raises Conflict: the person is away on one of these days already.
    """
    user = shared.lock_account(user, by=by, at=at)
    reason = clean_text(reason, min_length=1, max_length=REASON_LENGTH, multiline=False, field="reason")
    if ends_on is not None and ends_on < starts_on:
        raise InvalidInput(_("The leave ends before it starts. Correct one of the two dates."), field="ends_on")
    later = Leave.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=Greatest(starts_on, "starts_on")), user=user)
    if (later.filter(starts_on__lte=ends_on) if ends_on else later).exists():
        raise Conflict(_("This person is on leave on some of these days already."))
    leave = Leave.objects.create(user=user, starts_on=starts_on, ends_on=ends_on, reason=reason)
    record(AccountAct.LEAVE_GIVEN, user, by=by, at=at, first_day=str(starts_on), last_day=ends_on and str(ends_on))
    return leave


@transaction.atomic
def end_leave(*, leave: Leave, last_day: date, by: User, at: datetime) -> Leave:
    """End a leave on another day than was thought; on the day before its first one, it never was.

    :raises NotAllowed: `by` does not look after the account.
    :raises InvalidInput: the last day lies earlier.
    """
    user = shared.lock_account(leave.user, by=by, at=at)
    leave = Leave.objects.select_for_update().get(pk=leave.pk)
    if last_day < leave.starts_on - timedelta(days=1):
        raise InvalidInput(_("The last day lies before the first."), field="last_day")
    leave.ends_on = last_day
    leave.save(update_fields=["ends_on"])
    record(AccountAct.LEAVE_ENDED, user, by=by, at=at, last_day=str(last_day))
    return leave
