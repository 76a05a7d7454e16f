"""Whatever is done in whatever order, by whoever may: the roll, the cards and the urn of a round stay in step.

The machine keeps its own account of who was let in, by which card, and of what was cast; it knows no rule of ours. A
cast has to be taken exactly where that account says so, and everything that is stored has to equal it.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from livelihood.accounts.models import User
from livelihood.accounts.roles import Role
from livelihood.kernel.errors import DomainError
from tests.factories.frame import NOW, official
from tests.factories.voting import in_urn, plenary
from voting import services
from voting.models import Ballot, OptionResult, RollEntry
from voting.states import CARDS, SIGNING_IN, VOTING, RoundState, Step

COMING, AWAY = 2, 2
"""Deputies who come, with a password of their own, and deputies who stay away: for these only others can act."""

places = st.integers(0, COMING + AWAY - 1)
ISSUERS, WITNESSES = ["staff", "second"], ["staff", "second", "scrutineer"]
officials = st.sampled_from([*WITNESSES, "chair"])
letters = st.sampled_from(["yyn", "ynn", "nnn", "aya"])
visits = st.tuples(places, st.sampled_from(ISSUERS), st.sampled_from(WITNESSES), letters, st.booleans())
BEGINNINGS = [RoundState.OPEN] * 4 + [RoundState.SIGN_IN] * 2 + [RoundState.RULES_LOCKED]
LOCKED = {*CARDS, RoundState.CLOSED, RoundState.COUNTED, RoundState.ANNOUNCED}


@dataclass(frozen=True)
class Card:
    """A card as it was handed to somebody. number: which of its deputy's cards."""

    deputy: User
    code: str
    number: int
    issuer: User


@dataclass(frozen=True)
class Entered:
    """Somebody who has come in as a deputy: by a card, or by the deputy's own password."""

    deputy: User
    card: Card | None


