"""What the office hands out of its people: mandates with their holders, and who holds none. No password, no code."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from livelihood.accounts import rules, selectors
from livelihood.accounts.filters import MandateFilter
from livelihood.accounts.importers import PEOPLE
from livelihood.accounts.models import User
from livelihood.cycles.models import Area, Organisation
from livelihood.kernel.exports import Field
from livelihood.kernel.listings import OF_FILES, Asked, Listing, declare

HEADINGS = {column.name: column.heading for column in PEOPLE.columns}
"""Of the sheet, which reads the file again."""


def _mandate_fields(_area: Area) -> list[Field]:
    return [
        Field(HEADINGS["username"], lambda row: row.user.username),
        Field(HEADINGS["name"], lambda row: row.user.name),
        Field(HEADINGS["role"], lambda row: row.get_role_display()),
        Field(HEADINGS["area"], lambda row: row.area.code),
        Field(HEADINGS["organisation"], lambda row: row.organisation.name_zh if row.organisation else ""),
        Field(HEADINGS["starts_on"], lambda row: row.starts_on),
        Field(HEADINGS["ends_on"], lambda row: row.ends_on),
        Field(HEADINGS["phone"], lambda row: row.user.phone),
        Field(HEADINGS["email"], lambda row: row.user.mail),
    ]


def _mandates(asked: Asked) -> Any:
    filters = MandateFilter.on_page(asked.request, selectors.mandates_in(asked.place), *OF_FILES)
    return filters.qs.order_by(*selectors.MANDATE_ORDER)


def _without_mandate(asked: Asked) -> Any:
    """Return who holds none; the filters of the page are for mandates, and what they do not know is refused."""
    _mandates(asked)
    return selectors.people_without_mandate(asked.place)


declare(
    Listing(
        "people",
        _("People and mandates"),
        page="places:people",
        chosen=_mandates,
        read=selectors.mandates_in,
        fields=_mandate_fields,
        named=lambda area: [
            User.objects.filter(mandates__area=area).distinct(),
            Organisation.objects.filter(mandates__area=area).distinct(),
        ],
        may_read=rules.may_manage_people,
        of_area=True,
    )
)
declare(
    Listing(
        "people-without-mandate",
        _("People without a mandate"),
        page="places:people",
        chosen=_without_mandate,
        read=lambda area: User.objects.filter(area=area),
        fields=lambda _area: [
            Field(HEADINGS["username"], lambda row: row.username),
            Field(HEADINGS["name"], lambda row: row.name),
            Field(HEADINGS["phone"], lambda row: row.phone),
            Field(HEADINGS["email"], lambda row: row.mail),
        ],
        may_read=rules.may_manage_people,
        of_area=True,
    )
)
