"""How often one address may read the API; apart from `livelihood.web.api`, as DRF's views import what limits them."""

import logging
from typing import TYPE_CHECKING

from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import AnonRateThrottle

if TYPE_CHECKING:
    from rest_framework.views import APIView

logger = logging.getLogger(__name__)


class RateThrottle(AnonRateThrottle):
    """So many reads from one address; where the counter does not answer everybody may read, and the log says so.

    The rate protects the machine, not a secret: nginx holds floods off, and an API that is closed helps nobody.
    """

    def allow_request(self, request: Request, view: "APIView") -> bool:
        """Say whether this address may read now."""
        try:
            return super().allow_request(request, view)
        except RedisError as error:
            logger.warning("Reads of the API are not counted: %s", type(error).__name__)
            return True
