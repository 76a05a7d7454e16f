"""What waits in delivery: before the phase may end, and for each person (notices, late sites, acceptances)."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet, Sum
from django.db.models.functions import JSONObject
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
from livelihood.kernel.lights import Light
from livelihood.kernel.paging import RowCount
from livelihood.web.work import DATED, Bucket, WorkItem, bucket_of
from projects.models import IndicatorFigure, Notice, Project, Site, Standard
from projects.selectors.promises import waiting_for_hand_over
from projects.selectors.units import own_sites, projects_to_accept
from projects.states import NoticeState, SiteState

WORKING = (Phase.DELIVER, Phase.EVALUATE)
NOTICES, SITES = "projects:desk_notices", "projects:desk_sites"
OWN_ANSWERED, OWN_COMPLETED = "mine=true&state=answered", "mine=handed_in"
"""Lists at the desk, and what is asked of them."""
ANSWER, ACCEPT = ("answer", _("Answer them")), ("accept", _("Accept them"))
"""Acts of these lists."""
MOST_AT_HAND = 100
"""So many rows are acted on from here; more are looked at in their list first."""
MOST_LATE = 3
"""Places of a year that are named as they are behind."""


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
    """Return what waits for a person: notices, sites that are due, acceptances; a line for each year and bucket."""
    years = Cycle.objects.filter(phase__in=WORKING).select_related("area").order_by("pk")
    own = own_sites(accounts.organisations_of(user, at, Permission.REPORT_PROGRESS), years)
    mine = years.filter(pk__in=own.years)
    to_accept = dict(projects_to_accept(user, at).filter(cycle__in=years).values_list("pk", "cycle_id"))
    supervised, led = (
        years.filter(area__in=Area.objects.filter(accounts.areas_with(user, [permission], at)))
        for permission in (Permission.SUPERVISE, Permission.MANAGE_PROJECTS)
    )
    notices, sites, today = Notice.objects.all(), Site.objects.all(), timezone.localdate(at)
    issued, answered = (notices.filter(state=state) for state in (NoticeState.ISSUED, NoticeState.ANSWERED))
    built = [sites.unfinished().filter(which) for which in own.conditions()]
    completed = sites.filter(state=SiteState.COMPLETED)
    to_answer, to_be_checked = (
        [rows.filter(which) for which in own.conditions(of="site__")] for rows in (issued, answered)
    )
    acceptable = completed.filter(cycle__in={*to_accept.values()}, project__in=[*to_accept])
    to_be_accepted = [completed.filter(which).exclude(project__in=[*to_accept]) for which in own.conditions()]
    waiting: list[tuple[QuerySet[Cycle], WaitingRows, Sequence[QuerySet[Any]]]] = [
        (mine, WaitingRows(_("Notices to answer"), NOTICES, "mine=true&state=issued", DATED, act=ANSWER), to_answer),
        (mine, WaitingRows(_("Sites to complete"), "projects:grid", "", DATED[:-1]), built),
        (
            years.filter(pk__in={*to_accept.values()}),
            WaitingRows(_("Sites to accept"), SITES, "mine=accept", act=ACCEPT),
            [acceptable],
        ),
        (supervised, WaitingRows(_("Answered notices to check"), NOTICES, "state=answered"), [answered]),
        (led, WaitingRows(_("Sites that are behind"), SITES, "light=red"), [sites.filter(light=Light.RED)]),
        (mine, WaitingRows(_("Answers that are to be checked"), NOTICES, OWN_ANSWERED, others=True), to_be_checked),
        (mine, WaitingRows(_("Sites that are to be accepted"), SITES, OWN_COMPLETED, others=True), to_be_accepted),
        (supervised, WaitingRows(_("Notices that are to be answered"), NOTICES, "state=issued", others=True), [issued]),
    ]
    lines = [item for some in waiting for item in _lines(*some, today)]
    is_leading = bool(accounts.mandates_with(user, Permission.MANAGE_PROJECTS, at))
    return [*lines, *(_late_places(list(led)) if is_leading else ())]


def _late_places(years: Sequence[Cycle]) -> Iterator[WorkItem]:
    """Yield for each year the places directly below its area where the most sites are behind, those with most first."""
    rows = IndicatorFigure.objects.filter(indicator__project__cycle__in=years, lights_red__gt=0)
    behind: dict[int, Counter[str]] = {year.pk: Counter() for year in years}
    depths = {year.pk: year.area.depth for year in years}
    summed = rows.values_list("indicator__project__cycle", "area__path").annotate(Sum("lights_red"))
    for year, path, count in summed:
        parts = path.split("/")
        behind[year][parts[depths[year]] if len(parts) > depths[year] else ""] += count
    most = {pk: [one for one in found.most_common() if one[0]][:MOST_LATE] for pk, found in behind.items()}
    codes = {code for found in most.values() for code, _count in found}
    names = {area.code: area.name for area in Area.objects.filter(code__in=codes)} if codes else {}
    for year in years:
        for code, count in most[year.pk]:
            yield WorkItem(
                _("Places where sites are behind"), f"{year.address(SITES)}?light=red&area={code}",
                f"{year.area.name} {year.year} · {names[code]}", RowCount(count), is_list=True,
            )  # fmt: skip


@dataclass(frozen=True, slots=True)
class WaitingRows:
    """What waits in a list. name, query: of the address at which it is listed.

    buckets: those by which the rows are parted, each with a line; nothing where their days are nobody's last days.
    others: somebody else has to act first. act: as of `WorkItem`.
    """

    title: Text
    name: str
    query: str
    buckets: Sequence[Bucket] = ()
    others: bool = False
    act: tuple[str, Text] | None = None


def _lines(
    years: QuerySet[Cycle], listed: WaitingRows, waiting: Sequence[QuerySet[Any]], today: date
) -> list[WorkItem]:
    """Return lines for each year in which rows wait: how many, up to a bound; one query.

    waiting: the rows of all years, in several lists where each has an index of its own.
    """
    first = [rows.filter(cycle=OuterRef("pk")).order_by("due_on", "pk")[: paging.COUNTED + 1] for rows in waiting]
    # A day and the key of its row as one value: two lists would look up each row twice.
    row = JSONObject(due_on="due_on", pk="pk")
    columns = {f"rows_{n}": ArraySubquery(rows.values(row=row)) for n, rows in enumerate(first)}
    items: list[WorkItem] = []
    for year in years.annotate(**columns):
        rows = {row["pk"]: row["due_on"] for column in columns for row in getattr(year, column) or ()}
        items += _of_year(year, listed, [date.fromisoformat(day) for day in sorted(rows.values())], today)
    return items


def _of_year(year: Cycle, listed: WaitingRows, days: Sequence[date], today: date) -> Iterator[WorkItem]:
    """Yield a line for each bucket. days: of the rows, the first first; at most one more than are counted."""
    counted, more = days[: paging.COUNTED], days[paging.COUNTED : paging.COUNTED + 1]
    buckets: Sequence[Bucket | None] = listed.buckets or (None,)
    for bucket in buckets:
        inside = [day for day in counted if bucket in {None, bucket_of(day, today)}]
        if inside:
            count = RowCount(len(inside))
            count.is_more = any(bucket in {None, bucket_of(day, today)} for day in more)
            asked = "&".join(filter(None, [listed.query, bucket and f"due={bucket}"]))
            yield WorkItem(
                listed.title, f"{year.address(listed.name)}?{asked}", f"{year.area.name} {year.year}", count,
                inside[0] if bucket else None, is_list=True, waits_for_others=listed.others,
                act=listed.act if count <= MOST_AT_HAND and not count.is_more else None,
            )  # fmt: skip
