"""The first administrator comes from the command line."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from livelihood.accounts.models import Mandate, User
from livelihood.accounts.roles import Permission, Role
from livelihood.accounts.selectors import has
from livelihood.accounts.services import use_code
from livelihood.accounts.services.codes import NoSuchCode
from livelihood.audit.models import Entry
from tests.factories.frame import CityFactory, CountyFactory, ProvinceFactory, UserFactory

pytestmark = pytest.mark.django_db

PASSWORD = "a-quiet-green-river"


@pytest.fixture
def piped(monkeypatch: pytest.MonkeyPatch):
    """Put lines where the command reads the password."""

    def pipe(text: str) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO(text))

    return pipe


@pytest.mark.parametrize("area", ["zhejiang", "330000"])
def test_the_administrator_reaches_every_area_below_and_may_sign_in(piped, capsys, area):
    ProvinceFactory()
    county = CountyFactory(parent=CityFactory())
    piped(f"{PASSWORD}\n")

    call_command("create_administrator", "wang", name="王小明", area=area)

    user = User.objects.get()
    assert (user.username, user.name) == ("wang", "王小明")
    assert Mandate.objects.values_list("role", "area__slug", "ends_on").get() == (Role.ADMINISTRATOR, "zhejiang", None)
    assert has(user, Permission.MANAGE_PEOPLE, county, user.created_at)
    assert user.check_password(PASSWORD)
    assert sorted(Entry.objects.values_list("act", "actor_id")) == [("mandate.given", None), ("user.created", None)]
    assert capsys.readouterr().out.splitlines() == [
        "wang是浙江省及下辖各地的管理员。", "wang is administrator of 浙江省 and the areas below it.",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("username", "area", "password", "message"),
    [
        ("wang", "nowhere", PASSWORD, "There is no area nowhere"),
        ("wang", "zhejiang", "short", "10"),
        ("wang", "zhejiang", "", "10"),
        ("taken", "zhejiang", PASSWORD, "用户名"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(piped, username, area, password, message):
    ProvinceFactory()
    UserFactory(username="taken")
    piped(f"{password}\n")

    with pytest.raises(CommandError, match=message):
        call_command("create_administrator", username, name="王小明", area=area)

    assert User.objects.count() == 1
    assert not Mandate.objects.exists()
    assert not Entry.objects.exists()


def test_with_a_code_the_administrator_chooses_the_password(capsys):
    ProvinceFactory()

    call_command("create_administrator", "wang", name="王小明", area="zhejiang", code=True)

    code = capsys.readouterr().out.split()[-1]
    user = use_code(code=code, password=PASSWORD, at=timezone.now())
    assert (user.username, user.check_password(PASSWORD)) == ("wang", True)
    with pytest.raises(NoSuchCode):
        use_code(code=code, password=PASSWORD, at=timezone.now())
