"""Who may write the roll, sign in, use a card and vote."""

from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from livelihood.accounts import selectors as accounts
from livelihood.accounts.models import User
from livelihood.accounts.roles import Permission
from livelihood.accounts.selectors import Person
from livelihood.kernel.verdict import YES, Verdict, no
from voting import papers, steps
from voting.models import Credential, Kiosk, Method, RollEntry, Round
from voting.rules._shared import (
    NOT_NOW,
    NOT_YOURS,
    ROLL_LOCKED,
    ROLL_PROPOSED,
    is_its_time,
    may_attend,
    may_prepare,
    may_run,
)
from voting.states import BEFORE_OPENING, CARDS, ROLL_OPEN, SIGNING_IN, RemoteVoting, RoundState, SignInWay

NOT_ON_ROLL = _("You are not on the roll of this round.")

BETWEEN_REMINDERS = timedelta(minutes=5)
"""Our own measure: long enough that reminders press nobody."""


def may_import_roll(user: Person, round_: Round, at: datetime) -> Verdict:
    """May: congress staff, until somebody proposes to lock the roll."""
    verdict = may_prepare(user, round_.cycle, at)
    if not verdict:
        return verdict
    if round_.state not in ROLL_OPEN:
        return no(ROLL_LOCKED)
    return no(ROLL_PROPOSED) if steps.is_roll_proposed(round_) else YES


def may_state_in_term(user: Person, round_: Round, at: datetime) -> Verdict:
    """May: congress staff, as long as the roll can be written: both are locked together."""
    return may_import_roll(user, round_, at)


def may_print_codes(user: Person, round_: Round, at: datetime) -> Verdict:
    """May: congress staff and administrators, for deputies who have never signed in; whom, each account says."""
    if isinstance(user, User) and accounts.may_enrol_deputies(user, round_.cycle.area, at):
        return YES
    return no(_("Only congress staff of this area, or an administrator, may print codes for deputies."))


def can_be_locked(round_: Round) -> Verdict:
    """Say whether the roll can be locked, whoever does it: somebody is on it, and no more than are in term by law."""
    on_roll = round_.roll.count()
    if not on_roll:
        return no(_("There is nobody on the roll. Import it first."))
    in_term = steps.deputies_in_term(round_)
    if in_term is None:
        return no(_("Enter first how many deputies are in term by law, from the congress's own document."))
    if twins := steps.twins_of(round_):
        problem = _(
            "Two lines say {name} of the same delegation. Tell them apart by what stands beside the delegation, for "
            "instance sex or employer."
        )
        return no(format_lazy(problem, name=twins[0].name))
    if on_roll > in_term:
        problem = _(
            "On the roll are {on_roll} deputies, but only {in_term} are in term by law. One of the two is wrong."
        )
        return no(format_lazy(problem, on_roll=on_roll, in_term=in_term))
    return YES


def may_open_sign_in(user: Person, round_: Round, at: datetime) -> Verdict:
    """May: congress staff, when the roll is locked."""
    verdict = may_run(user, Permission.PREPARE_ROUND, round_, at)
    return verdict if not verdict or round_.state == RoundState.ROLL_LOCKED else no(NOT_NOW)


def may_read_hall_code(user: Person, round_: Round, at: datetime) -> Verdict:
    """May: who runs the session in its hall, as long as deputies can sign in: to know the code is to be there."""
    permissions = (Permission.SIGN_IN_DEPUTIES, Permission.RUN_ROUND)
    if not any(accounts.has(user, permission, round_.cycle.area, at) for permission in permissions):
        return no(_("Congress staff, presiding officer and scrutineers see the code to sign in: it proves presence."))
    return YES if round_.state in SIGNING_IN and is_its_time(round_) else no(NOT_NOW)


def may_open_kiosk(user: Person, round_: Round, at: datetime) -> Verdict:
    """May: congress staff, from the beginning of sign-in until voting closes."""
    return may_attend(user, round_, at)


def may_revoke_kiosk(user: Person, kiosk: Kiosk, at: datetime) -> Verdict:
    """May: congress staff and scrutineers, at any time, once."""
    if not accounts.has(user, Permission.SIGN_IN_DEPUTIES, kiosk.cycle.area, at):
        return no(NOT_YOURS)
    return YES if kiosk.revoked_at is None else no(_("This machine was taken out of use already."))


def may_watch_casts(user: Person, round_: Round, at: datetime) -> Verdict:
    """May: who runs the session, how many ballots each machine takes, from the opening on."""
    permissions = (Permission.SIGN_IN_DEPUTIES, Permission.RUN_ROUND)
    if not any(accounts.has(user, permission, round_.cycle.area, at) for permission in permissions):
        return no(NOT_YOURS)
    return YES if round_.opened_at is not None else no(NOT_NOW)


def may_sign_in_deputy(user: Person, round_: Round, entry: RollEntry | None, at: datetime) -> Verdict:
    """May: congress staff and scrutineers, from the beginning of sign-in until voting closes.

    Nobody confirms that somebody is present in whose name they could come in themselves: whose card they have issued,
    or whose account was opened since the roll was locked by a code that they could have had.
    entry: None for anybody's.
    """
    verdict = may_run(user, Permission.SIGN_IN_DEPUTIES, round_, at)
    if not verdict or not isinstance(user, User):
        return verdict
    if round_.state not in SIGNING_IN:
        return no(NOT_NOW)
    if entry is not None and Credential.objects.filter(entry=entry, issued_by=user).exists():
        return no(_("You have issued this deputy's card. Another person confirms that the deputy is present."))
    locked_at = round_.roll_locked_at  # from then on it is clear who votes
    if entry is not None and locked_at is not None and user.pk in accounts.who_had_code(entry.deputy_id, locked_at):
        return no(
            _(
                "You have printed this deputy's code, or changed the address for it. "
                "Another person confirms the presence."
            )
        )
    return YES


