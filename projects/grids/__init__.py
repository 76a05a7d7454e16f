"""Lists of delivery that are worked in: the progress of a unit's sites, all sites, notices."""

from projects.grids import notices, progress, sites

__all__ = ["notices", "progress", "sites"]
