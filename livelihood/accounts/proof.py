"""What a session says of the second factor: whether it is due, and when it was last proven."""

from datetime import datetime

from django.http import HttpRequest

from livelihood.accounts import holding
from livelihood.accounts.models import User

DUE, PROVEN = "factor_due", "factor_at"


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
