"""What an announcement will say: the projects and sites of a year as they stand now, in one language-free form."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import CharField, Count, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, TruncDate
from django.utils import translation

from livelihood.cycles.models import Aspect, Cycle
from livelihood.kernel.text import mask_personal
from projects import selectors as projects
from projects.models import Acceptance, AcceptanceLine, ProgressReport, Project, Site
from projects.selectors import files

DATA_LANGUAGE = "zh-hans"
"""Names are copied as they were decided; an English one is kept beside where there is one."""


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


def announcement_content(cycle: Cycle) -> dict[str, Any]:
    """Return what will be announced of the projects: promise, indicators with target and done, sites, standard met."""
    with translation.override(DATA_LANGUAGE):
        delivered = projects.delivered(cycle)
    promises = dict(Project.objects.for_cycle(cycle).values_list("pk", "content"))
    aspects = Aspect.objects.filter(cycle=cycle).in_bulk()
    standards = _standards(cycle)
    return {
        "area": {"code": cycle.area.code, "zh": cycle.area.name_zh, "en": cycle.area.name_en},
        "year": cycle.year,
        "is_demo": cycle.is_demo,
        "projects": [
            {
                "id": project.pk,
                "number": project.number,
                "title": project.title,
                "promise": promises[project.pk],
                "kind": str(project.kind),
                "state": str(project.state),
                "source": project.source,
                "lead": project.lead_organisation,
                "aspect": _aspect(aspects[project.aspect_id]),
                "indicators": [_indicator(indicator) for indicator in project.indicators],
                "sites": {
                    "total": project.sites.total,
                    "planned": project.sites.planned,
                    "under_way": project.sites.under_way,
                    "completed": project.sites.completed,
                    "accepted": project.sites.accepted,
                },
                "standard": standards.get(project.pk, {"lines": 0, "met": 0}),
            }
            for project in delivered
        ],
    }


def site_copies(cycle: Cycle) -> list[SiteCopy]:
    """Return what will be announced of every site, by project; one query."""
    passed = Acceptance.objects.filter(site=OuterRef("pk"), is_passed=True).annotate(day=TruncDate("inspected_at"))
    reports = ProgressReport.objects.filter(site=OuterRef("pk")).order_by("-reported_on", "-pk")
    rows = (
        Site.objects.for_cycle(cycle)
        .annotate(
            accepted_on=Subquery(passed.values("day")[:1]),
            last_note=Coalesce(Subquery(reports.values("note")[:1]), Value(""), output_field=CharField()),
            unit=F("indicator__unit"),
        )
        .order_by("project__number", "pk")
        .values_list(
            "pk",
            "area",
            "project__number",
            "indicator__name",
            "key",
            "name",
            "organisation__name_zh",
            "unit",
            "quantity_planned",
            "quantity_done",
            "due_on",
            "accepted_on",
            "state",
            "light_reason",
            "last_note",
        )
    )
    return [_copy(*row) for row in rows]


def basis_of(cycle: Cycle) -> str:
    """Return the SHA-256 of the state that an announcement would be made from: what a person is shown and agrees to."""
    state, _keys = files.state_of(cycle, Site.objects.for_cycle(cycle).order_by("pk"))
    return hashlib.sha256(f"{canonical(announcement_content(cycle))}\n{state}".encode()).hexdigest()


def canonical(value: Any) -> str:
    """Write JSON in the one form that digests are made of."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(content: Mapping[str, Any], sites: Iterable[SiteCopy]) -> str:
    """Return the SHA-256 of an announcement: its content, then each site in the order given, a line each."""
    digest = hashlib.sha256(canonical(content).encode())
    for site in sites:
        row = {name: getattr(site, name) for name in SiteCopy.__slots__} | {
            "quantity_planned": plain(site.quantity_planned),
            "quantity_done": plain(site.quantity_done),
            "due_on": site.due_on.isoformat(),
            "accepted_on": site.accepted_on.isoformat() if site.accepted_on else None,
        }
        digest.update(b"\n" + canonical(row).encode())
    return digest.hexdigest()


def plain(value: Decimal | None, places: int = 6) -> str | None:
    """Write a number without trailing zeros and without exponent, at most so many decimals; None stays None."""
    return None if value is None else f"{round(value, places).normalize():f}"


def _copy(*row: Any) -> SiteCopy:
    values = dict(zip(SiteCopy.__slots__, row, strict=True))
    values |= {"organisation_name": values["organisation_name"] or "", "note": mask_personal(values["note"])}
    return SiteCopy(**values)


def _aspect(aspect: Aspect) -> dict[str, Any]:
    return {"number": aspect.number, "zh": aspect.name_zh, "en": aspect.name_en}


def _indicator(indicator: projects.DeliveredIndicator) -> dict[str, Any]:
    figure = indicator.figure
    return {
        "name": indicator.name,
        "unit": indicator.unit,
        "kind": str(indicator.kind),
        "source": indicator.source,
        "target": plain(figure.target),
        "value": plain(figure.value),
        "numerator": plain(figure.numerator),
        "denominator": plain(figure.denominator),
        "ratio": plain(figure.ratio),
        "is_reached": figure.is_reached,
    }


def _standards(cycle: Cycle) -> dict[int, Counter[str]]:
    """Count, per project, the lines of standards judged at passed inspections, and those that were met."""
    rows = (
        AcceptanceLine.objects.filter(acceptance__is_passed=True, acceptance__site__cycle=cycle)
        .values("acceptance__site__project")
        .annotate(lines=Count("pk"), met=Count("pk", filter=Q(is_met=True)))
        .order_by()
    )
    return {row["acceptance__site__project"]: Counter(lines=row["lines"], met=row["met"]) for row in rows}
