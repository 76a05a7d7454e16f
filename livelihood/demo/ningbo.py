"""Ningbo: 13 candidates, called as in 2018, before 486 deputies, of whom 461 are present, and the vote is open."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from livelihood.cycles.models import Area, Cycle
from livelihood.cycles.states import DecisionMode
from livelihood.demo import facts, intake, people, words
from livelihood.demo.people import Team
from livelihood.demo.stage import Stage, aspects_by_name, citation, open_year
from livelihood.demo.votes import HATS, Session
from proposals import services as proposals
from proposals.models import Need
from proposals.states import CandidateKind
from voting import services as voting
from voting.states import Step

REGION, PUBLISHED = "宁波市", 2018
DELIVERY = 20, 329
"""First and last day of delivery, from today."""

SEATS = 10
"""Ours: the number of seats was not published. Ten of thirteen is what other places with 13 candidates chose."""

STILL_TO_VOTE = 60
"""So many of those present have not voted yet: the last ones on the roll."""

VOTING_MINUTES = 7 * 24 * 60
"""A week, where a session takes half an hour: whoever comes to the demo finds the vote within its planned time."""

# number of the candidate → aspect, works or service, and how dear the deputies hold it: all made up
CANDIDATES = {
    1: ("城乡宜居", CandidateKind.HARDWARE, 0.86),
    2: ("城乡宜居", CandidateKind.HARDWARE, 0.90),
    3: ("教育助学", CandidateKind.HARDWARE, 0.93),
    4: ("医疗卫生", CandidateKind.SOFTWARE, 0.82),
    5: ("城乡宜居", CandidateKind.HARDWARE, 0.77),
    6: ("文体健身", CandidateKind.HARDWARE, 0.64),
    7: ("公共安全", CandidateKind.SOFTWARE, 0.88),
    8: ("文体健身", CandidateKind.HARDWARE, 0.70),
    9: ("就业创业", CandidateKind.SOFTWARE, 0.52),
    10: ("便民服务", CandidateKind.HARDWARE, 0.80),
    11: ("便民服务", CandidateKind.HARDWARE, 0.74),
    12: ("养老服务", CandidateKind.HARDWARE, 0.91),
    13: ("便民服务", CandidateKind.SOFTWARE, 0.41),
}


def year_of(stage: Stage) -> int:
    """Return the year in which most of the delivery lies."""
    return stage.day(sum(DELIVERY) // 2).year


def live(stage: Stage) -> Iterator[str]:
    """Live the year up to the open vote, dated around today."""
    area = Area.objects.get(code="330200")
    team, year = people.gather(area, people.UNITS, HATS), year_of(stage)
    office, rows = team.office, facts.projects(REGION, PUBLISHED)
    children = list(Area.objects.filter(parent=area).order_by("code"))
    cycle = open_year(
        area, year, mode=DecisionMode.VOTE, by=office,
        begins=[stage.day(offset) for offset in (-120, -80, -6, DELIVERY[0], DELIVERY[1] + 1)], ends=stage.day(390),
        aspects=words.ASPECTS,
    )  # fmt: skip
    last = stage.day(-81)
    intake.publish_letter(
        cycle, title=f"征集{year}年民生实事项目建议（演示）", signed_by="宁波市民生实事办公室（演示）",
        body=words.letter(year=year, until=f"{last.month}月{last.day}日"), day=stage.day(-120), by=office,
    )  # fmt: skip
    aspects, chance = aspects_by_name(cycle), stage.chance("ningbo-letter")
    needs = [
        intake.stand_behind(
            cycle, row.title, aspect=aspects[CANDIDATES[place][0]], areas=children, chance=chance, office=office,
            first=stage.at(-117 + place, 11),
        )
        for place, row in enumerate(rows, start=1)
    ]  # fmt: skip
    if not stage.moves_on(cycle, by=office, at=stage.at(-80)):
        return
    yield "candidates"
    _plan(cycle, needs, team, stage)
    if not stage.moves_on(cycle, by=office, at=stage.at(-6)):
        return
    yield "deputies"
    session = Session(
        team,
        people.deputies(area, facts.vote_session(REGION, PUBLISHED).deputies_in_term or 0),
        [f"{child.name_zh}代表团" for child in children],
    )
    yield from _vote(cycle, session, stage)


def _plan(cycle: Cycle, needs: Sequence[Need], team: Team, stage: Stage) -> None:
    aspects, items = aspects_by_name(cycle), []
    for place, (row, need) in enumerate(zip(facts.projects(REGION, PUBLISHED), needs, strict=True), start=1):
        name, kind, _favour = CANDIDATES[place]
        items.append(
            intake.Item(
                title=row.title,
                summary=f"{row.title}。名称取自{PUBLISHED}年公布的候选项目，内容、投资和牵头单位均为演示。",
                aspect=aspects[name],
                lead=team.units[words.DEPARTMENT_OF[name]],
                kind=kind,
                source=citation(row),
                needs=[need],
            )
        )
    delivery, chance = (stage.day(DELIVERY[0]), stage.day(DELIVERY[1])), stage.chance("ningbo-plan")
    intake.put_forward(cycle, items, delivery=delivery, chance=chance, by=team.office, at=stage.at(-60, 9))
    proposals.freeze_candidates(cycle=cycle, by=team.office, at=stage.at(-10))


def _vote(cycle: Cycle, session: Session, stage: Stage) -> Iterator[str]:
    """Prepare the vote, sign in those present, open it, and let most of them cast their ballots."""
    present = facts.figures(REGION, PUBLISHED)["deputies_present_at_preparatory_meeting"]
    opened = stage.now - timedelta(minutes=20)
    round_ = voting.create_round(
        cycle=cycle, title="民生实事项目票决（演示）", seats=SEATS, voting_minutes=VOTING_MINUTES,
        by=session.team.people["congress"], at=stage.at(-5),
    )  # fmt: skip
    session.call_roll(round_, at=stage.at(-2))
    yield "sign-in"
    entries = session.sign_in(round_, int(present.value), at=opened - timedelta(minutes=30))
    session.take(round_, Step.OPEN, at=opened)
    yield "ballots"
    favour = {number: favour for number, (_aspect, _kind, favour) in CANDIDATES.items()}
    voters = entries[:-STILL_TO_VOTE]
    session.cast(round_, voters, favour, chance=stage.chance("ningbo-ballots"), at=opened + timedelta(minutes=2))
