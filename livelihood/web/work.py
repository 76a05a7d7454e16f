"""One line of `my work`: what waits for a person, whichever room it comes from."""

from dataclasses import dataclass
from datetime import date

from livelihood.kernel.errors import Text


@dataclass(frozen=True, slots=True)
class WorkItem:
    """Something due. `due` is the last day, None where there is none; `count` objects wait behind `url`."""

    title: Text
    url: str
    place: str
    count: int = 1
    due: date | None = None
