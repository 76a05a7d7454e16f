"""What the pages of voting show, each from one selector."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.accounts import selectors as accounts
from livelihood.accounts.models import User
from livelihood.cycles.models import Cycle
from livelihood.cycles.states import Phase
from livelihood.kernel.errors import Text
from livelihood.web.shown import CountedFigure
from voting import rules
from voting.models import (
    Credential,
    Option,
    Reminder,
    RollEntry,
    Round,
    RoundResult,
    SignedSheet,
)
from voting.states import (
    BallotForm,
    BlankRule,
    OptionOrder,
    Outcome,
    RoundState,
)

OUTCOME_KINDS = {
    Outcome.ELECTED: "ok",
    Outcome.TIED: "warn",
    Outcome.NOT_CHOSEN: "plain",
    Outcome.NOT_PASSED: "plain",
}

ON_PAPER = _("The whole round was held on paper.")


@dataclass(frozen=True, slots=True)
class Turnout:
    """How far a vote has come. Never what was voted.

    on_roll, present, voted: deputies; voted in the booth. on_paper: those who hold a paper ballot instead.
    delegations: rows of name, on_roll, present, voted, on_paper.
    """

    on_roll: int
    present: int
    voted: int
    on_paper: int
    delegations: Sequence[Mapping[str, Any]]

    @property
    def absent(self) -> int:
        """Deputies on the roll who are not signed in."""
        return self.on_roll - self.present

    @property
    def waited_for(self) -> int:
        """Deputies who are present, have not voted in the booth and hold no paper."""
        return self.present - self.voted - self.on_paper


@dataclass(frozen=True, slots=True)
class OptionLine:
    """An option with its result. badge: kind of the badge its outcome wears."""

    option: Option
    badge: str


@dataclass(frozen=True, slots=True)
class CountedRound:
    """A counted round: its options with their results, best first, and its figures.

    shows_blank: lines without a mark are a column of their own.
    """

    round: Round
    result: RoundResult
    lines: Sequence[OptionLine]
    figures: Sequence[CountedFigure]
    notes: Sequence[Text]
    shows_blank: bool


def round_at(cycle: Cycle, number: int) -> Round | None:
    """Return a cycle's round by its number, with its rules."""
    return (
        Round.objects.filter(cycle=cycle, number=number)
        .select_related("cycle__area", "method", "parent", "result")
        .first()
    )


def rounds_of(cycle: Cycle) -> QuerySet[Round]:
    """Return a cycle's rounds in order, with how many are on the roll, present, and have voted."""
    return (
        Round.objects.filter(cycle=cycle)
        .select_related("method", "parent")
        .annotate(
            option_count=Count("options", distinct=True),
            on_roll=Count("roll", distinct=True),
            present=Count("roll", filter=Q(roll__signed_in_at__isnull=False), distinct=True),
            voted=Count("roll", filter=Q(roll__has_voted=True), distinct=True),
        )
        .order_by("number")
    )


def options_of(round_: Round) -> QuerySet[Option]:
    """Return a round's options in order of their numbers, with what a page says of them."""
    return round_.options.select_related("aspect", "lead_organisation").order_by("number")


def ballot_orders(round_: Round) -> list[list[Option]]:
    """Return the orders in which the options stand on ballots: one; where they are rotated, one beginning with each."""
    options = list(round_.options.select_related("aspect", "lead_organisation").order_by("position", "number"))
    if round_.method.option_order != OptionOrder.ROTATED:
        return [options]
    return [options[first:] + options[:first] for first in range(len(options))]


def ballot_options(round_: Round, entry: RollEntry) -> list[Option]:
    """Return the options in the order in which they stand on a deputy's ballot.

    Rotated: each ballot begins one candidate later than the one of the deputy before on the roll.
    """
    orders = ballot_orders(round_)
    return orders[entry.number % len(orders)]


def roll_of(round_: Round) -> QuerySet[RollEntry]:
    """Return the roll in order, with substitutions and cards."""
    return round_.roll.select_related("substitution", "credential", "deputy").order_by("number")


def deputies_without_password(round_: Round, by: User, at: datetime, *, is_again: bool) -> list[User]:
    """Return those on the roll who wait for a code and to whom somebody may give one, in the order of the roll.

    is_again: also those who were given one that is still good.
    """
    on_roll = User.objects.filter(roll_entries__round=round_).order_by("roll_entries__number")
    return accounts.deputies_to_let_in(on_roll, round_.cycle.area, by, at, is_again=is_again)


