"""Pictures of what is asked for: suggestions by aspect and by place, and how many of them are answered."""

from collections.abc import Sequence
from decimal import Decimal
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from livelihood.cycles.models import Cycle
from livelihood.kernel.charts import (
    Chart,
    ChartHead,
    ChartRange,
    ChartRow,
    ChartSlope,
    Key,
    PlanMark,
    Series,
    bars,
    changed_most,
    dots,
    histogram,
    in_percent,
    named,
    slope,
    written,
)
from livelihood.kernel.errors import Text
from proposals.selectors.figures import GroupShare, Statistics

HOW: Text = gettext_lazy(
    "A bar for each group, as long as it has suggestions; the dark part is answered. The figures stand in the table."
)

OF_ANSWERS: Text = gettext_lazy("A dot for each area, from nothing answered to all; the mark shows all areas together.")
OF_YEARS: Text = gettext_lazy("A line for each aspect, from its share of all suggestions then to its share now.")
OF_DAYS: Text = gettext_lazy("A column for each span of days from a suggestion to its first reply.")
UP_TO = (3, 7, 15, 30, 60)
"""The last day of each span but the last."""
LINES_HIGH = 14.0
"""How high the lines of two years are, in the height of the text."""


def asked_by_aspect(cycle: Cycle, counted: Statistics) -> Chart | None:
    """Draw what is asked for, aspect by aspect; None while nothing is."""
    return _asked(cycle, counted, counted.by_aspect, name="aspect", heading=_("Aspect"))


def asked_by_area(cycle: Cycle, counted: Statistics) -> Chart | None:
    """Draw from where it is asked, area by area; None while nothing is, or all of it concerns one area."""
    if len(counted.by_area) < 2:  # noqa: PLR2004 -- there is nothing to compare
        return None
    return _asked(cycle, counted, counted.by_area, name="area", heading=_("Area"))


def answered_by_area(counted: Statistics) -> Chart | None:
    """Draw of which area how much is answered, the least first, beside all of them; None with fewer than two areas."""
    ordered = sorted((one for one in counted.by_area if one.received), key=_answered)
    if len(ordered) < 2:  # noqa: PLR2004 -- there is nothing to compare
        return None
    total = counted.total
    rows = [
        ChartRow(
            one.label,
            [one.answered],
            one.received,
            f"{written(one.answered)} / {written(one.received)} · {in_percent(one.answered, one.received)}",
        )
        for one in ordered
    ]
    most, least = (
        named([one.label for one in ordered if _answered(one) == _answered(end)], len(ordered))
        for end in (ordered[-1], ordered[0])
    )
    words = {
        "most": most, "most_share": in_percent(ordered[-1].answered, ordered[-1].received),
        "least": least, "least_share": in_percent(ordered[0].answered, ordered[0].received),
        "share": in_percent(total.answered, total.received),
    }  # fmt: skip
    title = _("Of %(most)s %(most_share)s is answered, of %(least)s %(least_share)s") % words
    if _answered(ordered[0]) == _answered(ordered[-1]):
        title = _("Of every area %(share)s is answered") % words
    mark = PlanMark(Decimal(total.answered) / total.received, _("All: %(share)s") % words)
    head = ChartHead("answered", title, _beneath(total), OF_ANSWERS)
    return dots(head, rows, heading=_("Area"), column=_("Answered"), mark=mark)


def answer_days(waited: Sequence[tuple[int, int]]) -> Chart | None:
    """Draw after how many days a first reply came; None while none has. waited: days and how often, in order."""
    if not waited:
        return None
    total, half, before = sum(number for _days, number in waited), 0, 0
    for days, number in waited:
        before += number
        half = days
        if before * 2 >= total:
            break
    ranges, least = [], 0
    for most in UP_TO:
        label = f"≤ {most}" if not least else f"{least}–{most}"
        ranges.append(ChartRange(label, sum(number for days, number in waited if least <= days <= most)))
        least = most + 1
    ranges.append(ChartRange(f"> {UP_TO[-1]}", sum(number for days, number in waited if days > UP_TO[-1])))
    words = {"half": written(half), "number": written(total), "longest": written(waited[-1][0])}
    title = _("Half of the replies came within %(half)s days") % words
    beneath = _("%(number)s suggestions have a reply; the longest took %(longest)s days.") % words
    head = ChartHead("answer-days", title, beneath, OF_DAYS)
    return histogram(head, ranges, heading=_("Days to the reply"), columns=(_("How many"), _("Share")))


