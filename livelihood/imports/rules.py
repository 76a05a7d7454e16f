"""Who may bring, decide and take back a sheet: what the room of its kind says, and how far the import is."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.cycles.models import Area, Cycle
from livelihood.imports.models import Import
from livelihood.imports.states import OPEN, STANDS, ImportState
from livelihood.kernel.sheets.handling import Handler, brought, handlers
from livelihood.kernel.verdict import YES, Verdict, no


def handler_of(batch: Import) -> Handler:
    """Return the handler of an import's kind."""
    return handlers()[batch.kind]


def may_open_imports(user: User, area: Area, cycle: Cycle | None, at: datetime) -> Verdict:
    """May: whoever may bring some kind of sheet here."""
    if brought(user, area, cycle, at):
        return YES
    return no(_("Your role brings no sheets here, or not in this phase."))


def may_see_import(user: User, batch: Import, at: datetime) -> Verdict:
    """May: whoever may bring such a sheet here, and whoever brought it."""
    if batch.received_by_id == user.pk:
        return YES
    return handler_of(batch).may_bring(user, batch.area, batch.cycle, at)


def may_decide_import(user: User, batch: Import, at: datetime) -> Verdict:
    """May: whoever may bring such a sheet here, while it is neither written nor dropped."""
    if batch.state == ImportState.REPLACED:
        return no(_("A later file took the place of this one. Take it up again first."))
    if batch.state not in OPEN:
        return no(_("This file has been decided already."))
    return handler_of(batch).may_bring(user, batch.area, batch.cycle, at)


def may_take_up_import(user: User, batch: Import, at: datetime) -> Verdict:
    """May: whoever may bring such a sheet here, of one that another has replaced."""
    if batch.state != ImportState.REPLACED:
        return no(_("This file was not replaced by another."))
    return handler_of(batch).may_bring(user, batch.area, batch.cycle, at)


def may_take_back_import(user: User, batch: Import, at: datetime) -> Verdict:
    """May: whoever may bring such a sheet here, once it is written and until its file is forgotten.

    Which of its rows can go, its kind says (`selectors.ways_back`).
    """
    if batch.state not in STANDS:
        return no(_("Only an import that was written can be taken back."))
    if Import.objects.filter(pk=batch.pk, content__isnull=True).exists():  # without reading the file
        return no(_("The file of this import was forgotten when its period was over; it cannot be taken back."))
    return handler_of(batch).may_bring(user, batch.area, batch.cycle, at)


def may_mark_import(user: User, batch: Import, at: datetime) -> Verdict:
    """May: whoever may see the import, once its file is read and as long as it is there."""
    if not batch.counts:
        return no(_("This file has not been read yet."))
    if Import.objects.filter(pk=batch.pk, content__isnull=True).exists():  # without reading the file
        return no(_("This file is not kept any longer."))
    return may_see_import(user, batch, at)
