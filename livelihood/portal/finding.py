"""The search over all rooms, and the addresses of the open data."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from livelihood.kernel.errors import Text
from livelihood.kernel.folding import fold
from livelihood.kernel.paging import count_up_to
from livelihood.kernel.search import matching
from livelihood.portal.cards import LinkCard, demo_mark
from projects.models import Project, Site
from proposals import selectors as proposals
from proposals.models import Candidate, Need

Found = Need | Candidate | Project | Site

MOST = 20
"""So many of each kind are shown; whoever wants more searches in that list itself."""


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one kind. is_demo: some of it belongs to a demonstration."""

    label: Text
    cards: list[LinkCard]
    is_demo: bool


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A collection of the API."""

    url: str


def search(words: str) -> list[Group]:
    """Return public needs, candidates, projects and sites that hold every word; groups without any left out.

    words: as typed; an empty search finds nothing.
    """
    if not fold(words):
        return []
    groups = [
        _group(_("Needs"), _newest(Need.objects.all(), words), "proposals:need", "number"),
        _group(_("Candidates"), _newest(proposals.public_candidates(), words), "proposals:candidate", "number"),
        _group(_("Projects"), _newest(Project.objects.all(), words), "projects:project", "pk"),
        _group(_("Sites"), _newest(Site.objects.all(), words), "projects:site", "pk"),
    ]
    return [group for group in groups if group.cards]


def _newest(rows: QuerySet[Any], words: str) -> QuerySet[Any]:
    """Return the rows of the last years that hold every word; of very many, those that were entered last."""
    found, order = matching(rows, words), ["-cycle__year", "-pk"]
    if count_up_to(found).is_more:
        found, order = matching(rows, words, is_common=True), ["-pk"]
    return found.select_related("cycle__area").order_by(*order)[:MOST]


def _group(label: Text, rows: QuerySet[Any], name: str, key: str) -> Group:
    """Return rows of one kind as cards. key: the field by which their addresses name them."""
    newest: list[Found] = list(rows)
    cards = []
    for row in newest:
        cycle = row.cycle
        url = cycle.address(name, **{key: getattr(row, key)})
        title = row.name if isinstance(row, Site) else row.title
        cards.append(LinkCard(title=title, url=url, meta=[f"{cycle.area.name} {cycle.year}", *demo_mark(cycle)]))
    return Group(label, cards, is_demo=any(row.cycle.is_demo for row in newest))


def open_data(prefixes: list[str]) -> list[Endpoint]:
    """Return the addresses of the collections, by name."""
    return [Endpoint(reverse(f"{prefix}-list")) for prefix in sorted(prefixes)]
