"""The areas that ship with the portal, with names and points of their own. See docs/data.md."""

import csv
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from livelihood.cycles.states import Level

DATA = Path(__file__).parents[1] / "data"


@dataclass(frozen=True)
class AreaRow:
    """One shipped area. Parents come before their children.

    parent: code of the area above; empty for a province.
    longitude, latitude: a point in or near the seat, WGS-84; None where none is known.
    point_source: where the point comes from (see docs/data.md).
    """

    code: str
    name_zh: str
    name_en: str
    slug: str
    level: Level
    parent: str
    longitude: Decimal | None
    latitude: Decimal | None
    point_source: str


def shipped() -> tuple[AreaRow, ...]:
    """Give the areas of Zhejiang: the province, its 11 cities and their 90 districts, counties and cities."""
    return _read(DATA / "areas.csv")


def shipped_for_demo() -> tuple[AreaRow, ...]:
    """Give the areas outside Zhejiang that only the demo needs."""
    return _read(DATA / "areas_demo.csv")


def _read(path: Path) -> tuple[AreaRow, ...]:
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(_row(cells) for cells in csv.DictReader(file))


def _row(cells: dict[str, str]) -> AreaRow:
    values: dict[str, Any] = {**cells, "level": Level(cells["level"])}
    for axis in ("longitude", "latitude"):
        values[axis] = Decimal(cells[axis]) if cells[axis] else None
    return AreaRow(**values)
