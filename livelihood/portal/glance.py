"""A year at a glance: for each phase the pictures that say where it stands, what is new, and what became of a wish."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from livelihood.cycles.models import Cycle
from livelihood.cycles.states import Phase
from livelihood.kernel.charts import Chart, written
from livelihood.kernel.errors import Text
from livelihood.kernel.units import unit_name
from livelihood.portal.home import YearRead
from projects import selectors as projects
from projects.models import ProgressReport
from projects.selectors import SiteCounts
from projects.selectors import pictures as of_projects
from projects.selectors.pictures import SiteGroup
from projects.surveys import selectors as surveys
from proposals import selectors as proposals
from proposals.selectors import pictures as of_proposals
from proposals.selectors import planned as of_planning
from proposals.selectors.planned import TurnedDown
from voting import selectors as voting
from voting.selectors import pictures as of_votes

NEWEST = 5
"""So many of the last reports or needs stand on a year's page."""

THREADS = 3

REFUSED = 5
"""So many of what was not taken up stand on a year's page, each with its reason."""

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Novelty:
    """One line of what is new. light: of a site, or empty."""

    day: date
    text: str
    url: str
    light: str = ""


@dataclass(frozen=True, slots=True)
class Thread:
    """What became of a wish: what somebody wrote, the need it speaks of, the project, and a place where it is done."""

    sentence: str
    need: str
    need_url: str
    project: str
    project_url: str
    site: str
    site_url: str
    light: str


@dataclass(frozen=True, slots=True)
class Glance:
    """What a year's page shows. main: what answers the question of its phase; side: the same from another side.

    news: what changed in the last seven days, or, where nothing did, what changed last; news_title says which.
    refused: what was not taken up. vote: one whose result is to come.
    """

    main: Sequence[Chart]
    side: Sequence[Chart]
    news: Sequence[Novelty] = ()
    news_title: Text = ""
    threads: Sequence[Thread] = ()
    refused: Sequence[TurnedDown] = ()
    vote: voting.VoteUnderWay | None = None


def glance(year: YearRead, at: datetime) -> Glance:
    """Return the pictures of a year, composed for its phase."""
    return COMPOSED[Phase(year.cycle.phase)](year, timezone.localdate(at))


def _asked(year: YearRead, today: date) -> Glance:
    cycle, counted = year.cycle, year.counted
    needs = proposals.newest_needs(cycle, NEWEST)
    news = [
        Novelty(timezone.localdate(need.opened_at), need.title, cycle.address("proposals:need", number=need.number))
        for need in needs
    ]
    main = of_proposals.asked_by_aspect(cycle, counted)
    side = of_proposals.asked_by_area(cycle, counted)
    fresh, title = _of_the_week(news, today, _("The last needs"))
    return Glance(_drawn(main), _drawn(side), fresh, title)


def _planned(year: YearRead, today: date) -> Glance:
    """Show what became of the needs, which candidates there are, what they cost, and what was not taken up."""
    cycle, asked = year.cycle, _asked(year, today)
    candidates = of_planning.planned_candidates(cycle)
    main = _drawn(
        of_planning.needs_bar(cycle),
        of_planning.candidates_by_aspect(cycle, candidates),
        of_planning.costs_chart(cycle, candidates),
    )
    refused = of_planning.turned_down(cycle, candidates, most=REFUSED)
    if not main:  # nothing is examined yet
        return asked
    return Glance(main, [*asked.main, *asked.side], asked.news, asked.news_title, refused=refused)


def _of_the_week(news: Sequence[Novelty], today: date, otherwise: Text) -> tuple[Sequence[Novelty], Text]:
    """Keep what is of the last seven days, and say so; where nothing is, keep all under another title."""
    fresh = [one for one in news if today - WEEK < one.day <= today]
    return (fresh, _("What changed this week")) if fresh else (news, otherwise)


def _decided(year: YearRead, today: date) -> Glance:
    """Show what was decided and what is voted on; before both, what the candidates would cost."""
    cycle = year.cycle
    main = _drawn(*(of_votes.approvals_chart(sheet) for sheet in voting.announced_sheets(cycle)))
    if not main and not year.vote:
        main = _drawn(of_planning.costs_chart(cycle, of_planning.planned_candidates(cycle)))
    asked = _asked(year, today)
    if not main and not year.vote:
        return asked
    return Glance(main, [*asked.main, *asked.side], vote=year.vote)


