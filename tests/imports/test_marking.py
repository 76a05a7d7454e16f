"""The office's workbook with what is to be corrected: a long one is marked once, by a worker, and kept for a day."""

import io
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from openpyxl import Workbook, load_workbook

from livelihood.accounts.models import Mandate
from livelihood.imports import selectors, services, sheets, tasks
from livelihood.imports.models import Import, MarkedWorkbook
from livelihood.imports.services import marking
from livelihood.jobs.models import Job, JobState
from livelihood.kernel.errors import NotAllowed
from livelihood.kernel.sheets.limits import Limits
from livelihood.lists.services import TooManyFiles
from tests.factories.frame import signed_in
from tests.imports.test_kills import held, is_done, waits_for
from tests.imports.tools import csv_of, read, receive
from tests.kernel.sheets.test_rewriting import changed
from tests.projects.conftest import AT
from tests.threads import at_once
from tests.workers import Worker, eventually, wipe_redis

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def every_one_is_long(monkeypatch) -> None:
    monkeypatch.setattr(sheets, "SHORT_ROWS", 0)


@pytest.fixture(autouse=True)
def _now(time_machine) -> None:
    time_machine.move_to(AT, tick=False)


def wrong(scene, key: str = "B") -> Import:
    """Return a previewed import of two rows, the first of which lies in no area that is known."""
    return read(scene, receive(scene, csv_of(scene, {"key": key, "area": "110101"}, {"key": "C"})))


def ask(scene, batch: Import, by=None, at=AT) -> MarkedWorkbook:
    return services.ask_for_marking(batch=batch, by=by or scene.office, at=at)


def run(workbook: MarkedWorkbook, at=AT) -> MarkedWorkbook:
    services.run_marking(workbook.job_id, at=at)
    return MarkedWorkbook.objects.select_related("job").get(pk=workbook.pk)


def cells(content: Any) -> list[tuple[tuple[Any, str], ...]]:
    """Return value and colour of each cell."""
    (sheet,) = load_workbook(io.BytesIO(bytes(content))).worksheets
    return [tuple((cell.value, cell.fill.fgColor.rgb) for cell in row) for row in sheet.iter_rows()]


def address(name: str, pk: int) -> str:
    return reverse(f"imports:{name}", kwargs={"pk": pk})


def test_a_long_workbook_is_asked_for_watched_and_handed_out(scene):
    batch, client = wrong(scene), signed_in(scene.office)
    page = client.get(address("errors", batch.pk))
    assert ("data-status-url" in page.content.decode(), MarkedWorkbook.objects.count()) == (False, 0)

    sent = client.post(address("errors", batch.pk))
    workbook = MarkedWorkbook.objects.get()
    assert (sent.status_code, sent["Location"]) == (302, address("errors", batch.pk))
    assert "data-status-url" in client.get(sent["Location"]).content.decode()
    assert client.get(address("marked", workbook.pk)).status_code == 404
    tasks.mark_import(job_id=workbook.job_id)

    assert address("marked", workbook.pk) in client.get(sent["Location"]).content.decode()
    file = client.get(address("marked", workbook.pk))
    assert cells(file.content) == cells(sheets.workbook_of(batch))
    assert cells(file.content)[1][4] == ("110101", "FFFFF2A8")
    assert file["Cache-Control"] == "no-store"
    assert "attachment" in file["Content-Disposition"]


