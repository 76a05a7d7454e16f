"""A year's page and the front page: what their pictures say, and that nothing is read twice for more of it."""

import html
import io
import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.html import strip_tags
from PIL import Image

from livelihood.cycles.states import Phase
from livelihood.portal import exporters
from livelihood.portal.columns import in_columns
from livelihood.portal.front import front
from livelihood.portal.glance import glance
from livelihood.portal.home import YearRead, cycle_home, question, standing
from projects.surveys.services import figures
from projects.surveys.states import Grade, Target
from tests.factories.frame import (
    NOW,
    AspectFactory,
    CountyFactory,
    CycleFactory,
    PhasePeriodFactory,
)
from tests.factories.projects import DeliveryFactory, IndicatorFactory, ProjectFactory, SiteFactory
from tests.factories.proposals import (
    AcceptedFactory,
    CandidateFactory,
    CandidateNeedFactory,
    NeedFactory,
    NeedLinkFactory,
    SuggestionFactory,
)
from tests.factories.surveys import SurveyFactory, project_in, say
from tests.factories.voting import plenary
from voting.models import Round
from voting.states import RoundState

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


def sites_in(cycle, *lights, area=None, aspect=None):
    """Sites of a project of their own, one of each light; blue is accepted, `done` completed."""
    aspect = aspect or AspectFactory(cycle=cycle)
    indicator = IndicatorFactory(project=ProjectFactory(cycle=cycle, aspect=aspect))
    area = area or CountyFactory(parent=cycle.area)
    states = {"blue": "accepted", "done": "completed", "grey": "planned"}
    for light in lights:
        shown = "green" if light == "done" else light
        SiteFactory(indicator=indicator, area=area, light=shown, state=states.get(light, "under_way"))
    return indicator


def half_over(cycle):
    """Let half of the days of delivery have passed."""
    day = timezone.localdate()
    days = {"starts_on": day - timedelta(days=50), "ends_on": day + timedelta(days=50)}
    PhasePeriodFactory(cycle=cycle, phase=Phase.DELIVER, **days)


def told(chart):
    return chart.title, chart.beneath


def test_delivery_is_one_bar_of_all_sites_beside_the_time_that_has_passed():
    cycle = DeliveryFactory()
    half_over(cycle)
    sites_in(cycle, "blue", "done", "green", "yellow", "red", "red", "grey", "grey")

    chart = glance(YearRead(cycle, timezone.localdate()), timezone.now()).main[0]

    assert told(chart) == (
        "25.0% of the sites are completed; 2 are behind",
        "2 of 8 sites are completed, 1 of them accepted.",
    )
    assert [(str(key.label), key.figure, key.url.partition("?")[2]) for key in chart.keys] == [
        ("Accepted", "1 · 12.5%", "state=accepted"),
        ("Completed", "1 · 12.5%", "state=completed"),
        ("Under way, on schedule", "1 · 12.5%", "state=under_way&light=green"),
        ("Slightly behind", "1 · 12.5%", "light=yellow"),
        ("Behind", "2 · 25.0%", "light=red"),
        ("Not started", "2 · 25.0%", "light=grey"),
    ]
    assert "Time passed: 50.0%" in chart.svg


def test_each_part_of_the_bar_leads_to_as_many_sites_as_it_has(client):
    cycle = DeliveryFactory()
    sites_in(cycle, "blue", "done", "done", "green", "yellow", "red", "grey")

    chart = glance(YearRead(cycle, timezone.localdate()), timezone.now()).main[0]

    found = [client.get(key.url).context["count"] for key in chart.keys]
    assert [int(key.figure.partition(" ")[0]) for key in chart.keys] == found == [1, 2, 1, 1, 1, 1]


@pytest.mark.parametrize(
    ("lights", "title"),
    [
        (["blue", "blue"], "Every site is completed and accepted"),
        (["blue", "done"], "Every site is completed; 1 wait for acceptance"),
        (["done", "green"], "50.0% of the sites are completed, ahead of the time that has passed"),
        (["green", "grey"], "0.0% of the sites are completed; 50.0% of the time has passed"),
    ],
)
def test_the_title_says_how_far_a_year_is(lights, title):
    cycle = DeliveryFactory()
    half_over(cycle)
    sites_in(cycle, *lights)

    assert glance(YearRead(cycle, timezone.localdate()), timezone.now()).main[0].title == title


