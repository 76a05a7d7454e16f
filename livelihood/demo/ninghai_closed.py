"""A year of Ninghai from the hand-over to its end: sites from a workbook, acceptance, survey, announcement, report.

Published of 2020: the ten projects, and that eight were done, one mostly and one not. Which ones, all sites, and what
became of other years, is made up.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from operator import itemgetter

from livelihood.cycles.models import Area, Cycle
from livelihood.demo import facts
from livelihood.demo.ending import tell
from livelihood.demo.people import Team
from livelihood.demo.places import Places
from livelihood.demo.stage import Stage, citation, instant
from livelihood.imports import services as imports
from livelihood.kernel.exports import Field, Sheet, xlsx_into
from projects import services as projects
from projects.exporters import HEADINGS
from projects.models import Project, Site, Standard
from projects.services import SiteEntry
from projects.services.sites import Finding
from projects.services.standards import LineInput
from projects.states import CountedBy, IndicatorKind
from projects.surveys.aggregation import Counts
from projects.surveys.models import Survey
from projects.surveys.services import answers, figures, published, surveys
from projects.surveys.states import Grade, Target

INDICATOR = "完工点位"


@dataclass(frozen=True, slots=True)
class Tale:
    """What becomes of a year. sites: number of the project → what its sites are called, and how many there are.

    moods: number of a project whose last site is not done → how people judge it.
    """

    sites: Mapping[int, tuple[str, int]]
    moods: Mapping[int, tuple[int, int, int]]


OF_2020 = Tale(
    {
        1: ("美丽乡村村庄", 8), 2: ("饮用水提标村", 10), 3: ("农村公路路段", 9), 4: ("高中校舍", 3),
        5: ("前童镇中心小学", 1), 6: ("第二医院总院", 1), 7: ("居家养老服务中心", 3), 8: ("停车场", 6),
        9: ("城南消防站", 1), 10: ("垃圾中转站", 4),
    },
    moods={10: (60, 30, 10), 6: (35, 40, 25)},
)  # fmt: skip


def tale_of(titles: Sequence[str]) -> Tale:
    """Return a year whose every site is done: two to four of each project."""
    return Tale({number: (title.removesuffix("工程"), 2 + number % 3) for number, title in enumerate(titles, 1)}, {})


STANDARD = "民生实事点位通用标准（演示）"
LINES = [
    LineInput("按批准的内容全部建成", "对照清单逐项查看", "是"),
    LineInput("质量和安全资料齐全", "查阅资料", "是"),
    LineInput("无障碍通道宽度", "现场丈量", "≥ 0.9", "米"),
    LineInput("现场公示标准和监督电话", "现场查看", "是"),
]

GRADES = [Grade.SATISFIED, Grade.BASICALLY_SATISFIED, Grade.DISSATISFIED]
MOOD = (78, 18, 4)
"""How people judge, in per cent for each grade: made up."""

REMARKS = ["", "", "", "建得好，方便多了。", "希望后续维护跟上。", "晚上灯光再亮一点就更好了。"]


def live(cycle: Cycle, tale: Tale, team: Team, stage: Stage) -> Iterator[str]:
    """Deliver, evaluate and close the year."""
    yield from deliver(cycle, tale, team, stage)
    year = cycle.year
    if not stage.moves_on(cycle, by=team.office, at=instant(date(year, 12, 15))):
        return
    yield "survey"
    survey = ask(cycle, tale, team, stage, days=(date(year, 12, 16), date(year + 1, 1, 10)))
    figures.aggregate_waiting(at=instant(date(year + 1, 1, 5)))
    surveys.close_survey(survey=survey, by=team.office, at=instant(date(year + 1, 1, 11)))
    surveys.freeze_survey(survey=survey, by=team.office, at=instant(date(year + 1, 1, 12)))
    yield "published grades"
    _grade(cycle, team)
    yield "announcement and report"
    tell(cycle, by=team.office)
    stage.moves_on(cycle, by=team.office, at=instant(date(year + 1, 2, 1)))


def deliver(cycle: Cycle, tale: Tale, team: Team, stage: Stage) -> Iterator[str]:
    """Build what was chosen, from February to December."""
    yield "sites from a workbook"
    promise(cycle, {number: count for number, (_name, count) in tale.sites.items()}, team, on=date(cycle.year, 2, 4))
    _list_sites(cycle, tale, team, stage)
    yield "progress and acceptance"
    _build(cycle, tale, team)


def promise(cycle: Cycle, targets: Mapping[int, int], team: Team, *, on: date) -> Standard:
    """Hand the chosen projects over, and say within weeks what is measured. targets: sites of each project."""
    by, later = team.office, on + timedelta(days=16)
    projects.hand_over_projects(cycle=cycle, by=by, at=instant(on))
    standard = projects.add_standard(cycle=cycle, title=STANDARD, lines=LINES, by=by, at=instant(later))
    for project in listed(cycle):
        projects.add_indicator(
            project=project, name=INDICATOR, unit="个", kind=IndicatorKind.ADDITIVE, counted_by=CountedBy.SITES,
            target=Decimal(targets[project.number]), by=by, at=instant(later + timedelta(days=1)),
        )  # fmt: skip
    return standard


def _list_sites(cycle: Cycle, tale: Tale, team: Team, stage: Stage) -> None:
    """Import the sites from a workbook as an official would."""
    by, day = team.office, date(cycle.year, 3, 10)
    batch = imports.receive_import(
        kind="sites", area=cycle.area, cycle=cycle, file=_workbook(cycle, tale, team, stage),
        file_name=f"宁海县{cycle.year}年点位清单（演示）.xlsx", by=by, at=instant(day),
    )  # fmt: skip
    imports.preview_import(batch=batch, by=by, at=instant(day, 10, 5))
    imports.write_import(batch=batch, by=by, at=instant(day, 10, 20))


def listed(cycle: Cycle) -> list[Project]:
    """Return the projects of a year, by number."""
    return list(Project.objects.for_cycle(cycle).select_related("cycle__area").order_by("number"))


def _workbook(cycle: Cycle, tale: Tale, team: Team, stage: Stage) -> io.BytesIO:
    """Write the list of sites with the columns of the portal's own table."""
    chance, places = stage.chance(f"ninghai-sites-{cycle.year}"), Places(Area.objects.get(children=cycle.area))
    rows: list[dict[str, object]] = []
    for project in listed(cycle):
        name, count = tale.sites[project.number]
        for number in range(1, count + 1):
            longitude, latitude = places.point(cycle.area, chance)
            start = date(cycle.year, 3, 15) + timedelta(days=chance.randrange(60))
            rows.append(
                {
                    "project": project.number,
                    "indicator": INDICATOR,
                    "key": _key(cycle, project.number, number),
                    "name": f"{name}{number}号点" if count > 1 else name,
                    "area": cycle.area.code,
                    "address": f"宁海县演示路{chance.randrange(1, 300)}号",
                    "longitude": longitude,
                    "latitude": latitude,
                    "starts_on": start,
                    "due_on": start + timedelta(days=chance.randrange(120, 200)),
                    "organisation": team.units["works"].name_zh,
                    "standard": STANDARD,
                    "quantity_planned": 1,
                }
            )
    fields = [Field(heading, itemgetter(name)) for name, heading in HEADINGS.items() if name in rows[0]]
    file = io.BytesIO()
    xlsx_into(file, [Sheet("点位清单", fields, rows)])
    file.seek(0)
    return file


