"""What is prepared before the list is frozen: the vote with its roll, and a rehearsal on practice items."""

from datetime import date

import pytest
from django.db import DatabaseError, transaction
from django.utils import translation

from livelihood.accounts.roles import Role
from livelihood.cycles.models import Cycle
from livelihood.cycles.states import DecisionMode, Phase
from livelihood.kernel.errors import InvalidInput, NotAllowed, NotReady
from tests import databases
from tests.factories.frame import (
    NOW,
    AspectFactory,
    CycleFactory,
    OrganisationFactory,
    PhasePeriodFactory,
    official,
)
from tests.factories.voting import Plenary, deputies_of, freeze, in_urn
from voting import rules, selectors, services
from voting.models import Option, Round
from voting.states import RoundState, Step

pytestmark = pytest.mark.django_db


def convened(phase: Phase = Phase.SOLICIT, *, seats: int = 2, is_rehearsal: bool = False) -> Plenary:
    """Make a round of a year whose list nobody has frozen."""
    cycle = CycleFactory(phase=phase, decision_mode=DecisionMode.VOTE)
    AspectFactory(cycle=cycle)
    OrganisationFactory(area=cycle.area)
    staff = official(Role.CONGRESS_STAFF, cycle.area)
    return Plenary(
        round=services.create_round(
            cycle=cycle, title="民生实事项目票决", seats=seats, is_rehearsal=is_rehearsal, by=staff, at=NOW
        ),
        staff=staff,
        chair=official(Role.CHAIR, cycle.area),
        scrutineer=official(Role.SCRUTINEER, cycle.area),
        deputies=deputies_of(cycle.area, 5),
    )


def enter(session: Plenary, phase: Phase) -> None:
    Cycle.objects.filter(pk=session.cycle.pk).update(phase=phase)
    session.round = Round.objects.select_related("cycle__area", "method").get(pk=session.round.pk)


def write_rules(session: Plenary, seats: int) -> Round:
    return services.write_rules(
        round_=session.round, title="票决", seats=seats, voting_minutes=30, method={}, by=session.staff, at=NOW
    )


def why_not_locked(session: Plenary) -> str:
    with translation.override("en"):
        verdict = rules.may_lock_rules(session.staff, session.round, NOW)
        with pytest.raises(NotAllowed):
            services.lock_rules(round_=session.round, by=session.staff, at=NOW)
        return str(verdict.reason)


def test_a_vote_waits_for_its_phase_and_its_list_and_keeps_what_was_made_early():
    session = convened()
    session.fill_roll()
    write_rules(session, 4)

    assert session.round.options.count() == 0
    assert why_not_locked(session) == "This is done in the deciding phase, which has not begun."
    enter(session, Phase.DECIDE)
    assert why_not_locked(session) == "The candidate list is not frozen yet. The livelihood office freezes it."
    freeze(session.cycle, 3)
    assert why_not_locked(session) == "There are 3 candidates; 1 to 3 can be chosen."
    with pytest.raises(InvalidInput):
        write_rules(session, 4)
    assert (session.round.options.count(), Round.objects.get().state) == (0, RoundState.DRAFT)

    write_rules(session, 2)
    services.lock_rules(round_=session.round, by=session.staff, at=NOW)

    found = Round.objects.get()
    assert (found.state, found.seats, found.roll.count()) == (RoundState.RULES_LOCKED, 2, 5)
    assert [(option.number, option.title) for option in found.options.order_by("position")] == [
        (1, "项目1"), (2, "项目2"), (3, "项目3"),
    ]  # fmt: skip


def test_the_page_of_an_early_round_shows_what_may_be_done_first_and_from_when_the_rest(client):
    session = convened()
    PhasePeriodFactory(cycle=session.cycle, phase=Phase.DECIDE, starts_on=date(2025, 1, 6), ends_on=date(2025, 1, 31))
    client.force_login(session.staff)
    address = f"/en{session.round.address('voting:round')}"

    page = client.get(address).content.decode()
    session.fill_roll()
    later = client.get(address).content.decode()

    assert page.index("Import the roll") < page.index("Lock the rules")
    assert page.count("button-primary") == 2  # the roll, and the refused act, which is no link
    assert 'it is planned to begin on <span class="unbroken">Jan. 6, 2025</span>.' in page
    assert "Import the roll" not in later


def test_a_round_whose_phase_is_over_says_so():
    session = convened()
    enter(session, Phase.DELIVER)

    assert str(why_not_locked(session)) == "A round is prepared from the open letter on, until the list is decided."
    with translation.override("en"):
        assert str(rules.may_propose_step(session.staff, session.round, Step.LOCK_ROLL, NOW).reason) == (
            "This is done in the deciding phase only."
        )


