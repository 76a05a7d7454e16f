"""The roll: written, deputies replaced, signed in and reminded."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.crypto import constant_time_compare
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from livelihood.accounts.attempts import Attempts
from livelihood.accounts.models import User
from livelihood.accounts.roles import Permission
from livelihood.accounts.selectors import has, learn_mandates
from livelihood.audit.services import record
from livelihood.kernel.errors import InvalidInput
from livelihood.kernel.numbers import normalise_code
from livelihood.kernel.text import clean_text
from livelihood.kernel.verdict import require
from voting import rules
from voting.acts import VotingAct
from voting.importers import RollLine
from voting.models import Credential, Reminder, RollEntry, Round, Substitution
from voting.services import _shared as shared
from voting.states import SignInWay

WRONG_CODES = Attempts(
    "voting.hall",
    10,
    ngettext_lazy(
        "Too many wrong codes were typed. Ask congress staff in the hall to sign you in, or wait %(minutes)s minute.",
        "Too many wrong codes were typed. Ask congress staff in the hall to sign you in, or wait %(minutes)s minutes.",
        "minutes",
    ),
)
"""By line of the roll: enough to mistype, hopeless to guess one of a million from home."""


OUT_OF_THE_WAY = 10_000
"""More than any number on a roll."""


class WrongHallCode(InvalidInput):
    """The code typed is not the one on the hall's screen."""

    code = "wrong_hall_code"


@transaction.atomic
def write_roll(*, round_: Round, lines: Sequence[RollLine], by: User, at: datetime) -> list[RollEntry]:
    """Write lines of the roll, new ones and those that stand there otherwise, and return them in their order.

    Whoever else is on the roll stays.

    :raises NotAllowed: not congress staff, or the roll is locked.
    :raises InvalidInput: somebody or a number twice, also of those who stay; or not a deputy of the area now.
    """
    round_ = shared.lock_round(round_)
    require(rules.may_import_roll(by, round_, at))
    deputies = User.objects.in_bulk([line.deputy_id for line in lines])
    numbers = {line.number for line in lines}
    stay = round_.roll.exclude(deputy__in=deputies)
    if {len(deputies), len(numbers)} != {len(lines)} or stay.filter(number__in=numbers).exists():
        raise InvalidInput(_("Somebody stands on the roll twice, or a number does."))
    _check_deputies([(deputies[line.deputy_id], line.name) for line in lines], round_, at)
    entries = {entry.deputy_id: entry for entry in round_.roll.filter(deputy__in=deputies).order_by("pk")}
    # First out of the way of each other: two may change their numbers.
    round_.roll.filter(deputy__in=deputies).update(number=F("number") + OUT_OF_THE_WAY)
    for line in lines:
        entry = entries.setdefault(line.deputy_id, RollEntry(round=round_, deputy_id=line.deputy_id))
        entry.number, entry.name, entry.delegation = line.number, line.name, line.delegation
        entry.may_vote_remotely = line.may_vote_remotely
    written = [entries[line.deputy_id] for line in lines]
    RollEntry.objects.bulk_update(
        [entry for entry in written if entry.pk], ["number", "name", "delegation", "may_vote_remotely"]
    )
    RollEntry.objects.bulk_create([entry for entry in written if not entry.pk])
    record(VotingAct.ROLL_IMPORTED, round_, by=by, at=at, deputies=len(lines))
    return written


@transaction.atomic
def clear_roll(*, round_: Round, entries: Sequence[RollEntry], by: User, at: datetime) -> None:
    """Take lines off the roll of a round.

    :raises NotAllowed: not congress staff, or the roll is locked.
    """
    round_ = shared.lock_round(round_)
    require(rules.may_import_roll(by, round_, at))
    off = round_.roll.filter(pk__in=[entry.pk for entry in entries])
    record(VotingAct.ROLL_CLEARED, round_, by=by, at=at, deputies=off.count())
    off.delete()


def hold_roll(*, round_: Round) -> None:
    """Hold a round until what follows is committed."""
    shared.lock_round(round_)


def _check_deputies(named: Sequence[tuple[User, str]], round_: Round, at: datetime) -> None:
    learn_mandates([user for user, _name in named], at)
    for user, name in named:
        if not has(user, Permission.VOTE, round_.cycle.area, at):
            problem = _("{name} is not a deputy of this area now.")
            raise InvalidInput(format_lazy(problem, name=name))


@transaction.atomic
def open_sign_in(*, round_: Round, by: User, at: datetime) -> Round:
    """Let deputies sign in, and draw the code for the hall's screen.

    :raises NotAllowed: not congress staff, or the roll is not locked.
    """
    round_ = shared.lock_round(round_)
    require(rules.may_open_sign_in(by, round_, at))
    hall_code = f"{secrets.randbelow(1_000_000):06}"
    shared.move(round_, "open_sign_in", act="sign_in_opened", by=by, at=at, hall_code=hall_code)
    record(VotingAct.ROUND_SIGN_IN_OPENED, round_, by=by, at=at)
    return round_


