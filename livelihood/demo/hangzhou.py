"""Hangzhou: 27 items as published for 2018 in delivery, with thousands of made-up sites that live around today."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from random import Random

from livelihood.cycles.models import Area, Cycle
from livelihood.cycles.states import DecisionMode
from livelihood.demo import facts, people
from livelihood.demo.facts import CompletionFact, ProjectFact
from livelihood.demo.people import Team
from livelihood.demo.places import Places
from livelihood.demo.site_answers import ask_at_sites
from livelihood.demo.site_lives import SitePlan, Works
from livelihood.demo.stage import Stage, aspects_by_name, citation, open_year
from projects import services as projects
from projects.models import Indicator
from projects.services.standards import LineInput
from projects.states import CountedBy, IndicatorKind, ProjectKind

REGION, PUBLISHED = "杭州市", 2018
FIRST, LAST = -230, 75
"""First and last day of delivery, from today."""

# aspect as published → English name, department that leads (made up)
ASPECTS = {
    "交通": ("Transport", "transport"),
    "住房": ("Housing", "housing"),
    "医疗": ("Health care", "health"),
    "教育": ("Education", "education"),
    "消防": ("Fire safety", "safety"),
    "电梯": ("Lifts", "housing"),
    "文化": ("Culture", "culture"),
    "公厕": ("Public toilets", "housing"),
    "就业": ("Employment", "labour"),
    "助残": ("People with disabilities", "care"),
}

# number as published → what a site of it is called. Items that are not here are counted by areas.
SITES = {
    "1.3": "道路增亮", "2.1": "农村住房改造", "2.2": "危房改造", "2.3": "C级危房治理", "3.2": "母婴室",
    "4.1": "小学学后托管", "4.2": "名师乡村工作室", "5.1": "微型消防站", "5.2": "集中充放点", "5.3": "智能充电口",
    "5.4": "感烟探测器", "6.2": "电梯智慧监管", "6.3": "电梯透明维保", "7.1": "文化礼堂", "7.2": "公共WIFI",
    "8.1": "城区公厕", "8.2": "旅游厕所", "8.3": "农村公厕",
}  # fmt: skip

# number as published → what was published as done at the end of 2018. School care is not among them: it was
# promised for schools and reported for schools or campuses.
COMPLETED = {"1.1": "农村公路提升改造", "1.2": "精品示范公路", "6.1": "既有住宅加装电梯"}

UNITS = {"6.1": "台", "10": "人"}
"""Units of the two items that promise no quantity: as reported for lifts, ours for free rides."""

SERVICES = {"3.1", "4.1", "4.3", "6.3", "9.1", "9.2", "9.3", "10"}
"""Items that are services, not works."""

GENERAL = "点位通用标准（演示）"
STANDARDS = {
    GENERAL: [
        LineInput("按清单内容全部完成", "对照清单逐项查看", "是"),
        LineInput("质量和安全资料齐全", "查阅资料", "是"),
        LineInput("现场公示标准、责任单位和监督电话", "现场查看", "是"),
    ],
    "公共厕所标准（演示）": [
        LineInput("女厕位与男厕位之比", "清点", "≥ 1.5"),
        LineInput("无障碍厕位", "现场查看", "≥ 1", "个"),
        LineInput("第三卫生间", "现场查看", "是"),
        LineInput("夜间照明和导向标识", "现场查看", "是"),
    ],
    "电动自行车充放点标准（演示）": [
        LineInput("与住宅楼出入口的距离", "现场丈量", "≥ 6", "米"),
        LineInput("自动断电和烟感报警", "现场试验", "是"),
        LineInput("配备灭火器", "清点", "≥ 2", "具"),
    ],
    "文化礼堂标准（演示）": [
        LineInput("建筑面积", "现场丈量", "≥ 200", "平方米"),
        LineInput("每周开放", "查阅记录", "≥ 5", "天"),
        LineInput("无障碍通道", "现场查看", "是"),
    ],
}
STANDARD_OF = {
    **dict.fromkeys(("8.1", "8.2", "8.3"), "公共厕所标准（演示）"),
    **dict.fromkeys(("5.2", "5.3"), "电动自行车充放点标准（演示）"),
    "7.1": "文化礼堂标准（演示）",
}


def year_of(stage: Stage) -> int:
    """Return the year in which most of the delivery lies."""
    return stage.day((FIRST + LAST) // 2).year


def live(stage: Stage) -> Iterator[str]:
    """Live the delivery, dated around today; the list was decided before the portal came."""
    area = Area.objects.get(code="330100")
    team = people.gather(area, [*people.UNITS, *people.WORKS])
    cycle = open_year(
        area, year_of(stage), mode=DecisionMode.VOTE, by=team.office,
        begins=[stage.day(offset) for offset in (-400, -330, -280, FIRST, LAST + 1)], ends=stage.day(LAST + 60),
        aspects=[(name, english) for name, (english, _key) in ASPECTS.items()],
    )  # fmt: skip
    if not stage.comes_decided(cycle, by=team.office, at=stage.at(FIRST)):
        return
    yield "27 items"
    places, rows = Places(area), facts.projects(REGION, PUBLISHED)
    standards = {
        title: projects.add_standard(cycle=cycle, title=title, lines=lines, by=team.office, at=stage.at(FIRST + 3))
        for title, lines in STANDARDS.items()
    }
    plans = []
    for number, row in enumerate(rows, start=1):
        indicator = _promise(cycle, number, row, team, stage)
        if row.number in SITES:
            standard = standards[STANDARD_OF.get(row.number, GENERAL)]
            plans.append(SitePlan(indicator, SITES[row.number], standard, ASPECTS[row.aspect][1]))
        else:
            _report_areas(indicator, row, places, team, stage)
    yield from Works(cycle, places, places.areas, team, stage).live(plans, stage.sites)
    yield "survey"
    ask_at_sites(cycle, team, stage, closes_on=stage.day(LAST + 60))


def _promise(cycle: Cycle, number: int, row: ProjectFact, team: Team, stage: Stage) -> Indicator:
    """Put an item on the list with what is measured of it, as published."""
    by, at = team.office, stage.at(FIRST + 1)
    project = projects.add_project(
        cycle=cycle, number=number, aspect=aspects_by_name(cycle)[row.aspect], title=row.title,
        content=f"{PUBLISHED}年公布时编号{row.number}。", by=by, at=at, source=citation(row),
        kind=ProjectKind.SOFTWARE if row.number in SERVICES else ProjectKind.HARDWARE,
        lead_organisation=team.units[ASPECTS[row.aspect][1]],
    )  # fmt: skip
    return projects.add_indicator(
        project=project, name=row.title, unit=row.unit or UNITS[row.number], kind=IndicatorKind.ADDITIVE,
        counted_by=CountedBy.SITES if row.number in SITES else CountedBy.AREAS,
        target=row.target, by=by, at=at, source=citation(row),
    )  # fmt: skip


def _completion(row: ProjectFact) -> CompletionFact | None:
    """Return what was published as done for an item."""
    item = COMPLETED.get(row.number)
    return next((fact for fact in facts.completions(REGION, PUBLISHED) if fact.item == item), None)


def _report_areas(indicator: Indicator, row: ProjectFact, places: Places, team: Team, stage: Stage) -> None:
    """Report on an item without sites: as published where it was, else made up, by district where people count."""
    cycle, person = indicator.project.cycle, team.people[ASPECTS[row.aspect][1]]
    if completion := _completion(row):
        projects.report_area(
            indicator=indicator, area=cycle.area, quantity=completion.done or Decimal(0), base=None,
            reported_on=stage.day(-1), idempotency_key=f"demo:{indicator.pk}", note=f"数量为{PUBLISHED}年末公布数",
            source=citation(completion), by=person, at=stage.at(-1, 9),
        )  # fmt: skip
        return
    chance = stage.chance(f"hangzhou-{row.number}")
    if row.target is None or row.target < len(places.areas):
        shares: dict[Area, Decimal | None] = {cycle.area: row.target or Decimal(12_000)}
    else:
        shares = _shares(row.target, places.areas, chance)
        projects.allocate_indicator(indicator=indicator, targets=shares, by=team.office, at=stage.at(FIRST + 5))
    for area, share in shares.items():
        for offset, pace in ((-90, 80), (-9, chance.randint(85, 115))):
            passed = Decimal(offset - FIRST) / (LAST - FIRST)
            projects.report_area(
                indicator=indicator, area=area, quantity=((share or 0) * passed * pace / 100).quantize(Decimal(1)),
                base=None, reported_on=stage.day(offset), by=person, at=stage.at(offset, 16),
                idempotency_key=f"demo:{indicator.pk}:{area.pk}:{offset}",
            )  # fmt: skip


def _shares(target: Decimal, areas: Sequence[Area], chance: Random) -> dict[Area, Decimal | None]:
    """Share a target out over the districts: the published list does not say how."""
    weights = [chance.randint(40, 160) for _area in areas]
    whole, before = sum(weights), 0
    shares: dict[Area, Decimal | None] = {}
    for area, weight in zip(areas, weights, strict=True):
        shares[area] = target * (before + weight) // whole - target * before // whole
        before += weight
    return shares
