"""Needs and the suggestions behind them."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from livelihood.accounts.roles import Role
from livelihood.cycles.states import Phase
from livelihood.kernel import paging
from livelihood.kernel.errors import Conflict, IllegalMove, InvalidInput, NotAllowed
from livelihood.kernel.text import BadText
from proposals import selectors, services
from proposals.models import Need, NeedLink
from proposals.selectors import Support
from proposals.states import NeedOutcome
from tests import databases
from tests.factories.frame import NOW, AspectFactory, CountyFactory, CycleFactory, official
from tests.factories.proposals import (
    AcceptedFactory,
    ContactFactory,
    NeedFactory,
    NeedLinkFactory,
    SuggestionFactory,
)

TEXT: dict[str, Any] = {"title": "老旧小区加装电梯", "summary": "六层老楼没有电梯,老人下不了楼。"}
REASON = "明年财力已安排其他项目,后年再列。"


def test_needs_are_numbered_within_their_year(cycle, office_of, journal):
    office, aspect = office_of(cycle), AspectFactory(cycle=cycle)
    NeedFactory(number=7)

    first = services.open_need(cycle=cycle, **TEXT, aspect=aspect, area=cycle.area, by=office, at=NOW)
    second = services.open_need(
        cycle=cycle, **TEXT, aspect=None, area=CountyFactory(parent=cycle.area), by=office, at=NOW
    )

    assert (first.number, second.number) == (1, 2)
    assert (first.title, first.summary) == (TEXT["title"], TEXT["summary"])
    assert (first.aspect, first.outcome) == (aspect, NeedOutcome.OPEN)
    assert journal() == [("need.opened", office.pk, {"number": 1}), ("need.opened", office.pk, {"number": 2})]


@pytest.mark.parametrize("field", ["aspect", "area"])
def test_a_need_of_elsewhere_is_refused(cycle, office_of, journal, field):
    given = {"aspect": None, "area": cycle.area, field: AspectFactory() if field == "aspect" else CountyFactory()}

    with pytest.raises(InvalidInput) as refusal:
        services.open_need(cycle=cycle, **TEXT, **given, by=office_of(cycle), at=NOW)

    assert refusal.value.field == field
    assert not Need.objects.exists()
    assert journal() == []


def test_a_link_is_made_taken_back_and_made_again(cycle, office_of, journal):
    need, suggestion, office = NeedFactory(cycle=cycle), AcceptedFactory(cycle=cycle), office_of(cycle)

    services.link_suggestion(suggestion=suggestion, need=need, by=office, at=NOW)
    assert selectors.support_of_need(need) == Support(1, 1)
    services.unlink_suggestion(suggestion=suggestion, need=need, by=office, at=NOW)
    assert selectors.support_of_need(need) == Support(0, 0)
    services.link_suggestion(suggestion=suggestion, need=need, by=office, at=NOW)

    assert selectors.support_of_need(need) == Support(1, 1)
    assert list(NeedLink.objects.order_by("pk").values_list("unlinked_at", "unlinked_by")) == [
        (NOW, office.pk),
        (None, None),
    ]
    assert [entry[0] for entry in journal()] == ["suggestion.linked", "suggestion.unlinked", "suggestion.linked"]


def test_a_second_link_of_the_same_pair_is_refused(cycle, office_of, journal):
    link = NeedLinkFactory(need__cycle=cycle)

    with pytest.raises(Conflict):
        services.link_suggestion(suggestion=link.suggestion, need=link.need, by=office_of(cycle), at=NOW)
    with databases.as_superuser(), pytest.raises(IntegrityError), transaction.atomic():
        NeedLinkFactory(need=link.need, suggestion=link.suggestion)

    assert NeedLink.objects.count() == 1
    assert journal() == []


def test_unlinking_what_is_not_linked_is_refused(cycle, office_of, journal):
    link = NeedLinkFactory(need__cycle=cycle)

    with pytest.raises(Conflict):
        services.unlink_suggestion(
            suggestion=link.suggestion, need=NeedFactory(cycle=cycle), by=office_of(cycle), at=NOW
        )

    assert NeedLink.objects.live().count() == 1
    assert journal() == []


def test_only_an_accepted_suggestion_of_the_same_year_is_linked(cycle, office_of, journal):
    need, office = NeedFactory(cycle=cycle), office_of(cycle)

    with pytest.raises(NotAllowed):
        services.link_suggestion(suggestion=SuggestionFactory(cycle=cycle), need=need, by=office, at=NOW)
    with pytest.raises(InvalidInput):
        services.link_suggestion(suggestion=AcceptedFactory(), need=need, by=office, at=NOW)

    assert not NeedLink.objects.exists()
    assert journal() == []


def test_persons_are_counted_once_however_often_they_wrote(cycle):
    need, other = NeedFactory(cycle=cycle), NeedFactory(cycle=cycle)
    links = [NeedLinkFactory(need=need) for _ in range(4)]
    for link, phone, email in zip(
        links, ["13800001111", "13800001111", "", ""], ["", "", "a@example.org", None], strict=True
    ):
        if email is not None:
            ContactFactory(suggestion=link.suggestion, phone=phone, email=email)
    NeedLinkFactory(need=other, suggestion=links[0].suggestion)
    NeedLinkFactory(need=need, unlinked_at=NOW, unlinked_by=links[0].linked_by)
    NeedLinkFactory(need=need, suggestion=SuggestionFactory(cycle=cycle))  # not accepted

    assert selectors.support_of_need(need) == Support(suggestions=4, persons=3)
    assert selectors.support_of_need(other) == Support(suggestions=1, persons=1)
    board: Any = selectors.needs_on_board().filter(cycle=cycle).order_by("number")
    assert [(row.pk, row.support) for row in board] == [(need.pk, 4), (other.pk, 1)]


def test_of_very_many_suggestions_no_more_are_read_than_it_takes_to_say_so(cycle, client, monkeypatch):
    monkeypatch.setattr(paging, "COUNTED", 2)
    need = NeedFactory(cycle=cycle)
    for phone in ("13800001111", "13800001111", "13800002222"):
        ContactFactory(suggestion=NeedLinkFactory(need=need).suggestion, phone=phone)

    assert selectors.support_of_need(need) == Support(suggestions=2, persons=2, is_more=True)
    page = client.get(f"/en{cycle.address('proposals:need', number=need.number)}").content.decode()
    assert "At least 2 persons asked for this in more than 2 suggestions." in " ".join(page.split())
    assert "At least 2 people asked for this" in page


def test_a_need_is_turned_down_with_its_reason(planning, office_of, journal):
    need, office = NeedFactory(cycle=planning), office_of(planning)

    services.turn_down_need(need=need, reason=REASON, by=office, at=NOW)

    need.refresh_from_db()
    assert (need.outcome, need.reason, need.decided_at, need.decided_by) == (
        NeedOutcome.NOT_ADOPTED,
        REASON,
        NOW,
        office,
    )
    assert journal() == [("need.turned_down", office.pk, {})]


def test_a_need_is_not_turned_down_without_a_reason_or_twice(planning, office_of, journal):
    need, office = NeedFactory(cycle=planning), office_of(planning)

    with pytest.raises(BadText):
        services.turn_down_need(need=need, reason="不行", by=office, at=NOW)
    need.refresh_from_db()
    assert need.outcome == NeedOutcome.OPEN
    assert journal() == []

    services.turn_down_need(need=need, reason=REASON, by=office, at=NOW)
    with pytest.raises(IllegalMove):
        services.turn_down_need(need=need, reason=REASON, by=office, at=NOW)
    assert len(journal()) == 1


ACTS = [
    lambda link, by: services.open_need(cycle=link.need.cycle, **TEXT, aspect=None, area=link.need.area, by=by, at=NOW),
    lambda link, by: services.link_suggestion(
        suggestion=link.suggestion, need=NeedFactory(cycle=link.need.cycle), by=by, at=NOW
    ),
    lambda link, by: services.unlink_suggestion(suggestion=link.suggestion, need=link.need, by=by, at=NOW),
    lambda link, by: services.turn_down_need(need=link.need, reason=REASON, by=by, at=NOW),
]


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("phase", [Phase.DECIDE, Phase.CLOSED])
def test_after_planning_needs_stay(db, office_of, journal, act, phase):
    link = NeedLinkFactory(need__cycle=CycleFactory(phase=phase))

    with pytest.raises(NotAllowed):
        act(link, office_of(link.need.cycle))

    assert NeedLink.objects.live().count() == 1
    assert journal() == []


@pytest.mark.parametrize("act", ACTS)
def test_needs_are_the_livelihood_office_s(cycle, journal, act):
    link = NeedLinkFactory(need__cycle=cycle)

    with pytest.raises(NotAllowed):
        act(link, official(Role.DEPARTMENT, cycle.area))

    assert NeedLink.objects.live().count() == 1
    assert journal() == []


def test_the_most_similar_need_comes_first(cycle):
    NeedFactory(cycle=cycle, title="公园增设健身步道")
    lift = NeedFactory(cycle=cycle, title="老旧小区加装电梯")
    NeedFactory(title="老旧小区加装电梯")  # of another year

    similar = selectors.similar_needs(cycle, "我们小区没有电梯,希望加装电梯")

    assert similar == [lift]
