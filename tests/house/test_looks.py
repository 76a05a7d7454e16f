"""Every page as it is seen: on a phone in large type and the dark, at a desk in both languages, and without scripts."""

import html
import re
from urllib.parse import urljoin

import pytest
from django.http import HttpResponse
from django.template.loader import get_template
from django.test import Client
from django.utils import translation
from playwright.sync_api import Browser, Page

from livelihood.accounts.roles import Role
from tests.axe import violations
from tests.house.addresses import FILES, MACHINES, TABLE, Row, address
from tests.house.looking import (
    days_in_two_lines,
    faults,
    faults_at_four_times_the_size,
    faults_of_markup,
    faults_of_the_elder_view,
    faults_on_paper,
    faults_when_narrow,
    faults_without_scripts,
    foreign,
    show,
)
from tests.house.world import YEARS, World

NO_PAGES = FILES | MACHINES | {
    "schema", "robots", "sitemap", "security", "favicon", "touch_icon", "check_file", "api_root", "docs",
    "portal:feed", "voting:blank_ballot_pdf", "voting:round_sheet_pdf", "imports:file", "imports:errors",
    "imports:marked", "portal:styleguide", "theme", "picture",
    "portal:front_card", "portal:year_card", "portal:letter_card", "portal:front_areas", "portal:front_years",
    "portal:centres", "accounts:form_send_again",
}  # fmt: skip
PAGES = [name for name, row in TABLE.items() if not row.is_post and name not in NO_PAGES]


@pytest.fixture(scope="module")
def phone(browser: Browser) -> Page:
    return browser.new_page(viewport={"width": 375, "height": 812}, color_scheme="dark", reduced_motion="reduce")


@pytest.fixture(scope="module")
def desk(browser: Browser) -> Page:
    return browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme="light", reduced_motion="reduce")


@pytest.fixture(scope="module")
def plain(browser: Browser) -> Page:
    """A phone whose browser runs no scripts."""
    context = browser.new_context(viewport={"width": 375, "height": 812}, java_script_enabled=False)
    return context.new_page()


def reader(row: Row, visitors: dict[str, Client]) -> Client:
    """Return who sees most of the page: of those let in, the one who acts."""
    acting = [role for role in ACTING if row.who and role in row.who]
    return visitors[acting[0] if acting else "anonymous"]


ACTING = (
    Role.LIVELIHOOD_OFFICE, Role.CONGRESS_STAFF, Role.DEPARTMENT, Role.IMPLEMENTING_UNIT, Role.CHAIR, Role.SCRUTINEER,
    Role.DEPUTY, Role.CPPCC_MEMBER, Role.ADMINISTRATOR, Role.AUDITOR,
)  # fmt: skip


def told(wrong: list[str]) -> str:
    """Return the faults line by line, so that a failing test shows them all."""
    return "\n".join(wrong)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_whole_on_a_phone_in_large_type_and_the_dark(
    name: str, world: World, visitors: dict[str, Client], phone: Page
):
    path = f"{address(world, name)}?view=elder"
    response = reader(TABLE[name], visitors).get(path)
    show(phone, path, response)

    simple = faults_of_the_elder_view(phone) if name in SIMPLE else []
    days = days_in_two_lines(phone) if name in READ else []

    assert told([*days, *simple, *faults(phone, rules=[] if name in WIDE else None)]) == ""


SIMPLE = {
    "portal:index", "portal:cycle", "proposals:suggestions", "proposals:board", "proposals:candidates",
    "projects:projects", "projects:standards", "projects:sites", "projects:progress", "surveys:satisfaction",
    "reports:announced_sites", "proposals:statistics",
}  # fmt: skip
"""Where a reader chooses: the front page, a year's page and the lists."""
READ = {
    "portal:index", "portal:cycle", "proposals:candidates", "voting:decision", "projects:projects", "projects:project",
    "projects:sites", "projects:progress", "surveys:satisfaction", "reports:report", "reports:announcement",
}  # fmt: skip
"""Pages that are read through: looked at on paper, and for days that break."""
WIDE = PAGES[::2]
"""Pages that axe sees in the light at 1280 px in English, every second one; the others in the dark at 375 px in
Chinese. All are made of the same parts, which the styleguide shows axe in both (tests/web/test_styleguide.py)."""


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_whole_at_a_desk_in_english(name: str, world: World, visitors: dict[str, Client], desk: Page):
    path = f"/en{address(world, name)}"
    response = reader(TABLE[name], visitors).get(path)
    show(desk, path, response)

    narrow = [*faults_when_narrow(desk, 375), *faults_at_four_times_the_size(desk)]
    printed = faults_on_paper(desk) if name in READ else []

    assert told([*faults(desk, rules=None if name in WIDE else []), *foreign(desk), *narrow, *printed]) == ""


