"""Workers beside the tests."""

from collections.abc import Iterator

import pytest

from tests.workers import Worker

INCLUDE = "tests.jobs.work"


@pytest.fixture(scope="module")
def worker(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    """A worker that knows the tasks of tests.jobs.work and runs as long as the module's tests."""
    with Worker(tmp_path_factory.mktemp("worker") / "log", include=INCLUDE) as worker:
        yield worker
