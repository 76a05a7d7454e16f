"""What every way to keep ballots offers. Rounds, roll, booth and record know a scheme by this alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from livelihood.kernel.errors import Text
from voting import tally
from voting.models import RollEntry, Round


@dataclass(frozen=True, slots=True)
class Cast:
    """A ballot in the urn as its deputy knows it: one letter per option, and the receipt."""

    marks: str
    receipt: str


@dataclass(frozen=True, slots=True)
class CountedBallot:
    """A ballot after closing.

    key: random; never published, orders the ballots. marks: one letter per option, in order of option number.
    receipt: empty for a paper ballot. voter: what the record says of the person; nothing in a secret vote.
    """

    key: str
    marks: str
    receipt: str
    voter: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Words:
    """What the pages say of a scheme, in sentences.

    booth: before a deputy marks anything. cast: beside the button that casts. receipt: what the receipt shows, and what
    it does not. arrived: on the round's page afterwards. result: beside result and record. is_public: everybody will
    see who voted how, so the booth's words stand out.
    """

    booth: Text
    cast: Text
    receipt: Text
    arrived: Text
    result: Text
    is_public: bool = False


class BallotScheme(Protocol):
    """A way to keep ballots. Every call that writes runs inside the transaction of the act, the round locked."""

    words: Words
    record_format: str

    def cast(self, entry: RollEntry, marks: str, key: str) -> Cast:
        """Put a ballot into the urn. key: random, drawn by the ballot page, known to the deputy's browser alone."""

    def recall(self, entry: RollEntry, key: str) -> Cast | None:
        """Return what the same cast put into the urn before; None when it did not, or voting has closed."""

    def close(self, round_: Round) -> int:
        """Make the ballots countable, and unlinkable where the vote is secret; return how many there are."""

    def discard(self, round_: Round) -> None:
        """Destroy the ballots cast in the booth, of a round that is void or moves to paper."""

    def count(self, round_: Round) -> tally.Tally[int]:
        """Count the ballots after closing, by option id."""

    def ballots(self, round_: Round) -> Sequence[CountedBallot]:
        """Return the ballots after closing, in order of their keys."""

    def verify(self, round_: Round) -> list[str]:
        """Say what does not fit between roll and ballots after closing; an empty list: nothing."""
