"""Who may do what in this room: role ∧ phase ∧ object, with the reason."""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.accounts import selectors as accounts
from livelihood.accounts.models import User
from livelihood.accounts.roles import Permission
from livelihood.accounts.selectors import Person
from livelihood.cycles.models import Cycle
from livelihood.cycles.states import DecisionMode, Phase
from livelihood.kernel.verdict import YES, Verdict, no
from voting import papers, tally
from voting.models import Credential, Method, Opinion, PaperStack, Review, RollEntry, Round, TwoPersonStep
from voting.states import (
    FINISHED,
    ROUND_MOVES,
    OpinionState,
    RemoteVoting,
    ReviewState,
    RoundKind,
    RoundState,
    Scheme,
    ShortfallRule,
    Step,
    TieRule,
)

NOT_YOURS = _("Your role does not include this task in this area.")
NOT_DECIDING = _("This is done in the deciding phase only.")
NOT_BY_VOTE = _("This year's list is reviewed by the two sessions; the deputies do not vote on it.")
NOT_BY_REVIEW = _("This year's list is decided by the deputies' vote; there is no review.")
RULES_LOCKED = _("The rules are locked. A round with other rules is a new round.")
ROLL_LOCKED = _("The roll is locked.")
NOT_NOW = _("This step is not possible in the present state.")

ROLL_OPEN = (RoundState.DRAFT, RoundState.RULES_LOCKED)
SIGNING_IN = (RoundState.SIGN_IN, RoundState.OPEN, RoundState.PAUSED)
CARDS = (RoundState.ROLL_LOCKED, *SIGNING_IN)
BEFORE_OPENING = (RoundState.ROLL_LOCKED, RoundState.SIGN_IN)
BETWEEN_REMINDERS = timedelta(minutes=5)
"""Our own measure: long enough that reminders press nobody."""


def may_read_rounds(user: Person, cycle: Cycle, at: datetime) -> Verdict:
    """May: everyone who works at a desk in the area."""
    return YES if accounts.has(user, Permission.READ_DESK, cycle.area, at) else no(NOT_YOURS)


def _may(user: Person, permission: Permission, cycle: Cycle, mode: DecisionMode, at: datetime) -> Verdict:
    """May: a role in the area, in the deciding phase of a year that is decided this way."""
    if not accounts.has(user, permission, cycle.area, at):
        return no(NOT_YOURS)
    if cycle.decision_mode != mode:
        return no(NOT_BY_VOTE if mode == DecisionMode.VOTE else NOT_BY_REVIEW)
    return YES if cycle.phase == Phase.DECIDE else no(NOT_DECIDING)


def may_create_round(user: Person, cycle: Cycle, at: datetime) -> Verdict:
    """May: congress staff, while the year is decided by vote."""
    return _may(user, Permission.PREPARE_ROUND, cycle, DecisionMode.VOTE, at)


def may_write_rules(user: Person, round_: Round, at: datetime) -> Verdict:
    """May: congress staff, while the round is a draft."""
    verdict = may_create_round(user, round_.cycle, at)
    return verdict if not verdict or round_.state == RoundState.DRAFT else no(RULES_LOCKED)


def may_import_roll(user: Person, round_: Round, at: datetime) -> Verdict:
    """May: congress staff, until the roll is locked."""
    verdict = may_create_round(user, round_.cycle, at)
    return verdict if not verdict or round_.state in ROLL_OPEN else no(ROLL_LOCKED)


def may_lock_roll(user: Person, round_: Round, at: datetime) -> Verdict:
    """May: congress staff, when the rules are locked and deputies are on the roll."""
    verdict = may_create_round(user, round_.cycle, at)
    if not verdict:
        return verdict
    if round_.state != RoundState.RULES_LOCKED:
        return no(NOT_NOW)
    return YES if round_.roll.exists() else no(_("There is nobody on the roll. Import it first."))


