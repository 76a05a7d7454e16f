"""Sections of a cycle's public pages and rooms of the desk, as data.

Addresses are named, not imported: the frame knows the map of the house, not what is in the rooms.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from livelihood.accounts import selectors as accounts
from livelihood.accounts.models import User
from livelihood.accounts.roles import Permission
from livelihood.cycles.models import Cycle
from livelihood.cycles.selectors import TrackStep
from livelihood.cycles.states import PHASE_ORDER, DecisionMode, Phase
from livelihood.kernel.sheets.handling import brought


@dataclass(frozen=True, slots=True)
class Link:
    """One entry of a menu. key: the letter that leads there, after a G."""

    label: str | Promise
    url: str
    is_current: bool
    key: str = ""


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

NOT_ELSEWHERE = {"proposals:letter", "proposals:board", "proposals:candidates"}
"""Sections that a year has not whose list was decided elsewhere."""

ACTS: dict[Phase, tuple[str | Promise, str]] = {
    Phase.SOLICIT: (_("Make a suggestion"), "proposals:suggest"),
    Phase.PLAN: (_("See what people need"), "proposals:board"),
    Phase.DECIDE: (_("See the candidates"), "proposals:candidates"),
    Phase.DELIVER: (_("See the sites near you"), "projects:sites"),
    Phase.EVALUATE: (_("See what people say"), "surveys:satisfaction"),
    Phase.CLOSED: (_("See what was done"), "reports:announcement"),
}
"""The one thing that a phase is for, as elder mode shows it in place of all sections."""

P = Permission
ALWAYS = frozenset(Phase) - {Phase.DRAFT}
DRAFT_TOO = frozenset(Phase)
UNTIL_CLOSED = DRAFT_TOO - {Phase.CLOSED}
HERE = frozenset({DecisionMode.VOTE, DecisionMode.REVIEW})
DELIVERING = frozenset({Phase.DELIVER, Phase.EVALUATE})


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One page of the desk's menu: to whom it is shown, and when.

    permissions: any of them, in the cycle's area. phases: those in which the page opens, as its own rule says.
    modes: the ways of deciding that have the page. rule: asked in place of the three. key: as of `Link`.
    """

    label: str | Promise
    name: str
    permissions: frozenset[Permission] = frozenset()
    phases: frozenset[Phase] = ALWAYS
    modes: frozenset[DecisionMode] = frozenset(DecisionMode)
    rule: Callable[[User, Cycle, datetime], bool] | None = None
    key: str = ""


def _brings_sheets(user: User, cycle: Cycle, at: datetime) -> bool:
    return bool(brought(user, cycle.area, cycle, at))


