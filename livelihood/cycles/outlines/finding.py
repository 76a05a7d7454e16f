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


CREDIT = "credit.txt"
"""In the authority's folder: whose lines they are, with their review number."""


@dataclass(frozen=True, slots=True)
class Outlines:
    """Outlines of some areas. credit: whose they are, with the number under which they were reviewed."""

    geometries: Geometries
    credit: str


NONE = Outlines({}, "")


@dataclass(frozen=True, slots=True)
class DrawnAreas:
    """What a map draws. around: the area whose parts are drawn, or which is drawn itself. credit: whose lines."""

    around: Area
    geometries: Geometries
    credit: str


def drawn_for(place: Area, within: Area) -> DrawnAreas | None:
    """Find what a map of a place draws: the areas below it, else those it lies among; None where there is nothing.

    Where the year's area has no outline of its own, that of the nearest one above is drawn.

    within: the year's area, in which the place lies.
    """
    below, at = place, place
    while True:
        lines = _lines(at)
        found = lines.geometries
        if at.depth >= within.depth:
            if found and (found.keys() != {at.code} or at.depth == within.depth):
                return DrawnAreas(at, found, lines.credit)
        else:
            for above in (at, below):
                if above.code in found:
                    return DrawnAreas(above, {above.code: found[above.code]}, lines.credit)
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


def _lines(area: Area) -> Outlines:
    if shapes := _folder(settings.OUTLINES_FOLDER):
        below = Area.objects.filter(parent=area, code__in=shapes).order_by("code").values_list("code", flat=True)
        found = _laid(settings.OUTLINES_FOLDER, tuple(below) or (area.code,))
        if found.geometries:
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
def _laid(folder: Path, codes: tuple[str, ...]) -> Outlines:
    shapes, said = _folder(folder), folder / CREDIT
    drawn = {code: shapes[code] for code in codes if code in shapes}
    credit = " ".join(said.read_text(encoding="utf-8").split()) if said.is_file() else ""
    try:
        return _read(collection(drawn, about={"credit": credit})) if drawn else NONE
    except TooLarge:
        logger.exception("Unable to draw the outlines of %s", codes)
        return NONE


@lru_cache(maxsize=128)
def _built(folder: Path, code: str) -> Outlines:
    path = folder / f"{code}.json"
    return _read(path.read_bytes()) if path.is_file() else NONE


def _read(content: bytes) -> Outlines:
    written = json.loads(content)
    geometries = {feature["id"]: feature["geometry"] for feature in written["features"]}
    return Outlines(geometries, written["properties"]["credit"])
