"""Counting how often a letter is opened: in the counter as it happens, in the database some minutes later.

A row written by each reader would draw every kept page anew. Without the counter nothing is counted, and letters are
read all the same; the number is said to be approximate.
"""

import logging
from datetime import date, datetime
from typing import TYPE_CHECKING, cast

from django.core.cache import caches
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from redis.exceptions import RedisError

from livelihood.cycles.models import Cycle
from proposals.models import LetterViews, OpenLetter
from proposals.states import LetterState

if TYPE_CHECKING:
    from livelihood.kernel.cache import CountingCache

KEPT_FOR = 2 * 24 * 60 * 60
"""Seconds that a counter waits for the clock."""

logger = logging.getLogger(__name__)


def count_letter_view(*, cycle: Cycle) -> None:
    """Count one reader of the letter of a year."""
    try:
        cast("CountingCache", caches["default"]).count(_key(cycle.pk), seconds=KEPT_FOR)
    except RedisError as error:
        logger.warning("Readers of letters are not counted: %s", type(error).__name__)


def keep_letter_views(*, at: datetime) -> int:
    """Write down what was counted since the last time; return how much. Who is killed in between has lost it."""
    cache, day, total = caches["default"], timezone.localdate(at), 0
    for letter in OpenLetter.objects.filter(state=LetterState.PUBLISHED).order_by("pk"):
        counted = int(cache.get(_key(letter.cycle_id)) or 0)
        if counted:
            cache.decr(_key(letter.cycle_id), counted)
            _add(letter, day=day, counted=counted)
            total += counted
    return total


@transaction.atomic
def _add(letter: OpenLetter, *, day: date, counted: int) -> None:
    row, is_new = LetterViews.objects.get_or_create(letter=letter, day=day, defaults={"count": counted})
    if not is_new:
        LetterViews.objects.filter(pk=row.pk).update(count=F("count") + counted)


def _key(cycle_id: int) -> str:
    return f"letter-views:{cycle_id}"