def may_open_sign_in(user: Person, round_: Round, at: datetime) -> Verdict:
    """May: congress staff, when the roll is locked."""
    verdict = may_create_round(user, round_.cycle, at)
    return verdict if not verdict or round_.state == RoundState.ROLL_LOCKED else no(NOT_NOW)


def may_sign_in_deputies(user: Person, round_: Round, at: datetime) -> Verdict:
    """May: congress staff, from the beginning of sign-in until voting closes."""
    verdict = _may(user, Permission.SIGN_IN_DEPUTIES, round_.cycle, DecisionMode.VOTE, at)
    return verdict if not verdict or round_.state in SIGNING_IN else no(NOT_NOW)


def may_undo_sign_in(user: Person, round_: Round, entry: RollEntry, at: datetime) -> Verdict:
    """May: congress staff, until voting closes, as long as the deputy has not voted."""
    verdict = may_sign_in_deputies(user, round_, at)
    if not verdict:
        return verdict
    if entry.has_voted or entry.struck_at is not None:
        return no(_("This deputy has voted or holds a paper ballot."))
    return YES if entry.signed_in_at is not None else no(_("This deputy is not signed in."))


def may_sign_in_oneself(user: Person, round_: Round, entry: RollEntry | None, at: datetime) -> Verdict:
    """May: a deputy on the roll, from the beginning of sign-in until voting closes, once."""
    verdict = _is_on_roll(user, round_, entry, at)
    if not verdict:
        return verdict
    if round_.state not in SIGNING_IN:
        return no(_("Signing in is not possible now."))
    return YES if entry is None or entry.signed_in_at is None else no(_("You are signed in already."))


def may_issue_credentials(user: Person, round_: Round, at: datetime) -> Verdict:
    """May: congress staff, from the locked roll until voting closes."""
    verdict = _may(user, Permission.SIGN_IN_DEPUTIES, round_.cycle, DecisionMode.VOTE, at)
    return verdict if not verdict or round_.state in CARDS else no(NOT_NOW)


def may_issue_credential(user: Person, round_: Round, entry: RollEntry, at: datetime) -> Verdict:
    """May: congress staff, as above, as long as the deputy has neither voted nor taken a paper ballot."""
    verdict = may_issue_credentials(user, round_, at)
    if verdict and (entry.has_voted or entry.struck_at is not None):
        return no(_("This deputy has voted or holds a paper ballot."))
    return verdict


def may_use_credential(round_: Round, credential: Credential, at: datetime) -> Verdict:
    """May: whoever holds the code, once, while its deputy can sign in or vote."""
    entry = credential.entry
    if credential.used_at is not None or entry.has_voted:
        return no(_("This card has been used. Congress staff can issue a new one until the ballot is cast."))
    if entry.struck_at is not None:
        return no(_("You hold a paper ballot and vote with it."))
    verdict = _is_on_roll(entry.deputy, round_, entry, at)
    return verdict if not verdict or round_.state in SIGNING_IN else no(_("Signing in is not possible now."))


def may_substitute(user: Person, round_: Round, entry: RollEntry, at: datetime) -> Verdict:
    """May: congress staff, where the rules know substitutes, on a locked roll before voting, before a sign-in."""
    verdict = may_create_round(user, round_.cycle, at)
    if not verdict:
        return verdict
    if not round_.method.has_substitutes:
        return no(_("The rules of this session know no substitutes."))
    if round_.state not in BEFORE_OPENING:
        return no(NOT_NOW)
    if entry.signed_in_at is not None:
        return no(_("This deputy is signed in. Take the sign-in back first."))
    return YES if not hasattr(entry, "substitution") else no(_("A substitute stands on this line already."))


