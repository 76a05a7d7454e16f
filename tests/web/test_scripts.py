"""The small modules of static/js, in a real browser."""

import json

from playwright.sync_api import Page, Route, expect

GUIDE = "/en/styleguide/"


def test_preferences_are_remembered_without_a_cookie(live_server, page: Page):
    page.goto(f"{live_server.url}{GUIDE}?view=elder")
    expect(page.locator("html")).to_have_attribute("data-view", "elder")
    page.get_by_role("link", name="Ordinary view").click()
    expect(page).to_have_url(f"{live_server.url}{GUIDE}")
    page.get_by_role("link", name="Elder mode").click()
    page.get_by_role("link", name="Ordinary view").wait_for()

    page.goto(f"{live_server.url}{GUIDE}?q=x")

    expect(page.locator("html")).to_have_attribute("data-view", "elder")
    assert page.context.cookies() == []


def test_dark_mode_is_switched_and_remembered(live_server, page: Page):
    page.goto(f"{live_server.url}{GUIDE}")
    page.get_by_role("button", name="Dark").click()
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")

    page.reload()

    assert ground == "rgb(21, 26, 27)"
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.get_by_role("button", name="Light")).to_be_visible()
    expect(page.get_by_role("button", name="Dark")).to_be_hidden()


def test_where_the_system_is_dark_the_switch_leads_to_light_and_follows_it(live_server, page: Page):
    page.emulate_media(color_scheme="dark")
    page.goto(f"{live_server.url}{GUIDE}")
    expect(page.get_by_role("button", name="Light")).to_be_visible()

    page.emulate_media(color_scheme="light")

    expect(page.get_by_role("button", name="Dark")).to_be_visible()


def test_page_is_read_aloud_block_by_block(live_server, page: Page):
    page.add_init_script("""
        window.spoken = [];
        const voice = {
            speak(speech) {
                window.spoken.push([speech.lang, speech.text]);
                speech.onstart();
                if (window.spoken.length < 5) setTimeout(() => speech.onend());
            },
            cancel() {},
        };
        Object.defineProperty(window, "speechSynthesis", { value: voice });
    """)
    page.goto(f"{live_server.url}{GUIDE}")

    page.get_by_role("button", name="Read aloud").click()
    page.wait_for_function("window.spoken.length === 5")
    page.get_by_role("button", name="Stop reading").click()

    assert page.evaluate("window.spoken[0]") == ["en", "Front page"]
    assert page.evaluate("document.querySelectorAll('.is-read').length") == 0
    expect(page.get_by_role("button", name="Read aloud")).to_have_attribute("aria-pressed", "false")


def test_draft_comes_back_and_can_be_thrown_away(live_server, page: Page):
    page.goto(f"{live_server.url}{GUIDE}")
    title = page.locator("#id_title")
    title.fill("Lifts in old houses")
    page.get_by_label("Elderly care").first.check()

    page.reload()

    expect(title).to_have_value("Lifts in old houses")
    expect(page.get_by_label("Elderly care").first).to_be_checked()
    page.get_by_role("button", name="Start afresh").click()
    page.reload()
    expect(title).to_have_value("")


def test_draft_is_cleared_by_its_receipt_or_its_age_and_by_no_other(live_server, page: Page):
    page.goto(f"{live_server.url}{GUIDE}")
    page.evaluate("""() => {
        localStorage.setItem("livelihood.draft.sent", "{}");
        localStorage.setItem("livelihood.draft.other", JSON.stringify({ at: Date.now() }));
        localStorage.setItem("livelihood.draft.old", JSON.stringify({ at: Date.now() - 15 * 24 * 3600 * 1000 }));
    }""")
    page.route(
        f"**{GUIDE}", lambda route: _with_text(route, '<div class="receipt', '<div data-draft-clear="sent" class="')
    )

    page.reload()

    page.wait_for_function("localStorage.getItem('livelihood.draft.sent') === null")
    assert page.evaluate("Object.keys(localStorage)") == ["livelihood.draft.other"]


def test_repeated_send_keeps_its_key_until_the_content_changes(live_server, page: Page):
    page.route(
        f"**{GUIDE}",
        lambda route: _with_text(
            route,
            'data-draft="styleguide"',
            'data-draft="styleguide" data-draft-key="key"><input type="hidden" name="key" value="first"',
        ),
    )
    page.goto(f"{live_server.url}{GUIDE}")
    page.evaluate(
        "document.querySelectorAll('form').forEach(form => form.addEventListener('submit', e => e.preventDefault()))"
    )
    send = "document.querySelector('form[data-draft]').dispatchEvent(new SubmitEvent('submit', {cancelable: true}))"
    key = "document.querySelector('form[data-draft]').elements.key.value"

    page.locator("#id_title").fill("Lifts")
    page.evaluate(send)
    page.evaluate(send)
    same = page.evaluate(key)
    page.locator("#id_title").fill("Lifts, and ramps")
    page.evaluate(send)
    changed = page.evaluate(key)

    assert same == "first"
    assert len(changed) == 32


