"""My work: for every role and kind, what is counted is what the list holds that the line opens."""

import re
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from livelihood.accounts.roles import Role
from livelihood.cycles.models import Cycle
from livelihood.kernel.lights import Light
from livelihood.portal import selectors
from livelihood.web.work import Bucket
from projects.models import Indicator, Notice, Site
from projects.states import NoticeState, SiteState
from tests.factories.frame import CountyFactory, PhasePeriodFactory
from tests.factories.projects import SiteFactory
from tests.factories.proposals import AcceptedFactory, ContactFactory, SuggestionFactory
from tests.house.world import YEARS, World

pytestmark = pytest.mark.django_db

DUE = ("overdue", "today", "week", "later")
LISTS = {
    *(f"notices/?mine=true&state=issued&due={due}" for due in DUE),
    *(f"progress/?due={due}" for due in DUE[:-1]),
    "sites/?state=completed", "sites/?light=red", "sites/?light=red&area=…", "notices/?state=answered",
    "notices/?state=issued", "notices/?mine=true&state=answered", "sites/?mine=true&state=completed",
    "suggestions/?state=received", "suggestions/?answer=wanted", "opinions/?state=open",
}  # fmt: skip
"""Every list that a line of my work may open, as it is asked for."""
SUNDAY, ON_SUNDAY = 6, {"notices/?mine=true&state=issued&due=week", "progress/?due=week"}
"""The last day of a week, on which nothing else is due in it."""


@pytest.fixture
def busy(world: World) -> World:
    """The world with something of every kind that waits, built or led by those who come."""
    today = timezone.localdate()
    indicator = Indicator.objects.get(pk=Site.objects.get(pk=world.names["deliver"]["site"]).indicator_id)
    unit, area = world.people[Role.IMPLEMENTING_UNIT].mandates.get().organisation, world.area
    days = [today + timedelta(days=days) for days in (-40, -1, 0, 6 - today.weekday(), 30)]
    for number, day in enumerate(days * 2):
        given = {"indicator": indicator, "area": area, "organisation": unit if number % 2 else None, "due_on": day}
        site = SiteFactory(**given, light=Light.RED, state=[SiteState.UNDER_WAY, SiteState.COMPLETED][number > 6])
        state = [NoticeState.ISSUED, NoticeState.ANSWERED][number > 7]
        Notice.objects.create(cycle=site.cycle, site=site, site_due_on=day, issued_on=day, due_on=day, state=state)
    SiteFactory.create_batch(2, indicator=indicator, area=CountyFactory(parent=area), due_on=today, light=Light.RED)
    for year in ("solicit", "plan"):
        cycle = Cycle.objects.get(area=area, year=YEARS[year][0])
        SuggestionFactory.create_batch(2, cycle=cycle, area=area)
        ContactFactory(suggestion=AcceptedFactory(cycle=cycle, area=area))
    return world


def counted(client: Client, url: str) -> int:
    """Return how many rows the list at an address holds."""
    context = client.get(url).context
    return int(context["grid"].count) if "grid" in context else len(context["opinions"])


def test_every_line_counts_the_rows_of_the_list_that_it_opens(busy: World, visitors: dict[str, Client]):
    wrong, seen = [], set()
    for role in Role:
        for item in selectors.work_for(busy.people[role], timezone.now()):
            if item.is_list:
                path = urlsplit(item.url)
                asked = re.sub(r"area=\d+", "area=…", path.query)
                seen.add(f"{path.path.rstrip('/').rpartition('/')[2]}/?{asked}")
                if (found := counted(visitors[str(role)], item.url)) != item.count:
                    wrong.append(f"{role}: {item.url} counts {item.count}, and the list has {found}")
            else:
                assert "?" not in item.url
                assert item.count == 1

    assert wrong == []
    assert seen == LISTS - (ON_SUNDAY if timezone.localdate().weekday() == SUNDAY else set())


def test_what_waits_stands_in_its_bucket(busy: World, visitors: dict[str, Client]):
    unit = busy.people[Role.IMPLEMENTING_UNIT]
    found = selectors.in_buckets(selectors.work_for(unit, timezone.now()), timezone.now())

    assert {bucket for bucket, _items in found} >= {Bucket.OVERDUE, Bucket.TODAY, Bucket.OTHERS}
    for bucket, items in found:
        asked = {item.url.rpartition("due=")[2] for item in items if "due=" in item.url}
        assert asked <= {bucket.value}
    page = visitors[str(Role.IMPLEMENTING_UNIT)].get("/desk/").content.decode()
    assert [page.index(f'id="work-{bucket}"') for bucket, _items in found] == sorted(
        page.index(f'id="work-{bucket}"') for bucket, _items in found
    )


def test_an_act_in_place_names_the_rows_that_its_line_counts_and_does_nothing_before_it_is_confirmed(
    busy: World, visitors: dict[str, Client]
):
    acts = {}
    for role in (Role.IMPLEMENTING_UNIT, Role.DEPARTMENT):
        for item in selectors.work_for(busy.people[role], timezone.now()):
            if item.act:
                page = visitors[str(role)].post(item.url, {"act": item.act[0], "all": "1"})
                acts[item.act[0]] = [page.status_code, item.count]
                assert len(page.context["allowed"]) + len(page.context["refused"]) == item.count

    assert {name: status for name, (status, _count) in acts.items()} == {"answer": 200, "accept": 200}
    assert not Notice.objects.filter(answered_at__gt=timezone.now() - timedelta(minutes=1)).exists()


def test_the_office_sees_the_last_day_of_a_phase_when_it_is_near(busy: World):
    cycle = Cycle.objects.get(area=busy.area, year=YEARS["deliver"][0])
    last = PhasePeriodFactory(cycle=cycle, phase=cycle.phase).ends_on

    def dates(role: Role, day: date) -> list[date | None]:
        items = selectors.next_dates(busy.people[role], datetime.combine(day, time(12), UTC))
        return [item.due for item in items if item.url == cycle.address("portal:desk")]

    assert dates(Role.LIVELIHOOD_OFFICE, last - timedelta(days=31)) == []
    assert dates(Role.LIVELIHOOD_OFFICE, last - timedelta(days=30)) == [last]
    assert dates(Role.LIVELIHOOD_OFFICE, last + timedelta(days=1)) == [last]
    assert dates(Role.IMPLEMENTING_UNIT, last) == []
