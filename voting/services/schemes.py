"""How ballots are kept between hand and count. Rounds, roll and pages know a scheme by `BallotScheme` alone."""

import hashlib
import io
import uuid
from dataclasses import dataclass
from typing import Protocol

from django.db import connection

from livelihood.accounts.models import User
from livelihood.kernel.numbers import make_code
from voting import selectors, tally
from voting.models import Ballot, Round, UrnBallot
from voting.states import Scheme


@dataclass(frozen=True, slots=True)
class Cast:
    """A ballot in the urn as its deputy knows it: one letter per option, and the receipt."""

    marks: str
    receipt: str


class BallotScheme(Protocol):
    """A way to keep ballots. Every call runs inside the transaction of the act, the round locked."""

    def cast(self, round_: Round, deputy: User, marks: str, key: str) -> Cast:
        """Put a ballot into the urn. key: random, drawn by the ballot page, known to the deputy's browser alone."""

    def recall(self, round_: Round, deputy: User, key: str) -> Cast | None:
        """Return what the same cast put into the urn before; None when it did not, or voting has closed."""

    def close(self, round_: Round) -> int:
        """Make the ballots countable and unlinkable; return how many there are."""

    def discard(self, round_: Round) -> None:
        """Destroy what is in the urn of a round that is void."""

    def count(self, round_: Round) -> tally.Tally[int]:
        """Count the ballots after closing, by option id."""


class PlainScheme:
    """Secret by storage: the urn knows no person; closing moves all ballots at once, in random order.

    While voting is open, the row of the urn and the line of the roll are written by one transaction, and the database
    notes which (`xmin`). So closing writes the ballots anew, as one transaction's rows in random order under new keys,
    and truncates the urn: that drops its file with all rows, live and dead.
    """

    def cast(self, round_: Round, deputy: User, marks: str, key: str) -> Cast:
        """Write by COPY: the marks are data beside the statement and appear in no log or list of statements."""
        cast = Cast(marks, make_code())
        row = "\t".join([str(uuid.uuid4()), str(round_.pk), cast.marks, cast.receipt, _digest(round_, deputy, key)])
        with connection.cursor() as cursor:
            cursor.copy_expert(
                "COPY voting_urnballot (id, round_id, marks, receipt, repeat_digest) FROM STDIN",
                io.StringIO(row + "\n"),
            )
        return cast

    def recall(self, round_: Round, deputy: User, key: str) -> Cast | None:
        row = UrnBallot.objects.filter(round=round_, repeat_digest=_digest(round_, deputy, key)).first()
        return None if row is None else Cast(row.marks, row.receipt)

    def close(self, round_: Round) -> int:
        return _empty_urn(round_, keep=True)

    def discard(self, round_: Round) -> None:
        _empty_urn(round_, keep=False)

    def count(self, round_: Round) -> tally.Tally[int]:
        options = selectors.option_ids(round_)
        letters = Ballot.objects.filter(round=round_).values_list("marks", flat=True)
        return tally.tally(
            selectors.rules_of(round_),
            options,
            (tally.decode(options, marks) for marks in letters),
            selectors.assembly(round_),
        )


SCHEMES: dict[Scheme, BallotScheme] = {Scheme.PLAIN: PlainScheme()}


def scheme_of(round_: Round) -> BallotScheme:
    """Return the scheme that a round's rules name."""
    return SCHEMES[Scheme(round_.method.scheme)]


def _digest(round_: Round, deputy: User, key: str) -> str:
    """Return what recognises a cast sent again. The key is stored nowhere, so the digest leads back to nobody."""
    return hashlib.sha256(f"{round_.pk}:{deputy.pk}:{key}".encode()).hexdigest()


def _empty_urn(round_: Round, *, keep: bool) -> int:
    """Empty the urn as a whole, move a round's ballots out of it if they are kept, put other rounds' ballots back.

    Returns the number of ballots of this round. Other rounds wait for a moment; their ballots are mixed by it.
    """
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE voting_urnballot IN ACCESS EXCLUSIVE MODE")
        cursor.execute("SELECT count(*) FROM voting_urnballot WHERE round_id = %s", [round_.pk])
        number = cursor.fetchone()[0]
        if keep:
            cursor.execute(
                "INSERT INTO voting_ballot (id, round_id, marks, receipt)"
                " SELECT gen_random_uuid(), round_id, marks, receipt FROM voting_urnballot WHERE round_id = %s"
                " ORDER BY gen_random_uuid()",
                [round_.pk],
            )
        cursor.execute(
            "CREATE TEMPORARY TABLE voting_other_rounds ON COMMIT DROP AS"
            " SELECT * FROM voting_urnballot WHERE round_id <> %s ORDER BY gen_random_uuid()",
            [round_.pk],
        )
        cursor.execute("TRUNCATE voting_urnballot")
        cursor.execute("INSERT INTO voting_urnballot SELECT * FROM voting_other_rounds")
        cursor.execute("DROP TABLE voting_other_rounds")
    return number
