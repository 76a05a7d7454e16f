"""Pages composed from several rooms: each room is asked for its own part, nothing is computed twice."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from livelihood.accounts import selectors as accounts
from livelihood.accounts.models import Mandate, User
from livelihood.accounts.roles import Permission
from livelihood.cycles import selectors as cycles
from livelihood.cycles.models import Area, Cycle, PhasePeriod
from livelihood.cycles.states import PHASE_MOVES, DecisionMode, Phase
from livelihood.imports import selectors as imports
from livelihood.imprint.rules import may_keep_imprint
from livelihood.imprint.selectors import PageLink
from livelihood.kernel.errors import Text
from livelihood.kernel.sheets.handling import brought
from livelihood.kernel.text import page_html
from livelihood.news import selectors as news
from livelihood.news.models import NewsItem
from livelihood.portal.cards import LinkCard, demo_mark
from livelihood.portal.home import SENTENCES, open_form
from livelihood.portal.journals import names_of
from livelihood.portal.setting_up import setting_up
from livelihood.web import navigation
from livelihood.web.work import Bucket, WorkItem
from projects import selectors as projects
from projects.reports import selectors as reports
from projects.surveys import selectors as surveys
from proposals import selectors as proposals
from voting import selectors as voting

ROOMS = (imports, proposals, voting, projects, surveys, reports)
"""The door for sheets, and the rooms in the order of the year."""

NEWS = "news"
"""Key of an entry of the feed that is a notice; its address is its own."""


@dataclass(frozen=True, slots=True)
class AreaLink:
    """A page about an area."""

    label: Text
    url: str


NEAR = timedelta(days=30)
"""A last day of a phase is told so long before."""
MOST_BELOW = 300
"""Desks of areas below on one page: a province has about a hundred counties."""


@dataclass(frozen=True, slots=True)
class Desks:
    """Where a person works: years, areas to look after, and whether they vote.

    below: desks of the areas below that they read or look after, of years that are not closed. has_more: too many to
    be shown.
    """

    cycles: list[LinkCard]
    below: list[AreaLink]
    has_more: bool
    areas: list[AreaLink]
    booth: bool


def unfinished_business(cycle: Cycle) -> list[Text]:
    """Return what the rooms say must be done before the cycle's present phase may end."""
    phase = Phase(cycle.phase)
    return [issue for room in ROOMS for issue in room.unfinished_business(cycle, phase)]


def done_in_phase(cycle: Cycle) -> list[Text]:
    """Return what the rooms say was done in the cycle's present phase, so that it cannot be taken back."""
    phase = Phase(cycle.phase)
    return [done for room in ROOMS for done in room.done_in(cycle, phase)]


@dataclass(frozen=True, slots=True)
class NextStep:
    """The step to the next phase. planned_end: of the present one. starts_on, ends_on: proposed for the next one.

    is_early: the planned last day has not passed, so a reason is asked for. days_left: until then, today not counted.
    """

    phase: Phase
    planned_end: date | None
    is_early: bool
    days_left: int
    starts_on: date
    ends_on: date | None


def next_step(cycle: Cycle, today: date) -> NextStep | None:
    """Return the step to the next phase; None for a draft and for a closed year."""
    following = PHASE_MOVES.get((cycle.phase, "advance"))
    if following is None:
        return None
    old, new = (cycles.period(cycle, Phase(phase)) for phase in (cycle.phase, following))
    ended = old.ends_on if old else None
    planned = new.starts_on if new and new.starts_on <= today else today
    return NextStep(
        phase=Phase(following),
        planned_end=ended,
        is_early=ended is not None and ended >= today,
        days_left=max((ended - today).days, 0) if ended else 0,
        starts_on=planned,
        ends_on=new.ends_on if new and new.ends_on >= planned else None,
    )


def step_before(cycle: Cycle) -> Phase | None:
    """Return the phase to which the year could be taken back; the draft for a list that was adopted."""
    if cycle.decision_mode == DecisionMode.ELSEWHERE and cycle.phase == Phase.DELIVER:
        return Phase.DRAFT
    before = PHASE_MOVES.get((cycle.phase, "take_back"))
    return Phase(before) if before else None


