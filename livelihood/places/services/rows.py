"""Areas and organisations as a sheet brings them, one row at a time: added where they are new, corrected where not.

A column that a sheet does not have is not among the values, and changes nothing. Each row asks the rules of its acts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.cycles.models import Area, Organisation
from livelihood.cycles.states import Level, OrganisationKind
from livelihood.kernel.errors import InvalidInput
from livelihood.places.services.areas import REVISED, add_area, end_area, rename_area, revise_area
from livelihood.places.services.organisations import REVISED as REVISED_OF_ORGANISATION
from livelihood.places.services.organisations import add_organisation, revise_organisation

M = TypeVar("M", bound=models.Model)

TOWNSHIP_LENGTH = 9


@dataclass(frozen=True, slots=True)
class Written(Generic[M]):
    """What a row became. is_new: it was added. is_changed: something was written."""

    row: M
    is_new: bool
    is_changed: bool


@transaction.atomic
def write_area(*, code: str, values: Mapping[str, Any], by: User, at: datetime) -> Written[Area]:
    """Add or correct the area of a code.

    values: any of name_zh, level, parent (an Area), valid_to and the REVISED of areas; those that are None or empty say
        nothing. A new area needs name_zh and parent; its level follows from its code where none is given. Another
        name_zh renames it as of today.

    :raises NotAllowed: not the administrator of the area above.
    :raises InvalidInput: as the single acts do; and another parent or level, which a code does not change.
    """
    given = {name: value for name, value in values.items() if value is not None and value != ""}
    ends = given.pop("valid_to", None)
    area = Area.objects.select_related("parent").filter(code=code).first()
    if area is None:
        parent = given.pop("parent", None)
        if parent is None:
            raise InvalidInput(_("Say in which area it lies."), field="parent")
        level = given.pop("level", None) or _level(code, parent)
        name = given.pop("name_zh", "")
        new = {name: value for name, value in given.items() if name in REVISED}
        made = add_area(parent=parent, code=code, name_zh=name, level=level, by=by, at=at, **new)
        if ends:
            made = end_area(area=made, last_day=ends, by=by, at=at)
        return Written(made, is_new=True, is_changed=True)
    if given.get("parent", area.parent) != area.parent:
        raise InvalidInput(_("A code stays where it lies. An area that moves gets another code."), field="parent")
    if given.get("level", area.level) != area.level:
        raise InvalidInput(_("A code keeps its level. Enter another code."), field="level")
    before = _stored(area)
    area = revise_area(area=area, values=given, by=by, at=at)
    if given.get("name_zh", area.name_zh) != area.name_zh:
        yesterday = timezone.localdate(at) - timedelta(days=1)
        english = given.get("name_en", "")
        area = rename_area(area=area, name_zh=given["name_zh"], name_en=english, until=yesterday, by=by, at=at)
    if ends and ends != area.valid_to:
        area = end_area(area=area, last_day=ends, successor=area.successor, by=by, at=at)
    return Written(area, is_new=False, is_changed=_stored(area) != before)


@transaction.atomic
def write_organisation(
    *, area: Area, name_zh: str, values: Mapping[str, Any], by: User, at: datetime
) -> Written[Organisation]:
    """Add or correct the organisation of a name in an area; a short name finds it as well.

    values: any of the REVISED of organisations; those that are None or empty say nothing. `aliases` are added to those
        that are there. A new one is a department where no kind is given.

    :raises NotAllowed: neither the livelihood office nor the administrator of the area.
    :raises Conflict: a short name is that of another; or the name fits several, which cannot be told apart.
    """
    given = {name: value for name, value in values.items() if value not in (None, "", [], ())}
    given = {name: value for name, value in given.items() if name in REVISED_OF_ORGANISATION}
    known = Organisation.objects.named(name_zh).filter(area=area).order_by("pk").first()
    if known is None:
        kind = given.pop("kind", OrganisationKind.DEPARTMENT)
        made = add_organisation(area=area, name_zh=name_zh, kind=kind, by=by, at=at, **given)
        return Written(made, is_new=True, is_changed=True)
    if "aliases" in given:
        given["aliases"] = [*known.aliases.values_list("name", flat=True), *given["aliases"]]
    before = _stored(known)
    row = revise_organisation(organisation=known, values=given, by=by, at=at)
    return Written(row, is_new=False, is_changed=_stored(row) != before)


def _level(code: str, parent: Area) -> Level:
    """Return the level of a code below an area: 420100 is a city's, 429004 a county's, nine digits a township's."""
    if len(code) == TOWNSHIP_LENGTH:
        return Level.TOWNSHIP
    return Level.CITY if parent.level == Level.PROVINCE and code.endswith("00") else Level.COUNTY


def _stored(row: Area | Organisation) -> tuple[object, ...]:
    """Return what is stored of a row, to say whether something was written."""
    names = list(row.aliases.order_by("name").values_list("name", flat=True)) if isinstance(row, Organisation) else []
    return (*(getattr(row, field.attname) for field in row._meta.concrete_fields), names)