class Hall(RuleBasedStateMachine):
    """One example is a transaction, which is rolled back."""

    def __init__(self) -> None:
        super().__init__()
        self.example = transaction.atomic()
        self.example.__enter__()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.example.__exit__(None, None, None)

    @initialize(beginning=st.sampled_from(BEGINNINGS), first=st.lists(visits, min_size=1, max_size=3))
    def convene(self, beginning: RoundState, first: list[tuple[int, str, str, str, bool]]) -> None:
        is_open = beginning == RoundState.OPEN
        self.session = plenary(deputies=COMING + AWAY, until=RoundState.DRAFT if is_open else beginning)
        area = self.session.cycle.area
        self.people: dict[str, User] = {
            "staff": self.session.staff, "second": official(Role.CONGRESS_STAFF, area),
            "scrutineer": self.session.scrutineer, "chair": self.session.chair,
        }  # fmt: skip
        if beginning == RoundState.RULES_LOCKED:
            self.session.fill_roll()
        self.cards: list[Card] = []
        self.used: set[Card] = set()
        self.entered: list[Entered] = []
        self.presence: dict[User, User] = {}
        if is_open:
            self.session.open(present=COMING + 1)
            self.presence = dict.fromkeys(self.session.deputies[: COMING + 1], self.session.scrutineer)
        self.votes: dict[User, str] = {}
        self.roll = self.lines()
        for visit in first:
            self.somebody_is_let_in_and_votes(visit)

    # --- what is done -----------------------------------------------------------------------------------------------

    @rule(place=places, strikes=st.booleans())
    def the_roll_is_written(self, place: int, strikes: bool) -> None:
        """Take a line off it, or write all of them."""
        was_locked, round_, by = self.state in LOCKED, self.session.round, self.session.staff
        if strikes:
            off = list(round_.roll.filter(deputy=self.deputy(place)))
            done, _roll = self.attempt(services.clear_roll, round_=round_, entries=off, by=by)
        else:
            people = enumerate(self.session.deputies, start=1)
            lines = [services.RollLine(number, one.pk, one.name, "第一代表团") for number, one in people]
            done, _roll = self.attempt(services.write_roll, round_=round_, lines=lines, by=by)
        assert not (done and was_locked)

    @rule(place=places, name=officials)
    def a_card_is_issued(self, place: int, name: str) -> None:
        if entry := self.line_of(self.deputy(place)):
            done, card = self.attempt(services.issue_credential, entry=entry, by=self.people[name])
            if done:
                self.keep(entry.deputy, card.code, self.people[name])

    @rule(name=officials)
    def cards_are_issued_to_all(self, name: str) -> None:
        done, cards = self.attempt(services.issue_credentials, round_=self.session.round, by=self.people[name])
        for card in cards if done else ():
            self.keep(self.session.deputies[card.number - 1], card.code, self.people[name])

    @precondition(lambda self: self.cards)
    @rule(data=st.data())
    def a_card_is_used(self, data: Any) -> None:
        """By whoever has it: the deputy, who issued it, or a thief."""
        self.use(data.draw(st.sampled_from(self.cards)))

    @rule(place=st.integers(0, COMING - 1))
    def a_deputy_comes_in_by_password(self, place: int) -> None:
        self.entered.append(Entered(self.deputy(place), None))
        self.sign_in(self.deputy(place), self.deputy(place), hall_code=self.session.round.hall_code)

    @precondition(lambda self: self.entered)
    @rule(data=st.data())
    def somebody_who_came_in_says_that_they_are_there(self, data: Any) -> None:
        who = data.draw(st.sampled_from(self.entered))
        self.sign_in(
            who.deputy, who.deputy, hall_code=self.session.round.hall_code, card=who.card.number if who.card else None
        )

    @rule(place=st.none() | places, name=officials)
    def others_say_that_a_deputy_is_there(self, place: int | None, name: str) -> None:
        for deputy in self.session.deputies if place is None else [self.deputy(place)]:
            self.sign_in(deputy, self.people[name])

    @rule(visit=visits)
    def somebody_is_let_in_and_votes(self, visit: tuple[int, str, str, str, bool]) -> None:
        """As it should go, or as those who run the vote would do it alone, or with a card that is worthless since."""
        place, issuer, witness, letters, is_lost = visit
        self.a_card_is_issued(place, issuer)
        if card := self.last_card_of(self.deputy(place)):
            self.use(card)
        self.others_say_that_a_deputy_is_there(place, witness)
        if is_lost:
            self.a_card_is_issued(place, issuer)
        if self.entered:
            self.cast(self.entered[-1], letters)

    @rule(place=places, name=officials)
    def a_sign_in_is_taken_back(self, place: int, name: str) -> None:
        deputy = self.deputy(place)
        if entry := self.line_of(deputy):
            done, _entry = self.attempt(services.undo_sign_in, entry=entry, by=self.people[name])
            assert not (done and deputy in self.votes)
            if done:
                del self.presence[deputy]

    @precondition(lambda self: self.entered)
    @rule(data=st.data(), letters=letters)
    def somebody_casts(self, data: Any, letters: str) -> None:
        self.cast(data.draw(st.sampled_from(self.entered)), letters)

    @rule()
    def the_round_goes_on(self) -> None:
        """Do what comes next, as far as it may be done."""
        at = self.session.round
        steps: dict[str, Callable[[], object]] = {
            RoundState.RULES_LOCKED: self.session.lock_roll,
            RoundState.ROLL_LOCKED: lambda: services.open_sign_in(round_=at, by=self.session.staff, at=NOW),
            RoundState.SIGN_IN: lambda: self.session.step(Step.OPEN),
            RoundState.OPEN: lambda: services.pause_round(round_=at, by=self.session.chair, at=NOW),
            RoundState.PAUSED: lambda: services.resume_round(round_=at, by=self.session.chair, at=NOW),
            RoundState.CLOSED: lambda: services.count_round(round_=at, by=self.session.chair, at=NOW),
            RoundState.COUNTED: lambda: self.session.step(Step.ANNOUNCE),
        }
        if step := steps.get(self.state):
            self.attempt(lambda at: step())

    @precondition(lambda self: self.state in VOTING and self.votes)
    @rule()
    def the_vote_is_closed(self) -> None:
        self.attempt(lambda at: self.session.step(Step.CLOSE, "到会情况已核实"))

    # --- what always holds ------------------------------------------------------------------------------------------

    @invariant()
    def a_locked_roll_stays_as_it_was_locked(self) -> None:
        if self.state in LOCKED:
            assert self.lines() == self.roll
        else:
            self.roll = self.lines()

    @invariant()
    def who_is_present_and_who_has_voted_is_who_was_let_in_and_has_cast(self) -> None:
        rows = RollEntry.objects.filter(round=self.session.round).select_related("deputy", "signed_in_by")
        assert {row.deputy: row.signed_in_by for row in rows if row.signed_in_at} == self.presence
        assert {row.deputy for row in rows if row.has_voted} == set(self.votes)

    @invariant()
    def there_is_one_ballot_for_each_who_has_cast(self) -> None:
        cast = Counter(self.votes.values())
        urn, counted = Counter(in_urn("marks")), Counter(self.ballots())
        assert (urn, counted) == (
            (cast, Counter()) if self.state in {*CARDS, RoundState.RULES_LOCKED} else (Counter(), cast)
        )

    @invariant()
    def the_count_is_the_sum_of_what_was_cast(self) -> None:
        if self.state in {RoundState.COUNTED, RoundState.ANNOUNCED}:
            counts = OptionResult.objects.filter(option__round=self.session.round).order_by("option__number")
            columns = [Counter(column) for column in zip(*self.votes.values(), strict=True)]
            assert list(counts.values_list("approve", "oppose", "abstain")) == [
                (column["y"], column["n"], column["a"]) for column in columns
            ]

    # --- how --------------------------------------------------------------------------------------------------------

    @property
    def state(self) -> RoundState:
        return RoundState(self.session.round.state)

    def attempt(self, act: Callable[..., Any], **values: Any) -> tuple[bool, Any]:
        """Do an act, which may be refused, and say whether it was done."""
        try:
            with transaction.atomic():
                return True, act(**values, at=NOW)
        except DomainError:
            return False, None
        finally:
            self.session.round.refresh_from_db()

    def deputy(self, place: int) -> User:
        return self.session.deputies[place]

    def line_of(self, deputy: User) -> RollEntry | None:
        return RollEntry.objects.filter(round=self.session.round, deputy=deputy).first()

    def lines(self) -> list[tuple[Any, ...]]:
        return list(self.session.round.roll.order_by("number").values_list("number", "deputy", "name", "delegation"))

    def ballots(self) -> list[str]:
        return list(Ballot.objects.filter(round=self.session.round).values_list("marks", flat=True))

    def use(self, card: Card) -> None:
        is_good = card == self.last_card_of(card.deputy) and card not in self.used
        expected = is_good and self.state in SIGNING_IN and card.deputy not in self.votes
        done, _entry = self.attempt(services.use_credential, code=card.code)
        assert done == expected
        if done:
            self.used.add(card)
            self.entered.append(Entered(card.deputy, card))

    def cast(self, who: Entered, letters: str) -> None:
        deputy, card = who.deputy, who.card
        expected = (
            self.state == RoundState.OPEN
            and deputy in self.presence
            and deputy not in self.votes
            and card in {None, self.last_card_of(deputy)}
        )
        done, _code = self.attempt(lambda at: self.session.cast(deputy, letters, card=card.number if card else None))
        assert done == expected
        if done:
            self.votes[deputy] = letters
        if done and card is not None:  # of one who stays away, too: who issued the card is not who saw them there
            assert card.issuer != self.presence[deputy]

    def keep(self, deputy: User, code: str, issuer: User) -> None:
        number = sum(card.deputy == deputy for card in self.cards) + 1
        self.cards.append(Card(deputy, code, number, issuer))

    def last_card_of(self, deputy: User) -> Card | None:
        return next((card for card in reversed(self.cards) if card.deputy == deputy), None)

    def sign_in(self, deputy: User, by: User, **more: Any) -> None:
        entry, was_present = self.line_of(deputy), deputy in self.presence
        if entry and self.attempt(services.sign_in_deputy, entry=entry, by=by, **more)[0] and not was_present:
            self.presence[deputy] = by


class TestHall(TestCase, Hall.TestCase):  # type: ignore[valid-type,misc]  # made by hypothesis at run time
    settings = settings(max_examples=15, stateful_step_count=30, deadline=None)  # type: ignore[assignment]  # its name


@pytest.mark.slow
class TestHallForLong(TestCase, Hall.TestCase):  # type: ignore[valid-type,misc]  # as above
    settings = settings(max_examples=150, stateful_step_count=60, deadline=None)  # type: ignore[assignment]  # its name
