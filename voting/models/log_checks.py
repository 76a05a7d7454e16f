"""What is left of a vote in the log of the database, in which a ballot stands beside the vote of its deputy."""

from typing import ClassVar

from django.db import models

from livelihood.kernel.constraints import choices_constraint
from voting.models.rounds import Round
from voting.states import LogFinding


class LogCheck(models.Model):
    """That the urn of a round was emptied, and what the log of the database still holds from before.

    Created with the act that emptied it; looked after by the clock until nothing is left (ADR 53), and fixed then.
    place: of the log, as PostgreSQL counts it, when it was first looked at: after that act. files, pages: what is left.
    copies: who else has the log, each as a kind and a name.
    """

    round = models.ForeignKey(Round, models.PROTECT, related_name="log_checks")
    asked_at = models.DateTimeField()
    place = models.CharField(max_length=32, blank=True)
    finding = models.CharField(max_length=10, choices=LogFinding, default=LogFinding.WAITING)
    checked_at = models.DateTimeField(null=True, blank=True)
    files = models.PositiveIntegerField(default=0)
    pages = models.PositiveIntegerField(default=0)
    copies = models.JSONField(default=list, blank=True)

    class Meta:
        constraints: ClassVar = [choices_constraint("finding", LogFinding)]

    def __str__(self) -> str:
        return f"#{self.pk} of round {self.round_id}: {self.finding}"
