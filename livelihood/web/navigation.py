"""Sections of a cycle's public pages and rooms of the desk, as data.

Addresses are named, not imported: the frame knows the map of the house, not what is in the rooms.
"""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from livelihood.accounts import selectors as accounts
from livelihood.accounts.models import User
from livelihood.accounts.roles import Permission
from livelihood.cycles.models import Cycle
from livelihood.cycles.states import PHASE_ORDER, Phase


@dataclass(frozen=True, slots=True)
class Link:
    """One entry of a menu."""

    label: str | Promise
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Room:
    """One group of entries in the desk's menu."""

    label: str | Promise
    links: list[Link]


PUBLIC_SECTIONS: list[tuple[str | Promise, str, Phase]] = [
    (_("Overview"), "portal:cycle", Phase.SOLICIT),
    (_("Open letter"), "proposals:letter", Phase.SOLICIT),
    (_("Needs"), "proposals:board", Phase.SOLICIT),
    (_("Candidates"), "proposals:candidates", Phase.PLAN),
    (_("Decision"), "voting:decision", Phase.DECIDE),
    (_("Projects"), "projects:projects", Phase.DELIVER),
    (_("Standards"), "projects:standards", Phase.DELIVER),
    (_("Sites"), "projects:sites", Phase.DELIVER),
    (_("Progress"), "projects:progress", Phase.DELIVER),
    (_("Satisfaction"), "surveys:satisfaction", Phase.EVALUATE),
    (_("Announcement"), "reports:announcement", Phase.EVALUATE),
    (_("Reports"), "reports:reports", Phase.EVALUATE),
]
"""Label, address and the phase from which a section has something to show."""

P = Permission

DESK_ROOMS: list[tuple[str | Promise, list[tuple[str | Promise, str, frozenset[Permission]]]]] = [
    (
        _("The year"),
        [
            (_("Where we stand"), "portal:desk", frozenset({P.READ_DESK})),
            (_("Dates of the phases"), "portal:year_dates", frozenset({P.MANAGE_CYCLE})),
            (_("Journal"), "portal:journal", frozenset({P.READ_JOURNAL})),
        ],
    ),
    (
        _("Collect and plan"),
        [
            (_("Open letter"), "proposals:letter_edit", frozenset({P.PUBLISH_LETTER})),
            (_("Suggestions"), "proposals:intake", frozenset({P.SCREEN_SUGGESTIONS, P.REPLY_TO_SUGGESTIONS})),
            (_("Needs"), "proposals:needs_desk", frozenset({P.SCREEN_SUGGESTIONS, P.BUILD_CANDIDATES})),
            (_("Candidates"), "proposals:candidates_desk", frozenset({P.BUILD_CANDIDATES})),
        ],
    ),
    (
        _("Decide"),
        [
            (_("Voting rounds"), "voting:rounds", frozenset({P.PREPARE_ROUND, P.RUN_ROUND, P.CONFIRM_ROUND})),
            (_("Review"), "voting:review", frozenset({P.SUBMIT_FOR_REVIEW, P.ANSWER_OPINIONS, P.ADOPT_LIST})),
        ],
    ),
    (
        _("Deliver"),
        [
            (_("Project list"), "projects:desk_projects", frozenset({P.MANAGE_PROJECTS, P.ALLOCATE_TARGETS})),
            (_("Standard list"), "projects:desk_standards", frozenset({P.MANAGE_PROJECTS})),
            (
                _("Sites"),
                "projects:desk_sites",
                frozenset({P.MANAGE_PROJECTS, P.REPORT_PROGRESS, P.ACCEPT_SITES, P.SUPERVISE}),
            ),
            (_("Progress"), "projects:grid", frozenset({P.REPORT_PROGRESS})),
            (
                pgettext_lazy("delivery", "Notices"),
                "projects:desk_notices",
                frozenset({P.SUPERVISE, P.REPORT_PROGRESS}),
            ),
            (_("Imports"), "projects:imports", frozenset({P.IMPORT_SITES})),
            (_("Lights"), "projects:lights", frozenset({P.MANAGE_PROJECTS})),
        ],
    ),
    (
        _("Evaluate"),
        [
            (_("Surveys"), "surveys:desk-surveys", frozenset({P.RUN_SURVEYS})),
            (_("Reports"), "reports:desk-reports", frozenset({P.BUILD_REPORTS})),
        ],
    ),
]
"""Rooms of the desk with their pages; a page shows to those who have one of its permissions in the cycle's area."""


def public_sections(cycle: Cycle, path: str) -> list[Link]:
    """Return the sections that the cycle's phase has reached."""
    reached = PHASE_ORDER.index(Phase(cycle.phase))
    links = []
    for label, name, since in PUBLIC_SECTIONS:
        if PHASE_ORDER.index(since) <= reached:
            url = cycle_address(name, cycle)
            links.append(Link(label=label, url=url, is_current=path == url))
    return links


def desk_rooms(user: object, cycle: Cycle | None, path: str, at: datetime) -> list[Room]:
    """Return the desk's menu for a person: in a cycle, what they may do there."""
    if cycle is None or not isinstance(user, User):
        return []
    rooms = []
    for label, entries in DESK_ROOMS:
        links = []
        for title, name, permissions in entries:
            if any(accounts.has(user, permission, cycle.area, at) for permission in permissions):
                url = cycle_address(name, cycle)
                links.append(Link(label=title, url=url, is_current=path == url))
        if links:
            rooms.append(Room(label=label, links=links))
    return rooms


def cycle_address(name: str, cycle: Cycle) -> str:
    """Return the address of a page of a cycle by its name."""
    return reverse(name, kwargs={"area": cycle.area.slug, "year": cycle.year})
