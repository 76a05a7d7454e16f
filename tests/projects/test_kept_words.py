"""What is kept is kept in no language: the rows of a worker and of a reader with another language are the same."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from livelihood.jobs import services as jobs
from livelihood.jobs.models import Job
from livelihood.kernel.errors import InvalidInput, NotReady
from livelihood.kernel.messages import freeze, thaw
from projects import services
from projects.models import ImportBatch
from projects.services import imports
from tests.projects.conftest import AT
from tests.projects.test_services_imports import csv_of, receive

pytestmark = pytest.mark.django_db

LANGUAGES = ("en", "zh-hans")
# A row for each way to be wrong, and two changes.
WRONG: list[dict[str, Any]] = [
    {"key": "A", "name": "新名", "quantity_planned": 2},
    {"key": "B"},
    {"key": "b"},
    {"key": "", "name": ""},
    {"project": 99},
    {"key": "C", "indicator": "无此指标"},
    {"key": "D", "area": "999999"},
    {"key": "E", "due_on": "2025-02-30"},
    {"key": "F", "due_on": "1700-01-01"},
    {"key": "G", "quantity_planned": "三"},
    {"key": "H", "quantity_planned": "1.23456"},
    {"key": "I", "quantity_planned": -1},
    {"key": "J", "name": "长" * 201},
    {"key": "K", "longitude": "181", "latitude": "30"},
    {"key": "L", "longitude": "120"},
    {"key": "M", "organisation": "无此单位"},
    {"key": "N", "standard": "无此标准"},
    {"key": "O", "starts_on": "2025-10-01", "due_on": "2025-09-30"},
    {"key": "P", "name": "a" + "\u0315\u0300" * 20},
    {"key": "Q", "name": "=1+1"},
    {"key": "R", "name": "#REF!"},
]


def previewed(scene, language: str) -> ImportBatch:
    with translation.override("zh-hans"):
        file = csv_of(scene, *WRONG)
    lines = file.read().decode().splitlines()
    file = type(file)("\n".join([f"{lines[0]},备注栏", *lines[1:]]).encode())
    with translation.override(language):
        return services.preview_import(batch=receive(scene, file), by=scene.office, at=AT)


def test_an_import_keeps_its_errors_changes_and_notes_in_no_language(scene):
    kept = {language: previewed(scene, language).preview for language in LANGUAGES}

    assert len(kept["en"]["errors"]) > 16
    assert kept["en"]["changes"]
    assert kept["en"]["notes"]
    assert kept["en"] == kept["zh-hans"]


def test_an_import_that_was_read_in_english_is_shown_in_chinese(scene, client):
    batch = previewed(scene, "en")
    sentences = set()
    with translation.override("en"):
        for error in batch.preview["errors"]:
            sentences |= {str(thaw(error[part])) for part in ("column", "problem", "remedy")} - {""}

    client.force_login(scene.office)
    address = {"area": scene.cycle.area.slug, "year": scene.cycle.year, "pk": batch.pk}
    pages = [client.get(reverse(f"projects:{name}", kwargs=address)) for name in ("import", "import_errors")]

    for page in pages:
        text = b"".join(page) if page.streaming else page.content
        assert "此单元格为空" in text.decode() or "空" in text.decode()
        assert [sentence for sentence in sentences if sentence in text.decode()] == []


@pytest.mark.parametrize(
    ("failure", "shown"),
    [
        (InvalidInput, "填写的内容有误"),
        (lambda: NotReady([thaw(freeze("甲"))]), "甲"),
        (ZeroDivisionError, "系统故障"),
    ],
)
def test_a_job_that_failed_in_english_says_so_in_chinese(scene, failure, shown):
    def work(_job: Job, _progress: jobs.Progress) -> dict[str, Any]:
        raise failure()

    job = jobs.enqueue("nobody", key="1", by=scene.office, at=AT)
    with translation.override("en"):
        jobs.execute(job.pk, work)
    job.refresh_from_db()

    with translation.override("en"):
        english = str(job.problem)
    with translation.override("zh-hans"):
        assert shown in str(job.problem)
        assert str(job.problem) != english


def test_a_worker_keeps_why_it_could_not_read_a_file(scene, monkeypatch):
    monkeypatch.setattr(imports, "PREVIEWED_AT_ONCE", 1)
    kept = []
    for language in LANGUAGES:
        with translation.override(language):
            batch = receive(scene, type(csv_of(scene))("不是,表头\n1,2".encode()))
            job = services.ask_for_preview(batch=batch, by=scene.office, at=AT)
            imports.run_preview(job.pk, at=AT)
        kept.append(Job.objects.get(pk=job.pk).error)

    assert kept[0] == kept[1]
    assert isinstance(kept[0], dict)
