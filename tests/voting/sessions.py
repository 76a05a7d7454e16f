"""A list before the two sessions, and the people around it."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse

from livelihood.accounts.roles import Role
from livelihood.cycles.states import DecisionMode, Phase
from tests.factories.frame import NOW, CycleFactory, official
from tests.factories.proposals import CandidateFactory
from tests.factories.voting import freeze
from voting import services
from voting.models import Opinion, Review, ReviewItem, Revision
from voting.services import ItemText
from voting.states import OpinionBody

TEXT = ItemText("项目1（扩面）", "改过的内容", "城东、城西两个街道", Decimal("150.5"), date(2025, 12, 20), 1500)


class Sessions:
    """A list of three before the two sessions, and the people around it."""

    def __init__(self, title: str = "项目", **values: Any) -> None:
        self.cycle = CycleFactory(phase=Phase.DECIDE, decision_mode=DecisionMode.REVIEW)
        self.aside = CandidateFactory(cycle=self.cycle, number=9)  # a draft, which is not frozen with the list
        freeze(self.cycle, 3, title)
        self.office, self.staff, self.member, self.deputy = (
            official(role, self.cycle.area)
            for role in (Role.LIVELIHOOD_OFFICE, Role.CONGRESS_STAFF, Role.CPPCC_MEMBER, Role.DEPUTY)
        )
        self.review = services.submit_list(cycle=self.cycle, session="两会", by=self.office, at=NOW, **values)

    def item(self, number: int) -> ReviewItem:
        return self.review.items.get(number=number)

    def say(self, *numbers: int, **values: Any) -> Opinion:
        items = [self.item(number) for number in numbers]
        given = {
            "body": OpinionBody.CPPCC,
            "text": "请扩大范围",
            "items": items,
            "by": self.member,
            "at": NOW,
            **values,
        }
        return services.give_opinion(review=self.review, **given)

    def revise(self, **values: Any) -> Revision:
        given = {"item": self.item(1), "text": TEXT, "reason": "委员建议扩面", "by": self.office, "at": NOW, **values}
        return services.revise_item(**given)

    def adopt(self, **values: Any) -> Review:
        for opinion in Opinion.objects.filter(review=self.review, answer=""):
            services.answer_opinion(opinion=opinion, answer="采纳并落实", by=self.office, at=NOW)
        return services.adopt_list(
            review=self.review, document="政府工作报告", adopted_date=NOW.date(), by=self.staff, at=NOW, **values
        )

    def page(self, name: str, **more: Any) -> str:
        return reverse(f"voting:{name}", kwargs={"area": self.cycle.area.slug, "year": self.cycle.year, **more})
