"""The record of processing: what is held of people, for how long, and what was forgotten of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Max, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from livelihood.kernel.errors import Text
from livelihood.kernel.personal import PersonalData, kinds
from livelihood.privacy.models import Forgetting, RetentionPeriod

RUNS_AT = time(3, 40)
"""When the clock forgets, every day (livelihood.celery)."""


@dataclass(frozen=True, slots=True)
class Held:
    """A kind as it is held now.

    days: its period, None where no clock forgets it. is_set: the office has said so.
    oldest: the day since when the oldest is held. next_on: the day on which the clock forgets next, None where nothing
    is there that it could forget. last_on, last_count: what it forgot last.
    """

    kind: PersonalData
    count: int
    oldest: date | None
    days: int | None
    is_set: bool
    next_on: date | None
    last_on: date | None
    last_count: int

    @property
    def period(self) -> Text:
        """How long it is kept, in words."""
        return _in_words(self.kind, self.days)


def record(at: datetime) -> list[Held]:
    """Return every kind as it is held; one query for a kind, and two for all."""
    chosen, last = _chosen(), _last()
    return [_held(kind, chosen.get(kind.key), last.get(kind.key), at) for kind in kinds().values()]


def held(kind: PersonalData, at: datetime) -> Held:
    """Return one kind as it is held."""
    return _held(kind, _chosen().get(kind.key), _last().get(kind.key), at)


@dataclass(frozen=True, slots=True)
class ToldPeriod:
    """How long a kind is kept, as everybody reads it."""

    label: Text
    period: Text


def told_periods() -> list[ToldPeriod]:
    """Return how long each kind is kept; one query."""
    chosen = _chosen()
    return [ToldPeriod(kind.label, _in_words(kind, days_of(kind, chosen.get(kind.key)))) for kind in kinds().values()]


def days_of(kind: PersonalData, chosen: RetentionPeriod | None) -> int | None:
    """Return the period of a kind: what the office has said, otherwise what is declared."""
    if kind.period is None:
        return None
    return chosen.days if chosen else kind.period.days


def periods_of(kind: PersonalData) -> QuerySet[RetentionPeriod]:
    """Return what the office has said about a kind, the last first, with who said it."""
    return RetentionPeriod.objects.filter(key=kind.key).select_related("set_by").order_by("-number")


def newest_period(kind: PersonalData) -> RetentionPeriod | None:
    """Return what holds of it."""
    return RetentionPeriod.objects.filter(key=kind.key).order_by("-number").first()


@dataclass(frozen=True, slots=True)
class ForgettingRun:
    """What one run of the clock forgot of a kind."""

    at: datetime
    days: int
    count: int


def runs_of(kind: PersonalData, most: int = 12) -> list[ForgettingRun]:
    """Return the last runs that forgot something, the last first."""
    rows = Forgetting.objects.filter(key=kind.key).values("at").annotate(total=Sum("count"), held=Max("days"))
    return [ForgettingRun(row["at"], row["held"], row["total"]) for row in rows.order_by("-at")[:most]]


def over_on(kind: PersonalData, since: datetime, at: datetime) -> date | None:
    """Return the day on which the clock will forget what is held since an instant; None of what no clock forgets."""
    days = days_of(kind, newest_period(kind))
    return None if days is None else _next_run(since + timedelta(days=days), at)


def _held(kind: PersonalData, chosen: RetentionPeriod | None, last: ForgettingRun | None, at: datetime) -> Held:
    may_go = kind.period.may_go if kind.period else Q()
    found = kind.rows().aggregate(
        count=Count("pk"), oldest=Min(kind.since), first=Min(kind.since, filter=may_go or None)
    )
    days = days_of(kind, chosen)
    first = _instant(found["first"])
    return Held(
        kind=kind,
        count=found["count"],
        oldest=_day(found["oldest"]),
        days=days,
        is_set=chosen is not None,
        next_on=None if days is None or first is None else _next_run(first + timedelta(days=days), at),
        last_on=_day(last.at) if last else None,
        last_count=last.count if last else 0,
    )


def _next_run(over_at: datetime, at: datetime) -> date:
    """Return the day of the first run of the clock, after now, that finds what is over its period at an instant."""
    moment = timezone.localtime(max(over_at, at))
    return timezone.localdate(moment) + timedelta(days=moment.time() >= RUNS_AT)


def _chosen() -> Mapping[str, RetentionPeriod]:
    return {row.key: row for row in RetentionPeriod.objects.order_by("key", "-number").distinct("key")}


def _last() -> Mapping[str, ForgettingRun]:
    """Return by key what was forgotten last: the blocks of the last run."""
    newest = Forgetting.objects.filter(key=OuterRef("key")).order_by("-at").values("at")[:1]
    rows = Forgetting.objects.filter(at=Subquery(newest)).values("key", "at")
    found = rows.annotate(total=Sum("count"), held=Max("days"))
    return {row["key"]: ForgettingRun(row["at"], row["held"], row["total"]) for row in found}


def _instant(value: Any) -> datetime | None:
    """Return an instant, of a day its end."""
    if value is None or isinstance(value, datetime):
        return value
    return timezone.make_aware(datetime.combine(value + timedelta(days=1), time.min))


def _day(value: Any) -> date | None:
    return timezone.localdate(value) if isinstance(value, datetime) else value


def _in_words(kind: PersonalData, days: int | None) -> Text:
    if days is None or kind.period is None:
        return kind.kept
    counted = ngettext("%(days)s day", "%(days)s days", days) % {"days": days}
    return _("%(counted)s, %(begins)s") % {"counted": counted, "begins": kind.period.begins}
