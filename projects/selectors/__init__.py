"""What the lists say, for our own pages and for the rooms after us."""

from projects.selectors.figures import (
    AreaFigure,
    DeliveredIndicator,
    DeliveredProject,
    delivered,
    delivered_project,
)
from projects.selectors.sites import find_site, sites_for
from projects.selectors.thread import ThreadStep, thread_of_candidate, thread_of_project, thread_of_site
from projects.selectors.work import unfinished_business, work_for

__all__ = [
    "AreaFigure",
    "DeliveredIndicator",
    "DeliveredProject",
    "ThreadStep",
    "delivered",
    "delivered_project",
    "find_site",
    "sites_for",
    "thread_of_candidate",
    "thread_of_project",
    "thread_of_site",
    "unfinished_business",
    "work_for",
]
