"""How often one address may try secret codes before the door closes for a while."""

from dataclasses import dataclass

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from rest_framework.throttling import BaseThrottle

from livelihood.kernel.errors import DomainError


class TooManyAttempts(DomainError):
    """An address tried too many codes."""

    status = 429
    code = "too_many_attempts"
    message = _("Too many wrong numbers or codes were tried from here. Try again in a quarter of an hour.")


@dataclass(frozen=True, slots=True)
class Attempts:
    """A count of wrong codes per address; the address itself is not kept.

    name: of the door. most: wrong codes before it closes; a hall full of people may share one address.
    """

    name: str
    most: int
    seconds: int = 15 * 60

    def check(self, request: HttpRequest) -> None:
        """Do nothing while the address may go on trying.

        :raises TooManyAttempts: too many were wrong.
        """
        if cache.get(self._key(request), 0) >= self.most:
            raise TooManyAttempts

    def failed(self, request: HttpRequest) -> None:
        """Count a wrong code."""
        key = self._key(request)
        cache.add(key, 0, self.seconds)
        cache.incr(key)

    def _key(self, request: HttpRequest) -> str:
        address = BaseThrottle().get_ident(request)  # type: ignore[arg-type]  # it reads META only
        return f"attempts.{self.name}.{salted_hmac(f'attempts.{self.name}', address).hexdigest()}"