def may_undo_sign_in(user: Person, round_: Round, entry: RollEntry, at: datetime) -> Verdict:
    """May: congress staff and scrutineers, until voting closes, as long as the deputy has not voted."""
    verdict = may_sign_in_deputy(user, round_, None, at)
    if not verdict:
        return verdict
    if entry.has_voted or entry.struck_at is not None:
        return no(_("This deputy has voted or holds a paper ballot."))
    return YES if entry.signed_in_at is not None else no(_("This deputy is not signed in."))


def may_sign_in_oneself(
    user: Person, round_: Round, entry: RollEntry | None, at: datetime, card: int | None = None
) -> Verdict:
    """May: a deputy on the roll, from the beginning of sign-in until voting closes, once, by a password of their own.

    Neither a card nor a code that was given out when it was clear who would vote shows that its deputy is there: others
    have, or could have, them too. card: as in `may_cast`.
    """
    verdict = _is_on_roll(user, round_, entry, at)
    if not verdict:
        return verdict
    if round_.state not in SIGNING_IN:
        return no(_("Signing in is not possible now."))
    if entry is None or entry.signed_in_at is not None:
        return no(_("You are signed in already."))
    if card is not None:
        return no(
            _("The card says who you are. Congress staff or a scrutineer confirm in the hall that you are present.")
        )
    if round_.roll_locked_at is not None and accounts.is_opened_by_code(entry.deputy_id, round_.roll_locked_at):
        return no(
            _(
                "Your account was opened with a code after the roll was locked. Congress staff or a scrutineer confirm "
                "in the hall that you are present."
            )
        )
    return YES


def may_issue_credentials(user: Person, round_: Round, at: datetime) -> Verdict:
    """May: congress staff, from the locked roll until voting closes."""
    verdict = may_run(user, Permission.HAND_OUT_CARDS, round_, at)
    return verdict if not verdict or round_.state in CARDS else no(NOT_NOW)


def may_issue_credential(user: Person, round_: Round, entry: RollEntry, at: datetime) -> Verdict:
    """May: congress staff, as above, as long as the deputy has neither voted nor taken a paper ballot.

    Not who has confirmed that the deputy is present (see `may_sign_in_deputy`).
    """
    verdict = may_issue_credentials(user, round_, at)
    if not verdict or not isinstance(user, User):
        return verdict
    if entry.has_voted or entry.struck_at is not None:
        return no(_("This deputy has voted or holds a paper ballot."))
    if (entry.signed_in_way, entry.signed_in_by_id) == (SignInWay.STAFF, user.pk):
        return no(_("You have confirmed that this deputy is present. Another person issues the card."))
    return YES


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
    verdict = may_run(user, Permission.PREPARE_ROUND, round_, at)
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
    verdict = may_run(user, Permission.HAND_OUT_CARDS, round_, at) or may_run(user, Permission.RUN_ROUND, round_, at)
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
    return papers.without_ballot(round_)


def needs_hall_code(method: Method, entry: RollEntry) -> bool:
    """Say whether a deputy who signs in alone must show to be in the hall, by the code on its screen."""
    if method.remote_voting == RemoteVoting.EVERYBODY:
        return False
    return not (method.remote_voting == RemoteVoting.LISTED and entry.may_vote_remotely)


def may_cast(user: Person, round_: Round, entry: RollEntry | None, at: datetime, card: int | None = None) -> Verdict:
    """May: a deputy on the roll who is signed in, has not voted and holds no paper ballot, while voting is open.

    card: which of the deputy's cards began the sign-in, None for one by password. By card, only with the last one.
    """
    verdict = _is_on_roll(user, round_, entry, at) and is_last_card(entry, card)
    if not verdict or entry is None:
        return verdict
    refusals = [
        (entry.has_voted, _("You have voted. A ballot in the urn can be neither changed nor taken back.")),
        (round_.is_on_paper, _("This round is held on paper. Congress staff hand you a ballot.")),
        (entry.struck_at is not None, _("You hold a paper ballot and vote with it.")),
        (round_.state == RoundState.PAUSED, _("Voting is paused. Wait until it goes on.")),
        (round_.state != RoundState.OPEN, _("Voting is not open.")),
        (entry.signed_in_at is None, _("You are not signed in. Sign in first.")),
    ]
    return next((no(reason) for is_refused, reason in refusals if is_refused), YES)


def is_last_card(entry: RollEntry | None, card: int | None) -> Verdict:
    """Say whether a sign-in is still good: one by card ends when another card is issued to the deputy."""
    if entry is None or card in (None, entry.cards_issued):
        return YES
    return no(_("A new card was issued after the one of this sign-in, which has ended. Come in with the new card."))


def _is_on_roll(user: Person, round_: Round, entry: RollEntry | None, at: datetime) -> Verdict:
    if not isinstance(user, User) or entry is None or entry.deputy_id != user.pk or entry.round_id != round_.pk:
        return no(NOT_ON_ROLL)
    if not accounts.has(user, Permission.VOTE, round_.cycle.area, at):
        return no(_("You are not a deputy of this area now."))
    return is_its_time(round_)
