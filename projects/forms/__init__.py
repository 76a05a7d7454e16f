"""Forms of projects, standards, sites, progress and notices: they parse and clean, the services decide."""

from projects.forms.progress import AreaReportForm, GridForm, PasteForm, ReportForm
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
from projects.forms.sites import AcceptedForm, CheckForm, FindingForm, InspectionForm, NoticeAnswerForm, SiteForm

__all__ = [
    "AcceptedForm",
    "AllocationForm",
    "AreaReportForm",
    "CheckForm",
    "FindingForm",
    "GridForm",
    "IndicatorChangeForm",
    "IndicatorForm",
    "InspectionForm",
    "LightRuleForm",
    "LineForms",
    "NoticeAnswerForm",
    "PasteForm",
    "ProjectForm",
    "ReportForm",
    "SiteForm",
    "StandardForm",
    "lines_of",
]
