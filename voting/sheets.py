"""A round on paper: the blank ballot, the tally sheet that is signed, the notice that is posted. Texts and no layout.

The pages show and the PDFs print the same texts, each in the language that is active.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from livelihood.cycles.models import Cycle
from livelihood.kernel.charts import written
from livelihood.kernel.typesetting import typeset
from livelihood.web.templatetags.web import money
from voting import exporters, follow_ups, papers, selectors, steps
from voting.models import Option, PaperStack, Round
from voting.record import in_groups
from voting.states import BallotForm, BlankRule, Outcome, OverVoteRule, RoundState, Scheme

FOLDER = Path(__file__).resolve().parent / "typst"


@dataclass(frozen=True, slots=True)
class TallySheet:
    """The sheet of a counted or void round.

    stamp: printed across a rehearsal. notes: what must be known beside the figures. figures: label and value.
    headings, rows: counts and outcome by candidate; no rows for a void round. officers: duty and names, to be signed.
    record_hash: in groups of eight; empty for a void round.
    """

    title: str
    place: str
    round_title: str
    stamp: str
    notes: Sequence[str]
    figures: Sequence[tuple[str, str]]
    caption: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    record_hash_label: str
    record_hash: str
    officers: Sequence[tuple[str, Sequence[str]]]
    date_label: str
    day: str


@dataclass(frozen=True, slots=True)
class ResultNotice:
    """The announcement of a round in the form of a congress notice.

    projects: the chosen, by number on the list. remarks: why seats are not filled and what follows.
    whole: after a run-off or a further vote, all that is chosen by now, under whole_text; empty after a first vote.
    """

    title: str
    number: str
    text: str
    projects: Sequence[str]
    remarks: Sequence[str]
    whole_text: str
    whole: Sequence[str]
    closing: str
    signed: str
    day: str


@dataclass(frozen=True, slots=True)
class BlankBallot:
    """The ballot of a round as it is printed: nothing on it tells one sheet from another of the same order.

    stamp: as on the tally sheet. instructions: what the rules ask. marks: what there is to mark on each line.
    is_tick: one box for each candidate, not circles. orders: for each order of the candidates a paper of its own, with
    number, title and facts of each. overleaf: at the foot of a page that is not the last of its paper.
    """

    title: str
    place: str
    round_title: str
    stamp: str
    instructions: Sequence[str]
    headings: Sequence[str]
    marks: Sequence[str]
    is_tick: bool
    orders: Sequence[Sequence[tuple[str, str, str]]]
    seal: str
    overleaf: str


def blank_ballot(round_: Round) -> BlankBallot:
    """Return the paper ballot of a secret round whose rules are locked."""
    is_tick = round_.method.form != BallotForm.EACH
    orders = selectors.ballot_orders(round_)
    return BlankBallot(
        title=_("Ballot"),
        place=round_.session or _place(round_),
        round_title=round_.title,
        stamp=_stamp(round_),
        instructions=_instructions(round_, len(orders[0])),
        headings=[_("No."), _("Candidate")],
        marks=[_("Choose")] if is_tick else [_("Approve"), _("Oppose"), _("Abstain")],
        is_tick=is_tick,
        orders=[[(str(option.number), option.title, _facts(option)) for option in order] for order in orders],
        seal=_("Place of the seal"),
        overleaf=_("The list goes on overleaf."),
    )


def tally_sheet(round_: Round) -> TallySheet:
    """Return the sheet of a round; it is counted, announced or void."""
    is_void = round_.state == RoundState.VOIDED
    shown = None if is_void else selectors.sheet(round_)
    headings, rows = _counts(shown) if shown else ([], [])
    ended_at = round_.voided_at if is_void else round_.counted_at
    digest = "" if is_void else exporters.full_record(round_)["hash"]
    return TallySheet(
        title=_("Tally sheet"),
        place=_place(round_),
        round_title=round_.title,
        stamp=_stamp(round_),
        notes=[str(note) for note in shown.notes] if shown else _void_notes(round_),
        figures=[(label, written(value)) for label, value in (_void_figures(round_) if is_void else _figures(round_))],
        caption=_("Result by candidate"),
        headings=headings,
        rows=rows,
        record_hash_label=_("Hash of the record"),
        record_hash=in_groups(digest),
        officers=[(str(duty.label), names) for duty, names in selectors.officers_by_duty(round_)],
        date_label=pgettext("signature", "Date"),
        day=date_format(localtime(ended_at), "DATE_FORMAT") if ended_at else "",
    )


def notice(round_: Round) -> ResultNotice:
    """Return the notice of an announced round; never of a rehearsal."""
    cycle = round_.cycle
    options = list(round_.options.select_related("result").order_by("number"))
    chosen = [option for option in options if option.result.outcome == Outcome.ELECTED]
    congress = _("People's Congress of %(area)s") % {"area": cycle.area.name}
    facts = {
        "session": round_.session or congress,
        "day": date_format(localtime(round_.announced_at), "DATE_FORMAT"),
        "way": _("by a vote by name") if round_.method.scheme == Scheme.NAMED else _("by secret vote"),
        "candidates": len(options),
        "chosen": len(chosen),
        "year": cycle.year,
        "area": cycle.area.name,
    }
    some = ngettext(
        "On %(day)s the deputies at the %(session)s chose %(way)s, from %(candidates)s candidates, %(chosen)s "
        "livelihood project of %(area)s for %(year)s:",
        "On %(day)s the deputies at the %(session)s chose %(way)s, from %(candidates)s candidates, %(chosen)s "
        "livelihood projects of %(area)s for %(year)s:",
        len(chosen),
    )
    none = _(
        "On %(day)s the deputies at the %(session)s voted %(way)s on %(candidates)s candidates for the livelihood "
        "projects of %(area)s for %(year)s; none was chosen."
    )
    earlier = _chosen_before(round_)
    whole = sorted([*earlier, *chosen], key=lambda option: option.number) if earlier else []
    return ResultNotice(
        title=_("Notice of the %(congress)s") % {"congress": congress},
        number=round_.announcement_number,
        text=(some if chosen else none) % facts,
        projects=[_line(place, option) for place, option in enumerate(chosen, start=1)],
        remarks=_remarks(round_, options),
        whole_text=_together(cycle, len(whole)) if whole else "",
        whole=[_line(place, option) for place, option in enumerate(whole, start=1)],
        closing=_("This is announced herewith."),
        signed=_("Presidium of the %(session)s") % facts,
        day=str(facts["day"]),
    )


def _together(cycle: Cycle, count: int) -> str:
    text = ngettext(
        "With what was announced before, %(count)s livelihood project of %(area)s for %(year)s is decided:",
        "With what was announced before, %(count)s livelihood projects of %(area)s for %(year)s are decided:",
        count,
    )
    return text % {"count": count, "area": cycle.area.name, "year": cycle.year}


def _chosen_before(round_: Round) -> list[Option]:
    """Return what the year's rounds before this one chose."""
    return list(
        Option.objects.filter(
            round__cycle=round_.cycle,
            round__number__lt=round_.number,
            round__is_rehearsal=False,
            round__state=RoundState.ANNOUNCED,
            result__outcome=Outcome.ELECTED,
        )
    )


