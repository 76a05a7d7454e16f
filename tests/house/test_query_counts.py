"""Lists that no room's own tests count: as many queries for three rows as for one, literally so many."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from livelihood.accounts.models import User
from livelihood.accounts.roles import Role
from livelihood.cycles.models import Area
from livelihood.cycles.states import Phase
from projects.reports import services as reporting
from projects.surveys.services import figures
from projects.surveys.states import Grade, Target
from tests.factories.frame import NOW, CityFactory, CountyFactory, CycleFactory, MandateFactory, UserFactory, official
from tests.factories.proposals import NeedFactory
from tests.factories.reports import announce, ask_for_report, judged_year
from tests.factories.surveys import SurveyFactory, project_in, say

pytestmark = pytest.mark.django_db


@pytest.fixture
def city() -> Area:
    return CityFactory(code="330700", slug="here")


@pytest.fixture
def signed_in(city: Area) -> Callable[[Role], Client]:
    """Sign somebody in who holds a role in the city."""

    def come(role: Role) -> Client:
        client = Client()
        client.force_login(official(role, city))
        return client

    return come


def mandate(city: Area, number: int) -> None:
    MandateFactory(area=city, role=Role.DEPUTY)


def found(city: Area, number: int) -> None:
    NeedFactory(cycle=CycleFactory(area=city, year=2030 + number), title="加装电梯")


def year_of_work(city: Area, number: int) -> None:
    CycleFactory(area=city, year=2030 + number, phase=Phase.SOLICIT)


def county(city: Area, number: int) -> None:
    CountyFactory(parent=city, code=f"33070{number}", slug=f"county-{number}")


def year_with_figures(city: Area, number: int) -> None:
    cycle = CycleFactory(area=city, year=2030 + number, phase=Phase.EVALUATE)
    survey = SurveyFactory(cycle=cycle, target=Target.PROJECT)
    say(survey, Grade.SATISFIED, project=project_in(cycle))
    figures.aggregate_arrivals(survey_id=survey.pk, at=NOW)


def told_year(city: Area, number: int) -> None:
    year = judged_year(CycleFactory(area=city, year=2030 + number, phase=Phase.EVALUATE))
    announce(year)
    reporting.run_build(ask_for_report(year).job_id, at=NOW)


@pytest.mark.parametrize(
    "case",
    [
        ("/desk/here/people/", Role.ADMINISTRATOR, mandate, 9),
        ("/desk/", Role.LIVELIHOOD_OFFICE, year_of_work, 31),
        ("/search/?q=电梯", None, found, 6),
        ("/api/v1/areas/?parent=330700", None, county, 2),
        ("/api/v1/cycles/", None, year_of_work, 3),
        ("/api/v1/surveys/", None, year_with_figures, 1),
        ("/api/v1/satisfaction/", None, year_with_figures, 1),
        ("/api/v1/announcements/", None, told_year, 1),
        ("/api/v1/announced-sites/", None, told_year, 2),
        ("/api/v1/reports/", None, told_year, 2),
    ],
    ids=lambda case: case[0],
)
def test_a_list_asks_as_much_for_three_rows_as_for_one(case: Any, city: Area, signed_in, django_assert_num_queries):
    path, role, add, queries = case
    client = signed_in(role) if role else Client()

    add(city, 1)
    with django_assert_num_queries(queries):
        assert client.get(path).status_code == 200
    add(city, 2)
    add(city, 3)
    with django_assert_num_queries(queries):
        assert client.get(path).status_code == 200


def test_a_persons_page_asks_as_much_for_three_mandates_as_for_one(city: Area, signed_in, django_assert_num_queries):
    client, person = signed_in(Role.ADMINISTRATOR), UserFactory()
    roles = iter([Role.DEPUTY, Role.CHAIR, Role.AUDITOR])

    for rows in (1, 2):
        for _row in range(rows):
            MandateFactory(user=person, area=city, role=next(roles))
        with django_assert_num_queries(11):
            assert client.get(f"/desk/here/people/{person.pk}/").status_code == 200

    assert User.objects.get(pk=person.pk).mandates.count() == 3
