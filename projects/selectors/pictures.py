"""Pictures of what is done: all sites in one bar, and the same area by area or aspect by aspect."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from livelihood.cycles.models import Area, Cycle
from livelihood.kernel.charts import (
    Chart,
    ChartArea,
    ChartHead,
    ChartRow,
    Key,
    PlanMark,
    Series,
    Spread,
    bars,
    choropleth,
    in_percent,
    named,
    spread,
    stacked_bar,
    written,
)
from livelihood.kernel.errors import Text
from livelihood.kernel.lights import Light
from livelihood.kernel.units import unit_name
from projects.aggregation import SiteCounts
from projects.lights import OF_ACCEPTED, OF_COMPLETED
from projects.selectors.figures import DeliveredIndicator, DeliveredProject
from projects.selectors.mapped import AreaOnMap
from projects.selectors.progress import TREND_WEEKS
from projects.states import IndicatorKind, SiteState

MOST_TARGETS = 10

HOW: Text = gettext_lazy(
    "A bar of all sites: accepted, completed, under way on schedule, slightly behind, behind, not started. The mark"
    " shows how much of the time has passed. The figures stand in the table."
)


@dataclass(frozen=True, slots=True)
class SiteGroup:
    """Sites of one area or aspect. url: where their rows are.

    weeks: how many were completed in each of the last ones, the oldest first.
    """

    name: str
    sites: SiteCounts
    url: str
    weeks: Sequence[int] = ()

    @property
    def trend(self) -> list[float]:
        """The share that was completed before the last weeks and after each of them; empty where nothing came."""
        if not any(self.weeks):
            return []
        before = self.sites.finished - sum(self.weeks)
        return [number / self.sites.total for number in accumulate(self.weeks, initial=before)]


def parts_of(sites: SiteCounts) -> list[tuple[str, Text, int, dict[str, str]]]:
    """Return sites as pictures show them, the furthest first: paint, word, how many, and the filter that lists them.

    Green is what is completed and what is under way and on schedule; a picture tells the two apart.
    """
    lights = sites.lights
    return [
        (f"light-{OF_ACCEPTED}", SiteState.ACCEPTED.label, sites.accepted, {"state": SiteState.ACCEPTED.value}),
        (f"light-{OF_COMPLETED}", SiteState.COMPLETED.label, sites.completed, {"state": SiteState.COMPLETED.value}),
        (
            "on-schedule",
            pgettext("light", "Under way, on schedule"),
            max(lights.get(OF_COMPLETED, 0) - sites.completed, 0),
            {"state": SiteState.UNDER_WAY.value, "light": OF_COMPLETED.value},
        ),
        *(
            (f"light-{light}", light.label, lights.get(light, 0), {"light": light.value})
            for light in (Light.YELLOW, Light.RED, Light.GREY)
        ),
    ]


def sites_bar(cycle: Cycle, sites: SiteCounts, passed: Decimal, *, area: Area | None = None) -> Chart | None:
    """Draw all sites of a year in one bar beside the time that has passed; None where there are none.

    passed: share of the days of delivery, 0 to 1. area: where only those of one area are drawn.
    """
    if not sites.total:
        return None
    address, within = cycle.address("projects:sites"), {"area": area.code} if area else {}
    keys = [
        (Key(paint, label, url=f"{address}?{urlencode(within | rows)}"), count)
        for paint, label, count, rows in parts_of(sites)
    ]
    head = ChartHead("sites", _finding(sites, passed), _beneath(sites), HOW)
    mark = time_mark(passed) if 0 < passed < 1 else None
    return stacked_bar(head, keys, mark=mark, heading=_("Sites"))


OF_MAP: Text = gettext_lazy(
    "A map of the areas: the more of its sites is completed, the darker an area; hatched: no sites are known."
)


def areas_map(areas: Sequence[AreaOnMap], passed: Decimal, address: str) -> Chart | None:
    """Draw how much each area has completed; None where fewer than two have sites. address: of an area's sites."""
    known = [(one, one.sites) for one in areas if one.sites]
    if len(known) < 2:  # noqa: PLR2004 -- there is nothing to compare
        return None
    steps = spread([one.share for one in areas])
    drawn = [
        ChartArea(
            one.area.name,
            one.geometry,
            step,
            _of_total(one.sites) if one.sites else _("not known yet"),
            f"{address}{urlencode({'area': one.area.code})}" if one.sites else "",
        )
        for one, step in zip(areas, steps.steps, strict=True)
    ]
    shares = [one.share or Decimal(0) for one, _sites in known]
    total = sum((sites for _one, sites in known), SiteCounts())
    keys = [Key(f"step-{step}", label) for step, label in steps.ranges]
    credit = [outlines_of(areas[0].credit)] if areas[0].credit else []
    head = ChartHead("map", _compared(shares, passed, steps), " ".join([_beneath(total), *credit]), OF_MAP)
    return choropleth(head, drawn, keys, heading=_("Area"), column=_("Sites completed"))


