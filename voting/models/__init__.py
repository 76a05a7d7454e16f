"""What the room owns: rounds with their rules, options and roll; ballots; results; the review by the two sessions."""

from voting.models.ballots import Ballot, NamedBallot, UrnBallot
from voting.models.credentials import Credential
from voting.models.documents import DeputiesInTerm, SignedSheet
from voting.models.halves import GivenHalf, KeyHalf, SealedBallot
from voting.models.kiosks import Kiosk
from voting.models.log_checks import LogCheck
from voting.models.paper import CountingOfficer, PaperReading, PaperStack
from voting.models.results import OptionResult, RoundResult, VoteOfficial
from voting.models.review import Opinion, Review, ReviewItem, Revision
from voting.models.roll import Reminder, RollEntry, Substitution
from voting.models.rounds import Method, Option, Round, TwoPersonStep

__all__ = [
    "Ballot",
    "CountingOfficer",
    "Credential",
    "DeputiesInTerm",
    "GivenHalf",
    "KeyHalf",
    "Kiosk",
    "LogCheck",
    "Method",
    "NamedBallot",
    "Opinion",
    "Option",
    "OptionResult",
    "PaperReading",
    "PaperStack",
    "Reminder",
    "Review",
    "ReviewItem",
    "Revision",
    "RollEntry",
    "Round",
    "RoundResult",
    "SealedBallot",
    "SignedSheet",
    "Substitution",
    "TwoPersonStep",
    "UrnBallot",
    "VoteOfficial",
]
