"""What a session says of the second factor: whether it is due, when it was last proven, and what waits for it."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.http import HttpRequest

from livelihood.accounts import holding
from livelihood.accounts.models import User
from livelihood.kernel.sealing import seal, unseal

DUE, PROVEN, SENT = "factor_due", "factor_at", "factor_sent"
MOST_KEPT = 100_000
"""Characters of a form that waits; longer ones are not among those that ask for the factor."""

MOMENTARY = frozenset({"code", "credential", "present"})
"""Fields of a form that is not worth keeping, or holds a password."""

KEPT_SECONDS = 20 * 60
"""So long a form waits for its sender."""


class WaitingForm(NamedTuple):
    """A form that was sent with too old a proof, and waits until the factor is proven. address: where it was sent."""

    address: str
    fields: Sequence[tuple[str, str]]


def expect(request: HttpRequest, user: User) -> None:
    """Note at the sign-in whether the person has a second factor, which is then asked for whatever their roles are."""
    request.session[DUE] = holding.has_factor(user)


def note(request: HttpRequest, *, at: datetime) -> None:
    """Note that the second factor was proven."""
    request.session[PROVEN] = at.timestamp()


def is_missing(request: HttpRequest, user: User, at: datetime) -> bool:
    """Say whether a second factor is due in this session."""
    if PROVEN in request.session:
        return False
    return request.session.get(DUE, False) or holding.needs_factor(user, at)


def age(request: HttpRequest, at: datetime) -> float | None:
    """Return how many seconds ago the factor was proven; None for a session without one."""
    proven = request.session.get(PROVEN)
    return None if proven is None else at.timestamp() - proven


def keep_form(request: HttpRequest, *, at: datetime) -> None:
    """Keep the form that is sent, so that nothing typed is lost while the factor is proven.

    Files cannot be kept, and codes are good for a moment only.
    """
    fields = [
        (name, value) for name, values in request.POST.lists() for value in values if name != "csrfmiddlewaretoken"
    ]
    is_short = sum(len(name) + len(value) for name, value in fields) <= MOST_KEPT
    if fields and is_short and not request.FILES and MOMENTARY.isdisjoint(request.POST):
        kept = {"address": request.get_full_path(), "fields": fields, "at": at.timestamp()}
        request.session[SENT] = seal(json.dumps(kept), purpose=SENT)


def kept_form(request: HttpRequest, *, at: datetime) -> WaitingForm | None:
    """Return the form that waits, unless it has waited too long."""
    kept = _kept(request)
    if not kept or at.timestamp() - kept["at"] > KEPT_SECONDS:
        return None
    return WaitingForm(kept["address"], [(name, value) for name, value in kept["fields"]])


def forget_form(request: HttpRequest) -> None:
    """Keep a form no longer that is sent now."""
    if _kept(request).get("address") == request.get_full_path():
        del request.session[SENT]


def _kept(request: HttpRequest) -> dict[str, Any]:
    """Return what waits, which may hold how somebody is reached; nothing where nothing does."""
    sealed = request.session.get(SENT)
    return json.loads(unseal(sealed, purpose=SENT)) if sealed else {}
