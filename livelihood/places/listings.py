"""The areas below one, and organisations, as files that their sheets read again."""

from typing import Any

from livelihood.cycles import selectors as cycles
from livelihood.cycles.importers import AREAS, ORGANISATIONS
from livelihood.cycles.models import Area, Organisation, OrganisationAlias
from livelihood.kernel.exports import Field
from livelihood.kernel.listings import OF_FILES, Asked, Listing, declare
from livelihood.places import rules, selectors
from livelihood.places.filters import OrganisationFilter, PlaceFilter

AREA_HEADINGS = {column.name: column.heading for column in AREAS.columns}
ORGANISATION_HEADINGS = {column.name: column.heading for column in ORGANISATIONS.columns}


def _areas(asked: Asked) -> Any:
    below = cycles.areas_within(asked.place).exclude(pk=asked.place.pk)
    filters = PlaceFilter.on_page(asked.request, below, *OF_FILES)
    return (filters.qs if filters.chosen else filters.qs.filter(parent=asked.place)).order_by("code")


declare(
    Listing(
        "areas",
        AREAS.label,
        page="places:areas",
        chosen=_areas,
        read=lambda area: cycles.areas_within(area).select_related("parent"),
        fields=lambda _area: [
            Field(AREA_HEADINGS["code"], lambda row: row.code),
            Field(AREA_HEADINGS["name_zh"], lambda row: row.name_zh),
            Field(AREA_HEADINGS["name_en"], lambda row: row.name_en),
            Field(AREA_HEADINGS["level"], lambda row: row.get_level_display()),
            Field(AREA_HEADINGS["parent"], lambda row: row.parent.code if row.parent else ""),
            Field(AREA_HEADINGS["valid_from"], lambda row: row.valid_from),
            Field(AREA_HEADINGS["valid_until"], lambda row: row.valid_to),
            Field(AREA_HEADINGS["longitude"], lambda row: row.longitude),
            Field(AREA_HEADINGS["latitude"], lambda row: row.latitude),
            Field(AREA_HEADINGS["source"], lambda row: row.source),
        ],
        named=lambda area: [Area.objects.within(area)],
        may_read=rules.may_keep_areas,
        of_area=True,
    )
)


def _organisations(asked: Asked) -> Any:
    rows = Organisation.objects.within(asked.place)
    return OrganisationFilter.on_page(asked.request, rows, *OF_FILES).qs.order_by(*selectors.ORGANISATION_ORDER)


def _aliases(row: Organisation) -> str:
    return "、".join(sorted(alias.name for alias in row.aliases.all()))


declare(
    Listing(
        "organisations",
        ORGANISATIONS.label,
        page="places:organisations",
        chosen=_organisations,
        read=selectors.organisations_in,
        fields=lambda _area: [
            Field(ORGANISATION_HEADINGS["name_zh"], lambda row: row.name_zh),
            Field(ORGANISATION_HEADINGS["name_en"], lambda row: row.name_en),
            Field(ORGANISATION_HEADINGS["aliases"], _aliases),
            Field(ORGANISATION_HEADINGS["area"], lambda row: row.area.code),
            Field(ORGANISATION_HEADINGS["kind"], lambda row: row.get_kind_display()),
            Field(ORGANISATION_HEADINGS["parent"], lambda row: row.parent.name_zh if row.parent else ""),
            Field(ORGANISATION_HEADINGS["contact"], lambda row: row.contact),
            Field(ORGANISATION_HEADINGS["phone"], lambda row: row.phone),
            Field(ORGANISATION_HEADINGS["valid_from"], lambda row: row.valid_from),
            Field(ORGANISATION_HEADINGS["valid_until"], lambda row: row.valid_to),
        ],
        named=lambda area: [
            Area.objects.within(area),
            Organisation.objects.within(area),
            OrganisationAlias.objects.filter(organisation__in=Organisation.objects.within(area)),
        ],
        may_read=rules.may_keep_organisations,
        of_area=True,
    )
)
