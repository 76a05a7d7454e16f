import pytest
from django.template.loader import get_template
from django.utils import translation
from playwright.sync_api import Browser

from tests.axe import violations

asks_the_database = pytest.mark.django_db
"""Whether anything was written since it was drawn."""


@asks_the_database
def test_styleguide_is_public_and_sets_no_cookie(client):
    response = client.get("/styleguide/")

    assert response.status_code == 200
    assert dict(response.cookies) == {}
    assert "default-src 'none'" in response["Content-Security-Policy"]


@asks_the_database
@pytest.mark.parametrize(("path", "language"), [("/styleguide/", "zh-hans"), ("/en/styleguide/", "en")])
def test_styleguide_speaks_both_languages(client, path, language):
    html = client.get(path).content.decode()

    assert f'<html lang="{language}"' in html


@asks_the_database
def test_elder_view_without_scripts_is_drawn_by_the_server(client):
    elder = client.get("/en/styleguide/?view=elder").content.decode()
    ordinary = client.get("/en/styleguide/").content.decode()

    assert '<html lang="en"  data-view="elder">' in elder
    assert 'href="/styleguide/?view=elder"' in elder
    assert 'data-view="elder"' not in ordinary


@pytest.mark.parametrize(
    ("template", "title"),
    [
        ("400.html", "This was not understood"),
        ("500.html", "Something broke"),
        ("503.html", "Back in a few minutes"),
    ],
)
def test_last_pages_need_neither_request_nor_database(template, title):
    with translation.override("en"):
        assert title in get_template(template).render()


@pytest.mark.parametrize(
    ("width", "theme", "path"),
    [
        (320, "light", "/en/styleguide/?view=elder"),
        (375, "dark", "/styleguide/"),
        (1280, "light", "/en/styleguide/"),
    ],
)
def test_styleguide_is_accessible_and_fits(live_server, browser: Browser, width, theme, path):
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=theme, reduced_motion="reduce")
    problems = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)

    page.goto(f"{live_server.url}{path}")
    problems += violations(page)
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    page.close()

    assert overflow == 0
    assert problems == []
