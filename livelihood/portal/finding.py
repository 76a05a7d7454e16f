"""The search over all rooms, and the addresses of the open data."""

from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Model, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from livelihood.cycles.models import Cycle
from livelihood.kernel.errors import Text
from livelihood.portal.cards import Card
from projects.models import Project, Site
from proposals import selectors as proposals
from proposals.models import Candidate, Need

Found = TypeVar("Found", bound=Model)

MOST = 20
"""So many of each kind are shown; whoever wants more searches in that list itself."""


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one kind."""

    label: Text
    cards: list[Card]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A collection of the API."""

    url: str


def search(words: str) -> list[Group]:
    """Return public needs, candidates, projects and sites whose words contain the search; groups without any left out.

    words: as typed; an empty search finds nothing.
    """
    if not words:
        return []
    named = Q(title__icontains=words)
    needs = proposals.needs_on_board().filter(named | Q(summary__icontains=words)).select_related("cycle__area")
    candidates = proposals.public_candidates().filter(named | Q(summary__icontains=words)).select_related("cycle__area")
    projects = Project.objects.filter(named | Q(content__icontains=words)).select_related("cycle__area")
    sites = Site.objects.filter(Q(name__icontains=words) | Q(address__icontains=words)).select_related("cycle__area")
    groups = [
        Group(_("Needs"), [_card(n, n.title, "proposals:need", number=n.number) for n in _newest(needs)]),
        Group(
            _("Candidates"), [_card(c, c.title, "proposals:candidate", number=c.number) for c in _newest(candidates)]
        ),
        Group(_("Projects"), [_card(p, p.title, "projects:project", pk=p.pk) for p in _newest(projects)]),
        Group(_("Sites"), [_card(s, s.name, "projects:site", pk=s.pk) for s in _newest(sites)]),
    ]
    return [group for group in groups if group.cards]


def _newest(rows: QuerySet[Found]) -> QuerySet[Found]:
    return rows.order_by("-cycle__year", "-pk")[:MOST]


def _card(row: Need | Candidate | Project | Site, title: str, name: str, **kwargs: object) -> Card:
    cycle: Cycle = row.cycle
    url = reverse(name, kwargs={"area": cycle.area.slug, "year": cycle.year, **kwargs})
    return Card(title=title, url=url, meta=[f"{cycle.area.name} {cycle.year}"])


def open_data(prefixes: list[str]) -> list[Endpoint]:
    """Return the addresses of the collections, by name."""
    return [Endpoint(reverse(f"{prefix}-list")) for prefix in sorted(prefixes)]
