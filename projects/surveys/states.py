"""The life of a survey, and the few words its rows use."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from livelihood.kernel.moves import Moves


class Target(models.TextChoices):
    """What a survey asks about."""

    CYCLE = "cycle", _("the whole year")
    PROJECT = "project", _("each project")
    SITE = "site", _("each site")


class SurveyState(models.TextChoices):
    """Where a survey stands; from `frozen` nothing of it changes any more."""

    DRAFT = "draft", pgettext_lazy("survey", "draft")
    OPEN = "open", pgettext_lazy("survey", "open")
    CLOSED = "closed", pgettext_lazy("survey", "closed")
    FROZEN = "frozen", pgettext_lazy("survey", "frozen")


class QuestionKind(models.TextChoices):
    """How a question is answered."""

    THREE_GRADE = "three_grade", _("three grades")


class Grade(models.TextChoices):
    """The three grades, best first; values as in `aggregation.GRADES`. Source: docs/sources.md (grades)."""

    SATISFIED = "satisfied", pgettext_lazy("grade", "Satisfied")
    BASICALLY_SATISFIED = "basically_satisfied", pgettext_lazy("grade", "Basically satisfied")
    DISSATISFIED = "dissatisfied", pgettext_lazy("grade", "Dissatisfied")


class SurveyChannel(models.TextChoices):
    """How an answer came in: from somebody who was invited, or from somebody who came by and wished to answer."""

    INVITATION = "invitation", _("By invitation")
    QR = "qr", _("By QR code")


SURVEY_MOVES: Moves = {
    (SurveyState.DRAFT, "open"): SurveyState.OPEN,
    (SurveyState.OPEN, "close"): SurveyState.CLOSED,
    (SurveyState.CLOSED, "freeze"): SurveyState.FROZEN,
}

MACHINES = [("Survey", SURVEY_MOVES, SurveyState.DRAFT)]
