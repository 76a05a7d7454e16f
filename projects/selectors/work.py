"""What waits in delivery: before the phase may end, and for each person (notices, late sites, acceptances)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from livelihood.accounts import selectors as accounts
from livelihood.accounts.models import User
from livelihood.accounts.roles import Permission
from livelihood.cycles.models import Area, Cycle
from livelihood.cycles.states import Phase
from livelihood.kernel import paging
from livelihood.kernel.errors import Text
from livelihood.web.work import WorkItem
from projects.models import Notice, Project, Site, Standard
from projects.selectors.promises import waiting_for_hand_over
from projects.selectors.units import own_sites
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
    years = Cycle.objects.filter(phase__in=WORKING).select_related("area").order_by("pk")
    own = own_sites(accounts.organisations_of(user, at), years)
    mine = years.filter(pk__in=own.years)
    accepted, supervised = (
        years.filter(area__in=Area.objects.filter(accounts.areas_with(user, [permission], at)))
        for permission in (Permission.ACCEPT_SITES, Permission.SUPERVISE)
    )
    notices, sites = Notice.objects.all(), Site.objects.all()
    asked = [notices.filter(which, state=NoticeState.ISSUED) for which in own.conditions(of="site__")]
    late = [sites.overdue(timezone.localdate(at)).filter(which) for which in own.conditions()]
    completed = [sites.filter(state=SiteState.COMPLETED)]
    answered = [notices.filter(state=NoticeState.ANSWERED)]
    return [
        *_lines(_("Notices to answer"), "projects:desk_notices", "state=issued", mine, asked),
        *_lines(_("Overdue sites"), "projects:desk_sites", "overdue=true", mine, late),
        *_lines(_("Sites to accept"), "projects:desk_sites", "state=completed", accepted, completed),
        *_lines(_("Answered notices to check"), "projects:desk_notices", "state=answered", supervised, answered),
    ]


def _lines(
    title: Text, name: str, query: str, years: QuerySet[Cycle], waiting: Sequence[QuerySet[Any]]
) -> list[WorkItem]:
    """Return a line for each year in which rows wait: how many, up to a bound, and the first date; one query.

    waiting: the rows of all years, in several lists where each has an index of its own.
    """
    lists = [rows.filter(cycle=OuterRef("pk")) for rows in waiting]
    keys = {f"keys_{n}": ArraySubquery(rows.values("pk")[: paging.COUNTED + 1]) for n, rows in enumerate(lists)}
    first = {f"due_{n}": Subquery(rows.order_by("due_on").values("due_on")[:1]) for n, rows in enumerate(lists)}
    items = []
    for year in years.annotate(**keys, **first):
        found = {key for column in keys for key in getattr(year, column) or ()}
        if found:
            due = min(day for column in first if (day := getattr(year, column)))
            count = paging.row_count(len(found))
            items.append(WorkItem(title, f"{year.address(name)}?{query}", f"{year.area.name} {year.year}", count, due))
    return items
