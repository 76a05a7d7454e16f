"""State machines as tables: state → verb → next state."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from livelihood.kernel.errors import IllegalMove

Moves = Mapping[tuple[str, str], str]


def check_move(moves: Moves, state: str, verb: str) -> str:
    """Return the state that `verb` leads to from `state`.

    moves: (state, verb) → next state; a pair that is missing is an illegal move.

    :raises IllegalMove: the verb is not possible from this state.
    """
    try:
        return moves[(state, verb)]
    except KeyError:
        raise IllegalMove(_("This step is not possible in the present state.")) from None


def to_mermaid(name: str, moves: Moves, initial: str) -> str:
    """Draw the machine as a Mermaid state diagram, edges in table order."""
    lines = [
        "```mermaid",
        "stateDiagram-v2",
        f"    %% {name}",
        f"    [*] --> {initial}",
    ]
    lines += [f"    {source} --> {target}: {verb}" for (source, verb), target in moves.items()]
    return "\n".join([*lines, "```"])
