"""The provincial path: the list before the two sessions, what they say, what was answered and changed and adopted."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from livelihood.cycles.models import Cycle, Sourced
from livelihood.kernel.constraints import choices_constraint, pair_constraint
from proposals.models import Candidate
from voting.models.candidates import CandidateCopy
from voting.states import OpinionBody, OpinionState, ReviewState, RevisionKind

DAYS_TO_ANSWER = 10
"""Source: docs/sources.md (review-days)."""


def _by() -> models.ForeignKey:
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")


class Review(Sourced):
    """The review of one year's list by the two sessions; created by submitting it, fixed once adopted.

    session: which sessions, as they are called. days_to_answer: how long an answer to an opinion may take.
    document: title and number of the paper that adopted the list.
    """

    cycle = models.OneToOneField(Cycle, models.PROTECT, related_name="review")
    session = models.CharField(max_length=120)
    days_to_answer = models.PositiveSmallIntegerField(default=DAYS_TO_ANSWER)
    state = models.CharField(max_length=10, choices=ReviewState, default=ReviewState.SUBMITTED)
    document = models.CharField(max_length=200, blank=True)
    adopted_date = models.DateField(null=True, blank=True)
    submitted_at = models.DateTimeField()
    submitted_by = _by()
    adopted_at, adopted_by = models.DateTimeField(null=True, blank=True), _by()

    class Meta:
        constraints: ClassVar = [
            choices_constraint("state", ReviewState),
            pair_constraint("submitted"),
            pair_constraint("adopted"),
            models.CheckConstraint(condition=Q(days_to_answer__gte=1), name="%(app_label)s_%(class)s_has_clock"),
            models.CheckConstraint(
                condition=Q(state=ReviewState.SUBMITTED, adopted_at__isnull=True)
                | (
                    Q(state=ReviewState.ADOPTED, adopted_at__isnull=False, adopted_date__isnull=False) & ~Q(document="")
                ),
                name="%(app_label)s_%(class)s_adopted_with_document",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} review of cycle {self.cycle_id}"


class ReviewItem(CandidateCopy):
    """One item of the list, as its last revision left it; fixed when the list is adopted.

    left_out_reason: why it is no longer on the list; empty for those on it.
    """

    review = models.ForeignKey(Review, models.PROTECT, related_name="items")
    candidate = models.ForeignKey(Candidate, models.PROTECT, related_name="+")
    left_out_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            *CandidateCopy.Meta.constraints,
            models.UniqueConstraint(fields=["review", "number"], name="%(app_label)s_%(class)s_unique_number"),
            models.UniqueConstraint(fields=["review", "candidate"], name="%(app_label)s_%(class)s_candidate_once"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.number} {self.title}"


class Opinion(Sourced):
    """What a deputy or CPPCC member says of the list or of some items of it; fixed once answered.

    body: on whose side it was given; delegation: delegation or group. The public page shows these two, and the person
    only as `speaker`: the name of a deputy or member who agreed to be named.
    items: those it concerns; none means the list as a whole.
    change: what was changed in the list because of it, if anything.
    """

    review = models.ForeignKey(Review, models.PROTECT, related_name="opinions")
    items = models.ManyToManyField(ReviewItem, blank=True, related_name="opinions")
    body = models.CharField(max_length=10, choices=OpinionBody)
    delegation = models.CharField(max_length=60, blank=True)
    speaker = models.CharField(max_length=60, blank=True)
    text = models.TextField()
    state = models.CharField(max_length=10, choices=OpinionState, default=OpinionState.OPEN)
    answer = models.TextField(blank=True)
    change = models.TextField(blank=True)
    answer_due_date = models.DateField()
    given_at = models.DateTimeField()
    given_by = _by()
    answered_at, answered_by = models.DateTimeField(null=True, blank=True), _by()

    class Meta:
        constraints: ClassVar = [
            choices_constraint("body", OpinionBody),
            choices_constraint("state", OpinionState),
            pair_constraint("given"),
            pair_constraint("answered"),
            models.CheckConstraint(
                condition=Q(state=OpinionState.OPEN, answered_at__isnull=True, answer="")
                | (Q(state=OpinionState.ANSWERED, answered_at__isnull=False) & ~Q(answer="")),
                name="%(app_label)s_%(class)s_answered_with_text",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.state}"


class Revision(models.Model):
    """One change of the list between submission and adoption, with its reason; never changes.

    before, after: what the item said, field → value as text; empty where it was not on the list.
    opinion: the one that led to it, where one did.
    """

    item = models.ForeignKey(ReviewItem, models.PROTECT, related_name="revisions")
    kind = models.CharField(max_length=10, choices=RevisionKind)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    reason = models.CharField(max_length=300)
    opinion = models.ForeignKey(Opinion, models.PROTECT, null=True, blank=True, related_name="revisions")
    revised_at = models.DateTimeField()
    revised_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            choices_constraint("kind", RevisionKind),
            models.CheckConstraint(condition=~Q(reason=""), name="%(app_label)s_%(class)s_has_reason"),
            models.CheckConstraint(
                condition=Q(kind=RevisionKind.ADDED, before={})
                | Q(kind=RevisionKind.REMOVED, after={})
                | Q(kind=RevisionKind.CHANGED),
                name="%(app_label)s_%(class)s_sides_fit_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.kind} item {self.item_id}"