def test_areas_and_aspects_stand_by_what_is_completed_each_leading_to_its_rows():
    cycle = DeliveryFactory()
    near, far = CountyFactory(parent=cycle.area), CountyFactory(parent=cycle.area)
    roads, care = AspectFactory(cycle=cycle), AspectFactory(cycle=cycle)
    sites_in(cycle, "blue", "blue", "red", area=near, aspect=roads)
    sites_in(cycle, "green", "done", "grey", "grey", area=far, aspect=care)

    shown = glance(YearRead(cycle, timezone.localdate()), timezone.now())
    (by_area,), (by_aspect,) = shown.main[1:], shown.side

    assert told(by_area) == (
        f"Furthest: {near.name}, 66.7%; least far: {far.name}, 25.0%",
        "3 of 7 sites are completed, 2 of them accepted.",
    )
    assert [(row[0]["text"], row[-1]) for row in by_area.rows] == [
        (far.name, "1 of 4 · 25.0%"),
        (near.name, "2 of 3 · 66.7%"),
    ]
    assert by_area.rows[0][0]["url"].endswith(f"/sites/?area={far.code}")
    assert [row[0]["url"].partition("?")[2] for row in by_aspect.rows] == [
        f"aspect={care.number}",
        f"aspect={roads.number}",
    ]


def test_areas_that_are_equally_far_are_all_named():
    cycle = DeliveryFactory()
    areas = CountyFactory.create_batch(5, parent=cycle.area)
    for area, lights in zip(areas, (["done", "grey"], ["blue", "red"], *[["grey"]] * 3), strict=True):
        sites_in(cycle, *lights, area=area, aspect=AspectFactory(cycle=cycle))

    chart = glance(YearRead(cycle, timezone.localdate()), timezone.now()).main[1]

    assert chart.title == f"Furthest: {areas[0].name} and {areas[1].name}, 50.0%; least far: 3 of all 5, 0.0%"


def test_a_year_without_sites_shows_its_targets_and_what_is_not_known_hatched():
    cycle = DeliveryFactory()
    project = ProjectFactory(cycle=cycle)
    IndicatorFactory(project=project, target=Decimal(10))

    (chart,) = glance(YearRead(cycle, timezone.localdate()), timezone.now()).main

    assert chart.title == "0 of 1 targets are reached"
    assert "not known yet" in chart.svg
    assert "chart-missing" in chart.svg


def test_what_is_asked_for_stands_by_aspect_with_what_is_answered():
    cycle = CycleFactory(phase=Phase.SOLICIT)
    roads, care = AspectFactory(cycle=cycle), AspectFactory(cycle=cycle)
    SuggestionFactory(cycle=cycle, aspect=roads)
    SuggestionFactory.create_batch(3, cycle=cycle, aspect=care)

    chart = glance(YearRead(cycle, timezone.localdate()), timezone.now()).main[0]

    assert told(chart) == (
        f"Most is asked about {care.name}: 75.0% of all suggestions",
        "Suggestions: 4; answered singly: 0; adopted: 0.",
    )
    assert [row[1:] for row in chart.rows] == [["3", "75.0%", "0"], ["1", "25.0%", "0"]]
    assert chart.rows[0][0]["url"].endswith(f"/needs/?aspect={care.number}")


def test_a_decision_stands_beside_the_approvals_that_are_needed():
    session = plenary(deputies=4)
    session.fill_urn(["yyn", "yyn", "ynn", "nnn"])
    session.finish()

    chart = glance(YearRead(session.cycle, timezone.localdate()), timezone.now()).main[0]

    assert chart.title == "1 of 3 candidates are chosen, each with 3 approvals"
    assert [row[1] for row in chart.rows] == ["3", "2", "0"]
    assert "Needed: 3" in chart.svg


