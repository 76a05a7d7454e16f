"""`make start`: an empty portal with an administrator; what is there stays as it is."""

import re

import pytest
from django.core.management import CommandError, call_command

from livelihood.accounts.models import Mandate, User
from livelihood.accounts.roles import Role
from livelihood.cycles.models import Area, Cycle
from tests.factories.frame import CycleFactory

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


def start(**options) -> None:
    call_command("start", no_serve=True, **options)


def test_an_empty_portal_has_a_province_and_an_administrator_with_a_code(capsys):
    start(province="湖北省")

    said = capsys.readouterr().out
    assert Mandate.objects.values_list("user__username", "role", "area__code").get() == (
        "admin",
        Role.ADMINISTRATOR,
        "420000",
    )
    assert Area.objects.filter(code="420527", name_zh="秭归县").exists()
    assert len(re.findall(r"\b\w{4}-\w{4}-\w{4}\b", said)) == 1
    lines = [line for line in said.splitlines() if line and not line.startswith(" ")]
    assert lines == [
        "湖北省：共117个行政区域，添加或更改117个。",
        "湖北省: 117 areas, 117 added or changed.",
        "admin是湖北省及下辖各地的管理员。",
        "admin is administrator of 湖北省 and the areas below it.",
        "一次性登录码，仅此时显示：",
        "One-time code, shown only now:",
    ]
    assert Cycle.objects.count() == 0
    assert not User.objects.get().has_usable_password()


def test_a_second_start_adds_nobody_and_shows_no_code(capsys):
    start(province="420000")
    before = User.objects.values_list("pk", "password").get()
    capsys.readouterr()

    start(province="510000", username="other")

    assert User.objects.values_list("pk", "password").get() == before
    assert not Area.objects.filter(code="510000").exists()
    assert re.findall(r"\w{4}-\w{4}", capsys.readouterr().out) == []


@pytest.mark.parametrize("province", ["", "nowhere"])
def test_without_a_province_nothing_is_made(province):
    with pytest.raises(CommandError, match="420000 湖北省"):
        start(province=province)

    assert (User.objects.count(), Area.objects.count()) == (0, 0)


def test_a_name_that_cannot_be_leaves_nothing_half():
    with pytest.raises(CommandError):
        start(province="420000", name="长" * 200)

    assert (User.objects.count(), Area.objects.count()) == (0, 0)


def test_the_demo_is_left_alone():
    CycleFactory(is_demo=True)

    with pytest.raises(CommandError, match="holds the demo"):
        start(province="420000")

    assert User.objects.count() == 0
