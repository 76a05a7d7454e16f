"""Figures of satisfaction that were published elsewhere."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from livelihood.accounts.models import User
from livelihood.accounts.seen import require_seen
from livelihood.audit.services import record
from livelihood.cycles.models import Cycle
from livelihood.kernel.errors import InvalidInput
from livelihood.kernel.text import clean_text
from livelihood.kernel.verdict import require
from projects.models import Project
from projects.surveys import rules
from projects.surveys.acts import SurveyAct
from projects.surveys.aggregation import Counts
from projects.surveys.models import PublishedGrade


@transaction.atomic
def enter_published_grade(
    *,
    cycle: Cycle,
    evaluators: str,
    evaluated_on: date,
    subject: str,
    counts: Counts,
    source: str,
    by: User,
    at: datetime,
    project: Project | None = None,
    note: str = "",
    seen: int | None = None,
) -> PublishedGrade:
    """Enter three counts as they were published; those of the same grading that stood there before are replaced.

    evaluators, subject: in the words of the source. project: the one of this year that is meant, if there is one.

    :raises NotAllowed: by rule.
    :raises Moved: somebody has entered counts of the same grading since the page was shown.
    :raises InvalidInput: no source, subject or evaluators, no grade, a day to come, or a project of another year.
    """
    cycle = Cycle.objects.select_for_update(no_key=True).get(pk=cycle.pk)
    require(rules.may_run_surveys(by, cycle, at))
    source = clean_text(source, max_length=300, multiline=False, field="source")
    if not source:
        raise InvalidInput(_("Say where the figures were published."), field="source")
    if counts.n == 0:
        raise InvalidInput(_("At least one of the three counts must be more than zero."), field="satisfied")
    if evaluated_on > timezone.localdate(at):
        raise InvalidInput(_("This day is still to come."), field="evaluated_on")
    if project is not None and project.cycle_id != cycle.pk:
        raise InvalidInput(_("This project is of another year."), field="project")
    grading: dict[str, Any] = {
        "cycle": cycle,
        "evaluators": clean_text(evaluators, min_length=1, max_length=100, multiline=False, field="evaluators"),
        "evaluated_on": evaluated_on,
        "subject": clean_text(subject, min_length=1, max_length=200, multiline=False, field="subject"),
    }
    stored = list(PublishedGrade.objects.filter(**grading))
    require_seen(seen, stored, stands=lambda: _in_words(stored[0]))
    values = {
        "project": project,
        "satisfied": counts.satisfied,
        "basically_satisfied": counts.basically_satisfied,
        "dissatisfied": counts.dissatisfied,
        "source": source,
        "note": clean_text(note, max_length=300, multiline=False, field="note"),
        "entered_at": at,
        "entered_by": by,
    }
    row, _created = PublishedGrade.objects.update_or_create(**grading, defaults=values)
    record(
        SurveyAct.SATISFACTION_PUBLISHED,
        row,
        by=by,
        at=at,
        cycle_id=cycle.pk,
        old=_three(stored[0]) if stored else None,
        new=_three(row),
        source=source,
    )
    return row


def _in_words(row: PublishedGrade) -> str:
    return " · ".join(filter(None, [row.subject, *map(str, _three(row)), row.source, row.note]))


def _three(row: PublishedGrade) -> list[int]:
    return [row.satisfied, row.basically_satisfied, row.dissatisfied]
