"""How often somebody may try secret codes, or begin long work, before the entrance closes for a while."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from livelihood.accounts.models import WrongCodes
from livelihood.kernel.addresses import network_of
from livelihood.kernel.errors import TooManyAttempts

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

COUNT = """
    INSERT INTO accounts_wrongcodes AS known (key, count, forgotten_at) VALUES (%(key)s, 1, %(until)s)
    ON CONFLICT (key) DO UPDATE SET
        count = CASE WHEN known.forgotten_at > %(at)s THEN known.count + 1 ELSE 1 END,
        forgotten_at = CASE WHEN known.forgotten_at > %(at)s THEN known.forgotten_at ELSE %(until)s END
    RETURNING count, forgotten_at
"""
"""The first wrong code begins the while, as before the first everything is forgotten."""


DOUBLED_AT_MOST = 10
"""Thirty seconds doubled so often are longer than any while."""


@dataclass(frozen=True, slots=True)
class Attempts:
    """A count of wrong codes by who tries them: the address of a request, which itself is not kept, or a name.

    name: of the entrance. most: wrong codes before it closes; a hall full of people may share one address.
    message: what to do when it has closed; `%(minutes)s` says after how many minutes it opens.
    """

    name: str
    most: int
    message: str | StrPromise
    seconds: int = 15 * 60

    def check(self, who: HttpRequest | str, *, at: datetime) -> None:
        """Do nothing while they may go on trying.

        :raises TooManyAttempts: too many were wrong.
        """
        known = WrongCodes.objects.filter(key=self._key(who), forgotten_at__gt=at, count__gte=self.most).first()
        if known is not None:
            raise self._closed(known.forgotten_at, at)

    def failed(self, who: HttpRequest | str, *, at: datetime) -> None:
        """Count a wrong code, or a piece of work that was begun.

        Where a refusal of the code follows, it must not take this back: let it follow after the commit.

        Of codes that are few enough to guess, each is counted before it is tried, and forgotten when it was right: of
        many sent at once no more are tried than one after the other.

        :raises TooManyAttempts: it was sent at once with others, which have closed the entrance meanwhile.
        """
        count, forgotten_at = self.count(who, at)
        if count > self.most:
            raise self._closed(forgotten_at, at)

    def forget(self, who: HttpRequest | str) -> None:
        """Forget the wrong codes of somebody who has shown the right one."""
        WrongCodes.objects.filter(key=self._key(who)).delete()

    def right(self, who: HttpRequest | str) -> None:
        """Take back one that was counted and was not wrong."""
        known = WrongCodes.objects.filter(key=self._key(who))
        known.filter(count__lte=1).delete()
        known.update(count=F("count") - 1)

    @transaction.atomic
    def count(self, who: HttpRequest | str, at: datetime) -> tuple[int, datetime]:
        with connection.cursor() as cursor:
            # Not by the ORM: of codes sent at once each is counted, by one statement that inserts or adds.
            cursor.execute(COUNT, {"key": self._key(who), "until": at + timedelta(seconds=self.seconds), "at": at})
            count, forgotten_at = cursor.fetchone()
        over = WrongCodes.objects.filter(forgotten_at__lte=at)
        WrongCodes.objects.filter(
            pk__in=list(over.select_for_update(skip_locked=True).values_list("pk", flat=True))
        ).delete()
        return count, forgotten_at

    def _closed(self, until: datetime, at: datetime) -> TooManyAttempts:
        return TooManyAttempts(self.message, seconds=math.ceil((until - at).total_seconds()))

    def _key(self, who: HttpRequest | str) -> str:
        if not isinstance(who, str):
            who = network_of(who)
        return salted_hmac(f"attempts.{self.name}", who, algorithm="sha256").hexdigest()


@dataclass(frozen=True, slots=True)
class GrowingAttempts(Attempts):
    """The same for what many share, an address or a name: closed for a moment at first, then ever longer.

    first: seconds for which it closes once so many were wrong; doubled with each that is wrong after that, but never
    beyond the while. Each is counted before it is tried, so that of many at once no more are tried.
    """

    first: int = 30

    def check(self, who: HttpRequest | str, *, at: datetime) -> None:
        """Do nothing while it is open.

        :raises TooManyAttempts: it is closed.
        """
        closed = WrongCodes.objects.filter(key=self._closed_key(who), forgotten_at__gt=at).first()
        if closed is not None:
            raise self._closed(closed.forgotten_at, at)

    def failed(self, who: HttpRequest | str, *, at: datetime) -> None:
        """Count one that may be wrong, before it is tried; take it back with `right`.

        :raises TooManyAttempts: others, sent at once with it, have closed the entrance meanwhile.
        """
        with transaction.atomic():
            count, until = self.count(who, at)
            known = WrongCodes.objects.filter(pk=self._closed_key(who)).first()
            is_closed = known is not None and known.forgotten_at > at
            if not is_closed and count >= self.most:
                growing = timedelta(seconds=self.first * 2 ** min(count - self.most, DOUBLED_AT_MOST))
                values = {"count": count, "forgotten_at": min(until, at + growing)}
                WrongCodes.objects.update_or_create(key=self._closed_key(who), defaults=values)
        if is_closed and known is not None:
            raise self._closed(known.forgotten_at, at)

    def right(self, who: HttpRequest | str) -> None:
        """Take back one that was counted and was not wrong; what it has closed meanwhile is open again."""
        Attempts.right(self, who)
        WrongCodes.objects.filter(key=self._closed_key(who)).delete()

    def _closed_key(self, who: HttpRequest | str) -> str:
        return salted_hmac("attempts.closed", self._key(who), algorithm="sha256").hexdigest()


def is_first(name: str, who: str, *, at: datetime) -> bool:
    """Say whether this is the first of its kind in a quarter of an hour, and count it; nothing is closed."""
    return Attempts(name, 0, "").count(who, at)[0] == 1
