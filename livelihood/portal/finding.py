"""The search over all rooms: of what everybody may read, and of what a person may see at their desk."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from livelihood.accounts import selectors as accounts
from livelihood.accounts.models import User
from livelihood.accounts.roles import Permission
from livelihood.cycles import selectors as cycles
from livelihood.cycles.models import Area, Organisation
from livelihood.kernel.errors import Text
from livelihood.kernel.folding import fold
from livelihood.kernel.numbers import parse_reference
from livelihood.kernel.paging import PUBLIC_SIZE, Page, RowCount, count_up_to, paginate
from livelihood.kernel.search import matching
from livelihood.kernel.searching import every_word
from livelihood.portal.cards import LinkCard, demo_mark
from projects.models import Project, Site
from proposals import selectors as proposals
from proposals.models import Candidate, Need, Suggestion

MOST = 5
"""So many of each kind are shown; all of a kind are a list of its own."""


@dataclass(frozen=True, slots=True)
class Searched:
    """A kind of rows that is searched.

    rows: those that whoever asks may see. card: how one is shown, which needs what is `joined`. finds: keeps the rows
    that hold every word. newest: the order of the first ones, where they are not very many.
    """

    key: str
    label: Text
    rows: QuerySet[Any]
    card: Callable[[Any], LinkCard]
    joined: tuple[str, ...] = ("cycle__area",)
    finds: Callable[..., QuerySet[Any]] = matching
    newest: tuple[str, ...] = ("-cycle__year", "-pk")


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one kind. url: of all of them. is_demo: some of it belongs to a demonstration."""

    key: str
    label: Text
    cards: list[LinkCard]
    count: RowCount
    url: str
    is_demo: bool

    @property
    def has_more(self) -> bool:
        """Whether not all of them are shown."""
        return self.count.is_more or self.count > len(self.cards)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A collection of the API."""

    url: str


def public_kinds() -> list[Searched]:
    """Return what everybody may search, in the order in which it is shown."""
    candidates = proposals.public_candidates().order_by()
    return [
        Searched("needs", _("Needs"), Need.objects.all(), _of_year("proposals:need", "number")),
        Searched("candidates", _("Candidates"), candidates, _of_year("proposals:candidate", "number")),
        Searched("projects", _("Projects"), Project.objects.all(), _of_year("projects:project")),
        Searched("sites", _("Sites"), Site.objects.all(), _of_year("projects:site")),
        Searched("areas", _("Areas"), Area.objects.all(), _area, (), _called, ("-pk",)),
    ]


def desk_kinds(user: User, at: datetime) -> list[Searched]:
    """Return what a person may search at their desk: kinds of which they may see nothing are left out."""
    areas = _in_reach(user, at, Permission.READ_DESK)
    screened = _in_reach(
        user, at, Permission.SCREEN_SUGGESTIONS, Permission.REPLY_TO_SUGGESTIONS, Permission.READ_JOURNAL
    )
    own = {code for held in accounts.mandates_with(user, Permission.READ_DESK, at) for code in held.area.codes}
    # Whoever builds for a year of an area above works on its lists, as `projects.rules.may_read_desk` says.
    projects = Project.objects.filter(Q(cycle__area__in=areas) | Q(cycle__area__code__in=own))
    kinds = [
        Searched(
            "suggestions",
            _("Suggestions"),
            Suggestion.objects.filter(cycle__area__in=screened),
            _suggestion,
            finds=partial(matching, reference="number"),
            newest=("-received_at", "-pk"),
        ),
        Searched(
            "needs", _("Needs"), Need.objects.filter(cycle__area__in=areas), _of_year("proposals:desk_need", "number")
        ),
        Searched(
            "candidates",
            _("Candidates"),
            Candidate.objects.filter(cycle__area__in=areas),
            _of_year("proposals:desk_candidate", "number"),
        ),
        Searched("projects", _("Projects"), projects, _of_year("projects:desk_project")),
        Searched("sites", _("Sites"), Site.objects.visible_to(user, at), _of_year("projects:desk_site")),
    ]
    place = _in_reach(user, at, Permission.MANAGE_PEOPLE).order_by("code").first()
    if place is not None:
        near = Q(pk__in=accounts.people_near(place).values("pk")) | Q(area__in=cycles.areas_within(place))
        finds = partial(_by_name, ("name", "username"))
        people, card = User.objects.filter(near), partial(_person, place)
        kinds.append(Searched("people", _("People"), people, card, (), finds, ("name", "pk")))
    kept = _in_reach(user, at, Permission.KEEP_ORGANISATIONS)
    finds = partial(_by_name, ("name_zh", "name_en", "formerly_zh"))
    kinds.append(
        Searched(
            "organisations",
            _("Organisations"),
            Organisation.objects.filter(area__in=kept),
            _organisation,
            ("area",),
            finds,
            ("name_zh", "pk"),
        )
    )
    return kinds


def search(words: str, kinds: Iterable[Searched]) -> list[Group]:
    """Return the first rows of each kind that hold every word; kinds without any left out.

    words: as typed; an empty search finds nothing.
    """
    if not fold(words):
        return []
    found = ((kind, count_up_to(kind.finds(kind.rows, words))) for kind in kinds)
    return [_group(kind, words, _newest(kind, words, count), count) for kind, count in found if count]


def search_in(words: str, kind: Searched, query: QueryDict) -> tuple[Group, Page[Any]]:
    """Return a page of all rows of one kind that hold every word, those that were entered last first."""
    rows = kind.finds(kind.rows, words) if fold(words) else kind.rows.none()
    count = count_up_to(rows)
    if count.is_more:
        rows = kind.finds(kind.rows, words, is_common=True)
    page = paginate(rows, ["-pk"], query, size=PUBLIC_SIZE, joined=kind.joined)
    return _group(kind, words, page.rows, count), page


def suggestion_number(words: str) -> str:
    """Return the number of a suggestion, if that is what was typed; whether there is such a one is not asked."""
    return parse_reference(words) or ""


def tracking_of(number: str) -> str:
    """Return where a suggestion is tracked; "" where there is none of this number."""
    row = Suggestion.objects.filter(number=number).select_related("cycle__area").first()
    return f"{row.cycle.address('proposals:track')}?{urlencode({'number': number})}" if row else ""


def _newest(kind: Searched, words: str, count: RowCount) -> QuerySet[Any]:
    """Return the rows of the last years; of very many, those that were entered last."""
    if count.is_more:
        rows = kind.finds(kind.rows, words, is_common=True).order_by("-pk")
    else:
        rows = kind.finds(kind.rows, words).order_by(*kind.newest)
    return rows.select_related(*kind.joined)[:MOST] if kind.joined else rows[:MOST]


def _group(kind: Searched, words: str, rows: Iterable[Any], count: RowCount) -> Group:
    shown = list(rows)
    is_demo = any(row.cycle.is_demo for row in shown if hasattr(row, "cycle"))
    url = f"?{urlencode({'q': words, 'kind': kind.key})}"
    return Group(kind.key, kind.label, [kind.card(row) for row in shown], count, url, is_demo)


def _in_reach(user: User, at: datetime, *permissions: Permission) -> QuerySet[Area]:
    return Area.objects.filter(accounts.areas_with(user, permissions, at))


def _called(rows: Any, words: str, *, is_common: bool = False) -> QuerySet[Any]:
    found: QuerySet[Any] = rows.called(words, is_common=is_common)
    return found


def _by_name(fields: Sequence[str], rows: QuerySet[Any], words: str, *, is_common: bool = False) -> QuerySet[Any]:
    """Keep the rows of a list that is short enough to be read. is_common: takes no other way."""
    return rows.filter(every_word(fields, words))


def _of_year(name: str, key: str = "pk") -> Callable[[Any], LinkCard]:
    """Return what makes cards of rows of a year. key: the field by which their addresses name them."""

    def card(row: Any) -> LinkCard:
        cycle = row.cycle
        title, lines = (row.name, [row.key]) if isinstance(row, Site) else (row.title, [])
        url = cycle.address(name, **{key: getattr(row, key)})
        return LinkCard(title=title, url=url, meta=[f"{cycle.area.name} {cycle.year}", *lines, *demo_mark(cycle)])

    return card


def _suggestion(row: Suggestion) -> LinkCard:
    cycle = row.cycle
    url = cycle.address("proposals:desk_suggestion", number=row.number)
    meta = [f"{cycle.area.name} {cycle.year}", row.get_state_display(), *demo_mark(cycle)]
    return LinkCard(title=row.number, url=url, text=row.public_title, meta=meta)


def _area(row: Area) -> LinkCard:
    return LinkCard(
        title=row.name,
        url=reverse("places:area", kwargs={"area": row.slug}),
        meta=[row.get_level_display(), row.code],
    )


def _person(place: Area, row: User) -> LinkCard:
    url = reverse("accounts:person", kwargs={"area": place.slug, "pk": row.pk})
    return LinkCard(title=row.name, url=url, meta=[row.username])


def _organisation(row: Organisation) -> LinkCard:
    url = reverse("places:organisation", kwargs={"area": row.area.slug, "pk": row.pk})
    return LinkCard(title=row.name, url=url, meta=[row.area.name])


def open_data(prefixes: list[str]) -> list[Endpoint]:
    """Return the addresses of the collections, by name."""
    return [Endpoint(reverse(f"{prefix}-list")) for prefix in sorted(prefixes)]
