"""The second half of a year: promised, built, supervised, judged, told."""

from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings

from livelihood.cycles.models import Cycle
from livelihood.cycles.states import Phase
from livelihood.imports import services as imports
from livelihood.imports.services import ImportWrong
from livelihood.jobs.models import Job, JobState
from livelihood.kernel.errors import Conflict, InvalidInput, NotAllowed
from livelihood.kernel.lights import Light
from projects import selectors as delivery
from projects import services as projects
from projects.models import AcceptanceLine, Allocation, Indicator, Notice, Project, Site, Standard
from projects.reports import selectors as reports
from projects.reports import services as reporting
from projects.reports.states import Language
from projects.services.progress import SiteEntry
from projects.services.sites import Finding
from projects.services.standards import LineInput
from projects.states import CountedBy, IndicatorKind, LightReason, NoticeState, ProjectState, SiteState
from projects.surveys import selectors as opinions
from projects.surveys.models import Survey
from projects.surveys.services import answers, figures, surveys
from projects.surveys.states import Grade, SurveyState, Target
from proposals.models import Candidate
from tests.workers import Worker, eventually
from tests.year.acts import advance, not_ready, report, upload
from tests.year.town import Town, day

STANDARD = "加装电梯标准"
SURVEY = "民生实事满意度调查"
REPORT_SECONDS = 60


def promise(people: Town, cycle: Cycle, listed: list[Candidate]) -> None:
    """Hand what was chosen over; say what is measured, where, and to which standard."""
    at = day(2025, 2, 5)
    with not_ready("The list has no project yet.", "2 chosen candidates are not on the list."):
        advance(people, cycle, Phase.DELIVER, at)
    projects.hand_over_projects(cycle=cycle, by=people.office, at=at)
    with pytest.raises(Conflict):
        projects.hand_over_projects(cycle=cycle, by=people.office, at=at)
    lifts, parks = Project.objects.for_cycle(cycle).order_by("number")
    assert [(row.number, row.title, row.candidate) for row in (lifts, parks)] == [
        (1, "加装电梯四部", listed[0]),
        (3, "公园照明改造", listed[2]),
    ]
    with not_ready("2 projects have no indicator."):
        advance(people, cycle, Phase.DELIVER, at)
    for project, name, unit, kind, counted_by, target in [
        (lifts, "加装电梯", "部", IndicatorKind.ADDITIVE, CountedBy.SITES, 4),
        (lifts, "覆盖率", "%", IndicatorKind.RATE, CountedBy.AREAS, 80),
        (parks, "改造公园", "个", IndicatorKind.ADDITIVE, CountedBy.SITES, 1),
    ]:
        projects.add_indicator(
            project=project,
            name=name,
            unit=unit,
            kind=kind,
            counted_by=counted_by,
            target=Decimal(target),
            by=people.office,
            at=at,
        )
    built = Indicator.objects.get(name="加装电梯")
    too_much = {people.east: Decimal(3), people.west: Decimal(2)}
    with pytest.raises(InvalidInput):
        projects.allocate_indicator(indicator=built, targets=too_much, by=people.office, at=at)
    assert not Allocation.objects.exists()
    shares = too_much | {people.west: Decimal(1)}
    projects.allocate_indicator(indicator=built, targets=shares, by=people.office, at=at)
    lines = [LineInput("载重", "现场查看", "≥ 630", "kg"), LineInput("无障碍", "现场查看", "有")]
    projects.add_standard(cycle=cycle, title=STANDARD, lines=lines, by=people.office, at=at)


