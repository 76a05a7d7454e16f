"""How often one address may read the API, send forms or take lists; apart from `livelihood.web.api` for DRF's sake."""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, cast

from django.core.cache import caches
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.translation import ngettext_lazy
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import AnonRateThrottle

from livelihood.kernel.addresses import network_of
from livelihood.kernel.errors import TooManyAttempts

if TYPE_CHECKING:
    from rest_framework.views import APIView

    from livelihood.kernel.cache import CountingCache

logger = logging.getLogger(__name__)


class RateThrottle(AnonRateThrottle):
    """So many reads from one address; where the counter does not answer everybody may read, and the log says so.

    The rate protects the machine, not a secret: nginx holds floods off, and an API that is closed helps nobody.
    """

    def get_ident(self, request: Request) -> str:
        """Return who is counted."""
        return network_of(request)

    def allow_request(self, request: Request, view: "APIView") -> bool:
        """Say whether this address may read now."""
        try:
            return super().allow_request(request, view)
        except RedisError as error:
            logger.warning("Reads of the API are not counted: %s", type(error).__name__)
            return True


@dataclass(frozen=True, slots=True)
class AddressRate:
    """So many of a kind from one address within a while, whoever stands behind it.

    It protects the machine and those who read what is sent, no secret: where the counter is away everybody goes on.
    most: a street, a school or all telephones of a cell may share one address. seconds: of the while.
    """

    name: str
    most: int
    seconds: int = 10 * 60

    def count(self, request: HttpRequest, *, at: datetime) -> None:
        """Count one.

        :raises TooManyAttempts: there were enough; it says when the next while begins.
        """
        number, gone = divmod(int(at.timestamp()), self.seconds)
        who = salted_hmac(f"rates.{self.name}", f"{number} {network_of(request)}", algorithm="sha256").hexdigest()
        try:
            count = cast("CountingCache", caches["default"]).count(f"rates:{who}", seconds=self.seconds)
        except RedisError as error:
            logger.warning("Forms are not counted: %s", type(error).__name__)
            return
        if count > self.most:
            raise TooManyAttempts(TOO_MANY, seconds=self.seconds - gone)


TOO_MANY = ngettext_lazy(
    "Too much was sent or asked for from your network. Try again in %(minutes)s minute.",
    "Too much was sent or asked for from your network. Try again in %(minutes)s minutes.",
    "minutes",
)
