"""News as it is read: of an area, of a year, of all for the feed."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet

from livelihood.cycles.models import Area, Cycle
from livelihood.cycles.states import Phase
from livelihood.news.models import NewsItem

ORDER = ("-published_at", "-pk")
ON_A_PAGE = 3
"""So many stand on the page of an area or a year; the others are one click away."""

IN_THE_FEED = 50


def told() -> QuerySet[NewsItem]:
    """Return all news, withdrawn too, but of years that are drafts again; with area and year."""
    rows = NewsItem.objects.select_related("area", "cycle__area")
    return rows.exclude(cycle__phase=Phase.DRAFT)


def news_of(area: Area) -> QuerySet[NewsItem]:
    """Return what an area's office has told of the area and its years and has not withdrawn."""
    return told().filter(area=area, withdrawn_at=None)


def latest_of_area(area: Area) -> Sequence[NewsItem]:
    """Return the newest of them, for the area's page."""
    return list(news_of(area).order_by(*ORDER)[:ON_A_PAGE])


def latest_of_year(cycle: Cycle) -> Sequence[NewsItem]:
    """Return the newest of a year and of its area as a whole, for the year's page."""
    about: Any = Q(cycle=cycle) | Q(cycle=None)
    return list(news_of(cycle.area).filter(about).order_by(*ORDER)[:ON_A_PAGE])


def for_the_feed() -> Sequence[NewsItem]:
    """Return the newest of all areas, with what was withdrawn of them: a reader of the feed has it and is told."""
    return list(told().order_by(*ORDER)[:IN_THE_FEED])


def kept_by(area: Area) -> QuerySet[NewsItem]:
    """Return what an area's office has told, withdrawn too, with who did it."""
    return NewsItem.objects.filter(area=area).select_related("area", "cycle__area", "published_by", "withdrawn_by")