def _key(cycle: Cycle, project: int, number: int) -> str:
    return f"NH{cycle.year % 100:02}-{project:02}-{number:02}"


def _build(cycle: Cycle, tale: Tale, team: Team) -> None:
    """Report progress three times, complete and accept all sites but the unfinished, and close out what is done."""
    unit, year = team.people["works"], cycle.year
    unfinished = {_key(cycle, project, tale.sites[project][1]) for project in tale.moods}
    sites = list(Site.objects.for_cycle(cycle).select_related("project__cycle__area").order_by("key"))
    for site in sites:
        projects.start_sites(sites=[site], by=unit, at=instant(site.starts_on, 9)).insist()
    done = [site for site in sites if site.key not in unfinished]
    for number, day in enumerate((date(year, 8, 28), date(year, 10, 30), date(year, 11, 27))):
        projects.report_sites(
            entries=[SiteEntry(site.pk, Decimal(1), "已完工", is_completed=True) for site in done[number::3]],
            reported_on=day, idempotency_key=f"demo:ninghai:{year}:{number}", by=unit, at=instant(day, 17),
        )  # fmt: skip
    note = "主体已完成，设备安装推迟到下一年"
    late = [SiteEntry(site.pk, Decimal(0), note) for site in sites if site.key in unfinished]
    if late:
        projects.report_sites(
            entries=late, reported_on=date(year, 12, 4), idempotency_key=f"demo:ninghai:{year}:late", by=unit,
            at=instant(date(year, 12, 4), 17),
        )  # fmt: skip
    standard = Standard.objects.get(cycle=cycle)
    findings = {line.pk: Finding(is_met=True) for line in standard.lines.order_by("number")}
    leads = {organisation.pk: team.people[key] for key, organisation in team.units.items() if key in team.people}
    for place, site in enumerate(done):
        lead = leads[site.project.lead_organisation_id or 0]
        at = instant(date(year, 12, 1), 9) + timedelta(hours=place)
        projects.accept_sites(sites=[site], findings=findings, note="符合标准", by=lead, at=at).insist()
    for project in listed(cycle):
        if project.number not in tale.moods:
            projects.close_out_project(project=project, by=team.office, at=instant(date(year, 12, 14)))