@pytest.mark.parametrize("phase", ["solicit", "deliver", "evaluate"])
def test_a_year_in_the_elder_view_has_one_large_act_and_one_picture(
    phase: str, world: World, visitors: dict[str, Client], phone: Page
):
    """The year's page has the act itself; its lists have it above them."""
    year = f"/here/{YEARS[phase][0]}/"
    for path, place, other in ((f"{year}projects/", ".elder-bar", "main"), (year, "main", ".elder-bar")):
        show(phone, f"{path}?view=elder", visitors["anonymous"].get(f"{path}?view=elder"))
        act = phone.locator(f"{place} .button-primary:visible")
        box = act.bounding_box()

        assert box is not None, "one act"
        assert box["height"] >= 64
        assert phone.locator(f"{other} .button-primary:visible").count() == 0

    assert told(faults_of_the_elder_view(phone)) == ""
    assert phone.locator(".glance-side .chart").count() > 0 or phase == "solicit", "pictures that are left out"


OF_THE_DESK = [
    "portal:my_work", "portal:desk", "portal:account", "portal:year_open", "portal:year_advance", "portal:journal",
    "inbox:messages", "inbox:preference",
    "places:people", "accounts:person_add", "accounts:second_factor", "accounts:authenticator_add", "places:areas",
    "places:organisations", "places:organisation_merge", "imports:of_year", "imports:columns", "imports:import",
    "imports:write", "proposals:letter_edit", "proposals:intake", "proposals:desk_suggestion", "proposals:need_open",
    "proposals:candidate_draft", "proposals:desk_candidate", "voting:booth", "voting:booth_round", "voting:ballot",
    "voting:round", "voting:round_rules", "voting:roll", "voting:hall", "voting:round_act", "voting:opinion_give",
    "projects:desk_project", "projects:allocation", "projects:standard_add", "projects:desk_sites", "projects:grid",
    "projects:desk_site", "projects:site_inspect", "projects:desk_notice", "surveys:survey_create",
    "surveys:published_enter", "reports:announcement_prepare",
]  # fmt: skip
"""Where the year is worked on, besides what the public sees."""


@pytest.mark.parametrize("name", [*(name for name in PAGES if not TABLE[name].who), *OF_THE_DESK])
def test_a_page_is_whole_without_scripts(name: str, world: World, visitors: dict[str, Client], plain: Page):
    path = address(world, name)
    show(plain, path, reader(TABLE[name], visitors).get(path))

    assert plain.evaluate("() => document.scripts.length") > 0, "a page without scripts proves nothing"
    assert told(faults_without_scripts(plain)) == ""


def test_what_only_a_script_would_do_is_found(plain: Page):
    plain.set_content(
        """<main>Words <button type="button">A</button><button type="button" hidden>B</button>
        <form><input name="a"><input name="b" required hidden></form>
        <form><details><summary>More</summary><input name="c" required></details><button>Send</button></form>
        <script>document.body.append("never")</script></main>"""
    )

    assert [fault.partition(":")[0] for fault in faults_without_scripts(plain)] == [
        "cannot be sent", "is wanted and not seen", "does nothing",
    ]  # fmt: skip
    assert "never" not in plain.content().partition("<script>")[0]
    assert [fault.partition(":")[0] for fault in faults_of_markup(plain.content())] == [
        "does nothing", "is wanted and not seen", "cannot be sent",
    ]  # fmt: skip


