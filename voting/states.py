"""What a round, its rules and the review can be, and the ways through them."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from livelihood.kernel.moves import Moves


class RoundState(models.TextChoices):
    """How far a round is. Everything a deputy or a citizen sees depends on it."""

    DRAFT = "draft", pgettext_lazy("round", "In preparation")
    RULES_LOCKED = "rules_locked", _("Rules locked")
    ROLL_LOCKED = "roll_locked", _("Roll locked")
    SIGN_IN = "sign_in", _("Signing in")
    OPEN = "open", pgettext_lazy("round", "Voting is open")
    PAUSED = "paused", _("Voting is paused")
    CLOSED = "closed", pgettext_lazy("round", "Voting has closed")
    COUNTED = "counted", pgettext_lazy("round", "Counted")
    ANNOUNCED = "announced", _("Announced")
    VOIDED = "voided", _("Void")


ROUND_MOVES: Moves = {
    (RoundState.DRAFT, "lock_rules"): RoundState.RULES_LOCKED,
    (RoundState.RULES_LOCKED, "lock_roll"): RoundState.ROLL_LOCKED,
    (RoundState.ROLL_LOCKED, "open_sign_in"): RoundState.SIGN_IN,
    (RoundState.SIGN_IN, "open"): RoundState.OPEN,
    (RoundState.OPEN, "pause"): RoundState.PAUSED,
    (RoundState.PAUSED, "resume"): RoundState.OPEN,
    (RoundState.OPEN, "close"): RoundState.CLOSED,
    (RoundState.PAUSED, "close"): RoundState.CLOSED,
    (RoundState.SIGN_IN, "move_to_paper"): RoundState.SIGN_IN,
    (RoundState.OPEN, "move_to_paper"): RoundState.OPEN,
    (RoundState.PAUSED, "move_to_paper"): RoundState.PAUSED,
    (RoundState.CLOSED, "move_to_paper"): RoundState.OPEN,
    (RoundState.CLOSED, "count"): RoundState.COUNTED,
    (RoundState.COUNTED, "announce"): RoundState.ANNOUNCED,
    (RoundState.DRAFT, "void"): RoundState.VOIDED,
    (RoundState.RULES_LOCKED, "void"): RoundState.VOIDED,
    (RoundState.ROLL_LOCKED, "void"): RoundState.VOIDED,
    (RoundState.SIGN_IN, "void"): RoundState.VOIDED,
    (RoundState.OPEN, "void"): RoundState.VOIDED,
    (RoundState.PAUSED, "void"): RoundState.VOIDED,
    (RoundState.CLOSED, "void"): RoundState.VOIDED,
    (RoundState.COUNTED, "void"): RoundState.VOIDED,
}

ROLL_OPEN = (RoundState.DRAFT, RoundState.RULES_LOCKED)
BEFORE_OPENING = (RoundState.ROLL_LOCKED, RoundState.SIGN_IN)
SIGNING_IN = (RoundState.SIGN_IN, RoundState.OPEN, RoundState.PAUSED)
CARDS = (RoundState.ROLL_LOCKED, *SIGNING_IN)
FINISHED = (RoundState.ANNOUNCED, RoundState.VOIDED)
VOTING = (RoundState.OPEN, RoundState.PAUSED)


class RoundKind(models.TextChoices):
    """Why a round is held."""

    MAIN = "main", _("First vote")
    RUN_OFF = "run_off", _("Run-off of the tied")
    REPEAT = "repeat", _("Vote again")


class Step(models.TextChoices):
    """A move that takes two persons: the presiding officer proposes, a scrutineer confirms; the roll is the staff's."""

    LOCK_ROLL = "lock_roll", _("Lock the roll")
    OPEN = "open", _("Open the vote")
    CLOSE = "close", _("Close the vote")
    ANNOUNCE = "announce", _("Announce the result")
    VOID = "void", _("Declare the round void")
    MOVE_TO_PAPER = "move_to_paper", _("Hold the whole round on paper")


class BallotForm(models.TextChoices):
    """What a ballot asks of a deputy."""

    EACH = "each", _("Approve, oppose or abstain on each candidate")
    AT_MOST = "at_most", _("Tick at most the number of candidates to be chosen")
    EXACTLY = "exactly", _("Tick exactly the number of candidates to be chosen")


class Scheme(models.TextChoices):
    """How ballots are kept."""

    PLAIN = "plain", _("Secret vote")
    SEALED = "sealed", _("Secret vote, sealed until two scrutineers open it")
    NAMED = "named", _("Vote by name, published with the names")


