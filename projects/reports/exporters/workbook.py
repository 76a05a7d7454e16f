"""The report as an Excel workbook: projects, indicators, every site, what people said."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from livelihood.kernel.exports import BATCH, Field, Sheet, xlsx_into
from projects.reports.content import ReportFigures, SaidLine, ToldIndicator, ToldProject
from projects.reports.exporters.document import named
from projects.reports.models import AnnouncedSite, Report
from projects.reports.selectors.reading import announced_sites
from projects.states import LightReason, SiteState
from projects.surveys.states import Grade


class SaidRow(NamedTuple):
    """A line of what people said: of the whole year, or of a project."""

    survey: str
    project: ToldProject | None
    line: SaidLine


def write(report: Report, place: Path, *, progress: Callable[[int], None]) -> None:
    """Write the workbook of a report in its language, in constant memory.

    progress: told how many sites are written, every BATCH of them and at the end.
    """
    with translation.override(report.language), place.open("wb") as file:
        xlsx_into(file, _sheets(report, progress))


def _sheets(report: Report, progress: Callable[[int], None]) -> Iterator[Sheet]:
    figures = report.told
    yield Sheet(_("Projects"), _project_fields(), figures.projects)
    yield Sheet(_("Indicators"), _indicator_fields(), _indicators(figures.projects))
    yield Sheet(_("Sites"), _site_fields(figures.projects), _sites(report, progress))
    yield Sheet(_("Satisfaction"), _said_fields(), _said(figures))
    yield Sheet(_("Areas"), _area_fields(), figures.areas)
    yield Sheet(
        _("About"),
        [Field(_("What"), lambda row: row[0]), Field(_("Value"), lambda row: row[1])],
        _about(report, figures),
    )


def _sites(report: Report, progress: Callable[[int], None]) -> Iterator[AnnouncedSite]:
    number = 0
    for number, site in enumerate(announced_sites(report.announcement).iterator(chunk_size=BATCH), start=1):
        if number % BATCH == 0:
            progress(number)
        yield site
    progress(number)


def _project_fields() -> list[Field]:
    return [
        Field(_("No."), lambda project: project.number),
        Field(_("Aspect"), lambda project: named(project.aspect)),
        Field(_("Project"), lambda project: project.title),
        Field(_("Promise"), lambda project: project.promise),
        Field(_("Kind"), lambda project: project.kind.label),
        Field(_("Lead unit"), lambda project: project.lead),
        Field(_("Sites"), lambda project: project.sites.total),
        Field(_("Completed, acceptance to come"), lambda project: project.sites.completed),
        Field(_("Accepted"), lambda project: project.sites.accepted),
        Field(_("Lines of standards inspected"), lambda project: project.standard.lines),
        Field(_("Lines of standards met"), lambda project: project.standard.met),
        Field(_("Source"), lambda project: project.source),
    ]


def _indicators(projects: Iterable[ToldProject]) -> Iterator[tuple[ToldProject, ToldIndicator]]:
    return ((project, indicator) for project in projects for indicator in project.indicators)


def _indicator_fields() -> list[Field]:
    return [
        Field(_("No."), lambda row: row[0].number),
        Field(_("Project"), lambda row: row[0].title),
        Field(_("Indicator"), lambda row: row[1].name),
        Field(_("Unit"), lambda row: row[1].unit),
        Field(_("Kind"), lambda row: row[1].kind.label),
        Field(_("Target"), lambda row: row[1].target),
        Field(_("Done"), lambda row: row[1].value),
        Field(_("Share"), lambda row: row[1].ratio),
        Field(_("Reached"), lambda row: row[1].is_reached),
        Field(_("Source"), lambda row: row[1].source),
    ]


def _site_fields(projects: Iterable[ToldProject]) -> list[Field]:
    titles = {project.number: project.title for project in projects}
    states = {state.value: str(state.label) for state in SiteState}
    reasons = {reason.value: str(reason.label) for reason in LightReason}
    return [
        Field(_("No."), lambda site: site.project_number),
        Field(_("Project"), lambda site: titles[site.project_number]),
        Field(_("Indicator"), lambda site: site.indicator_name),
        Field(_("Key"), lambda site: site.key),
        Field(_("Site"), lambda site: site.name),
        Field(_("Area code"), lambda site: site.area.code),
        Field(_("Area"), lambda site: site.area.name),
        Field(_("Responsible unit"), lambda site: site.organisation_name),
        Field(_("Unit"), lambda site: site.unit),
        Field(_("Planned"), lambda site: site.quantity_planned),
        Field(_("Done"), lambda site: site.quantity_done),
        Field(_("Date"), lambda site: site.due_on),
        Field(_("State"), lambda site: states[site.state]),
        Field(_("Accepted on"), lambda site: site.accepted_on),
        Field(_("Why"), lambda site: reasons[site.reason]),
        Field(_("Last report"), lambda site: site.note),
    ]


def _said(figures: ReportFigures) -> Iterator[SaidRow]:
    for survey in figures.surveys:
        for line in survey.lines:
            yield SaidRow(survey.title, None, line)
    projects = {project.number: project for project in figures.projects}
    for number, lines in figures.satisfaction.items():
        for line in lines:
            yield SaidRow(line.title, projects[number], line)


def _said_fields() -> list[Field]:
    return [
        Field(_("Survey"), lambda row: row.survey),
        Field(_("No."), lambda row: row.project and row.project.number),
        Field(_("Project"), lambda row: row.project and row.project.title),
        Field(_("Answers came"), lambda row: row.line.channel.label),
        *(_count_field(place, grade) for place, grade in enumerate(Grade)),
        Field(pgettext_lazy("survey", "Answers"), lambda row: row.line.n),
        Field(_("Share satisfied"), lambda row: row.line.satisfied and row.line.satisfied.share),
        Field(_("Lower end"), lambda row: row.line.satisfied and row.line.satisfied.low),
        Field(_("Upper end"), lambda row: row.line.satisfied and row.line.satisfied.high),
    ]


def _count_field(place: int, grade: Grade) -> Field:
    return Field(grade.label, lambda row: row.line.counts[place])


def _area_fields() -> list[Field]:
    return [
        Field(_("Area code"), lambda area: area.code),
        Field(_("Area"), named),
        Field(_("Sites"), lambda area: area.sites.total),
        Field(_("Completed, acceptance to come"), lambda area: area.sites.completed),
        Field(_("Accepted"), lambda area: area.sites.accepted),
    ]


def _about(report: Report, figures: ReportFigures) -> list[tuple[Any, Any]]:
    return [
        (_("Report"), f"{named(figures.area)} {figures.year}"),
        (_("Figures frozen on"), timezone.localdate(report.requested_at)),
        (_("Fingerprint of the figures"), report.fingerprint),
        (_("Fingerprint of the announcement"), report.announcement.digest),
    ]
