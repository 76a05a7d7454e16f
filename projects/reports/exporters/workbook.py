"""The report as an Excel workbook: projects, indicators, every site, what people said."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from livelihood.kernel.exports import BATCH, Field, Sheet, xlsx_into
from projects.reports.exporters.document import named
from projects.reports.models import AnnouncedSite, Report
from projects.reports.selectors.reading import announced_sites
from projects.states import IndicatorKind, LightReason, ProjectKind, SiteState
from projects.surveys.states import Door, Grade

Row = dict[str, Any]


def write(report: Report, place: Path, *, progress: Callable[[int], None]) -> None:
    """Write the workbook of a report in its language, in constant memory.

    progress: told how many sites are written, every BATCH of them and at the end.
    """
    with translation.override(report.language), place.open("wb") as file:
        xlsx_into(file, _sheets(report, progress))


def _sheets(report: Report, progress: Callable[[int], None]) -> Iterator[Sheet]:
    figures = report.figures
    yield Sheet(_("Projects"), _project_fields(), figures["projects"])
    yield Sheet(_("Indicators"), _indicator_fields(), _indicators(figures["projects"]))
    yield Sheet(_("Sites"), _site_fields(figures["projects"]), _sites(report, progress))
    yield Sheet(_("Satisfaction"), _said_fields(), _said(figures))
    yield Sheet(_("Areas"), _area_fields(), figures["areas"])
    yield Sheet(
        _("About"), [Field(_("What"), lambda row: row[0]), Field(_("Value"), lambda row: row[1])], _about(report)
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
        Field(_("No."), lambda row: row["number"]),
        Field(_("Aspect"), lambda row: named(row["aspect"])),
        Field(_("Project"), lambda row: row["title"]),
        Field(_("Promise"), lambda row: row["promise"]),
        Field(_("Kind"), lambda row: ProjectKind(row["kind"]).label),
        Field(_("Lead unit"), lambda row: row["lead"]),
        Field(_("Sites"), lambda row: row["sites"]["total"]),
        Field(_("Completed, acceptance to come"), lambda row: row["sites"]["completed"]),
        Field(_("Accepted"), lambda row: row["sites"]["accepted"]),
        Field(_("Lines of standards inspected"), lambda row: row["standard"]["lines"]),
        Field(_("Lines of standards met"), lambda row: row["standard"]["met"]),
        Field(_("Source"), lambda row: row["source"]),
    ]


def _indicators(projects: list[Row]) -> Iterator[Row]:
    for project in projects:
        for indicator in project["indicators"]:
            yield indicator | {"number": project["number"], "project": project["title"]}


def _indicator_fields() -> list[Field]:
    return [
        Field(_("No."), lambda row: row["number"]),
        Field(_("Project"), lambda row: row["project"]),
        Field(_("Indicator"), lambda row: row["name"]),
        Field(_("Unit"), lambda row: row["unit"]),
        Field(_("Kind"), lambda row: IndicatorKind(row["kind"]).label),
        Field(_("Target"), lambda row: _number(row["target"])),
        Field(_("Done"), lambda row: _number(row["value"])),
        Field(_("Share"), lambda row: _number(row["ratio"])),
        Field(_("Reached"), lambda row: row["is_reached"]),
        Field(_("Source"), lambda row: row["source"]),
    ]


def _site_fields(projects: list[Row]) -> list[Field]:
    titles = {project["number"]: project["title"] for project in projects}
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


def _said(figures: Row) -> Iterator[Row]:
    titles = {str(project["number"]): project["title"] for project in figures["projects"]}
    for survey in figures["surveys"]:
        for line in survey["lines"]:
            yield line | {"title": survey["title"], "number": None, "project": None}
    for number, lines in figures["satisfaction"].items():
        for line in lines:
            yield line | {"number": int(number), "project": titles[number]}


def _said_fields() -> list[Field]:
    return [
        Field(_("Survey"), lambda row: row["title"]),
        Field(_("No."), lambda row: row["number"]),
        Field(_("Project"), lambda row: row["project"]),
        Field(_("Answers came"), lambda row: Door(row["door"]).label),
        *(_count_field(place, grade) for place, grade in enumerate(Grade)),
        Field(pgettext_lazy("survey", "Answers"), lambda row: row["n"]),
        Field(_("Share satisfied"), lambda row: row["satisfied"] and row["satisfied"][0]),
        Field(_("Lower end"), lambda row: row["satisfied"] and row["satisfied"][1]),
        Field(_("Upper end"), lambda row: row["satisfied"] and row["satisfied"][2]),
    ]


def _count_field(place: int, grade: Grade) -> Field:
    return Field(grade.label, lambda row: row["counts"][place])


def _area_fields() -> list[Field]:
    return [
        Field(_("Area code"), lambda row: row["code"]),
        Field(_("Area"), named),
        Field(_("Sites"), lambda row: row["sites"]["total"]),
        Field(_("Completed, acceptance to come"), lambda row: row["sites"]["completed"]),
        Field(_("Accepted"), lambda row: row["sites"]["accepted"]),
    ]


def _about(report: Report) -> list[tuple[Any, Any]]:
    return [
        (_("Report"), f"{named(report.figures['area'])} {report.figures['year']}"),
        (_("Figures frozen on"), report.requested_at.date()),
        (_("Fingerprint of the figures"), report.fingerprint),
        (_("Fingerprint of the announcement"), report.announcement.digest),
    ]


def _number(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)