def test_rules_that_fit_are_locked_with_the_candidates_of_the_list_as_it_came():
    session = convened(Phase.PLAN)
    freeze(session.cycle, 3)
    enter(session, Phase.DECIDE)

    services.lock_rules(round_=session.round, by=session.staff, at=NOW)

    assert Option.objects.filter(round=session.round, candidate__isnull=False).count() == 3


def test_no_seat_is_refused_before_the_freeze_too():
    session = convened()

    with pytest.raises(InvalidInput):
        write_rules(session, 0)

    assert Round.objects.get().seats == 2


def test_a_rehearsal_runs_from_beginning_to_end_on_practice_items():
    session = convened(is_rehearsal=True)

    session.open()
    for deputy in session.deputies:
        session.cast(deputy, "yynn")
    session.finish()

    assert [option.title for option in session.options] == ["演练项目1", "演练项目2", "演练项目3", "演练项目4"]
    assert set(session.round.options.values_list("candidate", "aspect__cycle")) == {(None, session.cycle.pk)}
    assert Round.objects.get().state == RoundState.ANNOUNCED
    assert selectors.elected(session.cycle) == ()
    assert in_urn() == []


def test_a_rehearsal_after_the_freeze_has_the_candidates():
    cycle = CycleFactory(phase=Phase.PLAN, decision_mode=DecisionMode.VOTE)
    freeze(cycle, 3)
    staff = official(Role.CONGRESS_STAFF, cycle.area)

    services.create_round(cycle=cycle, title="演练", seats=2, is_rehearsal=True, by=staff, at=NOW)

    assert list(Option.objects.order_by("number").values_list("title", flat=True)) == ["项目1", "项目2", "项目3"]


@pytest.mark.parametrize("lacks", ["aspect", "organisation"])
def test_practice_items_need_something_they_can_name(lacks):
    cycle = CycleFactory(phase=Phase.SOLICIT, decision_mode=DecisionMode.VOTE)
    if lacks == "aspect":
        OrganisationFactory(area=cycle.area)
    else:
        AspectFactory(cycle=cycle)
    staff = official(Role.CONGRESS_STAFF, cycle.area)

    with pytest.raises(NotReady):
        services.create_round(cycle=cycle, title="演练", seats=2, is_rehearsal=True, by=staff, at=NOW)

    assert not Round.objects.exists()


def test_a_vote_never_holds_a_practice_item():
    session = convened(is_rehearsal=True)
    vote = services.create_round(cycle=session.cycle, title="票决", seats=2, by=session.staff, at=NOW)
    row = {field.attname: getattr(session.options[0], field.attname) for field in Option._meta.concrete_fields}

    with databases.as_superuser(), pytest.raises(DatabaseError, match="is no candidate"), transaction.atomic():
        Option.objects.create(**row | {"id": None, "round_id": vote.pk})

    assert vote.options.count() == 0


def test_what_was_made_early_does_not_hold_the_year_back():
    session = convened(Phase.PLAN)
    convened(Phase.PLAN, is_rehearsal=True)
    freeze(session.cycle, 3)
    enter(session, Phase.DECIDE)
    assert selectors.done_in(session.cycle, Phase.DECIDE) == []

    services.lock_rules(round_=session.round, by=session.staff, at=NOW)

    with translation.override("en"):
        assert [str(text) for text in selectors.done_in(session.cycle, Phase.DECIDE)] == [
            "The rules of 1 voting round are locked."
        ]


def test_staff_see_what_of_the_vote_is_due():
    cycle = CycleFactory(phase=Phase.SOLICIT, decision_mode=DecisionMode.VOTE)
    staff = official(Role.CONGRESS_STAFF, cycle.area)
    at_desk = f"/desk/{cycle.area.slug}/{cycle.year}/rounds/"

    def due() -> list[str]:
        return [item.url for item in selectors.work_for(staff, NOW)]

    assert due() == []
    Cycle.objects.filter(pk=cycle.pk).update(phase=Phase.PLAN)
    assert due() == [at_desk]
    round_ = services.create_round(cycle=Cycle.objects.get(), title="票决", seats=2, by=staff, at=NOW)
    assert due() == [f"{at_desk}1/roll/"]
    session = Plenary(round_, staff, staff, staff, deputies_of(cycle.area, 2))
    session.fill_roll()
    assert due() == []
    freeze(cycle, 3)
    Cycle.objects.filter(pk=cycle.pk).update(phase=Phase.DECIDE)
    assert due() == [f"{at_desk}1/"]
    AspectFactory(cycle=cycle)
    services.create_round(cycle=Cycle.objects.get(), title="演练", seats=2, is_rehearsal=True, by=staff, at=NOW)
    assert due() == [f"{at_desk}1/", f"{at_desk}2/roll/", f"{at_desk}2/"]
