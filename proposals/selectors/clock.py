"""By when answers are due, and how many are overdue or came in time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import F, Q, QuerySet, Sum
from django.utils import timezone

from livelihood.cycles.models import Area, Cycle
from livelihood.kernel import workdays
from livelihood.kernel.text import for_reader
from proposals.models import AnswerRule, SpecialDay, SuggestionFigure
from proposals.models.answering import DEFAULT_DAYS, DEFAULT_REMIND_DAYS
from proposals.states import NEVER, Grouping


@dataclass(frozen=True, slots=True)
class ClockPause:
    """Days on which the sender of a suggestion was asked, the first and the last; None while no answer has come."""

    first: date
    last: date | None


@dataclass(frozen=True, slots=True)
class AnswerClock:
    """How the office of an area answers. special: days that are worked, or not, otherwise than the calendar says.

    has_four_eyes: whether a reply that one has written is sent by another.
    """

    days: int
    remind_days: int
    has_four_eyes: bool
    special: Mapping[date, bool]

    def due_on(self, received_at: datetime, pauses: Iterable[ClockPause] = ()) -> date:
        """Return the day by which an answer is due; NEVER while the sender is asked."""
        paused: set[date] = set()
        for pause in pauses:
            if pause.last is None:
                return NEVER
            paused.update(pause.first + timedelta(days=n) for n in range((pause.last - pause.first).days + 1))
        return workdays.after(timezone.localdate(received_at), self.days, self.special, without=paused)

    def reminded_until(self, today: date) -> date:
        """Return the last of the days on which what is due is near enough that somebody is reminded of it today."""
        return workdays.after(today, self.remind_days, self.special)


_known: dict[int, tuple[UUID, AnswerClock]] = {}


def clock_of(area: Area, edition: UUID | None = None) -> AnswerClock:
    """Return the clock of an area; two queries, or none where this process knows it already.

    edition: of areas and years, if it is enough that the clock held in it (cycles.selectors.known_year).
    """
    known = _known.get(area.pk)
    if known and known[0] == edition:
        return known[1]
    rule = AnswerRule.objects.filter(area=area).first()
    clock = AnswerClock(
        days=rule.days if rule else DEFAULT_DAYS,
        remind_days=rule.remind_days if rule else DEFAULT_REMIND_DAYS,
        has_four_eyes=rule is not None and rule.has_four_eyes,
        special=dict(special_days(area).order_by("area__path").values_list("day", "is_worked")),
    )
    if edition:
        _known[area.pk] = (edition, clock)
    return clock


def special_days(area: Area) -> QuerySet[SpecialDay]:
    """Return the days that were entered for an area, by it or above it; where both did, its own is the longer path."""
    return SpecialDay.objects.filter(area__code__in=area.path.strip("/").split("/"))


@dataclass(frozen=True, slots=True)
class OfficeAnswers:
    """Answers of one organisation. name: empty for refusals and hand-overs, which the office of the year decides."""

    name: str
    in_time: int
    late: int


@dataclass(frozen=True, slots=True)
class AnswerCounts:
    """How a year is answered. waiting: for an answer, `overdue` of them; in_time, late: answered before and after."""

    waiting: int
    overdue: int
    in_time: int
    late: int
    by_organisation: list[OfficeAnswers]

    @property
    def answered(self) -> int:
        """All answers of which it is known by when they were due."""
        return self.in_time + self.late


def answers_of(cycle: Cycle, today: date) -> AnswerCounts:
    """Return how a year is answered, and by whom, from the figures that the database keeps; one query."""
    rows = (
        SuggestionFigure.objects.filter(cycle=cycle, grouped_by=Grouping.DUE)
        .values("organisation_id", "organisation__name_zh", "organisation__name_en")
        .annotate(
            waits=Sum("waiting", default=0),
            missed=Sum("waiting", filter=Q(due_on__lt=today), default=0),
            kept=Sum("in_time", default=0),
            failed=Sum("late", default=0),
        )
        .order_by("-kept", "-failed", F("organisation_id").asc(nulls_last=True))
    )
    found = list(rows)
    return AnswerCounts(
        waiting=sum(row["waits"] for row in found),
        overdue=sum(row["missed"] for row in found),
        in_time=sum(row["kept"] for row in found),
        late=sum(row["failed"] for row in found),
        by_organisation=[
            OfficeAnswers(
                for_reader(row["organisation__name_zh"] or "", row["organisation__name_en"] or ""),
                row["kept"],
                row["failed"],
            )
            for row in found
            if row["kept"] or row["failed"]
        ],
    )


@dataclass(frozen=True, slots=True)
class DueDay:
    """How many suggestions of a year still wait whose answer is due one day."""

    cycle_id: int
    day: date
    waiting: int


def due_days(years: Iterable[Cycle], until: date) -> list[DueDay]:
    """Return for years the days until one on which answers are due that nobody has given, the earliest first."""
    rows = SuggestionFigure.objects.filter(cycle__in=list(years), grouped_by=Grouping.DUE, due_on__lte=until)
    counted = rows.values_list("cycle_id", "due_on").annotate(waits=Sum("waiting")).filter(waits__gt=0)
    return [DueDay(cycle, day, waits) for cycle, day, waits in counted.order_by("due_on", "cycle_id") if day]
