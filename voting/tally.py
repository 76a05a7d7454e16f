"""Counting ballots: plain Python, no Django; dataclasses in, dataclasses out.

The order of ballots and the order of options change nothing: a tie at the last seat is an answer, never broken here.
"""

import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)


class Mark(StrEnum):
    """What a ballot says of one option. SPOILT stands on every line of a paper that is invalid as a whole."""

    APPROVE = "y"
    OPPOSE = "n"
    ABSTAIN = "a"
    BLANK = "b"
    SPOILT = "x"


class Form(StrEnum):
    """`each`: a mark on every line. The others know ticks only: Mark.APPROVE or Mark.BLANK."""

    EACH = "each"
    AT_MOST = "at_most"
    EXACTLY = "exactly"


class Base(StrEnum):
    """Of whom a share is asked: deputies in term, deputies present, ballots returned."""

    IN_TERM = "in_term"
    PRESENT = "present"
    RETURNED = "returned"


class OverVote(StrEnum):
    """What becomes of a ballot with more approvals than allowed."""

    BALLOT_INVALID = "ballot_invalid"
    APPROVALS_VOID = "approvals_void"


class Blank(StrEnum):
    """What a line without a mark means on a ballot of form `each`."""

    ABSTAIN = "abstain"
    NOT_COUNTED = "not_counted"
    BALLOT_INVALID = "ballot_invalid"


class Standing(StrEnum):
    """Where an option stands after the count, best first."""

    ELECTED = "elected"
    TIED = "tied"
    NOT_CHOSEN = "not_chosen"
    NOT_PASSED = "not_passed"


Ballot = Mapping[K, Mark]
"""Option → mark. An option that is missing has no mark; none can be there twice."""


@dataclass(frozen=True, slots=True)
class Share:
    """A share of a base: numerator/denominator, to be passed when strict, to be reached otherwise."""

    base: Base
    numerator: int
    denominator: int
    is_strict: bool = False

    def needed(self, number: int) -> int:
        """Return the smallest count that satisfies the share of `number`; whole numbers only, nothing is rounded."""
        product = self.numerator * number
        return product // self.denominator + 1 if self.is_strict else -(-product // self.denominator)


@dataclass(frozen=True, slots=True)
class Rules:
    """What a session adopted.

    seats: how many may be elected. most_approvals: allowed on one ballot (None: no limit); for `exactly` the number
    required. majority: approvals an option needs. quorum: present of in_term, or returned of present, by its base.
    """

    seats: int
    majority: Share
    quorum: Share
    form: Form = Form.EACH
    most_approvals: int | None = None
    over_vote: OverVote = OverVote.BALLOT_INVALID
    blank: Blank = Blank.ABSTAIN


@dataclass(frozen=True, slots=True)
class Assembly:
    """Who could vote: deputies in term, deputies present, ballots handed out."""

    in_term: int
    present: int
    issued: int


@dataclass(frozen=True, slots=True)
class Count:
    """Marks on one option over the valid ballots; the four add up to them."""

    approve: int = 0
    oppose: int = 0
    abstain: int = 0
    blank: int = 0


@dataclass(frozen=True, slots=True)
class Tally(Generic[K]):
    """The count of a round.

    counts, standings: option → …, in the order of the options given. returned = valid + invalid; blank: valid ballots
    without any mark; not_voted: present, but handed no ballot back. needed: approvals an option needs.
    is_quorate: the quorum is met. is_sound: no more ballots returned than handed out. Without both nothing is elected.
    tied_seats: how many seats the tied compete for; 0 without a tie. shortfall: seats that no option reached.
    """

    counts: dict[K, Count]
    standings: dict[K, Standing]
    returned: int
    valid: int
    invalid: int
    blank: int
    not_voted: int
    needed: int
    is_quorate: bool
    is_sound: bool
    tied_seats: int
    shortfall: int

    def having(self, standing: Standing) -> tuple[K, ...]:
        """Return the options of one standing, in the order of the options given."""
        return tuple(option for option, value in self.standings.items() if value is standing)


