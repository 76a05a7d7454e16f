"""Pictures of what is asked for: suggestions by aspect and by place, and how many of them are answered."""

from collections.abc import Sequence
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from livelihood.cycles.models import Cycle
from livelihood.kernel.charts import Chart, ChartHead, ChartRow, Key, Series, bars, in_percent, written
from livelihood.kernel.errors import Text
from proposals.selectors.figures import GroupShare, Statistics

HOW: Text = gettext_lazy(
    "A bar for each group, as long as it has suggestions; the dark part is answered. The figures stand in the table."
)


def asked_by_aspect(cycle: Cycle, counted: Statistics) -> Chart | None:
    """Draw what is asked for, aspect by aspect; None while nothing is."""
    return _asked(cycle, counted, counted.by_aspect, name="aspect", heading=_("Aspect"))


def asked_by_area(cycle: Cycle, counted: Statistics) -> Chart | None:
    """Draw from where it is asked, area by area; None while nothing is, or all of it concerns one area."""
    if len(counted.by_area) < 2:  # noqa: PLR2004 -- there is nothing to compare
        return None
    return _asked(cycle, counted, counted.by_area, name="area", heading=_("Area"))


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
    keys = [Key("done", pgettext("suggestions", "Answered")), Key("rest", pgettext("suggestions", "Not answered yet"))]
    columns = [_("Received"), _("Share"), _("Answered")]
    head = ChartHead(f"asked-{name}", _finding(ordered, total, name), _beneath(total), HOW)
    return bars(head, rows, Series(keys, heading, columns=columns, is_of_whole=False))


def _finding(ordered: Sequence[GroupShare], total: GroupShare, name: str) -> str:
    """Say what most is asked about, or from where. ordered: most suggestions first."""
    first = ordered[0]
    words = {"first": first.label, "share": in_percent(first.received, total.received)}
    if name == "area":
        return _("Most suggestions concern %(first)s: %(share)s") % words
    return _("Most is asked about %(first)s: %(share)s of all suggestions") % words


def _beneath(total: GroupShare) -> str:
    return _("%(answered)s of %(received)s suggestions are answered, %(adopted)s are adopted.") % {
        "answered": written(total.answered),
        "received": written(total.received),
        "adopted": written(total.adopted),
    }
