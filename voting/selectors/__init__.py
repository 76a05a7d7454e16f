"""Reading the room: what it hands on, what waits for whom, and what its pages show."""

from voting.selectors.handover import CandidateResult, Elected, elected, result_for
from voting.selectors.rounds import (
    assembly,
    copy_of,
    drawn,
    option_ids,
    rules_data,
    rules_of,
    rules_rows,
    share_text,
    warnings,
)
from voting.selectors.work import unfinished_business, work_for

__all__ = [
    "CandidateResult",
    "Elected",
    "assembly",
    "copy_of",
    "drawn",
    "elected",
    "option_ids",
    "result_for",
    "rules_data",
    "rules_of",
    "rules_rows",
    "share_text",
    "unfinished_business",
    "warnings",
    "work_for",
]
