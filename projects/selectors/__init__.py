"""What the lists say, for our own pages and for the rooms after us."""

from projects.selectors.acts import (
    find_import,
    find_project,
    find_standard,
    imports_of,
    inspections_of,
    notices_for,
    notices_of,
    reports_of_project,
    reports_of_site,
    reports_sent,
    standards_of,
)
from projects.selectors.figures import DeliveredIndicator, DeliveredProject, delivered, delivered_project
from projects.selectors.progress import (
    Lamp,
    last_report,
    lit_projects,
    progress_by_area,
    progress_by_aspect,
    progress_of_aspect,
    shares_of,
)
from projects.selectors.promises import answer_by, delivery_days, light_rule, waiting_for_hand_over
from projects.selectors.sites import (
    NAMES,
    Box,
    find_site,
    on_map,
    site_counts,
    sites_for,
    sites_seen,
    why_light,
)
from projects.selectors.thread import ThreadStep, thread_of_project
from projects.selectors.work import unfinished_business, work_for

__all__ = [
    "NAMES",
    "Box",
    "DeliveredIndicator",
    "DeliveredProject",
    "Lamp",
    "ThreadStep",
    "answer_by",
    "delivered",
    "delivered_project",
    "delivery_days",
    "find_import",
    "find_project",
    "find_site",
    "find_standard",
    "imports_of",
    "inspections_of",
    "last_report",
    "light_rule",
    "lit_projects",
    "notices_for",
    "notices_of",
    "on_map",
    "progress_by_area",
    "progress_by_aspect",
    "progress_of_aspect",
    "reports_of_project",
    "reports_of_site",
    "reports_sent",
    "shares_of",
    "site_counts",
    "sites_for",
    "sites_seen",
    "standards_of",
    "thread_of_project",
    "unfinished_business",
    "waiting_for_hand_over",
    "why_light",
    "work_for",
]
