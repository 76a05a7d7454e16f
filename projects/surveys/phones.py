"""One answer a day from one phone about one thing, without knowing the phone.

The mark of a phone is a hash of its network address and of what its browser says of itself, under a salt drawn anew
each day. It lives in Redis until midnight and is written nowhere else; without the salt, which dies with it, nobody can
tell whom it stood for. It stops repetition by reloading, by a second tab, or after deleting what the browser keeps. It
does not stop a person with two phones, another browser or another connection; and of two phones of one model behind one
address only the first is heard through this channel that day. Who must be counted exactly is invited by code.
"""

import hashlib
import hmac
import logging
import secrets
from datetime import date, datetime, time, timedelta

from django.core.cache import cache
from django.utils import timezone
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


def claim(subject: str, *, origin: str, key: str, at: datetime) -> bool:
    """Say whether this phone may answer about this thing today, and note that it did.

    subject: names survey and thing. origin: address and browser.
    key: of the form, so that sending the same form twice is no repetition.

    Without Redis the answer is taken: the forms' keys still stop double sends, and losing answers would be worse.
    """
    day = timezone.localdate(at)
    left = _until_midnight(day, at)
    try:
        salt = str(cache.get_or_set(f"surveys:salt:{day}", lambda: secrets.token_hex(32), timeout=left))
        mark = hmac.new(salt.encode(), f"{subject}\n{origin}".encode(), hashlib.sha256).hexdigest()
        sealed = hmac.new(salt.encode(), key.encode(), hashlib.sha256).hexdigest()
        return cache.add(f"surveys:phone:{mark}", sealed, timeout=left) or (
            cache.get(f"surveys:phone:{mark}") == sealed
        )
    except RedisError:
        logger.warning("Phones are not told apart: Redis does not answer")
        return True


def _until_midnight(day: date, at: datetime) -> int:
    """Return the seconds left of the day, at least one."""
    midnight = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
    return max(int((midnight - at).total_seconds()), 1)
