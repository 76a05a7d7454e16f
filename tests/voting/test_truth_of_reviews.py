"""Every act on the list of the two sessions, as everybody, in every state; see tests/voting/truth.py."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from livelihood.accounts.models import User
from livelihood.accounts.roles import Role
from livelihood.cycles.models import Cycle
from livelihood.cycles.states import DecisionMode, Phase
from livelihood.kernel.errors import NotAllowed
from tests.factories.frame import NOW, CycleFactory, official
from tests.factories.voting import freeze
from tests.voting.truth import Act, check
from voting import rules, services
from voting.models import Review, ReviewItem
from voting.services import ItemText
from voting.states import OpinionBody

pytestmark = pytest.mark.django_db


@dataclass
class Sessions:
    """A year under review, its list before the two sessions or not yet."""

    cycle: Cycle
    people: dict[str, User]

    @property
    def review(self) -> Review:
        return _present(Review.objects.select_related("cycle__area").filter(cycle=self.cycle).first())

    @property
    def item(self) -> ReviewItem:
        return _present(ReviewItem.objects.select_related("review", "candidate").filter(review=self.review).first())

    def take_item_off(self) -> None:
        office = self.people[Role.LIVELIHOOD_OFFICE]
        services.remove_item(item=self.item, reason="重复列入", by=office, at=NOW)


def _present(value: Any) -> Any:
    """Return the value; without it there is nothing to act on."""
    if value is None:
        raise NotAllowed
    return value


def revising(service: Callable[[Sessions, User], object], before: Callable[[Any], object] | None = None) -> Act:
    return Act(lambda place, user: rules.may_revise_list(user, place.review, NOW), service, before)


TEXT = ItemText("改过的名称", "改过的内容", "城西街道", Decimal(7), date(2025, 12, 1), 70)
WHY: dict[str, Any] = {"reason": "代表建议", "at": NOW}
REVIEW_ACTS: dict[str, Act] = {
    "submit_list": Act(
        lambda place, user: rules.may_submit_list(user, place.cycle, NOW),
        lambda place, user: services.submit_list(cycle=place.cycle, session="两会", by=user, at=NOW),
    ),
    "give_opinion": Act(
        lambda place, user: rules.may_give_opinion(user, place.review, NOW),
        lambda place, user: services.give_opinion(
            review=place.review, body=OpinionBody.CONGRESS, text="请增加点位", by=user, at=NOW
        ),
    ),
    "answer_opinion": Act(
        lambda place, user: rules.may_answer_opinion(user, _present(place.review.opinions.first()), NOW),
        lambda place, user: services.answer_opinion(
            opinion=_present(place.review.opinions.first()), answer="已经增加", by=user, at=NOW
        ),
    ),
    "revise_item": revising(lambda place, user: services.revise_item(item=place.item, text=TEXT, by=user, **WHY)),
    "remove_item": revising(lambda place, user: services.remove_item(item=place.item, by=user, **WHY)),
    "add_item": revising(
        lambda place, user: services.add_item(
            review=place.review, candidate=place.item.candidate, text=TEXT, by=user, **WHY
        ),
        lambda place: place.take_item_off(),
    ),
    "adopt_list": Act(
        lambda place, user: rules.may_adopt_list(user, place.review, NOW),
        lambda place, user: services.adopt_list(
            review=place.review, document="报告", adopted_date=NOW.date(), by=user, at=NOW
        ),
    ),
}
REVIEW_STATES = ["no_list", "asked", "answered", "adopted"]


def sessions_in(state: str) -> Sessions:
    cycle = CycleFactory(phase=Phase.DECIDE, decision_mode=DecisionMode.REVIEW)
    freeze(cycle, 2)
    people = {str(role): official(role, cycle.area) for role in Role}
    place, office, staff = Sessions(cycle, people), people[Role.LIVELIHOOD_OFFICE], people[Role.CONGRESS_STAFF]
    if state == "no_list":
        return place
    review = services.submit_list(cycle=cycle, session="两会", by=office, at=NOW)
    opinion = services.give_opinion(
        review=review, body=OpinionBody.CPPCC, text="请增加点位", by=people[Role.CPPCC_MEMBER], at=NOW
    )
    if state != "asked":
        services.answer_opinion(opinion=opinion, answer="已经增加", by=office, at=NOW)
    if state == "adopted":
        services.adopt_list(review=review, document="报告", adopted_date=NOW.date(), by=staff, at=NOW)
    return place


@pytest.mark.parametrize("state", REVIEW_STATES)
def test_acts_on_a_review(state):
    place = sessions_in(state)

    check(REVIEW_ACTS, place, place.people, state)
