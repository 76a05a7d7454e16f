"""Meishan: seven targets, shared out to seven places as published for 2021, and reports of the year so far."""

from collections.abc import Iterator
from decimal import Decimal

from livelihood.accounts.models import User
from livelihood.cycles.models import Area, Cycle
from livelihood.cycles.states import DecisionMode
from livelihood.demo import facts, people
from livelihood.demo.facts import AllocationFact
from livelihood.demo.people import Team, Unit
from livelihood.demo.stage import Stage, aspects_by_name, citation, open_year
from projects import services as projects
from projects.models import Indicator
from projects.states import CountedBy, IndicatorKind, ProjectKind

REGION, PUBLISHED = "眉山市", 2021
ASPECT = ("就业培训", "Training for work")

# lead unit as published → key and English name
LEADS = {
    "市人力资源社会保障局": ("labour", "Human Resources and Social Security Bureau"),
    "市残联": ("disabled", "Disabled Persons' Federation"),
    "市妇联": ("women", "Women's Federation"),
    "市商务局": ("commerce", "Commerce Bureau"),
    "团市委": ("youth", "Youth League Committee"),
    "市农业农村局": ("farming", "Agriculture and Rural Affairs Bureau"),
}

# indicator → how far the places are, in per cent of what the time that has passed asks for: made up
PACE = {"劳务品牌培训": 118, "农村残疾人实用技术培训": 96, "妇女居家灵活就业培训": 72, "高素质农民培训": 45}


def year_of(stage: Stage) -> int:
    """Return the year in which most of the delivery lies."""
    return stage.day(-90).year


def live(stage: Stage) -> Iterator[str]:
    """Live the delivery, dated around today; the list was decided before the portal came."""
    area = Area.objects.get(code="511400")
    units = [Unit(key, name.removeprefix("市"), english) for name, (key, english) in LEADS.items()]
    team = people.gather(area, units)
    cycle = open_year(
        area, year_of(stage), mode=DecisionMode.VOTE, by=team.office,
        begins=[stage.day(offset) for offset in (-400, -330, -290, -240, 60)], ends=stage.day(120), aspects=[ASPECT],
    )  # fmt: skip
    if not stage.comes_decided(cycle, by=team.office, at=stage.at(-240)):
        return
    yield "targets and shares"
    shares = facts.allocations(REGION, PUBLISHED)
    for number, whole in enumerate([share for share in shares if share.is_total], start=1):
        parts = [share for share in shares if share.indicator == whole.indicator and not share.is_total]
        _promise(cycle, number, whole, parts=parts, team=team, stage=stage)


def _promise(
    cycle: Cycle, number: int, whole: AllocationFact, *, parts: list[AllocationFact], team: Team, stage: Stage
) -> None:
    """Put an indicator on the list, share it out, and report on it from each place."""
    by = team.office
    key, _english = LEADS[whole.lead_unit]
    project = projects.add_project(
        cycle=cycle, number=number, aspect=aspects_by_name(cycle)[ASPECT[0]], title=whole.indicator,
        content=f"全市完成{whole.indicator}{_figure(whole.target)}{whole.unit}。", kind=ProjectKind.SOFTWARE,
        lead_organisation=team.units[key], by=by, at=stage.at(-238), source=citation(whole),
    )  # fmt: skip
    indicator = projects.add_indicator(
        project=project, name=whole.indicator, unit=whole.unit, kind=IndicatorKind.ADDITIVE,
        counted_by=CountedBy.AREAS, target=whole.target, by=by, at=stage.at(-238, 11), source=citation(whole),
    )  # fmt: skip
    # The city's own share (市本级) is no area of its own: it is what the shares of the places leave of the target.
    areas = {area.code: area for area in Area.objects.filter(parent=cycle.area)}
    targets: dict[Area, Decimal | None] = {
        areas[part.area]: part.target for part in parts if part.area and part.target is not None
    }
    projects.allocate_indicator(indicator=indicator, targets=targets, by=by, at=stage.at(-236), source=citation(whole))
    for area, target in targets.items():
        _report(indicator, area, target or Decimal(0), by=team.people[key], stage=stage)


def _report(indicator: Indicator, area: Area, target: Decimal, *, by: User, stage: Stage) -> None:
    """Report twice: in the middle and some days ago."""
    chance = stage.chance(f"meishan-{indicator.name}-{area.code}")
    pace = Decimal(PACE.get(indicator.name, 104) + chance.randint(-8, 8)) / 100
    places = Decimal(1) if indicator.unit in ("人", "人次") else Decimal("0.01")
    for offset in (-110, -6):
        passed = Decimal(240 + offset) / 300
        projects.report_area(
            indicator=indicator,
            area=area,
            quantity=(target * min(passed * pace, Decimal(1))).quantize(places),
            base=None,
            reported_on=stage.day(offset),
            idempotency_key=f"demo:{indicator.pk}:{area.pk}:{offset}",
            by=by,
            at=stage.at(offset, 17),
        )


def _figure(value: Decimal | None) -> str:
    return "" if value is None else f"{value.normalize():f}"
