"""Who reads a letter is counted beside the page; letters of past years stand with what became of them."""

import pytest
from django.core.cache import cache, caches
from django.test import Client
from django.urls import reverse
from redis.exceptions import RedisError

from livelihood.cycles.states import Phase
from proposals import selectors, services, tasks
from proposals.models import LetterViews
from proposals.states import CandidateState, LetterState, NeedOutcome
from tests.factories.frame import NOW, CycleFactory, UserFactory
from tests.factories.proposals import (
    CandidateFactory,
    CandidateNeedFactory,
    NeedFactory,
    OpenLetterFactory,
    SuggestionFactory,
)
from tests.proposals.pages import at, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def empty():
    cache.clear()
    yield
    cache.clear()


def publish(cycle, **more):
    return OpenLetterFactory(
        cycle=cycle, state=LetterState.PUBLISHED, published_at=NOW, published_by=UserFactory(), **more
    )


def test_readers_are_counted_without_a_cookie_and_written_down_later(cycle):
    letter, client = publish(cycle), Client()

    for _ in range(3):
        response = client.post(at("letter_seen", cycle))
        assert (response.status_code, response.content, dict(response.cookies)) == (204, b"", {})
    assert not LetterViews.objects.exists()

    assert (tasks.keep_letter_views(), tasks.keep_letter_views()) == (3, 0)
    client.post(at("letter_seen", cycle))
    services.keep_letter_views(at=NOW)
    tasks.keep_letter_views()
    assert selectors.letter_views(letter) == 4
    page = client.get(at("letter", cycle))
    assert "阅读约4次" in text_of(page)
    assert "max-age=60" in page["Cache-Control"]


def test_readers_of_one_day_are_one_number(cycle):
    publish(cycle)
    for readers in (2, 3):
        for _ in range(readers):
            services.count_letter_view(cycle=cycle)
        services.keep_letter_views(at=NOW)

    assert list(LetterViews.objects.values_list("count", flat=True)) == [5]


def test_a_letter_is_read_while_nobody_can_count(cycle, monkeypatch, caplog):
    def fails(*_args, **_more):
        raise RedisError

    publish(cycle)
    monkeypatch.setattr(type(caches["default"]), "count", fails)

    assert Client().post(at("letter_seen", cycle)).status_code == 204
    assert "Readers of letters are not counted: RedisError" in caplog.messages


def test_opening_the_page_itself_counts_nothing_and_a_draft_is_read_by_nobody(cycle):
    letter = OpenLetterFactory(cycle=cycle)
    client = Client()
    client.get(at("letter", cycle))
    client.post(at("letter_seen", cycle))

    assert services.keep_letter_views(at=NOW) == 0
    assert selectors.letter_views(letter) == 0
    assert client.get(at("letter_code", cycle)).status_code == 404


def test_another_site_counts_no_reader(cycle):
    publish(cycle)

    response = Client().post(at("letter_seen", cycle), headers={"sec-fetch-site": "cross-site"})

    assert (response.status_code, services.keep_letter_views(at=NOW)) == (403, 0)


def test_a_letter_says_until_when_and_has_its_code_and_its_picture(cycle):
    publish(cycle)
    client = Client()

    page = client.get(at("letter", cycle)).content.decode()

    assert at("letter_code", cycle) in page
    assert 'property="og:image" content="http' in page
    assert client.get(at("letter_code", cycle)).content.startswith(b"<svg")
    card = client.get(reverse("portal:letter_card", kwargs={"area": cycle.area.slug, "year": cycle.year}))
    assert card.content.startswith(b"\x89PNG")


def test_letters_of_an_area_stand_with_what_became_of_their_years(cycle, django_assert_num_queries):
    earlier = CycleFactory(area=cycle.area, year=cycle.year - 1, phase=Phase.CLOSED)
    for year in (cycle, earlier):
        publish(year, title=f"{year.year}年公开信")
    SuggestionFactory(cycle=earlier)
    listed, refused = (
        NeedFactory(cycle=earlier),
        NeedFactory(
            cycle=earlier, outcome=NeedOutcome.NOT_ADOPTED, reason="无用地", decided_at=NOW, decided_by=UserFactory()
        ),
    )
    for need in (listed, refused):
        CandidateNeedFactory(candidate=CandidateFactory(cycle=earlier, state=CandidateState.LISTED), need=need)
    CandidateNeedFactory(candidate=CandidateFactory(cycle=earlier, state=CandidateState.LISTED), need=listed)

    with django_assert_num_queries(4):
        rows = selectors.letters_of_area(cycle.area)

    said = [(one.letter.cycle.year, one.received, one.needs, one.listed, one.not_adopted) for one in rows]
    assert said == [(cycle.year, 0, 0, 0, 0), (earlier.year, 1, 2, 2, 1)]
    page = text_of(Client().get(reverse("proposals:letters", kwargs={"area": cycle.area.slug})))
    assert f"{earlier.year}年公开信" in page
