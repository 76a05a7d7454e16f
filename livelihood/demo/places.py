"""Points of sites: inside the outline of their district, more of them near its seat."""

from bisect import bisect
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import accumulate, pairwise
from math import cos, floor, radians
from random import Random

from livelihood.cycles.models import Area
from livelihood.cycles.outlines import drawn_for

STEP = 0.01
"""Side of a cell, in degrees: about a kilometre."""

Ring = Sequence[Sequence[float]]


class Places:
    """The cells of the districts of a city, those near the seat of a district the likelier."""

    def __init__(self, city: Area) -> None:
        drawn = drawn_for(city, city)
        shapes = drawn.geometries if drawn else {}
        narrow = cos(radians(float(city.latitude or 0)))
        self._cells: dict[int, list[tuple[float, float]]] = {}
        self._weights: dict[int, list[float]] = {}
        self.areas: list[Area] = []
        for area in Area.objects.filter(parent=city, code__in=shapes, longitude__isnull=False).order_by("code"):
            seat_x, seat_y = float(area.longitude or 0), float(area.latitude or 0)
            rings = [ring for polygon in shapes[area.code]["coordinates"] for ring in polygon]
            if cells := list(_cells(rings)):
                weights = (1 / (0.0004 + ((x - seat_x) * narrow) ** 2 + (y - seat_y) ** 2) for x, y in cells)
                self._cells[area.pk], self._weights[area.pk] = cells, list(accumulate(weights))
                self.areas.append(area)

    def point(self, area: Area, chance: Random) -> tuple[Decimal, Decimal]:
        """Draw a point of a district."""
        cells, weights = self._cells[area.pk], self._weights[area.pk]
        longitude, latitude = cells[bisect(weights, chance.random() * weights[-1])]
        return _degrees(longitude + chance.uniform(-0.4, 0.4) * STEP), _degrees(
            latitude + chance.uniform(-0.4, 0.4) * STEP
        )


def _degrees(value: float) -> Decimal:
    return Decimal(f"{value:.6f}")


def _cells(rings: Sequence[Ring]) -> Iterator[tuple[float, float]]:
    """Yield the centres of the cells within the rings, row by row: between the first and second crossing, and so on."""
    latitudes = [corner[1] for ring in rings for corner in ring]
    for row in range(floor(min(latitudes) / STEP), floor(max(latitudes) / STEP) + 1):
        latitude = (row + 0.5) * STEP
        crossings = sorted(
            x + (latitude - y) / (other_y - y) * (other_x - x)
            for ring in rings
            for (x, y), (other_x, other_y) in pairwise(ring)
            if (y > latitude) != (other_y > latitude)
        )
        for left, right in zip(crossings[::2], crossings[1::2], strict=True):
            # A whole cell within the line, so that a point drawn in it is within it too.
            for column in range(floor(left / STEP) + 1, floor(right / STEP)):
                yield (column + 0.5) * STEP, latitude
