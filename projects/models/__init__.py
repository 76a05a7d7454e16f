"""The two lists, their sites, and what happens to them."""

from projects.models.acts import Acceptance, AcceptanceLine, Notice, ProgressReport
from projects.models.promises import Allocation, Indicator, LightRule, Project
from projects.models.sites import IndicatorFigure, Site
from projects.models.standards import Standard, StandardLine

__all__ = [
    "Acceptance",
    "AcceptanceLine",
    "Allocation",
    "Indicator",
    "IndicatorFigure",
    "LightRule",
    "Notice",
    "ProgressReport",
    "Project",
    "Site",
    "Standard",
    "StandardLine",
]
