"""Surveys, and the ways people answer them."""

from datetime import date
from typing import Any

import factory

from livelihood.accounts.models import User
from livelihood.accounts.roles import Role
from livelihood.cycles.models import Cycle
from livelihood.cycles.states import Phase
from livelihood.kernel.numbers import opaque_id
from projects.models import Project, Site
from projects.surveys.models import IncomingResponse, Question, Survey
from projects.surveys.services import answers, surveys
from projects.surveys.states import Grade, SurveyState, Target
from tests import databases
from tests.factories import RowFactory
from tests.factories.frame import NOW, CycleFactory, UserFactory, official
from tests.factories.projects import IndicatorFactory, ProjectFactory, SiteFactory


class SurveyFactory(RowFactory):
    """A survey that is open at NOW, with its question."""

    class Meta:
        model = Survey
        skip_postgeneration_save = True

    cycle = factory.SubFactory(CycleFactory, phase=Phase.EVALUATE)
    target = Target.CYCLE
    title = "满意度调查"
    opens_on = date(2024, 10, 1)
    closes_on = date(2024, 11, 30)
    state = SurveyState.OPEN
    created_at = NOW
    created_by = factory.SubFactory(UserFactory)
    question = factory.RelatedFactory("tests.factories.surveys.QuestionFactory", "survey")


class QuestionFactory(RowFactory):
    class Meta:
        model = Question

    survey = factory.SubFactory(SurveyFactory, question=None)
    text_zh = "您对它满意吗？"
    text_en = "Are you satisfied with it?"


def office(survey: Survey) -> User:
    """Return somebody of the livelihood office who runs the survey."""
    return official(Role.LIVELIHOOD_OFFICE, survey.cycle.area)


def invite(survey: Survey, count: int = 5, **subject: Any) -> list[str]:
    """Draw codes and return them."""
    return surveys.draw_invitations(
        survey=survey, area=survey.cycle.area, count=count, key=opaque_id(), by=office(survey), at=NOW, **subject
    )


def say(survey: Survey, grade: Grade = Grade.SATISFIED, *, phone: str = "", **subject: Any) -> bool:
    """Answer by QR code from a phone of one's own."""
    return answers.answer_by_qr(
        survey=survey, grade=grade, comment="", key=opaque_id(), origin=phone or opaque_id(), at=NOW, **subject
    )


def project_in(cycle: Cycle, number: int = 1) -> Project:
    """Return a project of the cycle with one indicator that sites count for."""
    project: Project = ProjectFactory(cycle=cycle, number=number)
    IndicatorFactory(project=project, target=10)
    return project


def site_of(project: Project, key: str = "S1") -> Site:
    """Return a site of the project in the cycle's own area."""
    site: Site = SiteFactory(indicator=project.indicators.get(), key=key, area=project.cycle.area)
    return site


def arrived(*fields: str) -> list[tuple[Any, ...]]:
    """Return what waits in the inbox, which only the database's own superuser may read."""
    with databases.as_superuser():
        return list(IncomingResponse.objects.order_by("pk").values_list(*fields))


def arrived_one() -> IncomingResponse:
    """Return the one answer that waits in the inbox."""
    with databases.as_superuser():
        return IncomingResponse.objects.get()
