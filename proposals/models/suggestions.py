"""Suggestions, whoever sent them and whatever channel they came in by."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from livelihood.accounts.models import User
from livelihood.cycles.models import Area, Aspect, Cycle, Organisation
from livelihood.kernel.constraints import choices_constraint
from livelihood.kernel.sealed import KeyedHashField, SealedField
from livelihood.kernel.search import search_column, search_index
from proposals.querysets import UNANSWERED, WAITING, SuggestionQuerySet
from proposals.states import (
    NEVER,
    STARS,
    Channel,
    Decision,
    DeclineReason,
    Erased,
    ErasureReason,
    Grouping,
    HandOver,
    SuggestionState,
)


class Suggestion(models.Model):
    """One matter that somebody wants done. Created when it is received; its original text never changes.

    `title`, `matter`, `wish` and `address` are as sent, but for what an `Erasure` tells, and are never public. The
    `public_` wording is the official's, from the first acceptance on; it is shown while the state is `accepted`.
    `code_hash` is the keyed hash of the secret code on the receipt. `text_digest` is the SHA-256 of the original text
    and of `text_salt`, both printed on the receipt; with each erasure the salt is another one, and the digest
    of the day stays. `idempotency_key` and `body_digest` (keyed hash of all that was sent) tell a repeated send
    from another one. `entered_by` is the official who typed it in; empty exactly for what came by the portal itself.
    `is_linked` (stands behind a need), `is_adopted` (behind one that a listed candidate answers), `is_replied` and
    `has_contact` are marks that the database keeps, for lists and figures. `points` put what looks like spam at one end
    of the queue and decide nothing (`SuggestionWeight`).
    `due_on`: the day by which it is to be answered, as its sender was told; it moves only while the sender is asked.
    `answered_on`, which the database keeps: the day of its first reply or of the first refusal or hand-over with its
    reason. `answered_by`: the organisation of its first reply.
    """

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="suggestions", db_index=False)
    number = models.CharField(max_length=24)
    code_hash = models.CharField(max_length=64)
    channel = models.CharField(max_length=20, choices=Channel, default=Channel.WEB)
    title = models.CharField(max_length=60)
    matter = models.TextField()
    wish = models.TextField()
    aspect = models.ForeignKey(Aspect, models.PROTECT, null=True, blank=True, related_name="suggestions")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    address = models.CharField(max_length=200, blank=True)
    text_salt = models.CharField(max_length=32, blank=True)
    text_digest = models.CharField(max_length=64)
    idempotency_key = models.CharField(max_length=64)
    body_digest = models.CharField(max_length=64)
    received_at = models.DateTimeField()
    entered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=12, choices=SuggestionState, default=SuggestionState.RECEIVED)
    public_title = models.CharField(max_length=60, blank=True)
    public_matter = models.TextField(blank=True)
    public_wish = models.TextField(blank=True)
    is_linked = models.BooleanField(default=False, editable=False)
    is_adopted = models.BooleanField(default=False, editable=False)
    is_replied = models.BooleanField(default=False, editable=False)
    has_contact = models.BooleanField(default=False, editable=False)
    points = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    due_on = models.DateField(default=NEVER, db_default=NEVER)
    answered_on = models.DateField(null=True, blank=True, editable=False)
    answered_by = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="+", editable=False, db_index=False
    )
    search = search_column("public_title", "public_matter", "public_wish")

    objects = SuggestionQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            choices_constraint("channel", Channel),
            choices_constraint("state", SuggestionState),
            # Here and not on the fields, which would get a second index for LIKE with them.
            models.UniqueConstraint(fields=["number"], name="%(app_label)s_%(class)s_unique_number"),
            models.UniqueConstraint(fields=["idempotency_key"], name="%(app_label)s_%(class)s_once_a_key"),
            models.CheckConstraint(
                condition=Q(channel=Channel.WEB, entered_by__isnull=True)
                | (~Q(channel=Channel.WEB) & Q(entered_by__isnull=False)),
                name="%(app_label)s_%(class)s_entered_by_official",
            ),
            models.CheckConstraint(
                condition=~Q(state=SuggestionState.ACCEPTED)
                | (~Q(public_title="") & ~Q(public_matter="") & ~Q(public_wish="")),
                name="%(app_label)s_%(class)s_accepted_has_wording",
            ),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(matter="") & ~Q(wish=""),
                name="%(app_label)s_%(class)s_text_present",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["cycle", "received_at", "id"], name="proposals_suggestion_intake"),
            models.Index(fields=["cycle", "state", "received_at", "id"], name="proposals_suggestion_queue"),
            models.Index(fields=["cycle", "channel", "received_at", "id"], name="proposals_suggestion_channel"),
            models.Index(fields=["cycle", "points", "received_at", "id"], name="proposals_suggestion_points"),
            # Of the very many of a year those that wait for an answer.
            models.Index(
                fields=["cycle", "received_at", "id"], name="proposals_suggestion_waiting", condition=UNANSWERED
            ),
            models.Index(fields=["cycle", "due_on", "id"], name="proposals_suggestion_due", condition=WAITING),
            search_index("proposals_suggestion_search"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.number}"

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has answered it (`querysets.WAITING`)."""
        is_asked = self.state == SuggestionState.RECEIVED or (
            self.state == SuggestionState.ACCEPTED and self.has_contact
        )
        return is_asked and self.answered_on is None

    @property
    def is_withdrawn(self) -> bool:
        """Whether nothing stands any more of what was sent."""
        return self.title == self.matter == self.wish == STARS