def test_the_page_of_a_year_in_which_is_voted_shows_on_what_by_whom_until_when_and_nothing_of_the_votes(client):
    session = plenary(candidates=3, seats=2, deputies=4)
    opened = timezone.now() - timedelta(days=1)
    Round.objects.update(opened_at=opened, voting_minutes=4 * 24 * 60)
    session.fill_urn(["yyn"])
    cycle, day = session.cycle, timezone.localdate(opened) + timedelta(days=4)
    PhasePeriodFactory(cycle=cycle, phase=Phase.DECIDE, ends_on=day + timedelta(days=30))

    page = client.get(cycle.address("portal:cycle"))
    vote = page.context["glance"].vote
    shown = " ".join(strip_tags(page.content.decode()).split())

    assert [(one.title, one.cost_wan) for one in vote.options] == [("项目1", 100), ("项目2", 200), ("项目3", 300)]
    assert page.context["home"].standing == f"Voting is open: until {date_format(day)}, 3 days left"
    assert page.context["track_line"].days_left == 3, "of the vote and not of the phase"
    assert [line.until for line in front(timezone.now()).years] == [f"until {date_format(day)}, 3 days left"]
    for words in (
        "2 to be chosen from 3 candidates.",
        f"The deputies of the people's congress of {cycle.area.name}",
        "All deputies in term: more than 1/2",
        f"1. 项目1 {vote.options[0].aspect.name} 1 million yuan",
    ):
        assert words in html.unescape(shown)
    assert not [words for words in ("1 of 4", "25.0%", "have voted") if words in shown]


@pytest.mark.parametrize("until", [RoundState.DRAFT, RoundState.ROLL_LOCKED])
def test_before_a_vote_is_public_its_year_shows_what_the_candidates_would_cost(until):
    shown = glance(YearRead(plenary(until=until).cycle, timezone.localdate()), timezone.now())

    if until == RoundState.DRAFT:
        assert (shown.vote, shown.main[0].title) == (
            None, "3 candidates would cost 6 million yuan; 50.0% of it is for 项目3",
        )  # fmt: skip
    else:
        assert (shown.vote.round.state, shown.vote.ends_at, shown.main) == (until, None, [])


def test_a_wish_leads_to_a_place_where_it_is_done():
    cycle = DeliveryFactory()
    need = NeedFactory(cycle=cycle)
    NeedLinkFactory(need=need, suggestion=AcceptedFactory(cycle=cycle, public_title="想在村口装一盏灯"))
    candidate = CandidateFactory(cycle=cycle)
    CandidateNeedFactory(candidate=candidate, need=need)
    project = ProjectFactory(cycle=cycle, candidate=candidate)
    site = SiteFactory(indicator=IndicatorFactory(project=project))

    (thread,) = glance(YearRead(cycle, timezone.localdate()), timezone.now()).threads

    assert (thread.sentence, thread.need, thread.project, thread.site) == (
        "想在村口装一盏灯", need.title, project.title, site.name,
    )  # fmt: skip


def test_a_year_stands_in_two_columns_that_end_together_and_on_a_phone_two_pictures_are_open():
    cycle = DeliveryFactory()
    half_over(cycle)
    areas, aspects = CountyFactory.create_batch(3, parent=cycle.area), AspectFactory.create_batch(12, cycle=cycle)
    for number, aspect in enumerate(aspects):
        sites_in(cycle, "blue", "red", area=areas[number % 3], aspect=aspect)
    year, now = YearRead(cycle, timezone.localdate()), timezone.now()

    main, side = in_columns(glance(year, now), cycle_home(year, now), [])

    pieces = [*main, *side]
    heights = [sum(piece.height for piece in column) for column in (main, side)]
    assert abs(heights[0] - heights[1]) <= max(piece.height for piece in pieces)
    assert [piece.value.title for piece in main[:1]] == [
        "50.0% of the sites are completed, ahead of the time that has passed"
    ]
    pictures = [piece for piece in pieces if piece.kind == "chart"]
    assert [piece.is_folded for piece in pictures].count(False) == 2 < len(pictures)
    assert [piece.kind for piece in pieces if piece.kind != "chart"] == ["figures"]


