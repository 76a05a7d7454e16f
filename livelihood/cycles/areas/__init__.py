"""Loading areas: those that ship with the portal, or any province of the country. See docs/data.md."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from livelihood.audit import services as audit
from livelihood.audit.models import Entry
from livelihood.audit.services import Actor
from livelihood.cycles.acts import CycleAct
from livelihood.cycles.areas.files import AreaRow, shipped, shipped_for_demo
from livelihood.cycles.models import Area, FormerAreaName
from livelihood.cycles.states import Level
from livelihood.kernel.errors import Text

__all__ = [
    "AreaDifference",
    "AreaRow",
    "differences",
    "load_areas",
    "remember_name",
    "shipped",
    "shipped_for_demo",
]


LABELS: dict[str, Text] = {
    "name_zh": _("Name in Chinese"),
    "name_en": _("Name in English"),
    "level": _("Level"),
    "parent": _("Lies in"),
    "longitude": _("Longitude"),
    "latitude": _("Latitude"),
    "source": _("Source"),
}


@dataclass(frozen=True, slots=True)
class AreaDifference:
    """A row that is not stored as it should be. area: None where it is new. values: by field, what would be written."""

    row: AreaRow
    area: Area | None
    values: dict[str, object]

    @property
    def labels(self) -> list[Text]:
        """What would change, in words."""
        return [LABELS[name] for name in LABELS if name in self.values]


def differences(rows: Sequence[AreaRow], *, source: str = "") -> list[AreaDifference]:
    """Return what loading rows would add or change; nothing is written; one query.

    rows: parents before their children. What somebody has set by hand stays: the name in addresses, and an English
        name, point or source where the rows have none.
    """
    known = Area.objects.select_related("parent").filter(code__in=[row.code for row in rows])
    stored = {area.code: area for area in known}
    found = []
    for row in rows:
        area = stored.get(row.code)
        values: dict[str, object] = {
            "name_zh": row.name_zh,
            "name_en": row.name_en,
            "level": row.level.value,
            "longitude": row.longitude,
            "latitude": row.latitude,
            "source": source,
        }
        if area is None:
            found.append(AreaDifference(row, None, {**values, "slug": row.slug}))
            continue
        kept = {"longitude", "latitude", "source"} | ({"name_en"} if row.name_zh == area.name_zh else set())
        changed = {
            name: value
            for name, value in values.items()
            if getattr(area, name) != value and (name not in kept or getattr(area, name) in {None, ""})
        }
        if row.parent != (area.parent.code if area.parent else ""):
            changed["parent"] = row.parent
        if changed:
            found.append(AreaDifference(row, area, changed))
    return found


@transaction.atomic
def load_areas(rows: Sequence[AreaRow], *, at: datetime, by: Actor | None = None, source: str = "") -> int:
    """Bring the stored areas in step with rows; return how many were added or changed.

    rows: parents before their children. Areas that are not among them stay as they are.
    by: None for the command line.
    source: the code table that the rows come from.
    """
    codes = {row.code for row in rows} | {row.parent for row in rows}
    keys = dict(
        Area.objects.select_for_update(no_key=True).filter(code__in=codes).order_by("pk").values_list("code", "pk")
    )
    slugs = set(Area.objects.filter(slug__in=[row.slug for row in rows]).values_list("slug", flat=True))
    found = differences(rows, source=source)
    loaded: list[Entry] = []

    def note(area: Area, changed: Iterable[str]) -> None:
        loaded.append(audit.entry_of(CycleAct.AREA_LOADED, area, by=by, at=at, changed=sorted(changed)))

    for level in Level:  # the database reads the path of the area above, which must be there before
        new = [one for one in found if one.area is None and one.row.level is level]
        made = Area.objects.bulk_create([_new(one, keys, slugs) for one in new])
        for one, area in zip(new, made, strict=True):
            keys[area.code] = area.pk
            note(area, {*one.values, "parent"})
    for one in found:
        if one.area is not None:
            _mend(one.area, one.values, keys, at=at)
            note(one.area, one.values)
    Entry.objects.bulk_create(loaded)
    return len(found)


def _new(one: AreaDifference, keys: Mapping[str, int], slugs: set[str]) -> Area:
    """Make an area of a row. keys: of the areas above, by code. slugs: names in addresses that are taken."""
    row = one.row
    slug = row.slug if row.slug not in slugs else f"{row.slug}-{row.code}"
    parent = keys[row.parent] if row.parent else None
    return Area(code=row.code, parent_id=parent, **one.values | {"slug": slug})


def _mend(area: Area, values: Mapping[str, object], keys: Mapping[str, int], *, at: datetime) -> None:
    if "name_zh" in values:
        remember_name(area, until=timezone.localdate(at) - timedelta(days=1))
    stored = {name: value for name, value in values.items() if name != "parent"}
    if "parent" in values:
        stored["parent_id"] = keys[str(values["parent"])] if values["parent"] else None
    for name, value in stored.items():
        setattr(area, name, value)
    area.save(update_fields=list(stored))


def remember_name(area: Area, *, until: date) -> None:
    """Keep the names an area has as former ones, before it is given others. Two changes on one day are one.

    until: the last day of the name.
    """
    FormerAreaName.objects.get_or_create(
        area=area, until=until, defaults={"name_zh": area.name_zh, "name_en": area.name_en}
    )
