"""Figures for Prometheus. Routes, not paths: no id of any object or person becomes a label.

A container runs one process, so each process answers for itself and Prometheus adds up; see docs/operations.md.
"""

from collections.abc import Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

registry = CollectorRegistry()

requests_total = Counter(
    "portal_requests_total",
    "Requests answered.",
    ["method", "route", "status"],
    registry=registry,
)
request_seconds = Histogram(
    "portal_request_seconds",
    "Time to answer.",
    ["method", "route"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=registry,
)
jobs = Gauge(
    "portal_jobs",
    "Long work by state, the same from every process.",
    ["state"],
    registry=registry,
)
journal_waiting_seconds = Gauge(
    "portal_journal_waiting_seconds",
    "How long the oldest entry of the journal has waited for its seal, the same from every process.",
    registry=registry,
)


def observe(method: str, route: str, status: int, seconds: float) -> None:
    """Count one answered request."""
    requests_total.labels(method, route, str(status)).inc()
    request_seconds.labels(method, route).observe(seconds)


def exposition(job_counts: Mapping[str, int], journal_waiting: float) -> bytes:
    """Return this process's figures in Prometheus' text format; the rest is as good where the database does not answer.

    job_counts: number of jobs by state; empty where they are not known.
    journal_waiting: seconds; not a number where they are not known.
    """
    jobs.clear()
    for state, count in job_counts.items():
        jobs.labels(state).set(count)
    journal_waiting_seconds.set(journal_waiting)
    return generate_latest(registry)
