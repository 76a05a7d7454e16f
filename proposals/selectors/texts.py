"""Whether what citizens wrote is still what they wrote: each text by its fingerprint, what was removed by its mark."""

import hashlib
import json
from collections.abc import Iterator

from livelihood.audit.models import Entry
from proposals.acts import ProposalAct
from proposals.models import Erasure, Suggestion
from proposals.states import Erased


def canonical(parts: list[object]) -> str:
    """Return texts and numbers as canonical JSON: no blanks, characters as they are."""
    return json.dumps(parts, ensure_ascii=False, separators=(",", ":"))


def text_digest(suggestion: Suggestion) -> str:
    """Return the SHA-256 of what was sent, and its salt, as canonical JSON in UTF-8, in hexadecimal; on the receipt.

    Without the salt, which is drawn anew with each erasure, nobody finds by trying what stood below the stars.
    """
    parts: list[object] = [suggestion.title, suggestion.matter, suggestion.wish, suggestion.text_salt]
    return hashlib.sha256(canonical(parts).encode()).hexdigest()


def erasures_of(suggestion: Suggestion) -> list[Erasure]:
    """Return what was removed of a suggestion, oldest first."""
    return list(Erasure.objects.filter(suggestion=suggestion).order_by("pk"))


def misfits() -> Iterator[str]:
    """Yield the number of each suggestion whose text or fingerprint is not as it was received, and nothing says why.

    What was masked or withdrawn says when and why, and how it was left; the journal keeps the fingerprint of the day.
    """
    removed = Erasure.objects.exclude(what=Erased.CONTACT).order_by("pk")
    left_as = dict(removed.values_list("suggestion", "digest"))
    journal = Entry.objects.filter(act=ProposalAct.SUGGESTION_RECEIVED).order_by("pk")
    told = dict(journal.values_list("subject_id", "detail__text_digest"))
    texts = Suggestion.objects.only("number", "title", "matter", "wish", "text_salt", "text_digest").order_by("pk")
    for row in texts.iterator():
        if text_digest(row) != left_as.get(row.pk, row.text_digest) or told.get(str(row.pk)) != row.text_digest:
            yield row.number
