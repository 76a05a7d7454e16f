"""Forms of projects, standards, sites, progress and notices: they parse and clean, the services decide."""

from projects.forms.progress import AreaReportForm, GridForm, ReportForm
from projects.forms.promises import (
    AllocationForm,
    IndicatorChangeForm,
    IndicatorForm,
    LightRuleForm,
    LineForms,
    ProjectForm,
    StandardForm,
    lines_of,
)
from projects.forms.sites import CheckForm, InspectionForm, NoticeAnswerForm, SiteForm

__all__ = [
    "AllocationForm",
    "AreaReportForm",
    "CheckForm",
    "GridForm",
    "IndicatorChangeForm",
    "IndicatorForm",
    "InspectionForm",
    "LightRuleForm",
    "LineForms",
    "NoticeAnswerForm",
    "ProjectForm",
    "ReportForm",
    "SiteForm",
    "StandardForm",
    "lines_of",
]
