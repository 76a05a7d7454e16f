"""The acts of stage 4: every change of the two lists, of sites and of what happens to them."""

from projects.services.handing_on import move_organisation
from projects.services.lights import recount_figures, refresh_lights, set_light_rule
from projects.services.lists import write_sites
from projects.services.notices import answer_notices, close_notice, issue_notices, return_notice
from projects.services.progress import (
    GridOutcome,
    GridRefused,
    SiteEntry,
    judge_grid,
    report_area,
    report_grid,
    report_sites,
)
from projects.services.promises import (
    add_indicator,
    add_project,
    allocate_indicator,
    allocate_indicators,
    change_indicator,
    close_out_project,
    hand_over_projects,
)
from projects.services.single import add_site, correct_site
from projects.services.sites import accept_sites, return_site, start_sites
from projects.services.standards import add_standard, write_standard_lines

__all__ = [
    "GridOutcome",
    "GridRefused",
    "SiteEntry",
    "accept_sites",
    "add_indicator",
    "add_project",
    "add_site",
    "add_standard",
    "allocate_indicator",
    "allocate_indicators",
    "answer_notices",
    "change_indicator",
    "close_notice",
    "close_out_project",
    "correct_site",
    "hand_over_projects",
    "issue_notices",
    "judge_grid",
    "move_organisation",
    "recount_figures",
    "refresh_lights",
    "report_area",
    "report_grid",
    "report_sites",
    "return_notice",
    "return_site",
    "set_light_rule",
    "start_sites",
    "write_sites",
    "write_standard_lines",
]
