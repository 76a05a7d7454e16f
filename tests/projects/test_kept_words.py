"""What is kept is kept in no language: the rows of a worker and of a reader with another language are the same."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import translation

from livelihood.imports.content import unpack
from livelihood.imports.models import Import
from livelihood.jobs import services as jobs
from livelihood.jobs.models import Job
from livelihood.kernel.errors import InvalidInput, NotReady
from livelihood.kernel.messages import freeze, thaw
from tests.imports.tools import csv_of, read, receive, wrong
from tests.projects.conftest import AT

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


def previewed(scene, language: str) -> Import:
    with translation.override("zh-hans"):
        file = csv_of(scene, *WRONG)
    lines = file.read().decode().splitlines()
    file = type(file)("\n".join([f"{lines[0]},备注栏", *lines[1:]]).encode())
    with translation.override(language):
        return read(scene, receive(scene, file))


def test_an_import_keeps_what_it_says_in_no_language(scene):
    batches = [previewed(scene, language) for language in LANGUAGES]

    kept = [[(page.section, unpack(page.lines)) for page in batch.pages.order_by("section")] for batch in batches]
    assert batches[0].counts["wrong"] > 16
    assert {section for section, _lines in kept[0]} == {"wrong", "doubt", "new", "read_as"}
    assert batches[0].reading["notes"]
    assert (kept[0], batches[0].reading) == (kept[1], batches[1].reading)


def test_an_import_that_was_read_in_english_is_shown_in_chinese(scene, client):
    batch = previewed(scene, "en")
    with translation.override("en"):
        sentences = {text for one in wrong(batch) for text in (one.problem, one.remedy)} - {""}

    client.force_login(scene.office)
    text = client.get(reverse("imports:import", kwargs={"pk": batch.pk})).content.decode()

    assert "此单元格为空" in text or "空" in text
    assert [sentence for sentence in sentences if sentence in text] == []


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


def test_what_cannot_be_read_says_so_in_the_language_of_the_reader(scene):
    kept = []
    for language in LANGUAGES:
        with translation.override(language):
            batch = read(scene, receive(scene, type(csv_of(scene))("不是,表头\n1,2".encode())))
        kept.append(batch.problem)

    assert kept[0] == kept[1]
    assert isinstance(kept[0], dict)