def _remarks(round_: Round, options: Sequence[Option]) -> list[str]:
    """Say why seats are not filled, and what the rules ask for next."""
    result, remarks = round_.result, list[str]()
    if not result.is_quorate:
        remarks.append(_("The quorum was not reached."))
    tied = [option.title for option in options if option.result.outcome == Outcome.TIED]
    if tied:
        fate = (
            _("a run-off decides") if follow_ups.goes_to_run_off(round_) else _("by the rules none of them is chosen")
        )
        text = pgettext("notice", "These have equal approvals: %(titles)s; seats left for them: %(seats)s; %(fate)s.")
        remarks.append(text % {"titles": _("; ").join(tied), "seats": result.tied_seats, "fate": fate})
    if result.shortfall:
        remarks.append(_("Seats not filled: %(seats)s.") % {"seats": result.shortfall})
    return remarks


def blank_ballot_file(round_: Round) -> bytes:
    """Return the paper ballot as it is printed and handed out: a page for each order of the candidates."""
    return _file("ballot.typ", round_, asdict(blank_ballot(round_)))


def tally_sheet_file(round_: Round) -> bytes:
    """Return the tally sheet as it is signed."""
    return _file("tally.typ", round_, asdict(tally_sheet(round_)))


def notice_file(round_: Round) -> bytes:
    """Return the notice as it is posted."""
    return _file("notice.typ", round_, asdict(notice(round_)))


def _file(template: str, round_: Round, content: dict[str, Any]) -> bytes:
    at = round_.announced_at or round_.voided_at or round_.counted_at or round_.rules_locked_at
    assert at is not None  # noqa: S101 -- the rules say that the round has come as far
    content["language"] = (get_language() or "zh")[:2]
    return typeset(FOLDER / template, content, at=at)


