"""What the bench works on: the province's year with as many sites as 2023 had, all of it invented."""

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter
from django.test import Client
from django.utils import timezone

from livelihood.accounts.models import User
from livelihood.accounts.proof import PROVEN
from livelihood.accounts.roles import Role
from livelihood.cycles.areas import load_areas, shipped
from livelihood.cycles.models import Area, Aspect, Cycle
from livelihood.cycles.states import DecisionMode, Level, Phase
from projects.models import Allocation, Indicator, Project
from projects.states import ProjectKind
from proposals import services as proposals
from tests.factories.frame import AspectFactory, CycleFactory, PhasePeriodFactory, official

SITES = 31_569
PROJECTS = 56
ASPECTS = 10
"""Sites, items and aspects of Zhejiang in 2023, as its governor gave them in April 2024."""
PEOPLE = 10_000

SURNAMES, GIVEN_NAMES = "王李张刘陈杨赵黄周吴", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平"
PARAGRAPH = "民生无小事，枝叶总关情。请把您身边急难愁盼的事告诉我们，我们逐条研究、逐条答复。"
LETTER = "\n\n".join(["各位父老乡亲：", *[PARAGRAPH] * 12])


@dataclass(frozen=True)
class Scene:
    """The province, somebody of its livelihood office, who administers it, and the year that collects suggestions."""

    province: Area
    office: User
    administrator: User
    collecting: Cycle
    this_year: int

    @property
    def cookie(self) -> str:
        """The cookie of the signed-in office."""
        return cookie_of(self.office)


def come_in(client: Client, user: User) -> None:
    """Sign somebody in with a second factor."""
    client.force_login(user)
    session = client.session
    session[PROVEN] = timezone.now().timestamp()
    session.save()


def cookie_of(user: User) -> str:
    """Return the cookie of somebody who is signed in, with a second factor."""
    client = Client()
    come_in(client, user)
    (name,) = client.cookies
    return f"{name}={client.cookies[name].value}"


def build() -> Scene:
    """Load the areas and open the collecting year with its letter."""
    load_areas(shipped(), at=timezone.now())
    province = Area.objects.get(level=Level.PROVINCE)
    office = official(Role.LIVELIHOOD_OFFICE, province)
    now, today = timezone.now(), timezone.localdate()
    collecting = CycleFactory(area=province, year=today.year + 1, decision_mode=DecisionMode.REVIEW, phase=Phase.DRAFT)
    PhasePeriodFactory(cycle=collecting, starts_on=today - timedelta(days=9), ends_on=today + timedelta(days=30))
    AspectFactory.create_batch(ASPECTS, cycle=collecting)
    letter = proposals.write_letter(
        cycle=collecting, title="致全省人民的公开信", body=LETTER, signed_by="省人民政府", by=office, at=now
    )
    proposals.publish_letter(letter=letter, by=office, at=now)
    collecting.refresh_from_db()
    return Scene(province, office, official(Role.ADMINISTRATOR, province), collecting, today.year)


def delivering(scene: Scene, year: int, sites: int) -> Cycle:
    """Open a year in delivery: every item with one indicator, its target shared out to the cities."""
    cycle = CycleFactory(area=scene.province, year=year, decision_mode=DecisionMode.REVIEW, phase=Phase.DELIVER)
    aspects = Aspect.objects.bulk_create(
        Aspect(cycle=cycle, number=number, name_zh=f"民生领域{number}") for number in range(1, ASPECTS + 1)
    )
    projects = Project.objects.bulk_create(
        Project(
            cycle=cycle,
            number=number,
            aspect=aspects[number % ASPECTS],
            title=f"第{number}项民生实事",
            kind=ProjectKind.HARDWARE,
        )
        for number in range(1, PROJECTS + 1)
    )
    promised = Counter(row["project"] for row in site_rows(sites, year))
    indicators = Indicator.objects.bulk_create(
        Indicator(project=project, number=1, name="新建数量", unit="个", target=promised[project.number])
        for project in projects
    )
    shares = Counter((row["project"], row["area"][:4]) for row in site_rows(sites, year))
    cities = {area.code[:4]: area for area in Area.objects.filter(level=Level.CITY)}
    Allocation.objects.bulk_create(
        Allocation(indicator=indicators[project - 1], area=cities[stem], target=Decimal(count))
        for (project, stem), count in shares.items()
    )
    return cycle


def site_rows(sites: int, year: int) -> Iterator[dict[str, Any]]:
    """Yield the sites of a year as a workbook names them: spread over items, counties and the year, always the same."""
    counties = list(Area.objects.filter(level=Level.COUNTY).order_by("code"))
    draw = random.Random(20231016)
    for number in range(1, sites + 1):
        county = draw.choice(counties)
        starts_on = date(year, 1, 1) + timedelta(days=draw.randrange(150))
        yield {
            "project": draw.randint(1, PROJECTS),
            "indicator": "新建数量",
            "key": f"P{number:06}",
            "name": f"{county.name_zh}第{number}号点位",
            "area": county.code,
            "address": f"{county.name_zh}人民路{draw.randint(1, 999)}号",
            "longitude": round(float(county.longitude or 120) + draw.uniform(-0.2, 0.2), 6),
            "latitude": round(float(county.latitude or 30) + draw.uniform(-0.2, 0.2), 6),
            "starts_on": starts_on,
            "due_on": starts_on + timedelta(days=draw.randint(30, 200)),
            "quantity_planned": 1,
        }


def people_rows(people: int, start: str) -> Iterator[dict[str, Any]]:
    """Yield people of all counties as a workbook names them. start: of their user names."""
    counties = list(Area.objects.filter(level=Level.COUNTY).order_by("code"))
    draw = random.Random(20231016)
    for number in range(1, people + 1):
        yield {
            "username": f"{start}-{number:05}",
            "name": f"{draw.choice(SURNAMES)}{draw.choice(GIVEN_NAMES)}{draw.choice(GIVEN_NAMES)}",
            "role": str(Role.DEPUTY.label),
            "area": draw.choice(counties).code,
            "starts_on": date(2027, 1, 1),
            "phone": f"138{draw.randrange(10**8):08}",
            "email": f"{start}-{number:05}@example.gov.cn",
        }


def write_workbook(path: Path, headings: Mapping[str, object], rows: Iterator[dict[str, Any]]) -> None:
    """Write rows as the workbook that an office would send."""
    book = xlsxwriter.Workbook(path, {"constant_memory": True, "default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        if number == 0:
            sheet.write_row(0, 0, [str(headings[name]) for name in row])
        sheet.write_row(number + 1, 0, row.values())
    book.close()
