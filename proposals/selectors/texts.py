"""Whether what citizens wrote is still what they wrote: each text by its fingerprint, what was removed by its mark."""

import hashlib
import json
from collections.abc import Iterator

from livelihood.audit.models import Entry
from proposals.acts import ProposalAct
from proposals.models import Erasure, ReceiptNode, Suggestion
from proposals.selectors.receipts import leaf_of
from proposals.states import Erased


def canonical(value: object) -> str:
    """Return a value as canonical JSON: keys sorted, no blanks, characters as they are."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def text_digest(suggestion: Suggestion) -> str:
    """Return the SHA-256 of what was sent, and its salt, as canonical JSON in UTF-8, in hexadecimal; on the receipt.

    Without the salt, which is drawn anew with each erasure, nobody finds by trying what stood below the stars.
    """
    return hashlib.sha256(text_content(suggestion)).hexdigest()


def text_content(suggestion: Suggestion) -> bytes:
    """Return the bytes that the fingerprint of a text is of."""
    return canonical([suggestion.title, suggestion.matter, suggestion.wish, suggestion.text_salt]).encode()


def erasures_of(suggestion: Suggestion) -> list[Erasure]:
    """Return what was removed of a suggestion, oldest first."""
    return list(Erasure.objects.filter(suggestion=suggestion).order_by("pk"))


def misfits() -> Iterator[str]:
    """Yield the number of each suggestion whose text or fingerprint is not as it was received, and nothing says why.

    What was masked or withdrawn says when and why, and how it was left; journal and tree of receipts keep the
    fingerprint of the day, the tree of what is there no longer, too.
    """
    removed = Erasure.objects.exclude(what=Erased.CONTACT).order_by("pk")
    left_as = dict(removed.values_list("suggestion", "digest"))
    journal = Entry.objects.filter(act=ProposalAct.SUGGESTION_RECEIVED).order_by("pk")
    told = dict(journal.values_list("subject_id", "detail__text_digest"))
    leaves = dict(ReceiptNode.objects.filter(level=0).order_by("pk").values_list("number", "digest"))
    texts = Suggestion.objects.only("number", "title", "matter", "wish", "text_salt", "text_digest").order_by("pk")
    for row in texts.iterator():
        leaf = leaf_of(row.number, row.text_digest)
        is_of_leaf = leaves.pop(row.number, leaf) == leaf
        is_as_left = text_digest(row) == left_as.get(row.pk, row.text_digest)
        if not (is_as_left and is_of_leaf and told.get(str(row.pk)) == row.text_digest):
            yield row.number
    yield from leaves
