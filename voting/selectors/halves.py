"""What the page of the key shows: who holds which half, and how far the two are."""

from dataclasses import dataclass
from datetime import datetime

from livelihood.kernel.errors import Text
from voting import halves
from voting.models import GivenHalf, KeyHalf, Round
from voting.states import HalfState


@dataclass(frozen=True, slots=True)
class ShownHalf:
    """One of the two halves. half: None while nobody has drawn it. put_in: by whom and when, empty until then."""

    number: int
    half: KeyHalf | None
    label: Text
    badge: str
    put_in_by: str = ""
    put_in_at: datetime | None = None


BADGES = {HalfState.MISSING: "need", HalfState.DRAWN: "warn", HalfState.TRIED: "ok", HalfState.HANDED_IN: "ok"}


def halves_of(round_: Round) -> list[ShownHalf]:
    """Return both halves of the key, in order of their numbers."""
    drawn = {
        half.number: half
        for half in KeyHalf.objects.filter(round=round_).select_related("holder", "handed_in_by", "waiting__given_by")
    }
    return [_shown(number, drawn.get(number)) for number in halves.NUMBERS]


def _shown(number: int, half: KeyHalf | None) -> ShownHalf:
    state = HalfState.MISSING
    if half is not None:
        state = HalfState.TRIED if half.tried_at else HalfState.DRAWN
    put_in = _put_in(half)
    state = HalfState.HANDED_IN if put_in else state
    by, at = put_in or ("", None)
    return ShownHalf(number=number, half=half, label=state.label, badge=BADGES[state], put_in_by=by, put_in_at=at)


def _put_in(half: KeyHalf | None) -> tuple[str, datetime] | None:
    """Return by whom a half was put in and when, be it that the other is still missing."""
    if half is None:
        return None
    if half.handed_in_by and half.handed_in_at:
        return half.handed_in_by.name, half.handed_in_at
    waiting: GivenHalf | None = getattr(half, "waiting", None)
    return (waiting.given_by.name, waiting.given_at) if waiting else None
