"""Lists of delivery that are worked in: the progress of a unit's sites, all sites, notices."""
