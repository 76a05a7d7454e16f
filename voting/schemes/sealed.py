"""The secret vote, sealed: what lies in the urn nobody can read until two scrutineers open it, each with her half."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from livelihood.kernel.verdict import Verdict
from voting import halves, papers, record, selectors
from voting.models import RollEntry, Round, SealedBallot
from voting.schemes import _shared as shared
from voting.schemes import envelopes
from voting.schemes.marks import UNREADABLE, InvalidBallot, Sent, read_marks
from voting.schemes.plain import PlainScheme
from voting.schemes.protocol import Cast, Words
from voting.tally import Mark

ENVELOPE = "sealed"
"""Field of what a page sends that has sealed the ballot itself; a page without scripts sends the marks as they are."""


class SealedScheme(PlainScheme):
    """As `plain`, but the urn holds envelopes. Closing mixes them; opening reads them, and they are counted as ballots.

    Sealed in the browser, the marks are known to nobody before opening. Without scripts they arrive as they are and are
    sealed here before anything is written, with a key made of the cast's own random key: so that the same cast sent
    again is the same envelope, and its receipt can be shown again.

    The receipt follows from the envelope's secrets. It stands nowhere until the envelopes are opened: whoever copies
    the urn has nothing in it that the record will show.
    """

    record_format = record.SEALED
    script = "js/sealed_ballot.js"
    words = Words(
        booth=_(
            "This vote is secret. Your ballot is sealed in your browser and opened after closing alone, when two "
            "scrutineers have each put in their half of the key."
        ),
        cast=_(
            "Your ballot is sealed before it goes into the urn without your name. Nobody can read it until two "
            "scrutineers open all ballots together, after closing and mixed."
        ),
        receipt=PlainScheme.words.receipt,
        arrived=PlainScheme.words.arrived,
        result=_(
            "The vote was secret and sealed: two scrutineers opened the ballots after closing; they stand in the "
            "record in random order and without names."
        ),
    )

    def public_keys(self, round_: Round) -> str:
        return " ".join(public.hex() for public in halves.public_keys(round_))

    def read(self, round_: Round, sent: Sent, key: str) -> str:
        if ENVELOPE not in sent:
            marks = read_marks(round_, sent)
            own = _own_key(round_, key)
            return _written(envelopes.seal(marks, halves.public_keys(round_), own))
        try:
            [text] = sent[ENVELOPE]
            envelope = base64.b64decode(text, validate=True)
        except (ValueError, binascii.Error):
            raise InvalidBallot(UNREADABLE) from None
        length = envelopes.length_of(len(selectors.locked_ballot(round_).options))
        if len(envelope) != length or not envelopes.is_point(envelope[: envelopes.POINT_LENGTH]):
            raise InvalidBallot(UNREADABLE)
        return _written(envelope)

    def cast(self, entry: RollEntry, content: str, key: str) -> Cast:
        try:
            shared.put_into_urn(entry, Cast(content, ""), key)
        except IntegrityError:  # another envelope has the same key: one was copied
            raise InvalidBallot(UNREADABLE) from None
        return Cast(content, _receipt(entry.round, content, key))

    def recall(self, entry: RollEntry, key: str) -> Cast | None:
        found = super().recall(entry, key)
        return found and Cast(found.content, _receipt(entry.round, found.content, key))

    def can_count(self, round_: Round) -> Verdict:
        return halves.are_in(round_)

    def proof(self, round_: Round) -> Mapping[str, Any]:
        return {"envelopes": fingerprints(round_)}


def envelopes_of(round_: Round) -> list[bytes]:
    """Return the envelopes of a closed round, in order of their random keys."""
    texts = SealedBallot.objects.filter(round=round_).order_by("pk").values_list("envelope", flat=True)
    return [base64.b64decode(text) for text in texts]


def fingerprints(round_: Round) -> list[str]:
    """Return what tells the envelopes of a closed round apart, in an order that says nothing."""
    return sorted(envelopes.fingerprint(envelope) for envelope in envelopes_of(round_))


def opened_with(round_: Round, half: envelopes.PrivateKey) -> list[bytes]:
    """Return what one half gives on each envelope: with what the other gives it opens, alone it does not."""
    return [envelopes.shared_secret(half, _point(envelope)) for envelope in envelopes_of(round_)]


def opened(round_: Round, given: Sequence[Sequence[bytes]]) -> list[tuple[str, str]]:
    """Return marks and receipt of each ballot of a closed round, in order of the receipts.

    What is in an envelope counts as it would on paper: marks that break the rules are kept for the count to judge; what
    no paper of this round could bear is invalid as a whole.

    given: what each half gave, in order of their numbers.
    """
    publics, length = halves.public_keys(round_), len(selectors.option_ids(round_))
    known = papers.possible_marks(round_)
    ballots = []
    for envelope, *secrets in zip(envelopes_of(round_), *given, strict=True):
        key, receipt = envelopes.keys_of(_point(envelope), publics, secrets)
        marks = envelopes.unseal(envelope, key) or ""
        is_readable = len(marks) == length and set(marks) <= known
        ballots.append((marks if is_readable else Mark.SPOILT * length, receipt))
    return sorted(ballots, key=lambda ballot: ballot[1])


def _point(envelope: bytes) -> bytes:
    return envelope[: envelopes.POINT_LENGTH]


def _written(envelope: bytes) -> str:
    return base64.b64encode(envelope).decode()


def _own_key(round_: Round, key: str) -> envelopes.PrivateKey:
    """Return the key of an envelope that is sealed here: it follows from what the deputy's browser alone has."""
    return envelopes.key_from(f"{round_.pk}:{key}".encode(), b"envelope")


def _receipt(round_: Round, content: str, key: str) -> str:
    """Return the receipt of an envelope that was sealed here; of another the deputy's browser has it."""
    point, own = _point(base64.b64decode(content)), _own_key(round_, key)
    if point != envelopes.public_of(own):
        return ""
    publics = halves.public_keys(round_)
    return envelopes.keys_of(point, publics, [envelopes.shared_secret(own, public) for public in publics])[1]
