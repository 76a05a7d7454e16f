"""What waits in delivery: before the phase may end, and for each person (notices, late sites, acceptances)."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from livelihood.accounts import selectors as accounts
from livelihood.accounts.models import User
from livelihood.accounts.roles import Permission
from livelihood.cycles.models import Area, Cycle
from livelihood.cycles.states import Phase
from livelihood.kernel.errors import Text
from livelihood.web.work import WorkItem
from projects.models import Notice, Project, Site, Standard
from projects.selectors.promises import waiting_for_hand_over
from projects.states import NoticeState, SiteState

WORKING = (Phase.DELIVER, Phase.EVALUATE)


def unfinished_business(cycle: Cycle, phase: Phase) -> list[Text]:
    """Return what must be done before delivery may end: complete lists, answered notices.

    Sites that are not finished do not hold up the year: they are announced as what they are.
    """
    if phase != Phase.DELIVER:
        return []
    checks = [
        (
            Project.objects.for_cycle(cycle).filter(indicators__isnull=True),
            ngettext_lazy("%(count)d project has no indicator.", "%(count)d projects have no indicator.", "count"),
        ),
        (
            Notice.objects.filter(cycle=cycle, state=NoticeState.ISSUED),
            ngettext_lazy("%(count)d notice is not answered.", "%(count)d notices are not answered.", "count"),
        ),
    ]
    waiting = ngettext_lazy(
        "%(count)d chosen candidate is not on the list.", "%(count)d chosen candidates are not on the list.", "count"
    )
    counted = [(len(waiting_for_hand_over(cycle)), waiting), *((rows.count(), text) for rows, text in checks)]
    issues = [text % {"count": count} for count, text in counted if count]
    return [*([_("The list has no project yet.")] if not Project.objects.for_cycle(cycle).exists() else []), *issues]


def done_in(cycle: Cycle, phase: Phase) -> list[Text]:
    """Return what was done in this room in a phase, so that it stands: projects and standards begin in delivery."""
    if phase != Phase.DELIVER:
        return []
    listed = ngettext_lazy("The list has %(count)d project.", "The list has %(count)d projects.", "count")
    written = ngettext_lazy("%(count)d standard was written.", "%(count)d standards were written.", "count")
    counted = [
        (Project.objects.for_cycle(cycle).count(), listed),
        (Standard.objects.filter(cycle=cycle).count(), written),
    ]
    return [text % {"count": count} for count, text in counted if count]


def work_for(user: User, at: datetime) -> list[WorkItem]:
    """Return what waits for a person: notices, late sites, acceptances; one line for each year."""
    today = timezone.localdate(at)
    units = accounts.organisations_of(user, at)
    active = Site.objects.filter(cycle__phase__in=WORKING)
    mine = active.filter(Q(organisation__in=units) | Q(project__lead_organisation__in=units))
    supervised = Notice.objects.filter(cycle__phase__in=WORKING, cycle__area__in=_areas(user, Permission.SUPERVISE, at))
    return [
        *_lines(
            _("Notices to answer"),
            "projects:desk_notices",
            "state=issued",
            _by_cycle(Notice.objects.filter(site__in=mine, state=NoticeState.ISSUED), "cycle", "due_on"),
        ),
        *_lines(
            _("Overdue sites"),
            "projects:desk_sites",
            "overdue=true",
            _by_cycle(mine.overdue(today), "cycle", "due_on"),
        ),
        *_lines(
            _("Sites to accept"),
            "projects:desk_sites",
            "state=completed",
            _by_cycle(
                active.filter(state=SiteState.COMPLETED, cycle__area__in=_areas(user, Permission.ACCEPT_SITES, at)),
                "cycle",
                "due_on",
            ),
        ),
        *_lines(
            _("Answered notices to check"),
            "projects:desk_notices",
            "state=answered",
            _by_cycle(supervised.filter(state=NoticeState.ANSWERED), "cycle", "due_on"),
        ),
    ]


def _areas(user: User, permission: Permission, at: datetime) -> QuerySet[Area]:
    return Area.objects.filter(accounts.areas_with(user, [permission], at))


def _by_cycle(rows: QuerySet, cycle: str, due: str | None) -> list[tuple[int, int, date | None]]:
    """Count rows by cycle: (cycle, count, earliest date)."""
    columns = {"count": Count("pk")} | ({"due": Min(due)} if due else {})
    return [
        (row[cycle], row["count"], row.get("due"))
        for row in rows.order_by().values(cycle).annotate(**columns).order_by(cycle)
    ]


def _lines(title: Text, name: str, query: str, counts: Iterable[tuple[int, int, date | None]]) -> list[WorkItem]:
    counts = list(counts)
    cycles = Cycle.objects.select_related("area").in_bulk([cycle for cycle, _count, _due in counts]) if counts else {}
    return [
        WorkItem(
            title=title,
            url=cycles[cycle].address(name) + (f"?{query}" if query else ""),
            place=f"{cycles[cycle].area.name} {cycles[cycle].year}",
            count=count,
            due=due,
        )
        for cycle, count, due in counts
    ]
