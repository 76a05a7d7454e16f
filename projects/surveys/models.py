"""Surveys, invitations, answers and their figures.

**Who answered what is nowhere stored.** An invitation keeps a keyed hash of its code and whether it was used, without
a time. An answer has a random key, a day, and nothing that leads to a person, an address, a device or a code. Both must
be written in one transaction, or a crash could eat an answer or let a code count twice; so a database administrator
could pair the two rows by PostgreSQL's hidden column `xmin`, the transaction that wrote a row. Against this

- an answer first goes to an inbox (`IncomingResponse`); the aggregation moves it on in random order, under a new random
  key, together with others in one transaction, and those by invitation only once SMALLEST_BATCH about the same thing
  have come, so that the moved row tells neither when it came nor from which code;
- closing moves the rest, writes all answers of the survey once more in random order, and removes its invitations and
  receipts: afterwards there is nothing left to pair an answer with. How many were invited and answered stays (`Draw`).

What is left, said plainly: who owns the database can, *while a survey is open*, pair what still lies in the inbox; the
application cannot, as it may not read an answer there. Who keeps write-ahead logs or backups of that time, or reads
dead rows before PostgreSQL has vacuumed them, has the same view. And where all who answered about a thing gave the same
grade, their answers are known, as in any vote. So a survey of few people should ask about the year or a project, not
about a site.
"""

import uuid
from typing import ClassVar

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from livelihood.cycles.models import Area, Cycle, Sourced
from livelihood.kernel.constraints import choices_constraint, pair_constraint
from livelihood.kernel.text import for_reader
from projects.models import Project, Site
from projects.surveys.querysets import ResponseQuerySet, SurveyQuerySet
from projects.surveys.states import Grade, QuestionKind, SurveyChannel, SurveyState, Target

SMALLEST_BATCH = 5
"""Answers by invitation leave the inbox of an open survey at least this many at a time."""

SMALLEST_SHOWN = 5
"""Fewer answers than this are shown as counts only, unless a survey sets another number."""


class Survey(models.Model):
    """One round of asking about a year, its projects or its sites.

    Made by the livelihood office; questions and dates change only as a draft, figures until it is frozen.
    Answers are taken while it is open, from `opens_on` to `closes_on`, both days included.
    """

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="surveys")
    target = models.CharField(_("asks about"), max_length=10, choices=Target)
    title = models.CharField(_("title"), max_length=200)
    opens_on = models.DateField(_("first day"))
    closes_on = models.DateField(_("last day"))
    smallest_shown = models.PositiveSmallIntegerField(
        _("percentages from this many answers on"), default=SMALLEST_SHOWN, validators=[MinValueValidator(1)]
    )
    state = models.CharField(max_length=10, choices=SurveyState, default=SurveyState.DRAFT)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(null=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    frozen_at = models.DateTimeField(null=True)
    frozen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = SurveyQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            choices_constraint("target", Target),
            choices_constraint("state", SurveyState),
            pair_constraint("opened"),
            pair_constraint("closed"),
            pair_constraint("frozen"),
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")), name="%(app_label)s_%(class)s_closes_after_opening"
            ),
            models.CheckConstraint(
                condition=Q(smallest_shown__gte=1), name="%(app_label)s_%(class)s_smallest_shown_positive"
            ),
            # A QR code names a thing, not a survey: it must be clear which one asks.
            models.UniqueConstraint(
                fields=["cycle", "target"],
                condition=Q(state=SurveyState.OPEN),
                name="%(app_label)s_%(class)s_one_open_per_target",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.target} {self.state}"


class Question(models.Model):
    """One question of a survey, locked when the survey opens. Today every survey has one, of three grades."""

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="questions")
    number = models.PositiveSmallIntegerField(default=1)
    kind = models.CharField(max_length=20, choices=QuestionKind, default=QuestionKind.THREE_GRADE)
    text_zh = models.CharField(_("question in Chinese"), max_length=200)
    text_en = models.CharField(_("question in English"), max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            choices_constraint("kind", QuestionKind),
            models.UniqueConstraint(fields=["survey", "number"], name="%(app_label)s_%(class)s_unique_number"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.number}"

    @property
    def text(self) -> str:
        """The question in the reader's language; Chinese where it was not asked in English."""
        return for_reader(self.text_zh, self.text_en)


class Subject(models.Model):
    """What an answer is about: a project, a site (with its project), or neither, which is the whole year."""

    project = models.ForeignKey(Project, models.PROTECT, null=True, blank=True, related_name="+")
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        abstract = True
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(site__isnull=True) | Q(project__isnull=False),
                name="%(app_label)s_%(class)s_site_with_project",
            )
        ]


