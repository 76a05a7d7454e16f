"""Counting: what has come in is added to the stored figures; a recount of everything must give the same."""

from collections.abc import Mapping
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Count, Q

from livelihood.accounts.models import User
from livelihood.audit.services import record
from livelihood.jobs import services as jobs
from livelihood.jobs.models import Job
from livelihood.kernel.verdict import require
from projects.surveys import rules
from projects.surveys.acts import SurveyAct
from projects.surveys.aggregation import Answers, Counts, Scope, merge, tally
from projects.surveys.models import Aggregate, Draw, IncomingResponse, Response, Survey
from projects.surveys.states import SurveyState


@transaction.atomic
def aggregate_arrivals(*, survey_id: int, at: datetime) -> int:
    """Count the answers that have come in since the last count, and return how many were counted.

    Doing it twice counts nothing twice: an answer leaves the inbox in the transaction that counts it. A survey that is
    gone is a clean exit. Answers that come meanwhile do not wait for this lock, only other counts do.
    """
    survey = Survey.objects.select_for_update(no_key=True).filter(pk=survey_id, state=SurveyState.OPEN).first()
    return take_in(survey, at=at) if survey else 0


def aggregate_waiting(*, at: datetime) -> int:
    """Count what waits in any inbox, each survey in its own transaction, and return how many answers were counted."""
    waiting = IncomingResponse.objects.values_list("survey", flat=True).distinct()
    return sum(aggregate_arrivals(survey_id=survey_id, at=at) for survey_id in sorted(waiting))


@transaction.atomic
def request_recount(*, survey: Survey, by: User, at: datetime) -> Job:
    """Ask for a recount of all answers of a survey.

    :raises NotAllowed: not this office's survey, or nothing to count.
    """
    survey = Survey.objects.select_for_update(of=("self",)).select_related("cycle__area").get(pk=survey.pk)
    require(rules.may_recount_survey(by, survey, at))
    job = jobs.enqueue(
        "surveys.recount",
        key=f"surveys.recount:{survey.pk}:{at.isoformat()}",
        by=by,
        at=at,
        cycle=survey.cycle,
        arguments={"survey_id": survey.pk},
    )
    record(SurveyAct.SURVEY_RECOUNT_REQUESTED, survey, by=by, at=at)
    return job


@transaction.atomic
def recount_survey(*, survey_id: int, at: datetime) -> int:
    """Count all answers anew, replace the figures, and return the number of answers. Frozen figures are left alone."""
    survey = (
        Survey.objects.select_for_update(no_key=True)
        .filter(pk=survey_id, state__in=[SurveyState.OPEN, SurveyState.CLOSED])
        .first()
    )
    return count_all(survey, at=at) if survey else 0


def take_in(survey: Survey, *, at: datetime) -> int:
    """Have answers moved out of the inbox and add them to the figures; return how many.

    survey: locked by the caller. While it is open, answers by invitation wait until SMALLEST_BATCH about the same thing
    have come.
    """
    with connection.cursor() as cursor:
        # Not by the ORM: a function of the database, as the application may not read an answer that waits.
        cursor.execute("SELECT project_id, site_id, channel, grade, answers FROM surveys_take_in(%s)", [survey.pk])
        moved = [
            Answers(project or 0, site or 0, channel, grade, count)
            for project, site, channel, grade, count in cursor.fetchall()
        ]
    more = tally(moved)
    _store(survey, merge(_stored(survey, more), more), at=at)
    if moved or survey.state != SurveyState.OPEN:
        _count_invited(survey)
    return sum(answers.count for answers in moved)


def count_all(survey: Survey, *, at: datetime) -> int:
    """Replace the figures by a count of all stored answers; return their number. survey: locked by the caller."""
    cells = (
        Response.objects.filter(survey=survey)
        .values_list("project_id", "site_id", "channel", "grade")
        .annotate(count=Count("pk"))
        .order_by()
    )
    figures = tally(
        Answers(project or 0, site or 0, channel, grade, count) for project, site, channel, grade, count in cells
    )
    Aggregate.objects.filter(survey=survey).delete()
    _store(survey, figures, at=at)
    return sum(counts.n for scope, counts in figures.items() if not scope.project)


def run_recount(job_id: int) -> None:
    """Do the job of a recount."""

    def work(job: Job, progress: jobs.Progress) -> dict[str, int]:
        return {"answers": recount_survey(survey_id=job.arguments["survey_id"], at=job.requested_at)}

    jobs.execute(job_id, work)


def _stored(survey: Survey, wanted: Mapping[Scope, Counts]) -> dict[Scope, Counts]:
    """Return the figures kept so far for these scopes."""
    sites = {scope.site for scope in wanted}
    projects = {scope.project for scope in wanted}
    rows = Aggregate.objects.filter(survey=survey).filter(
        Q(project__isnull=True) | Q(project__in=projects, site__isnull=True) | Q(site__in=sites)
    )
    kept = {
        Scope(row.project_id or 0, row.site_id or 0, row.channel): Counts(
            row.satisfied, row.basically_satisfied, row.dissatisfied
        )
        for row in rows
    }
    return {scope: counts for scope, counts in kept.items() if scope in wanted}


def _store(survey: Survey, figures: Mapping[Scope, Counts], *, at: datetime) -> None:
    """Write these figures, new or changed; scopes not named keep theirs."""
    Aggregate.objects.bulk_create(
        [
            Aggregate(
                survey=survey,
                project_id=scope.project or None,
                site_id=scope.site or None,
                channel=scope.channel,
                satisfied=counts.satisfied,
                basically_satisfied=counts.basically_satisfied,
                dissatisfied=counts.dissatisfied,
                counted_at=at,
            )
            for scope, counts in sorted(figures.items())
        ],
        batch_size=2000,
        update_conflicts=True,
        unique_fields=["survey", "project", "site", "channel"],
        update_fields=["satisfied", "basically_satisfied", "dissatisfied", "counted_at"],
    )


def _count_invited(survey: Survey) -> None:
    """Keep how many of each draw have answered; what still waits in the inbox may be counted among them."""
    draws = list(
        Draw.objects.filter(survey=survey)
        .annotate(used=Count("invitations", filter=Q(invitations__is_used=True)))
        .order_by("pk")
    )
    for draw in draws:
        draw.answered = draw.used
    Draw.objects.bulk_update(draws, ["answered"])