def _delivered(year: YearRead, today: date) -> Glance:
    cycle, delivered = year.cycle, year.delivered
    passed = projects.time_passed(cycle, today)
    lately = projects.finished_lately(cycle, today)
    by_area = [
        SiteGroup(
            area.name,
            counts,
            f"{cycle.address('projects:sites')}?area={area.code}",
            lately.by_area.get(area.code, ()),
        )
        for area, counts in projects.sites_by_area(cycle)
    ]
    of_aspect: dict[tuple[int, str], SiteCounts] = {}
    for project in delivered:
        aspect = project.aspect_number, project.aspect_name
        of_aspect[aspect] = of_aspect.get(aspect, SiteCounts()) + project.sites
    by_aspect = [
        SiteGroup(
            name, counts, f"{cycle.address('projects:progress')}?aspect={number}", lately.by_aspect.get(number, ())
        )
        for (number, name), counts in of_aspect.items()
    ]
    areas = of_projects.groups_chart("by-area", by_area, passed, heading=_("Area"))
    aspects = of_projects.groups_chart("by-aspect", by_aspect, passed, heading=_("Aspect"))
    targets = of_projects.targets_chart(cycle, delivered, passed)
    reports = projects.reports_of_year(cycle, limit=NEWEST)
    bar = of_projects.sites_bar(cycle, year.sites, passed)
    lands = of_projects.areas_map(
        projects.areas_on_map(cycle, cycle.area), passed, f"{cycle.address('projects:sites')}?"
    )
    main, side = _drawn(bar, areas), _drawn(lands, aspects, targets)
    if not main:  # targets that areas report, without a site
        main, side = side, []
    news, title = _of_the_week([_report(cycle, report) for report in reports], today, _("Reported last"))
    return Glance(main, side, news, title, _threads(cycle, delivered))


def _judged(year: YearRead, today: date) -> Glance:
    done = _delivered(year, today)
    said = [
        surveys.answers_chart(
            f"survey-{result.survey.pk}",
            result.survey.title,
            [(line.channel.label, line.counts.graded) for line in result.lines if line.satisfied],
            _("Answers came"),
        )
        for result in surveys.satisfaction(year.cycle)
    ]
    return Glance([*_drawn(*said), *done.main], done.side, threads=done.threads)


COMPOSED: dict[Phase, Callable[[YearRead, date], Glance]] = {
    Phase.SOLICIT: _asked,
    Phase.PLAN: _planned,
    Phase.DECIDE: _decided,
    Phase.DELIVER: _delivered,
    Phase.EVALUATE: _judged,
    Phase.CLOSED: _judged,
}


def _drawn(*charts: Chart | None) -> list[Chart]:
    return [chart for chart in charts if chart is not None]


def _report(cycle: Cycle, report: ProgressReport) -> Novelty:
    """Tell a report in a line: where, and what has been done there to date."""
    where = report.site.name if report.site else f"{report.area.name} · {report.indicator.name}"
    text = _("%(place)s: %(quantity)s %(unit)s to date") % {
        "place": where, "quantity": written(report.quantity), "unit": unit_name(report.indicator.unit),
    }  # fmt: skip
    if report.site:
        return Novelty(report.reported_on, text, cycle.address("projects:site", pk=report.site.pk), report.site.light)
    return Novelty(report.reported_on, text, cycle.address("projects:project", pk=report.indicator.project_id))


def _threads(cycle: Cycle, delivered: Sequence[projects.DeliveredProject]) -> list[Thread]:
    """Return some wishes of which something has become that can be visited; a few queries for each."""
    of_candidate = {one.candidate_id: one for one in delivered if one.candidate_id and one.sites.total}
    threads = []
    for said in proposals.said_behind(list(of_candidate), most=THREADS):
        project = of_candidate[said.candidate_id]
        site = projects.first_site(project.pk)
        if site is not None:
            threads.append(
                Thread(
                    sentence=said.sentence,
                    need=said.need.title,
                    need_url=cycle.address("proposals:need", number=said.need.number),
                    project=project.title,
                    project_url=cycle.address("projects:project", pk=project.pk),
                    site=site.name,
                    site_url=cycle.address("projects:site", pk=site.pk),
                    light=site.light,
                )
            )
    return threads