def list_sites(people: Town, cycle: Cycle) -> None:
    """Import the sites from a real workbook, after one that promises too much."""
    at = day(2025, 2, 20)
    lift = {
        "project": 1,
        "indicator": "加装电梯",
        "starts_on": date(2025, 3, 1),
        "due_on": date(2025, 9, 30),
        "organisation": "城建公司",
        "standard": STANDARD,
        "quantity_planned": 1,
    }
    places = [people.east, people.east, people.east, people.west]
    rows = [
        lift | {"key": f"L{number}", "name": f"幸福小区{number}幢", "area": area.code}
        for number, area in enumerate(places, start=1)
    ]
    park = {"project": 3, "indicator": "改造公园", "key": "P1", "name": "中山公园", "standard": None}
    rows.append(rows[0] | park)

    batch = upload(people, cycle, [*rows, rows[3] | {"key": "L5", "name": "多出的一部"}], at)
    assert {name: batch.counts[name] for name in ("total", "new", "wrong")} == {"total": 6, "new": 5, "wrong": 1}
    with not_ready("1 import is neither written nor dropped."):
        advance(people, cycle, Phase.DELIVER, at)
    with pytest.raises(ImportWrong):
        imports.write_import(batch=batch, by=people.department, at=at)
    assert not Site.objects.exists()
    imports.drop_import(batch=batch, by=people.department, at=at)

    batch = upload(people, cycle, rows, at)
    imports.write_import(batch=batch, by=people.department, at=at)
    same = upload(people, cycle, rows, at)
    assert {name: same.counts.get(name, 0) for name in ("new", "changed", "unchanged")} == {
        "new": 0,
        "changed": 0,
        "unchanged": 5,
    }
    imports.drop_import(batch=same, by=people.department, at=at)
    standard = Standard.objects.get()
    assert {site.key: (site.light, site.state, site.standard) for site in Site.objects.for_cycle(cycle)} == {
        **dict.fromkeys(["L1", "L2", "L3", "L4"], (Light.GREY, SiteState.PLANNED, standard)),
        "P1": (Light.GREY, SiteState.PLANNED, None),
    }


def build(people: Town, cycle: Cycle) -> None:
    """Report progress, inspect line by line, close out what is finished."""
    report(people, "L1", 1, date(2025, 6, 1), is_completed=True)
    report(people, "L2", 1, date(2025, 6, 1), is_completed=True)
    report(people, "L3", 0, date(2025, 6, 1))
    report(people, "P1", 1, date(2025, 7, 1), is_completed=True)
    with pytest.raises(projects.GridRefused):
        report(people, "L1", 2, date(2025, 6, 2))
    projects.report_area(
        indicator=Indicator.objects.get(name="覆盖率"),
        area=people.city,
        quantity=Decimal(170),
        base=Decimal(200),
        reported_on=date(2025, 6, 1),
        idempotency_key="coverage",
        by=people.department,
        at=day(2025, 6, 1),
    )

    at = day(2025, 7, 10)
    first, second, park = (Site.objects.get(key=key) for key in ("L1", "L2", "P1"))
    load, access = Standard.objects.get().lines.order_by("number")
    met = {load.pk: Finding(is_met=True), access.pk: Finding(is_met=True)}
    unmet = met | {access.pk: Finding(is_met=False, note="坡道缺失")}
    projects.accept_sites(sites=[first], findings=met, by=people.department, at=at).insist()
    with pytest.raises(InvalidInput):
        projects.accept_sites(sites=[second], findings=unmet, by=people.department, at=at).insist()
    projects.return_site(site=second, findings=unmet, by=people.department, at=at)
    done = SiteEntry(second.pk, second.quantity_done, is_completed=True)
    projects.report_sites(entries=[done], reported_on=at.date(), idempotency_key="again", by=people.unit, at=at)
    projects.accept_sites(sites=[second], findings=met, by=people.department, at=at).insist()
    projects.accept_sites(sites=[park], findings={}, by=people.department, at=at).insist()
    assert AcceptanceLine.objects.count() == 6

    lifts, parks = Project.objects.for_cycle(cycle).order_by("number")
    projects.close_out_project(project=parks, by=people.office, at=at)
    with not_ready("2 sites are not accepted.", "加装电梯 has not reached its target."):
        projects.close_out_project(project=lifts, by=people.office, at=at)


