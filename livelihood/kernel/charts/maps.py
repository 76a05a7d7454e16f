"""A picture made of areas: each as dark as much of it is done."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import cos, radians
from typing import Any

from livelihood.kernel.charts.bars import ChartHead
from livelihood.kernel.charts.drawing import (
    PAINTS,
    Canvas,
    Chart,
    Key,
    breadth,
    class_of,
    leads,
    printable,
    table_columns,
)
from livelihood.kernel.errors import Text

WIDE = 600
"""Across, the sheet of a map has so many steps: finer than a phone shows."""
HIGHEST = 30.0
LETTERS = 20
"""Height of a name on the map, in steps."""

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class ChartArea:
    """An area of a map: its outline as a geometry of GeoJSON, its step (0 to 5, None: not known), its figure."""

    label: Text
    geometry: Mapping[str, Any]
    step: int | None
    figure: Text
    url: str = ""


def choropleth(
    head: ChartHead, areas: Sequence[ChartArea], keys: Sequence[Key], *, heading: Text, column: Text
) -> Chart:
    """Draw areas, each as dark as its step; what is not known is hatched. keys: what the steps stand for."""
    corners = [corner for area in areas for ring in _rings(area.geometry) for corner in ring]
    west, east = min(x for x, _y in corners), max(x for x, _y in corners)
    south, north = min(y for _x, y in corners), max(y for _x, y in corners)
    narrow = cos(radians((south + north) / 2))
    scale = WIDE / ((east - west) * narrow)
    high = max(round((north - south) * scale), 1)
    height = min(HIGHEST, 28.0 * high / WIDE)
    sheet = Canvas.new(head.ident, head.title, head.description, height, has_links=any(area.url for area in areas))
    inner = sheet.scaled(WIDE, high, height)
    missing = f"{head.ident}-missing"
    inner.hatching(missing)
    names = []
    for area in areas:
        rings = [
            [(round((x - west) * narrow * scale), round((north - y) * scale)) for x, y in ring]
            for ring in _rings(area.geometry)
        ]
        drawn = inner.link(area.url, f"{area.label}: {area.figure}")
        paint = f"step-{area.step}"
        colour, opacity = (f"url(#{missing})", 1.0) if area.step is None else PAINTS[paint]
        path = drawn.add(
            "path", d=_path(rings), fill_rule="evenodd", stroke="currentColor", fill=colour, fill_opacity=opacity,
            class_="chart-area" if area.step is None else f"chart-area {class_of(paint)}",
        )  # fmt: skip
        Canvas(path).add("title").text = printable(f"{area.label}: {area.figure}")
        names.append((str(area.label), _largest(rings)))
    for label, ring in names:
        left, right = min(x for x, _y in ring), max(x for x, _y in ring)
        top, bottom = min(y for _x, y in ring), max(y for _x, y in ring)
        if breadth(label) * LETTERS <= right - left and bottom - top >= LETTERS * 2:
            inner.add(
                "text", x=(left + right) // 2, y=(top + bottom) // 2, text_anchor="middle", font_size=LETTERS,
                class_="chart-area-name", aria_hidden="true",
            ).text = printable(label)  # fmt: skip
    cells = [[leads(area.label, area.url), str(area.figure)] for area in areas]
    columns = table_columns(heading, [column])
    return Chart(str(head.title), str(head.beneath), sheet.finished(), height, keys, columns, cells)


def _rings(geometry: Mapping[str, Any]) -> Iterator[Sequence[tuple[float, float]]]:
    """Yield the rings of a MultiPolygon."""
    for polygon in geometry["coordinates"]:
        yield from polygon


def _path(rings: Sequence[Sequence[Place]]) -> str:
    """Write rings as a path, each place once where several corners fall into it."""
    return "".join(f"M{'L'.join(f'{x} {y}' for (x, y), _same in groupby(ring))}Z" for ring in rings)


def _largest(rings: Sequence[Sequence[Place]]) -> Sequence[Place]:
    """Return the ring that reaches the furthest across."""
    return max(rings, key=lambda ring: max(x for x, _y in ring) - min(x for x, _y in ring))
