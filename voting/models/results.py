"""What the count says. Written once, by counting."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from livelihood.accounts.roles import Role
from livelihood.kernel.constraints import choices_constraint
from voting.models.rounds import Option, Round
from voting.states import Outcome


class RoundResult(models.Model):
    """The figures of one counted round; never changes.

    in_term, present, returned: the three denominators, kept apart. issued, returned: all ballots; on_paper: those of
    returned that were on paper. returned = valid + invalid; blank: valid ballots
    without any mark. not_voted: signed in, handed no ballot back. needed: approvals a candidate needs. tied_seats: how
    many seats the tied compete for; shortfall: seats that nobody reached.
    """

    round = models.OneToOneField(Round, models.PROTECT, related_name="result")
    in_term = models.PositiveIntegerField()
    present = models.PositiveIntegerField()
    issued = models.PositiveIntegerField()
    returned = models.PositiveIntegerField()
    on_paper = models.PositiveIntegerField(default=0)
    valid = models.PositiveIntegerField()
    invalid = models.PositiveIntegerField()
    blank = models.PositiveIntegerField()
    not_voted = models.PositiveIntegerField()
    needed = models.PositiveIntegerField()
    is_quorate = models.BooleanField()
    tied_seats = models.PositiveSmallIntegerField(default=0)
    shortfall = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(returned=F("valid") + F("invalid"), returned__lte=F("issued")),
                name="%(app_label)s_%(class)s_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(on_paper__lte=F("returned")), name="%(app_label)s_%(class)s_papers_are_returned"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} result of round {self.round_id}"


class VoteOfficial(models.Model):
    """Somebody who held one of the roles that run a vote while a round was held; written by its count, never changes.

    since_date: first day of the mandate. confirmed_date: when a second person confirmed it; none where it was given at
    the command line.
    """

    round = models.ForeignKey(Round, models.PROTECT, related_name="officials")
    role = models.CharField(max_length=20, choices=Role)
    name = models.CharField(max_length=60)
    since_date = models.DateField()
    confirmed_date = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [choices_constraint("role", Role)]

    def __str__(self) -> str:
        return f"#{self.pk} {self.role} in round {self.round_id}"


class OptionResult(models.Model):
    """The counts of one option of a counted round; never changes. `blank` lines are those that count for nothing."""

    option = models.OneToOneField(Option, models.PROTECT, related_name="result")
    approve = models.PositiveIntegerField()
    oppose = models.PositiveIntegerField()
    abstain = models.PositiveIntegerField()
    blank = models.PositiveIntegerField()
    outcome = models.CharField(max_length=12, choices=Outcome)

    class Meta:
        constraints: ClassVar = [choices_constraint("outcome", Outcome)]

    def __str__(self) -> str:
        return f"#{self.pk} {self.outcome}"
