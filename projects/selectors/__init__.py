"""What the lists say, for our own pages and for the rooms after us."""

from projects.selectors.figures import (
    AreaFigure,
    DeliveredIndicator,
    DeliveredProject,
    delivered,
    delivered_project,
)
from projects.selectors.promises import answer_by, delivery_days, light_rule, waiting_for_hand_over
from projects.selectors.sites import find_site, sites_for
from projects.selectors.thread import ThreadStep, thread_of_candidate, thread_of_project, thread_of_site
from projects.selectors.work import unfinished_business, work_for

__all__ = [
    "AreaFigure",
    "DeliveredIndicator",
    "DeliveredProject",
    "ThreadStep",
    "answer_by",
    "delivered",
    "delivered_project",
    "delivery_days",
    "find_site",
    "light_rule",
    "sites_for",
    "thread_of_candidate",
    "thread_of_project",
    "thread_of_site",
    "unfinished_business",
    "waiting_for_hand_over",
    "work_for",
]
