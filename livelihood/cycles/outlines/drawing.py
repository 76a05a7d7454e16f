"""Outlines simplified to small GeoJSON files, neighbours along one line. Polygons in, bytes out; no database."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain, pairwise
from math import hypot
from typing import Any

from livelihood.cycles.areas import AreaRow
from livelihood.cycles.outlines.reading import SHORTEST_RING, Polygon, Ring, Shapes
from livelihood.kernel.coordinates import Point

# Four decimals are about ten metres.
DECIMALS = 4
# How far a simplified line may lie from the true one, in degrees; the first that makes a file small enough is used.
TOLERANCES = (0.0005, 0.001, 0.002, 0.004, 0.008, 0.016)
# What a phone on a slow line can be asked to load.
MOST_BYTES = 60_000
ALONE, OF_TWO = 1, 2  # so many rings run through a point

Owners = Mapping[Point, int]
"""How many rings run through each point."""


class TooLarge(ValueError):
    """No tolerance makes the file small enough."""


def files(rows: Sequence[AreaRow], shapes: Shapes, *, origin: Mapping[str, str]) -> dict[str, bytes]:
    """Write one file for each area that has an outline, by its code: of the areas below it, else its own.

    :raises TooLarge: when a file cannot be made small enough.
    """
    written = {}
    for row in rows:
        below = {child.code: shapes[child.code] for child in rows if child.parent == row.code and child.code in shapes}
        own = {row.code: shapes[row.code]} if row.code in shapes else {}
        if drawn := below or own:
            written[row.code] = collection(drawn, about={"code": row.code, **origin})
    return written


def collection(shapes: Shapes, *, about: Mapping[str, str]) -> bytes:
    """Write some areas as GeoJSON, as fine as is small enough. about: what is said of the file.

    :raises TooLarge: not even the coarsest is.
    """
    owners = Counter(chain.from_iterable(set(ring) for area in shapes.values() for polygon in area for ring in polygon))
    for tolerance in TOLERANCES:
        features = [
            {"type": "Feature", "id": code, "properties": {"code": code}, "geometry": _drawn(area, tolerance, owners)}
            for code, area in shapes.items()
        ]
        written = {
            "type": "FeatureCollection",
            "properties": {**about, "tolerance_degrees": tolerance},
            "features": features,
        }
        content = json.dumps(written, ensure_ascii=False, separators=(",", ":")).encode()
        if len(content) <= MOST_BYTES:
            return content
    raise TooLarge(f"{', '.join(shapes)}: {len(content)} bytes at the coarsest tolerance")


def _drawn(polygons: list[Polygon], tolerance: float, owners: Owners) -> dict[str, Any]:
    """Simplify an area's polygons; the largest always stays, islets that would shrink to nothing go."""
    largest = max(polygons, key=lambda polygon: len(polygon[0]))
    simple = [[simplify(ring, tolerance, owners) for ring in polygon] for polygon in polygons]
    kept = [
        [ring for ring in rings if len(ring) >= SHORTEST_RING]
        for polygon, rings in zip(polygons, simple, strict=True)
        if polygon is largest or _extent(polygon[0]) > 5 * tolerance
    ]
    coordinates = [
        [[[round(x, DECIMALS), round(y, DECIMALS)] for x, y in ring] for ring in rings] for rings in kept if rings
    ]
    return {"type": "MultiPolygon", "coordinates": coordinates}


def simplify(ring: Ring, tolerance: float, owners: Owners | None = None) -> Ring:
    """Drop points of a closed ring that lie closer than `tolerance` to the line without them (Douglas and Peucker).

    Where the lines of neighbours meet or part, both keep the point; so what lies between is simplified alike in both.

    ring: first and last point are the same, in the result too.
    """
    corners = ring[:-1]
    fixed = [place for place in range(len(corners)) if owners and _is_fork(corners, place, owners)]
    start = fixed[0] if fixed else corners.index(min(corners))
    turned = [*corners[start:], *corners[:start], corners[start]]
    kept = {(place - start) % len(corners) for place in fixed} | {0, len(turned) - 1}
    if len(fixed) <= ALONE:
        kept.add(max(range(len(turned)), key=lambda place: _distance(turned[place], turned[0], turned[0])))
    ends = sorted(kept)
    spans = list(pairwise(ends))
    while spans:
        start, end = spans.pop()
        middle = max(
            range(start + 1, end),
            key=lambda place: _distance(turned[place], turned[start], turned[end]),
            default=None,
        )
        if middle is not None and _distance(turned[middle], turned[start], turned[end]) > tolerance:
            kept.add(middle)
            spans += [(start, middle), (middle, end)]
    return [turned[place] for place in sorted(kept)]


def _is_fork(corners: Ring, place: int, owners: Owners) -> bool:
    """Say whether lines of neighbours meet or part at a corner."""
    here = owners[corners[place]]
    if here > OF_TWO:
        return True
    beside = corners[place - 1], corners[(place + 1) % len(corners)]
    return here == OF_TWO and any(owners[corner] == ALONE for corner in beside)


def _distance(point: Point, start: Point, end: Point) -> float:
    """Give the distance of a point from the line through two others; from the one, when they are the same."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    x, y = point[0] - start[0], point[1] - start[1]
    length = hypot(dx, dy)
    return abs(dx * y - dy * x) / length if length else hypot(x, y)


def _extent(ring: Ring) -> float:
    """Give the longer side of the box around a ring, in degrees."""
    longitudes, latitudes = zip(*ring, strict=True)
    return max(max(longitudes) - min(longitudes), max(latitudes) - min(latitudes))