def may_remind(user: Person, round_: Round, at: datetime) -> Verdict:
    """May: congress staff or the presiding officer, all who are awaited at once, not again within minutes."""
    verdict = _may(user, Permission.SIGN_IN_DEPUTIES, round_.cycle, DecisionMode.VOTE, at) or _may(
        user, Permission.RUN_ROUND, round_.cycle, DecisionMode.VOTE, at
    )
    if not verdict:
        return verdict
    if round_.state not in (RoundState.SIGN_IN, RoundState.OPEN):
        return no(NOT_NOW)
    if round_.reminders.filter(sent_at__gt=at - BETWEEN_REMINDERS).exists():
        return no(_("All were reminded a few minutes ago. Wait a little before the next reminder."))
    return YES if awaited(round_).exists() else no(_("Nobody is awaited."))


def awaited(round_: Round) -> QuerySet[RollEntry]:
    """Return whom the round waits for: before it opens those not signed in, then those present without a ballot."""
    if round_.state == RoundState.SIGN_IN:
        return round_.roll.filter(signed_in_at__isnull=True)
    return round_.roll.filter(signed_in_at__isnull=False, has_voted=False, struck_at__isnull=True)


def needs_hall_code(method: Method, entry: RollEntry) -> bool:
    """Say whether a deputy who signs in alone must show to be in the hall, by the code on its screen."""
    if method.remote_voting == RemoteVoting.EVERYBODY:
        return False
    return not (method.remote_voting == RemoteVoting.LISTED and entry.may_vote_remotely)


def may_cast(user: Person, round_: Round, entry: RollEntry | None, at: datetime) -> Verdict:
    """May: a deputy on the roll who is signed in, has not voted and holds no paper ballot, while voting is open."""
    verdict = _is_on_roll(user, round_, entry, at)
    if not verdict or entry is None:
        return verdict
    refusals = [
        (entry.has_voted, _("You have voted. A ballot in the urn can be neither changed nor taken back.")),
        (
            round_.state == RoundState.PAUSED,
            _("Voting is paused. Your choices stay on this page; send them when voting goes on."),
        ),
        (round_.is_on_paper, _("This round is held on paper. Congress staff hand you a ballot.")),
        (round_.state != RoundState.OPEN, _("Voting is not open.")),
        (entry.signed_in_at is None, _("You are not signed in. Sign in first.")),
        (entry.struck_at is not None, _("You hold a paper ballot and vote with it.")),
    ]
    return next((no(reason) for is_refused, reason in refusals if is_refused), YES)


def _is_on_roll(user: Person, round_: Round, entry: RollEntry | None, at: datetime) -> Verdict:
    if not isinstance(user, User) or entry is None or entry.deputy_id != user.pk or entry.round_id != round_.pk:
        return no(_("You are not on the roll of this round."))
    if not accounts.has(user, Permission.VOTE, round_.cycle.area, at):
        return no(_("You are not a deputy of this area now."))
    return YES if round_.cycle.phase == Phase.DECIDE else no(NOT_DECIDING)


def may_pause_round(user: Person, round_: Round, at: datetime) -> Verdict:
    """May: the presiding officer alone, while voting is open. Pausing loses nothing, so it need not wait for two."""
    verdict = _may(user, Permission.RUN_ROUND, round_.cycle, DecisionMode.VOTE, at)
    return verdict if not verdict or round_.state == RoundState.OPEN else no(NOT_NOW)


def may_resume_round(user: Person, round_: Round, at: datetime) -> Verdict:
    """May: the presiding officer alone, while voting is paused."""
    verdict = _may(user, Permission.RUN_ROUND, round_.cycle, DecisionMode.VOTE, at)
    return verdict if not verdict or round_.state == RoundState.PAUSED else no(NOT_NOW)


def may_propose_step(user: Person, round_: Round, step: Step, at: datetime) -> Verdict:
    """May: the presiding officer, when the step is possible and none waits for a scrutineer."""
    verdict = _may(user, Permission.RUN_ROUND, round_.cycle, DecisionMode.VOTE, at)
    if not verdict:
        return verdict
    verdict = is_possible(round_, step)
    if verdict and waiting_step(round_) is not None:
        return no(_("Another step waits for a scrutineer. It must be confirmed or withdrawn first."))
    return verdict


