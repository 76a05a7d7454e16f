"""What waits for a second person, and what both of them read of the roll: below the rules, which ask it."""

from voting.models import DeputiesInTerm, Round, TwoPersonStep
from voting.states import RoundState, Step


def waiting_step(round_: Round) -> TwoPersonStep | None:
    """Return the step that waits for a second person."""
    return round_.steps.filter(confirmed_at__isnull=True, withdrawn_at__isnull=True).first()


def is_roll_proposed(round_: Round) -> bool:
    """Say whether somebody proposes to lock the roll as it stands."""
    if round_.state != RoundState.RULES_LOCKED:
        return False
    waiting = waiting_step(round_)
    return waiting is not None and waiting.step == Step.LOCK_ROLL


def deputies_in_term(round_: Round) -> int | None:
    """Return how many deputies are in term by law, of which shares are asked; None until it is entered."""
    return DeputiesInTerm.objects.filter(round=round_).values_list("deputies", flat=True).first()
