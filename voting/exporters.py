"""What leaves the room as a file: the record of a round, and the round as an approval election for others to study."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from livelihood.kernel.errors import NotAllowed
from voting import pabulib, record, selectors, tally
from voting.models import Option, Round
from voting.schemes import CountedBallot, scheme_of
from voting.states import Outcome, RoundState

NOT_COUNTED = _("Nobody sees counts before the round is counted.")
COUNTS_KEPT_BACK = _("The rules of this round keep its counts back; ballots and counts are not published.")


def round_record(round_: Round) -> dict[str, Any]:
    """Return what is published of a counted round: its record, or the extract where the rules keep the counts back.

    The same round gives the same bytes (`record.canonical`), from the count on. To be shown when it is announced.

    :raises NotAllowed: the round is not counted.
    """
    whole = full_record(round_)
    return whole if round_.method.publishes_counts else record.extract(whole)


def full_record(round_: Round) -> dict[str, Any]:
    """Return the record of a counted round with all its ballots, as its scheme keeps them; five queries.

    Figures and totals are those that were written when the round was counted; `recount` says whether they are right.
    The order of the ballots is that of their keys, which were drawn at random when voting closed.

    :raises NotAllowed: the round is not counted.
    """
    if round_.state not in (RoundState.COUNTED, RoundState.ANNOUNCED):
        raise NotAllowed(NOT_COUNTED)
    assert round_.closed_at is not None  # noqa: S101 -- counted rounds have closed
    options = list(round_.options.select_related("result").order_by("position", "number"))
    scheme = scheme_of(round_)
    rows = scheme.ballots(round_)
    result = round_.result
    area = round_.cycle.area
    figures = [
        "in_term", "present", "issued", "returned", "valid", "invalid", "blank", "not_voted", "needed", "is_quorate",
        "tied_seats", "shortfall",
    ]  # fmt: skip
    return record.sealed(
        {
            "format": scheme.record_format,
            "round": {
                "area": area.code,
                "area_name": area.name_zh,
                "year": round_.cycle.year,
                "number": round_.number,
                "kind": round_.kind,
                "title": round_.title,
                "is_rehearsal": round_.is_rehearsal,
                "voted_on": timezone.localdate(round_.closed_at).isoformat(),
                "in_term_by": _in_term_by(round_),
                "run_by": [
                    {
                        "role": one.role,
                        "name": one.name,
                        "since": one.since_date.isoformat(),
                        "confirmed": one.confirmed_date.isoformat() if one.confirmed_date else "",
                    }
                    for one in round_.officials.order_by("pk")
                ],
            },
            "rules": {**selectors.rules_data(round_.method), "seats": round_.seats},
            "options": [{"number": option.number, "title": option.title} for option in options],
            "salt": _salt(rows),
            "ballots": [
                {"marks": marks, "receipt": ballot.receipt, **ballot.voter}
                for ballot, marks in zip(rows, _marks_in_ballot_order(options, rows), strict=True)
            ],
            "figures": {name: getattr(result, name) for name in figures}
            | {"on_paper": sum(not ballot.receipt for ballot in rows)},
            "totals": [
                {
                    "number": option.number,
                    "approve": option.result.approve,
                    "oppose": option.result.oppose,
                    "abstain": option.result.abstain,
                    "blank": option.result.blank,
                    "outcome": option.result.outcome,
                }
                for option in options
            ],
            "elected": [option.number for option in options if option.result.outcome == Outcome.ELECTED],
            "tied": [option.number for option in options if option.result.outcome == Outcome.TIED],
            **scheme.proof(round_),
        }
    )


def _in_term_by(round_: Round) -> dict[str, str]:
    """Return the document that says how many deputies are in term; a rehearsal may have none."""
    stated = selectors.in_term_of(round_)
    day = stated.document_date.isoformat() if stated and stated.document_date else ""
    return {"document": stated.document if stated else "", "date": day, "sha256": stated.sha256 if stated else ""}


def round_pb(round_: Round) -> str:
    """Return a counted round as an approval election in Pabulib's format.

    :raises NotAllowed: the round is not counted, or its rules keep the counts back.
    """
    return pabulib.write(election_of(_with_ballots(round_)))


@dataclass(frozen=True, slots=True)
class BallotRow:
    """A published ballot, with the numbers of the options that have each mark.

    receipt: empty for one on paper. spoilt: all numbers on a paper that is invalid as a whole.
    """

    receipt: str
    name: str
    delegation: str
    approve: str
    oppose: str
    abstain: str
    blank: str
    spoilt: str


def ballot_rows(round_: Round) -> list[BallotRow]:
    """Return the ballots of a counted round as people look them up: by number on the roll, or by code.

    :raises NotAllowed: the round is not counted, or its rules keep the counts back.
    """
    whole = _with_ballots(round_)
    numbers = [option["number"] for option in whole["options"]]

    def having(marks: str, mark: tally.Mark) -> str:
        return " ".join(str(number) for number, letter in sorted(zip(numbers, marks, strict=True)) if letter == mark)

    return [
        BallotRow(
            ballot["receipt"],
            ballot.get("name", ""),
            ballot.get("delegation", ""),
            **{mark.name.lower(): having(ballot["marks"], mark) for mark in tally.Mark},
        )
        for ballot in sorted(whole["ballots"], key=lambda ballot: (ballot.get("number", 0), ballot["receipt"]))
    ]


def _with_ballots(round_: Round) -> dict[str, Any]:
    """Return the record with its ballots, where they may be shown."""
    whole = full_record(round_)
    if not round_.method.publishes_counts:
        raise NotAllowed(COUNTS_KEPT_BACK)
    return whole


def election_of(whole: dict[str, Any]) -> pabulib.Election:
    """Return a record as an approval election of equal costs: the budget is the seats, each project costs one seat.

    Opposition, abstention and ballots that approve nothing have no place in the format; invalid ballots are left out.
    The comment says so.
    """
    head, rules, figures = whole["round"], whole["rules"], whole["figures"]
    numbers = [option["number"] for option in whole["options"]]
    votes = [named for ballot in whole["ballots"] if (named := _approved(whole, numbers, ballot["marks"]))]
    empty = figures["valid"] - len(votes)
    day = ".".join(reversed(head["voted_on"].split("-")))
    limit = {} if rules["most_approvals"] is None else {"max_length": str(rules["most_approvals"])}
    meta = {
        "description": head["title"],
        "country": "China",
        "unit": head["area_name"],
        "instance": str(head["year"]),
        "num_projects": str(len(numbers)),
        "num_votes": str(len(votes)),
        "budget": str(rules["seats"]),
        "vote_type": "approval",
        "rule": "greedy-threshold",
        "date_begin": day,
        "date_end": day,
        **limit,
        "min_project_score_threshold": str(figures["needed"]),
        "language": "zh",
        **({"experimental": "1"} if head["is_rehearsal"] else {}),
        "comment": (
            "#1: Vote of deputies: each project costs 1, the budget is the number of seats, a project needs as many "
            "approvals as the threshold says, and a tie at the last seat is not broken. #2: Only approvals are given; "
            f"{empty} valid ballots approve nothing and {figures['invalid']} ballots are invalid. #3: Record of the "
            f"round: {whole['hash']}"
        ),
    }
    projects = [
        {
            "project_id": str(total["number"]),
            "cost": "1",
            "votes": str(total["approve"]),
            "name": option["title"],
            "selected": str(int(total["outcome"] == Outcome.ELECTED)),
        }
        for option, total in zip(whole["options"], whole["totals"], strict=True)
    ]
    rows = [{"voter_id": str(place), "vote": ",".join(named)} for place, named in enumerate(votes, start=1)]
    return pabulib.Election(meta, projects, rows)


def _approved(whole: dict[str, Any], numbers: Sequence[int], marks: str) -> list[str]:
    """Return the options that a ballot approves; none when it is invalid."""
    lines = tally.read(record.rules_of(whole["rules"]), numbers, tally.decode(numbers, marks))
    if lines is None:
        return []
    return [str(number) for number, mark in zip(numbers, lines, strict=True) if mark is tally.Mark.APPROVE]


def _marks_in_ballot_order(options: Sequence[Option], rows: Sequence[CountedBallot]) -> list[str]:
    """Return the marks of each ballot in the order of these options; they are stored in order of number."""
    stored = sorted(option.number for option in options)
    places = [stored.index(option.number) for option in options]
    return ["".join(ballot.marks[place] for place in places) for ballot in rows]


def _salt(rows: Sequence[CountedBallot]) -> str:
    """Return 64 characters that nobody can guess and that stay the same: they come from the ballots' random keys."""
    return hashlib.sha256("".join(sorted(ballot.key for ballot in rows)).encode()).hexdigest()
