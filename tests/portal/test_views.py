import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from livelihood.accounts.roles import Role
from livelihood.audit.models import Entry
from livelihood.audit.services import record
from livelihood.cycles.models import Cycle, PhasePeriod
from livelihood.cycles.states import DATED_PHASES, Phase
from livelihood.portal.acts import ACTS
from livelihood.portal.filters import JournalFilter
from proposals.acts import ProposalAct
from tests import databases
from tests.factories.frame import (
    NOW,
    CityFactory,
    CountyFactory,
    CycleFactory,
    PhasePeriodFactory,
    ProvinceFactory,
    official,
)
from tests.factories.projects import SiteFactory
from tests.factories.proposals import NeedFactory, SuggestionFactory
from tests.factories.voting import freeze
from tests.journal import TriedAct

pytestmark = pytest.mark.django_db


def address(name, cycle):
    return reverse(f"portal:{name}", kwargs={"area": cycle.area.slug, "year": cycle.year})


def queries(client, url, django_assert_max_num_queries):
    with django_assert_max_num_queries(100) as captured:
        response = client.get(url)
    assert response.status_code == 200
    return len(captured)


def test_the_front_page_costs_the_same_for_one_year_and_for_three(client, django_assert_max_num_queries):
    CycleFactory(year=2025)
    one = queries(client, "/", django_assert_max_num_queries)

    CycleFactory(year=2025)
    CycleFactory(year=2026)

    assert queries(client, "/", django_assert_max_num_queries) == one == 12


def test_the_front_page_shows_each_year_in_its_phase(client):
    cycle = CycleFactory(phase=Phase.DECIDE)

    page = client.get("/").content.decode()

    assert f">{cycle.area.name_zh} {cycle.year}<" in re.sub(r"\s*([<>])\s*|\s+", lambda gap: gap[1] or " ", page)
    assert address("cycle", cycle) in page


def test_the_front_page_and_the_search_say_what_is_a_demonstration(client):
    real, demo = CycleFactory(year=2025), CycleFactory(year=2026)
    NeedFactory(cycle=real, title="真的电梯")
    assert "演示" not in client.get("/").content.decode() + client.get("/search/?q=电梯").content.decode()
    with databases.as_superuser():
        Cycle.objects.filter(pk=demo.pk).update(is_demo=True)
    NeedFactory(cycle=demo, title="编的电梯")

    years = client.get("/").context["front"].years
    (found,) = client.get("/search/?q=电梯").context["groups"]

    assert {line.cycle.pk: [str(mark) for mark in line.marks] for line in years} == {real.pk: [], demo.pk: ["演示"]}
    assert [[str(line) for line in card.meta][1:] for card in found.cards] == [["演示"], []]
    for path in ("/", "/search/?q=电梯"):
        assert "demo-banner" in client.get(path).content.decode()


@pytest.mark.parametrize("phase", DATED_PHASES)
def test_a_year_shows_the_one_thing_to_do_in_each_phase(client, phase):
    cycle = CycleFactory(phase=phase)
    actions = {
        Phase.SOLICIT: "suggest/",
        Phase.PLAN: "candidates/",
        Phase.DECIDE: "decision/",
        Phase.DELIVER: "projects/",
        Phase.EVALUATE: "satisfaction/",
        Phase.CLOSED: "announcement/",
    }

    page = client.get(address("cycle", cycle)).content.decode()

    assert f'href="{address("cycle", cycle)}{actions[phase]}"' in page


@pytest.mark.parametrize(
    ("first", "last", "is_open"),
    [(-3, -1, False), (1, 3, False), (0, 0, True)],
    ids=["over", "to come", "on its only day"],
)
def test_a_year_offers_its_form_between_the_days_of_collecting_only(client, first, last, is_open):
    today = timezone.localdate()
    days = {"starts_on": today + timedelta(days=first), "ends_on": today + timedelta(days=last)}
    cycle = PhasePeriodFactory(phase=Phase.SOLICIT, cycle__phase=Phase.SOLICIT, **days).cycle

    page = client.get(f"/en{cycle.address('portal:cycle')}").content.decode()

    assert ("Make a suggestion" in page, "Read the open letter" in page) == (is_open, not is_open)