def test_however_often_it_is_asked_for_and_by_whom_it_is_made_once(scene):
    batch = wrong(scene)
    clients = [signed_in(scene.office), signed_in(scene.department)]
    for _ in range(12):
        assert [client.post(address("errors", batch.pk)).status_code for client in clients] == [302, 302]
    made = run(MarkedWorkbook.objects.get())
    for _ in range(12):
        assert [client.post(address("errors", batch.pk)).status_code for client in clients] == [302, 302]

    files = {client.get(address("marked", made.pk)).content for client in clients for _ in range(2)}

    assert files == {bytes(made.content or b"")}
    assert (Job.objects.count(), Job.objects.get().attempts, MarkedWorkbook.objects.count()) == (1, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_a_double_click_is_one_job(scene):
    batch = wrong(scene)

    answers = at_once(*[lambda: ask(scene, batch)] * 3, lambda: ask(scene, batch, scene.department))

    assert answers == [MarkedWorkbook.objects.get()] * 4
    assert Job.objects.count() == 1


def test_each_language_has_its_own_words(scene):
    batch = wrong(scene)
    chinese = run(ask(scene, batch))
    with translation.override("en"):
        english = run(ask(scene, batch))

    assert chinese.pk != english.pk
    heads = [cells(one.content)[0][-1][0] for one in (chinese, english)]
    assert heads == ["需修改之处（不读取）", "To be corrected (not read)"]


def test_one_is_marked_at_a_time_for_one_person_and_thirty_an_hour(scene):
    first, second = wrong(scene), wrong(scene, "D")
    waiting = ask(scene, first)

    with pytest.raises(TooManyFiles):
        ask(scene, second)
    assert ask(scene, first) == waiting
    ask(scene, second, scene.department)
    run(waiting)
    Job.objects.bulk_create(
        Job(task=tasks.MARK, key=str(n), state=JobState.DONE, requested_at=AT, requested_by=scene.office)
        for n in range(29)
    )
    with pytest.raises(TooManyFiles):
        ask(scene, wrong(scene, "E"))

    assert signed_in(scene.office).post(address("errors", wrong(scene, "F").pk)).status_code == 429
    assert MarkedWorkbook.objects.count() == 2


def test_what_is_read_anew_has_a_workbook_of_its_own_and_the_former_goes(scene):
    batch = wrong(scene)
    former = run(ask(scene, batch))
    waiting = None
    with translation.override("en"):
        waiting = ask(scene, batch)
    services.recheck_import(batch=batch, by=scene.office, at=AT)

    client = signed_in(scene.office)
    assert client.get(address("errors", batch.pk)).status_code == 403  # it is being read
    assert client.post(address("errors", batch.pk)).status_code == 403
    assert client.get(address("marked", former.pk)).status_code == 404
    read(scene, batch)
    failed = run(waiting)
    assert (failed.content, failed.job.state) == (None, JobState.FAILED)
    assert "重新读取" in str(failed.job.problem)
    batch.refresh_from_db()
    new = run(ask(scene, batch))

    assert new.pk not in {former.pk, failed.pk}
    assert cells(new.content) == cells(sheets.workbook_of(batch))


def test_it_goes_with_its_file(scene):
    batch = wrong(scene)
    workbook, client = run(ask(scene, batch)), signed_in(scene.office)
    waiting = None
    with translation.override("en"):
        waiting = ask(scene, batch)
    services.drop_import(batch=batch, by=scene.office, at=AT)

    assert client.get(address("marked", workbook.pk)).status_code == 404
    assert client.post(address("errors", batch.pk)).status_code == 404
    with pytest.raises(NotAllowed):
        ask(scene, batch)
    assert run(waiting).job.state == JobState.FAILED
    assert list(MarkedWorkbook.objects.values_list("content", flat=True)) == [None, None]


def test_the_clock_forgets_it_after_a_day_and_it_is_made_anew(scene, time_machine):
    workbook, tomorrow = run(ask(scene, wrong(scene))), AT + selectors.KEPT_FOR
    assert services.forget_marked(at=tomorrow - timedelta(seconds=1)) == 0
    time_machine.move_to(tomorrow, tick=False)

    client = signed_in(scene.office)
    assert client.get(address("marked", workbook.pk)).status_code == 404  # before the clock comes by
    page = client.get(address("errors", workbook.of_id)).content.decode()
    assert address("marked", workbook.pk) not in page
    assert tasks.forget_marked() == 1
    assert MarkedWorkbook.objects.get().content is None
    again = run(ask(scene, workbook.of, at=tomorrow), tomorrow)

    assert (again.pk, again.job_id == workbook.job_id) == (workbook.pk, False)
    assert cells(again.content) == cells(workbook.content)


def test_the_last_five_of_a_person_are_kept(scene):
    made = [run(ask(scene, wrong(scene, f"K{n}"), at=AT + timedelta(minutes=n))) for n in range(6)]

    kept = MarkedWorkbook.objects.filter(content__isnull=False).order_by("pk")

    assert list(kept) == made[-marking.MOST_KEPT_OF_ONE :]


def test_what_failed_is_tried_again_from_its_page(scene):
    batch, client = wrong(scene), signed_in(scene.office)
    first = ask(scene, batch)
    Job.objects.update(state=JobState.FAILED, error="磁盘已满")
    assert "磁盘已满" in client.get(address("errors", batch.pk)).content.decode()

    client.post(address("errors", batch.pk))

    workbook = MarkedWorkbook.objects.get()
    assert (workbook.pk, workbook.job.state, Job.objects.count()) == (first.pk, JobState.WAITING, 2)
    assert run(workbook).content is not None


def test_whoever_may_not_see_the_import_gets_nothing_and_a_job_asks_again(scene):
    batch = wrong(scene)
    workbook, stranger = run(ask(scene, batch)), signed_in(scene.stranger)
    for client, status in ((stranger, 403), (Client(), 302)):
        assert client.get(address("errors", batch.pk)).status_code == status
        assert client.post(address("errors", batch.pk)).status_code == status
        assert client.get(address("marked", workbook.pk)).status_code == status
    assert MarkedWorkbook.objects.count() == 1
    with translation.override("en"):
        later = ask(scene, batch, scene.department)
    Mandate.objects.filter(user=scene.department).update(ends_on="2025-01-31")

    failed = run(later)

    assert (failed.content, failed.job.state) == (None, JobState.FAILED)


def test_what_was_never_read_has_no_workbook(scene):
    batch = read(scene, receive(scene, io.BytesIO("甲,乙\n1,二号点位\n".encode())))

    assert signed_in(scene.office).get(address("errors", batch.pk)).status_code == 403
    with pytest.raises(NotAllowed):
        ask(scene, batch)


def test_a_short_one_is_handed_out_at_once_whatever_is_sent(scene, monkeypatch):
    monkeypatch.setattr(sheets, "SHORT_ROWS", 1_000)
    batch, client = wrong(scene), signed_in(scene.office)

    answers = [client.get(address("errors", batch.pk)), client.post(address("errors", batch.pk))]

    assert [cells(answer.content) for answer in answers] == [cells(sheets.workbook_of(batch))] * 2
    assert MarkedWorkbook.objects.count() == 0


@pytest.mark.parametrize(("language", "name"), [("zh-hans", "点位-需修改.xlsx"), ("en", "点位-to correct.xlsx")])
def test_a_marked_workbook_is_called_in_the_language_of_who_takes_it(scene, language, name):
    with translation.override(language):
        assert sheets.file_name(wrong(scene)) == name


def workbook(scene, link: bytes = b"") -> Import:
    """Return an import of an XLSX whose second row is high and wrong. link: what leads somewhere, in a sheet of it."""
    book = Workbook()
    for line in csv_of(scene, {"area": "110101"}, {"key": "C"}).read().decode().splitlines():
        book.worksheets[0].append(line.split(","))
    book.worksheets[0].row_dimensions[2].height = 44
    file = io.BytesIO()
    book.save(file)
    content = changed(file.getvalue(), lambda _name, old: old.replace(b"<pageMargins", link + b"<pageMargins"))
    return read(scene, receive(scene, io.BytesIO(content), file_name="点位.xlsx"))


BOMB = b'<hyperlinks><hyperlink ref="A1:XFD1048576" location="A1"/></hyperlinks>'
"""Sixty bytes, of each of whose cells a library makes an object."""


@pytest.mark.parametrize(("link", "height"), [(b"", 44), (BOMB, None)])
def test_the_workbook_is_kept_as_it_is_unless_it_is_a_bomb_whose_cells_are_written_anew(
    scene, monkeypatch, link, height
):
    monkeypatch.setattr(sheets, "SHORT_ROWS", 1_000)
    batch = workbook(scene, link)
    assert sheets.is_short(batch) == (height is not None)  # and what may be a bomb is for a worker
    start = time.process_time()

    marked = run(ask(scene, batch))

    assert time.process_time() - start < 2
    sheet = load_workbook(io.BytesIO(bytes(marked.content or b""))).worksheets[0]
    assert (sheet.row_dimensions[2].height, sheet.max_row) == (height, 3)
    assert cells(marked.content)[1][4] == ("110101", "FFFFF2A8" if link else "00FFF2A8")
    assert [bool(row[-1][0]) for row in cells(marked.content)] == [True, True, False]


def test_more_cells_than_are_kept_as_they_are_are_written_anew_and_told(scene, monkeypatch):
    batch, told = workbook(scene), []
    monkeypatch.setattr(sheets, "TOLD_EVERY", 1)
    monkeypatch.setattr(sheets, "KEPT_AS_IT_IS", Limits(cells=20))

    content = sheets.workbook_of(batch, lambda done, total: told.append((done, total)))

    assert cells(content)[1][4] == ("110101", "FFFFF2A8")
    assert told == [(1, 2), (2, 2), (3, 2)]


def test_a_workbook_that_the_library_cannot_take_apart_is_written_anew(scene):
    content = changed(
        bytes(workbook(scene).content or b""), lambda _name, old: old.replace(b'numFmtId="0"', b'numFmtId="?"')
    )
    broken = read(scene, receive(scene, io.BytesIO(content), file_name="点位.xlsx"))
    with pytest.raises(TypeError, match="int"):
        load_workbook(io.BytesIO(content))

    assert cells(sheets.workbook_of(broken))[1][4] == ("110101", "FFFFF2A8")


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_dies_in_the_middle_leaves_nothing_and_the_next_marks_once(scene, tmp_path: Path):
    wipe_redis()
    batch = wrong(scene)
    with Worker(tmp_path / "log") as worker:
        asked = ask(scene, batch)
        with held("imports_import", batch.pk):
            eventually(lambda: waits_for(asked.job_id))  # it is made, and waits to be kept
            worker.kill_children()
            assert MarkedWorkbook.objects.get().content is None
        eventually(lambda: is_done(asked.job_id))

    made = MarkedWorkbook.objects.get()
    assert cells(made.content) == cells(sheets.workbook_of(batch))
    assert Job.objects.get().attempts == 2
