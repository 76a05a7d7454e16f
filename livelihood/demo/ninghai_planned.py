"""Ninghai as it is planned today: needs with and without an answer, candidates in each state, all of it made up."""

from collections.abc import Iterator

from livelihood.accounts.roles import Role
from livelihood.cycles.models import Cycle
from livelihood.demo import hangzhou, intake, ninghai, people, words
from livelihood.demo.people import Team
from livelihood.demo.stage import Stage, aspects_by_name
from proposals import services as proposals
from proposals.models import Need
from proposals.states import CandidateKind, CandidateOrigin
from voting import services as voting

FIRST, PLANNED, DECIDED = -100, -40, 45
"""First day of collecting, planning and deciding, from today."""

PROPOSED = [
    ("乡镇卫生院设备更新工程", "医疗卫生"),
    ("村级居家养老服务照料中心改造工程", "养老服务"),
    ("中小学食堂明厨亮灶提升工程", "教育助学"),
    ("农村公路安全隐患治理工程", "交通出行"),
    ("社区公办托位扩增项目", "关爱儿童"),
    ("老旧小区消防设施更新工程", "公共安全"),
]
DROPPED = ("滨海景观步道建设工程", "城乡宜居")
NO_LAND = "用地尚未落实，一年内无法完工，转入规划储备，不列为候选项目。"
DRAFTED = ("城区口袋公园建设工程", "城乡宜居")
OPEN = ("乡镇智慧书房建设", "文体健身")
NOT_OURS = ("开通通宵夜班公交", "夜间客流测算不足，由公交企业以预约方式试行，不列为民生实事。", "交通出行")


def year_of(stage: Stage) -> int:
    """Return the year that is planned: places plan ahead, the one after next."""
    return hangzhou.year_of(stage) + 2


def live(stage: Stage) -> Iterator[str]:
    """Collect, and plan up to today."""
    team = ninghai.gather()
    cycle = ninghai.ahead(stage, year_of(stage), FIRST, PLANNED, DECIDED)
    chance, aspects = stage.chance("ninghai-planned"), aspects_by_name(cycle)
    needs = {
        title: intake.stand_behind(
            cycle, title, aspect=aspects[aspect], areas=[team.area], chance=chance, office=team.office,
            first=stage.at(FIRST + 3 + 4 * place),
        )
        for place, (title, aspect) in enumerate([*PROPOSED, DROPPED, DRAFTED, OPEN])
    }  # fmt: skip
    if not stage.moves_on(cycle, by=team.office, at=stage.at(PLANNED)):
        return
    yield "candidates"
    _plan(cycle, needs, team, stage)
    _rehearse(cycle, team, stage)
    people.propose("ninghai-scrutineer-3", Role.SCRUTINEER, team.area, at=stage.at(-1))


def _rehearse(cycle: Cycle, team: Team, stage: Stage) -> None:
    """Prepare a rehearsal of the vote: its roll waits for a scrutineer to lock it."""
    round_ = voting.create_round(
        cycle=cycle, title=f"{cycle.year}年票决演练（演示）", seats=ninghai.SEATS, is_rehearsal=True,
        by=team.people["congress"], at=stage.at(-2),
    )  # fmt: skip
    ninghai.convene(team).draw_up(round_, at=stage.at(-2, 11))


def _plan(cycle: Cycle, needs: dict[str, Need], team: Team, stage: Stage) -> None:
    """Put candidates forward, drop one, leave one a draft, and turn a need down."""
    aspects, by = aspects_by_name(cycle), team.office
    items = [
        intake.Item(
            title=title,
            summary=f"{title}。演示候选项目，内容、投资和牵头单位均为演示。",
            aspect=aspects[aspect],
            lead=team.units[words.DEPARTMENT_OF[aspect]],
            kind=CandidateKind.HARDWARE,
            needs=[needs[title]],
        )
        for title, aspect in [*PROPOSED, DROPPED]
    ]
    _deciding, starts, ends = ninghai.later(cycle.year)
    *_kept, dropped = intake.put_forward(
        cycle,
        items,
        delivery=(starts, ends),
        chance=stage.chance("ninghai-costs"),
        by=by,
        at=stage.at(-20, 9),
    )
    proposals.drop_candidate(candidate=dropped, reason=NO_LAND, by=by, at=stage.at(-5))
    title, aspect = DRAFTED
    proposals.draft_candidate(
        cycle=cycle,
        title=title,
        summary=f"{title}。演示候选项目，正在测算。",
        place="宁海县演示路（演示地点）",
        aspect=aspects[aspect],
        lead_organisation=team.units[words.DEPARTMENT_OF[aspect]],
        kind=CandidateKind.HARDWARE,
        needs=[needs[title]],
        source="",
        origin=CandidateOrigin.NEED,
        by=by,
        at=stage.at(-3),
    )
    title, reason, aspect = NOT_OURS
    need = proposals.open_need(
        cycle=cycle, title=title, summary="有居民希望夜班后能坐上公交车。", aspect=aspects[aspect], area=cycle.area,
        by=by, at=stage.at(-4),
    )  # fmt: skip
    proposals.turn_down_need(need=need, reason=reason, by=by, at=stage.at(-2))