def may_confirm_step(user: Person, round_: Round, step: Step, at: datetime) -> Verdict:
    """May: a scrutineer who is not the person who proposed the step."""
    verdict = _may(user, Permission.CONFIRM_ROUND, round_.cycle, DecisionMode.VOTE, at)
    if not verdict:
        return verdict
    waiting = waiting_step(round_)
    if waiting is None or waiting.step != step:
        return no(_("The presiding officer has not proposed this step."))
    if isinstance(user, User) and waiting.proposed_by_id == user.pk:
        return no(_("You proposed this step. A second person must confirm it."))
    return is_possible(round_, step)


def may_withdraw_step(user: Person, round_: Round, at: datetime) -> Verdict:
    """May: the presiding officer takes a step back, or a scrutineer refuses it."""
    if not any(
        accounts.has(user, permission, round_.cycle.area, at)
        for permission in (Permission.RUN_ROUND, Permission.CONFIRM_ROUND)
    ):
        return no(NOT_YOURS)
    return YES if waiting_step(round_) is not None else no(_("No step waits for a scrutineer."))


def may_count_round(user: Person, round_: Round, at: datetime) -> Verdict:
    """May: the presiding officer or a scrutineer, when voting has closed."""
    verdict = _may(user, Permission.RUN_ROUND, round_.cycle, DecisionMode.VOTE, at) or _may(
        user, Permission.CONFIRM_ROUND, round_.cycle, DecisionMode.VOTE, at
    )
    if not verdict:
        return verdict
    return papers.are_settled(round_) if round_.state == RoundState.CLOSED else no(NOT_NOW)


def may_read_sheet(user: Person, round_: Round, at: datetime) -> Verdict:
    """May: everyone who works at a desk in the area, once the round is counted or void."""
    may_read = may_read_rounds(user, round_.cycle, at)
    return may_read if round_.state == RoundState.VOIDED else may_read_counts(user, round_, at)


def may_read_counts(user: Person, round_: Round, at: datetime) -> Verdict:
    """May: everyone who works at a desk in the area, once the round is counted; nobody before."""
    if round_.state not in (RoundState.COUNTED, RoundState.ANNOUNCED):
        return no(_("Nobody sees counts before the round is counted."))
    return may_read_rounds(user, round_.cycle, at)


def may_start_run_off(user: Person, round_: Round, at: datetime) -> Verdict:
    """May: congress staff, when an announced round left a tie, its rules ask for a run-off and the limit is not met."""
    verdict = may_create_round(user, round_.cycle, at)
    if not verdict:
        return verdict
    if round_.state != RoundState.ANNOUNCED or not round_.result.tied_seats:
        return no(_("There is no announced tie."))
    if round_.method.tie != TieRule.RUN_OFF:
        return no(_("The rules leave a tied seat open."))
    if _run_offs_up_to(round_) >= round_.method.run_off_limit:
        return no(_("The rules allow no further run-off."))
    return _has_no_follow_up(round_)


def may_vote_again(user: Person, round_: Round, at: datetime) -> Verdict:
    """May: congress staff, after a void round, or when seats stayed open and the rules say so."""
    verdict = may_create_round(user, round_.cycle, at)
    if not verdict:
        return verdict
    if round_.state == RoundState.VOIDED:
        return _has_no_follow_up(round_)
    if round_.state != RoundState.ANNOUNCED or not round_.result.shortfall:
        return no(_("No seat stayed open."))
    if round_.method.shortfall != ShortfallRule.VOTE_AGAIN:
        return no(_("The rules leave the remaining seats open."))
    return _has_no_follow_up(round_)


def waiting_step(round_: Round) -> TwoPersonStep | None:
    """Return the step that waits for a scrutineer."""
    return round_.steps.filter(confirmed_at__isnull=True, withdrawn_at__isnull=True).first()


