"""What the pages of a round share: how it is found, its clock, its address."""

import math
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from livelihood.cycles.models import Cycle
from livelihood.kernel.uploads import CONTENT_TYPES, FileKind
from livelihood.web.decorators import found
from voting import selectors
from voting.models import Round
from voting.states import RoundState


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


def clock(round_: Round, at: datetime) -> Clock | None:
    """Return the clock of a round; there is none unless voting is open."""
    end = selectors.planned_end(round_)
    if end is None or round_.state != RoundState.OPEN:
        return None
    minutes = math.ceil((end - at).total_seconds() / 60)
    return Clock(end, left=max(minutes, 0), over=max(-minutes, 0))
