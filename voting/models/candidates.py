"""What is copied of a candidate when it comes before the deputies or the two sessions."""

from typing import ClassVar

from django.db import models

from livelihood.cycles.models import Aspect, Organisation, Sourced
from livelihood.kernel.constraints import choices_constraint
from proposals.states import CandidateKind


class CandidateCopy(Sourced):
    """A candidate as it stood when the list was handed over.

    place: where it is to be done.
    cost_wan: whole cost in 10,000 yuan; finish_date: when it is to be finished; people_served: in a year.
    """

    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=100)
    summary = models.TextField()
    place = models.CharField(max_length=300, blank=True)
    aspect = models.ForeignKey(Aspect, models.PROTECT, related_name="+")
    lead_organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=CandidateKind)
    cost_wan = models.DecimalField(max_digits=18, decimal_places=4)
    finish_date = models.DateField()
    people_served = models.PositiveIntegerField()

    class Meta:
        abstract = True
        constraints: ClassVar = [choices_constraint("kind", CandidateKind)]
