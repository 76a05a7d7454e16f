"""People of an area and their mandates."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from livelihood.accounts import rules, selectors
from livelihood.accounts.once import once
from livelihood.accounts.roles import ROLES
from livelihood.accounts.selectors import signed_in
from livelihood.cycles import selectors as cycles
from livelihood.kernel.methods import require_http_methods
from livelihood.kernel.verdict import require
from livelihood.lists.grids import acting
from livelihood.lists.grids.shown import Asking
from livelihood.places.grids import people_of
from livelihood.web.decorators import found

WITHOUT_MANDATE = 50
"""People without a mandate who are listed at once."""


@require_http_methods(["GET", "POST"])
@once
def people(request: HttpRequest, area: str) -> HttpResponse:
    """List who holds which mandate in an area, and who holds none yet; a POST ends some of them."""
    place, user, now = found(cycles.area_at(area)), signed_in(request), timezone.now()
    require(rules.may_manage_people(user, place, now))
    idle = selectors.people_without_mandate(place)
    context = {
        "area": place,
        "cards": ROLES.items(),
        "below": cycles.child_areas(place),
        "idle": idle[:WITHOUT_MANDATE],
        "idle_count": idle.count(),
    }
    return acting.answered(Asking(people_of(user), request, place, user, now), "places/people_list.html", context)