def is_possible(round_: Round, step: Step) -> Verdict:
    """Say whether the round itself is ready for a step, whoever takes it."""
    if (round_.state, step.value) not in ROUND_MOVES:
        return no(NOT_NOW)
    also = {Step.OPEN: reaches_quorum, Step.CLOSE: papers.hide_whose_is_whose, Step.MOVE_TO_PAPER: papers.can_take_over}
    return also[step](round_) if step in also else YES


def reaches_quorum(round_: Round) -> Verdict:
    """Say whether enough deputies are present, where the quorum is a share of those in term."""
    method = round_.method
    quorum = tally.Share(tally.Base(method.quorum_base), method.quorum_numerator, method.quorum_denominator)
    if quorum.base is not tally.Base.IN_TERM:
        return YES
    needed = quorum.needed(round_.roll.filter(is_in_term=True).count())
    present = round_.roll.filter(signed_in_at__isnull=False).count()
    if present >= needed:
        return YES
    problem = _("{present} deputies are signed in; the quorum is {needed}.")
    return no(format_lazy(problem, present=present, needed=needed))


def keeps_quorum(round_: Round) -> Verdict:
    """Say whether the quorum still holds when the vote is to be closed: deputies may have left, or not have voted.

    Where the quorum is a share of those present, the ballots that can be returned are compared: those cast, and one
    of each deputy who took a paper ballot.
    """
    method = round_.method
    if method.quorum_base == tally.Base.IN_TERM:
        return reaches_quorum(round_)
    present = round_.roll.filter(signed_in_at__isnull=False)
    quorum = tally.Share(tally.Base.PRESENT, method.quorum_numerator, method.quorum_denominator)
    needed, returned = (
        quorum.needed(present.count()),
        present.filter(Q(has_voted=True) | Q(struck_at__isnull=False)).count(),
    )
    if returned >= needed:
        return YES
    problem = _("{returned} ballots can be returned; the quorum is {needed}.")
    return no(format_lazy(problem, returned=returned, needed=needed))


def may_hand_out_paper(user: Person, round_: Round, entry: RollEntry, at: datetime) -> Verdict:
    """May: congress staff, until voting closes, to a deputy who is present, has not voted and holds none."""
    verdict = may_sign_in_deputies(user, round_, at)
    if not verdict:
        return verdict
    refusals = [
        (round_.method.scheme != Scheme.PLAIN, papers.NO_NAMES),
        (entry.signed_in_at is None, _("This deputy is not signed in.")),
        (entry.has_voted, _("This deputy has voted.")),
        (entry.struck_at is not None, _("This deputy holds a paper ballot already.")),
    ]
    return next((no(reason) for is_refused, reason in refusals if is_refused), YES)


def may_take_back_paper(user: Person, round_: Round, entry: RollEntry, at: datetime) -> Verdict:
    """May: congress staff, until voting closes, from a deputy who holds one."""
    verdict = may_sign_in_deputies(user, round_, at)
    if not verdict or entry.struck_at is not None:
        return verdict
    return no(_("This deputy holds no paper ballot."))


def _may_handle_papers(user: Person, round_: Round, at: datetime) -> Verdict:
    """May: a teller, between closing and count, where paper ballots were handed out."""
    verdict = _may(user, Permission.COUNT_PAPER, round_.cycle, DecisionMode.VOTE, at)
    if not verdict:
        return verdict
    if round_.state != RoundState.CLOSED:
        return no(NOT_NOW)
    return YES if papers.issued(round_) else no(_("No paper ballot was handed out."))