def tally(rules: Rules, options: Sequence[K], ballots: Iterable[Ballot[K]], assembly: Assembly) -> Tally[K]:
    """Count a round.

    options: every option once. ballots: in any order, each with options of the round only.

    :raises ValueError: a ballot names an option that is not in the round.
    """
    known = set(options)
    marks = {option: dict.fromkeys(Mark, 0) for option in options}
    returned = valid = blank = 0
    for ballot in ballots:
        if not known.issuperset(ballot):
            raise ValueError(
                f"A ballot names options that are not in the round: {sorted(map(str, set(ballot) - known))}"
            )
        returned += 1
        lines = read(rules, options, ballot)
        if lines is None:
            continue
        valid += 1
        blank += all(ballot.get(option, Mark.BLANK) is Mark.BLANK for option in options)
        for option, mark in zip(options, lines, strict=True):
            marks[option][mark] += 1
    counts = {
        option: Count(seen[Mark.APPROVE], seen[Mark.OPPOSE], seen[Mark.ABSTAIN], seen[Mark.BLANK])
        for option, seen in marks.items()
    }
    bases = {Base.IN_TERM: assembly.in_term, Base.PRESENT: assembly.present, Base.RETURNED: returned}
    needed = rules.majority.needed(bases[rules.majority.base])
    is_quorate = reaches_quorum(rules.quorum, in_term=assembly.in_term, present=assembly.present, returned=returned)
    is_sound = returned <= assembly.issued
    approvals = {option: count.approve for option, count in counts.items()}
    standings, tied_seats = rank(approvals, rules.seats, needed if is_quorate and is_sound else None)
    settled = sum(standing is Standing.ELECTED for standing in standings.values()) + tied_seats
    return Tally(
        counts=counts,
        standings=standings,
        returned=returned,
        valid=valid,
        invalid=returned - valid,
        blank=blank,
        not_voted=max(assembly.present - returned, 0),
        needed=needed,
        is_quorate=is_quorate,
        is_sound=is_sound,
        tied_seats=tied_seats,
        shortfall=rules.seats - settled,
    )


def read(rules: Rules, options: Sequence[K], ballot: Ballot[K]) -> list[Mark] | None:
    """Return what each line of a ballot counts for, in the order of the options; None when the ballot is invalid."""
    lines = [ballot.get(option, Mark.BLANK) for option in options]
    if Mark.SPOILT in lines:
        return None
    approvals = lines.count(Mark.APPROVE)
    is_over = rules.most_approvals is not None and approvals > rules.most_approvals
    if is_over and rules.over_vote is OverVote.BALLOT_INVALID:
        return None
    if not is_over and rules.form is Form.EXACTLY and approvals != rules.most_approvals:
        return None
    if rules.form is Form.EACH:
        if Mark.BLANK in lines and rules.blank is Blank.BALLOT_INVALID:
            return None
    elif not {Mark.APPROVE, Mark.BLANK}.issuperset(lines):
        return None
    if is_over:
        lines = [Mark.ABSTAIN if mark is Mark.APPROVE else mark for mark in lines]
    if rules.form is Form.EACH and rules.blank is Blank.ABSTAIN:
        lines = [Mark.ABSTAIN if mark is Mark.BLANK else mark for mark in lines]
    return lines


def rank(approvals: Mapping[K, int], seats: int, needed: int | None) -> tuple[dict[K, Standing], int]:
    """Return the standing of each option, and how many seats the tied compete for.

    needed: approvals required; None when the vote is not valid, so that nothing passes.
    Most approvals first. Options that are equal at the last seat, and too many for it, are all tied.
    """
    standings = dict.fromkeys(approvals, Standing.NOT_PASSED)
    passed = {option: count for option, count in approvals.items() if needed is not None and count >= needed}
    ranked = [math.inf, *sorted(passed.values(), reverse=True)]
    cut = ranked[seats] if len(passed) >= seats else -1
    above = sum(count > cut for count in passed.values())
    at_cut = sum(count == cut for count in passed.values())
    is_tie = above + at_cut > seats
    for option, count in passed.items():
        if count > cut or (count == cut and not is_tie):
            standings[option] = Standing.ELECTED
        elif count == cut:
            standings[option] = Standing.TIED
        else:
            standings[option] = Standing.NOT_CHOSEN
    return standings, seats - above if is_tie else 0


def reaches_quorum(quorum: Share, *, in_term: int, present: int, returned: int) -> bool:
    """Say whether a quorum is met: the present of those in term, or the ballots returned of the present."""
    if quorum.base is Base.IN_TERM:
        return present >= quorum.needed(in_term)
    return returned >= quorum.needed(present)


def encode(options: Sequence[K], ballot: Ballot[K]) -> str:
    """Write a ballot as one letter per option, in the order of the options."""
    return "".join(ballot.get(option, Mark.BLANK).value for option in options)


def decode(options: Sequence[K], letters: str) -> dict[K, Mark]:
    """Read what `encode` wrote.

    :raises ValueError: not one known letter per option.
    """
    return {option: Mark(letter) for option, letter in zip(options, letters, strict=True)}
