"""How many jobs wait, run, are done and have failed."""

from django.db.models import Count

from livelihood.jobs.models import Job, JobState


def counts() -> dict[str, int]:
    """Return how many jobs are in each state."""
    found = dict(Job.objects.order_by().values_list("state").annotate(Count("pk")))
    return {str(state): found.get(state, 0) for state in JobState}
