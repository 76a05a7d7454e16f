"""Takes pictures of the main pages of the demo into `shots/`: `make shots`, or `python -m tests.shots --base URL`.

At 375 and 1280 px; what anybody may read in elder mode as well. The demo is built if it is not there.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from urllib.parse import urlsplit

import django
from playwright.sync_api import Browser, FloatRect, Page, ViewportSize, sync_playwright

from livelihood import local
from tests import browser

SHOTS = local.PROJECT / "shots"
WIDTHS = {375: 812, 1280: 900}
MOST_HEIGHT = 6000
"""Of one picture, in px; longer pages are cut off."""


@dataclass(frozen=True)
class Shot:
    """A page: name of its picture, its address, and who opens it (empty: anybody)."""

    name: str
    path: str
    account: str = ""


def shots() -> Iterator[Shot]:
    """Yield the main pages of the demo: of each room in a year where it is busy."""
    from django.urls import reverse  # noqa: PLC0415 -- Django is set up by now

    from livelihood.cycles.models import Cycle  # noqa: PLC0415 -- Django is set up by now
    from projects.models import Project, Site, Standard  # noqa: PLC0415 -- Django is set up by now
    from proposals.models import Candidate, Need  # noqa: PLC0415 -- Django is set up by now
    from voting.models import Round  # noqa: PLC0415 -- Django is set up by now

    def page(name: str, place: Cycle | None, account: str = "", **more: object) -> Shot:
        kwargs = {"area": place.area.slug, "year": place.year, **more} if place else more
        return Shot(name.replace(":", "-"), reverse(name, kwargs=kwargs), account)

    years = {(cycle.area.slug, cycle.year): cycle for cycle in Cycle.objects.select_related("area").order_by("-year")}
    collecting = next(cycle for cycle in years.values() if cycle.phase == "solicit")
    newest = {cycle.area.slug: cycle for cycle in reversed(years.values())}
    ningbo, ninghai, hangzhou = newest["ningbo"], years["ninghai", 2021], newest["hangzhou"]
    planned, reviewed, closed = newest["ninghai"], years["zhejiang", 2024], years["ninghai", 2020]
    site = Site.objects.filter(cycle=hangzhou, standard__isnull=False).order_by("-state", "pk")[0]
    project = Project.objects.filter(cycle=closed).order_by("number")[0]
    need = Need.objects.filter(cycle=closed).order_by("number")[0]

    for name in ("portal:index", "portal:data", "portal:styleguide", "accounts:sign_in", "voting:threats"):
        yield page(name, None)
    for name in ("portal:cycle", "proposals:letter", "proposals:suggest", "proposals:track", "proposals:statistics"):
        yield page(name, collecting)
    yield Shot("portal-cycle-planned", page("portal:cycle", planned).path)
    yield page("proposals:board", closed)
    yield page("proposals:need", closed, number=need.number)
    yield page("proposals:candidates", ningbo)
    yield page(
        "proposals:candidate", ningbo, number=Candidate.objects.filter(cycle=ningbo).order_by("number")[0].number
    )
    yield Shot("voting-decision-vote", page("voting:decision", ninghai).path)
    yield Shot("voting-decision-review", page("voting:decision", reviewed).path)
    announced = Round.objects.filter(cycle=ninghai).order_by("number")[0]
    yield page("voting:notice", ninghai, number=announced.number)
    yield page("voting:ballots", ninghai, number=announced.number)
    yield page("voting:reserve", ninghai)
    for name in ("projects:projects", "projects:standards", "projects:sites", "projects:progress"):
        yield page(name, hangzhou)
    yield page("projects:project", closed, pk=project.pk)
    yield page("projects:standard", hangzhou, pk=Standard.objects.filter(cycle=hangzhou).order_by("pk")[0].pk)
    yield page("projects:site", hangzhou, pk=site.pk)
    for name in ("surveys:satisfaction", "reports:announcement", "reports:announced_sites", "reports:reports"):
        yield page(name, closed)

    office, housing = "zhejiang-office", "hangzhou-housing"
    yield page("portal:my_work", None, office)
    for name in ("portal:desk", "proposals:letter_edit", "proposals:intake", "proposals:desk_needs"):
        yield page(name, collecting, office)
    yield page("portal:journal", collecting, "auditor")
    round_ = Round.objects.filter(cycle=ningbo).order_by("number")[0]
    yield page("voting:rounds", ningbo, "ningbo-congress")
    for name in ("voting:round", "voting:roll", "voting:hall"):
        yield page(name, ningbo, "ningbo-congress", number=round_.number)
    yield page("voting:round_sheet", ninghai, "ninghai-congress", number=announced.number)
    yield page("voting:review", reviewed, office)
    yield page("voting:opinions", reviewed, office)
    for name in ("projects:desk_sites", "projects:grid", "projects:desk_notices", "imports:of_year"):
        yield page(name, hangzhou, housing)
    yield page("projects:desk_site", hangzhou, housing, pk=site.pk)
    yield page("surveys:desk_surveys", closed, "ninghai-office")
    yield page("reports:desk_reports", closed, "ninghai-office")

    for name, more in (("booth", {}), ("booth_round", {"round_id": round_.pk}), ("ballot", {"round_id": round_.pk})):
        yield page(f"voting:{name}", None, "ningbo-deputy-460", **more)


def take(chromium: Browser, base: str, width: int, *, is_elder: bool) -> None:
    """Take the pictures of one width."""
    folder = SHOTS / f"{width}{'-elder' if is_elder else ''}"
    folder.mkdir(parents=True, exist_ok=True)
    open_as: dict[str, Page] = {}
    for shot in shots():
        if is_elder and shot.account:
            continue
        if shot.account not in open_as:
            open_as[shot.account] = _visit(chromium, base, width, shot.account)
        page = open_as[shot.account]
        answer = page.goto(f"{shot.path}{'?view=elder' if is_elder else ''}")
        if answer is None or not answer.ok or urlsplit(page.url).path != shot.path:
            raise SystemExit(f"{shot.path} answers {answer.status if answer else 'nothing'} at {page.url}")
        page.wait_for_load_state("networkidle")
        height = min(page.evaluate("() => document.documentElement.scrollHeight"), MOST_HEIGHT)
        clip: FloatRect = {"x": 0, "y": 0, "width": width, "height": height}
        page.screenshot(path=folder / f"{shot.name}.png", full_page=True, clip=clip)
        print(f"{folder.name}/{shot.name}.png")
    for page in open_as.values():
        page.context.close()


def _visit(chromium: Browser, base: str, width: int, account: str) -> Page:
    """Open a browser window and sign in."""
    from livelihood.demo import people  # noqa: PLC0415 -- Django is set up by now

    size: ViewportSize = {"width": width, "height": WIDTHS[width]}
    page = chromium.new_context(base_url=base, viewport=size, locale="zh-CN").new_page()
    if account:
        page.goto("/sign-in/")
        page.fill('[name="username"]', account)
        page.fill('[name="password"]', people.password())
        with page.expect_navigation():
            page.locator('main button[type="submit"]').click()
    return page


@contextmanager
def demo() -> Iterator[str]:
    """Build what is missing of the demo, run it and give its address."""
    from django.core.management import call_command  # noqa: PLC0415 -- Django is set up by now

    from livelihood.demo import servers  # noqa: PLC0415 -- Django is set up by now

    call_command("demo", no_serve=True)
    with servers.running(8000) as portal:
        yield portal.address


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.shots", description=__doc__)
    parser.add_argument("--base", help="address of a demo that runs on this machine; without it one is started")
    given = parser.parse_args()
    if browser.find() is None:
        sys.exit(f"Chromium is missing: {browser.HOW_TO_GET_IT}")
    local.ensure_environment()
    os.environ |= {"DJANGO_SETTINGS_MODULE": "livelihood.settings.local", "DJANGO_ALLOW_ASYNC_UNSAFE": "true"}
    django.setup()
    with nullcontext(given.base) if given.base else demo() as base, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser.find(), args=browser.ARGUMENTS)
        for width in WIDTHS:
            for is_elder in (False, True):
                take(chromium, base, width, is_elder=is_elder)
        chromium.close()


if __name__ == "__main__":
    main()
