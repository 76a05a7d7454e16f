"""Long work as rows: what is asked for, how far it is, what came of it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from livelihood.cycles.models import Cycle
from livelihood.kernel.constraints import choices_constraint
from livelihood.kernel.errors import Text
from livelihood.kernel.messages import thaw


class JobState(models.TextChoices):
    """How far a job is. `failed` is terminal and carries the reason."""

    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")


UNFINISHED = (JobState.WAITING, JobState.RUNNING)
"""Of these something is still to come."""


class Job(models.Model):
    """A piece of long work (import, aggregation, report): what was asked, how far it is, how it ended.

    Created by `services.enqueue`, moved only by `services.execute`; stops changing when done or failed.
    `task` is the Celery task's name, `key` makes asking twice for the same work one job. `error`: why it failed, as
    `livelihood.kernel.messages` keeps it; `problem` says it in the reader's language.
    """

    task = models.CharField(max_length=80)
    key = models.CharField(max_length=160, unique=True)
    cycle = models.ForeignKey(Cycle, models.PROTECT, null=True, blank=True, related_name="jobs")
    arguments = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=JobState, default=JobState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    result = models.JSONField(default=dict)
    error = models.JSONField(default=str, blank=True)
    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="jobs")
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [choices_constraint("state", JobState)]
        indexes: ClassVar = [
            models.Index(fields=["task", "requested_at"], name="jobs_job_asked"),
            models.Index(
                fields=["requested_at"],
                name="jobs_job_unfinished",
                condition=models.Q(state__in=list(UNFINISHED)),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.task} {self.state}"

    @property
    def problem(self) -> Text:
        """Why it failed; empty while it has not."""
        return thaw(self.error)
