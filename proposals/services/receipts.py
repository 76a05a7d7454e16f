"""Publishing the receipts of a year: those that came since go into its tree, and its new head is signed."""

from collections.abc import Iterator
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from livelihood.audit.services import record
from livelihood.cycles.models import Cycle
from proposals import selectors, trees
from proposals.acts import ProposalAct
from proposals.models import ReceiptHead, ReceiptNode
from proposals.services import _shared as shared

AT_ONCE = 5_000
"""Rows of a statement."""


def publish_receipts(*, at: datetime) -> int:
    """Publish a head of every year in which something has come since its last one; return how many."""
    years = Cycle.objects.filter(pk__in=selectors.receipts_outside().values("cycle")).order_by("pk")
    return sum(publish_head(cycle=cycle, at=at) is not None for cycle in years)


@transaction.atomic
def publish_head(*, cycle: Cycle, at: datetime) -> ReceiptHead | None:
    """Take what has come into the tree of a year and publish its head; None where nothing has, or today's is there.

    What is being sent meanwhile is taken by the next.
    """
    cycle = shared.lock_cycle(cycle)
    former, day = selectors.newest_head(cycle), timezone.localdate(at)
    rows = selectors.receipts_outside().filter(cycle=cycle).order_by("pk").values_list("number", "text_digest")
    if (former is not None and former.day >= day) or not (came := list(rows)):
        return None
    begins = former.size if former else 0
    head = ReceiptHead(cycle=cycle, day=day, size=begins + len(came), published_at=at)
    for level in _levels(cycle, begins, came):
        ReceiptNode.objects.bulk_create(level, batch_size=AT_ONCE)
    head.root = trees.fold(selectors.peak_hashes(cycle, head.size))
    if former:
        head.consistency = selectors.span_hashes(cycle, trees.consistency(former.size, head.size))
    key = _key()
    head.key = key.public_key().public_bytes_raw().hex()
    head.signature = key.sign(selectors.canonical(selectors.said_of_head(cycle, head)).encode()).hex()
    head.save()
    record(ProposalAct.RECEIPTS_PUBLISHED, head, by=None, at=at, count=head.size, digest=head.root)
    return head


def _levels(cycle: Cycle, begins: int, came: list[tuple[str, str]]) -> Iterator[list[ReceiptNode]]:
    """Yield the rows that the tree grows by, leaves first: the database computes each from those below."""
    leaves = [selectors.leaf_of(number, text_digest) for number, text_digest in came]
    levels: dict[int, list[ReceiptNode]] = {}
    for level, place, digest in trees.grow(begins, selectors.peak_hashes(cycle, begins), leaves):
        number = came[place - begins][0] if level == 0 else ""
        levels.setdefault(level, []).append(
            ReceiptNode(cycle=cycle, level=level, place=place, number=number, digest=digest)
        )
    yield from (levels[level] for level in sorted(levels))


def _key() -> Ed25519PrivateKey:
    """Return the key of this installation for heads; a former one stands with the heads that it has signed."""
    bits = salted_hmac("proposals.receipts", "", secret=settings.SECRET_KEY, algorithm="sha256").digest()
    return Ed25519PrivateKey.from_private_bytes(bits)
