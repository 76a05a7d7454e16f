"""The areas that ship with the portal: codes of GB/T 2260, names, a point of each. See docs/data.md."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction

from livelihood.audit import services as audit
from livelihood.cycles.acts import CycleAct
from livelihood.cycles.models import Area
from livelihood.cycles.states import Level

DATA = Path(__file__).parent / "data"


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


@transaction.atomic
def load_areas(rows: Iterable[AreaRow], *, at: datetime) -> int:
    """Bring the stored areas in step with the shipped rows; return how many were added or changed.

    rows: parents before their children. Areas that are not among them stay as they are.
    at: when; no person does this, the journal names none.
    """
    stored = {area.code: area for area in Area.objects.select_for_update().order_by("pk")}
    written = 0
    for row in rows:
        values = {
            "name_zh": row.name_zh,
            "name_en": row.name_en,
            "slug": row.slug,
            "level": row.level,
            "parent_id": stored[row.parent].pk if row.parent else None,
            "longitude": row.longitude,
            "latitude": row.latitude,
        }
        area = stored.get(row.code)
        if area is None:
            stored[row.code] = area = Area.objects.create(code=row.code, **values)
            changed = list(values)
        elif changed := [name for name, value in values.items() if getattr(area, name) != value]:
            for name in changed:
                setattr(area, name, values[name])
            area.save(update_fields=changed)
        if changed:
            audit.record(CycleAct.AREA_LOADED, area, by=None, at=at, changed=changed)
            written += 1
    return written


def _read(path: Path) -> tuple[AreaRow, ...]:
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(_row(cells) for cells in csv.DictReader(file))


def _row(cells: dict[str, str]) -> AreaRow:
    values: dict[str, Any] = {**cells, "level": Level(cells["level"])}
    for axis in ("longitude", "latitude"):
        values[axis] = Decimal(cells[axis]) if cells[axis] else None
    return AreaRow(**values)