def _compared(shares: Sequence[Decimal], passed: Decimal, steps: Spread) -> str:
    """Say how far areas are beside the time that has passed; where all are equally far, that."""
    ahead, done = sum(share >= passed for share in shares), sum(share == 1 for share in shares)
    words = {"ahead": written(ahead), "number": written(len(shares)), "done": written(done)}
    if len(steps.ranges) == 1 and "–" not in steps.ranges[0][1]:
        return _("All %(number)s are equally far: %(share)s") % {**words, "share": steps.ranges[0][1]}
    if passed >= 1:
        return _("%(done)s of %(number)s areas have completed every site") % words
    if not ahead:
        return _("All %(number)s areas are behind the time that has passed") % words
    return _("%(ahead)s of %(number)s areas are as far as the time that has passed") % words


def outlines_of(credit: str) -> str:
    """Say whose outlines a map shows, as whoever reviewed them asks for."""
    return _("Outlines: %(credit)s, for orientation only.") % {"credit": credit}


def time_mark(passed: Decimal) -> PlanMark:
    """Return the mark of the time that has passed."""
    return PlanMark(passed, _("Time passed: %(share)s") % {"share": in_percent(passed, 1)})


def _beneath(sites: SiteCounts) -> str:
    return _("%(finished)s of %(total)s sites are completed, %(accepted)s of them accepted.") % {
        "finished": written(sites.finished),
        "total": written(sites.total),
        "accepted": written(sites.accepted),
    }


def _finding(sites: SiteCounts, passed: Decimal) -> str:
    """Say in a sentence how far a year is."""
    if sites.accepted == sites.total:
        return _("Every site is completed and accepted")
    if sites.finished == sites.total:
        return _("Every site is completed; %(waiting)s wait for acceptance") % {"waiting": written(sites.completed)}
    words = {"share": in_percent(sites.finished, sites.total), "passed": in_percent(passed, 1)}
    if passed >= 1:
        return _("The time is over; %(share)s of the sites are completed") % words
    if Decimal(sites.finished) / sites.total >= passed:
        return _("%(share)s of the sites are completed, ahead of the time that has passed") % words
    if late := sites.lights.get(Light.RED, 0):
        words["late"] = written(late)
        return _("%(share)s of the sites are completed; %(late)s are behind") % words
    return _("%(share)s of the sites are completed; %(passed)s of the time has passed") % words


def groups_chart(ident: str, groups: Sequence[SiteGroup], passed: Decimal, *, heading: Text) -> Chart | None:
    """Draw the sites of each group as a bar, the least completed first; None where no group has any."""
    ordered = sorted((group for group in groups if group.sites.total), key=_share)
    if not ordered:
        return None
    paints = parts_of(SiteCounts())
    keys = [Key(paint, label) for paint, label, _count, _rows in paints]
    has_trend = any(group.trend for group in ordered)
    rows = [
        ChartRow(
            group.name,
            [count for _paint, _label, count, _rows in parts_of(group.sites)],
            group.sites.total,
            _of_total(group.sites),
            group.url,
            [
                *(written(count) for _paint, _label, count, _rows in parts_of(group.sites)),
                _of_total(group.sites),
                *([f"+{written(sum(group.weeks))}"] if has_trend else []),
            ],
            group.trend,
        )
        for group in ordered
    ]
    beneath = _beneath(sum((group.sites for group in ordered), SiteCounts()))
    columns = [*(key.label for key in keys), _("Share")]
    if has_trend:
        weeks = {"weeks": TREND_WEEKS, "number": written(sum(sum(group.weeks) for group in ordered))}
        said = _("The line beside a figure: the last %(weeks)s weeks, %(number)s completed in them.") % weeks
        beneath = f"{beneath} {said}"
        columns.append(_("Completed in %(weeks)s weeks") % weeks)
    head = ChartHead(ident, _spread(ordered), beneath, HOW)
    mark = time_mark(passed) if 0 < passed < 1 else None
    return bars(head, rows, Series(keys, heading, mark, columns, has_keys=False))