@pytest.mark.parametrize(
    ("left", "text"),
    [
        (18, "until {day}, 18 days left"),
        (1, "until {day}, 1 day left"),
        (0, "today is the last day"),
        (-1, "planned until {day}"),
    ],
)
def test_a_page_says_how_long_its_phase_lasts(left, text):
    today = timezone.localdate()
    days = {"starts_on": today - timedelta(days=30), "ends_on": today + timedelta(days=left)}
    cycle = PhasePeriodFactory(phase=Phase.SOLICIT, cycle__phase=Phase.SOLICIT, **days).cycle
    day = f"{days['ends_on']:%b}. {days['ends_on'].day}, {days['ends_on'].year}"

    assert standing(cycle, today) == f"{Phase.SOLICIT.label}: {text.format(day=day)}"


def test_a_year_that_is_delivered_asks_as_much_for_three_areas_as_for_one(client, django_assert_num_queries):
    cycle = DeliveryFactory()
    indicator = sites_in(cycle, "blue")
    with django_assert_num_queries(17):
        client.get(cycle.address("portal:cycle"))

    for light in ("red", "green"):
        SiteFactory(indicator=indicator, light=light, area=CountyFactory(parent=cycle.area))

    with django_assert_num_queries(17):
        client.get(cycle.address("portal:cycle"))


def test_the_front_page_sums_up_the_four_steps():
    asked = SuggestionFactory(cycle=CycleFactory(phase=Phase.SOLICIT)).cycle
    delivered = DeliveryFactory()
    sites_in(delivered, "blue", "grey", "grey")
    judged = CycleFactory(phase=Phase.EVALUATE)
    survey = SurveyFactory(cycle=judged, target=Target.PROJECT)
    say(survey, Grade.SATISFIED, project=project_in(judged))
    figures.aggregate_arrivals(survey_id=survey.pk, at=NOW)

    steps = front(timezone.now()).steps

    assert [(step.figure, str(step.unit), step.url) for step in steps] == [
        ("1", "suggestions received", asked.address("proposals:statistics")),
        ("0", "projects chosen", ""),
        ("1", "of 3 sites completed", delivered.address("projects:progress")),
        ("1", "answers given", judged.address("surveys:satisfaction")),
    ]


def test_the_front_page_says_of_each_year_what_has_come_of_it_what_is_open_first():
    today = timezone.localdate()
    days = {"starts_on": today - timedelta(days=3), "ends_on": today + timedelta(days=3)}
    closed = CycleFactory(phase=Phase.CLOSED, year=2024)
    delivered = DeliveryFactory(year=2026)
    sites_in(delivered, "blue", "grey")
    over = CycleFactory(phase=Phase.SOLICIT, year=2025)
    PhasePeriodFactory(
        cycle=over, phase=Phase.SOLICIT, starts_on=today - timedelta(days=9), ends_on=today - timedelta(days=2)
    )
    running = PhasePeriodFactory(phase=Phase.SOLICIT, cycle__phase=Phase.SOLICIT, cycle__year=2025, **days).cycle
    stands = CycleFactory(phase=Phase.DECIDE, year=2025)

    page = front(timezone.now())

    assert {line.cycle.pk: line.text for line in page.years} == {
        running.pk: "0 suggestions",
        over.pk: "0 suggestions; the form is closed",
        stands.pk: "The candidates stand; the decision is to come",
        delivered.pk: "50.0% of 2 sites completed",
        closed.pk: "0 projects on the list",
    }
    phases = [line.cycle.phase for line in page.years]
    assert phases == ["solicit", "solicit", "decide", "deliver", "closed"]
    assert [door.url for door in page.doors] == [running.address("proposals:suggest")]


def test_a_vote_that_is_over_is_not_said_to_be_to_come(client):
    session = plenary(deputies=4)
    session.fill_urn(["yyn"] * 4)
    session.finish()

    (line,) = front(timezone.now()).years
    page = client.get(session.cycle.address("portal:cycle")).content.decode()

    assert line.text == "2 projects chosen"
    assert "It is decided: of 3 candidates 2 will be done." in page


def test_links_carry_a_picture_of_their_page(client):
    cycle = DeliveryFactory()
    sites_in(cycle, "blue", "grey")
    sizes = []
    for path in ("/", cycle.address("portal:cycle")):
        page = client.get(path).content.decode()
        image = page.partition('property="og:image" content="')[2].partition('"')[0]
        card = client.get(image.removeprefix("http://localhost:8000"))
        assert card["Content-Type"] == "image/png"
        sizes.append(Image.open(io.BytesIO(card.content)).size)

    assert sizes == [(1200, 630)] * 2