class Draw(Subject):
    """A number of invitations drawn at once for one stratum of people: those of an area, asked about one thing.

    Made by the livelihood office, never changed but for `answered`, the figure that aggregation keeps. `key` makes a
    form sent twice one draw.
    """

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="draws")
    area = models.ForeignKey(Area, models.PROTECT, related_name="+")
    invited = models.PositiveIntegerField()
    answered = models.PositiveIntegerField(default=0)
    key = models.CharField(max_length=40, unique=True)
    drawn_at = models.DateTimeField()
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            *Subject.Meta.constraints,
            models.CheckConstraint(
                condition=Q(invited__gte=1, answered__lte=F("invited")),
                name="%(app_label)s_%(class)s_answered_within_invited",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.invited}"


class Invitation(models.Model):
    """One code. Only its keyed hash is stored, and whether it was used: no time, no address, no answer.

    Removed when its survey closes: what is gone cannot be paired with an answer.
    """

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="invitations")
    code_hash = models.CharField(max_length=64, unique=True)
    is_used = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"#{self.pk}"


class Answer(Subject):
    """What both tables of answers hold. `comment` is held back: never public, and masked at the desk."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    survey = models.ForeignKey(Survey, models.PROTECT, related_name="+")
    channel = models.CharField(max_length=10, choices=SurveyChannel)
    grade = models.CharField(max_length=20, choices=Grade)
    comment = models.TextField(blank=True)
    day = models.DateField()

    class Meta:
        abstract = True
        constraints: ClassVar = [
            *Subject.Meta.constraints,
            choices_constraint("channel", SurveyChannel),
            choices_constraint("grade", Grade),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class IncomingResponse(Answer):
    """An answer just come in. Made by a citizen; moved to Response, in random order, by the aggregation."""

    class Meta(Answer.Meta):
        constraints: ClassVar = Answer.Meta.constraints


class Response(Answer):
    """An answer that is counted. Never changes; closing the survey writes all once more in random order."""

    objects = ResponseQuerySet.as_manager()

    class Meta(Answer.Meta):
        constraints: ClassVar = Answer.Meta.constraints
        indexes: ClassVar = [models.Index(fields=["survey", "project", "site"], name="surveys_response_scope")]


class Receipt(models.Model):
    """That a form with this key has been taken, so that sending it twice gives one answer.

    The key was made for one showing of the form and means nothing else. `seal` is the answer's content signed with that
    key, which is not stored: it tells the same answer from another one, and nothing without the key. Removed when the
    survey closes.
    """

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="+")
    key_hash = models.CharField(max_length=64, primary_key=True)
    seal = models.CharField(max_length=64)

    def __str__(self) -> str:
        return "#receipt"


class Aggregate(Subject):
    """The figures of one scope through one channel: everything, a project, or a site. Pages read these rows only.

    Written by the aggregation, equal to a full recount at any time, unchangeable once the survey is frozen.
    """

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="aggregates")
    channel = models.CharField(max_length=10, choices=SurveyChannel)
    satisfied = models.PositiveIntegerField(default=0)
    basically_satisfied = models.PositiveIntegerField(default=0)
    dissatisfied = models.PositiveIntegerField(default=0)
    n = models.GeneratedField(
        expression=F("satisfied") + F("basically_satisfied") + F("dissatisfied"),
        output_field=models.PositiveIntegerField(),
        db_persist=True,
    )
    counted_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            *Subject.Meta.constraints,
            choices_constraint("channel", SurveyChannel),
            models.UniqueConstraint(
                fields=["survey", "project", "site", "channel"],
                nulls_distinct=False,
                name="%(app_label)s_%(class)s_once",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.channel}"


class PublishedGrade(Sourced):
    """Three counts that were published elsewhere about one thing, as they were published, mistakes among them.

    Entered by the livelihood office from a source that is named; never counted together with answers given here.
    Entered again for the same thing by the same people on the same day they replace what stood; the journal keeps both.

    evaluators: who graded, in the words of the source. subject: what was graded, as named there; project: the one of
    this year that is meant, if there is one. note: what is odd about the figures.
    """

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="published_grades")
    project = models.ForeignKey(Project, models.PROTECT, null=True, blank=True, related_name="published_grades")
    evaluators = models.CharField(_("who graded"), max_length=100)
    evaluated_on = models.DateField(_("day of the grading"))
    subject = models.CharField(_("what was graded"), max_length=200)
    satisfied = models.PositiveIntegerField(_("satisfied"))
    basically_satisfied = models.PositiveIntegerField(_("basically satisfied"))
    dissatisfied = models.PositiveIntegerField(_("dissatisfied"))
    note = models.CharField(_("note"), max_length=300, blank=True)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            pair_constraint("entered"),
            models.CheckConstraint(condition=~Q(source=""), name="%(app_label)s_%(class)s_has_source"),
            models.UniqueConstraint(
                fields=["cycle", "evaluators", "evaluated_on", "subject"], name="%(app_label)s_%(class)s_once"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.subject}"