def may_count_papers(user: Person, round_: Round, at: datetime) -> Verdict:
    """May: congress staff and scrutineers, until the papers are merged.

    Whoever counted more papers than were handed out lets somebody else count again.
    """
    verdict = _may_handle_papers(user, round_, at)
    stack = PaperStack.objects.filter(round=round_).first()
    if not verdict or stack is None:
        return verdict
    if stack.merged_at is not None:
        return no(papers.MERGED)
    is_too_many = stack.returned > papers.issued(round_)
    if is_too_many and isinstance(user, User) and stack.counted_by_id == user.pk:
        return no(_("You counted more papers than were handed out. Let a second person count them again."))
    return YES


def may_enter_papers(user: Person, round_: Round, at: datetime) -> Verdict:
    """May: congress staff and scrutineers, once as many papers came back as can be counted, until they are merged."""
    verdict = _may_handle_papers(user, round_, at)
    return verdict and papers.can_be_entered(round_)


def may_merge_papers(user: Person, round_: Round, at: datetime) -> Verdict:
    """May: congress staff and scrutineers, when two persons have read every sheet alike."""
    verdict = may_enter_papers(user, round_, at)
    return verdict and papers.all_agree(round_)


def may_name_officers(user: Person, round_: Round, at: datetime) -> Verdict:
    """May: congress staff, until the round is finished."""
    verdict = may_create_round(user, round_.cycle, at)
    return verdict if not verdict or round_.state not in FINISHED else no(_("The round is finished."))


def _run_offs_up_to(round_: Round) -> int:
    """Count the run-offs in the line of a round, itself included."""
    count, current = 0, round_
    while current.kind == RoundKind.RUN_OFF and current.parent is not None:
        count, current = count + 1, current.parent
    return count


def _has_no_follow_up(round_: Round) -> Verdict:
    follow_up = round_.follow_ups.exclude(state=RoundState.VOIDED).first()
    return YES if follow_up is None else no(_("The round that follows this one exists already."))


def may_submit_list(user: Person, cycle: Cycle, at: datetime) -> Verdict:
    """May: the livelihood office, once, while a year that is reviewed is in the deciding phase."""
    verdict = _may(user, Permission.SUBMIT_FOR_REVIEW, cycle, DecisionMode.REVIEW, at)
    if verdict and Review.objects.filter(cycle=cycle).exists():
        return no(_("The list has been submitted already."))
    return verdict


def may_give_opinion(user: Person, review: Review, at: datetime) -> Verdict:
    """May: deputies and CPPCC members of the area, and congress staff for opinions handed in on paper."""
    if not any(
        accounts.has(user, permission, review.cycle.area, at)
        for permission in (Permission.GIVE_OPINION, Permission.ADOPT_LIST)
    ):
        return no(NOT_YOURS)
    return YES if review.state == ReviewState.SUBMITTED else no(_("The list is adopted; opinions are closed."))


def may_answer_opinion(user: Person, opinion: Opinion, at: datetime) -> Verdict:
    """May: the livelihood office and departments of the area, once."""
    if not accounts.has(user, Permission.ANSWER_OPINIONS, opinion.review.cycle.area, at):
        return no(NOT_YOURS)
    return YES if opinion.state == OpinionState.OPEN else no(_("This opinion has its answer."))


def may_revise_list(user: Person, review: Review, at: datetime) -> Verdict:
    """May: the livelihood office, between submission and adoption."""
    verdict = _may(user, Permission.SUBMIT_FOR_REVIEW, review.cycle, DecisionMode.REVIEW, at)
    if verdict and review.state != ReviewState.SUBMITTED:
        return no(_("The list is adopted and can no longer be revised."))
    return verdict


def may_adopt_list(user: Person, review: Review, at: datetime) -> Verdict:
    """May: congress staff record the adoption, when every opinion has its answer."""
    verdict = _may(user, Permission.ADOPT_LIST, review.cycle, DecisionMode.REVIEW, at)
    if not verdict:
        return verdict
    if review.state != ReviewState.SUBMITTED:
        return no(_("The list is adopted already."))
    if review.opinions.filter(state=OpinionState.OPEN).exists():
        return no(_("Some opinions wait for an answer."))
    return YES
