"""A card of a list, as the component `card` takes it."""

from collections.abc import Sequence
from dataclasses import dataclass

from livelihood.kernel.errors import Text


@dataclass(frozen=True, slots=True)
class Card:
    """Title and address, and what else is worth a line. level: of the heading."""

    title: Text
    url: str
    text: Text = ""
    meta: Sequence[Text] = ()
    badge: Text = ""
    level: int = 3
