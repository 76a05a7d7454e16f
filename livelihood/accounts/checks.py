"""What must hold of an installation before it is let out."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

from livelihood.accounts.roles import ROLES, Role


def second_factor_is_required(**_: Any) -> list[CheckMessage]:
    """Find settings under which somebody who runs a year or a vote needs no second factor."""
    chosen = settings.SECOND_FACTOR_ROLES or [role for role, card in ROLES.items() if card.needs_second_factor]
    unknown = sorted(set(chosen) - set(Role.values))
    found: list[CheckMessage] = []
    if unknown:
        hint = f"Roles are: {', '.join(Role.values)}."
        found.append(Error(f"SECOND_FACTOR_ROLES names no roles: {', '.join(unknown)}.", hint=hint, id="accounts.E001"))
    if not settings.SECOND_FACTOR_REQUIRED or Role.ADMINISTRATOR not in chosen:
        hint = "Leave SECOND_FACTOR_REQUIRED as it is, and let SECOND_FACTOR_ROLES name administrator."
        found.append(Error("Administrators sign in by a password alone.", hint=hint, id="accounts.E002"))
    return found