def ask(cycle: Cycle, tale: Tale, team: Team, stage: Stage, *, days: tuple[date, date]) -> Survey:
    """Ask the public about each project: some by invitation, some by the QR code at the site.

    days: first and last day of the survey; the answers come within the first twenty.
    """
    chance, by, (first, last) = stage.chance(f"ninghai-survey-{cycle.year}"), team.office, days
    survey = surveys.create_survey(
        cycle=cycle, target=Target.PROJECT, title=f"{cycle.year}年民生实事满意度调查（演示）",
        question_zh="您对这个项目满意吗？", question_en="Are you satisfied with this project?",
        opens_on=first, closes_on=last, by=by, at=instant(first - timedelta(days=1), 15),
    )  # fmt: skip
    survey = surveys.open_survey(survey=survey, by=by, at=instant(first, 8))
    for project in listed(cycle):
        mood = tale.moods.get(project.number, MOOD)
        for number in range(chance.randint(16, 34)):
            answers.answer_by_qr(
                survey=survey,
                project=project,
                grade=chance.choices(GRADES, mood)[0],
                comment=chance.choice(REMARKS),
                key=f"{chance.getrandbits(64):020d}",
                origin=f"demo-{project.number}-{number}",
                at=instant(first + timedelta(days=chance.randrange(20)), 9 + chance.randrange(10)),
            )
        codes = surveys.draw_invitations(
            survey=survey, area=cycle.area, project=project, count=20, key=f"demo{survey.pk}-{project.pk}",
            by=by, at=instant(first, 9),
        )  # fmt: skip
        for code in codes[: chance.randint(9, 16)]:
            answers.answer_by_code(
                code=code,
                grade=chance.choices(GRADES, mood)[0],
                comment="",
                at=instant(first + timedelta(days=chance.randrange(20)), 20),
            )
    return survey


def _grade(cycle: Cycle, team: Team) -> None:
    """Enter the deputies' grades as they were published, the one that does not add up included."""
    titles = {project.title: project for project in listed(cycle)}
    for fact in facts.satisfaction(cycle.area.name_zh, cycle.year):
        published.enter_published_grade(
            cycle=cycle, evaluators="县人大代表", evaluated_on=date.fromisoformat(fact.evaluated), subject=fact.subject,
            counts=Counts(fact.satisfied or 0, fact.basically_satisfied or 0, fact.dissatisfied or 0),
            project=titles.get(fact.subject), source=citation(fact),
            note="合计与其他各项不同，疑为刊印有误，照原文登记。" if fact.note else "",
            by=team.office, at=instant(date(cycle.year + 1, 1, 25)),
        )  # fmt: skip
