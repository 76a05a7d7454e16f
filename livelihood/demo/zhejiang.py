"""Zhejiang: the published list of 2024 on the path of review, and a letter to which everybody may answer today."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from livelihood.accounts.models import User
from livelihood.accounts.roles import Role
from livelihood.cycles.models import Area, Cycle
from livelihood.cycles.states import DecisionMode
from livelihood.demo import facts, intake, people, words
from livelihood.demo.desk import Desk
from livelihood.demo.ending import tell
from livelihood.demo.facts import ProjectFact
from livelihood.demo.people import Team
from livelihood.demo.stage import Stage, aspects_by_name, citation, instant, open_year
from projects import services as projects
from projects.models import Indicator, Project
from projects.states import CountedBy, IndicatorKind
from proposals import services as proposals
from proposals.states import CandidateKind
from voting import services as voting
from voting.models import Review, ReviewItem
from voting.states import OpinionBody

REGION, YEAR = "浙江省", 2024
HATS = {
    "deputy-1": Role.DEPUTY,
    "deputy-2": Role.DEPUTY,
    "cppcc-1": Role.CPPCC_MEMBER,
    "cppcc-2": Role.CPPCC_MEMBER,
}
WORKS_IN = {"公里", "个", "台", "家", "栋"}
"""Units of things that are built or bought."""

ENGLISH = dict([*words.ASPECTS, ("养老帮困", "Care of the elderly and poor")])

# number of the item it speaks of (none: the whole list), side, who, what, answer, change
OPINIONS = [
    ("1.3", OpinionBody.CONGRESS, "deputy-1", "除颤仪要配到车站、学校和景区，并让会用的人同步增加。",
     "已与应急救护培训一并安排，每台设备至少培训五人。", "在项目内容中写明与除颤仪对应的培训。"),
    ("2.3", OpinionBody.CPPCC, "cppcc-1", "示范食堂建成后要公开食材来源，让家长看得见。",
     "建设标准中将写明公开食材来源的要求。", ""),
    ("6.1", OpinionBody.CONGRESS, "deputy-2", "老旧小区改造要先问居民再定方案，管网同步更新。",
     "改造方案须经居民表决，管网更新列入必改内容。", ""),
    ("7.3", OpinionBody.CPPCC, "cppcc-2", "充电桩重在用得上，建议公布各县分布和使用率。",
     "各县分布将在点位清单中公布，使用率由交通运输部门按季公布。", ""),
    ("", OpinionBody.CONGRESS, "deputy-1", "建议把每个点位的进度公开到群众家门口。",
     "每个项目的进展将在本平台公布。", ""),
]  # fmt: skip


def live(stage: Stage) -> Iterator[str]:
    """Live 2024: collected, planned, reviewed by the two sessions, adopted, delivered, and closed."""
    area = Area.objects.get(code="330000")
    team = people.gather(area, people.UNITS, HATS)
    chance, office = stage.chance("zhejiang"), team.office
    rows = facts.projects(REGION, YEAR)
    names = list(dict.fromkeys(row.aspect for row in rows))
    cycle = open_year(
        area, YEAR, mode=DecisionMode.REVIEW, by=office,
        begins=[date(2023, 10, 16), date(2023, 11, 20), date(2024, 1, 8), date(2024, 2, 1), date(2025, 1, 2)],
        ends=date(2025, 2, 28), aspects=[(name, ENGLISH[name]) for name in names],
    )  # fmt: skip
    intake.publish_letter(
        cycle, title=f"就{YEAR}年民生实事致全省人民的一封信（演示）", signed_by="浙江省民生实事办公室（演示）",
        body=words.letter(year=YEAR, until="2023年11月19日"), day=date(2023, 10, 16), by=office,
    )  # fmt: skip
    if not stage.moves_on(cycle, by=office, at=instant(date(2023, 11, 20))):
        return
    yield "candidates"
    aspects = aspects_by_name(cycle)
    items = [
        intake.Item(
            title=row.title,
            summary=f"{row.title}。{_goal(row)}公布时编号{row.number}。",
            aspect=aspects[row.aspect],
            lead=team.units[words.DEPARTMENT_OF[row.aspect]],
            kind=CandidateKind.HARDWARE if row.unit in WORKS_IN else CandidateKind.SOFTWARE,
            source=citation(row),
        )
        for row in rows
    ]
    delivery = date(2024, 2, 1), date(2024, 12, 31)
    intake.put_forward(cycle, items, delivery=delivery, chance=chance, by=office, at=instant(date(2023, 12, 4)))
    proposals.freeze_candidates(cycle=cycle, by=office, at=instant(date(2024, 1, 5)))
    if not stage.moves_on(cycle, by=office, at=instant(date(2024, 1, 8))):
        return
    yield "review by the two sessions"
    review = voting.submit_list(cycle=cycle, session="2024年浙江省两会", by=office, at=instant(date(2024, 1, 9)))
    _hear(review, team, numbers={row.number: place for place, row in enumerate(rows, start=1)})
    voting.adopt_list(
        review=review,
        document="关于浙江省2024年民生实事的报告（演示文号2024年第1号）",
        adopted_date=date(2024, 1, 28),
        by=team.people["congress"],
        at=instant(date(2024, 1, 28), 16),
    )
    if not stage.moves_on(cycle, by=office, at=instant(date(2024, 2, 1))):
        return
    yield "delivery"
    _deliver(cycle, team, rows, stage)
    if stage.moves_on(cycle, by=office, at=instant(date(2024, 12, 16))):
        tell(cycle, by=office)
        stage.moves_on(cycle, by=office, at=instant(date(2025, 2, 1)))


def next_year(stage: Stage) -> int:
    """Return the year that is asked for."""
    return stage.day(0).year + 1


def ask(stage: Stage) -> Iterator[str]:
    """Ask for next year: the letter is out, the form is open, some dozens have answered and are being worked on."""
    area, year = Area.objects.get(code="330000"), next_year(stage)
    team = people.gather(area, people.UNITS, HATS)
    office, last = team.office, max(date(year - 1, 12, 31), stage.day(60))
    starts = [last + timedelta(days=days) for days in (1, 60, 90, 400)]
    cycle = open_year(
        area, year, mode=DecisionMode.REVIEW, by=office, begins=[stage.day(-30), *starts],
        ends=last + timedelta(days=450), aspects=words.ASPECTS,
    )  # fmt: skip
    intake.publish_letter(
        cycle, title=f"就{year}年民生实事致全省人民的一封信（演示）", signed_by="浙江省民生实事办公室（演示）",
        body=words.letter(year=year, until=f"{last.year}年{last.month}月{last.day}日"), day=stage.day(-30), by=office,
    )  # fmt: skip
    yield "suggestions"
    Desk(stage, cycle, team).work(facts.suggestions())


def _goal(row: ProjectFact) -> str:
    return "" if row.target is None else f"目标：{row.target.normalize():f}{row.unit}。"


def _hear(review: Review, team: Team, *, numbers: dict[str, int]) -> None:
    """Take and answer opinions of both sides.

    numbers: number as published → place on the list.
    """
    items = {item.number: item for item in ReviewItem.objects.filter(review=review)}
    for place, (number, body, who, text, answer, change) in enumerate(OPINIONS):
        day = date(2024, 1, 22) + timedelta(days=place % 3)
        opinion = voting.give_opinion(
            review=review, items=[items[numbers[number]]] if number else [], body=body, text=text,
            delegation=f"第{place % 3 + 1}{'代表团' if body == OpinionBody.CONGRESS else '小组'}",
            by=team.people[who], at=instant(day, 14, place),
        )  # fmt: skip
        voting.answer_opinion(
            opinion=opinion,
            answer=answer,
            change=change,
            by=team.office,
            at=instant(day + timedelta(days=2), 11, place),
        )


def _deliver(cycle: Cycle, team: Team, rows: tuple[ProjectFact, ...], stage: Stage) -> None:
    """Hand over, say what is measured as published, and report (made up) what was done by the end of November."""
    chance = stage.chance("zhejiang-delivery")
    projects.hand_over_projects(cycle=cycle, by=team.office, at=instant(date(2024, 2, 2)))
    by_number = {project.number: project for project in Project.objects.for_cycle(cycle).select_related("aspect")}
    for place, row in enumerate(rows, start=1):
        indicator = projects.add_indicator(
            project=by_number[place],
            name=row.title,
            unit=row.unit or "项",
            kind=IndicatorKind.RATE if row.unit == "%" else IndicatorKind.ADDITIVE,
            counted_by=CountedBy.AREAS,
            target=row.target,
            source=citation(row),
            by=team.office,
            at=instant(date(2024, 2, 5)),
        )
        reporter = team.people[words.DEPARTMENT_OF[row.aspect]]
        for day, share in ((date(2024, 6, 28), 40), (date(2024, 11, 29), 88 + chance.randrange(25))):
            _report(indicator, cycle.area, Decimal(share) / 100, day, by=reporter)


def _report(indicator: Indicator, area: Area, share: Decimal, day: date, *, by: User) -> None:
    if indicator.target is None:
        quantity, base = Decimal(1), None
    elif indicator.kind == IndicatorKind.RATE:
        quantity, base = min(indicator.target * (share + Decimal("0.1")), Decimal(100)) * 20, Decimal(2000)
    else:
        quantity, base = (indicator.target * share).quantize(Decimal(1)), None
    projects.report_area(
        indicator=indicator,
        area=area,
        quantity=quantity,
        base=base,
        reported_on=day,
        idempotency_key=f"demo:{indicator.pk}:{day}",
        by=by,
        at=instant(day, 17),
    )