def test_sites_are_looked_for_where_there_are_any(client):
    site = SiteFactory()
    Cycle.objects.filter(pk=site.cycle_id).update(phase=Phase.DELIVER)

    home = client.get(address("cycle", site.cycle)).context["home"]

    assert home.action_url.endswith("/sites/")
    assert [figure.value for figure in home.figures] == ["1", "0%", "0%"]


def test_a_year_counts_its_suggestions(client):
    cycle = CycleFactory()
    SuggestionFactory.create_batch(3, cycle=cycle)

    response = client.get(address("cycle", cycle))

    assert [figure.value for figure in response.context["home"].figures] == ["3", "0", "0", "0"]


COLLECTED_ELSEWHERE = "The suggestions for this year were not collected in this portal."
DECIDED_ELSEWHERE = "Its list was decided elsewhere and is shown here as it was published."


@pytest.mark.parametrize(
    ("phase", "notes"),
    [
        (Phase.SOLICIT, []),
        (Phase.PLAN, [COLLECTED_ELSEWHERE]),
        (Phase.DECIDE, [COLLECTED_ELSEWHERE]),
        (Phase.DELIVER, [COLLECTED_ELSEWHERE, DECIDED_ELSEWHERE]),
        (Phase.EVALUATE, [COLLECTED_ELSEWHERE, DECIDED_ELSEWHERE]),
        (Phase.CLOSED, [COLLECTED_ELSEWHERE, DECIDED_ELSEWHERE]),
    ],
)
def test_a_year_that_collected_nothing_says_so_and_counts_no_noughts(client, phase, notes):
    cycle = CycleFactory(phase=phase)

    page = client.get(f"/en{address('cycle', cycle)}")

    assert page.context["home"].notes == notes
    assert all(note in page.content.decode() for note in notes)
    labels = {figure.label for figure in page.context["home"].figures}
    assert ("Suggestions received" in labels) is (phase == Phase.SOLICIT)


def test_a_year_that_collected_and_decided_here_says_nothing_of_elsewhere(client):
    cycle = CycleFactory(phase=Phase.PLAN)
    SuggestionFactory(cycle=cycle)
    freeze(cycle, 2)
    Cycle.objects.filter(pk=cycle.pk).update(phase=Phase.DELIVER)

    home = client.get(address("cycle", cycle)).context["home"]

    assert home.notes == []
    assert [(figure.label, figure.value) for figure in home.figures] == [
        ("项目", "0"),
        ("入选项目", "0"),
        ("收到的建议", "1"),
        ("单独答复的建议", "0"),
    ]


def test_while_it_is_decided_the_candidates_are_counted(client):
    cycle = CycleFactory(phase=Phase.PLAN)
    freeze(cycle, 2)
    Cycle.objects.filter(pk=cycle.pk).update(phase=Phase.DECIDE)

    home = client.get(address("cycle", cycle)).context["home"]

    assert [(figure.label, figure.value) for figure in home.figures] == [("清单上的候选项目", "2")]


def test_whoever_sent_a_suggestion_finds_the_way_to_follow_it_and_officials_theirs(client):
    cycle = SuggestionFactory().cycle
    pages = {
        "with": client.get(address("cycle", cycle)).content.decode(),
        "without": client.get(address("cycle", CycleFactory())).content.decode(),
    }

    assert [page.count('/track/"') for page in pages.values()] == [1, 0]
    assert all('href="/sign-in/"' in page for page in pages.values())


def test_an_area_is_found_by_its_code_too(client):
    cycle = CycleFactory()

    assert client.get(f"/{cycle.area.code}/{cycle.year}/")["Location"] == f"/{cycle.area.slug}/{cycle.year}/"
    assert client.get(f"/{cycle.area.code}/1999/", follow=True).status_code == 404


