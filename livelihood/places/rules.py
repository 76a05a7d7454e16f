"""Who may keep areas and organisations."""

from collections.abc import Container
from datetime import date, datetime

from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.accounts import selectors as accounts
from livelihood.accounts.roles import Permission
from livelihood.accounts.selectors import Person
from livelihood.cycles.models import Area, Organisation
from livelihood.cycles.states import Level, OrganisationKind
from livelihood.kernel.verdict import YES, Verdict, no
from livelihood.places.states import HANDED_ON, YEARS, Hangs


def may_keep_areas(user: Person, area: Area, at: datetime) -> Verdict:
    """May: administrator of the area or of one above it; it is asked of the area in which another lies."""
    if accounts.has(user, Permission.KEEP_AREAS, area, at):
        return YES
    return no(_("Only an administrator of this area may keep the areas below it."))


def may_read_history(user: Person, area: Area, at: datetime) -> Verdict:
    """May: whoever keeps the area, and whoever reads its journal."""
    return YES if accounts.has(user, Permission.READ_JOURNAL, area, at) else may_keep_areas(user, area, at)


def may_load_province(user: Person, province: Area | None, at: datetime) -> Verdict:
    """May: administrator of the province; one that is not loaded yet, the administrator of any province.

    province: as stored; None where it is not.
    """
    if province is not None:
        return may_keep_areas(user, province, at)
    if any(mandate.area.level == Level.PROVINCE for mandate in accounts.mandates_with(user, Permission.KEEP_AREAS, at)):
        return YES
    return no(_("Only the administrator of a province may load another one."))


def may_keep_organisations(user: Person, area: Area, at: datetime) -> Verdict:
    """May: the livelihood office of the area; the administrator of the area or of one above it."""
    if accounts.has(user, Permission.KEEP_ORGANISATIONS, area, at):
        return YES
    return no(_("Only the livelihood office and the administrator of this area may keep its organisations."))


def may_end_area(user: Person, area: Area, at: datetime, *, hanging: Container[Hangs], is_merged: bool) -> Verdict:
    """May: whoever keeps it, unless a year of its own would be nobody's.

    Until its list is decided a year is the matter of its own people and congress. One that is carried out or judged is
    finished where it stands, and the area into which this one is merged answers for it.
    hanging: of `places.hanging`.
    """
    verdict = may_keep_areas(user, area, at)
    if not verdict:
        return verdict
    if Hangs.DRAFTS in hanging:
        return no(_("A year of this area is a draft. Discard it first."))
    if Hangs.DECIDING in hanging:
        return no(_("The list of a year of this area is not decided yet. Until it is, the area cannot end."))
    if Hangs.DELIVERING in hanging and not is_merged:
        return no(
            _("A year of this area is not closed. Close it first, or name the area that answers for it from then on.")
        )
    return YES


def may_end_organisation(
    user: Person, organisation: Organisation, at: datetime, *, hanging: Container[Hangs], last_day: date
) -> Verdict:
    """May: whoever keeps it; not as of today or earlier while something needs it. hanging: of `places.hanging`."""
    verdict = may_keep_organisations(user, organisation.area, at)
    if verdict and last_day <= timezone.localdate(at) and any(hangs in hanging for hangs in HANDED_ON):
        return no(
            _("What hangs on it would be nobody's. Merge it into the one that goes on, or give that to others first.")
        )
    return verdict


def may_merge(
    user: Person, organisation: Organisation, into: Organisation, at: datetime, *, hanging: Container[Hangs] = ()
) -> Verdict:
    """May: whoever may keep the organisations of both areas.

    A people's congress becomes no office, nor an office a congress; and who runs a year goes over to who may run it.
    hanging: on the one that ends, of `places.hanging`.
    """
    verdict = may_keep_organisations(user, organisation.area, at)
    verdict = may_keep_organisations(user, into.area, at) if verdict.ok else verdict
    kinds = {organisation.kind, into.kind}
    if not verdict or len(kinds) == 1:
        return verdict
    names = {"name": organisation.name, "into": into.name}
    if OrganisationKind.CONGRESS in kinds:
        return no(format_lazy(_("One of {name} and {into} is a people's congress, the other is none."), **names))
    if organisation.kind == OrganisationKind.LIVELIHOOD_OFFICE and any(hangs in hanging for hangs in YEARS):
        problem = _("{name} runs a year, and {into} is no livelihood projects office. Correct its kind first.")
        return no(format_lazy(problem, **names))
    return verdict
