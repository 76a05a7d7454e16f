"""Pictures of planning: what became of the needs, candidates by aspect, what they cost, what was turned down."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from livelihood.cycles.models import Cycle
from livelihood.kernel.charts import (
    Chart,
    ChartHead,
    ChartRow,
    Key,
    Series,
    bars,
    in_percent,
    named,
    stacked_bar,
    written,
)
from livelihood.kernel.errors import Text
from livelihood.kernel.text import for_reader
from livelihood.web.templatetags.web import money
from proposals.models import Need
from proposals.querysets import NOT_PUBLIC
from proposals.selectors.candidates import candidate_rows
from proposals.states import CandidateState, NeedOutcome

MOST_COSTS = 10
OF_NEEDS: Text = gettext_lazy("A bar of all needs: became a candidate, under examination, not adopted.")
OF_CANDIDATES: Text = gettext_lazy(
    "A bar for each aspect, as long as it has candidates; the dark part may still be chosen."
)
OF_COSTS: Text = gettext_lazy("A bar for each candidate, as long as it costs; hatched: the cost is not known yet.")


@dataclass(frozen=True, slots=True)
class PlannedCandidate:
    """A candidate that anyone may read. total_wan: None while its cost is not known."""

    number: int
    title: str
    state: CandidateState
    reason: str
    total_wan: Decimal | None
    aspect_number: int
    aspect: str

    @property
    def is_live(self) -> bool:
        """Whether it may still be decided on."""
        return self.state != CandidateState.NOT_ADOPTED


@dataclass(frozen=True, slots=True)
class TurnedDown:
    """What was not taken up, and why."""

    title: str
    reason: str
    url: str


def planned_candidates(cycle: Cycle) -> list[PlannedCandidate]:
    """Return the public candidates of a year by number; one query."""
    rows = candidate_rows(cycle).exclude(state__in=NOT_PUBLIC)
    names = ("number", "title", "state", "reason", "total_wan", "aspect__number", "aspect__name_zh", "aspect__name_en")
    return [
        PlannedCandidate(number, title, CandidateState(state), reason, total, aspect, for_reader(name_zh, name_en))
        for number, title, state, reason, total, aspect, name_zh, name_en in rows.values_list(*names)
    ]


def needs_bar(cycle: Cycle) -> Chart | None:
    """Draw what became of the needs of a year; None where there are none. One query."""
    rows = Need.objects.for_cycle(cycle).order_by().values_list("outcome").annotate(number=Count("pk"))
    counted: dict[str, int] = dict(rows)
    if not counted:
        return None
    address = cycle.address("proposals:board")
    paints = {NeedOutcome.CANDIDATE: "done", NeedOutcome.OPEN: "rest", NeedOutcome.NOT_ADOPTED: "step-1"}
    keys = [
        (Key(paint, outcome.label, url=f"{address}?{urlencode({'state': outcome.value})}"), counted.get(outcome, 0))
        for outcome, paint in paints.items()
    ]
    total = sum(counted.values())
    words = {
        "taken": written(counted.get(NeedOutcome.CANDIDATE, 0)),
        "total": written(total),
        "open": written(counted.get(NeedOutcome.OPEN, 0)),
        "refused": written(counted.get(NeedOutcome.NOT_ADOPTED, 0)),
    }
    title = _("%(taken)s of %(total)s needs have become candidates") % words
    beneath = _("%(open)s are under examination, %(refused)s are not adopted, each with its reason.") % words
    return stacked_bar(ChartHead("needs", title, beneath, OF_NEEDS), keys, mark=None, heading=_("Needs"))


def candidates_by_aspect(cycle: Cycle, candidates: Sequence[PlannedCandidate]) -> Chart | None:
    """Draw how many candidates each aspect has, the most first; None where there are none.

    None too where each has one: bars of one say nothing, and the picture of the costs says it in a sentence.
    """
    of_aspect: dict[tuple[int, str], list[PlannedCandidate]] = {}
    for one in candidates:
        of_aspect.setdefault((one.aspect_number, one.aspect), []).append(one)
    if not of_aspect:
        return None
    counted = [
        (number, name, sum(one.is_live for one in rows), len(rows)) for (number, name), rows in of_aspect.items()
    ]
    counted.sort(key=lambda row: (-row[2], -row[3], row[0]))
    longest = max(total for _number, _name, _live, total in counted)
    if longest == 1 < len(counted):
        return None
    address = cycle.address("proposals:candidates")
    rows = [
        ChartRow(
            name,
            [live, total - live],
            longest,
            written(live),
            f"{address}?{urlencode({'aspect': number})}",
            [written(live), written(total - live)],
        )
        for number, name, live, total in counted
    ]  # fmt: skip
    live, most = sum(one.is_live for one in candidates), counted[0][2]
    with_live = [(name, one_live) for _number, name, one_live, _total in counted if one_live]
    first = [name for name, one_live in with_live if one_live == most]
    words = {"live": written(live), "most": written(most), "aspects": written(len(with_live))}
    if len(first) == len(with_live) != 1:
        title = _("%(live)s candidates in %(aspects)s aspects") % words
    else:
        words["first"] = named(first, len(with_live))
        title = _("%(live)s candidates; most, %(most)s, for %(first)s") % words
        if len(first) > 1:
            title = _("%(live)s candidates; most, %(most)s each, for %(first)s") % words
    beneath = _("%(refused)s of %(total)s candidates are not adopted.") % {
        "refused": written(len(candidates) - live), "total": written(len(candidates)),
    }  # fmt: skip
    keys = [Key("done", pgettext("candidates", "Candidates")), Key("rest", CandidateState.NOT_ADOPTED.label)]
    head = ChartHead("candidates", title, beneath, OF_CANDIDATES)
    return bars(head, rows, Series(keys, _("Aspect"), columns=[key.label for key in keys], is_of_whole=False))


def costs_chart(cycle: Cycle, candidates: Sequence[PlannedCandidate]) -> Chart | None:
    """Draw what the candidates cost that may still be decided on, the dearest first; None while no cost is known."""
    live = [one for one in candidates if one.is_live]
    known = sorted((one for one in live if one.total_wan), key=lambda one: (-(one.total_wan or 0), one.number))
    if not known:
        return None
    total = sum((one.total_wan or Decimal(0) for one in known), Decimal(0))
    dearest = known[0]
    unknown = [one for one in live if not one.total_wan]
    rows = [
        ChartRow(
            f"{one.number}. {one.title}",
            [one.total_wan or 0],
            dearest.total_wan if one.total_wan else None,
            money(one.total_wan) if one.total_wan else _("not known yet"),
            cycle.address("proposals:candidate", number=one.number),
            [money(one.total_wan) if one.total_wan else _("not known yet")],
        )
        for one in [*known, *unknown][:MOST_COSTS]
    ]
    first = [one.title for one in known if one.total_wan == dearest.total_wan]
    words = {
        "number": written(len(known)), "total": money(total), "first": named(first, len(known)),
        "share": in_percent(dearest.total_wan or 0, total), "unknown": written(len(unknown)),
    }  # fmt: skip
    title = _("%(number)s candidates would cost %(total)s; %(share)s of it is for %(first)s") % words
    if len(first) == len(known) > 1:
        title = _("%(number)s candidates would cost %(total)s, each as much") % words
    elif len(first) > 1:
        title = _("%(number)s candidates would cost %(total)s; %(share)s of it each for %(first)s") % words
    beneath = " ".join(
        [
            *([_("The cost of %(unknown)s candidates is not known yet.") % words] if unknown else []),
            *_one_for_each_aspect(live),
        ]
    )
    series = Series([Key("done", _("Cost"))], _("Candidate"), columns=[_("Cost")], has_keys=False, is_of_whole=False)
    return bars(ChartHead("costs", title, beneath, OF_COSTS), rows, series)


def _one_for_each_aspect(live: Sequence[PlannedCandidate]) -> list[str]:
    """Say that candidates are spread over as many aspects, where that is so."""
    aspects = {one.aspect_number for one in live}
    if len(aspects) != len(live) or len(live) == 1:
        return []
    return [_("They are for %(aspects)s aspects, one for each.") % {"aspects": written(len(aspects))}]


def turned_down(cycle: Cycle, candidates: Sequence[PlannedCandidate], *, most: int) -> list[TurnedDown]:
    """Return candidates that are not adopted, then the last needs that are not, each with its reason; one query."""
    refused = [
        TurnedDown(one.title, one.reason, cycle.address("proposals:candidate", number=one.number))
        for one in candidates
        if not one.is_live
    ]
    needs = Need.objects.for_cycle(cycle).filter(outcome=NeedOutcome.NOT_ADOPTED).order_by("-number")
    refused += [
        TurnedDown(title, reason, cycle.address("proposals:need", number=number))
        for number, title, reason in needs.values_list("number", "title", "reason")[:most]
    ]
    return refused[:most]