def test_the_search_finds_what_is_public(client):
    need = NeedFactory(title="老楼加装电梯")
    SuggestionFactory(cycle=need.cycle, title="不公开的电梯建议")

    groups = client.get("/search/", {"q": "电梯"}).context["groups"]

    assert [[card.title for card in group.cards] for group in groups] == [["老楼加装电梯"]]
    assert client.get("/search/", {"q": ""}).context["groups"] == []


def test_my_work_needs_a_sign_in_and_lists_what_waits(client):
    cycle = CycleFactory()
    SuggestionFactory(cycle=cycle)
    office = official(Role.LIVELIHOOD_OFFICE, cycle.area)

    assert client.get("/desk/").status_code == 302
    client.force_login(office)
    response = client.get("/desk/")

    assert response.status_code == 200
    assert any("suggestions" in item.url for _bucket, items in response.context["work"] for item in items)
    assert [card.url for card in response.context["desks"].cycles] == [address("desk", cycle)]


def test_the_desks_of_the_areas_below_are_listed_and_those_above_and_beside_are_not(client):
    county = CountyFactory()
    city = county.parent
    own = CycleFactory(area=city)
    below = CycleFactory(area=county, phase=Phase.DRAFT)
    for area, phase in (
        (county, Phase.CLOSED),
        (city.parent, Phase.PLAN),
        (CityFactory(parent=city.parent), Phase.PLAN),
    ):
        CycleFactory(area=area, year=2023, phase=phase)
    client.force_login(official(Role.LIVELIHOOD_OFFICE, city))

    desks = client.get("/desk/").context["desks"]

    assert [card.url for card in desks.cycles] == [address("desk", own)]
    assert [link.url for link in desks.below] == [address("desk", below)]
    assert (client.get(desks.below[0].url).status_code, desks.has_more) == (200, False)
    client.force_login(official(Role.DEPARTMENT, city))
    assert client.get("/desk/").context["desks"].below == []


def test_a_stranger_to_the_area_sees_no_desk(client):
    cycle = CycleFactory()
    client.force_login(official(Role.LIVELIHOOD_OFFICE, CityFactory()))

    assert client.get(address("desk", cycle)).status_code == 403


def test_dates_that_are_set_are_shown_as_the_browser_reads_them(client):
    cycle = PhasePeriodFactory(starts_on=date(2024, 10, 15), ends_on=date(2024, 11, 15)).cycle
    client.force_login(official(Role.LIVELIHOOD_OFFICE, cycle.area))

    page = client.get(address("year_dates", cycle)).content.decode()

    assert re.findall(r'value="([\d]+-[\d-]+)"', page) == ["2024-10-15", "2024-11-15"]


def test_dates_of_the_phases_are_set_on_the_page(client):
    cycle = CycleFactory()
    client.force_login(official(Role.LIVELIHOOD_OFFICE, cycle.area))

    response = client.post(
        address("year_dates", cycle), {"solicit_starts_on": "2024-10-01", "solicit_ends_on": "2024-10-31"}
    )

    assert response.status_code == 302
    assert PhasePeriod.objects.values_list("phase", "starts_on", "ends_on").get() == (
        Phase.SOLICIT,
        date(2024, 10, 1),
        date(2024, 10, 31),
    )


@pytest.mark.parametrize(
    "days",
    [
        {"solicit_starts_on": "2024-10-31", "solicit_ends_on": "2024-10-01"},
        {"solicit_starts_on": "2024-10-31"},
        {"solicit_starts_on": "2024-02-31", "solicit_ends_on": "2024-03-01"},
        {
            "solicit_starts_on": "2024-10-15", "solicit_ends_on": "2024-11-15",
            "plan_starts_on": "2024-11-14", "plan_ends_on": "2024-12-01",
        },
    ],
)  # fmt: skip
def test_impossible_dates_are_explained_and_change_nothing(client, days):
    period = PhasePeriodFactory()
    client.force_login(official(Role.LIVELIHOOD_OFFICE, period.cycle.area))

    response = client.post(address("year_dates", period.cycle), days)

    assert response.status_code == 422
    assert response.context["form"].errors
    assert PhasePeriod.objects.get().starts_on == period.starts_on


