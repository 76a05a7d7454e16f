"""Mandates that wait for a second person: confirmed, refused, or taken back by who gave them."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext_lazy as _

from livelihood.accounts import rules
from livelihood.accounts.acts import AccountAct
from livelihood.accounts.models import Mandate, User
from livelihood.accounts.services.mails import notify
from livelihood.accounts.services.mandates import REASON_LENGTH
from livelihood.accounts.states import Letter
from livelihood.audit.services import record, record_all
from livelihood.kernel.errors import Conflict
from livelihood.kernel.text import clean_text
from livelihood.kernel.verdict import require


@transaction.atomic
def confirm_mandate(*, mandate: Mandate, by: User, at: datetime) -> Mandate:
    """Confirm a mandate that somebody else has given, which gives what its role may do from now on.

    :raises NotAllowed: it waits for nobody, or `by` is neither another administrator nor congress staff of the area.
    :raises Conflict: somebody has refused it.
    """
    mandate = _waiting(mandate)
    require(rules.may_confirm_mandate(by, mandate, at))
    mandate.is_waiting, mandate.confirmed_at, mandate.confirmed_by = False, at, by
    mandate.save(update_fields=["is_waiting", "confirmed_at", "confirmed_by"])
    record(
        AccountAct.MANDATE_CONFIRMED, mandate, by=by, at=at,
        user=mandate.user_id, role=mandate.role, area=mandate.area.code,
    )  # fmt: skip
    return mandate


@transaction.atomic
def refuse_mandate(*, mandate: Mandate, reason: str, by: User, at: datetime) -> None:
    """Refuse a mandate that waits, or take back the one that one has given: it was none yet, and goes.

    The journals of who was to hold it and of who gave it keep what it was to be, and why it is not: so they are told.

    :raises NotAllowed: it waits for nobody, or `by` has neither given it nor may confirm it.
    :raises Conflict: somebody has refused it, or stands in for it.
    :raises BadText: without a reason.
    """
    mandate = _waiting(mandate)
    require(rules.may_refuse_mandate(by, mandate, at))
    reason = clean_text(reason, min_length=1, max_length=REASON_LENGTH, multiline=False, field="reason")
    giver = mandate.given_by
    facts: dict[str, Any] = {"user": mandate.user_id, "role": mandate.role, "area": mandate.area.code, "reason": reason}
    people = [mandate.user]
    if giver is not None and giver.pk == by.pk:
        record(AccountAct.MANDATE_WITHDRAWN, mandate.user, by=by, at=at, **facts)
    else:
        people += [giver] if giver is not None else []
        record_all(AccountAct.MANDATE_REFUSED, people, by=by, at=at, **facts)
    try:
        mandate.delete()
    except ProtectedError:
        raise Conflict(_("Somebody stands in for this mandate. End or refuse that first.")) from None
    for person in people:
        notify(person, Letter.MANDATE_REFUSED, by=by, at=at)


def _waiting(mandate: Mandate) -> Mandate:
    """Hold a mandate, and return it with its area and people.

    :raises Conflict: it was refused meanwhile.
    """
    rows = Mandate.objects.select_for_update(of=("self",)).select_related("area", "user", "given_by")
    if held := rows.filter(pk=mandate.pk).first():
        return held
    raise Conflict(_("Somebody has refused this mandate meanwhile, or has taken it back."))
