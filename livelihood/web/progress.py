"""A job as the component `progress` shows it."""

from dataclasses import dataclass

from livelihood.jobs import services as jobs
from livelihood.jobs.models import UNFINISHED, Job
from livelihood.kernel.errors import Text


@dataclass(frozen=True, slots=True)
class Bar:
    """How far a job is. status_url: of the page that shows the bar. standstill: why it does not go on at the moment.

    is_listed: whether whoever asked for it finds it under My work.
    """

    id: int
    label: str
    state: str
    done: int
    total: int
    message: Text
    status_url: str
    result_url: str
    result_label: str
    standstill: Text | None
    is_listed: bool


def bar_of(
    job: Job,
    *,
    label: str,
    address: str,
    standstill: Text | None,
    result_url: str = "",
    result_label: str = "",
    is_listed: bool = True,
) -> Bar:
    """Return a job's bar for the page at this address; standstill: see `jobs.pulse`."""
    done, total = jobs.progress(job)
    is_unfinished = job.state in UNFINISHED
    return Bar(
        id=job.pk,
        label=label,
        state=job.state,
        done=done,
        total=total,
        message=job.problem,
        status_url=address,
        result_url=result_url,
        result_label=result_label,
        standstill=standstill if is_unfinished else None,
        is_listed=is_listed,
    )
