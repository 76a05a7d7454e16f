"""The secret vote, secret by storage: an urn without names, emptied as a whole and in random order."""

from collections.abc import Mapping
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from livelihood.kernel.numbers import make_code
from livelihood.kernel.verdict import YES, Verdict
from voting import record, tally
from voting.models import Ballot, PaperStack, RollEntry, Round
from voting.schemes import _shared as shared
from voting.schemes.marks import Sent, read_marks
from voting.schemes.protocol import Cast, CountedBallot, Words


class PlainScheme:
    """The urn knows no person; closing moves all ballots at once, in random order.

    While voting is open, the row of the urn and the line of the roll are written by one transaction, and the database
    notes which (`xmin`). So closing writes the ballots anew, as one transaction's rows in random order under new keys,
    and truncates the urn: that drops its file with all rows, live and dead.
    """

    record_format = record.RECORD
    script = ""
    words = Words(
        booth=_("This vote is secret. Your ballot carries no name, no time and no order."),
        cast=_("Your ballot goes into the urn without your name. After closing nobody can tell which one is yours."),
        receipt=_(
            "The code is random and not kept with your name. With the result the codes of all ballots are published, "
            "and their marks unless the rules keep the counts back: there you see that your ballot is among those "
            "counted. Afterwards the code proves nothing to others; until then keep it to yourself. Nobody may ask "
            "for it."
        ),
        arrived=_(
            "It was taken once and cannot be changed. If you did not see its code, it counts all the same; the code "
            "cannot be shown again, as it is kept nowhere beside your name."
        ),
        result=_("The vote was secret: the ballots stand in the record in random order and without names."),
    )

    def public_keys(self, round_: Round) -> str:
        return ""

    def read(self, round_: Round, sent: Sent, key: str) -> str:
        return read_marks(round_, sent)

    def cast(self, entry: RollEntry, content: str, key: str) -> Cast:
        cast = Cast(content, make_code())
        shared.put_into_urn(entry, cast, key)
        return cast

    def recall(self, entry: RollEntry, key: str) -> Cast | None:
        with connection.cursor() as cursor:
            # Not by the ORM: a function of the database, as the application may not read the urn.
            cursor.execute(
                "SELECT marks, receipt FROM voting_recall(%s, %s)", [entry.round_id, shared.repeat_digest(entry, key)]
            )
            found = cursor.fetchall()
        return next((Cast(marks, receipt) for marks, receipt in found), None)

    def close(self, round_: Round) -> int:
        return _empty_urn(round_, keep=True)

    def discard(self, round_: Round) -> None:
        _empty_urn(round_, keep=False)

    def add_papers(self, stack: PaperStack) -> None:
        with connection.cursor() as cursor:
            # Not by the ORM: a function of the database, as the application may write no ballot itself.
            cursor.execute("SELECT voting_add_papers(%s)", [stack.pk])

    def can_count(self, round_: Round) -> Verdict:
        return YES

    def count(self, round_: Round) -> tally.Tally[int]:
        return shared.tally_of(round_, Ballot.objects.filter(round=round_).values_list("marks", flat=True))

    def ballots(self, round_: Round) -> list[CountedBallot]:
        rows = Ballot.objects.filter(round=round_).order_by("pk")
        return [CountedBallot(str(row.pk), row.marks, row.receipt) for row in rows]

    def proof(self, round_: Round) -> Mapping[str, Any]:
        return {}

    def verify(self, round_: Round) -> list[str]:
        """By number alone: more cannot be compared in a secret vote."""
        voted = round_.roll.filter(has_voted=True).count()
        found = Ballot.objects.filter(round=round_).exclude(receipt="").count()
        return [] if found == voted else [f"{voted} deputies have voted, but there are {found} ballots."]


def _empty_urn(round_: Round, *, keep: bool) -> int:
    """Take a round's ballots out of the urn, to be counted or to be destroyed; return how many there were."""
    with connection.cursor() as cursor:
        # Not by the ORM: a function of the database, as the application may take none out.
        cursor.execute("SELECT voting_empty_urn(%s, %s)", [round_.pk, keep])
        return int(cursor.fetchone()[0])
