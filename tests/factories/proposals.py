"""Letters, suggestions, needs and candidates: only what a row needs, and no surprises."""

from datetime import date
from decimal import Decimal

import factory

from livelihood.kernel import numbers
from proposals.models import (
    Candidate,
    CandidateNeed,
    CostLine,
    FeasibilitySheet,
    Need,
    NeedLink,
    OpenLetter,
    Suggestion,
    SuggestionContact,
)
from proposals.states import CandidateKind, CandidateOrigin, FundSource, SuggestionState
from tests.factories import FIRST, RowFactory
from tests.factories.frame import NOW, AspectFactory, CycleFactory, OrganisationFactory, UserFactory

ANSWER = "老楼加装电梯已列入明年计划，由街道办理。"
"""A reply that answers what `SuggestionFactory` asks."""


class OpenLetterFactory(RowFactory):
    class Meta:
        model = OpenLetter

    cycle = factory.SubFactory(CycleFactory)
    title = "致全市人民的公开信"
    body = "请把您的建议告诉我们。"
    signed_by = "市人民政府"


class SuggestionFactory(RowFactory):
    class Meta:
        model = Suggestion

    cycle = factory.SubFactory(CycleFactory)
    number = factory.LazyAttributeSequence(
        lambda row, n: numbers.make_reference(year=row.cycle.year, serial=900_000 + n)
    )
    code_hash = "0" * 64
    title = "老楼没有电梯"
    matter = "六层老楼没有电梯，老人下不了楼。"
    wish = "请加装电梯。"
    area = factory.SelfAttribute("cycle.area")
    text_digest = "0" * 64
    idempotency_key = factory.Sequence(lambda n: f"factory{n:020}")
    body_digest = "0" * 64
    received_at = NOW


class AcceptedFactory(SuggestionFactory):
    state = SuggestionState.ACCEPTED
    public_title = factory.Sequence(lambda n: f"公开标题{n}")
    public_matter = "公开的情况说明。"
    public_wish = "公开的愿望。"


class ContactFactory(RowFactory):
    class Meta:
        model = SuggestionContact

    suggestion = factory.SubFactory(SuggestionFactory)
    phone = "13800001111"
    notice = 0
    agreed_at = NOW


class NeedFactory(RowFactory):
    class Meta:
        model = Need

    cycle = factory.SubFactory(CycleFactory)
    number = factory.Sequence(lambda n: n - FIRST + 1)
    title = factory.LazyAttribute(lambda need: f"需求{need.number}")
    summary = "许多居民需要电梯。"
    area = factory.SelfAttribute("cycle.area")
    opened_at = NOW
    opened_by = factory.SubFactory(UserFactory)


class NeedLinkFactory(RowFactory):
    class Meta:
        model = NeedLink

    need = factory.SubFactory(NeedFactory)
    suggestion = factory.SubFactory(AcceptedFactory, cycle=factory.SelfAttribute("..need.cycle"))
    linked_at = NOW
    linked_by = factory.SubFactory(UserFactory)


class CandidateFactory(RowFactory):
    class Meta:
        model = Candidate

    cycle = factory.SubFactory(CycleFactory)
    number = factory.Sequence(lambda n: n - FIRST + 1)
    title = factory.LazyAttribute(lambda candidate: f"候选项目{candidate.number}")
    summary = "加装电梯一百部。"
    place = "城东街道"
    aspect = factory.SubFactory(AspectFactory, cycle=factory.SelfAttribute("..cycle"))
    lead_organisation = factory.SubFactory(OrganisationFactory, area=factory.SelfAttribute("..cycle.area"))
    kind = CandidateKind.HARDWARE
    origin = factory.LazyAttribute(
        lambda candidate: CandidateOrigin.RESERVE if candidate.carried_from else CandidateOrigin.DEPARTMENT
    )
    carried_from = None
    drafted_at = NOW
    drafted_by = factory.SubFactory(UserFactory)


class CandidateNeedFactory(RowFactory):
    class Meta:
        model = CandidateNeed

    candidate = factory.SubFactory(CandidateFactory)
    need = factory.SubFactory(NeedFactory, cycle=factory.SelfAttribute("..candidate.cycle"))


class SheetFactory(RowFactory):
    class Meta:
        model = FeasibilitySheet

    candidate = factory.SubFactory(CandidateFactory)
    starts_on = date(2025, 1, 1)
    finishes_on = date(2025, 11, 30)
    people_served = 12000
    legal_basis = "《无障碍环境建设法》"


class CostLineFactory(RowFactory):
    class Meta:
        model = CostLine

    sheet = factory.SubFactory(SheetFactory)
    source = FundSource.CITY
    amount_wan = Decimal("800.0000")
