"""What the pages of a round share: how it is found, its clock, the card that a deputy came in with."""

import math
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _

from livelihood.cycles.models import Cycle
from livelihood.kernel.errors import NotAllowed
from livelihood.kernel.uploads import CONTENT_TYPES, FileKind
from livelihood.web import confined
from livelihood.web.decorators import found
from voting import selectors
from voting.models import Round
from voting.states import RoundState

CARD = "card"
"""In a session that a card began: which card of its deputy it was."""


def card_of(request: HttpRequest) -> int | None:
    """Return which of a deputy's cards began the sign-in; None for one by password."""
    return int(request.session.get(CARD, 0)) if confined.is_confined(request) else None


MACHINE = "machine"
"""In a session that was begun at a machine of the hall: which one."""


def machine_of(request: HttpRequest) -> int | None:
    """Return the machine of the hall at which the sign-in was made; None elsewhere.

    :raises NotAllowed: the machine was taken out of use since.
    """
    key: int | None = request.session.get(MACHINE)
    if key is not None and selectors.kiosk_in_use(key) is None:
        raise NotAllowed(_("This machine was taken out of use. Ask congress staff where to vote."))
    return key


def find_round(cycle: Cycle, number: int) -> Round:
    """Return a round of the cycle.

    :raises Http404: no such round.
    """
    round_: Round = found(selectors.round_at(cycle, number))
    return round_


def document(content: bytes | memoryview, kind: str, name: str) -> HttpResponse:
    """Answer with a document as it was brought."""
    response = HttpResponse(bytes(content), content_type=CONTENT_TYPES[FileKind(kind)])
    response["Content-Disposition"] = content_disposition_header(True, name) or ""
    return response


@dataclass(frozen=True, slots=True)
class Clock:
    """How open voting stands against its planned end, in minutes; a minute begun is left. Closing itself is an act."""

    end: datetime
    left: int
    over: int

    @property
    def days(self) -> int:
        """Whole days that are left; where there are any, nobody counts hours."""
        return self.left // (24 * 60)


def clock(round_: Round, at: datetime) -> Clock | None:
    """Return the clock of a round; there is none unless voting is open."""
    end = selectors.planned_end(round_)
    if end is None or round_.state != RoundState.OPEN:
        return None
    minutes = math.ceil((end - at).total_seconds() / 60)
    return Clock(end, left=max(minutes, 0), over=max(-minutes, 0))
