"""What every template may use: settings and, on the pages of a cycle, what its header needs."""

from collections.abc import Mapping
from datetime import date, datetime

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string

from livelihood.cycles import selectors as cycles
from livelihood.cycles.models import Cycle
from livelihood.cycles.states import Phase
from livelihood.imprint.selectors import imprint_of
from livelihood.kernel.pages import is_here_alone
from livelihood.web import navigation


def site(request: HttpRequest) -> dict[str, object]:
    """Return settings and, on the pages of a cycle, what its header needs.

    Everything that asks the database or the person is lazy: a public page never draws `desk_nav`, so it never looks at
    who is reading.
    """
    context: dict[str, object] = {
        "imprint": SimpleLazyObject(lambda: imprint_of(request)),
        "site_url": settings.SITE_URL,
        "is_here_alone": is_here_alone(),
        "tile_url": settings.TILE_URL,
        "tile_credit": settings.TILE_CREDIT,
    }
    cycle = getattr(request, "cycle", None)
    if cycle is not None:
        today = timezone.localdate()
        context |= {
            "cycle": cycle,
            "is_demo": cycle.is_demo,
            "year_track": (track := SimpleLazyObject(lambda: cycles.year_track(cycle))),
            "track_line": SimpleLazyObject(lambda: cycles.track_line([*track], today, _end_of_vote(cycle))),
            "site_nav": navigation.public_sections(cycle, request.path),
            "phase_act": SimpleLazyObject(lambda: navigation.act_of_phase(cycle, [*track], request.path, today)),
        }
    context["told"] = SimpleLazyObject(lambda: list(get_messages(request)))
    context["desk_nav"] = SimpleLazyObject(
        lambda: navigation.desk_rooms(request.user, cycle, request.path, timezone.now())
    )
    return context


def _end_of_vote(cycle: Cycle) -> date | None:
    """Return the last day of a vote that is open in a year; what is voted on belongs to a later room."""
    if cycle.phase != Phase.DECIDE:
        return None
    ends: Mapping[int, datetime] = import_string(settings.VOTES_PROVIDER)([cycle])
    return timezone.localdate(ends[cycle.pk]) if cycle.pk in ends else None
