"""Machines of the hall: opened, revoked, and told from their copies."""

import hashlib
import secrets
from datetime import datetime

from django.db import transaction

from livelihood.accounts.models import User
from livelihood.audit.services import record
from livelihood.kernel.text import clean_text
from livelihood.kernel.verdict import require
from voting import rules
from voting.acts import VotingAct
from voting.models import Kiosk, Round
from voting.services import _shared as shared

NAME_LENGTH = 60


@transaction.atomic
def open_kiosk(*, round_: Round, name: str, by: User, at: datetime) -> tuple[Kiosk, str]:
    """Make a machine one of the hall, for a day and all rounds of the year; return it with what its browser is to hold.

    name: what stands on the machine, and where it is.

    :raises NotAllowed: not congress staff, or not the time for it.
    :raises BadText: no name.
    """
    round_ = shared.share_round(round_)
    require(rules.may_open_kiosk(by, round_, at))
    token = _token()
    kiosk = Kiosk.objects.create(
        cycle_id=round_.cycle_id,
        name=clean_text(name, min_length=1, max_length=NAME_LENGTH, multiline=False, field="name"),
        token_hash=hash_of(token),
        opened_at=at,
        opened_by=by,
    )
    record(VotingAct.KIOSK_OPENED, kiosk, by=by, at=at, round=round_.pk)
    return kiosk, token


@transaction.atomic
def revoke_kiosk(*, kiosk: Kiosk, by: User, at: datetime) -> None:
    """Take a machine out of use: it takes no card any more, and who came in there casts nothing.

    :raises NotAllowed: neither congress staff nor a scrutineer, or it is revoked.
    """
    kiosk = Kiosk.objects.select_for_update(of=("self",)).select_related("cycle__area").get(pk=kiosk.pk)
    require(rules.may_revoke_kiosk(by, kiosk, at))
    kiosk.revoked_at, kiosk.revoked_by = at, by
    kiosk.save(update_fields=["revoked_at", "revoked_by"])
    record(VotingAct.KIOSK_REVOKED, kiosk, by=by, at=at)


@transaction.atomic
def renew_kiosk(*, kiosk: Kiosk, token: str, at: datetime) -> str:
    """Return what the browser of a machine is to hold from now on, as it has taken a card with what it held before."""
    fresh = _token()
    kiosk.token_hash, kiosk.former_hash, kiosk.used_at = hash_of(fresh), hash_of(token), at
    kiosk.save(update_fields=["token_hash", "former_hash", "used_at"])
    return fresh


@transaction.atomic
def note_copy(*, kiosk: Kiosk, at: datetime) -> None:
    """Note that a browser came with what a machine no longer holds: it, or the machine, goes by a copy."""
    kiosk.copied_at = at
    kiosk.save(update_fields=["copied_at"])


def hash_of(token: str) -> str:
    """Return what is kept of what a browser holds; it is random, so nothing else is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


def _token() -> str:
    return secrets.token_urlsafe(24)
