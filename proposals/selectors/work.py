"""What is unfinished in a cycle, and what waits for a person."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from livelihood.accounts import selectors as accounts
from livelihood.accounts.models import User
from livelihood.accounts.roles import Permission
from livelihood.cycles.models import Area, Cycle, PhasePeriod
from livelihood.cycles.states import DecisionMode, Phase
from livelihood.kernel.errors import Text
from livelihood.web.work import Bucket, WorkItem, bucket_of
from proposals.models import Candidate, CandidateList, Need, Objection
from proposals.selectors.candidates import unanswered_wishes
from proposals.selectors.clock import DueDay, due_days
from proposals.selectors.figures import counts_by_cycle
from proposals.selectors.replies import drafts_for
from proposals.states import NeedOutcome

WEEK = timedelta(days=7)
MOST_DRAFTS = 20
"""So many replies of others are named one by one."""


def unfinished_business(cycle: Cycle, phase: Phase) -> list[Text]:
    """Return what must be done in this room before a phase may end."""
    return _unplanned(cycle) if phase == Phase.PLAN else []


def done_in(cycle: Cycle, phase: Phase) -> list[Text]:
    """Return what was done in this room in a phase, so that it stands: candidates, and needs that were turned down."""
    if phase != Phase.PLAN:
        return []
    candidates = Candidate.objects.filter(cycle=cycle).count()
    text = ngettext("%(count)s candidate was drafted.", "%(count)s candidates were drafted.", candidates)
    turned_down = Need.objects.for_cycle(cycle).filter(outcome=NeedOutcome.NOT_ADOPTED).count()
    refused = ngettext("%(count)s need was turned down.", "%(count)s needs were turned down.", turned_down)
    return [words % {"count": count} for count, words in ((candidates, text), (turned_down, refused)) if count]


def _unplanned(cycle: Cycle) -> list[Text]:
    issues = unanswered_wishes(cycle)
    if not CandidateList.objects.filter(cycle=cycle).exists():
        issues.append(_("The candidate list is not frozen."))
    return issues


def work_for(user: User, at: datetime) -> list[WorkItem]:
    """Return what waits for a person in this room, by cycle."""
    return [
        *_to_publish(user, at),
        *_answers_due(user, at),
        *_to_check(user, at),
        *_to_answer(user, at),
        *_to_send(user, at),
        *_objected(user, at),
        *_to_freeze(user, at),
    ]


def _cycles(user: User, permission: Permission, at: datetime, *phases: Phase) -> QuerySet[Cycle]:
    """Return the cycles in one of the phases where the person has a permission."""
    areas = Area.objects.filter(accounts.areas_with(user, [permission], at))
    return Cycle.objects.filter(area__in=areas, phase__in=phases).select_related("area").order_by("pk")


def _item(
    title: Text, name: str, cycle: Cycle, count: int, due: PhasePeriod | None = None, *, query: str = ""
) -> WorkItem:
    """Return a line. query: by which the list at the address holds just what is counted."""
    return WorkItem(
        title=title,
        url=f"{cycle.address(name)}{query}",
        is_list=bool(query),
        place=f"{cycle.area.name} {cycle.year}",
        count=count,
        due=due.ends_on if due else None,
    )


def _due(cycles: Sequence[Cycle]) -> dict[int, PhasePeriod]:
    """Return the dates of the phase each cycle is in."""
    periods = PhasePeriod.objects.filter(cycle__in=cycles).select_related("cycle")
    return {period.cycle_id: period for period in periods if period.phase == period.cycle.phase}


def _to_publish(user: User, at: datetime) -> list[WorkItem]:
    cycles = _cycles(user, Permission.PUBLISH_LETTER, at, Phase.DRAFT).exclude(decision_mode=DecisionMode.ELSEWHERE)
    return [_item(_("Publish the open letter"), "proposals:letter_edit", cycle, 1) for cycle in cycles]


def _to_check(user: User, at: datetime) -> list[WorkItem]:
    rows = _cycles(user, Permission.SCREEN_SUGGESTIONS, at, Phase.SOLICIT, Phase.PLAN)
    waiting = counts_by_cycle(rows, "received")
    cycles = [cycle for cycle in rows if cycle.pk in waiting]
    due = _due(cycles)
    return [
        _item(
            _("Check suggestions"),
            "proposals:intake",
            cycle,
            waiting[cycle.pk],
            due.get(cycle.pk),
            query="?state=received",
        )
        for cycle in cycles
    ]


def _to_answer(user: User, at: datetime) -> list[WorkItem]:
    open_phases = [phase for phase in Phase if phase != Phase.CLOSED]
    cycles = _cycles(user, Permission.REPLY_TO_SUGGESTIONS, at, *open_phases)
    waiting = counts_by_cycle(cycles, "unanswered")
    return [
        _item(_("Answer who asked for an answer"), "proposals:intake", cycle, waiting[cycle.pk], query="?answer=wanted")
        for cycle in cycles
        if cycle.pk in waiting
    ]


def _answers_due(user: User, at: datetime) -> list[WorkItem]:
    """Return for who checks suggestions what is to be answered by a day of this week, or was before."""
    today = timezone.localdate(at)
    cycles = {cycle.pk: cycle for cycle in _cycles(user, Permission.SCREEN_SUGGESTIONS, at, Phase.SOLICIT, Phase.PLAN)}
    found: dict[tuple[int, Bucket], list[DueDay]] = {}
    for one in due_days(cycles.values(), today + WEEK) if cycles else []:
        if (bucket := bucket_of(one.day, today)) != Bucket.LATER:
            found.setdefault((one.cycle_id, bucket), []).append(one)
    return [
        replace(
            _item(
                _("Suggestions to be answered"), "proposals:intake", cycles[cycle], sum(one.waiting for one in days),
                query=f"?due={bucket}",
            ),
            due=days[0].day,
        )
        for (cycle, bucket), days in found.items()
    ]  # fmt: skip


def _to_send(user: User, at: datetime) -> list[WorkItem]:
    """Return the replies that others have written and this person has to send, some at a time."""
    areas = Area.objects.filter(accounts.areas_with(user, [Permission.REPLY_TO_SUGGESTIONS], at))
    return [
        WorkItem(
            title=_("Send or return the answer to %(number)s") % {"number": draft.suggestion.number},
            url=draft.suggestion.cycle.address("proposals:desk_suggestion", number=draft.suggestion.number),
            place=f"{draft.suggestion.cycle.area.name} {draft.suggestion.cycle.year}",
        )
        for draft in drafts_for(user, areas, at, most=MOST_DRAFTS)
    ]


def _objected(user: User, at: datetime) -> list[WorkItem]:
    open_phases = [phase for phase in Phase if phase != Phase.CLOSED]
    cycles = _cycles(user, Permission.SCREEN_SUGGESTIONS, at, *open_phases)
    waiting = Counter(Objection.objects.filter(answered_at=None).values_list("suggestion__cycle", flat=True))
    return [
        _item(_("Answer objections"), "proposals:intake", cycle, waiting[cycle.pk], query="?objection=waiting")
        for cycle in cycles
        if waiting[cycle.pk]
    ]


def _to_freeze(user: User, at: datetime) -> list[WorkItem]:
    frozen = CandidateList.objects.filter(cycle=OuterRef("pk"))
    cycles = list(_cycles(user, Permission.FREEZE_CANDIDATES, at, Phase.PLAN).filter(~Exists(frozen)))
    due = _due(cycles)
    return [
        _item(_("Build and freeze the candidate list"), "proposals:desk_candidates", cycle, 1, due.get(cycle.pk))
        for cycle in cycles
    ]
