"""What components of pages are given, by name; they show it and compute nothing."""

from dataclasses import dataclass

from livelihood.kernel.errors import Text


@dataclass(frozen=True, slots=True)
class Labelled:
    """A row of `description_list`."""

    label: Text
    value: Text


@dataclass(frozen=True, slots=True)
class CountedFigure:
    """A figure of `figures`. how: what was counted."""

    value: int
    label: Text
    how: Text
