"""Candidates, their feasibility sheets, and the frozen list."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from livelihood.accounts.models import User
from livelihood.cycles.models import Aspect, Cycle, Organisation, Sourced
from livelihood.kernel.constraints import choices_constraint, pair_constraint
from livelihood.kernel.search import search_column, search_index
from proposals.models.needs import Need
from proposals.querysets import OFF_THE_LIST, CandidateQuerySet
from proposals.states import CandidateKind, CandidateOrigin, CandidateState, FundSource


class Candidate(Sourced):
    """A project that may be decided on. Locked in the database once the list is frozen.

    `origin`: where it comes from; needs may be linked to it whatever it is.
    `place`: where it is to be done: districts, streets or sites; a draft may leave it open.
    `carried_from`: the candidate of an earlier year that this one takes up again (the reserve pool).
    `reason` says why it was not adopted, which is public; or what was wrong with it, where it was entered by mistake.
    """

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="candidates", db_index=False)
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=100)
    summary = models.TextField()
    place = models.CharField(max_length=300, blank=True)
    aspect = models.ForeignKey(Aspect, models.PROTECT, related_name="candidates")
    lead_organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=CandidateKind)
    origin = models.CharField(max_length=10, choices=CandidateOrigin)
    carried_from = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="carried_to")
    state = models.CharField(max_length=12, choices=CandidateState, default=CandidateState.DRAFT)
    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    reason = models.TextField(blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)
    dropped_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    needs = models.ManyToManyField(Need, through="CandidateNeed", related_name="candidates")
    search = search_column("title", "summary")

    objects = CandidateQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            choices_constraint("kind", CandidateKind),
            choices_constraint("origin", CandidateOrigin),
            choices_constraint("state", CandidateState),
            pair_constraint("dropped"),
            models.UniqueConstraint(fields=["cycle", "number"], name="%(app_label)s_%(class)s_unique_number"),
            models.UniqueConstraint(
                fields=["cycle", "carried_from"],
                condition=~Q(state=CandidateState.MISTAKEN),
                name="%(app_label)s_%(class)s_carried_once",
            ),
            models.CheckConstraint(
                condition=Q(origin=CandidateOrigin.RESERVE, carried_from__isnull=False)
                | (~Q(origin=CandidateOrigin.RESERVE) & Q(carried_from__isnull=True)),
                name="%(app_label)s_%(class)s_carried_from_reserve",
            ),
            models.CheckConstraint(
                condition=~Q(origin=CandidateOrigin.PUBLISHED) | ~Q(source=""),
                name="%(app_label)s_%(class)s_published_somewhere",
            ),
            models.CheckConstraint(
                condition=(Q(state__in=OFF_THE_LIST, dropped_at__isnull=False) & ~Q(reason=""))
                | (~Q(state__in=OFF_THE_LIST) & Q(dropped_at__isnull=True, reason="")),
                name="%(app_label)s_%(class)s_refusal_has_reason",
            ),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(summary=""), name="%(app_label)s_%(class)s_text_present"
            ),
        ]
        indexes: ClassVar = [search_index("proposals_candidate_search")]

    def __str__(self) -> str:
        return f"#{self.pk} {self.title}"


class CandidateNeed(models.Model):
    """That a candidate answers a need. Never changes.

    Created with the candidate; or linked to it later, by whom, when and with what reason: then it is no part of the
    frozen list, which says what was known when it was frozen.
    """

    candidate = models.ForeignKey(Candidate, models.PROTECT, related_name="need_links")
    need = models.ForeignKey(Need, models.PROTECT, related_name="candidate_links")
    linked_at = models.DateTimeField(null=True, blank=True)
    linked_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            pair_constraint("linked"),
            models.CheckConstraint(
                condition=(Q(linked_at__isnull=False) & ~Q(reason="")) | Q(linked_at__isnull=True, reason=""),
                name="%(app_label)s_%(class)s_link_has_reason",
            ),
            models.UniqueConstraint(fields=["candidate", "need"], name="%(app_label)s_%(class)s_once"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} candidate {self.candidate_id} – need {self.need_id}"


class FeasibilitySheet(Sourced):
    """What must be known before a candidate may be proposed. Written by the lead organisation; frozen with the list.

    `people_served`: how many people have the use of it in a year. Source: docs/sources.md (feasibility).
    """

    candidate = models.OneToOneField(Candidate, models.PROTECT, related_name="sheet")
    starts_on = models.DateField()
    finishes_on = models.DateField()
    people_served = models.PositiveIntegerField()
    legal_basis = models.CharField(max_length=300)
    notes = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(finishes_on__gte=F("starts_on")), name="%(app_label)s_%(class)s_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} sheet of candidate {self.candidate_id}"


class CostLine(models.Model):
    """What one source pays for a candidate. `amount_wan` in units of 10,000 yuan."""

    sheet = models.ForeignKey(FeasibilitySheet, models.PROTECT, related_name="cost_lines")
    source = models.CharField(max_length=10, choices=FundSource)
    amount_wan = models.DecimalField(max_digits=18, decimal_places=4)

    class Meta:
        constraints: ClassVar = [
            choices_constraint("source", FundSource),
            models.UniqueConstraint(fields=["sheet", "source"], name="%(app_label)s_%(class)s_one_per_source"),
            models.CheckConstraint(condition=Q(amount_wan__gte=0), name="%(app_label)s_%(class)s_not_negative"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.source}"


class CandidateList(models.Model):
    """The list as it goes to the deciding body; one per cycle. Never changes.

    `content` is the canonical JSON (sorted keys, no blanks, UTF-8) and `digest` the SHA-256 of exactly these bytes,
    printed on the page, so that anyone can check that the list decided on is the list published.
    """

    cycle = models.OneToOneField(Cycle, models.PROTECT, related_name="candidate_list")
    content = models.TextField()
    digest = models.CharField(max_length=64)
    frozen_at = models.DateTimeField()
    frozen_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="%(app_label)s_%(class)s_digest_form"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} list of cycle {self.cycle_id}"
