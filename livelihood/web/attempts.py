"""How often somebody may try secret codes before the door closes for a while."""

from dataclasses import dataclass

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from rest_framework.throttling import BaseThrottle

from livelihood.kernel.errors import DomainError, Text


class TooManyAttempts(DomainError):
    """Too many codes were tried at one door."""

    status = 429
    code = "too_many_attempts"
    message = _("Too many wrong numbers or codes were tried from here. Try again in a quarter of an hour.")


@dataclass(frozen=True, slots=True)
class Attempts:
    """A count of wrong codes by who tries them: the address of a request, which itself is not kept, or a name.

    name: of the door. most: wrong codes before it closes; a hall full of people may share one address.
    message: what to do when it has closed.
    """

    name: str
    most: int
    seconds: int = 15 * 60
    message: Text = TooManyAttempts.message

    def check(self, who: HttpRequest | str) -> None:
        """Do nothing while they may go on trying.

        :raises TooManyAttempts: too many were wrong.
        """
        if cache.get(self._key(who), 0) >= self.most:
            raise TooManyAttempts(self.message)

    def failed(self, who: HttpRequest | str) -> None:
        """Count a wrong code."""
        key = self._key(who)
        cache.add(key, 0, self.seconds)
        cache.incr(key)

    def _key(self, who: HttpRequest | str) -> str:
        if not isinstance(who, str):
            who = BaseThrottle().get_ident(who)  # type: ignore[arg-type]  # it reads META only
        return f"attempts.{self.name}.{salted_hmac(f'attempts.{self.name}', who).hexdigest()}"
