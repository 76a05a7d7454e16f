"""What several pages of this room do alike."""

from livelihood.cycles.models import Cycle
from livelihood.web.decorators import found
from voting import selectors
from voting.models import Round


def find_round(cycle: Cycle, number: int) -> Round:
    """Return a round of the cycle.

    :raises Http404: no such round.
    """
    round_: Round = found(selectors.round_at(cycle, number))
    return round_