@dataclass(frozen=True, slots=True)
class MoveRow:
    """A step of a year as its desk shows it. reason: why it was early, or was taken back."""

    at: datetime
    what: Text
    by: str
    reason: str


def move_rows(cycle: Cycle) -> list[MoveRow]:
    """Return the steps that a year took, on and back, oldest first; two queries."""
    moves = list(cycles.moves_of(cycle))
    names = names_of({move.moved_by for move in moves} | {move.taken_back_by for move in moves})
    rows = []
    for move in moves:
        on = _("On to: %(phase)s") % {"phase": Phase(move.new).label}
        rows.append(MoveRow(move.moved_at, on, names.get(move.moved_by, ""), move.reason))
        if move.taken_back_at:
            back = _("Taken back to: %(phase)s") % {"phase": Phase(move.old).label}
            rows.append(MoveRow(move.taken_back_at, back, names.get(move.taken_back_by, ""), move.why_taken_back))
    return sorted(rows, key=lambda row: row.at)


def waiting_for(user: User, at: datetime) -> list[WorkItem]:
    """Return what is due for a person, and the last days of the phases of their years."""
    return [*work_for(user, at), *next_dates(user, at)]


def work_for(user: User, at: datetime) -> list[WorkItem]:
    """Return everything due for a person, the oldest due date first, then what has none."""
    items = [
        *_to_set_up(user, at),
        *_to_confirm(user, at),
        *_to_adopt(user, at),
        *(item for room in ROOMS for item in room.work_for(user, at)),
    ]
    return sorted(
        items, key=lambda item: (item.due is None, item.due or timezone.localdate(at), str(item.place), str(item.title))
    )


def next_dates(user: User, at: datetime) -> list[WorkItem]:
    """Return the last days of the phases that a person's years are in: those that have passed or are near."""
    areas = Area.objects.filter(accounts.areas_with(user, [Permission.MANAGE_PROJECTS], at))
    rows = PhasePeriod.objects.filter(cycle__area__in=areas, phase=F("cycle__phase")).select_related("cycle__area")
    near = rows.exclude(phase=Phase.CLOSED).filter(ends_on__lte=timezone.localdate(at) + NEAR).order_by("ends_on", "pk")
    return [
        WorkItem(
            _("Last day of: %(phase)s") % {"phase": period.get_phase_display()}, period.cycle.address("portal:desk"),
            f"{period.cycle.area.name} {period.cycle.year}", due=period.ends_on,
        )
        for period in near
    ]  # fmt: skip


def in_buckets(items: Iterable[WorkItem], at: datetime) -> list[tuple[Bucket, list[WorkItem]]]:
    """Return what waits by when it is to be done; buckets with nothing in them are left out."""
    today, found = timezone.localdate(at), dict[Bucket, list[WorkItem]]()
    for item in items:
        found.setdefault(item.bucket(today), []).append(item)
    return [(bucket, found[bucket]) for bucket in Bucket if bucket in found]


def _to_set_up(user: User, at: datetime) -> list[WorkItem]:
    """Return the next step of setting up what somebody administers, until a first year has begun there or below."""
    items = []
    for area in _areas_of(accounts.mandates_with(user, Permission.MANAGE_PEOPLE, at)):
        has_begun = cycles.public_cycles().filter(area__in=Area.objects.within(area)).exists()
        if not has_begun and (step := setting_up(area, user, at).following):
            url = reverse("portal:setting_up", kwargs={"area": area.slug})
            items.append(WorkItem(_("Setting up: %(step)s") % {"step": step.title}, url, area.name))
    return items


