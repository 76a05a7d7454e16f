"""Takes pictures of the main pages of the demo into `shots/`: `make shots`, or `python -m tests.shots --base URL`.

At 375 and 1280 px, ordinary, in elder mode, in the dark and in English; `shots/index.html` shows them side by side. The
demo is built if it is not there.
"""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from html import escape
from urllib.parse import urlsplit

import django
from playwright.sync_api import Browser, FloatRect, Page, sync_playwright

from livelihood import local
from tests import browser

SHOTS = local.PROJECT / "shots"
WIDTHS = {375: 812, 1280: 900}
LOOKS = ("ordinary", "elder", "dark", "english")
MOST_HEIGHT = 6000
"""Of one picture, in px; longer pages are cut off."""


PAGE = """<!DOCTYPE html>
<html lang="en"><meta charset="utf-8"><title>Pictures of the pages</title>
<style>
body {{ margin: 1rem; font: 14px/1.4 sans-serif }}
ol {{ display: flex; gap: 8px; padding: 0; overflow-x: auto; list-style: none }}
img {{ display: block; height: 480px; max-width: 480px; object-fit: cover; object-position: top }}
</style>
<h1>{count} pages</h1>
{pages}
</html>
"""


def take(chromium: Browser, base: str, width: int, look: str) -> list[str]:
    """Take the pictures of one width and one look; return their names. What officials see is ordinary alone."""
    from tests import pictured  # noqa: PLC0415 -- Django is set up by now

    folder = SHOTS / f"{width}-{look}"
    folder.mkdir(parents=True, exist_ok=True)
    open_as: dict[str, Page] = {}
    taken = []
    for shot in pictured.shots():
        if shot.account and look != "ordinary":
            continue
        if shot.account not in open_as:
            open_as[shot.account] = _visit(chromium, base, width, shot.account, is_dark=look == "dark")
        page = open_as[shot.account]
        path = f"/en{shot.path}" if look == "english" else shot.path
        answer = page.goto(f"{path}{'?view=elder' if look == 'elder' else ''}")
        if answer is None or not answer.ok or urlsplit(page.url).path != path:
            raise SystemExit(f"{path} answers {answer.status if answer else 'nothing'} at {page.url}")
        page.wait_for_load_state("networkidle")
        height = min(page.evaluate("() => document.documentElement.scrollHeight"), MOST_HEIGHT)
        clip: FloatRect = {"x": 0, "y": 0, "width": width, "height": height}
        page.screenshot(path=folder / f"{shot.name}.png", full_page=True, clip=clip)
        print(f"{folder.name}/{shot.name}.png")
        taken.append(shot.name)
    for page in open_as.values():
        page.context.close()
    return taken


def index(taken: dict[str, Sequence[str]]) -> str:
    """Return a page with all pictures: those of one page beside each other. taken: folder → names of its pictures."""
    names = dict.fromkeys(name for pictures in taken.values() for name in pictures)
    pages = "\n".join(
        f"<h2>{escape(name)}</h2>\n<ol>"
        + "".join(
            f'<li><a href="{folder}/{name}.png">{folder}<img src="{folder}/{name}.png" alt="" loading="lazy"></a></li>'
            for folder, pictures in taken.items()
            if name in pictures
        )
        + "</ol>"
        for name in names
    )
    return PAGE.format(count=len(names), pages=pages)


def _visit(chromium: Browser, base: str, width: int, account: str, *, is_dark: bool) -> Page:
    """Open a browser window and sign in."""
    from livelihood.demo import people  # noqa: PLC0415 -- Django is set up by now

    page = chromium.new_context(
        base_url=base,
        viewport={"width": width, "height": WIDTHS[width]},
        locale="zh-CN",
        color_scheme="dark" if is_dark else "light",
    ).new_page()
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
        taken: dict[str, Sequence[str]] = {
            f"{width}-{look}": take(chromium, base, width, look) for width in WIDTHS for look in LOOKS
        }
        chromium.close()
    (SHOTS / "index.html").write_text(index(taken), encoding="utf-8")
    print(f"{SHOTS.name}/index.html")


if __name__ == "__main__":
    main()
