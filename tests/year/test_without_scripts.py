"""What matters most can be done in a browser that runs no scripts: by a citizen, an official and a deputy."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser

from livelihood.accounts.models import User
from livelihood.accounts.roles import Role
from livelihood.cycles.models import Cycle
from livelihood.cycles.states import Phase
from projects.models import Site
from projects.surveys.states import Grade, Target
from proposals.models import Suggestion
from proposals.states import LetterState, SuggestionState
from tests.factories.frame import NOW, AspectFactory, CycleFactory, PhasePeriodFactory, UserFactory, official
from tests.factories.proposals import OpenLetterFactory
from tests.factories.surveys import SurveyFactory, arrived, project_in, site_of
from tests.factories.voting import in_urn, plenary
from tests.projects import conftest as projects
from tests.year.browsing import PHONE, Come, Visitor, Watch, t
from tests.year.browsing_intake import screen, suggest
from tests.year.browsing_sheets import bring, table, write
from tests.year.browsing_vote import lines_of_the_ballot

pytestmark = pytest.mark.django_db(transaction=True)
scene = projects.scene


@pytest.fixture
def come(browser: Browser, base_url: str, watch: Watch) -> Iterator[Come]:
    """Let somebody come, signed in or not, with a browser that runs no scripts."""
    visitors: list[Visitor] = []

    def visitor(user: User | None = None) -> Visitor:
        made = Visitor(browser, base_url, watch, PHONE, scripts=False)
        if user is not None:
            client, name = Client(), settings.SESSION_COOKIE_NAME
            client.force_login(user)
            made.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": base_url}])
        visitors.append(made)
        return made

    yield visitor
    for one in visitors:
        one.context.close()


def at(cycle: Cycle) -> str:
    return f"/{cycle.area.slug}/{cycle.year}"


def test_a_citizen_suggests_and_looks_it_up_and_an_official_accepts_it(come: Come):
    today = timezone.localdate()
    cycle = CycleFactory(year=today.year + 1, phase=Phase.SOLICIT)
    days = timedelta(days=9)
    PhasePeriodFactory(cycle=cycle, starts_on=today - days, ends_on=today + days)
    AspectFactory(cycle=cycle, number=1)
    OpenLetterFactory(cycle=cycle, state=LetterState.PUBLISHED, published_at=NOW, published_by=UserFactory())

    number = suggest(come(), at(cycle), "老楼没有电梯")
    screen(come(official(Role.LIVELIHOOD_OFFICE, cycle.area)), at(cycle), number)

    suggestion = Suggestion.objects.get()
    assert (suggestion.number, suggestion.state, suggestion.is_linked) == (number, SuggestionState.ACCEPTED, True)


def test_a_citizen_answers_a_survey_at_a_site(come: Come):
    today = timezone.localdate()
    survey = SurveyFactory(target=Target.SITE, opens_on=today, closes_on=today)
    site = site_of(project_in(survey.cycle))
    citizen = come()

    citizen.go(f"{at(survey.cycle)}/sites/{site.pk}/answer/")  # as the code at the site says
    citizen.fill(grade="satisfied", comment="很方便")
    citizen.press(t("Send my answer"))

    assert arrived("grade") == [(Grade.SATISFIED,)]


def test_an_official_brings_a_sheet_and_writes_it(come: Come, scene):
    office, cycle = come(scene.office), scene.cycle
    head = ("项目序号", "指标", "点位编号", "点位", "地区代码", "时限", "计划数量")
    row = (1, scene.indicator.name, "B", "二号点位", scene.site.area.code, f"{cycle.year}-09-30", 0)

    bring(office, f"/desk{at(cycle)}/imports/", "sites", table(head, row))
    assert "二号点位" in office.text()
    write(office)

    assert sorted(Site.objects.values_list("key", flat=True)) == ["A", "B"]


def test_a_deputy_votes(come: Come):
    session = plenary()
    deputy = come(session.deputies[0])

    deputy.go("/booth/")
    deputy.follow(t("To the ballot"))
    names = lines_of_the_ballot(deputy)
    deputy.fill(**{name: "y" if number < 3 else "n" for number, name in names.items()})
    deputy.press(t("Check my ballot"))
    deputy.press(t("Cast my ballot"))

    assert re.search(r"\w{4}-\w{4}-\w{4}", deputy.text())
    assert in_urn("marks") == ["yyn"]
