"""Setting what the portal says of itself: version upon version, nothing lost, nothing twice."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from livelihood.accounts.models import User
from livelihood.accounts.roles import Role
from livelihood.audit.models import Entry
from livelihood.imprint import selectors, services
from livelihood.imprint.declared import SETTINGS
from livelihood.imprint.models import SettingVersion
from livelihood.imprint.pictures import drawn_anew
from livelihood.imprint.values import Content
from livelihood.kernel.errors import Conflict, InvalidInput, Moved, NotAllowed
from tests import databases
from tests.factories.frame import NOW, ProvinceFactory, official
from tests.imprint.conftest import Write
from tests.imprint.test_pictures import file_of
from tests.threads import overtaken

pytestmark = pytest.mark.django_db


def kept(key: str) -> list[tuple[int, str, str]]:
    return list(selectors.versions_of(key).values_list("number", "text_zh", "text_en"))


def test_each_writing_is_a_version_of_its_own(write: Write, administrator: User):
    write("sponsor", "宁海县政府", text_en="Ninghai")
    write("sponsor", "宁海县人民政府", text_en="Ninghai County")

    assert kept("sponsor") == [(2, "宁海县人民政府", "Ninghai County"), (1, "宁海县政府", "Ninghai")]
    assert selectors.imprint()["sponsor"] == "宁海县人民政府"
    with translation.override("en"):
        assert selectors.imprint()["sponsor"] == "Ninghai County"
    entries = [(entry.act, entry.actor_id, entry.detail) for entry in Entry.objects.order_by("pk")]
    assert entries == [("setting.written", administrator.pk, {"key": "sponsor", "number": number}) for number in (1, 2)]


def test_empty_gives_back_what_was_shipped(write: Write):
    write("name", "宁海民生实事")
    write("name", "")

    assert str(selectors.imprint()["name"]) == "民生实事"
    assert kept("name") == [(2, "", ""), (1, "宁海民生实事", "")]


def test_what_was_said_once_is_put_back_with_its_picture(write: Write, administrator: User):
    first = write("mark", picture=drawn_anew(file_of(), least=32))
    write("mark", picture=drawn_anew(file_of(colour=(0, 0, 192, 255)), least=32))

    restored = services.restore_setting(version=first, seen=2, by=administrator, at=NOW)

    assert (restored.number, restored.restored_number, restored.width) == (3, 1, 64)
    assert selectors.picture_of("mark", 3) == first.picture
    assert selectors.picture_of("mark", 1) is None
    assert Entry.objects.order_by("-pk").first().act == "setting.restored"


def test_restoring_from_the_database_is_the_same(write: Write, administrator: User):
    write("mark", picture=drawn_anew(file_of(), least=32))
    write("mark")
    first = SettingVersion.objects.get(key="mark", number=1)

    assert services.restore_setting(version=first, seen=2, by=administrator, at=NOW).height == 64
    with pytest.raises(InvalidInput, match="没有改变"):
        services.restore_setting(version=first, seen=3, by=administrator, at=NOW)
    assert selectors.newest_number("mark") == 3


@pytest.mark.parametrize("before", [None, "宁海县人民政府"])
def test_what_it_says_already_is_no_version(write: Write, before: str | None):
    if before:
        write("sponsor", before)

    with pytest.raises(InvalidInput):
        write("sponsor", before or "")

    assert len(kept("sponsor")) == (1 if before else 0)


def test_nobody_writes_over_what_they_have_not_seen(write: Write):
    write("sponsor", "甲")

    for seen in (0, 2):
        with pytest.raises(Moved, match="甲") as refusal:
            write("sponsor", "乙", seen=seen)
        assert refusal.value.seen == 1
    with pytest.raises(Conflict):
        write("mark", "乙", seen=1)

    assert kept("sponsor") == [(1, "甲", "")]
    assert Entry.objects.count() == 1


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_nobody_else_writes_restores_or_opens(write: Write, role: Role):
    version = write("sponsor", "甲")
    by = official(role, ProvinceFactory())

    with pytest.raises(NotAllowed):
        write("sponsor", "乙", by=by)
    with pytest.raises(NotAllowed):
        services.restore_setting(version=version, seen=1, by=by, at=NOW)
    with pytest.raises(NotAllowed):
        services.open_page(key="opening-hours", content=Content("上午", title_zh="时间"), by=by, at=NOW)

    assert list(SettingVersion.objects.values_list("key", "text_zh")) == [("sponsor", "甲")]


CONTENT = Content("工作日上午。", "Mornings.", "办公时间", "Opening hours")


def test_a_page_is_added_changed_taken_away_and_put_back(write: Write, administrator: User):
    first = services.open_page(key="opening-hours", content=CONTENT, by=administrator, at=NOW)

    assert [page.url for page in selectors.imprint().pages][-1] == "/pages/opening-hours/"
    assert selectors.page_text("opening-hours", "en") == selectors.PageText("Opening hours", "Mornings.", "en")
    write("opening-hours", "")
    assert "opening-hours" not in [page.key for page in selectors.imprint().pages]
    assert selectors.page_text("opening-hours", "zh") is None
    services.restore_setting(version=first, seen=2, by=administrator, at=NOW)
    assert selectors.page_text("opening-hours", "zh") == selectors.PageText("办公时间", "工作日上午。", "zh-Hans")
    assert Entry.objects.order_by("pk").first().act == "page.opened"


@pytest.mark.parametrize("key", ["", "Hours", "ab_c", "-a", "a--b", "9a", "时间", "about", "name", "taken"])
def test_an_address_that_is_none_or_taken_is_refused(administrator: User, key: str):
    services.open_page(key="taken", content=CONTENT, by=administrator, at=NOW)

    with pytest.raises(InvalidInput) as refused:
        services.open_page(key=key, content=CONTENT, by=administrator, at=NOW)

    assert refused.value.field == "key"
    assert SettingVersion.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "field"), [(Content("", title_zh="时间"), "text_zh"), (Content("上午"), "title_zh")]
)
def test_a_page_needs_title_and_text(administrator: User, content: Content, field: str):
    with pytest.raises(InvalidInput) as refused:
        services.open_page(key="opening-hours", content=content, by=administrator, at=NOW)

    assert refused.value.field == field
    assert SettingVersion.objects.count() == 0


def test_a_page_keeps_needing_its_title(write: Write):
    with pytest.raises(InvalidInput) as refused:
        write("about", "关于")

    assert refused.value.field == "title_zh"


@pytest.mark.parametrize(
    "statement", ["UPDATE imprint_settingversion SET text_zh = ''", "DELETE FROM imprint_settingversion"]
)
def test_what_was_said_cannot_be_unsaid_by_anybody(write: Write, statement: str):
    write("sponsor", "甲")

    with databases.as_superuser(), pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert kept("sponsor") == [(1, "甲", "")]


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_once_one_does():
    by = official(Role.ADMINISTRATOR, ProvinceFactory())

    def save(number: int) -> SettingVersion:
        content = Content(f"第{number}个")
        return services.write_setting(setting=SETTINGS["sponsor"], content=content, seen=0, by=by, at=NOW)

    answer = overtaken(lambda: save(1), lambda: save(2))

    assert isinstance(answer, Conflict)
    assert [version.text_zh for version in SettingVersion.objects.all()] == ["第1个"]
    assert Entry.objects.count() == 1


def test_a_picture_that_is_kept_is_measured(administrator: User):
    with databases.as_superuser(), pytest.raises(IntegrityError), transaction.atomic():
        SettingVersion.objects.create(
            key="mark", number=1, picture=b"x", width=None, height=3, written_at=NOW, written_by=administrator
        )
