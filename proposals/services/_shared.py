"""What the acts of collecting and planning begin with: the lock of the year, the next number, a clean text."""

from django.db.models import Max, QuerySet

from livelihood.cycles.models import Cycle
from livelihood.kernel.text import clean_text


def lock_cycle(cycle: Cycle) -> Cycle:
    """Hold the cycle until the act is committed, and return it as it now stands, with its area.

    Suggestions are sent meanwhile: their rows name the cycle, which does not wait for this lock.
    """
    rows = Cycle.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("area").get(pk=cycle.pk)


def next_number(rows: QuerySet) -> int:
    """Return the number after the highest; the cycle is locked, so no one else draws it."""
    return (rows.aggregate(highest=Max("number"))["highest"] or 0) + 1


def text(field: str, value: str, bounds: tuple[int, int], *, multiline: bool = True) -> str:
    """Return a field's text cleaned.

    bounds: least and most characters.

    :raises BadText: too short or too long.
    """
    least, most = bounds
    return clean_text(value, min_length=least, max_length=most, multiline=multiline, field=field)
