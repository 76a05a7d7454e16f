"""The same year in Chromium: citizens and deputies on phones, officials at desks, everything through pages."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, ViewportSize

from livelihood.accounts.models import User
from livelihood.cycles.models import Cycle
from livelihood.cycles.states import Phase
from tests.house.addresses import FILES, MACHINES, TABLE, address
from tests.house.world import build
from tests.workers import Worker, wipe_redis
from tests.year.browsing import DESK, PASSWORD, PHONE, Come, Visitor, Watch
from tests.year.browsing_delivery import build_and_inspect, import_sites, put_right, set_targets
from tests.year.browsing_evaluation import ask, tell
from tests.year.browsing_intake import freeze, open_the_year, plan, publish_the_letter, screen, suggest
from tests.year.browsing_vote import Hall, announce, hold_a_run_off, hold_the_vote
from tests.year.town import Town, town

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people(live_server, settings) -> Town:
    """A town in which everybody may sign in, by a second factor where their role needs one."""
    settings.SECOND_FACTOR_REQUIRED = True
    wipe_redis()
    made = town(deputies=3)
    for user in User.objects.all():
        user.set_password(PASSWORD)
        user.save(update_fields=["password"])
    return made


@pytest.fixture
def come(browser: Browser, base_url: str, watch: Watch) -> Iterator[Come]:
    """Let somebody come: with an account, or without one; on a phone unless said otherwise."""
    visitors: dict[str, Visitor] = {}

    def visitor(user: User | None = None, *sizes: ViewportSize) -> Visitor:
        name = user.username if user else ""
        if name not in visitors:
            visitors[name] = Visitor(browser, base_url, watch, *(sizes or [PHONE]))
            if user:
                visitors[name].sign_in(name).set_up_an_authenticator()
        return visitors[name]

    yield visitor
    for one in visitors.values():
        one.context.close()


def test_a_year_in_the_browser(come: Come, people: Town, tmp_path: Path):
    here = f"/{people.city.slug}/{timezone.localdate().year}"
    citizen, office, department = come(), come(people.office, DESK), come(people.department, DESK)

    open_the_year(office, people)
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
        congress=come(people.congress, DESK),
        chair=come(people.chair, DESK),
        scrutineer=come(people.scrutineer, DESK),
        deputies=[come(user) for user in people.deputies],
    )
    hold_the_vote(hall, [[1, 2], [1, 3], [2, 3]])
    announce(hall, 1)
    hold_a_run_off(hall, [[1, 2], [1, 2], [1, 3]])
    announce(hall, 2)
    citizen.go(f"{here}/decision/")
    office.advance(here)

    unit, supervision = come(people.unit), come(people.supervision, DESK)
    set_targets(office, here)
    with Worker(tmp_path / "worker"):
        import_sites(department, here, people, tmp_path / "点位.xlsx")
        build_and_inspect(unit, department, here)
        put_right(unit, supervision, department, here)
        office.advance(here)
        ask(office, citizen, here)
        tell(office, citizen, here, tmp_path / "report.pdf")
    office.advance(here)

    assert Cycle.objects.get().phase == Phase.CLOSED
    with_factor = {people.office, people.congress, people.chair, people.scrutineer}
    assert set(User.objects.filter(authenticator__isnull=False)) == with_factor


MANNERS = {"api_root", "robots", "sitemap", "security", "portal:feed", "theme"}
"""Addresses of no language, for programs."""
PUBLIC = [
    name
    for name, row in TABLE.items()
    if row.who is None
    and row.ok == 200
    and not row.is_post
    and name not in {*MACHINES, *FILES, *MANNERS, "schema", "docs", "portal:styleguide"}
]


@pytest.mark.slow
@pytest.mark.parametrize("prefix", ["", "/en"], ids=["chinese", "english"])
def test_public_pages_in_elder_mode(live_server, come: Come, prefix: str):
    """Chosen once, elder mode stays: larger, and as free of barriers as before, in both languages and on any screen."""
    world = build()
    citizen = come(None, PHONE, DESK)
    citizen.prefix = prefix
    citizen.go("/")
    citizen.page.locator("[data-switch-view]").click()

    for name in PUBLIC:
        citizen.go(address(world, name))
        assert citizen.page.locator("html").get_attribute("data-view") == "elder", name


def test_public_pages_in_english_on_a_phone(live_server, come: Come):
    world = build()
    citizen = come()
    citizen.prefix = "/en"

    for name in PUBLIC:
        citizen.go(address(world, name))
