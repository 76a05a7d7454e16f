"""The steps of a round as buttons: what each is called, who may take it, what it does and what it says before."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.kernel.errors import Text
from livelihood.kernel.verdict import Verdict
from voting import rules, services
from voting.models import Round
from voting.schemes import scheme_of
from voting.states import Step

Rule = Callable[[User, Round, datetime], Verdict]


@dataclass(frozen=True, slots=True)
class ActButton:
    """A step of a round as a button and a confirmation page.

    verb: of the machine; the button stands where the machine knows it. step: for those that take two persons.
    consequences: what will happen, in sentences. note: label of the note, with whether it is required.
    """

    label: Text
    rule: Rule
    service: Callable[..., Any]
    consequences: tuple[Text, ...]
    verb: str = ""
    step: Step | None = None
    is_proposal: bool = False
    note: tuple[Text, bool] | None = None
    kind: str = "primary"

    @property
    def is_confirmation(self) -> bool:
        """Whether a second person confirms by it what the presiding officer proposed."""
        return self.step is not None and not self.is_proposal


def _propose(step: Step) -> Rule:
    return lambda user, round_, at: rules.may_propose_step(user, round_, step, at)


def _confirm(step: Step) -> Rule:
    return lambda user, round_, at: rules.may_confirm_step(user, round_, step, at)


def _count(user: User, round_: Round, at: datetime) -> Verdict:
    return rules.may_count_round(user, round_, at) and scheme_of(round_).can_count(round_)


_SECOND = _("A scrutineer must confirm it before anything happens.")

ACTS: dict[str, ActButton] = {
    "lock-rules": ActButton(
        _("Lock the rules"),
        rules.may_lock_rules,
        services.lock_rules,
        (_("Rules, candidates and seats are fixed; the database refuses every change."),),
        verb="lock_rules",
    ),
    "propose-lock-roll": ActButton(
        _("Propose to lock the roll"),
        _propose(Step.LOCK_ROLL),
        partial(services.propose_step, step=Step.LOCK_ROLL),
        (
            _("Somebody else of congress staff, or a scrutineer, must confirm it before anything happens."),
            _("Until then neither the roll nor the number of deputies in term can be changed."),
        ),
        verb="lock_roll",
        step=Step.LOCK_ROLL,
        is_proposal=True,
        note=(_("Remark; needed where the roll differs"), False),
    ),
    "confirm-lock-roll": ActButton(
        _("Confirm: lock the roll"),
        _confirm(Step.LOCK_ROLL),
        services.lock_roll,
        (
            _("Who may vote is fixed. Only signing in and having voted are noted from now on."),
            _("Majority and quorum are asked of the number of deputies in term by law."),
        ),
        verb="lock_roll",
        step=Step.LOCK_ROLL,
    ),
    "open-sign-in": ActButton(
        _("Open sign-in"),
        rules.may_open_sign_in,
        services.open_sign_in,
        (_("Deputies can sign in, and the hall's screen shows a code."),),
        verb="open_sign_in",
    ),
    "propose-open": ActButton(
        _("Propose to open the vote"),
        _propose(Step.OPEN),
        partial(services.propose_step, step=Step.OPEN),
        (_SECOND,),
        verb="open",
        step=Step.OPEN,
        is_proposal=True,
    ),
    "confirm-open": ActButton(
        _("Confirm: open the vote"),
        _confirm(Step.OPEN),
        services.open_round,
        (_("Deputies who are signed in can vote from this moment."),),
        verb="open",
        step=Step.OPEN,
    ),
    "pause": ActButton(
        _("Pause the vote"),
        rules.may_pause_round,
        services.pause_round,
        (_("No ballot is taken until the vote is resumed. What is in the urn stays."),),
        verb="pause",
        kind="secondary",
    ),
    "resume": ActButton(
        _("Resume the vote"), rules.may_resume_round, services.resume_round, (_("Ballots are taken again."),), "resume"
    ),
    "propose-close": ActButton(
        _("Propose to close the vote"),
        _propose(Step.CLOSE),
        partial(services.propose_step, step=Step.CLOSE),
        (_SECOND,),
        verb="close",
        step=Step.CLOSE,
        is_proposal=True,
        note=(_("Remark; needed where the quorum is lost"), False),
    ),
    "confirm-close": ActButton(
        _("Confirm: close the vote"),
        _confirm(Step.CLOSE),
        services.close_round,
        (_("No ballot is taken any more."), _("The ballots are mixed; from then on nobody can tell whose they are.")),
        verb="close",
        step=Step.CLOSE,
    ),
    "count": ActButton(
        _("Count the ballots"),
        _count,
        services.count_round,
        (_("The ballots are counted by the locked rules; until announced, figures are for those who run it."),),
        verb="count",
    ),
    "propose-announce": ActButton(
        _("Propose to announce the result"),
        _propose(Step.ANNOUNCE),
        partial(services.propose_step, step=Step.ANNOUNCE),
        (_SECOND,),
        verb="announce",
        step=Step.ANNOUNCE,
        is_proposal=True,
        note=(_("Number of the announcement"), False),
    ),
    "confirm-announce": ActButton(
        _("Confirm: announce the result"),
        _confirm(Step.ANNOUNCE),
        services.announce_round,
        (_("The result is public and final. The chosen candidates go on to be carried out."),),
        verb="announce",
        step=Step.ANNOUNCE,
    ),
    "propose-void": ActButton(
        _("Propose to declare the round void"),
        _propose(Step.VOID),
        partial(services.propose_step, step=Step.VOID),
        (_SECOND,),
        verb="void",
        step=Step.VOID,
        is_proposal=True,
        note=(_("Why the round is void"), True),
        kind="quiet",
    ),
    "confirm-void": ActButton(
        _("Confirm: the round is void"),
        _confirm(Step.VOID),
        services.void_round,
        (_("The round ends without a result; ballots still in the urn are destroyed."), _("It can be repeated.")),
        verb="void",
        step=Step.VOID,
        kind="danger",
    ),
    "propose-paper": ActButton(
        _("Propose to hold the whole round on paper"),
        _propose(Step.MOVE_TO_PAPER),
        partial(services.propose_step, step=Step.MOVE_TO_PAPER),
        (_SECOND,),
        verb="move_to_paper",
        step=Step.MOVE_TO_PAPER,
        is_proposal=True,
        note=(_("Why the round moves to paper"), True),
        kind="quiet",
    ),
    "confirm-paper": ActButton(
        _("Confirm: the whole round is held on paper"),
        _confirm(Step.MOVE_TO_PAPER),
        services.move_to_paper,
        (
            _("Ballots cast in the booth are destroyed; nobody counts as having voted."),
            _("Everybody present is noted as holding a paper ballot. Hand them out now."),
            _("The booth stays closed for this round; a round that was closed is open again."),
            _("The result and the record say that the round was held on paper."),
        ),
        verb="move_to_paper",
        step=Step.MOVE_TO_PAPER,
        kind="danger",
    ),
    "hand-out-papers": ActButton(
        _("Hand a paper to everybody present who has not voted"),
        rules.may_hand_out_papers,
        services.hand_out_papers,
        (
            _("Everybody who is signed in, has not voted and holds no paper is noted as holding one. Hand them out."),
            _("Whom you have signed in yourself is left out: another person hands those their paper."),
            _("The booth is closed to them. A paper handed out by mistake is taken back on the roll."),
        ),
        kind="secondary",
    ),
    "merge-papers": ActButton(
        _("Put the paper ballots among the others"),
        rules.may_merge_papers,
        services.merge_papers,
        (
            _("Each sheet becomes a ballot, in random order; then the round can be counted."),
            _("What was entered is erased and can be neither seen nor changed. Keep the papers themselves under seal."),
        ),
    ),
    "withdraw": ActButton(
        _("Withdraw or refuse this step"),
        rules.may_withdraw_step,
        services.withdraw_step,
        (_("Nothing happens; the step can be proposed again."),),
        kind="secondary",
    ),
    "run-off": ActButton(
        _("Prepare the run-off"),
        rules.may_start_run_off,
        services.start_run_off,
        (_("A round on the tied candidates alone is created, with this roll and those signed in."),),
    ),
    "vote-again": ActButton(
        _("Prepare a further vote"),
        rules.may_vote_again,
        services.vote_again,
        (_("A round on the candidates that are still open is created, with this roll and those signed in."),),
    ),
}

KINDS = ("primary", "danger", "secondary", "quiet")
"""Of buttons, the most urgent first."""
