"""What an announcement will say: the projects and sites of a year as they stand now, in one language-free form."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import CharField, Count, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, TruncDate
from django.utils import translation

from livelihood.cycles.models import Aspect, Cycle
from livelihood.kernel.documents import JSON, plain
from livelihood.kernel.text import mask_personal
from projects import selectors as projects
from projects.models import Acceptance, AcceptanceLine, ProgressReport, Project, Site
from projects.reports.content import (
    AnnouncementContent,
    AreaNames,
    AspectNames,
    StandardMet,
    ToldIndicator,
    ToldProject,
    ToldSites,
)
from projects.selectors import versions
from projects.states import ProjectKind, ProjectState

DATA_LANGUAGE = "zh-hans"
"""Names are copied as they were decided; an English one is kept beside where there is one."""


PLACES = 6
"""Decimals of a figure that are told."""


@dataclass(frozen=True, slots=True)
class SiteCopy:
    """A site as it will be announced; the fields of `AnnouncedSite`."""

    site_id: int
    area_id: int
    project_number: int
    indicator_name: str
    key: str
    name: str
    organisation_name: str
    unit: str
    quantity_planned: Decimal | None
    quantity_done: Decimal
    due_on: date
    accepted_on: date | None
    state: str
    reason: str
    note: str

    def to_json(self) -> JSON:
        """Write it as it is digested."""
        return {name: getattr(self, name) for name in self.__slots__} | {
            "quantity_planned": None if self.quantity_planned is None else plain(self.quantity_planned),
            "quantity_done": plain(self.quantity_done),
            "due_on": self.due_on.isoformat(),
            "accepted_on": self.accepted_on.isoformat() if self.accepted_on else None,
        }


def announcement_content(cycle: Cycle) -> AnnouncementContent:
    """Return what will be announced of the projects: promise, indicators with target and done, sites, standard met."""
    with translation.override(DATA_LANGUAGE):
        delivered = projects.delivered(cycle)
    promises = dict(Project.objects.for_cycle(cycle).values_list("pk", "content"))
    aspects = Aspect.objects.filter(cycle=cycle).in_bulk()
    standards = _standards(cycle)
    return AnnouncementContent(
        area=AreaNames(code=cycle.area.code, zh=cycle.area.name_zh, en=cycle.area.name_en),
        year=cycle.year,
        is_demo=cycle.is_demo,
        projects=tuple(
            ToldProject(
                id=project.pk,
                number=project.number,
                title=project.title,
                promise=promises[project.pk],
                kind=ProjectKind(project.kind),
                state=ProjectState(project.state),
                source=project.source,
                lead=project.lead_organisation,
                aspect=_aspect(aspects[project.aspect_id]),
                indicators=tuple(_indicator(indicator) for indicator in project.indicators),
                sites=ToldSites(
                    total=project.sites.total,
                    planned=project.sites.planned,
                    under_way=project.sites.under_way,
                    completed=project.sites.completed,
                    accepted=project.sites.accepted,
                ),
                standard=standards.get(project.pk, StandardMet(lines=0, met=0)),
            )
            for project in delivered
        ),
    )


def site_copies(cycle: Cycle) -> list[SiteCopy]:
    """Return what will be announced of every site, by project; one query."""
    passed = Acceptance.objects.filter(site=OuterRef("pk"), is_passed=True).annotate(day=TruncDate("inspected_at"))
    reports = ProgressReport.objects.filter(site=OuterRef("pk")).order_by("-reported_on", "-pk")
    rows = (
        Site.objects.for_cycle(cycle)
        .annotate(
            accepted_on=Subquery(passed.values("day")[:1]),
            unit=F("indicator__unit"),
        )
        .order_by("project__number", "pk")
        .values(
            "area_id",
            "key",
            "name",
            "unit",
            "quantity_planned",
            "quantity_done",
            "due_on",
            "accepted_on",
            "state",
            site_id=F("pk"),
            project_number=F("project__number"),
            indicator_name=F("indicator__name"),
            organisation_name=Coalesce("organisation__name_zh", Value("")),
            reason=F("light_reason"),
            note=Coalesce(Subquery(reports.values("note")[:1]), Value(""), output_field=CharField()),
        )
    )
    return [SiteCopy(**row | {"note": mask_personal(row["note"])}) for row in rows]


def basis_of(cycle: Cycle) -> str:
    """Return the SHA-256 of the state that an announcement would be made from: what a person is shown and agrees to."""
    state = versions.state_of(cycle, Site.objects.for_cycle(cycle).order_by("pk"))
    content = canonical(announcement_content(cycle).to_json())
    return hashlib.sha256(f"{content}\n{state}".encode()).hexdigest()


def canonical(value: JSON) -> str:
    """Write JSON in the one form that digests are made of."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(content: AnnouncementContent, sites: Iterable[SiteCopy]) -> str:
    """Return the SHA-256 of an announcement: its content, then each site in the order given, a line each."""
    digest = hashlib.sha256(canonical(content.to_json()).encode())
    for site in sites:
        digest.update(b"\n" + canonical(site.to_json()).encode())
    return digest.hexdigest()


def _aspect(aspect: Aspect) -> AspectNames:
    return AspectNames(number=aspect.number, zh=aspect.name_zh, en=aspect.name_en)


def _indicator(indicator: projects.DeliveredIndicator) -> ToldIndicator:
    figure = indicator.figure
    return ToldIndicator(
        name=indicator.name,
        unit=indicator.unit,
        kind=indicator.kind,
        source=indicator.source,
        target=_rounded(figure.target),
        value=_rounded(figure.value),
        numerator=_rounded(figure.numerator),
        denominator=_rounded(figure.denominator),
        ratio=_rounded(figure.ratio),
        is_reached=figure.is_reached,
    )


def _rounded(value: Decimal | None) -> Decimal | None:
    return None if value is None else round(value, PLACES)


def _standards(cycle: Cycle) -> dict[int, StandardMet]:
    """Count, per project, the lines of standards judged at passed inspections, and those that were met."""
    rows = (
        AcceptanceLine.objects.filter(acceptance__is_passed=True, acceptance__site__cycle=cycle)
        .values("acceptance__site__project")
        .annotate(lines=Count("pk"), met=Count("pk", filter=Q(is_met=True)))
        .order_by()
    )
    return {row["acceptance__site__project"]: StandardMet(lines=row["lines"], met=row["met"]) for row in rows}
