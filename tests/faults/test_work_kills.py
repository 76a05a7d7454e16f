"""An import is written, a report built and a survey answered while whatever they need is killed.

Each kill meets all three in the middle: what was acknowledged is kept, nothing is there twice, and nothing half. A
cluster of the test's own with fsync on; a worker and a web server as containers run them, started again as Docker does.
"""

import contextlib
import hashlib
import itertools
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date, timedelta
from http.client import HTTPException
from pathlib import Path
from time import sleep
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from livelihood import local
from livelihood.audit.models import Entry
from livelihood.imports import services as imports
from livelihood.imports.models import Import
from livelihood.imports.services import writing
from livelihood.imports.states import ImportState
from livelihood.jobs import services as jobs
from livelihood.jobs.models import Job, JobState
from livelihood.kernel.numbers import opaque_id
from projects.models import Site
from projects.reports.models import Report, ReportFile
from projects.reports.states import Language
from projects.services import recount_figures
from projects.surveys.models import Aggregate, Response
from projects.surveys.services import figures
from projects.surveys.states import Grade, Target
from tests import journal
from tests.factories.reports import announce, ask_for_report, judged_year
from tests.factories.surveys import SurveyFactory, project_in
from tests.faults.cluster import answers, ask, end_backends, held, kill_backend, kill_postmaster
from tests.imports.tools import preview
from tests.projects.conftest import AT, delivering
from tests.web_servers import WebServer
from tests.workers import Worker, eventually, wipe_redis

ROWS = 20
AT_ONCE = 4
"""Answers that are in flight at a kill."""

TRIES = 1000
STAGES = ("imports_importpage", "reports_reportfile", "surveys_incomingresponse")
"""Where a kill meets an import whose rows are written, a report whose files are drawn, and an answer: near the end."""

WAITING = """
    SELECT relation::regclass::text, count(*) FROM pg_locks
    WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = 'livelihood') GROUP BY 1
"""


class Office:
    """A year in delivery, judged years to report on, and a survey, with the servers under them."""

    def __init__(self, found: local.Services, folder: Path) -> None:
        self.found = found
        self.web = WebServer(folder / "web.log", BEHIND_PROXY="true")
        self.worker = Worker(folder / "worker.log", options=("--concurrency", "3"))
        self.scene = delivering()
        self.survey = SurveyFactory(target=Target.PROJECT, closes_on=date(2099, 12, 31))
        project = project_in(self.survey.cycle)
        self.path = self.survey.cycle.address("surveys:answer_project", pk=project.pk)
        self.grades: Counter[str] = Counter()
        self.phones = itertools.count()
        self.unanswered = 0

    def import_of(self, kill: int) -> Import:
        """Return a sheet of sites, previewed, that only waits to be written."""
        return preview(
            self.scene, *({"key": f"K{kill:03}-{row:02}", "name": f"{kill}号{row}点位"} for row in range(ROWS))
        )

    def answer(self) -> None:
        """Answer from a phone of one's own until thanks come."""
        number = next(self.phones)
        grade = list(Grade)[number % 3]
        body = urlencode({"grade": grade, "comment": "", "key": opaque_id()})
        address = f"10.0.{number >> 8}.{number & 255}"
        headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Real-IP": address}
        for _try in range(TRIES):
            try:
                status, page = self.web.ask("POST", self.path, body, **headers)
            except (OSError, HTTPException):
                status, page = 503, ""
            if status == 302:
                self.grades[grade] += 1
                return
            assert status == 503, page
            self.unanswered += 1
            sleep(0.05)
        raise AssertionError(f"no thanks after {TRIES} tries")

    def kill_work(self) -> None:
        self.worker.kill_children()

    def kill_worker(self) -> None:
        self.worker.kill()
        self.worker.__enter__()

    def kill_web(self) -> None:
        self.web.kill()
        self.web.start()

    def end_backends(self) -> None:
        end_backends(self.found)

    def kill_backend(self) -> None:
        kill_backend(self.found)

    def kill_postmaster(self) -> None:
        kill_postmaster(self.found)

    def wipe_redis(self) -> None:
        wipe_redis()

    def meets_all(self) -> bool:
        """Say whether an import, a report and so many answers have come as far as what is held."""
        waiting = dict(ask(self.found, WAITING))
        return all(waiting.get(stage, 0) >= wanted for stage, wanted in zip(STAGES, (1, 1, AT_ONCE), strict=True))

    def works_off(self, wanted: set[int]) -> bool:
        """Let the clock send again what waits, as beat does, and say whether these jobs are done."""
        try:
            jobs.sweep(at=timezone.now(), older_than=timedelta(0))
            return not Job.objects.filter(pk__in=wanted).exclude(state=JobState.DONE).exists()
        except DatabaseError:
            connection.close()
            return False


