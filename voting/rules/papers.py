"""Who may hand out papers, count and read them, and name those who do."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.accounts.roles import Permission
from livelihood.accounts.selectors import Person
from livelihood.kernel.verdict import YES, Verdict, no
from voting import papers, steps
from voting.models import PaperStack, RollEntry, Round
from voting.rules._shared import NOT_NOW, may_attend, may_prepare, may_run
from voting.states import FINISHED, RoundState, SignInWay

ANNOUNCEMENT_PROPOSED = _(
    "Somebody proposes to announce the result with these names. Have the proposal withdrawn first."
)


def may_print_ballot(user: Person, round_: Round, at: datetime) -> Verdict:
    """May: congress staff, from the locked rules until the round is counted; a vote by name has no paper."""
    verdict = may_run(user, Permission.PREPARE_ROUND, round_, at) and papers.are_possible(round_)
    if not verdict:
        return verdict
    if round_.state == RoundState.DRAFT:
        return no(_("Lock the rules first: the ballot says what they ask."))
    return no(NOT_NOW) if round_.state in (RoundState.COUNTED, *FINISHED) else YES


def may_hand_out_papers(user: Person, round_: Round, at: datetime) -> Verdict:
    """May: congress staff, from the beginning of sign-in until voting closes; a vote by name has no paper."""
    return may_attend(user, round_, at) and papers.are_possible(round_)


def may_hand_out_paper(user: Person, round_: Round, entry: RollEntry, at: datetime) -> Verdict:
    """May: congress staff, as above, to a deputy who is present, has not voted and holds none.

    Not who has confirmed that the deputy is present: alone they could fill in the paper of somebody who is absent.
    """
    verdict = may_hand_out_papers(user, round_, at)
    if not verdict or not isinstance(user, User):
        return verdict
    is_own = (entry.signed_in_way, entry.signed_in_by_id) == (SignInWay.STAFF, user.pk)
    refusals = [
        (entry.signed_in_at is None, _("This deputy is not signed in.")),
        (entry.has_voted, _("This deputy has voted.")),
        (entry.struck_at is not None, _("This deputy holds a paper ballot already.")),
        (is_own, _("You have confirmed that this deputy is present. Another person hands out the paper.")),
    ]
    return next((no(reason) for is_refused, reason in refusals if is_refused), YES)


def may_take_back_paper(user: Person, round_: Round, entry: RollEntry, at: datetime) -> Verdict:
    """May: congress staff, until voting closes, from a deputy who holds one."""
    verdict = may_attend(user, round_, at)
    if not verdict or entry.struck_at is not None:
        return verdict
    return no(_("This deputy holds no paper ballot."))


def _may_handle_papers(user: Person, round_: Round, at: datetime) -> Verdict:
    """May: a teller, between closing and count, where paper ballots were handed out."""
    verdict = may_run(user, Permission.COUNT_PAPER, round_, at)
    if not verdict:
        return verdict
    if round_.state != RoundState.CLOSED:
        return no(NOT_NOW)
    return YES if papers.issued(round_) else no(_("No paper ballot was handed out."))


def may_count_papers(user: Person, round_: Round, at: datetime) -> Verdict:
    """May: congress staff and scrutineers, until the papers are merged."""
    verdict = _may_handle_papers(user, round_, at)
    stack = PaperStack.objects.filter(round=round_).first()
    if not verdict or stack is None:
        return verdict
    return YES if stack.merged_at is None else no(papers.MERGED)


def may_enter_papers(user: Person, round_: Round, at: datetime) -> Verdict:
    """May: congress staff and scrutineers, once as many papers came back as can be counted, until they are merged."""
    verdict = _may_handle_papers(user, round_, at)
    return verdict and papers.can_be_entered(round_)


def may_merge_papers(user: Person, round_: Round, at: datetime) -> Verdict:
    """May: congress staff and scrutineers, when two persons have read every sheet alike."""
    verdict = may_enter_papers(user, round_, at)
    return verdict and papers.all_agree(round_)


def may_name_officers(user: Person, round_: Round, at: datetime) -> Verdict:
    """May: congress staff, until somebody proposes to announce the round: the proposal is read with these names."""
    verdict = may_prepare(user, round_.cycle, at)
    if not verdict:
        return verdict
    if round_.state in FINISHED:
        return no(_("The round is finished."))
    return no(ANNOUNCEMENT_PROPOSED) if steps.is_announcement_proposed(round_) else YES
