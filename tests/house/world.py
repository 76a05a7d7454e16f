"""One area with a year in every phase, each with its objects; and somebody for every role."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.utils import timezone, translation

from livelihood.accounts.models import Mandate, User
from livelihood.accounts.roles import TAKE_TWO, Role
from livelihood.cycles.models import Adoption, Area, Cycle
from livelihood.cycles.states import DecisionMode, OrganisationKind, Phase
from livelihood.imports import services as imports
from livelihood.imprint import services as imprint
from livelihood.imprint.declared import SETTINGS
from livelihood.imprint.values import Content
from livelihood.inbox import services as inbox
from livelihood.inbox.models import Message
from livelihood.inbox.services import Telling
from livelihood.inbox.states import MessageKind
from livelihood.jobs import pulse
from livelihood.jobs.models import Job, JobState
from livelihood.kernel.listings import listings
from livelihood.kernel.uploads import FileKind
from livelihood.lists import services as lists
from livelihood.lists.states import ListFormat
from projects.models import Notice, Site
from projects.reports import services as reporting
from projects.reports.models import Report
from projects.states import CountedBy, SiteState
from projects.surveys.states import SurveyState
from proposals import services as proposals
from proposals.models import DeskNote, ListedWord, Objection, ProgressWord, Reply, ReplyDraft, ReplyTemplate
from proposals.states import CandidateState, LetterState, ListedKind
from tests.factories.frame import (
    NOW,
    AspectFactory,
    CityFactory,
    CountyFactory,
    CycleFactory,
    LeaveFactory,
    MandateFactory,
    OrganisationFactory,
    PasskeyFactory,
    UserFactory,
    official,
)
from tests.factories.news import NewsFactory
from tests.factories.projects import IndicatorFactory, ProjectFactory, SiteFactory, StandardLineFactory
from tests.factories.proposals import (
    ANSWER,
    AcceptedFactory,
    CandidateFactory,
    CandidateNeedFactory,
    ContactFactory,
    CostLineFactory,
    NeedFactory,
    NeedLinkFactory,
    OpenLetterFactory,
    SheetFactory,
)
from tests.factories.reports import announce, ask_for_report, judged_year
from tests.factories.surveys import SurveyFactory
from tests.factories.voting import freeze, plenary
from tests.scans import scan
from tests.year.town import sites_workbook
from voting import services as voting
from voting.models import Review
from voting.states import OpinionBody, RoundState, Step

YEARS = {
    "solicit": (2030, Phase.SOLICIT, DecisionMode.VOTE),
    "plan": (2029, Phase.PLAN, DecisionMode.VOTE),
    "decide": (2028, Phase.DECIDE, DecisionMode.VOTE),
    "review": (2027, Phase.DECIDE, DecisionMode.REVIEW),
    "adopt": (2026, Phase.DECIDE, DecisionMode.REVIEW),
    "adopted": (2021, Phase.DECIDE, DecisionMode.REVIEW),
    "deliver": (2025, Phase.DELIVER, DecisionMode.VOTE),
    "evaluate": (2024, Phase.EVALUATE, DecisionMode.VOTE),
    "decided": (2022, Phase.DECIDE, DecisionMode.VOTE),
    "tell": (2023, Phase.EVALUATE, DecisionMode.VOTE),
    "draft": (2031, Phase.DRAFT, DecisionMode.VOTE),
    "come": (2032, Phase.DRAFT, DecisionMode.ELSEWHERE),
    "brought": (2020, Phase.DELIVER, DecisionMode.ELSEWHERE),
}
"""A short name → year, phase, mode. The twin of a year, without any object, is EMPTY_AFTER years later."""

EMPTY_AFTER = 30


@dataclass
class World:
    """The area, its people, and what an address may name.

    people: role → somebody who holds it here. stranger: holds every role in other cities. idle: has no mandate.
    names: year → the parts of its addresses.
    """

    area: Area
    people: dict[Role, User]
    stranger: User
    idle: User
    names: dict[str, dict[str, Any]]


def build() -> World:
    """Make everything; a worker has just been seen."""
    pulse.leave(at=timezone.now())
    area = CityFactory(code="330700", slug="here")
    county = CountyFactory(parent=area, code="330702", slug="east")
    works = OrganisationFactory(area=area)
    builder = OrganisationFactory(area=area, kind=OrganisationKind.IMPLEMENTING_UNIT)
    units = {Role.DEPARTMENT: works, Role.IMPLEMENTING_UNIT: builder}
    people = {role: official(role, area, units.get(role)) for role in Role}
    elsewhere = CityFactory(code="330800", slug="elsewhere")
    stranger = UserFactory()
    for role in Role:  # two that confirm each other are never one person's in one place
        place = CityFactory(code=f"33{90 + TAKE_TWO.index(role)}00") if role in TAKE_TWO else elsewhere
        MandateFactory(user=stranger, role=role, area=place)
    _set_twice(people[Role.ADMINISTRATOR])
    cycles: dict[str, Cycle] = {}
    for name, (year, phase, mode) in YEARS.items():
        cycles[name] = CycleFactory(area=area, year=year, phase=phase, decision_mode=mode)
        CycleFactory(area=area, year=year + EMPTY_AFTER, phase=phase, decision_mode=mode)
    mandate = Mandate.objects.get(user=people[Role.DEPARTMENT])
    names = {
        "area": {
            "person": mandate.user_id,
            "mandate": mandate.pk,
            "organisation": works.pk,
            "leave": LeaveFactory(user=mandate.user).pk,
            "news": NewsFactory(area=area).pk,
            "waiting": MandateFactory(role=Role.SCRUTINEER, area=area, given_by=UserFactory(), is_waiting=True).pk,
        }
        | {"passkey": PasskeyFactory(user=people[Role.AUDITOR]).pk},
        "solicit": _collected(cycles["solicit"], people),
        "plan": _planned(cycles["plan"], works),
        "decide": _voted(cycles["decide"], people),
        "decided": _decided(cycles["decided"]),
        "review": _reviewed(cycles["review"], people, answered=False),
        "adopt": _reviewed(cycles["adopt"], people, answered=True),
        "adopted": _adopted(cycles["adopted"], people),
        "deliver": _delivered(cycles["deliver"], county, people, works, builder),
        "evaluate": _evaluated(cycles["evaluate"], county),
        "tell": _told(cycles["tell"], people),
        "draft": _drafted(cycles["draft"]),
        "brought": _brought(cycles["brought"], people[Role.LIVELIHOOD_OFFICE]),
    }
    return World(area, people, stranger, UserFactory(), names)


def _drafted(cycle: Cycle) -> dict[str, Any]:
    OpenLetterFactory(cycle=cycle)
    return {}


def _brought(cycle: Cycle, office: User) -> dict[str, Any]:
    Adoption.objects.create(
        cycle=cycle, decided_by="市人民代表大会", number="〔2020〕1号", decided_on=date(2020, 1, 10),
        file_name="决定.pdf", kind=FileKind.PDF, content=b"%PDF-1.7", sha256="0" * 64,
        adopted_at=NOW, adopted_by=office.pk,
    )  # fmt: skip
    return {}


def _set_twice(administrator: User) -> None:
    """Say two things one after the other, so that the first can be put back."""
    for seen, sponsor in enumerate(("某某市政府", "某某市人民政府")):
        imprint.write_setting(
            setting=SETTINGS["sponsor"], content=Content(text_zh=sponsor), seen=seen, by=administrator, at=NOW
        )


def _collected(cycle: Cycle, people: dict[Role, User]) -> dict[str, Any]:
    OpenLetterFactory(cycle=cycle, state=LetterState.PUBLISHED, published_at=NOW, published_by=UserFactory())
    link = NeedLinkFactory(need__cycle=cycle)
    ContactFactory(suggestion=link.suggestion)
    Objection.objects.create(suggestion=link.suggestion, words="不是这个意思。", objected_at=NOW)
    loose = AcceptedFactory(cycle=cycle)
    word = ListedWord.objects.create(
        area=cycle.area, kind=ListedKind.ABUSE, word="坏词", listed_at=NOW, listed_by=UserFactory()
    )
    office = Mandate.objects.get(role=Role.LIVELIHOOD_OFFICE, area=cycle.area).user
    note = DeskNote.objects.create(suggestion=link.suggestion, text="请看一看。", written_at=NOW, written_by=office)
    clerk = people[Role.DEPARTMENT]
    given = {"suggestion": loose, "text": ANSWER, "organisation": clerk.mandates.get().organisation}
    reply = Reply.objects.create(**given, replied_at=NOW, replied_by=clerk)
    draft = ReplyDraft.objects.create(**given, drafted_at=NOW, drafted_by=clerk)
    template = ReplyTemplate.objects.create(
        area=cycle.area, name="加装电梯", text="您的建议{标题}已列入计划。", written_at=NOW, written_by=office
    )
    progress = ProgressWord.objects.create(area=cycle.area, name="正在研究", written_at=NOW, written_by=office)
    proposals.publish_head(cycle=cycle, at=NOW)
    return {
        "reply": reply.pk,
        "reply_draft": draft.pk,
        "template": template.pk,
        "progress_word": progress.pk,
        "note": note.pk,
        "suggestion": link.suggestion.number,
        "loose": loose.number,
        "receipt": loose.number,
        "need": link.need.number,
        "word": word.pk,
    }


def _planned(cycle: Cycle, works: Any) -> dict[str, Any]:
    OpenLetterFactory(cycle=cycle, state=LetterState.PUBLISHED, published_at=NOW, published_by=UserFactory())
    aspect = AspectFactory(cycle=cycle)
    draft, proposed = (
        CandidateFactory(cycle=cycle, aspect=aspect, lead_organisation=works, state=state)
        for state in (CandidateState.DRAFT, CandidateState.PROPOSED)
    )
    for candidate in (draft, proposed):
        CandidateNeedFactory(candidate=candidate)
        CostLineFactory(sheet=SheetFactory(candidate=candidate))
    return {"draft": draft.number, "proposed": proposed.number, "late": NeedFactory(cycle=cycle).number}


def _voted(cycle: Cycle, people: dict[Role, User]) -> dict[str, Any]:
    """Seven rounds: 1 is open; rehearsals: 2 a draft, 3 counted, 4 on a locked roll (substitutes), 5 on paper, 6 over.

    7 is sealed, on a locked roll.
    """
    first = plenary(cycle=cycle, candidates=3, deputies=2)
    people[Role.DEPUTY] = first.deputies[0]
    plenary(cycle=cycle, is_rehearsal=True, until=RoundState.DRAFT).fill_roll()
    last = plenary(cycle=cycle, is_rehearsal=True)
    last.cast(last.deputies[0], "yyn")
    last.step(Step.CLOSE)
    voting.count_round(round_=last.round, by=last.chair, at=NOW)
    voting.bring_signed_sheet(round_=last.round, file=BytesIO(scan()), file_name="报告单.pdf", by=last.staff, at=NOW)
    plenary(cycle=cycle, is_rehearsal=True, method={"has_substitutes": True}, until=RoundState.ROLL_LOCKED)
    on_paper = plenary(cycle=cycle, is_rehearsal=True)
    on_paper.step(Step.MOVE_TO_PAPER, "设备故障")
    on_paper.step(Step.CLOSE)
    for teller in (on_paper.staff, on_paper.scrutineer):
        voting.count_papers(round_=on_paper.round, returned=1, by=teller, at=NOW)
    over = plenary(cycle=cycle, is_rehearsal=True)
    over.cast(over.deputies[0], "yyn")
    over.finish()
    plenary(cycle=cycle, is_rehearsal=True, method={"scheme": "sealed"}, until=RoundState.ROLL_LOCKED)
    kiosk, _token = voting.open_kiosk(round_=first.round, name="1号机", by=first.staff, at=NOW)
    return {"round": first.round.pk, "line": first.entry(first.deputies[0]).number, "kiosk": kiosk.pk}


def _decided(cycle: Cycle) -> dict[str, Any]:
    """A year whose vote is announced."""
    session = plenary(cycle=cycle)
    for deputy in session.deputies:
        session.cast(deputy, "yyn")
    session.finish()
    return {"round": session.round.number, "candidate": session.options[2].candidate_id}


def _reviewed(cycle: Cycle, people: dict[Role, User], *, answered: bool) -> dict[str, Any]:
    freeze(cycle, 2)
    office = people[Role.LIVELIHOOD_OFFICE]
    review = voting.submit_list(cycle=cycle, session="两会", by=office, at=NOW)
    opinion = voting.give_opinion(
        review=review, body=OpinionBody.CPPCC, text="请先落实选址。", by=people[Role.CPPCC_MEMBER], at=NOW
    )
    if answered:
        voting.answer_opinion(opinion=opinion, answer="采纳并落实。", by=office, at=NOW)
    return {"opinion": opinion.pk}


def _adopted(cycle: Cycle, people: dict[Role, User]) -> dict[str, Any]:
    names = _reviewed(cycle, people, answered=True)
    review, staff = Review.objects.get(cycle=cycle), people[Role.CONGRESS_STAFF]
    voting.adopt_list(review=review, document="决议", adopted_date=NOW.date(), by=staff, at=NOW)
    return names


def _delivered(cycle: Cycle, county: Area, people: dict[Role, User], works: Any, builder: Any) -> dict[str, Any]:
    aspect = AspectFactory(cycle=cycle)
    project = ProjectFactory(cycle=cycle, number=1, aspect=aspect, lead_organisation=works)
    indicator = IndicatorFactory(project=project, name="新建数量", target=Decimal(5))
    by_areas = IndicatorFactory(project=project, counted_by=CountedBy.AREAS)
    standard = StandardLineFactory(standard__cycle=cycle).standard
    planned, completed = (
        SiteFactory(indicator=indicator, area=county, organisation=builder, standard=standard, state=state)
        for state in (SiteState.PLANNED, SiteState.COMPLETED)
    )
    notice = Notice.objects.create(
        cycle=cycle, site=planned, site_due_on=date(2025, 1, 1), issued_on=date(2025, 1, 2), due_on=date(2025, 1, 9)
    )
    row = {"project": 1, "indicator": "新建数量", "key": "N1", "name": "新点位", "area": county.code}
    with translation.override("en"):
        file = sites_workbook(cycle, [row | {"due_on": date(2025, 9, 30)}])
    batches = [
        imports.receive_import(
            kind="sites", area=cycle.area, cycle=cycle, file=file, file_name="点位.xlsx", by=people[role], at=NOW
        )
        for role in (Role.DEPARTMENT, Role.LIVELIHOOD_OFFICE)
    ]
    for batch in batches:
        imports.preview_import(batch=batch, by=batch.received_by, at=NOW)
    marked = imports.ask_for_marking(batch=batches[0], by=batches[0].received_by, at=timezone.now())
    imports.run_marking(marked.job_id, at=timezone.now())
    imports.write_import(batch=batches[1], by=people[Role.LIVELIHOOD_OFFICE], at=NOW)
    return {
        "project": project.pk,
        "indicator": by_areas.pk,
        "standard": standard.pk,
        "site": planned.pk,
        "completed": completed.pk,
        "notice": notice.pk,
        "import": batches[0].pk,
        "written": batches[1].pk,
        "marked": marked.pk,
        "file": _written_file(cycle, None),
        "own_file": _written_file(cycle, people[Role.AUDITOR]),
        "own_message": _message(people[Role.AUDITOR]),
    }


def _message(user: User) -> int:
    User.objects.filter(pk=user.pk).update(last_login=NOW)
    inbox.tell([Telling(user.pk, MessageKind.CAME, "entry:1", "一项工作", "/desk/")], at=timezone.now())
    return Message.objects.get(user=user).pk


def _written_file(cycle: Cycle, by: User | None) -> int:
    listing, now = listings()["sites" if by is None else "sites-of-desk"], timezone.now()
    rows = Site.objects.for_cycle(cycle).order_by("pk")
    file = lists.ask_for_file(listing=listing, place=cycle, rows=rows, file_format=ListFormat.CSV, by=by, at=now)
    lists.run_write_file(file.job_id, at=now)
    return file.pk


def _evaluated(cycle: Cycle, county: Area) -> dict[str, Any]:
    """A year with an open survey that is not announced yet."""
    project = ProjectFactory(cycle=cycle, number=1)
    site = SiteFactory(indicator=IndicatorFactory(project=project), area=county)
    today = timezone.localdate()
    survey = SurveyFactory(
        cycle=cycle, title="年终公众评价", opens_on=today - timedelta(days=1), closes_on=today + timedelta(days=9)
    )
    draft = SurveyFactory(cycle=cycle, title="年终回访", state=SurveyState.DRAFT)
    return {"project": project.pk, "site": site.pk, "survey": survey.pk, "draft": draft.pk}


def _told(cycle: Cycle, people: dict[Role, User]) -> dict[str, Any]:
    """A year that is announced, with one report built and one that failed."""
    year = judged_year(cycle)
    announce(year)
    built = ask_for_report(year)
    reporting.run_build(built.job_id, at=NOW)
    job = Job.objects.create(
        task="reports.build_report", key="failed", cycle=cycle, requested_at=NOW, state=JobState.FAILED, error="x"
    )
    failed = Report.objects.create(
        cycle=cycle, announcement=built.announcement, language="en", figures={}, fingerprint="0" * 64,
        job=job, requested_at=NOW, requested_by=people[Role.LIVELIHOOD_OFFICE],
    )  # fmt: skip
    return {"report": built.pk, "failed": failed.pk}
