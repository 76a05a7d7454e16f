"""The life of a round, whatever anybody tries in whichever order: an act is done in its turn, or changes nothing.

Of plain and sealed rounds, by everybody who runs them. What is compared after each try: the state with the machine of
states, the ballots with those who have voted, and that nobody can count what is sealed before two have opened it.
"""

from collections.abc import Callable
from functools import partial

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from livelihood.accounts.roles import Role
from livelihood.kernel.errors import DomainError
from tests.factories.frame import NOW, official
from tests.factories.voting import in_urn, plenary, state_in_term
from voting import services
from voting.models import Ballot, KeyHalf, RollEntry, RoundResult, SealedBallot
from voting.states import ROUND_MOVES, RoundState, Step

STEPS: dict[Step, Callable[..., object]] = {
    Step.LOCK_ROLL: services.lock_roll,
    Step.OPEN: services.open_round,
    Step.CLOSE: services.close_round,
    Step.ANNOUNCE: services.announce_round,
    Step.VOID: services.void_round,
    Step.MOVE_TO_PAPER: services.move_to_paper,
}
ALONE = {
    "lock_rules": services.lock_rules,
    "open_sign_in": services.open_sign_in,
    "pause": services.pause_round,
    "resume": services.resume_round,
    "count": services.count_round,
}


class RoundLife(RuleBasedStateMachine):
    """A round of three deputies, and two scrutineers who may hold halves of a key."""

    @initialize(scheme=st.sampled_from(["plain", "sealed"]))
    def convene(self, scheme: str) -> None:
        self.around = transaction.atomic()
        self.around.__enter__()
        self.session = plenary(method={"scheme": scheme}, until=RoundState.DRAFT)
        self.scheme, self.state, self.papers = scheme, str(RoundState.DRAFT), False
        self.session.fill_roll()
        state_in_term(self.session.round, 3, by=self.session.staff)
        self.session.name_officers()
        self.scrutineers = [self.session.scrutineer, official(Role.SCRUTINEER, self.session.cycle.area)]
        self.halves: dict[int, str] = {}

    def teardown(self) -> None:
        if hasattr(self, "around"):
            transaction.set_rollback(True)
            self.around.__exit__(None, None, None)

    def tries(self, act: Callable[..., object], verb: str = "", **values: object) -> bool:
        """Try an act; done, it moves the round as the machine says. Say whether it was."""
        try:
            with transaction.atomic():
                act(at=NOW, **values)
        except DomainError:
            return False
        if verb:
            self.state = str(ROUND_MOVES[self.state, verb])
            self.papers = self.papers or verb == "move_to_paper"
        return True

    @rule(verb=st.sampled_from(sorted(ALONE)))
    def act_alone(self, verb: str) -> None:
        by = self.session.chair if verb in ("pause", "resume", "count") else self.session.staff
        self.tries(ALONE[verb], verb, round_=self.session.round, by=by)

    @rule(step=st.sampled_from([step for step in Step for _more in range(4 if step in (Step.OPEN, Step.CLOSE) else 1)]))
    def take_a_step(self, step: Step) -> None:
        proposer = self.session.staff if step == Step.LOCK_ROLL else self.session.chair
        propose = partial(services.propose_step, round_=self.session.round, step=step, note="记录在案", by=proposer)
        if self.tries(propose) and not self.tries(
            STEPS[step], step.value, round_=self.session.round, by=self.session.scrutineer
        ):
            self.tries(services.withdraw_step, round_=self.session.round, by=self.session.chair)

    @rule()
    def go_on(self) -> None:
        """Do what is next, so that lives reach their end."""
        alone = {"draft": "lock_rules", "roll_locked": "open_sign_in", "paused": "resume", "closed": "count"}
        steps = {"rules_locked": Step.LOCK_ROLL, "sign_in": Step.OPEN, "open": Step.CLOSE, "counted": Step.ANNOUNCE}
        if self.state in alone:
            self.act_alone(alone[self.state])
        elif self.state in steps:
            self.take_a_step(steps[self.state])

    @rule(place=st.integers(0, 2))
    def sign_in(self, place: int) -> None:
        entry = self.session.entry(self.session.deputies[place])
        self.tries(services.sign_in_deputy, entry=entry, by=self.session.scrutineer)

    @rule(place=st.integers(0, 2), letters=st.sampled_from(["yyn", "nnn", "yab"]))
    def cast(self, place: int, letters: str) -> None:
        deputy = self.session.deputies[place]
        had = self.session.entry(deputy).has_voted
        done = self.tries(lambda at: self.session.cast(deputy, letters))

        assert not done or (not had and self.state == RoundState.OPEN and not self.papers)

    @rule(number=st.integers(1, 2), place=st.integers(0, 1))
    def draw_and_try(self, number: int, place: int) -> None:
        by = self.scrutineers[place]
        drawn: list[str] = []

        def draw(at: object) -> None:
            drawn.append(services.draw_half(round_=self.session.round, number=number, by=by, at=NOW)[1])

        if self.tries(draw):
            assert self.scheme == "sealed"
            self.halves[number] = drawn[0]
            assert self.tries(services.try_half, round_=self.session.round, typed=drawn[0], by=by)

    @rule(number=st.integers(1, 2), place=st.integers(0, 1))
    def put_in(self, number: int, place: int) -> None:
        typed = self.halves.get(number, "")
        done = self.tries(services.hand_in_half, round_=self.session.round, typed=typed, by=self.scrutineers[place])

        assert not done or (self.state == RoundState.CLOSED and not self.papers)

    @invariant()
    def everything_fits(self) -> None:
        if not hasattr(self, "session"):
            return
        self.session.round.refresh_from_db()
        voted = RollEntry.objects.filter(round=self.session.round, has_voted=True).count()
        urn, envelopes = len(in_urn()), SealedBallot.objects.count()
        ballots, opened = Ballot.objects.count(), KeyHalf.objects.filter(handed_in_at__isnull=False).count() == 2

        assert self.session.round.state == self.state
        if self.state in (RoundState.OPEN, RoundState.PAUSED):
            assert (urn, envelopes, ballots) == (voted, 0, 0)
            assert self.papers or self.scheme == "plain" or len(self.halves) == 2
        elif self.state in (RoundState.CLOSED, RoundState.COUNTED, RoundState.ANNOUNCED):
            assert urn == 0
            assert envelopes == (voted if self.scheme == "sealed" else 0)
            assert ballots == (voted if self.scheme == "plain" or opened else 0)
            assert not opened or self.scheme == "sealed"
        result = RoundResult.objects.filter(round=self.session.round).first()
        assert result is None or result.returned == voted


@pytest.mark.django_db
def test_whatever_is_tried_a_round_and_its_ballots_fit():
    run_state_machine_as_test(
        RoundLife,
        settings=settings(
            max_examples=8, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
