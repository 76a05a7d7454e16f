"""Ninghai 2020 from the hand-over to the closed year: sites from a workbook, acceptance, survey, announcement, report.

Published: the ten projects, and that eight were done, one mostly and one not. Which ones, and all sites, is made up.
"""

import io
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from operator import itemgetter

from livelihood.cycles.models import Area, Cycle
from livelihood.demo import facts
from livelihood.demo.people import Team
from livelihood.demo.places import Places
from livelihood.demo.stage import Stage, citation, instant
from livelihood.imports import services as imports
from livelihood.jobs.models import JobState
from livelihood.kernel.exports import Field, Sheet, xlsx_into
from projects import services as projects
from projects.exporters import HEADINGS
from projects.models import Project, Site, Standard
from projects.reports import selectors as reporting
from projects.reports import services as reports
from projects.reports.states import Language
from projects.services import SiteEntry
from projects.services.sites import Finding
from projects.services.standards import LineInput
from projects.states import CountedBy, IndicatorKind
from projects.surveys.aggregation import Counts
from projects.surveys.services import answers, figures, published, surveys
from projects.surveys.states import Grade, Target

INDICATOR = "完工点位"

# number of the project → what its sites are called, and how many there are
SITES = {
    1: ("美丽乡村村庄", 8), 2: ("饮用水提标村", 10), 3: ("农村公路路段", 9), 4: ("高中校舍", 3),
    5: ("前童镇中心小学", 1), 6: ("第二医院总院", 1), 7: ("居家养老服务中心", 3), 8: ("停车场", 6),
    9: ("城南消防站", 1), 10: ("垃圾中转站", 4),
}  # fmt: skip
MOSTLY_DONE, NOT_DONE = 10, 6

STANDARD = "民生实事点位通用标准（演示）"
LINES = [
    LineInput("按批准的内容全部建成", "对照清单逐项查看", "是"),
    LineInput("质量和安全资料齐全", "查阅资料", "是"),
    LineInput("无障碍通道宽度", "现场丈量", "≥ 0.9", "米"),
    LineInput("现场公示标准和监督电话", "现场查看", "是"),
]

GRADES = [Grade.SATISFIED, Grade.BASICALLY_SATISFIED, Grade.DISSATISFIED]
MOODS = {MOSTLY_DONE: (60, 30, 10), NOT_DONE: (35, 40, 25)}
MOOD = (78, 18, 4)
"""How people judge, in per cent for each grade: made up."""

REMARKS = ["", "", "", "建得好，方便多了。", "希望后续维护跟上。", "晚上灯光再亮一点就更好了。"]


def live(cycle: Cycle, team: Team, stage: Stage) -> Iterator[str]:
    """Deliver, evaluate and close the year."""
    yield "sites from a workbook"
    projects.hand_over_projects(cycle=cycle, by=team.office, at=instant(date(2020, 2, 4)))
    _list_sites(cycle, team, stage)
    yield "progress and acceptance"
    _build(cycle, team)
    if not stage.moves_on(cycle, by=team.office, at=instant(date(2020, 12, 15))):
        return
    yield "survey"
    _ask(cycle, team, stage)
    yield "published grades"
    _grade(cycle, team)
    yield "announcement and report"
    _tell(cycle, team)
    stage.moves_on(cycle, by=team.office, at=instant(date(2021, 2, 1)))


def _list_sites(cycle: Cycle, team: Team, stage: Stage) -> None:
    """Say what is measured, and import the sites from a workbook as an official would."""
    by = team.office
    projects.add_standard(cycle=cycle, title=STANDARD, lines=LINES, by=by, at=instant(date(2020, 2, 20)))
    for project in _projects(cycle):
        projects.add_indicator(
            project=project, name=INDICATOR, unit="个", kind=IndicatorKind.ADDITIVE, counted_by=CountedBy.SITES,
            target=Decimal(SITES[project.number][1]), by=by, at=instant(date(2020, 2, 21)),
        )  # fmt: skip
    batch = imports.receive_import(
        kind="sites", area=cycle.area, cycle=cycle, file=_workbook(cycle, team, stage),
        file_name="宁海县2020年点位清单（演示）.xlsx", by=by, at=instant(date(2020, 3, 10)),
    )  # fmt: skip
    imports.preview_import(batch=batch, by=by, at=instant(date(2020, 3, 10), 10, 5))
    imports.write_import(batch=batch, by=by, at=instant(date(2020, 3, 10), 10, 20))


def _projects(cycle: Cycle) -> list[Project]:
    return list(Project.objects.for_cycle(cycle).select_related("cycle__area").order_by("number"))


