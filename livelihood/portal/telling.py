"""What people are told of their work: by the journal as it happens, and each morning what is due."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from livelihood.accounts import selectors as accounts
from livelihood.accounts.models import Mandate, User
from livelihood.accounts.roles import ROLES, Permission
from livelihood.audit.models import Entry
from livelihood.cycles.models import Cycle
from livelihood.cycles.states import Phase
from livelihood.imports.models import Import
from livelihood.inbox.services import Telling
from livelihood.inbox.states import MessageKind
from livelihood.portal import acts, selectors
from livelihood.portal.called import CALLED
from livelihood.portal.details import Teller
from livelihood.portal.labels import SUBJECTS
from livelihood.web.work import Bucket
from projects.models import Notice
from proposals import selectors as proposals
from voting.states import Step

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

DESK_PAGES = {
    "projects.notice": ("projects:desk_notice", "pk"),
    "projects.site": ("projects:desk_site", "pk"),
    "proposals.candidate": ("proposals:desk_candidate", "number"),
    "proposals.need": ("proposals:desk_need", "number"),
    "proposals.suggestion": ("proposals:desk_suggestion", "number"),
    "voting.round": ("voting:round", "number"),
}
"""Model of a row of a year → its page at the desk, and the field by which the address names it."""

FAR = timedelta(days=90)
"""Further than any office is reminded of an answer."""
LONG_AGO = timedelta(days=14)
"""Whoever is above was told of an answer that is overdue for longer."""


def tellings(entries: Sequence[Entry]) -> Iterator[Telling]:
    """Yield what is to be told of entries of the journal, and whom; nobody is told of what they did themselves."""
    teller = Teller(entries)
    for entry in entries:
        if entry.act in acts.UNDOING:
            yield from _undone(entry, teller)
        elif entry.act == acts.NOTICES_ISSUED:
            yield from _notices_issued(entry)
        elif entry.act == acts.NOTICE_ANSWERED:
            yield from _to_holders(entry, [Permission.SUPERVISE], _("Notices were answered: {place}"), by_day=True)
        elif entry.act == acts.NOTE_WRITTEN:
            yield from _mentioned(entry, teller)
        elif entry.act in acts.QUESTION_ENDED:
            yield from _question_ended(entry, teller)
        elif entry.act == acts.STEP_PROPOSED:
            rights = [Permission.CONFIRM_ROUND]
            if entry.detail.get("step") == Step.LOCK_ROLL:
                rights.append(Permission.PREPARE_ROUND)
            yield from _to_holders(entry, rights, _("A step of the vote is to be confirmed: {place}"))
        elif entry.act in acts.MOVING_ON:
            # News and no task: a province that reads a hundred desks is not told of each.
            words = _("{place} has moved on to: {phase}")
            yield from _to_holders(entry, [Permission.READ_DESK], words, from_above=False)
        else:
            yield from _mandate_given(entry)


def tellings_of_the_day(users: Iterable[User], at: datetime) -> Iterator[Telling]:
    """Yield for each person how much is overdue and due today; nothing for who has nothing of that."""
    today = timezone.localdate(at)
    for user in users:
        counts = {Bucket.OVERDUE: 0, Bucket.TODAY: 0}
        for item in selectors.waiting_for(user, at):
            if (bucket := item.bucket(today)) in counts:
                counts[bucket] += item.count
        if any(counts.values()):
            text = format_lazy(
                _("Overdue: {overdue}; due today: {today}."),
                overdue=counts[Bucket.OVERDUE],
                today=counts[Bucket.TODAY],
            )
            yield Telling(user.pk, MessageKind.DUE, f"due:{today}", text, reverse("portal:my_work"))


def tellings_of_answers(at: datetime) -> Iterator[Telling]:
    """Remind the office of a year of answers that are nearly due, and tell those above of the ones that are overdue.

    Those above: who supervises the area, and the office of the area above it.
    """
    today = timezone.localdate(at)
    closed = [Phase.DRAFT, Phase.CLOSED]
    years = {year.pk: year for year in Cycle.objects.exclude(phase__in=closed).select_related("area__parent")}
    for one in proposals.due_days(years.values(), today + FAR):
        cycle = years[one.cycle_id]
        said = {"number": one.waiting, "day": str(one.day), "place": _place(cycle)}
        if one.day < today - LONG_AGO:
            continue
        if one.day < today:
            words = ngettext_lazy(
                "{number} answer has been overdue since {day}: {place}",
                "{number} answers have been overdue since {day}: {place}",
                one.waiting,
            )
            key, path = f"answers-overdue:{cycle.pk}:{one.day}", cycle.address("proposals:statistics")
            people = accounts.holders_of(Permission.SUPERVISE, cycle.area, at)
            if cycle.area.parent:
                people |= accounts.holders_of(Permission.SCREEN_SUGGESTIONS, cycle.area.parent, at, from_above=False)
        elif one.day <= proposals.clock_of(cycle.area).reminded_until(today):
            words = ngettext_lazy(
                "{number} answer is due on {day}: {place}", "{number} answers are due on {day}: {place}", one.waiting
            )
            key, path = f"answers-near:{cycle.pk}:{one.day}", cycle.address("proposals:intake")
            people = accounts.holders_of(Permission.SCREEN_SUGGESTIONS, cycle.area, at, from_above=False)
        else:
            continue
        for user in people:
            yield Telling(user.pk, MessageKind.DUE, key, format_lazy(words, **said), path)


def _undone(entry: Entry, teller: Teller) -> Iterator[Telling]:
    """Tell whoever acted last upon the same object; of a person that it befell, them."""
    if entry.subject_type == User._meta.label_lower:
        person = int(entry.subject_id)
    else:
        before = Entry.objects.filter(
            subject_type=entry.subject_type, subject_id=entry.subject_id, pk__lt=entry.pk, actor_id__isnull=False
        )
        last = before.exclude(actor_id=entry.actor_id).order_by("-pk").first()
        person = last.actor_id if last and last.actor_id else 0
    if person and person != entry.actor_id:
        # An import is called by its kind, in the language of whoever reads it.
        name = "" if entry.subject_type == Import._meta.label_lower else teller.name_of(entry)
        kind = SUBJECTS.get(entry.subject_type, entry.subject_type)
        text = format_lazy(_("{what}: {kind} {name}"), what=acts.words(entry.act), kind=kind, name=name)
        yield Telling(person, MessageKind.UNDONE, f"entry:{entry.pk}", text, _page_of(entry))


def _question_ended(entry: Entry, teller: Teller) -> Iterator[Telling]:
    """Tell whoever asked a citizen that they have answered, or that their time is over."""
    person = entry.detail["asked_by"]
    if person != entry.actor_id:
        text = format_lazy(_("{what}: {name}"), what=acts.words(entry.act), name=teller.name_of(entry))
        yield Telling(person, MessageKind.CAME, f"entry:{entry.pk}", text, _page_of(entry))


def _mentioned(entry: Entry, teller: Teller) -> Iterator[Telling]:
    """Tell whoever is named in a note among colleagues."""
    for person in entry.detail["mentioned"]:
        if person != entry.actor_id:
            text = format_lazy(_("A colleague has named you in a note: {name}"), name=teller.name_of(entry))
            yield Telling(person, MessageKind.CAME, f"entry:{entry.pk}", text, _page_of(entry))


def _notices_issued(entry: Entry) -> Iterator[Telling]:
    """Tell the people of each unit how many of its sites were brought a notice."""
    if (cycle := _year_of(entry)) is None:
        return
    issued = Notice.objects.filter(cycle=cycle, issued_on=entry.detail["on"]).order_by()
    counted = issued.values("site__organisation").annotate(count=Count("pk"))
    counts = {row["site__organisation"]: row["count"] for row in counted if row["site__organisation"]}
    roles = [role for role, card in ROLES.items() if Permission.REPORT_PROGRESS in card.permissions]
    running = Mandate.objects.filter(
        accounts.runs_on(timezone.localdate(entry.at)), is_waiting=False, role__in=roles, organisation__in=counts
    )
    for user, unit in running.filter(user__closed_at__isnull=True).values_list("user", "organisation").distinct():
        number = counts[unit]
        words = ngettext_lazy(
            "{number} notice of a late site: {place}", "{number} notices of late sites: {place}", number
        )
        text = format_lazy(words, number=number, place=_place(cycle))
        path = cycle.address("projects:desk_notices")
        yield Telling(user, MessageKind.CAME, f"entry:{entry.pk}:{unit}", text, path)


def _to_holders(
    entry: Entry,
    rights: Sequence[Permission],
    words: "str | StrPromise",
    *,
    by_day: bool = False,
    from_above: bool = True,
) -> Iterator[Telling]:
    """Tell whoever has one of these rights in the area of the year. by_day: of many in one day once."""
    if (cycle := _year_of(entry)) is None:
        return
    text = format_lazy(words, place=_place(cycle), phase=Phase(entry.detail.get("new", cycle.phase)).label)
    key = f"{entry.act}:{cycle.pk}:{timezone.localdate(entry.at)}" if by_day else f"entry:{entry.pk}"
    path = cycle.address("projects:desk_notices") if by_day else _page_of(entry)
    held = [accounts.holders_of(right, cycle.area, entry.at, from_above=from_above) for right in rights]
    for user in dict.fromkeys(user.pk for holders in held for user in holders):
        if user != entry.actor_id:
            yield Telling(user, MessageKind.CAME, key, text, path)


def _mandate_given(entry: Entry) -> Iterator[Telling]:
    """Tell whoever may be the second for a mandate that waits for one."""
    mandate = Mandate.objects.filter(pk=entry.subject_id, is_waiting=True).select_related("area").first()
    if mandate is None:
        return
    path = reverse("accounts:mandate_confirm", kwargs={"area": mandate.area.slug, "pk": mandate.pk})
    text = format_lazy(_("A mandate is to be confirmed: {place}"), place=mandate.area.name)
    others = accounts.who_confirms(mandate.area, giver=mandate.given_by_id, holder=mandate.user_id, at=entry.at)
    for user in sorted(others):
        yield Telling(user, MessageKind.CAME, f"entry:{entry.pk}", text, path)


def _page_of(entry: Entry) -> str:
    """Return the page at the desk of what an entry is about, that of its year, or one's own account."""
    if (cycle := _year_of(entry)) is None:
        return reverse("portal:account")
    name, field = DESK_PAGES.get(entry.subject_type, ("", ""))
    row = CALLED[entry.subject_type].rows().filter(pk=entry.subject_id).first() if name else None
    return cycle.address(name, **{field: getattr(row, field)}) if row else cycle.address("portal:desk")


def _year_of(entry: Entry) -> Cycle | None:
    """Return the year of an entry; None for what belongs to none, or to a draft that was discarded since."""
    return Cycle.objects.filter(pk=entry.cycle_id).select_related("area").first() if entry.cycle_id else None


def _place(cycle: Cycle) -> str:
    return f"{cycle.area.name} {cycle.year}"


def people_at_work(at: datetime) -> QuerySet[User]:
    """Return who holds a mandate on a day, and is not closed."""
    held = Mandate.objects.filter(accounts.runs_on(timezone.localdate(at)), is_waiting=False)
    return User.objects.filter(closed_at__isnull=True, pk__in=held.values("user")).order_by("pk")
