"""A city with two counties, its offices and its people: who lives the year."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import xlsxwriter

from livelihood.accounts.models import User
from livelihood.accounts.roles import Role
from livelihood.cycles.models import Area, Cycle, Organisation
from livelihood.cycles.states import OrganisationKind, Phase
from projects.exporters import HEADINGS
from tests.factories.frame import CityFactory, CountyFactory, OrganisationFactory, official
from voting import services as voting
from voting.models import DeputiesInTerm, RollEntry, Round
from voting.states import Step
from voting.tally import Mark

YEAR = 2025

PERIODS = {
    Phase.SOLICIT: (date(2024, 10, 15), date(2024, 11, 15)),
    Phase.PLAN: (date(2024, 11, 16), date(2024, 12, 31)),
    Phase.DECIDE: (date(2025, 1, 5), date(2025, 1, 31)),
    Phase.DELIVER: (date(2025, 2, 1), date(2025, 11, 30)),
    Phase.EVALUATE: (date(2025, 12, 1), date(2025, 12, 31)),
}
ASPECTS = [("住房", "Housing"), ("养老", "Elderly care")]


def day(year: int, month: int, number: int) -> datetime:
    """Return ten in the morning in China."""
    return datetime(year, month, number, 2, 0, tzinfo=UTC)


@dataclass
class Town:
    """The people of one area. All of them hold their mandates from the start."""

    city: Area
    east: Area
    west: Area
    works: Organisation
    builder: Organisation
    office: User
    department: User
    unit: User
    supervision: User
    congress: User
    chair: User
    scrutineer: User
    member: User
    auditor: User
    deputies: list[User] = field(default_factory=list)


def town(city: Area | None = None, *, deputies: int = 5) -> Town:
    """Found a town, or settle its people in an area that is there."""
    city = city or CityFactory(code="330700", slug="testcity", name_zh="试验市", name_en="Test City")
    works = OrganisationFactory(area=city, name_zh="建设局", name_en="Works Department")
    builder = OrganisationFactory(area=city, name_zh="城建公司", kind=OrganisationKind.IMPLEMENTING_UNIT)
    office = OrganisationFactory(area=city, name_zh="民生办", kind=OrganisationKind.LIVELIHOOD_OFFICE)
    return Town(
        city=city,
        east=CountyFactory(parent=city, code="330702", slug="east", name_zh="东区", name_en="East"),
        west=CountyFactory(parent=city, code="330703", slug="west", name_zh="西区", name_en="West"),
        works=works,
        builder=builder,
        office=official(Role.LIVELIHOOD_OFFICE, city, office),
        department=official(Role.DEPARTMENT, city, works),
        unit=official(Role.IMPLEMENTING_UNIT, city, builder),
        supervision=official(Role.SUPERVISION_OFFICE, city),
        congress=official(Role.CONGRESS_STAFF, city),
        chair=official(Role.CHAIR, city),
        scrutineer=official(Role.SCRUTINEER, city),
        member=official(Role.CPPCC_MEMBER, city),
        auditor=official(Role.AUDITOR, city),
        deputies=[official(Role.DEPUTY, city) for _ in range(deputies)],
    )


def sites_workbook(cycle: Cycle, rows: Sequence[Mapping[str, Any]]) -> BytesIO:
    """Write rows as an office would: one sheet, headings in the reader's language, dates as dates.

    rows: name of a column of HEADINGS → value; columns that no row has are left out.
    """
    columns = {name: heading for name, heading in HEADINGS.items() if any(name in row for row in rows)}
    file = BytesIO()
    book = xlsxwriter.Workbook(file, {"default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, [str(heading) for heading in columns.values()])
    for number, row in enumerate(rows, start=1):
        sheet.write_row(number, 0, [row.get(name) for name in columns])
    book.close()
    file.seek(0)
    return file


def take_step(people: Town, round_: Round, step: Step, at: datetime, note: str = "") -> None:
    """Let the presiding officer propose a step and the scrutineer confirm it."""
    verbs = {Step.OPEN: voting.open_round, Step.CLOSE: voting.close_round, Step.ANNOUNCE: voting.announce_round}
    if step == Step.ANNOUNCE and not round_.officers.exists():
        voting.name_officers(
            round_=round_, chief="总监票人", scrutineers=["监票人"], tellers=["计票人"], by=people.congress, at=at
        )
    voting.propose_step(round_=round_, step=step, note=note, by=people.chair, at=at)
    verbs[step](round_=round_, by=people.scrutineer, at=at)


def sign_in_and_open(people: Town, round_: Round, at: datetime) -> None:
    """Lead a round with locked rules and a roll to its open vote, everybody present."""
    if not DeputiesInTerm.objects.filter(round=round_).exists():
        voting.state_in_term(
            round_=round_, deputies=len(people.deputies), document="公告〔2025〕1号", document_date=at.date(),
            file=BytesIO(b"%PDF-1.7"), file_name="公告.pdf", by=people.congress, at=at,
        )  # fmt: skip
    voting.propose_step(round_=round_, step=Step.LOCK_ROLL, by=people.congress, at=at)
    voting.lock_roll(round_=round_, by=people.scrutineer, at=at)
    voting.open_sign_in(round_=round_, by=people.congress, at=at)
    for entry in RollEntry.objects.filter(round=round_, signed_in_at=None).order_by("number"):
        voting.sign_in_deputy(entry=entry, by=people.congress, at=at)
    take_step(people, round_, Step.OPEN, at)


def vote(people: Town, round_: Round, approvals: list[list[int]], at: datetime) -> list[str]:
    """Cast a ballot for each deputy, opposing what is not approved, and return the receipts.

    approvals: for each deputy the numbers of the candidates they approve.
    """
    options = list(round_.options.order_by("number"))
    return [
        voting.cast_ballot(
            round_id=round_.pk,
            sent=voting.as_sent(
                {option.pk: Mark.APPROVE if option.number in approved else Mark.OPPOSE for option in options}
            ),
            key=str(uuid.uuid4()),
            by=deputy,
            at=at,
        ).code
        for deputy, approved in zip(people.deputies, approvals, strict=True)
    ]


def finish_round(people: Town, round_: Round, at: datetime) -> None:
    """Close, count and announce a round."""
    take_step(people, round_, Step.CLOSE, at)
    voting.count_round(round_=round_, by=people.chair, at=at)
    take_step(people, round_, Step.ANNOUNCE, at, note="第1号公告")
    round_.refresh_from_db()
