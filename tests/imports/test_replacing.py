"""A corrected file takes the place of its predecessor, and nothing is lost; what nobody decides is kept for a while."""

import io
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from livelihood.accounts.models import User
from livelihood.accounts.roles import Role
from livelihood.cycles.states import Phase
from livelihood.imports import selectors, services, tasks
from livelihood.imports.models import Import, ImportPage
from livelihood.imports.services import writing
from livelihood.imports.states import ImportState
from livelihood.jobs.models import Job
from livelihood.kernel.errors import NotAllowed
from livelihood.privacy import services as privacy
from projects.models import Site
from tests.factories.frame import official, signed_in
from tests.imports.tools import answer, counts, csv_of, read, receive, write
from tests.projects.conftest import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(scene) -> Client:
    return signed_in(scene.office)


@pytest.fixture
def colleague(scene) -> User:
    return official(Role.DEPARTMENT, scene.cycle.area, scene.lead)


def address(name: str, batch: Import) -> str:
    return reverse(f"imports:{name}", kwargs={"pk": batch.pk})


def bring(scene, key: str = "B", by: User | None = None, **row: Any) -> Import:
    file = csv_of(scene, {"key": key, "name": f"点位{key}", **row})
    return read(scene, receive(scene, file, by=by or scene.office), by)


def states() -> list[tuple[str, int | None]]:
    return list(Import.objects.order_by("pk").values_list("state", "replaced_by"))


def test_a_corrected_file_takes_the_place_of_the_one_before_and_its_page_leads_there(scene, desk):
    first = bring(scene, area="110101")
    second = bring(scene)

    old, new = (desk.get(address("import", one)).content.decode() for one in (first, second))
    work = desk.get(reverse("portal:my_work")).content.decode()

    assert states() == [("replaced", second.pk), ("previewed", None)]
    assert (address("import", second) in old, address("take_up", first) in old) == (True, True)
    assert (address("write", first) in old, address("write", second) in new) == (False, True)
    assert address("import", first) in new
    assert (address("import", first) in work, address("import", second) in work) == (False, True)
    assert ImportPage.objects.filter(of=first).exists()
    third = bring(scene, key="C")
    assert states() == [("replaced", third.pk), ("replaced", third.pk), ("previewed", None)]


def test_what_cannot_be_read_takes_no_place_until_it_can(scene, desk):
    first = bring(scene)
    broken = read(scene, receive(scene, io.BytesIO("甲,乙\n1,2\n".encode())))
    assert (broken.state, bool(broken.refusal)) == (ImportState.RECEIVED, True)
    assert states() == [("previewed", None), ("received", None)]

    second = bring(scene, key="C")

    assert states() == [("replaced", second.pk), ("replaced", second.pk), ("previewed", None)]
    page = desk.get(address("import", second)).content.decode()
    assert page.count("取代") == 1
    assert all(f'href="{address("import", one)}"' in page for one in (first, broken))


def test_what_is_taken_up_again_is_set_aside_by_no_second_reading_of_the_later_one(scene):
    first = bring(scene)
    second = bring(scene, key="C")
    first = services.take_up_import(batch=first, by=scene.office, at=AT)
    read(scene, first)

    read(scene, services.recheck_import(batch=second, by=scene.office, at=AT))

    assert states() == [("previewed", None), ("previewed", None)]


def test_a_file_of_which_nothing_is_to_be_written_waits_for_nobody(scene, desk):
    write(scene, bring(scene))
    same = bring(scene)

    assert (same.has_nothing_to_write, same.state) == (True, ImportState.PREVIEWED)
    assert selectors.work_for(scene.office, AT) == []
    assert selectors.unfinished_business(scene.cycle, Phase.DELIVER) == []
    listed = desk.get(scene.cycle.address("imports:of_year")).content.decode()
    assert listed.count("无需写入") == 1
    later = bring(scene, key="C")
    assert Import.objects.get(pk=same.pk).state == ImportState.PREVIEWED
    assert [item.url for item in selectors.work_for(scene.office, AT)] == [address("import", later)]
    assert len(selectors.unfinished_business(scene.cycle, Phase.DELIVER)) == 1


