"""What an act of the journal is; each room names its own in its `acts`."""

from enum import StrEnum


class Act(StrEnum):
    """The code under which an act stands in the journal, `<noun>.<verb>`. Rooms derive theirs; codes never change."""
