"""What every way to keep ballots offers. Rounds, roll, booth and record know a scheme by this alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from livelihood.kernel.errors import Text
from livelihood.kernel.verdict import Verdict
from voting import tally
from voting.models import PaperStack, RollEntry, Round
from voting.schemes.marks import Sent


@dataclass(frozen=True, slots=True)
class Cast:
    """A ballot in the urn: what the scheme read from what its deputy sent, and the receipt.

    receipt: empty where the deputy's browser alone knows it.
    """

    content: str
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
    """A way to keep ballots. Every call that writes runs inside the transaction of the act, the round locked.

    script: static file that the ballot page loads, for a scheme whose choices are checked and sealed in the browser;
    empty where they are sent as they are.
    """

    words: Words
    record_format: str
    script: str

    def public_keys(self, round_: Round) -> str:
        """Return to what the script of the ballot page seals; empty where it seals nothing."""

    def read(self, round_: Round, sent: Sent, key: str) -> str:
        """Return what goes into the urn from what the ballot page sent; refuse what the rules do not take.

        The same sent again with the same key gives the same.

        :raises InvalidBallot: it cannot be read, or the rules do not take it.
        """

    def cast(self, entry: RollEntry, content: str, key: str) -> Cast:
        """Put a ballot into the urn. key: random, drawn by the ballot page, known to the deputy's browser alone."""

    def recall(self, entry: RollEntry, key: str) -> Cast | None:
        """Return what the same cast put into the urn before; None when it did not, or voting has closed."""

    def close(self, round_: Round) -> int:
        """Make the ballots countable, and unlinkable where the vote is secret; return how many there are."""

    def discard(self, round_: Round) -> None:
        """Destroy the ballots cast in the booth, of a round that is void or moves to paper."""

    def add_papers(self, stack: PaperStack) -> None:
        """Put the papers of a stack, each read alike by two persons, among the ballots, in random order."""

    def can_count(self, round_: Round) -> Verdict:
        """Say whether the closed ballots can be counted: where keys open them, whether enough of these are there."""

    def count(self, round_: Round) -> tally.Tally[int]:
        """Count the ballots after closing, by option id."""

    def ballots(self, round_: Round) -> Sequence[CountedBallot]:
        """Return the ballots after closing, in order of their keys."""

    def proof(self, round_: Round) -> Mapping[str, Any]:
        """Return what the record holds besides of how the ballots were kept, by field."""

    def verify(self, round_: Round) -> list[str]:
        """Say what does not fit between roll and ballots after closing; an empty list: nothing."""
