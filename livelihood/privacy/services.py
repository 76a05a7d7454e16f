"""Saying how long something is kept, forgetting what is over, and keeping the rest under the present key."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Model, QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.audit.services import record
from livelihood.kernel import sealed
from livelihood.kernel.errors import Conflict, InvalidInput
from livelihood.kernel.personal import PersonalData, kinds
from livelihood.kernel.text import clean_text
from livelihood.kernel.verdict import require
from livelihood.privacy import rules, selectors
from livelihood.privacy.acts import PrivacyAct
from livelihood.privacy.models import Forgetting, RetentionPeriod

BLOCK = 1_000
"""So many rows go in one transaction: nobody waits long for them, and whoever is killed has lost no more."""

SEALED_AT_ONCE = 100
"""So many rows are sealed anew in one transaction; who sends or reads one of them waits for it."""

REASON_LENGTH = (4, 300)


@transaction.atomic
def set_period(*, kind: PersonalData, days: int, reason: str, seen: int, by: User, at: datetime) -> RetentionPeriod:
    """Say for how many days a kind is kept from now on; the clock goes by it with its next run.

    seen: number of the period that the person saw, 0 where none was set.

    :raises NotAllowed: not who keeps the settings of the portal, or no clock forgets it.
    :raises InvalidInput: outside the bounds, or what holds already.
    :raises BadText: without a reason.
    :raises Conflict: somebody else has set it meanwhile.
    """
    require(rules.may_set_period(by, kind, at))
    assert kind.period is not None  # noqa: S101 -- the rule has said so
    if not kind.period.least <= days <= kind.period.most:
        problem = _("This may be kept for {least} to {most} days.")
        raise InvalidInput(format_lazy(problem, least=kind.period.least, most=kind.period.most), field="days")
    least, most = REASON_LENGTH
    why = clean_text(reason, min_length=least, max_length=most, multiline=False, field="reason")
    newest = selectors.newest_period(kind)
    if seen != (newest.number if newest else 0):
        raise Conflict
    before = selectors.days_of(kind, newest)
    if days == before:
        raise InvalidInput(_("This is the period already; nothing was changed."), field="days")
    try:
        with transaction.atomic():
            period = RetentionPeriod.objects.create(
                key=kind.key, number=seen + 1, days=days, reason=why, set_at=at, set_by=by
            )
    except IntegrityError as error:
        raise Conflict from error
    record(PrivacyAct.PERIOD_SET, period, by=by, at=at, key=kind.key, days=[before, days], reason=why)
    return period


def forget_overdue(*, at: datetime) -> dict[str, int]:
    """Forget of every kind what is over its period, and return how many of which.

    Each block is a transaction of its own, and whoever is killed is taken up by the next run: what has gone is gone and
    counted, what has not is still found.
    """
    counts = {}
    for kind in kinds().values():
        if kind.period is not None:
            counts[kind.key] = 0
            while count := _forget_block(kind, at):
                counts[kind.key] += count
    return {key: count for key, count in counts.items() if count}


def seal_anew() -> dict[str, int]:
    """Write what is kept encrypted under a former key anew under the present one; return how many rows of which table.

    Nothing of what is held changes, so the journal does not tell it. Some rows at a time: who is killed has lost those
    under way, and goes on with the next run.
    """
    counts = {}
    for model in sealed.sealed_fields():
        keys = list(sealed.under_former_keys(model).order_by("pk").values_list("pk", flat=True))
        for start in range(0, len(keys), SEALED_AT_ONCE):
            with transaction.atomic():
                rows: QuerySet[Model] = QuerySet(model).filter(pk__in=keys[start : start + SEALED_AT_ONCE])
                for row in rows.select_for_update(no_key=True).order_by("pk"):
                    sealed.seal_anew(row)
        counts[model._meta.label] = len(keys)
    return {label: count for label, count in counts.items() if count}


@transaction.atomic
def _forget_block(kind: PersonalData, at: datetime) -> int:
    """Forget the oldest rows of a kind, and journal how many. Of two clocks at once the second finds them gone."""
    days = selectors.days_of(kind, selectors.newest_period(kind))
    assert kind.period is not None  # noqa: S101 -- others are not asked
    assert days is not None  # noqa: S101 -- as above
    over = kind.over(days, at).order_by(kind.since, "pk")
    keys = list(over.values_list("pk", flat=True)[:BLOCK])
    count = kind.period.forget(keys) if keys else 0
    if count:
        forgetting = Forgetting.objects.create(key=kind.key, at=at, days=days, count=count)
        record(PrivacyAct.FORGOTTEN, forgetting, by=None, at=at, key=kind.key, days=days, count=count)
    return count
