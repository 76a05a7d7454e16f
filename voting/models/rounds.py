"""A round of votes: its rules as the session adopted them, and the options on its ballot."""

from typing import ClassVar

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from livelihood.cycles.models import Cycle, Sourced
from livelihood.kernel.constraints import choices_constraint, pair_constraint
from proposals.models import Candidate
from voting.models.candidates import CandidateCopy
from voting.states import (
    BallotForm,
    BlankRule,
    Denominator,
    OptionOrder,
    OverVoteRule,
    RemoteVoting,
    RoundKind,
    RoundState,
    Scheme,
    ShortfallRule,
    Step,
    TieRule,
)

ACTS = [
    "created",
    "rules_locked",
    "roll_locked",
    "sign_in_opened",
    "moved_to_paper",
    "opened",
    "closed",
    "counted",
    "announced",
    "voided",
]


def _at() -> models.DateTimeField:
    return models.DateTimeField(null=True, blank=True)


def _by() -> models.ForeignKey:
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")


class Round(Sourced):
    """One vote of the deputies of an area. Created by congress staff; does not change once announced or void.

    number: order within the year. parent: the round whose tie or shortfall this one settles, or that was void.
    seats: how many are to be chosen. is_rehearsal: practice; fixed at creation and never a result.
    hall_code: shown on the hall's screen; who types it is in the hall.
    voting_minutes: planned length; the clock is a help, closing is an act of two persons.
    moved_to_paper: from then on every ballot is on paper. session: name of the session, for the notice.
    """

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="rounds")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=RoundKind, default=RoundKind.MAIN)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="follow_ups")
    title = models.CharField(max_length=120)
    seats = models.PositiveSmallIntegerField(validators=[MinValueValidator(1)])
    is_rehearsal = models.BooleanField(default=False)
    state = models.CharField(max_length=14, choices=RoundState, default=RoundState.DRAFT)
    voting_minutes = models.PositiveSmallIntegerField(default=30, validators=[MinValueValidator(1)])
    hall_code = models.CharField(max_length=8, blank=True)
    announcement_number = models.CharField(max_length=60, blank=True)
    void_reason = models.CharField(max_length=300, blank=True)
    session = models.CharField(max_length=120, blank=True)

    created_at, created_by = _at(), _by()
    rules_locked_at, rules_locked_by = _at(), _by()
    roll_locked_at, roll_locked_by = _at(), _by()
    sign_in_opened_at, sign_in_opened_by = _at(), _by()
    moved_to_paper_at, moved_to_paper_by = _at(), _by()
    opened_at, opened_by = _at(), _by()
    closed_at, closed_by = _at(), _by()
    counted_at, counted_by = _at(), _by()
    announced_at, announced_by = _at(), _by()
    voided_at, voided_by = _at(), _by()

    class Meta:
        constraints: ClassVar = [
            choices_constraint("state", RoundState),
            choices_constraint("kind", RoundKind),
            *(pair_constraint(act) for act in ACTS),
            models.UniqueConstraint(fields=["cycle", "number"], name="%(app_label)s_%(class)s_unique_number"),
            models.UniqueConstraint(
                fields=["cycle"],
                condition=Q(kind=RoundKind.MAIN, is_rehearsal=False),
                name="%(app_label)s_%(class)s_one_vote_a_year",
            ),
            models.UniqueConstraint(fields=["parent"], name="%(app_label)s_%(class)s_one_follow_up"),
            models.CheckConstraint(condition=Q(seats__gte=1), name="%(app_label)s_%(class)s_has_seats"),
            models.CheckConstraint(
                condition=Q(kind=RoundKind.MAIN, parent__isnull=True)
                | (~Q(kind=RoundKind.MAIN) & Q(parent__isnull=False)),
                name="%(app_label)s_%(class)s_follow_up_has_parent",
            ),
            models.CheckConstraint(
                condition=~Q(state=RoundState.VOIDED) | ~Q(void_reason=""),
                name="%(app_label)s_%(class)s_void_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} round {self.number} of cycle {self.cycle_id}"

    def address(self, name: str, **parts: object) -> str:
        """Return the address of a page of this round."""
        return self.cycle.address(name, number=self.number, **parts)

    @property
    def is_on_paper(self) -> bool:
        """Whether the whole round is held on paper."""
        return self.moved_to_paper_at is not None


class Method(models.Model):
    """The rules a session adopted for one round; fixed by the database once the round has left the draft.

    Majority: approvals over `denominator` compared with threshold_numerator/threshold_denominator, more than it when
    `is_strict`, at least it otherwise. Quorum: with `in_term` the present, with `present` the returned, must reach
    quorum_numerator/quorum_denominator of that number. `most_approvals` on one ballot; empty means no limit.
    lot_seed: recorded when the order was drawn by lot; whoever has it can repeat the draw.
    Every session sets its own; of the defaults: Source: docs/sources.md (vote-rules).
    """

    round = models.OneToOneField(Round, models.PROTECT, related_name="method")
    scheme = models.CharField(max_length=10, choices=Scheme, default=Scheme.PLAIN)
    form = models.CharField(max_length=10, choices=BallotForm, default=BallotForm.EACH)
    most_approvals = models.PositiveSmallIntegerField(null=True, blank=True)
    denominator = models.CharField(max_length=10, choices=Denominator, default=Denominator.IN_TERM)
    threshold_numerator = models.PositiveSmallIntegerField(default=1)
    threshold_denominator = models.PositiveSmallIntegerField(default=2)
    is_strict = models.BooleanField(default=True)
    quorum_base = models.CharField(max_length=10, choices=Denominator, default=Denominator.IN_TERM)
    quorum_numerator = models.PositiveSmallIntegerField(default=2)
    quorum_denominator = models.PositiveSmallIntegerField(default=3)
    over_vote = models.CharField(max_length=16, choices=OverVoteRule, default=OverVoteRule.BALLOT_INVALID)
    blank = models.CharField(max_length=16, choices=BlankRule, default=BlankRule.ABSTAIN)
    tie = models.CharField(max_length=10, choices=TieRule, default=TieRule.RUN_OFF)
    run_off_limit = models.PositiveSmallIntegerField(default=1)
    shortfall = models.CharField(max_length=10, choices=ShortfallRule, default=ShortfallRule.LEAVE_OPEN)
    option_order = models.CharField(max_length=10, choices=OptionOrder, default=OptionOrder.LIST)
    lot_seed = models.CharField(max_length=32, blank=True)
    remote_voting = models.CharField(max_length=10, choices=RemoteVoting, default=RemoteVoting.NOBODY)
    publishes_counts = models.BooleanField(default=True)
    has_substitutes = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            choices_constraint("scheme", Scheme),
            choices_constraint("form", BallotForm),
            choices_constraint("denominator", Denominator),
            choices_constraint("over_vote", OverVoteRule),
            choices_constraint("blank", BlankRule),
            choices_constraint("tie", TieRule),
            choices_constraint("shortfall", ShortfallRule),
            choices_constraint("option_order", OptionOrder),
            choices_constraint("remote_voting", RemoteVoting),
            models.CheckConstraint(
                condition=Q(quorum_base__in=[Denominator.IN_TERM, Denominator.PRESENT]),
                name="%(app_label)s_%(class)s_quorum_base_known",
            ),
            models.CheckConstraint(
                condition=Q(threshold_denominator__gte=1, threshold_numerator__lte=F("threshold_denominator")),
                name="%(app_label)s_%(class)s_threshold_is_share",
            ),
            models.CheckConstraint(
                condition=Q(is_strict=True, threshold_numerator__lt=F("threshold_denominator"))
                | Q(is_strict=False, threshold_numerator__gte=1),
                name="%(app_label)s_%(class)s_majority_divides",
                violation_error_message=_(
                    "This majority is reached by everybody or by nobody. Ask for more than 0, for less than all, or "
                    "for at least all."
                ),
            ),
            models.CheckConstraint(
                condition=Q(quorum_denominator__gte=1, quorum_numerator__lte=F("quorum_denominator")),
                name="%(app_label)s_%(class)s_quorum_is_share",
            ),
            models.CheckConstraint(
                condition=Q(form=BallotForm.EACH) | Q(most_approvals__isnull=False),
                name="%(app_label)s_%(class)s_ticks_have_limit",
            ),
            models.CheckConstraint(
                condition=~Q(scheme=Scheme.NAMED) | Q(publishes_counts=True),
                name="%(app_label)s_%(class)s_named_is_published",
                violation_error_message=_("A vote by name is published with its ballots: publish the counts."),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} rules of round {self.round_id}"


class Option(CandidateCopy):
    """One candidate on the ballot of one round; fixed once the rules are locked.

    candidate: none on the ballot of a rehearsal that is held before the list is frozen.
    position: place on the ballot, set by list or lot when the rules are locked.
    """

    round = models.ForeignKey(Round, models.PROTECT, related_name="options")
    candidate = models.ForeignKey(Candidate, models.PROTECT, null=True, blank=True, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar = [
            *CandidateCopy.Meta.constraints,
            models.UniqueConstraint(fields=["round", "number"], name="%(app_label)s_%(class)s_unique_number"),
            models.UniqueConstraint(fields=["round", "candidate"], name="%(app_label)s_%(class)s_candidate_once"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.number} {self.title}"


class TwoPersonStep(models.Model):
    """A move proposed by the presiding officer, waiting for (or confirmed by) a scrutineer.

    The roll is proposed by congress staff, and confirmed by somebody else of them or a scrutineer.
    Stops changing when confirmed or withdrawn. note: the reason of a void round, the number of an announcement, why the
    roll differs from the number in term or from the mandates.
    absent: when closing is proposed, the numbers on the roll of those not signed in. Both persons have seen them.
    """

    round = models.ForeignKey(Round, models.PROTECT, related_name="steps")
    step = models.CharField(max_length=14, choices=Step)
    note = models.CharField(max_length=300, blank=True)
    absent = models.JSONField(default=list, blank=True)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    confirmed_at, confirmed_by = _at(), _by()
    withdrawn_at, withdrawn_by = _at(), _by()

    class Meta:
        constraints: ClassVar = [
            choices_constraint("step", Step),
            pair_constraint("confirmed"),
            pair_constraint("withdrawn"),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("proposed_by")),
                name="%(app_label)s_%(class)s_takes_two",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True) | Q(withdrawn_at__isnull=True),
                name="%(app_label)s_%(class)s_one_end",
            ),
            models.UniqueConstraint(
                fields=["round"],
                condition=Q(confirmed_at__isnull=True, withdrawn_at__isnull=True),
                name="%(app_label)s_%(class)s_one_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.step} of round {self.round_id}"
