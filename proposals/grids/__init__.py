"""Lists of the collecting and the planning that are worked in: suggestions as they come in, candidates."""

from proposals.grids import candidates, intake

__all__ = ["candidates", "intake"]
