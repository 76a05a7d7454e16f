"""Merging two organisations: what is still under way goes over to the other, what is over keeps the name it had."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from livelihood.accounts import services as accounts
from livelihood.accounts.models import User
from livelihood.audit.services import record
from livelihood.cycles.acts import CycleAct
from livelihood.cycles.models import Area, Cycle, Organisation
from livelihood.cycles.states import Phase
from livelihood.kernel.errors import Conflict, InvalidInput
from livelihood.kernel.verdict import require
from livelihood.places import rules
from livelihood.places.hanging import hanging_on
from livelihood.places.services.areas import why_it_ends
from livelihood.places.services.organisations import stands_above
from projects import services as projects
from proposals import services as proposals


@transaction.atomic
def merge_organisation(
    *, organisation: Organisation, into: Organisation, last_day: date, by: User, at: datetime, reason: str = ""
) -> Organisation:
    """Merge an organisation into another; return the other.

    Mandates that run, and the candidates, projects and sites of years that are not closed, go over. Closed years,
    frozen lists, ballots and answers that were given keep the organisation they name. What went over stands in the
    journal, by number: it is taken back by nobody, only corrected by other acts.

    last_day: the last of the organisation that ends; before today.
    reason: why, where something hangs on it (`places.hanging`) or the two are of different kinds.

    :raises NotAllowed: `by` may not keep the organisations of both areas, or the kinds of the two do not allow it.
    :raises Conflict: one of the two has ended or been merged.
    :raises InvalidInput: they are the same, or the day lies before its first or is not over, or nobody says why.
    """
    _hold_places(organisation, into)
    rows = Organisation.objects.select_for_update(no_key=True, of=("self",)).select_related("area")
    held = {row.pk: row for row in rows.filter(pk__in=[organisation.pk, into.pk]).order_by("pk")}
    organisation, into = held[organisation.pk], held[into.pk]
    hanging = hanging_on(organisation, at)
    require(rules.may_merge(by, organisation, into, at, hanging=hanging))
    if organisation.pk == into.pk:
        raise InvalidInput(_("These are one and the same."), field="into")
    if organisation.merged_into_id is not None or into.merged_into_id is not None:
        raise Conflict(_("One of the two was merged into another already."))
    if not into.is_valid_on(timezone.localdate(at)):
        raise Conflict(_("%(name)s has ended itself. Choose one that goes on.") % {"name": into.name})
    if organisation.valid_from is not None and last_day < organisation.valid_from:
        raise InvalidInput(_("The last day lies before the first."), field="last_day")
    if last_day >= timezone.localdate(at):
        raise InvalidInput(_("The last day must be over: merge the two when it is."), field="last_day")
    told = why_it_ends(reason, hanging, is_asked=organisation.kind != into.kind)
    old_day = str(organisation.valid_to) if organisation.valid_to else None
    organisation.valid_to, organisation.merged_into = last_day, into
    organisation.save(update_fields=["valid_to", "merged_into"])
    if stands_above(organisation, into):  # it takes the place of the one above, and nothing comes to stand above itself
        Organisation.objects.filter(pk=into.pk).update(parent=organisation.parent_id)
    below = list(organisation.children.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    Organisation.objects.filter(pk__in=below).update(parent=into)
    Organisation.objects.filter(merged_into=organisation).update(merged_into=into)
    moved = {
        "organisations": below,
        "mandates": accounts.move_mandates(old=organisation, new=into, last_day=last_day, by=by, at=at),
        **proposals.move_organisation(old=organisation, new=into),
        **projects.move_organisation(old=organisation, new=into),
    }
    record(
        CycleAct.ORGANISATION_MERGED,
        organisation,
        by=by,
        at=at,
        into=into.pk,
        last_day=str(last_day),
        old={"valid_to": old_day},
        moved={kind: keys for kind, keys in moved.items() if keys},
        **told,
    )
    return into


def _hold_places(organisation: Organisation, into: Organisation) -> None:
    """Hold the areas of both, and the years in which the one that ends may be named, until the two are merged.

    Who names an organisation holds the year first and reads then how it stands (`cycles.selectors.standing`): before
    the merge what they wrote goes over, after it they name the other.
    """
    areas = Area.objects.filter(pk__in=[organisation.area_id, into.area_id])
    list(areas.select_for_update(no_key=True).order_by("pk"))
    known_in = [organisation.area, *Area.objects.filter(organisations__merged_into=organisation).distinct()]
    codes = {code for area in known_in for code in area.codes}
    years = Cycle.objects.filter(area__code__in=codes).exclude(phase=Phase.CLOSED)
    list(years.select_for_update(no_key=True, of=("self",)).order_by("pk"))