def _place(round_: Round) -> str:
    return f"{round_.cycle.area.name} {round_.cycle.year}"


def _stamp(round_: Round) -> str:
    return _("Rehearsal") if round_.is_rehearsal else ""


def _instructions(round_: Round, candidates: int) -> list[str]:
    """Say what the rules ask of a ballot, and what they make of one that does otherwise."""
    method = round_.method
    limit = {"limit": method.most_approvals}
    asked = {
        BallotForm.EACH: _("Mark one of the three circles on each line."),
        BallotForm.AT_MOST: _("Tick the boxes of at most %(limit)s candidates."),
        BallotForm.EXACTLY: _("Tick the boxes of exactly %(limit)s candidates; a ballot with fewer is invalid."),
    }
    over = {
        OverVoteRule.BALLOT_INVALID: _("With more than that the whole ballot is invalid."),
        OverVoteRule.APPROVALS_VOID: _("With more than that they all count as abstentions."),
    }
    blank = {
        BlankRule.ABSTAIN: _("A line without a mark counts as an abstention."),
        BlankRule.NOT_COUNTED: _("A line without a mark counts for nothing."),
        BlankRule.BALLOT_INVALID: _("A line without a mark makes the whole ballot invalid."),
    }
    lines = [
        _("%(seats)s to be chosen from %(number)s candidates.") % {"seats": round_.seats, "number": candidates},
        asked[BallotForm(method.form)] % limit,
    ]
    if method.form == BallotForm.EACH:
        lines.append(blank[BlankRule(method.blank)])
    if method.form == BallotForm.EACH and method.most_approvals is not None:
        lines.append(_("Approve at most %(limit)s.") % limit)
    if method.most_approvals is not None:
        lines.append(over[OverVoteRule(method.over_vote)])
    return [*lines, _("Write nothing else on this paper, and no name.")]


def _facts(option: Option) -> str:
    return " · ".join(filter(None, [option.place, money(option.cost_wan), option.lead_organisation.name]))


def _line(place: int, option: Option) -> str:
    return pgettext("numbered line", "%(place)s. %(title)s") % {"place": place, "title": option.title}


def _counts(shown: selectors.CountedRound) -> tuple[list[str], list[list[str]]]:
    """Return heads and rows of the counts, best first."""
    headings = [_("No."), _("Candidate"), _("Approve"), _("Oppose"), _("Abstain")]
    headings += [_("No mark"), _("Outcome")] if shown.shows_blank else [_("Outcome")]
    rows = []
    for line in shown.lines:
        result = line.option.result
        counts = [result.approve, result.oppose, result.abstain, *([result.blank] if shown.shows_blank else [])]
        rows.append([str(line.option.number), line.option.title, *map(written, counts), result.get_outcome_display()])
    return headings, rows


def _figures(round_: Round) -> list[tuple[str, int]]:
    result, issued = round_.result, papers.issued(round_)
    return [
        (_("Deputies in term"), result.in_term),
        (_("Deputies present"), result.present),
        (_("Ballots handed out"), result.issued),
        *([(_("Papers handed out"), issued)] if issued else []),
        (_("Ballots returned"), result.returned),
        *([(_("Papers returned"), result.on_paper)] if issued else []),
        (_("Valid ballots"), result.valid),
        (_("Invalid ballots"), result.invalid),
        (_("Wholly blank among the valid"), result.blank),
        (_("Present, did not vote"), result.not_voted),
        (_("Approvals needed"), result.needed),
    ]


def _void_figures(round_: Round) -> list[tuple[str, int]]:
    """Return what is known of a void round: who was there, and how many ballots were out and came back; no counts."""
    assembly, issued = selectors.assembly(round_), papers.issued(round_)
    in_term = steps.deputies_in_term(round_)
    stack = PaperStack.objects.filter(round=round_).first()
    returned = stack.returned if stack else 0
    voted = round_.roll.filter(has_voted=True).count()
    return [
        *([(_("Deputies in term"), in_term)] if in_term else []),
        (_("Deputies present"), assembly.present),
        (_("Ballots handed out"), assembly.issued),
        *([(_("Papers handed out"), issued)] if issued else []),
        (_("Ballots returned"), voted + returned),
        *([(_("Papers returned"), returned)] if issued else []),
    ]


def _void_notes(round_: Round) -> list[str]:
    reason = _("This round is void: %(reason)s") % {"reason": round_.void_reason}
    return [reason, *([str(selectors.ON_PAPER)] if round_.is_on_paper else [])]
