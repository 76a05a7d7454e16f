"""Figures for Prometheus. Routes, not paths: no id of any object or person becomes a label."""

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

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


def observe(method: str, route: str, status: int, seconds: float) -> None:
    """Count one answered request."""
    requests_total.labels(method, route, str(status)).inc()
    request_seconds.labels(method, route).observe(seconds)


def exposition() -> bytes:
    """Return this process's figures in Prometheus' text format."""
    return generate_latest(registry)
