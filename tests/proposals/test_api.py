"""What the API gives to anyone."""

import json

import pytest

from proposals.models import OpenLetter
from proposals.states import CandidateState, LetterState
from tests.factories.frame import NOW, AspectFactory, CycleFactory, UserFactory
from tests.factories.proposals import (
    AcceptedFactory,
    CandidateFactory,
    CandidateNeedFactory,
    ContactFactory,
    CostLineFactory,
    NeedFactory,
    NeedLinkFactory,
    OpenLetterFactory,
    SuggestionFactory,
)

pytestmark = pytest.mark.django_db


def published():
    return OpenLetterFactory(state=LetterState.PUBLISHED, published_at=NOW, published_by=UserFactory())


def results(client, path):
    response = client.get(f"/api/v1/{path}")
    assert response.status_code == 200
    return response.json()["results"]


def test_a_suggestion_is_given_in_its_public_wording_only(client):
    suggestion = AcceptedFactory(address="清风街3号", aspect=None)
    ContactFactory(suggestion=suggestion, name="张三", phone="13800001111")
    SuggestionFactory(cycle=suggestion.cycle)

    rows = results(client, "suggestions/")

    assert rows == [
        {
            "id": suggestion.pk,
            "number": suggestion.number,
            "cycle": {"area": suggestion.cycle.area.code, "year": 2025},
            "title": suggestion.public_title,
            "matter": suggestion.public_matter,
            "wish": suggestion.public_wish,
            "aspect": None,
            "area": suggestion.area.code,
            "channel": "web",
            "received_at": "2024-11-01T10:00:00+08:00",
            "due_on": None,
            "answered_on": None,
            "replies": [],
        }
    ]
    words = json.dumps(rows, ensure_ascii=False)
    assert not [word for word in ("张三", "13800001111", "清风街", suggestion.matter) if word in words]


def test_what_is_not_public_is_404(client):
    for path in (
        f"suggestions/{SuggestionFactory().pk}/",
        f"candidates/{CandidateFactory().pk}/",
        f"letters/{OpenLetterFactory().pk}/",
    ):
        assert client.get(f"/api/v1/{path}").status_code == 404


def test_a_need_and_a_candidate_say_what_became_of_them(client):
    line = CostLineFactory(sheet__candidate__state=CandidateState.PROPOSED)
    candidate = line.sheet.candidate
    need = CandidateNeedFactory(candidate=candidate).need
    NeedLinkFactory(need=need)

    (given_need,) = results(client, "needs/")
    (given,) = results(client, "candidates/")

    assert (given_need["number"], given_need["suggestions"], given_need["outcome"]) == (need.number, 1, "open")
    assert given["needs"] == [need.number]
    assert given["cost"] == [{"source": "city", "amount_wan": "800.0000"}]
    assert (given["people_served"], given["finishes_on"], given["place"]) == (12000, "2025-11-30", "城东街道")


def test_a_published_letter_is_given(client):
    letter = OpenLetterFactory()
    OpenLetter.objects.update(state=LetterState.PUBLISHED, published_at=NOW, published_by=UserFactory())

    (given,) = results(client, "letters/")

    assert (given["id"], given["title"], given["body"]) == (letter.pk, letter.title, letter.body)


def test_page_and_api_filter_alike(client):
    cycle = CycleFactory()
    aspect = AspectFactory(cycle=cycle)
    chosen = NeedFactory(cycle=cycle, title="老旧小区加装电梯", aspect=aspect)
    NeedFactory(cycle=cycle, title="公园健身步道", summary="沿河修一条步道。")
    NeedFactory(title="别处加装电梯", cycle__year=2024)

    def found(query):
        return [row["id"] for row in results(client, f"needs/?{query}")]

    assert found("q=电梯&year=2025") == [chosen.pk]
    assert found(f"aspect={aspect.number}&cycle_area={cycle.area.code}") == [chosen.pk]
    assert len(found("")) == 3
    refused = client.get("/api/v1/needs/?state=nonsense")
    assert (refused.status_code, list(refused.json()["error"]["fields"])) == (400, ["state"])


@pytest.mark.parametrize(
    ("path", "make", "queries"),
    [
        ("letters", published, 2),
        ("suggestions", lambda: AcceptedFactory(aspect=AspectFactory()), 3),
        ("needs", NeedLinkFactory, 2),
        (
            "candidates",
            lambda: CandidateNeedFactory(
                candidate=CostLineFactory(sheet__candidate__state=CandidateState.PROPOSED).sheet.candidate
            ),
            3,
        ),
    ],
)
def test_lists_cost_the_same_for_one_row_and_for_three(client, path, make, queries, django_assert_num_queries):
    make()
    with django_assert_num_queries(queries):
        assert len(results(client, f"{path}/")) == 1
    make()
    make()
    with django_assert_num_queries(queries):
        assert len(results(client, f"{path}/")) == 3