def test_what_cannot_be_seen_is_found(phone: Page):
    page = """<html lang="zh"><title>A</title><main><h1>A</h1><img src="/a.png"><p style="width: 900px">B</p>
        <p style="color: #777; background: #888">pale words</p></main></html>"""
    show(phone, "/", HttpResponse(page))

    found = {fault.partition(":")[0] for fault in faults(phone)}
    assert {"image-alt", "color-contrast"} < found
    assert any(fault.startswith("wider than the screen by") for fault in found)
    assert "image-alt" not in {fault.partition(":")[0] for fault in faults(phone, rules=[])}
    assert [fault.split(" ", 2)[2] for fault in faults_at_four_times_the_size(phone)] == [
        "wider than the screen at 400 %"
    ]
    without = {fault.partition(":")[0] for fault in violations(phone, contrast=False)}
    assert ("image-alt" in without, "color-contrast" in without) == (True, False)


def test_a_day_that_breaks_is_found(phone: Page):
    phone.set_content('<p style="width: 80px">至2026年11月30日</p><p style="white-space: nowrap">2026年11月30日</p>')

    assert days_in_two_lines(phone) == ["a day in two lines: 至2026年11月30日"]


def test_what_is_only_for_a_screen_and_what_is_too_much_is_found(phone: Page):
    links = '<a href="/">A</a> ' * 13
    page = f"<main><h1>A</h1><nav>{links}</nav><details><summary>B</summary><p>C</p></details></main>"
    show(phone, "/", HttpResponse(page))

    assert [fault.partition(":")[0] for fault in faults_on_paper(phone)] == ["on paper", "folded on paper"]
    assert [fault.partition(":")[0] for fault in faults_of_the_elder_view(phone)] == [
        "14 choices", "is not read aloud",
    ]  # fmt: skip


LAST_PAGES = ("400.html", "500.html", "503.html")
REFUSED = {
    "400": ("get", "/here/2025/sites/?light=purple"),
    "403": ("get", "/desk/here/2025/lights/"),
    "404": ("get", "/here/1999/"),
    "405": ("post", "/here/2025/sites/"),
}


@pytest.mark.parametrize("template", LAST_PAGES)
def test_the_last_pages_are_whole_too(template: str, phone: Page, desk: Page):
    for page, language in ((phone, "zh-hans"), (desk, "en")):
        with translation.override(language):
            show(page, "/", HttpResponse(get_template(template).render()))

        assert told(faults(page)) == ""


@pytest.mark.parametrize("status", REFUSED)
def test_a_refusal_is_whole_too(status: str, world: World, visitors: dict[str, Client], phone: Page, desk: Page):
    method, path = REFUSED[status]
    for page, asked in ((phone, f"{path}{'&' if '?' in path else '?'}view=elder"), (desk, f"/en{path}")):
        response = getattr(visitors[Role.AUDITOR], method)(asked)
        show(page, asked, response)

        assert response.status_code == int(status)
        assert told(faults(page)) == ""


def test_every_link_of_a_page_opens_and_nothing_waits_for_a_script(world: World, visitors: dict[str, Client]):
    """For whoever reads it, those of the desk too; what waits, what was sent and files count as opened.

    One test for all pages, as most links stand on many of them and each is opened once.
    """
    wrong: list[str] = []
    pages = [(reader(row, visitors), address(world, name)) for name in PAGES if (row := TABLE[name]).ok == 200]
    opened = {(id(client), path) for client, path in pages}
    for client, path in pages:
        response = client.get(path)
        assert response.status_code == 200, path
        page = response.content.decode()
        wrong += [f"{path}: {fault}" for fault in faults_of_markup(page)]  # whoever has no scripts
        for link in {html.unescape(link).partition("#")[0] for link in re.findall(r'<a\b[^>]*?\bhref="([^"]*)"', page)}:
            target = urljoin(path, link)
            if target.startswith("/") and (id(client), target) not in opened:
                opened.add((id(client), target))
                response = client.get(target)
                response.getvalue()  # a file is closed once it is read
                wrong += [f"{path}: {response.status_code} {target}"] if response.status_code >= 400 else []

    assert told(wrong) == ""
    assert len(opened) > 2 * len(pages)
