"""What can be taken back of an import is counted before; what stays may be tried again when the reason is gone."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from livelihood.accounts import services as accounts
from livelihood.accounts.models import SignInCode, User
from livelihood.accounts.roles import Role
from livelihood.audit.models import Entry
from livelihood.cycles.models import Area
from livelihood.imports import selectors, services, tasks
from livelihood.imports.models import Import
from livelihood.imports.services import taking_back
from livelihood.imports.services.taking_back import NothingGoes
from livelihood.imports.states import ImportState
from livelihood.jobs.models import Job, JobState
from projects.models import Site
from tests import databases
from tests.factories.frame import NOW, CityFactory, official, signed_in
from tests.imports.tools import csv_of, people_file, read, receive, write, wrong
from tests.projects.conftest import AT

pytestmark = pytest.mark.django_db
CODED = "已为该账号打印或发送一次性登录码。"


@pytest.fixture
def area() -> Area:
    return CityFactory()


@pytest.fixture
def admin(area) -> User:
    return official(Role.ADMINISTRATOR, area)


@pytest.fixture
def batch(area, admin) -> Import:
    """Three deputies, p00000 to p00002."""
    by: dict[str, Any] = {"by": admin, "at": NOW}
    file = people_file(3)
    batch = services.receive_import(kind="people", area=area, cycle=None, file=file, file_name="代表.csv", **by)
    return services.write_import(batch=services.preview_import(batch=batch, **by), **by)


@pytest.fixture
def desk(admin) -> Client:
    return signed_in(admin)


def print_codes(admin: User, *usernames: str) -> None:
    accounts.issue_codes(people=list(User.objects.filter(username__in=usernames)), by=admin, at=NOW)


def address(batch: Import) -> str:
    return reverse("imports:take_back", kwargs={"pk": batch.pk})


def names() -> set[str]:
    return set(User.objects.filter(username__startswith="p0").values_list("username", flat=True))


def test_what_can_go_is_said_before_with_the_reasons_of_the_rest(batch, admin, desk):
    print_codes(admin, "p00000", "p00001")
    before = User.objects.get(username="p00002")
    User.objects.filter(pk=before.pk).update(name="改了名")

    page = desk.get(address(batch)).content.decode()

    assert "3行中有0行可以撤回。" in page
    assert f"2行：{CODED}请在其页面停用账号。" in page.replace("。 请", "。请")
    assert "1行：导入以后又有更改。" in page
    assert 'name="reason"' not in page


def test_where_nothing_can_go_nothing_happens_and_nothing_is_said_to_have(batch, admin, desk):
    print_codes(admin, "p00000", "p00001", "p00002")
    before = Entry.objects.count()

    response = desk.post(address(batch), {"reason": "传错了文件"})

    batch.refresh_from_db()
    assert response.status_code == 422
    assert (batch.state, batch.reason, batch.counts.get("stayed"), len(names())) == (ImportState.WRITTEN, "", None, 3)
    assert Entry.objects.count() == before
    with pytest.raises(NothingGoes) as refusal, translation.override("zh-hans"):
        services.take_back_import(batch=batch, reason="传错了", by=admin, at=NOW)
    with translation.override("zh-hans"):
        assert [str(issue).split("。")[0] for issue in refusal.value.issues] == [f"3行：{CODED[:-1]}"]


def test_what_stayed_is_tried_again_when_the_reason_is_gone(batch, admin, desk):
    print_codes(admin, "p00001")
    assert "3行中有2行可以撤回。" in desk.get(address(batch)).content.decode()

    assert desk.post(address(batch), {"reason": "传错了文件"}).status_code == 302
    batch.refresh_from_db()
    page = desk.get(reverse("imports:import", kwargs={"pk": batch.pk})).content.decode()
    listed = desk.get(reverse("imports:of_area", kwargs={"area": batch.area.slug})).content.decode()

    assert (batch.state, batch.reason, names()) == (ImportState.PARTLY, "传错了文件", {"p00001"})
    assert [line.row for line in wrong(batch, "stayed")] == [3]
    assert ("部分撤回" in page, "有1行未撤回" in page, "部分撤回" in listed) == (True, True, True)
    assert (address(batch) in page, "撤回其余各行" in page) == (True, True)
    assert "1行中有0行可以撤回。" in desk.get(address(batch)).content.decode()
    with pytest.raises(NothingGoes):
        services.take_back_import(batch=batch, reason="再试一次", by=admin, at=NOW)
    assert selectors.way_back(batch, admin, NOW).rows == 1

    with databases.as_superuser():
        SignInCode.objects.all().delete()
    services.take_back_import(batch=batch, reason="再试一次", by=admin, at=NOW)

    batch.refresh_from_db()
    assert (batch.state, batch.reason, batch.counts["stayed"], names()) == (
        ImportState.TAKEN_BACK,
        "再试一次",
        0,
        set(),
    )
    assert wrong(batch, "stayed") == []
    details = Entry.objects.filter(act="import.taken_back").order_by("pk").values_list("detail", flat=True)
    assert list(details) == [{"rows": 3, "stayed": 1}, {"rows": 1, "stayed": 0}]


def test_the_history_of_an_object_says_whether_its_row_was_taken_back(scene):
    batch = write(scene, read(scene, receive(scene, csv_of(scene, {"key": "A", "name": "新名"}, {"key": "B"}))))
    other = Site.objects.get(key="B")
    Site.objects.filter(pk=other.pk).update(name="别人改的")
    services.take_back_import(batch=batch, reason="传错了", by=scene.office, at=AT)
    desk = signed_in(scene.office)

    went, stayed = (
        desk.get(scene.cycle.address("projects:desk_site", pk=site.pk)).content.decode() for site in (scene.site, other)
    )

    assert ("部分撤回" in went, "该行已撤回。" in went, "该行未撤回。" in went) == (True, True, False)
    assert ("部分撤回" in stayed, "该行已撤回。" in stayed, "该行未撤回。" in stayed) == (True, False, True)


def test_somebody_acts_between_the_count_and_the_act(batch, admin):
    foreseen = selectors.way_back(batch, admin, NOW)
    print_codes(admin, "p00002")

    services.take_back_import(batch=batch, reason="传错了", by=admin, at=NOW)

    assert (foreseen.goes, names(), Import.objects.get().state) == (3, {"p00002"}, ImportState.PARTLY)


def test_a_long_list_is_counted_by_the_worker_who_does_nothing_where_nothing_goes(batch, admin, desk, monkeypatch):
    monkeypatch.setattr(selectors, "COUNTED_AT_ONCE", 2)
    monkeypatch.setattr(taking_back, "TAKEN_BACK_AT_ONCE", 0)
    print_codes(admin, "p00000", "p00001", "p00002")
    with CaptureQueriesContext(connection) as queries:
        page = desk.get(address(batch)).content.decode()
    assert "最多可以撤回3行。" in page
    assert not any("imports_importpage" in query["sql"] for query in queries)

    for _again in range(2):
        desk.post(address(batch), {"reason": "传错了文件"})
        tasks.take_back_import(job_id=Job.objects.latest("pk").pk)
    page = desk.get(reverse("imports:import", kwargs={"pk": batch.pk})).content.decode()

    assert [job.state for job in Job.objects.all()] == [JobState.FAILED] * 2
    assert ("没有一行可以撤回。" in page, f"3行：{CODED}" in page) == (True, True)
    assert (Import.objects.get().state, len(names())) == (ImportState.WRITTEN, 3)
    with databases.as_superuser():
        SignInCode.objects.filter(user__username="p00000").delete()
    for left in ({"p00001", "p00002"}, set()):
        desk.post(address(batch), {"reason": "传错了文件"})
        tasks.take_back_import(job_id=Job.objects.latest("pk").pk)
        assert names() == left
        with databases.as_superuser():
            SignInCode.objects.all().delete()


def test_a_count_takes_as_many_statements_for_many_rows_as_for_few(area, admin):
    counts = []
    for first, rows in ((0, 3), (3, 120)):
        by: dict[str, Any] = {"by": admin, "at": NOW}
        file = people_file(rows, first)
        batch = services.receive_import(kind="people", area=area, cycle=None, file=file, file_name="代表.csv", **by)
        batch = services.write_import(batch=services.preview_import(batch=batch, **by), **by)
        with CaptureQueriesContext(connection) as queries:
            assert selectors.way_back(batch, admin, NOW) == (rows, rows, [])
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_reasons_beyond_the_longest_list_are_counted_together(batch, admin, monkeypatch):
    monkeypatch.setattr(selectors, "MOST_WHYS", 1)
    print_codes(admin, "p00000", "p00001")
    User.objects.filter(username="p00002").update(last_login=NOW)

    with translation.override("zh-hans"):
        first, further = map(str, selectors.way_back(batch, admin, NOW).whys)

    assert (first.startswith(f"2行：{CODED}"), further) == (True, "1行：其他原因。")


def test_the_database_lets_nobody_say_of_an_import_that_less_of_it_went(batch, admin):
    print_codes(admin, "p00001")
    batch = services.take_back_import(batch=batch, reason="传错了", by=admin, at=NOW)

    changes: list[dict[str, Any]] = [
        {"state": ImportState.WRITTEN, "taken_back_at": None, "taken_back_by": None}, {"answers": {"2": {}}},
    ]  # fmt: skip
    for change in changes:
        with pytest.raises(IntegrityError), transaction.atomic():
            Import.objects.filter(pk=batch.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        batch.pages.filter(section="new").delete()