DESK_ROOMS: list[tuple[str | Promise, list[MenuEntry]]] = [
    (
        _("The year"),
        [
            MenuEntry(_("Where we stand"), "portal:desk", frozenset({P.READ_DESK}), DRAFT_TOO, key="Y"),
            MenuEntry(_("Dates of the phases"), "portal:year_dates", frozenset({P.MANAGE_CYCLE}), UNTIL_CLOSED),
            MenuEntry(_("Journal"), "portal:journal", frozenset({P.READ_JOURNAL, P.MANAGE_CYCLE}), DRAFT_TOO),
            MenuEntry(_("Imports"), "imports:of_year", rule=_brings_sheets),
        ],
    ),
    (
        _("Collect and plan"),
        [
            MenuEntry(_("Open letter"), "proposals:letter_edit", frozenset({P.PUBLISH_LETTER}), DRAFT_TOO, HERE),
            MenuEntry(
                _("Suggestions"),
                "proposals:intake",
                frozenset({P.SCREEN_SUGGESTIONS, P.REPLY_TO_SUGGESTIONS, P.READ_JOURNAL}),
                modes=HERE,
                key="I",
            ),
            MenuEntry(
                _("Needs"),
                "proposals:desk_needs",
                frozenset({P.SCREEN_SUGGESTIONS, P.BUILD_CANDIDATES, P.READ_JOURNAL}),
                modes=HERE,
                key="N",
            ),
            MenuEntry(
                _("Candidates"),
                "proposals:desk_candidates",
                frozenset({P.BUILD_CANDIDATES, P.READ_JOURNAL}),
                modes=HERE,
                key="C",
            ),
            MenuEntry(
                _("Reserve pool"), "voting:desk_reserve", frozenset({P.BUILD_CANDIDATES, P.READ_JOURNAL}), modes=HERE
            ),
        ],
    ),
    (
        _("Decide"),
        [
            MenuEntry(
                _("Voting rounds"),
                "voting:rounds",
                frozenset({P.PREPARE_ROUND, P.RUN_ROUND, P.CONFIRM_ROUND, P.READ_JOURNAL}),
                modes=frozenset({DecisionMode.VOTE}),
            ),
            MenuEntry(
                _("Review"),
                "voting:review",
                frozenset({P.SUBMIT_FOR_REVIEW, P.ANSWER_OPINIONS, P.ADOPT_LIST, P.READ_JOURNAL}),
                modes=frozenset({DecisionMode.REVIEW}),
            ),
        ],
    ),
    (
        _("Deliver"),
        [
            MenuEntry(
                _("Project list"),
                "projects:desk_projects",
                frozenset({P.MANAGE_PROJECTS, P.ALLOCATE_TARGETS, P.READ_JOURNAL}),
                key="P",
            ),
            MenuEntry(_("Standard list"), "projects:desk_standards", frozenset({P.MANAGE_PROJECTS, P.READ_JOURNAL})),
            MenuEntry(
                _("Sites"),
                "projects:desk_sites",
                frozenset({P.MANAGE_PROJECTS, P.REPORT_PROGRESS, P.ACCEPT_SITES, P.SUPERVISE, P.READ_JOURNAL}),
                key="S",
            ),
            MenuEntry(_("Progress"), "projects:grid", frozenset({P.REPORT_PROGRESS}), key="R"),
            MenuEntry(
                pgettext_lazy("delivery", "Notices"),
                "projects:desk_notices",
                frozenset({P.SUPERVISE, P.REPORT_PROGRESS, P.READ_JOURNAL}),
                key="T",
            ),
            MenuEntry(_("Lights"), "projects:lights", frozenset({P.MANAGE_PROJECTS}), DELIVERING),
        ],
    ),
    (
        _("Evaluate"),
        [
            MenuEntry(_("Surveys"), "surveys:desk_surveys", frozenset({P.RUN_SURVEYS, P.READ_JOURNAL})),
            MenuEntry(_("Reports"), "reports:desk_reports", frozenset({P.BUILD_REPORTS, P.READ_JOURNAL})),
        ],
    ),
]
"""Rooms of the desk with their pages, in the order of the year."""


def public_sections(cycle: Cycle, path: str) -> list[Link]:
    """Return the sections that the cycle's phase has reached, without those that the year has not."""
    left_out = NOT_ELSEWHERE if cycle.decision_mode == DecisionMode.ELSEWHERE else set()
    reached = PHASE_ORDER.index(Phase(cycle.phase))
    links = []
    for label, name, since in PUBLIC_SECTIONS:
        if PHASE_ORDER.index(since) <= reached and name not in left_out:
            url = cycle.address(name)
            links.append(Link(label=label, url=url, is_current=path == url))
    return links


def act_of_phase(cycle: Cycle, track: Sequence[TrackStep], path: str, today: date) -> Link | None:
    """Return the one thing that the phase of a year is for; None before the year has begun.

    Outside of the days of collecting nobody is sent to a form that takes nothing. The year's own page offers it itself.
    """
    here = next((step for step in track if step.state == "current"), None)
    if here is None:
        return None
    phase = here.name
    if phase == Phase.SOLICIT and not (here.starts_on or today) <= today <= (here.ends_on or today):
        phase = Phase.PLAN
    label, name = ACTS[phase]
    url = cycle.address(name)
    return Link(label=label, url=url, is_current=path in {url, cycle.address("portal:cycle")})


def desk_rooms(user: object, cycle: Cycle | None, path: str, at: datetime) -> list[Room]:
    """Return the desk's menu for a person: in a cycle, what they may do there, in its phase."""
    if cycle is None or not isinstance(user, User):
        return []
    rooms = []
    for label, entries in DESK_ROOMS:
        links = []
        for entry in entries:
            if _is_shown(entry, user, cycle, at):
                url = cycle.address(entry.name)
                links.append(Link(label=entry.label, url=url, is_current=path == url, key=entry.key))
        if links:
            rooms.append(Room(label=label, links=links))
    return rooms


def _is_shown(entry: MenuEntry, user: User, cycle: Cycle, at: datetime) -> bool:
    if entry.rule is not None:
        return entry.rule(user, cycle, at)
    return (
        cycle.phase in entry.phases
        and cycle.decision_mode in entry.modes
        and any(accounts.has(user, permission, cycle.area, at) for permission in entry.permissions)
    )