class HalfState(models.TextChoices):
    """How far a half of the key to a sealed round is."""

    MISSING = "missing", _("Not drawn yet")
    DRAWN = "drawn", _("Drawn, not tried yet")
    TRIED = "tried", _("On paper and tried")
    HANDED_IN = "handed_in", _("Put in")


class Denominator(models.TextChoices):
    """Of whom a majority is asked. The three are never mixed."""

    IN_TERM = "in_term", _("All deputies in term")
    PRESENT = "present", _("Deputies present")
    RETURNED = "returned", _("Ballots returned")


class OverVoteRule(models.TextChoices):
    """What becomes of a paper ballot with more approvals than allowed. The booth never takes one."""

    BALLOT_INVALID = "ballot_invalid", _("The whole ballot is invalid")
    APPROVALS_VOID = "approvals_void", _("Its approvals count as abstentions")


class BlankRule(models.TextChoices):
    """What a line without a mark means."""

    ABSTAIN = "abstain", _("A line without a mark is an abstention")
    NOT_COUNTED = "not_counted", _("A line without a mark counts for nothing")
    BALLOT_INVALID = "ballot_invalid", _("A line without a mark makes the ballot invalid")


class TieRule(models.TextChoices):
    """What follows a tie at the last seat. It is never broken by position on the list."""

    RUN_OFF = "run_off", _("Run-off of the tied candidates")
    LEAVE_OPEN = "leave_open", _("The seat stays open")


class ShortfallRule(models.TextChoices):
    """What follows when fewer candidates reach the majority than are to be chosen."""

    LEAVE_OPEN = "leave_open", _("The remaining seats stay open")
    VOTE_AGAIN = "vote_again", _("Vote again on the rest")


class OptionOrder(models.TextChoices):
    """In which order candidates stand on the ballot."""

    LIST = "list", _("As on the list")
    LOT = "lot", _("Drawn by lot; the draw is recorded")
    ROTATED = "rotated", _("Rotated from ballot to ballot")


class RemoteVoting(models.TextChoices):
    """Who may vote from outside the hall."""

    NOBODY = "nobody", _("Nobody")
    LISTED = "listed", _("Deputies marked on the roll")
    EVERYBODY = "everybody", _("Every deputy on the roll")


class SignInWay(models.TextChoices):
    """How a deputy was signed in."""

    STAFF = "staff", _("Confirmed in the hall")
    SELF = "self", _("By the deputy")


class LogFinding(models.TextChoices):
    """What was found of a vote in the log of the database after its urn was emptied."""

    WAITING = "waiting", _("Not looked at yet")
    GONE = "gone", _("Nothing is left")
    LEFT = "left", _("Something is left")
    UNREADABLE = "unreadable", _("Could not be looked at")


class Outcome(models.TextChoices):
    """What a count says of one candidate."""

    ELECTED = "elected", _("Chosen")
    TIED = "tied", _("Tied at the last seat")
    NOT_CHOSEN = "not_chosen", _("Majority reached, but others had more approvals")
    NOT_PASSED = "not_passed", _("Majority not reached")


class Duty(models.TextChoices):
    """What a person does at the count, as the tally sheet names them."""

    CHIEF_SCRUTINEER = "chief_scrutineer", _("Chief scrutineer")
    SCRUTINEER = "scrutineer", pgettext_lazy("duty", "Scrutineer")
    TELLER = "teller", _("Teller")


class ReviewState(models.TextChoices):
    """How far the review by the two sessions is."""

    SUBMITTED = "submitted", _("Before the two sessions")
    ADOPTED = "adopted", pgettext_lazy("review", "Adopted")


REVIEW_MOVES: Moves = {(ReviewState.SUBMITTED, "adopt"): ReviewState.ADOPTED}


class OpinionState(models.TextChoices):
    """Whether an opinion has its answer."""

    OPEN = "open", _("Waiting for an answer")
    ANSWERED = "answered", _("Answered")


OPINION_MOVES: Moves = {(OpinionState.OPEN, "answer"): OpinionState.ANSWERED}


class OpinionBody(models.TextChoices):
    """On whose side an opinion was given."""

    CONGRESS = "congress", _("People's congress")
    CPPCC = "cppcc", _("CPPCC")


class RevisionKind(models.TextChoices):
    """What a revision did to one item of a list under review."""

    CHANGED = "changed", pgettext_lazy("revision", "Changed")
    ADDED = "added", pgettext_lazy("revision", "Added")
    REMOVED = "removed", pgettext_lazy("revision", "Removed")


MACHINES = [
    ("Round", ROUND_MOVES, RoundState.DRAFT),
    ("Review", REVIEW_MOVES, ReviewState.SUBMITTED),
    ("Opinion", OPINION_MOVES, OpinionState.OPEN),
]