def test_what_was_set_aside_is_taken_up_again_with_its_answers(scene, desk):
    first = bring(scene, due_on="2027-01-01")
    first = answer(scene, first, {2: {"year": "yes"}})
    second = bring(scene, key="C")

    assert desk.post(address("take_up", first)).status_code == 302
    assert desk.post(address("take_up", first)).status_code == 403

    first.refresh_from_db()
    assert (states(), counts(first, "new", "doubt")) == ([("previewed", None)] * 2, (1, 0))
    write(scene, first)
    write(scene, second)
    assert set(Site.objects.values_list("key", flat=True)) == {"A", "B", "C"}


def test_nobody_takes_up_what_they_may_not_bring(scene):
    first = bring(scene)
    bring(scene, key="C")

    with pytest.raises(NotAllowed):
        services.take_up_import(batch=first, by=scene.stranger, at=AT)
    assert Import.objects.order_by("pk")[0].state == ImportState.REPLACED


def test_of_one_office_a_colleague_replaces_and_nobody_of_another(scene, colleague):
    theirs = bring(scene, by=scene.office)
    first = bring(scene, by=scene.department, key="D")
    second = bring(scene, by=colleague, key="E")

    assert (first.organisation, second.organisation) == (scene.lead, scene.lead)
    assert states() == [("previewed", None), ("replaced", second.pk), ("previewed", None)]
    other = official(Role.LIVELIHOOD_OFFICE, scene.cycle.area)  # for no organisation, as the first
    bring(scene, by=other)
    assert Import.objects.get(pk=theirs.pk).state == ImportState.PREVIEWED


def test_what_is_decided_or_about_to_be_written_stays_as_it_is(scene, monkeypatch):
    written = write(scene, bring(scene))
    monkeypatch.setattr(writing, "WRITTEN_AT_ONCE", 0)
    going = bring(scene, key="C")
    services.ask_for_writing(batch=going, by=scene.office, at=AT)
    last = bring(scene, key="D")

    tasks.write_import(job_id=Job.objects.get().pk)

    assert states() == [("written", None), ("written", None), ("previewed", None)]
    assert (written.state, last.state) == (ImportState.WRITTEN, ImportState.PREVIEWED)
    assert Site.objects.filter(key__in="BC").count() == 2


def test_what_nobody_decides_is_kept_until_a_day_that_its_page_says_and_then_discarded(scene, desk):
    first = bring(scene)
    second = bring(scene, key="C")
    page = desk.get(address("import", second)).content.decode()
    assert ("保留至" in page, selectors.expires_on(second, AT)) == (True, date(2025, 8, 1))  # the night after 60 days

    assert privacy.forget_overdue(at=AT + timedelta(days=60)) == {}
    assert privacy.forget_overdue(at=AT + timedelta(days=60, seconds=1)) == {"waiting-imports": 2}

    assert states() == [("expired", second.pk), ("expired", None)]
    assert not ImportPage.objects.exists()
    assert list(Import.objects.values_list("content", "prepared")) == [(None, None)] * 2
    page = desk.get(address("import", first)).content.decode()
    assert ("逾期清除" in page, "保留至" in page) == (True, False)
    assert not any(address(name, first) in page for name in ("file", "take_up"))
    assert desk.get(address("file", first)).status_code == 404
    with pytest.raises(NotAllowed):
        services.take_up_import(batch=first, by=scene.office, at=AT)


def test_the_database_keeps_what_was_set_aside(scene):
    first = bring(scene)
    second = bring(scene, key="C")

    wrong: list[dict[str, Any]] = [{"content": b"other"}, {"replaced_by": None}, {"content": None}]
    for change in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            Import.objects.filter(pk=first.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Import.objects.filter(pk=second.pk).update(replaced_by=first)
    services.expire_imports(keys=[first.pk])
    with pytest.raises(IntegrityError), transaction.atomic():
        Import.objects.filter(pk=first.pk).update(state=ImportState.RECEIVED, content=b"x", replaced_by=None)
