"""By which ways people come in, and what the portal writes to them."""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Entrance(models.TextChoices):
    """How somebody has signed in. Cards of a vote open its booth only, and stand in the journal."""

    PASSWORD = "password", _("Password")
    CODE = "code", _("One-time code")
    PROVIDER = "provider", _("Identity provider")


class Letter(StrEnum):
    """What is sent by mail, where an installation sends any: a code that was asked for, or that something happened."""

    CODE = "code"
    CODE_ISSUED = "code_issued"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 -- the name of a letter
    SESSIONS_ENDED = "sessions_ended"
    CLOSED = "closed"
    MANDATE_REFUSED = "mandate_refused"
    FACTOR_ADDED = "factor_added"
    FACTOR_REMOVED = "factor_removed"
    FACTORS_RESET = "factors_reset"
    RECOVERY_CODE_USED = "recovery_code_used"