def sign_in_deputy(
    *, entry: RollEntry, by: User, at: datetime, hall_code: str = "", card: int | None = None
) -> RollEntry:
    """Note that a deputy is present: by somebody else in the hall, or by the deputy with the code on its screen.

    Signing in twice changes nothing. Deputies who may vote from outside need no code.
    hall_code: width of digits and spaces between them are forgiven.
    card: which of the deputy's cards began this sign-in; None for one by password.

    :raises NotAllowed: not the deputy, nor staff or a scrutineer; not the time for it; or who confirms it could come in
        as the deputy themselves.
    :raises WrongHallCode: the deputy is not known to be in the hall.
    :raises TooManyAttempts: too many codes were wrong on this line; staff can still sign the deputy in.
    """
    with transaction.atomic():
        round_ = shared.share_round(entry.round)
        entry = RollEntry.objects.select_for_update().get(pk=entry.pk)
        is_self = entry.deputy_id == by.pk
        if is_self:
            require(rules.may_sign_in_oneself(by, round_, entry, at, card))
        else:
            require(rules.may_sign_in_deputy(by, round_, entry, at))
            if entry.signed_in_at is not None:
                return entry
        needs_code = is_self and rules.needs_hall_code(round_.method, entry)
        is_known = not needs_code or _is_hall_code(entry, hall_code, round_.hall_code, at)
        if is_known:
            shared.note_presence(entry, SignInWay.SELF if is_self else SignInWay.STAFF, by=by, at=at)
    if not is_known:  # after the commit, which keeps the count
        raise WrongHallCode(_("This is not the code on the screen of the hall."), field="hall_code")
    return entry


def _is_hall_code(entry: RollEntry, typed: str, shown: str, at: datetime) -> bool:
    """Say whether the code is right, and count a wrong one. On a locked line codes sent at once are counted in turn.

    :raises TooManyAttempts: too many codes were wrong on this line.
    """
    WRONG_CODES.check(str(entry.pk), at=at)
    if constant_time_compare(normalise_code(typed), shown):
        return True
    WRONG_CODES.failed(str(entry.pk), at=at)
    return False


@transaction.atomic
def undo_sign_in(*, entry: RollEntry, by: User, at: datetime) -> RollEntry:
    """Take back a sign-in that was a mistake, or of a deputy who left without voting.

    :raises NotAllowed: neither congress staff nor a scrutineer, not the time for it, or the deputy has voted.
    """
    round_ = shared.share_round(entry.round)
    entry = RollEntry.objects.select_for_update().get(pk=entry.pk)
    require(rules.may_undo_sign_in(by, round_, entry, at))
    entry.signed_in_at = entry.signed_in_by = None
    entry.signed_in_way = ""
    entry.save(update_fields=["signed_in_at", "signed_in_by", "signed_in_way"])
    record(VotingAct.DEPUTY_SIGN_IN_UNDONE, entry, by=by, at=at, cycle_id=round_.cycle_id, round=round_.pk)
    return entry


@transaction.atomic
def substitute_deputy(*, entry: RollEntry, substitute: User, reason: str, by: User, at: datetime) -> RollEntry:
    """Let a substitute take a deputy's line on the locked roll, where the rules know substitutes.

    The roll shows both, the first struck through; a personal code issued to the first is worthless.

    :raises NotAllowed: not congress staff, no substitutes by the rules, not the time for it, or signed in already.
    :raises InvalidInput: the substitute is no deputy of the area now, or stands on the roll.
    :raises BadText: no reason.
    """
    round_ = shared.lock_round(entry.round)
    entry = RollEntry.objects.select_for_update().get(pk=entry.pk)
    require(rules.may_substitute(by, round_, entry, at))
    if not has(substitute, Permission.VOTE, round_.cycle.area, at):
        problem = _("{name} is not a deputy of this area now.")
        raise InvalidInput(format_lazy(problem, name=substitute.name), field="substitute")
    if round_.roll.filter(deputy=substitute).exists():
        raise InvalidInput(_("The substitute stands on this roll already."), field="substitute")
    Substitution.objects.create(
        entry=entry,
        deputy_before_id=entry.deputy_id,
        name_before=entry.name,
        substitute=substitute,
        reason=clean_text(reason, min_length=4, max_length=300, multiline=False, field="reason"),
        substituted_at=at,
        substituted_by=by,
    )
    Credential.objects.filter(entry=entry).delete()
    entry.deputy, entry.name = substitute, substitute.name
    entry.save(update_fields=["deputy", "name"])
    record(
        VotingAct.DEPUTY_SUBSTITUTED, entry, by=by, at=at, cycle_id=round_.cycle_id, round=round_.pk, line=entry.number
    )
    return entry


@transaction.atomic
def remind_deputies(*, round_: Round, by: User, at: datetime) -> Reminder:
    """Remind all who are awaited at once: to sign in, or to vote. The hall's screen and their own pages say so.

    :raises NotAllowed: neither congress staff nor presiding officer, nobody is awaited, or reminded just now.
    """
    round_ = shared.lock_round(round_)
    require(rules.may_remind(by, round_, at))
    reminder = Reminder.objects.create(round=round_, awaited=rules.awaited(round_).count(), sent_at=at, sent_by=by)
    record(VotingAct.ROUND_REMINDED, round_, by=by, at=at, awaited=reminder.awaited)
    return reminder