def _to_confirm(user: User, at: datetime) -> list[WorkItem]:
    """Return the mandates that wait for this person as the second."""
    return [
        WorkItem(
            title=_("Confirm a mandate: %(name)s, %(role)s")
            % {"name": mandate.user.name, "role": mandate.get_role_display()},
            url=reverse("accounts:mandate_confirm", kwargs={"area": mandate.area.slug, "pk": mandate.pk}),
            place=mandate.area.name,
        )
        for mandate in accounts.mandates_to_confirm(user, at)
    ] + [
        WorkItem(
            title=_("Waits for a second person: %(name)s, %(role)s")
            % {"name": mandate.user.name, "role": mandate.get_role_display()},
            url=reverse("accounts:person", kwargs={"area": mandate.area.slug, "pk": mandate.user_id}),
            place=mandate.area.name,
            waits_for_others=True,
        )
        for mandate in accounts.mandates_given_and_waiting(user, at)
    ]


def _to_adopt(user: User, at: datetime) -> list[WorkItem]:
    areas = Area.objects.filter(accounts.areas_with(user, [Permission.MANAGE_CYCLE], at))
    drafts = cycles.all_cycles().filter(area__in=areas, phase=Phase.DRAFT, decision_mode=DecisionMode.ELSEWHERE)
    return [
        WorkItem(
            title=_("Adopt the list that was decided elsewhere"),
            url=cycle.address("portal:year_adopt"),
            place=f"{cycle.area.name} {cycle.year}",
        )
        for cycle in drafts
    ]