def test_send_without_a_network_keeps_the_form_and_says_so(live_server, page: Page):
    page.goto(f"{live_server.url}{GUIDE}")
    page.locator("#id_title").fill("Lifts")
    page.evaluate("document.querySelector('form[data-draft]').noValidate = true")
    page.context.set_offline(True)

    page.get_by_role("button", name="Check your answers").click()

    expect(page.get_by_role("status")).to_contain_text("You are offline.")
    expect(page.locator("#id_title")).to_have_value("Lifts")
    expect(page.get_by_role("button", name="Check your answers")).not_to_have_attribute("aria-busy", "true")


def test_form_is_sent_once_however_often_it_is_pressed(live_server, page: Page):
    page.goto(f"{live_server.url}{GUIDE}")

    sent = page.evaluate("""async () => {
        let sent = 0;
        const form = document.querySelector("form[method=get][data-once]");
        form.noValidate = true;
        form.target = "elsewhere";
        addEventListener("submit", (event) => { sent += event.defaultPrevented ? 0 : 1; });
        form.querySelector("button[type=submit]").click();
        form.querySelector("button[type=submit]").click();
        return sent;
    }""")

    assert sent == 1
    expect(page.get_by_role("button", name="Check your answers")).to_have_attribute("aria-busy", "true")


def test_progress_follows_the_server_until_it_is_done(live_server, page: Page):
    answers = iter(
        [
            '<div data-progress id="job" data-status-url="/job"><progress max="4" value="2"></progress>Half</div>',
            '<div data-progress id="job">All done</div>',
        ]
    )
    asked = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(body=next(answers), content_type="text/html")

    page.route("**/job", answer)
    page.goto(f"{live_server.url}{GUIDE}")
    page.evaluate("""() => {
        const bar = document.createElement("div");
        bar.dataset.progress = "";
        bar.id = "job";
        bar.dataset.statusUrl = "/job";
        document.querySelector("main").append(bar);
        return import("/static/js/progress.js");
    }""")

    expect(page.locator("#job")).to_have_text("Half")
    expect(page.locator("#job")).to_have_text("All done")
    page.wait_for_timeout(2000)
    assert len(asked) == 2


def test_map_gathers_points_and_writes_names_as_text(live_server, page: Page):
    def point(number: int, longitude: float, title: str) -> dict:
        return {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [longitude, 29.5]},
            "properties": {"title": title, "url": f"/sites/{number}", "light": "red"},
        }

    close = [point(number, 120 + number / 1e6, "near") for number in range(3)]
    points = {"type": "FeatureCollection", "features": [*close, point(9, 121, "<img src=x onerror=alert(1)>")]}
    page.route("**/points.json", lambda route: route.fulfill(body=json.dumps(points), content_type="application/json"))
    page.route(f"**{GUIDE}", lambda route: _with_text(route, "data-map", 'data-map data-points-url="/points.json"'))

    page.emulate_media(reduced_motion="reduce")  # a point that is still moving is missed by a click
    page.goto(f"{live_server.url}{GUIDE}")

    expect(page.locator(".map-cluster")).to_have_text(["3"])
    expect(page.locator(".map-point.light-red")).to_have_count(1)
    page.locator(".map-point.light-red").click()
    link = page.locator(".leaflet-popup a[href='/sites/9']")
    expect(link).to_have_text("<img src=x onerror=alert(1)>")


def test_map_that_cannot_be_loaded_points_to_the_list(live_server, page: Page):
    page.route("**/points.json", lambda route: route.fulfill(status=503))
    page.route(f"**{GUIDE}", lambda route: _with_text(route, "data-map", 'data-map data-points-url="/points.json"'))

    page.goto(f"{live_server.url}{GUIDE}")

    expect(page.locator("[data-map]")).to_have_text("The map could not be loaded. The list has the same places.")


def _with_text(route: Route, old: str, new: str) -> None:
    """Answer with the server's page, one text in it replaced."""
    response = route.fetch()
    text = response.text()
    assert old in text
    route.fulfill(response=response, body=text.replace(old, new, 1))
