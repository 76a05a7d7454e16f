"""A picture made of areas: each as dark as much of it is done."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby, pairwise
from math import cos, radians
from typing import Any

from livelihood.kernel.charts.bars import LINE, ChartHead
from livelihood.kernel.charts.drawing import (
    NARROW,
    PAINTS,
    Canvas,
    Chart,
    Key,
    breadth,
    class_of,
    in_percent,
    leads,
    lines_of,
    printable,
    table_columns,
)
from livelihood.kernel.errors import Text

WIDE = 600
"""Across, the sheet of a map has so many steps: finer than a phone shows."""
HIGHEST = 30.0
LETTERS = 22
"""Height of a name on the map, in steps: 12 px on a phone."""
NOTHING, MIDDLE, DARKEST = 0, 3, 5
"""How dark an area is: where nothing is done, where all are equal, and where most is done."""

Place = tuple[int, int]
Ring = Sequence[Place]


@dataclass(frozen=True, slots=True)
class ChartArea:
    """An area of a map: its outline as a geometry of GeoJSON, its step (0 to 5, None: not known), its figure."""

    label: Text
    geometry: Mapping[str, Any]
    step: int | None
    figure: Text
    url: str = ""


@dataclass(frozen=True, slots=True)
class Spread:
    """Shares put into steps. steps: of each share, None where it is not known. ranges: what each step stands for."""

    steps: Sequence[int | None]
    ranges: Sequence[tuple[int, str]]


def spread(shares: Sequence[Decimal | None]) -> Spread:
    """Put shares into steps that follow how they lie, so that what differs as it is written differs on the map.

    Nothing is a step of its own; the others are parted into as many equal groups as there are steps, or values.
    """
    lowest: dict[str, Decimal] = {}
    for share in sorted(share for share in shares if share):
        lowest.setdefault(in_percent(share, 1), share)
    groups = min(DARKEST, len(lowest))
    step_of = {in_percent(0, 1): NOTHING} | {
        text: MIDDLE if groups == 1 else 1 + (place * groups // len(lowest)) * (DARKEST - 1) // (groups - 1)
        for place, text in enumerate(lowest)
    }
    steps = [None if share is None else step_of[in_percent(share, 1)] for share in shares]
    ranges = []
    for step in sorted({step for step in steps if step is not None}):
        texts = [text for text, its in step_of.items() if its == step]
        ranges.append((step, texts[0] if len(texts) == 1 else f"{texts[0]}–{texts[-1]}"))
    return Spread(steps, ranges)


def choropleth(
    head: ChartHead, areas: Sequence[ChartArea], keys: Sequence[Key], *, heading: Text, column: Text
) -> Chart:
    """Draw areas, each as dark as its step; what is not known is hatched. keys: what the steps stand for.

    What is too small for its name has a number on it, and its name stands beneath.
    """
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
    names: list[tuple[str, Ring]] = []
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
    small: list[str] = []
    for label, ring in names:
        left, right = min(x for x, _y in ring), max(x for x, _y in ring)
        top, bottom = min(y for _x, y in ring), max(y for _x, y in ring)
        has_room = breadth(label) * LETTERS <= right - left and bottom - top >= LETTERS * 2
        if not has_room:
            small.append(label)
        x, y = _middle(ring)
        inner.add(
            "text", x=x, y=y + LETTERS // 3, text_anchor="middle", font_size=LETTERS, class_="chart-area-name",
            aria_hidden="true",
        ).text = printable(label if has_room else str(len(small)))  # fmt: skip
    height += _named_beneath(sheet, height, small)
    sheet.grow(height)
    cells = [[leads(area.label, area.url), str(area.figure)] for area in areas]
    columns = table_columns(heading, [column])
    return Chart(str(head.title), str(head.beneath), sheet.finished(), height, keys, columns, cells)


def _rings(geometry: Mapping[str, Any]) -> Iterator[Sequence[tuple[float, float]]]:
    """Yield the rings of a MultiPolygon."""
    for polygon in geometry["coordinates"]:
        yield from polygon


def _path(rings: Sequence[Ring]) -> str:
    """Write rings as a path, each place once where several corners fall into it."""
    return "".join(f"M{'L'.join(f'{x} {y}' for (x, y), _same in groupby(ring))}Z" for ring in rings)


def _named_beneath(sheet: Canvas, top: float, labels: Sequence[str]) -> float:
    """Name beneath a map what has only a number on it; in two columns where they fit. Return how high that is."""
    texts = [f"{number} {label}" for number, label in enumerate(labels, 1)]
    columns = 2 if all(breadth(text) < NARROW / 2 for text in texts) else 1
    for place, text in enumerate(texts):
        row, column = divmod(place, columns)
        sheet.text(column / columns, top + 0.3 + LINE * row, lines_of(text, NARROW, 1)[0], name="chart-label")
    return 0.3 + LINE * -(-len(texts) // columns) if texts else 0.0


def _middle(ring: Ring) -> Place:
    """Return the middle of the surface within a ring."""
    whole = x = y = 0
    for (here_x, here_y), (next_x, next_y) in pairwise([*ring, ring[0]]):
        part = here_x * next_y - next_x * here_y
        whole, x, y = whole + part, x + (here_x + next_x) * part, y + (here_y + next_y) * part
    return (round(x / (3 * whole)), round(y / (3 * whole))) if whole else ring[0]


def _largest(rings: Sequence[Ring]) -> Ring:
    """Return the ring that reaches the furthest across."""
    return max(rings, key=lambda ring: max(x for x, _y in ring) - min(x for x, _y in ring))