def _workbook(cycle: Cycle, team: Team, stage: Stage) -> io.BytesIO:
    """Write the list of sites with the columns of the portal's own table."""
    chance, places = stage.chance("ninghai-sites"), Places(Area.objects.get(children=cycle.area))
    rows: list[dict[str, object]] = []
    for project in _projects(cycle):
        name, count = SITES[project.number]
        for number in range(1, count + 1):
            longitude, latitude = places.point(cycle.area, chance)
            start = date(2020, 3, 15) + timedelta(days=chance.randrange(60))
            rows.append(
                {
                    "project": project.number,
                    "indicator": INDICATOR,
                    "key": f"NH20-{project.number:02}-{number:02}",
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


def _build(cycle: Cycle, team: Team) -> None:
    """Report progress three times, complete and accept all sites but two, and close out what is done."""
    unit, unfinished = team.people["works"], {f"NH20-{MOSTLY_DONE:02}-04", f"NH20-{NOT_DONE:02}-01"}
    sites = list(Site.objects.for_cycle(cycle).select_related("project__cycle__area").order_by("key"))
    for site in sites:
        projects.start_sites(sites=[site], by=unit, at=instant(site.starts_on, 9)).insist()
    done = [site for site in sites if site.key not in unfinished]
    for number, day in enumerate((date(2020, 8, 28), date(2020, 10, 30), date(2020, 11, 27))):
        projects.report_sites(
            entries=[SiteEntry(site.pk, Decimal(1), "已完工", is_completed=True) for site in done[number::3]],
            reported_on=day, idempotency_key=f"demo:ninghai:{number}", by=unit, at=instant(day, 17),
        )  # fmt: skip
    note = "主体已完成，设备安装推迟到下一年"
    late = [SiteEntry(site.pk, Decimal(0), note) for site in sites if site.key in unfinished]
    projects.report_sites(
        entries=late, reported_on=date(2020, 12, 4), idempotency_key="demo:ninghai:late", by=unit,
        at=instant(date(2020, 12, 4), 17),
    )  # fmt: skip
    standard = Standard.objects.get(cycle=cycle)
    findings = {line.pk: Finding(is_met=True) for line in standard.lines.order_by("number")}
    leads = {organisation.pk: team.people[key] for key, organisation in team.units.items() if key in team.people}
    for place, site in enumerate(done):
        lead = leads[site.project.lead_organisation_id or 0]
        at = instant(date(2020, 12, 1), 9) + timedelta(hours=place)
        projects.accept_sites(sites=[site], findings=findings, note="符合标准", by=lead, at=at).insist()
    for project in _projects(cycle):
        if project.number not in (MOSTLY_DONE, NOT_DONE):
            projects.close_out_project(project=project, by=team.office, at=instant(date(2020, 12, 14)))


def _ask(cycle: Cycle, team: Team, stage: Stage) -> None:
    """Ask the public about each project: some by invitation, some by the QR code at the site."""
    chance, by, first = stage.chance("ninghai-survey"), team.office, date(2020, 12, 16)
    survey = surveys.create_survey(
        cycle=cycle, target=Target.PROJECT, title="2020年民生实事满意度调查（演示）",
        question_zh="您对这个项目满意吗？", question_en="Are you satisfied with this project?",
        opens_on=first, closes_on=date(2021, 1, 10), by=by, at=instant(date(2020, 12, 15), 15),
    )  # fmt: skip
    survey = surveys.open_survey(survey=survey, by=by, at=instant(first, 8))
    for project in _projects(cycle):
        mood = MOODS.get(project.number, MOOD)
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
    figures.aggregate_waiting(at=instant(date(2021, 1, 5)))
    surveys.close_survey(survey=survey, by=by, at=instant(date(2021, 1, 11)))
    surveys.freeze_survey(survey=survey, by=by, at=instant(date(2021, 1, 12)))


def _grade(cycle: Cycle, team: Team) -> None:
    """Enter the deputies' grades as they were published, the one that does not add up included."""
    titles = {project.title: project for project in _projects(cycle)}
    for fact in facts.satisfaction(cycle.area.name_zh, cycle.year):
        published.enter_published_grade(
            cycle=cycle, evaluators="县人大代表", evaluated_on=date.fromisoformat(fact.evaluated), subject=fact.subject,
            counts=Counts(fact.satisfied or 0, fact.basically_satisfied or 0, fact.dissatisfied or 0),
            project=titles.get(fact.subject), source=citation(fact),
            note="合计与其他各项不同，疑为刊印有误，照原文登记。" if fact.note else "",
            by=team.office, at=instant(date(2021, 1, 25)),
        )  # fmt: skip


def _tell(cycle: Cycle, team: Team) -> None:
    """Announce every project and site, and build the report in both languages, here and now: no worker need run."""
    by = team.office
    reports.publish_announcement(cycle=cycle, basis=reporting.basis_of(cycle), by=by, at=instant(date(2021, 1, 20)))
    for language in Language:
        report = reports.request_report(cycle=cycle, language=language, by=by, at=instant(date(2021, 1, 25)))
        reports.run_build(report.job_id, at=instant(date(2021, 1, 25), 10, 1))
        report.job.refresh_from_db()
        if report.job.state != JobState.DONE:
            raise RuntimeError(f"The report of Ninghai 2020 was not built: {report.job.problem}")
