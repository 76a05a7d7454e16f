"""The progress of a unit's sites: the list in which it is typed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from livelihood.accounts import selectors as accounts
from livelihood.accounts.models import User
from livelihood.accounts.roles import Permission
from livelihood.cycles.models import Cycle
from livelihood.kernel.forms import PublicText, amount_field
from livelihood.lists.grids.declared import Grid, GridColumn, declare
from livelihood.lists.grids.typed import TypedField, TypedSheet
from projects import selectors
from projects.filters import ORDERS, DeskSiteFilter
from projects.forms.progress import CONFIRMED, NOTE_LENGTH
from projects.grids.sites import (
    AREAS,
    BEGIN,
    DONE,
    DUE_BY,
    DUE_ON,
    KEY,
    LIGHT,
    LIGHTS,
    NAME,
    PROJECT,
    START,
    STATES,
    of_site,
    settle,
)
from projects.querysets import SiteQuerySet
from projects.services.progress import Refusal, SiteEntry
from projects.states import SiteState

TYPED = (
    TypedField("quantity", _("Quantity done to date"), amount_field("", required=False), "number", CONFIRMED),
    TypedField("note", _("Note"), PublicText((0, NOTE_LENGTH))),
    TypedField("completed", _("Completed"), forms.BooleanField(required=False), "tick"),
)
"""What is typed into the progress of a site."""


def _unfinished(cycle: Cycle, user: User, at: datetime) -> Sequence[SiteQuerySet]:
    units = accounts.organisations_of(user, at, Permission.REPORT_PROGRESS)
    return [rows.unfinished() for rows in selectors.sites_of_units(cycle, units)]


PROGRESS = Grid(
    name="progress",
    title=_("My sites"),
    page="projects:grid",
    columns=(NAME, KEY, replace(PROJECT, is_usual=False), START, DUE_ON, LIGHT, replace(DONE, head=_("Last reported"))),
    orders=ORDERS,
    filters=DeskSiteFilter,
    lists=_unfinished,
    named=lambda site: site.name,
    opened=of_site,
    chips=(LIGHTS, DUE_BY, replace(STATES, choices=lambda _cycle: SiteState.choices[:2]), AREAS),
    acts=(BEGIN,),
    joined=selectors.NAMES,
    searched=_("Search name, address or key"),
    settle=settle,
)
declare(PROGRESS)


def progress_grid(sheet: TypedSheet, *more: GridColumn) -> Grid:
    """Return the grid of a unit's unfinished sites with what is typed into it. more: columns before that."""
    return replace(PROGRESS, columns=[*PROGRESS.columns, *more, *sheet.columns()])


def progress_sheet(data: Any = None) -> TypedSheet:
    """Return what was typed into the progress of sites."""
    return TypedSheet(TYPED, PROGRESS.named, data)


def entries_of(sheet: TypedSheet) -> list[SiteEntry]:
    """Return the rows that can be read as the service takes them; without a quantity it stays as it is."""
    entries = []
    for pk, values in sheet.right().items():
        amount = sheet.rows[pk].quantity_done if values["quantity"] is None else values["quantity"]
        entries.append(SiteEntry(pk, amount, values["note"], values["completed"], sheet.is_confirmed(pk)))
    return entries


def take(sheet: TypedSheet, refused: Mapping[int, Refusal]) -> None:
    """Put onto a sheet why lines of it are not kept."""
    for pk, refusal in refused.items():
        sheet.refuse(pk, "quantity", refusal.reason, asks=refusal.asks_to_confirm)
