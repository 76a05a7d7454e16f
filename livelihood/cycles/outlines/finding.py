"""Which outlines a map draws: those that the authority has laid in its folder, else those that were built."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

from livelihood.cycles.models import Area
from livelihood.cycles.outlines.drawing import TooLarge, collection
from livelihood.cycles.outlines.reading import BadOutlines, Shapes, read_folder

logger = logging.getLogger(__name__)

Geometries = Mapping[str, Mapping[str, Any]]
"""GeoJSON of each area by its code."""


@dataclass(frozen=True, slots=True)
class DrawnAreas:
    """What a map draws. around: the area whose parts are drawn, or which is drawn itself."""

    around: Area
    geometries: Geometries


def drawn_for(place: Area, within: Area) -> DrawnAreas | None:
    """Find what a map of a place draws: the areas below it, else those it lies among; None where there is nothing.

    Where the year's area has no outline of its own, that of the nearest one above is drawn.

    within: the year's area, in which the place lies.
    """
    below, at = place, place
    while True:
        found = _geometries(at)
        if at.depth >= within.depth:
            if found and (found.keys() != {at.code} or at.depth == within.depth):
                return DrawnAreas(at, found)
        else:
            for above in (at, below):
                if above.code in found:
                    return DrawnAreas(above, {above.code: found[above.code]})
        if at.parent is None:
            return None
        below, at = at, at.parent


def folder_can_be_read(**_: Any) -> list[CheckMessage]:
    """Find an outline of the authority's that cannot be drawn."""
    try:
        read_folder(settings.OUTLINES_FOLDER)
    except (BadOutlines, OSError) as error:
        hint = "Lay GeoJSON there, each feature with its code of GB/T 2260, or take the file away."
        return [Error(f"OUTLINES_FOLDER cannot be used: {error}.", hint=hint, id="cycles.E001")]
    return []


def _geometries(area: Area) -> Geometries:
    if shapes := _folder(settings.OUTLINES_FOLDER):
        below = Area.objects.filter(parent=area, code__in=shapes).order_by("code").values_list("code", flat=True)
        if found := _laid(settings.OUTLINES_FOLDER, tuple(below) or (area.code,)):
            return found
    return _built(settings.BASE_DIR / "build" / "outlines", area.code)


@cache
def _folder(folder: Path) -> Shapes:
    """Read the authority's folder, once for each process; what cannot be read is logged and leaves what was built."""
    try:
        return read_folder(folder)
    except (BadOutlines, OSError):
        logger.exception("Unable to read the outlines of %s", folder.name)
        return {}


@lru_cache(maxsize=128)
def _laid(folder: Path, codes: tuple[str, ...]) -> Geometries:
    shapes = _folder(folder)
    drawn = {code: shapes[code] for code in codes if code in shapes}
    try:
        return _by_code(collection(drawn, about={})) if drawn else {}
    except TooLarge:
        logger.exception("Unable to draw the outlines of %s", codes)
        return {}


@lru_cache(maxsize=128)
def _built(folder: Path, code: str) -> Geometries:
    path = folder / f"{code}.json"
    return _by_code(path.read_bytes()) if path.is_file() else {}


def _by_code(content: bytes) -> Geometries:
    return {feature["id"]: feature["geometry"] for feature in json.loads(content)["features"]}
