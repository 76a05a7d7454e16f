"""What waits for a person, whichever room it comes from, and by when: the lines of `my work`, in buckets."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q, TextChoices
from django.utils.translation import gettext_lazy as _

from livelihood.kernel.errors import Text


class Bucket(TextChoices):
    """By when something is to be done, or that others have to do it first."""

    OVERDUE = "overdue", _("Overdue")
    TODAY = "today", _("Today")
    WEEK = "week", _("This week")
    LATER = "later", _("Later, or without a day")
    OTHERS = "others", _("Waiting for others")


DATED = (Bucket.OVERDUE, Bucket.TODAY, Bucket.WEEK, Bucket.LATER)
"""Buckets that a last day puts something into."""


@dataclass(frozen=True, slots=True)
class WorkItem:
    """Something due. due: the last day, None where there is none.

    count: objects that wait behind `url`. is_list: the list that stands there holds just these.
    waits_for_others: this person has done their part. act: what is to be done with all of them, where it is one act of
    that list: its name and label.
    """

    title: Text
    url: str
    place: str
    count: int = 1
    due: date | None = None
    is_list: bool = False
    waits_for_others: bool = False
    act: tuple[str, Text] | None = None

    def bucket(self, today: date) -> Bucket:
        """Return the bucket in which it stands on a day."""
        return Bucket.OTHERS if self.waits_for_others else bucket_of(self.due, today)


def bucket_of(due: date | None, today: date) -> Bucket:
    """Return the bucket of what has a last day; a week ends on Sunday."""
    if due is None:
        return Bucket.LATER
    if due <= today:
        return Bucket.TODAY if due == today else Bucket.OVERDUE
    return Bucket.WEEK if due <= _sunday(today) else Bucket.LATER


def within(bucket: str, today: date, field: str) -> Q:
    """Return the condition of lying in a bucket. field: the last day of a row."""
    return {
        Bucket.OVERDUE: Q(**{f"{field}__lt": today}),
        Bucket.TODAY: Q(**{field: today}),
        Bucket.WEEK: Q(**{f"{field}__gt": today, f"{field}__lte": _sunday(today)}),
        Bucket.LATER: Q(**{f"{field}__gt": _sunday(today)}),
    }[Bucket(bucket)]


def _sunday(today: date) -> date:
    return today + timedelta(days=6 - today.weekday())
