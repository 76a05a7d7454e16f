"""Who may make, run, count and follow a round."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.accounts import selectors as accounts
from livelihood.accounts.models import User
from livelihood.accounts.roles import Permission
from livelihood.accounts.selectors import Person
from livelihood.cycles.models import Cycle
from livelihood.kernel.errors import Text
from livelihood.kernel.verdict import YES, Verdict, no
from proposals import selectors as proposals
from voting import follow_ups, halves, papers, steps, tally
from voting.models import Round
from voting.rules._shared import NOT_NOW, NOT_YOURS, RULES_LOCKED, may_prepare, may_run
from voting.rules.roll import can_be_locked
from voting.states import FINISHED, ROUND_MOVES, RoundState, Step

READERS_OF_ROLLS = (
    Permission.PREPARE_ROUND, Permission.RUN_ROUND, Permission.CONFIRM_ROUND, Permission.SIGN_IN_DEPUTIES,
    Permission.COUNT_PAPER, Permission.READ_JOURNAL,
)  # fmt: skip
NOT_FROZEN = _("The candidate list is not frozen yet. The livelihood office freezes it.")


def too_many_seats(options: int) -> Text:
    """Say how many seats so many candidates can fill."""
    return format_lazy(_("There are {options} candidates; 1 to {options} can be chosen."), options=options)


def may_read_rounds(user: Person, cycle: Cycle, at: datetime) -> Verdict:
    """May: everyone who works at a desk in the area."""
    return YES if accounts.has(user, Permission.READ_DESK, cycle.area, at) else no(NOT_YOURS)


def may_read_roll(user: Person, cycle: Cycle, at: datetime) -> Verdict:
    """May: who prepares, runs, confirms or audits rounds. Who came and who voted is no other desk's matter."""
    return YES if any(accounts.has(user, one, cycle.area, at) for one in READERS_OF_ROLLS) else no(NOT_YOURS)


def may_create_round(user: Person, cycle: Cycle, at: datetime) -> Verdict:
    """May: congress staff, from the letter until the list is decided, in a year that is decided by vote."""
    return may_prepare(user, cycle, at)


def may_write_rules(user: Person, round_: Round, at: datetime) -> Verdict:
    """May: congress staff, while the round is a draft."""
    verdict = may_create_round(user, round_.cycle, at)
    return verdict if not verdict or round_.state == RoundState.DRAFT else no(RULES_LOCKED)


def may_lock_rules(user: Person, round_: Round, at: datetime) -> Verdict:
    """May: congress staff, in time for the round, when its candidates are known and can fill the seats."""
    verdict = may_write_rules(user, round_, at) and may_run(user, Permission.PREPARE_ROUND, round_, at)
    if not verdict:
        return verdict
    options = round_.options.count() or len(proposals.candidates_for(round_.cycle))
    if not options:
        return no(NOT_FROZEN)
    return YES if round_.seats <= options else no(too_many_seats(options))


def may_pause_round(user: Person, round_: Round, at: datetime) -> Verdict:
    """May: the presiding officer alone, while voting is open. Pausing loses nothing, so it need not wait for two."""
    verdict = may_run(user, Permission.RUN_ROUND, round_, at)
    return verdict if not verdict or round_.state == RoundState.OPEN else no(NOT_NOW)


def may_resume_round(user: Person, round_: Round, at: datetime) -> Verdict:
    """May: the presiding officer alone, while voting is paused."""
    verdict = may_run(user, Permission.RUN_ROUND, round_, at)
    return verdict if not verdict or round_.state == RoundState.PAUSED else no(NOT_NOW)


def may_propose_step(user: Person, round_: Round, step: Step, at: datetime) -> Verdict:
    """May: the presiding officer, of the roll congress staff, when the step is possible and none waits for a second."""
    proposing = Permission.PREPARE_ROUND if step == Step.LOCK_ROLL else Permission.RUN_ROUND
    verdict = may_run(user, proposing, round_, at)
    if not verdict:
        return verdict
    verdict = is_possible(round_, step)
    if verdict and steps.waiting_step(round_) is not None:
        return no(_("Another step waits for a second person. It must be confirmed or withdrawn first."))
    return verdict


def may_confirm_step(user: Person, round_: Round, step: Step, at: datetime) -> Verdict:
    """May: a scrutineer, of the roll congress staff too, who is not the person who proposed the step."""
    verdict = may_run(user, Permission.CONFIRM_ROUND, round_, at)
    if step == Step.LOCK_ROLL:
        verdict = verdict or may_run(user, Permission.PREPARE_ROUND, round_, at)
    if not verdict:
        return verdict
    waiting = steps.waiting_step(round_)
    if waiting is None or waiting.step != step:
        return no(_("Nobody has proposed this step."))
    if isinstance(user, User) and waiting.proposed_by_id == user.pk:
        return no(_("You proposed this step. A second person must confirm it."))
    return is_possible(round_, step)


def may_withdraw_step(user: Person, round_: Round, at: datetime) -> Verdict:
    """May: the presiding officer takes a step back, or a scrutineer refuses it; of the roll congress staff, too."""
    waiting = steps.waiting_step(round_)
    permissions = [Permission.RUN_ROUND, Permission.CONFIRM_ROUND]
    if waiting is not None and waiting.step == Step.LOCK_ROLL:
        permissions.append(Permission.PREPARE_ROUND)
    if not any(accounts.has(user, permission, round_.cycle.area, at) for permission in permissions):
        return no(NOT_YOURS)
    return YES if waiting is not None else no(_("No step waits for a second person."))