def asked_before(cycle: Cycle, counted: Statistics, year: int, before: Statistics) -> Chart | None:
    """Draw what share each aspect had in an earlier year and has now; None where no aspect stands in both."""
    if not (counted.total.received and before.total.received):
        return None
    former = {one.label: one.received / before.total.received for one in before.by_aspect if one.key}
    address = cycle.address("proposals:board")
    rows = [
        ChartSlope(
            one.label,
            former[one.label],
            one.received / counted.total.received,
            f"{address}?{urlencode({'aspect': one.key})}",
        )
        for one in counted.by_aspect
        if one.key and one.label in former
    ]
    if not rows:
        return None
    most = changed_most(rows)
    words = {"year": year, "received": written(counted.total.received), "before": written(before.total.received)}
    title = _("No aspect is asked about more than in %(year)s") % words
    if len(most) > 1:
        title = _("%(name)s grew most since %(year)s, by as much") % {
            **words, "name": named([one.label for one in most], len(rows)),
        }  # fmt: skip
    elif most:
        shares = {"before": in_percent(most[0].before, 1), "now": in_percent(most[0].now, 1)}
        title = _("%(name)s grew most since %(year)s: from %(before)s to %(now)s") % {
            **words, **shares, "name": most[0].label,
        }  # fmt: skip
    beneath = _("Shares of %(before)s suggestions then and of %(received)s now.") % words
    head = ChartHead("asked-before", title, beneath, OF_YEARS)
    return slope(head, rows, heading=_("Aspect"), ends=(str(year), str(cycle.year)), height=LINES_HIGH)


def _answered(group: GroupShare) -> float:
    return group.answered / group.received


def _asked(
    cycle: Cycle, counted: Statistics, groups: Sequence[GroupShare], *, name: str, heading: Text
) -> Chart | None:
    """name: of the filter that lists the needs of a group."""
    ordered = sorted((group for group in groups if group.received), key=lambda group: -group.received)
    if not ordered:
        return None
    total, longest = counted.total, ordered[0].received
    address = cycle.address("proposals:board")
    rows = [
        ChartRow(
            group.label,
            [group.answered, group.received - group.answered],
            longest,
            f"{written(group.received)} · {in_percent(group.received, total.received)}",
            f"{address}?{urlencode({name: group.key})}" if group.key else "",
            [written(group.received), in_percent(group.received, total.received), written(group.answered)],
        )
        for group in ordered
    ]  # fmt: skip
    keys = [Key("done", _("Answered singly")), Key("rest", _("All others"))]
    columns = [_("Received"), _("Share"), _("Answered")]
    head = ChartHead(f"asked-{name}", _finding(ordered, total, name), _beneath(total), HOW)
    return bars(head, rows, Series(keys, heading, columns=columns, is_of_whole=False))


def _finding(ordered: Sequence[GroupShare], total: GroupShare, name: str) -> str:
    """Say what most is asked about, or from where. ordered: most suggestions first."""
    first = [one.label for one in ordered if one.received == ordered[0].received]
    words = {
        "first": named(first, len(ordered)), "number": written(len(first)),
        "share": in_percent(ordered[0].received, total.received),
    }  # fmt: skip
    if len(first) == len(ordered) > 1:
        return _("All %(number)s are asked about equally often: %(share)s of all suggestions each") % words
    if len(first) > 1 and name == "area":
        return _("Most suggestions concern %(first)s: %(share)s each") % words
    if len(first) > 1:
        return _("Most is asked about %(first)s: %(share)s of all suggestions each") % words
    if name == "area":
        return _("Most suggestions concern %(first)s: %(share)s") % words
    return _("Most is asked about %(first)s: %(share)s of all suggestions") % words


def _beneath(total: GroupShare) -> str:
    return _("Suggestions: %(received)s; answered singly: %(answered)s; adopted: %(adopted)s.") % {
        "answered": written(total.answered),
        "received": written(total.received),
        "adopted": written(total.adopted),
    }
