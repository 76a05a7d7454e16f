"""What the pages of areas and organisations show."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from livelihood.audit.models import Entry
from livelihood.cycles import selectors as cycles
from livelihood.cycles.areas import AreaRow, country
from livelihood.cycles.models import Area, Cycle, FormerAreaName, Organisation
from livelihood.cycles.states import PHASE_ORDER, Level, Phase
from livelihood.kernel.text import for_reader
from livelihood.news import selectors as news
from livelihood.news.models import NewsItem
from livelihood.portal import selectors as portal
from livelihood.portal.cards import LinkCard

ORGANISATION_ORDER = ("area__code", "name_zh", "pk")
MOST_FOUND = 60
"""So many places are shown for a search; whoever looks for another writes more of its name."""

MOST_YEARS = 24
"""Years on the front page; those of all other places are found on their pages."""


MOST_CLOSED = 12


@dataclass(frozen=True, slots=True)
class AreaBelow:
    """An area directly below another. years: of its own. deeper: years of what lies below it."""

    area: Area
    years: Sequence[Cycle]
    deeper: int


@dataclass(frozen=True, slots=True)
class AreaPage:
    """An area with its years. running: the years that are not closed. above: from the province down.

    running_above: those of the areas above, the nearest first: whoever lives here is asked there, too.
    """

    area: Area
    above: Sequence[Area]
    running: Sequence[LinkCard]
    running_above: Sequence[LinkCard]
    closed: Sequence[LinkCard]
    below: Sequence[AreaBelow]
    ended: Sequence[AreaBelow]
    former_names: Sequence[FormerAreaName]
    merged_from: Sequence[Area]
    news: Sequence[NewsItem]
    is_demo: bool


@dataclass(frozen=True, slots=True)
class PlacesFound:
    """What the front page finds. has_more: more was found than is shown."""

    cards: Sequence[LinkCard]
    has_more: bool


def area_page(area: Area, at: datetime) -> AreaPage:
    """Return an area with its years, what runs above it, what lies directly below it, and what it was called before."""
    years: dict[int, list[Cycle]] = defaultdict(list)
    rows = cycles.public_cycles().filter(Q(area=area) | Q(area__parent=area) | Q(area__code__in=area.codes[:-1]))
    for cycle in rows.prefetch_related("periods"):
        years[cycle.area_id].append(cycle)
    own, above = years[area.pk], list(Area.objects.filter(code__in=area.codes[:-1]).order_by("path"))
    running = [[cycle for cycle in years[one.pk] if cycle.phase != Phase.CLOSED] for one in (area, *reversed(above))]
    deeper = cycles.years_below(area)
    below = [
        AreaBelow(child, years=years[child.pk], deeper=deeper.get(child.code, 0) - len(years[child.pk]))
        for child in cycles.child_areas(area)
    ]
    return AreaPage(
        area=area,
        above=above,
        running=portal.cycle_cards(running[0], at),
        running_above=portal.cycle_cards(chain.from_iterable(running[1:]), at),
        closed=portal.cycle_cards([cycle for cycle in own if cycle.phase == Phase.CLOSED]),
        below=[one for one in below if one.area.valid_to is None],
        ended=[one for one in below if one.area.valid_to is not None],
        former_names=list(area.former_names.order_by("-until", "-pk")),
        merged_from=list(area.predecessors.order_by("code")),
        news=news.latest_of_area(area),
        is_demo=any(cycle.is_demo for cycle in chain(own, *running[1:])),
    )


def years_under_way() -> list[Cycle]:
    """Return the newest years that are not closed, for the front page."""
    return list(cycles.public_cycles().exclude(phase=Phase.CLOSED)[:MOST_YEARS])


def years_shown() -> list[Cycle]:
    """Return the years of the front page with their periods: those under way, the earliest phase first, then closed."""
    running = cycles.public_cycles().exclude(phase=Phase.CLOSED).prefetch_related("periods")[:MOST_YEARS]
    closed = cycles.public_cycles().filter(phase=Phase.CLOSED)[:MOST_CLOSED]
    return [*sorted(running, key=lambda cycle: PHASE_ORDER.index(Phase(cycle.phase))), *closed]


def provinces() -> QuerySet[Area]:
    """Return the provinces that are loaded, by code."""
    return Area.objects.filter(parent__isnull=True).order_by("code")


def townships_of_table(area: Area) -> tuple[AreaRow, ...]:
    """Return what the code table has directly below an area and all those below it that go on."""
    standing = Area.objects.within(area).filter(valid_to__isnull=True).exclude(level=Level.TOWNSHIP)
    return country.townships(dict(standing.values_list("code", "slug")))


def grouped_by_area_above(rows: Sequence[AreaRow]) -> list[tuple[str, list[AreaRow]]]:
    """Return rows of the code table by the name of the area above each, which may be among them."""
    above = {row.parent for row in rows}
    names = {area.code: area.name for area in Area.objects.filter(code__in=above)}
    names |= {row.code: for_reader(row.name_zh, row.name_en) for row in rows if row.code in above}
    groups: dict[str, list[AreaRow]] = defaultdict(list)
    for row in rows:
        groups[row.parent].append(row)
    return [(names.get(code, ""), several) for code, several in groups.items()]


def find_areas(rows: QuerySet[Area], limit: int = MOST_FOUND) -> PlacesFound:
    """Return the first of some areas, in their order, as cards: where they lie, and their years."""
    found = list(rows[: limit + 1])
    shown = found[:limit]
    years: dict[int, list[int]] = defaultdict(list)
    for area, year in cycles.public_cycles().filter(area__in=shown).values_list("area", "year"):
        years[area].append(year)
    names = _names_above(shown)
    cards = [
        LinkCard(
            title=area.name,
            url=reverse("places:area", kwargs={"area": area.slug}),
            text=" · ".join(names[code] for code in area.codes[:-1]),
            badge=Level(area.level).label,
            meta=[area.code, *([_years(years[area.pk])] if years[area.pk] else []), *_ended(area)],
            level=2,
        )
        for area in shown
    ]
    return PlacesFound(cards, has_more=len(found) > limit)


def _names_above(areas: Iterable[Area]) -> Mapping[str, str]:
    codes = {code for area in areas for code in area.codes[:-1]}
    return {area.code: area.name for area in Area.objects.filter(code__in=codes)}


def _years(years: Sequence[int]) -> str:
    return _("Years: %(years)s") % {"years": ", ".join(map(str, years))}


def _ended(area: Area) -> list[str]:
    return [_("ended")] if area.valid_to is not None else []


def organisations_in(area: Area) -> QuerySet[Organisation]:
    """Return the organisations of an area and of all below it (ORGANISATION_ORDER)."""
    rows = Organisation.objects.within(area).select_related("area", "parent", "merged_into")
    return rows.prefetch_related("aliases").order_by(*ORGANISATION_ORDER)


def find_organisation(area: Area, pk: int) -> Organisation | None:
    """Return an organisation of an area or of one below it."""
    rows = Organisation.objects.within(area).select_related("area", "parent", "merged_into__area")
    return rows.filter(pk=pk).first()


def history_of(row: Area | Organisation) -> QuerySet[Entry]:
    """Return what was done to an area or an organisation, newest first."""
    label = row._meta.label_lower
    return Entry.objects.filter(subject_type=label, subject_id=str(row.pk)).order_by("-pk")