KILLS: list[Callable[[Office], None]] = [
    Office.kill_work, Office.kill_backend, Office.kill_web,
    Office.kill_worker, Office.end_backends, Office.kill_postmaster, Office.wipe_redis,
]  # fmt: skip


@pytest.mark.parametrize(
    "kills",
    [
        pytest.param(KILLS[:3], id="3 kills"),
        pytest.param((KILLS * 29)[:200], id="200 kills", marks=pytest.mark.slow),
    ],
)
def test_what_was_acknowledged_is_there_once_and_whole(
    own_database: local.Services, folder: Path, kills, settings, monkeypatch
):
    assert ask(own_database, "SHOW fsync") == [("on",)]
    settings.MEDIA_ROOT = folder / "media"
    monkeypatch.setenv("MEDIA_ROOT", str(settings.MEDIA_ROOT))
    monkeypatch.setattr(writing, "WRITTEN_AT_ONCE", 0)
    wipe_redis()
    office = Office(own_database, folder)
    with contextlib.ExitStack() as stack:
        stack.callback(office.web.kill)
        stack.enter_context(office.worker)
        pool = stack.enter_context(ThreadPoolExecutor(AT_ONCE))
        for number, kill in enumerate(kills):
            meet(office, kill, number, pool)

    assert_imports(len(kills))
    assert_reports(len(kills))
    assert_answers(office, len(kills))
    assert journal.is_whole()


def meet(office: Office, kill: Callable[[Office], None], number: int, pool: ThreadPoolExecutor) -> None:
    """Let all three come as far as they may, kill, and wait until each has been done."""
    for is_ready in (office.web.answers, lambda: answers(office.found)):
        eventually(is_ready, 60)
    batch, year = office.import_of(number), judged_year()
    announce(year)
    office.answer()
    with held(office.found, f"LOCK TABLE {', '.join(STAGES)} IN SHARE MODE"):
        job = imports.ask_for_writing(batch=batch, by=office.scene.office, at=AT)
        report = ask_for_report(year, list(Language)[number % 2])
        sending: list[Future[None]] = [pool.submit(office.answer) for _phone in range(AT_ONCE)]
        eventually(office.meets_all, 60)
        before = office.unanswered
        kill(office)
        connection.close()
    for sent in sending:
        sent.result(120)
    assert job is not None
    eventually(lambda: office.works_off({job.pk, report.job_id}), 120)
    meets_people = kill not in (Office.kill_work, Office.kill_worker, Office.wipe_redis)
    assert (office.unanswered > before) == meets_people


def assert_imports(count: int) -> None:
    keys = Site.objects.filter(key__startswith="K").values_list("key", flat=True)
    assert Counter(key.partition("-")[0] for key in keys) == {f"K{number:03}": ROWS for number in range(count)}
    assert Counter(Import.objects.values_list("state", flat=True)) == {ImportState.WRITTEN: count}
    assert Entry.objects.filter(act="import.written").values("subject_id").distinct().count() == count
    assert Entry.objects.filter(act="import.written").count() == count
    assert recount_figures() == []


def assert_reports(count: int) -> None:
    assert Report.objects.count() == count
    assert Entry.objects.filter(act="report.built").count() == count
    files = list(ReportFile.objects.all())
    assert Counter(file.file_format for file in files) == {"pdf": count, "xlsx": count}
    for file in files:
        assert hashlib.sha256(Path(settings.MEDIA_ROOT, file.name).read_bytes()).hexdigest() == file.digest
    stored = [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    assert {str(path.relative_to(settings.MEDIA_ROOT)) for path in stored} == {file.name for file in files}


def assert_answers(office: Office, count: int) -> None:
    """Compare with what people were thanked for."""
    figures.aggregate_waiting(at=timezone.now())
    assert office.grades.total() == count * (AT_ONCE + 1)
    answered = Response.objects.filter(survey=office.survey)
    assert Counter(answered.values_list("grade", flat=True)) == office.grades
    whole = Aggregate.objects.get(survey=office.survey, project=None)
    assert {grade: getattr(whole, grade) for grade in Grade} == office.grades
