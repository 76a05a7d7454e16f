"""Accounts and mandates taken back with the import that made them, while nothing hangs on them.

The guards of their tables hold the same: what somebody has acted under stays.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db import models, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from livelihood.accounts import holding, rules
from livelihood.accounts.acts import AccountAct
from livelihood.accounts.models import Mandate, SignInCode, User
from livelihood.accounts.roles import Role
from livelihood.accounts.services import _shared as shared
from livelihood.audit.models import Entry
from livelihood.audit.services import record_all
from livelihood.cycles.models import Area
from livelihood.kernel.errors import Text
from livelihood.kernel.references import any_of, delete_unreferred, referred_to
from livelihood.kernel.verdict import require

CAME_IN = _("Somebody has come in by this account.")
CODED = _("A one-time code was printed or sent for this account.")
ACTED = _("Somebody has acted under this account.")
REFERRED_TO = _("Something refers to this account.")


def used_accounts(users: Collection[int], besides: Mapping[type[models.Model], Collection[int]]) -> dict[int, Text]:
    """Return why some of these accounts stay: they were used to come in or to act, or something refers to them.

    besides: keys of rows that would go as well, and do not count.
    """
    acted = Entry.objects.filter(actor_id__in=users).values_list("actor_id", flat=True).distinct()
    came_in = User.objects.filter(pk__in=any_of(users), last_login__isnull=False)
    coded = SignInCode.objects.filter(user__in=any_of(users))
    used: dict[int, Text] = dict.fromkeys(referred_to(User, users, besides=besides), REFERRED_TO)
    used |= dict.fromkeys((pk for pk in acted if pk is not None), ACTED)
    used |= dict.fromkeys(coded.values_list("user_id", flat=True), CODED)
    return used | dict.fromkeys(came_in.values_list("pk", flat=True), CAME_IN)


def acted_since(mandates: Collection[Mandate], act: AccountAct = AccountAct.MANDATE_GIVEN) -> set[int]:
    """Return the keys of those of these mandates whose holder has done anything since they were given.

    act: what was done last to the mandate, where that was something else.
    """
    given = _last_entries(
        Entry.objects.filter(
            subject_type=Mandate._meta.label_lower,
            subject_id__in=[str(mandate.pk) for mandate in mandates],
            act=act,
        ),
        "subject_id",
    )
    done = _last_entries(Entry.objects.filter(actor_id__in={mandate.user_id for mandate in mandates}), "actor_id")
    return {mandate.pk for mandate in mandates if done.get(mandate.user_id, 0) > given.get(str(mandate.pk), 0)}


def _last_entries(entries: models.QuerySet[Entry], by: str) -> dict[object, int]:
    return dict(entries.values_list(by).annotate(Max("pk")))


@transaction.atomic
def remove_mandates(*, mandates: Sequence[Mandate], by: User, at: datetime) -> None:
    """Take back mandates that were given by mistake, before anything was done under them.

    :raises NotAllowed: `by` may not manage people in one of the areas.
    """
    for area in {mandate.area for mandate in mandates}:
        require(rules.may_manage_people(by, area, at))
    record_all(AccountAct.MANDATE_TAKEN_BACK, mandates, by=by, at=at)
    delete_unreferred(Mandate.objects.filter(pk__in=any_of([mandate.pk for mandate in mandates])))


@transaction.atomic
def unseat_deputies(*, mandates: Sequence[Mandate], by: User, at: datetime) -> None:
    """Take back mandates of deputies that were given with a roll, before anything was done under them.

    :raises NotAllowed: neither congress staff nor administrator.
    """
    for area in {mandate.area for mandate in mandates}:
        require(rules.may_enrol_deputies(by, area, at))
    record_all(AccountAct.MANDATE_TAKEN_BACK, mandates, by=by, at=at)
    seats = Mandate.objects.filter(pk__in=any_of([mandate.pk for mandate in mandates]), role=Role.DEPUTY)
    delete_unreferred(seats)


@transaction.atomic
def remove_people(*, users: Sequence[User], by: User, at: datetime) -> None:
    """Take back accounts that were made by mistake, before anybody came in by them.

    :raises NotAllowed: `by` does not look after one of them.
    """
    locked = shared.lock_accounts(users, by=by, at=at)
    record_all(AccountAct.USER_TAKEN_BACK, locked, by=by, at=at)
    delete_unreferred(User.objects.filter(pk__in=any_of([user.pk for user in locked])))


@transaction.atomic
def remove_deputies(*, users: Sequence[User], area: Area, by: User, at: datetime) -> None:
    """Take back accounts that were made with a roll, and their mandates, before anybody came in by them.

    :raises NotAllowed: neither congress staff nor administrator, or one of them is more than a deputy of the area.
    """
    rows = User.objects.filter(pk__in=[user.pk for user in users]).select_related("area").order_by("pk")
    locked = list(rows.select_for_update(of=("self",)))
    held = holding.mandates_to_come(locked, at)
    for user in locked:
        require(rules.may_let_deputy_in(by, user, held[user.pk], area, at))
    mandates = Mandate.objects.filter(user__in=locked).order_by("pk")
    record_all(AccountAct.MANDATE_TAKEN_BACK, mandates, by=by, at=at)
    record_all(AccountAct.USER_TAKEN_BACK, locked, by=by, at=at)
    delete_unreferred(mandates.order_by())
    delete_unreferred(User.objects.filter(pk__in=any_of([user.pk for user in locked])))