def delegations_of(round_: Round) -> list[str]:
    """Return the names of the delegations on a roll."""
    names = round_.roll.exclude(delegation="").values_list("delegation", flat=True)
    return list(names.distinct().order_by("delegation"))


def awaited_by_delegation(round_: Round) -> list[tuple[str, list[RollEntry]]]:
    """Return whom the round waits for, by delegation: before it opens who is not signed in, then who has not voted."""
    rows = rules.awaited(round_).order_by("delegation", "number")
    return [(name, list(group)) for name, group in groupby(rows, key=lambda entry: entry.delegation)]


def absent_by_delegation(round_: Round) -> list[tuple[str, list[RollEntry]]]:
    """Return who is not signed in, by delegation."""
    rows = _absent(round_).order_by("delegation", "number")
    return [(name, list(group)) for name, group in groupby(rows, key=lambda entry: entry.delegation)]


def absent_numbers(round_: Round) -> list[int]:
    """Return the numbers on the roll of those who are not signed in."""
    return list(_absent(round_).order_by("number").values_list("number", flat=True))


def _absent(round_: Round) -> QuerySet[RollEntry]:
    return round_.roll.filter(signed_in_at__isnull=True)


def last_reminder(round_: Round) -> Reminder | None:
    """Return the last reminder that still concerns somebody: one sent since the vote opened, or before it opens."""
    rows = round_.reminders.order_by("-sent_at", "-pk")
    if round_.state == RoundState.OPEN and round_.opened_at is not None:
        return rows.filter(sent_at__gte=round_.opened_at).first()
    return rows.first() if round_.state == RoundState.SIGN_IN else None


def cards_of(round_: Round) -> dict[str, int]:
    """Return how many cards are issued and how many of them are used; one query."""
    return Credential.objects.filter(entry__round=round_).aggregate(issued=Count("pk"), used=Count("used_at"))


def entry_at(round_: Round, number: int) -> RollEntry | None:
    """Return one line of the roll by its number."""
    return RollEntry.objects.filter(round=round_, number=number).select_related("round", "substitution").first()


def turnout(round_: Round) -> Turnout:
    """Return how many are on the roll, present, and have voted, also by delegation; one query."""
    rows = list(
        round_.roll.values("delegation")
        .annotate(
            on_roll=Count("pk"),
            present=Count("pk", filter=Q(signed_in_at__isnull=False)),
            voted=Count("pk", filter=Q(has_voted=True)),
            on_paper=Count("pk", filter=Q(struck_at__isnull=False)),
        )
        .order_by("delegation")
    )
    sums: Counter[str] = Counter()
    for row in rows:
        sums.update({name: row[name] for name in ("on_roll", "present", "voted", "on_paper")})
    return Turnout(sums["on_roll"], sums["present"], sums["voted"], sums["on_paper"], rows)


@dataclass(frozen=True, slots=True)
class TurnoutBar:
    """Turnout as a bar, in deputies. length: of the whole bar. mark: the quorum, None where it is one of ballots.

    voted: in the booth or by a paper that was handed out.
    """

    length: int
    present: int
    voted: int
    mark: int | None
    quorum: rules.QuorumStand


def turnout_bar(round_: Round, counted: Turnout) -> TurnoutBar:
    """Return the bar of a turnout, with the quorum; one query."""
    voted = counted.voted + counted.on_paper
    quorum = rules.quorum_stand(round_, present=counted.present, returnable=voted)
    length = max(counted.on_roll, quorum.needed, 1)
    return TurnoutBar(length, counted.present, voted, None if quorum.of_ballots else quorum.needed, quorum)


def planned_end(round_: Round) -> datetime | None:
    """Return when voting is planned to end; a clock for the hall, closing is an act."""
    return round_.opened_at + timedelta(minutes=round_.voting_minutes) if round_.opened_at else None


def sheet(round_: Round) -> CountedRound:
    """Return the count of a round as its sheet shows it; the round is counted."""
    options = round_.options.select_related("result", "aspect", "lead_organisation")
    return _sheet(round_, options.order_by("-result__approve", "number"))


def _sheet(round_: Round, options: Iterable[Option]) -> CountedRound:
    method = round_.method
    return CountedRound(
        round=round_,
        result=round_.result,
        lines=[OptionLine(option, OUTCOME_KINDS[Outcome(option.result.outcome)]) for option in options],
        figures=_figures(round_.result),
        notes=_notes(round_),
        shows_blank=method.form != BallotForm.EACH or method.blank == BlankRule.NOT_COUNTED,
    )


