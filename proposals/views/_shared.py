"""What several pages of this room do alike."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, QuerySet

from livelihood.cycles import selectors as cycles
from livelihood.cycles.models import Cycle

Choices = Iterable[tuple[Any, ...]]


def aspect_choices(cycle: Cycle) -> Choices:
    """Return the cycle's aspects for filter chips."""
    return [(aspect.number, aspect.name) for aspect in cycles.aspects_of(cycle)]


def area_choices(cycle: Cycle) -> Choices:
    """Return the areas directly below the cycle's for filter chips."""
    return [(area.code, area.name) for area in cycles.child_areas(cycle.area)]


def counts_by(rows: QuerySet, field: str) -> dict[str, int]:
    """Count rows by the values of a field."""
    return dict(rows.order_by().values_list(field).annotate(Count("pk")))