def supervise(people: Town, cycle: Cycle) -> None:
    """Bring two late sites their notices: one is fixed, one never."""
    at = day(2025, 10, 8)
    assert projects.refresh_lights(cycle=cycle, at=at) == 2
    assert projects.issue_notices(cycle=cycle, at=at) == 2
    assert projects.issue_notices(cycle=cycle, at=at) == 0
    late = Site.objects.get(key="L3")
    assert (late.light, late.light_reason) == (Light.RED, LightReason.OVERDUE)
    with not_ready("2 notices are not answered."):
        advance(people, cycle, Phase.DELIVER, at)
    fixed, never = Notice.objects.order_by("site__key")
    for notice in (fixed, never):
        assert notice.due_on == date(2025, 10, 15)
        projects.answer_notices(
            notices=[notice], answer="电梯厂家延迟交货，本月底完成。", by=people.unit, at=at
        ).insist()
    with pytest.raises(InvalidInput):
        projects.close_notice(notice=fixed, finding="已完成。", by=people.supervision, at=at)
    projects.return_notice(
        notice=never, finding="请说明具体日期。", answer_by=date(2025, 10, 20), by=people.supervision, at=at
    )
    projects.answer_notices(
        notices=[never], answer="居民意见不一，今年不能完成。", by=people.unit, at=day(2025, 10, 20)
    ).insist()

    report(people, "L3", 1, date(2025, 10, 28), is_completed=True)
    at = day(2025, 10, 30)
    findings = {line.pk: Finding(is_met=True) for line in Standard.objects.get().lines.all()}
    projects.accept_sites(sites=[late], findings=findings, by=people.department, at=at).insist()
    projects.close_notice(notice=fixed, finding="现场查看，已完成。", by=people.supervision, at=at)
    states = [notice.state for notice in Notice.objects.order_by("site__key")]
    assert states == [NoticeState.CLOSED, NoticeState.ANSWERED]

    assert projects.recount_figures() == []
    lifts, parks = delivery.delivered(cycle)
    assert [(row.name, row.figure.value, row.figure.is_reached) for row in lifts.indicators] == [
        ("加装电梯", Decimal(3), False),
        ("覆盖率", Decimal(85), True),
    ]
    assert (lifts.sites.total, lifts.sites.accepted, lifts.sites.planned) == (4, 3, 1)
    assert (parks.state, parks.sites.accepted) == (ProjectState.CLOSED_OUT, 1)
    advance(people, cycle, Phase.DELIVER, day(2025, 11, 30))


