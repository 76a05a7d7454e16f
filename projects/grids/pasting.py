"""Cells pasted into the progress of a unit's sites: what they would change, before anything is written."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Q
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.cycles.models import Cycle
from livelihood.kernel.errors import Text
from livelihood.kernel.folding import fold
from livelihood.lists.grids.declared import GridColumn
from livelihood.lists.grids.shown import Asking
from livelihood.lists.grids.typed import TypedSheet
from livelihood.web.templatetags.web import number
from projects import services
from projects.forms.pasting import PastedLine, PastedSheet
from projects.grids.progress import PROGRESS, entries_of, progress_grid, progress_sheet, take
from projects.models import Site


@dataclass(frozen=True, slots=True)
class LostLine:
    """A line of a pasted sheet of which nothing can be taken. number: as the sheet counts it."""

    number: int
    text: str
    reason: Text


@dataclass(frozen=True, slots=True)
class PastePreview:
    """What a pasted sheet would do. unchanged: how many lines say what is there already."""

    asking: Asking
    sheet: TypedSheet
    sites: Sequence[Site]
    lost: Sequence[LostLine]
    unchanged: int


def preview_paste(
    request: HttpRequest, cycle: Cycle, pasted: PastedSheet, *, start: int, reported_on: date, by: User, at: datetime
) -> PastePreview:
    """Say what a pasted sheet would change, by the rules by which it is saved. start: the row that its first line is.

    Lines that name their sites find them; others follow one another as the list does.
    """
    asking = Asking(PROGRESS, request, cycle, by, at)
    lines = pasted.lines()
    placed = _by_name(asking, lines) if pasted.names_sites else _in_order(asking, lines, start)
    data: dict[str, str] = {}
    sites: dict[int, Site] = {}
    lost, unchanged = [], 0
    for line, site in placed:
        if not isinstance(site, Site):
            lost.append(LostLine(line.number, line.key or line.name, site))
        elif line.problem:
            lost.append(LostLine(line.number, site.name, line.problem))
        elif site.pk in sites:
            lost.append(LostLine(line.number, site.name, _("This site stands on an earlier line already.")))
        elif _says_nothing(site, line):
            unchanged += 1
        else:
            sites[site.pk] = site
            data |= {f"{name}_{site.pk}": text for name, text in line.texts.items()}
    sheet = progress_sheet(data)
    sheet.read(sites.values())
    take(sheet, services.judge_grid(entries=entries_of(sheet), reported_on=reported_on, by=by, at=at))
    change = GridColumn("change", _("What changes"), lambda site, _cycle: _change(sheet, site))
    asking.grid = replace(progress_grid(sheet, change), chips=(), searched="", acts=())
    return PastePreview(asking, sheet, [*sites.values()], lost, unchanged)


def _says_nothing(site: Site, line: PastedLine) -> bool:
    quantity = line.texts["quantity"]
    is_same = not quantity or Decimal(quantity) == site.quantity_done
    return is_same and not line.texts["note"] and not line.texts["completed"]


def _change(sheet: TypedSheet, site: Site) -> SafeString:
    """Write what stands there and what will."""
    quantity = sheet.values.get(site.pk, {}).get("quantity")
    if quantity is None or quantity == site.quantity_done:
        return format_html("<span>{}</span>", number(site.quantity_done))
    return format_html("<del>{}</del> → <ins>{}</ins>", number(site.quantity_done), number(quantity))


def _by_name(asking: Asking, lines: Sequence[PastedLine]) -> Iterator[tuple[PastedLine, Site | Text]]:
    """Find the site of each line by its key, or by its name where it has none, or where several have that key."""
    keys, names = [fold(line.key) for line in lines], {line.name for line in lines} - {""}
    asked = Q(key_folded__in={*keys} - {""}) | Q(name__in=names)
    found = {pk for rows in asking.lists for pk in rows.filter(asked).values_list("pk", flat=True)}
    by_key: dict[str, list[Site]] = {}
    by_name: dict[str, list[Site]] = {}
    for site in asking.among(found):
        by_key.setdefault(site.key_folded, []).append(site)
        by_name.setdefault(site.name, []).append(site)
    for line, key in zip(lines, keys, strict=True):
        sites = by_key.get(key, []) if key else by_name.get(line.name, [])
        if len(sites) > 1 and line.name:
            sites = [site for site in sites if site.name == line.name]
        if not sites:
            yield line, _("None of your unfinished sites has this key or name.")
        elif len(sites) > 1:
            yield line, _("Several of your sites are called so. Give the key and the name.")
        else:
            yield line, sites[0]


def _in_order(asking: Asking, lines: Sequence[PastedLine], start: int) -> Iterator[tuple[PastedLine, Site | Text]]:
    """Take the sites as they follow one another in the list, from the row on in which the sheet was pasted."""
    sites: Sequence[Site | Text] = asking.following(start, len(lines))
    ended = [_("The list ends before this line.")] * (len(lines) - len(sites))
    return zip(lines, [*sites, *ended], strict=True)
