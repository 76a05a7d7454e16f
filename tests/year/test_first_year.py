"""A year lived from `create_administrator` to the report by pages and sheets alone, in a county of Hubei."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Browser, ViewportSize

from livelihood.accounts.roles import Role
from livelihood.cycles.states import Phase
from tests.workers import Worker, wipe_redis
from tests.year.browsing import DESK, PHONE, Visitor, Watch
from tests.year.browsing_delivery import build_and_inspect, import_sites, put_right, set_targets
from tests.year.browsing_evaluation import ask, tell
from tests.year.browsing_founding import (
    CODE,
    PEOPLE,
    SECOND,
    come_by_code,
    confirm_who_runs_the_vote,
    print_slips,
    set_up,
)
from tests.year.browsing_intake import freeze, open_the_year, plan, publish_the_letter, screen, suggest
from tests.year.browsing_vote import Hall, announce, hold_a_run_off, hold_the_vote

pytestmark = pytest.mark.django_db(transaction=True)

COUNTY = "420527"
ON_PHONES = {Role.IMPLEMENTING_UNIT, Role.DEPUTY}
WITH_FACTOR = {Role.LIVELIHOOD_OFFICE, Role.CONGRESS_STAFF, Role.CHAIR, Role.SCRUTINEER}
ACTING = {Role.DEPARTMENT, Role.SUPERVISION_OFFICE, *ON_PHONES, *WITH_FACTOR}
"""Who comes; the auditor and the member of the CPPCC have an account and nothing to do."""


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

    with Worker(tmp_path / "worker"):
        administrator = come_by_code(arrive(DESK), "guanli", code)
        area = set_up(administrator)
        here = f"/{area}/{timezone.localdate().year}"
        codes = print_slips(administrator, area, tmp_path / "slips.pdf")
        confirm_who_runs_the_vote(come_by_code(arrive(DESK), SECOND, codes[SECOND]))
        come = {
            username: come_by_code(arrive(PHONE if role in ON_PHONES else DESK), username, codes[username])
            for username, _name, role, _unit in PEOPLE
            if role in ACTING
        }
        of = {role: [come[username] for username, _name, one, _unit in PEOPLE if one == role] for role in ACTING}
        ((office,), (department,), (unit,)) = (
            of[one] for one in (Role.LIVELIHOOD_OFFICE, Role.DEPARTMENT, Role.IMPLEMENTING_UNIT)
        )
        citizen = arrive()

        open_the_year(office, area)
        publish_the_letter(office, here)
        needs = ("老楼没有电梯", "社区没有食堂", "公园晚上太暗")
        numbers = [suggest(citizen, here, title) for title in needs]
        office.advance(here)
        for number in numbers:
            screen(office, here, number)
        for need, title in zip(needs, ("加装电梯两部", "新建食堂", "公园照明"), strict=True):
            plan(department, here, need, title)
        freeze(office, here)
        office.advance(here)
        hall = Hall(
            here,
            congress=of[Role.CONGRESS_STAFF][0],
            chair=of[Role.CHAIR][0],
            scrutineer=of[Role.SCRUTINEER][0],
            deputies=of[Role.DEPUTY],
        )
        hold_the_vote(hall, [[1, 2], [1, 3], [2, 3]])
        announce(hall, 1)
        hold_a_run_off(hall, [[1, 2], [1, 2], [1, 3]])
        announce(hall, 2)
        office.advance(here)
        set_targets(office, here)
        import_sites(department, here)
        build_and_inspect(unit, department, here)
        put_right(unit, of[Role.SUPERVISION_OFFICE][0], department, here)
        office.advance(here)
        ask(office, citizen, here)
        tell(office, citizen, here, tmp_path / "report.pdf")
        office.advance(here)

    office.go(f"/desk{here}/")
    assert str(Phase.CLOSED.label) in office.text()
    assert {role for role, visitors in of.items() if visitors[0].secret} == WITH_FACTOR
    administrator.go(f"/desk/{area}/set-up/")


def test_it_is_lived_by_pages_and_sheets_alone():
    """Nothing in its files knows a model, an act, a factory or the demo: keys come from links, work from the worker."""
    files = [Path(__file__), *Path(__file__).parent.glob("browsing*.py")]
    imported = {
        f"{path.name}: {name}"
        for path in files
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in names_of(node)
        if re.search(r"\b(models|services|selectors|factories|demo|connection)\b", name)
    }

    assert len(files) == 8
    assert imported == set()


def names_of(node: ast.AST) -> list[str]:
    """Return what a statement imports, with where it comes from."""
    if isinstance(node, ast.ImportFrom):
        return [f"{node.module}.{name.name}" for name in node.names]
    return [name.name for name in node.names] if isinstance(node, ast.Import) else []
