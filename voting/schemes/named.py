"""The vote by name: every ballot stands beside its deputy and is published with the name."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from livelihood.kernel.errors import NotAllowed
from livelihood.kernel.numbers import make_code
from livelihood.kernel.verdict import YES, Verdict
from voting import record, tally
from voting.models import NamedBallot, PaperStack, RollEntry, Round
from voting.papers import NO_NAMES
from voting.schemes import _shared as shared
from voting.schemes.marks import Sent, read_marks
from voting.schemes.protocol import Cast, CountedBallot, Words


class NamedScheme:
    """A ballot belongs to a line of the roll; it is shown to nobody before closing and to everybody with the result."""

    record_format = record.NAMED
    script = ""
    words = Words(
        booth=_("This vote is by name. Your choices will be published with your name when the result is announced."),
        cast=_("You cast this ballot under your name. Your choices on every candidate will be published with it."),
        receipt=_(
            "Your choices are kept with your name. Nobody sees them before voting has closed; with the result they are "
            "published beside your name, where you and everybody can check them."
        ),
        arrived=_("It was taken once and cannot be changed. It will be published with your name."),
        result=_("The vote was by name: the record says how each deputy voted."),
        is_public=True,
    )

    def public_keys(self, round_: Round) -> str:
        return ""

    def read(self, round_: Round, sent: Sent, key: str) -> str:
        return read_marks(round_, sent)

    def cast(self, entry: RollEntry, content: str, key: str) -> Cast:
        cast = Cast(content, make_code())
        shared.copy_row(
            "voting_namedballot",
            id=uuid.uuid4().bytes,
            round_id=shared.key_bytes(entry.round_id),
            entry_id=shared.key_bytes(entry.pk),
            marks=cast.content.encode(),
            receipt=cast.receipt.encode(),
            repeat_digest=shared.repeat_digest(entry, key).encode(),
        )
        return cast

    def recall(self, entry: RollEntry, key: str) -> Cast | None:
        row = NamedBallot.objects.filter(entry=entry, repeat_digest=shared.repeat_digest(entry, key)).first()
        return None if row is None else Cast(row.marks, row.receipt)

    def close(self, round_: Round) -> int:
        return NamedBallot.objects.filter(round=round_).count()

    def discard(self, round_: Round) -> None:
        with connection.cursor() as cursor:
            # Not by the ORM: a function of the database, as the application may take none out.
            cursor.execute("SELECT voting_destroy_named(%s)", [round_.pk])

    def add_papers(self, stack: PaperStack) -> None:
        raise NotAllowed(NO_NAMES)

    def can_count(self, round_: Round) -> Verdict:
        return YES

    def count(self, round_: Round) -> tally.Tally[int]:
        return shared.tally_of(round_, NamedBallot.objects.filter(round=round_).values_list("marks", flat=True))

    def ballots(self, round_: Round) -> list[CountedBallot]:
        rows = NamedBallot.objects.filter(round=round_).select_related("entry").order_by("pk")
        return [
            CountedBallot(
                str(row.pk),
                row.marks,
                row.receipt,
                {"number": row.entry.number, "name": row.entry.name, "delegation": row.entry.delegation},
            )
            for row in rows
        ]

    def proof(self, round_: Round) -> Mapping[str, Any]:
        return {}

    def verify(self, round_: Round) -> list[str]:
        """By person: every deputy who has voted has a ballot, and nobody else has."""
        voted = set(round_.roll.filter(has_voted=True).values_list("number", flat=True))
        found = set(
            NamedBallot.objects.filter(round=round_, entry__round=round_).values_list("entry__number", flat=True)
        )
        return [] if found == voted else [f"Deputies whose vote and ballot do not fit: {sorted(found ^ voted)}"]
