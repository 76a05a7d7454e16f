import pytest
from axe_playwright_python.sync_playwright import Axe
from django.template.loader import get_template
from playwright.sync_api import Browser, Page, expect


def test_styleguide_is_public_and_sets_no_cookie(client):
    response = client.get("/styleguide/")

    assert response.status_code == 200
    assert dict(response.cookies) == {}
    assert "default-src 'none'" in response["Content-Security-Policy"]


@pytest.mark.parametrize(("path", "language"), [("/styleguide/", "zh-hans"), ("/en/styleguide/", "en")])
def test_styleguide_speaks_both_languages(client, path, language):
    html = client.get(path).content.decode()

    assert f'<html lang="{language}"' in html


def test_elder_view_without_scripts_is_drawn_by_the_server(client):
    elder = client.get("/en/styleguide/?view=elder").content.decode()
    ordinary = client.get("/en/styleguide/").content.decode()

    assert '<html lang="en"  data-view="elder">' in elder
    assert 'href="/styleguide/?view=elder"' in elder
    assert 'data-view="elder"' not in ordinary


@pytest.mark.parametrize(
    ("template", "title"), [("500.html", "Something broke"), ("503.html", "Back in a few minutes")]
)
def test_last_pages_need_neither_request_nor_database(template, title):
    assert title in get_template(template).render()


@pytest.mark.parametrize("width", [320, 375, 1280])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("view", ["", "?view=elder"], ids=["ordinary", "elder"])
def test_styleguide_is_accessible_and_fits(live_server, browser: Browser, width, theme, view):
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=theme, reduced_motion="reduce")
    problems = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)

    page.goto(f"{live_server.url}/en/styleguide/{view}")
    violations = Axe().run(page).response["violations"]
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    page.close()

    assert [(violation["id"], violation["nodes"][0]["html"]) for violation in violations] == []
    assert overflow == 0
    assert problems == []


def test_preferences_are_remembered_without_a_cookie(live_server, page: Page):
    page.goto(f"{live_server.url}/en/styleguide/?view=elder")
    expect(page.locator("html")).to_have_attribute("data-view", "elder")
    page.get_by_role("link", name="Ordinary view").click()
    expect(page).to_have_url(f"{live_server.url}/en/styleguide/")
    page.get_by_role("link", name="Elder mode").click()
    page.get_by_role("link", name="Ordinary view").wait_for()

    page.goto(f"{live_server.url}/styleguide/")

    expect(page.locator("html")).to_have_attribute("data-view", "elder")
    assert page.context.cookies() == []


def test_dark_mode_is_switched_and_remembered(live_server, page: Page):
    page.goto(f"{live_server.url}/en/styleguide/")
    page.get_by_role("button", name="Dark").click()
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")

    page.reload()

    assert ground == "rgb(21, 26, 27)"
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")


def test_draft_comes_back_and_can_be_thrown_away(live_server, page: Page):
    page.goto(f"{live_server.url}/en/styleguide/")
    title = page.locator("#id_title")
    title.fill("Lifts in old houses")
    page.get_by_label("Elderly care").first.check()

    page.reload()

    expect(title).to_have_value("Lifts in old houses")
    expect(page.get_by_label("Elderly care").first).to_be_checked()
    page.get_by_role("button", name="Start afresh").click()
    page.reload()
    expect(title).to_have_value("")


def test_form_is_sent_once_however_often_it_is_pressed(live_server, page: Page):
    page.goto(f"{live_server.url}/en/styleguide/")

    page.evaluate("""() => {
        window.sent = 0;
        const form = document.querySelector("form[method=get][data-once]");
        form.noValidate = true;
        form.addEventListener("submit", (event) => {
            setTimeout(() => { window.sent += event.defaultPrevented ? 0 : 1; });
        });
        form.target = "elsewhere";
        form.querySelector("button[type=submit]").click();
        form.querySelector("button[type=submit]").click();
    }""")
    page.wait_for_function("document.querySelector('button[aria-busy=true]') !== null")

    assert page.evaluate("window.sent") == 1