def announced_rounds() -> QuerySet[Round]:
    """Return the announced rounds of all years with rules, figures, options and results; rehearsals left out.

    Each brings the hashes of all scans of its signed tally sheet, the first first: none disappears behind a later one.
    """
    options = Option.objects.select_related("result", "aspect", "lead_organisation", "round__method")
    scans = SignedSheet.objects.only("round_id", "sha256", "brought_at").order_by("pk")
    return (
        Round.objects.filter(state=RoundState.ANNOUNCED, is_rehearsal=False)
        .select_related("method", "result", "cycle__area")
        .prefetch_related(
            Prefetch("options", options.order_by("-result__approve", "number")), Prefetch("signed_sheets", scans)
        )
        .order_by("pk")
    )


def announced_sheets(cycle: Cycle) -> list[CountedRound]:
    """Return the announced rounds of a cycle in order; three queries."""
    rounds = announced_rounds().filter(cycle=cycle).order_by("number")
    return [_sheet(row, row.options.all()) for row in rounds]


def public_rounds(cycle: Cycle) -> QuerySet[Round]:
    """Return what anyone may know of rounds that have no result yet: rehearsals and drafts left out."""
    return (
        Round.objects.filter(cycle=cycle, is_rehearsal=False)
        .exclude(state__in=[RoundState.DRAFT, RoundState.ANNOUNCED])
        .select_related("method")
        .annotate(option_count=Count("options"))
        .order_by("number")
    )


def reserve_of(sheets: Sequence[CountedRound]) -> list[tuple[Option, Text]]:
    """Return the candidates that no round chose, by number, each with the reason: its last outcome.

    Those tied are left out while a run-off may still follow.
    """
    last: dict[int | None, tuple[Option, bool]] = {}
    chosen = set()
    for shown in sheets:
        is_deciding = shown.round.cycle.phase == Phase.DECIDE
        for option in (line.option for line in shown.lines):
            last[option.candidate_id] = option, is_deciding and option.result.outcome == Outcome.TIED
            if option.result.outcome == Outcome.ELECTED:
                chosen.add(option.candidate_id)
    rest = [option for key, (option, is_open) in last.items() if key not in chosen and not is_open]
    return [(option, Outcome(option.result.outcome).label) for option in sorted(rest, key=lambda row: row.number)]


def _figures(result: RoundResult) -> list[CountedFigure]:
    """Return the figures of a round; the three denominators stand apart and are never mixed."""
    rows: list[tuple[int, Text, Text]] = [
        (
            result.in_term,
            _("Deputies in term"),
            _("As many as this congress has by law, from its own document; not those on the roll."),
        ),
        (result.present, _("Deputies present"), _("Those who had signed in when voting closed.")),
        (result.returned, _("Ballots returned"), _("Ballots in the urn when voting closed; valid and invalid ones.")),
        (result.valid, _("Valid ballots"), _("Returned ballots that keep the rules.")),
        (result.invalid, _("Invalid ballots"), _("Returned ballots that break the rules.")),
        (result.not_voted, _("Present, did not vote"), _("Signed in, but returned no ballot. Not an abstention.")),
        (result.needed, _("Approvals needed"), _("The smallest number that satisfies the majority of the rules.")),
    ]
    if result.on_paper:
        how = _("Of the ballots returned, those that were on paper. Two persons entered each of them.")
        rows.insert(3, (result.on_paper, _("Of these on paper"), how))
    return [CountedFigure(value, label, how) for value, label, how in rows]


def _notes(round_: Round) -> list[Text]:
    result, notes = round_.result, list[Text]()
    if round_.is_on_paper:
        notes.append(ON_PAPER)
    if not result.is_quorate:
        notes.append(_("The quorum was not reached; nothing is chosen by this round."))
    if result.tied_seats:
        text = _(
            "Candidates with equal approvals; seats left for them: {seats}. Their order on the list decides nothing."
        )
        notes.append(format_lazy(text, seats=result.tied_seats))
    if result.shortfall:
        notes.append(format_lazy(_("Seats that stayed open: {seats}."), seats=result.shortfall))
    return notes


def entries_of(deputy: User) -> QuerySet[RollEntry]:
    """Return the rounds a deputy is on the roll of, once signing in has begun, newest first."""
    hidden = [RoundState.DRAFT, RoundState.RULES_LOCKED, RoundState.ROLL_LOCKED]
    return (
        RollEntry.objects.filter(deputy=deputy)
        .exclude(round__state__in=hidden)
        .select_related("round__cycle__area", "round__method")
        .order_by("-round__pk")
    )


def entry_of(deputy: User, round_id: int) -> RollEntry | None:
    """Return a deputy's line on the roll of a round; None for everybody else."""
    return entries_of(deputy).filter(round=round_id).first()
