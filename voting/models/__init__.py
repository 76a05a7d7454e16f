"""What the room owns: rounds with their rules, options and roll; ballots; results; the review by the two sessions."""

from voting.models.ballots import Ballot, UrnBallot
from voting.models.results import OptionResult, RoundResult
from voting.models.review import Opinion, Review, ReviewItem
from voting.models.roll import RollEntry
from voting.models.rounds import Method, Option, Round, TwoPersonStep

__all__ = [
    "Ballot",
    "Method",
    "Opinion",
    "Option",
    "OptionResult",
    "Review",
    "ReviewItem",
    "RollEntry",
    "Round",
    "RoundResult",
    "TwoPersonStep",
    "UrnBallot",
]
