"""What becomes of the sites of a year that is delivered today: where they lie, how far they are. All made up."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from random import Random

from livelihood.accounts.models import User
from livelihood.cycles.models import Area, Cycle
from livelihood.demo import people
from livelihood.demo.people import Team, name_of
from livelihood.demo.places import Places
from livelihood.demo.stage import Stage
from projects import services as projects
from projects.importers import SiteRow
from projects.models import Indicator, Notice, Site, Standard
from projects.services import SiteEntry
from projects.services.sites import Finding
from projects.states import ProjectKind

AT_ONCE = 500
"""Lines of one progress grid."""

MOST_INSPECTED = 200
"""An inspection is an act at one site; of more completed sites than these the rest wait for theirs."""

MOST_RETURNED = 5

NOTICES_ANSWERED = 8

MOST_STARTED = 8
"""A site of a single thing that is half done has nothing to report yet, and its start is an act of its own: of an item
so many may be so; the others are done or to come."""

COUNTED_ONE_BY_ONE = 1000
"""Up to this target a site is a thing or a few; beyond it, many small ones are done at each site."""


class Fate(StrEnum):
    """How a site stands today."""

    ACCEPTED = "accepted"
    COMPLETED = "completed"
    ON_PLAN = "on plan"
    BEHIND = "behind"
    FAR_BEHIND = "far behind"
    OVERDUE = "overdue"
    LATE_START = "late to start"
    WAITING = "not yet due to start"


WEIGHTS = {
    Fate.ACCEPTED: 24, Fate.COMPLETED: 8, Fate.ON_PLAN: 34, Fate.BEHIND: 9, Fate.FAR_BEHIND: 5, Fate.OVERDUE: 5,
    Fate.LATE_START: 3, Fate.WAITING: 12,
}  # fmt: skip

# share of the time that has passed minus the share done: the lights turn at 0.10 and 0.30
LAG = {Fate.ON_PLAN: (-0.1, 0.07), Fate.BEHIND: (0.13, 0.27), Fate.FAR_BEHIND: (0.36, 0.6)}

WEEKS_AGO = {
    Fate.ON_PLAN: (1, 2), Fate.BEHIND: (1, 2), Fate.FAR_BEHIND: (1, 2), Fate.ACCEPTED: (2, 26), Fate.COMPLETED: (2, 9),
}  # fmt: skip
"""So long ago was the last report of a site: what is done was done over the months."""

IDLE = (Fate.LATE_START, Fate.WAITING)
FINISHED = (Fate.ACCEPTED, Fate.COMPLETED)
HALF_DONE = (*LAG, Fate.OVERDUE)
FINISHED_OR_IDLE = (Fate.COMPLETED, Fate.WAITING)


@dataclass(frozen=True, slots=True)
class SitePlan:
    """An item whose sites are to be made.

    name: what a site of it is called. lead: key of the department that accepts them.
    """

    indicator: Indicator
    name: str
    standard: Standard
    lead: str


@dataclass(frozen=True, slots=True)
class Life:
    """A site with what becomes of it.

    unit: key of the one that builds it. done: what its last report says, made so many weeks ago.
    """

    row: SiteRow
    fate: Fate
    unit: str
    lead: str
    done: int
    weeks: int


class Works:
    """The sites of a year, and the acts that bring each to its fate."""

    def __init__(self, cycle: Cycle, places: Places, areas: Sequence[Area], team: Team, stage: Stage) -> None:
        self.cycle, self.places, self.areas, self.team, self.stage = cycle, places, areas, team, stage
        self.chance = stage.chance(f"{cycle.area.slug}-sites")

    def live(self, plans: Sequence[SitePlan], total: int) -> Iterator[str]:
        """List so many sites, report on them week by week, inspect them, and send notices where they are late."""
        yield f"{total} sites"
        counts = _counts(plans, total)
        lives = [life for plan, count in zip(plans, counts, strict=True) for life in self._lives(plan, count)]
        rows = [life.row for life in lives]
        projects.write_sites(cycle=self.cycle, rows=rows, by=self.team.office, at=self.stage.at(-215))
        yield "progress"
        self._report(lives)
        yield "acceptance"
        self._inspect(lives)
        yield "notices"
        self._send_notices()
        projects.refresh_lights(cycle=self.cycle, at=self.stage.now)

    def _lives(self, plan: SitePlan, count: int) -> Iterator[Life]:
        """Make the sites of one item; their planned quantities add up to its target."""
        target = int(plan.indicator.target or count)
        fates = self.chance.choices(list(WEIGHTS), list(WEIGHTS.values()), k=count)
        # The first sites of the items take the fates in turn, so that even a small demo shows every light.
        fates[0] = list(WEIGHTS)[plan.indicator.project.number % len(WEIGHTS)]
        for number, fate in enumerate(fates, start=1):
            planned = target * number // count - target * (number - 1) // count
            if planned == 1 and fate in HALF_DONE and number > MOST_STARTED:
                fate = self.chance.choice(FINISHED_OR_IDLE)  # noqa: PLW2901 -- the fate it gets instead
            yield self._life(plan, number, planned, fate)

    def _life(self, plan: SitePlan, number: int, planned: int, fate: Fate) -> Life:
        chance, stage, project = self.chance, self.stage, plan.indicator.project
        area = chance.choice(self.areas)
        longitude, latitude = self.places.point(area, chance)
        start, length, done = _course(fate, planned, chance)
        settlement = name_of(chance.randrange(480))[1:]
        unit = "works" if project.kind == ProjectKind.HARDWARE else "services"
        row = SiteRow(
            project_id=project.pk,
            key=f"{self.cycle.area.code[:4]}-{project.number:02}-{number:05}",
            indicator_id=plan.indicator.pk,
            area_id=area.pk,
            standard_id=plan.standard.pk,
            organisation_id=self.team.units[unit].pk,
            name=f"{settlement}社区{plan.name}{number}号",
            address=f"{area.name_zh}{settlement}路{chance.randrange(1, 400)}号（演示）",
            longitude=longitude,
            latitude=latitude,
            starts_on=stage.day(start),
            due_on=stage.day(start + length),
            quantity_planned=Decimal(planned),
        )
        weeks_since_start = max(1, -start // 7)
        weeks = chance.randint(*WEEKS_AGO.get(fate, (2, 7)))
        return Life(row, fate, unit, plan.lead, done, min(weeks, weeks_since_start))

    def _sites(self) -> Mapping[str, Site]:
        rows = Site.objects.for_cycle(self.cycle).select_related("project__cycle__area", "standard")
        return {site.key: site for site in rows}

    def _report(self, lives: Sequence[Life]) -> None:
        """Let the units report: on a third of the sites once before, on all that have begun some weeks ago."""
        sites, stage = self._sites(), self.stage
        grids: dict[tuple[int, str], list[SiteEntry]] = defaultdict(list)
        for number, life in enumerate(lives):
            site, earlier = sites[life.row.key], life.weeks + 4
            if life.fate in IDLE:
                continue
            if life.done == 0:
                builder = self.team.people[life.unit]
                projects.start_sites(sites=[site], by=builder, at=stage.at(-7 * life.weeks, 9)).insist()
                continue
            if number % 3 == 0 and life.done > 1 and stage.day(-7 * earlier) >= life.row.starts_on:
                grids[-earlier, life.unit].append(SiteEntry(site.pk, Decimal(life.done // 2)))
            is_completed = life.fate in FINISHED
            grids[-life.weeks, life.unit].append(SiteEntry(site.pk, Decimal(life.done), is_completed=is_completed))
        for (weeks, unit), entries in sorted(grids.items()):
            for start in range(0, len(entries), AT_ONCE):
                projects.report_sites(
                    entries=entries[start : start + AT_ONCE],
                    reported_on=stage.day(7 * weeks),
                    idempotency_key=f"demo:{self.cycle.pk}:{unit}:{-weeks}:{start}",
                    by=self.team.people[unit],
                    at=stage.at(7 * weeks, 17),
                )

    def _inspect(self, lives: Sequence[Life]) -> None:
        """Accept the sites whose fate it is, and send a few of the completed ones back."""
        sites = self._sites()
        accepted = [life for life in lives if life.fate == Fate.ACCEPTED]
        accepted = self.chance.sample(accepted, min(len(accepted), MOST_INSPECTED))
        returned = [life for life in lives if life.fate == Fate.COMPLETED][:MOST_RETURNED]
        for place, life in enumerate(sorted([*accepted, *returned], key=lambda life: -life.weeks)):
            site, is_met = sites[life.row.key], life.fate == Fate.ACCEPTED
            lines = list(site.standard.lines.order_by("number")) if site.standard else []
            findings = {line.pk: Finding(is_met=is_met or line != lines[-1]) for line in lines}
            by, at = self.team.people[life.lead], self.stage.at(-7 * (life.weeks - 1), 9) + timedelta(minutes=place)
            if is_met:
                projects.accept_sites(sites=[site], findings=findings, by=by, at=at).insist()
            else:
                note = "最后一项未达标，请整改后重新申请验收。"
                projects.return_site(site=site, findings=findings, note=note, by=by, at=at)

    def _send_notices(self) -> None:
        """Let the clock send notices a week ago and today; of those answered one is sent back and one put right."""
        projects.issue_notices(cycle=self.cycle, at=self.stage.at(-6, 6))
        notices = Notice.objects.filter(site__cycle=self.cycle).select_related("site__project__cycle__area")
        for place, notice in enumerate(notices.order_by("pk")[:NOTICES_ANSWERED]):
            self._answer(notice)
            if place == 0:
                self._mend(notice)
            elif place == 1:
                projects.return_notice(
                    notice=notice, finding="没有写明完成日期，请补充。", answer_by=self.stage.day(5),
                    by=people.supervision(), at=self.stage.at(-2, 11),
                )  # fmt: skip
        projects.issue_notices(cycle=self.cycle, at=self.stage.now)

    def _answer(self, notice: Notice) -> None:
        answer = "受连续阴雨影响，材料进场推迟，已增加班组，争取两周内完成。"
        by = self._builder(notice.site)
        projects.answer_notices(notices=[notice], answer=answer, by=by, at=self.stage.at(-5)).insist()

    def _builder(self, site: Site) -> User:
        return self.team.people[next(key for key, unit in self.team.units.items() if unit.pk == site.organisation_id)]

    def _mend(self, notice: Notice) -> None:
        """Complete the late site, and close its notice."""
        site = notice.site
        entry = SiteEntry(site.pk, site.quantity_planned or Decimal(1), "已整改完成", is_completed=True)
        projects.report_sites(
            entries=[entry], reported_on=self.stage.day(-3), idempotency_key=f"demo:{self.cycle.pk}:fixed",
            by=self._builder(site), at=self.stage.at(-3, 17),
        )  # fmt: skip
        supervisor = people.supervision()
        projects.close_notice(notice=notice, finding="现场已完成，予以销号。", by=supervisor, at=self.stage.at(-2))


def _counts(plans: Sequence[SitePlan], total: int) -> list[int]:
    """Deal out so many sites over the items: by their targets, at least one each, never more sites than things."""
    targets = [int(plan.indicator.target or COUNTED_ONE_BY_ONE) for plan in plans]
    counts = [1] * len(plans)
    weights = [min(target, COUNTED_ONE_BY_ONE) for target in targets]
    while (left := total - sum(counts)) > 0:
        open_places = [place for place, target in enumerate(targets) if counts[place] < target]
        whole = sum(weights[place] for place in open_places)
        for place in open_places:
            counts[place] = min(targets[place], counts[place] + left * weights[place] // whole)
        if sum(counts) == total - left:  # fewer are left than places: one each
            for place in open_places[:left]:
                counts[place] += 1
    return counts


def _course(fate: Fate, planned: int, chance: Random) -> tuple[int, int, int]:
    """Draw first day (from today), length in days, and what is done."""
    length = chance.randint(80, 180)
    if fate in LAG:
        done = max(1, round(planned * chance.uniform(0.15, 0.75))) if planned > 1 else 0
        passed = min(0.96, max(0.03, done / planned + chance.uniform(*LAG[fate])))
        return -max(1, round(length * passed)), length, done
    if fate == Fate.OVERDUE:
        done = max(1, planned * chance.randint(20, 90) // 100) if planned > 1 else 0
        return -length - chance.randint(1, 28), length, done
    if fate == Fate.LATE_START:
        return -chance.randint(35, 130), length + 140, 0
    if fate == Fate.WAITING:
        return chance.randint(-20, 25), length, 0
    return -length + chance.randint(-40, 25), length, planned
