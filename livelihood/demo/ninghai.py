"""Ninghai, which lives in each phase: how its years are collected, planned and voted; two of them as published."""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from livelihood.cycles.models import Area, Cycle
from livelihood.cycles.states import DecisionMode
from livelihood.demo import facts, intake, ninghai_closed, people, words
from livelihood.demo.people import Team
from livelihood.demo.stage import Stage, aspects_by_name, citation, instant, open_year
from livelihood.demo.votes import HATS, Session
from proposals import services as proposals
from proposals.models import Need
from proposals.states import CandidateKind
from voting import services as voting
from voting.states import Step

REGION, CODE = "宁海县", "330226"
DECIDING = 30
"""Days of deciding of a year that is prepared long before."""
SEATS, IN_TERM = 10, 245
"""Ten were chosen, as published. How many deputies were in term was not published."""

WINNING = [0.95, 0.9, 0.85, 0.92, 0.83, 0.88, 0.81, 0.86, 0.93, 0.84]
LOSING = [0.78, 0.3]
"""How dear the deputies hold the candidates, about; the counts were not published."""

NOT_THIS_YEAR = ("修建登山索道", "索道属于旅游经营项目，投资大、周期长，不属于民生实事，已转文旅部门研究。")


@dataclass(frozen=True, slots=True)
class NinghaiYear:
    """A year of Ninghai.

    begins: first days of its five phases; ends: last day of its evaluation. voted: day of the vote; present: deputies.
    papers: ballots of those present that were on paper.
    chosen: title, aspect and source of those that are chosen, in their order. lost: made-up candidates that are not.
    """

    year: int
    begins: tuple[date, date, date, date, date]
    ends: date
    voted: date
    present: int
    papers: int
    chosen: Sequence[tuple[str, str, str]]
    lost: Sequence[tuple[str, str]]

    @property
    def items(self) -> list[tuple[str, str, str]]:
        """Title, aspect and source of each candidate; what is made up has no source."""
        return [*self.chosen, *((title, aspect, "") for title, aspect in self.lost)]


def _published(year: int, aspects: Sequence[str]) -> list[tuple[str, str, str]]:
    """Read the ten that were published, each with the aspect we put it in."""
    rows = facts.projects(REGION, year)
    return [(row.title, aspect, citation(row)) for row, aspect in zip(rows, aspects, strict=True)]


Y2020 = NinghaiYear(
    year=2020,
    begins=(date(2019, 9, 2), date(2019, 11, 1), date(2020, 1, 6), date(2020, 2, 3), date(2020, 12, 15)),
    ends=date(2021, 1, 31),
    voted=date(2020, 1, 15),
    present=228,  # made up, as is the day
    papers=0,
    chosen=_published(2020, [
        "城乡宜居", "城乡宜居", "交通出行", "教育助学", "教育助学", "医疗卫生", "养老服务", "交通出行", "公共安全",
        "城乡宜居",
    ]),
    lost=[("农村文化广场提升工程", "文体健身"), ("城区夜间照明提升工程", "便民服务")],
)  # fmt: skip

Y2021 = NinghaiYear(
    year=2021,
    begins=(date(2020, 9, 1), date(2020, 11, 2), date(2021, 1, 18), date(2021, 2, 1), date(2021, 12, 15)),
    ends=date(2022, 1, 31),
    voted=date(2021, 1, 22),
    present=231,
    papers=8,  # made up
    chosen=_published(2021, [
        "医疗卫生", "城乡宜居", "医疗卫生", "教育助学", "便民服务", "养老服务", "城乡宜居", "城乡宜居", "城乡宜居",
        "关爱儿童",
    ]),
    lost=[("城区智慧书房建设工程", "文体健身"), ("乡村公共浴室建设工程", "便民服务")],
)  # fmt: skip


def live_2020(stage: Stage) -> Iterator[str]:
    """Live 2020 from its letter to the day it was closed."""
    yield from _closed(Y2020, ninghai_closed.OF_2020, stage)


def live_2021(stage: Stage) -> Iterator[str]:
    """Live 2021 from its letter to the day it was closed: what became of its ten was not published."""
    yield from _closed(Y2021, ninghai_closed.tale_of([title for title, _aspect, _source in Y2021.chosen]), stage)


def _closed(year: NinghaiYear, tale: ninghai_closed.Tale, stage: Stage) -> Iterator[str]:
    team = gather()
    cycle = begin(year, team)
    is_decided = yield from decide(cycle, year, team, stage)
    if is_decided and stage.moves_on(cycle, by=team.office, at=instant(year.begins[3])):
        yield from ninghai_closed.live(cycle, tale, team, stage)


def gather() -> Team:
    """Return those who work in Ninghai."""
    area = Area.objects.get(code=CODE)
    return people.gather(area, [*people.UNITS, *people.WORKS], HATS)


def begin(year: NinghaiYear, team: Team) -> Cycle:
    """Open the year, and publish its letter."""
    return open_with_letter(team, year.year, year.begins, ends=year.ends)


def later(year: int) -> tuple[date, date, date]:
    """Return the first days of deciding, delivery and evaluation of a year, as the county has them."""
    return date(year, 1, 6), date(year, 2, 1), date(year, 12, 15)


AHEAD = "我县滚动安排民生实事：当年实施的同时，票决下一年的，谋划后一年的，并提前征集再后一年的建议。"


