"""Expected refusals. They carry a message fit for a citizen; anything else that goes wrong is a bug and stays a 500."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

Text = str | Promise


class DomainError(Exception):
    """A refusal the user can understand and act on.

    message: what is wrong and how to fix it, in the reader's language (lazy).
    status: the HTTP status of the page or API answer.
    seconds: after how long it may be tried again, where that is known.
    """

    seconds: int | None = None

    status = 400
    code = "refused"
    message: Text = _("This cannot be done.")

    def __init__(self, message: Text | None = None, *, field: str | None = None) -> None:
        if message is not None:
            self.message = message
        self.field = field
        super().__init__(self.message)

    @property
    def text(self) -> Text:
        """All that it says, in the reader's language (lazy)."""
        return self.message

    def __str__(self) -> str:
        return str(self.text)


class InvalidInput(DomainError):
    """The input breaks a rule that a form cannot check alone."""

    status = 422
    code = "invalid"
    message = _("Some of what was entered is not right.")


class NotAllowed(DomainError):
    """The person may not do this, now, to this object."""

    status = 403
    code = "not_allowed"
    message = _("You are not allowed to do this.")


class IllegalMove(DomainError):
    """The object is not in a state from which this move leads."""

    status = 409
    code = "illegal_move"
    message = _("This step is not possible in the present state.")


class Conflict(DomainError):
    """Somebody else changed the object, or the same key came with another body."""

    status = 409
    code = "conflict"
    message = _("Somebody else has changed this in the meantime. Load the page again and repeat your change.")


class Moved(Conflict):
    """Somebody else acted after the page was shown on which this act was decided.

    seen: what the page carries once it is shown again, with what they did.
    """

    def __init__(self, message: Text, *, seen: object) -> None:
        super().__init__(message)
        self.seen = seen


class TooManyAttempts(DomainError):
    """Too many wrong codes or passwords were tried; what they open opens again after so many seconds.

    message: names the minutes until then as `%(minutes)s`.
    """

    status = 429
    code = "too_many_attempts"

    def __init__(self, message: str | StrPromise, *, seconds: int) -> None:
        super().__init__(message % {"minutes": math.ceil(seconds / 60)})
        self.seconds = seconds


class NotReady(DomainError):
    """A phase or object cannot move on because work is unfinished.

    issues: what is unfinished, one sentence each.
    """

    status = 409
    code = "not_ready"
    message = _("Some work is unfinished.")

    def __init__(self, issues: Sequence[Text]) -> None:
        self.issues = tuple(issues)
        super().__init__()

    @property
    def text(self) -> Text:
        """What is unfinished, too."""
        return format_lazy(" ".join(["{}"] * (1 + len(self.issues))), self.message, *self.issues)


class Refusals(dict[Any, DomainError]):
    """What an act upon many rows leaves out: key of the row → why. All its other rows are done."""

    @contextmanager
    def of(self, key: Any) -> Iterator[None]:
        """Keep why one row is refused, so that the others go on."""
        try:
            yield
        except DomainError as error:
            self[key] = error

    def insist(self) -> None:
        """Do nothing if no row was left out: for an act upon one row, or upon all or none within a transaction.

        :raises DomainError: the first refusal.
        """
        for error in self.values():
            raise error
