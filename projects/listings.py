"""What delivery hands out as files: its projects, its progress, its sites for everybody and at the desk."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from livelihood.cycles.models import Cycle
from livelihood.kernel import parameters
from livelihood.kernel.exports import Field
from livelihood.kernel.lights import Light
from livelihood.kernel.listings import OF_FILES, Asked, Listing, declare
from livelihood.web.decorators import found
from projects import exporters, rules, selectors
from projects.filters import DeskSiteFilter, SiteFilter, progress_place, site_filters
from projects.models import Site
from projects.querysets import SiteQuerySet
from projects.selectors import versions


def _sites(asked: Asked, sites: SiteQuerySet, kind: type[SiteFilter] = SiteFilter) -> QuerySet[Site]:
    filters, order = site_filters(asked.request, sites, *OF_FILES, kind=kind)
    rows: QuerySet[Site] = filters.qs.order_by(*order)
    return rows


declare(
    Listing(
        "sites",
        exporters.SHEET,
        page="projects:sites",
        chosen=lambda asked: _sites(asked, Site.objects.for_cycle(asked.place)),
        read=Site.objects.for_cycle,
        fields=exporters.site_fields,
        named=versions.named_by_sites,
    )
)
declare(
    Listing(
        "sites-of-desk",
        exporters.SHEET,
        page="projects:desk_sites",
        chosen=lambda asked: _sites(asked, selectors.sites_seen(asked.place, asked.by, asked.at), DeskSiteFilter),
        read=Site.objects.for_cycle,
        fields=exporters.site_fields,
        named=versions.named_by_sites,
        may_read=rules.may_read_desk,
    )
)


def _projects(asked: Asked) -> list[tuple[Any, Any]]:
    parameters.only(asked.request.GET, *OF_FILES)
    lit = selectors.lit_projects(asked.place, on=timezone.localdate(asked.at))
    return [(one, indicator) for one in lit for indicator in one.indicators or (None,)]


def _project_fields(_cycle: Cycle) -> list[Field]:
    def of_indicator(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
        return lambda row: read(row[1].indicator) if row[1] else None

    return [
        Field(_("Aspect"), lambda row: row[0].project.aspect_name),
        Field(_("Project number"), lambda row: row[0].project.number),
        Field(_("Project"), lambda row: row[0].project.title),
        Field(_("Lead unit"), lambda row: row[0].project.lead_organisation),
        Field(_("Light"), lambda row: row[0].light.label),
        Field(_("Indicator"), of_indicator(lambda indicator: indicator.name)),
        Field(_("Unit"), of_indicator(lambda indicator: indicator.unit)),
        Field(_("Target"), of_indicator(lambda indicator: indicator.figure.target)),
        Field(_("Done"), of_indicator(lambda indicator: indicator.figure.value)),
        Field(_("Numerator"), of_indicator(lambda indicator: indicator.figure.numerator)),
        Field(_("Denominator"), of_indicator(lambda indicator: indicator.figure.denominator)),
        Field(_("Sites"), of_indicator(lambda indicator: indicator.sites.total)),
        Field(_("Completed"), of_indicator(lambda indicator: indicator.sites.finished)),
        Field(_("Accepted"), of_indicator(lambda indicator: indicator.sites.accepted)),
        Field(_("Source"), lambda row: row[0].project.source),
    ]


declare(
    Listing(
        "projects",
        _("Projects"),
        page="projects:projects",
        chosen=_projects,
        fields=_project_fields,
    )
)


def _progress(asked: Asked) -> Iterable[Any]:
    area, aspect = progress_place(asked.request, asked.place)
    by_aspect = selectors.progress_by_aspect(asked.place, area)
    if aspect is not None:
        found(next((tally for tally in by_aspect if tally.key == str(aspect)), None))
    return [*by_aspect, *selectors.progress_by_area(asked.place, area, aspect=aspect)]


def _tally_fields(_cycle: Cycle) -> list[Field]:
    return [
        Field(_("Name"), lambda tally: tally.name),
        Field(_("Projects"), lambda tally: tally.projects),
        Field(_("Targets"), lambda tally: tally.indicators),
        Field(_("Targets kept"), lambda tally: tally.reached),
        Field(_("Least reached of its target"), lambda tally: tally.targets[0].figure.ratio if tally.targets else None),
        Field(
            _("Furthest reached of its target"), lambda tally: tally.targets[-1].figure.ratio if tally.targets else None
        ),
        Field(_("Sites"), lambda tally: tally.sites.total),
        Field(_("Completed"), lambda tally: tally.sites.finished),
        Field(_("Accepted"), lambda tally: tally.sites.accepted),
        *(Field(light.label, lambda tally, light=light: tally.sites.lights.get(light, 0)) for light in Light),  # type: ignore[misc]
    ]


declare(
    Listing(
        "progress",
        _("Progress"),
        page="projects:progress",
        chosen=_progress,
        fields=_tally_fields,
    )
)
