"""Public pages of the announcement, its sites, and the reports with their files."""

from pathlib import Path
from typing import cast

from django.conf import settings
from django.db.models import F
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from livelihood.cycles.models import Cycle
from livelihood.kernel.charts import written
from livelihood.kernel.filters import with_counts
from livelihood.kernel.methods import require_GET
from livelihood.kernel.paging import PUBLIC_SIZE, paginate
from livelihood.kernel.units import unit_name
from livelihood.kernel.uploads import CONTENT_TYPES, FileKind
from livelihood.web.decorators import cycle_view, found, public_page
from livelihood.web.templatetags.web import number, percent
from projects.reports import selectors
from projects.reports.content import AnnouncementContent, ToldProject
from projects.reports.exporters.document import by_aspect, document, named
from projects.reports.filters import AnnouncedSiteFilter
from projects.reports.models import AnnouncedSite
from projects.states import LightReason, SiteState

KEYSET = ("project_number", "pk")


@public_page
@require_GET
@cycle_view
def announcement(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """Show what became of every project, as announced."""
    announced = selectors.announcement_of(cycle)
    context = {"announcement": announced} | (project_tables(announced.told) if announced else {})
    return render(request, "reports/announcement.html", context)


@public_page
@require_GET
@cycle_view
def announced_sites(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """List what became of every site, as announced; searched, filtered, paged."""
    announced = found(selectors.announcement_of(cycle))
    projects = [(project.number, project.heading) for project in announced.told.projects]
    filters = AnnouncedSiteFilter.on_page(request, selectors.announced_sites(announced))
    page = paginate(filters.listed, KEYSET, request.GET, size=PUBLIC_SIZE)
    counts = filters.counts({"project": F("project_number"), "state": F("state")})
    context = {
        "announcement": announced,
        "page": page,
        "count": filters.count if filters.chosen else filters.qs.count(),
        "columns": site_columns(),
        "rows": [site_cells(cycle, site) for site in page.rows],
        "projects": with_counts(projects, counts.get("project")),
        "states": with_counts(SiteState.choices, counts.get("state")),
    }
    return render(request, "reports/announced_sites.html", context)


@public_page
@require_GET
@cycle_view
def report_list(request: HttpRequest, cycle: Cycle) -> HttpResponse:
    """List the finished reports with their files."""
    return render(request, "reports/report_list.html", {"reports": selectors.published(cycle)})


@public_page
@require_GET
@cycle_view
def report(request: HttpRequest, cycle: Cycle, pk: int) -> HttpResponse:
    """Show a report as a page: the same figures as in its files."""
    shown = found(selectors.report_for_public(cycle, pk))
    return render(request, "reports/report_detail.html", {"report": shown, "document": document(shown)})


@public_page
@require_GET
@cycle_view
def report_file(request: HttpRequest, cycle: Cycle, pk: int, file_format: str) -> HttpResponse:
    """Hand out a file of a report."""
    file = found(selectors.report_file(cycle, pk, file_format))
    etag = f'"{file.digest}"'
    if "HTTP_IF_NONE_MATCH" in request.META and (known := get_conditional_response(request, etag=etag)) is not None:
        return known  # before the file is opened, which would stay open
    response = FileResponse(
        Path(settings.MEDIA_ROOT, file.name).open("rb"),  # noqa: SIM115 -- the response closes it
        as_attachment=True,
        filename=f"{cycle.area.slug}-{cycle.year}-{file.report.language}.{file_format}",
        content_type=CONTENT_TYPES[FileKind(file_format)],
        headers={"ETag": etag},
    )
    return cast(HttpResponse, response)


def project_tables(content: AnnouncementContent) -> dict[str, object]:
    """Return the projects of an announcement, grouped by aspect, for the page and for the desk's preview."""
    groups = [
        {"aspect": named(aspect), "projects": [(project, _indicator_rows(project)) for project in projects]}
        for aspect, projects in by_aspect(content.projects)
    ]
    columns = [
        {"label": _("Indicator")},
        {"label": _("Unit")},
        {"label": _("Target"), "kind": "number"},
        {"label": _("Done"), "kind": "number"},
        {"label": _("Share"), "kind": "number"},
        {"label": _("Reached")},
    ]
    return {"groups": groups, "columns": columns}


def _indicator_rows(project: ToldProject) -> list[list[str]]:
    return [
        [
            one.name,
            unit_name(one.unit),
            written(one.target),
            written(one.value),
            percent(one.ratio),
            _reached(one.is_reached),
        ]
        for one in project.indicators
    ]


def _reached(is_reached: bool | None) -> str:
    if is_reached is None:
        return "–"
    return _("yes") if is_reached else _("not reached")


def site_columns() -> list[dict[str, str]]:
    """Return the heads of a table of announced sites."""
    return [
        {"label": _("Site")},
        {"label": _("Area")},
        {"label": _("Responsible unit")},
        {"label": _("Planned"), "kind": "number"},
        {"label": _("Done"), "kind": "number"},
        {"label": _("Date")},
        {"label": _("State")},
        {"label": _("Accepted, or why not")},
    ]


def site_cells(cycle: Cycle, site: AnnouncedSite) -> list[object]:
    """Return the cells of one announced site."""
    url = cycle.address("projects:site", pk=site.site_id)
    why = date_format(site.accepted_on) if site.accepted_on else str(LightReason(site.reason).label)
    return [
        {"text": f"{site.key} {site.name}", "url": url},
        site.area.name,
        site.organisation_name or "–",
        f"{number(site.quantity_planned)} {unit_name(site.unit)}",
        f"{number(site.quantity_done)} {unit_name(site.unit)}",
        date_format(site.due_on),
        str(SiteState(site.state).label),
        " ".join(filter(None, [why, site.note])),
    ]