def test_a_journal_offers_its_own_acts_whatever_was_asked_before():
    def offered(**made_with: Any) -> set[str]:
        field = JournalFilter({}, queryset=Entry.objects.all(), **made_with).form.fields["act"]
        return {code for _room, acts in field.choices if isinstance(acts, list) for code, _words in acts}

    assert offered() == set(ACTS)
    assert offered(without=["round.opened"]) == set(ACTS) - {"round.opened"}
    assert offered() == set(ACTS)


def test_the_journal_is_read_by_auditors_and_costs_the_same_for_more_entries(client, django_assert_max_num_queries):
    cycle = CycleFactory()
    auditor = official(Role.AUDITOR, cycle.area)
    client.force_login(auditor)
    record(TriedAct.CYCLE_TRIED, cycle, by=auditor, at=NOW, cycle_id=cycle.pk)
    one = queries(client, address("journal", cycle), django_assert_max_num_queries)

    record(TriedAct.CYCLE_TRIED, cycle, by=auditor, at=NOW, cycle_id=cycle.pk)
    record(TriedAct.CYCLE_RETRIED, cycle, by=None, at=NOW, cycle_id=cycle.pk)

    assert queries(client, address("journal", cycle), django_assert_max_num_queries) == one
    rows = client.get(address("journal", cycle)).context["rows"]
    assert (rows[0].act, rows[0].words, rows[0].actor) == ("cycle.retried", "cycle.retried", "")


def test_the_journal_speaks_in_words(client):
    suggestion = SuggestionFactory()
    auditor = official(Role.AUDITOR, suggestion.cycle.area)
    client.force_login(auditor)
    record(ProposalAct.SUGGESTION_LINKED, suggestion, by=auditor, at=NOW, cycle_id=suggestion.cycle_id)

    page = client.get(f"/en{address('journal', suggestion.cycle)}")

    assert [row.words for row in page.context["rows"]] == ["Suggestion linked to a need"]
    assert '<option value="suggestion.linked">Suggestion linked to a need</option>' in page.content.decode()


@pytest.mark.parametrize("role", [Role.DEPARTMENT, Role.CONGRESS_STAFF, Role.SCRUTINEER])
def test_the_journal_is_closed_to_others(client, role):
    cycle = CycleFactory()
    client.force_login(official(role, cycle.area))

    assert client.get(address("journal", cycle)).status_code == 403


def test_public_pages_set_no_cookie_and_may_be_kept(client):
    cycle = CycleFactory()

    for url in ("/", "/en/", "/data/", address("cycle", cycle)):
        response = client.get(url)
        assert response.status_code == 200
        assert response.cookies == {}
        assert "Cookie" not in response.get("Vary", "")
        assert "public" in response["Cache-Control"]


def test_the_site_map_leads_to_pages_years_and_provinces(client, django_assert_num_queries):
    province = ProvinceFactory(code="330000", slug="zhejiang", name_zh="浙江省")
    CycleFactory(area=CityFactory(code="330700", slug="jinhua", parent=province), year=2027, phase=Phase.PLAN)
    CycleFactory(area=province, year=2026, phase=Phase.CLOSED)
    client.get("/site-map/")

    with django_assert_num_queries(2):
        page = client.get("/site-map/").content.decode()
    for number in range(3):
        CycleFactory(area=province, year=2020 + number)
    with django_assert_num_queries(2):
        client.get("/site-map/")

    main = page.partition("<main")[2].partition("</main>")[0]
    links = set(re.findall(r'href="([^"]*)"', main))
    assert links >= {"/", "/search/", "/pages/privacy/", "/data/", "/feed.xml", "/zhejiang/"}
    assert links >= {"/jinhua/2027/", "/jinhua/2027/letter/", "/jinhua/2027/candidates/"}
    assert "/zhejiang/2026/" not in links
    assert 'href="/site-map/"' in client.get("/").content.decode().partition("<footer")[2]
