"""What waits to be voted on or reviewed: before the phase may end, and for each person."""

from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from livelihood.accounts import selectors as accounts
from livelihood.accounts.models import User
from livelihood.accounts.roles import Permission
from livelihood.cycles.models import Area, Cycle
from livelihood.cycles.states import BEFORE_DECISION, DecisionMode, Phase
from livelihood.kernel.errors import Text
from livelihood.web.work import WorkItem
from voting import follow_ups, halves
from voting.models import Opinion, PaperStack, Review, RollEntry, Round
from voting.selectors.pages import planned_end
from voting.states import FINISHED, OpinionState, ReviewState, RoundKind, RoundState, Step

STAFF_STATES = {
    RoundState.DRAFT: _("Write and lock the rules"),
    RoundState.RULES_LOCKED: _("Import the roll and propose to lock it"),
    RoundState.ROLL_LOCKED: _("Open sign-in"),
    RoundState.SIGN_IN: _("Sign in deputies"),
}
CHAIR_STATES = {
    RoundState.SIGN_IN: _("Propose to open the vote"),
    RoundState.OPEN: _("Preside over the vote"),
    RoundState.PAUSED: _("Resume or close the vote"),
    RoundState.CLOSED: _("Have the ballots counted"),
    RoundState.COUNTED: _("Propose to announce the result"),
}
MUST_FOLLOW = {
    "tie": _("The tie of “{title}” waits for its run-off."),
    "seats": _("“{title}” left seats open; the rules ask to vote again."),
}
STAFF_FOLLOW = {
    "tie": _("Prepare the run-off"),
    "seats": _("Prepare a further vote"),
    "void": _("Prepare a further vote"),
}


def unfinished_business(cycle: Cycle, phase: Phase) -> list[Text]:
    """Return what must be done before the deciding phase may end; nothing for other phases."""
    if phase != Phase.DECIDE:
        return []
    return _unfinished_review(cycle) if cycle.decision_mode == DecisionMode.REVIEW else _unfinished_vote(cycle)


def done_in(cycle: Cycle, phase: Phase) -> list[Text]:
    """Return what was done in this room in a phase, so that it stands: votes past their draft, the submitted list."""
    if phase != Phase.DECIDE:
        return []
    rounds = Round.objects.filter(cycle=cycle, is_rehearsal=False).exclude(state=RoundState.DRAFT).count()
    begun = ngettext_lazy(
        "The rules of %(count)d voting round are locked.", "The rules of %(count)d voting rounds are locked.", "count"
    )
    done: list[Text] = [begun % {"count": rounds}] if rounds else []
    return [*done, *([_("The list has been submitted for review.")] if Review.objects.filter(cycle=cycle) else [])]


def _unfinished_vote(cycle: Cycle) -> list[Text]:
    rounds = list(
        Round.objects.filter(cycle=cycle, is_rehearsal=False).select_related("method", "result").order_by("number")
    )
    issues: list[Text] = [
        format_lazy(_("The vote “{title}” is not finished."), title=row.title)
        for row in rounds
        if row.state not in FINISHED
    ]
    # A void round that followed another may be repeated; if the session does not, the seats it was about stay open.
    issues += [
        format_lazy(MUST_FOLLOW[why], title=row.title) for row in rounds if (why := _waits_for(row)) in MUST_FOLLOW
    ]
    if not any(row.state == RoundState.ANNOUNCED for row in rounds):
        issues.append(_("No result has been announced."))
    return issues


def _waits_for(row: Round) -> str:
    """Say why a finished round is to be followed by another; empty when it is not."""
    if follow_ups.run_off(row):
        return "tie"
    if follow_ups.repeat(row):
        return "void" if row.state == RoundState.VOIDED else "seats"
    return ""


def _unfinished_review(cycle: Cycle) -> list[Text]:
    review = Review.objects.filter(cycle=cycle).first()
    if review is None:
        return [_("The list has not been submitted to the two sessions.")]
    issues: list[Text] = []
    if waiting := review.opinions.filter(state=OpinionState.OPEN).count():
        issues.append(format_lazy(_("{count} opinions wait for an answer."), count=waiting))
    if review.state != ReviewState.ADOPTED:
        issues.append(_("The list has not been adopted."))
    return issues


def work_for(user: User, at: datetime) -> list[WorkItem]:
    """Return what waits for a person in this room."""
    return [*_booth_work(user, at), *_rounds_to_make(user, at), *_desk_work(user, at), *_review_work(user, at)]


def _areas(user: User, permission: Permission, at: datetime) -> QuerySet[Area]:
    return Area.objects.filter(accounts.areas_with(user, [permission], at))


def _booth_work(user: User, at: datetime) -> list[WorkItem]:
    entries = RollEntry.objects.filter(
        deputy=user,
        round__cycle__area__in=_areas(user, Permission.VOTE, at),
        round__state__in=[RoundState.SIGN_IN, RoundState.OPEN],
        has_voted=False,
        struck_at__isnull=True,
    ).filter(Q(signed_in_at__isnull=True) | Q(round__state=RoundState.OPEN, round__moved_to_paper_at__isnull=True))
    return [
        WorkItem(
            title=format_lazy(
                _("Sign in: {title}") if entry.signed_in_at is None else _("Vote: {title}"), title=entry.round.title
            ),
            url=reverse("voting:booth_round", kwargs={"round_id": entry.round_id}),
            place=entry.round.cycle.area.name,
            due=_last_day(entry.round),
        )
        for entry in entries.select_related("round__cycle__area").order_by("round_id")
    ]


