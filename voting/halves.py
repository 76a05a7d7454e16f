"""How the two halves of the key to a sealed round stand, whoever asks: what the rules of voting build on."""

from datetime import datetime
from functools import lru_cache

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.kernel.verdict import YES, Verdict, no
from voting.models import GivenHalf, KeyHalf, Round, SealedBallot
from voting.states import BEFORE_OPENING, VOTING, RoundState, Scheme

NUMBERS = (1, 2)

NOT_SEALED = _("The ballots of this round are not sealed.")


def are_used(round_: Round) -> bool:
    """Say whether the ballots of a round are sealed: it says so, and is not held on paper."""
    return round_.method.scheme == Scheme.SEALED and not round_.is_on_paper


def public_keys(round_: Round) -> tuple[bytes, ...]:
    """Return the public keys of both halves, in order of their numbers; known to the process once the vote is open.

    From then on the database refuses every change of them (voting/guards/voting_keyhalf.sql).
    """
    if round_.state in VOTING:
        return _fixed_keys(round_.pk, round_.rules_locked_at)
    return _read_keys(round_.pk)


@lru_cache(maxsize=64)
def _fixed_keys(round_id: int, _locked_at: datetime | None) -> tuple[bytes, ...]:
    """_locked_at: so that a database that was put back under a running process is not taken for the former."""
    return _read_keys(round_id)


def _read_keys(round_id: int) -> tuple[bytes, ...]:
    texts = KeyHalf.objects.filter(round=round_id).order_by("number").values_list("public_key", flat=True)
    return tuple(bytes.fromhex(text) for text in texts)


def are_tried(round_: Round) -> Verdict:
    """Say whether two scrutineers hold a half each, and have shown that they can type it."""
    tried = KeyHalf.objects.filter(round=round_, tried_at__isnull=False).count()
    if not are_used(round_) or tried == len(NUMBERS):
        return YES
    return no(_("Two scrutineers must first draw a half of the key each, write it down and type it back once."))


def are_in(round_: Round) -> Verdict:
    """Say whether no envelope of a closed round waits for a half of the key."""
    if not are_used(round_) or not SealedBallot.objects.filter(round=round_).exists():
        return YES
    if KeyHalf.objects.filter(round=round_, handed_in_at__isnull=False).count() == len(NUMBERS):
        return YES
    return no(_("Two scrutineers must first open the ballots: each puts in the half of the key that was written down."))


def unopened() -> Q:
    """Return which rounds of a query wait for a half of the key to be opened."""
    envelopes = Exists(SealedBallot.objects.filter(round=OuterRef("pk")))
    return _sealed(state=RoundState.CLOSED) & envelopes & _is_missing(handed_in_at__isnull=False)


def wait_for(person: User) -> Q:
    """Return which rounds of a query wait for a half of the key, of scrutineers, that this person can give."""
    mine = KeyHalf.objects.filter(round=OuterRef("pk"))
    given = GivenHalf.objects.filter(half__round=OuterRef("pk"), given_by=person)
    untried = _is_missing(tried_at__isnull=False) & ~Exists(mine.filter(holder=person, tried_at__isnull=False))
    return _sealed(state__in=BEFORE_OPENING) & untried | unopened() & ~Exists(given)


def _sealed(**state: object) -> Q:
    return Q(method__scheme=Scheme.SEALED, moved_to_paper_at__isnull=True, **state)


def _is_missing(**done: object) -> Q:
    """Say of which rounds there are no two halves with which something was done."""
    halves = KeyHalf.objects.filter(round=OuterRef("pk"), **done)
    return Q(*(~Exists(halves.filter(number=number)) for number in NUMBERS), _connector=Q.OR)