def cycle_cards(rows: Iterable[Cycle], at: datetime | None = None) -> list[LinkCard]:
    """Return cycles as cards of the front page, a demonstration marked as one.

    at: where given, a form that is open then is offered at once; the cycles have their periods at hand.
    """
    return [
        LinkCard(
            title=f"{cycle.area.name} {cycle.year}",
            url=cycle.address("portal:cycle"),
            text=SENTENCES[Phase(cycle.phase)],
            badge=Phase(cycle.phase).label,
            meta=[cycle.get_decision_mode_display(), *demo_mark(cycle)],
            level=2,
            action=open_form(cycle, at) if at else None,
        )
        for cycle in rows
    ]


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry of the feed. path: of the page that it is about. key: tells it from others about the same page.

    since: of a phase, its first day, or that of the year where none is set.
    """

    title: str
    text: str
    path: str
    key: str
    since: datetime


def feed_entries() -> list[FeedEntry]:
    """Return where each year stands, what its offices told, and what was corrected, the last first; four queries."""
    rows = list(cycles.public_cycles().prefetch_related("periods"))
    entries = [
        FeedEntry(
            title=f"{cycle.area.name} {cycle.year} · {Phase(cycle.phase).label}",
            text=str(SENTENCES[Phase(cycle.phase)]),
            path=cycle.address("portal:cycle"),
            key=cycle.phase,
            since=_began(cycle),
        )
        for cycle in rows
    ]
    corrected = _("The open letter was corrected")
    entries += [
        FeedEntry(
            title=f"{one.letter.cycle.area.name} {one.letter.cycle.year} · {corrected}",
            text=one.reason,
            path=one.letter.cycle.address("proposals:letter"),
            key=f"correction-{one.number}",
            since=one.corrected_at,
        )
        for one in proposals.corrections()
    ]
    entries += [_told(item) for item in news.for_the_feed()]
    return sorted(entries, key=lambda one: one.since, reverse=True)


def _told(item: NewsItem) -> FeedEntry:
    place = f"{item.area.name} {item.cycle.year}" if item.cycle else item.area.name
    path = reverse("news:news_item", kwargs={"area": item.area.slug, "pk": item.pk})
    if item.withdrawn_at is not None:
        withdrawn = _("A notice that was withdrawn")
        return FeedEntry(f"{place} · {withdrawn}", item.why_withdrawn, path, NEWS, item.withdrawn_at)
    return FeedEntry(f"{place} · {item.title}", page_html(item.text), path, NEWS, item.published_at)


def _began(cycle: Cycle) -> datetime:
    dates = {period.phase: period.starts_on for period in cycle.periods.all()}
    return timezone.make_aware(datetime.combine(dates.get(cycle.phase, date(cycle.year, 1, 1)), time.min))


def public_addresses(pages: Iterable[PageLink]) -> list[str]:
    """Return the addresses of pages, areas with a year and sections of their years, for search engines; one query."""
    years = list(cycles.public_cycles())
    areas = dict.fromkeys(reverse("places:area", kwargs={"area": year.area.slug}) for year in years)
    return [
        *(page.url for page in pages),
        *areas,
        *(link.url for year in years for link in navigation.public_sections(year, "")),
    ]


def desks_of(user: User, at: datetime) -> Desks:
    """Return where a person works today."""
    in_reach = accounts.areas_with(user, [Permission.READ_DESK], at)
    own = {mandate.area_id for mandate in accounts.mandates_with(user, Permission.READ_DESK, at)}
    mine = cycles.all_cycles().filter(area__in=own)
    deeper = cycles.all_cycles().filter(area__in=Area.objects.filter(in_reach)).exclude(area__in=own)
    below = list(deeper.exclude(phase=Phase.CLOSED)[: MOST_BELOW + 1])
    links = []
    for area in Area.objects.filter(accounts.areas_with(user, [Permission.MANAGE_PEOPLE], at)).order_by("code")[:1]:
        url = reverse("portal:setting_up", kwargs={"area": area.slug})
        links.append(AreaLink(label=_("Setting up: %(area)s") % {"area": area.name}, url=url))
        url = reverse("places:people", kwargs={"area": area.slug})
        links.append(AreaLink(label=_("People and mandates: %(area)s") % {"area": area.name}, url=url))
    for label, name, permission in (
        (_("Areas: %(area)s"), "places:areas", Permission.KEEP_AREAS),
        (_("Organisations: %(area)s"), "places:organisations", Permission.KEEP_ORGANISATIONS),
        (_("News: %(area)s"), "news:desk_news", Permission.PUBLISH_NEWS),
    ):
        for area in _areas_of(accounts.mandates_with(user, permission, at)):
            url = reverse(name, kwargs={"area": area.slug})
            links.append(AreaLink(label=label % {"area": area.name}, url=url))
    for area in _areas_of(accounts.held_mandates(user, at)):
        if brought(user, area, None, at):
            url = reverse("imports:of_area", kwargs={"area": area.slug})
            links.append(AreaLink(label=_("Bring a sheet: %(area)s") % {"area": area.name}, url=url))
    for area in Area.objects.filter(accounts.areas_with(user, [Permission.READ_JOURNAL], at)).order_by("code")[:1]:
        url = reverse("portal:area_journal", kwargs={"area": area.slug})
        links.append(AreaLink(label=_("Journal of the area: %(area)s") % {"area": area.name}, url=url))
    reading = accounts.areas_with(user, [Permission.READ_JOURNAL, Permission.MANAGE_CYCLE], at)
    for area in Area.objects.filter(reading).order_by("code")[:1]:
        url = reverse("privacy:record", kwargs={"area": area.slug})
        links.append(AreaLink(label=_("Record of processing of personal data"), url=url))
    opening = _areas_of(accounts.mandates_with(user, Permission.MANAGE_CYCLE, at))
    links += [
        AreaLink(
            label=_("Open a year: %(area)s") % {"area": area.name},
            url=reverse("portal:year_open", kwargs={"area": area.slug}),
        )
        for area in opening
        if area.valid_to is None
    ]
    if may_keep_imprint(user, at):
        links.append(AreaLink(label=_("Portal settings"), url=reverse("imprint:settings")))
    return Desks(
        cycles=[
            LinkCard(
                title=f"{cycle.area.name} {cycle.year}",
                url=cycle.address("portal:desk"),
                badge=Phase(cycle.phase).label,
            )
            for cycle in mine[:60]
        ],
        below=[
            AreaLink(
                label=f"{cycle.area.name} {cycle.year} · {Phase(cycle.phase).label}", url=cycle.address("portal:desk")
            )
            for cycle in below[:MOST_BELOW]
        ],
        has_more=len(below) > MOST_BELOW,
        areas=links,
        booth=bool(accounts.mandates_with(user, Permission.VOTE, at)),
    )


def _areas_of(mandates: Iterable[Mandate]) -> Iterable[Area]:
    """Return the areas of mandates, each once: who holds two there, as after a merger, has one link."""
    return dict.fromkeys(mandate.area for mandate in mandates)
