"""Ninghai today: a year in each phase that goes on, all of it made up. What is planned has a module of its own.

Beside the year that is delivered stand the one before, which people are asked about, the next, which is decided, the
one after it, which is planned, and a third, for which the county already collects.
"""

from collections.abc import Iterator
from datetime import date

from livelihood.cycles.models import Area
from livelihood.demo import facts, hangzhou, ninghai, ninghai_closed
from livelihood.demo.desk import Desk
from livelihood.demo.hangzhou import FIRST, LAST
from livelihood.demo.ninghai import NinghaiYear
from livelihood.demo.places import Places
from livelihood.demo.site_answers import ask_at_sites
from livelihood.demo.site_lives import SitePlan, Works
from livelihood.demo.stage import Stage, instant
from projects.models import Indicator
from projects.surveys.services import figures

SITES_EACH = 6
SUGGESTIONS = 24
COLLECTED = -30, 60, 150
"""First day of collecting, planning and deciding of the year that is collected for, from today."""

JUDGED = [
    ("村级卫生室标准化建设工程", "医疗卫生", ""), ("乡镇中心幼儿园改扩建工程", "教育助学", ""),
    ("老年食堂助餐点建设工程", "养老服务", ""), ("农村客运站亭改造工程", "交通出行", ""),
    ("公办托育园建设工程", "关爱儿童", ""), ("零工市场建设工程", "就业创业", ""),
    ("老旧小区加装电梯工程", "城乡宜居", ""), ("百姓健身房建设工程", "文体健身", ""),
    ("乡镇消防站建设工程", "公共安全", ""), ("农贸市场改造提升工程", "便民服务", ""),
]  # fmt: skip
DELIVERED = [
    ("远程影像诊断点建设工程", "医疗卫生", ""), ("中小学教室照明改造工程", "教育助学", ""),
    ("居家养老服务站建设工程", "养老服务", ""), ("农村公路安全护栏工程", "交通出行", ""),
    ("儿童之家建设工程", "关爱儿童", ""), ("残疾人就业帮扶点建设工程", "就业创业", ""),
    ("污水管网改造工程", "城乡宜居", ""), ("文化礼堂提升工程", "文体健身", ""),
    ("电动自行车充电点建设工程", "公共安全", ""), ("公共厕所新建改造工程", "便民服务", ""),
]  # fmt: skip
DECIDED = [
    ("胸痛急救单元建设工程", "医疗卫生", ""), ("学校运动场地改造工程", "教育助学", ""),
    ("认知障碍照护专区建设工程", "养老服务", ""), ("县城支小路改造工程", "交通出行", ""),
    ("婴幼儿照护驿站建设工程", "关爱儿童", ""), ("乡村技能培训点建设工程", "就业创业", ""),
    ("老旧供水管网改造工程", "城乡宜居", ""), ("绿道驿站建设工程", "文体健身", ""),
    ("山塘水库除险加固工程", "公共安全", ""), ("便民服务中心改造工程", "便民服务", ""),
]  # fmt: skip
LOST = [("城区夜景灯光提升工程", "城乡宜居"), ("乡镇图书馆分馆建设工程", "文体健身")]


def judged(stage: Stage) -> int:
    """Return the year that people are asked about."""
    return hangzhou.year_of(stage) - 1


def decided(stage: Stage) -> int:
    """Return the year that is decided."""
    return hangzhou.year_of(stage) + 1


def collected(stage: Stage) -> int:
    """Return the year that is collected for."""
    return hangzhou.year_of(stage) + 3


def collect(stage: Stage) -> Iterator[str]:
    """Collect for the year after those that are decided and planned; the form is open."""
    team = ninghai.gather()
    cycle = ninghai.ahead(stage, collected(stage), *COLLECTED)
    yield "suggestions"
    Desk(stage, cycle, team).work(facts.suggestions()[:SUGGESTIONS])


def decide(stage: Stage) -> Iterator[str]:
    """Decide the next year: the deputies voted some days ago, and the result is announced."""
    year = decided(stage)
    _deciding, starts, ends = ninghai.later(year)
    days = stage.day(-150), stage.day(-80), stage.day(-10), max(starts, stage.day(20)), ends
    voted = NinghaiYear(
        year=year, begins=days, ends=date(year + 1, 1, 31), voted=stage.day(-3), present=233, papers=0, chosen=DECIDED,
        lost=LOST,
    )  # fmt: skip
    team = ninghai.gather()
    yield from ninghai.decide(ninghai.begin(voted, team), voted, team, stage)


def deliver(stage: Stage) -> Iterator[str]:
    """Deliver the year that goes on: sites under every light, and people who judge those that are done."""
    days = stage.day(-400), stage.day(-330), stage.day(-262), stage.day(FIRST), stage.day(LAST + 1)
    year = NinghaiYear(
        year=hangzhou.year_of(stage), begins=days, ends=stage.day(LAST + 60), voted=stage.day(-250), present=236,
        papers=0, chosen=DELIVERED, lost=LOST,
    )  # fmt: skip
    team = ninghai.gather()
    cycle = ninghai.begin(year, team)
    is_decided = yield from ninghai.decide(cycle, year, team, stage)
    if not (is_decided and stage.moves_on(cycle, by=team.office, at=stage.at(FIRST))):
        return
    targets = dict.fromkeys(range(1, len(DELIVERED) + 1), SITES_EACH)
    standard = ninghai_closed.promise(cycle, targets, team, on=stage.day(FIRST + 1))
    leads = {organisation.pk: key for key, organisation in team.units.items()}
    plans = [
        SitePlan(one, one.project.title.removesuffix("工程"), standard, leads[one.project.lead_organisation_id or 0])
        for one in Indicator.objects.filter(project__cycle=cycle).select_related("project__cycle").order_by("pk")
    ]
    places = Places(Area.objects.get(children=cycle.area))
    yield from Works(cycle, places, [cycle.area], team, stage).live(plans, SITES_EACH * len(plans))
    ask_at_sites(cycle, team, stage, closes_on=stage.day(LAST + 60))


def judge(stage: Stage) -> Iterator[str]:
    """Ask about the year before, which was built by its end: how people find it some months later."""
    number = judged(stage)
    year = NinghaiYear(
        year=number,
        begins=(
            date(number - 1, 9, 2), date(number - 1, 11, 1), date(number, 1, 6), date(number, 2, 3), stage.day(-60),
        ),
        ends=stage.day(40), voted=date(number, 1, 15), present=234, papers=0, chosen=JUDGED, lost=LOST,
    )  # fmt: skip
    team, tale = ninghai.gather(), ninghai_closed.tale_of([title for title, _aspect, _source in JUDGED])
    cycle = ninghai.begin(year, team)
    is_decided = yield from ninghai.decide(cycle, year, team, stage)
    if not (is_decided and stage.moves_on(cycle, by=team.office, at=instant(year.begins[3]))):
        return
    yield from ninghai_closed.deliver(cycle, tale, team, stage)
    if stage.moves_on(cycle, by=team.office, at=stage.at(-60)):
        yield "survey"
        ninghai_closed.ask(cycle, tale, team, stage, days=(stage.day(-20), stage.day(20)))
        figures.aggregate_waiting(at=stage.now)
