"""Outlines for the maps: read from the map data of Apache ECharts, moved to WGS-84, simplified to small GeoJSON files.

Files in, bytes out; no database.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from math import hypot
from pathlib import Path
from typing import Any

from livelihood.cycles.areas import AreaRow
from livelihood.cycles.states import Level
from livelihood.kernel.coordinates import Point, from_gcj02

Ring = list[Point]
Polygon = list[Ring]

# ECharts keeps a coordinate as a whole number of 1/1024 of a degree.
STEPS_PER_DEGREE = 1024
# Three decimals are about 100 metres, as fine as the source.
DECIMALS = 3
# How far a simplified line may lie from the true one, in degrees; the first that makes a file small enough is used.
TOLERANCES = (0.001, 0.002, 0.004, 0.008, 0.016)
# A closed ring has a corner more than it shows: the first again as the last.
SHORTEST_RING = 4
# What a phone on a slow line can be asked to load.
MOST_BYTES = 60_000

ORIGIN = {
    "source": "Apache ECharts 4.9.0, map/json/province",
    "licence": "Apache-2.0",
    "datum": "WGS-84, converted from GCJ-02",
    "purpose": "orientation only; not a statement of administrative boundaries",
}


class TooLarge(ValueError):
    """No tolerance makes the file small enough."""


def read_shapes(path: Path) -> dict[str, list[Polygon]]:
    """Give the polygons of each city of a province, in WGS-84, by code of GB/T 2260."""
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    return {feature["id"]: _polygons(feature["geometry"]) for feature in features}


def outline_files(rows: Sequence[AreaRow], shapes: Mapping[str, list[Polygon]]) -> dict[str, bytes]:
    """Write one file for each area that has outlines to show; by code of the area.

    A province's file has the outlines of its cities. A city's file has its own outline and a point for each county,
    as openly licensed outlines end at the cities.

    :raises TooLarge: when a file cannot be made small enough.
    """
    files = {}
    for row in rows:
        children = [child for child in rows if child.parent == row.code]
        if row.level is Level.PROVINCE:
            files[row.code] = _smallest(
                row,
                outlined=[child for child in children if child.code in shapes],
                shapes=shapes,
            )
        elif row.code in shapes:
            files[row.code] = _smallest(row, outlined=[row], shapes=shapes, marked=children)
    return files


def _smallest(
    area: AreaRow,
    *,
    outlined: Iterable[AreaRow],
    shapes: Mapping[str, list[Polygon]],
    marked: Iterable[AreaRow] = (),
) -> bytes:
    """Write the finest file that is small enough."""
    points = [_feature(row, _point(row)) for row in marked if row.longitude is not None]
    for tolerance in TOLERANCES:
        outlines = [_feature(row, _multipolygon(shapes[row.code], tolerance)) for row in outlined]
        collection = {
            "type": "FeatureCollection",
            "properties": {**_names(area), **ORIGIN, "tolerance_degrees": tolerance},
            "features": [*outlines, *points],
        }
        content = json.dumps(collection, ensure_ascii=False, separators=(",", ":")).encode()
        if len(content) <= MOST_BYTES:
            return content
    raise TooLarge(f"{area.code}: {len(content)} bytes at the coarsest tolerance")


def _feature(row: AreaRow, geometry: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": row.code,
        "properties": _names(row),
        "geometry": geometry,
    }


def _names(row: AreaRow) -> dict[str, str]:
    return {
        "code": row.code,
        "slug": row.slug,
        "level": row.level.value,
        "name_zh": row.name_zh,
        "name_en": row.name_en,
    }


def _point(row: AreaRow) -> dict[str, Any]:
    return {
        "type": "Point",
        "coordinates": [float(row.longitude or 0), float(row.latitude or 0)],
    }


def _multipolygon(polygons: list[Polygon], tolerance: float) -> dict[str, Any]:
    """Simplify an area's polygons; the largest always stays, islets that would shrink to nothing go."""
    largest = max(polygons, key=lambda polygon: len(polygon[0]))
    simple = [[simplify(ring, tolerance) for ring in polygon] for polygon in polygons]
    kept = [
        [ring for ring in rings if len(ring) >= SHORTEST_RING]
        for polygon, rings in zip(polygons, simple, strict=True)
        if polygon is largest or _extent(polygon[0]) > 5 * tolerance
    ]
    coordinates = [
        [[[round(x, DECIMALS), round(y, DECIMALS)] for x, y in ring] for ring in rings] for rings in kept if rings
    ]
    return {"type": "MultiPolygon", "coordinates": coordinates}


def simplify(ring: Ring, tolerance: float) -> Ring:
    """Drop points of a closed ring that lie closer than `tolerance` to the line without them (Douglas and Peucker).

    ring: first and last point are the same, in the result too.
    """
    farthest = max(range(len(ring)), key=lambda i: _distance(ring[i], ring[0], ring[0]))
    kept = {0, farthest, len(ring) - 1}
    spans = [(0, farthest), (farthest, len(ring) - 1)]
    while spans:
        start, end = spans.pop()
        between = range(start + 1, end)
        middle = max(
            between,
            key=lambda i: _distance(ring[i], ring[start], ring[end]),
            default=None,
        )
        if middle is not None and _distance(ring[middle], ring[start], ring[end]) > tolerance:
            kept.add(middle)
            spans += [(start, middle), (middle, end)]
    return [ring[i] for i in sorted(kept)]


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


def _polygons(geometry: dict[str, Any]) -> list[Polygon]:
    """Decode a geometry of ECharts: every ring a string of steps, beside it the whole numbers it starts from."""
    rings, starts = geometry["coordinates"], geometry["encodeOffsets"]
    if geometry["type"] == "Polygon":
        rings, starts = [rings], [starts]
    return [
        [_ring(text, start) for text, start in zip(polygon, origins, strict=True)]
        for polygon, origins in zip(rings, starts, strict=True)
    ]


def _ring(text: str, start: Sequence[int]) -> Ring:
    """Decode one ring and close it."""
    x, y = start
    points = []
    for i in range(0, len(text), 2):
        x += _step(text[i])
        y += _step(text[i + 1])
        points.append(from_gcj02(x / STEPS_PER_DEGREE, y / STEPS_PER_DEGREE))
    return points if points[0] == points[-1] else [*points, points[0]]


def _step(character: str) -> int:
    """Decode one signed step: the sign is the lowest bit, 64 is added to stay clear of control characters."""
    value = ord(character) - 64
    return (value >> 1) ^ -(value & 1)
