"""Acts upon areas."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.accounts.seen import require_seen
from livelihood.audit.services import record
from livelihood.cycles import areas
from livelihood.cycles.acts import CycleAct
from livelihood.cycles.areas import country, romanised
from livelihood.cycles.models import Area, Cycle
from livelihood.cycles.states import Level, Phase, is_lower
from livelihood.imports import selectors as imports
from livelihood.kernel.errors import Conflict, InvalidInput
from livelihood.kernel.text import clean_text
from livelihood.kernel.verdict import require
from livelihood.places import rules, selectors
from livelihood.places.hanging import Hanging, hanging_on

NAME_LENGTH = 100
ENGLISH_LENGTH = 200
REASON_LENGTH = 500
CODE = re.compile(r"[0-9]{6}([0-9]{3})?")

REVISED = frozenset({"name_en", "longitude", "latitude", "source", "valid_from"})
"""What may be corrected without another act: all that is no name of the time, no place and no end."""


@transaction.atomic
def load_province(*, code: str, by: User, at: datetime) -> int:
    """Bring a province down to its counties in step with the country's code table; return how many rows differed.

    :raises NotAllowed: not the administrator of the province, or of any where it is not there yet.
    :raises InvalidInput: no province of the table.
    """
    require(rules.may_load_province(by, Area.objects.filter(code=code).first(), at))
    if country.province_named(code) != code:
        raise InvalidInput(_("There is no province with this code."), field="code")
    return areas.load_areas(country.of_province(code), at=at, by=by, source=country.source())


@transaction.atomic
def load_below(*, area: Area, by: User, at: datetime) -> int:
    """Bring all townships in an area in step with the country's code table; return how many rows differed.

    area: a county, or a city or province with the counties that are there.

    :raises NotAllowed: not the administrator of the area.
    :raises InvalidInput: the table has none there.
    """
    area = Area.objects.select_for_update(no_key=True).get(pk=area.pk)
    require(rules.may_keep_areas(by, area, at))
    rows = selectors.townships_of_table(area)
    if not rows:
        raise InvalidInput(_("The code table has no townships in this area."))
    return areas.load_areas(rows, at=at, by=by, source=country.source())


@transaction.atomic
def add_area(
    *,
    parent: Area,
    code: str,
    name_zh: str,
    level: Level,
    by: User,
    at: datetime,
    name_en: str = "",
    valid_from: date | None = None,
    longitude: Decimal | None = None,
    latitude: Decimal | None = None,
    source: str = "",
) -> Area:
    """Add an area below another, mostly a township.

    code: 6 digits, or 9 of a township. name_en: made of the Chinese name where it is empty.
    source: where the code was published.

    :raises NotAllowed: not the administrator of the area above.
    :raises Conflict: the code is taken, perhaps by an area that has ended; codes are not used again.
    :raises InvalidInput: not a code, or the level does not lie below that of the area above, or that has ended.
    """
    parent = Area.objects.select_for_update(no_key=True).get(pk=parent.pk)
    require(rules.may_keep_areas(by, parent, at))
    _refuse_below_ended(parent)
    if not CODE.fullmatch(code):
        raise InvalidInput(_("A code has six digits, that of a township nine."), field="code")
    if not is_lower(level, Level(parent.level)):
        raise InvalidInput(_("An area lies in one of a higher level. Choose another level."), field="level")
    if taken := Area.objects.filter(code=code).first():
        raise Conflict(_("The code is that of %(area)s; codes are never used again.") % {"area": taken.name})
    name_zh = clean_text(name_zh, min_length=1, max_length=NAME_LENGTH, multiline=False, field="name_zh")
    name_en = clean_text(name_en, max_length=ENGLISH_LENGTH, multiline=False, field="name_en")
    slug = address_below(parent, code, name_zh)
    area = Area.objects.create(
        code=code,
        name_zh=name_zh,
        name_en=name_en or romanised.name_in_english(code, name_zh),
        slug=slug if not Area.objects.filter(slug=slug).exists() else f"{slug}-{code}",
        level=level,
        parent=parent,
        valid_from=valid_from,
        longitude=longitude,
        latitude=latitude,
        source=source,
    )
    record(CycleAct.AREA_ADDED, area, by=by, at=at, code=code, parent=parent.code, name_zh=name_zh)
    return area


@transaction.atomic
def rename_area(*, area: Area, name_zh: str, until: date, by: User, at: datetime, name_en: str = "") -> Area:
    """Give an area another name; the one it had stays, with its last day.

    until: the last day of the old name.

    :raises NotAllowed: not the administrator of the area.
    :raises InvalidInput: the name is the same, or the day lies before the last change of name or in the future.
    """
    area = Area.objects.select_for_update(no_key=True).get(pk=area.pk)
    require(rules.may_keep_areas(by, area, at))
    name_zh = clean_text(name_zh, min_length=1, max_length=NAME_LENGTH, multiline=False, field="name_zh")
    name_en = clean_text(name_en, max_length=ENGLISH_LENGTH, multiline=False, field="name_en")
    if name_zh == area.name_zh:
        raise InvalidInput(_("This is the name it has already."), field="name_zh")
    check_last_day_of_name(area, until, at)
    old = area.name_zh
    areas.remember_name(area, until=until)
    area.name_zh, area.name_en = name_zh, name_en or romanised.name_in_english(area.code, name_zh)
    area.save(update_fields=["name_zh", "name_en"])
    record(CycleAct.AREA_RENAMED, area, by=by, at=at, old=old, new=name_zh, until=str(until))
    return area


@transaction.atomic
def revise_area(*, area: Area, values: Mapping[str, Any], by: User, at: datetime, seen: int | None = None) -> Area:
    """Correct what is known of an area; what is not among the values stays. Nothing is written where nothing differs.

    values: some of REVISED.

    :raises NotAllowed: not the administrator of the area.
    :raises Moved: somebody has changed it since the page was shown.
    :raises InvalidInput: it would begin after it ends.
    """
    area = Area.objects.select_for_update(no_key=True).get(pk=area.pk)
    require(rules.may_keep_areas(by, area, at))
    known = [_plain(getattr(area, name)) for name in ("name_zh", *sorted(REVISED))]
    require_seen(seen, [area], stands=lambda: " · ".join(filter(None, known)), along=imports.imports_into(area))
    begins = values.get("valid_from", area.valid_from)
    if begins is not None and area.valid_to is not None and area.valid_to < begins:
        raise InvalidInput(_("It ends before it begins. Correct one of the two dates."), field="valid_from")
    changed = {name: value for name, value in values.items() if name in REVISED and getattr(area, name) != value}
    if not changed:
        return area
    old = {name: _plain(getattr(area, name)) for name in changed}
    for name, value in changed.items():
        setattr(area, name, value)
    area.save(update_fields=list(changed))
    new = {name: _plain(value) for name, value in changed.items()}
    record(CycleAct.AREA_REVISED, area, by=by, at=at, old=old, new=new)
    return area


@transaction.atomic
def end_area(
    *, area: Area, last_day: date | None, by: User, at: datetime, successor: Area | None = None, reason: str = ""
) -> Area:
    """Say that an area exists until a day, and perhaps into which it was merged; its years stay where they are.

    last_day: None if it goes on after all. reason: why it ends although something hangs on it (`places.hanging`).

    :raises NotAllowed: not the administrator of the area, or a year of it would be nobody's.
    :raises InvalidInput: it ends before it began, or in itself, or in one that has ended, or before another that lies
        in it, or something hangs on it and nobody says why; or it goes on although the one above has ended, or another
        took its place.
    """
    keys = [area.pk, *([successor.pk] if successor else [])]
    rows = Area.objects.select_for_update(no_key=True, of=("self",)).select_related("parent", "successor")
    held = {row.pk: row for row in rows.filter(pk__in=keys).order_by("pk")}
    area, successor = held[area.pk], held[successor.pk] if successor else None
    require(rules.may_keep_areas(by, area, at))
    if successor is not None and (last_day is None or area.contains(successor) or successor.valid_to is not None):
        raise InvalidInput(_("Choose an area that goes on, outside of this one."), field="successor")
    told: dict[str, Any] = {}
    if last_day is None:
        _refuse_below_ended(area.parent)
    elif area.valid_from is not None and last_day < area.valid_from:
        raise InvalidInput(_("The last day lies before the first."), field="last_day")
    elif area.children.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=last_day)).exists():
        raise InvalidInput(_("Other areas still lie in it. End these first."))
    else:
        own = Cycle.objects.filter(area=area).exclude(phase=Phase.CLOSED).order_by("pk")
        list(own.select_for_update(no_key=True))  # no year moves on meanwhile
        hanging = hanging_on(area, at)
        require(rules.may_end_area(by, area, at, hanging=hanging, is_merged=successor is not None))
        told = why_it_ends(reason, hanging)
    old = {"valid_to": _plain(area.valid_to), "successor": area.successor.code if area.successor else None}
    area.valid_to, area.successor = last_day, successor
    area.save(update_fields=["valid_to", "successor"])
    into = successor.code if successor else None
    record(CycleAct.AREA_ENDED, area, by=by, at=at, old=old, last_day=_plain(last_day), successor=into, **told)
    return area


def why_it_ends(reason: str, hanging: Hanging, *, is_asked: bool = False) -> dict[str, Any]:
    """Return what the journal keeps of why something ends, and of what hung on it. is_asked: it is asked anyway.

    :raises InvalidInput: nobody says why.
    """
    reason = clean_text(reason, max_length=REASON_LENGTH, multiline=False, field="reason")
    if not reason and (hanging or is_asked):
        raise InvalidInput(_("Something hangs on it. Look at it, and say why it ends all the same."), field="reason")
    told: dict[str, Any] = {"reason": reason} if reason else {}
    return {**told, "hanging": {str(hangs): number for hangs, number in hanging.items()}} if hanging else told


def _refuse_below_ended(parent: Area | None) -> None:
    """Refuse what would lie in an area that has ended.

    :raises InvalidInput: as said.
    """
    if parent is not None and parent.valid_to is not None:
        raise InvalidInput(_("%(area)s has ended. What lies in it cannot begin or go on.") % {"area": parent.name})


def check_last_day_of_name(row: Any, until: date, at: datetime) -> None:
    """Refuse a change of name that is to come, or that lies before the last one. row: with former names.

    :raises InvalidInput: as said.
    """
    if until > timezone.localdate(at):
        raise InvalidInput(_("This day is still to come. Rename it when the new name is valid."), field="until")
    if row.former_names.filter(until__gte=until).exists():
        raise InvalidInput(_("It was renamed on or after this day already."), field="until")


def address_below(parent: Area, code: str, name_zh: str) -> str:
    """Return the name in addresses of an area below another, unless it is taken: then its code stands behind it."""
    return f"{parent.slug}-{romanised.word_for_address(code, name_zh) or code}"


def _plain(value: object) -> str | None:
    return None if value is None else str(value)
