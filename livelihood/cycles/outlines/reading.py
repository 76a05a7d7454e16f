"""Outlines as GeoJSON has them: polygons by the code of their area, in degrees of WGS-84 or CGCS2000."""

import json
import re
from collections.abc import Container
from pathlib import Path
from typing import Any

from livelihood.kernel.coordinates import Point

Ring = list[Point]
Polygon = list[Ring]
Shapes = dict[str, list[Polygon]]
"""The polygons of each area by its code; the first ring of a polygon is its outer one."""

CODE = re.compile(r"\d{6}(?:\d{3}){0,2}")
# The national platform writes the number of the country before the code.
OF_CHINA = "156"
WEST, SOUTH, EAST, NORTH = 73.0, 3.0, 136.0, 54.0
# A closed ring has a corner more than it shows: the first again as the last.
SHORTEST_RING = 4
MOST_READ = 100_000_000
SUFFIXES = {".json", ".geojson"}


class BadOutlines(ValueError):
    """What lies there cannot be read as outlines; says where and why."""


def read_folder(folder: Path) -> Shapes:
    """Give the polygons of all files of a folder, which need not be there.

    :raises BadOutlines: a file cannot be read, or an area stands in two.
    """
    shapes: Shapes = {}
    for path in sorted(path for path in folder.glob("*") if path.suffix.lower() in SUFFIXES):
        found = read_file(path)
        if twice := sorted(shapes.keys() & found.keys()):
            raise BadOutlines(f"{path.name}: {twice[0]} stands in another file too")
        shapes |= found
    return shapes


def read_file(path: Path, *, wanted: Container[str] | None = None) -> Shapes:
    """Give the polygons of a file. wanted: codes of the areas that are read; None for all, each of which needs a code.

    :raises BadOutlines: it cannot be read as outlines.
    """
    if path.stat().st_size > MOST_READ:
        raise BadOutlines(f"{path.name} has more than {MOST_READ // 1_000_000} MB")
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise BadOutlines(f"{path.name} is no JSON in UTF-8") from error
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list):
        raise BadOutlines(f"{path.name} is no FeatureCollection")
    shapes: Shapes = {}
    for number, feature in enumerate(features, 1):
        where = f"{path.name}, feature {number}"
        code = _code(feature)
        if wanted is None and not code:
            raise BadOutlines(f"{where} has no code of GB/T 2260 as id, code, adcode or gb")
        if wanted is None or code in wanted:
            shapes.setdefault(code, []).extend(_polygons(feature.get("geometry"), where))
    return shapes


def _code(feature: Any) -> str:
    """Give the code of a feature; empty where it has none."""
    match feature:
        case {"properties": {"gb": str(code)}} if code.startswith(OF_CHINA):
            given: object = code.removeprefix(OF_CHINA)
        case {"properties": {"code": given}} | {"properties": {"adcode": given}} | {"id": given}:
            pass
        case _:
            return ""
    return str(given) if CODE.fullmatch(str(given)) else ""


def _polygons(geometry: Any, where: str) -> list[Polygon]:
    match geometry:
        case {"type": "Polygon", "coordinates": [*rings]}:
            polygons: list[Any] = [rings]
        case {"type": "MultiPolygon", "coordinates": [*polygons]}:
            pass
        case _:
            raise BadOutlines(f"{where} is neither Polygon nor MultiPolygon")
    try:
        read = [[[(float(x), float(y)) for x, y, *_height in ring] for ring in polygon] for polygon in polygons]
    except (TypeError, ValueError) as error:
        raise BadOutlines(f"{where}: a corner is no pair of numbers") from error
    for ring in (ring for polygon in read for ring in polygon):
        if len(ring) < SHORTEST_RING or ring[0] != ring[-1]:
            raise BadOutlines(f"{where}: a ring is not closed")
        if not all(WEST <= x <= EAST and SOUTH <= y <= NORTH for x, y in ring):
            raise BadOutlines(f"{where}: a corner is not given as longitude and latitude in China")
    return [polygon for polygon in read if polygon]
