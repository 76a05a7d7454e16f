"""Needs: what several suggestions have in common."""

from typing import ClassVar

from django.contrib.postgres.indexes import GistIndex, OpClass
from django.db import models
from django.db.models import F, Q

from livelihood.accounts.models import User
from livelihood.cycles.models import Area, Aspect, Cycle, Sourced
from livelihood.kernel.constraints import choices_constraint, pair_constraint
from livelihood.kernel.search import search_column, search_index
from proposals.models.suggestions import Suggestion
from proposals.querysets import NeedLinkQuerySet, NeedQuerySet
from proposals.states import NeedOutcome


class Need(Sourced):
    """What people want, in one sentence, with the suggestions that say so linked to it. Public from its creation.

    Opened by the livelihood office; stops changing when the year's planning ends. `decided_` and `reason` are set
    when it is turned down. `support`: public suggestions behind it now, kept by the database.
    """

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="needs", db_index=False)
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=100)
    summary = models.TextField()
    aspect = models.ForeignKey(Aspect, models.PROTECT, null=True, blank=True, related_name="needs")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=12, choices=NeedOutcome, default=NeedOutcome.OPEN)
    reason = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    support = models.PositiveIntegerField(default=0, editable=False)
    search = search_column("title", "summary")

    objects = NeedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            choices_constraint("outcome", NeedOutcome),
            pair_constraint("decided"),
            models.UniqueConstraint(fields=["cycle", "number"], name="%(app_label)s_%(class)s_unique_number"),
            models.CheckConstraint(
                condition=(Q(outcome=NeedOutcome.NOT_ADOPTED, decided_at__isnull=False) & ~Q(reason=""))
                | (~Q(outcome=NeedOutcome.NOT_ADOPTED) & Q(decided_at__isnull=True, reason="")),
                name="%(app_label)s_%(class)s_refusal_has_reason",
            ),
            models.CheckConstraint(condition=~Q(title=""), name="%(app_label)s_%(class)s_title_present"),
        ]
        indexes: ClassVar = [
            models.Index(F("cycle"), F("support").desc(), F("number"), name="proposals_need_board"),
            models.Index(fields=["cycle", "outcome"], name="proposals_need_outcome"),
            GistIndex(F("cycle"), OpClass("title", name="gist_trgm_ops"), name="proposals_need_similar"),
            search_index("proposals_need_search"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.title}"


class NeedLink(models.Model):
    """That a suggestion speaks of a need. Never deleted: unlinking is written on it, linking again makes a new row."""

    suggestion = models.ForeignKey(Suggestion, models.PROTECT, related_name="links")
    need = models.ForeignKey(Need, models.PROTECT, related_name="links")
    linked_at = models.DateTimeField()
    linked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    unlinked_at = models.DateTimeField(null=True, blank=True)
    unlinked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    objects = NeedLinkQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            pair_constraint("unlinked"),
            models.UniqueConstraint(
                fields=["suggestion", "need"],
                condition=Q(unlinked_at__isnull=True),
                name="%(app_label)s_%(class)s_one_live",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} suggestion {self.suggestion_id} – need {self.need_id}"
