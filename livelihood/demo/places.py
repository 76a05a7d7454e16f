"""Points of sites: inside the outline of a city, nearest to the seat of their district, more of them near it."""

import json
from bisect import bisect
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import accumulate, pairwise
from math import cos, floor, radians
from random import Random

from django.conf import settings

from livelihood.cycles.models import Area

STEP = 0.01
"""Side of a cell, in degrees: about a kilometre."""

Ring = Sequence[Sequence[float]]


class Places:
    """The cells of a city by district. Outlines of districts are not published openly; the nearest seat decides."""

    def __init__(self, city: Area) -> None:
        seats = {child.pk: child for child in Area.objects.filter(parent=city) if child.longitude is not None}
        self._cells: dict[int, list[tuple[float, float]]] = {pk: [] for pk in seats}
        self._weights: dict[int, list[float]] = {pk: [] for pk in seats}
        self._narrow = cos(radians(float(city.latitude or 0)))
        centres = [(pk, float(child.longitude or 0), float(child.latitude or 0)) for pk, child in seats.items()]
        for longitude, latitude in _cells(_rings(city)):
            distance, pk = min((self._distance(longitude, latitude, x, y), pk) for pk, x, y in centres)
            self._cells[pk].append((longitude, latitude))
            self._weights[pk].append(1 / (0.0004 + distance))
        self._weights = {pk: list(accumulate(weights)) for pk, weights in self._weights.items()}
        self.areas = [seats[pk] for pk, cells in self._cells.items() if cells]

    def _distance(self, x: float, y: float, other_x: float, other_y: float) -> float:
        """Return the square of the distance of two points, in degrees of latitude."""
        return ((x - other_x) * self._narrow) ** 2 + (y - other_y) ** 2

    def point(self, area: Area, chance: Random) -> tuple[Decimal, Decimal]:
        """Draw a point of a district."""
        cells, weights = self._cells[area.pk], self._weights[area.pk]
        longitude, latitude = cells[bisect(weights, chance.random() * weights[-1])]
        return _degrees(longitude + chance.uniform(-0.4, 0.4) * STEP), _degrees(
            latitude + chance.uniform(-0.4, 0.4) * STEP
        )


def _degrees(value: float) -> Decimal:
    return Decimal(f"{value:.6f}")


def _rings(city: Area) -> list[Ring]:
    """Read the outline that `manage.py outlines` has written."""
    path = settings.BASE_DIR / "static" / "generated" / "outlines" / f"{city.code}.json"
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    (outline,) = (feature["geometry"] for feature in features if feature["properties"]["code"] == city.code)
    return [ring for polygon in outline["coordinates"] for ring in polygon]


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
