"""My work: for every role and kind, what is counted is what the list holds that the line opens."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from livelihood.accounts.roles import Role
from livelihood.cycles.models import Cycle
from livelihood.kernel.lights import Light
from livelihood.kernel.verdict import Verdict
from livelihood.portal import selectors
from livelihood.web.work import Bucket
from projects import rules as delivery
from projects.models import Indicator, Notice, Site
from projects.states import NoticeState, SiteState
from proposals import rules as intake
from tests.factories.frame import CountyFactory, OrganisationFactory, PhasePeriodFactory
from tests.factories.projects import IndicatorFactory, ProjectFactory, SiteFactory
from tests.factories.proposals import AcceptedFactory, ContactFactory, SuggestionFactory
from tests.house.world import YEARS, World
from voting import rules as vote

pytestmark = pytest.mark.django_db

DUE = ("overdue", "today", "week", "later")
LISTS = {
    *(f"notices/?mine=true&state=issued&due={due}" for due in DUE),
    *(f"progress/?due={due}" for due in DUE[:-1]),
    "sites/?mine=accept", "sites/?light=red", "sites/?light=red&area=…", "notices/?state=answered",
    "notices/?state=issued", "notices/?mine=true&state=answered", "sites/?mine=handed_in",
    *(f"suggestions/?due={due}" for due in DUE[:-1]),
    "suggestions/?state=received", "suggestions/?answer=wanted", "suggestions/?objection=waiting",
    "opinions/?state=open",
}  # fmt: skip
"""Every list that a line of my work may open, as it is asked for."""
SUNDAY, ON_SUNDAY = 6, {"notices/?mine=true&state=issued&due=week", "progress/?due=week", "suggestions/?due=week"}
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
    others = OrganisationFactory(area=area)
    led_by_others = ProjectFactory(cycle=indicator.project.cycle, number=99, lead_organisation=others)
    for builder in (unit, world.people[Role.DEPARTMENT].mandates.get().organisation):
        of_others = {"indicator": IndicatorFactory(project=led_by_others), "area": area, "organisation": builder}
        SiteFactory(**of_others, due_on=today, state=SiteState.COMPLETED)
    SiteFactory.create_batch(2, indicator=indicator, area=CountyFactory(parent=area), due_on=today, light=Light.RED)
    for year in ("solicit", "plan"):
        cycle = Cycle.objects.get(area=area, year=YEARS[year][0])
        SuggestionFactory.create_batch(2, cycle=cycle, area=area)
        for day in (today - timedelta(days=1), today, days[3]):
            ContactFactory(suggestion=AcceptedFactory(cycle=cycle, area=area, due_on=day))
    return world


def _may_answer(user: Any, row: Any, at: datetime) -> Verdict:
    """What is due is answered by a reply, or by a check."""
    return intake.may_reply(user, row, at) or intake.may_screen(user, row, at)


MAY: dict[str, Callable[..., Verdict]] = {
    "issued": delivery.may_answer_notice,
    "progress": delivery.may_report_site,
    "accept": delivery.may_accept,
    "handed_in": delivery.may_accept,
    "answered": delivery.may_close_notice,
    "received": intake.may_screen,
    "wanted": intake.may_reply,
    "waiting": intake.may_answer_objection,
    "open": vote.may_answer_opinion,
    **dict.fromkeys(DUE[:-1], _may_answer),
}
"""What is asked for of a list → the rule of what is to be done there. Red sites are looked at and no more."""


def listed(client: Client, url: str) -> tuple[int, list[Any]]:
    """Return how many rows the list at an address holds, and those of its first page."""
    context = client.get(url).context
    if "grid" not in context:
        return len(context["opinions"]), list(context["opinions"])
    return int(context["grid"].count), [getattr(shown, "row", shown) for shown in context["grid"].page.rows]


def rule_of(url: str) -> Callable[..., Verdict] | None:
    """Return the rule of what is to be done with the rows of a list."""
    path = urlsplit(url)
    asked = parse_qs(path.query)
    words = [path.path.rstrip("/").rpartition("/")[2], *(value for values in asked.values() for value in values)]
    return next((MAY[word] for word in words if word in MAY), None)


def test_what_is_counted_may_be_done_by_who_is_told_and_what_waits_for_others_not(
    busy: World, visitors: dict[str, Client]
):
    wrong, asked = [], set()
    for role in Role:
        person, now = busy.people[role], timezone.now()
        for item in selectors.work_for(person, now):
            if item.is_list and (rule := rule_of(item.url)):
                asked.add(rule)
                _count, rows = listed(visitors[str(role)], item.url)
                done = [bool(rule(person, row, now)) for row in rows]
                wrong += [f"{role}: {item.url}"] * (done != [not item.waits_for_others] * len(rows))
            elif item.is_list:
                assert "light=red" in item.url

    assert wrong == []
    assert asked == set(MAY.values())


def test_every_site_that_a_person_may_accept_is_counted_and_no_other(busy: World):
    expected, found = {}, {}
    for role in Role:
        person, now = busy.people[role], timezone.now()
        sites = [site.pk for site in Site.objects.all() if delivery.may_accept(person, site, now)]
        items = [item for item in selectors.work_for(person, now) if item.url.endswith("mine=accept")]
        expected[role], found[role] = len(sites), sum(item.count for item in items)

    assert found == expected
    assert expected[Role.DEPARTMENT] > 0


def test_every_line_counts_the_rows_of_the_list_that_it_opens(busy: World, visitors: dict[str, Client]):
    wrong, seen = [], set()
    for role in Role:
        for item in selectors.work_for(busy.people[role], timezone.now()):
            if item.is_list:
                path = urlsplit(item.url)
                asked = re.sub(r"area=\d+", "area=…", path.query)
                seen.add(f"{path.path.rstrip('/').rpartition('/')[2]}/?{asked}")
                if (found := listed(visitors[str(role)], item.url)[0]) != item.count:
                    wrong.append(f"{role}: {item.url} counts {item.count}, and the list has {found}")
            else:
                assert "?" not in item.url
                assert item.count == 1

    assert wrong == []
    assert seen == LISTS - (ON_SUNDAY if timezone.localdate().weekday() == SUNDAY else set())


def test_the_desk_of_a_year_and_my_work_say_the_same_of_it(busy: World, visitors: dict[str, Client]):
    today, cycle = timezone.localdate(), Cycle.objects.get(area=busy.area, year=YEARS["deliver"][0])
    desk = cycle.address("portal:desk")
    PhasePeriodFactory(cycle=cycle, phase=cycle.phase, starts_on=today, ends_on=today)
    seen = {}
    for role in (Role.LIVELIHOOD_OFFICE, Role.DEPARTMENT, Role.SUPERVISION_OFFICE):
        to_do = visitors[str(role)].get(desk).context["to_do"]
        work = visitors[str(role)].get("/desk/").context["work"]
        seen[role] = len(to_do.dates)
        assert sorted(item.url for item in [*to_do.work, *to_do.dates]) == sorted(
            item.url for _b, items in work for item in items if item.url.startswith(desk) and not item.waits_for_others
        )

    assert seen == {Role.LIVELIHOOD_OFFICE: 1, Role.DEPARTMENT: 0, Role.SUPERVISION_OFFICE: 0}


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
