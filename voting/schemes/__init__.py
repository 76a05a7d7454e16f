"""How ballots are kept between hand and count.

A new way is a module with its scheme and a line in `SCHEMES`, a member of `voting.states.Scheme`, and its table.
"""

from voting.models import Round
from voting.schemes.marks import InvalidBallot, Sent, as_sent, check_marks, field_of
from voting.schemes.named import NamedScheme
from voting.schemes.plain import PlainScheme
from voting.schemes.protocol import BallotScheme, Cast, CountedBallot, Words
from voting.schemes.sealed import SealedScheme
from voting.states import Scheme

__all__ = [
    "SCHEMES",
    "BallotScheme",
    "Cast",
    "CountedBallot",
    "InvalidBallot",
    "Sent",
    "Words",
    "as_sent",
    "check_marks",
    "field_of",
    "scheme_of",
]

SCHEMES: dict[str, BallotScheme] = {
    Scheme.PLAIN: PlainScheme(),
    Scheme.SEALED: SealedScheme(),
    Scheme.NAMED: NamedScheme(),
}


def scheme_of(round_: Round) -> BallotScheme:
    """Return the scheme that a round's rules name."""
    return SCHEMES[round_.method.scheme]
