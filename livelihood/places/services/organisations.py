"""Acts upon organisations."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.accounts.seen import require_seen
from livelihood.audit.services import record
from livelihood.cycles.acts import CycleAct
from livelihood.cycles.models import Area, FormerOrganisationName, Organisation, OrganisationAlias
from livelihood.cycles.states import OrganisationKind
from livelihood.imports import selectors as imports
from livelihood.kernel.errors import Conflict, InvalidInput
from livelihood.kernel.folding import fold
from livelihood.kernel.text import clean_text
from livelihood.kernel.verdict import require
from livelihood.places import rules
from livelihood.places.hanging import hanging_on
from livelihood.places.services.areas import check_last_day_of_name, why_it_ends

NAME_LENGTH = 100
ENGLISH_LENGTH = 200
CONTACT_LENGTH = 60
PHONE_LENGTH = 40
MOST_ALIASES = 20
LENGTHS = {"name_en": ENGLISH_LENGTH, "contact": CONTACT_LENGTH, "phone": PHONE_LENGTH}

REVISED = frozenset({"name_en", "kind", "parent", "contact", "phone", "valid_from", "aliases"})
"""What may be corrected without another act: all that is no name of the time, no area, no end and no merging."""


@transaction.atomic
def add_organisation(
    *,
    area: Area,
    name_zh: str,
    kind: OrganisationKind,
    by: User,
    at: datetime,
    name_en: str = "",
    aliases: Sequence[str] = (),
    parent: Organisation | None = None,
    contact: str = "",
    phone: str = "",
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Organisation:
    """Enter an organisation of an area.

    aliases: short names by which it is found as well. parent: of the area or of one above it.
    contact: who is to be asked there, shown to those who keep organisations. phone: of the office, no person's.

    :raises NotAllowed: neither the livelihood office nor the administrator of the area.
    :raises Conflict: the area has one of this name or short name, in whatever spelling.
    :raises BadText: a text is too long, or nothing of the name is visible.
    :raises InvalidInput: it ends before it begins.
    """
    require(rules.may_keep_organisations(by, area, at))
    area = Area.objects.select_for_update(no_key=True).get(pk=area.pk)
    given = {
        "name_en": name_en, "kind": kind, "parent": parent, "contact": contact, "phone": phone,
        "valid_from": valid_from, "valid_to": valid_to,
    }  # fmt: skip
    values = _checked(given, area, None)
    name_zh = _name(name_zh)
    _refuse_taken(area, None, [name_zh])
    organisation = Organisation.objects.create(area=area, name_zh=name_zh, **values)
    short = _write_aliases(organisation, aliases)
    record(CycleAct.ORGANISATION_CREATED, organisation, by=by, at=at, area=area.code, name_zh=name_zh, aliases=short)
    return organisation


@transaction.atomic
def revise_organisation(
    *, organisation: Organisation, values: Mapping[str, Any], by: User, at: datetime, seen: int | None = None
) -> Organisation:
    """Correct what is known of an organisation; what is not among the values stays. Nothing is written for no change.

    values: some of REVISED; `aliases` replaces all short names.

    :raises NotAllowed: neither the livelihood office nor the administrator of the area.
    :raises Moved: somebody has changed it since the page was shown.
    :raises Conflict: a short name is taken in the area.
    :raises InvalidInput: it ends before it begins, or stands above itself.
    """
    organisation = _locked(organisation)
    require(rules.may_keep_organisations(by, organisation.area, at))
    stands, along = partial(_in_words, organisation), imports.imports_into(organisation)
    require_seen(seen, [organisation], stands=stands, along=along)
    given = {name: value for name, value in values.items() if name in REVISED - {"aliases"}}
    checked = _checked(given, organisation.area, organisation)
    changed = {name: value for name, value in checked.items() if getattr(organisation, name) != value}
    old: dict[str, object] = {name: _told(name, getattr(organisation, name)) for name in changed}
    new: dict[str, object] = {name: _told(name, value) for name, value in changed.items()}
    for name, value in changed.items():
        setattr(organisation, name, value)
    if changed:
        organisation.save(update_fields=list(changed))
    if "aliases" in values:
        known = sorted(organisation.aliases.values_list("name", flat=True))
        short = _write_aliases(organisation, values["aliases"])
        if short != known:
            old["aliases"], new["aliases"] = known, short
    if new:
        record(CycleAct.ORGANISATION_REVISED, organisation, by=by, at=at, old=old, new=new)
    return organisation


@transaction.atomic
def rename_organisation(
    *, organisation: Organisation, name_zh: str, until: date, by: User, at: datetime, name_en: str = ""
) -> Organisation:
    """Give an organisation another name; the one it had stays, with its last day, and is a short name from now on.

    until: the last day of the old name.

    :raises NotAllowed: neither the livelihood office nor the administrator of the area.
    :raises Conflict: the area has one of this name.
    :raises InvalidInput: the name is the same, or the day lies before the last change of name or in the future.
    """
    organisation = _locked(organisation)
    require(rules.may_keep_organisations(by, organisation.area, at))
    name_zh = _name(name_zh)
    name_en = clean_text(name_en, max_length=ENGLISH_LENGTH, multiline=False, field="name_en")
    if name_zh == organisation.name_zh:
        raise InvalidInput(_("This is the name it has already."), field="name_zh")
    check_last_day_of_name(organisation, until, at)
    _refuse_taken(organisation.area, organisation, [name_zh])
    old = organisation.name_zh
    FormerOrganisationName.objects.create(
        organisation=organisation, until=until, name_zh=old, name_en=organisation.name_en
    )
    organisation.formerly_zh, organisation.formerly_en = old, organisation.name_en
    organisation.renamed_on = until + timedelta(days=1)
    organisation.name_zh, organisation.name_en = name_zh, name_en
    fields = ["name_zh", "name_en", "folded", "formerly_zh", "formerly_en", "renamed_on"]
    organisation.save(update_fields=fields)
    _write_aliases(organisation, [*organisation.aliases.values_list("name", flat=True), old])
    record(CycleAct.ORGANISATION_RENAMED, organisation, by=by, at=at, old=old, new=name_zh, until=str(until))
    return organisation


@transaction.atomic
def end_organisation(
    *,
    organisation: Organisation,
    last_day: date | None,
    by: User,
    at: datetime,
    reason: str = "",
    seen: int | None = None,
) -> Organisation:
    """Say that an organisation exists until a day; what names it goes on naming it.

    last_day: None if it goes on after all. reason: why it ends although something hangs on it (`places.hanging`).

    :raises NotAllowed: neither the livelihood office nor the administrator of the area, or something needs it.
    :raises Moved: somebody has changed it since the page was shown.
    :raises Conflict: it was merged into another.
    :raises InvalidInput: the last day lies before the first, or something hangs on it and nobody says why.
    """
    organisation = _locked(organisation)
    require(rules.may_keep_organisations(by, organisation.area, at))
    stands, along = partial(_in_words, organisation), imports.imports_into(organisation)
    require_seen(seen, [organisation], stands=stands, along=along)
    if organisation.merged_into_id is not None:
        raise Conflict(_("This organisation was merged into another already."))
    told: dict[str, Any] = {}
    if last_day is not None:
        if organisation.valid_from is not None and last_day < organisation.valid_from:
            raise InvalidInput(_("The last day lies before the first."), field="last_day")
        hanging = hanging_on(organisation, at)
        require(rules.may_end_organisation(by, organisation, at, hanging=hanging, last_day=last_day))
        told = why_it_ends(reason, hanging)
    old = _plain(organisation.valid_to)
    organisation.valid_to = last_day
    organisation.save(update_fields=["valid_to"])
    record(CycleAct.ORGANISATION_ENDED, organisation, by=by, at=at, old=old, last_day=_plain(last_day), **told)
    return organisation


def _locked(organisation: Organisation) -> Organisation:
    """Hold the area, whose names must differ, and then the organisation, and return it as it now stands."""
    Area.objects.select_for_update(no_key=True).get(pk=organisation.area_id)
    rows = Organisation.objects.select_for_update(no_key=True, of=("self",)).select_related("area", "parent")
    return rows.get(pk=organisation.pk)


def _name(name: str) -> str:
    return clean_text(name, min_length=1, max_length=NAME_LENGTH, multiline=False, field="name_zh")


def _checked(values: Mapping[str, Any], area: Area, organisation: Organisation | None) -> dict[str, Any]:
    """Return values as they are stored. organisation: the one they are of, None for a new one of the area."""
    checked = dict(values)
    for name, most in LENGTHS.items():
        if name in checked:
            checked[name] = clean_text(checked[name], max_length=most, multiline=False, field=name)
    begins, ends = (checked.get(name, getattr(organisation, name, None)) for name in ("valid_from", "valid_to"))
    if begins is not None and ends is not None and ends < begins:
        raise InvalidInput(_("It ends before it begins. Correct one of the two dates."), field="valid_to")
    above = checked.get("parent")
    if above is not None:
        if above.area.code not in area.codes:
            raise InvalidInput(_("It belongs to one of its own area or of an area above."), field="parent")
        if above.merged_into_id is not None:
            raise InvalidInput(_("This organisation was merged into another already."), field="parent")
        if organisation is not None and (above.pk == organisation.pk or stands_above(organisation, above)):
            raise InvalidInput(_("An organisation cannot stand above itself."), field="parent")
    return checked


def stands_above(organisation: Organisation, other: Organisation) -> bool:
    """Say whether `other` belongs to an organisation, directly or through others."""
    parents = {other.pk}
    above = other.parent_id
    while above is not None and above != organisation.pk and above not in parents:
        parents.add(above)
        above = Organisation.objects.values_list("parent", flat=True).get(pk=above)
    return above == organisation.pk


def _write_aliases(organisation: Organisation, aliases: Sequence[str]) -> list[str]:
    """Replace the short names, and return those that there are now, sorted; one that is the full name is left out."""
    wanted: dict[str, str] = {}
    for text in aliases:
        name = clean_text(text, max_length=NAME_LENGTH, multiline=False, field="aliases")
        if name and fold(name) != organisation.folded:
            wanted.setdefault(fold(name), name)
    if len(wanted) > MOST_ALIASES:
        raise InvalidInput(_("That is more short names than anybody needs. Leave some out."), field="aliases")
    _refuse_taken(organisation.area, organisation, wanted.values(), field="aliases")
    known = {alias.folded: alias for alias in organisation.aliases.all()}
    organisation.aliases.exclude(folded__in=wanted).delete()
    for folded, name in wanted.items():
        if folded not in known:
            OrganisationAlias.objects.create(organisation=organisation, name=name)
    return sorted(organisation.aliases.values_list("name", flat=True))


def _refuse_taken(area: Area, organisation: Organisation | None, names: Any, *, field: str = "name_zh") -> None:
    """Refuse names by which an area knows another organisation, full or short.

    :raises Conflict: as said.
    """
    for name in names:
        others = Organisation.objects.named(name).filter(area=area)
        if organisation is not None:
            others = others.exclude(pk=organisation.pk)
        if other := others.order_by("pk").first():
            problem = _("%(name)s is how %(other)s is known here already.") % {"name": name, "other": other.name}
            raise Conflict(problem, field=field)


def _plain(value: object) -> str | int | None:
    return value.pk if isinstance(value, Organisation) else None if value is None else str(value)


def _in_words(row: Organisation) -> str:
    """Say what is known of an organisation."""
    above, days = row.parent.name if row.parent else "", [str(day) for day in (row.valid_from, row.valid_to) if day]
    short = "、".join(row.aliases.order_by("name").values_list("name", flat=True))
    words = [row.name_zh, row.name_en, short, row.get_kind_display(), above, row.contact, row.phone, "–".join(days)]
    return " · ".join(filter(None, words))


def _told(name: str, value: object) -> str | int | None:
    """Return a value as the journal keeps it, which holds no person's name."""
    return "*" if name == "contact" and value else _plain(value)
