"""Building by a real worker process, also when it is killed in the middle."""

import hashlib
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
from django.conf import settings
from django.db import connections, transaction
from django.utils import timezone

from livelihood.audit.models import Entry
from livelihood.jobs import services as jobs
from livelihood.jobs.models import Job, JobState
from projects.reports import selectors
from projects.reports.models import Report, ReportFile
from projects.surveys.models import Aggregate, IncomingResponse
from projects.surveys.states import Target
from tests import databases
from tests.factories.reports import announce, ask_for_report
from tests.factories.surveys import SurveyFactory, project_in, say
from tests.workers import Worker, eventually

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def worker(transactional_db, tmp_path, monkeypatch) -> Worker:
    """A worker that writes its files where the test looks for them; `with worker:` runs it."""
    monkeypatch.setenv("MEDIA_ROOT", str(settings.MEDIA_ROOT))
    return Worker(tmp_path / "worker.log")


def state_of(report: Report) -> str:
    return Job.objects.values_list("state", flat=True).get(pk=report.job_id)


def assert_built_once(report: Report) -> None:
    files = list(report.files.order_by("file_format"))
    assert [file.file_format for file in files] == ["pdf", "xlsx"]
    for file in files:
        assert hashlib.sha256(Path(settings.MEDIA_ROOT, file.name).read_bytes()).hexdigest() == file.digest
    assert Entry.objects.filter(act="report.built").count() == 1
    assert list(selectors.published(report.cycle)) == [report]


def test_a_worker_builds_what_a_page_has_asked_for(year, worker):
    announce(year)
    with worker:
        report = ask_for_report(year)
        eventually(lambda: state_of(report) == JobState.DONE)

    assert_built_once(report)
    assert jobs.progress(report.job) == (3, 3)


def test_a_worker_killed_in_mid_build_leaves_a_report_that_is_built_once(year, worker):
    announce(year)
    with worker:
        with transaction.atomic():
            # The worker has written its files and waits here to note them.
            with databases.as_superuser() as cursor:
                cursor.execute("LOCK TABLE reports_reportfile IN EXCLUSIVE MODE")
            report = ask_for_report_elsewhere(year)
            folder = Path(settings.MEDIA_ROOT, "reports", str(year.cycle.pk))
            eventually(lambda: len(list(folder.glob("*.xlsx"))) == 1)
            worker.kill()
        assert not ReportFile.objects.exists()
        assert state_of(report) == JobState.RUNNING

    def built_after_sweeping() -> bool:
        jobs.sweep(at=timezone.now() + timedelta(minutes=1))
        return state_of(report) == JobState.DONE

    with worker:
        eventually(built_after_sweeping)

    assert_built_once(report)
    assert Job.objects.values_list("attempts", flat=True).get() == 2


def ask_for_report_elsewhere(year) -> Report:
    """Ask on a connection of its own, as another process does while this one holds its lock."""
    asked: list[Report] = []

    def ask() -> None:
        asked.append(ask_for_report(year))
        connections.close_all()

    thread = Thread(target=ask)
    thread.start()
    thread.join()
    return asked[0]


def test_answers_are_counted_by_a_worker_within_seconds(worker):
    survey = SurveyFactory(target=Target.PROJECT)
    project = project_in(survey.cycle)

    with worker:
        for _number in range(3):
            say(survey, project=project)
        eventually(lambda: Aggregate.objects.filter(survey=survey, project=project, n=3).exists(), seconds=10)

    assert not IncomingResponse.objects.exists()
