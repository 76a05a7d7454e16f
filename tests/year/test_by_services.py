"""One year from the letter to the report, lived through services alone: by the deputies' vote, and by review."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from livelihood.audit.models import Entry
from livelihood.cycles.models import Cycle
from livelihood.cycles.states import DecisionMode, Phase
from livelihood.kernel.errors import Conflict, NotAllowed
from projects import selectors as delivery
from projects import services as projects
from projects.models import Project
from projects.reports import selectors as reports
from projects.reports import services as reporting
from projects.reports.states import Language
from projects.reports.tasks import build_report
from projects.states import CountedBy, IndicatorKind
from proposals import selectors as intake
from proposals import services as proposals
from proposals.models import Need, Suggestion
from tests.journal import is_whole, translated
from tests.workers import wipe_redis
from tests.year.acts import (
    accept,
    advance,
    draft,
    journal,
    not_ready,
    open_need,
    open_year,
    publish_letter,
    report,
    steps,
    suggest,
    write_sheet,
)
from tests.year.town import Town, day, town
from tests.year.until_decided import collect, decide, plan, screen
from tests.year.until_told import ask, build, list_sites, promise, supervise, tell
from voting import selectors as decisions
from voting import services as voting
from voting.states import OpinionBody

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_year_decided_by_the_deputies(in_english: None, tmp_path: Path):
    wipe_redis()
    people = town()
    cycle = open_year(people, DecisionMode.VOTE)

    first = collect(people, cycle)
    screen(people, cycle)
    listed = plan(people, cycle)
    decide(people, cycle, listed)
    promise(people, cycle, listed)
    list_sites(people, cycle)
    build(people, cycle)
    supervise(people, cycle)
    ask(people, cycle)
    tell(people, cycle, tmp_path / "worker")

    assert cycle.phase == Phase.CLOSED
    assert_nothing_can_be_done(people, cycle)
    followed = intake.followed_suggestion(cycle, first.number, first.code)
    assert followed is not None
    (need,) = intake.needs_of_suggestion(followed.suggestion)
    assert steps(Need.objects.get(pk=need.pk)) == [
        ("2 people asked for this", "done"),
        ("老楼加装电梯", "current"),
        ("加装电梯四部", "done"),
        ("Chosen", "done"),
        ("加装电梯四部", "done"),
        ("3 of 4 completed", "open"),
        ("6 answers", "done"),
    ]
    assert is_whole()
    assert translated() == set()
    assert journal() == {
        "cycle.opened": 1,
        "cycle.begun": 1,
        "cycle.advanced": 5,
        "letter.drafted": 1,
        "letter.published": 1,
        "suggestion.received": 7,
        "suggestion.accepted": 5,
        "suggestion.declined": 1,
        "suggestion.handed_over": 1,
        "suggestion.linked": 5,
        "suggestion.replied": 1,
        "suggestion.contact_read": 1,
        "need.opened": 4,
        "candidate.drafted": 5,
        "candidate.sheet_written": 4,
        "candidate.proposed": 4,
        "candidate.dropped": 1,
        "candidates.frozen": 1,
        "round.created": 2,
        "round.rules_locked": 2,
        "roll.imported": 1,
        "round.roll_locked": 2,
        "round.sign_in_opened": 2,
        "deputy.signed_in": 5,
        "round.in_term_stated": 1,
        "round.step_proposed": 8,
        "round.opened": 2,
        "ballot.cast": 10,
        "round.closed": 2,
        "round.counted": 2,
        "log.checked": 2,
        "round.officers_named": 1,
        "round.announced": 2,
        "project.handed_over": 2,
        "indicator.added": 3,
        "indicator.allocated": 1,
        "standard.added": 1,
        "import.received": 3,
        "import.dropped": 2,
        "import.written": 1,
        "site.reported": 6,
        "indicator.reported": 1,
        "site.accept": 4,
        "site.return": 1,
        "project.closed_out": 1,
        "notices.issued": 1,
        "notice.answered": 3,
        "notice.returned": 1,
        "notice.closed": 1,
        "survey.created": 1,
        "survey.invitations_drawn": 1,
        "survey.opened": 1,
        "survey.closed": 1,
        "survey.frozen": 1,
        "announcement.published": 1,
        "report.requested": 1,
        "report.built": 1,
    }


def assert_nothing_can_be_done(people: Town, cycle: Cycle) -> None:
    at, before = day(2025, 12, 31), Entry.objects.count()
    for act in (
        lambda: suggest(people, cycle, "已关闭后的建议", at),
        lambda: open_need(people, cycle, "已关闭后的需求", at),
        lambda: report(people, "L4", 1, date(2025, 12, 31), is_completed=True),
        lambda: advance(people, cycle, Phase.CLOSED, at),
    ):
        with pytest.raises((NotAllowed, projects.GridRefused)):
            act()
    assert Entry.objects.count() == before


def test_a_year_reviewed_by_the_two_sessions(in_english: None):
    people = town()
    cycle = open_year(people, DecisionMode.REVIEW)
    publish_letter(people, cycle)
    cycle.refresh_from_db()
    receipt = suggest(people, cycle, "社区没有食堂", day(2024, 10, 15))
    advance(people, cycle, Phase.SOLICIT, day(2024, 11, 16))

    at = day(2024, 11, 20)
    suggestion = Suggestion.objects.get(pk=receipt.suggestion_id)
    accept(people, suggestion, at)
    food, books = open_need(people, cycle, "社区食堂", at), open_need(people, cycle, "社区书房", at)
    proposals.link_suggestion(suggestion=suggestion, need=food, by=people.office, at=at)
    for need, title in ((food, "新建食堂三处"), (books, "新建书房")):
        candidate = draft(people, cycle, need, title, at)
        write_sheet(people, candidate, at)
        proposals.propose_candidate(candidate=candidate, by=people.department, at=at)
    proposals.freeze_candidates(cycle=cycle, by=people.office, at=at)
    advance(people, cycle, Phase.PLAN, day(2024, 12, 31))

    at = day(2025, 1, 10)
    with pytest.raises(NotAllowed):
        voting.create_round(cycle=cycle, title="票决", seats=1, by=people.congress, at=at)
    with not_ready("The list has not been submitted to the two sessions."):
        advance(people, cycle, Phase.DECIDE, at)
    review = voting.submit_list(cycle=cycle, session="市九届人大四次会议", by=people.office, at=at)
    canteens, rooms = review.items.order_by("number")
    asked = voting.give_opinion(
        review=review,
        body=OpinionBody.CONGRESS,
        text="食堂应当靠近老年公寓。",
        items=[canteens],
        by=people.deputies[0],
        at=at,
    )
    doubted = voting.give_opinion(
        review=review, body=OpinionBody.CPPCC, text="书房选址尚未落实。", items=[rooms], by=people.member, at=at
    )
    with pytest.raises(NotAllowed):
        voting.adopt_list(review=review, document="决议", adopted_date=at.date(), by=people.congress, at=at)
    with not_ready("2 opinions wait for an answer.", "The list has not been adopted."):
        advance(people, cycle, Phase.DECIDE, at)
    voting.answer_opinion(
        opinion=asked, answer="采纳，选址时优先考虑。", change="增加选址要求", by=people.office, at=at
    )
    voting.answer_opinion(opinion=doubted, answer="采纳，暂不列入。", by=people.department, at=at)
    voting.adopt_list(
        review=review,
        document="《政府工作报告》浙政发2025年第1号",
        adopted_date=date(2025, 1, 20),
        left_out={rooms.pk: "选址尚未落实，转入储备。"},
        by=people.congress,
        at=day(2025, 1, 21),
    )
    assert [(row.number, str(row.basis), row.decided_on) for row in decisions.elected(cycle)] == [
        (1, "Adopted: 《政府工作报告》浙政发2025年第1号", date(2025, 1, 20))
    ]
    advance(people, cycle, Phase.DECIDE, day(2025, 1, 31))

    project = deliver(people, cycle)

    at = day(2025, 12, 20)
    basis = reports.basis_of(cycle)
    reporting.publish_announcement(cycle=cycle, basis=basis, by=people.office, at=at)
    year_end = reporting.request_report(cycle=cycle, language=Language.CHINESE, by=people.office, at=at)
    build_report(job_id=year_end.job_id)
    assert {file.file_format for file in year_end.files.all()} == {"pdf", "xlsx"}
    advance(people, cycle, Phase.EVALUATE, day(2025, 12, 31))

    assert cycle.phase == Phase.CLOSED
    project.refresh_from_db()
    assert steps(project) == [
        ("1 person asked for this", "done"),
        ("社区食堂", "done"),
        ("新建食堂三处", "done"),
        ("Adopted: 《政府工作报告》浙政发2025年第1号", "done"),
        ("新建食堂三处", "current"),
        ("0 of 0 completed", "done"),
        ("Not yet", "open"),
    ]
    assert is_whole()
    assert translated() == set()
    assert {act: count for act, count in journal().items() if act.startswith(("review.", "opinion."))} == {
        "review.submitted": 1,
        "opinion.given": 2,
        "opinion.answered": 2,
        "review.adopted": 1,
    }


def deliver(people: Town, cycle: Cycle) -> Project:
    """Hand the one adopted item over, and report on it by areas."""
    at = day(2025, 2, 5)
    (project,) = projects.hand_over_projects(cycle=cycle, by=people.office, at=at)
    indicator = projects.add_indicator(
        project=project,
        name="新建食堂",
        unit="处",
        kind=IndicatorKind.ADDITIVE,
        counted_by=CountedBy.AREAS,
        target=Decimal(3),
        by=people.office,
        at=at,
    )
    for area, quantity in ((people.east, 2), (people.west, 1)):
        projects.report_area(
            indicator=indicator,
            area=area,
            quantity=Decimal(quantity),
            base=None,
            reported_on=date(2025, 8, 1),
            idempotency_key=area.slug,
            by=people.department,
            at=day(2025, 8, 1),
        )
    with pytest.raises(Conflict):
        projects.report_area(
            indicator=indicator,
            area=people.city,
            quantity=Decimal(3),
            base=None,
            reported_on=date(2025, 8, 1),
            idempotency_key="whole",
            by=people.department,
            at=day(2025, 8, 1),
        )
    projects.close_out_project(project=project, by=people.office, at=day(2025, 8, 2))
    assert [row.figure.value for row in delivery.delivered(cycle)[0].indicators] == [Decimal(3)]
    assert projects.recount_figures() == []
    advance(people, cycle, Phase.DELIVER, day(2025, 11, 30))
    return project
