"""The picture of a result: the approvals of each candidate beside those that it needs."""

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from livelihood.kernel.charts import Chart, ChartHead, ChartRow, Key, PlanMark, Series, bars, written
from livelihood.kernel.errors import Text
from voting.selectors.pages import CountedRound
from voting.states import Outcome

HOW: Text = gettext_lazy(
    "A bar for each candidate, from none to all deputies in term: how many approved it. The mark shows how many"
    " approvals are needed. The figures stand in the table."
)


def approvals_chart(sheet: CountedRound) -> Chart | None:
    """Draw a counted round, most approvals first; None where its rules keep the counts back."""
    result = sheet.result
    if not sheet.round.method.publishes_counts or not result.in_term:
        return None
    cycle = sheet.round.cycle
    keys = [Key("done", Outcome.ELECTED.label), Key("rest", _("Not chosen"))]
    rows = []
    for option in (line.option for line in sheet.lines):
        approve, outcome = option.result.approve, Outcome(option.result.outcome)
        is_chosen = outcome == Outcome.ELECTED
        bar = ChartRow(
            f"{option.number}. {option.title}",
            [approve, 0] if is_chosen else [0, approve],
            result.in_term,
            f"{written(approve)} · {keys[0 if is_chosen else 1].label}",
            cycle.address("proposals:candidate", number=option.number),
            [written(approve), str(outcome.label)],
        )
        rows.append(bar)
    mark = None
    if 0 < result.needed <= result.in_term:
        label = _("Needed: %(needed)s") % {"needed": written(result.needed)}
        mark = PlanMark(Decimal(result.needed) / result.in_term, label)
    head = ChartHead(f"round-{sheet.round.number}-approvals", _finding(sheet), _beneath(sheet), HOW)
    columns = [_("Approve"), _("Outcome")]
    return bars(head, rows, Series(keys, _("Candidate"), mark, columns=columns))


def _finding(sheet: CountedRound) -> str:
    results = [line.option.result for line in sheet.lines]
    chosen = [result.approve for result in results if result.outcome == Outcome.ELECTED]
    words = {"chosen": written(len(chosen)), "number": written(len(results))}
    if not chosen:
        return _("None of %(number)s candidates is chosen") % words
    words |= {"least": written(min(chosen)), "most": written(max(chosen))}
    if min(chosen) == max(chosen):
        return _("%(chosen)s of %(number)s candidates are chosen, each with %(most)s approvals") % words
    return _("%(chosen)s of %(number)s candidates are chosen, with %(least)s to %(most)s approvals") % words


def _beneath(sheet: CountedRound) -> str:
    result = sheet.result
    words = _("%(needed)s approvals are needed; %(valid)s valid ballots of %(present)s present, %(in_term)s in term.")
    return words % {name: written(getattr(result, name)) for name in ("needed", "valid", "present", "in_term")}