def may_count_round(user: Person, round_: Round, at: datetime) -> Verdict:
    """May: the presiding officer or a scrutineer, when voting has closed."""
    verdict = may_run(user, Permission.RUN_ROUND, round_, at) or may_run(user, Permission.CONFIRM_ROUND, round_, at)
    if not verdict:
        return verdict
    return papers.are_settled(round_) if round_.state == RoundState.CLOSED else no(NOT_NOW)


def may_read_sheet(user: Person, round_: Round, at: datetime) -> Verdict:
    """May: who prepares, runs or confirms the round, once it is counted or void; others read what is announced.

    The sheet holds all counts, before the announcement and where the rules keep them back.
    """
    runs = (Permission.PREPARE_ROUND, Permission.RUN_ROUND, Permission.CONFIRM_ROUND)
    if not any(accounts.has(user, permission, round_.cycle.area, at) for permission in runs):
        return no(NOT_YOURS)
    if round_.state not in (RoundState.COUNTED, *FINISHED):
        return no(_("Nobody sees counts before the round is counted."))
    return YES


def may_bring_signed_sheet(user: Person, round_: Round, at: datetime) -> Verdict:
    """May: congress staff, once there is a sheet to sign; also when the year has moved on, as paper takes its time."""
    if not accounts.has(user, Permission.PREPARE_ROUND, round_.cycle.area, at):
        return no(NOT_YOURS)
    return YES if round_.state in (RoundState.COUNTED, *FINISHED) else no(_("There is no sheet to sign yet."))


def may_read_rehearsal(user: Person, round_: Round, at: datetime) -> Verdict:
    """May: all who work at a desk in the area, record and ballots of an announced rehearsal; a vote's are public."""
    verdict = may_read_rounds(user, round_.cycle, at)
    if verdict and not round_.is_rehearsal:
        return no(_("This was no rehearsal: record and ballots of a vote are public once it is announced."))
    if verdict and round_.state != RoundState.ANNOUNCED:
        return no(_("Record and ballots of a rehearsal can be read once it is announced."))
    return verdict


def may_start_run_off(user: Person, round_: Round, at: datetime) -> Verdict:
    """May: congress staff, when an announced round left a tie, its rules ask for a run-off and the limit is not met."""
    return may_run(user, Permission.PREPARE_ROUND, round_, at) and follow_ups.run_off(round_)


def may_vote_again(user: Person, round_: Round, at: datetime) -> Verdict:
    """May: congress staff, after a void round, or when seats stayed open and the rules say so."""
    return may_run(user, Permission.PREPARE_ROUND, round_, at) and follow_ups.repeat(round_)


def is_possible(round_: Round, step: Step) -> Verdict:
    """Say whether the round itself is ready for a step, whoever takes it."""
    if (round_.state, step.value) not in ROUND_MOVES:
        return no(NOT_NOW)
    also = {
        Step.LOCK_ROLL: can_be_locked,
        Step.OPEN: can_be_opened,
        Step.CLOSE: papers.hide_whose_is_whose,
        Step.MOVE_TO_PAPER: papers.can_take_over,
        Step.ANNOUNCE: has_officers,
    }
    return also[step](round_) if step in also else YES


def can_be_opened(round_: Round) -> Verdict:
    """Say whether enough deputies are present and, where ballots are sealed, both halves of the key on paper."""
    return halves.are_tried(round_) and reaches_quorum(round_)


def has_officers(round_: Round) -> Verdict:
    """Say whether it is written who counted and who watched: they sign the sheet of what is announced."""
    if round_.officers.exists():
        return YES
    return no(_("Congress staff must first name who counts and who watches: they sign the tally sheet."))


@dataclass(frozen=True, slots=True)
class QuorumStand:
    """How a round stands against its quorum.

    needed, there: deputies; where the quorum is a share of those present (of_ballots), ballots that can be returned:
    those cast, and one of each deputy who took a paper ballot.
    """

    needed: int
    there: int
    of_ballots: bool

    @property
    def verdict(self) -> Verdict:
        """Say whether it is reached, and otherwise what is there."""
        if self.there >= self.needed:
            return YES
        if self.of_ballots:
            problem = _("Ballots that can be returned: {returned}; the quorum is {needed}.")
            return no(format_lazy(problem, returned=self.there, needed=self.needed))
        problem = _("Deputies signed in: {present}; the quorum is {needed}.")
        return no(format_lazy(problem, present=self.there, needed=self.needed))


def quorum_stand(round_: Round, *, present: int, returnable: int) -> QuorumStand:
    """Return how a round stands against its quorum. present: deputies signed in; returnable: ballots, as above."""
    method = round_.method
    quorum = tally.Share(tally.Base(method.quorum_base), method.quorum_numerator, method.quorum_denominator)
    if quorum.base is tally.Base.IN_TERM:
        return QuorumStand(quorum.needed(steps.deputies_in_term(round_) or 0), present, of_ballots=False)
    return QuorumStand(quorum.needed(present), returnable, of_ballots=True)


def reaches_quorum(round_: Round) -> Verdict:
    """Say whether enough deputies are present, where the quorum is a share of those in term by law."""
    if round_.method.quorum_base != tally.Base.IN_TERM:
        return YES
    return keeps_quorum(round_)


def keeps_quorum(round_: Round) -> Verdict:
    """Say whether the quorum still holds when the vote is to be closed: deputies may have left, or not have voted."""
    signed_in = round_.roll.filter(signed_in_at__isnull=False)
    returnable = Q(has_voted=True) | Q(struck_at__isnull=False)
    counted = signed_in.aggregate(present=Count("pk"), returnable=Count("pk", filter=returnable))
    return quorum_stand(round_, **counted).verdict
