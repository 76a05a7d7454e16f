"""People of an area and their mandates: many mandates ended at once, as at the end of a term."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

from livelihood.accounts import rules, selectors, services
from livelihood.accounts.filters import MandateFilter
from livelihood.accounts.forms import EndMandateForm
from livelihood.accounts.models import Mandate, User
from livelihood.accounts.roles import Role
from livelihood.cycles.models import Area
from livelihood.kernel.errors import Refusals, Text
from livelihood.lists.grids.declared import Grid, GridAct, GridColumn, GridFilter, one_by_one
from livelihood.web.templatetags.web import choice, moment

NONE = SafeString('<span class="of-wide">–</span>')
"""On a phone what is not there is not said."""


def _opened(mandate: Mandate, area: Area) -> str:
    return reverse("accounts:person", kwargs={"area": area.slug, "pk": mandate.user_id})


def _name(mandate: Mandate, area: Area) -> SafeString:
    user = mandate.user
    link = '<a href="{}">{}</a> <span class="key muted">{}</span>'
    return format_html(link, _opened(mandate, area), user.name, user.username)


def _end(mandates: Iterable[Mandate], *, last_day: date, seen: int | None, by: User, at: datetime) -> Refusals:
    ended = one_by_one(lambda mandate: services.end_mandate(mandate=mandate, last_day=last_day, by=by, at=at))
    return ended(mandates)


def _held(mandate: Mandate) -> list[tuple[Text, str]]:
    """Return what is read of a mandate before it is ended."""
    where = mandate.organisation.name if mandate.organisation else mandate.area.name
    return [(_("Organisation"), where), (_("From"), date_format(mandate.starts_on))]


def _end_form(_area: Area, _user: User, at: datetime, data: Any) -> EndMandateForm:
    return EndMandateForm(data, initial={"last_day": timezone.localdate(at)})


PEOPLE = Grid(
    name="people",
    title=_("People and mandates"),
    page="places:people",
    columns=(
        GridColumn("name", pgettext_lazy("person", "Name"), _name, names_row=True, is_long=True),
        GridColumn("role", _("Role"), lambda mandate, _area: choice(mandate, "role")),
        GridColumn(
            "organisation",
            _("Organisation"),
            lambda mandate, _area: mandate.organisation.name if mandate.organisation else NONE,
            is_long=True,
        ),
        GridColumn("from", _("From"), lambda mandate, _area: moment(mandate.starts_on), is_aside=True),
        GridColumn("to", _("To"), lambda mandate, _area: moment(mandate.ends_on) if mandate.ends_on else NONE),
    ),
    orders={"running": selectors.MANDATE_ORDER},
    filters=MandateFilter,
    lists=lambda area, _user, _at: [selectors.mandates_in(area)],
    named=lambda mandate: f"{mandate.user.name} · {mandate.get_role_display()}",
    opened=_opened,
    chips=(GridFilter("role", _("Role"), lambda _area: Role.choices),),
    acts=(
        GridAct(
            "end",
            "E",
            _("End the mandate"),
            _("From the day after their last day these people no longer act in these roles here. What was done stays."),
            ngettext_lazy("%(count)d mandate was ended.", "%(count)d mandates were ended.", "count"),
            rules.may_end_mandate,
            _end,
            _end_form,
            _held,
            overturns=False,
        ),
    ),
    searched=_("Search by name"),
    has_views=False,
)


def people_of(by: User) -> Grid:
    """Return the grid as somebody sees it: who may confirm a mandate that waits is led there."""

    def role(mandate: Mandate, _area: Area) -> SafeString:
        parts = [
            render_to_string(f"accounts/{name}.html", {"mandate": mandate, "user": by})
            for name, is_told in (("_stand_in", mandate.stands_in_for), ("_waiting", mandate.is_waiting))
            if is_told
        ]
        return format_html("{} {}", choice(mandate, "role"), SafeString(" ".join(parts)))

    return replace(PEOPLE, columns=[replace(one, draw=role) if one.name == "role" else one for one in PEOPLE.columns])