def ask(people: Town, cycle: Cycle) -> None:
    """Ask who was invited and who passes by; freeze what they say."""
    at = day(2025, 12, 2)
    survey = surveys.create_survey(
        cycle=cycle,
        target=Target.PROJECT,
        title=SURVEY,
        question_zh="您对这个项目满意吗？",
        opens_on=date(2025, 12, 2),
        closes_on=date(2025, 12, 15),
        by=people.office,
        at=at,
    )
    lifts = Project.objects.get(number=1)
    codes = surveys.draw_invitations(
        survey=survey, area=people.east, count=6, key="draw", project=lifts, by=people.office, at=at
    )
    with pytest.raises(answers.UnknownCode):
        answers.answer_by_code(code=codes[0], grade=Grade.SATISFIED, comment="", at=at)
    surveys.open_survey(survey=survey, by=people.office, at=at)
    grades = [Grade.SATISFIED] * 3 + [Grade.BASICALLY_SATISFIED, Grade.DISSATISFIED]
    for code, grade in zip(codes, grades, strict=False):
        answers.answer_by_code(code=code, grade=grade, comment="", at=day(2025, 12, 3))
    with pytest.raises(answers.AlreadyAnswered):
        answers.answer_by_code(code=codes[0], grade=Grade.DISSATISFIED, comment="", at=day(2025, 12, 3))
    assert answer_at_the_gate(survey, lifts, Grade.SATISFIED, "0123456789abcdefghij")
    assert not answer_at_the_gate(survey, lifts, Grade.SATISFIED, "0123456789abcdefghij")
    with pytest.raises(answers.AlreadyAnswered):
        answer_at_the_gate(survey, lifts, Grade.DISSATISFIED, "abcdefghij0123456789")
    assert figures.aggregate_arrivals(survey_id=survey.pk, at=day(2025, 12, 5)) == 6

    with not_ready(
        f"The figures of the survey “{SURVEY}” are not frozen.",
        "The year-end announcement is not published.",
        "The year-end report in Chinese is not built.",
    ):
        advance(people, cycle, Phase.EVALUATE, day(2025, 12, 16))
    surveys.close_survey(survey=survey, by=people.office, at=day(2025, 12, 16))
    surveys.freeze_survey(survey=survey, by=people.office, at=day(2025, 12, 16))
    survey.refresh_from_db()
    assert survey.state == SurveyState.FROZEN
    said = {str(line.channel): line.counts for line in opinions.satisfaction_of_project(lifts)}
    assert {channel: (row.satisfied, row.basically_satisfied, row.dissatisfied) for channel, row in said.items()} == {
        "invitation": (3, 1, 1),
        "qr": (1, 0, 0),
    }
    (outcome,) = opinions.satisfaction(cycle)
    assert (outcome.invited, outcome.answered) == (6, 5)


def answer_at_the_gate(survey: Survey, project: Project, grade: Grade, key: str) -> bool:
    """Answer by QR code, always from the same phone."""
    return answers.answer_by_qr(
        survey=survey, project=project, grade=grade, comment="", key=key, origin="one phone", at=day(2025, 12, 4)
    )


def tell(people: Town, cycle: Cycle, log: Path) -> None:
    """Announce every site, and have a worker build the report."""
    at = day(2025, 12, 20)
    with pytest.raises(Conflict):
        reporting.publish_announcement(cycle=cycle, basis="0" * 64, by=people.office, at=at)
    basis = reports.basis_of(cycle)
    announcement = reporting.publish_announcement(cycle=cycle, basis=basis, by=people.office, at=at)
    states = Counter(announcement.sites.values_list("state", flat=True))
    assert states == {SiteState.ACCEPTED: 4, SiteState.PLANNED: 1}
    unbuilt = "The year-end report in Chinese is not built."
    with not_ready(unbuilt):
        advance(people, cycle, Phase.EVALUATE, at)
    asked = reporting.request_report(cycle=cycle, language=Language.CHINESE, by=people.office, at=at)
    with not_ready(unbuilt):
        advance(people, cycle, Phase.EVALUATE, at)
    with Worker(log):
        eventually(lambda: Job.objects.filter(pk=asked.job_id, state=JobState.DONE).exists(), REPORT_SECONDS)
    assert asked.figures["totals"] == {
        "projects": 2,
        "projects_reached": 1,
        "indicators": 3,
        "indicators_with_target": 3,
        "indicators_reached": 2,
        "sites": 5,
        "sites_completed": 0,
        "sites_accepted": 4,
        "standard_lines": 6,
        "standard_lines_met": 6,
    }
    heads = {file.file_format: Path(settings.MEDIA_ROOT, file.name).read_bytes()[:4] for file in asked.files.all()}
    assert heads == {"pdf": b"%PDF", "xlsx": b"PK\x03\x04"}
    assert reporting.request_report(cycle=cycle, language=Language.CHINESE, by=people.office, at=at) == asked
    advance(people, cycle, Phase.EVALUATE, day(2025, 12, 31))
    with pytest.raises(NotAllowed):
        reporting.request_report(cycle=cycle, language=Language.ENGLISH, by=people.office, at=at)