class SuggestionFigure(models.Model):
    """How many suggestions of a year have one aspect, or concern one area, or came by one channel, or are due one day.

    Written by the database with each suggestion and each change of one. The rows of a group add up; a single one may be
    negative, as each connection adds to the row of its own `slot`, so that nobody who sends waits for another.
    `loose`: accepted, behind no need. `unanswered`: accepted, with a contact and no reply.
    `answered`: refused or handed over with a reason, or replied to. `adopted`: behind a need whose candidate is listed.
    `waiting`: for an answer (`querysets.WAITING`). `in_time`, `late`: answered by the day that was promised, or after.
    `organisation`: of those that are due one day, the one that answered; empty while none has, and where it was the
    office that refused.
    """

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="+", db_index=False)
    grouped_by = models.CharField(max_length=7, choices=Grouping)
    aspect = models.ForeignKey(Aspect, models.PROTECT, null=True, related_name="+", db_index=False)
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+", db_index=False)
    channel = models.CharField(max_length=20, blank=True)
    due_on = models.DateField(null=True)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+", db_index=False)
    slot = models.PositiveSmallIntegerField()
    total = models.IntegerField()
    received = models.IntegerField()
    accepted = models.IntegerField()
    declined = models.IntegerField()
    handed_over = models.IntegerField()
    loose = models.IntegerField()
    unanswered = models.IntegerField()
    answered = models.IntegerField()
    adopted = models.IntegerField()
    waiting = models.IntegerField()
    in_time = models.IntegerField()
    late = models.IntegerField()

    class Meta:
        constraints: ClassVar = [
            choices_constraint("grouped_by", Grouping),
            models.UniqueConstraint(
                fields=["cycle", "grouped_by", "aspect", "area", "channel", "due_on", "organisation", "slot"],
                nulls_distinct=False,
                name="%(app_label)s_%(class)s_one_of_a_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.grouped_by}"


class AnswerFigure(models.Model):
    """How many suggestions of a year got their first reply after so many whole days.

    Written by the database with each first reply; never changes otherwise.
    """

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="+", db_index=False)
    days = models.PositiveIntegerField()
    number = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cycle", "days"], name="%(app_label)s_%(class)s_one_of_a_kind"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.days}"


class SuggestionContact(models.Model):
    """How to reach who sent a suggestion, kept apart from it.

    Given only by who wants an answer; read under a right, and every reading is journaled. `person` tells which were
    left by one person, for the number of those who stand behind a need. `notice`: version of the purpose that was shown
    (`imprint`, 0: as shipped) and agreed to at `agreed_at`.
    """

    suggestion = models.OneToOneField(Suggestion, models.PROTECT, related_name="contact")
    name = SealedField(blank=True)
    phone = SealedField(blank=True)
    email = SealedField(blank=True)
    person = KeyedHashField(of=["phone", "email"])
    notice = models.PositiveIntegerField()
    agreed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(phone="") | ~Q(email=""),
                name="%(app_label)s_%(class)s_reachable",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class Erasure(models.Model):
    """What was removed of a suggestion: its contact, some words, or its text; when, why and by whom. Append-only.

    In place of the words stand stars. `digest`: SHA-256 of the text as it was left; the fingerprint of the original,
    which suggestion, receipt and journal keep, fits it no longer, and this says why. `erased_by`: None for the sender.
    """

    suggestion = models.ForeignKey(Suggestion, models.PROTECT, related_name="erasures")
    what = models.CharField(max_length=10, choices=Erased)
    reason = models.CharField(max_length=10, choices=ErasureReason)
    digest = models.CharField(max_length=64, blank=True)
    erased_at = models.DateTimeField()
    erased_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            choices_constraint("what", Erased),
            choices_constraint("reason", ErasureReason),
            models.CheckConstraint(
                condition=Q(what=Erased.CONTACT, digest="") | (~Q(what=Erased.CONTACT) & ~Q(digest="")),
                name="%(app_label)s_%(class)s_of_text_has_digest",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.what}"


class Screening(models.Model):
    """One check of a suggestion by an official and what it came to. Append-only.

    `reason` and `words` say why it was declined, `handed_to` and `words` where it went; who sent it reads them.
    """

    suggestion = models.ForeignKey(Suggestion, models.PROTECT, related_name="screenings")
    decision = models.CharField(max_length=12, choices=Decision)
    reason = models.CharField(max_length=20, choices=DeclineReason, blank=True)
    handed_to = models.CharField(max_length=20, choices=HandOver, blank=True)
    words = models.TextField(blank=True)
    screened_at = models.DateTimeField()
    screened_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            choices_constraint("decision", Decision),
            models.CheckConstraint(
                condition=Q(reason__in=["", *DeclineReason.values]),
                name="%(app_label)s_%(class)s_reason_known",
            ),
            models.CheckConstraint(
                condition=Q(handed_to__in=["", *HandOver.values]),
                name="%(app_label)s_%(class)s_handed_to_known",
            ),
            models.CheckConstraint(
                condition=(
                    Q(decision__in=[Decision.DECLINED, Decision.UNPUBLISHED])
                    & ~Q(reason="")
                    & ~Q(words="")
                    & Q(handed_to="")
                )
                | (Q(decision=Decision.HANDED_OVER) & Q(reason="") & ~Q(words="") & ~Q(handed_to=""))
                | Q(decision__in=[Decision.ACCEPTED, Decision.REWORDED, Decision.MASKED], reason="", handed_to=""),
                name="%(app_label)s_%(class)s_refusal_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.decision}"


class FormerWording(models.Model):
    """A public wording that was replaced or masked, as it stood; for whoever may read what was sent.

    Written with each change, it stays as it is, but for stars where an `Erasure` says why.
    """

    suggestion = models.ForeignKey(Suggestion, models.PROTECT, related_name="former_wordings")
    title = models.CharField(max_length=60)
    matter = models.TextField()
    wish = models.TextField()
    replaced_at = models.DateTimeField()
    replaced_by = models.ForeignKey(User, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"#{self.pk} of suggestion {self.suggestion_id}"