def ahead(stage: Stage, year: int, first: int, planned: int, decided: int) -> Cycle:
    """Open a year that is prepared long before it is delivered, and publish its letter, which says so.

    first, planned, decided: first days of collecting, planning and deciding, from today.
    """
    days = [*map(stage.day, (first, planned, decided)), *later(year)[1:]]
    return open_with_letter(
        gather(),
        year,
        days,
        ends=date(year + 1, 1, 31),
        decides_until=stage.day(decided + DECIDING),
        says=f"\n{AHEAD}\n",
    )


def open_with_letter(
    team: Team, year: int, begins: Sequence[date], *, ends: date, decides_until: date | None = None, says: str = ""
) -> Cycle:
    """Open a year and publish its letter. begins: first days of the five phases; ends: last day of the evaluation.

    decides_until: as in `open_year`. says: what stands at the end of the letter beside what all say.
    """
    cycle = open_year(
        team.area, year, mode=DecisionMode.VOTE, by=team.office, begins=begins, ends=ends, aspects=words.ASPECTS,
        decides_until=decides_until,
    )  # fmt: skip
    last = begins[1] - timedelta(days=1)
    intake.publish_letter(
        cycle, title=f"征集{year}年民生实事项目建议（演示）", signed_by="宁海县民生实事办公室（演示）",
        body=words.letter(year=year, until=f"{last.month}月{last.day}日") + says, day=begins[0], by=team.office,
    )  # fmt: skip
    return cycle


def decide(cycle: Cycle, year: NinghaiYear, team: Team, stage: Stage) -> Generator[str, None, bool]:
    """Collect, plan and vote; say whether the year came so far."""
    office, first = team.office, year.begins[0]
    chance, aspects = stage.chance(f"ninghai-{year.year}"), aspects_by_name(cycle)
    needs = [
        intake.stand_behind(
            cycle, title, aspect=aspects[aspect], areas=[team.area], chance=chance, office=office,
            first=instant(first + timedelta(days=3 + 2 * place)),
        )
        for place, (title, aspect, _source) in enumerate(year.items)
    ]  # fmt: skip
    title, reason = NOT_THIS_YEAR
    need = proposals.open_need(
        cycle=cycle, title=title, summary="有居民希望在景区修建登山索道，方便老人上山。", aspect=aspects["文体健身"],
        area=team.area, by=office, at=instant(first + timedelta(days=40)),
    )  # fmt: skip
    proposals.turn_down_need(need=need, reason=reason, by=office, at=instant(first + timedelta(days=50)))
    if not stage.moves_on(cycle, by=office, at=instant(year.begins[1])):
        return False
    yield "candidates"
    _plan(cycle, year, needs=needs, team=team, stage=stage)
    if not stage.moves_on(cycle, by=office, at=instant(year.begins[2])):
        return False
    yield "vote"
    _vote(cycle, year, team, stage)
    return True


def _plan(
    cycle: Cycle,
    year: NinghaiYear,
    *,
    needs: Sequence[Need],
    team: Team,
    stage: Stage,
) -> None:
    aspects = aspects_by_name(cycle)
    items = [
        intake.Item(
            title=title,
            summary=f"{title}。{'名称为公布的项目' if source else '演示候选项目'}，内容、投资和牵头单位均为演示。",
            aspect=aspects[aspect],
            lead=team.units[words.DEPARTMENT_OF[aspect]],
            kind=CandidateKind.HARDWARE,
            source=source,
            needs=[need],
        )
        for (title, aspect, source), need in zip(year.items, needs, strict=True)
    ]
    delivery, chance = (year.begins[3], year.begins[4]), stage.chance(f"ninghai-plan-{year.year}")
    at = instant(year.begins[1] + timedelta(days=10), 9)
    intake.put_forward(cycle, items, delivery=delivery, chance=chance, by=team.office, at=at)
    proposals.freeze_candidates(cycle=cycle, by=team.office, at=instant(year.begins[1] + timedelta(days=40)))


def convene(team: Team) -> Session:
    """Return the deputies of Ninghai in their delegations."""
    return Session(team, people.deputies(team.area, IN_TERM), [f"第{number}代表团" for number in range(1, 13)])


def _vote(cycle: Cycle, year: NinghaiYear, team: Team, stage: Stage) -> None:
    session = convene(team)
    round_ = voting.create_round(
        cycle=cycle, title=f"{year.year}年民生实事项目票决（演示）", seats=SEATS, by=team.people["congress"],
        at=instant(year.begins[2] + timedelta(days=1)),
    )  # fmt: skip
    session.call_roll(round_, at=instant(year.voted - timedelta(days=1)))
    entries = session.sign_in(round_, year.present, at=instant(year.voted, 8))
    session.take(round_, Step.OPEN, at=instant(year.voted, 9))
    favour = dict(enumerate([*WINNING, *LOSING], start=1))
    chance = stage.chance(f"ninghai-ballots-{year.year}")
    in_booth = year.present - year.papers
    session.hand_out(entries[in_booth:], at=instant(year.voted, 9, 1))
    session.cast(round_, entries[:in_booth], favour, chance=chance, at=instant(year.voted, 9, 2))
    session.take(round_, Step.CLOSE, at=instant(year.voted, 9, 30))
    if year.papers:
        session.read_papers(round_, year.papers, favour, chance=chance, at=instant(year.voted, 9, 32))
    session.settle(round_, at=instant(year.voted, 9, 45), note=f"演示公告{year.year}年第1号")