def _last_day(round_: Round) -> date | None:
    """Return the day on which a vote that is open should end; nothing else of a round has a day."""
    end = planned_end(round_) if round_.state in (RoundState.OPEN, RoundState.PAUSED) else None
    return timezone.localdate(end) if end else None


def _rounds_to_make(user: User, at: datetime) -> list[WorkItem]:
    """Return the years whose vote nobody has made yet, from planning on."""
    made = Round.objects.filter(cycle=OuterRef("pk"), kind=RoundKind.MAIN, is_rehearsal=False)
    cycles = Cycle.objects.filter(
        ~Exists(made),
        area__in=_areas(user, Permission.PREPARE_ROUND, at),
        decision_mode=DecisionMode.VOTE,
        phase__in=[Phase.PLAN, Phase.DECIDE],
    )
    return [
        WorkItem(title=_("Make the round of the vote"), url=cycle.address("voting:rounds"), place=cycle.area.name)
        for cycle in cycles.select_related("area").order_by("pk")
    ]


def _desk_work(user: User, at: datetime) -> list[WorkItem]:
    items = []
    staff = set(_areas(user, Permission.PREPARE_ROUND, at))
    chair = set(_areas(user, Permission.RUN_ROUND, at))
    scrutineer = set(_areas(user, Permission.CONFIRM_ROUND, at))
    tellers = set(_areas(user, Permission.COUNT_PAPER, at))
    settled = PaperStack.objects.filter(
        Q(returned=0) | Q(merged_at__isnull=False), checked_at__isnull=False, round=OuterRef("pk")
    )
    rounds = (
        Round.objects.filter(cycle__area__in=staff | chair | scrutineer | tellers)
        .filter(
            Q(cycle__phase=Phase.DECIDE)
            | Q(cycle__phase__in=BEFORE_DECISION) & (Q(is_rehearsal=True) | Q(state=RoundState.DRAFT))
        )
        .filter(~Q(state__in=FINISHED) | Q(is_rehearsal=False, follow_ups__isnull=True))
        .annotate(
            waits_for_papers=Q(state=RoundState.CLOSED)
            & Exists(RollEntry.objects.filter(round=OuterRef("pk"), struck_at__isnull=False))
            & ~Exists(settled),
            is_unopened=halves.unopened(),
            waits_for_half=halves.wait_for(user),
            waits_for_roll=Q(state=RoundState.DRAFT) & ~Exists(RollEntry.objects.filter(round=OuterRef("pk"))),
        )
        .select_related("cycle__area", "method", "result")
        .prefetch_related("steps")
        .order_by("pk")
    )
    for round_ in rounds:
        area, state = round_.cycle.area, RoundState(round_.state)
        waiting = next((step for step in round_.steps.all() if not (step.confirmed_at or step.withdrawn_at)), None)
        tasks: list[Text] = []
        if round_.waits_for_papers and area in tellers:
            task = format_lazy("{task} · {title}", task=_("Count and enter the paper ballots"), title=round_.title)
            items.append(WorkItem(title=task, url=round_.address("voting:papers"), place=area.name))
        if round_.waits_for_roll and area in staff:
            task = format_lazy("{task} · {title}", task=_("Bring the roll"), title=round_.title)
            items.append(WorkItem(title=task, url=round_.address("voting:roll"), place=area.name))
        if round_.waits_for_half and area in scrutineer:
            task = format_lazy("{task} · {title}", task=_("Your half of the key"), title=round_.title)
            items.append(WorkItem(title=task, url=round_.address("voting:halves"), place=area.name))
        waits_for_lock = waiting is not None and waiting.step == Step.LOCK_ROLL
        if (
            area in staff
            and state in STAFF_STATES
            and not waits_for_lock
            and (round_.is_rehearsal or round_.cycle.phase == Phase.DECIDE)
        ):
            tasks.append(STAFF_STATES[state])
        if area in staff and state in FINISHED and (why := _waits_for(round_)):
            tasks.append(STAFF_FOLLOW[why])
        if (
            area in chair
            and state in CHAIR_STATES
            and waiting is None
            and not (round_.waits_for_papers or round_.is_unopened)
        ):
            tasks.append(CHAIR_STATES[state])
        if (
            area in (scrutineer | staff if waits_for_lock else scrutineer)
            and waiting is not None
            and waiting.proposed_by_id != user.pk
        ):
            tasks.append(format_lazy(_("Confirm: {step}"), step=Step(waiting.step).label))
        url = round_.address("voting:round")
        if waiting is not None and waiting.proposed_by_id == user.pk:
            title = format_lazy("{task} · {title}", task=Step(waiting.step).label, title=round_.title)
            items.append(WorkItem(title, url, area.name, waits_for_others=True))
        items += [
            WorkItem(
                title=format_lazy("{task} · {title}", task=task, title=round_.title),
                url=url,
                place=area.name,
                due=_last_day(round_),
            )
            for task in tasks
        ]
    return items


def _review_work(user: User, at: datetime) -> list[WorkItem]:
    waiting = Opinion.objects.filter(
        state=OpinionState.OPEN, review__cycle__area__in=_areas(user, Permission.ANSWER_OPINIONS, at)
    ).select_related("review__cycle__area")
    by_review: dict[int, list[Opinion]] = {}
    for opinion in waiting.order_by("answer_due_date", "pk"):
        by_review.setdefault(opinion.review_id, []).append(opinion)
    return [
        WorkItem(
            title=_("Answer opinions of deputies and CPPCC members"),
            url=f"{opinions[0].review.cycle.address('voting:opinions')}?state=open",
            is_list=True,
            place=opinions[0].review.cycle.area.name,
            count=len(opinions),
            due=opinions[0].answer_due_date,
        )
        for opinions in by_review.values()
    ]