@pytest.mark.parametrize("is_demo", [True, False])
def test_what_goes_about_without_its_page_says_of_which_day_it_is_and_whether_it_is_invented(
    client, monkeypatch, is_demo
):
    cycle = DeliveryFactory(is_demo=is_demo)
    drawn = []

    def kept(_template, content):
        drawn.append(content)
        return b""

    monkeypatch.setattr(exporters, "drawn", kept)
    exporters.year_card(cycle, timezone.now())
    exporters.front_card(timezone.now())

    said = [content["note"] for content in drawn]
    for path in ("/en/", cycle.address("portal:cycle")):
        head = client.get(path).content.decode().partition("</head>")[0]
        said += re.findall(r'(?:og:|name=")description" content="(.*?)"', head)
        assert ("Demonstration" in re.findall(r'og:title" content="(.*?)"', head)[0]) == is_demo

    assert len(said) == 6
    for note in said:
        assert f"Figures of {date_format(timezone.localdate())}." in note
        assert ("Demonstration: those without a named source are invented." in note) == is_demo


def test_a_survey_that_is_open_stands_on_the_front_page_and_on_that_of_its_year(client):
    today = timezone.localdate()
    days = {"opens_on": today - timedelta(days=9), "closes_on": today + timedelta(days=2)}
    over = {**days, "closes_on": today - timedelta(days=1)}
    judged, delivered = CycleFactory(phase=Phase.EVALUATE), DeliveryFactory()
    for target in (Target.CYCLE, Target.SITE):
        SurveyFactory(cycle=judged, target=target, title=f"Of each {target}", **days)
    SurveyFactory(cycle=delivered, target=Target.PROJECT, title="Of each project", **days)
    SurveyFactory(cycle=judged, target=Target.PROJECT, title="Over", **over)
    sites, projects, code = judged.address("projects:sites"), delivered.address("projects:projects"), "/en/survey/"

    doors = {(door.place, door.about, door.url) for door in front(timezone.now()).doors}
    homes = [cycle_home(YearRead(cycle, timezone.localdate()), timezone.now()) for cycle in (judged, delivered)]

    assert doors == {
        (f"{judged.area.name} {judged.year}", "Of each cycle", code),
        (f"{judged.area.name} {judged.year}", "Of each site", sites),
        (f"{delivered.area.name} {delivered.year}", "Of each project", projects),
    }
    assert [(home.action_url, [url for _label, url in home.more]) for home in homes] == [
        (sites, [code, judged.address("surveys:satisfaction")]),
        (projects, [projects]),
    ]
    assert client.get("/en/").content.decode().count("2 days left") == 3
    assert client.get(judged.address("portal:cycle")).content.decode().count(f'href="{code}"') == 1


def test_the_front_page_asks_for_the_year_for_which_is_collected():
    today = date(2026, 11, 30)

    assert [str(question(years, today)) for years in ([], [2027, 2027], [2029], [2027, 2029])] == [
        "What should be done next year?",
        "What should be done next year?",
        "What should be done in 2029?",
        "What should be done?",
    ]


def test_a_year_that_is_not_the_next_is_asked_for_by_its_number():
    year = timezone.localdate().year
    days = {"starts_on": timezone.localdate(), "ends_on": timezone.localdate()}
    said = []
    for number in (year + 1, year + 3):
        cycle = PhasePeriodFactory(phase=Phase.SOLICIT, cycle__phase=Phase.SOLICIT, cycle__year=number, **days).cycle
        said.append(str(cycle_home(YearRead(cycle, timezone.localdate()), timezone.now()).sentence))

    assert said == [
        "The government asks: what should be done next year? Everyone may answer.",
        f"The government asks: what should be done in {year + 3}? Everyone may answer.",
    ]


def test_a_year_without_anything_has_a_card_too(client):
    cycle = CycleFactory(phase=Phase.PLAN)

    assert client.get(f"{cycle.address('portal:cycle')}card.png").status_code == 200