def _of_total(sites: SiteCounts) -> str:
    return _("%(finished)s of %(total)s · %(share)s") % {
        "finished": written(sites.finished),
        "total": written(sites.total),
        "share": in_percent(sites.finished, sites.total),
    }


def _spread(ordered: Sequence[SiteGroup]) -> str:
    """Say which group is furthest and which is least far. ordered: the least completed first."""
    least, most = ordered[0], ordered[-1]
    furthest, last = (
        named([group.name for group in ordered if _share(group) == _share(end)], len(ordered)) for end in (most, least)
    )
    words = {
        "most": furthest, "most_share": in_percent(most.sites.finished, most.sites.total),
        "least": last, "least_share": in_percent(least.sites.finished, least.sites.total),
    }  # fmt: skip
    if len(ordered) == 1:
        return _("%(most)s has completed %(most_share)s") % words
    if _share(least) == 1:
        return _("All %(number)s have completed every site") % {"number": written(len(ordered))}
    if _share(least) == _share(most):
        return _("All %(number)s are equally far: %(share)s") % {
            "number": written(len(ordered)), "share": words["most_share"],
        }  # fmt: skip
    if _share(most) == 1:
        done = sum(_share(group) == 1 for group in ordered)
        words |= {"done": written(done), "number": written(len(ordered))}
        return _("%(done)s of %(number)s have completed every site; least far: %(least)s, %(least_share)s") % words
    return _("Furthest: %(most)s, %(most_share)s; least far: %(least)s, %(least_share)s") % words


def _share(group: SiteGroup) -> Decimal:
    return Decimal(group.sites.finished) / group.sites.total


def targets_chart(cycle: Cycle, delivered: Sequence[DeliveredProject], passed: Decimal) -> Chart | None:
    """Draw how far the published targets are reached, the least first; None where there are none.

    Only so many as fit a page; the table beneath has all.
    """
    known = [
        (one, project, cycle.address("projects:project", pk=project.pk))
        for project in delivered
        for one in project.indicators
        if one.figure.target is not None and one.kind != IndicatorKind.CAP
    ]
    if not known:
        return None
    known.sort(key=lambda row: (row[0].figure.ratio is not None, row[0].figure.ratio or 0, row[0].pk))
    names = Counter(one.name for one, _project, _url in known)
    rows = [
        ChartRow(
            _called(one, project, names),
            [one.figure.ratio or 0],
            1 if one.figure.ratio is not None else None,
            _reached(one),
            url,
        )
        for one, project, url in known[:MOST_TARGETS]
    ]
    reached = sum(bool(one.figure.is_reached) for one, _project, _url in known)
    words = {"reached": written(reached), "number": written(len(known)), "shown": written(len(rows))}
    title = _("%(reached)s of %(number)s targets are reached") % words
    beneath = _("The %(shown)s of them that are least far; hatched: nothing is known yet.") % words
    head = ChartHead("targets", title, beneath, _("A bar for each target, from nothing to the whole of it."))
    mark = time_mark(passed) if 0 < passed < 1 else None
    return bars(head, rows, Series([Key("done", _("Reached"))], _("Target"), mark, has_keys=False))


def _called(one: DeliveredIndicator, project: DeliveredProject, names: Mapping[str, int]) -> str:
    """Name a target; by its project where others are called as it is."""
    if names[one.name] == 1:
        return one.name
    return project.title if len(project.indicators) == 1 else f"{project.title} · {one.name}"


def _reached(one: DeliveredIndicator) -> str:
    if one.figure.ratio is None:
        return _("not known yet")
    words = {
        "share": in_percent(one.figure.ratio, 1),
        "target": written(one.figure.target),
        "unit": unit_name(one.unit),
    }
    return _("%(share)s of %(target)s %(unit)s") % words
