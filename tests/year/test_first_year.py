"""A year lived from `create_administrator` to the report by pages and sheets alone, in a county of Hubei."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Browser, ViewportSize

from livelihood.accounts.models import User
from livelihood.accounts.roles import Role
from livelihood.cycles.models import Area, Cycle
from livelihood.cycles.states import Phase
from tests.workers import Worker, wipe_redis
from tests.year.browsing import DESK, PHONE, Visitor, Watch
from tests.year.browsing_delivery import build_and_inspect, import_sites, put_right, set_targets
from tests.year.browsing_evaluation import ask, tell
from tests.year.browsing_founding import CODE, come_by_code, print_slips, set_up, town_of
from tests.year.browsing_intake import freeze, open_the_year, plan, publish_the_letter, screen, suggest
from tests.year.browsing_vote import Hall, announce, hold_a_run_off, hold_the_vote

pytestmark = pytest.mark.django_db(transaction=True)

COUNTY = "420527"


@pytest.fixture
def arrive(browser: Browser, base_url: str, watch: Watch) -> Iterator[type[object]]:
    """Let somebody come to a browser of their own."""
    arrived: list[Visitor] = []

    def visitor(*sizes: ViewportSize) -> Visitor:
        arrived.append(Visitor(browser, base_url, watch, *(sizes or [PHONE])))
        return arrived[-1]

    yield visitor  # type: ignore[misc]
    for one in arrived:
        one.context.close()


def test_a_year_from_the_first_administrator_to_the_report(live_server, arrive, settings, capsys, tmp_path: Path):
    settings.SECOND_FACTOR_REQUIRED = True
    wipe_redis()
    call_command("load_areas", "420000")
    call_command("create_administrator", "guanli", name="管理员", area=COUNTY, code=True)
    (code,) = CODE.findall(capsys.readouterr().out)
    county = Area.objects.get(code=COUNTY)
    here = f"/{county.slug}/{timezone.localdate().year}"

    with Worker(tmp_path / "worker"):
        administrator = come_by_code(arrive(DESK), "guanli", code)
        set_up(administrator, county.slug)
        codes = print_slips(administrator, county.slug, tmp_path / "slips.pdf")

        def people(role: Role) -> list[User]:
            return list(User.objects.filter(mandates__role=role, mandates__area=county).order_by("username"))

        town = town_of(county, people)
        on_phones = {town.unit, *town.deputies}
        come = {
            user: come_by_code(arrive(PHONE if user in on_phones else DESK), user.username, codes[user.username])
            for user in (
                town.office, town.department, town.unit, town.supervision, town.congress, town.chair, town.scrutineer,
                *town.deputies,
            )
        }  # fmt: skip
        citizen, office, department = arrive(), come[town.office], come[town.department]

        open_the_year(office, town)
        publish_the_letter(office, here)
        numbers = [suggest(citizen, here, title) for title in ("老楼没有电梯", "社区没有食堂", "公园晚上太暗")]
        office.advance(here)
        for number in numbers:
            screen(office, here, number)
        for need, title in enumerate(("加装电梯两部", "新建食堂", "公园照明"), start=1):
            plan(department, here, need, title)
        freeze(office, here)
        office.advance(here)
        hall = Hall(
            here,
            congress=come[town.congress],
            chair=come[town.chair],
            scrutineer=come[town.scrutineer],
            deputies=[come[user] for user in town.deputies],
        )
        hold_the_vote(hall, [[1, 2], [1, 3], [2, 3]])
        announce(hall, 1)
        hold_a_run_off(hall, [[1, 2], [1, 2], [1, 3]])
        announce(hall, 2)
        office.advance(here)
        set_targets(office, here)
        import_sites(department, here, town, tmp_path / "点位.xlsx")
        build_and_inspect(come[town.unit], department, here)
        put_right(come[town.unit], come[town.supervision], department, here)
        office.advance(here)
        ask(office, citizen, here)
        tell(office, citizen, here, tmp_path / "report.pdf")
        office.advance(here)

    assert Cycle.objects.get().phase == Phase.CLOSED
    with_factor = {town.office, town.congress, town.chair, town.scrutineer}
    assert set(User.objects.filter(authenticator__isnull=False)) - {User.objects.get(username="guanli")} == with_factor
    administrator.go(f"/desk/{county.slug}/set-up/")
