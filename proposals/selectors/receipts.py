"""The tree of receipts of a year: its heads, and the proof that a receipt is in it."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from livelihood.cycles.models import Cycle
from proposals import trees
from proposals.models import ReceiptHead, ReceiptNode, Suggestion

PROOF, HEADS, HEAD = "livelihood-receipt-proof/1", "livelihood-receipt-heads/1", "livelihood-receipt-head/1"


def receipt_heads(cycle: Cycle) -> QuerySet[ReceiptHead]:
    """Return what was published of the tree of a year, the last first."""
    return ReceiptHead.objects.filter(cycle=cycle).order_by("-day")


def newest_head(cycle: Cycle) -> ReceiptHead | None:
    """Return what was published last."""
    return receipt_heads(cycle).first()


def receipts_outside() -> QuerySet[Suggestion]:
    """Return the suggestions of all years whose receipts are in no tree yet."""
    return Suggestion.objects.filter(~Exists(ReceiptNode.objects.filter(level=0, number=OuterRef("number"))))


def leaf_of(number: str, text_digest: str) -> str:
    """Return the leaf of a receipt. Nobody finds a text by trying: its fingerprint is over a salt, too."""
    return trees.leaf(f"{number}:{text_digest}".encode())


def span_hashes(cycle: Cycle, spans: Sequence[trees.Span]) -> list[str]:
    """Return the hashes of parts of the tree of a year; one query."""
    places = {place for span in spans for place in trees.peaks(span)}
    found = _nodes(cycle, places)
    return [trees.fold([found[place] for place in trees.peaks(span)]) for span in spans]


def peak_hashes(cycle: Cycle, size: int) -> list[str]:
    """Return the hashes of the full trees that the first leaves of a year make; one query."""
    places = trees.peaks((0, size))
    found = _nodes(cycle, places)
    return [found[place] for place in places]


def _nodes(cycle: Cycle, places: Iterable[tuple[int, int]]) -> dict[tuple[int, int], str]:
    wanted = Q(pk__in=[])
    for level, place in places:
        wanted |= Q(level=level, place=place)
    rows = ReceiptNode.objects.filter(wanted, cycle=cycle)
    return {(level, place): digest for level, place, digest in rows.values_list("level", "place", "digest")}


def said_of_head(cycle: Cycle, head: ReceiptHead) -> dict[str, Any]:
    """Return what the signature of a head is over."""
    return {
        "format": HEAD,
        "area": cycle.area.code,
        "year": cycle.year,
        "day": head.day.isoformat(),
        "size": head.size,
        "root": head.root,
    }


def heads_file(cycle: Cycle) -> dict[str, Any]:
    """Return all heads of a year, the first first, each with the proof that it begins with the one before."""
    heads = [_told(head) | {"consistency": head.consistency} for head in receipt_heads(cycle).order_by("day")]
    return {"format": HEADS, "area": cycle.area.code, "year": cycle.year, "heads": heads}


def receipt_proof(cycle: Cycle, number: str) -> dict[str, Any] | None:
    """Return the proof that a receipt is under the newest root; None before it is. It tells nothing of the text."""
    head = newest_head(cycle)
    leaf = ReceiptNode.objects.filter(cycle=cycle, level=0, number=number).first()
    if head is None or leaf is None or leaf.place >= head.size:
        return None
    return {
        "format": PROOF,
        "area": cycle.area.code,
        "year": cycle.year,
        "number": number,
        "place": leaf.place,
        "head": _told(head),
        "path": span_hashes(cycle, trees.inclusion(leaf.place, head.size)),
    }


def is_in_tree(suggestion: Suggestion) -> bool:
    """Say whether the receipt of a suggestion is in the tree of its year."""
    return ReceiptNode.objects.filter(level=0, number=suggestion.number).exists()


def _told(head: ReceiptHead) -> dict[str, Any]:
    return {
        "day": head.day.isoformat(),
        "size": head.size,
        "root": head.root,
        "key": head.key,
        "signature": head.signature,
    }
