"""How the papers of a round stand, whoever asks: what the rules of voting build on."""

from django.db.models import Count, Q, QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.kernel.verdict import YES, Verdict, no
from voting.models import PaperStack, RollEntry, Round
from voting.models.paper import HANDS
from voting.states import BallotForm, Scheme, SignInWay
from voting.tally import Mark

FEWEST_ALIKE = 5
"""Ballots on paper, or without paper, that may stand beside the others: fewer would give away whose they are."""

NO_NAMES = _("A vote by name is not held on paper: papers carry no name.")
MERGED = _("The paper ballots are among the others; what was entered of them is erased.")


def issued(round_: Round) -> int:
    """Return how many paper ballots are out: each has struck its deputy from the booth."""
    return round_.roll.filter(struck_at__isnull=False).count()


def are_possible(round_: Round) -> Verdict:
    """Say whether a round takes paper at all."""
    return no(NO_NAMES) if round_.method.scheme == Scheme.NAMED else YES


def possible_marks(round_: Round) -> set[Mark]:
    """Return the marks that a line of a paper of this round can bear, where the paper is not invalid as a whole."""
    return {Mark.APPROVE, Mark.BLANK} if round_.method.form != BallotForm.EACH else set(Mark) - {Mark.SPOILT}


def merged(round_: Round) -> int:
    """Return how many papers are among the ballots."""
    stack = PaperStack.objects.filter(round=round_, merged_at__isnull=False).first()
    return 0 if stack is None else stack.returned


def without_ballot(round_: Round) -> QuerySet[RollEntry]:
    """Return who is present, has not voted in the booth and holds no paper."""
    return round_.roll.filter(signed_in_at__isnull=False, has_voted=False, struck_at__isnull=True)


def signed_in_by(round_: Round, user: User) -> QuerySet[RollEntry]:
    """Return who of these was confirmed to be present by somebody, who therefore hands them no paper."""
    return without_ballot(round_).filter(signed_in_way=SignInWay.STAFF, signed_in_by=user)


def hide_whose_is_whose(round_: Round) -> Verdict:
    """Say whether enough ballots of each kind are out: the roll knows who votes on paper, the record which are."""
    out = 0 if round_.is_on_paper else issued(round_)
    voted = round_.roll.filter(has_voted=True).count() if out else 0
    few_papers = _(
        "Deputies who hold a paper ballot: {number}; so few would give away their votes. Hand out at least {fewest}, "
        "take them back, or move the whole round to paper."
    )
    few_others = _(
        "Deputies who have voted in the booth beside those on paper: {number}; so few would give away their votes. "
        "Wait for at least {fewest}, or move the whole round to paper."
    )
    for number, problem in ((out, few_papers), (voted, few_others)):
        if 0 < number < FEWEST_ALIKE:
            return no(format_lazy(problem, number=number, fewest=FEWEST_ALIKE))
    return YES


def are_enough_to_hide(round_: Round) -> Verdict:
    """Say whether so many have voted that the published ballots do not tell by themselves who voted how."""
    cast = round_.roll.filter(Q(has_voted=True) | Q(struck_at__isnull=False)).count()
    if round_.method.scheme == Scheme.NAMED or not 0 < cast < FEWEST_ALIKE:
        return YES
    problem = _("Ballots cast: {cast}. The counts of so few tell those who know the voters how they voted.")
    return no(format_lazy(problem, cast=cast))


def can_take_over(round_: Round) -> Verdict:
    """Say whether a round can still move to paper as a whole."""
    if round_.is_on_paper:
        return no(_("This round is held on paper already."))
    if PaperStack.objects.filter(round=round_).exists():
        return no(_("The returned papers are being counted. Declare the round void to vote again."))
    return are_possible(round_)


def can_be_entered(round_: Round) -> Verdict:
    """Say whether the papers that came back can become ballots. Source: docs/sources.md (papers)."""
    stack = PaperStack.objects.filter(round=round_).first()
    if stack is None:
        return no(_("Count the papers that came back first."))
    if stack.checked_at is None:
        return no(_("A second person counts the papers, too. The number stands when both have written the same."))
    out = issued(round_)
    if stack.returned > out:
        problem = _(
            "{returned} papers came back, but only {issued} were handed out. The round can only be declared void."
        )
        return no(format_lazy(problem, returned=stack.returned, issued=out))
    if not round_.is_on_paper and 0 < stack.returned < FEWEST_ALIKE:
        problem = _(
            "Only {returned} papers came back. Counted beside the other ballots they would give away how their voters "
            "voted; fewer than {fewest} are not counted. Declare the round void and vote again."
        )
        return no(format_lazy(problem, returned=stack.returned, fewest=FEWEST_ALIKE))
    if stack.returned == 0:
        return no(_("No paper came back; there is nothing to enter."))
    return YES if stack.merged_at is None else no(MERGED)


def all_agree(round_: Round) -> Verdict:
    """Say whether two persons have read every sheet alike."""
    stack = round_.paper_stack
    alike = stack.readings.values("number").annotate(hands=Count("pk"), kinds=Count("marks", distinct=True))
    left = stack.returned - alike.filter(hands=len(HANDS), kinds=1).count()
    if left == 0:
        return YES
    problem = _("{left} of {returned} sheets have not been read alike by two persons.")
    return no(format_lazy(problem, left=left, returned=stack.returned))


def are_settled(round_: Round) -> Verdict:
    """Say whether no paper stands between a closed round and its count."""
    if not issued(round_):
        return YES
    stack = PaperStack.objects.filter(round=round_).first()
    if stack is not None and stack.checked_at is not None and (stack.merged_at is not None or stack.returned == 0):
        return YES
    verdict = can_be_entered(round_)
    return verdict if not verdict else no(_("The paper ballots wait to be entered and merged."))
